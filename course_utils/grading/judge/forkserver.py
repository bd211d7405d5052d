"""The process that this machine's workers are forked from."""

import logging
import os
from multiprocessing import get_context
from multiprocessing.forkserver import ensure_running


def quiet_dask() -> None:
    """Let Dask not log on the terminal what `course grade` says in its own words; to be called once it is imported."""
    for name in ("distributed", "distributed.worker", "distributed.scheduler", "distributed.nanny"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def begin(dask: bool) -> None:
    """Start it, unless it runs: it imports what workers need while this process imports what it needs itself."""
    os.environ["OMP_NUM_THREADS"] = "1"
    names = ["course_utils.grading.judge.preload", "course_utils.grading.judge.preload_dask"]
    get_context("forkserver").set_forkserver_preload(names if dask else names[:1])
    ensure_running()
