"""Refuse, kindly, an answer that hands the exercise to the library instead of doing it."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

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
    """Find a finished class among the bases; the course's own right parts may have one."""
    bases = _bases(candidate)
    for at, base in enumerate(bases):
        library = _library(base)
        if library == "course_utils":
            return None
        if library == "torchvision" or (library == "torch" and _has_any(bases[at:], forbidden)):
            return base
    return None


def _has_any(bases: Iterable[type], wanted: Iterable[type]) -> bool:
    """Look by identity: what equals what, a metaclass could have its own idea of."""
    return bool(set(map(id, bases)) & set(map(id, wanted)))


def _bases(cls: type) -> tuple[type, ...]:
    """Give the bases as Python has them; a metaclass could tell others."""
    return type.__dict__["__mro__"].__get__(cls)


# --- whose a class is: what it said before any student's code ran, not what it says afterwards -----------------------

_noted: dict[int, tuple[type, str]] = {}


def note_libraries() -> None:
    """Take note of all modules of the libraries, and of the course: from now on, no other class is the course's."""
    found, seen = [nn.Module], {id(nn.Module)}
    for cls in found:
        more = [one for one in type.__subclasses__(cls) if id(one) not in seen]
        seen.update(map(id, more))
        found += more
        _noted[id(cls)] = cls, _told_library(cls)


def note_right_part(cls: type) -> type:
    """Take a class for the course's own: it has come from the judge. Where nothing is noted, all are believed."""
    if _noted:
        _noted[id(cls)] = cls, "course_utils"
    return cls


def _library(cls: type) -> str:
    """Give the library that a class is of; a new one, after `note_libraries`, is believed where it gains nothing."""
    if id(cls) in _noted:
        return _noted[id(cls)][1]
    told = _told_library(cls)
    return "" if _noted and told == "course_utils" else told


def _told_library(cls: type) -> str:
    return str(cls.__module__).partition(".")[0]


def insist_own_parts(module: nn.Module, forbidden: tuple[type, ...] = ()) -> None:
    """Raise PromiseBroken if a finished class does the work inside the student's module."""
    for name, part in _parts(module):
        finished = _finished_base(type(part), forbidden)
        if finished is not None:
            raise _refusal(f"its part {name!r} is {_full_name(finished)}")


def _parts(module: nn.Module) -> Iterator[tuple[str, Any]]:
    """Give all parts; not by `named_modules`, which a class may have of its own."""
    seen: set[int] = set()
    waiting = [("", module)]
    while waiting:
        name, part = waiting.pop(0)
        if id(part) in seen:
            continue
        seen.add(id(part))
        yield name, part
        inner = vars(part).get("_modules", {}).items()
        waiting = [(f"{name}.{each}".lstrip("."), one) for each, one in inner if one is not None] + waiting


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
    with _CallsSeen() as seen, _OpsSeen() as dispatched, suppress(Stopped, PromiseBroken):
        call()
    used = sorted((seen.names | dispatched.names).intersection(forbidden))
    if used:
        raise _refusal(f"{caller} calls torch's own {used[0]}")
    if dispatched.hidden:
        raise broken("the work is your own", f"{caller} hides from this test which of torch's functions it calls")


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


# By what other names torch does the work of a function, once it has been called.
_ALSO = {
    **dict.fromkeys(("native_batch_norm", "_native_batch_norm_legit", "_batch_norm_with_update"), "batch_norm"),
    **{"native_layer_norm": "layer_norm", "native_group_norm": "group_norm", "_prelu_kernel": "prelu"},
    **{"_adaptive_avg_pool2d": "adaptive_avg_pool2d", "rrelu_with_noise": "rrelu", "convolution": "conv2d"},
}


class _OpsSeen(TorchDispatchMode):
    """Remember what torch does, by whichever way it was called; and whether it was called where none can see that."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.hidden = False

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func._schema.name.partition("::")[2]
        self.names |= {name, _ALSO.get(name, name)}
        self.hidden |= torch._C._is_torch_function_all_disabled()
        return func(*args, **(kwargs or {}))


def _refusal(what: str) -> Exception:
    return broken(
        "the work is your own",
        f"{what}, which already does this exercise: the point is to build it once yourself",
    )


def _full_name(cls: type) -> str:
    return f"{_library(cls)}'s own {cls.__name__}"
