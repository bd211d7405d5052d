"""Conv2d without bias: the oracle is torch.nn's own, with the student's weight in it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.small_layers import (
    Layer,
    changed,
    computing,
    extra_repr,
    first_numbers,
    layer,
    own_layer,
    parameters,
    silent,
    state_dict,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import any_device, gradients_flow, untouched, values

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


class RightConv2d(nn.Conv2d):
    """torch's convolution under this course's signature: no bias, and nothing that the course does not need."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, bias=False)


# --- the looks ------------------------------------------------------------------------------------------------------


def _layer(shape: Sequence[int], *args: Any, **settings: Any) -> Layer:
    return layer("Conv2d", shape, *args, weights=("weight", "bias"), **settings)


def _conv2d(kernel_size: Any, *size: int, **settings: Any) -> Layer:
    return _layer((2, 3, *size), 3, 4, kernel_size=kernel_size, **settings)


_VALUES = (
    _conv2d(3, 8, 6),
    _conv2d(3, 7, 9, padding=1),
    _conv2d(3, 7, 9, stride=2),
    _conv2d(1, 5, 5),
    _conv2d(5, 8, 6, stride=3, padding=2),
    _conv2d(2, 7, 9, stride=2, padding=1),
    _layer((1, 3, 5, 5), 3, 4, kernel_size=3),
)
_TUPLES = (
    _conv2d((3, 2), 8, 6),
    _conv2d((1, 4), 7, 9, padding=(0, 2)),
    _conv2d(3, 8, 6, padding=(2, 0)),
    _conv2d(3, 7, 9, stride=(1, 3)),
    _conv2d((2, 5), 8, 6, stride=(3, 2), padding=(1, 0)),
)
_OBLONG = _conv2d((2, 5), 8, 6)
_NAMES = "it has one parameter, weight, of the shape that torch's has"

MODULE_LOOKS = (
    own_layer(_VALUES[0], _FINISHED),
    parameters((_VALUES[0], _OBLONG, _VALUES[3]), _NAMES),
    first_numbers(
        layer("Conv2d", (), 4, 300, (3, 5), weights=("weight",)),
        "it starts with numbers drawn uniformly up to ±1/√(in_channels · kernel height · kernel width), new ones each "
        "time",
    ),
    extra_repr(_layer((), 11, 23, kernel_size=7, stride=5, padding=4)),
    state_dict(_TUPLES[0], {"weight": (4, 3, 3, 2)}),
)

FORWARD_LOOKS = (
    parameters((_VALUES[0], _OBLONG), _NAMES),
    values(
        "value",
        "each output is the weighted sum of a window, and stride and padding say where the windows lie",
        _VALUES,
        False,
    ),
    values("tuples", "a tuple is (for the height, for the width)", _TUPLES, False),
    values(
        "order of arguments",
        "the arguments come in the order kernel_size, stride, padding",
        (_layer((2, 3, 8, 6), 3, 4, 3, 2, 1),),
        False,
    ),
    values("float32", "it works in float32 as well", (_VALUES[4], _TUPLES[4]), False, torch.float32),
    gradients_flow((_VALUES[1], _TUPLES[4]), axes=()),
    untouched(_VALUES[:3]),
    any_device(_VALUES[1]),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_START = "the first numbers: uniform up to 1/√fan_in, and the fan-in is all that one output sums over"
_PAIRS = "what a tuple means: (for the height, for the width), for each of the three arguments by itself"


_starting, _computing = partial(changed, RightConv2d), partial(computing, RightConv2d)


def _conv(layer: nn.Conv2d, x: Tensor, **other: Any) -> Tensor:
    settings = {"stride": layer.stride, "padding": layer.padding} | other
    return functional.conv2d(x, settings.pop("weight", layer.weight), **settings)


def _from(bound: Callable[[nn.Conv2d], float]) -> type[nn.Module]:
    """Make a convolution whose weight starts between other bounds."""
    return _starting(lambda layer: layer.weight.uniform_(-bound(layer), bound(layer)))


def _fan_in(layer: nn.Conv2d) -> int:
    return layer.weight[0].numel()


@BANK.mistake(
    "starts with the same numbers every time",
    "calls of manual_seed in __init__: they also change what others draw",
    3,
    by=_starting,
)
def _same_weights(layer: nn.Conv2d) -> None:
    bound = _fan_in(layer) ** -0.5
    layer.weight.uniform_(-bound, bound, generator=torch.Generator().manual_seed(0))


@BANK.mistake(
    "keeps its weight as a plain tensor, which no optimiser finds", "nn.Parameter around the weight", 3, by=_starting
)
def _plain_tensor(layer: nn.Conv2d) -> None:
    weight = layer.weight.detach().clone()
    del layer.weight
    layer.weight = weight


def _transposed(layer: nn.Conv2d) -> None:
    layer.weight = nn.Parameter(layer.weight.transpose(0, 1).contiguous())


@BANK.mistake(
    "keeps its weight as (in_channels, out_channels, …)",
    "the weight's shape: (out_channels, in_channels, kernel height, kernel width)",
    1,
)
class _Transposed(_starting(_transposed)):
    def forward(self, x: Tensor) -> Tensor:
        return _conv(self, x, weight=self.weight.transpose(0, 1))


@BANK.mistake("takes kernel_size as (width, height)", _PAIRS, 2, by=_starting)
def _kernel_turned(layer: nn.Conv2d) -> None:
    layer.weight = nn.Parameter(layer.weight.transpose(2, 3).contiguous())


@BANK.mistake("makes a square kernel of any tuple", _PAIRS, 2, by=_starting)
def _kernel_square(layer: nn.Conv2d) -> None:
    if layer.kernel_size[0] != layer.kernel_size[1]:
        size = layer.kernel_size[0]
        bound = (layer.in_channels * size**2) ** -0.5
        layer.weight = nn.Parameter(torch.empty(*layer.weight.shape[:2], size, size).uniform_(-bound, bound))


@BANK.mistake("uses the first number of stride only", _PAIRS, 2, by=_starting)
def _stride_square(layer: nn.Conv2d) -> None:
    layer.stride = (layer.stride[0], layer.stride[0])


@BANK.mistake("uses the first number of padding only", _PAIRS, 2, by=_starting)
def _padding_square(layer: nn.Conv2d) -> None:
    layer.padding = (layer.padding[0], layer.padding[0])


@BANK.mistake("takes stride as (width, height)", _PAIRS, 2, by=_starting)
def _stride_turned(layer: nn.Conv2d) -> None:
    layer.stride = layer.stride[::-1]


@BANK.mistake("takes padding as (width, height)", _PAIRS, 2, by=_starting)
def _padding_turned(layer: nn.Conv2d) -> None:
    layer.padding = layer.padding[::-1]


@BANK.mistake("has a bias", "the parameters: this course's Conv2d has a weight only", 1, by=_starting)
def _with_bias(layer: nn.Conv2d) -> None:
    bound = _fan_in(layer) ** -0.5
    layer.bias = nn.Parameter(torch.empty(layer.out_channels).uniform_(-bound, bound))


@BANK.mistake("expects padding before stride", "the signature: kernel_size, stride, padding", 1)
class _PaddingFirst(RightConv2d):
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, padding: Any = 0, stride: Any = 1
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding)


@BANK.mistake("pads by half the kernel unless told otherwise", "the default of padding: 0", 1)
class _SamePadding(RightConv2d):
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = None
    ) -> None:
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        padding = (height // 2, width // 2) if padding is None else padding
        super().__init__(in_channels, out_channels, kernel_size, stride, padding)


@BANK.mistake("takes no tuple for kernel_size", "the arithmetic with kernel_size", 2)
class _NumbersOnly(RightConv2d):
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0
    ) -> None:
        (in_channels * kernel_size**2) ** -0.5  # a tuple stops here
        super().__init__(in_channels, out_channels, kernel_size, stride, padding)


@BANK.mistake("leaves stride and padding out of extra_repr", "extra_repr: channels, kernel_size, stride and padding", 1)
class _SilentAboutTheRest(RightConv2d):
    def extra_repr(self) -> str:
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"


BANK.add("silent", "has no extra_repr", "extra_repr: it returns text", 1, silent(RightConv2d))
BANK.add(
    "stride_ignored",
    "moves its window by one, whatever stride says",
    "what forward gives to conv2d",
    3,
    _computing(lambda layer, x: _conv(layer, x, stride=1)),
)
BANK.add(
    "padding_ignored",
    "adds no padding, whatever padding says",
    "what forward gives to conv2d",
    3,
    _computing(lambda layer, x: _conv(layer, x, padding=0)),
)
BANK.add(
    "stride_as_dilation",
    "spreads the window out by stride",
    "what forward gives to conv2d: stride and dilation are two things",
    3,
    _computing(lambda layer, x: _conv(layer, x, stride=1, dilation=layer.stride)),
)
BANK.add(
    "swapped_calls",
    "takes stride for padding and padding for stride",
    "the order of the arguments in the call of conv2d: weight, bias, stride, padding",
    3,
    _computing(lambda layer, x: _conv(layer, x, stride=layer.padding, padding=layer.stride)),
)
BANK.add(
    "flipped",
    "flips its kernel, as mathematicians do",
    "the kernel: a network's convolution does not flip it",
    1,
    _computing(lambda layer, x: _conv(layer, x, weight=layer.weight.flip((2, 3)))),
)
BANK.add(
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
)
BANK.add("normal", "starts with standard normal numbers", _START, 1, _starting(lambda layer: layer.weight.normal_()))
BANK.add("all_zero", "starts at 0", _START, 1, _from(lambda layer: 0.0))
BANK.add(
    "positive",
    "starts with positive numbers only",
    "torch.rand: it draws from 0 to 1, and half of the weights are to be negative",
    3,
    _starting(lambda layer: layer.weight.uniform_(0, _fan_in(layer) ** -0.5)),
)
BANK.add(
    "zero_to_one",
    "starts with numbers from 0 to 1",
    "torch.rand: stretch and shift what it draws",
    3,
    _starting(lambda layer: layer.weight.uniform_(0, 1)),
)
BANK.add(
    "channels_only", "takes the bound from in_channels alone", _START, 1, _from(lambda layer: layer.in_channels**-0.5)
)
BANK.add(
    "area_only",
    "takes the bound from the kernel's size alone",
    _START,
    1,
    _from(lambda layer: (layer.kernel_size[0] * layer.kernel_size[1]) ** -0.5),
)
BANK.add(
    "fan_out",
    "takes out_channels for in_channels in the bound",
    _START,
    1,
    _from(lambda layer: (_fan_in(layer) // layer.in_channels * layer.out_channels) ** -0.5),
)
BANK.add("no_root", "takes 1/fan_in as the bound, without the root", _START, 1, _from(lambda layer: 1 / _fan_in(layer)))
BANK.add(
    "detached",
    "cuts the gradient of its weight off",
    "calls like .detach(), .data or no_grad in forward",
    3,
    _computing(lambda layer, x: _conv(layer, x, weight=layer.weight.detach())),
)
BANK.add(
    "fixed_dtype",
    "always computes in float32",
    "calls like .float()",
    3,
    _computing(lambda layer, x: _conv(layer, x.float(), weight=layer.weight.float())),
)

EXERCISE = Exercise(
    name="Conv2d",
    hints=HINTS,
    right=RightConv2d,
    tests={"test_conv2d_module": MODULE_LOOKS, "test_conv2d_forward": FORWARD_LOOKS},
    mistakes=BANK.all,
)
