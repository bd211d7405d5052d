"""What several rows of one table share: to build a module takes longer than most looks at it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from torch import nn

_Made = TypeVar("_Made")
_Built = dict[tuple, tuple[Any, tuple]]
_blocks: list[_Built] = []
_recent: list[tuple[dict, ...]] = []
_MOST_KEPT = 8  # tables that keep what is large at a time: a bank's networks and feature maps would fill a gigabyte


@contextmanager
def sharing(built: _Built, *others: dict) -> Iterator[None]:
    """Share what is built in this block through `built`, and nothing of other blocks.

    Modules in `built`, and all of the other dicts, are let go of after a while; they are made again where asked for.
    """
    _keep(built, *others)
    _blocks.append(built)
    try:
        yield
    finally:
        _blocks.pop()


def _keep(*kept: dict) -> None:
    _recent[:] = [*(one for one in _recent if one[0] is not kept[0]), kept]
    while len(_recent) > _MOST_KEPT:
        built, *others = _recent.pop(0)
        for wanted in [one for one, (made, _) in built.items() if _holds_a_module(made)]:
            del built[wanted]
        for other in others:
            other.clear()


def _holds_a_module(made: Any) -> bool:
    return any(isinstance(one, nn.Module) for one in (made if isinstance(made, tuple) else (made,)))


def shared(make: Callable[..., _Made], *args: Any) -> _Made:
    """Give `make(*args)`, in a block made when it is first asked for.

    For looks that leave it as it was, or set weights, dtype and mode themselves and look at nothing else.
    """
    if not _blocks:
        return make(*args)
    wanted = (make, *map(id, args))  # what is no class may have no hash
    built = _blocks[-1]
    if wanted not in built:
        built[wanted] = make(*args), args
    return built[wanted][0]
