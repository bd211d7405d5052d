"""Conv2d without bias: the oracle is torch.nn's own, with the student's weight in it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import nn

from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks import layer_mistakes as usual
from course_utils.exercises.building_blocks.small_layers import (
    Layer,
    extra_repr,
    initial_weights,
    layer,
    own_layer,
    parameters,
    state_dict,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import any_device, any_order, gradients_flow, untouched, values

HINTS = (
    "Count the weights behind *one* output number: that's n (people call it the fan-in). Now think of one such set "
    "of weights for each output channel, with an axis for all that you have counted: that's the weight's shape.",
    "An int means the same number for height and width: the kernel is `kernel_size` if that's a tuple, else "
    "`(kernel_size, kernel_size)`. `torch.nn.functional.conv2d` takes ints and tuples alike for stride and "
    "padding.",
    "In `__init__`, with the weight drawn as in Linear, in the shape `(out_channels, in_channels, height, "
    "width)`:\n"
    "```python\n"
    "height, width = kernel\n"
    "bound = (in_channels * height * width) ** -0.5\n"
    "```\n"
    "In `forward`:\n"
    "```python\n"
    "return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)\n"
    "```",
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
    initial_weights(
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
    any_order(_VALUES[1]),
    any_device(_VALUES[1]),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_START = "the first numbers: uniform up to 1/√fan_in, and the fan-in is all that one output sums over"

_built, _reading = partial(usual.built_with, RightConv2d), partial(usual.reading, RightConv2d)
_within = usual.starting_within(RightConv2d)


def _kernel(change: Callable[[tuple], tuple]) -> type[nn.Module]:
    return _built(lambda given: given | {"kernel_size": change(usual.pair(given["kernel_size"]))})


usual.first_numbers(BANK, RightConv2d, _START, hint=1, seed_hint=3)
start = BANK.about(_START, 1, by=_within)
start("all_zero", "starts at 0", lambda layer: 0.0)
start("channels_only", "takes the bound from in_channels alone", lambda layer: layer.in_channels**-0.5)
start("area_only", "takes the bound from the kernel's size alone", lambda layer: layer.weight[0, 0].numel() ** -0.5)
start(
    "one_side",
    "counts one side of the kernel in the bound, once or twice, and not both sides",
    *(
        lambda layer, side=side, n=n: (layer.in_channels * layer.kernel_size[side] ** n) ** -0.5
        for side in (0, 1)
        for n in (1, 2)
    ),
)
start("fan_out", "takes out_channels for in_channels in the bound", lambda layer: layer.weight[:, 0].numel() ** -0.5)
start("no_root", "takes 1/fan_in as the bound, without the root", lambda layer: 1 / usual.fan_in(layer))
BANK.add(
    "plain_tensor",
    "keeps its weight as a plain tensor, which no optimiser finds",
    "nn.Parameter around the weight",
    3,
    usual.plain_tensors(RightConv2d, "weight"),
)
usual.weight_transposed(
    BANK, RightConv2d, "(in_channels, out_channels, …)", "(out_channels, in_channels, kernel height, kernel width)"
)

means = BANK.about(usual.PAIRS.format("each of the three arguments"), 2)
means("kernel_turned", "takes kernel_size as (width, height)", _kernel(lambda pair: pair[::-1]))
means("kernel_square", "makes a square kernel of any tuple", _kernel(lambda pair: (pair[0], pair[0])))
usual.confused_pairs(means, ("stride", "padding"), usual.with_setting(RightConv2d))
usual.padding_first(BANK, RightConv2d, hint=1)
BANK.add(
    "same_padding",
    "pads by half the kernel unless told otherwise",
    "the default of padding: 0",
    1,
    _built(lambda given: {"padding": tuple(size // 2 for size in usual.pair(given["kernel_size"]))} | given),
)


BANK.add(
    "numbers_only",
    "takes no tuple for kernel_size",
    "the arithmetic with kernel_size",
    2,
    *usual.stopping(RightConv2d, lambda given: given["kernel_size"] ** 2),  # a tuple stops here
)
usual.tuples_only(BANK, RightConv2d)


def _with_bias(bound: Callable[[nn.Conv2d], float]) -> type[nn.Module]:
    def change(layer: nn.Conv2d) -> None:
        layer.bias = nn.Parameter(torch.empty(layer.out_channels).uniform_(-bound(layer), bound(layer)))

    return usual.changed(RightConv2d, change)


BANK.add(
    "with_bias",
    "has a bias",
    "the parameters: this course's Conv2d has a weight only",
    1,
    _with_bias(lambda layer: usual.fan_in(layer) ** -0.5),
    _with_bias(lambda layer: 0.0),
)


usual.silent(BANK, RightConv2d, hint=1)


def _telling(*names: str) -> type[nn.Module]:
    def extra_repr(layer: nn.Conv2d) -> str:
        more = "".join(f", {name}={getattr(layer, name)[0]}" for name in names)
        return f"{layer.in_channels}, {layer.out_channels}, kernel_size={layer.kernel_size}{more}"

    return type("Telling", (RightConv2d,), {"extra_repr": extra_repr})


untold = BANK.about("extra_repr: channels, kernel_size, stride and padding", 1, by=lambda names: _telling(*names))
untold("silent_about_the_rest", "leaves stride and padding out of extra_repr", ())
untold("silent_about_padding", "leaves padding out of extra_repr", ["stride"])
call = BANK.about("what forward gives to conv2d", 3)
call("stride_ignored", "moves its window by one, whatever stride says", _reading(stride=lambda layer: 1))
call("padding_ignored", "adds no padding, whatever padding says", _reading(padding=lambda layer: 0))
BANK.add(
    "stride_as_dilation",
    "spreads the window out by stride",
    "what forward gives to conv2d: stride and dilation are two things",
    3,
    _reading(stride=lambda layer: 1, dilation=lambda layer: layer.stride),
)
BANK.add(
    "swapped_calls",
    "takes stride for padding and padding for stride",
    "the order of the arguments in the call of conv2d: weight, bias, stride, padding",
    3,
    _reading(stride=lambda layer: layer.padding, padding=lambda layer: layer.stride),
)
BANK.add(
    "flipped",
    "flips its kernel, as mathematicians do",
    "the kernel: a network's convolution does not flip it",
    1,
    _reading(weight=lambda layer: layer.weight.flip((2, 3))),
)
BANK.add(
    "edges_repeated",
    "pads with the pixels at the edge, not with zeros",
    "what goes in the padding: zeros",
    2,
    _reading(padding_mode=lambda layer: "replicate"),
)
usual.weight_detached(BANK, RightConv2d)
usual.fixed_dtype(BANK, RightConv2d, hint=3, does="computes")
usual.misread(BANK, RightConv2d, hint=3)

EXERCISE = Exercise(
    name="Conv2d",
    hints=HINTS,
    right=RightConv2d,
    tests={"test_conv2d_module": MODULE_LOOKS, "test_conv2d_forward": FORWARD_LOOKS},
    mistakes=BANK.all,
)
