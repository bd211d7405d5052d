"""conv1d_strided, the third rung of convolution from scratch: the oracle is torch.nn.functional's conv1d."""

from torch import Tensor
from torch.nn import functional

from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.sliding import (
    LINES,
    PARTS,
    contiguous,
    every_rung,
    looks,
    padding_mistakes,
    stride_mistakes,
    too_many_windows,
)
from course_utils.exercises.exercise import Exercise

HINTS = (
    "Window k now begins at place k · stride. Which of the four strides of the windows does that change, and how "
    "many windows are left?",
    "The step from one window to the next is `stride` times x's own; inside a window nothing changes. The last "
    "window has to fit: `out_width = (width + 2 * padding - size) // stride + 1`.",
    "Pad first, as before. Then only one stride is new, and the `einsum` is that of `conv1d_minimal`:\n"
    "```python\n"
    "windows = x.as_strided((batch, in_channels, out_width, size), (b, c, w * stride, w))\n"
    "```",
)


def right(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """Slide the weight along the padded x, `stride` places at a time."""
    return functional.conv1d(x, weight, stride=stride, padding=padding)


LOOKS = looks(
    LINES,
    [(), (2, 0), (3, 1), (1, 2), (2, 1)],
    "windows begin at 0, stride, 2 · stride, … of the padded input, as long as they fit",
)

BANK = Bank()
every_rung(BANK, right)
stride_mistakes(BANK, right, functional.conv1d, "the one that leads")
contiguous(BANK, right)
too_many_windows(BANK, right)
padding_mistakes(BANK, right)


@BANK.mistake("begins with the last window of each step", "where window 0 begins: at 0", 1)
def _starts_late(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    return right(x, weight, 1, padding)[..., stride - 1 :: stride]


@BANK.mistake("adds one before it divides by the stride", "the number of windows: (…) // stride, and then + 1", 2)
def _plus_one_first(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    count = (x.shape[-1] + 2 * padding - weight.shape[-1] + 1) // stride
    return right(x, weight, stride, padding)[..., :count]


EXERCISE = Exercise(
    name="conv1d_strided",
    hints=HINTS,
    right=right,
    tests={"test_conv1d_strided": LOOKS},
    mistakes=BANK.all,
    parts={name: PARTS[name] for name in ("conv1d_minimal", "conv1d_padded")},
)
