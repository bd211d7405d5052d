"""conv1d_minimal, the first rung of convolution from scratch: the oracle is torch.nn.functional's conv1d."""

import torch
from torch import Tensor
from torch.nn import functional

from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.sliding import LINES, contiguous, every_rung, looks, side_by_side
from course_utils.exercises.exercise import Exercise

HINTS = (
    "Output number k is a sum over window k: `x[…, k : k + size]` times the weight. If you had a tensor "
    "`windows` of shape `(batch, in_channels, out_width, size)`, one `einsum` would do the rest. How many "
    "windows are there?",
    "`windows[b, i, k, j]` is `x[b, i, k + j]`. So one step along k and one step along j go equally far in "
    "memory: both take x's own stride of the last axis.",
    "The windows, as a view, and then one sum for all of them:\n"
    "```python\n"
    "b, c, w = x.stride()\n"
    "windows = x.as_strided((batch, in_channels, width - size + 1, size), (b, c, w, w))\n"
    'return einsum(windows, weight, "b i k j, o i j -> b o k")\n'
    "```",
)


def right(x: Tensor, weight: Tensor) -> Tensor:
    """Slide the weight along x."""
    return functional.conv1d(x, weight)


LOOKS = looks(LINES, [()], "output k is the sum of the window that begins at k, times the weight")

BANK = Bank()
every_rung(BANK, right)
side_by_side(BANK, right)
contiguous(BANK, right)


def _products(x: Tensor, weight: Tensor) -> list[Tensor]:
    """Multiply each window by the weight as it lies."""
    return [(window * weight).sum((1, 2)) for window in x.unfold(2, weight.shape[2], 1).unbind(2)]


def _put_in_place(x: Tensor, weight: Tensor) -> Tensor:
    output = torch.zeros_like(right(x, weight))
    for place, one in enumerate(_products(x, weight)):
        output[:, :, place] = one
    return output


BANK.add(
    "batch_meets_outputs",
    "multiplies a window by the whole weight, so that the batch meets the output channels",
    "the shapes: a window is (batch, in_channels, size), the weight (out_channels, in_channels, size). Each of batch "
    "and out_channels needs an axis of its own",
    2,
    lambda x, weight: torch.stack(_products(x, weight), -1),
    _put_in_place,
)

EXERCISE = Exercise(
    name="conv1d_minimal",
    hints=HINTS,
    right=right,
    tests={"test_conv1d_minimal": LOOKS},
    mistakes=BANK.all,
)
