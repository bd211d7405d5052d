"""Run notebooks on many workers: a Dask cluster, on this machine unless told otherwise."""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import dask
from distributed import Client, Future, LocalCluster, as_completed

from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.workers import AGAIN
from course_utils.grading.judge.forkserver import begin
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.judge.work import work

_SECONDS_TO_CONNECT = 20


class Farm(AbstractContextManager):
    """Workers on this machine, or on those of a scheduler."""

    def __init__(self, jobs: int | None = None, scheduler: str | None = None) -> None:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        dask.config.set({"distributed.scheduler.allowed-failures": AGAIN})
        self._cluster = None if scheduler else _local(jobs or os.cpu_count() or 1)
        self._client = _connect(scheduler or self._cluster)

    def __exit__(self, *error: object) -> None:
        """Send all workers home."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    def run(self, tasks: Iterable[tuple[Any, Task]]) -> Iterator[tuple[Any, Result | str]]:
        """Run labelled notebooks, two at a time for each worker: one that it runs, and one that waits for it."""
        running, labels = as_completed(loop=self._client.loop), {}
        for label, task in tasks:
            # A worker that died, or could not start a kernel, says nothing about the submission: it is run again.
            future = self._client.submit(work, task, pure=False, retries=AGAIN)
            labels[future.key] = label
            running.add(future)
            while len(labels) >= 2 * self._workers():
                yield _what_came_of(next(running), labels)
        while labels:
            yield _what_came_of(next(running), labels)

    def _workers(self) -> int:
        """Count them: they come and go."""
        return max(len(self._client.scheduler_info(n_workers=-1)["workers"]), 1)


def _what_came_of(future: Future, labels: dict[str, Any]) -> tuple[Any, Result | str]:
    label = labels.pop(future.key)
    try:
        return label, future.result()  # waits once more where the worker was lost that had it
    except Exception as error:  # noqa: BLE001  (whatever has kept it from running, the reason is told)
        return label, f"{type(error).__name__}: {error}"


def _local(jobs: int) -> LocalCluster:
    """Start workers here: forked from one process that has imported what all of them need."""
    begin(dask=True)
    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    return LocalCluster(n_workers=jobs, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=None)


def _connect(where: Any) -> Client:
    try:
        return Client(where, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise GradingError(f"No Dask scheduler answers at {where}: is it running, and is the address right?") from error
