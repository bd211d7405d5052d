"""Where notebooks are run: one worker for a few of them, a Dask cluster for a class."""

from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol

from course_utils.grading.judge.forkserver import begin
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.judge.work import work

FEW = 2  # notebooks that are run by one worker: starting a cluster takes longer than they do
AGAIN = 3  # times that a notebook is queued again after its worker was lost, which says nothing about the submission


class Workers(Protocol):
    """What grading asks of whoever runs notebooks."""

    def run(self, tasks: Iterable[tuple[Any, Task]]) -> Iterator[tuple[Any, Result | str]]:
        """Run labelled notebooks, taken when there is room for one; in the place of a result there may be a reason."""


class OneWorker:
    """A worker without a cluster."""

    def __init__(self) -> None:
        begin(dask=False)

    def run(self, tasks: Iterable[tuple[Any, Task]]) -> Iterator[tuple[Any, Result | str]]:
        """Run one notebook after the other, each in a process of its own that may die."""
        for label, task in tasks:
            for _ in range(1 + AGAIN):
                result = _in_a_process(task)
                if isinstance(result, Result):
                    break
            yield label, result


def _in_a_process(task: Task) -> Result | str:
    """Run a notebook in a process that may die; it ends with an interrupt of this one."""
    context = get_context("forkserver")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(theirs, task), daemon=True)
    process.start()
    theirs.close()
    try:
        return mine.recv()
    except EOFError:
        return "its worker died"
    finally:
        process.kill()
        process.join()


def _send(line: Connection, task: Task) -> None:
    try:
        line.send(work(task))
    except Exception as error:  # noqa: BLE001  (whatever has kept it from running, the reason is told)
        line.send(f"{type(error).__name__}: {error}")
