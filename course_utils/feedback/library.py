"""Keep the oracles right: torch as it was imported, whatever a notebook has put in its place since."""

import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

_Space = types.ModuleType | type
_snapshots: dict[_Space, dict[str, Any]] = {}


def remember(module: types.ModuleType) -> None:
    """Take note of a library module's names, and of what its classes of modules consist of."""
    classes = [thing for thing in vars(module).values() if isinstance(thing, type) and issubclass(thing, nn.Module)]
    for space in (module, *classes):
        _snapshots.setdefault(space, dict(vars(space)))


@contextmanager
def library_as_imported() -> Iterator[None]:
    """Run a block with the remembered names as they were; a notebook's own patches come back afterwards.

    `nn.BatchNorm2d = BatchNorm2d` in a notebook would otherwise make the oracle of the student's own code.
    """
    patched = [
        (space, name, right, vars(space).get(name, _GONE))
        for space, names in _snapshots.items()
        if not names.items() <= vars(space).items()  # thousands of names, of which hardly ever one is patched
        for name, right in names.items()
        if vars(space).get(name, _GONE) is not right
    ]
    for space, name, right, _ in patched:
        setattr(space, name, right)
    try:
        yield
    finally:
        for space, name, _, own in patched:
            delattr(space, name) if own is _GONE else setattr(space, name, own)


_GONE = object()

for _module in (torch, nn, nn.functional, torch.testing):
    remember(_module)
_snapshots[torch.Tensor] = dict(vars(torch.Tensor))
