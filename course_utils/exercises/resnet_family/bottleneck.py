"""Bottleneck: the oracle is torchvision's; both are filled by name."""

from functools import partial
from typing import Any

from torch import Tensor, nn
from torchvision.models.resnet import Bottleneck

from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family.family_blocks import (
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
    "BasicBlock with three convolutions: 1×1, 3×3, 1×1. Only the middle one looks beyond a single pixel, so only it "
    "needs padding, and only it gets the stride.",
    "The channels go inplanes → planes → planes → planes × expansion. A batch norm follows each convolution, a ReLU "
    "the first two; the third ReLU comes after the sum.",
    "conv1 = nn.Conv2d(inplanes, planes, 1, bias=False); conv2 = nn.Conv2d(planes, planes, 3, stride=stride, "
    "padding=1, bias=False); conv3 = nn.Conv2d(planes, planes * self.expansion, 1, bias=False), with bn1, bn2, bn3 "
    "as wide as what goes into them. The end of forward is BasicBlock's.",
)


class RightBottleneck(Bottleneck):
    """torchvision's block; a class of its own, so that it does not count as handing the work to torchvision."""


# Nothing changes; the skip is projected though it need not be; channels; size; both. No width is a fourth of another.
_KINDS = (Kind(32, 8, 1, False), Kind(32, 8, 1, True), Kind(12, 8, 1, True), Kind(32, 8, 2, True), Kind(12, 9, 2, True))

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_STRIDE = "which convolution gets the stride: the 3×3 one in the middle, and no other"
_WIDTHS = "the channels: inplanes → planes → planes → planes × expansion"
_changed = partial(changed, RightBottleneck)


def _nothing(x: Tensor) -> Tensor:
    return x


def _left(block: Any, x: Tensor, first: Any = nn.functional.relu, second: Any = nn.functional.relu) -> Tensor:
    return block.bn3(block.conv3(second(block.bn2(block.conv2(first(block.bn1(block.conv1(x))))))))


_ending = partial(ending, RightBottleneck)


def _conv(inplanes: int, planes: int, size: int, stride: int = 1, bias: bool = False) -> nn.Conv2d:
    return nn.Conv2d(inplanes, planes, size, stride, size // 2, bias=bias)


@BANK.mistake(
    "has a bias in its convolutions", "bias=False: torch's Conv2d has one unless told otherwise", 3, by=_changed
)
def _bias(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv1 = _conv(inplanes, planes, 1, bias=True)
    block.conv2 = _conv(planes, planes, 3, stride, bias=True)
    block.conv3 = _conv(planes, planes * 4, 1, bias=True)


@BANK.mistake("ends with planes channels, and forgets to multiply by expansion", _WIDTHS, 2, by=_changed)
def _not_wide(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv3, block.bn3 = _conv(planes, planes, 1), nn.BatchNorm2d(planes)


@BANK.mistake("takes a fourth of inplanes for its narrow part", _WIDTHS, 2, by=_changed)
def _narrow_by_input(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    width = inplanes // 4
    block.conv1, block.bn1 = _conv(inplanes, width, 1), nn.BatchNorm2d(width)
    block.conv2, block.bn2 = _conv(width, width, 3, stride), nn.BatchNorm2d(width)
    block.conv3 = _conv(width, planes * 4, 1)


@BANK.mistake("widens in the 3×3 convolution already", _WIDTHS, 2, by=_changed)
def _wide_middle(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv2, block.bn2 = _conv(planes, planes * 4, 3, stride), nn.BatchNorm2d(planes * 4)
    block.conv3 = _conv(planes * 4, planes * 4, 1)


@BANK.mistake("takes planes for the wide end, and a fourth of it for the narrow part", _WIDTHS, 2, by=_changed)
def _planes_divided(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    width = planes // 4
    block.conv1, block.bn1 = _conv(inplanes, width, 1), nn.BatchNorm2d(width)
    block.conv2, block.bn2 = _conv(width, width, 3, stride), nn.BatchNorm2d(width)
    block.conv3, block.bn3 = _conv(width, planes, 1), nn.BatchNorm2d(planes)


@BANK.mistake("has three 3×3 convolutions", "the kernel sizes: 1, 3, 1", 1, by=_changed)
def _all_3x3(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv1, block.conv3 = _conv(inplanes, planes, 3), _conv(planes, planes * 4, 3)


def _padding(conv1: int, conv2: int) -> Any:
    def change(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
        block.conv1.padding, block.conv2.padding = (conv1, conv1), (conv2, conv2)

    return change


BANK.add(
    "stride_on_first",
    "strides in the first 1×1 convolution, as the paper of 2015 does (ResNet v1)",
    _STRIDE,
    1,
    _changed(set_strides(conv1=None, conv2=1)),
)
BANK.add(
    "stride_on_third", "strides in the last 1×1 convolution", _STRIDE, 1, _changed(set_strides(conv2=1, conv3=None))
)
BANK.add(
    "stride_on_first_two",
    "strides in the first convolution and again in the second",
    _STRIDE,
    1,
    _changed(set_strides(conv1=None)),
)
BANK.add(
    "shared_norm",
    "uses one batch norm for the first two convolutions",
    "bn1 and bn2: each has weights of its own",
    2,
    *one_norm(RightBottleneck),
)
BANK.add("stride_ignored", "never uses stride", _STRIDE, 1, _changed(set_strides(conv2=1)))
BANK.add(
    "padded_1x1",
    "pads the first 1×1 convolution",
    "the padding: a 1×1 convolution needs none",
    1,
    _changed(_padding(1, 1)),
)
BANK.add("no_padding", "does not pad its 3×3 convolution", "padding=1 in conv2", 1, _changed(_padding(0, 0)))
BANK.add(
    "no_first_relu",
    "has no ReLU after bn1",
    "what stands between bn1 and conv2",
    2,
    _ending(partial(_left, first=_nothing), right_end),
)
BANK.add(
    "no_second_relu",
    "has no ReLU after bn2",
    "what stands between bn2 and conv3",
    2,
    _ending(partial(_left, second=_nothing), right_end),
)
BANK.add(
    "relu_before_sum",
    "applies ReLU after bn3, before the sum",
    MEET,
    2,
    _ending(_left, lambda block, left, x: left.relu() + skip(block, x)),
)
BANK.add(
    "relu_twice",
    "applies ReLU before the sum and after it",
    MEET,
    2,
    _ending(_left, lambda block, left, x: (left.relu() + skip(block, x)).relu()),
)
BANK.add("no_last_norm", "has no batch norm after the last convolution", "bn3", 2, _changed(drop("bn3")))
add_shared_mistakes(BANK, RightBottleneck, _left, skip_hint=3, end_hint=2)
add_expansion_mistakes(BANK, RightBottleneck, 2, 1, "expansion: four times its planes leave the block")

EXERCISE = Exercise(
    name="Bottleneck",
    hints=HINTS,
    right=RightBottleneck,
    tests={"test_bottleneck": block_looks("Bottleneck", 4, _KINDS, depth=9)},
    mistakes=BANK.all,
)
