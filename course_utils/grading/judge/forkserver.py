"""The process that this machine's workers are forked from."""

import os
from multiprocessing import get_context
from multiprocessing.forkserver import ensure_running


def begin(dask: bool) -> None:
    """Start it, unless it runs: it imports what workers need while this process imports what it needs itself."""
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["DASK_LOGGING__DISTRIBUTED"] = "critical"  # `course grade` says in its own words what has happened
    names = ["course_utils.grading.judge.preload", "distributed"]
    get_context("forkserver").set_forkserver_preload(names if dask else names[:1])
    ensure_running()
