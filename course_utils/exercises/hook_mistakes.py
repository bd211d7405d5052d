"""What known mistakes of the exercises with hooks share: how hooks are taken off, or are not.

`ways` makes code that takes them off as its settings say: those of `tidied`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from torch import nn

from course_utils.exercises.ways import Ways

Handles = Sequence[Any]
Remove = Callable[[nn.Module, Handles], Any]
Errors = type[BaseException] | tuple[()]

REMOVE = "how the hooks are taken off: each handle has a remove()"
IN_FINALLY = "where the removal stands: in a `finally`"


def remove_all(model: nn.Module, handles: Handles) -> None:
    """Take off one's own hooks."""
    for handle in handles:
        handle.remove()


def clear_all(model: nn.Module, handles: Handles) -> None:
    """Take off all forward hooks, other people's too."""
    for module in model.modules():
        module._forward_hooks.clear()


@contextmanager
def tidied(
    model: nn.Module, handles: Handles, remove: Remove = remove_all, after: Errors = BaseException, swallow: Errors = ()
) -> Iterator[None]:
    """Take off hooks after the with-block, and after some errors in it; swallow: errors that do not come through."""
    try:
        with suppress(swallow):
            yield
    except after:
        remove(model, handles)
        raise
    remove(model, handles)


class Early:
    """A context manager that is entered when it is made, not by the with statement."""

    def __init__(self, make: Callable[..., Any], *args: Any) -> None:
        self._inner = make(*args)
        self._given = self._inner.__enter__()

    def __enter__(self) -> Any:
        return self._given

    def __exit__(self, *error: Any) -> Any:
        return self._inner.__exit__(*error)


def add_left(ways: Ways, id_: str, belief: str, error: str, off: tuple[str, int], after_error: tuple[str, int]) -> None:
    """Add what is left always, and after an error; off, after_error: where to look then, and which hint helps."""
    ways.add(id_, belief, *off, remove=lambda model, handles: None)
    ways.add("not_after_error", f"{belief} when {error}", *after_error, after=())


def add_clearing(ways: Ways, look_at: str, hint: int, *also: Remove) -> None:
    """Add one that takes off everybody's hooks; also: in other ways."""
    removing = [{"remove": remove} for remove in (clear_all, *also)]
    ways.add("clears_all", "takes off all hooks, other people's too", look_at, hint, *removing)


def add_last_only(ways: Ways, look_at: str, hint: int) -> None:
    """Add one that takes off a single one of its hooks."""
    last = {"remove": lambda model, handles: handles[-1].remove()}
    ways.add("removes_last", "takes off the last hook only", look_at, hint, last)


def add_swallowing(ways: Ways, *kinds: type[BaseException]) -> None:
    """Add one through which errors of these kinds do not come."""
    look_at = "what happens to an exception: finally, not except"
    ways.add("swallows", "swallows errors of the with-block", look_at, 2, *({"swallow": kind} for kind in kinds))
