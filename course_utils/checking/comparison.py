"""The student's table beside the right one, row by row, and beside those of known mistakes."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from course_utils.checking.causes import cause_of
from course_utils.checking.inside import forms
from course_utils.checking.look import Look
from course_utils.checking.observation import STOPPED, Named, same
from course_utils.checking.table import Seen
from course_utils.checking.values import Kept, Mistake, NotAttempted, Raised, Unchecked
from course_utils.checking.verdict import Judged

Place = tuple[int, str]
"""A row: its look's place in the test, and its name."""


@dataclass(frozen=True)
class Known:
    """A known mistake: the code that makes it, and its table."""

    mistake: Mistake
    candidate: Any
    table: Seen


class Comparison:
    """The student's table of one test beside the right one; a row that an accepted variant shows counts as right.

    only: the names of the looks that are compared; all of them without it.
    """

    def __init__(
        self,
        looks: Sequence[Look],
        judged: Sequence[Judged],
        mine: Seen,
        right: Seen,
        variants: Sequence[Seen],
        *,
        only: Container[str] | None = None,
    ) -> None:
        self._looks, self._mine, self._right, self._variants = looks, mine, right, variants
        compared = [(n, one) for n, one in enumerate(judged) if only is None or one.look.name in only]
        behaviour = [(n, one) for n, one in compared if not one.look.structural and _ran(one)]
        self.first_broken = [(n, one.row) for n, one in behaviour if not isinstance(one.outcome, Kept)]
        rows = [(n, name) for n, _ in behaviour for name in right.names(n)]
        self._first_stop = next((row for row in rows if isinstance(mine.row(*row), Raised)), None)
        self.off = [row for row in rows if not self.agrees(row, right)]
        first = [row for row in self.off if row in self.first_broken]
        parts = [next((row for row in rows if row[0] == n), None) for n, one in behaviour if one.look.of_parts]
        self.fine_parts = [row for row in parts if row and row not in self.off]
        self.parts_off = bool(self.off) and looks[self.off[0][0]].of_parts
        # What is broken is compared first: it rules most mistakes out at once.
        self.rows = list(dict.fromkeys([*first, *self.off, *rows]))
        self._in_order = rows

    def right_before(self, row: Place) -> list[Place]:
        """Give the rows before this one, in the table's order, that the student's code has right."""
        return [one for one in self._in_order[: self._in_order.index(row)] if one not in self.off]

    def agrees(self, row: Place, other: Seen) -> bool:
        """Say whether the student's row is as in the other table."""
        if self._same(row, self._mine, other):
            return True
        accepted = any(self._same(row, self._mine, one) for one in self._variants)
        return accepted and self._same(row, self._right, other)

    def right_agrees(self, row: Place, other: Seen) -> bool:
        """Say whether the other table has this row right."""
        return self._same(row, self._right, other)

    def adds_up(self, row: Place, one: Seen, other: Seen) -> bool:
        """Say whether as many things are missing, or too many, as in the two others together: code is slow to make."""
        right = _count(self._right.row(*row))
        return _count(self._mine.row(*row)) - right == sum(_count(each.row(*row)) - right for each in (one, other))

    def nothing_seen(self, row: Place) -> bool:
        """Say whether the student's code gave nothing to look at in this row."""
        return isinstance(self._mine.row(*row), STOPPED)

    def stops(self, row: Place) -> bool:
        """Say whether the student's code stops in this row."""
        return isinstance(self._mine.row(*row), Raised | Unchecked)

    def _same(self, row: Place, one: Seen, other: Seen) -> bool:
        look = self._looks[row[0]]
        mine, theirs = one.row(*row), other.row(*row)
        if not same(mine, theirs, look.depth):
            return False
        # An error's kind alone says too little; how far the code had come is asked once, for it takes long.
        if isinstance(mine, Raised) and look.inside is not None and row == self._first_stop:
            return forms(one.inside(*row)) == forms(other.inside(*row))
        return True

    def stops_alike(self, *others: Seen) -> bool:
        """Say whether wherever the student's code stops one of the others does, and in the same words."""
        stopped = [row for row in self.off if isinstance(self._mine.row(*row), Raised)]
        return all(any(_say_the_same(self._mine.row(*row), other.row(*row)) for other in others) for row in stopped)


def _count(value: Any) -> int:
    """Count what a row lists; 0 for what is no list."""
    match value:
        case Named(pairs):
            return len(pairs)
        case dict():
            return sum(max(1, _count(one)) for one in value.values())
    return 0


def _say_the_same(one: Raised, other: Any) -> bool:
    """Say whether two errors have one cause, or one wording, whatever sizes and names stand in it."""
    if not isinstance(other, Raised):
        return False
    cause = cause_of(one).split(":")[0]
    return (cause != "" and cause == cause_of(other).split(":")[0]) or _wording(one) == _wording(other)


def said_by(stop: Raised) -> str:
    """Give an error's cause, or its wording, whatever sizes and names stand in it."""
    return cause_of(stop).split(":")[0] or " ".join(_wording(stop))


def _wording(stop: Raised) -> list[str]:
    return re.sub(r"'[^']*'|[\d.,]+|\W", " ", stop.error).split()


def _ran(one: Judged) -> bool:
    return not isinstance(one.outcome, NotAttempted)
