"""make_resnet: from a depth to a network. The oracle is torchvision's five builders."""

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import torch
from torch import nn
from torchvision.models import resnet as torchvisions

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Undrawn
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family import by_name
from course_utils.exercises.resnet_family.basic_block import RightBasicBlock
from course_utils.exercises.resnet_family.bottleneck import RightBottleneck
from course_utils.exercises.resnet_family.resnet import RightResNet

HINTS = (
    "A table would do: for each depth a block, and how many of them each layer has.",
    "A dict from depth to (block, layers). 18 and 34 are made of BasicBlocks, 50, 101 and 152 of Bottlenecks; look a "
    "depth up, and raise ValueError if it is not there.",
    "18: (BasicBlock, [2, 2, 2, 2]), 34: (BasicBlock, [3, 4, 6, 3]), 50: (Bottleneck, [3, 4, 6, 3]), 101: (Bottleneck, "
    "[3, 4, 23, 3]), 152: (Bottleneck, [3, 8, 36, 3]). Then return ResNet(block, layers, num_classes, "
    "zero_init_residual).",
)

# Counted on torchvision's networks; He et al. 2015, table 1, has the plans.
PARAMETERS = {18: 11_689_512, 34: 21_797_672, 50: 25_557_032, 101: 44_549_160, 152: 60_192_808}

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


def _listed(*args: Any, **settings: Any) -> str:
    return ", ".join([*map(str, args), *(f"{name}={value}" for name, value in settings.items())])


def _make(candidate: Any, depth: int, *args: Any, **settings: Any) -> nn.Module:
    """Build a network without weights: only its names and shapes are asked for, and it is there at once."""
    with asking(f"calling make_resnet({_listed(depth, *args, **settings)})"), torch.device("meta"), Undrawn():
        model = candidate(depth, *args, **settings)
    if model is None:
        raise broken("a network comes back", "it returned None: is a `return` missing?")
    if not isinstance(model, nn.Module):
        raise broken("a network comes back", f"it returned a {type(model).__name__}")
    return model


@cache
def _torchvisions(depth: int) -> nn.Module:
    with torch.device("meta"), Undrawn():
        return getattr(torchvisions, f"resnet{depth}")()


def _depths(candidate: Any, seed: int) -> None:
    for depth, count in PARAMETERS.items():
        model = _make(candidate, depth)
        if type(model).__module__.startswith("torchvision"):
            raise broken("it builds your ResNet", "this one is torchvision's own")
        got = sum(parameter.numel() for parameter in model.parameters())
        if got != count:
            raise broken(
                f"ResNet{depth} has {count:,} parameters", f"make_resnet({depth}) has {got:,}: {got - count:+,}"
            )
        by_name.insist_same_names(model, _torchvisions(depth), f"make_resnet({depth})")


def _settings(candidate: Any, seed: int) -> None:
    calls: list[tuple[int, tuple, dict[str, Any]]] = [(18, (7, False), {}), (18, (), {"num_classes": 7})]
    calls += [(depth, (), {"num_classes": 7, "zero_init_residual": True}) for depth in PARAMETERS]
    for depth, args, settings in calls:
        told, model = f"make_resnet({_listed(depth, *args, **settings)})", _valued(candidate, depth, *args, **settings)
        if _classes(model) != 7:
            raise broken("num_classes is handed on", f"{told} has {_classes(model)} classes")
        zeros, wanted = _zeros(model), sum(_PLANS[depth][1]) if settings.get("zero_init_residual") else 0
        if zeros != wanted:
            raise broken(
                "zero_init_residual is handed on, and is off unless it is given",
                f"{told}: {zeros} of its batch norms start with weight 0, not {wanted}",
            )


def _valued(candidate: Any, *args: Any, **settings: Any) -> nn.Module:
    """Build a network that has values, as those on the meta device have not."""
    with asking(f"calling make_resnet({_listed(*args, **settings)})"), Undrawn():
        return candidate(*args, **settings)


def _classes(model: nn.Module) -> int:
    return model.state_dict()["fc.bias"].numel()


def _zeros(model: nn.Module) -> int:
    """Count the batch norms that start with weight 0."""
    return sum(bool((part.weight == 0).all()) for part in model.modules() if isinstance(part, nn.BatchNorm2d))


def _unknown(candidate: Any, seed: int) -> None:
    for depth in (20, 0):
        raised = _error(candidate, depth)
        if raised != "ValueError":
            said = f"raised {raised}" if raised else "gave something all the same"
            raise broken("a depth that nobody has heard of raises ValueError", f"make_resnet({depth}) {said}")


def _error(candidate: Any, depth: int) -> str:
    try:
        with torch.device("meta"), Undrawn():
            candidate(depth)
    except NotImplementedError:
        raise
    except ValueError:
        return "ValueError"
    except Exception as error:  # noqa: BLE001  (which error it is, is the question)
        return type(error).__name__
    return ""


def _fresh(candidate: Any, seed: int) -> None:
    if _make(candidate, 18) is _make(candidate, 18):
        raise broken("each call makes a new network", "two calls of make_resnet(18) gave one and the same")


def _probe(candidate: Any) -> Looks:
    found: dict[str, Any] = {
        str(depth): lambda depth=depth: by_name.outline(_make(candidate, depth)) for depth in PARAMETERS
    }
    found |= {f"unknown {depth}": lambda depth=depth: _error(candidate, depth) for depth in (20, 0)}
    found |= {f"classes of {depth}": lambda depth=depth: _classes(_make(candidate, depth, 7)) for depth in (18, 50)}
    for given in ((18,), (18, 10, False), (18, 10, True), (50, 10, True)):
        found[f"zeros of {given}"] = lambda given=given: _zeros(_valued(candidate, *given))
    return found | {"new": lambda: _make(candidate, 18) is _make(candidate, 18)}


# --- the bank -------------------------------------------------------------------------------------------------------


def _builder(
    plans: Mapping[int, _Plan], otherwise: type[Exception] | int = ValueError, **fixed: Any
) -> Callable[..., nn.Module]:
    """Make a builder; for an unknown depth it raises `otherwise` or takes that depth; `fixed` settings win."""

    def make(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> nn.Module:
        if depth not in plans and not isinstance(otherwise, int):
            raise otherwise(f"depth {depth}: expected one of {sorted(plans)}")
        block, layers = plans[depth if depth in plans else otherwise]
        settings = {"num_classes": num_classes, "zero_init_residual": zero_init_residual} | fixed
        if torch.get_default_device().type == "meta":
            return copy.copy(_outline(block, tuple(layers), **settings))
        return RightResNet(block, list(layers), **settings)

    return make


@cache
def _outline(block: type[nn.Module], layers: tuple[int, ...], **settings: Any) -> nn.Module:
    """Build a network without weights once: the many wrong builders differ in few of theirs."""
    return RightResNet(block, list(layers), **settings)


def _planned(**changes: Sequence[int]) -> Callable[..., nn.Module]:
    """Make a builder whose plan for some depths (d18, d34, …) is another."""
    plans = {depth: (block, changes.get(f"d{depth}", layers)) for depth, (block, layers) in _PLANS.items()}
    return _builder(plans)


def _of_blocks(blocks: Mapping[int, type[nn.Module]]) -> Callable[..., nn.Module]:
    plans = {depth: (blocks.get(depth, block), layers) for depth, (block, layers) in _PLANS.items()}
    return _builder(plans)


def _forgets_bottlenecks(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> nn.Module:
    settings = (num_classes, zero_init_residual) if depth in {18, 34} else ()
    return right_make_resnet(depth, *settings)


def _kept() -> Callable[..., nn.Module]:
    build = cache(_builder(_PLANS))
    return lambda depth, num_classes=1000, zero_init_residual=False: build(depth, num_classes, zero_init_residual)


_TABLE = "the table of blocks and layers"
_BLOCKS = "which depths are made of which block"
_UNKNOWN = "what happens when the depth is not in the table: raise ValueError(…)"
_SETTINGS = "the call of ResNet: num_classes and zero_init_residual"

MISTAKES = (
    Mistake(
        "50_of_basic", "makes ResNet50 of BasicBlocks, which is ResNet34", _BLOCKS, 2, _of_blocks({50: RightBasicBlock})
    ),
    Mistake(
        "34_of_bottlenecks",
        "makes ResNet34 of Bottlenecks, which is ResNet50",
        _BLOCKS,
        2,
        _of_blocks({34: RightBottleneck}),
    ),
    Mistake(
        "all_of_basic", "makes all five of BasicBlocks", _BLOCKS, 2, _of_blocks(dict.fromkeys(_PLANS, RightBasicBlock))
    ),
    Mistake(
        "all_of_bottlenecks",
        "makes all five of Bottlenecks",
        _BLOCKS,
        2,
        _of_blocks(dict.fromkeys(_PLANS, RightBottleneck)),
    ),
    Mistake("18_as_34", "gives ResNet18 the layers of ResNet34", _TABLE, 3, _planned(d18=(3, 4, 6, 3))),
    Mistake("101_as_50", "gives ResNet101 the layers of ResNet50", _TABLE, 3, _planned(d101=(3, 4, 6, 3))),
    Mistake("swapped", "swaps ResNet101 and ResNet152", _TABLE, 3, _planned(d101=(3, 8, 36, 3), d152=(3, 4, 23, 3))),
    Mistake("152_with_4", "gives layer2 of ResNet152 four blocks", _TABLE, 3, _planned(d152=(3, 4, 36, 3))),
    Mistake(
        "152_as_101", "gives layer3 of ResNet152 23 blocks, as ResNet101 has", _TABLE, 3, _planned(d152=(3, 8, 23, 3))
    ),
    Mistake("classes_fixed", "always builds 1000 classes", _SETTINGS, 3, _builder(_PLANS, num_classes=1000)),
    Mistake(
        "zero_never", "does not hand zero_init_residual on", _SETTINGS, 3, _builder(_PLANS, zero_init_residual=False)
    ),
    Mistake(
        "zero_always", "always zeroes the last batch norms", _SETTINGS, 3, _builder(_PLANS, zero_init_residual=True)
    ),
    Mistake(
        "settings_of_basic_only",
        "hands num_classes and zero_init_residual on only where it builds with BasicBlocks",
        f"{_SETTINGS}, for each of the five depths",
        3,
        _forgets_bottlenecks,
    ),
    Mistake(
        "zero_by_default",
        "zeroes the last batch norms unless it is told not to",
        "the default of zero_init_residual",
        3,
        lambda depth, num_classes=1000, zero_init_residual=True: right_make_resnet(
            depth, num_classes, zero_init_residual
        ),
    ),
    Mistake("key_error", "raises a KeyError for an unknown depth", _UNKNOWN, 2, _builder(_PLANS, KeyError)),
    Mistake("else", "builds ResNet152 for every other depth, as an else does", _UNKNOWN, 2, _builder(_PLANS, 152)),
    Mistake("kept", "gives the same network each time", "where the network is built: once for each call", 1, _kept()),
)

EXERCISE = Exercise(
    name="make_resnet",
    hints=HINTS,
    right=right_make_resnet,
    tests={
        "test_make_resnet": (
            Check("five depths", _depths),
            Check("settings", _settings),
            Check("unknown depth", _unknown),
            Check("new each time", _fresh),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
    parts={"BasicBlock": RightBasicBlock, "Bottleneck": RightBottleneck, "ResNet": RightResNet},
)
