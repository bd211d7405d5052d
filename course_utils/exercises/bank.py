"""The bank of known mistakes of one exercise: words and code in one place."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from course_utils.checking.values import Mistake

_Thing = TypeVar("_Thing")


class Bank:
    """Collects mistakes in the order in which they are written down."""

    def __init__(self) -> None:
        self._mistakes: list[Mistake] = []

    def add(self, id_: str, belief: str, look_at: str, hint: int, candidate: Any, *also: Any) -> None:
        """Add a mistake whose code is made by a call, a lambda or a function that many exercises share.

        belief completes "behaves exactly like one that …", look_at completes "look at …"; hint: the rung that helps.
        """
        self._mistakes.append(Mistake(id_, belief, look_at, hint, candidate, also))

    def mistake(
        self, belief: str, look_at: str, hint: int, by: Callable[[Any], Any] = lambda thing: thing
    ) -> Callable[[_Thing], _Thing]:
        """Decorate the class or function that makes a mistake; its own name, in snake case, is the mistake's id.

        by: makes the candidate of what is decorated, where that is only the change (`changed`, say).
        """

        def note(thing: _Thing) -> _Thing:
            self.add(_snake_case(thing.__name__), belief, look_at, hint, by(thing))
            return thing

        return note

    def about(self, look_at: str, hint: int, by: Callable[[Any], Any] = lambda thing: thing) -> Callable[..., None]:
        """Make an `add` for mistakes that share the place to look, the hint, and how each is made of what it changes.

        It takes id, belief, and the changes, one or more: `by` makes a candidate of each.
        """

        def add(id_: str, belief: str, *changes: Any) -> None:
            self.add(id_, belief, look_at, hint, *map(by, changes))

        return add

    @property
    def all(self) -> tuple[Mistake, ...]:
        """All mistakes, in their order."""
        return tuple(self._mistakes)


def _snake_case(name: str) -> str:
    """Write _NoMiddleReLU as no_middle_relu."""
    name = name.strip("_").replace("ReLU", "Relu")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
