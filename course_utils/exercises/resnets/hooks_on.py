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
from course_utils.exercises.hook_mistakes import clear_all, remove_last, remove_none, tidied
from course_utils.exercises.hooked_looks import (
    fail,
    hooks_removed,
    manager,
    others_stay,
    removed_after_an_error,
    within,
)

HINTS = (
    "register_forward_hook gives back a handle. What do you have to keep, so that you can undo it?",
    "model.modules() walks through all modules, nested ones and the model itself. Keep the handles in a list, and "
    "remove them in a `finally`, so that an error inside the with-block does not leave them behind.",
    "handles = [module.register_forward_hook(hook) for module in model.modules()], then try: yield, then finally: "
    "for handle in handles: handle.remove(). The decorator is contextlib.contextmanager.",
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


def _call(candidate: Any, model: nn.Module, seed: int) -> None:
    manager(candidate, (model, _Log()), _TOLD)


def _calls(candidate: Any, seed: int) -> dict[str, Any]:
    def calls() -> str:
        model, log = _model(seed), _Log()
        within(candidate, (model, log), _TOLD, lambda: model(_X))
        return " → ".join(log.names) or "none"

    return {"the modules for which the hook is called, one after the other": calls}


def _nested(candidate: Any, seed: int) -> dict[str, Any]:
    def calls() -> dict[str, int]:
        model, outer, inner = _model(seed), _Log(), _Log()

        def twice() -> None:
            within(candidate, (model, inner), _TOLD, lambda: model(_X))
            model(_X)

        within(candidate, (model, outer), _TOLD, twice)
        model(_X)
        return {"calls of the outer hook": len(outer.names), "calls of the inner hook": len(inner.names)}

    return {"the model runs inside both, inside the outer one, and after them": calls}


LOOKS = (
    Look(
        "every module",
        "inside the with-block the hook is called once for every module: nested ones, and the model itself",
        _calls,
    ),
    hooks_removed(_model, _use, "removed", "after the with-block the hooks are gone", ""),
    removed_after_an_error(
        _model,
        partial(_use, body=fail),
        promise="the hooks are gone even when the with-block ends in an error",
        where="in the with-block",
    ),
    others_stay(_model, _use, promise="hooks that were there before stay"),
    hooks_removed(_model, _call, "not before", "nothing is registered before the with statement is entered", ""),
    Look(
        "nested",
        "two of them work one inside the other, and the outer one goes on after the inner one",
        _nested,
    ),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_WHO = "which modules get the hook: model.modules() finds all"
_OFF = "how the hooks are taken off: each handle has a remove()"


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


@BANK.mistake("registers as soon as it is called, before the with statement", "when the hooks are registered", 3)
class _Early:
    def __init__(self, model: nn.Module, hook: Callable) -> None:
        self.handles = [module.register_forward_hook(hook) for module in model.modules()]

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: Any) -> None:
        for handle in self.handles:
            handle.remove()


@BANK.mistake("reaches only the modules that have no children", _WHO, 2, by=_managing)
def _leaves_only(model: nn.Module) -> list[nn.Module]:
    return [module for module in model.modules() if not list(module.children())]


BANK.add("never_removed", "leaves its hooks on the model", _OFF, 1, _managing(remove=remove_none))
BANK.add(
    "not_after_error",
    "leaves its hooks on the model when the with-block ends in an error",
    "where the removal stands: in a `finally`",
    2,
    _managing(always=False),
)
BANK.add("children_only", "reaches the model's direct children only", _WHO, 2, _managing(nn.Module.children))
BANK.add("without_model", "leaves out the model itself", _WHO, 2, _managing(lambda model: list(model.modules())[1:]))
BANK.add("model_only", "puts the hook on the model itself alone", _WHO, 2, _managing(lambda model: [model]))
BANK.add(
    "twice",
    "registers the hook twice on every module",
    "how often register_forward_hook is called",
    3,
    _managing(lambda model: [*model.modules(), *model.modules()]),
)
BANK.add("clears_all", "takes off all hooks, other people's too", _OFF, 1, _managing(remove=clear_all))
BANK.add(
    "removes_last",
    "takes off the last hook only",
    "what is kept of the handles: all of them",
    1,
    _managing(remove=remove_last),
)
BANK.add(
    "removes_first",
    "takes off the first hook only",
    "what is kept of the handles: all of them",
    1,
    _managing(remove=lambda model, handles: handles[0].remove()),
)
BANK.add(
    "swallows",
    "swallows errors of the with-block",
    "what happens to an exception: finally, not except",
    2,
    _managing(swallow=Exception),
)
BANK.add(
    "pre_hook",
    "registers a hook that runs before forward, and knows no output",
    "which register function: register_forward_hook",
    3,
    _managing(register="register_forward_pre_hook"),
)

EXERCISE = Exercise(name="hooks_on", hints=HINTS, right=_managing(), tests={"test_hooks_on": LOOKS}, mistakes=BANK.all)
