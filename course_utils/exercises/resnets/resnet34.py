"""ResNet34: the oracle is made of torch.nn's parts; as a whole it is torchvision's resnet34."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.draws import Undrawn
from course_utils.checking.look import Look
from course_utils.checking.student import Stopped
from course_utils.checking.values import Step
from course_utils.exercises import module_looks as looks
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import changed
from course_utils.exercises.building_blocks.layer_mistakes import with_defaults
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import build, insist_small, told_call
from course_utils.exercises.observers import one_row
from course_utils.exercises.resnets.averagepool import RightAveragePool
from course_utils.exercises.resnets.block_group import RightGroup
from course_utils.exercises.resnets.residual_block import RightBlock
from course_utils.exercises.stem_mistakes import POOL, STEM, add_stem_mistakes, stem

HINTS = (
    "Read the left column of the diagram from top to bottom; each box is one line in `__init__`, in this order.",
    "A loop makes the four groups. Each needs the number of channels that come in, and that's the number that "
    "came out of the group before it: 64 for the first.",
    "This gives `BlockGroup`'s four arguments, group by group:\n"
    "```python\n"
    "zip(\n"
    "    n_blocks_per_group,\n"
    "    [64, *out_features_per_group],\n"
    "    out_features_per_group,\n"
    "    first_strides_per_group,\n"
    ")\n"
    "```\n"
    "After the groups come `AveragePool()` and a `Linear` from the last group's channels to `n_classes`.",
)

_DEPTH = 40
_STEM = 64

Group = tuple[int, int, int, int]


class RightResNet(nn.Sequential):
    """The diagram, from top to bottom; `out_features_per_group` and the others as in the exercise."""

    def __init__(
        self,
        n_blocks_per_group: Sequence[int] = (3, 4, 6, 3),
        out_features_per_group: Sequence[int] = (64, 128, 256, 512),
        first_strides_per_group: Sequence[int] = (1, 2, 2, 2),
        n_classes: int = 1000,
    ) -> None:
        groups = self.plan(n_blocks_per_group, out_features_per_group, first_strides_per_group)
        super().__init__(
            nn.Conv2d(3, _STEM, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(_STEM),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
            nn.Sequential(*(RightGroup(*group) for group in groups)),
            RightAveragePool(),
            nn.Linear(out_features_per_group[-1], n_classes),
        )

    @staticmethod
    def plan(n_blocks: Sequence[int], widths: Sequence[int], strides: Sequence[int]) -> Iterable[Group]:
        """List the arguments of each group."""
        return zip(n_blocks, [_STEM, *widths], widths, strides, strict=False)


# --- the looks ------------------------------------------------------------------------------------------------------


def _case(*lists: list[int], x: tuple[int, ...], **classes: int) -> looks.Case:
    told = told_call("ResNet34", *lists, **classes)
    return replace(looks.case_of("ResNet34", *lists, *classes.values(), x=x), told=told)


# n_blocks_per_group, out_features_per_group, first_strides_per_group, n_classes: narrow, and no two numbers alike.
_NARROW = _case([1, 2, 1, 1], [6, 4, 8, 5], [1, 2, 2, 2], n_classes=7, x=(2, 3, 40, 24))
_FLAT = _case([2, 1, 1, 2], [3, 5, 5, 4], [2, 1, 2, 1], n_classes=3, x=(1, 3, 33, 47))
_SHORT = _case([1, 1], [4, 6], [1, 2], n_classes=5, x=(2, 3, 25, 18))
_ALL = (_NARROW, _FLAT, _SHORT)
# 64 first, as in the whole network: there nothing is projected.
_DEFAULT_STRIDES = _case([1, 1, 1, 1], [64, 6, 5, 7], x=(1, 3, 40, 56))


def _without_numbers(candidate: Any) -> nn.Module:
    """Build the whole network for its shapes alone: filling 21 million weights takes longer than all other looks."""
    try:
        with torch.device("meta"):
            return build(candidate)
    except (Stopped, NotImplementedError):  # code that asks its tensors for numbers is as right as any
        with Undrawn():
            return build(candidate)


_WHOLE = looks.Case("ResNet34()", _without_numbers, ())
_BUILDS = "it builds what its lists say"
_THE_PAPERS = "without arguments it is the ResNet34 of the paper"
_SHAPES_OF_WHOLE = looks.parameters((_WHOLE,), _THE_PAPERS).observe


def _whole(candidate: Any, seed: int) -> dict[str, Any]:
    def count() -> str:
        return f"{sum(one.numel() for one in _WHOLE.built(candidate).parameters()):,}"

    return {"ResNet34(): the number of its parameters": count, **_SHAPES_OF_WHOLE(candidate, seed)}


def _size(candidate: Any, seed: int) -> None:
    """Tell a network that ignores its lists before every other look takes seconds to build it again."""
    insist_small(_NARROW.built(candidate), _NARROW.told, _BUILDS)


def _lists(candidate: Any, seed: int) -> str:
    lists = [[1, 1], [4, 6], [1, 2]]
    build(candidate, *lists, 5)
    return str(lists)


# Look into a narrow network and into the whole one: only one of them may be the library's.
_OWN = {case.told: looks.own_work(case).observe for case in (_NARROW, _WHOLE)}


def _own_work(candidate: Any, seed: int) -> dict[str, Any]:
    return {told: observe(candidate, seed)[""] for told, observe in _OWN.items()}


_LOGITS: dict[str, Any] = {"axes": ("batch", "classes"), "depth": _DEPTH}
_STRIDES = "the strides of its groups are 1, 2, 2, 2 unless you say otherwise"
_LISTS = "the lists that it is given stay as they are: they may be the defaults"
LOOKS = (
    Look("own work", "the work is your own", _own_work, structural=True),
    Look("built from its lists", _BUILDS, one_row(_size), decisive=True),
    looks.parameters(_ALL, "its parameters have the right shapes, in the diagram's order"),
    looks.shape((_NARROW, _SHORT), "it gives one logit for each class", _LOGITS["axes"]),
    looks.untouched((_SHORT,)),
    looks.values("eval mode", "with equal weights it gives the same logits (eval mode)", _ALL, False, **_LOGITS),
    looks.values("training mode", "with equal weights it gives the same logits (training mode)", _ALL, True, **_LOGITS),
    looks.statistics((_NARROW, _FLAT), depth=_DEPTH),
    looks.gradients_flow((_NARROW,), depth=_DEPTH * 10, axes=("element",)),
    looks.values("float32", "it works in float32 as well", (_NARROW,), False, torch.float32, **_LOGITS),
    looks.copies((_SHORT,)),
    Look("lists untouched", _LISTS, one_row(_lists, "[1, 1], [4, 6], [1, 2] afterwards")),
    Look("the paper's sizes", _THE_PAPERS, _whole),
    looks.values("strides left out", _STRIDES, (_DEFAULT_STRIDES,), False, **_LOGITS),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_HEAD = "the end of the network: the average pool's vector goes through Linear, and that is all"
_ZIP = "how the lists are walked through together, and with which channels each group begins"
_SIGNATURE = "the signature: 3, 4, 6, 3 blocks, 64, 128, 256, 512 channels, first strides 1, 2, 2, 2, and 1000 classes"
_CONV, _NORM, _RELU, _POOL, _GROUPS, _AVERAGE, _LINEAR = range(7)
_changed = partial(changed, RightResNet)
_plan = RightResNet.plan


def _regrouped(plan: Any) -> type[RightResNet]:
    """Make a network whose groups get other arguments: plan(n_blocks, widths, strides) lists them."""
    return type("Regrouped", (RightResNet,), {"plan": staticmethod(plan)})


def _with(index: int, make: Callable[[], nn.Module]) -> type[RightResNet]:
    """Put another box in one's place."""
    return _changed(lambda network: network.__setitem__(index, make()))


def _cut(index: int) -> Callable[[nn.Sequential], Any]:
    return lambda network: network.__setitem__(index, nn.Identity())


def _put(part: str, make: Callable[[], nn.Module]) -> type[RightResNet]:
    return _with({"conv1": _CONV, "relu": _RELU, "maxpool": _POOL}[part], make)


def _head(make: Callable[[nn.Linear], nn.Module]) -> type[RightResNet]:
    """Put another last layer in place: make(the right one)."""
    return _changed(lambda network: network.__setitem__(_LINEAR, make(network[_LINEAR])))


_stems = BANK.about(STEM, 1, by=lambda settings: _with(_CONV, partial(stem, **settings)))
_zips = BANK.about(_ZIP, 3, by=_regrouped)
_defaults = BANK.about(_SIGNATURE, 1, by=lambda other: with_defaults(RightResNet, **other))
_ends = BANK.about(_HEAD, 1, by=lambda make: _changed(lambda network: network.append(make())))


@BANK.mistake("takes the maximum of each map at the end, not its average", "AveragePool", 1, by=_changed)
def _max_pool_at_end(network: nn.Sequential) -> None:
    network[_AVERAGE] = nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten())


def _hiding(keep: Callable[[nn.Sequential], Any]) -> type[RightResNet]:
    """Keep the groups where nothing is registered: what keep(groups) gives is called, and is no module."""

    def change(network: nn.Sequential) -> None:
        groups = network[_GROUPS]
        network[_GROUPS] = nn.Identity()
        network[_GROUPS].forward = keep(groups)

    return _changed(change)


def _head_before(place: int) -> type[RightResNet]:
    """Declare the last layer before the layer at this place."""

    class HeadFirst(RightResNet):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            layers = list(self._modules.items())
            self._modules = dict([*layers[:place], layers[_LINEAR], *layers[place:_LINEAR]])

        def forward(self, x: Tensor) -> Tensor:
            for number in range(_LINEAR + 1):
                x = self.get_submodule(str(number))(x)
            return x

    return HeadFirst


def _by_number(n: Sequence[int], w: Sequence[int], s: Sequence[int]) -> list[Group]:
    return [(n[i], [_STEM, *w][i], w[i], s[i]) for i in range(4)]


def _by_name(n: Sequence[int], w: Sequence[int], s: Sequence[int]) -> list[Group]:
    one, two, three, four = _plan(n, w, s)
    return [one, two, three, four]


class _LastGroupForgotten(RightResNet):
    def forward(self, x: Tensor) -> Tensor:
        for layer in (*list(self)[:_GROUPS], *self[_GROUPS][:-1], self[_AVERAGE], self[_LINEAR]):
            x = layer(x)
        return x


def _without_last_group(network: nn.Sequential) -> None:
    last = network[_GROUPS].pop(-1)
    network[_LINEAR] = nn.Linear(last[0].conv1.in_channels, network[_LINEAR].out_features)


BANK.add(
    "groups_unregistered",
    "keeps its groups where nn.Module cannot see them, as in a plain list",
    "how the groups are stored: Sequential or nn.ModuleList registers them",
    2,
    _hiding(lambda groups: groups.forward),
    _hiding(list),
)
add_stem_mistakes(BANK, _put, no_pool="the fourth box of the diagram", no_relu="the third box of the diagram")
BANK.add(
    "average_pool_early",
    "pools with the average where the maximum is asked for",
    POOL,
    1,
    _with(_POOL, partial(nn.AvgPool2d, 3, 2, 1)),
)
_stems("stem_without_padding", "does not pad the first convolution", {"padding": 0})
BANK.add(
    "no_stem_norm",
    "has no batch norm after the first convolution",
    "the second box of the diagram",
    1,
    _with(_NORM, nn.Identity),
)
BANK.add(
    "classes_fixed",
    "always has 1000 classes",
    "the last layer: n_classes",
    3,
    _head(lambda right: nn.Linear(right.in_features, 1000)),
)
BANK.add(
    "head_512",
    "counts on 512 features before the last layer, whatever its lists say",
    "what comes into Linear: the width of the last group",
    3,
    _head(lambda right: nn.Linear(512, right.out_features)),
)
BANK.add(
    "no_average",
    "hands the last layer maps, not the average of each",
    _HEAD,
    1,
    _with(_AVERAGE, nn.Identity),
    _with(_AVERAGE, nn.Flatten),
)
BANK.add("no_head", "ends after its groups", _HEAD, 1, _changed(_cut(_AVERAGE), _cut(_LINEAR)))
BANK.add("no_linear", "ends after the average pool", _HEAD, 1, _changed(_cut(_LINEAR)))
BANK.add(
    "head_without_bias",
    "has no bias in the last layer",
    "the Linear layer: no batch norm follows it",
    3,
    _head(lambda right: nn.Linear(right.in_features, right.out_features, bias=False)),
)
_ends("softmax_at_end", "ends in a softmax", lambda: nn.Softmax(dim=1))
_ends("log_softmax_at_end", "ends in a log-softmax", lambda: nn.LogSoftmax(dim=1))
_ends("relu_at_end", "ends in a ReLU", nn.ReLU)
_zips("four_groups", "makes four groups, whatever its lists say", _by_number, _by_name)
_zips(
    "channels_kept",
    "gives 64 channels to every group, and never moves on to the next ones",
    lambda n, w, s: zip(n, [_STEM] * len(n), w, s, strict=False),
)
BANK.add(
    "arguments_out_of_order",
    "hands BlockGroup its arguments in another order",
    "the order of BlockGroup's arguments: n_blocks, in_feats, out_feats, first_stride",
    3,
    _regrouped(lambda n, w, s: [(into, out, blocks, stride) for blocks, into, out, stride in _plan(n, w, s)]),
)
_zips("blocks_ignored", "gives every group one block", lambda n, w, s: _plan([1] * len(n), w, s))
_zips("blocks_reversed", "walks through n_blocks_per_group backwards", lambda n, w, s: _plan(n[::-1], w, s))
_zips(
    "strides_ignored",
    "strides by 1 in the first group and by 2 in all others, whatever it is told",
    lambda n, w, s: _plan(n, w, [1] + [2] * len(s)),
)
_zips("strides_all_1", "never hands first_strides_per_group on", lambda n, w, s: _plan(n, w, [1] * len(s)))
_zips("first_stride_once", "hands the same first stride to every group", lambda n, w, s: _plan(n, w, [s[0]] * len(s)))
BANK.add(
    "no_projection",
    "has blocks that count on 64 channels in the first group, whatever its width",
    "the in_feats of the first group, and its out_feats",
    2,
    _regrouped(lambda n, w, s: _plan(n, [_STEM, *w[1:]], s)),
    _regrouped(lambda n, w, s: zip(n, [_STEM, *w], [_STEM, *w[1:]], s, strict=False)),
)
_zips(
    "strides_shifted",
    "shifts the list of strides by one",
    lambda n, w, s: _plan(n, w, [s[-1], *s[:-1]]),
    lambda n, w, s: _plan(n, w, [1, *s]),
)
BANK.add(
    "last_group_missing",
    "leaves the last group out",
    _ZIP,
    2,
    _LastGroupForgotten,
    _changed(_without_last_group),
    _changed(lambda network: network[_GROUPS].pop(-1)),
)
BANK.add(
    "head_first",
    "declares the last layer before the groups",
    "the order of the attributes in __init__",
    1,
    _head_before(_CONV),
    _head_before(_GROUPS),
)

_defaults("default_blocks", "is ResNet18 by default: 2, 2, 2, 2 blocks", {"n_blocks_per_group": (2, 2, 2, 2)})
_defaults(
    "default_strides",
    "has other first strides than 1, 2, 2, 2 by default",
    *({"first_strides_per_group": strides} for strides in ((2, 2, 2, 2), (1, 1, 1, 1))),
)
_defaults(
    "default_classes",
    "has another number of classes than 1000 by default",
    *({"n_classes": classes} for classes in (10, 100)),
)

STEPS = (
    Step(
        "stem weights",
        "`__init__` begins with the 7×7 convolution and its batch norm",
        hint=1,
        begins={"parameters": looks.begins(parameters=3, buffers=3)},
    ),
    Step(
        "group weights",
        "one `BlockGroup` for each entry of the three lists, each with the channels that the one before gives",
        hint=2,
        begins={"parameters": looks.begins(parameters=-2)},
    ),
    Step("head weights", "a `Linear` from the last group's channels", ("built from its lists", "parameters"), hint=3),
    Step(
        "forward",
        "the image goes through the stem with its ReLU and max pool, the groups and the head, and gives logits",
        (
            "shape",
            "input untouched",
            "eval mode",
            "training mode",
            "running statistics",
            "gradients",
            "float32",
            "copied and loaded",
        ),
        hint=1,
    ),
    Step(
        "defaults",
        "without arguments it's the paper's network, and the lists stay as they are",
        ("lists untouched", "the paper's sizes", "strides left out"),
    ),
)

EXERCISE = Exercise(
    name="ResNet34",
    hints=HINTS,
    right=RightResNet,
    tests={"test_resnet34": LOOKS},
    mistakes=BANK.all,
    steps=STEPS,
    parts={
        "BatchNorm2d": nn.BatchNorm2d,
        "AveragePool": RightAveragePool,
        "ResidualBlock": RightBlock,
        "BlockGroup": RightGroup,
    },
)
