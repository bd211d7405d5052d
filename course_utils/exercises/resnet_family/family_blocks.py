"""What BasicBlock and Bottleneck have in common: what to look at, and the mistakes that both can have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import nn

from course_utils.checking.look import Look
from course_utils.exercises import module_looks as looks
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import (
    NO_BIAS,
    Change,
    add_shared_mistakes,
    changed,
    ending,
    hide,
    projection,
    relu,
)
from course_utils.exercises.networks import build_as, told_call
from course_utils.exercises.resnet_family import by_name


@dataclass(frozen=True)
class Kind:
    """One way to ask for a block; `projected`: it gets a downsample of a 1×1 convolution and a batch norm.

    settings: what else it is built with, by name.
    """

    inplanes: int
    planes: int
    stride: int
    projected: bool
    settings: Mapping[str, int] = field(default_factory=dict)


PARTS = ("conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "downsample")
"""The names that torchvision gives the parts of its blocks."""

# --- the looks ------------------------------------------------------------------------------------------------------


def block_looks(
    name: str,
    expansion: int,
    kinds: tuple[Kind, ...],
    depth: int,
    defaults: str = "stride is 1 and downsample None unless you say otherwise",
) -> tuple[Look, ...]:
    """List what to look at in a block of that name: `kinds` are what to ask for, `depth` the layers in a row.

    defaults: what is promised of a block that is made from two numbers alone.
    """
    order = by_name.filled_by_name(*PARTS)

    def case(kind: Kind) -> looks.Case:
        given = {"downsample": "…"} if kind.projected else {}
        told = told_call(name, kind.inplanes, kind.planes, stride=kind.stride, **given, **kind.settings)
        return looks.Case(told, partial(_make, told, kind, expansion), (2, kind.inplanes, 7, 6), order)

    cases = tuple(map(case, kinds))
    ends = (cases[0], cases[-1])
    wide = 4 * expansion
    plain = looks.case_of(name, wide, 4, x=(2, wide, 4, 6), order=order)
    expands = f"the class says its expansion, {expansion}: a ResNet asks the class before it builds one"
    evaluated = "with equal weights it gives what torchvision's block gives"
    trained = "in training mode every batch norm sees the values that it should"
    return (
        looks.own_work(cases[-1]),
        Look("expansion", expands, partial(_expansion, name)),
        by_name.names(cases, PARTS),
        looks.shape(cases, "the stride is taken once, and the padding keeps the rest of the size"),
        looks.untouched(ends),
        looks.values("eval mode", evaluated, cases, False, depth=depth),
        looks.values("training mode", trained, cases, True, depth=depth),
        looks.statistics(cases, depth=depth),
        looks.values("arguments left out", defaults, (plain,), False, depth=depth),
        looks.gradients_flow(ends, True, depth=depth * 10),
        looks.gradients_flow(ends, False, depth=depth * 10),
        looks.values("float32", "it works in float32 as well", ends, False, torch.float32, depth=depth),
        looks.copies(ends),
    )


def _expansion(name: str, candidate: Any, seed: int) -> dict[str, Any]:
    absent = "no such attribute of the class (one that is set in __init__ comes too late)"
    return {f"{name}.expansion": lambda: getattr(candidate, "expansion", absent)}


def _make(told: str, kind: Kind, expansion: int, candidate: Any) -> nn.Module:
    downsample = projection(kind.inplanes, kind.planes * expansion, kind.stride) if kind.projected else None
    settings = {"stride": kind.stride, "downsample": downsample, **kind.settings}
    return build_as(told, candidate, kind.inplanes, kind.planes, **settings)


# --- the mistakes that both can have --------------------------------------------------------------------------------

MEET = "where the two branches meet"
GIVEN = "what is added when downsample is given"


def add_family_mistakes(bank: Bank, right: type[nn.Module], *, skip_hint: int, end_hint: int) -> None:
    """Add the mistakes that both blocks can have; the hints are those about the skip, and about the block's end."""
    add_shared_mistakes(bank, right, NO_BIAS, 3, "bias")
    add_shared_mistakes(bank, right, "the default of stride", 3, "default_stride_2")
    add_shared_mistakes(bank, right, MEET, end_hint, "no_last_relu")
    add_shared_mistakes(bank, right, MEET, skip_hint, no_skip="leaves the skip out")
    bank.add(
        "downsample_ignored",
        "always adds x itself, and never uses downsample",
        GIVEN,
        skip_hint,
        ending(right, lambda block, left, x: relu(block, left + x)),
    )
    bank.add(
        "decides_by_shape",
        "decides by the shapes whether to use downsample",
        "the question to ask: is downsample None?",
        skip_hint,
        ending(right, lambda block, left, x: relu(block, left + (x if x.shape == left.shape else block.downsample(x)))),
        changed(right, _keeps_what_the_shape_asks_for),
    )
    bank.add(
        "other_momentum",
        "has another momentum in its batch norms than 0.1 (Keras' 0.99 is 0.01 here)",
        "the batch norms: nn.BatchNorm2d(channels), and nothing else",
        skip_hint,
        *(changed(right, _norms_with(momentum=value)) for value in (0.99, 0.9, 0.01)),
    )
    bank.add(
        "other_eps",
        "has another eps in its batch norms than torch's 0.00001, as Keras' 0.001 is",
        "the batch norms: nn.BatchNorm2d(channels), and nothing else",
        skip_hint,
        changed(right, _norms_with(eps=1e-3)),
    )
    bank.add(
        "unregistered",
        "keeps its layers where nn.Module cannot see them, as in a list or in __dict__",
        "how the layers are stored: as attributes, self.conv1 = …, or by setattr",
        skip_hint,
        changed(right, _hides_its_layers),
    )
    bank.add(
        "downsample_unregistered",
        "keeps downsample where nn.Module cannot see it, as in a list",
        "how downsample is stored",
        skip_hint,
        changed(right, hide("downsample")),
    )


def _hides_its_layers(block: Any) -> None:
    hide(*(name for name, _ in block.named_children() if name.startswith(("conv", "bn"))))(block)


def _keeps_what_the_shape_asks_for(block: Any) -> None:
    if block.stride == 1 and block.conv1.in_channels == block.bn1.num_features * block.expansion:
        block.downsample = None


def one_norm(right: type[nn.Module]) -> tuple[type[nn.Module], ...]:
    """Make blocks whose bn1 serves twice: under the name bn2 too, under its own alone, or beside a bn2 that rests."""

    def under_two_names(block: Any) -> None:
        block.bn2 = block.bn1

    def in_place_of_bn2(block: Any) -> None:
        block.bn2.forward = block.bn1.forward

    return (
        changed(right, under_two_names),
        changed(right, under_two_names, hide("bn2")),
        changed(right, in_place_of_bn2),
    )


def _norms_with(**settings: float) -> Change:
    """Set what nn.BatchNorm2d leaves at its default."""

    def change(block: Any) -> None:
        for name in ("bn1", "bn2", "bn3"):
            for key, value in settings.items() if hasattr(block, name) else ():
                setattr(getattr(block, name), key, value)

    return change


def add_expansion_mistakes(bank: Bank, right: type[nn.Module], hint: int, says: int, look_at: str) -> None:
    """Add those about the class's expansion; `says`: another one."""

    class Absent(right):
        expansion = _Expansion(None, right.expansion)

    class Other(right):
        expansion = _Expansion(says, right.expansion)

    bank.add(
        "no_expansion",
        "has an expansion only once it is built",
        "where expansion stands: in the class, above __init__",
        hint,
        Absent,
    )
    bank.add(f"expansion_{says}", f"says that its expansion is {says}", look_at, hint, Other)


class _Expansion:
    """A class attribute that is another one in instances; None: the class has none, as one that is set in __init__."""

    def __init__(self, of_class: int | None, of_instances: int) -> None:
        self.of_class, self.of_instances = of_class, of_instances

    def __get__(self, instance: Any, owner: type) -> int:
        if instance is not None:
            return self.of_instances
        if self.of_class is None:
            raise AttributeError("expansion")
        return self.of_class
