"""ResidualBlock: the oracle is torchvision's BasicBlock, with the student's weights in it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models import resnet
from torchvision.models.resnet import BasicBlock

from course_utils.checking.library import remember
from course_utils.checking.values import Step
from course_utils.exercises import module_looks as looks
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import (
    IN_PLACE,
    TWO_NORMS,
    add_shared_mistakes,
    changed,
    drop,
    ending,
    hide,
    joining,
    meeting,
    projection,
    recast,
    skip,
    strides_on,
)
from course_utils.exercises.building_blocks.layer_mistakes import with_defaults
from course_utils.exercises.exercise import Exercise

HINTS = (
    "Build the two branches as two attributes in `__init__`, and let `forward` be one line that adds them.",
    "The left branch is a `Sequential` of five. The right one depends on a question: does the left branch change "
    "the shape? It does when `first_stride` is not 1, and also when `in_feats` and `out_feats` differ.",
    "The left branch:\n"
    "```python\n"
    "Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1), BatchNorm2d(out_feats), ReLU(),\n"
    "Conv2d(out_feats, out_feats, 3, padding=1), BatchNorm2d(out_feats)\n"
    "```\n"
    "The right one is `nn.Identity()`, or else `Conv2d(in_feats, out_feats, 1, stride=first_stride)` and a batch "
    "norm. In `forward`:\n"
    "```python\n"
    "return self.relu(self.left(x) + self.right(x))\n"
    "```",
)

remember(resnet)

_DEPTH = 6  # layers behind one output


class RightBlock(BasicBlock):
    """torchvision's block under this course's signature."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(in_feats, out_feats, first_stride)
        if (in_feats, first_stride) != (out_feats, 1):  # last, as its first weights are drawn last
            self.downsample = projection(in_feats, out_feats, first_stride)


# --- the looks ------------------------------------------------------------------------------------------------------


def _case(in_feats: int, out_feats: int, stride: int, batch: int, *size: int) -> looks.Case:
    return looks.case_of("ResidualBlock", in_feats, out_feats, first_stride=stride, x=(batch, in_feats, *size))


# Nothing changes; channels; size; both; a stride that is not 2; fewer channels. Images of even and of odd size.
_SAME, _BOTH = _case(4, 4, 1, 2, 8, 6), _case(3, 6, 2, 2, 5, 7)
_CHANGING = (
    _case(3, 5, 1, 1, 5, 7),
    _case(4, 4, 2, 2, 8, 6),
    _BOTH,
    _case(2, 3, 3, 2, 14, 13),
    _case(5, 3, 1, 2, 5, 7),
)
_ALL = (_SAME, *_CHANGING)
_DEFAULT = looks.case_of("ResidualBlock", 3, 5, x=(2, 3, 4, 6))
_LEFT_ALONE = "with stride 1 and equal channels it has the left branch's layers alone, in the order in which they run"
_BOTH_BRANCHES = "where the shape changes, it has both branches' layers, the left one's declared before the right one's"
_ADDED = "with stride 1 and equal channels the input itself is added, then ReLU"
_PROJECTED = "where the shape changes, the right branch is a 1×1 convolution with first_stride, then a batch norm"
_TRAINED = "in training mode every batch norm sees the values that it should"
_GRADIENTS: dict[str, Any] = {"depth": _DEPTH * 10, "axes": ("element",)}

LOOKS = (
    looks.own_work(_BOTH),
    looks.parameters((_SAME,), _LEFT_ALONE),
    looks.parameters(_CHANGING, _BOTH_BRANCHES, "both branches"),
    looks.shape(_ALL, "the stride is taken once on each branch, and the padding keeps the rest of the size"),
    looks.untouched((_SAME, _BOTH)),
    looks.values("identity", _ADDED, (_SAME,), False, depth=_DEPTH),
    looks.values("projection", _PROJECTED, _CHANGING, False, depth=_DEPTH),
    looks.values("training mode", _TRAINED, _ALL, True, depth=_DEPTH),
    looks.twice(_SAME),
    looks.statistics(_ALL, depth=_DEPTH),
    looks.values(
        "first_stride left out", "first_stride is 1 unless you say otherwise", (_DEFAULT,), False, depth=_DEPTH
    ),
    looks.gradients_flow((_SAME, _BOTH), True, **_GRADIENTS),
    looks.gradients_flow((_BOTH,), False, **_GRADIENTS),
    looks.values("float32", "it works in float32 as well", (_SAME, _BOTH), False, torch.float32, depth=_DEPTH),
    looks.copies((_SAME, _BOTH)),
)


# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_MEET = "where the two branches meet"
_QUESTION = "the condition for the projection: stride 1 *and* equal channels keep the identity"
_STRIDES = "where first_stride goes: the first convolution on the left, and the one on the right"
_THREE_PLACES = "where first_stride goes: the first convolution on the left, the one on the right, and its condition"
_BIAS = "bias=False: a batch norm follows"
_changed = partial(changed, RightBlock)
_shared = partial(add_shared_mistakes, BANK, RightBlock)


def _projecting(where: Callable[[int, int, int], bool]) -> type[nn.Module]:
    """Make a block with another question: where(in_feats, out_feats, stride) is there a projection?"""

    def change(block: RightBlock) -> None:
        shape = block.conv1.in_channels, block.conv2.out_channels, block.stride
        block.downsample = projection(*shape) if where(*shape) else None

    return _changed(change)


def _other_projection(change: Callable[[nn.Sequential], Any]) -> type[nn.Module]:
    return _changed(lambda block: block.downsample is None or change(block.downsample))


_strides = BANK.about(_STRIDES, 3, by=_changed)
_question = BANK.about(_QUESTION, 2, by=_projecting)
_bias = BANK.about(_BIAS, 3, by=lambda names: _changed(lambda block: recast(block, *names, bias=True)))
_meet = BANK.about(_MEET, 3, by=partial(meeting, RightBlock))
_join = BANK.about(_MEET, 1, by=partial(joining, RightBlock))

_strides("stride_on_second", "strides in the second convolution, not in the first", strides_on("conv2"))
_strides("stride_on_both", "strides in both convolutions of the left branch", strides_on("conv1", "conv2"))
_strides("right_without_stride", "does not stride in the projection", lambda b: recast(b, "downsample.0", stride=1))
_strides("left_without_stride", "does not stride on the left branch", strides_on())
_question(
    "projection_for_stride_only",
    "projects only when the stride is not 1, and forgets a change of channels alone",
    lambda i, o, s: s != 1,
)
_question(
    "projection_for_channels_only",
    "projects only when the channels change, and forgets a stride alone",
    lambda i, o, s: i != o,
)
_question(
    "projection_when_wider",
    "projects when the channels grow, and not when they shrink",
    lambda i, o, s: i < o or s != 1,
)
_question("projection_when_both", "projects only when stride *and* channels change", lambda i, o, s: i != o and s != 1)
_question("projection_never", "never projects", lambda i, o, s: False)
_question("projection_always", "projects always, even where the input could be added as it is", lambda i, o, s: True)
BANK.add(
    "projection_without_norm",
    "has no batch norm after the 1×1 convolution",
    "the right branch",
    3,
    _other_projection(lambda right: right.pop(1)),
)
BANK.add(
    "projection_3x3",
    "projects with a 3×3 convolution",
    "the kernel size on the right",
    3,
    _changed(lambda block: recast(block, "downsample.0", kernel_size=3, padding=1)),
)
BANK.add(
    "projection_with_relu",
    "has a ReLU at the end of the right branch",
    "the right branch: it ends in the batch norm",
    3,
    _other_projection(lambda right: right.append(nn.ReLU())),
)
_bias("convs_with_bias", "has a bias in every convolution", ("conv1", "conv2", "downsample.0"))
_bias("left_convs_with_bias", "has a bias in the convolutions on the left", ("conv1", "conv2"))
_bias("projection_with_bias", "has a bias in the 1×1 convolution", ("downsample.0",))
_shared("padding=1", 3, no_padding="does not pad its 3×3 convolutions")
BANK.add(
    "no_first_norm",
    "has no batch norm after the first convolution",
    "the left branch",
    3,
    _changed(drop("bn1")),
)
BANK.add(
    "no_second_norm",
    "has no batch norm after the second convolution",
    "the end of the left branch",
    3,
    _changed(drop("bn2")),
)
_shared(TWO_NORMS, 3, "shared_norm")
_shared("the channels of the two convolutions on the left", 3, "late_widening")
BANK.add(
    "left_unregistered",
    "keeps the left branch where nn.Module cannot see it, as in a plain list",
    "how the layers are stored: as attributes or in a Sequential",
    1,
    _changed(hide("conv1", "bn1", "conv2", "bn2")),
)
BANK.add(
    "unregistered",
    "keeps both branches where nn.Module cannot see them, as in a plain list",
    "how the layers are stored: as attributes or in a Sequential",
    1,
    _changed(hide("conv1", "bn1", "conv2", "bn2", "downsample")),
)
BANK.add(
    "right_unregistered",
    "keeps the right branch where nn.Module cannot see it, as in a plain list",
    "how the right branch is stored",
    1,
    _changed(hide("downsample")),
)


@BANK.mistake(
    "declares the right branch before the left one", "the order of the attributes in __init__", 1, by=_changed
)
def _right_first(block: RightBlock) -> None:
    block._modules = dict(sorted(block._modules.items(), key=lambda part: part[0] != "downsample"))


_shared("the middle of the left branch", 3, "no_middle_relu")
_shared("the order inside the left branch", 3, "relu_before_norm")
_shared(IN_PLACE, 3, "changes_input")
_shared("the last step of forward", 3, "no_last_relu")


@BANK.mistake("leaves the right branch out in eval mode", "forward: both modes do the same", 1)
class _NoSkipInEval(ending(RightBlock, lambda block, left, x: block.relu(left))):
    def forward(self, x: Tensor) -> Tensor:
        return RightBlock.forward(self, x) if self.training else super().forward(x)


class _NotTold(RightBlock):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(in_feats, out_feats)


def _two_at_most(block: RightBlock) -> None:
    if block.stride > 2:
        recast(block, "conv1", "downsample.0", stride=2)


_strides("stride_2_at_most", "strides by 2 wherever first_stride is more than 1", _two_at_most)


@BANK.mistake(
    "makes its layers in forward, with new weights in each call",
    "where the layers are made: once, in __init__, as attributes",
    1,
)
class _LayersInForward(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.settings = in_feats, out_feats, first_stride

    def forward(self, x: Tensor) -> Tensor:
        return RightBlock(*self.settings)(x)


def _pre_activation(last: Callable[[Tensor], Tensor]) -> type[RightBlock]:
    """Make a block of ResNet v2; last: what follows the sum."""

    class PreActivation(RightBlock):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            self.bn1 = nn.BatchNorm2d(self.conv1.in_channels)
            order = ("bn1", "conv1", "bn2", "conv2", "downsample")
            self._modules = {name: self._modules[name] for name in order if name in self._modules}

        def forward(self, x: Tensor) -> Tensor:
            left = self.conv2(self.bn2(self.conv1(self.bn1(x).relu())).relu())
            return last(left + skip(self, x))

    return PreActivation


BANK.add(
    "pre_activation",
    "has batch norm and ReLU before each convolution, as ResNet v2 does",
    "the order inside the left branch, and what follows the sum",
    3,
    *map(_pre_activation, (nn.Identity(), torch.relu)),
)
_stops_striding = _changed(lambda block: recast(block, "conv1", "downsample.0", stride=1))
BANK.add("stride_ignored", "never uses first_stride", _THREE_PLACES, 3, _NotTold, _stops_striding)
BANK.add(
    "default_stride_2",
    "has first_stride 2 by default",
    "the signature: the default is 1",
    3,
    with_defaults(RightBlock, first_stride=2),
)
_meet("relu_before_sum", "applies ReLU before the sum", lambda left, right: left.relu() + right)
_meet(
    "relu_both_before_sum", "applies ReLU to each branch before the sum", lambda left, right: left.relu() + right.relu()
)
_shared(_MEET, 3, relu_twice="applies ReLU to the left branch before the sum, and to the sum again")
_shared(_MEET, 1, no_skip="leaves the right branch out")
_shared(_MEET, 1, "multiplied", concatenated="concatenates the two branches, as a DenseNet does")
_join("subtracted", "subtracts the right branch", torch.sub)
_join("averaged", "averages the two branches", lambda left, right: (left + right) / 2)

STEPS = (
    Step("left weights", "two 3×3 convolutions, each with its batch norm", ("parameters",), hint=1),
    Step(
        "right weights",
        "none where the shape stays, otherwise a 1×1 convolution and a batch norm, declared after the left one",
        ("both branches",),
        hint=2,
    ),
    Step(
        "the sum",
        "strides and ReLUs are where they belong; `forward` adds the two branches, then applies ReLU",
        tuple(look.name for look in LOOKS if not look.structural)[2:],
        hint=3,
    ),
)

EXERCISE = Exercise(
    name="ResidualBlock",
    hints=HINTS,
    right=RightBlock,
    tests={"test_residual_block": LOOKS},
    mistakes=BANK.all,
    steps=STEPS,
    parts={"BatchNorm2d": nn.BatchNorm2d},
)
