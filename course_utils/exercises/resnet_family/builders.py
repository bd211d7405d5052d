"""make_resnet: from a depth to a network. The oracle calls torchvision's ResNet with the five plans of the paper."""

import copy
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import torch
from torch import nn

from course_utils.checking.draws import Unwritten
from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.shared import shared
from course_utils.checking.student import Stopped, own_line
from course_utils.checking.tensors import broken
from course_utils.checking.world import default_device
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import error_of, made_by, told_call
from course_utils.exercises.observers import each_row, one_row
from course_utils.exercises.resnet_family.basic_block import RightBasicBlock
from course_utils.exercises.resnet_family.bottleneck import RightBottleneck
from course_utils.exercises.resnet_family.by_name import all_shapes, how_outlines_differ, outline
from course_utils.exercises.resnet_family.resnet import PARTS, RightResNet

HINTS = (
    "A table would do: for each depth a block, and how many of them each layer has.",
    "A dict from depth to (block, layers). 18 and 34 are made of `BasicBlock`s, 50, 101 and 152 of "
    "`Bottleneck`s; look a depth up, and raise `ValueError` if it isn't there.",
    "The table, and the network at the end:\n"
    "```python\n"
    "plans = {\n"
    "    18: (BasicBlock, [2, 2, 2, 2]),\n"
    "    34: (BasicBlock, [3, 4, 6, 3]),\n"
    "    50: (Bottleneck, [3, 4, 6, 3]),\n"
    "    101: (Bottleneck, [3, 4, 23, 3]),\n"
    "    152: (Bottleneck, [3, 8, 36, 3]),\n"
    "}\n"
    "block, layers = plans[depth]\n"
    "return ResNet(block, layers, num_classes, zero_init_residual)\n"
    "```",
)

_Plan = tuple[type[nn.Module], Sequence[int]]
_PLANS: Mapping[int, _Plan] = {
    18: (RightBasicBlock, (2, 2, 2, 2)),
    34: (RightBasicBlock, (3, 4, 6, 3)),
    50: (RightBottleneck, (3, 4, 6, 3)),
    101: (RightBottleneck, (3, 4, 23, 3)),
    152: (RightBottleneck, (3, 8, 36, 3)),
}


def right_make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> nn.Module:
    """Build what the exercise asks for."""
    return _builder(_PLANS)(depth, num_classes, zero_init_residual)


# --- the looks ------------------------------------------------------------------------------------------------------

_Call = tuple[tuple[Any, ...], dict[str, Any]]


def _call(candidate: Any, call: _Call) -> nn.Module:
    args, settings = call
    with Unwritten():
        model = made_by(told_call("make_resnet", *args, **settings), "a network", candidate, *args, **settings)
    if type(model).__module__.startswith("torchvision"):
        raise broken("it builds your ResNet", "this one is torchvision's own")
    return model


def _without_numbers(candidate: Any, depth: int) -> nn.Module:
    """Build a network without weights: only its names and shapes are asked for, and it is there at once."""
    with torch.device("meta"):
        return _call(candidate, ((depth,), {}))


def _refused(candidate: Any, seed: int) -> list[int]:
    """List the depths for which the code raises a ValueError on purpose."""
    return [depth for depth in _DEPTHS.values() if _refuses(candidate, depth)]


def _refuses(candidate: Any, depth: int) -> bool:
    try:
        shared(_without_numbers, candidate, depth)
    except Stopped as stop:
        return isinstance(stop.__cause__, ValueError) and own_line(stop.__cause__, candidate)[1].startswith("raise")
    return False


def _form(candidate: Any, seed: int, depth: int) -> dict[str, Any]:
    model = shared(_without_numbers, candidate, depth)
    return {"parameters": sum(one.numel() for one in model.parameters()), "outline": outline(model, PARTS)}


def _how_forms_differ(got: Any, expected: Any) -> tuple[str, ...] | None:
    """Compare the numbers of parameters, then the names and shapes."""
    match got, expected:
        case {"parameters": int(mine), "outline": shapes}, {"parameters": int(right), "outline": right_shapes}:
            blocks = tuple(
                f"{layer} should have {count} blocks, and has {_blocks_in(shapes)[layer]}"
                for layer, count in sorted(_blocks_in(right_shapes).items())
                if _blocks_in(shapes)[layer] != count
            )
            if mine != right:
                return (*blocks, f"expected {right:,} parameters, got {mine:,}: {mine - right:+,}")
            return blocks or how_outlines_differ(shapes, right_shapes)
    return ("it has no parameters that could be counted",)


def _blocks_in(outline: Any) -> Counter[str]:
    """Count the blocks of each layer, by the names of what they hold."""
    names = {tuple(name.split(".")[:2]) for name in all_shapes(outline) if name.startswith("layer")}
    return Counter(layer for layer, *_ in names)


_DEPTHS = {told_call("make_resnet", depth): depth for depth in (18, 34, 50, 101, 152)}
_UNHEARD_OF = {told_call("make_resnet", depth): depth for depth in (20, 0)}
_CALLS: tuple[_Call, ...] = (
    ((18, 7, False), {}),
    ((18,), {"num_classes": 7}),
    *(((depth,), {"num_classes": 7, "zero_init_residual": True}) for depth in _DEPTHS.values()),
)
_TOLD = [told_call("make_resnet", *args, **settings) for args, settings in _CALLS]


def _start(candidate: Any, call: _Call) -> tuple[Any, int]:
    """Give the number of classes, and of batch norms that start with weight 0."""
    model = _call(candidate, call)
    norms = [part for part in model.modules() if isinstance(part, nn.BatchNorm2d)]
    last = model.state_dict().get("fc.bias")
    classes = "no fc.bias" if last is None else last.numel()
    return classes, sum(not norm.weight.is_meta and bool((norm.weight == 0).all()) for norm in norms)


def _classes(candidate: Any, seed: int, call: _Call) -> Any:
    return shared(_start, candidate, call)[0]


def _zeros(candidate: Any, seed: int, call: _Call) -> int:
    return shared(_start, candidate, call)[1]


def _error(candidate: Any, seed: int, depth: int) -> str:
    with torch.device("meta"), Unwritten():
        return error_of(lambda: candidate(depth))


def _fresh(candidate: Any, seed: int) -> Remark | None:
    same = _without_numbers(candidate, 18) is shared(_without_numbers, candidate, 18)
    return Remark("kept", "two calls of make_resnet(18) gave one and the same") if same else None


_FORMS = "each network has its parameters, by number, name and shape"
_ZEROING = "zero_init_residual is handed on, and is off unless it is given"
_ZERO_ROWS = {f"{told}: batch norms that start with weight 0": call for told, call in zip(_TOLD, _CALLS, strict=True)}
_CLASS_ROWS = {f"the classes of {told}": call for told, call in zip(_TOLD, _CALLS, strict=True)}
LOOKS = (
    Look(
        "known depths",
        "it knows the five depths 18, 34, 50, 101 and 152",
        one_row(_refused, "the depths for which it raises a ValueError"),
    ),
    Look("five depths", _FORMS, each_row(_form, _DEPTHS), judge=_how_forms_differ),
    Look("num_classes", "num_classes is handed on", each_row(_classes, _CLASS_ROWS)),
    Look("zero_init_residual", _ZEROING, each_row(_zeros, _ZERO_ROWS)),
    Look("unknown depth", "a depth that nobody has heard of raises ValueError", each_row(_error, _UNHEARD_OF)),
    Look("new each time", "each call makes a new network", one_row(_fresh)),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_TABLE = "the table of blocks and layers"
_BLOCKS = "which depths are made of which block"
_UNKNOWN = "what happens when the depth is not in the table: raise ValueError(…)"
_SETTINGS = "the call of ResNet: num_classes and zero_init_residual"


def _builder(
    plans: Mapping[int, _Plan], otherwise: type[Exception] | int = ValueError, **fixed: Any
) -> Callable[..., nn.Module]:
    """Make a builder; for an unknown depth it raises `otherwise` or takes that depth; `fixed` settings win."""

    def make(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> nn.Module:
        if depth not in plans and not isinstance(otherwise, int):
            raise otherwise(f"depth {depth}: expected one of {sorted(plans)}")
        block, layers = plans[depth if depth in plans else otherwise]
        settings = {"num_classes": num_classes, "zero_init_residual": zero_init_residual} | fixed
        if default_device() == "meta":
            return copy.copy(_outline(block, tuple(layers), **settings))
        return RightResNet(block, list(layers), **settings)

    return make


@cache
def _outline(block: type[nn.Module], layers: tuple[int, ...], **settings: Any) -> nn.Module:
    """Build a network without weights once: the many wrong builders differ in few of theirs."""
    return RightResNet(block, list(layers), **settings)


def _planned(changes: Mapping[int, _Plan]) -> Callable[..., nn.Module]:
    """Make a builder whose plan for some depths is another."""
    return _builder({**_PLANS, **changes})


def _of(block: type[nn.Module], depths: Iterable[int] = tuple(_PLANS)) -> dict[int, _Plan]:
    return {depth: (block, _PLANS[depth][1]) for depth in depths}


_blocks = BANK.about(_BLOCKS, 2, by=_planned)
_table = BANK.about(_TABLE, 3, by=_planned)
_settings = BANK.about(_SETTINGS, 3, by=lambda fixed: _builder(_PLANS, **fixed))
_unknown = BANK.about(_UNKNOWN, 2, by=partial(_builder, _PLANS))


@BANK.mistake(
    "hands num_classes and zero_init_residual on only where it builds with BasicBlocks",
    f"{_SETTINGS}, for each of the five depths",
    3,
)
def _settings_of_basic_only(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> nn.Module:
    settings = (num_classes, zero_init_residual) if depth in {18, 34} else ()
    return right_make_resnet(depth, *settings)


def _default_classes(
    default: int, depth: int, num_classes: int | None = None, zero_init_residual: bool = False
) -> nn.Module:
    return right_make_resnet(depth, num_classes or default, zero_init_residual)


def _kept() -> Callable[..., nn.Module]:
    build = cache(_builder(_PLANS))
    return lambda depth, num_classes=1000, zero_init_residual=False: build(depth, num_classes, zero_init_residual)


_blocks("50_of_basic", "makes ResNet50 of BasicBlocks, which is ResNet34", _of(RightBasicBlock, [50]))
_blocks("34_of_bottlenecks", "makes ResNet34 of Bottlenecks, which is ResNet50", _of(RightBottleneck, [34]))
_blocks("all_of_basic", "makes all five of BasicBlocks", _of(RightBasicBlock))
_blocks("all_of_bottlenecks", "makes all five of Bottlenecks", _of(RightBottleneck))
_table("18_as_34", "gives ResNet18 the layers of ResNet34", {18: _PLANS[34]})
_table("101_as_50", "gives ResNet101 the layers of ResNet50", {101: _PLANS[50]})
_table("swapped", "swaps ResNet101 and ResNet152", {101: _PLANS[152], 152: _PLANS[101]})
_table("152_with_4", "gives layer2 of ResNet152 four blocks", {152: (RightBottleneck, (3, 4, 36, 3))})
_table("152_as_101", "gives layer3 of ResNet152 23 blocks, as ResNet101 has", {152: (RightBottleneck, (3, 8, 23, 3))})
_settings("classes_fixed", "always builds 1000 classes", {"num_classes": 1000})
_settings("zero_never", "does not hand zero_init_residual on", {"zero_init_residual": False})
_settings("zero_always", "always zeroes the last batch norms", {"zero_init_residual": True})
BANK.add(
    "zero_by_default",
    "zeroes the last batch norms unless it is told not to",
    "the default of zero_init_residual",
    3,
    lambda depth, num_classes=1000, zero_init_residual=True: right_make_resnet(depth, num_classes, zero_init_residual),
)
BANK.add(
    "default_classes",
    "has another number of classes than 1000 by default",
    "the default of num_classes",
    3,
    *(partial(_default_classes, classes) for classes in (10, 100)),
)
_unknown("key_error", "raises a KeyError for an unknown depth", KeyError)
_unknown("else", "lets another depth pass without an error, as a bare else does", 152)
BANK.add("kept", "gives the same network each time", "where the network is built: once for each call", 1, _kept())

EXERCISE = Exercise(
    name="make_resnet",
    hints=HINTS,
    right=right_make_resnet,
    tests={"test_make_resnet": LOOKS},
    mistakes=BANK.all,
    parts={"BasicBlock": RightBasicBlock, "Bottleneck": RightBottleneck, "ResNet": RightResNet},
    seeded=False,
)
