"""Keep the oracles right: torch as it was imported, whatever a notebook has put in its place since."""

import types
from collections.abc import Iterator
from contextlib import contextmanager
from operator import is_
from typing import Any

import torch
from torch import nn

_Space = types.ModuleType | type
_snapshots: dict[_Space, dict[str, Any]] = {}
_last_seen: dict[_Space, tuple[tuple[Any, ...], list]] = {}  # all values of a space, and what was found changed


def remember(module: types.ModuleType) -> None:
    """Take note of a library module's names, and of what its classes of modules consist of."""
    _note(module, *(thing for thing in _classes(module) if issubclass(thing, nn.Module)))


def remember_all(module: types.ModuleType) -> None:
    """Take note of a module's names, and of what the classes that are written in it consist of."""
    own = [thing for thing in _classes(module) if thing.__module__ == module.__name__]
    _note(module, *filter(_can_be_patched, own))


def remember_own_modules(module: types.ModuleType) -> None:
    """Take note of what the classes of modules consist of that are written in a module of the course.

    A hook gets modules to see, and `type(module).forward = None` is one line.
    """
    own = [thing for thing in _classes(module) if issubclass(thing, nn.Module) and thing.__module__ == module.__name__]
    _note(*own)


def _classes(module: types.ModuleType) -> list[type]:
    return [thing for thing in vars(module).values() if isinstance(thing, type)]


def _can_be_patched(thing: type) -> bool:
    return bool(thing.__flags__ & _HEAP_TYPE)


def _note(*spaces: _Space) -> None:
    for space in spaces:
        _snapshots.setdefault(space, dict(vars(space)))


@contextmanager
def library_as_imported() -> Iterator[None]:
    """Run a block with the remembered names as they were; a notebook's own patches come back, the block's are undone.

    `nn.BatchNorm2d = BatchNorm2d` in a notebook would otherwise make the oracle of the student's own code.
    """
    patched = _put_right()
    try:
        yield
    finally:
        _put_right()
        for space, name, own in patched:
            _set(space, name, own)


def _put_right() -> list[tuple[_Space, str, Any]]:
    """Give all remembered names what they held; tell what they held until now."""
    changes = [change for space in _snapshots for change in _changes(space)]
    for space, name, right, _ in changes:
        _set(space, name, right)
    return [(space, name, own) for space, name, _, own in changes]


def _set(space: _Space, name: str, value: Any) -> None:
    delattr(space, name) if value is _GONE else setattr(space, name, value)


def _changes(space: _Space) -> list[tuple[_Space, str, Any, Any]]:
    """List what is not as remembered: (space, name, what is right, what is there instead)."""
    now = vars(space)
    seen, found = _last_seen.get(space, ((), []))
    # Thousands of names, and this runs for each check: values are compared in their order, without looking one name up.
    if len(now) != len(seen) or not all(map(is_, now.values(), seen)):
        then = _snapshots[space]
        names = [name for name, right in then.items() if now.get(name, _GONE) is not right]
        if isinstance(space, type):  # a new name of a class may hide an inherited one: `torch.Tensor.mean = ...`
            names += [name for name in now if name not in then and not name.startswith("__")]
        found = [(space, name, then.get(name, _GONE), now.get(name, _GONE)) for name in names]
        _last_seen[space] = tuple(now.values()), found
    return found


_GONE = object()
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: a class that was written in Python

for _module in (torch, nn, nn.functional, torch.testing):
    remember(_module)
_snapshots[torch.Tensor] = dict(vars(torch.Tensor))
