"""nbgrader's course: its folders, its gradebook, and the two phases of its autograding that need them.

nbgrader's Autograde converter has three phases: sanitise, execute, save. The first and the last run here, unchanged, in
the one process that writes the gradebook; the middle one runs anywhere (see `running`).
"""

import errno
import io
import logging
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from nbgrader.utils import parse_utc
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from course_utils.grading.course.errors import CannotConvert, GradingError

STAGING = ".grading/submitted"
TIMESTAMP = "timestamp.txt"  # in which nbgrader keeps when a submission was collected


@dataclass(frozen=True)
class Cells:
    """The graded cells of one released notebook: source and points by grade_id, in their order."""

    tests: Mapping[str, str]
    points: Mapping[str, float]


class Course:
    """One assignment of nbgrader's course in a folder."""

    def __init__(self, root: Path, assignment: str) -> None:
        self.root, self.assignment = root, assignment
        self._config = _config(root)
        self._config.CourseDirectory.assignment_id = assignment
        self._config.CourseDirectory.root = str(root)
        self.folders = CourseDirectory(config=self._config)

    def path(self, step: str, student: str = ".") -> Path:
        """Give the folder of a step ("submitted", "autograded", "release", …)."""
        return Path(self.folders.format_path(getattr(self.folders, f"{step}_directory"), student, self.assignment))

    def students(self) -> list[str]:
        """List who has handed something in."""
        folder = self.path("submitted", "*").parent.parent
        return sorted(path.parent.name for path in folder.glob(f"*/{self.assignment}") if path.is_dir())

    def cells(self) -> dict[str, Cells]:
        """Give the graded cells of each notebook, as the gradebook has them.

        Raises:
            GradingError: the gradebook does not know the assignment, or cannot be read.
        """
        with self._gradebook() as gradebook:
            try:
                notebooks = gradebook.find_assignment(self.assignment).notebooks
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

    def sanitise(self, student: str) -> None:
        """Make nbgrader's autograded notebooks of what is staged: outputs cleared, test cells as released."""
        config = Config(self._config)
        config.CourseDirectory.submitted_directory = STAGING
        self._convert(_Sanitise, config, student)

    def save(self, student: str, by_hand: Iterable[tuple[str, str]]) -> None:
        """Write the scores of the executed notebooks into the gradebook.

        by_hand: (notebook, grade_id) of what a human has to look at.

        Raises:
            GradingError: the gradebook cannot be written, or a test cell has no score afterwards.
        """
        tests = {name for cells in self.cells().values() for name in cells.tests}
        self._convert(_Save, self._config, student)
        with self._gradebook() as gradebook:
            for notebook, cell in by_hand:
                gradebook.find_grade(cell, notebook, self.assignment, student).needs_manual_grade = True
            gradebook.db.commit()
            submission = gradebook.find_submission(self.assignment, student)
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            holes = [grade.name for grade in grades if grade.auto_score is None and grade.name in tests]
        if holes:
            raise GradingError(f"The gradebook has no score of {student} for {', '.join(holes)}: nbgrader skipped it.")

    def scores(self, student: str) -> dict[str, float] | None:
        """Give the score of each test cell; None if the student has none."""
        with self._gradebook() as gradebook:
            try:
                submission = gradebook.find_submission(self.assignment, student)
            except MissingEntry:
                return None
            return {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}

    def _convert(self, kind: type[Autograde], config: Config, student: str) -> None:
        folders = CourseDirectory(config=config)
        folders.student_id = student
        # `parent` is for logging and loose options; the converter's own messages would break the progress bar.
        converter = kind(coursedir=folders, config=config, force=True)
        converter.log = _SILENT
        try:
            with _alembic_on_path(), _logged() as said, warnings.catch_warnings():
                warnings.simplefilter("ignore")  # SQLAlchemy's, about how nbgrader uses it
                converter.start()
        except NbGraderException as error:
            # Of most errors nbgrader keeps no more than what it has logged.
            if any(words in said.getvalue() for words in _NO_ROOM):
                raise OSError(errno.ENOSPC, "no room for what nbgrader writes") from error
            if isinstance(error.__context__, SQLAlchemyError):
                raise GradingError(_about_the_gradebook(error.__context__)) from error
            raise CannotConvert(f"nbgrader could not {kind.doing} {student}: {error}") from error
        except SQLAlchemyError as error:
            raise GradingError(_about_the_gradebook(error)) from error
        except OSError:
            raise  # the disk
        except (Exception, SystemExit) as error:
            # One submission that nbgrader cannot cope with is no reason to leave the others ungraded.
            raise CannotConvert(
                f"nbgrader could not {kind.doing} {student}: {type(error).__name__}: {error}"
            ) from error

    @contextmanager
    def _gradebook(self) -> Iterator[Gradebook]:
        try:
            with (
                _alembic_on_path(),
                warnings.catch_warnings(),
                Gradebook(self.folders.db_url, self.folders.course_id) as gradebook,
            ):
                warnings.simplefilter("ignore")
                yield gradebook
        except SQLAlchemyError as error:
            raise GradingError(_about_the_gradebook(error)) from error


def is_time(data: bytes) -> bool:
    """Say whether nbgrader can read a timestamp: it would end the program over one that it cannot."""
    try:
        return not data.strip() or parse_utc(data.decode().strip()) is not None
    except (ValueError, OverflowError):
        return False


def _about_the_gradebook(error: Exception) -> str:
    first = str(error).splitlines()[0]
    if "locked" in first:
        return f"The gradebook is locked: something else is writing into it (formgrader?). Run this again. ({first})"
    if "full" in first:
        return f"There is no room for the gradebook: the disk is full. ({first})"
    if "no such column" in first or "no such table" in first:
        return f"The gradebook is of another version of nbgrader: back it up, then `nbgrader db upgrade`. ({first})"
    return f"The gradebook cannot be used: {first}"


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


@contextmanager
def _alembic_on_path() -> Iterator[None]:
    """Let nbgrader find its `alembic` where Python is: it starts it by name when it makes a gradebook."""
    import sys

    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


_SILENT = logging.getLogger("course.grading.nbgrader")
_SILENT.propagate = False
_NO_ROOM = "disk is full", "No space left on device", "Disk quota exceeded"


@contextmanager
def _logged() -> Iterator[io.StringIO]:
    """Give what nbgrader logs in the block, its gradebook's tracebacks too, in the place of showing it."""
    said = io.StringIO()
    handler, database = logging.StreamHandler(said), logging.getLogger("tornado.application")
    _SILENT.addHandler(handler)
    database.disabled = True
    try:
        yield said
    finally:
        database.disabled = False
        _SILENT.removeHandler(handler)


class _Sanitise(Autograde):
    """The first phase alone."""

    doing = "prepare what was handed in by"

    def convert_single_notebook(self, notebook_filename: str) -> None:
        self._sanitizing = True
        self._init_preprocessors()
        BaseConverter.convert_single_notebook(self, notebook_filename)

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        """Leave the files writable: the last phase is still to come."""


class _Save(Autograde):
    """The last phase alone, on notebooks that have been executed elsewhere."""

    doing = "save the scores of"
    _sanitizing = False

    def init_destination(self, assignment_id: str, student_id: str) -> bool:  # noqa: ARG002
        return True

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Nothing is left to prepare."""

    def convert_single_notebook(self, notebook_filename: str) -> None:
        self.autograde_preprocessors = [one for one in self.autograde_preprocessors if one is not Execute]
        self._init_preprocessors()
        BaseConverter.convert_single_notebook(self, notebook_filename)
