"""Modules that several checks of one test share: to build one takes longer than most checks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn

_built: dict[tuple, tuple[nn.Module, tuple]] = {}


@contextmanager
def built_in_here() -> Iterator[None]:
    """Share what is built in this block, and nothing of before: the student may have changed the class since."""
    _built.clear()
    try:
        yield
    finally:
        _built.clear()


def shared(make: Callable[..., nn.Module], *args: Any) -> nn.Module:
    """Give `make(*args)`, made when it is first asked for.

    For checks that set weights, dtype and mode themselves, or look at none of them.
    """
    wanted = (make, *map(id, args))  # what is no class may have no hash
    if wanted not in _built:
        _built[wanted] = make(*args), args
    return _built[wanted][0]
