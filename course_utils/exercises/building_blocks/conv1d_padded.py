"""conv1d_padded, the second rung of convolution from scratch: the oracle is torch.nn.functional's conv1d."""

from torch import Tensor
from torch.nn import functional

from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.layer_mistakes import given
from course_utils.exercises.building_blocks.sliding import (
    LINES,
    PARTS,
    every_rung,
    looks,
    padding_mistakes,
    side_by_side,
)
from course_utils.exercises.exercise import Exercise

HINTS = (
    "Padding changes the input, not the sliding. What has to happen to x before `conv1d_minimal` can take it?",
    "`x.new_zeros(…)` makes zeros of x's dtype and on its device. Put x in the middle by assigning to a slice of them.",
    "A wider signal, with x in its middle:\n"
    "```python\n"
    "wide = x.new_zeros(batch, channels, width + 2 * padding)\n"
    "wide[..., padding : padding + width] = x\n"
    "return conv1d_minimal(wide, weight)\n"
    "```",
)


def right(x: Tensor, weight: Tensor, padding: int = 0) -> Tensor:
    """Slide the weight along x, with zeros on either side."""
    return functional.conv1d(x, weight, padding=padding)


LOOKS = looks(LINES, [(), (1,), (3,)], "zeros come on both sides, and the windows slide over the whole")

BANK = Bank()
every_rung(BANK, right)
side_by_side(BANK, right)
padding_mistakes(BANK, right)
BANK.add(
    "zeros_of_float32",
    "pads with zeros of float32, whatever the dtype of x",
    "torch.zeros: x.new_zeros makes zeros of x's dtype, on its device",
    2,
    given(right, Tensor.float),  # conv1d wants one dtype
    given(right, lambda x: x.float().to(x.dtype)),  # a multiplication takes two
)

EXERCISE = Exercise(
    name="conv1d_padded",
    hints=HINTS,
    right=right,
    tests={"test_conv1d_padded": LOOKS},
    mistakes=BANK.all,
    parts={"conv1d_minimal": PARTS["conv1d_minimal"]},
)
