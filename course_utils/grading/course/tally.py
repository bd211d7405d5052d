"""What can be counted of a graded class: shares, discrimination, how far that is certain, and what to think of it."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import correlation

from course_utils.exercises.registry import exercises_by_test
from course_utils.grading.course.records import Record

KINDS = "right", "wrong", "not attempted", "for a human"
_TWO_SIDED_95 = 1.96  # standard deviations
_HARD, _BLIND = 0.5, 0.2  # fewer right than this is hard; a discrimination below this tells little
_FEWEST = 5  # submissions from which a discrimination means something


@dataclass(frozen=True)
class Line:
    """One exercise: its points, the share that got them all, and how well it tells strong submissions from weak ones.

    counts: of submissions, by what became of it: KINDS.
    discrimination: the correlation of this exercise's points with all other points; None where it means nothing.
    interval: where the correlation of a large class like this one would be, 19 times of 20 (see `interval_of`).
    """

    exercise: str
    points: float
    counts: Mapping[str, int]
    discrimination: float | None
    interval: tuple[float, float] | None = None

    def share(self, kind: str) -> float:
        """Give the share of the submissions."""
        return self.counts[kind] / sum(self.counts.values())


def earned_by(record: Record, points: Mapping[str, float]) -> dict[str, float]:
    """Give what a submission has earned in each test cell."""
    return {cell: value if _passed(record, cell) else 0.0 for cell, value in points.items()}


def lines(
    points: Mapping[str, float], records: Mapping[str, Record], earned: Mapping[str, Mapping[str, float]]
) -> list[Line]:
    """Work out a line for each exercise, in the order of the notebooks."""
    belongs = {cell: exercises_by_test().get(cell, cell) for cell in points}
    found = []
    for exercise in dict.fromkeys(belongs.values()):
        own = [cell for cell in points if belongs[cell] == exercise]
        kinds = Counter(_kind(record, own) for record in records.values())
        rest = [sum(value for cell, value in one.items() if cell not in own) for one in earned.values()]
        score = [sum(map(float, (_passed(record, cell) for cell in own))) for record in records.values()]
        worth = sum(points[cell] for cell in own)
        told = _correlation(score, rest)
        interval = None if told is None else interval_of(told, len(score))
        found.append(Line(exercise, worth, {kind: kinds[kind] for kind in KINDS}, told, interval))
    return found


def _passed(record: Record, cell: str) -> bool:
    verdict = record.by_cell.get(cell)
    return verdict is not None and verdict.passed


def _kind(record: Record, cells: list[str]) -> str:
    """Say what became of an exercise in one submission."""
    kinds = [verdict.kind for cell, verdict in record.by_cell.items() if cell in cells]
    if "ungraded" in kinds:
        return "for a human"
    if kinds and all(_passed(record, cell) for cell in cells):
        return "right"
    return "wrong" if set(kinds) - {"unfinished"} else "not attempted"


def _correlation(one: list[float], other: list[float]) -> float | None:
    if len(one) < _FEWEST or len(set(one)) == 1 or len(set(other)) == 1:
        return None
    return correlation(one, other)


def interval_of(correlation: float, count: int) -> tuple[float, float]:
    """Give the 95 % interval of a correlation that was found in `count` pairs, by Fisher's z.

    atanh of a correlation is nearly normal around the true one's, with a deviation of 1/sqrt(count - 3). For points
    that are all or nothing this is an approximation, and a fair one from some twenty submissions on.
    """
    middle = math.atanh(max(-0.999, min(0.999, correlation)))
    reach = _TWO_SIDED_95 / math.sqrt(count - 3)
    return math.tanh(middle - reach), math.tanh(middle + reach)


def remarks(line: Line) -> str:
    """Say what to think of an exercise, as far as the class is large enough to tell."""
    found = ["hard"] * (line.share("right") < _HARD)
    if line.interval is not None:
        _, high = line.interval
        found += ["look at it"] * (high < 0) or ["tells little"] * (high < _BLIND)
    return ", ".join(found)
