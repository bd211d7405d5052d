"""What several rooms' tests need: the course's root, and the solution's own classes."""

import os
import types
from pathlib import Path

import jupytext
import pytest

# One thread for each process, kernels and graders among them: pytest keeps all cores busy already, and torch's small
# operations lose up to tenfold when more threads than cores compete. Set before anything imports torch.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]


def run_solution(assignment: str) -> types.ModuleType:
    """Run the definitions of a solved notebook (its imports, solutions and given classes), and nothing else of it."""
    module = types.ModuleType(f"solution_{assignment}")
    for cell in jupytext.read(ROOT / "solutions" / assignment / f"{assignment}.py").cells:
        flags = cell.metadata.get("nbgrader", {})
        is_definition = flags.get("solution") or cell.source.startswith(("class ", "from collections"))
        if cell.cell_type == "code" and is_definition:
            exec(compile(cell.source, f"<{assignment}: {flags.get('grade_id', 'given')}>", "exec"), vars(module))
    return module


@pytest.fixture(scope="session")
def solution() -> types.ModuleType:
    """The classes and functions of the solved core notebook."""
    return run_solution("02_resnets")
