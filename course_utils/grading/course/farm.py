"""Run notebooks on many workers: a Dask cluster, on this machine unless told otherwise."""

import os
from types import TracebackType
from typing import Any

import dask
from distributed import Client, LocalCluster, as_completed

from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.workers import AGAIN
from course_utils.grading.judge.forkserver import begin, quiet_dask
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.judge.work import work

_SECONDS_TO_CONNECT = 20


class Farm:
    """Workers, and the notebooks that they are running."""

    def __init__(self, jobs: int | None = None, scheduler: str | None = None) -> None:
        quiet_dask()
        dask.config.set({"distributed.scheduler.allowed-failures": AGAIN})
        self._cluster = None if scheduler else _local(jobs or os.cpu_count() or 1)
        self._client = _connect(scheduler or self._cluster)
        self._running = as_completed(loop=self._client.loop)
        self._tasks: dict[str, tuple[Any, Task, int]] = {}
        self._count = 0

    def __enter__(self) -> "Farm":
        """Be ready."""
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Send all workers home."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    @property
    def workers(self) -> int:
        """Say how many there are now."""
        return max(len(self._client.scheduler_info(n_workers=-1)["workers"]), 1)

    @property
    def waiting(self) -> int:
        """Say how many notebooks are not back yet."""
        return len(self._tasks)

    def submit(self, label: Any, task: Task, attempt: int = 0) -> None:
        """Have a notebook run; its result comes back under its label."""
        self._count += 1
        future = self._client.submit(work, task, key=f"grade-{self._count}", pure=False)
        self._tasks[future.key] = label, task, attempt
        self._running.add(future)

    def next(self) -> tuple[Any, Result | str]:
        """Wait for the next notebook; in the place of a result that could not be had, the reason."""
        while True:
            future = next(self._running)
            label, task, attempt = self._tasks.pop(future.key)
            if future.status == "finished":
                return label, future.result()
            # A worker that died, or could not start a kernel, says nothing about the submission.
            if attempt >= AGAIN:
                error = future.exception()
                return label, f"{type(error).__name__}: {error}"
            self.submit(label, task, attempt + 1)


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
