"""ResidualBlock: the oracle is torchvision's BasicBlock, with the student's weights in it."""

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models import resnet
from torchvision.models.resnet import BasicBlock

from course_utils.checking.library import remember
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import (
    Case,
    copies,
    gradients_flow,
    own_work,
    parameters,
    shape,
    statistics,
    untouched,
    values,
)
from course_utils.exercises.networks import build

HINTS = (
    "Build the two branches as two attributes in __init__, and let forward be one line that adds them.",
    "The left branch is a Sequential of five. The right one depends on a question: does the left branch change the "
    "shape? It does when first_stride is not 1, and also when in_feats and out_feats differ.",
    "left: Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1), BatchNorm2d, ReLU, Conv2d(out_feats, "
    "out_feats, 3, padding=1), BatchNorm2d. right: nn.Identity(), or else Conv2d(in_feats, out_feats, 1, "
    "stride=first_stride) and BatchNorm2d. forward: self.relu(self.left(x) + self.right(x)).",
)

remember(resnet)

_DEPTH = 6  # layers behind one output


class RightBlock(BasicBlock):
    """torchvision's block under this course's signature."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(in_feats, out_feats, first_stride)
        self.downsample = projection(in_feats, out_feats, first_stride)  # last, as its first weights are drawn last


def projection(in_feats: int, out_feats: int, first_stride: int) -> nn.Sequential | None:
    """Make the right branch that torchvision uses where the left one changes the shape."""
    if first_stride == 1 and in_feats == out_feats:
        return None
    return nn.Sequential(nn.Conv2d(in_feats, out_feats, 1, first_stride, bias=False), nn.BatchNorm2d(out_feats))


# --- the looks ------------------------------------------------------------------------------------------------------


def _make(in_feats: int, out_feats: int, stride: int, candidate: Any) -> nn.Module:
    return build(candidate, in_feats, out_feats, first_stride=stride)


def _case(in_feats: int, out_feats: int, stride: int, batch: int, *size: int) -> Case:
    told = f"ResidualBlock({in_feats}, {out_feats}, first_stride={stride})"
    return Case(told, partial(_make, in_feats, out_feats, stride), (batch, in_feats, *size))


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
_DEFAULT = Case("ResidualBlock(3, 5)", lambda candidate: build(candidate, 3, 5), (2, 3, 4, 6))

LOOKS = (
    own_work(_BOTH),
    parameters(_ALL, "it has the layers of both branches, the left one declared before the right one"),
    shape(_ALL, "the stride is taken once on each branch, and the padding keeps the rest of the size"),
    untouched((_SAME, _BOTH)),
    values(
        "identity",
        "with stride 1 and equal channels the input itself is added, then ReLU",
        (_SAME,),
        False,
        depth=_DEPTH,
    ),
    values(
        "projection",
        "where the shape changes, the right branch is a 1×1 convolution with first_stride, then a batch norm",
        _CHANGING,
        False,
        depth=_DEPTH,
    ),
    values("training", "in training mode every batch norm sees the values that it should", _ALL, True, depth=_DEPTH),
    statistics(_ALL, depth=_DEPTH),
    values("default stride", "first_stride is 1 unless said otherwise", (_DEFAULT,), False, depth=_DEPTH),
    gradients_flow((_SAME, _BOTH), True, depth=_DEPTH * 10, axes=("element",)),
    gradients_flow((_BOTH,), False, depth=_DEPTH * 10, axes=("element",)),
    values("float32", "it works in float32 as well", (_SAME, _BOTH), False, torch.float32, depth=_DEPTH),
    copies((_SAME, _BOTH)),
)


# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_MEET = "where the two branches meet"
_QUESTION = "the condition for the projection: stride 1 *and* equal channels keep the identity"
_STRIDES = "where first_stride goes: the first convolution on the left, and the one on the right"


def _changed(change: Any) -> type[RightBlock]:
    """Make a block whose parts are changed after it is built: change(block, in_feats, out_feats, first_stride)."""

    class Changed(RightBlock):
        def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
            super().__init__(in_feats, out_feats, first_stride)
            change(self, in_feats, out_feats, first_stride)

    return Changed


def _joined(join: Any) -> type[RightBlock]:
    """Make a block that ends in another way: join(block, left, right)."""

    class Joined(RightBlock):
        def forward(self, x: Tensor) -> Tensor:
            left = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
            return join(self, left, x if self.downsample is None else self.downsample(x))

    return Joined


def _conv(in_feats: int, out_feats: int, size: int, stride: int = 1, **settings: Any) -> nn.Conv2d:
    return nn.Conv2d(in_feats, out_feats, size, stride, padding=size // 2, bias=settings.pop("bias", False), **settings)


@BANK.mistake("strides in the second convolution, not in the first", _STRIDES, 3, by=_changed)
def _stride_on_second(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.stride, block.conv2.stride = (1, 1), (stride, stride)


@BANK.mistake("strides in both convolutions of the left branch", _STRIDES, 3, by=_changed)
def _stride_on_both(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv2.stride = (stride, stride)


def _without_stride(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.stride = (1, 1)
    if block.downsample is not None:
        block.downsample[0].stride = (1, 1)


@BANK.mistake("does not stride in the projection", _STRIDES, 3, by=_changed)
def _right_without_stride(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.downsample is not None:
        block.downsample[0].stride = (1, 1)


@BANK.mistake("does not stride on the left branch", _STRIDES, 3, by=_changed)
def _left_without_stride(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.stride = (1, 1)


@BANK.mistake(
    "projects only when the stride is not 1, and forgets a change of channels alone", _QUESTION, 2, by=_changed
)
def _projection_for_stride_only(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if stride == 1:
        block.downsample = None


@BANK.mistake("projects only when the channels change, and forgets a stride alone", _QUESTION, 2, by=_changed)
def _projection_for_channels_only(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if in_feats == out_feats:
        block.downsample = None


@BANK.mistake("projects when the channels grow, and not when they shrink", _QUESTION, 2, by=_changed)
def _projection_when_wider(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if stride == 1 and in_feats > out_feats:
        block.downsample = None


@BANK.mistake("projects only when stride *and* channels change", _QUESTION, 2, by=_changed)
def _projection_when_both(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if stride == 1 or in_feats == out_feats:
        block.downsample = None


@BANK.mistake("never projects", _QUESTION, 2, by=_changed)
def _projection_never(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.downsample = None


@BANK.mistake("projects always, even where the input could be added as it is", _QUESTION, 2, by=_changed)
def _projection_always(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.downsample = nn.Sequential(_conv(in_feats, out_feats, 1, stride), nn.BatchNorm2d(out_feats))


@BANK.mistake("has no batch norm after the 1×1 convolution", "the right branch", 3, by=_changed)
def _projection_without_norm(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.downsample is not None:
        block.downsample = nn.Sequential(_conv(in_feats, out_feats, 1, stride))


@BANK.mistake("projects with a 3×3 convolution", "the kernel size on the right", 3, by=_changed)
def _projection_3x3(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.downsample is not None:
        block.downsample[0] = _conv(in_feats, out_feats, 3, stride)


@BANK.mistake(
    "has a ReLU at the end of the right branch", "the right branch: it ends in the batch norm", 3, by=_changed
)
def _projection_with_relu(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.downsample is not None:
        block.downsample.append(nn.ReLU())


@BANK.mistake("has a bias in every convolution", "bias=False: a batch norm follows", 3, by=_changed)
def _convs_with_bias(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1 = _conv(in_feats, out_feats, 3, stride, bias=True)
    block.conv2 = _conv(out_feats, out_feats, 3, bias=True)
    if block.downsample is not None:
        block.downsample[0] = _conv(in_feats, out_feats, 1, stride, bias=True)


@BANK.mistake("has a bias in the convolutions on the left", "bias=False: a batch norm follows", 3, by=_changed)
def _left_convs_with_bias(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1 = _conv(in_feats, out_feats, 3, stride, bias=True)
    block.conv2 = _conv(out_feats, out_feats, 3, bias=True)


@BANK.mistake("has a bias in the 1×1 convolution", "bias=False: a batch norm follows", 3, by=_changed)
def _projection_with_bias(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.downsample is not None:
        block.downsample[0] = _conv(in_feats, out_feats, 1, stride, bias=True)


@BANK.mistake("does not pad its 3×3 convolutions", "padding=1", 3, by=_changed)
def _no_padding(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.padding = block.conv2.padding = (0, 0)


@BANK.mistake("has no batch norm after the first convolution", "the left branch", 3, by=_changed)
def _no_first_norm(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.bn1 = nn.Identity()


@BANK.mistake("has no batch norm after the second convolution", "the end of the left branch", 3, by=_changed)
def _no_second_norm(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.bn2 = nn.Identity()


@BANK.mistake("uses one batch norm twice", "the two batch norms: each has weights of its own", 3, by=_changed)
def _shared_norm(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.bn2 = block.bn1


@BANK.mistake(
    "changes the number of channels in the second convolution, not in the first",
    "the channels of the two convolutions on the left",
    3,
    by=_changed,
)
def _late_widening(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1, block.bn1 = _conv(in_feats, in_feats, 3, stride), nn.BatchNorm2d(in_feats)
    block.conv2 = _conv(in_feats, out_feats, 3)


@BANK.mistake(
    "keeps the left branch where nn.Module cannot see it, as in a plain list",
    "how the layers are stored: as attributes or in a Sequential",
    1,
    by=_changed,
)
def _left_unregistered(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    for name in ("conv1", "bn1", "conv2", "bn2"):
        module = getattr(block, name)
        delattr(block, name)
        object.__setattr__(block, name, module)


@BANK.mistake(
    "keeps the right branch where nn.Module cannot see it, as in a plain list",
    "how the right branch is stored",
    1,
    by=_changed,
)
def _right_unregistered(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    module = block.downsample
    del block.downsample
    object.__setattr__(block, "downsample", module)


@BANK.mistake(
    "declares the right branch before the left one", "the order of the attributes in __init__", 1, by=_changed
)
def _right_first(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    modules = dict(block.named_children())
    for name in ("conv1", "bn1", "relu", "conv2", "bn2"):
        delattr(block, name)
        setattr(block, name, modules[name])


@BANK.mistake("has no ReLU between the two convolutions", "the middle of the left branch", 3)
class _NoMiddleReLU(RightBlock):
    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(self.bn1(self.conv1(x))))
        return self.relu(left + (x if self.downsample is None else self.downsample(x)))


@BANK.mistake("applies ReLU before the first batch norm, not after it", "the order inside the left branch", 3)
class _ReLUBeforeNorm(RightBlock):
    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(self.bn1(self.relu(self.conv1(x)))))
        return self.relu(left + (x if self.downsample is None else self.downsample(x)))


@BANK.mistake("writes its result into the input", "in-place operations (+=, add_, relu_) on x", 3)
class _ChangesInput(RightBlock):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return output if self.downsample is not None else x.copy_(output)


class _NotTold(RightBlock):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(in_feats, out_feats)


class _NoSkip(RightBlock):
    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))))


@BANK.mistake("leaves the right branch out in eval mode", "forward: both modes do the same", 1)
class _NoSkipInEval(RightBlock):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            return super().forward(x)
        return _NoSkip.forward(self, x)


BANK.add("stride_ignored", "never uses first_stride", _STRIDES, 3, _NotTold, _changed(_without_stride))
BANK.add(
    "relu_before_sum",
    "applies ReLU before the sum",
    _MEET,
    3,
    _joined(lambda block, left, right: block.relu(left) + right),
)
BANK.add(
    "relu_both_before_sum",
    "applies ReLU to each branch before the sum",
    _MEET,
    3,
    _joined(lambda block, left, right: block.relu(left) + right.relu()),
)
BANK.add(
    "relu_twice",
    "applies ReLU to the left branch before the sum, and to the sum again",
    _MEET,
    3,
    _joined(lambda block, left, right: block.relu(block.relu(left) + right)),
)
BANK.add(
    "no_last_relu",
    "has no ReLU after the sum",
    "the last step of forward",
    3,
    _joined(lambda block, left, right: left + right),
)
BANK.add("no_skip", "leaves the right branch out", _MEET, 1, _NoSkip)
BANK.add(
    "multiplied", "multiplies the two branches", _MEET, 1, _joined(lambda block, left, right: block.relu(left * right))
)
BANK.add(
    "subtracted", "subtracts the right branch", _MEET, 1, _joined(lambda block, left, right: block.relu(left - right))
)
BANK.add(
    "averaged",
    "averages the two branches",
    _MEET,
    1,
    _joined(lambda block, left, right: block.relu((left + right) / 2)),
)
BANK.add(
    "concatenated",
    "concatenates the two branches, as a DenseNet does",
    _MEET,
    1,
    _joined(lambda block, left, right: block.relu(torch.cat([left, right], dim=1))),
)

EXERCISE = Exercise(
    name="ResidualBlock",
    hints=HINTS,
    right=RightBlock,
    tests={"test_residual_block": LOOKS},
    mistakes=BANK.all,
    parts={"BatchNorm2d": nn.BatchNorm2d},
)
