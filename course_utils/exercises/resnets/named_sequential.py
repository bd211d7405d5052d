"""NamedSequential, the bonus of the Sequential section: the oracle is torch.nn's Sequential, which takes names too."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from torch import Tensor, nn

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.shortcuts import insist_module_class, insist_own_class, insist_own_parts
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, run_on, with_article
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.observers import each_row

HINTS = (
    "What does the given `Sequential` write into `self._modules`, and under which key?",
    "`isinstance(modules[0], OrderedDict)` tells the new case from the old one. An `OrderedDict`'s `items()` are "
    "the names and the modules.",
    "In the new case:\n"
    "```python\n"
    "super().__init__()\n"
    "for name, module in modules[0].items():\n"
    "    self.add_module(name, module)\n"
    "```\n"
    "Otherwise pass the modules on: `super().__init__(*modules)`.",
)


# --- the looks ------------------------------------------------------------------------------------------------------

_DICT = "NamedSequential(OrderedDict of widen, act, narrow)"


def _named(seed: int = 0) -> OrderedDict[str, nn.Module]:
    """Make three modules whose names are not in alphabetical order."""
    modules = OrderedDict(widen=nn.Linear(3, 5), act=nn.Tanh(), narrow=nn.Linear(5, 2))
    for module in modules.values():
        Draws(seed).fill(module)
    return modules


def _build(candidate: Any, *modules: Any) -> nn.Module:
    told = _DICT if isinstance(modules[0], OrderedDict) else f"NamedSequential({', '.join(map(str, modules))})"
    with asking(f"building {told}"):
        mine = candidate(*modules)
    if not isinstance(mine, nn.Module):
        raise broken("the class makes an nn.Module", f"{told} gave {with_article(type(mine).__name__)}")
    return mine


def _names(mine: nn.Module) -> list[str]:
    with asking("listing its modules"):
        for name, one in mine._modules.items():
            if not isinstance(one, nn.Module):
                kind = with_article(type(one).__name__)
                raise broken("all that is registered are modules", f"under {name!r} there is {kind}")
        return [name for name, _ in mine.named_children()]


def _registered(candidate: Any, seed: int) -> dict[str, list[str]]:
    mine = _build(candidate, _named())
    return {"the names": _names(mine), "the keys of its state dict": list(mine.state_dict())}


def _output(candidate: Any, seed: int, numbered: bool = False) -> Tensor:
    modules = _named(seed)
    if numbered:
        _build(candidate, modules["widen"])  # what takes one OrderedDict alone stops here, however it takes it
    mine = _build(candidate, *(modules.values() if numbered else [modules]))
    return run_on(mine, Draws(seed + 100).normal(4, 3))


def _numbers(candidate: Any, seed: int) -> dict[str, list[str]]:
    modules = list(_named().values())
    return {
        "the name of one": _names(_build(candidate, modules[0])),
        "the names of three": _names(_build(candidate, *modules)),
    }


def _found(index: int, candidate: Any, seed: int) -> str:
    modules = _named()
    mine = _build(candidate, modules)
    with asking(f"taking [{index}] of it"):
        found = mine[index]
    return next((name for name, one in modules.items() if one is found), with_article(type(found).__name__))


def _assigned(candidate: Any, seed: int) -> list[str]:
    mine, new = _build(candidate, _named()), nn.ReLU()
    with asking("assigning to [1] of it"):
        mine[1] = new
    return [f"{name} (the new one)" if mine._modules[name] is new else name for name in _names(mine)]


def _insist_own_work(candidate: Any, seed: int) -> None:
    insist_module_class(candidate)
    insist_own_class(candidate, (nn.Sequential,))
    mine = _build(candidate, _named())
    if all(isinstance(one, nn.Module) for one in vars(mine).get("_modules", {}).values()):
        insist_own_parts(mine, (nn.Sequential, nn.ModuleDict))


def _look(name: str, promise: str, rows: dict[str, Callable[[Any, int], Any]], structural: bool = False) -> Look:
    observe = each_row(lambda candidate, seed, row: row(candidate, seed), rows)
    return Look(name, promise, observe, axes=("batch", "features"), structural=structural)


LOOKS = (
    _look("own work", "the work is your own", {"": _insist_own_work}, structural=True),
    _look("names", "the modules are registered under their own names, in order", {_DICT: _registered}),
    _look("order", "it runs its modules in order", {f"{_DICT}: x has shape (batch 4, features 3)": _output}),
    _look(
        "one by one",
        'modules given one by one are still named "0", "1", "2", and run in order',
        {"modules given one by one": _numbers, "what three modules make of x": partial(_output, numbered=True)},
    ),
    _look(
        "indexing",
        "a number in brackets gives the module at that place, counted from the end below 0",
        {f"{_DICT}[{index}]": partial(_found, index) for index in (0, 2, -1, -3)},
    ),
    _look(
        "assignment",
        "assigning to [1] replaces the second module and keeps its name",
        {"the modules after an assignment to [1]": _assigned},
    ),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_KEYS = "the keys that you register under"
_ORDER = "the order of the items"


def _registering(register: Callable[[Any, tuple], Any]) -> type[nn.Sequential]:
    """Make a Sequential that registers what it is given in another way."""

    class Registering(nn.Sequential):
        def __init__(self, *modules: Any) -> None:
            nn.Module.__init__(self)
            register(self, modules)

    return Registering


def _items(modules: tuple) -> list[tuple[str, nn.Module]]:
    one_dict = len(modules) == 1 and isinstance(modules[0], dict)
    return list(modules[0].items()) if one_dict else [(str(i), module) for i, module in enumerate(modules)]


def _numbering(self: nn.Module, modules: tuple) -> None:
    """Register under numbers, as the course's Sequential does; it refuses what is no module in these words."""
    for index, module in enumerate(modules):
        if not isinstance(module, nn.Module):
            raise TypeError(
                f"module {index} is {module!r:.60}: a list needs a * before it, and a class needs () after it"
            )
        self._modules[str(index)] = module


def _changing(change: Callable[[list], Iterable]) -> list[type[nn.Sequential]]:
    """Make two that change the pairs of name and module: those of an OrderedDict alone, or all."""

    def register(self: nn.Module, modules: tuple, always: bool) -> None:
        pairs = _items(modules)
        self._modules.update(change(pairs) if always or isinstance(modules[0], dict) else pairs)

    return [_registering(partial(register, always=always)) for always in (False, True)]


class _Unseen(nn.Sequential):
    def named_children(self) -> Iterator[Any]:
        return iter(())

    def state_dict(self, *args: Any, **settings: Any) -> dict[str, Any]:
        return {}


BANK.add(
    "numbers_only",
    "throws the names away and numbers the modules",
    _KEYS,
    2,
    *_changing(lambda pairs: ((str(i), module) for i, (_, module) in enumerate(pairs))),
)
BANK.add(
    "names_only",
    "takes an OrderedDict and nothing else any more",
    "the old case: modules given one by one",
    2,
    _registering(lambda self, modules: self._modules.update(modules[0].items())),
)
BANK.add(
    "dict_as_module",
    "registers the whole OrderedDict as if it were one module",
    "how the two cases are told apart",
    2,
    _registering(lambda self, modules: self._modules.update((str(i), one) for i, one in enumerate(modules))),
    _registering(lambda self, modules: [self.add_module(str(i), one) for i, one in enumerate(modules)]),
    _registering(_numbering),
)
BANK.add(
    "plain_attribute",
    "keeps the modules where nn.Module cannot see them",
    "self._modules, or add_module",
    1,
    _registering(lambda self, modules: setattr(self, "layers", dict(_items(modules)))),
    _Unseen,
)
BANK.add("sorted", "sorts the names", _ORDER, 3, *_changing(sorted))
BANK.add("reversed", "registers the modules backwards", _ORDER, 3, *_changing(reversed))
BANK.add("last_missing", "loses the last module", "the end of the loop", 3, *_changing(lambda pairs: pairs[:-1]))
BANK.add(
    "prefixed",
    "puts the number before the name",
    _KEYS,
    3,
    *_changing(lambda pairs: ((f"{i}_{name}", module) for i, (name, module) in enumerate(pairs))),
)

EXERCISE = Exercise(
    name="NamedSequential",
    hints=HINTS,
    right=nn.Sequential,
    tests={"test_named_sequential": LOOKS},
    mistakes=BANK.all,
)
