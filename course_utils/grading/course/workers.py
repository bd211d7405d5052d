"""Where notebooks are run: one worker for a few of them, a Dask cluster for a class."""

from collections import deque
from contextlib import AbstractContextManager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol

from course_utils.grading.judge.forkserver import begin
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.judge.work import work

FEW = 2
"""Notebooks that are run by one worker: starting a cluster takes longer than they do."""

AGAIN = 3
"""Times that a notebook is queued again after its worker was lost, which says nothing about the submission."""


class Workers(Protocol):
    """What grading asks of whoever runs notebooks."""

    @property
    def workers(self) -> int:
        """Say how many there are now."""

    @property
    def waiting(self) -> int:
        """Say how many notebooks are not back yet."""

    def submit(self, label: Any, task: Task) -> None:
        """Have a notebook run; its result comes back under its label."""

    def next(self) -> tuple[Any, Result | str]:
        """Wait for the next notebook; in the place of a result that could not be had, the reason."""


class OneWorker:
    """A worker without a cluster."""

    workers = 1

    def __init__(self) -> None:
        begin(dask=False)
        self._queue: deque[tuple[Any, Task]] = deque()

    def __enter__(self) -> "OneWorker":
        """Be ready."""
        return self

    def __exit__(self, *error: object) -> None:
        """Leave what is waiting undone."""
        self._queue.clear()

    @property
    def waiting(self) -> int:
        """Say how many notebooks are not back yet."""
        return len(self._queue)

    def submit(self, label: Any, task: Task) -> None:
        """Put a notebook at the end of the queue."""
        self._queue.append((label, task))

    def next(self) -> tuple[Any, Result | str]:
        """Run the first notebook of the queue, in a process of its own that may die."""
        label, task = self._queue.popleft()
        for _ in range(1 + AGAIN):
            result = _in_a_process(task)
            if isinstance(result, Result):
                break
        return label, result


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


def workers_for(notebooks: int, jobs: int | None, scheduler: str | None) -> AbstractContextManager[Workers]:
    """Choose: a few notebooks need no cluster, unless one is asked for."""
    if scheduler is None and notebooks <= FEW:
        return OneWorker()
    from course_utils.grading.course.farm import Farm

    return Farm(jobs, scheduler)
