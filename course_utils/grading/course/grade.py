"""Grade a class: prepare each submission, have it run and judged, save its scores; one after the other may fail."""

import copy
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.grading.course.errors import CannotConvert, GradingError
from course_utils.grading.course.gradebook import TIMESTAMP, Course, is_time
from course_utils.grading.course.records import Record, Records, digest_of, files_in
from course_utils.grading.course.salvage import BeyondMending, salvage
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
    repairs: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    prepared: dict[str, str] = field(default_factory=dict)
    executed: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)


class Grading:
    """The grading of one assignment."""

    def __init__(self, root: Path, assignment: str, options: Options) -> None:
        self.course = Course(root, assignment)
        self.options = options
        self.cells = self.course.cells
        self.records = Records(root, assignment)
        self.students = self._students()
        with_scores = self.course.with_scores()
        self.to_grade = [name for name in self.students if name not in with_scores or not self._is_graded(name)]
        self._releases = {name: self.course.release(name) for name in self.cells}
        self._done: list[Graded] = []

    def _students(self) -> list[str]:
        handed_in = self.course.students()
        if not handed_in:
            place = self.course.path("submitted", "STUDENT").relative_to(self.course.root)
            raise GradingError(f"Nobody has handed in {self.course.assignment}: {place}/ is where submissions go.")
        unknown = [name for name in self.options.students if name not in handed_in]
        if unknown:
            raise GradingError(f"Nothing was handed in by {', '.join(unknown)}. There are: {', '.join(handed_in)}.")
        return list(self.options.students) or handed_in

    def run(self, workers: Workers) -> Iterator[Graded]:
        """Grade all that needs it; give each submission when its scores are saved."""
        again = set(self.to_grade)
        for student in self.students:
            if student not in again:
                yield Graded(student, self.records.get(student), fresh=False)
        for (one, name), result in workers.run(self._tasks()):
            self._take(one, name, result)
            yield from self._finished()
        yield from self._finished()

    def _finished(self) -> Iterator[Graded]:
        while self._done:
            yield self._done.pop()

    def _is_graded(self, student: str) -> bool:
        """Say whether a submission has been graded, and is as it was then."""
        known = self.records.get(student)
        if known is None or self.options.regrade or not self.course.path("autograded", student).is_dir():
            return False
        return known.digest == self._digest(files_in(self.course.path("submitted", student)))

    def _digest(self, files: dict[str, bytes]) -> str:
        return digest_of(files, {name: dict(cells.tests) for name, cells in self.cells.items()})

    # --- one submission ---------------------------------------------------------------------------------------------

    def _tasks(self) -> Iterator[tuple[tuple[_Open, str], Task]]:
        """Prepare one submission after the other, when there is room for its notebooks."""
        for student in self.to_grade:
            files = files_in(self.course.path("submitted", student))
            self.records.remove(student)
            one = _Open(student, self._digest(files))
            try:
                self._prepare(one, files)
            finally:
                shutil.rmtree(self.course.staging(student).parent, ignore_errors=True)
            tasks = self._handed_out(one)
            if not tasks:
                self._finish(one)
            for name, task in tasks.items():
                yield (one, name), task

    def _prepare(self, one: _Open, files: dict[str, bytes]) -> None:
        """Have nbgrader make its own notebooks of what was handed in, or of the release where it cannot."""
        self._stage(one, files)
        mended = {name: self._mended(one, name, files.get(f"{name}.ipynb")) for name in self.cells}
        try:
            one.prepared = self.course.prepare(one.student, mended)
        except CannotConvert as error:
            self._give_up(one, str(error))
            self._stage(one, {})
            one.prepared = self.course.prepare(one.student, copy.deepcopy(self._releases))

    def _stage(self, one: _Open, files: dict[str, bytes]) -> None:
        """Lay out what nbgrader is to copy; of notebooks it only looks whether they are there."""
        folder = self.course.staging(one.student)
        shutil.rmtree(folder, ignore_errors=True)
        beside = {name: data for name, data in files.items() if not name.endswith(".ipynb")}
        if sum(map(len, beside.values())) > _MOST_BESIDE:
            one.troubles.append(f"the files beside the notebooks are larger than {_MOST_BESIDE // MB} MB: left out")
            beside = {}
        if not is_time(beside.get(TIMESTAMP, b"")):
            one.troubles.append(f"its {TIMESTAMP} holds no time: left out")
            del beside[TIMESTAMP]
        staged = {name: data for name, data in beside.items() if not name.startswith("course_utils")}
        for name, data in (staged | {f"{name}.ipynb": b"" for name in self.cells}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)

    def _mended(self, one: _Open, name: str, data: bytes | None) -> NotebookNode:
        """Give a notebook that nbgrader can work with; the release's own where nothing else is to be had."""
        try:
            notebook, repairs = salvage(data, self._releases[name])
        except BeyondMending as reason:
            one.verdicts[name] = self._zeros(name, str(reason))
            one.troubles.append(f"{name}: {reason}")
            return copy.deepcopy(self._releases[name])
        one.repairs += [f"{name}: {repair}" for repair in repairs]
        return notebook

    def _zeros(self, name: str, reason: str) -> dict[str, Verdict]:
        return {cell: zero(reason) for cell in self.cells[name].points}

    def _give_up(self, one: _Open, trouble: str) -> None:
        one.troubles.append(trouble)
        one.verdicts = {name: self._zeros(name, "nbgrader cannot work with this notebook") for name in self.cells}

    def _handed_out(self, one: _Open) -> dict[str, Task]:
        """Give the notebooks that have to be run."""
        beside, tasks = files_in(self.course.path("autograded", one.student)), {}
        for name, cells in self.cells.items():
            if name in one.verdicts:
                one.executed[name] = _with_verdicts(one.prepared[name], one.verdicts[name])
                continue
            released = frozenset(cell.source for cell in self._releases[name].cells)
            limits, confined = self.options.limits, self.options.confined
            tasks[name] = Task(one.prepared[name], beside, cells.tests, released, limits, confined)
        return tasks

    def _take(self, one: _Open, name: str, result: Result | str) -> None:
        """Take back one notebook; with the last one, the submission is finished."""
        if isinstance(result, str):
            one.lost[name] = result
        else:
            one.verdicts[name] = dict(result.verdicts)
            one.troubles += [f"{name}: {trouble}" for trouble in result.troubles]
            one.executed[name] = result.notebook
        if len(one.executed) + len(one.lost) == len(self.cells):
            self._finish(one)

    def _finish(self, one: _Open) -> None:
        if one.lost:
            reason = f"not graded, the workers could not run it; run this again ({', '.join(one.lost.values())})"
            self._done.append(Graded(one.student, None, problem=reason))
            return
        try:
            self.course.save(one.student, one.executed, self._ungraded(one))
        except CannotConvert as error:  # a notebook's outputs are what its code has made of them
            self._give_up(one, str(error))
            zeros = {name: _with_verdicts(text, one.verdicts[name]) for name, text in one.prepared.items()}
            self.course.save(one.student, zeros, self._ungraded(one))
        by_hand = tuple(f"{name}: {cell}" for name, cell in self._ungraded(one))
        record = Record(one.digest, one.verdicts, tuple(one.repairs), tuple(one.troubles), by_hand)
        self.records.put(one.student, record)
        self._done.append(Graded(one.student, record))

    def _ungraded(self, one: _Open) -> list[tuple[str, str]]:
        """List what a human has to look at."""
        return [
            (name, cell)
            for name, verdicts in one.verdicts.items()
            for cell, verdict in verdicts.items()
            if verdict.kind == "ungraded" and cell in self.cells[name].points
        ]


def _with_verdicts(text: str, verdicts: dict[str, Verdict]) -> str:
    notebook = nbformat.from_dict(json.loads(text))
    write_outputs(notebook, verdicts, {})
    return json.dumps(notebook)
