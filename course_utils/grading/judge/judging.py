"""Decide about a test cell: the tests run here, on a stand-in for the student's class or function."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from course_utils.checking.engine import outcome_of
from course_utils.checking.shared import built_in_here
from course_utils.checking.values import Report
from course_utils.exercises.exercise import Exercise, examine
from course_utils.exercises.registry import every_exercise
from course_utils.grading.judge.session import Session, TookTooLong
from course_utils.grading.judge.verdicts import Verdict, zero
from course_utils.grading.run.wire import Gone


@dataclass(frozen=True)
class TestCall:
    """One call in a test cell: `tests.test_relu(ReLU, seed=7, quiet=True)`."""

    __test__ = False  # for pytest, which takes it for a test

    test: str
    candidate: str
    seed: int = 0
    quiet: bool = False


def read_test_cell(source: str) -> tuple[TestCall, ...] | None:
    """Read the calls of a test cell; None if anything else is in it, which only the student's process could run."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return None
    calls = [_read_call(statement) for statement in body]
    return tuple(calls) if calls and None not in calls else None


def _read_call(statement: ast.stmt) -> TestCall | None:
    match statement:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("tests"), test), [candidate], keywords)) if test in _exercises():
            settings = {one.arg: one.value.value for one in keywords if isinstance(one.value, ast.Constant)}
            if len(settings) == len(keywords) and set(settings) <= {"seed", "quiet"}:
                return TestCall(test, ast.unparse(candidate), **settings)
    return None


@cache
def _exercises() -> dict[str, Exercise]:
    return {test: exercise for exercise in every_exercise() for test in exercise.tests}


def judge(calls: Sequence[TestCall], session: Session) -> Verdict:
    """Run a test on the student's answer, which stays where it is, with one seed after the other until it fails."""
    exercise = _exercises()[calls[0].test]
    try:
        reports = _reports(exercise, calls, session)
    except (Gone, TookTooLong) as error:
        session.trouble = session.trouble or error
    session.end()
    if isinstance(session.trouble, TookTooLong):
        return replace(zero("its code took too long in this test, and was stopped"), exercise=exercise.name)
    if session.trouble is not None:
        reason = f"its process was lost in the middle of this test ({session.trouble})"
        return replace(zero(reason), exercise=exercise.name)
    # Where all is right, the later ones have nothing to add.
    return Verdict.of_report(reports[0] if reports[-1].verdict == "right" else reports[-1])


def _reports(exercise: Exercise, calls: Sequence[TestCall], session: Session) -> list[Report]:
    test = calls[0].test
    try:
        candidate = session.start(calls[0].candidate, dict(exercise.parts))
    except (Gone, TookTooLong):
        raise
    except Exception as error:  # noqa: BLE001  (there is no candidate: the student's cell has failed)
        number = list(exercise.tests).index(test) + 1
        outcomes = tuple((check.name, outcome_of(error)) for check in exercise.tests[test])
        return [Report(exercise.name, number, len(exercise.tests), outcomes, exercise.hints)]
    found: list[Report] = []
    with built_in_here():
        while len(found) < len(calls) and (not found or found[-1].verdict == "right"):
            found.append(examine(exercise, test, candidate, calls[len(found)].seed))
    return found
