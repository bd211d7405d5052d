"""What the judge asks the student's process to do: the form in which a call goes over."""

from dataclasses import dataclass
from typing import Any

import torch

from course_utils.grading.judge.slots import Slot


@dataclass(frozen=True)
class World:
    """The settings of torch under which a call is made.

    random: the random state, None where it is known. modes: the modes that change what torch's functions do, pickled.
    """

    gradients: bool
    dtype: torch.dtype
    device: str
    random: Any
    modes: bytes


@dataclass(frozen=True)
class State:
    """What has changed in a module since both sides agreed: (slot, value, requires_grad), and the judge's hooks."""

    key: str
    training: bool
    changes: tuple[tuple[Slot, Any, bool], ...]
    hooks: tuple[tuple[str, int, int, bool], ...] | None


@dataclass(frozen=True)
class Call:
    """One call.

    number: by which its gradients are asked for. target, method: what is called. args: pickled, positional and by name.
    tensors: the tensors in them: (value, requires_grad, is_leaf). leaves: what gradients flow back to. involved: keys
    of the modules whose state matters; states: of those that have changed. watch: "functions" or "modules", to be noted
    as they are called.
    """

    number: int
    target: str
    method: str
    args: bytes
    tensors: tuple[tuple[Any, bool, bool], ...]
    leaves: tuple[tuple[str, Any, str], ...]
    involved: tuple[str, ...]
    states: tuple[State, ...]
    world: World
    watch: tuple[str, ...]
