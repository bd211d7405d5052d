"""Grade a class: prepare each submission, have it run and judged, save its scores; one after the other may fail."""

import copy
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course_utils.grading.course.answers import known_in, told_as_named
from course_utils.grading.course.errors import CannotConvert, GradingError
from course_utils.grading.course.gradebook import Course, is_time
from course_utils.grading.course.late import TIMESTAMP
from course_utils.grading.course.plain_files import read
from course_utils.grading.course.records import REFUSED, Record, Records
from course_utils.grading.course.salvage import BeyondMending, salvage
from course_utils.grading.course.workers import Workers
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.judge.verdicts import Verdict, write_outputs, zero
from course_utils.grading.run.confinement import memory_limited
from course_utils.grading.run.limits import Limits

_MEMORY = 3000  # MB for reading a notebook, of which Python makes a hundred times as much in the worst case


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
    """A submission that is on its way: its notebooks, what has come back of them, and what was mended.

    decision: what a human has decided about the same work when it was graded before. asked: about which tests one was
    asked then; decided: of which tests the points stood.
    """

    student: str
    digest: str
    repairs: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    prepared: dict[str, str] = field(default_factory=dict)
    executed: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    decision: str = ""
    asked: set[tuple[str, str]] = field(default_factory=set)
    decided: set[tuple[str, str]] = field(default_factory=set)

    @property
    def record(self) -> Record:
        return Record(self.digest, self.verdicts, tuple(self.repairs), tuple(self.troubles), self.decision)


class Grading:
    """The grading of one assignment."""

    def __init__(self, root: Path, assignment: str, options: Options) -> None:
        self.course = Course(root, assignment)
        self.options = options
        self.cells = self.course.cells
        self.records = Records(root, assignment)
        self._named = known_in(root)
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
        """Say whether a submission has been graded, and is as it was then, as is what its mistakes are called."""
        known = self.records.get(student)
        if known is None or self.options.regrade or not self.course.path("autograded", student).is_dir():
            return False
        return told_as_named(known, self._named) and known.digest == self.course.digest(self.course.handed_in(student))

    # --- one submission ---------------------------------------------------------------------------------------------

    def _tasks(self) -> Iterator[tuple[tuple[_Open, str], Task]]:
        """Prepare one submission after the other, when there is room for its notebooks."""
        for student in self.to_grade:
            found = self.course.handed_in(student)
            files, one = dict(found.files), _Open(student, self.course.digest(found), troubles=[*found.left_out])
            self._take_up_decisions(one)
            self.records.remove(student)
            try:
                self._prepare(one, files)
            except CannotConvert as error:  # not even a blank one, in its folder
                self._done.append(Graded(student, None, problem=f"not graded: {error}"))
                continue
            finally:
                shutil.rmtree(self.course.staging(student).parent, ignore_errors=True)
            tasks = self._handed_out(one, files)
            if not tasks:
                self._finish(one)
            for name, task in tasks.items():
                yield (one, name), task

    def _take_up_decisions(self, one: _Open) -> None:
        """Have what a human has decided hold for the same work, and take a refusal back where there is other work."""
        known = self.records.get(one.student)
        if known is None:
            return
        if known.digest == one.digest:
            one.decision, one.asked = known.decision, set(known.wants_human)
            graded = {(name, cell) for name, cells in self.cells.items() for cell in cells.points}
            one.decided = graded - self._waiting.get(one.student, set())
        elif known.decision == REFUSED:
            self.course.decide(one.student, known.wants_human, waits=True, points=None)

    @cached_property
    def _waiting(self) -> dict[str, set[tuple[str, str]]]:
        """What has waited for a human when this began."""
        return self.course.waiting()

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
        if not is_time(beside.get(TIMESTAMP, b"")):
            one.troubles.append(f"its {TIMESTAMP} holds no time: left out")
            del beside[TIMESTAMP]
        staged = {name: data for name, data in beside.items() if not _is_the_courses(name)}
        if len(staged) < len(beside):
            one.repairs.append("a course_utils of its own was left out: the course's own is used")
        for name, data in (staged | {f"{name}.ipynb": b"" for name in self.cells}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)

    def _mended(self, one: _Open, name: str, data: bytes | None) -> NotebookNode:
        """Give a notebook that nbgrader can work with; the release's own where nothing else is to be had."""
        try:
            with memory_limited(_MEMORY):
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

    def _handed_out(self, one: _Open, files: dict[str, bytes]) -> dict[str, Task]:
        """Give the notebooks that have to be run."""
        beside, tasks = dict(read(self.course.path("autograded", one.student), ()).files), {}
        # nbgrader leaves their own Python files out, as the course's settings tell it to for solutions.
        beside |= {name: data for name, data in files.items() if name.endswith(".py") and not _is_the_courses(name)}
        for name, cells in self.cells.items():
            if name in one.verdicts:
                one.executed[name] = _with_verdicts(one.prepared[name], one.verdicts[name])
                continue
            release = self._releases[name].cells
            tasks[name] = Task(
                one.prepared[name],
                beside,
                cells.tests,
                frozenset(cell.source for cell in release),
                self.options.limits,
                self.options.confined,
                {told["grade_id"]: cell.source for cell in release if (told := _answered_in(cell))},
                self._named,
            )
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
            self._save(one, one.executed)
        except CannotConvert as error:  # a notebook's outputs are what its code has made of them
            self._give_up(one, str(error))
            self._save(one, {name: _with_verdicts(text, one.verdicts[name]) for name, text in one.prepared.items()})
        self.records.put(one.student, one.record)
        self._done.append(Graded(one.student, one.record))

    def _save(self, one: _Open, notebooks: dict[str, str]) -> None:
        by_hand = set(one.record.wants_human)
        self.course.save(one.student, notebooks, by_hand, one.decided - (by_hand - one.asked))


def _is_the_courses(name: str) -> bool:
    return name.partition("/")[0] in {"course_utils", "course_utils.py"}


def _answered_in(cell: NotebookNode) -> dict[str, Any]:
    """Give what nbgrader says of a cell of code that students are to fill in; nothing of any other."""
    told = cell.metadata.get("nbgrader", {})
    return told if cell.cell_type == "code" and told.get("solution") and not told.get("grade") else {}


def _with_verdicts(text: str, verdicts: dict[str, Verdict]) -> str:
    notebook = nbformat.from_dict(json.loads(text))
    write_outputs(notebook, verdicts, {})
    return json.dumps(notebook)
