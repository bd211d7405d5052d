"""Mangled notebooks: what the release leaves no doubt about is mended and told; the rest is left to a human."""

import json

import nbformat
import pytest
from mangled_files import LOST, WHOLE, copy_each, tag, through_vscode
from nbgrader import nbgraderformat
from small_school import BLANK, RIGHT, TESTS, cell, notebook

from course_utils.grading.course.salvage import BeyondMending, salvage

RELEASED = nbformat.reads(json.dumps(notebook(BLANK)), 4)
# Nothing of these is wrong for a grader; and nbgrader too puts the text of locked cells back, and says nothing.
NOT_TOLD = {"an empty tag", "changed test cells", "a Colab round trip", "a VS Code round trip", "another kernel"}


def mend(told):
    return salvage(told if isinstance(told, bytes) else json.dumps(told).encode(), RELEASED)


def graded_cells(found):
    return [
        (cell.metadata.nbgrader, cell.cell_type, cell.source) for cell in found.cells if "nbgrader" in cell.metadata
    ]


SOUND = graded_cells(nbformat.reads(json.dumps(notebook(RIGHT)), 4))


def test_a_sound_notebook_is_left_as_it_is():
    found, repairs = mend(notebook(RIGHT))
    assert not repairs
    assert graded_cells(found) == SOUND


@pytest.mark.parametrize("name", WHOLE)
def test_the_graded_cells_are_as_released_again_and_the_answers_as_handed_in(name):
    found, repairs = mend(WHOLE[name](notebook(RIGHT)))
    assert graded_cells(found) == SOUND
    assert bool(repairs) == (name not in NOT_TOLD)


def test_nbgrader_reads_what_vscode_has_saved():
    """Catches metadata of VS Code's that nbgrader's own autograde would refuse, or a loss of nbgrader's in it."""
    found = nbgraderformat.reads(json.dumps(through_vscode(notebook(RIGHT))), as_version=4)
    nbformat.validate(found)
    assert graded_cells(found) == SOUND


def test_no_tag_keeps_a_cell_from_being_run():
    found, _ = mend(tag("skip-execution", "mine")(notebook(RIGHT)))
    assert all("skip-execution" not in cell.metadata.get("tags", []) for cell in found.cells)


def test_a_copied_answer_still_runs_where_it_stands():
    told = notebook(RIGHT)
    told["cells"].insert(2, told["cells"][1] | {"id": "copy", "source": "ReLU = abs"})
    found, repairs = mend(told)
    assert [cell.source for cell in found.cells[1:3]] == [RIGHT["ReLU"], "ReLU = abs"]
    assert "nbgrader" not in found.cells[2].metadata
    assert "twice" in " ".join(repairs)


def test_a_copied_test_is_not_run_twice():
    found, _ = mend(copy_each(notebook(RIGHT)))
    assert [cell.source for cell in found.cells].count(TESTS["test_relu"]) == 1


def test_a_cell_that_claims_a_foreign_name_becomes_an_ordinary_one():
    told = notebook(RIGHT)
    told["cells"].append(cell("test_other", "1", grade=True, points=50))
    assert graded_cells(mend(told)[0]) == SOUND


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_other_encodings_are_read(encoding):
    found, repairs = mend(json.dumps(notebook(RIGHT)).encode(encoding))
    assert graded_cells(found) == SOUND
    assert repairs == ([] if encoding == "utf-8-sig" else [f"it was saved as {encoding.upper()}"])


@pytest.mark.parametrize(("mangle", "why"), LOST.values(), ids=LOST)
def test_what_is_beyond_mending_has_a_reason(mangle, why):
    with pytest.raises(BeyondMending, match=why):
        mend(mangle(notebook(RIGHT))) if mangle else salvage(None, RELEASED)
