"""Decide about a test cell: what was seen in the student's process is compared here with what right code shows."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from course_utils.checking.values import Report
from course_utils.exercises.exercise import Exercise, marks_in, report_on
from course_utils.exercises.named_mistakes import NamedMistake
from course_utils.exercises.registry import exercise_of, exercises_by_test, load
from course_utils.grading.judge.session import NoCandidate, Session, TookTooLong
from course_utils.grading.judge.verdicts import NOT_SEEN, Verdict, zero
from course_utils.grading.run.wire import Gone


@dataclass(frozen=True)
class TestCall:
    """One call in a test cell: `tests.test_relu(ReLU, seed=7, quiet=True)`."""

    __test__ = False  # for pytest, which takes it for a test

    test: str
    candidate: str
    seed: int = 0


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
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("tests"), test), [candidate], keywords)) if (
            test in exercises_by_test()
        ):
            settings = {one.arg: one.value.value for one in keywords if isinstance(one.value, ast.Constant)}
            if len(settings) == len(keywords) and set(settings) <= {"seed", "quiet"}:
                return TestCall(test, ast.unparse(candidate), settings.get("seed", 0))
    return None


def judge(calls: Sequence[TestCall], session: Session, named: Sequence[NamedMistake] = ()) -> Verdict:
    """Judge the student's answer, which stays where it is, under one seed after the other until it fails.

    named: the mistakes that have been named in this course.
    """
    exercise = load(exercise_of(calls[0].test))
    try:
        verdict = _verdict(exercise, calls, session, named)
    except (Gone, TookTooLong) as error:
        session.trouble = session.trouble or error
    except MemoryError:
        session.trouble = Gone("what it tells is too large to be judged")
    session.end()
    if isinstance(session.trouble, TookTooLong):
        return zero("its code took too long in this test, and was stopped", exercise.name)
    if session.trouble is not None:
        return zero(f"its process was lost in the middle of this test ({session.trouble})", exercise.name)
    return verdict


def _verdict(exercise: Exercise, calls: Sequence[TestCall], session: Session, named: Sequence[NamedMistake]) -> Verdict:
    test = calls[0].test
    try:
        answer = session.find(exercise, calls[0].candidate)
    except NoCandidate as found:  # the student's cell has failed
        number = list(exercise.tests).index(test) + 1
        outcomes = tuple((look.name, found.outcome) for look in exercise.tests[test])
        report = Report(exercise.name, number, len(exercise.tests), outcomes, exercise.hints)
        return Verdict.of_report(report, NOT_SEEN)
    seeds = [call.seed for call in calls] if exercise.seeded else [0]
    reports: list[Report] = []
    while len(reports) < len(seeds) and (not reports or reports[-1].verdict == "right"):
        reports.append(report_on(exercise, test, answer, seeds[len(reports)], named))
    last = reports[-1]
    if last.verdict == "right":
        return Verdict.of_report(reports[0])  # the later ones have nothing to add
    return Verdict.of_report(last, seen=marks_in(exercise, test, answer) if last.verdict == "wrong" else None)
