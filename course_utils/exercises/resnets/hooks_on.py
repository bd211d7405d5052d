"""hooks_on: a context manager that puts a forward hook on every module of a model, and always takes it off again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import torch
from torch import nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise

HINTS = (
    "register_forward_hook gives back a handle. What do you have to keep, so that you can undo it?",
    "model.modules() walks through all modules, nested ones and the model itself. Keep the handles in a list, and "
    "remove them in a `finally`, so that an error inside the with-block does not leave them behind.",
    "handles = [module.register_forward_hook(hook) for module in model.modules()], then try: yield, then finally: "
    "for handle in handles: handle.remove(). The decorator is contextlib.contextmanager.",
)


def _model() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh())), nn.Linear(4, 2))


_MODULES = ("Linear", "ReLU", "Tanh", "Sequential", "Sequential", "Linear", "Sequential")  # in order of their outputs
_X = torch.linspace(-1, 1, 6).reshape(2, 3)


class _Log:
    """A forward hook that writes down whom it was called for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, module: nn.Module, inputs: tuple, output: Any) -> None:
        self.names.append(type(module).__name__)


def _hooks_left(model: nn.Module) -> int:
    return sum(
        len(getattr(module, kind))
        for module in model.modules()
        for kind in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks")
    )


def _used(candidate: Any, model: nn.Module, hook: Any, body: Callable[[], Any]) -> None:
    with asking("entering and leaving `with hooks_on(model, hook):`"):
        manager = candidate(model, hook)
        if not hasattr(manager, "__enter__"):
            raise broken(
                "hooks_on works in a with statement",
                f"it returned a {type(manager).__name__}: is @contextmanager missing above it?",
            )
        with manager:
            body()


def _every_module(candidate: Any, seed: int) -> None:
    model, log = _model(), _Log()
    _used(candidate, model, log, lambda: model(_X))
    if tuple(log.names) != _MODULES:
        raise broken(
            "inside the with-block the hook is called once for every module: nested ones, and the model itself",
            f"expected calls for {', '.join(_MODULES)}",
            f"got {', '.join(log.names) or 'none'}",
        )


def _removed(candidate: Any, seed: int) -> None:
    model, log = _model(), _Log()
    _used(candidate, model, log, lambda: None)
    model(_X)
    if log.names or _hooks_left(model):
        raise broken("after the with-block the hooks are gone", f"there are {_hooks_left(model)} left")


class _OwnError(Exception):
    pass


def _fail() -> None:
    raise _OwnError


def _removed_after_an_error(candidate: Any, seed: int) -> None:
    model = _model()
    try:
        with candidate(model, _Log()):
            _fail()
    except _OwnError:
        pass
    else:
        raise broken("an error in the with-block comes through", "it was swallowed: nobody would ever learn of it")
    if _hooks_left(model):
        promise = "the hooks are gone even when the with-block ends in an error"
        raise broken(promise, f"there are {_hooks_left(model)} left: is the removal in a `finally`?")


def _others_stay(candidate: Any, seed: int) -> None:
    model, other = _model(), _Log()
    for module in model.modules():
        module.register_forward_hook(other)
    _used(candidate, model, _Log(), lambda: None)
    model(_X)
    if tuple(other.names) != _MODULES:
        raise broken(
            "hooks that were there before stay", f"{len(_MODULES) - len(other.names)} of {len(_MODULES)} are gone"
        )


def _not_before(candidate: Any, seed: int) -> None:
    model = _model()
    candidate(model, _Log())
    if _hooks_left(model):
        raise broken(
            "nothing is registered before the with statement is entered", f"there are {_hooks_left(model)} hooks"
        )


def _nested(candidate: Any, seed: int) -> None:
    model, outer, inner = _model(), _Log(), _Log()

    def twice() -> None:
        _used(candidate, model, inner, lambda: model(_X))
        model(_X)

    _used(candidate, model, outer, twice)
    calls, wanted = (len(outer.names), len(inner.names)), (2 * len(_MODULES), len(_MODULES))
    if calls != wanted or _hooks_left(model):
        raise broken(
            "two of them work one inside the other, and the outer one goes on after the inner one",
            f"expected {wanted[0]} calls of the outer hook and {wanted[1]} of the inner one",
            f"got {calls[0]} and {calls[1]}",
        )


def _probe(candidate: Any) -> Looks:
    def log(body: Callable[[nn.Module], Any]) -> list[str]:
        model, hook = _model(), _Log()
        with candidate(model, hook):
            body(model)
        return hook.names

    def left(body: Callable[[], Any], others: bool = False) -> tuple[list[int], bool]:
        model = _model()
        for module in model.modules() if others else ():
            module.register_forward_hook(_Log())
        came_through = False
        try:
            with candidate(model, _Log()):
                body()
        except _OwnError:
            came_through = True
        return [len(module._forward_hooks) for module in model.modules()], came_through

    def early() -> int:
        model = _model()
        manager = candidate(model, _Log())
        found = _hooks_left(model)
        del manager
        return found

    return {
        "calls": lambda: log(lambda model: model(_X)),
        "left": lambda: left(lambda: None),
        "left after an error": lambda: left(_fail),
        "others": lambda: left(lambda: None, others=True),
        "early": early,
    }


# --- the bank -------------------------------------------------------------------------------------------------------


@contextmanager
def right_hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    """Do it right."""
    with _managing()(model, hook):
        yield


def _managing(
    modules: Callable[[nn.Module], Any] = nn.Module.modules,
    register: str = "register_forward_hook",
    remove: Callable[[nn.Module, list], Any] = lambda model, handles: [handle.remove() for handle in handles],
    always: bool = True,
    swallow: type[Exception] | tuple = (),
) -> Any:
    """Make a context manager that registers on some modules, in some way, and removes in some way."""

    @contextmanager
    def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
        handles = [getattr(module, register)(hook) for module in modules(model)]
        failed = True
        try:
            with suppress(swallow):
                yield
            failed = False
        finally:
            if always or not failed:
                remove(model, handles)

    return hooks_on


def _clear_all(model: nn.Module, handles: list) -> None:
    for module in model.modules():
        module._forward_hooks.clear()


class _Early:
    def __init__(self, model: nn.Module, hook: Callable) -> None:
        self.handles = [module.register_forward_hook(hook) for module in model.modules()]

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: Any) -> None:
        for handle in self.handles:
            handle.remove()


def _leaves(model: nn.Module) -> list[nn.Module]:
    return [module for module in model.modules() if not list(module.children())]


_WHO = "which modules get the hook: model.modules() finds all"
_OFF = "how the hooks are taken off: each handle has a remove()"

MISTAKES = (
    Mistake("never_removed", "leaves its hooks on the model", _OFF, 1, _managing(remove=lambda model, handles: None)),
    Mistake(
        "not_after_error",
        "leaves its hooks on the model when the with-block ends in an error",
        "where the removal stands: in a `finally`",
        2,
        _managing(always=False),
    ),
    Mistake("children_only", "reaches the model's direct children only", _WHO, 2, _managing(nn.Module.children)),
    Mistake("leaves_only", "reaches only the modules that have no children", _WHO, 2, _managing(_leaves)),
    Mistake(
        "without_model", "leaves out the model itself", _WHO, 2, _managing(lambda model: list(model.modules())[1:])
    ),
    Mistake("model_only", "puts the hook on the model itself alone", _WHO, 2, _managing(lambda model: [model])),
    Mistake(
        "twice",
        "registers the hook twice on every module",
        "how often register_forward_hook is called",
        3,
        _managing(lambda model: [*model.modules(), *model.modules()]),
    ),
    Mistake("clears_all", "takes off all hooks, other people's too", _OFF, 1, _managing(remove=_clear_all)),
    Mistake(
        "removes_last",
        "takes off the last hook only",
        "what is kept of the handles: all of them",
        1,
        _managing(remove=lambda model, handles: handles[-1].remove()),
    ),
    Mistake(
        "removes_first",
        "takes off the first hook only",
        "what is kept of the handles: all of them",
        1,
        _managing(remove=lambda model, handles: handles[0].remove()),
    ),
    Mistake(
        "swallows",
        "swallows errors of the with-block",
        "what happens to an exception: finally, not except",
        2,
        _managing(swallow=Exception),
    ),
    Mistake(
        "pre_hook",
        "registers a hook that runs before forward, and knows no output",
        "which register function: register_forward_hook",
        3,
        _managing(register="register_forward_pre_hook"),
    ),
    Mistake(
        "early",
        "registers as soon as it is called, before the with statement",
        "when the hooks are registered",
        3,
        _Early,
    ),
)

EXERCISE = Exercise(
    name="hooks_on",
    hints=HINTS,
    right=right_hooks_on,
    tests={
        "test_hooks_on": (
            Check("every module", _every_module),
            Check("removed", _removed),
            Check("removed after an error", _removed_after_an_error),
            Check("others stay", _others_stay),
            Check("not before", _not_before),
            Check("nested", _nested),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
