"""The committed notebooks of the course: built from their sources, runnable, and without a word of the solutions."""

import ast
import os
from pathlib import Path

import nbformat
import pytest
from warm_kernels import warm_kernels

from course_utils.authoring.build import find_differences
from course_utils.authoring.outputs import execute
from course_utils.authoring.source import GOES_ON, read_source

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "solutions").glob("*/*.py"))

for_each_notebook = pytest.mark.parametrize("source", SOURCES, ids=[source.stem for source in SOURCES])


def release_of(source):
    return nbformat.read(ROOT / "notebooks" / source.parent.name / f"{source.stem}.ipynb", as_version=4)


def lines_within_and_without_marks(notebook):
    """Return the lines of code between BEGIN and END marks, and all the others."""
    within, without = set(), set()
    for cell in notebook.cells:
        marked = False
        for line in cell.source.splitlines():
            if "BEGIN SOLUTION" in line or "BEGIN HIDDEN TESTS" in line:
                marked = True
            elif "END SOLUTION" in line or "END HIDDEN TESTS" in line:
                marked = False
            else:
                (within if marked else without).add(line.strip())
    return within, without


def test_what_is_committed_is_what_the_sources_make():
    assert find_differences(ROOT) == []


@for_each_notebook
def test_the_release_holds_no_line_of_a_solution_and_no_output(source):
    within, without = lines_within_and_without_marks(read_source(source))
    release = release_of(source)
    released = {line.strip() for cell in release.cells for line in cell.source.splitlines()}
    assert within
    assert released & (within - without) == set()
    code = [cell for cell in release.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert list((ROOT / "notebooks" / source.parent.name).glob("*.py")) == []


@for_each_notebook
def test_no_line_of_code_is_so_wide_that_it_is_scrolled(source):
    """Catches docstrings and remarks: the formatter wraps all else at the width that solutions/ruff.toml names."""
    course = [cell for cell in read_source(source).cells if cell.cell_type == "code" and not cell.metadata.get("tags")]
    assert course
    assert [line for cell in course for line in cell.source.splitlines() if len(line) > 88] == []


@for_each_notebook
def test_the_solved_notebook_runs_from_its_first_cell_to_its_last(source, monkeypatch):
    monkeypatch.setenv("COURSE_QUICK", "1")  # long trainings are cut short; the stored outputs are of whole ones
    if hasattr(os, "fork"):
        monkeypatch.setenv("JUPYTER_PATH", warm_kernels())
    execute(read_source(source), source.parent)


@for_each_notebook
def test_from_the_first_exercise_on_no_cell_keeps_a_student_from_running_what_is_below(source):
    """Catches a "Run All Above" that ends at an exercise that is left out: at its test, or at a cell that uses it."""
    code = [cell for cell in release_of(source).cells if cell.cell_type == "code"]
    first = next(i for i, cell in enumerate(code) if cell.metadata.get("nbgrader", {}).get("solution"))
    assert [GOES_ON in cell.metadata.get("tags", []) for cell in code] == [i >= first for i in range(len(code))]


@for_each_notebook
def test_a_summary_leaves_the_model_where_it_is(source):
    """Catches a notebook that breaks where there is a GPU: torchinfo moves the model there, and the photos stay."""
    calls = [node for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    summaries = [ast.unparse(call) for call in calls if ast.unparse(call.func) == "torchinfo.summary"]
    assert [call for call in summaries if "device='cpu'" not in call] == []
