"""What can be counted of a graded class: shares, discrimination, and who does the same."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import correlation

from course_utils.exercises.registry import exercises_by_test
from course_utils.grading.course.records import Record

KINDS = "right", "wrong", "not attempted", "for a human"
_FEWEST = 5  # submissions from which a discrimination means something


@dataclass(frozen=True)
class Line:
    """One exercise: its points, the share that got them all, and how well it tells strong submissions from weak ones.

    counts: of submissions, by what became of it: KINDS.
    discrimination: the correlation of this exercise's points with all other points; None where it means nothing.
    """

    exercise: str
    points: float
    counts: Mapping[str, int]
    discrimination: float | None

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
        found.append(Line(exercise, worth, {kind: kinds[kind] for kind in KINDS}, _correlation(score, rest)))
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


@dataclass(frozen=True)
class Shared:
    """What several students' code does that no known mistake explains: the exercise, how many, and what one reads."""

    exercise: str
    students: int
    text: str


def shared_behaviours(records: Mapping[str, Record]) -> list[Shared]:
    """List what at least two students' code does in the same way, and has no name; the most frequent first."""
    seen: dict[tuple[str, str], dict[str, str]] = {}
    for student, record in records.items():
        for cell, verdict in record.by_cell.items():
            if verdict.behaviour:
                seen.setdefault((cell, verdict.behaviour), {})[student] = verdict.text
    found = [
        Shared(exercises_by_test().get(cell, cell), len(texts), next(iter(texts.values())))
        for (cell, _), texts in seen.items()
        if len(texts) > 1
    ]
    return sorted(found, key=lambda one: -one.students)
