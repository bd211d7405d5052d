"""What the tests of this folder share: the exercises by name, and single checks run on a candidate."""

from collections.abc import Container
from dataclasses import replace
from functools import cache
from typing import Any

import torch

from course_utils.checking.engine import run_check
from course_utils.checking.parts import right_parts
from course_utils.checking.values import Kept, Mistake, Outcome, Report
from course_utils.exercises.exercise import Exercise, examine
from course_utils.exercises.registry import every_exercise

# The exercises of notebook 2, for which this folder holds right answers, wrong ones and mutants.
NAMES = (
    "reading_answers",
    "NamedSequential",
    "BatchNorm2d",
    "AveragePool",
    "diagram_answers",
    "ResidualBlock",
    "BlockGroup",
    "ResNet34",
    "copy_weights",
    "predict",
    "raise_on_nan",
    "hooks_on",
)
EXERCISES: dict[str, Exercise] = {one.name: one for one in every_exercise() if one.name in NAMES}
BANKS: list[tuple[Exercise, Mistake]] = [
    (exercise, mistake) for exercise in EXERCISES.values() for mistake in exercise.mistakes
]


def name_of(value: Any) -> str:
    """Name a test's parameter: an exercise or a mistake by its own name."""
    return getattr(value, "name", None) or getattr(value, "id", None) or str(value)


def first_broken(exercise: Exercise, candidate: Any, seed: int = 0, structural: bool = False) -> str | None:
    """Run the checks one by one; give the name of the first that is not kept, structural rules left out if asked."""
    with right_parts(candidate, exercise.parts):
        for check in exercise.checks:
            if (structural or not check.structural) and not isinstance(run_check(check, candidate, seed), Kept):
                return check.name
    return None


def broken_checks(exercise: Exercise, candidate: Any, seed: int = 0, only: Container[str] = ()) -> dict[str, Outcome]:
    """Run all checks, or `only` some; give those that are not kept, with what came of them."""
    checks = [check for check in exercise.checks if not only or check.name in only]
    with right_parts(candidate, exercise.parts):
        outcomes = {check.name: run_check(check, candidate, seed) for check in checks}
    return {name: outcome for name, outcome in outcomes.items() if not isinstance(outcome, Kept)}


@cache
def report_on(exercise: str, test: str, mistake: str) -> Report:
    """Examine a mistake of the bank with one of the exercise's tests, once for all that want to read the report.

    Rules about how the code is made are left out: the bank is made from torch's own parts, a student's code is not.
    """
    whole = EXERCISES[exercise]
    behaviour = {name: tuple(check for check in checks if not check.structural) for name, checks in whole.tests.items()}
    candidate = next(one.candidate for one in whole.mistakes if one.id == mistake)
    return examine(replace(whole, tests=behaviour), test, candidate)


class World:
    """A default dtype and a number of threads for the block, as a student's notebook may have set them."""

    def __init__(self, dtype: torch.dtype, threads: int) -> None:
        self.wanted = dtype, threads

    def __enter__(self) -> None:
        self.before = torch.get_default_dtype(), torch.get_num_threads()
        self._set(*self.wanted)

    def __exit__(self, *error: object) -> None:
        self._set(*self.before)

    @staticmethod
    def _set(dtype: torch.dtype, threads: int) -> None:
        torch.set_default_dtype(dtype)
        torch.set_num_threads(threads)
