"""Mend what a notebook has suffered on its way, where the release leaves no doubt what was meant.

Locked cells are taken from the release as they are; of the rest the student's text is kept, and only what surrounds it
is put right. What is beyond that is left for a human.
"""

import ast
import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

LARGEST = 50 * 2**20  # bytes; outputs of a notebook can be large
_MOST_TEXT = 2 * 10**6  # characters in all cells; of code, Python's parser makes some hundred times as many bytes
_MOST_CELLS = 2000
_SKIPS = "skip-execution"
_KINDS = {"code", "markdown", "raw"}
_NEWEST = 4  # nbformat's major version that this can read
_HALF = re.compile(r"\\ud[89a-f]", re.IGNORECASE)  # of a letter that JSON writes in two halves; one can be missing
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


class BeyondMending(Exception):  # noqa: N818  (it says what happened)
    """There is no notebook that could be graded; the message is the reason."""


def salvage(data: bytes | None, release: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Read a submitted notebook, and mend it after the released one; give it, and what was mended.

    Raises:
        BeyondMending: it cannot be graded, or there is none.
    """
    if data is None:
        raise BeyondMending("the notebook was not handed in")
    repairs: list[str] = []
    try:
        notebook = _read(data, repairs)
        _mend_cells(notebook, repairs)
        _mend_identities(notebook, release, repairs)
        _put_locked_cells_back(notebook, release, repairs)
        nbformat.validate(notebook)
    except BeyondMending:
        raise
    except Exception as error:  # whatever is wrong with the file, it is no notebook
        raise BeyondMending(f"the file is no notebook that can be mended ({type(error).__name__})") from error
    return notebook, repairs


# --- the file -------------------------------------------------------------------------------------------------------


def _read(data: bytes, repairs: list[str]) -> NotebookNode:
    """Read the file into a notebook of today's format, without outputs."""
    if len(data) > LARGEST:
        raise BeyondMending(f"the file is larger than {LARGEST // 2**20} MB")
    encoding = json.detect_encoding(data)
    try:
        text = data.decode(encoding)
        told = json.loads(text)
        if _HALF.search(text):
            whole = json.dumps(told, ensure_ascii=False)
            text = whole.encode(errors="replace").decode()
            if text != whole:
                repairs.append(
                    "it has halves of letters in it, which no file can hold: they have become question marks"
                )
                told = json.loads(text)
    except UnicodeError:
        raise BeyondMending("the file is not text, so it is no notebook") from None
    except (ValueError, RecursionError):
        raise BeyondMending("the file is not JSON, so it is no notebook (or only a part of one)") from None
    if not encoding.startswith("utf-8"):
        repairs.append(f"it was saved as {encoding.upper()}")
    if not isinstance(told, dict) or not ("cells" in told or "worksheets" in told):
        raise BeyondMending("the file is JSON, but no notebook: it has no cells")
    version = told.get("nbformat")
    if isinstance(version, int) and version < _NEWEST:
        repairs.append(f"it was saved in the old format {version}")
        told = nbformat.reads(text, as_version=_NEWEST)
    elif version != _NEWEST:
        repairs.append(f"it says that its format is {str(version)[:20]}")
    if len(told.get("cells", ())) > _MOST_CELLS:
        raise BeyondMending(f"it has more than {_MOST_CELLS:,} cells")
    cells = [cell for cell in map(_cell, told.get("cells", ())) if cell is not None]
    if sum(len(cell["source"]) for cell in cells) > _MOST_TEXT:
        raise BeyondMending("there are more than two million characters in its cells")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})


def _cell(told: Any) -> dict[str, Any] | None:
    """Keep of a cell what a notebook needs; None if there is nothing to keep."""
    if not isinstance(told, dict) or told.get("cell_type") not in _KINDS:
        return None
    source = told.get("source", "")
    source = "".join(map(str, source)) if isinstance(source, list) else str(source)
    metadata = told.get("metadata") if isinstance(told.get("metadata"), dict) else {}
    kept = {"cell_type": told["cell_type"], "source": source, "metadata": metadata, "id": str(told.get("id", ""))}
    return kept | {"outputs": [], "execution_count": None} if told["cell_type"] == "code" else kept


# --- cells ----------------------------------------------------------------------------------------------------------


def _mend_cells(notebook: NotebookNode, repairs: list[str]) -> None:
    """Put line ends right; of metadata, only what says which cell it is is of any use."""
    windows = skipped = 0
    for cell in notebook.cells:
        if "\r" in cell.source:
            windows += 1
            cell.source = cell.source.replace("\r\n", "\n").replace("\r", "\n")
        tags = cell.metadata.get("tags")
        skipped += isinstance(tags, list) and _SKIPS in tags
        cell.metadata = NotebookNode({name: value for name, value in cell.metadata.items() if name == "nbgrader"})
    if windows:
        repairs.append("its lines ended as on Windows")
    if skipped:
        repairs.append(f"{skipped} of its cells had a tag that keeps them from being run")


# --- which cell is which --------------------------------------------------------------------------------------------


def _mend_identities(notebook: NotebookNode, release: NotebookNode, repairs: list[str]) -> None:
    """Find the release's graded and solution cells again, and give them the release's metadata."""
    wanted = {_grade_id(cell): cell for cell in release.cells if _grade_id(cell)}
    found: dict[str, NotebookNode] = {}
    for cell in notebook.cells:
        name = _grade_id(cell)
        if name in wanted and name not in found:
            found[name] = cell
            continue
        cell.metadata.pop("nbgrader", None)
        if name in found:
            repairs.append(f"{name} was there twice: the first one counts, the other is run as an ordinary cell")
            if _is_locked(wanted[name]):
                cell.source = ""  # of a copied test nothing is left to run
        elif name:
            repairs.append(f"{name[:40]} is no cell of this notebook: run as an ordinary cell")
    unnamed = [cell for cell in notebook.cells if not _grade_id(cell)]
    for name, original in wanted.items():
        if name not in found and (cell := _find(original, name, unnamed)) is not None:
            repairs.append(f"{name} had lost its metadata")
            unnamed.remove(cell)
            found[name] = cell
    known = {cell.get("id") for cell in release.cells} & {cell.id for cell in notebook.cells}
    if not found and not known:
        raise BeyondMending("nothing of the released notebook is in it: it may be another one")
    names = {id(cell): name for name, cell in found.items()}
    for at, cell in enumerate(notebook.cells):
        if name := names.get(id(cell)):
            notebook.cells[at] = _restored(cell, wanted[name], name, repairs)
    _renumber(notebook)


def _grade_id(cell: NotebookNode) -> str:
    told = cell.metadata.get("nbgrader")
    name = told.get("grade_id") if isinstance(told, Mapping) else None
    return name if isinstance(name, str) else ""


def _is_locked(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.get("locked") or cell.metadata.nbgrader.get("grade"))


def _find(original: NotebookNode, name: str, cells: list[NotebookNode]) -> NotebookNode | None:
    """Find a cell that has lost its name: by its id, by its text, or by what it defines."""
    by_id = [cell for cell in cells if original.get("id") and cell.id == original.id]
    by_text = [cell for cell in cells if cell.source.strip() == original.source.strip()]
    by_definition = [cell for cell in cells if not _is_locked(original) and name in _defined(cell)]
    for some in (by_id, by_text, by_definition):
        if len(some) == 1:
            return some[0]
    return None


def _defined(cell: NotebookNode) -> Iterator[str]:
    """Give the names of the classes and functions that a cell defines."""
    try:
        body = ast.parse(cell.source).body if cell.cell_type == "code" else []
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name


def _restored(cell: NotebookNode, original: NotebookNode, name: str, repairs: list[str]) -> NotebookNode:
    """Give the release's cell, with the student's text where it is not locked."""
    if cell.cell_type != original.cell_type:
        repairs.append(f"{name} had been turned into a {cell.cell_type} cell")
    if cell.metadata.get("nbgrader") not in (original.metadata.nbgrader, None):
        repairs.append(f"{name} had other metadata")
    restored = copy.deepcopy(original)
    restored.id = cell.id
    if not _is_locked(original) or original.metadata.nbgrader.get("solution") is True:
        restored.source = cell.source
    return restored


def _renumber(notebook: NotebookNode) -> None:
    """Give each cell an id of its own."""
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells):
        if not _ID.fullmatch(cell.id) or cell.id in seen:
            cell.id = f"cell-{number}"
        seen.add(cell.id)


# --- what is missing ------------------------------------------------------------------------------------------------


def _put_locked_cells_back(notebook: NotebookNode, release: NotebookNode, repairs: list[str]) -> None:
    """Put deleted test cells back, each behind the cell that it follows in the release."""
    place = len(notebook.cells) - 1
    for original in filter(_grade_id, release.cells):
        name = _grade_id(original)
        there = [at for at, cell in enumerate(notebook.cells) if _grade_id(cell) == name]
        if there:
            place = there[0]
        elif _is_locked(original):
            place += 1
            cell = copy.deepcopy(original)
            cell.id = f"back-{len(repairs)}-{place}"
            notebook.cells.insert(place, cell)
            repairs.append(f"{name} had been deleted")
