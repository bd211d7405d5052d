"""Make a class that has handed in an assignment: right, partly right, unfinished and broken, in many styles.

    python tests/grading/make_class.py [FOLDER_OF_THE_COURSE] [NUMBER] [ASSIGNMENT]

writes NUMBER (30) notebooks of ASSIGNMENT (02_resnets) to submitted/ in the course, which must have been released; the
same class each time.
"""

import random
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1])]

from course_utils.authoring.answers import answers  # noqa: E402
from course_utils.exercises.registry import notebooks  # noqa: E402

ASSIGNMENT = "02_resnets"
BROKEN = (
    "def {0}(:\n    pass",
    "class {0}(nn.Module):\n    def forward(self, x):\n        return self.not_there(x)",
    "class {0}(nn.Module):\n    def forwards(self, x):\n        return x",
    "{0} = undefined_name",
    "def {0}(*args, **kwargs):\n    return None",
    "raise ValueError('I ran out of time')",
)


def hand_in(course: Path, name: str, chosen: Mapping[str, str], assignment: str) -> None:
    """Hand in the release with these answers."""
    notebook = nbformat.read(course / "notebooks" / assignment / f"{assignment}.ipynb", as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = chosen.get(grade_id, cell.source)
    folder = course / "submitted" / name / assignment
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{assignment}.ipynb")


def one_submission(number: int, assignment: str) -> dict[str, str]:
    """Give the answers of one student: of six, two are right, two partly, one unfinished, one broken."""
    chance, kind = random.Random(number), number % 6
    names = [entry.name for entry in notebooks()[assignment]]
    chosen = {name: _one_of(name, "right", chance) for name in names}
    with_mistakes = [name for name in names if any(cell.kind == "mistake" for cell in answers(name))]
    if kind in (2, 3):
        for name in chance.sample(with_mistakes, min(chance.randint(1, 4), len(with_mistakes))):
            chosen[name] = _one_of(name, "mistake", chance)
    if kind == 4:
        return dict(list(chosen.items())[: chance.randint(0, len(names) - 1)])
    if kind == 5:
        for name in chance.sample(names, min(2, len(names))):
            chosen[name] = chance.choice(BROKEN).format(name)
    return chosen


def _one_of(name: str, kind: str, chance: random.Random) -> str:
    return chance.choice([cell for cell in answers(name) if cell.kind == kind]).source


def make_class(course: Path, number: int, assignment: str = ASSIGNMENT) -> None:
    """Hand in for `number` students."""
    for student in range(number):
        hand_in(course, f"student{student:02}", one_submission(student, assignment), assignment)


if __name__ == "__main__":
    make_class(
        Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parents[1]),
        int(sys.argv[2]) if len(sys.argv) > 2 else 30,
        sys.argv[3] if len(sys.argv) > 3 else ASSIGNMENT,
    )
