"""Run notebooks on the workers of a Dask cluster, which somebody else has started and looks after."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from queue import Empty, SimpleQueue
from typing import Any

import dask
from distributed import Client, Future
from distributed import TimeoutError as NotYet

from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.workers import AGAIN
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.judge.work import work

_SECONDS_TO_CONNECT = 20
_A_MOMENT = 1  # seconds between two looks at whether there is still a scheduler


class Farm(AbstractContextManager):
    """The workers of a scheduler."""

    def __init__(self, scheduler: str) -> None:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        dask.config.set({"distributed.scheduler.allowed-failures": AGAIN})
        self._client = _connect(scheduler)

    def __exit__(self, *error: object) -> None:
        """Leave the cluster to whoever else works there."""
        self._client.close(timeout=2)

    def run(self, tasks: Iterable[tuple[Any, Task]]) -> Iterator[tuple[Any, Result | str]]:
        """Run labelled notebooks, two at a time for each worker: one that it runs, and one that waits for it.

        Raises:
            GradingError: the scheduler is gone.
        """
        running: dict[Future, Any] = {}
        done: SimpleQueue[Future] = SimpleQueue()
        for label, task in tasks:
            # A worker that died, or could not start a kernel, says nothing about the submission: it is run again.
            future = self._client.submit(work, task, pure=False, retries=AGAIN)
            running[future] = label
            future.add_done_callback(done.put)
            while len(running) >= 2 * self._workers():
                yield self._next(running, done)
        while running:
            yield self._next(running, done)

    def _next(self, running: dict[Future, Any], done: "SimpleQueue[Future]") -> tuple[Any, Result | str]:
        """Wait for a notebook, as long as there is a scheduler to wait for."""
        while True:
            self._insist_on_scheduler()
            with suppress(Empty):
                future = done.get(timeout=_A_MOMENT)
                return running.pop(future), self._what_came_of(future)

    def _what_came_of(self, future: Future) -> Result | str:
        """Give a result; where the worker is lost that had it, another one works it out again."""
        while True:
            try:
                return future.result(_A_MOMENT)
            except Exception as error:  # noqa: BLE001  (whatever has kept it from running, the reason is told)
                self._insist_on_scheduler()
                if not (isinstance(error, NotYet) and future.status in {"pending", "finished"}):
                    return f"{type(error).__name__}: {error}"

    def _workers(self) -> int:
        """Count them: they come and go."""
        self._insist_on_scheduler()
        return max(len(self._client.scheduler_info(n_workers=-1)["workers"]), 1)

    def _insist_on_scheduler(self) -> None:
        if self._client.status != "running":
            raise GradingError(
                "The Dask scheduler is gone. What has been graded stays graded: start it, and run this again."
            )


def _connect(where: str) -> Client:
    try:
        return Client(where, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise GradingError(f"No Dask scheduler answers at {where}: is it running, and is the address right?") from error
