"""What known mistakes of the exercises with hooks share: how hooks are taken off, or are not.

`ways` makes code that takes them off as its settings say: those of `tidied`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from torch import nn

from course_utils.exercises.ways import Place, Ways

Handles = Sequence[Any]
Remove = Callable[[nn.Module, Handles], Any]
Errors = type[BaseException] | tuple[()]

REMOVE = "how the hooks are taken off: each handle has a remove(), and a `finally` reaches it in any case"
IN_FINALLY = "where the removal stands: in a `finally`"


def remove_all(model: nn.Module, handles: Handles) -> None:
    """Take off one's own hooks."""
    for handle in handles:
        handle.remove()


def remove_none(model: nn.Module, handles: Handles) -> None:
    """Leave them."""


def clear_all(model: nn.Module, handles: Handles) -> None:
    """Take off all forward hooks, other people's too."""
    for module in model.modules():
        module._forward_hooks.clear()


def clear_own(model: nn.Module, handles: Handles) -> None:
    """Take off all hooks of the modules that have one's own."""
    for handle in handles:
        handle.hooks_dict_ref().clear()


@contextmanager
def tidied(
    model: nn.Module,
    handles: Handles,
    remove: Remove = remove_all,
    after_errors: Errors = BaseException,
    swallow: Errors = (),
) -> Iterator[None]:
    """Take off hooks after the with-block, and after some errors in it; swallow: those that do not come through."""
    try:
        with suppress(swallow):
            yield
    except after_errors:
        remove(model, handles)
        raise
    remove(model, handles)


def early(make: Callable[..., Any], *args: Any) -> Any:
    """Make a context manager that is entered when it is made, not by the with statement."""
    stack = ExitStack()
    given = stack.enter_context(make(*args))

    @contextmanager
    def entered() -> Iterator[Any]:
        with stack:
            yield given

    return entered()


def add_clearing(place: Place, hint: int) -> None:
    """Add one that takes off everybody's hooks, from the whole model or from the modules that have its own."""
    removing = [{"remove": remove} for remove in (clear_all, clear_own)]
    place.add("clears_all", "takes off all hooks, other people's too", hint, *removing)


def add_last_only(place: Place, hint: int) -> None:
    """Add one that takes off a single one of its hooks."""
    place.add("removes_last", "takes off the last hook only", hint, remove=lambda model, handles: handles[-1].remove())


def add_not_after_interrupt(ways: Ways, belief: str) -> None:
    """Add one that catches errors, and is ended by what is none: the interrupt key."""
    place = ways.at("the kind of error that is caught: KeyboardInterrupt is no Exception; `finally` needs no kind")
    place.add("not_after_interrupt", belief, 2, after_errors=Exception)


def add_swallowing(ways: Ways, *kinds: type[BaseException]) -> None:
    """Add one through which errors of these kinds do not come."""
    place = ways.at("what happens to an exception: finally, not except")
    place.add("swallows", "swallows errors of the with-block", 2, *({"swallow": kind} for kind in kinds))
