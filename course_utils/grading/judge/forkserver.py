"""The process that this machine's workers are forked from."""

import os
from multiprocessing import get_context
from multiprocessing.forkserver import ensure_running


def begin() -> None:
    """Start it, unless it runs: it imports what workers need while this process imports what it needs itself."""
    os.environ["OMP_NUM_THREADS"] = "1"
    get_context("forkserver").set_forkserver_preload(["course_utils.grading.judge.preload"])
    ensure_running()
