"""What the tests of BasicBlock and Bottleneck have in common: checks of a block beside torchvision's own."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_own_work
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, describe, run_on
from course_utils.checking.values import Check
from course_utils.exercises.networks import (
    insist_copies_work,
    insist_input_untouched,
    observe_module,
    shapes_on_the_way,
)
from course_utils.exercises.resnet_family import by_name


@dataclass(frozen=True)
class Kind:
    """One way to ask for a block; `projected`: it gets a downsample of a 1×1 convolution and a batch norm."""

    inplanes: int
    planes: int
    stride: int
    projected: bool


@dataclass(frozen=True)
class BlockChecks:
    """The checks of a block: `right` is torchvision's, `kinds` what to ask for, `depth` the layers in a row."""

    right: type[nn.Module]
    kinds: tuple[Kind, ...]
    depth: int

    def told(self, kind: Kind) -> str:
        """Write the call as a student would."""
        given = ", downsample=…" if kind.projected else ""
        return (
            f"{self.right.__name__.removeprefix('Right')}({kind.inplanes}, {kind.planes}, stride={kind.stride}{given})"
        )

    def make(self, block: Any, kind: Kind) -> nn.Module:
        """Build a block, the student's or another."""
        with asking(f"building {self.told(kind)}"):
            module = block(kind.inplanes, kind.planes, stride=kind.stride, downsample=self._downsample(kind))
        if not isinstance(module, nn.Module):
            raise broken("the class makes an nn.Module", f"it made a {type(module).__name__}")
        return module

    def _downsample(self, kind: Kind) -> nn.Module | None:
        if not kind.projected:
            return None
        planes = kind.planes * self.right.expansion
        return nn.Sequential(nn.Conv2d(kind.inplanes, planes, 1, kind.stride, bias=False), nn.BatchNorm2d(planes))

    @property
    def all(self) -> tuple[Check, ...]:
        """List them, the rules about how the class is made first."""
        return (
            Check("own work", self._own_work, structural=True),
            Check("expansion", self._expansion),
            Check("names", self._names),
            Check("shape", self._shape),
            Check("eval", self._eval),
            Check("training", self._training),
            Check("defaults", self._defaults),
            Check("gradients", self._gradients),
            Check("float32", self._float32),
            Check("input untouched", self._input_untouched),
            Check("copies", self._copies),
        )

    def _own_work(self, candidate: Any, seed: int) -> None:
        insist_own_work(candidate, lambda: self.make(candidate, self.kinds[-1]))

    def _expansion(self, candidate: Any, seed: int) -> None:
        promise = f"the class says its expansion, {self.right.expansion}: a ResNet asks the class before it builds one"
        if not hasattr(candidate, "expansion"):
            raise broken(promise, "the class has no attribute expansion (one that is set in __init__ comes too late)")
        if candidate.expansion != self.right.expansion:
            raise broken(promise, f"yours says {candidate.expansion}")

    def _names(self, candidate: Any, seed: int) -> None:
        for kind in self.kinds:
            by_name.insist_same_names(self.make(candidate, kind), self.make(self.right, kind), self.told(kind))

    def _shape(self, candidate: Any, seed: int) -> None:
        for kind in self.kinds:
            x = torch.ones(2, kind.inplanes, 7, 5)
            wanted = self.make(self.right, kind)(x).shape
            mine = self.make(candidate, kind).float()
            with shapes_on_the_way(mine, x, self.told(kind)):
                got = run_on(mine, x, self.told(kind)).shape
            if wanted != got:
                raise broken(
                    "the stride is taken once, and the padding keeps the rest of the size",
                    f"{self.told(kind)} on x of shape {describe(x.shape)}",
                    f"expected shape {describe(wanted)}, got {describe(got)}",
                )

    def _values(self, candidate: Any, draws: Draws, training: bool, promise: str) -> None:
        for kind in self.kinds:
            mine = draws.fill(self.make(candidate, kind)).train(training)
            x = draws.normal(2, kind.inplanes, 7, 6)
            right = self.make(self.right, kind)
            by_name.insist_same_forward(mine, right, x, promise, depth=self.depth, what=self.told(kind))

    def _eval(self, candidate: Any, seed: int) -> None:
        self._values(candidate, Draws(seed), False, "with equal weights it gives what torchvision's block gives")

    def _training(self, candidate: Any, seed: int) -> None:
        promise = "in training mode every batch norm sees the values that it should"
        self._values(candidate, Draws(seed + 1), True, promise)

    def _float32(self, candidate: Any, seed: int) -> None:
        self._values(candidate, Draws(seed + 2, torch.float32), False, "it works in float32 as well")

    def _defaults(self, candidate: Any, seed: int) -> None:
        planes = self.right.expansion
        with asking(f"building it with two arguments, ({planes * planes}, {planes})"):
            mine = candidate(planes * planes, planes)
        mine = Draws(seed).fill(mine).eval()
        promise = "stride is 1 and downsample None unless said otherwise"
        x = Draws(seed).normal(2, planes * planes, 4, 6)
        right = self.right(planes * planes, planes)
        by_name.insist_same_forward(mine, right, x, promise, depth=self.depth, what="a block with defaults")

    def _gradients(self, candidate: Any, seed: int) -> None:
        for kind in (self.kinds[0], self.kinds[-1]):
            for training in (True, False):
                mine = Draws(seed + 3).fill(self.make(candidate, kind)).train(training)
                x = Draws(seed).normal(3, kind.inplanes, 6, 5)
                by_name.insist_same_gradients(mine, self.make(self.right, kind), x, self.depth, self.told(kind))

    def _input_untouched(self, candidate: Any, seed: int) -> None:
        for kind in (self.kinds[0], self.kinds[-1]):
            mine = Draws(seed).fill(self.make(candidate, kind))
            insist_input_untouched(mine, Draws(seed).normal(2, kind.inplanes, 6, 5))

    def _copies(self, candidate: Any, seed: int) -> None:
        for kind in (self.kinds[0], self.kinds[-1]):
            x = Draws(seed).normal(3, kind.inplanes, 6, 4)
            insist_copies_work(lambda kind=kind: self.make(candidate, kind), x)

    def probe(self, candidate: Any) -> Looks:
        """List what tells known mistakes apart."""
        found: dict[str, Any] = {"expansion": lambda: getattr(candidate, "expansion", "none")}
        for kind in self.kinds:
            x = Draws(2).normal(2, kind.inplanes, 6, 5)
            found |= observe_module(lambda kind=kind: self.make(candidate, kind), x, self.told(kind))
            found[f"{self.told(kind)}: names"] = lambda kind=kind: sorted(self.make(candidate, kind).state_dict())
        return found | {"defaults": lambda: Draws(1).fill(candidate(16, 4)).eval()(Draws(3).normal(1, 16, 3, 4))}


def changed(right: type[nn.Module], change: Any) -> type[nn.Module]:
    """Make a block whose parts are changed after it is built: change(block, inplanes, planes, stride)."""

    class Changed(right):
        def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
            super().__init__(inplanes, planes, stride, downsample)
            change(self, inplanes, planes, stride)

    return Changed


class Absent:
    """A class attribute that only instances have: it stands for one that is set in __init__."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __get__(self, instance: Any, owner: type) -> int:
        """Give the value to instances; the class has none."""
        if instance is None:
            raise AttributeError("expansion")
        return self.value
