"""MaxPool2d: the oracle is torch.nn's own."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_own_steps
from course_utils.checking.tensors import IMAGE_AXES, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.building_blocks.small_layers import (
    insist_extra_repr,
    insist_no_parameters,
    insist_own_inside,
    insist_own_layer,
    insist_same_gradients,
    insist_same_output,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import build, gradients, insist_follows_device, insist_input_untouched

HINTS = (
    "Three steps: make the image larger by the padding, cut it into windows, take the largest of each window. Which "
    "number can stand in the padding so that it is never the largest, even if all pixels are negative?",
    "torch.nn.functional.pad(x, (left, right, top, bottom), value=…) pads. x.unfold(dim, size, step) lays windows "
    "along one axis, and adds an axis at the end for what is inside them: once for the height, once for the width.",
    'x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf")); windows = x.unfold(2, kh, sh).unfold(3, kw, sw); '
    "return windows.amax(dim=(-2, -1)). In __init__, stride = kernel_size if stride is None.",
)

_FINISHED = (nn.modules.pooling._MaxPoolNd, nn.AdaptiveMaxPool2d, nn.FractionalMaxPool2d)
_FINISHED_STEPS = ("max_pool2d", "max_pool1d", "max_pool3d", "adaptive_max_pool2d", "max_pool2d_with_indices")
_INT_SETTINGS: tuple[dict[str, Any], ...] = (
    {"kernel_size": 2},
    {"kernel_size": 3, "stride": 2},
    {"kernel_size": 3, "stride": 1},
    {"kernel_size": 1, "stride": 2},
)
_PADDED: tuple[dict[str, Any], ...] = (
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": 2, "padding": 1},
    {"kernel_size": 5, "stride": 3, "padding": 2},
)
_TUPLE_SETTINGS: tuple[dict[str, Any], ...] = (
    {"kernel_size": (3, 2)},
    {"kernel_size": 3, "stride": (1, 2)},
    {"kernel_size": (2, 5), "stride": (3, 1), "padding": (1, 0)},
    {"kernel_size": (4, 2), "padding": (2, 1)},
)
_IMAGES = ((2, 3, 8, 6), (1, 1, 7, 9), (3, 2, 5, 5))


def _told(settings: dict[str, Any]) -> str:
    return f"MaxPool2d({', '.join(f'{name}={value}' for name, value in settings.items())})"


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_layer(candidate, _FINISHED)
    module = build(candidate, 2)
    insist_own_inside(module, _FINISHED)
    insist_own_steps(lambda: run_on(module, torch.ones(1, 2, 4, 4)), _FINISHED_STEPS)


def _values(candidate: Any, draws: Draws, all_settings: tuple[dict[str, Any], ...], promise: str, shift: float) -> None:
    for settings in all_settings:
        for shape in _IMAGES:
            right, x = nn.MaxPool2d(**settings), draws.normal(*shape) + shift
            insist_same_output(build(candidate, **settings), right, x, promise, axes=IMAGE_AXES, told=_told(settings))


def _value(candidate: Any, seed: int) -> None:
    promise = "each output is the largest value of its window, and stride says how far apart the windows lie"
    _values(candidate, Draws(seed), _INT_SETTINGS[1:], promise, shift=0)


def _default_stride(candidate: Any, seed: int) -> None:
    promise = "without a stride the windows lie side by side: the stride is the kernel size"
    _values(candidate, Draws(seed + 1), (_INT_SETTINGS[0], {"kernel_size": 3}, _TUPLE_SETTINGS[0]), promise, shift=0)


def _padding(candidate: Any, seed: int) -> None:
    promise = "the padding is never the largest, not even beside negative numbers"
    for shift in (-5, 0):
        _values(candidate, Draws(seed + 2), _PADDED, promise, shift)


def _tuples(candidate: Any, seed: int) -> None:
    promise = "a tuple is (for the height, for the width)"
    _values(candidate, Draws(seed + 3), _TUPLE_SETTINGS, promise, shift=-1)


def _by_position(candidate: Any, seed: int) -> None:
    mine, x = build(candidate, 3, 2, 1), Draws(seed).normal(2, 3, 8, 6)
    promise = "the arguments come in the order kernel_size, stride, padding"
    insist_same_output(mine, nn.MaxPool2d(3, 2, 1), x, promise, axes=IMAGE_AXES, told="MaxPool2d(3, 2, 1)")


def _float32(candidate: Any, seed: int) -> None:
    promise = "it works in float32 as well"
    _values(candidate, Draws(seed + 4, torch.float32), (_PADDED[0], _TUPLE_SETTINGS[2]), promise, shift=-1)


def _gradient(candidate: Any, seed: int) -> None:
    for settings in (_INT_SETTINGS[0], _PADDED[0], _TUPLE_SETTINGS[2]):
        mine, x = build(candidate, **settings), Draws(seed + 5).normal(2, 3, 8, 6)
        insist_same_gradients(mine, nn.MaxPool2d(**settings), x)


def _extra_repr(candidate: Any, seed: int) -> None:
    settings = {"kernel_size": 9, "stride": 5, "padding": 4}
    insist_extra_repr(build(candidate, **settings), _told(settings), (9, 5, 4))


def _no_parameters(candidate: Any, seed: int) -> None:
    insist_no_parameters(build(candidate, 2))


def _input_untouched(candidate: Any, seed: int) -> None:
    for settings in (_INT_SETTINGS[0], _PADDED[0]):
        insist_input_untouched(build(candidate, **settings), Draws(seed).normal(2, 3, 8, 6))


def _any_device(candidate: Any, seed: int) -> None:
    insist_follows_device(build(candidate, 3, stride=2, padding=1), torch.ones(2, 3, 6, 5))


# --- the bank -------------------------------------------------------------------------------------------------------


def _probe(candidate: Any) -> Looks:
    x = Draws(1).normal(2, 3, 8, 7)
    found: dict[str, Callable[[], Any]] = {}
    for settings in (*_INT_SETTINGS, *_PADDED, *_TUPLE_SETTINGS):
        for shift in (0, -5):
            name = f"{_told(settings)} {shift}"
            found[name] = lambda settings=settings, shift=shift: candidate(**settings)(x + shift)
    return found | {
        "by position": lambda: candidate(3, 2, 1)(x.clone()),
        "float32": lambda: candidate(2)(x.float()),
        "gradient": lambda: gradients(candidate(3, 2, 1), x),
        "gradient, side by side": lambda: gradients(candidate(2), x),
        "state": lambda: len(candidate(2).state_dict()),
        "printed": lambda: candidate(2).extra_repr() != "",
        "input after": lambda: _input_after(candidate(2)),
        "device": lambda: str(candidate(3, 2, 1)(x.to("meta")).device),
    }


def _input_after(module: nn.Module) -> Tensor:
    x = Draws(4).normal(2, 3, 4, 6)
    module(x)
    return x


class _Right(nn.MaxPool2d):
    """torch's pool under this course's signature, with all settings as pairs."""

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__(_pair(kernel_size), _pair(kernel_size if stride is None else stride), _pair(padding))


def _pair(value: Any) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def _built(change: Callable[[nn.MaxPool2d], Any]) -> type[nn.Module]:
    """Make a pool whose settings are changed after it is built."""

    class Built(_Right):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            change(self)

    return Built


def _computing(function: Callable[[nn.MaxPool2d, Tensor], Tensor]) -> type[nn.Module]:
    """Make a pool that computes something else."""

    class Computing(_Right):
        def forward(self, x: Tensor) -> Tensor:
            return function(self, x)

    return Computing


def _padded(layer: nn.MaxPool2d, x: Tensor, value: float = float("-inf"), after: int = 1) -> Tensor:
    """Pad left and top, and right and bottom `after` times as much."""
    height, width = layer.padding
    return functional.pad(x, (width, width * after, height, height * after), value=value)


def _pool(layer: nn.MaxPool2d, x: Tensor) -> Tensor:
    """Pool what is padded already."""
    return functional.max_pool2d(x, layer.kernel_size, layer.stride)


def _turned(name: str) -> Callable[[nn.MaxPool2d], None]:
    return lambda layer: setattr(layer, name, getattr(layer, name)[::-1])


def _first_only(name: str) -> Callable[[nn.MaxPool2d], None]:
    return lambda layer: setattr(layer, name, (getattr(layer, name)[0],) * 2)


class _StrideOne(_Right):
    def __init__(self, kernel_size: Any, stride: Any = 1, padding: Any = 0) -> None:
        super().__init__(kernel_size, stride, padding)


class _StrideTwo(_Right):
    def __init__(self, kernel_size: Any, stride: Any = 2, padding: Any = 0) -> None:
        super().__init__(kernel_size, stride, padding)


class _PaddingFirst(_Right):
    def __init__(self, kernel_size: Any, padding: Any = 0, stride: Any = None) -> None:
        super().__init__(kernel_size, stride, padding)


class _PadsByDefault(_Right):
    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = None) -> None:
        padding = tuple(min(1, size // 2) for size in _pair(kernel_size)) if padding is None else padding
        super().__init__(kernel_size, stride, padding)


class _NumbersOnly(_Right):
    def __init__(self, kernel_size: int, stride: int | None = None, padding: int = 0) -> None:
        kernel_size - (kernel_size if stride is None else stride) - padding  # a tuple stops here
        super().__init__(kernel_size, stride, padding)


class _Learned(_Right):
    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__(kernel_size, stride, padding)
        self.weight = nn.Parameter(torch.ones(1))


class _Silent(_Right):
    def extra_repr(self) -> str:
        return ""


def _overwrites(layer: nn.MaxPool2d, x: Tensor) -> Tensor:
    output = functional.max_pool2d(x, layer.kernel_size, layer.stride, layer.padding)
    return x[:, :, : output.shape[2], : output.shape[3]].copy_(output) if output.shape[2] <= x.shape[2] else output


def _rounds_up(layer: nn.MaxPool2d, x: Tensor) -> Tensor:
    return functional.max_pool2d(x, layer.kernel_size, layer.stride, layer.padding, ceil_mode=True)


def _detached(layer: nn.MaxPool2d, x: Tensor) -> Tensor:
    return functional.max_pool2d(x.detach(), layer.kernel_size, layer.stride, layer.padding)


_PAIRS = "what a tuple means: (for the height, for the width), for each of the three arguments by itself"

MISTAKES = (
    Mistake(
        "zero_padding",
        "pads with zeros, which win against negative numbers",
        "what stands in the padding: it must lose against every number",
        1,
        _computing(lambda layer, x: _pool(layer, _padded(layer, x, 0.0))),
    ),
    Mistake(
        "stride_one",
        "moves its window by one unless told otherwise",
        "the default of stride: None, which stands for the kernel size",
        3,
        _StrideOne,
    ),
    Mistake(
        "stride_two",
        "moves its window by two unless told otherwise",
        "the default of stride: None, which stands for the kernel size",
        3,
        _StrideTwo,
    ),
    Mistake(
        "stride_ignored",
        "moves its window by the kernel size, whatever stride says",
        "where forward uses stride",
        3,
        _built(lambda layer: setattr(layer, "stride", layer.kernel_size)),
    ),
    Mistake(
        "padding_ignored",
        "adds no padding, whatever padding says",
        "where forward uses padding",
        2,
        _built(lambda layer: setattr(layer, "padding", (0, 0))),
    ),
    Mistake(
        "pads_one_side",
        "pads on the left and at the top only",
        "the four numbers that pad wants: left, right, top, bottom",
        2,
        _computing(lambda layer, x: _pool(layer, _padded(layer, x, after=0))),
    ),
    Mistake(
        "padding_first",
        "expects padding before stride",
        "the signature: kernel_size, stride, padding",
        3,
        _PaddingFirst,
    ),
    Mistake("pads_by_default", "pads by one unless told otherwise", "the default of padding: 0", 3, _PadsByDefault),
    Mistake("kernel_turned", "takes kernel_size as (width, height)", _PAIRS, 3, _built(_turned("kernel_size"))),
    Mistake("stride_turned", "takes stride as (width, height)", _PAIRS, 3, _built(_turned("stride"))),
    Mistake(
        "padding_turned",
        "takes padding as (width, height)",
        "the order in which pad wants its numbers: the last axis comes first",
        2,
        _computing(
            lambda layer, x: _pool(
                layer, functional.pad(x, (layer.padding[0],) * 2 + (layer.padding[1],) * 2, value=float("-inf"))
            )
        ),
    ),
    Mistake(
        "kernel_square", "uses the first number of kernel_size only", _PAIRS, 3, _built(_first_only("kernel_size"))
    ),
    Mistake("stride_square", "uses the first number of stride only", _PAIRS, 3, _built(_first_only("stride"))),
    Mistake("numbers_only", "takes no tuples", "arithmetic and comparisons with the arguments", 3, _NumbersOnly),
    Mistake(
        "rounds_up",
        "keeps windows that reach beyond the image",
        "the last window: one that does not fit is left out",
        2,
        _computing(_rounds_up),
    ),
    Mistake(
        "average",
        "takes the mean of each window",
        "what is asked for: the largest",
        1,
        _computing(lambda layer, x: functional.avg_pool2d(x, layer.kernel_size, layer.stride, layer.padding)),
    ),
    Mistake(
        "smallest",
        "takes the smallest value of each window",
        "what is asked for: the largest",
        1,
        _computing(lambda layer, x: -functional.max_pool2d(-x, layer.kernel_size, layer.stride, layer.padding)),
    ),
    Mistake(
        "over_channels",
        "takes the largest over the channels as well",
        "the axes over which the largest is taken: those inside a window",
        3,
        _computing(
            lambda layer, x: functional.max_pool2d(x, layer.kernel_size, layer.stride, layer.padding).amax(1, True)
        ),
    ),
    Mistake(
        "with_indices",
        "returns two things, the values and where they were",
        "Tensor.max with a dim: it returns a pair. amax returns the values alone",
        3,
        _computing(
            lambda layer, x: functional.max_pool2d(
                x, layer.kernel_size, layer.stride, layer.padding, return_indices=True
            )
        ),
    ),
    Mistake(
        "overwrites",
        "writes its results into its input",
        "assignments to x[…]: the caller still needs x",
        2,
        _computing(_overwrites),
    ),
    Mistake("detached", "cuts the gradient off", "calls like .detach(), .data or no_grad", 3, _computing(_detached)),
    Mistake(
        "fixed_dtype",
        "always answers in float32",
        "calls like .float(), and tensors that you make: they want x's dtype",
        2,
        _computing(lambda layer, x: functional.max_pool2d(x, layer.kernel_size, layer.stride, layer.padding).float()),
    ),
    Mistake("learned", "has a parameter", "whether a maximum has anything to learn", 1, _Learned),
    Mistake("silent", "has no extra_repr", "extra_repr: it returns text", 3, _Silent),
)

EXERCISE = Exercise(
    name="MaxPool2d",
    hints=HINTS,
    right=_Right,
    tests={
        "test_max_pool2d": (
            Check("own work", _own_work, structural=True),
            Check("value", _value),
            Check("default stride", _default_stride),
            Check("padding", _padding),
            Check("tuples", _tuples),
            Check("order of arguments", _by_position),
            Check("float32", _float32),
            Check("gradient", _gradient),
            Check("extra_repr", _extra_repr),
            Check("no parameters", _no_parameters),
            Check("input untouched", _input_untouched),
            Check("any device", _any_device),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
