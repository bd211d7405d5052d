"""`course grade`: what the instructor sees while a class is graded, and afterwards."""

import _thread
import errno
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from course_utils.grading.course.alone import alone
from course_utils.grading.course.decide import WAITS, state, why
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.grade import Graded, Grading, Options
from course_utils.grading.course.gradebook import Course
from course_utils.grading.course.records import Record
from course_utils.grading.course.workers import Here, Workers
from course_utils.grading.run.confinement import missing

_A_MOMENT = 0.05  # seconds
_NAMED = 40  # students; the names of all are in the report


def grade(root: Path, assignment: str, options: Options, jobs: int | None, scheduler: str | None) -> bool:
    """Grade a class and tell how it goes; say whether every submission has its scores.

    Raises:
        GradingError: it cannot start, or the gradebook cannot be written.
    """
    console = Console()
    console.print(f"Grading {assignment} of the course in {root}", markup=False, highlight=False, soft_wrap=True)
    _insist_on_confinement(options)
    with alone(root):
        return _grade(console, Grading(root, assignment, options), jobs, scheduler)


def _grade(console: Console, grading: Grading, jobs: int | None, scheduler: str | None) -> bool:
    grading.course.settle()  # a term file that cannot be understood stops it here, before anything is graded
    tally = _Tally(grading)
    with (
        _in_words(tally),
        _no_interrupt_is_lost(),
        workers_for(len(grading.to_grade) * len(grading.cells), jobs, scheduler) as workers,
        _progress(console) as progress,
    ):
        bar = progress.add_task(grading.course.assignment, total=len(grading.students))
        for one in grading.run(workers):
            tally.add(one)
            for line in _troubles(one):
                progress.console.print(line, markup=False, highlight=False)
            progress.advance(bar)
    tally.show(console)
    _show_late(console, grading.course)
    return not tally.lost


def workers_for(notebooks: int, jobs: int | None, scheduler: str | None) -> AbstractContextManager[Workers]:
    """Give whoever runs notebooks: a scheduler's workers, or as many processes of this machine as have work."""
    if scheduler is None:
        return Here(max(min(jobs or os.cpu_count() or 1, notebooks), 1))
    from course_utils.grading.course.farm import Farm

    return Farm(scheduler)


class _Tally:
    """What is told at the end; records are not kept, which for ten thousand submissions would be a gigabyte."""

    def __init__(self, grading: Grading) -> None:
        self._cells, self._all = grading.cells, len(grading.students)
        self._kinds: Counter[tuple[str, str]] = Counter()  # of verdicts, by test cell
        self._human: dict[str, Record] = {}
        self._course = grading.course
        self.fresh = self.kept = self.lost = 0

    def add(self, one: Graded) -> None:
        """Count one submission."""
        if one.record is None:
            self.lost += 1
            return
        self.fresh, self.kept = self.fresh + one.fresh, self.kept + (not one.fresh)
        by_cell = one.record.by_cell.items()
        self._kinds.update((cell, verdict.kind) for cell, verdict in by_cell if not verdict.wants_human)
        if one.record.wants_human:
            self._human[one.student] = one.record

    @property
    def so_far(self) -> str:
        """Say how many there are."""
        return f"{self.fresh + self.kept} of {self._all} submissions have their scores"

    def show(self, console: Console) -> None:
        """Tell how many got each test's points, and what is left for a human."""
        waiting = self._course.waiting()
        for student, record in self._human.items():
            for name, cell in record.wants_human:
                waits = (name, cell) in waiting.get(student, ())
                self._kinds[cell, "ungraded" if waits else record.by_cell[cell].kind] += 1
        table = Table("test", "points", "right", "wrong", "not attempted", "for a human", title=self._course.assignment)
        for cells in self._cells.values():
            for cell, points in cells.points.items():
                counts = (str(self._kinds[cell, kind]) for kind in ("right", "wrong", "unfinished", "ungraded"))
                table.add_row(cell, f"{points:g}", *counts)
        console.print(table)
        console.print(f"{self.fresh} graded now, {self.kept} unchanged since they were graded, {self.lost} not graded.")
        self._show_decisions(console, waiting)

    def _show_decisions(self, console: Console, waiting: dict[str, set[tuple[str, str]]]) -> None:
        """Tell who waits for a decision, and why, and what has been decided."""
        states = {name: state(record, waiting.get(name, ())) for name, record in self._human.items()}
        lines = [f"  {name}: {why(self._human[name])}" for name, found in states.items() if found == WAITS]
        if lines:
            console.print(
                "A human should look at these, whose points are held until then: "
                "course accept NAME, or course refuse NAME (or formgrader, test by test)."
            )
        decided = [f"{name} ({found})" for name, found in states.items() if found != WAITS]
        told = [*_first(lines), *[f"A human has decided: {', '.join(_first(decided))}."] * bool(decided)]
        for line in told:
            console.print(_printable(line), markup=False, highlight=False, soft_wrap=True)


def _show_late(console: Console, course: Course) -> None:
    """Take the term file's dates, groups and penalties into the scores, and tell who was late."""
    settled = course.settle()
    late = settled.late.get(course.assignment, {})
    for line in [*_first([f"  {name}: {told}" for name, told in late.items()]), *settled.notes]:
        console.print(_printable(line), markup=False, highlight=False, soft_wrap=True)


def _first(told: list[str]) -> list[str]:
    return told[:_NAMED] + [f"and {len(told) - _NAMED} more"] * (len(told) > _NAMED)


@contextmanager
def _in_words(tally: _Tally) -> Iterator[None]:
    """Say what has stopped it, and that nothing is lost: each submission is saved whole, and noted as the last step."""
    try:
        yield
    except KeyboardInterrupt:
        raise GradingError(f"Stopped: {tally.so_far}. Run this again: it goes on from there.") from None
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise GradingError("The disk is full. Make room and run this again: it goes on where it stopped.") from error


@contextmanager
def _no_interrupt_is_lost() -> Iterator[None]:
    """Interrupt again where Python has dropped an interrupt, because it came while an object was tidied away."""

    def again(dropped: Any) -> None:
        if dropped.exc_type is KeyboardInterrupt:
            threading.Timer(_A_MOMENT, _thread.interrupt_main).start()
        else:
            before(dropped)

    before, sys.unraisablehook = sys.unraisablehook, again
    try:
        yield
    finally:
        sys.unraisablehook = before


def _insist_on_confinement(options: Options) -> None:
    found = missing()
    if found and options.confined:
        raise GradingError(
            "Submissions cannot be shut in on this machine. Not confined would be: "
            + "; ".join(found)
            + ". To grade all the same (only what you would run yourself): --unconfined"
        )


def _progress(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console)


def _troubles(one: Graded) -> list[str]:
    told = (one.problem,) if one.record is None else (*one.record.repairs, *one.record.troubles) if one.fresh else ()
    return [_printable(f"{one.student}: {line}") for line in told]


def _printable(line: str) -> str:
    """Names in a notebook are its author's: none of them is to move the cursor of this terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)
