"""What all tests need: one thread a process, and the solution's own classes."""

import os
import types

import pytest

# One thread for each process, kernels and graders among them: pytest keeps all cores busy already, and torch's small
# operations lose up to tenfold when more threads than cores compete. Set before anything imports torch.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def solution() -> types.ModuleType:
    """The classes and functions of the solved core notebook."""
    from solved import run_solution

    return run_solution("02_resnets")
