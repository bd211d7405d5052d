"""ResNet34: the oracle is torch.nn's parts for narrow networks, and torchvision's resnet34 for the whole one."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import cycle
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models import resnet34

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws, Undrawn
from course_utils.checking.shared import shared
from course_utils.checking.shortcuts import insist_own_work
from course_utils.checking.student import Stopped
from course_utils.checking.tensors import broken, describe, run_on
from course_utils.checking.twins import insist_same_shapes, make_twin
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import (
    build,
    insist_copies_work,
    insist_input_untouched,
    insist_same_forward,
    insist_same_gradients,
    insist_small,
    observe_module,
)
from course_utils.exercises.resnets.averagepool import RightAveragePool
from course_utils.exercises.resnets.block_group import RightGroup
from course_utils.exercises.resnets.residual_block import RightBlock

HINTS = (
    "Read the left column of the diagram from top to bottom; each box is one line in __init__, in this order.",
    "A loop makes the four groups. Each needs the channels that come in, and those are the channels that went out of "
    "the group before it: 64 for the first.",
    "zip(n_blocks_per_group, [64, *out_features_per_group], out_features_per_group, first_strides_per_group) gives "
    "BlockGroup's four arguments, group by group. After the groups come AveragePool() and Linear(last width, "
    "n_classes).",
)

_DEPTH = 40
_PARAMETERS = 21_797_672  # He et al. 2015, table 1, "34-layer"; counted on torchvision's resnet34
# n_blocks_per_group, out_features_per_group, first_strides_per_group, n_classes: narrow, and no two numbers alike.
_NARROW = ((1, 2, 1, 1), (6, 4, 8, 5), (1, 2, 2, 2), 7)
_FLAT = ((2, 1, 1, 2), (3, 5, 5, 4), (2, 1, 2, 1), 3)
_SHORT = ((1, 1), (4, 6), (1, 2), 5)
_KINDS = (_NARROW, _FLAT, _SHORT)
_IMAGES = ((2, 3, 40, 24), (1, 3, 33, 47))  # each kind meets both, one in each mode
# n_blocks_per_group, out_features_per_group; 64 first, as in the whole network: there nothing is projected.
_WITH_DEFAULTS = ((1, 1, 1, 1), (64, 6, 5, 7))
_Kind = tuple[Sequence[int], Sequence[int], Sequence[int], int]

_STEM = 64


class RightResNet(nn.Sequential):
    """The diagram, from top to bottom; `out_features_per_group` and the others as in the exercise."""

    def __init__(
        self,
        n_blocks_per_group: Sequence[int] = (3, 4, 6, 3),
        out_features_per_group: Sequence[int] = (64, 128, 256, 512),
        first_strides_per_group: Sequence[int] = (1, 2, 2, 2),
        n_classes: int = 1000,
    ) -> None:
        widths = [_STEM, *out_features_per_group]
        groups = zip(n_blocks_per_group, widths, out_features_per_group, first_strides_per_group, strict=False)
        super().__init__(
            nn.Conv2d(3, _STEM, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(_STEM),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
            nn.Sequential(*(RightGroup(*group) for group in groups)),
            RightAveragePool(),
            nn.Linear(widths[-1], n_classes),
        )


# Built once for all checks: each gives it the student's weights.
_right = cache(RightResNet)


def _told(kind: _Kind) -> str:
    return f"ResNet34({list(kind[0])}, {list(kind[1])}, {list(kind[2])}, n_classes={kind[3]})"


def _make(candidate: Any, kind: _Kind) -> nn.Module:
    return build(candidate, *map(list, kind[:3]), kind[3])


def _size(candidate: Any, seed: int) -> None:
    """Tell a network that ignores its lists before every other check takes seconds to build it again."""
    insist_small(shared(_make, candidate, _SHORT), _told(_SHORT), "it builds what its lists say")


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_work(candidate, lambda: _make(candidate, _SHORT))


def _parameters(candidate: Any, seed: int) -> None:
    for kind in _KINDS:
        make_twin(_right(*kind), shared(_make, candidate, kind), _told(kind))


def _defaults(candidate: Any, seed: int) -> None:
    """Compare the whole network's shapes with torchvision's, and what a narrow one with the other defaults computes."""
    mine = _without_numbers(candidate)
    count = sum(parameter.numel() for parameter in mine.parameters())
    if count != _PARAMETERS:
        raise broken(f"ResNet34() has {_PARAMETERS:,} parameters", f"yours has {count:,}: {count - _PARAMETERS:+,}")
    insist_same_shapes(_whole(), mine, "ResNet34()")
    mine = Draws(seed).fill(build(candidate, *map(list, _WITH_DEFAULTS))).eval()
    promise = "the strides of its groups are 1, 2, 2, 2 unless said otherwise"
    told = f"ResNet34({', '.join(str(list(part)) for part in _WITH_DEFAULTS)})"
    x = Draws(seed).normal(1, 3, 40, 56)
    insist_same_forward(mine, _right(*_WITH_DEFAULTS), x, promise, _DEPTH, what=told)


@cache
def _whole() -> nn.Module:
    with torch.device("meta"):
        return resnet34()


def _without_numbers(candidate: Any) -> nn.Module:
    """Build the whole network for its shapes alone: filling 21 million weights takes longer than all other checks."""
    try:
        with torch.device("meta"):
            return build(candidate)
    except Stopped:  # code that asks its tensors for numbers is as right as any
        with Undrawn():
            return build(candidate)


def _values(candidate: Any, draws: Draws, kinds: Iterable[_Kind], training: bool) -> None:
    promise = f"with equal weights it gives the same logits ({'training' if training else 'eval'} mode)"
    for kind, shape in zip(kinds, cycle(_IMAGES if training else _IMAGES[::-1]), strict=False):
        mine = draws.fill(shared(_make, candidate, kind)).train(training)
        insist_same_forward(mine, _right(*kind), draws.normal(*shape), promise, _DEPTH, what=_told(kind))


def _shape(candidate: Any, seed: int) -> None:
    for kind in (_NARROW, _SHORT):
        x = Draws(seed, torch.float32).normal(2, 3, 40, 32)
        got = run_on(shared(_make, candidate, kind).float().eval(), x, _told(kind)).shape
        if tuple(got) != (2, kind[3]):
            raise broken(
                "it gives one logit for each class",
                f"{_told(kind)} on x of shape {describe(x.shape)}",
                f"expected shape (batch 2, classes {kind[3]}), got {describe(got, ('batch', 'classes'))}",
            )


def _eval(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed), _KINDS, training=False)


def _training(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed + 1), _KINDS, training=True)


def _float32(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed + 2, torch.float32), (_NARROW,), training=False)


def _gradients(candidate: Any, seed: int) -> None:
    mine = Draws(seed + 3).fill(shared(_make, candidate, _NARROW)).eval()
    insist_same_gradients(mine, _right(*_NARROW), Draws(seed).normal(2, 3, 40, 24), _DEPTH)


def _input_untouched(candidate: Any, seed: int) -> None:
    mine = Draws(seed).fill(shared(_make, candidate, _SHORT)).train()
    insist_input_untouched(mine, Draws(seed).normal(2, 3, 24, 32))


def _copies(candidate: Any, seed: int) -> None:
    insist_copies_work(lambda: _make(candidate, _SHORT), Draws(seed).normal(3, 3, 24, 32))


def _lists_untouched(candidate: Any, seed: int) -> None:
    lists = [list(part) for part in _SHORT[:3]]
    build(candidate, *lists, 5)
    if lists != [list(part) for part in _SHORT[:3]]:
        raise broken(
            "the lists that it is given stay as they are: they may be the defaults, which all networks share",
            f"[1, 1], [4, 6], [1, 2] became {lists}",
        )


def _probe(candidate: Any) -> Looks:
    found: dict[str, Any] = {}
    for kind, gradient in ((_NARROW, True), (_FLAT, False), (_SHORT, False)):
        x = Draws(2).normal(2, 3, 25, 18)
        found |= observe_module(lambda kind=kind: _make(candidate, kind), x, _told(kind), gradient)
    return found


# --- the bank -------------------------------------------------------------------------------------------------------

_CONV, _NORM, _RELU, _POOL, _GROUPS, _AVERAGE, _LINEAR = range(7)


def _changed(change: Any) -> type[RightResNet]:
    """Make a network that differs in one of its boxes: change(network, widths, n_classes)."""

    class Changed(RightResNet):
        def __init__(self, n_blocks: Any, widths: Any, strides: Any, n_classes: int = 1000) -> None:
            super().__init__(n_blocks, widths, strides, n_classes)
            change(self, widths, n_classes)

    return Changed


def _regrouped(plan: Any) -> type[RightResNet]:
    """Make a network whose groups get other arguments: plan(n_blocks, widths, strides) lists them."""

    class Regrouped(RightResNet):
        def __init__(self, n_blocks: Any, widths: Any, strides: Any, n_classes: int = 1000) -> None:
            super().__init__((1,), (1,), (1,), n_classes)
            groups = [RightGroup(*group) for group in plan(n_blocks, widths, strides)]
            self[_GROUPS] = nn.Sequential(*groups)
            self[_LINEAR] = nn.Linear(widths[-1], n_classes)

    return Regrouped


def _replace(index: int, make: Any) -> type[RightResNet]:
    def change(network: nn.Sequential, widths: Any, n_classes: int) -> None:
        network[index] = make(widths, n_classes)

    return _changed(change)


def _stem(size: int = 7, stride: int = 2, padding: int = 3, bias: bool = False) -> type[RightResNet]:
    return _replace(_CONV, lambda widths, n: nn.Conv2d(3, _STEM, size, stride, padding, bias=bias))


def _pool(size: int = 3, stride: int = 2, padding: int = 1) -> type[RightResNet]:
    return _replace(_POOL, lambda widths, n: nn.MaxPool2d(size, stride, padding))


def _append(make: Any) -> type[RightResNet]:
    return _changed(lambda network, widths, n: network.append(make()))


def _max_pool_at_end(network: nn.Sequential, widths: Any, n_classes: int) -> None:
    network[_AVERAGE] = nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten())


def _groups_in_list(network: nn.Sequential, widths: Any, n_classes: int) -> None:
    groups = network[_GROUPS]
    network[_GROUPS] = nn.Identity()
    network[_GROUPS].forward = groups.forward  # a bound method is no module: nothing is registered


def _swapped_strides(n: Any, w: Any, s: Any) -> list:
    return list(zip(n, [_STEM, *w], w, [s[-1], *s[:-1]], strict=False))


class _HeadFirst(RightResNet):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        head = self[_LINEAR]
        layers = list(self)[:-1]
        for name in list(self._modules):
            del self._modules[name]
        self.add_module("head", head)
        for number, layer in enumerate(layers):
            self.add_module(str(number), layer)

    def forward(self, x: Tensor) -> Tensor:
        for layer in list(self)[1:]:
            x = layer(x)
        return self.head(x)


class _LastGroupSkipped(RightResNet):
    def forward(self, x: Tensor) -> Tensor:
        for layer in list(self)[:_GROUPS]:
            x = layer(x)
        for group in self[_GROUPS][:-1]:
            x = group(x)
        return self[_LINEAR](self[_AVERAGE](x))


_HEAD = "the end of the network: the average pool's vector goes through Linear, and that is all"
_STEM_LOOK = "the first convolution: 7×7, stride 2, padding 3, no bias"
_POOL_LOOK = "the max pool: 3×3, stride 2, padding 1"
_ZIP = "how the lists are walked through together, and with which channels each group begins"

MISTAKES = (
    Mistake(
        "no_max_pool",
        "has no max pool",
        "the fourth box of the diagram",
        1,
        _replace(_POOL, lambda w, n: nn.Identity()),
    ),
    Mistake(
        "average_pool_early",
        "pools with the average where the maximum is asked for",
        _POOL_LOOK,
        1,
        _replace(_POOL, lambda w, n: nn.AvgPool2d(3, 2, 1)),
    ),
    Mistake("pool_without_padding", "does not pad its max pool", _POOL_LOOK, 1, _pool(padding=0)),
    Mistake("pool_2x2", "pools over 2×2 pixels", _POOL_LOOK, 1, _pool(2, 2, 0)),
    Mistake(
        "pool_stride_3",
        "gives the max pool no stride, so that it steps by its kernel size",
        _POOL_LOOK,
        1,
        _pool(stride=3),
    ),
    Mistake("pool_stride_1", "gives the max pool stride 1", _POOL_LOOK, 1, _pool(stride=1)),
    Mistake("stem_stride_1", "does not stride in the first convolution", _STEM_LOOK, 1, _stem(stride=1)),
    Mistake("stem_without_padding", "does not pad the first convolution", _STEM_LOOK, 1, _stem(padding=0)),
    Mistake("stem_padding_1", "pads the first convolution by 1", _STEM_LOOK, 1, _stem(padding=1)),
    Mistake("stem_3x3", "begins with a 3×3 convolution", _STEM_LOOK, 1, _stem(3, 2, 1)),
    Mistake("stem_bias", "has a bias in the first convolution", _STEM_LOOK, 1, _stem(bias=True)),
    Mistake(
        "no_stem_norm",
        "has no batch norm after the first convolution",
        "the second box of the diagram",
        1,
        _replace(_NORM, lambda w, n: nn.Identity()),
    ),
    Mistake(
        "no_stem_relu",
        "has no ReLU before the max pool",
        "the third box of the diagram",
        1,
        _replace(_RELU, lambda w, n: nn.Identity()),
    ),
    Mistake(
        "classes_fixed",
        "always has 1000 classes",
        "the last layer: n_classes",
        3,
        _replace(_LINEAR, lambda w, n: nn.Linear(w[-1], 1000)),
    ),
    Mistake(
        "head_without_bias",
        "has no bias in the last layer",
        "the Linear layer: no batch norm follows it",
        3,
        _replace(_LINEAR, lambda w, n: nn.Linear(w[-1], n, bias=False)),
    ),
    Mistake("softmax_at_end", "ends in a softmax", _HEAD, 1, _append(lambda: nn.Softmax(dim=1))),
    Mistake("log_softmax_at_end", "ends in a log-softmax", _HEAD, 1, _append(lambda: nn.LogSoftmax(dim=1))),
    Mistake("relu_at_end", "ends in a ReLU", _HEAD, 1, _append(nn.ReLU)),
    Mistake(
        "max_pool_at_end",
        "takes the maximum of each map at the end, not its average",
        "AveragePool",
        1,
        _changed(_max_pool_at_end),
    ),
    Mistake(
        "blocks_ignored",
        "gives every group one block",
        _ZIP,
        3,
        _regrouped(lambda n, w, s: zip([1] * len(n), [_STEM, *w], w, s, strict=False)),
    ),
    Mistake(
        "blocks_reversed",
        "walks through n_blocks_per_group backwards",
        _ZIP,
        3,
        _regrouped(lambda n, w, s: zip(n[::-1], [_STEM, *w], w, s, strict=False)),
    ),
    Mistake(
        "strides_ignored",
        "strides by 1 in the first group and by 2 in all others, whatever it is told",
        _ZIP,
        3,
        _regrouped(lambda n, w, s: zip(n, [_STEM, *w], w, [1] + [2] * len(s), strict=False)),
    ),
    Mistake(
        "strides_all_1",
        "never hands first_strides_per_group on",
        _ZIP,
        3,
        _regrouped(lambda n, w, s: zip(n, [_STEM, *w], w, [1] * len(s), strict=False)),
    ),
    Mistake("strides_shifted", "shifts the list of strides by one", _ZIP, 3, _regrouped(_swapped_strides)),
    Mistake("last_group_missing", "leaves the last group out", _ZIP, 2, _LastGroupSkipped),
    Mistake(
        "groups_unregistered",
        "keeps its groups where nn.Module cannot see them, as in a plain list",
        "how the groups are stored: Sequential or nn.ModuleList registers them",
        2,
        _changed(_groups_in_list),
    ),
    Mistake(
        "head_first",
        "declares the last layer before the groups",
        "the order of the attributes in __init__",
        1,
        _HeadFirst,
    ),
    Mistake(
        "first_stride_once",
        "hands the same first stride to every group",
        _ZIP,
        3,
        _regrouped(lambda n, w, s: zip(n, [_STEM, *w], w, [s[0]] * len(s), strict=False)),
    ),
    Mistake(
        "no_projection",
        "has blocks that count on 64 channels in the first group, whatever its width",
        "the in_feats of the first group, and its out_feats",
        2,
        _regrouped(lambda n, w, s: zip(n, [_STEM, _STEM, *w[1:]], [_STEM, *w[1:]], s, strict=False)),
    ),
)

EXERCISE = Exercise(
    name="ResNet34",
    hints=HINTS,
    right=RightResNet,
    tests={
        "test_resnet34": (
            Check("own work", _own_work, structural=True),
            Check("size", _size, decisive=True),
            Check("parameters", _parameters),
            Check("shape", _shape),
            Check("input untouched", _input_untouched),
            Check("eval", _eval),
            Check("training", _training),
            Check("gradients", _gradients),
            Check("float32", _float32),
            Check("copies", _copies),
            Check("lists untouched", _lists_untouched),
            Check("the whole ResNet34", _defaults),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
    parts={
        "BatchNorm2d": nn.BatchNorm2d,
        "AveragePool": RightAveragePool,
        "ResidualBlock": RightBlock,
        "BlockGroup": RightGroup,
    },
)
