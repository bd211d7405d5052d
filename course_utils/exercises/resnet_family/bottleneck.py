"""Bottleneck: the oracle is torchvision's, with the student's weights in it by name."""

from functools import partial
from typing import Any

from torch import Tensor, nn
from torchvision.models.resnet import Bottleneck

from course_utils.checking.values import Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family.basic_block import (
    MEET,
    decides_by_shape,
    drop_last_norm,
    hides_downsample,
    set_strides,
    skip,
)
from course_utils.exercises.resnet_family.family_blocks import Absent, BlockChecks, Kind, changed

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
_KINDS = (Kind(12, 3, 1, False), Kind(12, 3, 1, True), Kind(4, 2, 1, True), Kind(8, 2, 2, True), Kind(4, 3, 2, True))
CHECKS = BlockChecks(RightBottleneck, _KINDS, depth=9)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------


_changed = partial(changed, RightBottleneck)


def _ending(end: Any, first: Any = None, second: Any = None) -> type[RightBottleneck]:
    """Make a block with another end, end(block, left, x), or other activations after bn1 or bn2."""

    class Ending(RightBottleneck):
        def forward(self, x: Tensor) -> Tensor:
            left = (first or nn.functional.relu)(self.bn1(self.conv1(x)))
            left = (second or nn.functional.relu)(self.bn2(self.conv2(left)))
            return end(self, self.bn3(self.conv3(left)), x)

    return Ending


def _nothing(x: Tensor) -> Tensor:
    return x


def _right_end(block: nn.Module, left: Tensor, x: Tensor) -> Tensor:
    return (left + skip(block, x)).relu()


def _conv(inplanes: int, planes: int, size: int, stride: int = 1, bias: bool = False) -> nn.Conv2d:
    return nn.Conv2d(inplanes, planes, size, stride, size // 2, bias=bias)


def _bias(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv1 = _conv(inplanes, planes, 1, bias=True)
    block.conv2 = _conv(planes, planes, 3, stride, bias=True)
    block.conv3 = _conv(planes, planes * 4, 1, bias=True)


def _not_wide(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv3, block.bn3 = _conv(planes, planes, 1), nn.BatchNorm2d(planes)


def _narrow_by_input(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    width = inplanes // 4
    block.conv1, block.bn1 = _conv(inplanes, width, 1), nn.BatchNorm2d(width)
    block.conv2, block.bn2 = _conv(width, width, 3, stride), nn.BatchNorm2d(width)
    block.conv3 = _conv(width, planes * 4, 1)


def _wide_middle(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv2, block.bn2 = _conv(planes, planes * 4, 3, stride), nn.BatchNorm2d(planes * 4)
    block.conv3 = _conv(planes * 4, planes * 4, 1)


def _planes_divided(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    width = max(planes // 4, 1)
    block.conv1, block.bn1 = _conv(inplanes, width, 1), nn.BatchNorm2d(width)
    block.conv2, block.bn2 = _conv(width, width, 3, stride), nn.BatchNorm2d(width)
    block.conv3, block.bn3 = _conv(width, planes, 1), nn.BatchNorm2d(planes)


def _all_3x3(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv1, block.conv3 = _conv(inplanes, planes, 3), _conv(planes, planes * 4, 3)


def _padding(conv1: int, conv2: int) -> Any:
    def change(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
        block.conv1.padding, block.conv2.padding = (conv1, conv1), (conv2, conv2)

    return change


def _shared_norm(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.bn2 = block.bn1


class _NoExpansion(RightBottleneck):
    expansion = Absent(4)


class _Expansion1(RightBottleneck):
    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__(inplanes, planes, stride, downsample)
        self.conv3, self.bn3 = _conv(planes, planes * 4, 1), nn.BatchNorm2d(planes * 4)

    expansion = 1


STRIDE = "which convolution gets the stride: the 3×3 one in the middle, and no other"
WIDTHS = "the channels: inplanes → planes → planes → planes × expansion"

MISTAKES = (
    Mistake(
        "stride_on_first",
        "strides in the first 1×1 convolution, as the paper of 2015 does (ResNet v1)",
        STRIDE,
        1,
        _changed(set_strides(conv1=None, conv2=1)),
    ),
    Mistake(
        "stride_on_third", "strides in the last 1×1 convolution", STRIDE, 1, _changed(set_strides(conv2=1, conv3=None))
    ),
    Mistake(
        "stride_on_first_two",
        "strides in the first convolution and again in the second",
        STRIDE,
        1,
        _changed(set_strides(conv1=None)),
    ),
    Mistake("stride_ignored", "never uses stride", STRIDE, 1, _changed(set_strides(conv2=1))),
    Mistake(
        "not_wide", "ends with planes channels, and forgets to multiply by expansion", WIDTHS, 2, _changed(_not_wide)
    ),
    Mistake("narrow_by_input", "takes a fourth of inplanes for its narrow part", WIDTHS, 2, _changed(_narrow_by_input)),
    Mistake(
        "planes_divided",
        "takes planes for the wide end, and a fourth of it for the narrow part",
        WIDTHS,
        2,
        _changed(_planes_divided),
    ),
    Mistake("wide_middle", "widens in the 3×3 convolution already", WIDTHS, 2, _changed(_wide_middle)),
    Mistake("all_3x3", "has three 3×3 convolutions", "the kernel sizes: 1, 3, 1", 1, _changed(_all_3x3)),
    Mistake(
        "padded_1x1",
        "pads the first 1×1 convolution",
        "the padding: a 1×1 convolution needs none",
        1,
        _changed(_padding(1, 1)),
    ),
    Mistake("no_padding", "does not pad its 3×3 convolution", "padding=1 in conv2", 1, _changed(_padding(0, 0))),
    Mistake(
        "bias",
        "has a bias in its convolutions",
        "bias=False: torch's Conv2d has one unless told otherwise",
        3,
        _changed(_bias),
    ),
    Mistake(
        "no_first_relu",
        "has no ReLU after bn1",
        "what stands between bn1 and conv2",
        2,
        _ending(_right_end, first=_nothing),
    ),
    Mistake(
        "no_second_relu",
        "has no ReLU after bn2",
        "what stands between bn2 and conv3",
        2,
        _ending(_right_end, second=_nothing),
    ),
    Mistake(
        "relu_before_sum",
        "applies ReLU after bn3, before the sum",
        MEET,
        2,
        _ending(lambda block, left, x: left.relu() + skip(block, x)),
    ),
    Mistake(
        "relu_twice",
        "applies ReLU before the sum and after it",
        MEET,
        2,
        _ending(lambda block, left, x: (left.relu() + skip(block, x)).relu()),
    ),
    Mistake(
        "no_last_relu", "has no ReLU after the sum", MEET, 2, _ending(lambda block, left, x: left + skip(block, x))
    ),
    Mistake("no_skip", "leaves the skip out", MEET, 3, _ending(lambda block, left, x: left.relu())),
    Mistake(
        "downsample_ignored",
        "always adds x itself, and never uses downsample",
        "what is added when downsample is given",
        3,
        _ending(lambda block, left, x: (left + x).relu()),
    ),
    Mistake(
        "decides_by_shape",
        "decides by the shapes whether to use downsample",
        "the question to ask: is downsample None?",
        3,
        _changed(decides_by_shape),
    ),
    Mistake(
        "downsample_unregistered",
        "keeps downsample where nn.Module cannot see it, as in a list",
        "how downsample is stored",
        3,
        _changed(hides_downsample),
    ),
    Mistake(
        "shared_norm",
        "uses one batch norm for the first two convolutions",
        "bn1 and bn2: each has weights of its own",
        2,
        _changed(_shared_norm),
    ),
    Mistake("no_last_norm", "has no batch norm after the last convolution", "bn3", 2, _changed(drop_last_norm("bn3"))),
    Mistake(
        "no_expansion",
        "has an expansion only once it is built",
        "where expansion stands: in the class, above __init__",
        2,
        _NoExpansion,
    ),
    Mistake(
        "expansion_1",
        "says that its expansion is 1",
        "expansion: four times its planes leave the block",
        2,
        _Expansion1,
    ),
)

EXERCISE = Exercise(
    name="Bottleneck",
    hints=HINTS,
    right=RightBottleneck,
    tests={"test_bottleneck": CHECKS.all},
    mistakes=MISTAKES,
    probe=CHECKS.probe,
)
