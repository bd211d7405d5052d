"""The stored outputs of a solved notebook: made by running it, kept for as long as its code stays the same."""

import hashlib
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

from course_utils.authoring import openers
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.source import KERNEL, name_of
from course_utils.data.fashion_mnist import GOING_ON
from course_utils.widgets.stage import WIDGET

SECONDS_PER_CELL = 1200


def code_digest(notebook: NotebookNode) -> str:
    """Return a hash of the notebook's code, cell by cell.

    The cell that finds the course is left out: where the course lies changes nothing in what the others show.
    """
    sources = [cell.source for cell in _code_cells(notebook) if openers.TAG not in cell.metadata.get("tags", [])]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]


def executed_digest(notebook: NotebookNode) -> str | None:
    """Return the hash of the code that made the notebook's outputs, as `execute` has noted it."""
    return notebook.metadata.get("course", {}).get("executed")


def keep_outputs(notebook: NotebookNode, built: NotebookNode) -> bool:
    """Give `notebook` the outputs of `built`, and return True, if they were made by exactly its code."""
    if executed_digest(built) != code_digest(notebook) or code_digest(built) != code_digest(notebook):
        return False
    for cell, old in zip(_code_cells(notebook), _code_cells(built), strict=True):
        cell.outputs, cell.execution_count = old.outputs, old.execution_count
    notebook.metadata["course"] = {"executed": code_digest(notebook)}
    return True


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run the notebook in `folder` and store its outputs in it.

    Raises:
        AuthoringError: a cell failed, took too long, or shows what holds only on this machine or in this run.
    """
    running: list[NotebookNode] = []
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        force_raise_errors=True,  # in test cells, too, whose tag lets a student's notebook run on
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],  # the kernel's own warnings are no business of the notebook
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,  # it holds outputs, and would go into the students' notebook
        on_cell_execute=lambda cell, **_: running.append(cell),
    )
    try:
        client.execute()
    except (CellControlSignal, DeadKernelError) as error:
        where = name_of(running[-1]) if running else "the start of the kernel"
        raise AuthoringError(f"{where} failed:\n{strip_ansi(str(error))}") from error
    traces = [f"{name_of(cell)} shows {trace!r}" for cell in _code_cells(notebook) for trace in _traces(cell, folder)]
    if traces:
        raise AuthoringError("\n".join(["outputs that hold only here or only now cannot be stored:", *traces]))
    for cell in _code_cells(notebook):
        _keep_what_lasts(cell)
    notebook.metadata = NotebookNode(KERNEL, course={"executed": code_digest(notebook)})


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _keep_what_lasts(cell: NotebookNode) -> None:
    """Leave of a widget what stands for it: it works as long as its kernel runs, and pages would show an error."""
    for output in cell.outputs:
        if "text/html" in output.get("data", {}):
            output.data.pop(WIDGET, None)


def _traces(cell: NotebookNode, folder: Path) -> list[str]:
    """Return the absolute paths and memory addresses in the cell's outputs, and what tells of missing data."""
    places = {str(place) for place in (folder.parents[1], Path.home(), tempfile.gettempdir(), sys.prefix)} - {"/"}
    longest_first = sorted(places, key=len, reverse=True)
    pattern = re.compile(
        rf" at 0x[0-9a-fA-F]{{6,}}|{GOING_ON}|"
        + "|".join(rf"(?<![\w.-]){re.escape(place)}[\\/]" for place in longest_first)
    )
    return sorted({match for text in _texts(cell.outputs) for match in pattern.findall(text)})


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
