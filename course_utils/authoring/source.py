"""Read a notebook's source text (jupytext's py:percent) and check it before anything is built from it."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from itertools import dropwhile, pairwise
from pathlib import Path

import jsonschema
import jupytext
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator, SchemaTooNewError, SchemaTooOldError

from course_utils.authoring.address import read_address
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.hints import expand_hints
from course_utils.authoring.openers import add_openers

KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Kinds of marked regions, and the nbgrader flag of the cells that may hold them.
MARKS = {"SOLUTION": "solution", "HIDDEN TESTS": "grade"}
# By this tag JupyterLab, Notebook and VS Code run what is below a cell that stops; a test that stops gets no points.
GOES_ON = "raises-exception"
# What jupytext notes for its own way back to text; in a notebook it would only be noise.
JUPYTEXT_METADATA = ("lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker")
# Only these begin a list in the midst of a paragraph (CommonMark 5.2).
_ITEM = re.compile(r"([-+*]|1[.)]) ")


def read_source(path: Path) -> NotebookNode:
    """Return the notebook that the text `path` describes: checked, without outputs, the same at every call.

    Raises:
        AuthoringError: the text breaks one of the rules; the message lists every breach.
    """
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    problems = find_problems(notebook)
    if problems:
        raise AuthoringError("\n".join([f"{path} cannot be built:", *(f"  {problem}" for problem in problems)]))
    notebook.metadata = NotebookNode(KERNEL)
    _give_ids(notebook, path.stem)
    for cell in notebook.cells:
        for key in JUPYTEXT_METADATA:
            cell.metadata.pop(key, None)
        if cell.cell_type == "markdown":
            cell.source = expand_hints(cell.source)
    for cell in _from_the_first_exercise(notebook):
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), GOES_ON]
    release = f"notebooks/{path.parent.name}/{path.stem}.ipynb"
    add_openers(notebook, release, read_address(path.parents[2]))
    return notebook


def _from_the_first_exercise(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Give the code cells that a student's own code may stop: the tests, and what is made with the exercises."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return dropwhile(lambda cell: not cell.metadata.get("nbgrader", {}).get("solution"), code)


def find_problems(notebook: NotebookNode) -> list[str]:
    """Return what is wrong in the notebook, one line a problem."""
    counts = Counter(cell.metadata.nbgrader.get("grade_id") for cell in notebook.cells if "nbgrader" in cell.metadata)
    problems = [f"grade_id {grade_id!r} is used {count} times" for grade_id, count in counts.items() if count > 1]
    for cell in notebook.cells:
        problems += [f"{name_of(cell)}: {problem}" for problem in _problems_in(cell)]
    return problems


def name_of(cell: NotebookNode) -> str:
    """Return words by which an author finds the cell: its grade_id, or how it begins."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    return f"cell {grade_id!r}" if grade_id else f"the cell that begins {cell.source.lstrip()[:50]!r}"


def _problems_in(cell: NotebookNode) -> list[str]:
    problems = []
    if "nbgrader" in cell.metadata.get("title", ""):
        problems.append("its nbgrader metadata is not valid JSON")
    if cell.cell_type == "markdown":
        problems += _markdown_problems(cell)
    if cell.source != cell.source.strip("\n"):
        problems.append("remove the blank lines at its beginning or end")
    problems += _metadata_problems(cell)
    flags = cell.metadata.get("nbgrader", {})
    marked = {kind for kind in MARKS if f"BEGIN {kind}" in cell.source or f"END {kind}" in cell.source}
    for kind in sorted(marked):
        if not flags.get(MARKS[kind]):
            problems.append(f'it has {kind} marks, but its nbgrader metadata does not say "{MARKS[kind]}": true')
        if not _balanced(cell.source, kind):
            problems.append(f"BEGIN {kind} and END {kind} must come in pairs, one after the other")
    if cell.cell_type == "code" and flags.get("solution") and "SOLUTION" not in marked:
        problems.append("a solution cell needs BEGIN SOLUTION and END SOLUTION")
    return problems


def _markdown_problems(cell: NotebookNode) -> list[str]:
    """Say what would be shown as something else: JupyterLab, Colab and the book (MyST, MathJax) each have their own."""
    return [
        *(f"the line {line[:40]!r} becomes a list: wrap the paragraph elsewhere" for line in _stray_items(cell)),
        *(
            f"the line {line[:40]!r} is a comment in the book: wrap the paragraph elsewhere"
            for line in cell.source.splitlines()
            if line.startswith("%")
        ),
        *(
            f"{summary[:40]!r} has backticks, which are shown as they are: write <code>"
            for summary in re.findall("<summary>(.*?)</summary>", cell.source)
            if "`" in summary
        ),
        *(
            f"{words!r} shows its backslash in the book: call it something without an underscore"
            for words in re.findall(r"\\text\{[^}]*\\_[^}]*\}", cell.source)
        ),
    ]


def _stray_items(cell: NotebookNode) -> list[str]:
    """Return lines in the midst of a paragraph that markdown takes for a list's first item, such as "+ 8 is 11"."""
    lines = cell.source.splitlines()
    return [
        line
        for before, line in pairwise(lines)
        if _ITEM.match(line) and before.strip() and not (_ITEM.match(before) or before.startswith((" ", "|")))
        if not before.rstrip().endswith((":", "**"))
    ]


def _metadata_problems(cell: NotebookNode) -> list[str]:
    try:
        MetadataValidator().validate_cell(cell)
    except jsonschema.ValidationError as error:
        return [f"nbgrader metadata: {error.message}"]
    except (SchemaTooOldError, SchemaTooNewError) as error:
        return [f"nbgrader metadata: {error}"]
    return []


def _balanced(source: str, kind: str) -> bool:
    marks = [word for line in source.splitlines() for word in ("BEGIN", "END") if f"{word} {kind}" in line]
    return marks == ["BEGIN", "END"] * (len(marks) // 2)


def _give_ids(notebook: NotebookNode, name: str) -> None:
    """Give each cell an id that stays the same from build to build: its grade_id, or a hash of what it says."""
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        seen[cell.source] += 1
        text = f"{name}\n{seen[cell.source]}\n{cell.source}"
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id") or hashlib.sha256(text.encode()).hexdigest()[:12]
