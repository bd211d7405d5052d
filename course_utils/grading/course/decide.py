"""`course accept` and `course refuse`: one decision for a submission whose points are held."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.gradebook import Course
from course_utils.grading.course.records import ACCEPTED, REFUSED, Record, Records, assignments_with

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

    Accepted, all points count as they were found. Refused, what was held, or could not be graded, is 0. Of two
    decisions the later one counts.

    assignment: may be left out where only one is in question.

    Raises:
        GradingError: there is nothing to decide, or it is not clear what is meant.
    """
    assignment = assignment or _the_one_in_question(root, student)
    course, records = Course(root, assignment), Records(root, assignment)
    record = records.get(student)
    if record is None or not record.wants_human:
        raise GradingError(f"Nothing of {student}'s {assignment} is for a human to decide: all of its points count.")
    held = [(name, cell) for name, cell in record.wants_human if record.verdicts[name][cell].held]
    concerned = record.wants_human
    if decision == ACCEPTED and record.decision != REFUSED:
        # What a human has graded by hand meanwhile stays as it is.
        waiting = course.waiting().get(student, set())
        concerned = [cell for cell in concerned if cell in waiting]
    course.decide(student, concerned, waits=False, points=None if decision == ACCEPTED else 0.0)
    records.put(student, replace(record, decision=decision))
    points = sum(course.scores(student, record.wants_human).values())
    ungraded = len(record.wants_human) - len(held)
    told = f"{student}, {assignment}: {decision}. {_count(len(record.wants_human))} it concerns: {points:g} points."
    if ungraded and decision == ACCEPTED:
        told += f" {_count(ungraded)} could not be graded: give their points in formgrader."
    return told


def _the_one_in_question(root: Path, student: str) -> str:
    found = [
        name
        for name in assignments_with(root, student)
        if (record := Records(root, name).get(student)) is not None and record.wants_human
    ]
    waiting = [name for name in found if student in Course(root, name).waiting()]
    if len(found) != 1 and len(waiting) != 1:
        which = f": {', '.join(found)}. Say which." if found else "."
        raise GradingError(f"{student} has {len(found) or 'no'} assignments that a human decides about{which}")
    return (waiting if len(waiting) == 1 else found)[0]


def _count(tests: int) -> str:
    return f"{tests} test{'s' * (tests != 1)}"
