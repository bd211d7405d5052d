"""Conv2d without bias: the oracle is torch.nn's own, with the student's weight in it."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.tensors import IMAGE_AXES
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.building_blocks.small_layers import (
    insist_extra_repr,
    insist_fresh_draws,
    insist_loads_from,
    insist_own_inside,
    insist_own_layer,
    insist_parameters,
    insist_same_gradients,
    insist_same_output,
    insist_uniform_start,
    look_at_start,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import build, gradients, insist_follows_device, insist_input_untouched

HINTS = (
    "One output number is a weighted sum over in_channels × kernel height × kernel width inputs. How many weights does "
    "that make for one output channel, and for all? That is the weight's shape; and the first number is the fan-in.",
    "An int means the same number for height and width: kernel = kernel_size if it is a tuple, else (kernel_size, "
    "kernel_size). torch.nn.functional.conv2d takes ints and tuples alike for stride and padding.",
    "height, width = kernel; bound = (in_channels * height * width)**-0.5; weight of shape (out_channels, in_channels, "
    "height, width), drawn as in Linear. forward: functional.conv2d(x, self.weight, stride=self.stride, "
    "padding=self.padding).",
)

_FINISHED = (nn.modules.conv._ConvNd, nn.Linear, nn.Unfold)
_LARGE = (4, 40, (3, 5))  # in_channels, out_channels, kernel_size: enough numbers to look at how they are spread
_LARGE_FAN_IN = 4 * 3 * 5
_INT_SETTINGS: tuple[dict[str, Any], ...] = (
    {"kernel_size": 3},
    {"kernel_size": 1},
    {"kernel_size": 3, "padding": 1},
    {"kernel_size": 3, "stride": 2},
    {"kernel_size": 5, "stride": 3, "padding": 2},
    {"kernel_size": 2, "stride": 2, "padding": 1},
)
_TUPLE_SETTINGS: tuple[dict[str, Any], ...] = (
    {"kernel_size": (3, 2)},
    {"kernel_size": (1, 4), "padding": (0, 2)},
    {"kernel_size": 3, "padding": (2, 0)},
    {"kernel_size": 3, "stride": (1, 3)},
    {"kernel_size": (2, 5), "stride": (3, 2), "padding": (1, 0)},
)
_IMAGES = ((2, 3, 8, 6), (1, 3, 7, 9), (3, 3, 5, 5))


class RightConv2d(nn.Conv2d):
    """torch's convolution under this course's signature: no bias, and nothing that the course does not need."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, bias=False)


def _told(settings: dict[str, Any], channels: tuple[int, int] = (3, 4)) -> str:
    given = "".join(f", {name}={value}" for name, value in settings.items())
    return f"Conv2d({channels[0]}, {channels[1]}{given})"


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_layer(candidate, _FINISHED)
    insist_own_inside(build(candidate, 3, 4, 2), _FINISHED)


# --- test_conv2d_module ---------------------------------------------------------------------------------------------


def _parameters(candidate: Any, seed: int) -> None:
    for kernel, pair in ((3, (3, 3)), ((2, 5), (2, 5)), (1, (1, 1))):
        module = build(candidate, 3, 4, kernel_size=kernel)
        insist_parameters(module, {"weight": (4, 3, *pair)}, _told({"kernel_size": kernel}))


def _start(candidate: Any, seed: int) -> None:
    torch.manual_seed(seed)
    module, other = build(candidate, *_LARGE), build(candidate, *_LARGE)
    insist_parameters(module, {"weight": (40, 4, 3, 5)}, f"Conv2d{_LARGE}")
    told, formula = f"the weight of Conv2d{_LARGE}", "1/√(in_channels · kernel height · kernel width)"
    insist_uniform_start(module.weight, _LARGE_FAN_IN, told, formula)
    insist_fresh_draws(module.weight, other.weight, "weight")


def _extra_repr(candidate: Any, seed: int) -> None:
    module = build(candidate, 11, 23, kernel_size=7, stride=5, padding=4)
    told = _told({"kernel_size": 7, "stride": 5, "padding": 4}, (11, 23))
    insist_extra_repr(module, told, (11, 23, 7, 5, 4))


def _state_dict(candidate: Any, seed: int) -> None:
    insist_loads_from(build(candidate, 3, 4, (3, 2)), RightConv2d(3, 4, (3, 2)), seed)


# --- test_conv2d_forward --------------------------------------------------------------------------------------------


def _filled(candidate: Any, draws: Draws, settings: dict[str, Any]) -> tuple[nn.Module, nn.Module]:
    return draws.fill(build(candidate, 3, 4, **settings)), RightConv2d(3, 4, **settings).to(draws.dtype)


def _values(candidate: Any, draws: Draws, all_settings: tuple[dict[str, Any], ...], promise: str) -> None:
    for settings in all_settings:
        for shape in _IMAGES:
            mine, right = _filled(candidate, draws, settings)
            insist_same_output(mine, right, draws.normal(*shape), promise, axes=IMAGE_AXES, told=_told(settings))


def _value(candidate: Any, seed: int) -> None:
    promise = "each output is the weighted sum of a window, and stride and padding say where the windows lie"
    _values(candidate, Draws(seed), _INT_SETTINGS, promise)


def _tuples(candidate: Any, seed: int) -> None:
    promise = "a tuple is (for the height, for the width)"
    _values(candidate, Draws(seed + 1), _TUPLE_SETTINGS, promise)


def _by_position(candidate: Any, seed: int) -> None:
    mine = Draws(seed).fill(build(candidate, 3, 4, 3, 2, 1))
    right = RightConv2d(3, 4, 3, 2, 1).double()
    x = Draws(seed).normal(2, 3, 8, 6)
    promise = "the arguments come in the order kernel_size, stride, padding"
    insist_same_output(mine, right, x, promise, axes=IMAGE_AXES, told="Conv2d(3, 4, 3, 2, 1)")


def _float32(candidate: Any, seed: int) -> None:
    promise = "it works in float32 as well"
    _values(candidate, Draws(seed + 2, torch.float32), (_INT_SETTINGS[4], _TUPLE_SETTINGS[4]), promise)


def _gradient(candidate: Any, seed: int) -> None:
    for settings in (_INT_SETTINGS[2], _TUPLE_SETTINGS[4]):
        draws = Draws(seed + 3)
        insist_same_gradients(*_filled(candidate, draws, settings), draws.normal(2, 3, 7, 6))


def _input_untouched(candidate: Any, seed: int) -> None:
    for settings in _INT_SETTINGS[:3]:
        mine, _ = _filled(candidate, Draws(seed), settings)
        insist_input_untouched(mine, Draws(seed).normal(2, 3, 7, 6))


def _any_device(candidate: Any, seed: int) -> None:
    insist_follows_device(build(candidate, 3, 4, 3, padding=1), torch.ones(2, 3, 5, 4))


# --- the bank -------------------------------------------------------------------------------------------------------


def _probe(candidate: Any) -> Looks:
    def filled(settings: dict[str, Any]) -> nn.Module:
        return Draws(1).fill(candidate(3, 4, **settings))

    def fresh() -> nn.Module:
        torch.manual_seed(3)
        return candidate(*_LARGE)

    x = Draws(2).normal(2, 3, 8, 6)
    found: dict[str, Callable[[], Any]] = {
        _told(settings): lambda settings=settings: filled(settings)(x.clone())
        for settings in (*_INT_SETTINGS, *_TUPLE_SETTINGS)
    }
    return found | {
        "names": lambda: [(name, tuple(p.shape)) for name, p in candidate(3, 4, 2).named_parameters()],
        "by position": lambda: Draws(1).fill(candidate(3, 4, 3, 2, 1))(x.clone()),
        "float32": lambda: candidate(3, 4, 3)(x.float()).dtype == torch.float32,
        "gradients": lambda: gradients(filled({"kernel_size": 3, "padding": 1}), x),
        "weight": lambda: look_at_start(fresh().weight, _LARGE_FAN_IN),
        "anew": lambda: torch.equal(candidate(4, 4, 3).weight, candidate(4, 4, 3).weight),
        "printed": lambda: candidate(3, 4, 2).extra_repr() != "",
        "printed stride": lambda: "5" in candidate(3, 4, 2, stride=5).extra_repr(),
        "printed padding": lambda: "7" in candidate(3, 4, 2, padding=7).extra_repr(),
        "device": lambda: str(candidate(3, 4, 3).to("meta")(x.to("meta")).device),
    }


def _starting(change: Callable[[nn.Conv2d], Any]) -> type[nn.Module]:
    """Make a convolution that is changed after it is built."""

    class Starting(RightConv2d):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            with torch.no_grad():
                change(self)

    return Starting


def _computing(function: Callable[[nn.Conv2d, Tensor], Tensor]) -> type[nn.Module]:
    """Make a convolution that computes something else."""

    class Computing(RightConv2d):
        def forward(self, x: Tensor) -> Tensor:
            return function(self, x)

    return Computing


def _conv(layer: nn.Conv2d, x: Tensor, **other: Any) -> Tensor:
    settings = {"stride": layer.stride, "padding": layer.padding} | other
    return functional.conv2d(x, settings.pop("weight", layer.weight), **settings)


def _from(bound: Callable[[nn.Conv2d], float]) -> type[nn.Module]:
    """Make a convolution whose weight starts between other bounds."""
    return _starting(lambda layer: layer.weight.uniform_(-bound(layer), bound(layer)))


def _fan_in(layer: nn.Conv2d) -> int:
    return layer.weight[0].numel()


def _same_weights(layer: nn.Conv2d) -> None:
    bound = _fan_in(layer) ** -0.5
    layer.weight.uniform_(-bound, bound, generator=torch.Generator().manual_seed(0))


def _plain_tensor(layer: nn.Conv2d) -> None:
    weight = layer.weight.detach().clone()
    del layer.weight
    layer.weight = weight


def _transposed(layer: nn.Conv2d) -> None:
    layer.weight = nn.Parameter(layer.weight.transpose(0, 1).contiguous())


class _Transposed(_starting(_transposed)):
    def forward(self, x: Tensor) -> Tensor:
        return _conv(self, x, weight=self.weight.transpose(0, 1))


def _kernel_turned(layer: nn.Conv2d) -> None:
    layer.weight = nn.Parameter(layer.weight.transpose(2, 3).contiguous())


def _kernel_square(layer: nn.Conv2d) -> None:
    if layer.kernel_size[0] != layer.kernel_size[1]:
        size = layer.kernel_size[0]
        bound = (layer.in_channels * size**2) ** -0.5
        layer.weight = nn.Parameter(torch.empty(*layer.weight.shape[:2], size, size).uniform_(-bound, bound))


def _second_stride_lost(layer: nn.Conv2d) -> None:
    layer.stride = (layer.stride[0], layer.stride[0])


def _second_padding_lost(layer: nn.Conv2d) -> None:
    layer.padding = (layer.padding[0], layer.padding[0])


def _stride_turned(layer: nn.Conv2d) -> None:
    layer.stride = layer.stride[::-1]


def _padding_turned(layer: nn.Conv2d) -> None:
    layer.padding = layer.padding[::-1]


def _with_bias(layer: nn.Conv2d) -> None:
    bound = _fan_in(layer) ** -0.5
    layer.bias = nn.Parameter(torch.empty(layer.out_channels).uniform_(-bound, bound))


class _PaddingFirst(RightConv2d):
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, padding: Any = 0, stride: Any = 1
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding)


class _SamePadding(RightConv2d):
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = None
    ) -> None:
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        padding = (height // 2, width // 2) if padding is None else padding
        super().__init__(in_channels, out_channels, kernel_size, stride, padding)


class _NumbersOnly(RightConv2d):
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0
    ) -> None:
        (in_channels * kernel_size**2) ** -0.5  # a tuple stops here
        super().__init__(in_channels, out_channels, kernel_size, stride, padding)


class _Silent(RightConv2d):
    def extra_repr(self) -> str:
        return ""


class _SilentAboutTheRest(RightConv2d):
    def extra_repr(self) -> str:
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"


_START = "the first numbers: uniform up to 1/√fan_in, and the fan-in is all that one output sums over"
_PAIRS = "what a tuple means: (for the height, for the width), for each of the three arguments by itself"

MISTAKES = (
    Mistake(
        "transposed",
        "keeps its weight as (in_channels, out_channels, …)",
        "the weight's shape: (out_channels, in_channels, kernel height, kernel width)",
        1,
        _Transposed,
    ),
    Mistake("kernel_turned", "takes kernel_size as (width, height)", _PAIRS, 2, _starting(_kernel_turned)),
    Mistake("stride_turned", "takes stride as (width, height)", _PAIRS, 2, _starting(_stride_turned)),
    Mistake("padding_turned", "takes padding as (width, height)", _PAIRS, 2, _starting(_padding_turned)),
    Mistake("kernel_square", "makes a square kernel of any tuple", _PAIRS, 2, _starting(_kernel_square)),
    Mistake("stride_square", "uses the first number of stride only", _PAIRS, 2, _starting(_second_stride_lost)),
    Mistake("padding_square", "uses the first number of padding only", _PAIRS, 2, _starting(_second_padding_lost)),
    Mistake("numbers_only", "takes no tuple for kernel_size", "the arithmetic with kernel_size", 2, _NumbersOnly),
    Mistake(
        "with_bias", "has a bias", "the parameters: this course's Conv2d has a weight only", 1, _starting(_with_bias)
    ),
    Mistake(
        "stride_ignored",
        "moves its window by one, whatever stride says",
        "what forward gives to conv2d",
        3,
        _computing(lambda layer, x: _conv(layer, x, stride=1)),
    ),
    Mistake(
        "padding_ignored",
        "adds no padding, whatever padding says",
        "what forward gives to conv2d",
        3,
        _computing(lambda layer, x: _conv(layer, x, padding=0)),
    ),
    Mistake(
        "stride_as_dilation",
        "spreads the window out by stride",
        "what forward gives to conv2d: stride and dilation are two things",
        3,
        _computing(lambda layer, x: _conv(layer, x, stride=1, dilation=layer.stride)),
    ),
    Mistake(
        "swapped_calls",
        "takes stride for padding and padding for stride",
        "the order of the arguments in the call of conv2d: weight, bias, stride, padding",
        3,
        _computing(
            lambda layer, x: _conv(layer, x, stride=tuple(max(p, 1) for p in layer.padding), padding=layer.stride)
        ),
    ),
    Mistake(
        "padding_first",
        "expects padding before stride",
        "the signature: kernel_size, stride, padding",
        1,
        _PaddingFirst,
    ),
    Mistake(
        "same_padding",
        "pads by half the kernel unless told otherwise",
        "the default of padding: 0",
        1,
        _SamePadding,
    ),
    Mistake(
        "flipped",
        "flips its kernel, as mathematicians do",
        "the kernel: a network's convolution does not flip it",
        1,
        _computing(lambda layer, x: _conv(layer, x, weight=layer.weight.flip((2, 3)))),
    ),
    Mistake(
        "edges_repeated",
        "pads with the pixels at the edge, not with zeros",
        "what stands in the padding: zeros",
        2,
        _computing(
            lambda layer, x: _conv(
                layer,
                functional.pad(x, (layer.padding[1],) * 2 + (layer.padding[0],) * 2, mode="replicate"),
                padding=0,
            )
        ),
    ),
    Mistake(
        "normal", "starts with standard normal numbers", _START, 1, _starting(lambda layer: layer.weight.normal_())
    ),
    Mistake("all_zero", "starts at 0", _START, 1, _from(lambda layer: 0.0)),
    Mistake(
        "positive",
        "starts with positive numbers only",
        "torch.rand: it draws from 0 to 1, and half of the weights are to be negative",
        3,
        _starting(lambda layer: layer.weight.uniform_(0, _fan_in(layer) ** -0.5)),
    ),
    Mistake(
        "zero_to_one",
        "starts with numbers from 0 to 1",
        "torch.rand: stretch and shift what it draws",
        3,
        _starting(lambda layer: layer.weight.uniform_(0, 1)),
    ),
    Mistake(
        "channels_only",
        "takes the bound from in_channels alone",
        _START,
        1,
        _from(lambda layer: layer.in_channels**-0.5),
    ),
    Mistake(
        "area_only",
        "takes the bound from the kernel's size alone",
        _START,
        1,
        _from(lambda layer: (layer.kernel_size[0] * layer.kernel_size[1]) ** -0.5),
    ),
    Mistake(
        "fan_out",
        "takes out_channels for in_channels in the bound",
        _START,
        1,
        _from(lambda layer: (_fan_in(layer) // layer.in_channels * layer.out_channels) ** -0.5),
    ),
    Mistake(
        "no_root", "takes 1/fan_in as the bound, without the root", _START, 1, _from(lambda layer: 1 / _fan_in(layer))
    ),
    Mistake(
        "same_weights",
        "starts with the same numbers every time",
        "calls of manual_seed in __init__: they also change what others draw",
        3,
        _starting(_same_weights),
    ),
    Mistake(
        "plain_tensor",
        "keeps its weight as a plain tensor, which no optimiser finds",
        "nn.Parameter around the weight",
        3,
        _starting(_plain_tensor),
    ),
    Mistake(
        "detached",
        "cuts the gradient of its weight off",
        "calls like .detach(), .data or no_grad in forward",
        3,
        _computing(lambda layer, x: _conv(layer, x, weight=layer.weight.detach())),
    ),
    Mistake(
        "fixed_dtype",
        "always computes in float32",
        "calls like .float()",
        3,
        _computing(lambda layer, x: _conv(layer, x.float(), weight=layer.weight.float())),
    ),
    Mistake("silent", "has no extra_repr", "extra_repr: it returns text", 1, _Silent),
    Mistake(
        "silent_about_the_rest",
        "leaves stride and padding out of extra_repr",
        "extra_repr: channels, kernel_size, stride and padding",
        1,
        _SilentAboutTheRest,
    ),
)

EXERCISE = Exercise(
    name="Conv2d",
    hints=HINTS,
    right=RightConv2d,
    tests={
        "test_conv2d_module": (
            Check("own work", _own_work, structural=True),
            Check("parameters", _parameters),
            Check("first weights", _start),
            Check("extra_repr", _extra_repr),
            Check("state dict", _state_dict),
        ),
        "test_conv2d_forward": (
            Check("value", _value),
            Check("tuples", _tuples),
            Check("order of arguments", _by_position),
            Check("float32", _float32),
            Check("gradient", _gradient),
            Check("input untouched", _input_untouched),
            Check("any device", _any_device),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
