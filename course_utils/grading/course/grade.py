"""Grade a class: prepare each submission, have it run and judged, save its scores; one after the other may fail."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from course_utils.grading.course.errors import CannotConvert, GradingError
from course_utils.grading.course.gradebook import STAGING, TIMESTAMP, Cells, Course, is_time
from course_utils.grading.course.records import Record, Records, digest_of, files_in
from course_utils.grading.course.salvage import salvage
from course_utils.grading.course.workers import Workers
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.judge.verdicts import Verdict, write_outputs, zero
from course_utils.grading.run.limits import MB, Limits

_MOST_BESIDE = 50 * MB  # files that are handed in beside the notebooks


@dataclass(frozen=True)
class Options:
    """How to grade: whom (all unless named), whether again, within which limits, shut in or not."""

    students: tuple[str, ...] = ()
    regrade: bool = False
    limits: Limits = field(default_factory=Limits)
    confined: bool = True


@dataclass(frozen=True)
class Graded:
    """One submission that is done: its record, or None where the machines failed it; `fresh` if it was graded now."""

    student: str
    record: Record | None
    fresh: bool = True
    problem: str = ""


@dataclass
class _Open:
    """A submission that is on its way: its notebooks, what has come back of them, and what was mended."""

    student: str
    digest: str
    tests: dict[str, Cells]
    repairs: list[str]
    troubles: list[str]
    verdicts: dict[str, dict[str, Verdict]]
    waiting: set[str]
    seconds: float = 0.0
    lost: str = ""


class Grading:
    """The grading of one assignment."""

    def __init__(self, root: Path, assignment: str, options: Options) -> None:
        self.course = Course(root, assignment)
        self.options = options
        self.cells = self.course.cells()
        self.records = Records(root, assignment)
        self.students = self._students()

    def _students(self) -> list[str]:
        handed_in = self.course.students()
        if not handed_in:
            place = self.course.path("submitted", "STUDENT").relative_to(self.course.root)
            raise GradingError(f"Nobody has handed in {self.course.assignment}: {place}/ is where submissions go.")
        unknown = [name for name in self.options.students if name not in handed_in]
        if unknown:
            raise GradingError(f"Nothing was handed in by {', '.join(unknown)}. There are: {', '.join(handed_in)}.")
        return list(self.options.students) or handed_in

    def run(self, farm: Workers) -> Iterator[Graded]:
        """Grade all that needs it; give each submission when its scores are saved."""
        for student in self.students:
            while farm.waiting >= 2 * farm.workers:
                yield from self._take(*farm.next())
            yield from self._begin(student, farm)
        while farm.waiting:
            yield from self._take(*farm.next())

    def notebooks_to_run(self) -> int:
        """Count the notebooks of the submissions that are new, or have changed."""
        return sum(self._look_at(student)[2] is None for student in self.students) * len(self.cells)

    # --- one submission ---------------------------------------------------------------------------------------------

    def _begin(self, student: str, farm: Workers) -> Iterator[Graded]:
        """Prepare a submission and hand its notebooks out, unless it is graded already."""
        files, digest, known = self._look_at(student)
        if known is not None:
            yield Graded(student, known, fresh=False)
            return
        self.records.remove(student)
        one = _Open(student, digest, self.cells, [], [], {}, set())
        try:
            self._prepare(one, files)
        finally:
            shutil.rmtree(self._staging(student).parent, ignore_errors=True)
        self._hand_out(one, farm)
        if not one.waiting:
            yield self._finish(one)

    def _look_at(self, student: str) -> tuple[dict[str, bytes], str, Record | None]:
        """Give a submission's files, their digest, and the record of its grading if that still holds."""
        files = files_in(self.course.path("submitted", student))
        digest = digest_of(files, {name: dict(cells.tests) for name, cells in self.cells.items()})
        known = self.records.get(student)
        holds = known is not None and known.digest == digest and not self.options.regrade and self._has_scores(student)
        return files, digest, known if holds else None

    def _prepare(self, one: _Open, files: dict[str, bytes]) -> None:
        """Have nbgrader make its own notebooks of what was handed in, or of the release where it cannot."""
        self._stage(one, files)
        try:
            self.course.sanitise(one.student)
        except CannotConvert as error:
            one.troubles.append(str(error))
            for name in self.cells:
                reason = "nbgrader cannot work with this notebook"
                one.verdicts[name] = {cell: zero(reason) for cell in self.cells[name].points}
            self._stage(one, {})
            self.course.sanitise(one.student)

    def _has_scores(self, student: str) -> bool:
        return self.course.path("autograded", student).is_dir() and self.course.scores(student) is not None

    def _staging(self, student: str) -> Path:
        return self.course.root / STAGING / student / self.course.assignment

    def _stage(self, one: _Open, files: dict[str, bytes]) -> None:
        """Lay out what nbgrader is to read: mended notebooks; the release's own where one is beyond mending."""
        folder = self._staging(one.student)
        shutil.rmtree(folder, ignore_errors=True)
        beside = {name: data for name, data in files.items() if not name.endswith(".ipynb")}
        if sum(map(len, beside.values())) > _MOST_BESIDE:
            one.troubles.append(f"the files beside the notebooks are larger than {_MOST_BESIDE // MB} MB: left out")
            beside = {}
        if not is_time(beside.get(TIMESTAMP, b"")):
            one.troubles.append(f"its {TIMESTAMP} holds no time: left out")
            del beside[TIMESTAMP]
        staged = {name: data for name, data in beside.items() if not name.startswith("course_utils")}
        for name in self.cells:
            staged[f"{name}.ipynb"] = self._mended(one, name, files.get(f"{name}.ipynb"))
        for name, data in staged.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)

    def _mended(self, one: _Open, name: str, data: bytes | None) -> bytes:
        if data is None:
            return self._beyond_mending(one, name, "the notebook was not handed in")
        found = salvage(data, self._release(name))
        one.repairs += [f"{name}: {repair}" for repair in found.repairs]
        if found.notebook is None:
            return self._beyond_mending(one, name, found.reason)
        return nbformat.writes(found.notebook).encode()

    def _release(self, name: str) -> nbformat.NotebookNode:
        return nbformat.read(self.course.path("release") / f"{name}.ipynb", as_version=4)

    def _beyond_mending(self, one: _Open, name: str, reason: str) -> bytes:
        if name not in one.verdicts:
            one.verdicts[name] = {cell: zero(reason) for cell in self.cells[name].points}
            one.troubles.append(f"{name}: {reason}")
        return nbformat.writes(self._release(name)).encode()

    def _hand_out(self, one: _Open, farm: Workers) -> None:
        folder = self.course.path("autograded", one.student)
        beside = {name: data for name, data in files_in(folder).items() if not name.endswith(".ipynb")}
        for name, cells in self.cells.items():
            text = (folder / f"{name}.ipynb").read_text("utf-8")
            if name in one.verdicts:
                _write(folder / f"{name}.ipynb", _with_verdicts(text, one.verdicts[name]))
                continue
            released = frozenset(cell.source for cell in self._release(name).cells)
            task = Task(text, beside, cells.tests, released, self.options.limits, self.options.confined)
            one.waiting.add(name)
            farm.submit((one, name), task)

    def _take(self, label: tuple[_Open, str], result: Result | str) -> Iterator[Graded]:
        """Take back one notebook; with the last one, the submission is finished."""
        one, name = label
        one.waiting.discard(name)
        if isinstance(result, str):
            one.lost = result
        else:
            one.seconds += result.seconds
            one.verdicts[name] = dict(result.verdicts)
            one.troubles += [f"{name}: {trouble}" for trouble in result.troubles]
            _write(self.course.path("autograded", one.student) / f"{name}.ipynb", result.notebook)
        if not one.waiting:
            yield self._finish(one)

    def _finish(self, one: _Open) -> Graded:
        if one.lost:
            reason = f"not graded, the workers could not run it; run this again ({one.lost})"
            return Graded(one.student, None, problem=reason)
        ungraded = [
            (name, cell)
            for name, cells in one.verdicts.items()
            for cell, verdict in cells.items()
            if verdict.kind == "ungraded" and cell in self.cells[name].points
        ]
        self.course.save(one.student, ungraded)
        record = Record(
            one.digest,
            one.verdicts,
            tuple(one.repairs),
            tuple(one.troubles),
            round(one.seconds, 2),
            tuple(f"{name}: {cell}" for name, cell in ungraded),
        )
        self.records.put(one.student, record)
        return Graded(one.student, record)


def _with_verdicts(text: str, verdicts: dict[str, Verdict]) -> str:
    notebook = nbformat.reads(text, as_version=4)
    write_outputs(notebook, verdicts, {})
    return nbformat.writes(notebook)


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
