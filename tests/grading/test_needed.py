"""Which cells are run when a notebook is graded: never fewer than what is graded depends on."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.grading.judge.judging import read_test_cell
from course_utils.grading.judge.needed import needed
from course_utils.grading.run.warm import COURSE

RELEASED = [
    "import torch as t\nfrom torch import nn",
    "def helper(x):\n    return t.relu(x)",
    "photos = load()\nshow(photos)",
    "class ReLU(nn.Module):\n    raise NotImplementedError",
    "tests.test_relu(ReLU)",
    "net = ReLU()\nprint(net)",
    "%matplotlib inline",
]
TESTS = {"test_relu": "tests.test_relu(ReLU)\ntests.test_relu(ReLU, seed=7)"}


def run_of(*sources: str) -> list[str]:
    notebook = new_notebook(cells=[new_markdown_cell("# Title"), *map(new_code_cell, sources)])
    return [notebook.cells[at].source for at in sorted(needed(notebook, RELEASED, TESTS))]


def with_answer(answer: str) -> list[str]:
    return [*RELEASED[:3], answer, *RELEASED[4:]]


def test_a_blank_notebook_runs_the_stubs_and_what_they_need():
    assert run_of(*RELEASED) == [RELEASED[0], RELEASED[3], RELEASED[6]]


def test_what_an_answer_uses_is_run_and_what_that_uses_as_well():
    answer = "class ReLU(nn.Module):\n    def forward(self, x):\n        return helper(x)"
    assert run_of(*with_answer(answer)) == [*RELEASED[:2], answer, RELEASED[6]]


def test_what_an_answer_below_a_magic_uses_is_run():
    """Catches a right answer that stops with a NameError, because its cell begins with `!pip install`."""
    answer = "!pip install einops\nclass ReLU(nn.Module):\n    def forward(self, x):\n        return helper(x)"
    assert run_of(*with_answer(answer)) == [*RELEASED[:2], answer, RELEASED[6]]


def test_a_local_name_is_not_the_notebooks():
    answer = "class ReLU(nn.Module):\n    def forward(self, photos):\n        net = photos\n        return net"
    assert RELEASED[2] not in run_of(*with_answer(answer))


def test_every_cell_of_the_students_own_is_run_with_all_that_it_uses():
    own = "print(net, photos)"
    assert run_of(*RELEASED, own) == [RELEASED[0], RELEASED[2], RELEASED[3], RELEASED[5], RELEASED[6], own]


def test_a_cell_that_was_changed_is_the_students_own():
    changed = RELEASED[5] + "  # my note"
    assert changed in run_of(*RELEASED[:5], changed)


def test_a_name_that_a_function_makes_global_is_bound_by_its_cell():
    released = "def make():\n    global thing\n    thing = 1\nmake()"
    own = "class ReLU(nn.Module):\n    size = thing"
    notebook = new_notebook(cells=[new_code_cell(released), new_code_cell(own)])
    assert needed(notebook, [released], TESTS) == {0, 1}


@pytest.mark.parametrize("path", sorted(COURSE.glob("solutions/*/*.ipynb")), ids=lambda path: path.stem)
def test_in_the_solved_notebooks_every_name_of_a_judged_answer_is_bound(path):
    solved = nbformat.read(path, as_version=4)
    release = nbformat.read(COURSE / "notebooks" / path.parent.name / path.name, as_version=4)
    flags = {at: cell.metadata.get("nbgrader", {}) for at, cell in enumerate(solved.cells)}
    tests = {told["grade_id"]: solved.cells[at].source for at, told in flags.items() if told.get("grade")}
    assert all(read_test_cell(source) for source in tests.values())
    run = needed(solved, [cell.source for cell in release.cells], tests)
    answers = {at for at, told in flags.items() if told.get("solution")}
    assert answers <= run
    assert len(run) < sum(cell.cell_type == "code" for cell in solved.cells) or not tests
