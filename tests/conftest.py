"""What all tests need: one thread a process, and the solution's own classes."""

import gc
import os
import types
from pathlib import Path

import pytest

# One thread for each process, kernels and graders among them: pytest keeps all cores busy already, and torch's small
# operations lose up to tenfold when more threads than cores compete. Set before anything imports torch.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# nbgrader, which the tests start a hundred times, starts a second earlier each time, as the course's own commands do.
_QUICKLY = str(Path(__file__).parent / "start_quickly")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_QUICKLY, os.environ.get("PYTHONPATH"))))


def pytest_xdist_auto_num_workers() -> int:
    """Start one worker more than there are cores, where there is memory: each waits a third of its time, for kernels,
    browsers and nbgrader. With the tables of all exercises one has grown to 2.2 GB, and what it starts comes on top.
    """
    cores = os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    return max(1, min(cores + 1, memory // (4 * 2**30))) if memory else cores


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file on one core; of the tests over all exercises, those of one exercise, whose tables they share."""
    for item in items:
        name = getattr(item, "callspec", None) and item.callspec.params.get("name")
        whole = item.path.name != "test_every_exercise.py"
        item.add_marker(pytest.mark.xdist_group(item.path.stem if whole or not name else name))


def pytest_collection_finish() -> None:
    """Keep the garbage collector away from all that is imported by now: torch alone has a million objects."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def solution() -> types.ModuleType:
    """The classes and functions of the solved core notebook."""
    from solved import run_solution

    return run_solution("02_resnets")
