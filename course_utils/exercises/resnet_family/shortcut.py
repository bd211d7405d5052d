"""shortcut: the paper's three ways past a block. The oracle is made of torch.nn's parts and one constant pad."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.exercises import module_looks as looks
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import projection
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import error_of, insist_follows_device, made_by, told_call
from course_utils.exercises.observers import each_row
from course_utils.exercises.resnet_family.padded_skips import (
    WRONG_SKIPS,
    Skip,
    right_skip,
    zeros_behind,
    zeros_on_the_cpu,
)

HINTS = (
    "Sort out first which case each option is in: when is the answer the input itself, when a projection, and "
    "when zeros? B asks whether the shape changes; C never asks.",
    "B and C need only `nn.Identity()`, or an `nn.Sequential` of a 1×1 convolution and a batch norm. A needs a "
    "small module of its own: take every stride-th pixel by slicing, then append channels of zeros.",
    "In A's `forward`, where `self.extra` is `out_channels - in_channels`:\n"
    "```python\n"
    "x = x[:, :, ::self.stride, ::self.stride]\n"
    "return functional.pad(x, (0, 0, 0, 0, 0, self.extra))\n"
    "```\n"
    "`pad` counts axes from the last: two numbers for the width, two for the height, then before and after the "
    "channels.",
)


class _Padded(nn.Module):
    """Option A where the shape changes: every stride-th pixel, then channels of zeros behind."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = out_channels - in_channels, stride

    def forward(self, x: Tensor) -> Tensor:
        """Take the pixels, and pad."""
        return right_skip(x, self.extra, self.stride)


Make = Callable[[int, int, int], nn.Module]


def _where(asks: Callable[[int, int, int], bool], make: Make) -> Make:
    return lambda i, o, s: make(i, o, s) if asks(i, o, s) else nn.Identity()


_where_it_changes = partial(_where, lambda i, o, s: (i, s) != (o, 1))
_right_a, _right_b = _where_it_changes(_Padded), _where_it_changes(projection)


def _options(a: Make = _right_a, b: Make = _right_b, c: Make = projection, other: Make | None = None) -> Any:
    """Make a shortcut function from what each option makes."""

    def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
        makers = {"A": a, "B": b, "C": c}
        if option not in makers and other is None:
            raise ValueError(f"option {option!r}: expected 'A', 'B' or 'C'")
        return makers.get(option, other)(in_channels, out_channels, stride)

    return shortcut


right_shortcut = _options()


# --- the looks ------------------------------------------------------------------------------------------------------


def _case(option: str, into: int, out: int, *size: int, **stride: int) -> looks.Case:
    told = told_call("shortcut", repr(option), into, out, **stride)

    def make(candidate: Any) -> nn.Module:
        return made_by(told, "a module", candidate, option, into, out, **stride)

    return looks.Case(told, make, (2, into, *size))


# Nothing changes; channels; size; more than doubled, and another stride; both. Images of even and of odd size.
_KINDS = ((4, 4, 1, 7, 6), (4, 6, 1, 5, 7), (4, 4, 2, 8, 6), (2, 7, 3, 6, 7), (3, 6, 2, 7, 5))
_CASES = {
    option: [_case(option, into, out, *size, stride=stride) for into, out, stride, *size in _KINDS] for option in "ABC"
}
_ALL = [case for cases in _CASES.values() for case in cases]
_PROJECTIONS = (*_CASES["B"], *_CASES["C"])
_LAST = [cases[-1] for cases in _CASES.values()]  # channels and size change
_PROMISES = {
    "A": "A takes every stride-th pixel and appends channels of zeros, nothing else",
    "B": "B projects where the shape changes, and hands the input on where it does not",
    "C": "C projects always: a 1×1 convolution with the stride, then a batch norm",
}


def _option(option: str) -> tuple[Look, Look]:
    cases, promise = _CASES[option], _PROMISES[option]
    return (
        looks.parameters(cases, promise, f"parameters of {option}"),
        looks.values(f"option {option}", promise, cases, False, depth=2),
    )


def _unknown(candidate: Any, seed: int, option: str) -> str:
    return error_of(lambda: candidate(option, 4, 4))


def _follows_device(candidate: Any, seed: int, case: looks.Case) -> None:
    insist_follows_device(case.make(candidate), torch.ones(case.shape))


_TRAINED = "in training mode the batch norm of a projection sees the values that it should"
LOOKS = (
    looks.shape(_ALL, "out_channels come out, and height and width are divided by the stride, rounded up"),
    *(look for option in "ABC" for look in _option(option)),
    looks.values("training mode", _TRAINED, _ALL, True, depth=2),
    looks.statistics(_PROJECTIONS, depth=2),
    looks.values("stride left out", "stride is 1 unless you say otherwise", (_case("C", 3, 5, 4, 6),), False, depth=2),
    looks.gradients_flow(_LAST, depth=20),
    Look(
        "unknown option",
        "any other option than 'A', 'B' and 'C' raises ValueError",
        each_row(
            _unknown, {told_call("shortcut", repr(option), 4, 4): option for option in ("D", "b", "AB", "BC", "")}
        ),
    ),
    looks.untouched(_ALL),
    looks.values("float32", "it works in float32 as well", _LAST, False, torch.float32, depth=2),
    looks.copies(_LAST[1:]),
    Look(
        "any device",
        "it works on the device of its input",
        each_row(_follows_device, {case.given: case for case in _LAST}),
    ),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()


_PAD = "A's zeros: whole channels, after those of the input"
_SLICE = "A's stride: every stride-th pixel, beginning with the first, as x[:, :, ::stride, ::stride]"
_QUESTION = "B's question: stride 1 *and* equal channels keep the input as it is"
_PROJECTION = "the projection: a 1×1 convolution without bias, with the stride, then a batch norm"


def _padded(skip: Skip) -> Any:
    """Make a shortcut function with another option A."""

    class Padded(_Padded):
        def forward(self, x: Tensor) -> Tensor:
            return skip(x, self.extra, self.stride)

    return _options(a=_where_it_changes(Padded))


def _pieces(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    known = "B" if option not in {"A", "B", "C"} and option in "ABC" else option
    return right_shortcut(known, in_channels, out_channels, stride)


def _strides_by_default(option: str, in_channels: int, out_channels: int, stride: int = 2) -> nn.Module:
    return right_shortcut(option, in_channels, out_channels, stride)


_fills, _pads = (BANK.about(_PAD, hint, by=_padded) for hint in (2, 3))
_slices_as, _slices = (BANK.about(_SLICE, hint, by=_padded) for hint in (2, 3))
_asks = BANK.about(_QUESTION, 1, by=lambda asks: _options(b=_where(asks, projection)))
_projects = BANK.about(_PROJECTION, 2, by=lambda make: _options(b=_where_it_changes(make), c=make))

_pads("a_pads_in_front", "puts A's zeros before the channels of the input", *WRONG_SKIPS["pads_in_front"])
_pads(
    "a_pads_both_sides",
    "puts half of A's zeros before the channels of the input, and half after",
    *WRONG_SKIPS["pads_both_sides"],
)
BANK.add(
    "a_zeros_on_the_cpu",
    "makes A's zeros on the CPU, wherever its input is",
    f"{_PAD}; x.new_zeros or F.pad makes them where x is",
    2,
    _padded(zeros_on_the_cpu),
)
_fills("a_repeats", "fills A's new channels with copies of the old ones", *WRONG_SKIPS["repeats"])
_pads("a_pads_the_map", "pads the map, not the channels", *WRONG_SKIPS["pads_the_map"])
_slices_as("a_averages", "averages pixels for A's stride", *WRONG_SKIPS["averages"])
_slices_as("a_max_pools", "takes the largest pixel for A's stride", *WRONG_SKIPS["max_pools"])
_slices("a_begins_late", "begins with the second pixel when it strides in A", *WRONG_SKIPS["begins_late"])
_slices("a_cuts", "cuts the corner out of the map for A's stride", *WRONG_SKIPS["cuts"])
_slices(
    "a_height_only",
    "strides over the height only in A",
    lambda x, extra, stride: zeros_behind(x[:, :, ::stride], extra),
)
_slices_as("a_without_stride", "forgets the stride in A", *WRONG_SKIPS["without_stride"])
_slices(
    "a_always_2",
    "takes every second pixel in A, whatever the stride",
    lambda x, extra, stride: zeros_behind(x[:, :, ::2, ::2], extra),
)
BANK.add("a_projects", "projects in A", "what A is: no parameters at all", 1, _options(a=_right_b))
BANK.add("default_stride_2", "has stride 2 by default", "the default of stride", 1, _strides_by_default)
_asks("b_for_stride_only", "projects in B only when the stride is not 1", lambda i, o, s: s != 1)
_asks("b_for_channels_only", "projects in B only when the channels change", lambda i, o, s: i != o)
_asks("b_always", "projects always in B, which is option C", lambda i, o, s: True)
BANK.add(
    "c_as_b",
    "projects in C only where the shape changes, which is option B",
    "what C is: it never asks",
    1,
    _options(c=_right_b),
)
_projects("without_norm", "has no batch norm in its projections", partial(projection, norm=False))
_projects("bias", "has a bias in its projections", partial(projection, bias=True))
_projects(
    "bare",
    "projects with a bare convolution, which has a bias, and no batch norm after it",
    partial(projection, bias=True, norm=False),
)
_projects("3x3", "projects with a 3×3 convolution", partial(projection, size=3))
_projects("unstrided", "does not stride in its projections", lambda i, o, s: projection(i, o, 1))
BANK.add(
    "else",
    "takes every other letter for C, as an else does",
    "what happens when option is none of the three",
    1,
    _options(other=projection),
)
BANK.add(
    "small_letters",
    "takes small letters for options, too",
    "what happens when option is none of the three: 'b' is not 'B'",
    1,
    lambda option, *args, **settings: right_shortcut(option.upper(), *args, **settings),
)
BANK.add(
    "pieces",
    "takes pieces of the text 'ABC' for options, as 'AB' and 'BC'",
    "how option is compared: `in` asks a text for its pieces, and a tuple or a set for what it holds",
    1,
    _pieces,
)

EXERCISE = Exercise(
    name="shortcut",
    hints=HINTS,
    right=right_shortcut,
    tests={"test_shortcut": LOOKS},
    mistakes=BANK.all,
)
