"""A class to try grading on, in a folder of its own: it hands in right, wrong, unfinished and broken notebooks."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat

from course_utils.authoring.answers import answers
from course_utils.authoring.errors import AuthoringError
from course_utils.exercises.registry import notebooks

_BROKEN = (
    "def {0}(:\n    pass",
    "class {0}(nn.Module):\n    def forward(self, x):\n        return self.not_there(x)",
    "class {0}(nn.Module):\n    def forwards(self, x):\n        return x",
    "{0} = undefined_name",
    "def {0}(*args, **kwargs):\n    return None",
    "raise ValueError('I ran out of time')",
)
NAMELESS = {
    "00_start_here": (
        "centre_images",
        "def centre_images(images):\n    return images - 2 * images.mean(dim=(1, 2, 3), keepdim=True)",
    ),
    "01_building_blocks": (
        "ReLU",
        "class ReLU(nn.Module):\n    def forward(self, x):\n        return x.clamp(min=0.1)",
    ),
    "02_resnets": (
        "AveragePool",
        "class AveragePool(nn.Module):\n    def forward(self, x):\n"
        "        return (x.amax(dim=(2, 3)) + x.amin(dim=(2, 3))) / 2",
    ),
    "03_resnet_family": (
        "receptive_field",
        "def receptive_field(layers):\n    field, step = 2, 1\n    for kernel_size, stride in layers:\n"
        "        field += (kernel_size - 1) * step\n        step *= stride\n    return field",
    ),
    "04_why_residuals": (
        "multiply_adds",
        "def multiply_adds(model, x):\n"
        "    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}\n"
        "    return {name: len(layer.weight) for name, layer in layers.items()}",
    ),
    "05_transfer_and_look_inside": (
        "feature_maps",
        "def feature_maps(model, x, names):\n    return {name: x for name in names}",
    ),
    "06_ten_years_later": (
        "drop_path",
        "def drop_path(branch, probability, training):\n    return branch * (1 - probability) if training else branch",
    ),
}
"""Of each assignment, an exercise and a wrong answer to it that no known mistake explains."""


def make_trial(root: Path, folder: Path, assignment: str, students: int) -> str:
    """Make a course in `folder` that is like the one in `root`, with one assignment, released, and a class.

    students: at least 6. Returned is a line about those of them on whom deciding and naming can be practised.
    Nothing of `root` is changed: neither its submissions nor its gradebook.

    Raises:
        AuthoringError: there is something in the folder, there is no such assignment, or nbgrader cannot release it.
    """
    if folder.exists() and any(folder.iterdir()):
        raise AuthoringError(f"{folder} is not empty: name a new folder, or remove it first.")
    if assignment not in notebooks():
        raise AuthoringError(f"There is no assignment {assignment!r}. There are: {', '.join(notebooks())}.")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(root / "nbgrader_config.py", folder)
    for name in (f"solutions/{assignment}", "resnet_inputs"):
        shutil.copytree(root / name, folder / name)
    # For a new gradebook nbgrader starts `alembic`, which is where Python is.
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", assignment]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AuthoringError(f"nbgrader could not release {assignment}:\n{done.stderr}")
    make_class(folder, students, assignment)
    return _add_who_needs_a_human(folder, assignment)


def _add_who_needs_a_human(course: Path, assignment: str) -> str:
    """Let one reach into the process, two share a mistake without a name, and one hand in what cannot be read."""
    held, one, other, torn = (f"student{number:02}" for number in (0, 3, 4, 5))
    exercise, nameless = NAMELESS[assignment]
    right = one_submission(0, assignment)
    hand_in(course, held, right | {exercise: f"import ctypes\n\n{right[exercise]}"}, assignment)
    for number, student in (3, one), (4, other):
        hand_in(course, student, one_submission(number, assignment) | {exercise: nameless}, assignment)
    (course / "submitted" / torn / assignment / f"{assignment}.ipynb").write_text('{"cells": [')
    return (
        f"To decide about: {held}'s points are held, {torn}'s file can't be read. "
        f"To name: {one} and {other} share a mistake that has no name."
    )


def make_class(course: Path, number: int, assignment: str) -> None:
    """Hand in for `number` students, the same class each time."""
    for student in range(number):
        hand_in(course, f"student{student:02}", one_submission(student, assignment), assignment)


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
            chosen[name] = chance.choice(_BROKEN).format(name)
    return chosen


def _one_of(name: str, kind: str, chance: random.Random) -> str:
    return chance.choice([cell for cell in answers(name) if cell.kind == kind]).source
