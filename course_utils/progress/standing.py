"""Where a student stands: which exercises are passed, after how many tries, how long it took, and what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from course_utils.progress.log import Hint, Run

PAUSE = 30 * 60  # seconds; a longer gap between two runs is a pause, and not counted as work


@dataclass(frozen=True)
class Exercise:
    """One exercise: how many of its tests have passed at some time, how often they were run, how many hints opened."""

    name: str
    passed: int
    tests: int
    tries: int
    hints: int = 0

    @property
    def done(self) -> bool:
        """Whether every test has passed."""
        return self.passed == self.tests


@dataclass(frozen=True)
class Chapter:
    """One notebook. minutes: the time between test runs, without pauses."""

    notebook: str
    exercises: tuple[Exercise, ...]
    minutes: float

    @property
    def done(self) -> int:
        """How many exercises are done."""
        return sum(exercise.done for exercise in self.exercises)


Course = Mapping[str, Mapping[str, Sequence[str]]]
"""Notebook → exercise → the names of its tests, all in the course's order."""


def standing(course: Course, runs: Iterable[Run], hints: Iterable[Hint] = ()) -> tuple[Chapter, ...]:
    """Work out from the log how far each notebook is."""
    runs, opened = sorted(runs, key=lambda run: run.at), {(hint.exercise, hint.rung) for hint in hints}
    return tuple(
        Chapter(
            notebook,
            tuple(_exercise(name, tests, runs, opened) for name, tests in exercises.items()),
            _minutes([run.at for run in runs if run.exercise in exercises]),
        )
        for notebook, exercises in course.items()
    )


def _exercise(name: str, tests: Sequence[str], runs: Iterable[Run], opened: Iterable[tuple[str, int]]) -> Exercise:
    mine = [run for run in runs if run.exercise == name and run.test in tests]
    hints = sum(exercise == name for exercise, _ in opened)
    return Exercise(name, len({run.test for run in mine if run.passed}), len(tests), len(mine), hints)


def _minutes(times: Sequence[float]) -> float:
    return sum(later - earlier for earlier, later in pairwise(times) if later - earlier <= PAUSE) / 60


def next_step(chapters: Iterable[Chapter]) -> tuple[str, str] | None:
    """Give the notebook and the exercise to do next; None when all is done.

    That is the first undone one after the last that is done: who leaves a bonus out need not be told of it each time.
    """
    steps = [(chapter.notebook, exercise) for chapter in chapters for exercise in chapter.exercises]
    last = max((number for number, (_, exercise) in enumerate(steps) if exercise.done), default=-1)
    undone = [(notebook, exercise.name) for notebook, exercise in steps[last + 1 :] + steps if not exercise.done]
    return undone[0] if undone else None
