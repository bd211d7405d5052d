"""Which exercises there are, in which notebook; an exercise's module is loaded when it is first asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from course_utils.checking.library import remember_own_modules
from course_utils.checking.world import world_unchanged

if TYPE_CHECKING:
    from course_utils.exercises.exercise import Exercise

ROOMS = ("start_here", "building_blocks", "resnets", "resnet_family", "why_residuals", "look_inside", "ten_years_later")
"""The packages of this folder, one a notebook, in the course's order."""


@dataclass(frozen=True, init=False)
class Entry:
    """The line that registers an exercise: its name, the module that it is in, and the names of its test functions."""

    name: str
    module: str
    tests: tuple[str, ...]

    def __init__(self, name: str, module: str, *tests: str) -> None:
        for field, value in (("name", name), ("module", module), ("tests", tests)):
            object.__setattr__(self, field, value)


@cache
def notebooks() -> dict[str, tuple[Entry, ...]]:
    """Give each notebook's entries; no exercise is loaded for it."""
    rooms = (import_module(f"course_utils.exercises.{room}") for room in ROOMS)
    return {room.NOTEBOOK: room.EXERCISES for room in rooms}


@cache
def exercises_by_test() -> dict[str, str]:
    """Give the name of the exercise that each test function belongs to."""
    return {test: entry.name for entries in notebooks().values() for entry in entries for test in entry.tests}


def exercise_of(test: str) -> str:
    """Give the name of the exercise that a test function belongs to.

    Raises:
        KeyError: there is no such test.
    """
    return exercises_by_test()[test]


@cache
def load(name: str) -> Exercise:
    """Load an exercise by its name.

    Raises:
        KeyError: there is no such exercise.
    """
    places = {
        entry.name: f"course_utils.exercises.{room}.{entry.module}"
        for room, entries in zip(ROOMS, notebooks().values(), strict=True)
        for entry in entries
    }
    # A notebook may have put classes of its own in the place of torch's: none of them is to become an oracle. And what
    # is drawn while the module is made is not drawn from the notebook's random numbers.
    with world_unchanged():
        module = import_module(places[name])
        for each in [each for each in sys.modules if each.startswith("course_utils.")]:
            remember_own_modules(sys.modules[each])
    several = getattr(module, "EXERCISES", ())
    return next(one for one in several or (module.EXERCISE,) if one.name == name)


def every_exercise() -> tuple[Exercise, ...]:
    """Load all exercises, in the course's order."""
    return tuple(load(entry.name) for entries in notebooks().values() for entry in entries)
