"""conv2d_from_scratch, the last rung of convolution from scratch: the oracle is torch.nn.functional's conv2d."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.sliding import (
    PARTS,
    Function,
    contiguous,
    every_rung,
    looks,
    stride_mistakes,
)
from course_utils.exercises.exercise import Exercise

HINTS = (
    "Height and width do the same thing, each with its own stride, padding and size. How many axes do the windows have "
    "now?",
    "The windows have shape (batch, in_channels, out_height, out_width, kernel_height, kernel_width). Their strides "
    "are those of x, and the last two of x appear twice: once times the stride, and once as they are.",
    "b, c, h, w = x.stride(); windows = x.as_strided((batch, in_channels, out_height, out_width, kernel_height, "
    'kernel_width), (b, c, h * stride_h, w * stride_w, h, w)); einsum(windows, weight, "b i y x v u, o i v u -> '
    'b o y x").',
)


def right(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
    """Slide the weight over each padded image."""
    return functional.conv2d(x, weight, stride=stride, padding=padding)


# x and weight: sizes that differ in every axis; one image; one channel, and a square window.
LOOKS = looks(
    (((2, 3, 8, 6), (4, 3, 3, 2)), ((1, 2, 7, 9), (3, 2, 2, 4)), ((3, 1, 5, 6), (2, 1, 3, 3))),
    [(), (2, 0), (1, 1), (3, 2), ((1, 2), (2, 0)), ((3, 1), (0, 1)), (2, 1)],
    "each output is the weighted sum of its window, and stride and padding say where the windows lie",
)

BANK = Bank()
every_rung(BANK, right)
stride_mistakes(BANK, right, functional.conv2d, "those that lead")
contiguous(BANK, right)

_PAIRS = "what a tuple means: (for the height, for the width), for stride and padding each by itself"


def _pair(value: Any) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def _settings(change: Callable[[tuple[int, int], tuple[int, int]], tuple]) -> Function:
    """Make a function that takes stride and padding for something else."""
    return lambda x, weight, stride=1, padding=0: right(x, weight, *change(_pair(stride), _pair(padding)))


BANK.add("stride_turned", "takes stride as (width, height)", _PAIRS, 1, _settings(lambda s, p: (s[::-1], p)))
BANK.add("padding_turned", "takes padding as (width, height)", _PAIRS, 1, _settings(lambda s, p: (s, p[::-1])))
BANK.add("stride_square", "uses the first number of stride only", _PAIRS, 1, _settings(lambda s, p: (s[0], p)))
BANK.add("padding_square", "uses the first number of padding only", _PAIRS, 1, _settings(lambda s, p: (s, p[0])))
BANK.add(
    "padding_ignored",
    "adds no padding, whatever padding says",
    "where padding is used",
    1,
    _settings(lambda s, p: (s, 0)),
)


@BANK.mistake("takes no tuples", "arithmetic with stride and padding", 1)
def _numbers_only(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    (x.shape[2] + 2 * padding - weight.shape[2]) // stride  # a tuple stops here
    return right(x, weight, stride, padding)


def _weight_turned(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
    return right(x, weight.transpose(2, 3), stride, padding)


def _windows(x: Tensor, weight: Tensor, stride: Any, padding: Any) -> Tensor:
    (down, across), (above, beside) = _pair(stride), _pair(padding)
    wide = functional.pad(x, (beside, beside, above, above))
    return wide.unfold(2, weight.shape[2], down).unfold(3, weight.shape[3], across)


def _sizes_turned(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
    windows = _windows(x, weight, stride, padding).transpose(4, 5)
    return torch.einsum("biyxvu,oivu->boyx", windows, weight)


def _steps_turned(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
    windows = _windows(x, weight, stride, padding)
    *others, down, across = windows.stride()
    return torch.einsum("biyxvu,oivu->boyx", windows.as_strided(windows.shape, (*others, across, down)), weight)


BANK.add(
    "window_turned",
    "turns each window on its side",
    "the order of the last two axes of the windows: height, then width",
    2,
    _weight_turned,
    _sizes_turned,
    _steps_turned,
)

EXERCISE = Exercise(
    name="conv2d_from_scratch",
    hints=HINTS,
    right=right,
    tests={"test_conv2d_from_scratch": LOOKS},
    mistakes=BANK.all,
    parts=PARTS,
)
