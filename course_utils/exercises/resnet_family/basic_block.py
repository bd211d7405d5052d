"""BasicBlock: the oracle is torchvision's; both are filled by name."""

from functools import partial
from typing import Any

from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock

from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import (
    IN_PLACE,
    add_shared_mistakes,
    changed,
    ending,
    left,
    relu,
    right_end,
    skip,
    strides_on,
    writing_into_x,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family.family_blocks import (
    GIVEN,
    MEET,
    Kind,
    add_expansion_mistakes,
    add_family_mistakes,
    block_looks,
    one_norm,
)

HINTS = (
    "It's notebook 2's `ResidualBlock` under other names, with one decision fewer: whether and how to "
    "project comes from outside, as `downsample`.",
    "Six attributes: `conv1`, `bn1`, `relu`, `conv2`, `bn2`, and `downsample`, which may be `None`. In "
    "`forward`, run the first five, then add either x or `downsample(x)`, then apply `relu` again.",
    "`conv2` takes `planes` to `planes` with stride 1. The first one has the stride:\n"
    "```python\n"
    "self.conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False)\n"
    "```\n"
    "The end of `forward`:\n"
    "```python\n"
    "skip = x if self.downsample is None else self.downsample(x)\n"
    "return self.relu(out + skip)\n"
    "```",
)


class RightBasicBlock(BasicBlock):
    """torchvision's block; a class of its own, so that it does not count as handing the work to torchvision."""


# Nothing changes; the skip is projected though it need not be; channels; size; both.
_KINDS = (Kind(4, 4, 1, False), Kind(4, 4, 1, True), Kind(3, 5, 1, True), Kind(4, 4, 2, True), Kind(3, 6, 2, True))

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_STRIDE = "which convolution gets the stride: the first 3×3 one, and no other"
_shared = partial(add_shared_mistakes, BANK, RightBasicBlock)
_ending = partial(ending, RightBasicBlock)

_shared("the channels of conv1 and conv2", 3, late_widening="changes the number of channels in the second convolution")
_shared("padding=1", 3, "no_padding")


@BANK.mistake("has another name for downsample", "the names: self.downsample, also where it is None", 2)
class _OtherName(RightBasicBlock):
    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__(inplanes, planes, stride)
        self.shortcut = nn.Identity() if downsample is None else downsample

    def forward(self, x: Tensor) -> Tensor:
        return right_end(self, left(self, x), x)


def _summed_into_x(block: Any, left: Tensor, x: Tensor) -> Tensor:
    x = skip(block, x)
    x += left
    return x.relu()


BANK.add(
    "changes_input",
    "writes into its input",
    IN_PLACE,
    3,
    writing_into_x(RightBasicBlock),
    _ending(_summed_into_x),
)
_shared(MEET, 3, relu_before_sum="applies ReLU before the sum")
_shared("what comes between bn1 and conv2", 2, "no_middle_relu")
BANK.add(
    "downsample_and_input",
    "adds both x and downsample(x)",
    f"{GIVEN}: it takes x's place",
    3,
    _ending(lambda block, left, x: relu(block, left + x + (0 if block.downsample is None else block.downsample(x)))),
)
BANK.add(
    "downsample_on_output",
    "hands its own result to downsample, not x",
    "what goes into downsample",
    3,
    _ending(lambda block, left, x: relu(block, (x if block.downsample is None else block.downsample(left)) + left)),
)
_shared(_STRIDE, 3, "stride_on_second", "stride_on_both")
BANK.add("stride_ignored", "never uses stride", _STRIDE, 3, changed(RightBasicBlock, strides_on()))
BANK.add(
    "shared_norm",
    "uses one batch norm twice",
    "bn1 and bn2: each has weights of its own",
    2,
    *one_norm(RightBasicBlock),
)
_shared("bn2", 2, "no_last_norm")
add_family_mistakes(BANK, RightBasicBlock, skip_hint=2, end_hint=3)
add_expansion_mistakes(BANK, RightBasicBlock, 1, 4, "how many channels leave the block, for each of its planes")

EXERCISE = Exercise(
    name="BasicBlock",
    hints=HINTS,
    right=RightBasicBlock,
    tests={"test_basic_block": block_looks("BasicBlock", 1, _KINDS, depth=6)},
    mistakes=BANK.all,
)
