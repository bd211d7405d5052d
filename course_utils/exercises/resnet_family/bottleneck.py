"""Bottleneck: the oracle is torchvision's; both are filled by name."""

from functools import partial
from typing import Any

from torchvision.models.resnet import Bottleneck

from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import (
    add_shared_mistakes,
    changed,
    drop,
    recast,
    rewidth,
    strides_on,
    with_relus,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family.family_blocks import (
    MEET,
    Kind,
    add_expansion_mistakes,
    add_family_mistakes,
    block_looks,
    one_norm,
)

HINTS = (
    "`BasicBlock` with three convolutions: 1×1, 3×3, 1×1. Only the middle one looks beyond a single pixel, so "
    "only it needs padding, and only it gets the stride.",
    "The channels go inplanes → planes → planes → planes × expansion. A batch norm follows each convolution, a "
    "ReLU the first two; the third ReLU comes after the sum.",
    "Each batch norm is as wide as what it gets. The end of `forward` is that of `BasicBlock`.\n"
    "```python\n"
    "self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)\n"
    "self.conv2 = nn.Conv2d(planes, planes, 3, stride=stride, padding=1, bias=False)\n"
    "self.conv3 = nn.Conv2d(planes, planes * self.expansion, 1, bias=False)\n"
    "```",
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
_shared = partial(add_shared_mistakes, BANK, RightBottleneck)


def _flowing(widths: Any) -> type[RightBottleneck]:
    """Make a block with other numbers of channels after its convolutions: widths(inplanes, planes) lists them."""
    return _changed(lambda block: rewidth(block, *widths(block.conv1.in_channels, block.bn1.num_features)))


def _recast(*names: str, **settings: Any) -> type[RightBottleneck]:
    return _changed(lambda block: recast(block, *names, **settings))


_widths = BANK.about(_WIDTHS, 2, by=_flowing)
_strides = BANK.about(_STRIDE, 1, by=lambda names: _changed(strides_on(*names)))

_widths("not_wide", "ends with planes channels, and forgets to multiply by expansion", lambda i, p: (p, p, p))
_widths("narrow_by_input", "takes a quarter of inplanes for its narrow part", lambda i, p: (i // 4, i // 4, p * 4))
_widths("wide_middle", "widens in the 3×3 convolution already", lambda i, p: (p, p * 4, p * 4))
_widths(
    "planes_divided",
    "takes planes for the wide end, and a quarter of it for the narrow part",
    lambda i, p: (p // 4, p // 4, p),
)
BANK.add(
    "all_3x3",
    "has three 3×3 convolutions",
    "the kernel sizes: 1, 3, 1",
    1,
    _recast("conv1", "conv3", kernel_size=3, padding=1),
)
_strides("stride_on_first", "strides in the first 1×1 convolution, as the paper of 2015 does (ResNet v1)", ["conv1"])
_strides("stride_on_third", "strides in the last 1×1 convolution", ["conv3"])
_strides("stride_on_first_two", "strides in the first convolution and again in the second", ["conv1", "conv2"])
_strides("stride_ignored", "never uses stride", [])
BANK.add(
    "shared_norm",
    "uses one batch norm for the first two convolutions",
    "bn1 and bn2: each has weights of its own",
    2,
    *one_norm(RightBottleneck),
)
BANK.add(
    "padded_1x1",
    "pads the first 1×1 convolution",
    "the padding: a 1×1 convolution needs none",
    1,
    _recast("conv1", padding=1),
)
BANK.add("no_padding", "does not pad its 3×3 convolution", "padding=1 in conv2", 1, _recast("conv2", padding=0))
BANK.add(
    "no_first_relu",
    "has no ReLU after bn1",
    "what comes between bn1 and conv2",
    2,
    with_relus(RightBottleneck, "bn2"),
)
BANK.add(
    "no_second_relu",
    "has no ReLU after bn2",
    "what comes between bn2 and conv3",
    2,
    with_relus(RightBottleneck, "bn1"),
)
_shared(MEET, 2, "relu_twice", relu_before_sum="applies ReLU after bn3, before the sum")
BANK.add("no_last_norm", "has no batch norm after the last convolution", "bn3", 2, _changed(drop("bn3")))
add_family_mistakes(BANK, RightBottleneck, skip_hint=3, end_hint=2)
add_expansion_mistakes(BANK, RightBottleneck, 2, 1, "expansion: four times its planes leave the block")

EXERCISE = Exercise(
    name="Bottleneck",
    hints=HINTS,
    right=RightBottleneck,
    tests={"test_bottleneck": block_looks("Bottleneck", 4, _KINDS, depth=9)},
    mistakes=BANK.all,
)
