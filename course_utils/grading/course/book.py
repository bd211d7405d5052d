"""nbgrader's gradebook, opened once for a class, and written once for a submission.

Each of nbgrader's steps opens a gradebook of its own, eleven times a submission, and commits after each cell.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from nbgrader import api
from nbgrader.converters import autograde
from nbgrader.preprocessors import latesubmissions, overwritecells, overwritekernelspec, saveautogrades
from sqlalchemy import Index, select
from sqlalchemy.orm import Session, scoped_session, sessionmaker

_OPENERS = autograde, overwritekernelspec, overwritecells, saveautogrades, latesubmissions
# Without them, SQLite looks through all students' grades for one's; for nbgrader's export and formgrader, too.
_INDEXES = (
    Index("ix_grade_notebook_id", api.Grade.notebook_id),
    Index("ix_comment_notebook_id", api.Comment.notebook_id),
    Index("ix_submitted_notebook_assignment_id", api.SubmittedNotebook.assignment_id),
)


class _Patient(Session):
    """Writes when a submission is whole."""

    def commit(self) -> None:
        """Leave it for `write`: whatever is asked for in this session knows of it already."""

    def write(self) -> None:
        super().commit()


class Book(api.Gradebook):
    """A gradebook that nbgrader's steps share: a submission is written into it whole, or not at all."""

    def __init__(self, url: str, course_id: str) -> None:
        super().__init__(url, course_id)
        self.db.remove()
        for index in _INDEXES:
            index.create(self.engine, checkfirst=True)
        self.db = scoped_session(sessionmaker(class_=_Patient, bind=self.engine, expire_on_commit=False))
        # What the release says is asked for once a class, and outlives the session; a student's rows once a submission.
        self.find_source_cell, self.find_graded_cell = cache(super().find_source_cell), cache(super().find_graded_cell)
        self.rows = cache(self.rows)

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Have nbgrader's steps work with this one: they look the class up by its name, and cannot be handed a book."""
        with ExitStack() as stack:
            for module in _OPENERS:
                stack.callback(setattr, module, "Gradebook", api.Gradebook)
                module.Gradebook = lambda *_: self
            yield

    def close(self) -> None:
        """Stay open: nbgrader's steps close what they take for their own."""

    def write(self) -> None:
        """Write what has been changed."""
        self.db().write()

    def forget(self) -> None:
        """Forget what has not been written, and let others have the gradebook."""
        self.db.remove()
        self.rows.cache_clear()

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> api.Grade:
        """Find a student's grade of one cell."""
        return self.rows(api.Grade, assignment, student)[notebook, grade_cell]

    def find_comment(self, solution_cell: str, notebook: str, assignment: str, student: str) -> api.Comment:
        """Find the comment on one of a student's answers."""
        return self.rows(api.Comment, assignment, student)[notebook, solution_cell]

    def rows(self, kind: type, assignment: str, student: str) -> dict[tuple[str, str], Any]:
        """Give all of a student's grades, or comments, by notebook and cell; none if nothing was handed in."""
        rows = self.db.execute(
            select(api.Notebook.name, api.BaseCell.name, kind)
            .join(kind.cell)
            .join(kind.notebook)
            .join(api.SubmittedNotebook.notebook)
            .join(api.SubmittedNotebook.assignment)
            .join(api.SubmittedAssignment.assignment)
            .where(api.Assignment.name == assignment, api.SubmittedAssignment.student_id == student)
        )
        return {(notebook, cell): found for notebook, cell, found in rows}
