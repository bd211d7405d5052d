"""nbgrader's course: its folders, its gradebook, and the two phases of its autograding that need them.

nbgrader's autograding has three phases: sanitise, execute, save. The steps of the first and the last run here,
unchanged, in the one process that writes the gradebook; the middle one runs anywhere (see `running`).
"""

import errno
import json
import logging
import os
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.validator import normalize
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import CheckCellMetadata, Execute
from nbgrader.utils import parse_utc
from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from course_utils.grading.course.book import Book
from course_utils.grading.course.errors import CannotConvert, GradingError
from course_utils.grading.course.late import TIMESTAMP, Settled, settle
from course_utils.grading.course.plain_files import PlainFiles, read
from course_utils.grading.course.records import digest_of

STAGING = ".grading/submitted"
# Notebooks are executed elsewhere. What cells are is the release's word, which is checked once, and put into each
# notebook by `salvage`: checking it again was a third of the driver's time.
_NOT_HERE = Execute, CheckCellMetadata
# Errors of the disk, which concern all; any other is about the names of one submission.
_EVERYBODYS = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO),
    *(errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE),
}
_NOT_ESCAPED = set('<>"\\')  # by formgrader, in whose pages a name could become a script
_SILENT = logging.Logger("nbgrader", logging.CRITICAL + 1)


@dataclass(frozen=True)
class Cells:
    """The graded cells of one released notebook: source and points by grade_id, in their order."""

    tests: Mapping[str, str]
    points: Mapping[str, float]


class Course:
    """One assignment of nbgrader's course in a folder."""

    def __init__(self, root: Path, assignment: str) -> None:
        self.root, self.assignment = root, assignment
        config = _config(root)
        config.CourseDirectory.assignment_id = assignment
        config.CourseDirectory.root = str(root)
        self.folders = CourseDirectory(config=config)
        staged = CourseDirectory(config=config)
        staged.submitted_directory = STAGING
        self._autograde = Autograde(coursedir=staged, config=config, force=True)
        self._autograde.log = _SILENT  # its own messages would break the progress bar
        self._sanitising = self._steps(self._autograde.sanitize_preprocessors)
        self._saving = self._steps(self._autograde.autograde_preprocessors)

    def _steps(self, kinds: Iterable[Any]) -> list[Preprocessor]:
        """Make the steps that the course's configuration lists: classes, or their names."""
        kinds = [import_item(kind) if isinstance(kind, str) else kind for kind in kinds]
        return [kind(parent=self._autograde) for kind in kinds if kind not in _NOT_HERE]

    def path(self, step: str, student: str = ".") -> Path:
        """Give the folder of a step ("submitted", "autograded", "release", …)."""
        return Path(self.folders.format_path(getattr(self.folders, f"{step}_directory"), student, self.assignment))

    def staging(self, student: str) -> Path:
        """Give the folder in which nbgrader finds what was handed in, once it is fit for that."""
        return Path(self.folders.format_path(STAGING, student, self.assignment))

    def students(self) -> list[str]:
        """List who has handed something in."""
        folder = self.path("submitted", "*").parent.parent
        excluded = self.folders.student_id_exclude.split(",")
        found = (path.parent.name for path in folder.glob(f"*/{self.assignment}") if path.is_dir())
        return sorted(name for name in found if name not in excluded)

    def handed_in(self, student: str) -> PlainFiles:
        """Read what a student has handed in."""
        return read(self.path("submitted", student), [TIMESTAMP, *(f"{name}.ipynb" for name in self.cells)])

    def digest(self, found: PlainFiles) -> str:
        """Give what stands for what was handed in, and for the tests that it's graded by."""
        return digest_of(found.files, {name: dict(cells.tests) for name, cells in self.cells.items()})

    @cached_property
    def cells(self) -> dict[str, Cells]:
        """The graded cells of each notebook, as the gradebook has them.

        Raises:
            GradingError: the gradebook does not know the assignment, or cannot be read.
        """
        with self._gradebook() as book:
            try:
                notebooks = book.find_assignment(self.assignment).notebooks
            except MissingEntry:
                raise GradingError(self._unknown()) from None
            return {notebook.name: _cells(notebook) for notebook in notebooks}

    def _unknown(self) -> str:
        sources = self.path("source").parent
        there = sorted(path.name for path in sources.glob("*") if path.is_dir())
        if self.assignment in there:
            return (
                f"The gradebook does not know {self.assignment} yet. Run this first, it tells it the points: "
                f"nbgrader generate_assignment {self.assignment} --force"
            )
        return f"There is no assignment {self.assignment!r}. There are: {', '.join(there) or 'none'}."

    def release(self, name: str) -> NotebookNode:
        """Read a released notebook.

        Raises:
            GradingError: there is none, or nbgrader cannot work with it.
        """
        try:
            _, notebook = normalize(nbformat.read(self.path("release") / f"{name}.ipynb", as_version=4))
            MetadataValidator().validate_nb(notebook)
        except Exception as error:
            again = f"nbgrader generate_assignment {self.assignment} --force"
            raise GradingError(f"The released {name} is not as nbgrader makes it ({error}): {again}") from error
        return notebook

    # --- the phases -------------------------------------------------------------------------------------------------

    def prepare(self, student: str, notebooks: Mapping[str, NotebookNode]) -> dict[str, str]:
        """Make nbgrader's notebooks of what was handed in: outputs cleared, test cells as released; as texts.

        What lies beside them comes from the staging folder, and goes to the autograded one.

        Raises:
            CannotConvert: nbgrader cannot work with it.
        """
        if not student.isprintable() or _NOT_ESCAPED & set(student):
            raise CannotConvert("the folder's name has letters that nbgrader's pages cannot show; give it another name")
        with self._gradebook() as book, book.shared(), _one_submission("prepare what was handed in by", student):
            self._autograde.coursedir.student_id = student
            self._autograde.notebooks = [str(self.staging(student) / f"{name}.ipynb") for name in notebooks]
            self._autograde.init_destination(self.assignment, student)
            self._autograde.run_pre_convert_hook()
            self._autograde.init_assignment(self.assignment, student)
            prepared = {
                name: json.dumps(self._after(self._sanitising, notebook, student, name))
                for name, notebook in notebooks.items()
            }
            book.write()
        return prepared

    def save(
        self,
        student: str,
        notebooks: Mapping[str, str],
        by_hand: Collection[tuple[str, str]],
        decided: Collection[tuple[str, str]],
    ) -> None:
        """Put executed notebooks into the autograded folder, and their scores into the gradebook.

        by_hand: (notebook, grade_id) of what a human has to decide; decided: of what stands, as it did before.

        Raises:
            CannotConvert: nbgrader cannot work with them.
            GradingError: the gradebook cannot be written, or a test cell has no score afterwards.
        """
        folder = self.path("autograded", student)
        folder.mkdir(parents=True, exist_ok=True)
        with self._gradebook() as book, book.shared(), _one_submission("save the scores of", student):
            for name, text in notebooks.items():
                notebook = self._after(self._saving, nbformat.from_dict(json.loads(text)), student, name)
                nbformat.validate(notebook)
                (folder / f"{name}.ipynb").write_text(nbformat.v4.writes(notebook) + "\n", "utf-8")
            grades = book.rows(Grade, self.assignment, student)
            for at in {*by_hand, *decided} & set(grades):  # nbgrader asks again for all that a human has graded
                grades[at].needs_manual_grade = at not in decided
            scored = {at for at, grade in grades.items() if grade.auto_score is not None}
            holes = [test for name in notebooks for test in self.cells[name].tests if (name, test) not in scored]
            if holes:
                raise GradingError(f"nbgrader has given {student} no score for {', '.join(holes)}.")
            self._autograde.set_permissions(self.assignment, student)
            self._autograde.run_post_convert_hook()
            book.write()

    def _after(self, steps: Iterable[Preprocessor], notebook: NotebookNode, student: str, name: str) -> NotebookNode:
        """Take a notebook through nbgrader's steps."""
        path = self.staging(student) / f"{name}.ipynb"
        resources = self._autograde.init_single_notebook_resources(str(path))
        for step in steps:
            notebook, resources = step(notebook, resources)
        return notebook

    # --- the gradebook ----------------------------------------------------------------------------------------------

    def with_scores(self) -> set[str]:
        """Give the students that the gradebook has scores of."""
        with self._gradebook() as book:
            return {one.student_id for one in book.assignment_submissions(self.assignment)}

    def waiting(self) -> dict[str, set[tuple[str, str]]]:
        """Give what waits for a human, by student: (notebook, grade_id)."""
        found: dict[str, set[tuple[str, str]]] = {}
        with self._gradebook() as book:
            grades = self._grades(SubmittedAssignment.student_id, Notebook.name, BaseCell.name)
            rows = book.db.execute(grades.where(Grade.needs_manual_grade))
            for student, notebook, cell in rows:
                found.setdefault(student, set()).add((notebook, cell))
        return found

    def settle(self) -> Settled:
        """Bring due dates, extensions, groups and penalties up to date with the term file (see `late`).

        Raises:
            GradingError: the file cannot be understood, and nothing was changed.
        """
        with self._gradebook() as book:
            settled = settle(book, self.folders)
            book.write()
        return settled

    def scores(self, student: str, cells: Iterable[tuple[str, str]]) -> dict[str, float]:
        """Give a student's scores in some tests, as they stand: by grade_id."""
        with self._gradebook() as book:
            return {cell: book.find_grade(cell, name, self.assignment, student).score for name, cell in cells}

    def totals(self) -> dict[str, tuple[float, dict[str, float]]]:
        """Give, by student, the score less what being late costs, and the scores in the tests, by grade_id."""
        cells: dict[str, dict[str, float]] = {}
        with self._gradebook() as book:
            rows = book.db.execute(self._grades(SubmittedAssignment.student_id, BaseCell.name, Grade.score))
            for student, cell, score in rows:
                cells.setdefault(student, {})[cell] = score or 0.0
            late = {
                one.student_id: one.late_submission_penalty or 0.0
                for one in book.assignment_submissions(self.assignment)
            }
        return {student: (max(0.0, sum(own.values()) - late.get(student, 0.0)), own) for student, own in cells.items()}

    def _grades(self, *columns: Any) -> Select[Any]:
        """Ask for some columns of all grades in this assignment."""
        return (
            select(*columns)
            .select_from(Grade)
            .join(Grade.cell)
            .join(Grade.notebook)
            .join(SubmittedNotebook.notebook)
            .join(SubmittedNotebook.assignment)
            .join(SubmittedAssignment.assignment)
            .where(Assignment.name == self.assignment)
        )

    def names(self) -> dict[str, tuple[str, str]]:
        """Give the name and the e-mail address of each student, as far as the gradebook has them."""
        with self._gradebook() as book:
            return {
                one.id: (" ".join(filter(None, (one.first_name, one.last_name))), one.email or "")
                for one in book.students
            }

    def decide(self, student: str, cells: Iterable[tuple[str, str]], waits: bool, points: float | None) -> None:
        """Write down what a human has decided about some tests (or, if it `waits`, has not): what they are worth.

        points: None for those that were found.
        """
        with self._gradebook() as book:
            for name, cell in cells:
                grade = book.find_grade(cell, name, self.assignment, student)
                grade.manual_score, grade.needs_manual_grade = points, waits
            book.write()

    @cached_property
    def _book(self) -> Book:
        # Where there is no gradebook yet nbgrader makes one, and starts `alembic` for it, which is where Python is.
        os.environ["PATH"] += f"{os.pathsep}{Path(sys.executable).parent}"
        return Book(self.folders.db_url, self.folders.course_id)

    @contextmanager
    def _gradebook(self) -> Iterator[Book]:
        """Work in the gradebook; what goes wrong with it is told in words."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # SQLAlchemy's, about how nbgrader uses it
                book = self._book
                try:
                    yield book
                finally:
                    book.forget()
        except SQLAlchemyError as error:
            raise _in_words(error) from error


@contextmanager
def _one_submission(doing: str, student: str) -> Iterator[None]:
    """See to it that one submission that nbgrader cannot cope with is no reason to leave the others ungraded."""
    try:
        yield
    except (GradingError, SQLAlchemyError):
        raise  # the gradebook is everybody's
    except (Exception, SystemExit) as error:
        if isinstance(error, OSError) and error.errno in _EVERYBODYS:
            raise
        raise CannotConvert(f"nbgrader could not {doing} {student}: {type(error).__name__}: {error}") from error


def is_time(data: bytes) -> bool:
    """Say whether nbgrader can read a timestamp: it would end the program over one that it cannot."""
    try:
        return not data.strip() or parse_utc(data.decode().strip()) is not None
    except (ValueError, OverflowError):
        return False


def _in_words(error: SQLAlchemyError) -> Exception:
    first = str(getattr(error, "orig", None) or error).splitlines()[0]
    if "disk is full" in first:
        return OSError(errno.ENOSPC, "no room for the gradebook")
    if "locked" in first:
        told = f"The gradebook is locked: something else is writing into it (formgrader?). Run this again. ({first})"
    elif "no such column" in first or "no such table" in first:
        told = f"The gradebook is of another version of nbgrader: back it up, then `nbgrader db upgrade`. ({first})"
    else:
        told = f"The gradebook cannot be used: {first}"
    return GradingError(told)


def _cells(notebook: object) -> Cells:
    graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
    sources = {cell.name: cell.source for cell in notebook.source_cells if cell.name in graded and cell.locked}
    return Cells(sources, {name: float(points) for name, points in graded.items()})


def _config(root: Path) -> Config:
    """Read the course's nbgrader_config.py."""
    app = NbGrader()
    before = Path.cwd()
    os.chdir(root)
    try:
        app.initialize([], root=str(root))
    finally:
        os.chdir(before)
    return app.config
