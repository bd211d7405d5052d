"""Known mistakes that are right code with another setting: one function makes right code and all of them."""

from collections.abc import Callable, Mapping
from typing import Any

from course_utils.exercises.bank import Bank

Way = Mapping[str, Any]


class Ways:
    """Adds mistakes to a bank by their settings: make(setting=…). each: where every one is made in several ways more."""

    def __init__(self, bank: Bank, make: Callable[..., Any], each: tuple[Way, ...] = ({},)) -> None:
        self._bank, self._make, self._each = bank, make, each

    def add(self, id_: str, belief: str, look_at: str, hint: int, *ways: Way, **way: Any) -> None:
        """Add a mistake: its settings, or several of them where it can be made in several ways."""
        made = [self._make(**one, **more) for one in ways or (way,) for more in self._each]
        self._bank.add(id_, belief, look_at, hint, *made)
