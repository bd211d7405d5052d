"""Which name was meant, when there is none of that name."""

from collections.abc import Iterable
from difflib import get_close_matches

_ALIKE = 0.6  # difflib's own measure and default


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Ask for the name that is most like `name`, capitals aside, with a space before; "" where none is like it."""
    by_lower = {each.lower(): each for each in known}
    return "".join(f" Did you mean {by_lower[one]!r}?" for one in get_close_matches(name.lower(), by_lower, 1, _ALIKE))
