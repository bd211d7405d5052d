"""A little assignment of two exercises, for tests that are not about the exercises."""

import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Assignment, BaseCell, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from own_commands import nbgrader
from sqlalchemy import select

from course_utils.grading.run.warm import COURSE

IMPORTS = "import torch as t\nfrom torch import nn\nfrom course_utils import tests"
RIGHT = {
    "ReLU": """class ReLU(nn.Module):
    def forward(self, x):
        return x.clamp(min=0)""",
    "Flatten": """class Flatten(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x):
        start, end = self.start_dim % x.ndim, self.end_dim % x.ndim
        return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])

    def extra_repr(self):
        return f'start_dim={self.start_dim}, end_dim={self.end_dim}'""",
}
STUB = "class {}(nn.Module):\n    def forward(self, x):\n        raise NotImplementedError()"
BLANK = {name: STUB.format(name) for name in RIGHT}
TESTS = {"test_relu": "tests.test_relu(ReLU)", "test_flatten": "tests.test_flatten(Flatten)"}
POINTS = {"test_relu": 1, "test_flatten": 2}


def cell(name: str, source: str, **flags):
    told = {"grade_id": name, "schema_version": 3, "grade": False, "solution": False, "locked": True, "task": False}
    return new_code_cell(source, id=name.replace("_", "-").lower(), metadata={"nbgrader": told | flags})


def notebook(answers: dict[str, str], *hostile: str) -> dict:
    cells = [new_code_cell(IMPORTS, id="imports")]
    for (name, answer), (test, call) in zip(answers.items(), TESTS.items(), strict=True):
        cells.append(cell(name, answer, solution=True, locked=False))
        cells += [new_code_cell(code, id=f"hostile-{number}") for number, code in enumerate(hostile) if name == "ReLU"]
        cells.append(cell(test, call, grade=True, points=POINTS[test]))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.loads(nbformat.writes(new_notebook(cells=cells, metadata=kernel)))


def make_school(folder: Path) -> Path:
    """Make a course with the assignment "two", released: a copy of the one that is made once in a process."""
    return shutil.copytree(_released().name, folder, dirs_exist_ok=True)


@cache
def _released() -> tempfile.TemporaryDirectory:
    made = tempfile.TemporaryDirectory()
    shutil.copy(COURSE / "nbgrader_config.py", made.name)
    source = Path(made.name, "solutions", "two", "two.ipynb")
    source.parent.mkdir(parents=True)
    solved = notebook({name: f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION" for name, answer in RIGHT.items()})
    for one in solved["cells"]:
        if one["source"] == TESTS["test_relu"]:
            one["source"] += "\n### BEGIN HIDDEN TESTS\ntests.test_relu(ReLU, seed=7, quiet=True)\n### END HIDDEN TESTS"
    source.write_text(json.dumps(solved))
    nbgrader(Path(made.name), "generate_assignment", "two")
    return made


def hand_in(school: Path, student: str, told: dict | bytes) -> Path:
    """Hand in a notebook, or whatever else is in the file."""
    place = school / "submitted" / student / "two" / "two.ipynb"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(told if isinstance(told, bytes) else json.dumps(told).encode())
    return place


def graded(course: Path, assignment: str = "two") -> list[tuple[str, str, float]]:
    """List nbgrader's own scores: whose each is, of which cell, and how much."""
    with Gradebook(f"sqlite:///{course}/gradebook.db", "resnet-course") as book:
        rows = book.db.execute(
            select(SubmittedAssignment.student_id, BaseCell.name, Grade.score)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == Grade.cell_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .where(Assignment.name == assignment)
        )
        return [tuple(row) for row in rows]


def scores(course: Path, assignment: str = "two") -> dict[str, dict[str, float]]:
    """Give each student's scores by cell."""
    found: dict[str, dict[str, float]] = {}
    for student, cell, score in graded(course, assignment):
        found.setdefault(student, {})[cell] = score
    return found
