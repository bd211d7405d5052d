"""Find two known mistakes that were made at once; none where it would be a guess."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from course_utils.checking.both import made_of_settings
from course_utils.checking.comparison import Comparison, Known, Place
from course_utils.checking.table import Seen
from course_utils.checking.values import Diagnosis, Mistake

_MOST_PAIRS = 128  # that are tried as two mistakes at once
_ROWS_TRIED = 3  # for one that a known mistake explains: in each of them, all known ones are observed


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


def together(comparison: Comparison, known: Sequence[Known], both: Both) -> Diagnosis | None:
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
