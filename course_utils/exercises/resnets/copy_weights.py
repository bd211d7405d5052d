"""copy_weights: two small networks of the same layers under different names stand in for the two ResNets."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look, Observe
from course_utils.checking.observation import Named, Remark, same
from course_utils.checking.shared import shared
from course_utils.checking.student import Stopped
from course_utils.checking.tensors import broken, run, run_on
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.hooked_looks import state_of
from course_utils.exercises.observers import each_row, one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "The names differ, the order doesn't. Which method lists a module's parameters *and* buffers, in order and "
    "with their names?",
    "Take both state dicts. Compare their lengths, then the shapes pair by pair, and raise an error before "
    "anything is copied. Then make one state dict out of your names and their tensors.",
    "After the checks:\n"
    "```python\n"
    "mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()\n"
    "my_resnet.load_state_dict(dict(zip(mine, theirs.values())))\n"
    "```\n"
    "A dict gives its keys when you loop over it: so your names meet their tensors.",
)


def _mine(classes: int = 4, norm: bool = True) -> nn.Module:
    layers = [nn.Conv2d(3, 6, 3, bias=False), nn.BatchNorm2d(6) if norm else nn.Identity(), nn.ReLU()]
    tail = nn.Sequential(nn.Conv2d(6, 5, 1, bias=False), nn.BatchNorm2d(5), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return nn.Sequential(nn.Sequential(*layers), tail, nn.Linear(5, classes))


def _theirs(classes: int = 4) -> nn.Module:
    """Make the same layers in the same order, under torchvision's kind of names."""
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(3, 6, 3, bias=False),
            bn1=nn.BatchNorm2d(6),
            relu=nn.ReLU(),
            conv2=nn.Conv2d(6, 5, 1, bias=False),
            bn2=nn.BatchNorm2d(5),
            pool=nn.AdaptiveAvgPool2d(1),
            flat=nn.Flatten(),
            fc=nn.Linear(5, classes),
        )
    )


def _pair(seed: int) -> tuple[nn.Module, nn.Module]:
    draws = Draws(seed, torch.float32)
    mine, theirs = draws.fill(_mine()), draws.fill(_theirs())
    for number, name in enumerate(("bn1", "bn2"), 7):
        getattr(theirs, name).num_batches_tracked.fill_(number)
    return mine, theirs


_BETWEEN = "between two networks of equal shapes"


def _copied(candidate: Any, seed: int) -> tuple[nn.Module, nn.Module]:
    mine, theirs = _pair(seed)
    try:
        result = run(candidate, mine, theirs, doing=f"copying {_BETWEEN}")
    except Stopped as stopped:
        if "state_dict" not in str(stopped.__cause__):
            raise
        raise Stopped(f"loading a state dict, to copy {_BETWEEN}") from stopped.__cause__
    if isinstance(result, nn.Module) and result is not mine:
        raise broken("the weights arrive in my_resnet itself", "copy_weights gave back another network")
    return mine, theirs


def _after(see: Callable[[nn.Module, nn.Module], Any], what: str = "") -> Observe:
    """Look at the two networks after the copy: see(mine, theirs)."""
    return one_row(lambda candidate, seed: see(*shared(_copied, candidate, seed)), what)


def _pairs(kind: str) -> Callable[[nn.Module, nn.Module], Named]:
    def see(mine: nn.Module, theirs: nn.Module) -> Named:
        pairs = zip(*(getattr(one, f"named_{kind}s")() for one in (mine, theirs)), strict=False)
        return Named(tuple((_meeting(name, other), one) for (name, one), (other, _) in pairs), kind)

    return see


def _meeting(mine: str, theirs: str) -> str:
    """Name a tensor by the layers that meet in it: told as "the weight of the copy of conv1 in 0.0"."""
    return f"copy of {theirs.rpartition('.')[0]} in {mine}"


def _output(mine: nn.Module, theirs: nn.Module) -> Tensor:
    return run_on(mine.eval(), Draws(1, torch.float32).normal(2, 3, 6, 7), "my_resnet")


def _state(mine: nn.Module, theirs: nn.Module) -> Named:
    return Named(tuple(theirs.state_dict().items()))


def _in_both(mine: nn.Module, theirs: nn.Module) -> Remark | None:
    places = {tensor.data_ptr() for tensor in theirs.state_dict().values()}
    both = [name for name, tensor in mine.state_dict().items() if tensor.data_ptr() in places]
    return Remark("shared", f"{both[0]} now is the very same memory in both networks") if both else None


def _frozen(mine: nn.Module, theirs: nn.Module) -> Remark | None:
    frozen = [name for name, one in mine.named_parameters() if not (one.requires_grad and one.is_leaf)]
    return Remark("frozen", f"{frozen[0]} takes no gradient any more") if frozen else None


# What must be refused, and why: my network, theirs.
_MISFITS: dict[str, Callable[[], tuple[nn.Module, nn.Module]]] = {
    "theirs has one layer more": lambda: (_mine(), nn.Sequential(_theirs(), nn.Linear(4, 4))),
    "mine has one layer more": lambda: (nn.Sequential(_mine(), nn.Linear(4, 4)), _theirs()),
    "mine has no first batch norm": lambda: (_mine(norm=False), _theirs()),
    "the last layers have 4 and 3 classes": lambda: (_mine(4), _theirs(3)),
    "the last layers have 3 classes and 4": lambda: (_mine(3), _theirs(4)),
    # Copying a tensor of shape (1, …) into (4, …) is no error in torch: it is repeated four times.
    "the last layers have 4 classes and 1": lambda: (_mine(4), _theirs(1)),
    "the last weights have shapes (2, 3) and (3, 2)": lambda: (
        nn.Sequential(_mine(), nn.Linear(3, 2, bias=False)),
        nn.Sequential(_theirs(), nn.Linear(2, 3, bias=False)),
    ),
}


def _refusal(candidate: Any, seed: int, case: str) -> Remark | None:
    """Try to copy what does not fit."""
    mine, theirs = _MISFITS[case]()
    Draws(seed).fill(mine), Draws(seed + 1).fill(theirs)
    before = state_of(mine)
    said = "copy_weights raised no error"
    try:
        candidate(mine, theirs)
    except NotImplementedError:
        raise
    except Exception:  # noqa: BLE001  (any error is a refusal)
        said = ""
    changed = [name for name, tensor in mine.state_dict().items() if not same(tensor, before[name])]
    if not said and not changed:
        return None
    fact = f"{said or 'refused'}, {'changed' if changed else 'unchanged'}"
    return Remark(fact, said or f"copy_weights raised an error, but {changed[0]} had been changed by then")


_ELEMENT = ("element",)
_EVERY_BUFFER = "every buffer (running statistics and counter) is copied"
_OUTPUT = "afterwards the two networks give the same output"
_SOURCE = "the pretrained network stays as it was"
_MINE, _THEIRS = "my_resnet afterwards", "pretrained_resnet afterwards"
_OWN = "mine gets a copy: training it later leaves the pretrained network alone"
_NOT = "networks that do not fit raise an error, before anything is copied"

LOOKS = (
    Look("parameters", "every parameter is copied", _after(_pairs("parameter"), _MINE), _ELEMENT),
    Look("buffers", _EVERY_BUFFER, _after(_pairs("buffer"), _MINE), _ELEMENT),
    Look("output", _OUTPUT, _after(_output, "my_resnet's output"), axes=("batch", "classes"), depth=10),
    Look("source untouched", _SOURCE, _after(_state, _THEIRS), _ELEMENT),
    Look("own memory", _OWN, _after(_in_both)),
    Look("trainable", "the parameters can still be trained", _after(_frozen)),
    Look("other lengths refused", _NOT, each_row(_refusal, list(_MISFITS)[:3])),
    Look("other shapes refused", _NOT, each_row(_refusal, list(_MISFITS)[3:])),
)


# --- right code, and the bank: right code that copies in another way ------------------------------------------------

_Tensors = list[Tensor]


def _all(module: nn.Module) -> _Tensors:
    return list(module.state_dict(keep_vars=True).values())


def _equal_lengths(mine: _Tensors, theirs: _Tensors) -> bool:
    return len(mine) == len(theirs)


def _equal_shapes(mine: _Tensors, theirs: _Tensors) -> bool:
    return all(one.shape == other.shape for one, other in zip(mine, theirs, strict=False))


def _copying(
    tensors: Callable[[nn.Module], _Tensors] = _all,
    *,
    checks: Sequence[Callable[[_Tensors, _Tensors], bool]] = (_equal_lengths, _equal_shapes),
    order: Callable[[_Tensors], Iterable[Tensor]] = list,
    put: Callable[[Tensor, Tensor], Any] = Tensor.copy_,
    silent: bool = False,
    after: Callable[[nn.Module, nn.Module], Any] = lambda mine, theirs: None,
) -> Callable[[nn.Module, nn.Module], None]:
    """Make a copy_weights that copies some tensors, checks in some way, and does something more in the end.

    put: how a tensor gets into mine. silent: says nothing of networks that do not fit.
    """

    def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
        mine, theirs = tensors(my_resnet), tensors(pretrained_resnet)
        if not all(check(mine, theirs) for check in checks):
            if silent:
                return
            raise ValueError("the networks do not fit")
        with torch.no_grad():
            for target, source in zip(mine, order(theirs), strict=False):
                put(target, source)
        after(my_resnet, pretrained_resnet)

    return copy_weights


right_copy = _copying()

BANK = Bank()
WAYS = Ways(BANK, _copying)
_ALL = WAYS.at("what you list: parameters *and* buffers")
_CHECK = WAYS.at("the check before the copy: as many tensors on both sides, and equal shapes pair by pair")
_KEYS = "the keys: yours on one side, theirs on the other"
_FIRST = "when the check comes: before the first tensor is copied"
_HOW = "how the tensors get into my_resnet"


def _assign(target: Tensor, source: Tensor) -> None:
    """Give a tensor other values, whatever shape these have."""
    target.data = source.clone()


def _floats(module: nn.Module) -> _Tensors:
    return [tensor for tensor in _all(module) if tensor.is_floating_point()]


def _share(mine: nn.Module, theirs: nn.Module) -> None:
    for one, other in zip(mine.parameters(), theirs.parameters(), strict=True):
        one.data = other.data


@BANK.mistake("copies from my_resnet into the pretrained one", "which of the two networks changes: my_resnet", 3)
def _wrong_way(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    right_copy(pretrained_resnet, my_resnet)


@BANK.mistake("loads a state dict that has their names", _KEYS, 3)
def _by_name_strictly(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    my_resnet.load_state_dict(pretrained_resnet.state_dict())


@BANK.mistake(
    "finds a wrong number or shape when other tensors are copied already, as load_state_dict does",
    _FIRST,
    2,
)
def _load_unchecked(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    my_resnet.load_state_dict(dict(zip(my_resnet.state_dict(), _all(pretrained_resnet), strict=False)))


@BANK.mistake(
    "finds a wrong shape when other tensors are copied already, as load_state_dict and a check inside the loop do",
    _FIRST,
    2,
)
def _load_checks_too_late(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    my_resnet.load_state_dict(dict(zip(my_resnet.state_dict(), _all(pretrained_resnet), strict=True)))


def _put_if_equal(target: Tensor, source: Tensor) -> None:
    if target.shape != source.shape:
        raise ValueError("the networks do not fit")
    target.copy_(source)


def _counting_in_the_loop(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    with torch.no_grad():
        for target, source in zip(_all(my_resnet), _all(pretrained_resnet), strict=True):
            _put_if_equal(target, source)


def _by_name(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    my_resnet.load_state_dict(pretrained_resnet.state_dict(), strict=False)


_nothing = _copying(order=lambda theirs: ())
BANK.add(
    "does_nothing",
    "checks and then copies nothing: assigning to a name or a dict entry changes no network",
    _HOW,
    3,
    _nothing,
)
_ALL.add("no_counter", "skips num_batches_tracked", 1, tensors=_floats)
_ALL.add(
    "no_buffers",
    "copies the parameters and silently skips the buffers",
    1,
    tensors=lambda module: list(module.parameters()),
)
_ALL.add(
    "no_parameters", "copies the buffers and skips the parameters", 1, tensors=lambda module: list(module.buffers())
)
WAYS.at("assignments to .data or to a parameter: copy_ or load_state_dict copies").add(
    "shared", "makes both networks share one memory", 3, after=_share
)
WAYS.at("requires_grad: inside torch.no_grad() a parameter can be written to without being frozen").add(
    "frozen", "leaves the parameters frozen", 3, after=lambda mine, theirs: mine.requires_grad_(False)
)
_CHECK.add(
    "unchecked",
    "copies as far as it can and checks nothing",
    2,
    *({"checks": (), "put": put} for put in (Tensor.copy_, _assign)),
)
WAYS.at("what happens where they do not fit: raise ValueError(…) ends the call, and whoever calls learns of it").add(
    "raises_nothing",
    "notices that the networks do not fit, and raises no error: it prints, say, and returns",
    2,
    silent=True,
)
_CHECK.add(
    "shapes_unchecked",
    "checks the lengths and not the shapes: torch repeats a tensor of size 1 without a word",
    2,
    checks=[_equal_lengths],
)
_CHECK.add(
    "lengths_unchecked",
    "checks the shapes of the pairs and not the lengths: zip stops at the shorter one",
    2,
    checks=[_equal_shapes],
)
BANK.add(
    "counted_too_late",
    "finds a wrong number or shape when other tensors are copied already: the check stands inside the loop",
    _FIRST,
    2,
    _counting_in_the_loop,
)
WAYS.at("how many tensors each side has, and when the shapes are compared: before the first is copied").add(
    "shapes_in_the_loop",
    "checks the shapes pair by pair inside the loop, when other tensors are copied already, and the lengths not at all",
    2,
    checks=(),
    put=_put_if_equal,
)
BANK.add(
    "by_name",
    "copies nothing: it gives names another meaning, as a = b does, or copies what has the same name on both sides",
    "how the tensors get into my_resnet: copy_ writes into one, a = b only renames; and the two sides' keys differ",
    3,
    _by_name,
    _nothing,
    _copying(order=lambda theirs: (), checks=()),
)
WAYS.at("the order of the pairs").add(
    "backwards",
    "copies in reverse order",
    3,
    {"checks": [lambda mine, theirs: _equal_shapes(mine, theirs[::-1])]},
    {"order": reversed},
)

EXERCISE = Exercise(
    name="copy_weights", hints=HINTS, right=right_copy, tests={"test_copy_weights": LOOKS}, mistakes=BANK.all
)
