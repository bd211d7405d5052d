"""hooks_on: a context manager that puts a forward hook on every module of a model, and always takes it off again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import nn

from course_utils.checking.look import Look
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.hook_mistakes import (
    IN_FINALLY,
    REMOVE,
    add_clearing,
    add_last_only,
    add_swallowing,
    early,
    remove_none,
    tidied,
)
from course_utils.exercises.hooked_looks import (
    fail,
    hooks_removed,
    manager,
    others_stay,
    removed_after_an_error,
    within,
)
from course_utils.exercises.observers import one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "`register_forward_hook` gives you a handle. What do you have to keep, so that you can undo it?",
    "`model.modules()` walks through all modules, nested ones and the model itself. Keep the handles in a list, "
    "and remove them in a `finally`, so that an error inside the with-block doesn't leave them behind.",
    "Under the decorator `@contextmanager`:\n"
    "```python\n"
    "handles = [module.register_forward_hook(hook) for module in model.modules()]\n"
    "try:\n"
    "    yield\n"
    "finally:\n"
    "    for handle in handles:\n"
    "        handle.remove()\n"
    "```",
)


# --- the looks ------------------------------------------------------------------------------------------------------


def _model(seed: int) -> nn.Module:
    return nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh())), nn.Linear(4, 2))


_X = torch.linspace(-1, 1, 6).reshape(2, 3)
_TOLD = "hooks_on(model, hook)"


class _Log:
    """A forward hook that writes down whom it was called for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, module: nn.Module, inputs: tuple, output: Any) -> None:
        self.names.append(type(module).__name__)


def _use(candidate: Any, model: nn.Module, seed: int, body: Callable[..., Any] = lambda: None) -> None:
    within(candidate, (model, _Log()), _TOLD, body)


def _call(candidate: Any, model: nn.Module, seed: int) -> Any:
    return manager(candidate, (model, _Log()), _TOLD)


def _calls(candidate: Any, seed: int) -> str:
    model, log = _model(seed), _Log()
    within(candidate, (model, log), _TOLD, lambda: model(_X))
    return " → ".join(log.names) or "none"


def _nested(candidate: Any, seed: int) -> dict[str, int]:
    model, outer, inner = _model(seed), _Log(), _Log()

    def twice() -> None:
        within(candidate, (model, inner), _TOLD, lambda: model(_X))
        model(_X)

    within(candidate, (model, outer), _TOLD, twice)
    model(_X)
    return {"calls of the outer hook": len(outer.names), "calls of the inner hook": len(inner.names)}


_EVERY = "inside the with-block the hook is called once for every module: nested ones, and the model itself"
_ERROR = "the hooks are gone even when the with-block ends in an error"
_NESTED = "two of them work one inside the other, and the outer one goes on after the inner one"

LOOKS = (
    Look("every module", _EVERY, one_row(_calls, "the modules for which the hook is called, one after the other")),
    hooks_removed(_model, _use, "hooks removed", "after the with-block the hooks are gone", ""),
    removed_after_an_error(_model, partial(_use, body=fail), promise=_ERROR, what="an error in the with-block"),
    others_stay(_model, _use, promise="hooks that were there before stay"),
    hooks_removed(_model, _call, "not before", "nothing is registered before the with statement is entered", ""),
    Look("nested", _NESTED, one_row(_nested, "the model runs inside both, inside the outer one, and after them")),
)


# --- the bank -------------------------------------------------------------------------------------------------------


def _managing(
    modules: Callable[[nn.Module], Any] = nn.Module.modules, register: str = "register_forward_hook", **tidying: Any
) -> Any:
    """Make a context manager that registers on some modules, in some way, and removes in some way (see `tidied`)."""

    @contextmanager
    def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
        handles = [getattr(module, register)(hook) for module in modules(model)]
        with tidied(model, handles, **tidying):
            yield

    return hooks_on


BANK = Bank()
WAYS = Ways(BANK, _managing)
_OFF = WAYS.at(REMOVE)
_WHO = WAYS.at("which modules get the hook: model.modules() finds all")
_HANDLES = WAYS.at("what is kept of the handles: all of them")


def _leaves(model: nn.Module) -> list[nn.Module]:
    return [module for module in model.modules() if not list(module.children())]


BANK.add(
    "early",
    "registers as soon as it is called, before the with statement",
    "when the hooks are registered",
    3,
    partial(early, _managing()),
)
_WHO.add("leaves_only", "reaches only the modules that have no children", 2, modules=_leaves)
_WHO.add("children_only", "reaches the model's direct children only", 2, modules=nn.Module.children)
_WHO.add("without_model", "leaves out the model itself", 2, modules=lambda model: list(model.modules())[1:])
_WHO.add("model_only", "puts the hook on the model itself alone", 2, modules=lambda model: [model])


WAYS.at("how often register_forward_hook is called").add(
    "twice", "registers the hook twice on every module", 3, modules=lambda model: [*model.modules(), *model.modules()]
)
WAYS.at("which register function: register_forward_hook").add(
    "pre_hook",
    "registers a hook that runs before forward, and knows no output",
    3,
    register="register_forward_pre_hook",
)
_OFF.add("never_removed", "leaves its hooks on the model", 1, remove=remove_none)
WAYS.at(IN_FINALLY).add(
    "not_after_error", "leaves its hooks on the model when the with-block ends in an error", 2, after_errors=()
)
add_clearing(_OFF, 1)
add_last_only(_HANDLES, 1)
_HANDLES.add("removes_first", "takes off the first hook only", 1, remove=lambda model, handles: handles[0].remove())
add_swallowing(WAYS, Exception)

EXERCISE = Exercise(name="hooks_on", hints=HINTS, right=_managing(), tests={"test_hooks_on": LOOKS}, mistakes=BANK.all)
