"""Known mistakes that are right code with another setting: one function makes right code and all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from course_utils.checking.both import noting
from course_utils.exercises.bank import Bank

Way = Mapping[str, Any]


@dataclass(frozen=True)
class Ways:
    """Makes mistakes of a bank by their settings: make(setting=…). each: where every one is made in several ways."""

    bank: Bank
    make: Callable[..., Any]
    each: tuple[Way, ...] = ({},)

    def at(self, look_at: str) -> "Place":
        """Give a place to look at, to add the mistakes that are found there."""
        return Place(self, look_at)


@dataclass(frozen=True)
class Place:
    """A place in the student's code."""

    ways: Ways
    look_at: str

    def add(self, id_: str, belief: str, hint: int, *ways: Way, **way: Any) -> None:
        """Add a mistake that is found here: its settings, or several of them where it can be made in several ways."""
        made = [noting(self.ways.make)(**one, **more) for one in ways or (way,) for more in self.ways.each]
        self.ways.bank.add(id_, belief, self.look_at, hint, *made)
