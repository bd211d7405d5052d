"""What several rows of one table share: to build a module takes longer than most looks at it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

_Made = TypeVar("_Made")
_blocks: list[dict[tuple, tuple[Any, tuple]]] = []


@contextmanager
def sharing(built: dict[tuple, tuple[Any, tuple]]) -> Iterator[None]:
    """Share what is built in this block through `built`, and nothing of other blocks."""
    _blocks.append(built)
    try:
        yield
    finally:
        _blocks.pop()


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
