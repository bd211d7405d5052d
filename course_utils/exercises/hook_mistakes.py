"""What known mistakes of the exercises with hooks share: how hooks are taken off, or are not."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from torch import nn

Handles = Sequence[Any]
Remove = Callable[[nn.Module, Handles], Any]


def remove_all(model: nn.Module, handles: Handles) -> None:
    """Take off one's own hooks."""
    for handle in handles:
        handle.remove()


def remove_none(model: nn.Module, handles: Handles) -> None:
    """Leave them."""


def remove_last(model: nn.Module, handles: Handles) -> None:
    """Take off the last one only."""
    handles[-1].remove()


def clear_all(model: nn.Module, handles: Handles) -> None:
    """Take off all forward hooks, other people's too."""
    for module in model.modules():
        module._forward_hooks.clear()


@contextmanager
def tidied(
    model: nn.Module,
    handles: Handles,
    remove: Remove = remove_all,
    *,
    always: bool = True,
    swallow: type[Exception] | tuple[()] = (),
) -> Iterator[None]:
    """Take off hooks after the with-block. always: after an error, too; swallow: what errors do not come through."""
    failed = True
    try:
        with suppress(swallow):
            yield
        failed = False
    finally:
        if always or not failed:
            remove(model, handles)
