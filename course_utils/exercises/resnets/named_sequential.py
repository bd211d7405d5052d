"""NamedSequential, the bonus of the Sequential section: the oracle is torch.nn's Sequential, which takes names too."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_module_class, insist_own_class, insist_own_parts
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, insist_equal, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import build

HINTS = (
    "What does the given Sequential write into self._modules, and under which key?",
    "isinstance(modules[0], OrderedDict) tells the new case from the old one; an OrderedDict's items() are the names "
    "and the modules.",
    "In the new case call super().__init__() with nothing, then self.add_module(name, module) for each pair; "
    "otherwise hand the modules on: super().__init__(*modules).",
)


def _named() -> OrderedDict[str, nn.Module]:
    """Make three modules whose names are not in alphabetical order."""
    return OrderedDict(widen=nn.Linear(3, 5), act=nn.Tanh(), narrow=nn.Linear(5, 2))


def _own_work(candidate: Any, seed: int) -> None:
    insist_module_class(candidate)
    insist_own_class(candidate, (nn.Sequential,))
    insist_own_parts(build(candidate, _named()), (nn.Sequential, nn.ModuleDict))


def _names(candidate: Any, seed: int) -> None:
    mine = build(candidate, _named())
    got = [name for name, _ in mine.named_children()]
    if got != ["widen", "act", "narrow"]:
        raise broken("the modules are registered under their own names, in order", f"the names are {got}")
    wanted = ["widen.weight", "widen.bias", "narrow.weight", "narrow.bias"]
    if list(mine.state_dict()) != wanted:
        raise broken(f"the state dict has {', '.join(wanted)}", f"it has {', '.join(mine.state_dict())}")


def _runs(candidate: Any, seed: int) -> None:
    modules, x = _named(), Draws(seed, torch.float32).normal(4, 3)
    right = nn.Sequential(modules)
    insist_equal(
        run_on(build(candidate, modules), x), right(x), "it runs its modules in order", axes=("batch", "features")
    )


def _numbers(candidate: Any, seed: int) -> None:
    """Give modules one by one, as before."""
    modules, x = list(_named().values()), Draws(seed, torch.float32).normal(4, 3)
    single = [name for name, _ in build(candidate, modules[0]).named_children()]
    if single != ["0"]:
        raise broken('a single module is still named "0"', f"the names are {single}")
    mine = build(candidate, *modules)
    got = [name for name, _ in mine.named_children()]
    if got != ["0", "1", "2"]:
        raise broken('modules given one by one are still named "0", "1", "2"', f"the names are {got}")
    insist_equal(run_on(mine, x), nn.Sequential(*modules)(x), "it still runs them in order", axes=("batch", "features"))


def _indexing(candidate: Any, seed: int) -> None:
    modules = _named()
    mine = build(candidate, modules)
    for index, name in ((0, "widen"), (2, "narrow"), (-1, "narrow"), (-3, "widen")):
        with asking(f"taking [{index}] of it"):
            found = mine[index]
        if found is not modules[name]:
            raise broken(f"[{index}] gives the module called {name}", f"it gives {found!r:.40}")


def _assignment(candidate: Any, seed: int) -> None:
    mine, new = build(candidate, _named()), nn.ReLU()
    with asking("assigning to [1] of it"):
        mine[1] = new
    if list(dict(mine.named_children()).items())[1] != ("act", new) or len(list(mine.children())) != 3:
        names = [name for name, _ in mine.named_children()]
        raise broken("assigning to [1] replaces the second module and keeps its name", f"the names are now {names}")


def _probe(candidate: Any) -> Looks:
    def names(*modules: Any) -> list[str]:
        return [name for name, _ in candidate(*modules).named_children()]

    x = Draws(1, torch.float32).normal(2, 3)
    return {
        "names": lambda: names(_named()),
        "numbers": lambda: names(*_named().values()),
        "keys": lambda: list(candidate(_named()).state_dict()),
        "runs": lambda: _same(candidate, x),
        "items": lambda: [type(candidate(_named())[index]).__name__ for index in (0, 1, -1)],
    }


def _same(candidate: Any, x: torch.Tensor) -> bool:
    modules = _named()
    return torch.equal(candidate(modules)(x), nn.Sequential(modules)(x))


def _registering(register: Callable[[nn.Module, tuple], None]) -> type[nn.Sequential]:
    """Make a Sequential that registers what it is given in another way."""

    class Registering(nn.Sequential):
        def __init__(self, *modules: Any) -> None:
            super().__init__()
            register(self, modules)

    return Registering


def _items(modules: tuple) -> list[tuple[str, nn.Module]]:
    one_dict = len(modules) == 1 and isinstance(modules[0], dict)
    return list(modules[0].items()) if one_dict else [(str(i), module) for i, module in enumerate(modules)]


def _add_all(self: nn.Module, pairs: Any) -> None:
    for name, module in pairs:
        self.add_module(name, module)


def _numbers_only(self: nn.Module, modules: tuple) -> None:
    _add_all(self, ((str(i), module) for i, (_, module) in enumerate(_items(modules))))


def _names_only(self: nn.Module, modules: tuple) -> None:
    _add_all(self, modules[0].items())


def _dict_as_module(self: nn.Module, modules: tuple) -> None:
    _add_all(self, ((str(i), module) for i, module in enumerate(modules)))


def _plain_attribute(self: nn.Module, modules: tuple) -> None:
    object.__setattr__(self, "layers", dict(_items(modules)))


_KEYS = "the keys that you register under"

MISTAKES = (
    Mistake("numbers_only", "throws the names away and numbers the modules", _KEYS, 2, _registering(_numbers_only)),
    Mistake(
        "names_only",
        "takes an OrderedDict and nothing else any more",
        "the old case: modules given one by one",
        2,
        _registering(_names_only),
    ),
    Mistake(
        "dict_as_module",
        "registers the whole OrderedDict as if it were one module",
        "how the two cases are told apart",
        2,
        _registering(_dict_as_module),
    ),
    Mistake(
        "plain_attribute",
        "keeps the modules where nn.Module cannot see them",
        "self._modules, or add_module",
        1,
        _registering(_plain_attribute),
    ),
    Mistake(
        "sorted",
        "sorts the names",
        "the order of the items",
        3,
        _registering(lambda self, modules: _add_all(self, sorted(_items(modules)))),
    ),
    Mistake(
        "reversed",
        "registers the modules backwards",
        "the order of the items",
        3,
        _registering(lambda self, modules: _add_all(self, reversed(_items(modules)))),
    ),
    Mistake(
        "last_missing",
        "loses the last module",
        "the end of the loop",
        3,
        _registering(lambda self, modules: _add_all(self, _items(modules)[:-1])),
    ),
    Mistake(
        "prefixed",
        "puts the number before the name",
        _KEYS,
        3,
        _registering(
            lambda self, modules: _add_all(
                self, ((f"{i}_{name}", module) for i, (name, module) in enumerate(_items(modules)))
            )
        ),
    ),
)

EXERCISE = Exercise(
    name="NamedSequential",
    hints=HINTS,
    right=nn.Sequential,
    tests={
        "test_named_sequential": (
            Check("own work", _own_work, structural=True),
            Check("names", _names),
            Check("order", _runs),
            Check("one by one", _numbers),
            Check("indexing", _indexing),
            Check("assignment", _assignment),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
