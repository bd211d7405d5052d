"""What the judge sees of the student's code: stand-ins for classes, modules and functions that live elsewhere.

A stand-in for a module is an nn.Module with parameters and buffers of its own, so that it can be filled, moved, saved
and compared like any other. Only when it is called does the student's process compute: it first gets the stand-in's
tensors, and what it has changed comes back.
"""

import sys
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from course_utils.checking import shortcuts
from course_utils.grading.run.wire import SPECIAL

if TYPE_CHECKING:
    from course_utils.grading.judge.session import Session

_COURSE = "course_utils"
_PLAIN = {bool, int, float, str}


class RemoteClass(type):
    """The kind of a stand-in for a student's class: calling it builds an object in the student's process."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Build one."""
        return cls.session.call(cls.key, "__call__", args, kwargs)

    def __getattr__(cls, name: str) -> Any:
        """Ask for what the class was not known to have."""
        if name.startswith("_") or "session" not in vars(cls):
            raise AttributeError(name)
        return cls.session.get(cls.key, name)


class Mirror(nn.Module):
    """A stand-in for a module of the student's."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's module."""
        return self.session.call(self.key, "__call__", args, kwargs)

    def extra_repr(self) -> str:
        """Give the text that print shows."""
        return self.session.call(self.key, "extra_repr", (), {})

    def __deepcopy__(self, memo: dict) -> Any:
        """Let the student's process make the copy: whether it can is a question of its own."""
        return self.session.call(self.key, "__deepcopy__", (), {})

    def __getattr__(self, name: str) -> Any:
        """Ask the student's process for what is neither a tensor nor a plain value."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name.startswith("_") or name in {"key", "session"}:
                raise
            return self.session.get(self.key, name)


class Thing:
    """A stand-in for anything else: a function, a context manager."""

    def __getattr__(self, name: str) -> Any:
        """Ask the student's process."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.session.get(self.key, name)


class Thrown:
    """An error of the judge's, on its way into the student's with-block."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


# Rules about how an answer is made ask where its classes come from: the machinery of stand-ins must not be an answer.
Mirror.__module__ = Thing.__module__ = "__main__"


def make_class(session: "Session", key: str, told: dict) -> type:
    """Make a stand-in for a class of the student's, with the library's own classes among its bases."""
    is_module = ["torch.nn.modules.module", "Module"] in told["bases"]
    library = next((found for base in told["bases"][1:] if (found := _find(*base)) is not None), None)
    own = _find(*told["bases"][0])
    if own is not None and is_module and own is not nn.Module:
        library = own
    space: dict[str, Any] = {"session": session, "__module__": str(told["bases"][0][0])}
    # Nothing that Python asks on its own, such as __eq__, is ever the student's to answer.
    plain = {name: session.plain(value) for name, value in told["plain"].items() if not name.startswith("_")}
    space |= {name: value for name, value in plain.items() if type(value) in _PLAIN and name not in space}
    special = [name for name in SPECIAL if name in told["special"]]
    if is_module:
        space |= {name: _special(name) for name in special if name != "__call__"}
        bases = (Mirror, library) if library not in (None, nn.Module) else (Mirror,)
        # A class that is its author's own derives from nn.Module and nothing else.
        return RemoteClass(str(told["name"]), bases, {**space, "key": key})
    space |= {name: _special(name) for name in special}
    return RemoteClass(str(told["name"]), (Thing,), {**space, "key": key})


def _special(name: str) -> Any:
    if name == "__exit__":

        def leave(self: Any, _kind: Any, error: BaseException | None, _trace: Any) -> Any:
            args = (None, None, None) if error is None else (Thrown(error),)
            return self.session.call(self.key, name, args, {})

        return leave

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return self.session.call(self.key, name, args, kwargs)

    return method


def _find(module: str, name: str) -> type | None:
    """Find a class of torch, torchvision or the course by its name; anything else is the student's own."""
    if module.split(".", maxsplit=1)[0] not in {"torch", "torchvision", _COURSE}:
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = vars(found).get(part) if found is not None else None
    return found if isinstance(found, type) and issubclass(found, nn.Module) else None


def modes() -> tuple[list[Any], list[Any]]:
    """Give the modes of torch that are on: those that watch what is called, and those that change what it does."""
    on = [mode for mode in torch.overrides._get_current_function_mode_stack() if type(mode).__name__ != "DeviceContext"]
    watching = [mode for mode in on if type(mode).__module__ == shortcuts.__name__]
    return watching, [mode for mode in on if mode not in watching]
