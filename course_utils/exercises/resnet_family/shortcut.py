"""shortcut: the paper's three ways past a block. The oracle is made of torch.nn's parts and one constant pad."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import (
    Case,
    copies,
    gradients_flow,
    parameters,
    shape,
    statistics,
    untouched,
    values,
)
from course_utils.exercises.networks import insist_follows_device
from course_utils.exercises.resnet_family.padded_skips import WRONG_SKIPS, Skip, right_skip, zeros_behind
from course_utils.exercises.resnets.residual_block import projection

HINTS = (
    "Sort out first which case each option is in: when is the answer the input itself, when a projection, and when "
    "zeros? B asks whether the shape changes; C never asks.",
    "B and C need only nn.Identity() and nn.Sequential(nn.Conv2d(…, 1, stride=stride, bias=False), nn.BatchNorm2d(…)). "
    "A needs a small module of its own: take every stride-th pixel by slicing, then append channels of zeros.",
    "In A's forward: x = x[:, :, ::self.stride, ::self.stride], then F.pad(x, (0, 0, 0, 0, 0, self.extra)) with extra "
    "= out_channels - in_channels. F.pad counts axes from the last: two numbers for the width, two for the height, "
    "then before and after the channels.",
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


def _identity_or(change: Make) -> Make:
    return lambda i, o, s: nn.Identity() if (i, s) == (o, 1) else change(i, o, s)


def _project(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))


_right_a = _identity_or(_Padded)


def _right_b(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    return projection(in_channels, out_channels, stride) or nn.Identity()


def _options(a: Make = _right_a, b: Make = _right_b, c: Make = _project, other: Make | None = None) -> Any:
    """Make a shortcut function from what each option makes."""

    def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
        makers = {"A": a, "B": b, "C": c}
        if option not in makers and other is None:
            raise ValueError(f"option {option!r}: expected 'A', 'B' or 'C'")
        return makers.get(option, other)(in_channels, out_channels, stride)

    return shortcut


right_shortcut = _options()


# --- the looks ------------------------------------------------------------------------------------------------------


def _made(candidate: Any, told: str, *args: Any, **settings: Any) -> nn.Module:
    with asking(f"calling {told}"):
        module = candidate(*args, **settings)
    if module is None:
        raise broken("a module comes back", f"{told} returned None: is a `return` missing?")
    if not isinstance(module, nn.Module):
        raise broken("a module comes back", f"{told} gave a {type(module).__name__}")
    return module


def _case(option: str, in_channels: int, out_channels: int, stride: int, *size: int) -> Case:
    told = f"shortcut({option!r}, {in_channels}, {out_channels}, stride={stride})"

    def make(candidate: Any) -> nn.Module:
        return _made(candidate, told, option, in_channels, out_channels, stride=stride)

    return Case(told, make, (2, in_channels, *size))


# Nothing changes; channels; size; more than doubled, and another stride; both. Images of even and of odd size.
_KINDS = ((4, 4, 1, 7, 6), (4, 6, 1, 5, 7), (4, 4, 2, 8, 6), (2, 7, 3, 6, 7), (3, 6, 2, 7, 5))
_CASES = {option: [_case(option, *kind) for kind in _KINDS] for option in "ABC"}
_ALL = [case for cases in _CASES.values() for case in cases]
_PROJECTIONS = (*_CASES["B"], *_CASES["C"])
_LAST = [cases[-1] for cases in _CASES.values()]  # channels and size change
_DEFAULT = Case(
    "shortcut('C', 3, 5)", lambda candidate: _made(candidate, "shortcut('C', 3, 5)", "C", 3, 5), (2, 3, 4, 6)
)
_PROMISES = {
    "A": "A takes every stride-th pixel and appends channels of zeros, nothing else",
    "B": "B projects where the shape changes, and hands the input on where it does not",
    "C": "C projects always: a 1×1 convolution with the stride, then a batch norm",
}


def _option(option: str) -> tuple[Look, Look]:
    cases, promise = _CASES[option], _PROMISES[option]
    return (
        parameters(cases, promise, f"parameters of {option}"),
        values(f"option {option}", promise, cases, False, depth=2),
    )


def _unknown(candidate: Any, seed: int) -> dict[str, Any]:
    return {"shortcut('D', 4, 4)": lambda: _what_comes(candidate)}


def _what_comes(candidate: Any) -> str | None:
    try:
        candidate("D", 4, 4)
    except NotImplementedError:
        raise
    except ValueError:
        return None
    except Exception as error:  # noqa: BLE001  (which error it is, is the question)
        return f"it raised {type(error).__name__}"
    return "it gave something all the same"


def _device(candidate: Any, seed: int) -> dict[str, Any]:
    def follows(case: Case) -> None:
        insist_follows_device(case.make(candidate), torch.ones(case.shape))

    return {case.given: partial(follows, case) for case in _LAST}


LOOKS = (
    shape(_ALL, "out_channels come out, and height and width are divided by the stride, rounded up"),
    *(look for option in "ABC" for look in _option(option)),
    values(
        "training",
        "in training mode the batch norm of a projection sees the values that it should",
        _ALL,
        True,
        depth=2,
    ),
    statistics(_PROJECTIONS, depth=2),
    values("default stride", "stride is 1 unless said otherwise", (_DEFAULT,), False, depth=2),
    gradients_flow(_LAST, depth=20),
    Look("unknown option", "an option that there is not raises ValueError", _unknown),
    untouched(_ALL),
    values("float32", "it works in float32 as well", _LAST, False, torch.float32, depth=2),
    copies(_LAST[1:]),
    Look("device", "it works on the device of its input", _device),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()


def _padded(forward: Skip) -> Any:
    """Make a shortcut function with another option A."""

    class Padded(_Padded):
        def forward(self, x: Tensor) -> Tensor:
            return forward(x, self.extra, self.stride)

    return _options(a=_identity_or(Padded))


def _wrong(way: str) -> list[Any]:
    return [_padded(skip) for skip in WRONG_SKIPS[way]]


def _zeros_on_the_cpu(x: Tensor, extra: int, stride: int) -> Tensor:
    x = x[:, :, ::stride, ::stride]
    zeros = torch.zeros(x.shape[0], extra, *x.shape[2:], dtype=x.dtype, device="cpu")
    return torch.cat([x, zeros], dim=1)


def _bare(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    return nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)


def _biased(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride), nn.BatchNorm2d(out_channels))


def _large(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    conv = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out_channels))


def _unstrided(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    return _project(in_channels, out_channels, 1)


def _where(asks: Callable[[int, int, int], bool], make: Make) -> Make:
    return lambda i, o, s: make(i, o, s) if asks(i, o, s) else nn.Identity()


_PAD = "A's zeros: whole channels, behind those of the input"
_SLICE = "A's stride: every stride-th pixel, beginning with the first, as x[:, :, ::stride, ::stride]"
_QUESTION = "B's question: stride 1 *and* equal channels keep the input as it is"
_PROJECTION = "the projection: a 1×1 convolution without bias, with the stride, then a batch norm"

BANK.add("a_pads_in_front", "puts A's zeros before the channels of the input", _PAD, 3, *_wrong("pads_in_front"))
BANK.add(
    "a_pads_both_sides",
    "puts half of A's zeros before the channels of the input, and half behind",
    _PAD,
    3,
    *_wrong("pads_both_sides"),
)
BANK.add(
    "a_zeros_on_the_cpu",
    "makes A's zeros on the CPU, wherever its input is",
    f"{_PAD}; x.new_zeros or F.pad makes them where x is",
    2,
    _padded(_zeros_on_the_cpu),
)
BANK.add("a_repeats", "fills A's new channels with copies of the old ones", _PAD, 2, *_wrong("repeats"))
BANK.add("a_pads_the_map", "pads the map, not the channels", _PAD, 3, *_wrong("pads_the_map"))
BANK.add("a_averages", "averages pixels for A's stride", _SLICE, 2, *_wrong("averages"))
BANK.add("a_max_pools", "takes the largest pixel for A's stride", _SLICE, 2, *_wrong("max_pools"))
BANK.add("a_begins_late", "begins with the second pixel when it strides in A", _SLICE, 3, *_wrong("begins_late"))
BANK.add("a_cuts", "cuts the corner out of the map for A's stride", _SLICE, 3, *_wrong("cuts"))
BANK.add(
    "a_height_only",
    "strides over the height only in A",
    _SLICE,
    3,
    _padded(lambda x, extra, stride: zeros_behind(x[:, :, ::stride], extra)),
)
BANK.add("a_without_stride", "forgets the stride in A", _SLICE, 2, *_wrong("without_stride"))
BANK.add(
    "a_always_2",
    "takes every second pixel in A, whatever the stride",
    _SLICE,
    3,
    _padded(lambda x, extra, stride: zeros_behind(x[:, :, ::2, ::2], extra)),
)
BANK.add("a_projects", "projects in A", "what A is: no parameters at all", 1, _options(a=_right_b))
BANK.add(
    "b_for_stride_only",
    "projects in B only when the stride is not 1",
    _QUESTION,
    1,
    _options(b=_where(lambda i, o, s: s != 1, _project)),
)
BANK.add(
    "b_for_channels_only",
    "projects in B only when the channels change",
    _QUESTION,
    1,
    _options(b=_where(lambda i, o, s: i != o, _project)),
)
BANK.add("b_always", "projects always in B, which is option C", _QUESTION, 1, _options(b=_project))
BANK.add(
    "c_as_b",
    "projects in C only where the shape changes, which is option B",
    "what C is: it never asks",
    1,
    _options(c=_right_b),
)
BANK.add(
    "without_norm",
    "has no batch norm in its projections",
    _PROJECTION,
    2,
    _options(b=_where(lambda i, o, s: (i, s) != (o, 1), _bare), c=_bare),
)
BANK.add(
    "bias",
    "has a bias in its projections",
    _PROJECTION,
    2,
    _options(b=_where(lambda i, o, s: (i, s) != (o, 1), _biased), c=_biased),
)
BANK.add(
    "3x3",
    "projects with a 3×3 convolution",
    _PROJECTION,
    2,
    _options(b=_where(lambda i, o, s: (i, s) != (o, 1), _large), c=_large),
)
BANK.add(
    "unstrided",
    "does not stride in its projections",
    _PROJECTION,
    2,
    _options(b=_where(lambda i, o, s: (i, s) != (o, 1), _unstrided), c=_unstrided),
)
BANK.add(
    "else",
    "takes every other letter for C, as an else does",
    "what happens when option is none of the three",
    1,
    _options(other=_project),
)

EXERCISE = Exercise(
    name="shortcut",
    hints=HINTS,
    right=right_shortcut,
    tests={"test_shortcut": LOOKS},
    mistakes=BANK.all,
)
