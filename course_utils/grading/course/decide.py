"""`course accept` and `course refuse`: one decision for a submission whose points are held."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.gradebook import Course
from course_utils.grading.course.records import ACCEPTED, REFUSED, Record, Records, assignments_with
from course_utils.grading.course.term import perhaps

BY_HAND, WAITS = "graded by hand", "waits"


def state(record: Record, waiting: Collection[tuple[str, str]]) -> str:
    """Say what has become of what a human was to decide: WAITS, ACCEPTED, REFUSED, BY_HAND; "" if there was nothing.

    waiting: of this submission, what waits in the gradebook, in which humans decide.
    """
    if not record.wants_human:
        return ""
    if any(cell in waiting for cell in record.wants_human):
        return WAITS
    return record.decision or BY_HAND


def why(record: Record) -> str:
    """Say in a line why a human has to look, and at how much."""
    held = {one.held for one in record.by_cell.values() if one.held}
    ungraded = sum(one.kind == "ungraded" for one in record.by_cell.values())
    told = [f"held: {reason}" for reason in sorted(held)]
    return "; ".join([*told, *[f"{_count(ungraded)} not graded"] * bool(ungraded)])


def decide(root: Path, student: str, assignment: str | None, decision: str) -> str:
    """Accept or refuse what is held of a submission; say what that has done.

    Accepted, what was held counts as it was found, and what could not be graded goes on waiting. Refused, both are 0.
    Of two decisions the later one counts.

    assignment: may be left out where only one is in question.

    Raises:
        GradingError: there is nothing to decide, or to accept, or it is not clear what is meant.
    """
    assignment = assignment or _the_one_in_question(root, student)
    course, records = Course(root, assignment), Records(root, assignment)
    record = records.get(student)
    if record is None or not record.wants_human:
        raise GradingError(f"Nothing of {student}'s {assignment} is for a human to decide: all of its points count.")
    held = [(name, cell) for name, cell in record.wants_human if record.verdicts[name][cell].held]
    ungraded = [cell for cell in record.wants_human if cell not in held]
    if decision == REFUSED:
        course.decide(student, record.wants_human, waits=False, points=0.0)
    else:
        _accept(course, student, held, ungraded, record.decision == REFUSED)
    records.put(student, replace(record, decision=decision))
    concerned = record.wants_human if decision == REFUSED else held
    points = sum(course.scores(student, concerned).values())
    told = f"{student}, {assignment}: {decision}. That is about {_count(len(concerned))}: {points:g} points."
    return f"{told} {_count(len(ungraded))} {_NOTHING_FOUND}" if ungraded and decision == ACCEPTED else told


_NOTHING_FOUND = (
    "could not be graded, so there are no points to accept: ask for the file again, or give points in formgrader. "
    "(`course refuse` makes them 0.)"
)


def _accept(
    course: Course,
    student: str,
    held: Sequence[tuple[str, str]],
    ungraded: Sequence[tuple[str, str]],
    was_refused: bool,
) -> None:
    """Have the points count that were found; where none were, a human is waited for, as before a refusal."""
    if not held:
        raise GradingError(f"{student}: {_count(len(ungraded))} {_NOTHING_FOUND}")
    if was_refused:
        course.decide(student, ungraded, waits=True, points=None)
        concerned = held
    else:  # what a human has graded by hand meanwhile stays as it is
        waiting = course.waiting().get(student, set())
        concerned = [cell for cell in held if cell in waiting]
    course.decide(student, concerned, waits=False, points=None)


def _the_one_in_question(root: Path, student: str) -> str:
    found = [
        name
        for name in assignments_with(root, student)
        if (record := Records(root, name).get(student)) is not None and record.wants_human
    ]
    waiting = [name for name in found if student in Course(root, name).waiting()]
    if len(found) != 1 and len(waiting) != 1:
        which = f": {', '.join(found)}. Say which." if found else f".{_nobody(root, student)}"
        raise GradingError(f"{student} has {len(found) or 'no'} assignments that a human decides about{which}")
    return (waiting if len(waiting) == 1 else found)[0]


def _nobody(root: Path, student: str) -> str:
    """Say who may be meant, where nobody of this name has handed in anything."""
    known = {path.name for path in (root / "submitted").glob("*") if path.is_dir()}
    if student in known:
        return ""
    return f" Nobody of this name has handed in anything{perhaps(student, known)}."


def _count(tests: int) -> str:
    return f"{tests} test{'s' * (tests != 1)}"
