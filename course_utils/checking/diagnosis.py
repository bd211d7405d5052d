"""Find the known mistake that shows the same table as the student's code; say nothing where none does."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from course_utils.checking.causes import cause_of
from course_utils.checking.inside import forms
from course_utils.checking.look import Look
from course_utils.checking.observation import STOPPED, Named, same
from course_utils.checking.table import Seen
from course_utils.checking.values import Diagnosis, Kept, Mistake, NotAttempted, Raised, Unchecked
from course_utils.checking.verdict import Judged

Place = tuple[int, str]
"""A row: its look's place in the test, and its name."""

_MANY = 4
_TOO_MANY = 400  # pairs: to make each of them would keep the reader waiting for seconds, and hardly one is right


@dataclass(frozen=True)
class Known:
    """A known mistake: the code that makes it, and its table."""

    mistake: Mistake
    candidate: Any
    table: Seen


@dataclass(frozen=True)
class Shown:
    """What a known mistake shows of a row: right, as the student's code does, how many things too many."""

    right: bool
    alike: bool
    off: int


Both = Callable[[Known, Known], Iterable[Seen]]
"""The tables of code that makes two mistakes at once, one for each way to make both; none where nobody knows such."""


class Comparison:
    """The student's table of one test beside the right one; a row that an accepted variant shows counts as right."""

    def __init__(
        self, looks: Sequence[Look], judged: Sequence[Judged], mine: Seen, right: Seen, variants: Sequence[Seen]
    ):
        self._looks, self._mine, self._right, self._variants = looks, mine, right, variants
        behaviour = [(n, one) for n, one in enumerate(judged) if not one.look.structural and _ran(one)]
        self.first_broken = [(n, one.row) for n, one in behaviour if not isinstance(one.outcome, Kept)]
        rows = [(n, name) for n, _ in behaviour for name in right.names(n)]
        self.off = [row for row in rows if not self.agrees(row, right)]
        first = [row for row in self.off if row in self.first_broken]
        # What is broken is compared first: it rules most mistakes out at once.
        self.off = list(dict.fromkeys([*first, *self.off]))
        self.fine = [row for row in rows if row not in self.off]
        self.rows = [*self.off, *self.fine]
        self._in_order = rows

    def right_before(self, row: Place) -> list[Place]:
        """Give the rows before this one, in the table's order, that the student's code has right."""
        return [one for one in self.fine if self._in_order.index(one) < self._in_order.index(row)]

    def agrees(self, row: Place, other: Seen) -> bool:
        """Say whether the student's row is as in the other table."""
        if self._same(row, self._mine, other):
            return True
        accepted = any(self._same(row, self._mine, one) for one in self._variants)
        return accepted and self._same(row, self._right, other)

    def right_agrees(self, row: Place, other: Seen) -> bool:
        """Say whether the other table has this row right."""
        return self._same(row, self._right, other)

    def shown(self, row: Place, table: Seen) -> "Shown":
        """Say what another table shows of this row, so that a pair of tables can be ruled out by it."""
        right = self.right_agrees(row, table)
        alike = right if row in self.fine else not right and self.agrees(row, table)
        return Shown(right, alike, _count(table.row(*row)) - _count(self._right.row(*row)))

    def possible(self, row: Place, one: "Shown", other: "Shown") -> bool:
        """Say whether code that makes two mistakes may show this row as it is here.

        Where one of the two is right, the other one shows: as it is here, or, after an error, in its own way. Where
        both are wrong nobody knows, but that as many things are missing, or too many, as in the two together.
        """
        if row in self.fine:
            return one.right and other.right
        if one.right or other.right:
            return not (one.right and other.right) and (one.alike or other.alike or self.stops(row))
        off = _count(self._mine.row(*row)) - _count(self._right.row(*row))
        return self.stops(row) or off == one.off + other.off

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
        if isinstance(mine, Raised) and look.inside is not None:  # an error's kind alone says too little
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


def _wording(stop: Raised) -> list[str]:
    return re.sub(r"'[^']*'|[\d.,]+|\W", " ", stop.error).split()


def _ran(one: Judged) -> bool:
    return not isinstance(one.outcome, NotAttempted)


def diagnose(
    comparison: Comparison, known: Sequence[Known], both: Both, more: Callable[[Known], bool] = lambda _: True
) -> Diagnosis | None:
    """Name the mistakes whose tables agree with the student's in every row; None when no known mistake explains it.

    Failing that, two mistakes that together explain every row that is off; failing that, one that is off in the same
    way wherever the student's code is, and elsewhere too.

    more: says whether a mistake agrees in what else was seen (other tests of the exercise); it decides between several.
    """
    if not comparison.off:
        return None
    fits = [one for one in known if all(comparison.agrees(row, one.table) for row in comparison.rows)]
    stops = all(map(comparison.stops, comparison.off))
    if stops:
        fits = [one for one in fits if comparison.stops_alike(one.table)]
    if len(fits) > 1:
        fits = [one for one in fits if more(one)] or fits
    if fits:
        return Diagnosis(_distinct(fits), "stops" if stops else "exactly")
    return _together(comparison, known, both) or _much_like(comparison, known)


def helpful_hint(comparison: Comparison, known: Sequence[Known]) -> int:
    """Give the hint that all known mistakes point to which break the first broken promise; 0 where they disagree."""
    row = next(iter(comparison.first_broken), None)
    if row is None or comparison.nothing_seen(row):
        return 0
    hints = {one.mistake.hint for one in known if not comparison.right_agrees(row, one.table)}
    return hints.pop() if len(hints) == 1 else 0


def _distinct(fits: Sequence[Known]) -> tuple[Mistake, ...]:
    return tuple({one.mistake.id: one.mistake for one in fits}.values())


def _together(comparison: Comparison, known: Sequence[Known], both: Both) -> Diagnosis | None:
    """Find the two mistakes that add up to what was seen; several would be a guess, and so are two behind one error."""
    if all(map(comparison.stops, comparison.off)):
        return None
    possible = _possible_pairs(comparison, known)
    if len(possible) > _TOO_MANY:
        return None
    pairs = {
        frozenset((one.mistake.id, other.mistake.id)): (one.mistake, other.mistake)
        for one, other in possible
        if _explain(comparison, one, other, both)
    }
    return Diagnosis(*pairs.values(), "together") if len(pairs) == 1 else None


def _possible_pairs(comparison: Comparison, known: Sequence[Known]) -> list[tuple[Known, Known]]:
    """Give the pairs that the first row that is off, and those before it, do not rule out.

    Later rows are asked only where many pairs of few mistakes are left: to make two at once takes longer than a row.
    """
    pairs = [(one, other) for one, other in combinations(known, 2) if one.mistake.id != other.mistake.id]
    first, *later = comparison.off
    before = comparison.right_before(first)
    for row in (first, *before, *later):
        alive = {id(one): one.table for pair in pairs for one in pair}
        if row in later and len(pairs) < _MANY * len(alive):
            break
        shown = {key: comparison.shown(row, table) for key, table in alive.items()}
        pairs = [pair for pair in pairs if comparison.possible(row, *(shown[id(one)] for one in pair))]
    return pairs


def _explain(comparison: Comparison, one: Known, other: Known, both: Both) -> bool:
    """Say whether two mistakes show all that was seen: each in rows of its own, or where they meet, made at once.

    The one that shows in the first row that is off may change what the other one does later, but not hide it.
    """
    if comparison.right_agrees(comparison.off[0], one.table):
        one, other = other, one
    for row in comparison.off:
        first, second = (comparison.shown(row, each.table) for each in (one, other))
        stops = comparison.stops(row)
        if first.right and (second.right or not (second.alike or stops)):
            return False
        if not first.right and not (second.right and (first.alike or stops)):
            return _made_at_once(comparison, both(one, other))
    if all(comparison.agrees(row, each.table) for row in comparison.fine for each in (one, other)):
        return comparison.stops_alike(one.table, other.table)
    return _made_at_once(comparison, both(one, other))


def _made_at_once(comparison: Comparison, tables: Iterable[Seen]) -> bool:
    """Say whether code that makes both shows all that was seen; where that stops, it stops in the same words."""
    return any(
        all(comparison.agrees(row, table) for row in comparison.rows) and comparison.stops_alike(table)
        for table in tables
    )


def _much_like(comparison: Comparison, known: Sequence[Known]) -> Diagnosis | None:
    """Find the one mistake that is off in the same way in every row that is off here, though in others too."""
    if all(map(comparison.stops, comparison.off)):
        return None  # that both stop says too little
    fits = [
        one
        for one in known
        if all(comparison.agrees(row, one.table) for row in comparison.off) and _is_near(comparison, one)
    ]
    mistakes = _distinct(fits)
    return Diagnosis(mistakes, "much") if len(mistakes) == 1 else None


def _is_near(comparison: Comparison, one: Known) -> bool:
    """Say whether at least half of what the mistake gets wrong is wrong here: less would be another story."""
    wrong = sum(not comparison.right_agrees(row, one.table) for row in comparison.rows)
    return 2 * len(comparison.off) >= wrong


def agree_elsewhere(looks: Sequence[Look], mine: Seen, other: Seen) -> bool:
    """Say whether two tables agree in all rows of behaviour; rows that were not attempted say nothing."""

    def alike(row: Place) -> bool:
        one: Any = mine.row(*row)
        return isinstance(one, NotAttempted) or same(one, other.row(*row), looks[row[0]].depth)

    rows = [(n, name) for n, look in enumerate(looks) if not look.structural for name in other.names(n)]
    return all(map(alike, rows))
