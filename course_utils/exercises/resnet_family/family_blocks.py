"""What BasicBlock and Bottleneck have in common: what to look at, and the mistakes that both can have."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken
from course_utils.exercises.bank import Bank
from course_utils.exercises.module_looks import (
    Case,
    copies,
    gradients_flow,
    own_work,
    shape,
    statistics,
    untouched,
    values,
)
from course_utils.exercises.resnet_family import by_name


@dataclass(frozen=True)
class Kind:
    """One way to ask for a block; `projected`: it gets a downsample of a 1×1 convolution and a batch norm."""

    inplanes: int
    planes: int
    stride: int
    projected: bool


# --- the looks ------------------------------------------------------------------------------------------------------


def block_looks(name: str, expansion: int, kinds: tuple[Kind, ...], depth: int) -> tuple[Look, ...]:
    """List what to look at in a block of that name: `kinds` are what to ask for, `depth` the layers in a row."""
    parts = ("conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "downsample")
    order = by_name.filled_by_name(*parts)

    def case(kind: Kind) -> Case:
        given = ", downsample=…" if kind.projected else ""
        told = f"{name}({kind.inplanes}, {kind.planes}, stride={kind.stride}{given})"
        return Case(told, partial(_make, told, kind, expansion), (2, kind.inplanes, 7, 6), order)

    cases = tuple(map(case, kinds))
    ends = (cases[0], cases[-1])
    wide, told = 4 * expansion, f"{name}({4 * expansion}, 4)"
    plain = Case(told, partial(_build, told, wide, 4), (2, wide, 4, 6), order)
    promise = f"the class says its expansion, {expansion}: a ResNet asks the class before it builds one"
    return (
        own_work(cases[-1]),
        Look("expansion", promise, partial(_expansion, name)),
        by_name.names(cases, parts),
        shape(cases, "the stride is taken once, and the padding keeps the rest of the size"),
        untouched(ends),
        values("eval", "with equal weights it gives what torchvision's block gives", cases, False, depth=depth),
        values(
            "training", "in training mode every batch norm sees the values that it should", cases, True, depth=depth
        ),
        statistics(cases, depth=depth),
        values("defaults", "stride is 1 and downsample None unless said otherwise", (plain,), False, depth=depth),
        gradients_flow(ends, True, depth=depth * 10),
        gradients_flow(ends, False, depth=depth * 10),
        values("float32", "it works in float32 as well", ends, False, torch.float32, depth=depth),
        copies(ends),
    )


def _expansion(name: str, candidate: Any, seed: int) -> dict[str, Any]:
    absent = "no such attribute of the class (one that is set in __init__ comes too late)"
    return {f"{name}.expansion": lambda: getattr(candidate, "expansion", absent)}


def _make(told: str, kind: Kind, expansion: int, candidate: Any) -> nn.Module:
    wide, downsample = kind.planes * expansion, None
    if kind.projected:
        downsample = nn.Sequential(nn.Conv2d(kind.inplanes, wide, 1, kind.stride, bias=False), nn.BatchNorm2d(wide))
    return _build(told, kind.inplanes, kind.planes, candidate, stride=kind.stride, downsample=downsample)


def _build(told: str, inplanes: int, planes: int, candidate: Any, **settings: Any) -> nn.Module:
    with asking(f"building {told}"):
        module = candidate(inplanes, planes, **settings)
    if not isinstance(module, nn.Module):
        raise broken("the class makes an nn.Module", f"{told} gave a {type(module).__name__}")
    return module


# --- the mistakes that both can have --------------------------------------------------------------------------------

MEET = "where the two branches meet"
GIVEN = "what is added when downsample is given"
Left = Callable[[Any, Tensor], Tensor]
"""left(block, x): what a block's convolutions make of x, up to the last batch norm."""


def changed(right: type[nn.Module], change: Any) -> type[nn.Module]:
    """Make a block whose parts are changed after it is built: change(block, inplanes, planes, stride)."""

    class Changed(right):
        def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
            super().__init__(inplanes, planes, stride, downsample)
            change(self, inplanes, planes, stride)

    return Changed


def ending(right: type[nn.Module], left: Left, end: Callable[[Any, Tensor, Tensor], Tensor]) -> type[nn.Module]:
    """Make a block with another left branch, or another end: end(block, what the left branch gives, x)."""

    class Ending(right):
        def forward(self, x: Tensor) -> Tensor:
            return end(self, left(self, x), x)

    return Ending


def skip(block: Any, x: Tensor) -> Tensor:
    """Give what a right block adds."""
    return x if block.downsample is None else block.downsample(x)


def right_end(block: Any, left: Tensor, x: Tensor) -> Tensor:
    """End as a right block does."""
    return (left + skip(block, x)).relu()


def set_strides(**strides: int | None) -> Any:
    """Make a change that gives named convolutions a stride; None is the block's own."""

    def change(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
        for name, own in strides.items():
            getattr(block, name).stride = (own or stride,) * 2

    return change


def drop(name: str) -> Any:
    """Make a change that replaces a layer by nothing."""

    def change(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
        setattr(block, name, nn.Identity())

    return change


def add_shared_mistakes(bank: Bank, right: type[nn.Module], left: Left, *, skip_hint: int, end_hint: int) -> None:
    """Add the mistakes that both blocks can have; the hints are those about the skip, and about the block's end."""
    end = partial(ending, right, left)
    bank.add("no_last_relu", "has no ReLU after the sum", MEET, end_hint, end(lambda b, left, x: left + skip(b, x)))
    bank.add("no_skip", "leaves the skip out", MEET, skip_hint, end(lambda b, left, x: left.relu()))
    bank.add(
        "downsample_ignored",
        "always adds x itself, and never uses downsample",
        GIVEN,
        skip_hint,
        end(lambda b, left, x: (left + x).relu()),
    )
    bank.add(
        "decides_by_shape",
        "decides by the shapes whether to use downsample",
        "the question to ask: is downsample None?",
        skip_hint,
        end(lambda b, left, x: (left + (x if x.shape == left.shape else b.downsample(x))).relu()),
        changed(right, _keeps_what_the_shape_asks_for),
    )
    bank.add(
        "downsample_unregistered",
        "keeps downsample where nn.Module cannot see it, as in a list",
        "how downsample is stored",
        skip_hint,
        changed(right, _unregister_downsample),
    )


def _keeps_what_the_shape_asks_for(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    if stride == 1 and inplanes == planes * type(block).expansion:
        block.downsample = None


def _unregister_downsample(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    _hide(block, "downsample", block.downsample)


def one_norm(right: type[nn.Module]) -> tuple[type[nn.Module], type[nn.Module]]:
    """Make blocks whose bn1 serves twice: under the name bn2 too, or under its own alone."""

    def under_two_names(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
        block.bn2 = block.bn1

    def under_one_name(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
        _hide(block, "bn2", block.bn1)

    return changed(right, under_two_names), changed(right, under_one_name)


def _hide(block: nn.Module, name: str, module: nn.Module | None) -> None:
    delattr(block, name)
    object.__setattr__(block, name, module)


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
