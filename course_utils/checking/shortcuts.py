"""Refuse, kindly, an answer that hands the exercise to the library instead of doing it."""

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from torch import nn
from torch.overrides import TorchFunctionMode

from course_utils.checking.student import Stopped
from course_utils.checking.tensors import broken, with_article
from course_utils.checking.values import PromiseBroken


def insist_module_class(candidate: Any) -> None:
    """Raise PromiseBroken unless `candidate` is a class derived from nn.Module."""
    if isinstance(candidate, nn.Module):
        raise broken(
            "the test gets the class itself", f"it got an instance: pass {type(candidate).__name__} without calling it"
        )
    if not (isinstance(candidate, type) and issubclass(candidate, nn.Module)):
        raise broken("the answer is a class that derives from nn.Module", f"it is {_told(candidate)}")


def _told(thing: Any) -> str:
    """Say what was handed in; not by its `repr`, which may hold an address."""
    if isinstance(thing, type):
        return f"the class {thing.__name__}, which does not"
    return "None" if thing is None else with_article(type(thing).__name__)


def insist_own_class(candidate: type[nn.Module], forbidden: tuple[type, ...] = ()) -> None:
    """Raise PromiseBroken if the class is, or derives from, a finished one of torch.nn or torchvision."""
    finished = _finished_base(candidate, forbidden)
    if finished is not None:
        raise _refusal(f"{candidate.__name__} is built on {_full_name(finished)}")


def _finished_base(candidate: type, forbidden: tuple[type, ...]) -> type | None:
    """Find a finished class among the bases, by its public name; the course's own right parts may have one."""
    for base in candidate.__mro__:
        library = base.__module__.split(".")[0]
        if library == "course_utils":
            return None
        if library == "torchvision" or (library == "torch" and issubclass(base, forbidden)):
            return base
    return None


def insist_own_parts(module: nn.Module, forbidden: tuple[type, ...] = ()) -> None:
    """Raise PromiseBroken if a finished class does the work inside the student's module."""
    for name, part in module.named_modules():
        finished = _finished_base(type(part), forbidden)
        if finished is not None:
            raise _refusal(f"its part {name!r} is {_full_name(finished)}")


def insist_own_work(candidate: Any, make: Callable[[], nn.Module], forbidden: tuple[type, ...] = ()) -> None:
    """Raise PromiseBroken unless `candidate` is a module class of the student's own, down to its parts (see `make`)."""
    insist_module_class(candidate)
    insist_own_class(candidate, forbidden)
    try:
        module = make()
    except PromiseBroken as error:
        raise Stopped("building it") from error  # the other checks tell it; whose work it is can't be known
    insist_own_parts(module, forbidden)


def insist_own_steps(call: Callable[[], Any], forbidden: Iterable[str], caller: str = "forward") -> None:
    """Raise PromiseBroken if `call` uses one of torch's functions (by name) that do the whole exercise.

    caller: the student's function that is at work. A call that fails is for the other checks to tell.
    """
    with _CallsSeen() as seen, suppress(Stopped, PromiseBroken):
        call()
    used = sorted(seen.names.intersection(forbidden))
    if used:
        raise _refusal(f"{caller} calls torch's own {used[0]}")


def codes_run(call: Callable[[], Any]) -> set[Any]:
    """Collect the code of every Python function that runs during a call; one that fails is for others to tell."""
    seen, before = set(), sys.getprofile()
    sys.setprofile(lambda frame, event, arg: seen.add(frame.f_code))
    try:
        with suppress(Exception):
            call()
    finally:
        sys.setprofile(before)
    return seen


class _CallsSeen(TorchFunctionMode):
    """Remember which of torch's functions are called."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        self.names.add(getattr(func, "__name__", ""))
        return func(*args, **(kwargs or {}))


def _refusal(what: str) -> Exception:
    return broken(
        "the work is your own",
        f"{what}, which already does this exercise: the point is to build it once yourself",
    )


def _full_name(cls: type) -> str:
    library = cls.__module__.split(".")[0]
    return f"{library}'s own {cls.__name__}"
