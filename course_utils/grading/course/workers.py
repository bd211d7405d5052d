"""Where notebooks are run: by processes of this machine, or by the workers of a Dask cluster (see `farm`)."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol

from course_utils.grading.judge.forkserver import begin
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.judge.work import work

AGAIN = 3  # times that a notebook is queued again after its worker was lost, which says nothing about the submission


class Workers(Protocol):
    """What grading asks of whoever runs notebooks."""

    def run(self, tasks: Iterable[tuple[Any, Task]]) -> Iterator[tuple[Any, Result | str]]:
        """Run labelled notebooks, taken when there is room for one; in the place of a result there may be a reason."""


class Here(AbstractContextManager):
    """Processes of this machine. Each is talked to over a pipe of its own, which nobody else can reach."""

    def __init__(self, jobs: int) -> None:
        begin()
        self._jobs, self._threads = jobs, ThreadPoolExecutor(jobs)
        self._own = threading.local()  # each thread's process
        self._all: list[_Process] = []
        self._over = False

    def __exit__(self, *error: object) -> None:
        """End all of them, whatever they are at."""
        self._over = True
        for process in tuple(self._all):
            process.end()
        self._threads.shutdown(cancel_futures=True)

    def run(self, tasks: Iterable[tuple[Any, Task]]) -> Iterator[tuple[Any, Result | str]]:
        """Run labelled notebooks, two at a time for each process: one that it runs, and one that waits for it."""
        running: dict[Future, Any] = {}
        for label, task in tasks:
            running[self._threads.submit(self._result_of, task)] = label
            if len(running) >= 2 * self._jobs:
                yield from _done(running)
        while running:
            yield from _done(running)

    def _result_of(self, task: Task) -> Result | str:
        """Have a notebook run by this thread's process, and by another one where that is lost."""
        result: Result | str = "it was stopped"
        for _ in range(1 + AGAIN):
            if self._over:
                break
            process = getattr(self._own, "process", None)
            if process is None or not process.lives:
                process = self._own.process = _Process()
                self._all.append(process)
            result = process.run(task)
            if isinstance(result, Result):
                break
        return result


def _done(running: dict[Future, Any]) -> Iterator[tuple[Any, Result | str]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        yield running.pop(future), future.result()


class _Process:
    """A process that runs one notebook after the other, and may die."""

    def __init__(self) -> None:
        context = get_context("forkserver")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def lives(self) -> bool:
        """Say whether it can be asked."""
        return self._process.is_alive()

    def run(self, task: Task) -> Result | str:
        """Run a notebook."""
        try:
            self._line.send(task)
            return self._line.recv()
        except (EOFError, OSError):
            self.end()
            return "its worker died"

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.join()


def _serve(line: Connection) -> None:
    """Run what is sent until the other end is gone."""
    with suppress(EOFError, OSError):
        while True:
            task = line.recv()
            try:
                line.send(work(task))
            except Exception as error:  # noqa: BLE001  (whatever has kept it from running, the reason is told)
                line.send(f"{type(error).__name__}: {error}")
