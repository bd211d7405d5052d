"""Flatten: the oracle is torch.nn's own."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.tensors import run_on
from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.layer_mistakes import (
    computing,
    detached,
    fixed_dtype,
    silent,
    with_defaults,
)
from course_utils.exercises.building_blocks.small_layers import extra_repr, layer, no_parameters, own_layer
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import Case, any_device, input_gradient, untouched, values
from course_utils.exercises.observers import each_row, one_row

HINTS = (
    "Cut the shape into three parts: the axes before `start_dim`, those from `start_dim` to `end_dim` (both "
    "included), and those after. Only the middle part changes. What becomes of it?",
    "First turn negative numbers into the axes that they mean: −1 is `x.ndim - 1`. Then `x.shape[:start]` and "
    "`x.shape[end + 1:]` stay, and `reshape` can work out the size between them if you give it −1.",
    "Count both ends from the front first:\n"
    "```python\n"
    "start, end = (d if d >= 0 else x.ndim + d for d in (self.start_dim, self.end_dim))\n"
    "return x.reshape(*x.shape[:start], -1, *x.shape[end + 1:])\n"
    "```\n"
    "`reshape` takes any x; `view` would refuse one that isn't in one piece.",
)

# --- the looks ------------------------------------------------------------------------------------------------------

_FINISHED = (nn.Flatten, nn.Unflatten)
_FINISHED_STEPS = ("flatten", "ravel")
_SHAPE = (2, 3, 4, 5)

_case, _values = partial(layer, "Flatten", axes=()), partial(values, training=False, axes=())
_PLAIN, _MIDDLE = _case(_SHAPE), _case(_SHAPE, start_dim=1, end_dim=2)
_DEFAULTS = (_PLAIN, _case((1, 3, 1, 2)), _case((3, 1, 2, 1, 2)), _case((4, 3, 2)))
_RANGES = (
    *(_case(_SHAPE, start_dim=start, end_dim=end) for start, end in ((0, 1), (0, 2), (1, 2), (1, 3), (2, 2), (2, 3))),
    *(_case(_SHAPE, start_dim=0, end_dim=end) for end in (3, 0)),
    _case((4, 3), start_dim=0, end_dim=1),
)
_NEGATIVE = tuple(
    _case(shape, start_dim=start, end_dim=end)
    for start, end in ((0, -1), (1, -2), (-2, -1), (-3, -2), (-1, -1), (-4, -1), (-4, 2), (-3, 3))
    for shape in (_SHAPE, (3, 1, 2, 3, 2))
)


def _permuted(candidate: Any, seed: int, case: Case) -> Tensor:
    return run_on(case.make(candidate), Draws(seed).normal(*_SHAPE).permute(0, 2, 3, 1), case.told)


def _one_after_the_other(candidate: Any, seed: int) -> Tensor:
    """A module may meet inputs with other numbers of axes: what it works out belongs to the call, not to self."""
    mine, draws = _PLAIN.make(candidate), Draws(seed)
    run_on(mine, draws.normal(2, 3, 4), _PLAIN.told)
    return run_on(mine, draws.normal(*_SHAPE), _PLAIN.told)


LOOKS = (
    own_layer(_PLAIN, _FINISHED, _FINISHED_STEPS),
    _values(
        "no arguments",
        "without arguments the batch stays, and all other axes become one, with the numbers in their order",
        _DEFAULTS,
    ),
    _values(
        "start_dim and end_dim",
        "the axes from start_dim to end_dim, both included, become one; the others stay",
        _RANGES,
    ),
    _values("negative axes", "a negative number counts from the end: −1 is the last axis, and is included", _NEGATIVE),
    Look(
        "not contiguous",
        "it works on any tensor, even one that a permute has left in another memory order",
        each_row(_permuted, {f"{case.told}: x is permuted to shape (2, 4, 5, 3)": case for case in (_PLAIN, _MIDDLE)}),
        axes=(),
    ),
    _values("float32", "it works in float32 as well", (_PLAIN,), dtype=torch.float32),
    input_gradient((_PLAIN, _MIDDLE), "the gradient flows back to the input as it should"),
    extra_repr(_case(_SHAPE, 3, -2)),
    no_parameters(_PLAIN),
    Look(
        "any number of axes",
        "one Flatten takes inputs with any number of axes, one after the other",
        one_row(_one_after_the_other, f"{_PLAIN.told}: x has shape (2, 3, 4), and then {_SHAPE}"),
        axes=(),
    ),
    untouched((_PLAIN,)),
    any_device(_PLAIN),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()


def _flattening(function: Callable[[Tensor, int, int], Tensor]) -> type[nn.Module]:
    """Make a Flatten that does function(x, start_dim, end_dim)."""
    return computing(nn.Flatten, lambda layer, x: function(x, layer.start_dim, layer.end_dim))


def _counted(function: Callable[[Tensor, int, int], Tensor]) -> type[nn.Module]:
    """Make one that counts negative axes from the end first."""
    return _flattening(lambda x, *ends: function(x, *(end + x.ndim if end < 0 else end for end in ends)))


def _from_to(x: Tensor, start: int, stop: int) -> Tensor:
    """Make one axis of those from `start` to `stop`, without that one: what stays before, −1, what stays after."""
    return x.reshape(*x.shape[:start], -1, *x.shape[stop:])


@BANK.mistake(
    "changes self.start_dim or self.end_dim in forward, so that the next input meets other numbers",
    "assignments to self in forward: work out start and end as local variables",
    2,
)
class _Remembers(nn.Flatten):
    def forward(self, x: Tensor) -> Tensor:
        self.start_dim, self.end_dim = self.start_dim % x.ndim, self.end_dim % x.ndim
        return super().forward(x)


def _keeps_ones(x: Tensor, start: int, end: int) -> Tensor:
    return x.reshape(*x.shape[:start], -1, *[1] * (end - start), *x.shape[end + 1 :])


def _reversed(x: Tensor, start: int, end: int) -> Tensor:
    """Count the last axis slowest."""
    axes = *range(start), *range(end, start - 1, -1), *range(end + 1, x.ndim)
    return x.permute(axes).flatten(start, end)


slices = BANK.about("the shape that you give to reshape: what stays before, −1, what stays after", 1)
slices("keeps_ones", "leaves axes of size 1 behind", _counted(_keeps_ones))
slices("everything", "makes one long vector of everything", _flattening(lambda x, start, end: x.flatten()))
silent(BANK, nn.Flatten, hint=2)
detached(BANK, nn.Flatten, hint=2)
fixed_dtype(BANK, nn.Flatten, hint=2)
BANK.add(
    "negative_sliced",
    "slices with a negative end_dim",
    "x.shape[end + 1:] when end is −1: that is x.shape[0:], the whole shape",
    2,
    _flattening(lambda x, start, end: _from_to(x, start, end + 1)),
)


@BANK.mistake(
    "knows only one negative number, end_dim = −1",
    "all negative numbers, of start_dim as well: −2 is the axis x.ndim − 2",
    2,
    by=_flattening,
)
def _minus_one_only(x: Tensor, start: int, end: int) -> Tensor:
    after = range((x.ndim - 1 if end == -1 else end) + 1, x.ndim)
    return x.reshape([*map(x.size, range(start)), -1, *map(x.size, after)])


BANK.add(
    "negative_is_last",
    "takes every negative end_dim for −1",
    "end_dim = −2: the axis before the last",
    2,
    _flattening(lambda x, start, end: x.flatten(start, max(end, -1))),
)
BANK.add(
    "negative_is_first",
    "takes a negative start_dim for 0",
    "start_dim = −2: the axis before the last",
    2,
    _flattening(lambda x, start, end: x.flatten(max(start, 0), end)),
)
BANK.add(
    "view",
    "uses view, which refuses a tensor that a permute has left in another order of memory",
    "view: reshape does the same, and copies where it must",
    3,
    _counted(lambda x, start, end: x.view(*x.shape[:start], -1, *x.shape[end + 1 :])),
)
BANK.add(
    "other_order",
    "puts the numbers into another order",
    "what moves numbers about: permute, transpose or .T. Flattening moves none",
    2,
    _counted(_reversed),
    _counted(lambda x, start, end: x.transpose(start, end).flatten(start, end)),
)
BANK.add(
    "end_excluded",
    "leaves end_dim out, as Python's ranges do",
    "the end of the range: end_dim is included",
    2,
    _counted(_from_to),
    _counted(lambda x, start, end: x if start == end else x.flatten(start, end - 1)),
)
BANK.add(
    "product_too_short",
    "multiplies the sizes from start_dim on without that of end_dim",
    "the end of the range that you multiply over: end_dim is included",
    2,
    _counted(lambda x, start, end: x.reshape(*x.shape[:start], x.shape[start:end].numel(), *x.shape[end + 1 :])),
)
BANK.add(
    "end_too_far",
    "goes one axis beyond end_dim",
    "the shape that you give to reshape: what stays before, −1, what stays after",
    3,
    _counted(lambda x, start, end: _from_to(x, start, end + 2)),
)
BANK.add(
    "always_all_but_batch",
    "always keeps the batch and flattens the rest, whatever start_dim and end_dim say",
    "where forward uses start_dim and end_dim",
    1,
    _flattening(lambda x, start, end: x.flatten(1)),
)
BANK.add(
    "end_ignored",
    "flattens everything from start_dim on, and ignores end_dim",
    "what becomes of the axes after end_dim",
    1,
    _flattening(lambda x, start, end: x.flatten(start)),
)
BANK.add(
    "start_ignored",
    "flattens from axis 1 on, and ignores start_dim",
    "what becomes of the axes before start_dim",
    1,
    _counted(lambda x, start, end: _from_to(x, 1, end + 1)),
)
BANK.add(
    "default_from_zero",
    "flattens the batch away unless told otherwise",
    "the default of start_dim: 1",
    1,
    with_defaults(nn.Flatten, start_dim=0),
)
BANK.add(
    "default_end",
    "flattens two axes unless told otherwise",
    "the default of end_dim: −1",
    1,
    with_defaults(nn.Flatten, end_dim=2),
)

EXERCISE = Exercise(
    name="Flatten",
    hints=HINTS,
    right=nn.Flatten,
    tests={"test_flatten": LOOKS},
    mistakes=BANK.all,
)
