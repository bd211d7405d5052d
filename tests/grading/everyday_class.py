"""Grade a class of thirty with everyday oddities by nbgrader alone and by `course grade`: nobody may lose a mark.

    python tests/grading/everyday_class.py [ASSIGNMENT (02_resnets)]

Each student's notebook has one oddity more than answers: a line that works only at home, a word that a cheat would use
too, a cell moved, copied or lost, a setting left over. It ends with an error if a cell has fewer points than nbgrader
gives it, or if points are held. Where `course grade` gives more (an earlier answer is missing), it says so.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from benchmark import ASSIGNMENT, command, copy_of_course, grade_by_course
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from small_school import scores

from course_utils.authoring.trial_class import hand_in, one_submission

Oddity = Callable[[NotebookNode], None]


def _answers(notebook: NotebookNode) -> list[NotebookNode]:
    """Give the cells in which students write."""
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]


def above(code: str, every: bool = False) -> Oddity:
    """Write a line at the top of the first answer, or of every one."""

    def odd(notebook: NotebookNode) -> None:
        for cell in _answers(notebook)[: None if every else 1]:
            cell.source = f"{code}\n{cell.source}"

    return odd


def below(code: str) -> Oddity:
    """Write something at the end of every answer."""

    def odd(notebook: NotebookNode) -> None:
        for cell in _answers(notebook):
            cell.source += f"\n\n{code}"

    return odd


def own_cell(code: str, place: int = 4) -> Oddity:
    """Put a cell of one's own near the top; place -1: at the end."""
    return lambda notebook: notebook.cells.insert(place if place >= 0 else len(notebook.cells), new_code_cell(code))


def _copied(notebook: NotebookNode) -> None:
    """Keep an earlier try of each answer as a cell above it."""
    for cell in _answers(notebook):
        notebook.cells.insert(notebook.cells.index(cell), new_code_cell(cell.source))


def _without_texts(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]


def _split(notebook: NotebookNode) -> None:
    """Move the imports that an answer needs into a cell of their own."""
    for cell in _answers(notebook):
        notebook.cells.insert(notebook.cells.index(cell), new_code_cell("import math\nfrom typing import Any"))


def _run_and_saved(notebook: NotebookNode) -> None:
    """Save outputs and counts, as whoever has run it does."""
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.execution_count = number
        cell.outputs = [nbformat.v4.new_output("stream", text="loss 0.3\n" * 200)]


def _notes(notebook: NotebookNode) -> None:
    notebook.cells.insert(3, new_markdown_cell("**Name:** Jane Doe  \nI worked with Ben. <b>Thanks!</b>"))


ODDITIES: dict[str, Oddity] = {
    "nothing odd": lambda notebook: None,
    "pip": above("!pip install -q einops"),
    "pip as a magic": own_cell("%pip install -q torchinfo"),
    "Drive": own_cell("from google.colab import drive\ndrive.mount('/content/drive')"),
    "a folder at home": own_cell("import os\nos.chdir('/home/jane/course')"),
    "matplotlib inline": own_cell("%matplotlib inline\n%load_ext autoreload\n%autoreload 2"),
    "an error caught and named": below("try:\n    [][1]\nexcept IndexError as ex:\n    print('as it should be', ex)"),
    "a message on two lines": below(
        "def complain(n):\n    raise ValueError('n is ' + str(n) +\n        ', too large')"
    ),
    "garbage collected": above("import gc; gc.collect()", every=True),
    "inspect and reload": above("import inspect, importlib, json\nimportlib.reload(json)"),
    "globals asked": below("if 'model' in globals():\n    del model"),
    "a variable called grading": own_cell("grading = 'I hope for 30'\nanswers = {'a': 1}\ntable = [1, 2]"),
    "self.modules": own_cell(
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.modules = nn.ModuleList()\nNet()"
    ),
    "own asserts": below("assert 1 + 1 == 2, 'arithmetic'"),
    "a seed": own_cell("t.manual_seed(0)\nimport random, numpy as np\nrandom.seed(0); np.random.seed(0)"),
    "double precision by default": own_cell("t.set_default_dtype(t.float64)\nt.set_default_dtype(t.float32)"),
    "no grad left on": own_cell("t.set_grad_enabled(False)"),
    "threads and printing set": own_cell("t.set_num_threads(4)\nt.set_printoptions(precision=2, sci_mode=False)"),
    "warnings silenced": own_cell("import warnings\nwarnings.filterwarnings('ignore')"),
    "a progress bar": own_cell("from tqdm.auto import tqdm\nfor i in tqdm(range(10)):\n    pass"),
    "timed": own_cell("%%time\nsum(range(1000))"),
    "a lot of printing": below("for i in range(300):\n    print('epoch', i, 'loss', 1 / (i + 1))"),
    "a picture": own_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()"),
    "torch under two names": own_cell("import torch\nimport torch.nn.functional as F\nfrom torch import Tensor"),
    "an earlier try above": _copied,
    "texts deleted": _without_texts,
    "imports in cells of their own": _split,
    "run and saved": _run_and_saved,
    "a name on top": _notes,
    "a broken cell at the end": own_cell("this is not python", -1),
}


def grade(folder: Path, assignment: str) -> int:
    """Grade the class in both ways; print what differs, and give how many points were lost or held."""
    course = copy_of_course(folder / "course")
    command(course, "nbgrader", "generate_assignment", assignment, "--force")
    for number, odd in enumerate(ODDITIES.values()):
        name = f"student{number:02}"
        # Most of them are right or nearly so: an unfinished notebook has no points that could be lost.
        hand_in(course, name, one_submission(number if number % 3 == 0 else 6 * number, assignment), assignment)
        path = course / "submitted" / name / assignment / f"{assignment}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        odd(notebook)
        nbformat.write(notebook, path)
    alone = copy_of_course(folder / "alone")
    command(alone, "nbgrader", "generate_assignment", assignment, "--force")
    shutil.copytree(course / "submitted", alone / "submitted")
    grade_by_course(course, assignment, 2)
    command(alone, "nbgrader", "autograde", assignment)
    return _compared(scores(course, assignment), scores(alone, assignment), _held(course, assignment))


def _held(course: Path, assignment: str) -> list[str]:
    with Gradebook(f"sqlite:///{course}/gradebook.db", "resnet-course") as book:
        found = book.assignment_submissions(assignment)
        return [one.student.id for one in found if any(n.needs_manual_grade for n in one.notebooks)]


def _compared(ours: dict, plain: dict, held: list[str]) -> int:
    lost = 0
    for number, kind in enumerate(ODDITIES):
        student = f"student{number:02}"
        mine, theirs = ours[student], plain[student]
        less = {cell: (mine[cell], theirs[cell]) for cell in theirs if mine[cell] < theirs[cell]}
        more = {cell: (mine[cell], theirs[cell]) for cell in theirs if mine[cell] > theirs[cell]}
        said = f"LOST {less}" * bool(less) + "HELD " * (student in held) + f"more {more}" * bool(more)
        print(f"{kind}: {sum(mine.values()):g}, nbgrader {sum(theirs.values()):g} {said}")
        lost += len(less) + (student in held)
    print(f"{len(ODDITIES)} students, {lost} lose marks or have them held")
    return lost


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(bool(grade(Path(temporary), sys.argv[1] if len(sys.argv) > 1 else ASSIGNMENT)))
