"""MaxPool2d: the oracle is torch.nn's own."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks import layer_mistakes as usual
from course_utils.exercises.building_blocks.small_layers import Layer, extra_repr, layer, no_parameters, own_layer
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import any_device, any_order, gradients_flow, untouched, values

HINTS = (
    "Three steps: make the image larger by the padding, cut it into windows, take the largest of each window. "
    "Which number can you put into the padding so that it's never the largest, even if all pixels are negative?",
    "`torch.nn.functional.pad(x, (left, right, top, bottom), value=…)` pads. `x.unfold(dim, size, step)` cuts "
    "one axis into windows, and adds an axis at the end for what's inside them: once for the height, once for "
    "the width.",
    "In `__init__`, the stride is the kernel size if it's `None`. In `forward`, with (ph, pw), (kh, kw) and (sh, "
    "sw) for padding, kernel and stride:\n"
    "```python\n"
    'x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))\n'
    "windows = x.unfold(2, kh, sh).unfold(3, kw, sw)\n"
    "return windows.amax(dim=(-2, -1))\n"
    "```",
)

_FINISHED = (nn.modules.pooling._MaxPoolNd, nn.AdaptiveMaxPool2d, nn.FractionalMaxPool2d)
_FINISHED_STEPS = ("max_pool2d", "max_pool1d", "max_pool3d", "adaptive_max_pool2d", "max_pool2d_with_indices")


# --- the looks ------------------------------------------------------------------------------------------------------

_WIDE, _TALL = (2, 3, 7, 9), (2, 3, 8, 6)


def _pool2d(shape: Sequence[int], kernel_size: Any, **settings: Any) -> Layer:
    return layer("MaxPool2d", shape, kernel_size=kernel_size, **settings)


_STRIDES = (_pool2d(_TALL, 3, stride=2), _pool2d(_WIDE, 3, stride=1), _pool2d(_WIDE, 1, stride=2))
_SIDE_BY_SIDE = (_pool2d(_WIDE, 2), _pool2d(_TALL, 3), _pool2d(_WIDE, (3, 2)), _pool2d((1, 1, 5, 5), 2))
_PADDED = (
    _pool2d(_TALL, 3, stride=2, padding=1, shift=-5.0),
    _pool2d(_WIDE, 3, stride=2, padding=1),
    _pool2d(_WIDE, 2, padding=1, shift=-5.0),
    _pool2d(_TALL, 5, stride=3, padding=2),
    _pool2d(_WIDE, 3, stride=2, padding=1, shift=-1e35),
)
_TUPLES = (
    _pool2d(_TALL, (3, 2)),
    _pool2d(_WIDE, 3, stride=(1, 2)),
    _pool2d(_TALL, (2, 5), stride=(3, 1), padding=(1, 0), shift=-1.0),
    _pool2d(_WIDE, (4, 2), padding=(2, 1), shift=-1.0),
)

LOOKS = (
    own_layer(_SIDE_BY_SIDE[0], _FINISHED, _FINISHED_STEPS),
    values(
        "value",
        "each output is the largest value of its window, and stride says how far apart the windows lie",
        _STRIDES,
        False,
    ),
    values(
        "stride left out",
        "without a stride the windows lie side by side: the stride is the kernel size",
        _SIDE_BY_SIDE,
        False,
    ),
    values("padding", "the padding is never the largest, not even beside negative numbers", _PADDED, False),
    values("tuples", "a tuple is (for the height, for the width)", _TUPLES, False),
    values(
        "order of arguments",
        "the arguments come in the order kernel_size, stride, padding",
        (layer("MaxPool2d", _TALL, 3, 2, 1),),
        False,
    ),
    values("float32", "it works in float32 as well", (_PADDED[0], _TUPLES[2]), False, torch.float32),
    gradients_flow((_SIDE_BY_SIDE[0], _PADDED[1], _TUPLES[2])),
    extra_repr(layer("MaxPool2d", (), kernel_size=9, stride=5, padding=4)),
    no_parameters(_SIDE_BY_SIDE[0]),
    untouched((_SIDE_BY_SIDE[0], _PADDED[0])),
    any_order(_SIDE_BY_SIDE[0]),
    any_device(_PADDED[0]),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()


class _Right(nn.MaxPool2d):
    """torch's pool under this course's signature, with all settings as pairs, and any padding."""

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__(*map(usual.pair, (kernel_size, kernel_size if stride is None else stride, padding)))

    def forward(self, x: Tensor) -> Tensor:
        return _pool(self, _padded(self, x))


_computing, _defaults = partial(usual.computing, _Right), partial(usual.with_defaults, _Right)


def _padded(layer: nn.MaxPool2d, x: Tensor, value: float = float("-inf"), after: int = 1) -> Tensor:
    """Pad left and top, and right and bottom `after` times as much."""
    height, width = layer.padding
    return functional.pad(x, (width, width * after, height, height * after), value=value)


def _pool(layer: nn.MaxPool2d, x: Tensor, **settings: Any) -> Tensor:
    """Pool what is padded already."""
    return functional.max_pool2d(x, layer.kernel_size, layer.stride, **settings)


def _cut(y: Tensor, like: Tensor) -> Tensor:
    return y[:, :, : like.shape[2], : like.shape[3]]


default = BANK.about("the default of stride: None, which stands for the kernel size", 3)
default("stride_one", "moves its window by one unless told otherwise", _defaults(stride=1))
default("stride_two", "moves its window by two unless told otherwise", _defaults(stride=2))
BANK.add("pads_by_default", "has padding=1 by default", "the default of padding: 0", 3, _defaults(padding=1))
usual.padding_first(BANK, _Right, hint=3)
BANK.add(
    "numbers_only",
    "takes no tuples",
    "arithmetic and comparisons with the arguments",
    3,
    *usual.stopping(_Right, lambda given: min(0, *given.values())),  # a tuple stops here
)
usual.tuples_only(BANK, _Right)
usual.confused_pairs(
    BANK.about(usual.PAIRS.format("each of the three arguments"), 3),
    ("kernel_size", "stride"),
    usual.with_setting(_Right),
)
usual.learned(BANK, _Right, "whether a maximum has anything to learn")
usual.silent(BANK, _Right, hint=3)
usual.fixed_dtype(BANK, _Right, hint=2)
usual.misread(BANK, _Right, hint=2)
usual.detached(BANK, _Right, hint=3)


@BANK.mistake("writes into its input", usual.IN_PLACE, 2, by=_computing)
def _overwrites(layer: nn.MaxPool2d, x: Tensor) -> Tensor:
    output = _pool(layer, _padded(layer, x))
    return x[:, :, : output.shape[2], : output.shape[3]].copy_(output) if output.shape[2] <= x.shape[2] else output


BANK.add(
    "rounds_up",
    "keeps windows that reach beyond the image",
    "the last window: one that does not fit is left out",
    2,
    _computing(lambda layer, x: _pool(layer, _padded(layer, x), ceil_mode=True)),
)
BANK.add(
    "zero_padding",
    "pads with zeros, which win against negative numbers",
    "what goes in the padding: it must lose against every number",
    1,
    _computing(lambda layer, x: _pool(layer, _padded(layer, x, 0.0))),
)
BANK.add(
    "finite_padding",
    "pads with a number that is only very negative: it wins against numbers that are below it",
    'what goes in the padding: −∞, float("-inf"), is below every number',
    3,
    _computing(lambda layer, x: _pool(layer, _padded(layer, x, -1e9))),
)
BANK.add(
    "stride_ignored",
    "moves its window by the kernel size, whatever stride says",
    "where forward uses stride",
    3,
    usual.reading(_Right, stride=lambda layer: layer.kernel_size),
)
BANK.add(
    "padding_ignored",
    "adds no padding, whatever padding says",
    "where forward uses padding",
    2,
    _computing(_pool),
)
BANK.add(
    "pads_one_side",
    "pads on the left and at the top only",
    "both ends of each axis: pad wants four numbers, left, right, top, bottom",
    2,
    _computing(lambda layer, x: _pool(layer, _padded(layer, x, after=0))),
)
BANK.add(
    "padding_turned",
    "takes padding as (width, height)",
    "what a tuple means: (for the height, for the width), though pad wants the last axis's numbers first",
    2,
    usual.reading(_Right, padding=lambda layer: layer.padding[::-1]),
)
BANK.add(
    "none_as_stride",
    "counts with a stride that is left out, which is None, as if it were a number",
    "the line that puts kernel_size in the place of a missing stride: is it there, and before pairs are made?",
    3,
    *usual.stopping(_Right, lambda given: range(usual.pair(given.get("stride"))[0])),  # None stops here
)
BANK.add(
    "size_and_step_swapped",
    "takes windows as large as stride says, and moves them by kernel_size",
    "the order of the arguments in the call of unfold: axis, size, step",
    2,
    usual.reading(_Right, kernel_size=lambda layer: layer.stride, stride=lambda layer: layer.kernel_size),
)


def _padded_between(layer: nn.MaxPool2d, x: Tensor) -> Tensor:
    height, width = layer.padding
    wide = x.new_full((*x.shape[:2], x.shape[2] + 2 * height, x.shape[3] + 2 * width), float("-inf"))
    wide[:, :, height:-height, width:-width] = x
    return _pool(layer, wide)


BANK.add("minus_zero", *usual.MINUS_ZERO, 2, _computing(_padded_between))


def _counting_by_division(of: Callable[[nn.MaxPool2d, Tensor], Tensor]) -> type[nn.Module]:
    """Make as many windows as the stride goes into of(layer, x); those at the border are cut off."""

    def pool(layer: nn.MaxPool2d, x: Tensor) -> Tensor:
        down, across = (size // step for size, step in zip(of(layer, x).shape[2:], layer.stride, strict=True))
        (height, width), beyond = layer.kernel_size, float("-inf")
        wide = functional.pad(_padded(layer, x), (0, width, 0, height), value=beyond)
        return _pool(layer, wide)[:, :, :down, :across]

    return _computing(pool)


BANK.add(
    "sizes_divided",
    "makes size // stride windows, so that the last ones reach over the edge, or some are missing",
    "the number of windows: (size + 2 · padding − kernel) // stride + 1",
    2,
    _counting_by_division(_padded),
    _counting_by_division(lambda layer, x: x),
)


BANK.add(
    "counted_unpadded",
    "counts its windows by the size of x without the padding",
    "the number of windows: (size + 2 · padding − kernel) // stride + 1",
    2,
    _computing(lambda layer, x: _cut(_pool(layer, _padded(layer, x)), _pool(layer, x))),
)


@BANK.mistake("moves its window by one, whatever stride says", "where forward uses stride", 3, by=_computing)
def _moves_by_one(layer: nn.MaxPool2d, x: Tensor) -> Tensor:
    x = _padded(layer, x)
    return _cut(functional.max_pool2d(x, layer.kernel_size, 1), _pool(layer, x))


@BANK.mistake(
    "moves its windows along axes 1 and 2, which are channels and height",
    "the axes that the windows move along: height and width are axes 2 and 3",
    2,
    by=_computing,
)
def _over_channels_and_height(layer: nn.MaxPool2d, x: Tensor) -> Tensor:
    windows = _padded(layer, x)
    for axis, size, step in zip((1, 2), layer.kernel_size, layer.stride, strict=True):
        windows = windows.unfold(axis, size, step)
    return windows.amax((-2, -1))


@BANK.mistake(
    "mixes the channels: it takes the largest of values from several",
    "the order of functional.unfold's rows: all of the first channel's window, then the next channel's",
    2,
    by=_computing,
)
def _channels_mixed(layer: nn.MaxPool2d, x: Tensor) -> Tensor:
    columns = functional.unfold(_padded(layer, x), layer.kernel_size, stride=layer.stride)
    return columns.unflatten(1, (-1, x.shape[1])).amax(1).view_as(_pool(layer, _padded(layer, x)))


largest = BANK.about("what is asked for: the largest", 1, by=_computing)
largest("smallest", "takes the smallest value of each window", lambda layer, x: -_pool(layer, _padded(layer, -x)))
largest(
    "average",
    "takes the mean of each window",
    lambda layer, x: functional.avg_pool2d(x, layer.kernel_size, layer.stride, layer.padding),
)
BANK.add(
    "over_channels",
    "takes the largest over the channels as well",
    "the axes over which the largest is taken: those inside a window",
    3,
    # A function of torch's: on the pair of another mistake it stops with other words than a pair's missing method.
    usual.then(_Right, lambda y: torch.amax(y, 1)),
    usual.then(_Right, lambda y: torch.amax(y, 1, keepdim=True)),
)
BANK.add(
    "with_indices",
    "returns two things, the values and where they were",
    "Tensor.max with a dim: it returns a pair. amax returns the values alone",
    3,
    _computing(lambda layer, x: _pool(layer, x, padding=layer.padding, return_indices=True)),
)

EXERCISE = Exercise(
    name="MaxPool2d",
    hints=HINTS,
    right=_Right,
    tests={"test_max_pool2d": LOOKS},
    mistakes=BANK.all,
)
