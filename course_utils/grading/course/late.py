"""Bring the gradebook up to date with the term file: due dates, extensions, groups, penalties. Nothing is executed.

All of it is worked out anew from the file and from when things were handed in, so that a change of the file is all that
it takes, and taking it back undoes it. Without a term file, what formgrader or nbgrader's commands have set stays, but
for the time of work that isn't there any more.
"""

import datetime as dt
import shutil
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import ColumnElement, select
from traitlets.config import LoggingConfigurable

from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.term import Term, lateness, read_term, told, unknown

TIMESTAMP = "timestamp.txt"  # in which nbgrader keeps when a submission was handed in
OF_GROUP = "handed_in_by.txt"  # in autograded/STUDENT/ASSIGNMENT: whose work this is a copy of
_COPIED = "auto_score", "manual_score", "extra_credit", "needs_manual_grade"
_COMMENTS = "auto_comment", "manual_comment"


class LateDays(LateSubmissionPlugin):
    """nbgrader's penalty for late work, by the term file; without one, nbgrader's own methods ("none", "zero")."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Give the points that are taken off one notebook of a student's submission."""
        step = self.parent  # the one of nbgrader's steps that asks: it knows of which assignment
        term = read_term(Path(folders_of(self).root))
        if term is None:
            return super().late_submission_penalty(student_id, score, total_seconds_late)
        handed_in = _handed_in(step.gradebook, student_id)[student_id]
        late = lateness(term, student_id, handed_in).get(step.assignment_id)
        return score * late.loses if late else None


@dataclass(frozen=True)
class Settled:
    """What has come of it: who was late with what, by assignment and student, in words; and names that are no one's."""

    late: Mapping[str, Mapping[str, str]]
    notes: tuple[str, ...] = ()


def settle(book: Gradebook, asking: LoggingConfigurable, only: str | None = None) -> Settled:
    """Bring a gradebook up to date with the term file; what has changed is for the caller to commit.

    asking: the one of nbgrader's objects that asks, which knows the course's folders and settings. only: one student,
    whose work is looked at alone; groups are left as they are.

    Raises:
        GradingError: the term file cannot be understood. Nothing has been changed then.
    """
    folders = folders_of(asking)
    term = read_term(Path(folders.root))
    notes = _check(book, folders, term) if term else []
    _forget_times(book, folders, only)
    if term:
        _set_dates(book, term, only)
    if only is None:
        _share_in_groups(book, folders, term or Term())
    book.db.flush()
    book.db.expire_all()
    _assign_penalties(book, asking, only)
    return Settled(_late(book, term, only) if term else {}, tuple(notes))


def settle_or_stop(book: Gradebook, asking: LoggingConfigurable, only: str | None = None) -> Settled:
    """Do so within one of nbgrader's commands, and commit; a file that cannot be understood ends it with a sentence."""
    try:
        settled = settle(book, asking, only)
    except GradingError as error:
        sys.exit(str(error))
    book.db.commit()
    tell(settled.notes)
    return settled


@cache
def tell(notes: tuple[str, ...]) -> None:
    """Tell which names are no one's, beside what a command gives; once, though the feedback asks for each student."""
    for note in notes:
        print(note, file=sys.stderr)


def folders_of(asking: LoggingConfigurable) -> CourseDirectory:
    """Give the course's folders, as the one of nbgrader's commands has them that an object works for."""
    above = asking
    while above is not None and not isinstance(above, CourseDirectory):
        above = getattr(above, "coursedir", above.parent)
    return above or CourseDirectory(parent=asking)


def _check(book: Gradebook, folders: CourseDirectory, term: Term) -> list[str]:
    released = {one.name for one in book.assignments}
    sources = Path(folders.format_path(folders.source_directory, ".", "*")).parent
    assignments = released | {path.name for path in sources.glob("*") if path.is_dir()}
    submitted = Path(folders.format_path(folders.submitted_directory, "*", "*")).parent.parent
    students = {one.id for one in book.students} | {path.name for path in submitted.glob("*") if path.is_dir()}
    no_assignments, nobody = unknown(term, assignments, students)
    if no_assignments:
        raise GradingError(" ".join(no_assignments))
    return nobody


def _forget_times(book: Gradebook, folders: CourseDirectory, only: str | None) -> None:
    """Take the times out that graded work has none of: nbgrader keeps the one of what had been handed in before."""
    for student, handed_in in _handed_in(book, only).items():
        for assignment in handed_in:
            graded = _autograded(folders, assignment, student)
            if graded.is_dir() and not _tells_time(graded / TIMESTAMP):
                book.find_submission(assignment, student).timestamp = None


def _tells_time(path: Path) -> bool:
    return path.is_file() and bool(path.read_bytes().strip())


def _set_dates(book: Gradebook, term: Term, only: str | None) -> None:
    for assignment in book.assignments:
        due = term.due.get(assignment.name)
        assignment.duedate = _utc(due) if due else None
        given = term.extensions.get(assignment.name, {})
        concerned = SubmittedAssignment.extension.is_not(None) | SubmittedAssignment.student_id.in_(given)
        for submission in _submissions(book, Assignment.name == assignment.name, concerned, only=only):
            until = given.get(submission.student_id)
            submission.extension = _utc(until) - _utc(due) if until else None


def _assign_penalties(book: Gradebook, asking: LoggingConfigurable, only: str | None) -> None:
    """Have nbgrader's plugin say again what each late submission loses, and let the others lose nothing."""
    step = AssignLatePenalties(parent=asking)
    step.gradebook = book
    step.init_plugin()
    plugin = step.plugin_inst
    perhaps = (
        (SubmittedAssignment.timestamp > Assignment.duedate)
        | SubmittedAssignment.extension.is_not(None)
        | SubmittedAssignment.notebooks.any(SubmittedNotebook.late_submission_penalty.is_not(None))
    )
    for submission in _submissions(book, perhaps, only=only):
        seconds = submission.total_seconds_late
        step.assignment_id = submission.assignment.name
        for notebook in submission.notebooks:
            points = notebook.score
            found = plugin.late_submission_penalty(submission.student_id, points, seconds) if seconds else None
            notebook.late_submission_penalty = None if found is None else min(max(found, 0.0), points)


def _late(book: Gradebook, term: Term, only: str | None) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for student, handed_in in _handed_in(book, only).items():
        for assignment, late in lateness(term, student, handed_in).items():
            found.setdefault(assignment, {})[student] = told(term, late)
    return found


def _submissions(book: Gradebook, *which: ColumnElement[bool], only: str | None = None) -> list[SubmittedAssignment]:
    """Give some of the submissions: to load all of a large class takes seconds."""
    asked = select(SubmittedAssignment).join(SubmittedAssignment.assignment).where(*which)
    if only is not None:
        asked = asked.where(SubmittedAssignment.student_id == only)
    return list(book.db.scalars(asked))


def _handed_in(book: Gradebook, only: str | None) -> dict[str, dict[str, dt.datetime]]:
    """Give when each student handed in what; nbgrader keeps times in UTC, and may have none."""
    asked = select(SubmittedAssignment.student_id, Assignment.name, SubmittedAssignment.timestamp).join(
        SubmittedAssignment.assignment
    )
    if only is not None:
        asked = asked.where(SubmittedAssignment.student_id == only)
    found: dict[str, dict[str, dt.datetime]] = {}
    for student, name, when in book.db.execute(asked.order_by(SubmittedAssignment.student_id)):
        if when is not None:
            found.setdefault(student, {})[name] = when.replace(tzinfo=dt.timezone.utc)
    return found


def _utc(moment: dt.datetime) -> dt.datetime:
    """Give a moment as nbgrader keeps it."""
    return moment.astimezone(dt.timezone.utc).replace(tzinfo=None)


# --- groups ----------------------------------------------------------------------------------------------------------


def _share_in_groups(book: Gradebook, folders: CourseDirectory, term: Term) -> None:
    """Give the members of a group that have handed in nothing what the group has handed in last; forget old copies."""
    copies = _copies(folders)
    wanted: dict[tuple[str, str], str] = {}
    known = {one.id for one in book.students}
    for assignment, groups in term.groups.items():
        own = {one.student_id: one for one in _submissions(book, Assignment.name == assignment)}
        own = {name: one for name, one in own.items() if (assignment, name) not in copies}
        for members in groups.values():
            there = sorted(name for name in members if name in own)
            if there:
                last = max(there, key=lambda name: own[name].timestamp or dt.datetime.min)
                wanted |= {(assignment, name): last for name in members if name in known and name not in own}
    for assignment, student in copies - set(wanted):
        _forget(book, folders, assignment, student)
    for (assignment, student), owner in wanted.items():
        _copy(book, folders, assignment, owner, student)


def _copies(folders: CourseDirectory) -> set[tuple[str, str]]:
    """List the assignments of students that are copies of another's."""
    root = Path(folders.format_path(folders.autograded_directory, "*", "*")).parent.parent
    return {(path.parent.name, path.parent.parent.name) for path in root.glob(f"*/*/{OF_GROUP}")}


def _copy(book: Gradebook, folders: CourseDirectory, assignment: str, owner: str, student: str) -> None:
    """Give a student another's graded work: scores, comments, and the notebooks that the feedback is made of."""
    theirs = book.find_submission(assignment, owner)
    own = book.update_or_create_submission(assignment, student)
    own.timestamp = theirs.timestamp
    book.db.flush()
    of_theirs = {one.notebook_id: one for one in theirs.notebooks}
    for notebook in own.notebooks:
        other = of_theirs[notebook.notebook_id]
        _copy_rows(other.grades, notebook.grades, _COPIED)
        _copy_rows(other.comments, notebook.comments, _COMMENTS)
    source, target = (_autograded(folders, assignment, name) for name in (owner, student))
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
        (target / OF_GROUP).write_text(f"{owner}\n", "utf-8")


def _copy_rows(theirs: Collection[Any], own: Collection[Any], columns: Collection[str]) -> None:
    by_cell = {one.cell_id: one for one in theirs}
    for row in own:
        for column in columns:
            setattr(row, column, getattr(by_cell[row.cell_id], column))


def _forget(book: Gradebook, folders: CourseDirectory, assignment: str, student: str) -> None:
    with suppress(MissingEntry):
        book.remove_submission(assignment, student)
    shutil.rmtree(_autograded(folders, assignment, student))


def _autograded(folders: CourseDirectory, assignment: str, student: str) -> Path:
    return Path(folders.format_path(folders.autograded_directory, student, assignment))
