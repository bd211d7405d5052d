"""Flatten: the oracle is torch.nn's own."""

from collections.abc import Callable
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_own_steps
from course_utils.checking.tensors import broken, insist_equal, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.building_blocks.small_layers import (
    insist_extra_repr,
    insist_no_parameters,
    insist_own_inside,
    insist_own_layer,
    insist_same_gradients,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import build, gradients, insist_follows_device, insist_input_untouched

HINTS = (
    "Cut the shape into three parts: the axes before start_dim, those from start_dim to end_dim (both included), and "
    "those after. Only the middle part changes. What becomes of it?",
    "First turn negative numbers into the axes that they mean: −1 is x.ndim − 1. Then x.shape[:start] and "
    "x.shape[end + 1:] stay, and reshape can work out the size between them if you give it −1.",
    "start, end = (d if d >= 0 else x.ndim + d for d in (self.start_dim, self.end_dim)); return "
    "x.reshape(*x.shape[:start], -1, *x.shape[end + 1:]). For reshape x need not lie in one piece; for view it must.",
)

_FINISHED = (nn.Flatten, nn.Unflatten)
_FINISHED_STEPS = ("flatten", "ravel")
_SHAPE = (2, 3, 4, 5)
_SHAPES = ((2, 3, 4, 5), (1, 3, 1, 2), (3, 1, 2, 1, 2), (4, 3))
# start_dim, end_dim: from both ends, one axis alone, negative ones, and a mixture.
_ALL, _FRONT, _MIDDLE, _ONE, _LAST_TWO, _MIXED, _BACK = (0, -1), (0, 1), (1, 2), (2, 2), (-2, -1), (1, -2), (2, 3)
_NEGATIVE_MIDDLE = (-3, -2)
_RANGES = (_ALL, _FRONT, _MIDDLE, _ONE, _LAST_TWO, _MIXED, _BACK, _NEGATIVE_MIDDLE)


def _told(dims: tuple[int, int]) -> str:
    return f"Flatten(start_dim={dims[0]}, end_dim={dims[1]})"


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_layer(candidate, _FINISHED)
    module = build(candidate)
    insist_own_inside(module, _FINISHED)
    insist_own_steps(lambda: run_on(module, torch.ones(2, 3, 4)), _FINISHED_STEPS)


def _insist_flat(mine: nn.Module, right: nn.Module, x: Tensor, promise: str, told: str) -> None:
    expected, got = right(x), run_on(mine, x)
    given = f"{told} on x of shape {tuple(x.shape)}"
    if got.shape != expected.shape:
        raise broken(promise, given, f"expected shape {tuple(expected.shape)}, got {tuple(got.shape)}")
    insist_equal(got, expected, "the numbers stay in their order", axes=("element",) * got.ndim, given=given)


def _default(candidate: Any, seed: int) -> None:
    draws = Draws(seed)
    for shape in _SHAPES:
        promise = "without arguments the batch stays, and all other axes become one"
        _insist_flat(build(candidate), nn.Flatten(), draws.normal(*shape), promise, "Flatten()")


def _ranges(candidate: Any, seed: int) -> None:
    draws = Draws(seed)
    for start, end in ((0, 1), (0, 2), (1, 2), (1, 3), (2, 2), (2, 3), (0, 3), (0, 0)):
        mine = build(candidate, start_dim=start, end_dim=end)
        promise = "the axes from start_dim to end_dim, both included, become one; the others stay"
        _insist_flat(mine, nn.Flatten(start, end), draws.normal(*_SHAPE), promise, _told((start, end)))


def _negative(candidate: Any, seed: int) -> None:
    draws = Draws(seed)
    for start, end in ((0, -1), (1, -2), (-2, -1), (-3, -2), (-1, -1), (-4, -1), (-4, 2), (-3, 3)):
        for shape in (_SHAPE, (3, 1, 2, 3, 2)):
            right = nn.Flatten(start, end)
            promise = "a negative number counts from the end: −1 is the last axis, and is included"
            mine = build(candidate, start, end)
            _insist_flat(mine, right, draws.normal(*shape), promise, _told((start, end)))


def _not_contiguous(candidate: Any, seed: int) -> None:
    x = Draws(seed).normal(2, 3, 4, 5).permute(0, 2, 3, 1)
    promise = "it works on any tensor, one that a permute has left in another order of memory as well"
    for dims in ((1, -1), _MIDDLE):
        _insist_flat(build(candidate, *dims), nn.Flatten(*dims), x, promise, _told(dims))


def _float32(candidate: Any, seed: int) -> None:
    x = Draws(seed, torch.float32).normal(*_SHAPE)
    _insist_flat(build(candidate), nn.Flatten(), x, "it works in float32 as well", "Flatten()")


def _gradient(candidate: Any, seed: int) -> None:
    for dims in ((1, -1), _MIDDLE):
        insist_same_gradients(build(candidate, *dims), nn.Flatten(*dims), Draws(seed).normal(*_SHAPE))


def _extra_repr(candidate: Any, seed: int) -> None:
    insist_extra_repr(build(candidate, 3, -2), "Flatten(3, -2)", ("3", "-2"))


def _no_parameters(candidate: Any, seed: int) -> None:
    insist_no_parameters(build(candidate))


def _reusable(candidate: Any, seed: int) -> None:
    """A module may meet inputs with other numbers of axes: what it works out belongs to the call, not to self."""
    mine = build(candidate, 1, -1)
    for shape in ((2, 3, 4), (2, 3, 4, 5), (6, 2)):
        promise = "one Flatten takes inputs with any number of axes, one after the other"
        _insist_flat(mine, nn.Flatten(), Draws(seed).normal(*shape), promise, "Flatten()")


def _input_untouched(candidate: Any, seed: int) -> None:
    insist_input_untouched(build(candidate), Draws(seed).normal(*_SHAPE))


def _any_device(candidate: Any, seed: int) -> None:
    insist_follows_device(build(candidate), torch.ones(_SHAPE))


# --- the bank -------------------------------------------------------------------------------------------------------


def _probe(candidate: Any) -> Looks:
    x = Draws(1).normal(*_SHAPE)
    found: dict[str, Callable[[], Any]] = {
        f"{start}, {end}": lambda start=start, end=end: candidate(start, end)(x.clone()) for start, end in _RANGES
    }
    for shape in _SHAPES:
        found[f"default {shape}"] = lambda shape=shape: candidate()(Draws(2).normal(*shape))
    return found | {
        "not contiguous": lambda: candidate()(x.permute(0, 2, 3, 1)),
        "twice": lambda: _twice(candidate()),
        "float32": lambda: candidate()(x.float()),
        "gradient": lambda: gradients(candidate(), x),
        "printed": lambda: candidate(3, -2).extra_repr() != "",
        "state": lambda: len(candidate().state_dict()),
    }


def _twice(module: nn.Module) -> Tensor:
    module(Draws(1).normal(2, 3, 4))
    return module(Draws(1).normal(2, 3, 4, 5))


def _flattening(function: Callable[[Tensor, int, int], Tensor], start: int = 1, end: int = -1) -> type[nn.Module]:
    """Make a Flatten that does function(x, start_dim, end_dim), with other defaults where asked."""
    defaults = start, end

    class Flattening(nn.Flatten):
        def __init__(self, start_dim: int = defaults[0], end_dim: int = defaults[1]) -> None:
            super().__init__(start_dim, end_dim)

        def forward(self, x: Tensor) -> Tensor:
            return function(x, self.start_dim, self.end_dim)

    return Flattening


def _as_torch(x: Tensor, start: int, end: int) -> Tensor:
    return x.flatten(start, end)


def _end_excluded(x: Tensor, start: int, end: int) -> Tensor:
    start, end = start % x.ndim, end % x.ndim
    return x.flatten(start, end - 1) if end > start else x


def _negative_is_sliced(x: Tensor, start: int, end: int) -> Tensor:
    """Slice with end + 1 although end is −1: x.shape[0:] is the whole shape again."""
    kept = (*x.shape[:start], *x.shape[end + 1 :])
    return x.reshape(*x.shape[:start], x.numel() // prod(kept), *x.shape[end + 1 :])


def _negative_end_means_last(x: Tensor, start: int, end: int) -> Tensor:
    return x.flatten(start, -1 if end < 0 else end)


def _negative_start_means_first(x: Tensor, start: int, end: int) -> Tensor:
    return x.flatten(max(start, 0), end)


def _other_order(x: Tensor, start: int, end: int) -> Tensor:
    """Count the last axis slowest."""
    start, end = start % x.ndim, end % x.ndim
    middle = range(start, end + 1)
    return x.permute(*range(start), *reversed(middle), *range(end + 1, x.ndim)).flatten(start, end)


def _view(x: Tensor, start: int, end: int) -> Tensor:
    start, end = start % x.ndim, end % x.ndim
    return x.view(*x.shape[:start], -1, *x.shape[end + 1 :])


def _end_too_far(x: Tensor, start: int, end: int) -> Tensor:
    return x.flatten(start, min(end % x.ndim + 1, x.ndim - 1))


def _keeps_ones(x: Tensor, start: int, end: int) -> Tensor:
    flat = x.flatten(start, end)
    end, start = end % x.ndim, start % x.ndim
    return flat.reshape(*flat.shape[: start + 1], *([1] * (end - start)), *flat.shape[start + 1 :])


class _Remembers(nn.Flatten):
    def forward(self, x: Tensor) -> Tensor:
        self.start_dim, self.end_dim = self.start_dim % x.ndim, self.end_dim % x.ndim
        return x.flatten(self.start_dim, self.end_dim)


class _Silent(nn.Flatten):
    def extra_repr(self) -> str:
        return ""


_SLICES = "the shape that you give to reshape: what stays before, −1, what stays after"

MISTAKES = (
    Mistake(
        "always_all_but_batch",
        "always keeps the batch and flattens the rest, whatever start_dim and end_dim say",
        "where forward uses start_dim and end_dim",
        1,
        _flattening(lambda x, start, end: x.flatten(1)),
    ),
    Mistake(
        "end_ignored",
        "flattens everything from start_dim on, and ignores end_dim",
        "what becomes of the axes after end_dim",
        1,
        _flattening(lambda x, start, end: x.flatten(start)),
    ),
    Mistake(
        "start_ignored",
        "flattens from axis 1 on, and ignores start_dim",
        "what becomes of the axes before start_dim",
        1,
        _flattening(lambda x, start, end: x.flatten(1, end)),
    ),
    Mistake(
        "end_excluded",
        "leaves end_dim out, as Python's ranges do",
        "the end of the range: end_dim is included",
        2,
        _flattening(_end_excluded),
    ),
    Mistake("end_too_far", "goes one axis beyond end_dim", _SLICES, 3, _flattening(_end_too_far)),
    Mistake(
        "negative_sliced",
        "slices with a negative end_dim",
        "x.shape[end + 1:] when end is −1: that is x.shape[0:], the whole shape",
        2,
        _flattening(_negative_is_sliced),
    ),
    Mistake(
        "negative_is_last",
        "takes every negative end_dim for −1",
        "end_dim = −2: the axis before the last",
        2,
        _flattening(_negative_end_means_last),
    ),
    Mistake(
        "negative_is_first",
        "takes a negative start_dim for 0",
        "start_dim = −2: the axis before the last",
        2,
        _flattening(_negative_start_means_first),
    ),
    Mistake(
        "default_from_zero",
        "flattens the batch away unless told otherwise",
        "the default of start_dim: 1",
        1,
        _flattening(_as_torch, start=0),
    ),
    Mistake(
        "default_end",
        "flattens two axes unless told otherwise",
        "the default of end_dim: −1",
        1,
        _flattening(_as_torch, end=2),
    ),
    Mistake(
        "everything",
        "makes one long vector of everything",
        _SLICES,
        1,
        _flattening(lambda x, start, end: x.flatten()),
    ),
    Mistake(
        "other_order",
        "puts the numbers into another order",
        "what moves numbers about: permute, transpose or .T. Flattening moves none",
        2,
        _flattening(_other_order),
    ),
    Mistake(
        "view",
        "uses view, which refuses a tensor that a permute has left in another order of memory",
        "view: reshape does the same, and copies where it must",
        3,
        _flattening(_view),
    ),
    Mistake("keeps_ones", "leaves axes of size 1 behind", _SLICES, 1, _flattening(_keeps_ones)),
    Mistake(
        "remembers",
        "changes self.start_dim or self.end_dim in forward, so that the next input meets other numbers",
        "assignments to self in forward: work out start and end as local variables",
        2,
        _Remembers,
    ),
    Mistake(
        "detached",
        "cuts the gradient off",
        "calls like .detach(), .data or no_grad",
        2,
        _flattening(lambda x, start, end: x.detach().flatten(start, end)),
    ),
    Mistake(
        "fixed_dtype",
        "always answers in float32",
        "calls like .float()",
        2,
        _flattening(lambda x, start, end: x.flatten(start, end).float()),
    ),
    Mistake("silent", "has no extra_repr", "extra_repr: it returns text", 2, _Silent),
)

EXERCISE = Exercise(
    name="Flatten",
    hints=HINTS,
    right=nn.Flatten,
    tests={
        "test_flatten": (
            Check("own work", _own_work, structural=True),
            Check("default", _default),
            Check("ranges", _ranges),
            Check("negative axes", _negative),
            Check("not contiguous", _not_contiguous),
            Check("float32", _float32),
            Check("gradient", _gradient),
            Check("extra_repr", _extra_repr),
            Check("no parameters", _no_parameters),
            Check("any number of axes", _reusable),
            Check("input untouched", _input_untouched),
            Check("any device", _any_device),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
