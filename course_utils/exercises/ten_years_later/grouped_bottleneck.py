"""GroupedBottleneck: the oracle is torchvision's Bottleneck with its groups; both are filled by name."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from torch import nn
from torchvision.models.resnet import Bottleneck

from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import (
    add_shared_mistakes,
    changed,
    recast,
    rewidth,
    strides_on,
    with_relus,
)
from course_utils.exercises.building_blocks.layer_mistakes import with_defaults
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import case_of
from course_utils.exercises.resnet_family import by_name
from course_utils.exercises.resnet_family.family_blocks import (
    MEET,
    PARTS,
    Kind,
    add_expansion_mistakes,
    add_family_mistakes,
    block_looks,
)

HINTS = (
    "It's notebook 3's Bottleneck with two changes, and both are in its narrow part. How wide is it now? And which of "
    "the three convolutions gets the groups: one that looks at single pixels, or the one that doesn't?",
    "Work out the width first: `planes * base_width // 64 * groups`. The channels go from `inplanes` to the width, "
    "stay there, and end at `planes * expansion`; a batch norm as wide as that follows each convolution. Only "
    "`conv2` has a stride, a padding and groups.",
    "The middle of `__init__`:\n"
    "```python\n"
    "width = planes * base_width // 64 * groups\n"
    "self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, groups=groups, bias=False)\n"
    "```\n"
    "`conv1` and `bn1` come before it, `bn2`, `conv3` and `bn3` after it, and `forward` ends with "
    "`functional.relu(left + skip)`.",
)


class RightGroupedBottleneck(Bottleneck):
    """torchvision's block; it knows what it was built with."""

    def __init__(  # noqa: PLR0917  (the signature of the exercise)
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
    ) -> None:
        super().__init__(inplanes, planes, stride, downsample, groups, base_width)
        self.planes, self.groups, self.base_width = planes, groups, base_width


# Groups of several widths, and none; the narrow part is never planes wide where there are groups.
_KINDS = (
    Kind(64, 16, 1, False, {"groups": 4, "base_width": 32}),
    Kind(12, 24, 1, True, {"groups": 3, "base_width": 24}),
    Kind(32, 8, 2, True, {"groups": 4, "base_width": 32}),
    Kind(32, 8, 1, True, {"groups": 1, "base_width": 64}),
    Kind(12, 10, 2, True, {"groups": 2, "base_width": 64}),
)
_DEPTH = 9
_DEFAULTS = "stride is 1, downsample None, groups 1 and base_width 64 unless you say otherwise"

_OF_RESNEXT: tuple[dict[str, int], ...] = ({}, {"groups": 32, "base_width": 4})
_IN_FULL = tuple(case_of("GroupedBottleneck", 256, 64, x=(2, 256, 4, 4), **one) for one in _OF_RESNEXT)
_FULL_SIZE = "a block of ResNet50 is 64 channels wide in its middle, one of ResNeXt50 is 128"

LOOKS = (
    *block_looks("GroupedBottleneck", 4, _KINDS, _DEPTH, _DEFAULTS),
    replace(by_name.names(_IN_FULL, PARTS, _FULL_SIZE), name="full size"),
)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_GROUPS = "where the groups are given: to conv2, and to no other convolution"
_WIDTH = "the width of the narrow part: planes * base_width // 64 * groups"
_STRIDE = "which convolution gets the stride: the 3×3 one in the middle, and no other"
_changed = partial(changed, RightGroupedBottleneck)
_shared = partial(add_shared_mistakes, BANK, RightGroupedBottleneck)


def _wide(width: Callable[[Any], int]) -> Callable[[Any], None]:
    """Make a change of the narrow part's width: width(block)."""

    def change(block: Any) -> None:
        rewidth(block, width(block), width(block), block.planes * 4)

    return change


def _grouped(*names: str) -> Callable[[Any], None]:
    """Give the groups to these convolutions, and to no other."""

    def change(block: Any) -> None:
        for name in ("conv1", "conv2", "conv3"):
            recast(block, name, groups=block.groups if name in names else 1)

    return change


_widths = BANK.about(_WIDTH, 2, by=lambda width: _changed(_wide(width)))
_groups = BANK.about(_GROUPS, 1, by=lambda names: _changed(_grouped(*names)))
_strides = BANK.about(_STRIDE, 2, by=lambda names: _changed(strides_on(*names)))

_groups("no_groups", "has no groups in any convolution", ())
_groups("all_grouped", "has groups in all three convolutions", ("conv1", "conv2", "conv3"))
_groups("ones_grouped", "has groups in its 1×1 convolutions, and none in the 3×3 one", ("conv1", "conv3"))
BANK.add(
    "depthwise",
    "has as many groups as channels",
    "the number of groups: groups, as it's given",
    1,
    _changed(lambda block: recast(block, "conv2", groups=block.conv2.in_channels)),
)
_widths("width_is_planes", "keeps the narrow part planes wide, as ResNet50 does", lambda b: b.planes)
_widths(
    "width_without_planes",
    "makes the narrow part base_width · groups wide, whatever planes is",
    lambda b: b.base_width * b.groups,
)
_widths("width_without_groups", "forgets to multiply the width by groups", lambda b: b.planes * b.base_width // 64)
_widths(
    "width_without_base",
    "makes the narrow part planes · groups wide, whatever base_width is",
    lambda b: b.planes * b.groups,
)
BANK.add(
    "expands_the_width",
    "ends with four times its width, not with four times planes",
    "conv3: planes * expansion channels leave the block, however wide its middle is",
    2,
    _changed(lambda block: rewidth(block, *[block.conv2.in_channels] * 2, block.conv2.in_channels * 4)),
)
_strides("stride_on_first", "strides in the first 1×1 convolution, as the paper of 2015 does (ResNet v1)", ["conv1"])
_strides("stride_on_third", "strides in the last 1×1 convolution", ["conv3"])
BANK.add(
    "no_padding",
    "does not pad its 3×3 convolution",
    "padding=1 in conv2",
    2,
    _changed(lambda block: recast(block, "conv2", padding=0)),
)
BANK.add(
    "default_groups_32",
    "has 32 groups, each 4 channels wide, unless it's told otherwise",
    "the defaults: groups is 1, and base_width 64",
    2,
    with_defaults(RightGroupedBottleneck, groups=32, base_width=4),
)
BANK.add(
    "no_first_relu",
    "has no ReLU after bn1",
    "what comes between bn1 and conv2",
    3,
    with_relus(RightGroupedBottleneck, "bn2"),
)
BANK.add(
    "no_second_relu",
    "has no ReLU after bn2",
    "what comes between bn2 and conv3",
    3,
    with_relus(RightGroupedBottleneck, "bn1"),
)
_shared(MEET, 3, "relu_twice", relu_before_sum="applies ReLU after bn3, before the sum")
add_family_mistakes(BANK, RightGroupedBottleneck, skip_hint=3, end_hint=3)
add_expansion_mistakes(BANK, RightGroupedBottleneck, 2, 1, "expansion: four times its planes leave the block")

EXERCISE = Exercise(
    name="GroupedBottleneck",
    hints=HINTS,
    right=RightGroupedBottleneck,
    tests={"test_grouped_bottleneck": LOOKS},
    mistakes=BANK.all,
)
