"""`course grade`: what the instructor sees while a class is graded, and afterwards."""

import _thread
import errno
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.grade import Graded, Grading, Options
from course_utils.grading.course.workers import workers_for
from course_utils.grading.run.confinement import missing

_A_MOMENT = 0.05  # seconds


def grade(root: Path, assignment: str, options: Options, jobs: int | None, scheduler: str | None) -> bool:
    """Grade a class and tell how it goes; say whether every submission has its scores.

    Raises:
        GradingError: it cannot start, or the gradebook cannot be written.
    """
    console = Console()
    _insist_on_confinement(options)
    grading = Grading(root, assignment, options)
    done: list[Graded] = []
    with (
        _in_words(grading, done),
        _no_interrupt_is_lost(),
        workers_for(grading.notebooks_to_run(), jobs, scheduler) as workers,
        _progress(console) as progress,
    ):
        bar = progress.add_task(assignment, total=len(grading.students))
        for one in grading.run(workers):
            done.append(one)
            for line in _troubles(one):
                progress.console.print(line, markup=False, highlight=False)
            progress.advance(bar)
    _summary(console, grading, done)
    return all(one.record is not None for one in done)


@contextmanager
def _in_words(grading: Grading, done: list[Graded]) -> Iterator[None]:
    """Say what has stopped it, and that nothing is lost: each submission is saved whole, and noted as the last step."""
    try:
        yield
    except KeyboardInterrupt:
        so_far = f"{len(done)} of {len(grading.students)} submissions have their scores"
        raise GradingError(f"Stopped: {so_far}. Run this again: it goes on from there.") from None
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
    if one.record is None:
        return [f"{one.student}: {one.problem}"]
    if not one.fresh:
        return []
    lines = [f"{one.student}: {line}" for line in (*one.record.repairs, *one.record.troubles)]
    # Names in a notebook are its author's: none of them is to move the cursor of this terminal.
    return ["".join(letter if letter.isprintable() else "?" for letter in line) for line in lines]


def _summary(console: Console, grading: Grading, done: list[Graded]) -> None:
    """Tell how many got each test's points."""
    table = Table("test", "points", "right", "wrong", "not attempted", "for a human", title=grading.course.assignment)
    records = [one.record for one in done if one.record is not None]
    for notebook, cells in grading.cells.items():
        for cell, points in cells.points.items():
            kinds = [record.verdicts[notebook][cell].kind for record in records if cell in record.verdicts[notebook]]
            counts = [str(kinds.count(kind)) for kind in ("right", "wrong", "unfinished", "ungraded")]
            table.add_row(cell, f"{points:g}", *counts)
    console.print(table)
    fresh = [one for one in done if one.fresh and one.record]
    kept = len(records) - len(fresh)
    human = [one.student for one in done if one.record and one.record.wants_human]
    console.print(
        f"{len(fresh)} graded now, {kept} unchanged since they were graded, {len(done) - len(records)} not graded."
    )
    if human:
        console.print(f"A human should look at: {', '.join(human)} (in formgrader, or nbgrader's gradebook).")
