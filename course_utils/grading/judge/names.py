"""Answers by another name than the one that is asked for: for what builds on them, they are known by theirs as well."""

import ast
from collections.abc import Mapping

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode


def renamed(notebook: NotebookNode, stubs: Mapping[str, str]) -> dict[str, str]:
    """Give the names under which answers are defined in their cells, and the ones that were asked for.

    Only where there is no doubt: the cell defines one class (or function) in the place of the one that is asked for.

    stubs: the released text of each cell that is to be answered, by the name that it asks for.
    """
    found = {}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.cell_type == "code" and name in stubs:
            kinds, asked = _defined(cell.source), _defined(stubs[name])
            others = [one for one, kind in kinds.items() if kind is asked.get(name) and one not in asked]
            if name not in kinds and len(others) == 1 and others[0] not in stubs:
                found[others[0]] = name
    return found


def _defined(source: str) -> dict[str, type]:
    """Give the classes and functions of a cell."""
    tree = parsed(source)
    body = tree.body if tree else ()
    return {one.name: type(one) for one in body if isinstance(one, ast.ClassDef | ast.FunctionDef)}


def parsed(source: str) -> ast.Module | None:
    """Parse a cell, magics and all; None where it is no Python, and does not run."""
    try:
        return ast.parse(as_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def as_python(source: str) -> str:
    """Give a cell as the Python that IPython makes of it: magics and shell commands become calls."""
    try:
        return TransformerManager().transform_cell(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
