"""Keep what the student's code prints while it is checked: the beginning, for a loop without end prints without end."""

import io
from dataclasses import dataclass

LINES = 40  # that are kept
_WIDTH = 500  # characters of a line that are kept


@dataclass(frozen=True)
class Printed:
    """The first lines of what was printed, and how many more there were."""

    lines: tuple[str, ...] = ()
    more: int = 0


NOTHING = Printed()


class Prints(io.TextIOBase):
    """Takes the place of standard output."""

    def __init__(self) -> None:
        self._lines, self._last, self._more = [], "", 0

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep the text, or count its lines where there are enough."""
        *whole, last = text.split("\n")
        for piece in whole:
            self._end(self._last + piece)
            self._last = ""
        self._last = (self._last + last)[:_WIDTH]
        return len(text)

    def _end(self, line: str) -> None:
        if len(self._lines) < LINES:
            self._lines.append(line[:_WIDTH])
        else:
            self._more += 1

    @property
    def printed(self) -> Printed:
        """Give what has come until now."""
        room = len(self._lines) < LINES
        lines = (*self._lines, self._last) if self._last and room else tuple(self._lines)
        return Printed(lines, self._more + bool(self._last and not room))
