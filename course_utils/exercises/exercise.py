"""What an exercise is, and how one of its tests examines a student's code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from course_utils.checking.diagnosis import Probe, diagnose
from course_utils.checking.engine import run_checks
from course_utils.checking.parts import right_parts
from course_utils.checking.student import is_stub, own_line
from course_utils.checking.telling import Interrupted, tell
from course_utils.checking.values import Check, Diagnosis, Mistake, NotAttempted, Outcomes, Raised, Report, Wrong

HINT_TITLES = ("Hint 1: a nudge", "Hint 2: the approach", "Hint 3: nearly there")
"""What stands over the rungs of an exercise's ladder."""


@dataclass(frozen=True)
class Exercise:
    """One exercise of the course.

    name: the name that the student's class or function has in the notebook.
    hints: the ladder: a nudge, the approach, and the answer all but written.
    right: code that is right, made from torch's own parts.
    tests: the checks of each public test function, by the function's name.
    mistakes: the bank of known mistakes; probe: the observations by which they are told apart.
    parts: right stand-ins for the earlier exercises that the student's code may use, by name.
    """

    name: str
    hints: tuple[str, ...]
    right: Any
    tests: Mapping[str, tuple[Check, ...]]
    mistakes: tuple[Mistake, ...] = ()
    probe: Probe | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of all its tests."""
        return tuple(check for checks in self.tests.values() for check in checks)


def examine(exercise: Exercise, test: str, candidate: Any, seed: int = 0) -> Report:
    """Run one of the exercise's tests on a candidate; say nothing yet."""
    checks = exercise.tests[test]
    with right_parts(candidate, exercise.parts):
        if is_stub(candidate):
            outcomes: Outcomes = tuple((check.name, NotAttempted()) for check in checks)
        else:
            outcomes = run_checks(checks, candidate, seed)
        diagnosis = _diagnosis(exercise, test, candidate, outcomes)
    number = list(exercise.tests).index(test) + 1
    rules = frozenset(check.name for check in checks if check.structural)
    return Report(exercise.name, number, len(exercise.tests), outcomes, exercise.hints, diagnosis, rules)


def _diagnosis(exercise: Exercise, test: str, candidate: Any, outcomes: Outcomes) -> Diagnosis | None:
    """Diagnose what behaves wrongly; a shortcut behaves right, and needs no diagnosis."""
    wrong = [
        check
        for check, (_, outcome) in zip(exercise.tests[test], outcomes, strict=False)
        if isinstance(outcome, Wrong | Raised) and not check.structural
    ]
    if exercise.probe is None or not wrong or any(check.decisive for check in wrong):
        return None
    try:
        return diagnose(candidate, exercise.right, exercise.mistakes, exercise.probe)
    except Exception:  # noqa: BLE001  (what the checks found must reach the student, whatever happens here)
        return None


def make_test(exercise: Exercise, test: str) -> Callable[..., None]:
    """Make the public test function: it takes the student's class or function, and raises unless all is right."""

    def run_test(candidate: Any, seed: int = 0, quiet: bool = False) -> None:
        try:
            report = examine(exercise, test, candidate, seed)
        except KeyboardInterrupt as stop:
            line, source = own_line(stop)
            raise Interrupted(exercise.name, f" at your line {line}:  {source}" if line else "") from None
        tell(report, quiet)

    names = ", ".join(check.name for check in exercise.tests[test])
    run_test.__name__ = run_test.__qualname__ = test
    run_test.__doc__ = f"""Test your {exercise.name}: {names}.

    seed: where the random inputs and weights come from; quiet: say nothing when all is right.
    Raises AssertionError, with what to look at, when something is not right yet.
    """
    return run_test
