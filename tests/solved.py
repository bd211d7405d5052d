"""The classes and functions of a solved notebook, without running the rest of it."""

import types
from pathlib import Path

import jupytext

ROOT = Path(__file__).resolve().parents[1]


def cells(assignment: str) -> list:
    """Give the cells of a solved notebook's text."""
    return jupytext.read(ROOT / "solutions" / assignment / f"{assignment}.py").cells


def run_solution(assignment: str) -> types.ModuleType:
    """Run the definitions of a solved notebook (its imports, solutions and given classes), and nothing else of it."""
    module = types.ModuleType(f"solution_{assignment}")
    for cell in cells(assignment):
        flags = cell.metadata.get("nbgrader", {})
        is_definition = flags.get("solution") or cell.source.startswith(("class ", "import ", "from "))
        if cell.cell_type == "code" and is_definition:
            exec(compile(cell.source, f"<{assignment}: {flags.get('grade_id', 'given')}>", "exec"), vars(module))
    return module
