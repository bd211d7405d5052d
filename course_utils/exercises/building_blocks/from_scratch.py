"""Convolution from scratch, a ladder of four rungs: the oracle is torch.nn.functional's conv1d and conv2d."""

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_own_steps
from course_utils.checking.student import asking
from course_utils.checking.tensors import describe, insist_equal, run, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise

_MINIMAL_HINTS = (
    "Output number k is a sum over window k: x[…, k : k + size] times the weight. If you had a tensor `windows` of "
    "shape (batch, in_channels, out_width, size), one einsum would do the rest. How many windows are there?",
    "windows[b, i, k, j] is x[b, i, k + j]. So one step along k and one step along j move equally far in memory: both "
    "have x's own stride of the last axis.",
    "b, c, w = x.stride(); windows = x.as_strided((batch, in_channels, width - size + 1, size), (b, c, w, w)); "
    'return einsum(windows, weight, "b i k j, o i j -> b o k").',
)
_PADDED_HINTS = (
    "Padding changes the input, not the sliding. What must become of x before conv1d_minimal can take it?",
    "x.new_zeros(…) makes zeros of x's dtype and on its device. Put x in the middle by assigning to a slice of it.",
    "wide = x.new_zeros(batch, channels, width + 2 * padding); wide[..., padding : padding + width] = x; return "
    "conv1d_minimal(wide, weight).",
)
_STRIDED_HINTS = (
    "Window k now begins at place k · stride. Which of the four strides of the windows does that change, and how many "
    "windows are left?",
    "The step from one window to the next is stride times x's own; inside a window nothing changes. The last window "
    "must fit: out_width = (width + 2 · padding − size) // stride + 1.",
    "Pad first, as before. Then windows = x.as_strided((batch, in_channels, out_width, size), (b, c, w * stride, w)), "
    "and the einsum of conv1d_minimal.",
)
_CONV2D_HINTS = (
    "Height and width do the same thing, each with its own stride, padding and size. How many axes do the windows have "
    "now?",
    "The windows have shape (batch, in_channels, out_height, out_width, kernel_height, kernel_width). Their strides "
    "are those of x, and the last two of x appear twice: once times the stride, and once as they are.",
    "b, c, h, w = x.stride(); windows = x.as_strided((batch, in_channels, out_height, out_width, kernel_height, "
    'kernel_width), (b, c, h * stride_h, w * stride_w, h, w)); einsum(windows, weight, "b i y x v u, o i v u -> '
    'b o y x").',
)

Function = Callable[..., Tensor]
Settings = tuple[Any, ...]
"""What comes after x and weight: (), (padding,) or (stride, padding)."""

_FINISHED_STEPS = (
    *("conv1d", "conv2d", "conv3d", "convolution", "_convolution", "conv_tbc"),
    *("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"),
)
_AXES = {3: ("batch", "channels", "width"), 4: ("batch", "channels", "height", "width")}
# x and weight, one dimension: sizes that differ in every axis, one channel, one window, a window of one.
_LINES = (((2, 3, 9), (4, 3, 2)), ((1, 2, 7), (3, 2, 3)), ((3, 1, 8), (1, 1, 5)), ((2, 4, 5), (2, 4, 1)))
_IMAGES = (((2, 3, 8, 6), (4, 3, 3, 2)), ((1, 2, 7, 9), (3, 2, 1, 4)), ((3, 1, 5, 6), (2, 1, 3, 3)))


def _run(candidate: Function, x: Tensor, weight: Tensor, settings: Settings) -> Tensor:
    given = ", ".join(["x", "weight", *map(str, settings)])
    doing = f"calling it with ({given}), x of shape {describe(x.shape, _AXES[x.ndim])}"
    result = run(candidate, x, weight, *settings, doing=doing)
    return run_on(lambda _: result, x)


def _right_1d(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
    return functional.conv1d(x, weight, stride=stride, padding=padding)


def _right_padded(x: Tensor, weight: Tensor, padding: int = 0) -> Tensor:
    return functional.conv1d(x, weight, padding=padding)


def _right_2d(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
    return functional.conv2d(x, weight, stride=stride, padding=padding)


def _by_unfolding(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """Stand for the student's earlier rungs: own work, as they are to be, without torch's convolutions."""
    windows = functional.pad(x, (padding, padding)).unfold(2, weight.shape[2], stride)
    return torch.einsum("bikj,oij->bok", windows, weight)


def _padded_by_unfolding(x: Tensor, weight: Tensor, padding: int = 0) -> Tensor:
    return _by_unfolding(x, weight, padding=padding)


_PARTS = {
    "conv1d_minimal": _by_unfolding,
    "conv1d_padded": _padded_by_unfolding,
    "conv1d_strided": _by_unfolding,
}


class _Rung:
    """The checks of one rung: what is right, its inputs, and the settings to try."""

    def __init__(self, right: Function, inputs: Iterable, settings: Iterable[Settings], promise: str) -> None:
        self.right, self.inputs, self.settings, self.promise = right, tuple(inputs), tuple(settings), promise

    def checks(self) -> tuple[Check, ...]:
        """Give the checks that all rungs share."""
        return (
            Check("own work", self._own_work, structural=True),
            Check("value", self._value),
            Check("any order of memory", self._strides),
            Check("float32", self._float32),
            Check("gradient", self._gradient),
            Check("inputs untouched", self._inputs_untouched),
        )

    def probe(self, candidate: Function) -> Looks:
        """List what to observe: values for all inputs and settings, and what else the checks look at."""
        found: dict[str, Callable[[], Any]] = {}
        for shapes in self.inputs:
            for settings in self.settings:
                x, weight = self._draw(Draws(1), shapes)
                found[f"{shapes} {settings}"] = lambda x=x, weight=weight, settings=settings: candidate(
                    x.clone(), weight.clone(), *settings
                )
        x, weight = self._draw(Draws(2), self.inputs[0])
        last = self.settings[-1]
        return found | {
            "transposed": lambda: candidate(_transposed(x), weight),
            "every second": lambda: candidate(_every_second(x), weight),
            "every second, with settings": lambda: candidate(_every_second(x), weight, *last),
            "float32": lambda: candidate(x.float(), weight.float(), *last),
            "gradients": lambda: self._gradients(candidate, x, weight, last),
            "inputs after": lambda: _after(candidate, x, weight, last),
        }

    def _draw(self, draws: Draws, shapes: Any) -> tuple[Tensor, Tensor]:
        return draws.normal(*shapes[0]), draws.normal(*shapes[1])

    def _insist(self, candidate: Function, x: Tensor, weight: Tensor, settings: Settings, promise: str) -> None:
        shapes = f"x has shape {describe(x.shape, _AXES[x.ndim])}, weight {tuple(weight.shape)}"
        names = ("padding",) if len(settings) == 1 else ("stride", "padding")
        given = ", ".join([shapes, *(f"{name}={value}" for name, value in zip(names, settings, strict=False))])
        expected = self.right(x, weight, *settings)
        got = _run(candidate, x.clone(), weight.clone(), settings)
        insist_equal(got, expected, promise, axes=_AXES[x.ndim], given=given)

    def _own_work(self, candidate: Function, seed: int) -> None:
        x, weight = self._draw(Draws(seed), self.inputs[0])
        caller = getattr(candidate, "__name__", "your function")
        insist_own_steps(lambda: _run(candidate, x, weight, self.settings[0]), _FINISHED_STEPS, caller)

    def _value(self, candidate: Function, seed: int, dtype: torch.dtype = torch.float64) -> None:
        draws = Draws(seed, dtype)
        for shapes in self.inputs:
            for settings in self.settings:
                self._insist(candidate, *self._draw(draws, shapes), settings, self.promise)

    def _float32(self, candidate: Function, seed: int) -> None:
        self._value(candidate, seed, torch.float32)

    def _strides(self, candidate: Function, seed: int) -> None:
        """Hand over views: their neighbours in memory are not their neighbours along the last axis."""
        x, weight = self._draw(Draws(seed + 1), self.inputs[0])
        promise = "it works on any view: how far apart neighbours lie in memory, x.stride() tells"
        for view, settings in product((_transposed(x), _every_second(x)), (self.settings[0], self.settings[-1])):
            expected = self.right(view, weight, *settings)
            got = _run(candidate, view, weight, settings)
            given = f"x is a view with strides {view.stride()}, of shape {describe(view.shape, _AXES[view.ndim])}"
            insist_equal(got, expected, promise, axes=_AXES[x.ndim], given=given)

    def _gradients(self, function: Function, x: Tensor, weight: Tensor, settings: Settings) -> list[Tensor]:
        x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
        output = _run(function, x * 1, weight * 1, settings)
        with asking("running the backward pass"):
            found = torch.autograd.grad((output * output).sum(), (x, weight), allow_unused=True)
        return [torch.zeros_like(leaf) if grad is None else grad for leaf, grad in zip((x, weight), found, strict=True)]

    def _gradient(self, candidate: Function, seed: int) -> None:
        x, weight = self._draw(Draws(seed + 2), self.inputs[0])
        pairs = (self._gradients(function, x, weight, self.settings[-1]) for function in (candidate, self.right))
        for name, got, expected in zip(("x", "weight"), *pairs, strict=True):
            promise = f"gradients flow back to {name} as they should"
            insist_equal(got, expected, promise, axes=("element",) * expected.ndim, depth=10)

    def _inputs_untouched(self, candidate: Function, seed: int) -> None:
        x, weight = self._draw(Draws(seed + 3), self.inputs[0])
        before = x.clone(), weight.clone()
        _run(candidate, x, weight, self.settings[-1])
        for name, got, expected in zip(("x", "weight"), (x, weight), before, strict=True):
            insist_equal(got, expected, f"{name} is left as it was", axes=("element",) * expected.ndim)


def _transposed(x: Tensor) -> Tensor:
    """Give the same numbers, with the batch as the fastest axis in memory."""
    return x.permute(*reversed(range(x.ndim))).contiguous().permute(*reversed(range(x.ndim)))


def _every_second(x: Tensor) -> Tensor:
    return x.repeat_interleave(2, dim=-1)[..., ::2]


def _after(candidate: Function, x: Tensor, weight: Tensor, settings: Settings) -> list[Tensor]:
    x, weight = x.clone(), weight.clone()
    candidate(x, weight, *settings)
    return [x, weight]


_MINIMAL = _Rung(_right_1d, _LINES, [()], "output k is the sum of the window that begins at k, times the weight")
_PADDED = _Rung(
    _right_padded,
    _LINES,
    [(), (1,), (3,)],
    "zeros come on both sides, and the windows slide over the whole",
)
_STRIDED = _Rung(
    _right_1d,
    _LINES,
    [(), (2, 0), (3, 1), (1, 2), (2, 1)],
    "windows begin at 0, stride, 2 · stride, … of the padded input, as long as they fit",
)
_TWO_D = _Rung(
    _right_2d,
    _IMAGES,
    [(), (2, 0), (1, 1), (3, 2), ((1, 2), (2, 0)), ((3, 1), (0, 1)), (2, 1)],
    "each output is the weighted sum of its window, and stride and padding say where the windows lie",
)


# --- the banks ------------------------------------------------------------------------------------------------------


def _flipped(x: Tensor, weight: Tensor, *settings: Any) -> tuple:
    return x, weight.flip(tuple(range(2, weight.ndim))), *settings


def _with(right: Function, change: Callable[..., tuple]) -> Function:
    """Make a function that gets other arguments than it is given."""

    def changed(x: Tensor, weight: Tensor, *settings: Any) -> Tensor:
        return right(*change(x, weight, *settings))

    return changed


def _then(right: Function, change: Callable[[Tensor], Tensor]) -> Function:
    """Make a function whose result is changed."""

    def changed(x: Tensor, weight: Tensor, *settings: Any) -> Tensor:
        return change(right(x, weight, *settings))

    return changed


def _overwrites(right: Function) -> Function:
    def changed(x: Tensor, weight: Tensor, *settings: Any) -> Tensor:
        output = right(x.clone(), weight, *settings)
        x.mul_(2)
        return output

    return changed


def _shared(right: Function) -> tuple[Mistake, ...]:
    """Give the mistakes that can be made on every rung."""
    return (
        Mistake(
            "flipped",
            "flips the weight, as mathematicians do",
            "the order inside a window: a network's convolution does not flip",
            1,
            _with(right, _flipped),
        ),
        Mistake(
            "first_channel",
            "looks at the first channel only",
            "what is summed over: all channels of the input too",
            1,
            _with(right, lambda x, weight, *rest: (x[:, :1], weight[:, :1], *rest)),
        ),
        Mistake(
            "mean_of_channels",
            "takes the mean over the channels",
            "what is summed over: a sum is not divided",
            1,
            _with(right, lambda x, weight, *rest: (x / x.shape[1], weight, *rest)),
        ),
        Mistake(
            "mean_of_window",
            "divides by the size of the window",
            "what is summed over: a sum is not divided",
            1,
            _with(right, lambda x, weight, *rest: (x / weight[0, 0].numel(), weight, *rest)),
        ),
        Mistake(
            "outputs_added",
            "adds up the output channels",
            "the output's axes: one channel for each of the weight's first axis",
            2,
            _then(right, lambda y: y.sum(1, keepdim=True)),
        ),
        Mistake(
            "channels_last",
            "returns the channels as the last axis",
            "the order of the output's axes: batch, channels, and then places",
            3,
            _then(right, lambda y: y.movedim(1, -1)),
        ),
        Mistake(
            "one_too_few",
            "leaves the last window out",
            "the number of windows: is there a + 1 missing?",
            1,
            _then(right, lambda y: y[..., :-1]),
        ),
        Mistake(
            "detached",
            "cuts the gradient off",
            "calls like .detach(), .data, .numpy() or no_grad",
            2,
            _then(right, Tensor.detach),
        ),
        Mistake(
            "fixed_dtype",
            "always answers in float32",
            "tensors that you make: they want x's dtype",
            2,
            _then(right, Tensor.float),
        ),
        Mistake(
            "overwrites",
            "changes its input",
            "assignments to x[…], and methods that end in an underscore",
            2,
            _overwrites(right),
        ),
    )


def _side_by_side(right: Function) -> Mistake:
    return Mistake(
        "side_by_side",
        "moves its window by its own size",
        "the step from one window to the next: 1, so that windows overlap",
        2,
        lambda x, weight, *rest: right(x, weight, *rest)[..., :: weight.shape[-1]],
    )


def _contiguous(right: Function) -> Mistake:
    def assumes(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
        # Padding makes a new tensor, which does lie in order.
        x = x.as_strided(x.shape, torch.empty(x.shape, device="meta").stride()) if padding == 0 else x
        return right(x, weight, stride, padding)

    return Mistake(
        "contiguous",
        "works out the strides from the shape, which is right only for a tensor that lies in memory in order",
        "the strides that you give to as_strided: x.stride() knows how far apart neighbours lie",
        2,
        assumes,
    )


def _pad_ends(x: Tensor, left: int, right: int) -> Tensor:
    return functional.pad(x, (left, right))


def _padding_mistakes(call: Callable[[Tensor, Tensor, Any, int], Tensor], *, last: bool) -> tuple[Mistake, ...]:
    """Give the mistakes about padding, of functions that take (stride, padding) or, unless `last`, only (padding)."""

    def taking(change: Callable[[Tensor, Tensor, Any, int], Tensor]) -> Function:
        if last:
            return lambda x, weight, stride=1, padding=0: change(x, weight, stride, padding)
        return lambda x, weight, padding=0: change(x, weight, 1, padding)

    return (
        Mistake(
            "padding_ignored",
            "adds no padding, whatever padding says",
            "where padding is used",
            1,
            taking(lambda x, w, s, p: call(x, w, s, 0)),
        ),
        Mistake(
            "pads_left",
            "pads on the left only",
            "both ends: zeros come on the left and on the right",
            1,
            taking(lambda x, w, s, p: call(_pad_ends(x, p, 0), w, s, 0)),
        ),
        Mistake(
            "pads_right",
            "pads on the right only",
            "both ends: zeros come on the left and on the right",
            1,
            taking(lambda x, w, s, p: call(_pad_ends(x, 0, p), w, s, 0)),
        ),
        Mistake(
            "halved_padding",
            "shares the padding out between both ends",
            "the number of zeros: padding on each side",
            1,
            taking(lambda x, w, s, p: call(_pad_ends(x, p // 2, p - p // 2), w, s, 0)),
        ),
        Mistake(
            "doubled_padding",
            "pads twice as much",
            "the number of zeros: padding on each side",
            1,
            taking(lambda x, w, s, p: call(x, w, s, 2 * p)),
        ),
        Mistake(
            "edges_repeated",
            "pads with the values at the ends, not with zeros",
            "what stands in the padding: zeros",
            2,
            taking(lambda x, w, s, p: call(functional.pad(x, (p, p), mode="replicate"), w, s, 0)),
        ),
        Mistake(
            "ones",
            "pads with ones",
            "what stands in the padding: zeros",
            2,
            taking(lambda x, w, s, p: call(functional.pad(x, (p, p), value=1.0), w, s, 0)),
        ),
    )


def _call_1d(x: Tensor, weight: Tensor, stride: Any, padding: int) -> Tensor:
    return functional.conv1d(x, weight, stride=stride, padding=padding)


def _spread(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    return functional.conv1d(x, weight, dilation=stride, padding=padding)


def _starts_late(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    return functional.conv1d(x, weight, padding=padding)[..., stride - 1 :: stride]


def _without_plus_one(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """Divide before adding one: (width − size + 1) // stride."""
    y = functional.conv1d(x, weight, stride=stride, padding=padding)
    return y[..., : max((x.shape[-1] + 2 * padding - weight.shape[-1] + 1) // stride, 1)]


def _pads_after(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    return functional.pad(functional.conv1d(x, weight, stride=stride), (padding, padding))


def _pair(value: Any) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def _numbers_only(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    (x.shape[2] + 2 * padding - weight.shape[2]) // stride  # a tuple stops here
    return _right_2d(x, weight, stride, padding)


def _settings_2d(change: Callable[[tuple[int, int], tuple[int, int]], tuple]) -> Function:
    """Make a conv2d that takes stride and padding for something else."""
    return lambda x, weight, stride=1, padding=0: _right_2d(x, weight, *change(_pair(stride), _pair(padding)))


_PAIRS = "what a tuple means: (for the height, for the width), for stride and padding each by itself"


def _zeros_of_float32(x: Tensor, weight: Tensor, padding: int = 0) -> Tensor:
    wide = torch.zeros(*x.shape[:2], x.shape[2] + 2 * padding)
    wide[..., padding : padding + x.shape[2]] = x
    return functional.conv1d(wide, weight)


_FLOAT32_ZEROS = Mistake(
    "zeros_of_float32",
    "pads with zeros of float32, whatever the dtype of x",
    "torch.zeros: x.new_zeros makes zeros of x's dtype, on its device",
    2,
    _zeros_of_float32,
)

_IN_2D = (
    Mistake("stride_turned", "takes stride as (width, height)", _PAIRS, 1, _settings_2d(lambda s, p: (s[::-1], p))),
    Mistake("padding_turned", "takes padding as (width, height)", _PAIRS, 1, _settings_2d(lambda s, p: (s, p[::-1]))),
    Mistake("stride_square", "uses the first number of stride only", _PAIRS, 1, _settings_2d(lambda s, p: (s[0], p))),
    Mistake("padding_square", "uses the first number of padding only", _PAIRS, 1, _settings_2d(lambda s, p: (s, p[0]))),
    Mistake(
        "stride_ignored",
        "moves its window by one, whatever stride says",
        "the strides of the windows: those that lead to the next window",
        2,
        _settings_2d(lambda s, p: (1, p)),
    ),
    Mistake(
        "padding_ignored",
        "adds no padding, whatever padding says",
        "where padding is used",
        1,
        _settings_2d(lambda s, p: (s, 0)),
    ),
    Mistake("numbers_only", "takes no tuples", "arithmetic with stride and padding", 1, _numbers_only),
    Mistake(
        "stride_as_dilation",
        "spreads the window out by stride",
        "which two of the windows' strides the stride multiplies: those that lead to the next window",
        2,
        lambda x, weight, stride=1, padding=0: functional.conv2d(x, weight, dilation=stride, padding=padding),
    ),
    Mistake(
        "window_turned",
        "turns each window on its side",
        "the order of the last two axes of the windows: height, then width",
        2,
        lambda x, weight, stride=1, padding=0: _right_2d(x, weight.transpose(2, 3), stride, padding),
    ),
)

_IN_STRIDED = (
    Mistake(
        "stride_ignored",
        "moves its window by one, whatever stride says",
        "the strides of the windows: the one that leads to the next window",
        2,
        lambda x, weight, stride=1, padding=0: _call_1d(x, weight, 1, padding),
    ),
    Mistake(
        "stride_as_dilation",
        "spreads the window out by stride",
        "which of the windows' strides the stride multiplies: the one that leads to the next window",
        2,
        _spread,
    ),
    Mistake("starts_late", "begins with the last window of each step", "where window 0 begins: at 0", 1, _starts_late),
    Mistake(
        "plus_one_first",
        "adds one before it divides by the stride",
        "the number of windows: (…) // stride, and then + 1",
        2,
        _without_plus_one,
    ),
    Mistake(
        "pads_the_output",
        "pads after the sliding",
        "the order: padding comes first, the windows slide over it",
        1,
        _pads_after,
    ),
)


def _exercise(name: str, hints: tuple[str, ...], rung: _Rung, mistakes: tuple[Mistake, ...]) -> Exercise:
    return Exercise(
        name=name,
        hints=hints,
        right=rung.right,
        tests={f"test_{name}": rung.checks()},
        mistakes=(*_shared(rung.right), *mistakes),
        probe=rung.probe,
        parts={part: stand_in for part, stand_in in _PARTS.items() if part != name},
    )


CONV1D_MINIMAL = _exercise(
    "conv1d_minimal", _MINIMAL_HINTS, _MINIMAL, (_side_by_side(_right_1d), _contiguous(_right_1d))
)
CONV1D_PADDED = _exercise(
    "conv1d_padded",
    _PADDED_HINTS,
    _PADDED,
    (_side_by_side(_right_padded), _FLOAT32_ZEROS, *_padding_mistakes(_call_1d, last=False)),
)
CONV1D_STRIDED = _exercise(
    "conv1d_strided",
    _STRIDED_HINTS,
    _STRIDED,
    (*_IN_STRIDED, _contiguous(_right_1d), *_padding_mistakes(_call_1d, last=True)),
)
CONV2D_FROM_SCRATCH = _exercise("conv2d_from_scratch", _CONV2D_HINTS, _TWO_D, (*_IN_2D, _contiguous(_right_2d)))

EXERCISES = (CONV1D_MINIMAL, CONV1D_PADDED, CONV1D_STRIDED, CONV2D_FROM_SCRATCH)
