"""Make a class that has handed in 02_resnets: right, partly right, unfinished and broken, in eight styles.

    python tests/grading/make_class.py [FOLDER_OF_THE_COURSE] [NUMBER]

writes NUMBER (30) notebooks to submitted/ in the course, which must have been released; the same class each time.
"""

import ast
import random
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent / "exercises")]

from right_answers import FOLDER, STUDENTS  # noqa: E402
from test_students_mistakes import MADE  # noqa: E402

ASSIGNMENT = "02_resnets"
BROKEN = (
    "def {0}(:\n    pass",
    "class {0}(nn.Module):\n    def forward(self, x):\n        return self.not_there(x)",
    "class {0}(nn.Module):\n    def forwards(self, x):\n        return x",
    "{0} = undefined_name",
    "def {0}(*args, **kwargs):\n    return None",
    "raise ValueError('I ran out of time')",
)


def answers_of(student: str, exercises: list[str]) -> dict[str, str]:
    """Cut a student's text into cells: each answer with the imports and helpers that come before it."""
    text = (FOLDER / f"{student}.py").read_text("utf-8")
    lines, cells, begin = text.splitlines(), {}, 0
    for node in ast.parse(text).body:
        names = [getattr(node, "name", None), *(getattr(one, "id", None) for one in getattr(node, "targets", ()))]
        found = [name for name in names if name in exercises]
        if found:
            cells[found[0]] = "\n".join(lines[begin : node.end_lineno]).strip()
            begin = node.end_lineno
    return cells


def hand_in(course: Path, name: str, answers: Mapping[str, str]) -> None:
    """Hand in the release with these answers."""
    notebook = nbformat.read(course / "notebooks" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
    folder = course / "submitted" / name / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")


def with_mistakes(answers: dict[str, str], chance: random.Random, number: int) -> dict[str, str]:
    """Put mistakes into some of the textbook student's answers."""
    changed = dict(answers)
    for exercise, _, changes in chance.sample(MADE, number):
        source = changed[exercise]
        for right, wrong in changes.items():
            source = source.replace(right, wrong)
        changed[exercise] = source
    return changed


def one_submission(number: int, exercises: list[str]) -> dict[str, str]:
    """Give the answers of one student: of six, two are right, two partly, one unfinished, one broken."""
    chance, kind = random.Random(number), number % 6
    if kind in (2, 3):
        return with_mistakes(answers_of("textbook", exercises), chance, chance.randint(1, 4))
    answers = answers_of(STUDENTS[number % len(STUDENTS)], exercises)
    if kind == 4:
        return dict(list(answers.items())[: chance.randint(0, 8)])
    if kind == 5:
        for exercise in chance.sample(list(answers), 2):
            answers[exercise] = chance.choice(BROKEN).format(exercise)
    return answers


def make_class(course: Path, number: int = 30) -> None:
    """Hand in for a whole class."""
    solved = nbformat.read(course / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    flags = [cell.metadata.get("nbgrader", {}) for cell in solved.cells]
    exercises = [one["grade_id"] for one in flags if one.get("solution")]
    for each in range(number):
        hand_in(course, f"student{each:02}", one_submission(each, exercises))


if __name__ == "__main__":
    make_class(Path(sys.argv[1] if len(sys.argv) > 1 else "."), int(sys.argv[2]) if len(sys.argv) > 2 else 30)
