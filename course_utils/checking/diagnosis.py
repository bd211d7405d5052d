"""Find the known mistake that shows the same table as the student's code; say nothing where none does."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from course_utils.checking.both import made_of_settings
from course_utils.checking.causes import cause_of
from course_utils.checking.inside import forms
from course_utils.checking.look import Look
from course_utils.checking.observation import STOPPED, Named, same
from course_utils.checking.table import Seen
from course_utils.checking.values import Diagnosis, Kept, Mistake, NotAttempted, Raised, Unchecked
from course_utils.checking.verdict import Judged

_MOST_PAIRS = 128  # that are tried as two mistakes at once
_ROWS_TRIED = 3  # for one that a known mistake explains: in each of them, all known ones are observed

Place = tuple[int, str]
"""A row: its look's place in the test, and its name."""


@dataclass(frozen=True)
class Known:
    """A known mistake: the code that makes it, and its table."""

    mistake: Mistake
    candidate: Any
    table: Seen


@dataclass(frozen=True)
class Pair:
    """Two mistakes that may have been made at once.

    apart: each row is the first one's or the other one's alone; doubtful: rows that the first one gets wrong in another
    way: of what both get wrong nobody knows what it would be, and code that makes both mistakes must show it; left:
    rows that both the student's code and the first one have right, and the other one must.
    """

    one: Known
    other: Known
    apart: bool = False
    doubtful: Sequence[Place] = ()
    left: Sequence[Place] = ()


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
    stops = all(map(comparison.stops, comparison.off))
    alike = [one for one in known if all(comparison.agrees(row, one.table) for row in comparison.fine_parts)]
    as_far = [one for one in alike if comparison.stops_alike(one.table)] if stops else alike
    fits = [one for one in as_far if all(comparison.agrees(row, one.table) for row in comparison.rows)]
    if len(fits) > 1:
        fits = [one for one in fits if more(one)] or fits
    if fits:
        return Diagnosis(_distinct(fits), "stops" if stops else "exactly")
    return _together(comparison, alike, both) or _much_like(comparison, known)


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
    """Find the two mistakes that add up to what is off; several would be a guess, and so are two behind one error."""
    if all(map(comparison.stops, comparison.off)):
        return None
    # One of the two explains what the other one leaves alone: where a look breaks, or, in the first look, another row.
    rows = [row for row in comparison.off if row in comparison.first_broken]
    rows += [row for row in comparison.off if row not in rows and row[0] == comparison.off[0][0]]
    tried = 1 if comparison.parts_off else _ROWS_TRIED  # parts that neither explains are both's: they are made below
    explained = ([one for one in known if comparison.agrees(row, one.table)] for row in rows[:tried])
    some = next(filter(None, explained), ())
    found = _fitting(comparison, (pair for one in some for pair in _partners(comparison, one, known)), both)
    if len(found) != 1:
        found = _fitting(comparison, _made_of_both(comparison, known), both)
        found = found or _fitting(comparison, _mixed(comparison, known), both)
    return Diagnosis(*found.values(), "together") if len(found) == 1 else None


def _fitting(
    comparison: Comparison, pairs: Iterable[Pair], both: Both
) -> dict[frozenset[str], tuple[Mistake, Mistake]]:
    """Keep the pairs that show what was seen, by name; none of so many that it would be chance, and a long wait."""
    possible = list(pairs)
    if len(possible) > _MOST_PAIRS:  # what the first one gets wrong in another way, the other has rarely right
        possible = [pair for pair in possible if _meets(comparison, pair) and _leaves(comparison, pair)]
    if len(possible) > _MOST_PAIRS:
        return {}
    return {
        frozenset((pair.one.mistake.id, pair.other.mistake.id)): (pair.one.mistake, pair.other.mistake)
        for pair in possible
        if (pair.apart or _as_both(comparison, pair, both)) and _leaves(comparison, pair)
    }


def _leaves(comparison: Comparison, pair: Pair) -> bool:
    """Say whether the other one leaves alone what is right: asked last, for these are most rows, and the dearest."""
    return all(comparison.agrees(row, pair.other.table) for row in pair.left)


def _meets(comparison: Comparison, pair: Pair) -> bool:
    return not any(comparison.right_agrees(row, pair.other.table) for row in pair.doubtful)


def _made_of_both(comparison: Comparison, known: Sequence[Known]) -> Iterator[Pair]:
    """Give the pairs of which neither explains a row alone: only code that makes both shows it as it is here."""
    off = [row for row in comparison.rows if row in comparison.off]  # of all, the first of them is made already
    fine = [row for row in comparison.rows if row not in off]

    @cache  # one mistake is in many pairs
    def has_what_is_fine(table: Seen) -> bool:
        return all(comparison.right_agrees(row, table) for row in fine)

    for pair in _of_two([one for one in known if made_of_settings(one.candidate)]):
        each = (pair.one.table, pair.other.table)
        all_off = all(not all(comparison.right_agrees(row, one) for one in each) for row in off)
        if all_off and all(map(has_what_is_fine, each)):
            yield pair


def _partners(comparison: Comparison, one: Known, known: Sequence[Known]) -> Iterator[Pair]:
    """Give this one and the others that explain what it gets right, and leave the rest to it."""
    fine = [row for row in comparison.rows if comparison.right_agrees(row, one.table)]
    wrong = [row for row in comparison.rows if row not in fine]
    doubtful = [row for row in wrong if not comparison.agrees(row, one.table)]
    left = [row for row in fine if row not in comparison.off]
    unexplained = [row for row in fine if row not in left]
    for other in known:
        if (
            other.mistake.id != one.mistake.id
            and comparison.adds_up(comparison.rows[0], one.table, other.table)
            and all(comparison.agrees(row, other.table) for row in unexplained if not comparison.stops(row))
            and not any(comparison.right_agrees(row, other.table) for row in unexplained if comparison.stops(row))
            and comparison.stops_alike(one.table, other.table)
        ):
            apart = not doubtful and all(comparison.right_agrees(row, other.table) for row in wrong)
            yield Pair(one, other, apart, doubtful, left)


def _mixed(comparison: Comparison, known: Sequence[Known]) -> Iterator[Pair]:
    """Give the pairs that meet in the very first row that is off: only code that makes both shows what it would be."""
    first = comparison.rows[0]
    before = comparison.right_before(first)
    suspects = [
        one
        for one in known
        if not comparison.right_agrees(first, one.table)
        and all(comparison.right_agrees(row, one.table) for row in before)
    ]
    return (pair for pair in _of_two(suspects) if comparison.adds_up(first, pair.one.table, pair.other.table))


def _of_two(known: Iterable[Known]) -> Iterator[Pair]:
    return (Pair(one, other) for one, other in combinations(known, 2) if one.mistake.id != other.mistake.id)


def _as_both(comparison: Comparison, pair: Pair, both: Both) -> bool:
    """Say whether code that makes both shows all that was seen; where that stops, it stops in the same words.

    What is doubtful comes first: there most pairs show something else, and no more rows are made of them.
    """
    rows = dict.fromkeys([*pair.doubtful, *comparison.rows])
    return any(
        all(comparison.agrees(row, table) for row in rows) and comparison.stops_alike(table)
        for table in both(pair.one, pair.other)
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
