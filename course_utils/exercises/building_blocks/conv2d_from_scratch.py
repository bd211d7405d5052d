"""conv2d_from_scratch, the last rung of convolution from scratch: the oracle is torch.nn.functional's conv2d."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from course_utils.checking.both import made_on
from course_utils.checking.values import Step
from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.layer_mistakes import PAIRS, confused_pairs, pair
from course_utils.exercises.building_blocks.sliding import (
    PARTS,
    Function,
    contiguous,
    every_rung,
    looks,
    minus_zero,
    padding_ignored,
    stride_mistakes,
    too_many_windows,
)
from course_utils.exercises.exercise import Exercise

HINTS = (
    "Height and width do the same thing, each with its own stride, padding and size. How many axes do the "
    "windows have now?",
    "The windows have the shape `(batch, in_channels, out_height, out_width, kernel_height, kernel_width)`. "
    "Their strides are those of x, and the last two of x appear twice: once times the stride, and once as they "
    "are.",
    "After the padding:\n"
    "```python\n"
    "b, c, h, w = x.stride()\n"
    "windows = x.as_strided(\n"
    "    (batch, in_channels, out_height, out_width, kernel_height, kernel_width),\n"
    "    (b, c, h * stride_h, w * stride_w, h, w),\n"
    ")\n"
    'return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")\n'
    "```",
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
too_many_windows(BANK, right)
minus_zero(BANK, right)


def _with_setting(name: str, change: Callable[[tuple], Any]) -> Function:
    """Make a function that takes one of its settings for something else."""

    def of(right: Function) -> Function:
        def changed(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
            settings = {"stride": pair(stride), "padding": pair(padding)}
            return right(x, weight, *(settings | {name: change(settings[name])}).values())

        return changed

    return made_on(right, of)


confused_pairs(BANK.about(PAIRS.format("stride and padding each"), 1), ("stride", "padding"), _with_setting)
padding_ignored(BANK, _with_setting("padding", lambda both: 0))


@BANK.mistake("takes no tuples", "arithmetic with stride and padding", 1)
def _numbers_only(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    (x.shape[2] + 2 * padding - weight.shape[2]) // stride  # a tuple stops here
    return right(x, weight, stride, padding)


def _turning_windows(turn: Callable[[Tensor], Tensor]) -> Function:
    def turned(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
        (down, across), (above, beside) = pair(stride), pair(padding)
        wide = functional.pad(x, (beside, beside, above, above))
        windows = wide.unfold(2, weight.shape[2], down).unfold(3, weight.shape[3], across)
        return torch.einsum("biyxvu,oivu->boyx", turn(windows), weight)

    return turned


def _steps_turned(windows: Tensor) -> Tensor:
    *others, down, across = windows.stride()
    return windows.as_strided(windows.shape, (*others, across, down))


BANK.add(
    "window_turned",
    "turns each window on its side",
    "the order of the last two axes of the windows: height, then width",
    2,
    lambda x, weight, *settings: right(x, weight.transpose(2, 3), *settings),
    _turning_windows(lambda windows: windows.transpose(4, 5)),
    _turning_windows(_steps_turned),
)

STEPS = (
    Step(
        "the windows",
        "padding, stride and size of the windows are right, and so are the sums",
        ("value", "float32"),
        hint=1,
    ),
    Step("any view", "the strides of the windows follow from `x.stride()`", ("any memory layout",), hint=2),
    Step(
        "gradients", "they flow back to x and weight, which stay as they are", ("gradient", "inputs untouched"), hint=3
    ),
)

EXERCISE = Exercise(
    name="conv2d_from_scratch",
    hints=HINTS,
    right=right,
    tests={"test_conv2d_from_scratch": LOOKS},
    mistakes=BANK.all,
    steps=STEPS,
    parts=PARTS,
)
