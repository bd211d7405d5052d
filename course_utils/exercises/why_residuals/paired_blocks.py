"""Checks of a block beside a right one; layers are paired by their shapes, whatever their names and their order."""

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_own_work
from course_utils.checking.tensors import broken, describe, insist_equal, run_on
from course_utils.checking.values import Check, PromiseBroken
from course_utils.exercises.first_apart import first_apart, outputs_by_layer
from course_utils.exercises.networks import (
    build,
    gradients_by_name,
    insist_copies_work,
    insist_gradients,
    insist_input_untouched,
    observe_module,
)

_SOLVED = "course_utils.training"  # its networks have such blocks, too


@dataclass(frozen=True)
class Kind:
    """One way to ask for a block; `flag` is its last argument, the one that makes two blocks of it."""

    in_feats: int
    out_feats: int
    stride: int
    flag: bool


@dataclass(frozen=True)
class PairedBlocks:
    """What is checked of a block.

    name, right: the exercise's name, and the oracle; flag: the name of its last argument.
    groups: what to ask for, by the name of the check; promises: what each of these checks promises, in eval mode.
    defaults: what is promised of a block that is made from two numbers alone.
    parts: the layers that the block should have, in words; depth: how many layers lie behind one output.
    """

    name: str
    right: type[nn.Module]
    flag: str
    groups: Mapping[str, tuple[Kind, ...]]
    promises: Mapping[str, str]
    defaults: str
    parts: str
    depth: int

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """All that is asked for."""
        return tuple(kind for kinds in self.groups.values() for kind in kinds)

    @property
    def few(self) -> tuple[Kind, ...]:
        """The last kind of each group, in which most happens at once."""
        return tuple(kinds[-1] for kinds in self.groups.values())

    @property
    def _default_kind(self) -> Kind:
        return Kind(3, 5, 1, inspect.signature(self.right).parameters[self.flag].default)

    def told(self, kind: Kind) -> str:
        """Write the call as a student would."""
        return f"{self.name}({kind.in_feats}, {kind.out_feats}, stride={kind.stride}, {self.flag}={kind.flag})"

    def make(self, block: Any, kind: Kind) -> nn.Module:
        """Build a block, the student's or another."""
        settings = {"stride": kind.stride, self.flag: kind.flag}
        return build(block, kind.in_feats, kind.out_feats, **settings)

    @property
    def checks(self) -> tuple[Check, ...]:
        """List them, the rule about how the class is made first."""
        return (
            Check("own work", self._own_work, structural=True),
            Check("layers", self._layers),
            Check("shape", self._shape),
            Check("input untouched", self._input_untouched),
            *(Check(name, self._group(name)) for name in self.groups),
            Check("training", self._training),
            Check("defaults", self._defaults),
            Check("gradients", self._gradients),
            Check("float32", self._float32),
            Check("copies", self._copies),
        )

    def _own_work(self, candidate: Any, seed: int) -> None:
        insist_own_work(candidate, lambda: self.make(candidate, self.few[-1]))
        parts = [type(part) for part in self.make(candidate, self.few[-1]).modules()]
        if any(base.__module__.startswith(_SOLVED) for part in parts for base in part.__mro__):
            raise broken("the work is your own", f"{_SOLVED} does it, which has solved this exercise")

    def _layers(self, candidate: Any, seed: int) -> None:
        for kind in self.kinds:
            self._twin(self.make(candidate, kind), kind)

    def _twin(self, mine: nn.Module, kind: Kind, told: str = "") -> tuple[nn.Module, Mapping[str, str]]:
        """Make a right block with the student's weights; with it come its names for the student's tensors."""
        right = self.make(self.right, kind).to(next(mine.parameters(), torch.zeros(())).dtype)
        own, theirs = _layers(mine), self._layers_of(kind)
        names = _pairs(own, theirs)
        if not len(names) == len(_names(own)) == len(_names(theirs)):
            raise broken(
                f"it has these layers, and no others with weights: {self.parts}",
                *_unpaired(own, theirs, told or self.told(kind)),
            )
        state = mine.state_dict(keep_vars=True)
        right.load_state_dict({theirs: state[own].detach().clone() for own, theirs in names.items()})
        return right.train(mine.training), names

    def _shape(self, candidate: Any, seed: int) -> None:
        for kind in self.kinds:
            x = torch.ones(2, kind.in_feats, 7, 5)
            wanted = self.make(self.right, kind)(x).shape
            got = run_on(self.make(candidate, kind).float(), x, self.told(kind)).shape
            if wanted != got:
                raise broken(
                    "height and width are divided by the stride, rounded up, and nothing else changes them",
                    f"{self.told(kind)} on x of shape {describe(x.shape)}",
                    f"expected shape {describe(wanted)}, got {describe(got)}",
                )

    def _values(self, candidate: Any, draws: Draws, kinds: tuple[Kind, ...], training: bool, promise: str) -> None:
        for index, kind in enumerate(kinds):
            # Odd and even sizes, one image and several, take turns; in training mode the other way round.
            shape = ((2, 7, 6), (1, 5, 9))[(index + training) % 2]
            mine = draws.fill(self.make(candidate, kind)).train(training)
            self._insist_same(mine, kind, draws.normal(shape[0], kind.in_feats, *shape[1:]), promise)

    def _insist_same(self, mine: nn.Module, kind: Kind, x: Tensor, promise: str, told: str = "") -> None:
        """Compare the outputs of block and twin, then the running statistics that the call has moved."""
        told = told or self.told(kind)
        twin, names = self._twin(mine, kind, told)
        state = {own: tensor.clone() for own, tensor in mine.state_dict().items()}
        expected = twin(x.clone())
        given = f"{told} on x of shape {describe(x.shape)}"
        try:
            insist_equal(run_on(mine, x.clone(), told), expected, promise, depth=self.depth, given=given)
        except PromiseBroken as error:
            evidence = (*error.finding.evidence, *_place(mine, twin, names, state, x))
            raise PromiseBroken(replace(error.finding, evidence=evidence)) from None
        after = dict(twin.named_buffers())
        for own, got in mine.named_buffers():
            promise = f"the running statistics follow ({own})"
            insist_equal(got, after[names[own]], promise, axes=("channel",) * got.ndim, depth=self.depth)

    def _group(self, name: str) -> Callable[[Any, int], None]:
        def look(candidate: Any, seed: int) -> None:
            self._values(candidate, Draws(seed), self.groups[name], False, self.promises[name])

        return look

    def _training(self, candidate: Any, seed: int) -> None:
        promise = "in training mode every batch norm sees the values that it should"
        self._values(candidate, Draws(seed + 1), self.kinds, True, promise)

    def _defaults(self, candidate: Any, seed: int) -> None:
        mine = Draws(seed).fill(build(candidate, 3, 5)).eval()
        told = f"{self.name}(3, 5)"
        self._insist_same(mine, self._default_kind, Draws(seed).normal(2, 3, 4, 6), self.defaults, told)

    def _gradients(self, candidate: Any, seed: int) -> None:
        for kind in self.few:
            for training in (True, False):
                mine = Draws(seed + 3).fill(self.make(candidate, kind)).train(training)
                x = Draws(seed).normal(3, kind.in_feats, 6, 5)
                twin, names = self._twin(mine, kind)
                expected = gradients_by_name(twin, x)
                wanted = {own: expected[names.get(own, own)] for own in ("the input", *dict(mine.named_parameters()))}
                insist_gradients(gradients_by_name(mine, x), wanted, self.depth * 10, given=self.told(kind))

    def _float32(self, candidate: Any, seed: int) -> None:
        draws = Draws(seed + 2, torch.float32)
        self._values(candidate, draws, self.few, False, "it works in float32 as well")

    def _input_untouched(self, candidate: Any, seed: int) -> None:
        for kind in (self.kinds[0], *self.few):
            mine = Draws(seed).fill(self.make(candidate, kind))
            insist_input_untouched(mine, Draws(seed).normal(2, kind.in_feats, 6, 5))

    def _copies(self, candidate: Any, seed: int) -> None:
        for kind in self.few:
            x = Draws(seed).normal(3, kind.in_feats, 6, 4)
            insist_copies_work(lambda kind=kind: self.make(candidate, kind), x)

    def probe(self, candidate: Any) -> Looks:
        """List what tells known mistakes apart."""
        found: dict[str, Any] = {}
        for kind in self.kinds:
            # Of even height and width, a stride that begins late still gives the right shape.
            x = Draws(2).normal(2, kind.in_feats, 6, 4 + kind.stride)
            make = lambda kind=kind: _InOrder(self.make(candidate, kind), self._layers_of(kind))  # noqa: E731
            found |= observe_module(make, x, self.told(kind), gradient=kind in self.few)
        x = Draws(3).normal(2, 3, 5, 4)
        defaults = self._layers_of(self._default_kind)
        return found | observe_module(lambda: _InOrder(candidate(3, 5), defaults), x, "defaults", gradient=False)

    def _layers_of(self, kind: Kind) -> "_Layers":
        return _known_layers(self.right, self.flag, kind)


_Layers = Mapping[str, Mapping[str, tuple[int, ...]]]
"""The shapes of layers' own parameters and buffers, by the layers' names and by their own."""


@cache
def _known_layers(right: type[nn.Module], flag: str, kind: Kind) -> _Layers:
    """Keep the layers of right blocks: building one takes longer than running it."""
    return _layers(right(kind.in_feats, kind.out_feats, stride=kind.stride, **{flag: kind.flag}))


class _InOrder(nn.Module):
    """A block that gives its parameters and buffers in the right block's order, so that the same draws fill them."""

    def __init__(self, block: nn.Module, right: _Layers) -> None:
        super().__init__()
        order = _names(right)
        self._rank = {own: order.index(theirs) for own, theirs in _pairs(_layers(block), right).items()}
        self.block = block

    def forward(self, x: Tensor) -> Tensor:
        return self.block(x)

    def named_parameters(self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True) -> Iterator:
        return iter(self._sorted(self.block.named_parameters()) if recurse else ())

    def named_buffers(self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True) -> Iterator:
        return iter(self._sorted(self.block.named_buffers()) if recurse else ())

    def _sorted(self, named: Iterator[tuple[str, Tensor]]) -> list[tuple[str, Tensor]]:
        """Put what has no counterpart behind all that has."""
        return sorted(named, key=lambda pair: self._rank.get(pair[0], len(self._rank)))


def _pairs(mine: _Layers, right: _Layers) -> Mapping[str, str]:
    """Pair the names of parameters and buffers, layer by layer: equal shapes go together, in order of declaration."""
    waiting = dict(right)
    names: dict[str, str] = {}
    for name, tensors in mine.items():
        twin = next((other for other, theirs in waiting.items() if [*theirs.values()] == [*tensors.values()]), None)
        if twin is not None:
            names |= dict(zip(_full(name, tensors), _full(twin, waiting.pop(twin)), strict=True))
    return names


def _names(layers: _Layers) -> list[str]:
    return [name for layer, tensors in layers.items() for name in _full(layer, tensors)]


def _full(name: str, tensors: Mapping[str, Any]) -> list[str]:
    return [f"{name}.{one}" if name else one for one in tensors]


def _layers(module: nn.Module) -> _Layers:
    found = {}
    for name, part in module.named_modules():
        own = [*part.named_parameters(recurse=False), *part.named_buffers(recurse=False)]
        if own:
            found[name] = {key: tuple(tensor.shape) for key, tensor in own}
    return found


def _unpaired(mine: _Layers, right: _Layers, told: str) -> list[str]:
    """Name a layer with weights that the block should have, and one that it should not."""
    got, wanted = (Counter(tuple(tensors.values()) for tensors in layers.values()) for layers in (mine, right))
    missing, extra = [*(wanted - got)], [*(got - wanted)]
    lines = []
    if missing:
        lines.append(
            f"{told} needs {_worded(missing[0])}, and has {'too few of them' if missing[0] in got else 'none'}"
        )
    if extra:
        lines.append(
            f"{'it' if missing else told} has {_worded(extra[0])}{', one too many' if extra[0] in wanted else ''}"
        )
    return lines


def _worded(shapes: tuple[tuple[int, ...], ...]) -> str:
    """Say what layer has tensors of these shapes."""
    weight, *others = shapes
    if len(weight) == 4 and len(others) < 2:
        out, into, height, width = weight
        bias = "with" if others else "without"
        return f"a {height}×{width} convolution from {into} to {out} channels {bias} a bias"
    if len(shapes) == 5 and len(weight) == 1:
        return f"a batch norm over {weight[0]} channels"
    return f"a layer with tensors of shapes {', '.join(map(str, shapes))}"


def _place(
    mine: nn.Module, twin: nn.Module, names: Mapping[str, str], state: Mapping[str, Tensor], x: Tensor
) -> tuple[str, ...]:
    """Name the first of the student's layers whose output differs, both starting again from `state`."""
    expected = outputs_by_layer(twin, {names[own]: tensor for own, tensor in state.items()}, x)
    twins = {own.rpartition(".")[0]: theirs.rpartition(".")[0] for own, theirs in names.items()}
    return first_apart(expected, outputs_by_layer(mine, state, x), twins)
