"""Classes that say nothing about what they are: those that a student's own test is asked to judge."""

from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import nn

_DISGUISED: WeakKeyDictionary[type[nn.Module], type[nn.Module]] = WeakKeyDictionary()


def disguised(candidate: type[nn.Module], name: str) -> type[nn.Module]:
    """Give a class that does the same, and whose name, module and methods' names say nothing about it."""

    class Disguised(candidate):
        __doc__ = None

        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x)

    for thing, called in ((Disguised, name), (Disguised.__init__, "__init__"), (Disguised.forward, "forward")):
        thing.__module__, thing.__qualname__ = "__main__", name if called == name else f"{name}.{called}"
    Disguised.__name__ = name
    _DISGUISED[Disguised] = candidate
    return Disguised


def undisguised(candidate: type[nn.Module]) -> type[nn.Module]:
    """Give the class that was disguised as this one, or this one."""
    return _DISGUISED.get(candidate, candidate)
