"""The test functions that notebooks call: each takes the student's class or function.

Code that is right gets one green line. Anything else raises AssertionError with words that help. A test function is
made when its name is first used, and only then its exercise is loaded.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from course_utils.exercises.registry import exercise_of, exercises_by_test, load, notebooks
from course_utils.nearest import did_you_mean

_Value = TypeVar("_Value")

NOTEBOOKS: dict[str, dict[str, tuple[str, ...]]] = {
    notebook: {entry.name: entry.tests for entry in entries} for notebook, entries in notebooks().items()
}
"""Each notebook, its exercises in their order, and the names of each exercise's test functions."""

_TESTS = {name: tests for exercises in NOTEBOOKS.values() for name, tests in exercises.items()}


class _MadeWhenAsked(Mapping[str, _Value], Generic[_Value]):
    """One value for each exercise, made when it is looked up."""

    def __init__(self, make: Callable[[str], _Value]) -> None:
        self._make = make

    def __getitem__(self, name: str) -> _Value:
        if name not in _TESTS:
            raise KeyError(name)
        return self._make(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_TESTS)

    def __len__(self) -> int:
        return len(_TESTS)


def _function(test: str) -> Callable[..., None]:
    if test not in globals():
        globals()[test] = _make(test)
    return globals()[test]


def _make(test: str) -> Callable[..., None]:
    from course_utils import carried
    from course_utils.checking.telling import ends_quietly_in_colab, tell_errors_once
    from course_utils.exercises.exercise import make_test
    from course_utils.progress.log import recording

    tell_errors_once(_TESTS)
    exercise = load(exercise_of(test))
    function = recording(exercise.name, test, make_test(exercise, test))
    if exercise.name in carried.KEPT:
        function = carried.keeping(exercise, test, function)
    return ends_quietly_in_colab(function)


EXERCISES: Mapping[str, tuple[Callable[..., None], ...]] = _MadeWhenAsked(
    lambda name: tuple(map(_function, _TESTS[name]))
)
"""Each exercise's name, and its test functions."""

HINTS: Mapping[str, tuple[str, ...]] = _MadeWhenAsked(lambda name: load(name).hints)
"""Each exercise's name, and its ladder of hints."""


def __getattr__(name: str) -> Any:
    try:
        exercise_of(name)
    except KeyError:
        meant = did_you_mean(name, exercises_by_test()) if name.startswith("test_") else ""
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}.{meant}") from None
    return _function(name)


def __dir__() -> list[str]:
    return [*globals(), *(test for tests in _TESTS.values() for test in tests)]
