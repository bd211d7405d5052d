"""ResidualBlock: the oracle is torchvision's BasicBlock, with the student's weights in it."""

from functools import cache
from itertools import cycle
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models import resnet
from torchvision.models.resnet import BasicBlock

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.library import remember
from course_utils.checking.shared import shared
from course_utils.checking.shortcuts import insist_own_work
from course_utils.checking.tensors import broken, describe, run_on
from course_utils.checking.twins import make_twin
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import (
    build,
    insist_copies_work,
    insist_input_untouched,
    insist_same_forward,
    insist_same_gradients,
    observe_module,
    shapes_on_the_way,
)

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
# in_feats, out_feats, first_stride: nothing changes; channels; size; both; and a stride that is not 2.
_SAME, _CHANNELS, _SIZE, _BOTH, _STRIDE_3, _NARROWER = (4, 4, 1), (3, 5, 1), (4, 4, 2), (3, 6, 2), (2, 3, 3), (5, 3, 1)
_KINDS = (_SAME, _CHANNELS, _SIZE, _BOTH, _STRIDE_3, _NARROWER)
_IMAGES = ((2, 8, 6), (1, 5, 7))  # batch, height, width: of even and of odd size


class RightBlock(BasicBlock):
    """torchvision's block under this course's signature."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(in_feats, out_feats, first_stride, projection(in_feats, out_feats, first_stride))


def projection(in_feats: int, out_feats: int, first_stride: int) -> nn.Sequential | None:
    """Make the right branch that torchvision uses where the left one changes the shape."""
    if first_stride == 1 and in_feats == out_feats:
        return None
    return nn.Sequential(nn.Conv2d(in_feats, out_feats, 1, first_stride, bias=False), nn.BatchNorm2d(out_feats))


def _told(kind: tuple[int, int, int]) -> str:
    return f"ResidualBlock({kind[0]}, {kind[1]}, first_stride={kind[2]})"


def _make(candidate: Any, kind: tuple[int, int, int]) -> nn.Module:
    return build(candidate, kind[0], kind[1], first_stride=kind[2])


# Built once for all checks: each gives it the student's weights.
_right = cache(RightBlock)


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_work(candidate, lambda: _make(candidate, _BOTH))


def _parameters(candidate: Any, seed: int) -> None:
    for kind in _KINDS:
        mine, right = shared(_make, candidate, kind), _right(*kind)
        _insist_left_first(mine, right, kind)
        make_twin(right, mine, _told(kind))


def _insist_left_first(mine: nn.Module, right: nn.Module, kind: tuple[int, int, int]) -> None:
    shapes, wanted = ([tuple(p.shape) for p in module.parameters()] for module in (mine, right))
    if shapes != wanted and sorted(shapes) == sorted(wanted):
        raise broken(
            "the left branch is declared before the right one, so that weights can be copied by order",
            f"{_told(kind)} has all the right parameters, but in another order: it begins with {shapes[0]}",
        )


def _shape(candidate: Any, seed: int) -> None:
    for kind in _KINDS:
        x = Draws(seed, torch.float32).normal(2, kind[0], 7, 5)
        mine, wanted = shared(_make, candidate, kind).float().train(), _right(*kind).float()(x).shape
        with shapes_on_the_way(mine, x, _told(kind)):
            got = run_on(mine, x, _told(kind)).shape
        if wanted != got:
            raise broken(
                "the stride is taken once on each branch, and the padding keeps the rest of the size",
                f"{_told(kind)} on x of shape {describe(x.shape)}",
                f"expected shape {describe(wanted)}, got {describe(got)}",
            )


def _values(candidate: Any, seed: int, kinds: tuple, training: bool, promise: str) -> None:
    draws = Draws(seed)
    for kind, (batch, *size) in zip(kinds, cycle(_IMAGES if training else _IMAGES[::-1]), strict=False):
        mine = draws.fill(shared(_make, candidate, kind)).train(training)
        x = draws.normal(batch, kind[0], *size)
        insist_same_forward(mine, _right(*kind), x, promise, _DEPTH, what=_told(kind))


def _identity(candidate: Any, seed: int) -> None:
    promise = "with stride 1 and equal channels the input itself is added, then ReLU"
    _values(candidate, seed, (_SAME,), training=False, promise=promise)


def _projection(candidate: Any, seed: int) -> None:
    promise = "where the shape changes, the right branch is a 1×1 convolution with first_stride, then a batch norm"
    _values(candidate, seed + 1, _KINDS[1:], training=False, promise=promise)


def _training(candidate: Any, seed: int) -> None:
    promise = "in training mode every batch norm sees the values that it should"
    _values(candidate, seed + 2, _KINDS, training=True, promise=promise)


def _default_stride(candidate: Any, seed: int) -> None:
    mine = Draws(seed).fill(build(candidate, 3, 5)).eval()
    promise = "first_stride is 1 unless said otherwise"
    insist_same_forward(mine, _right(*_CHANNELS), Draws(seed).normal(2, 3, 4, 6), promise, _DEPTH)


def _gradients(candidate: Any, seed: int) -> None:
    for kind, training in ((_SAME, True), (_BOTH, True), (_BOTH, False)):
        mine = Draws(seed + 3).fill(shared(_make, candidate, kind)).train(training)
        insist_same_gradients(mine, _right(*kind), Draws(seed).normal(3, kind[0], 6, 5), _DEPTH)


def _float32(candidate: Any, seed: int) -> None:
    draws = Draws(seed + 4, torch.float32)
    for kind in (_SAME, _BOTH):
        mine = draws.fill(shared(_make, candidate, kind)).eval()
        x = draws.normal(2, kind[0], 6, 8)
        insist_same_forward(mine, _right(*kind), x, "it works in float32 as well", _DEPTH, what=_told(kind))


def _input_untouched(candidate: Any, seed: int) -> None:
    for kind in (_SAME, _BOTH):
        mine = Draws(seed).fill(shared(_make, candidate, kind)).train()
        insist_input_untouched(mine, Draws(seed).normal(2, kind[0], 6, 5))


def _copies(candidate: Any, seed: int) -> None:
    for kind in (_SAME, _BOTH):
        x = Draws(seed).normal(3, kind[0], 6, 4)
        insist_copies_work(lambda kind=kind: _make(candidate, kind), x)


def _probe(candidate: Any) -> Looks:
    found: dict[str, Any] = {}
    for kind in (_SAME, _CHANNELS, _SIZE, _BOTH, _NARROWER):
        x = Draws(2).normal(2, kind[0], 6, 5)
        found |= observe_module(lambda kind=kind: candidate(kind[0], kind[1], first_stride=kind[2]), x, _told(kind))
    x = Draws(3).normal(2, 3, 5, 4)
    return found | observe_module(lambda: candidate(3, 5), x, "default stride", gradient=False)


# --- the bank: the oracle with one thing changed --------------------------------------------------------------------


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


def _stride_on_second(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.stride, block.conv2.stride = (1, 1), (stride, stride)


def _stride_on_both(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv2.stride = (stride, stride)


def _stride_ignored(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.stride = (1, 1)
    if block.downsample is not None:
        block.downsample[0].stride = (1, 1)


def _right_without_stride(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.downsample is not None:
        block.downsample[0].stride = (1, 1)


def _left_without_stride(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.stride = (1, 1)


def _projection_for_stride_only(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if stride == 1:
        block.downsample = None


def _projection_for_channels_only(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if in_feats == out_feats:
        block.downsample = None


def _projection_when_wider(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if stride == 1 and in_feats > out_feats:
        block.downsample = None


def _projection_when_both(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if stride == 1 or in_feats == out_feats:
        block.downsample = None


def _projection_never(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.downsample = None


def _projection_always(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.downsample = nn.Sequential(_conv(in_feats, out_feats, 1, stride), nn.BatchNorm2d(out_feats))


def _projection_without_norm(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.downsample is not None:
        block.downsample = nn.Sequential(_conv(in_feats, out_feats, 1, stride))


def _projection_3x3(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.downsample is not None:
        block.downsample[0] = _conv(in_feats, out_feats, 3, stride)


def _projection_with_relu(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.downsample is not None:
        block.downsample.append(nn.ReLU())


def _convs_with_bias(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1 = _conv(in_feats, out_feats, 3, stride, bias=True)
    block.conv2 = _conv(out_feats, out_feats, 3, bias=True)
    if block.downsample is not None:
        block.downsample[0] = _conv(in_feats, out_feats, 1, stride, bias=True)


def _left_convs_with_bias(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1 = _conv(in_feats, out_feats, 3, stride, bias=True)
    block.conv2 = _conv(out_feats, out_feats, 3, bias=True)


def _projection_with_bias(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.downsample is not None:
        block.downsample[0] = _conv(in_feats, out_feats, 1, stride, bias=True)


def _no_padding(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.padding = block.conv2.padding = (0, 0)


def _no_first_norm(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.bn1 = nn.Identity()


def _no_second_norm(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.bn2 = nn.Identity()


def _shared_norm(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.bn2 = block.bn1


def _late_widening(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1, block.bn1 = _conv(in_feats, in_feats, 3, stride), nn.BatchNorm2d(in_feats)
    block.conv2 = _conv(in_feats, out_feats, 3)


def _left_in_list(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    for name in ("conv1", "bn1", "conv2", "bn2"):
        module = getattr(block, name)
        delattr(block, name)
        object.__setattr__(block, name, module)


def _right_in_list(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    module = block.downsample
    del block.downsample
    object.__setattr__(block, "downsample", module)


def _right_first(block: RightBlock, in_feats: int, out_feats: int, stride: int) -> None:
    modules = dict(block.named_children())
    for name in ("conv1", "bn1", "relu", "conv2", "bn2"):
        delattr(block, name)
        setattr(block, name, modules[name])


class _NoMiddleReLU(RightBlock):
    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(self.bn1(self.conv1(x))))
        return self.relu(left + (x if self.downsample is None else self.downsample(x)))


class _ReLUBeforeNorm(RightBlock):
    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(self.bn1(self.relu(self.conv1(x)))))
        return self.relu(left + (x if self.downsample is None else self.downsample(x)))


class _ChangesInput(RightBlock):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return output if self.downsample is not None else x.copy_(output)


class _NoSkip(RightBlock):
    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))))


class _IgnoresSkipInEval(RightBlock):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            return super().forward(x)
        return _NoSkip.forward(self, x)


_MEET = "where the two branches meet"
_QUESTION = "the condition for the projection: stride 1 *and* equal channels keep the identity"
_STRIDES = "where first_stride goes: the first convolution on the left, and the one on the right"

MISTAKES = (
    Mistake(
        "relu_before_sum",
        "applies ReLU before the sum",
        _MEET,
        3,
        _joined(lambda block, left, right: block.relu(left) + right),
    ),
    Mistake(
        "relu_both_before_sum",
        "applies ReLU to each branch before the sum",
        _MEET,
        3,
        _joined(lambda block, left, right: block.relu(left) + right.relu()),
    ),
    Mistake(
        "relu_twice",
        "applies ReLU to the left branch before the sum, and to the sum again",
        _MEET,
        3,
        _joined(lambda block, left, right: block.relu(block.relu(left) + right)),
    ),
    Mistake(
        "no_last_relu",
        "has no ReLU after the sum",
        "the last step of forward",
        3,
        _joined(lambda block, left, right: left + right),
    ),
    Mistake(
        "no_middle_relu", "has no ReLU between the two convolutions", "the middle of the left branch", 3, _NoMiddleReLU
    ),
    Mistake(
        "relu_before_norm",
        "applies ReLU before the first batch norm, not after it",
        "the order inside the left branch",
        3,
        _ReLUBeforeNorm,
    ),
    Mistake("no_skip", "leaves the right branch out", _MEET, 1, _NoSkip),
    Mistake(
        "no_skip_in_eval",
        "leaves the right branch out in eval mode",
        "forward: both modes do the same",
        1,
        _IgnoresSkipInEval,
    ),
    Mistake(
        "multiplied",
        "multiplies the two branches",
        _MEET,
        1,
        _joined(lambda block, left, right: block.relu(left * right)),
    ),
    Mistake(
        "subtracted",
        "subtracts the right branch",
        _MEET,
        1,
        _joined(lambda block, left, right: block.relu(left - right)),
    ),
    Mistake(
        "averaged",
        "averages the two branches",
        _MEET,
        1,
        _joined(lambda block, left, right: block.relu((left + right) / 2)),
    ),
    Mistake(
        "concatenated",
        "concatenates the two branches, as a DenseNet does",
        _MEET,
        1,
        _joined(lambda block, left, right: block.relu(torch.cat([left, right], dim=1))),
    ),
    Mistake(
        "stride_on_second",
        "strides in the second convolution, not in the first",
        _STRIDES,
        3,
        _changed(_stride_on_second),
    ),
    Mistake(
        "stride_on_both", "strides in both convolutions of the left branch", _STRIDES, 3, _changed(_stride_on_both)
    ),
    Mistake("stride_ignored", "never uses first_stride", _STRIDES, 3, _changed(_stride_ignored)),
    Mistake("right_without_stride", "does not stride in the projection", _STRIDES, 3, _changed(_right_without_stride)),
    Mistake("left_without_stride", "does not stride on the left branch", _STRIDES, 3, _changed(_left_without_stride)),
    Mistake(
        "projection_for_stride_only",
        "projects only when the stride is not 1, and forgets a change of channels alone",
        _QUESTION,
        2,
        _changed(_projection_for_stride_only),
    ),
    Mistake(
        "projection_for_channels_only",
        "projects only when the channels change, and forgets a stride alone",
        _QUESTION,
        2,
        _changed(_projection_for_channels_only),
    ),
    Mistake(
        "projection_when_wider",
        "projects when the channels grow, and not when they shrink",
        _QUESTION,
        2,
        _changed(_projection_when_wider),
    ),
    Mistake(
        "projection_when_both",
        "projects only when stride *and* channels change",
        _QUESTION,
        2,
        _changed(_projection_when_both),
    ),
    Mistake("projection_never", "never projects", _QUESTION, 2, _changed(_projection_never)),
    Mistake(
        "projection_always",
        "projects always, even where the input could be added as it is",
        _QUESTION,
        2,
        _changed(_projection_always),
    ),
    Mistake(
        "projection_without_norm",
        "has no batch norm after the 1×1 convolution",
        "the right branch",
        3,
        _changed(_projection_without_norm),
    ),
    Mistake(
        "projection_3x3",
        "projects with a 3×3 convolution",
        "the kernel size on the right",
        3,
        _changed(_projection_3x3),
    ),
    Mistake(
        "projection_with_relu",
        "has a ReLU at the end of the right branch",
        "the right branch: it ends in the batch norm",
        3,
        _changed(_projection_with_relu),
    ),
    Mistake(
        "convs_with_bias",
        "has a bias in every convolution",
        "bias=False: a batch norm follows",
        3,
        _changed(_convs_with_bias),
    ),
    Mistake(
        "left_convs_with_bias",
        "has a bias in the convolutions on the left",
        "bias=False: a batch norm follows",
        3,
        _changed(_left_convs_with_bias),
    ),
    Mistake(
        "projection_with_bias",
        "has a bias in the 1×1 convolution",
        "bias=False: a batch norm follows",
        3,
        _changed(_projection_with_bias),
    ),
    Mistake("no_padding", "does not pad its 3×3 convolutions", "padding=1", 3, _changed(_no_padding)),
    Mistake(
        "no_first_norm", "has no batch norm after the first convolution", "the left branch", 3, _changed(_no_first_norm)
    ),
    Mistake(
        "no_second_norm",
        "has no batch norm after the second convolution",
        "the end of the left branch",
        3,
        _changed(_no_second_norm),
    ),
    Mistake(
        "shared_norm",
        "uses one batch norm twice",
        "the two batch norms: each has weights of its own",
        3,
        _changed(_shared_norm),
    ),
    Mistake(
        "late_widening",
        "changes the number of channels in the second convolution, not in the first",
        "the channels of the two convolutions on the left",
        3,
        _changed(_late_widening),
    ),
    Mistake(
        "left_unregistered",
        "keeps the left branch where nn.Module cannot see it, as in a plain list",
        "how the layers are stored: as attributes or in a Sequential",
        1,
        _changed(_left_in_list),
    ),
    Mistake(
        "right_unregistered",
        "keeps the right branch where nn.Module cannot see it, as in a plain list",
        "how the right branch is stored",
        1,
        _changed(_right_in_list),
    ),
    Mistake(
        "right_first",
        "declares the right branch before the left one",
        "the order of the attributes in __init__",
        1,
        _changed(_right_first),
    ),
    Mistake(
        "changes_input",
        "writes its result into the input",
        "in-place operations (+=, add_, relu_) on x",
        3,
        _ChangesInput,
    ),
)

EXERCISE = Exercise(
    name="ResidualBlock",
    hints=HINTS,
    right=RightBlock,
    tests={
        "test_residual_block": (
            Check("own work", _own_work, structural=True),
            Check("parameters", _parameters),
            Check("shape", _shape),
            Check("input untouched", _input_untouched),
            Check("identity", _identity),
            Check("projection", _projection),
            Check("training", _training),
            Check("default stride", _default_stride),
            Check("gradients", _gradients),
            Check("float32", _float32),
            Check("copies", _copies),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
    parts={"BatchNorm2d": nn.BatchNorm2d},
)
