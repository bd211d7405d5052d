"""shortcut: the paper's three ways past a block. The oracle is made of torch.nn's parts and one constant pad."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, describe, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import (
    insist_copies_work,
    insist_follows_device,
    insist_input_untouched,
    insist_same_forward,
    insist_same_gradients,
    observe_module,
)
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

# in_channels, out_channels, stride: nothing changes; channels; size; both; more than doubled.
_SAME, _CHANNELS, _SIZE, _BOTH, _WIDE = (4, 4, 1), (4, 6, 1), (4, 4, 2), (3, 6, 2), (2, 7, 3)
_KINDS = (_SAME, _CHANNELS, _SIZE, _BOTH, _WIDE)
_Kind = tuple[int, int, int]


class _Padded(nn.Module):
    """Option A where the shape changes: every stride-th pixel, then channels of zeros behind."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = out_channels - in_channels, stride

    def forward(self, x: Tensor) -> Tensor:
        """Pool over one pixel, which takes every stride-th, and pad."""
        return functional.pad(functional.max_pool2d(x, 1, self.stride), (0, 0, 0, 0, 0, self.extra))


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


def _told(option: str, kind: _Kind) -> str:
    return f"shortcut({option!r}, {kind[0]}, {kind[1]}, stride={kind[2]})"


def _make(candidate: Any, option: str, kind: _Kind) -> nn.Module:
    with asking(f"calling {_told(option, kind)}"):
        module = candidate(option, kind[0], kind[1], stride=kind[2])
    if module is None:
        raise broken("a module comes back", f"{_told(option, kind)} returned None: is a `return` missing?")
    if not isinstance(module, nn.Module):
        raise broken("a module comes back", f"{_told(option, kind)} gave a {type(module).__name__}")
    return module


def _option(option: str) -> Callable[[Any, int], None]:
    """Make the check of one option: parameters, shapes, values in both modes, and float32."""

    def look(candidate: Any, seed: int) -> None:
        for kind in _KINDS:
            _insist_parameters(candidate, option, kind)
            for dtype, training in ((torch.float64, False), (torch.float64, True), (torch.float32, False)):
                draws = Draws(seed, dtype)
                mine, right = (_make(one, option, kind) for one in (candidate, right_shortcut))
                x = draws.normal(2, kind[0], 7, 6)
                promise = _PROMISES[option]
                insist_same_forward(draws.fill(mine).train(training), right, x, promise, 2, what=_told(option, kind))

    return look


_PROMISES = {
    "A": "A takes every stride-th pixel and appends channels of zeros, nothing else",
    "B": "B projects where the shape changes, and hands the input on where it does not",
    "C": "C projects always: a 1×1 convolution with the stride, then a batch norm",
}


def _insist_parameters(candidate: Any, option: str, kind: _Kind) -> None:
    wanted, got = (
        [tuple(parameter.shape) for parameter in _make(one, option, kind).parameters()]
        for one in (right_shortcut, candidate)
    )
    if wanted != got:
        counts = [f"{len(shapes)} parameters {shapes or ''}".rstrip() for shapes in (wanted, got)]
        raise broken(_PROMISES[option], f"{_told(option, kind)}: expected {counts[0]}, got {counts[1]}")


def _shape(candidate: Any, seed: int) -> None:
    for option in "ABC":
        for kind in _KINDS:
            x = torch.ones(2, kind[0], 7, 5)
            wanted = right_shortcut(option, *kind)(x).shape
            got = run_on(_make(candidate, option, kind).float(), x, _told(option, kind)).shape
            if wanted != got:
                raise broken(
                    "out_channels come out, and height and width are divided by the stride, rounded up",
                    f"{_told(option, kind)} on x of shape {describe(x.shape)}",
                    f"expected shape {describe(wanted)}, got {describe(got)}",
                )


def _default_stride(candidate: Any, seed: int) -> None:
    with asking("calling shortcut('C', 3, 5)"):
        mine = candidate("C", 3, 5)
    got = run_on(mine.float(), torch.ones(2, 3, 4, 6), "shortcut('C', 3, 5)").shape
    if tuple(got) != (2, 5, 4, 6):
        raise broken("stride is 1 unless said otherwise", f"a map of 4×6 became {got[2]}×{got[3]}")


def _gradients(candidate: Any, seed: int) -> None:
    for option in "ABC":
        mine = Draws(seed).fill(_make(candidate, option, _BOTH)).eval()
        right = right_shortcut(option, *_BOTH).double()
        insist_same_gradients(mine, right, Draws(seed + 1).normal(2, 3, 5, 6), 2)


def _unknown(candidate: Any, seed: int) -> None:
    kind = _error(candidate)
    if kind != "ValueError":
        said = f"raised {kind}" if kind else "gave something all the same"
        raise broken("an option that there is not raises ValueError", f"shortcut('D', 4, 4) {said}")


def _error(candidate: Any) -> str:
    try:
        candidate("D", 4, 4)
    except NotImplementedError:
        raise
    except ValueError:
        return "ValueError"
    except Exception as error:  # noqa: BLE001  (which error it is, is the question)
        return type(error).__name__
    return ""


def _input_untouched(candidate: Any, seed: int) -> None:
    for option in "ABC":
        insist_input_untouched(_make(candidate, option, _BOTH).double(), Draws(seed).normal(2, 3, 5, 6))


def _copies(candidate: Any, seed: int) -> None:
    for option in "BC":
        insist_copies_work(lambda option=option: _make(candidate, option, _BOTH), Draws(seed).normal(3, 3, 5, 6))


def _device(candidate: Any, seed: int) -> None:
    for option in "ABC":
        insist_follows_device(_make(candidate, option, _BOTH), torch.ones(2, 3, 5, 6))


def _probe(candidate: Any) -> Looks:
    found: dict[str, Any] = {"unknown": lambda: _error(candidate)}
    found["device"] = lambda: str(_make(candidate, "A", _BOTH).to("meta")(torch.ones(2, 3, 5, 6, device="meta")).device)
    for option in "ABC":
        for kind in _KINDS:
            make = lambda option=option, kind=kind: _make(candidate, option, kind)  # noqa: E731
            x = Draws(2).normal(2, kind[0], 7, 6)
            found |= observe_module(make, x, _told(option, kind), gradient=kind == _BOTH)
    return found


# --- the bank -------------------------------------------------------------------------------------------------------


def _padded(forward: Callable[[Tensor, int, int], Tensor]) -> Make:
    """Make another option A: forward(x, extra channels, stride)."""

    class Padded(_Padded):
        def forward(self, x: Tensor) -> Tensor:
            return forward(x, self.extra, self.stride)

    return _identity_or(Padded)


def _zeros_behind(x: Tensor, extra: int) -> Tensor:
    return functional.pad(x, (0, 0, 0, 0, 0, extra))


def _zeros_on_the_cpu(x: Tensor, extra: int, stride: int) -> Tensor:
    x = x[:, :, ::stride, ::stride]
    zeros = torch.zeros(x.shape[0], extra, *x.shape[2:], dtype=x.dtype, device="cpu")
    return torch.cat([x, zeros], dim=1)


def _repeated(x: Tensor, extra: int, stride: int) -> Tensor:
    x = x[:, :, ::stride, ::stride]
    return torch.cat([x] * (1 + -(-extra // x.shape[1])), dim=1)[:, : x.shape[1] + extra]


def _cut(x: Tensor, extra: int, stride: int) -> Tensor:
    height, width = -(-x.shape[2] // stride), -(-x.shape[3] // stride)
    return _zeros_behind(x[:, :, :height, :width], extra)


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

MISTAKES = (
    Mistake(
        "a_pads_in_front",
        "puts A's zeros before the channels of the input",
        _PAD,
        3,
        _options(a=_padded(lambda x, extra, s: functional.pad(x[:, :, ::s, ::s], (0, 0, 0, 0, extra, 0)))),
    ),
    Mistake(
        "a_pads_both_sides",
        "puts half of A's zeros before the channels of the input, and half behind",
        _PAD,
        3,
        _options(
            a=_padded(
                lambda x, extra, s: functional.pad(x[:, :, ::s, ::s], (0, 0, 0, 0, extra // 2, extra - extra // 2))
            )
        ),
    ),
    Mistake(
        "a_zeros_on_the_cpu",
        "makes A's zeros on the CPU, wherever its input is",
        f"{_PAD}; x.new_zeros or F.pad makes them where x is",
        2,
        _options(a=_padded(_zeros_on_the_cpu)),
    ),
    Mistake("a_repeats", "fills A's new channels with copies of the old ones", _PAD, 2, _options(a=_padded(_repeated))),
    Mistake(
        "a_pads_the_map",
        "pads the map, not the channels",
        _PAD,
        3,
        _options(a=_padded(lambda x, extra, s: functional.pad(x[:, :, ::s, ::s], (0, extra)))),
    ),
    Mistake(
        "a_averages",
        "averages pixels for A's stride",
        _SLICE,
        2,
        _options(a=_padded(lambda x, extra, s: _zeros_behind(functional.avg_pool2d(x, s, s, ceil_mode=True), extra))),
    ),
    Mistake(
        "a_max_pools",
        "takes the largest pixel for A's stride",
        _SLICE,
        2,
        _options(a=_padded(lambda x, extra, s: _zeros_behind(functional.max_pool2d(x, s, s, ceil_mode=True), extra))),
    ),
    Mistake(
        "a_begins_late",
        "begins with the second pixel when it strides in A",
        _SLICE,
        3,
        _options(a=_padded(lambda x, extra, s: _zeros_behind(x[:, :, s - 1 :: s, s - 1 :: s], extra))),
    ),
    Mistake("a_cuts", "cuts the corner out of the map for A's stride", _SLICE, 3, _options(a=_padded(_cut))),
    Mistake(
        "a_height_only",
        "strides over the height only in A",
        _SLICE,
        3,
        _options(a=_padded(lambda x, extra, s: _zeros_behind(x[:, :, ::s], extra))),
    ),
    Mistake(
        "a_without_stride",
        "forgets the stride in A",
        _SLICE,
        2,
        _options(a=_padded(lambda x, extra, s: _zeros_behind(x, extra))),
    ),
    Mistake(
        "a_always_2",
        "takes every second pixel in A, whatever the stride",
        _SLICE,
        3,
        _options(a=_padded(lambda x, extra, s: _zeros_behind(x[:, :, ::2, ::2], extra))),
    ),
    Mistake("a_projects", "projects in A", "what A is: no parameters at all", 1, _options(a=_right_b)),
    Mistake(
        "b_for_stride_only",
        "projects in B only when the stride is not 1",
        _QUESTION,
        1,
        _options(b=_where(lambda i, o, s: s != 1, _project)),
    ),
    Mistake(
        "b_for_channels_only",
        "projects in B only when the channels change",
        _QUESTION,
        1,
        _options(b=_where(lambda i, o, s: i != o, _project)),
    ),
    Mistake("b_always", "projects always in B, which is option C", _QUESTION, 1, _options(b=_project)),
    Mistake(
        "c_as_b",
        "projects in C only where the shape changes, which is option B",
        "what C is: it never asks",
        1,
        _options(c=_right_b),
    ),
    Mistake(
        "without_norm",
        "has no batch norm in its projections",
        _PROJECTION,
        2,
        _options(b=_where(lambda i, o, s: (i, s) != (o, 1), _bare), c=_bare),
    ),
    Mistake(
        "bias",
        "has a bias in its projections",
        _PROJECTION,
        2,
        _options(b=_where(lambda i, o, s: (i, s) != (o, 1), _biased), c=_biased),
    ),
    Mistake(
        "3x3",
        "projects with a 3×3 convolution",
        _PROJECTION,
        2,
        _options(b=_where(lambda i, o, s: (i, s) != (o, 1), _large), c=_large),
    ),
    Mistake(
        "unstrided",
        "does not stride in its projections",
        _PROJECTION,
        2,
        _options(b=_where(lambda i, o, s: (i, s) != (o, 1), _unstrided), c=_unstrided),
    ),
    Mistake(
        "else",
        "takes every other letter for C, as an else does",
        "what happens when option is none of the three",
        1,
        _options(other=_project),
    ),
)

EXERCISE = Exercise(
    name="shortcut",
    hints=HINTS,
    right=right_shortcut,
    tests={
        "test_shortcut": (
            Check("shape", _shape),
            Check("option A", _option("A")),
            Check("option B", _option("B")),
            Check("option C", _option("C")),
            Check("default stride", _default_stride),
            Check("gradients", _gradients),
            Check("unknown option", _unknown),
            Check("input untouched", _input_untouched),
            Check("copies", _copies),
            Check("device", _device),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
