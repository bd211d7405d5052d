"""BasicBlock: the oracle is torchvision's; both are filled by name."""

from functools import partial
from typing import Any

from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock

from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family.family_blocks import (
    GIVEN,
    MEET,
    Kind,
    add_expansion_mistakes,
    add_shared_mistakes,
    block_looks,
    changed,
    drop,
    ending,
    one_norm,
    right_end,
    set_strides,
    skip,
)

HINTS = (
    "It is notebook 2's ResidualBlock under other names, with one thing less to decide: whether and how to project "
    "comes from outside, as `downsample`.",
    "Six modules: conv1, bn1, relu, conv2, bn2, and self.downsample = downsample, which may be None. In forward, "
    "run the first five, then add either x or downsample(x), then apply relu again.",
    "conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False); conv2 is planes to planes with "
    "stride 1. The end of forward: skip = x if self.downsample is None else self.downsample(x), then "
    "return self.relu(out + skip).",
)


class RightBasicBlock(BasicBlock):
    """torchvision's block; a class of its own, so that it does not count as handing the work to torchvision."""


# Nothing changes; the skip is projected though it need not be; channels; size; both.
_KINDS = (Kind(4, 4, 1, False), Kind(4, 4, 1, True), Kind(3, 5, 1, True), Kind(4, 4, 2, True), Kind(3, 6, 2, True))

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_STRIDE = "which convolution gets the stride: the first 3×3 one, and no other"
_changed = partial(changed, RightBasicBlock)


def _left(block: Any, x: Tensor, middle: Any = nn.functional.relu) -> Tensor:
    return block.bn2(block.conv2(middle(block.bn1(block.conv1(x)))))


_ending = partial(ending, RightBasicBlock, _left)


@BANK.mistake(
    "has a bias in its convolutions", "bias=False: torch's Conv2d has one unless told otherwise", 3, by=_changed
)
def _bias(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1)
    block.conv2 = nn.Conv2d(planes, planes, 3, 1, 1)


@BANK.mistake(
    "changes the number of channels in the second convolution", "the channels of conv1 and conv2", 3, by=_changed
)
def _late_widening(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv1, block.bn1 = nn.Conv2d(inplanes, inplanes, 3, stride, 1, bias=False), nn.BatchNorm2d(inplanes)
    block.conv2 = nn.Conv2d(inplanes, planes, 3, 1, 1, bias=False)


@BANK.mistake("does not pad its convolutions", "padding=1", 3, by=_changed)
def _no_padding(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv1.padding = block.conv2.padding = (0, 0)


@BANK.mistake("has another name for downsample", "the names: self.downsample, also where it is None", 2)
class _OtherName(RightBasicBlock):
    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__(inplanes, planes, stride)
        self.shortcut = nn.Identity() if downsample is None else downsample

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(_left(self, x) + self.shortcut(x))


def _written_into_x(block: Any, left: Tensor, x: Tensor) -> Tensor:
    return right_end(block, left, x) if block.downsample is not None else x.copy_(right_end(block, left, x))


def _summed_into_x(block: Any, left: Tensor, x: Tensor) -> Tensor:
    x = skip(block, x)
    x += left
    return x.relu()


BANK.add(
    "changes_input",
    "writes its result into the input",
    "in-place operations (+=, add_, relu_) on x",
    3,
    _ending(_written_into_x),
    _ending(_summed_into_x),
)
BANK.add(
    "relu_before_sum",
    "applies ReLU before the sum",
    MEET,
    3,
    _ending(lambda block, left, x: left.relu() + skip(block, x)),
)
BANK.add(
    "no_middle_relu",
    "has no ReLU between the two convolutions",
    "what stands between bn1 and conv2",
    2,
    ending(RightBasicBlock, partial(_left, middle=lambda x: x), right_end),
)
BANK.add(
    "downsample_and_input",
    "adds both x and downsample(x)",
    f"{GIVEN}: it takes x's place",
    3,
    _ending(lambda block, left, x: (left + x + (0 if block.downsample is None else block.downsample(x))).relu()),
)
BANK.add(
    "downsample_on_output",
    "hands its own result to downsample, not x",
    "what goes into downsample",
    3,
    _ending(lambda block, left, x: ((x if block.downsample is None else block.downsample(left)) + left).relu()),
)
BANK.add(
    "stride_on_second", "strides in the second convolution", _STRIDE, 3, _changed(set_strides(conv1=1, conv2=None))
)
BANK.add("stride_on_both", "strides in both convolutions", _STRIDE, 3, _changed(set_strides(conv2=None)))
BANK.add(
    "shared_norm",
    "uses one batch norm twice",
    "bn1 and bn2: each has weights of its own",
    2,
    *one_norm(RightBasicBlock),
)
BANK.add("stride_ignored", "never uses stride", _STRIDE, 3, _changed(set_strides(conv1=1)))
BANK.add("no_last_norm", "has no batch norm after the second convolution", "bn2", 2, _changed(drop("bn2")))
add_shared_mistakes(BANK, RightBasicBlock, _left, skip_hint=2, end_hint=3)
add_expansion_mistakes(BANK, RightBasicBlock, 1, 4, "how many channels leave the block, for each of its planes")

EXERCISE = Exercise(
    name="BasicBlock",
    hints=HINTS,
    right=RightBasicBlock,
    tests={"test_basic_block": block_looks("BasicBlock", 1, _KINDS, depth=6)},
    mistakes=BANK.all,
)
