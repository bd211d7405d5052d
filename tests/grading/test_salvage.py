"""Mangled notebooks: what the release leaves no doubt about is mended and told; the rest is left to a human."""

import copy
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.grading.course.salvage import salvage


def graded(grade_id, source, **flags):
    told = {"grade_id": grade_id, "schema_version": 3, "grade": False, "solution": False, "locked": True, "task": False}
    return new_code_cell(source, id=grade_id.lower(), metadata={"nbgrader": told | flags})


def released():
    return new_notebook(
        cells=[
            new_markdown_cell("# Two exercises", id="title"),
            graded("Double", "def Double(x):\n    raise NotImplementedError()", solution=True, locked=False),
            graded("test_double", "tests.test_double(Double)", grade=True, points=2),
            graded("Triple", "def Triple(x):\n    raise NotImplementedError()", solution=True, locked=False),
            graded("test_triple", "tests.test_triple(Triple)", grade=True, points=1),
        ]
    )


def handed_in():
    notebook = released()
    notebook.cells[1].source = "def Double(x):\n    return 2 * x"
    notebook.cells[3].source = "def Triple(x):\n    return 3 * x"
    return notebook


def mend(notebook, **changes):
    data = notebook if isinstance(notebook, bytes) else json.dumps({**json.loads(nbformat.writes(notebook)), **changes})
    return salvage(data if isinstance(data, bytes) else data.encode(), released())


def graded_cells(found):
    return [
        (cell.metadata.nbgrader.grade_id, cell.cell_type, cell.source)
        for cell in found.notebook.cells
        if "nbgrader" in cell.metadata
    ]


def test_a_sound_notebook_is_left_as_it_is():
    found = mend(handed_in())
    assert not found.repairs
    assert graded_cells(found) == [
        (c.metadata.nbgrader.grade_id, "code", c.source) for c in handed_in().cells if "nbgrader" in c.metadata
    ]


def lost_metadata(notebook):
    for cell in notebook.cells:
        cell.metadata = {}


def lost_metadata_and_ids(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = {}, f"new-{number}"


def changed_points(notebook):
    notebook.cells[2].metadata.nbgrader.points = 100


def changed_test(notebook):
    notebook.cells[2].source = "pass"


def old_schema(notebook):
    for cell in notebook.cells[1:]:
        cell.metadata.nbgrader.schema_version = 1


def newer_schema(notebook):
    for cell in notebook.cells[1:]:
        cell.metadata.nbgrader.schema_version = 99


def markdown_test(notebook):
    notebook.cells[2] = new_markdown_cell("tests.test_double(Double)", metadata=notebook.cells[2].metadata)


def solution_as_raw(notebook):
    cell = notebook.cells[1]
    notebook.cells[1] = nbformat.v4.new_raw_cell(cell.source, metadata=cell.metadata, id=cell.id)


def deleted_tests(notebook):
    del notebook.cells[4], notebook.cells[2]


def copied_test(notebook):
    notebook.cells.insert(3, copy.deepcopy(notebook.cells[2]))
    notebook.cells[3].id = "copy"


def skip_tags(notebook):
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "mine"]


def windows_lines(notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", "\r\n")


def strange_metadata(notebook):
    notebook.cells[2].metadata.nbgrader = "yes"
    notebook.cells[1].metadata["tags"] = 7


MANGLED = [
    *(lost_metadata, lost_metadata_and_ids, changed_points, changed_test, old_schema, newer_schema),
    *(markdown_test, solution_as_raw, deleted_tests, copied_test, skip_tags, windows_lines, strange_metadata),
]


@pytest.mark.parametrize("mangle", MANGLED, ids=lambda mangle: mangle.__name__)
def test_the_graded_cells_are_as_released_again_and_the_answers_as_handed_in(mangle):
    notebook = handed_in()
    mangle(notebook)
    found = mend(notebook)
    assert graded_cells(found) == graded_cells(mend(handed_in()))
    metadata = [c.metadata.nbgrader for c in found.notebook.cells if "nbgrader" in c.metadata]
    assert metadata == [c.metadata.nbgrader for c in released().cells if "nbgrader" in c.metadata]
    assert (
        found.repairs or mangle is changed_test
    )  # nbgrader itself puts the text of locked cells back, and says nothing


def test_no_tag_keeps_a_cell_from_being_run():
    notebook = handed_in()
    skip_tags(notebook)
    assert all("skip-execution" not in c.metadata.get("tags", []) for c in mend(notebook).notebook.cells)


def test_a_copied_answer_still_runs_where_it_stands():
    notebook = handed_in()
    notebook.cells.insert(2, copy.deepcopy(notebook.cells[1]))
    notebook.cells[2].id, notebook.cells[2].source = "copy", "def Double(x):\n    return x + x"
    found = mend(notebook)
    assert [cell.source for cell in found.notebook.cells[1:3]] == [cell.source for cell in notebook.cells[1:3]]
    assert "nbgrader" not in found.notebook.cells[2].metadata
    assert "twice" in " ".join(found.repairs)


def test_a_copied_test_is_not_run_twice():
    notebook = handed_in()
    copied_test(notebook)
    assert [cell.source for cell in mend(notebook).notebook.cells].count("tests.test_double(Double)") == 1


def test_a_cell_that_claims_a_foreign_name_becomes_an_ordinary_one():
    notebook = handed_in()
    notebook.cells.append(graded("test_other", "1", grade=True, points=50))
    found = mend(notebook)
    assert [name for name, _, _ in graded_cells(found)] == ["Double", "test_double", "Triple", "test_triple"]


def test_a_colab_round_trip_is_no_loss():
    notebook = handed_in()
    told = json.loads(nbformat.writes(notebook))
    for cell in told["cells"]:
        cell.pop("id")
        cell["metadata"] |= {"id": "aBc123", "colab": {"base_uri": "https://localhost:8080/"}}
        cell["source"] = cell["source"].splitlines(keepends=True) if isinstance(cell["source"], str) else cell["source"]
        cell["vscode"] = {"languageId": "python"}
    told |= {"nbformat_minor": 0, "metadata": {"colab": {"provenance": []}, "accelerator": "GPU"}}
    found = salvage(json.dumps(told).encode(), released())
    assert graded_cells(found) == graded_cells(mend(handed_in()))


@pytest.mark.parametrize("version", [3, 5, "four", None])
def test_other_formats_are_read(version):
    notebook = handed_in()
    told = json.loads(nbformat.writes(nbformat.convert(notebook, 3) if version == 3 else notebook))
    told["nbformat"] = version
    found = salvage(json.dumps(told).encode(), released())
    assert [name for name, _, _ in graded_cells(found)] == ["Double", "test_double", "Triple", "test_triple"]
    assert "format" in found.repairs[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_are_read(encoding):
    assert mend(nbformat.writes(handed_in()).encode(encoding)).notebook is not None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (nbformat.writes(handed_in()).encode()[:-40], "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff", "not text"),
        (b'{"a": 1}', "no cells"),
        (b"[]", "no cells"),
        (nbformat.writes(new_notebook(cells=[new_code_cell("x = 1")])).encode(), "another one"),
        (b'{"cells": 3, "nbformat": 4}', "cannot be mended"),
    ],
)
def test_what_is_beyond_mending_has_a_reason(data, why):
    found = salvage(data, released())
    assert found.notebook is None
    assert why in found.reason or "can be mended" in found.reason
