"""Find the known mistake that shows the same table as the student's code; say nothing where none does."""

from collections.abc import Callable, Sequence
from typing import Any

from course_utils.checking.comparison import Comparison, Known, Place
from course_utils.checking.look import Look
from course_utils.checking.observation import same
from course_utils.checking.pairs import Both, together
from course_utils.checking.table import Seen
from course_utils.checking.values import Diagnosis, Mistake, NotAttempted


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
    return together(comparison, alike, both) or _much_like(comparison, known)


def in_one_step(comparison: Comparison, known: Sequence[Known]) -> tuple[Mistake, ...]:
    """Give the one mistake that shows all rows of a step, whatever comes after it; none where several do, or it stops.

    comparison: of the rows of that step.
    """
    if any(map(comparison.stops, comparison.off)):
        return ()
    fits = _distinct([one for one in known if all(comparison.agrees(row, one.table) for row in comparison.rows)])
    return fits if len(fits) == 1 else ()


def helpful_hint(comparison: Comparison, known: Sequence[Known]) -> int:
    """Give the hint that all known mistakes point to which break the first broken promise; 0 where they disagree.

    Those come first that break it just as it is broken here, whatever else is wrong.
    """
    row = next(iter(comparison.first_broken), None)
    if row is None or comparison.nothing_seen(row):
        return 0
    of_look = [one for one in comparison.rows if one[0] == row[0]]
    just_so = [one for one in known if all(comparison.agrees(each, one.table) for each in of_look)]
    breaking = just_so or [one for one in known if not comparison.right_agrees(row, one.table)]
    hints = {one.mistake.hint for one in breaking}
    return hints.pop() if len(hints) == 1 else 0


def _distinct(fits: Sequence[Known]) -> tuple[Mistake, ...]:
    return tuple({one.mistake.id: one.mistake for one in fits}.values())


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
