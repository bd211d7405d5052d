"""Every check is made, and what stops one is told as what it is: the student's code, or the course's own."""

from pathlib import Path

from torch import nn

import course_utils
from course_utils.checking.engine import run_check, run_checks
from course_utils.checking.shared import shared
from course_utils.checking.tensors import broken
from course_utils.checking.values import Check, Kept, Raised, Unchecked, Wrong

NOTEBOOK = "/tmp/ipykernel_1/1.py"
COURSE = str(Path(course_utils.__file__).with_name("check.py"))


def function_of(path, answer):
    """Give a function whose one line, its second, stands in this file."""
    space = {}
    exec(compile(f"def function(*given):\n    return {answer}\n", path, "exec"), space)
    return space["function"]


def refuse(candidate, seed):
    raise broken("it is small")


stop = function_of(COURSE, '{}["weight"]')


def test_an_error_of_the_check_itself_is_not_told_as_the_students():
    assert run_check(Check("own", stop), None, 0) == Unchecked("KeyError: 'weight'")


def test_an_error_on_the_students_line_is_theirs_even_where_the_check_did_not_expect_it():
    outcome = run_check(Check("call", lambda candidate, seed: candidate(1)), function_of(NOTEBOOK, "1 / 0"), 0)
    assert isinstance(outcome, Raised)
    assert (outcome.doing, outcome.line) == ("running your code", 2)


def test_a_check_that_fails_does_not_hide_the_others():
    checks = [Check("size", refuse), Check("fine", lambda candidate, seed: None), Check("own", stop)]
    assert [type(outcome) for _, outcome in run_checks(checks, None, 0)] == [Wrong, Kept, Unchecked]


def test_after_a_decisive_check_that_fails_nothing_more_is_run():
    checks = [Check("size", refuse, decisive=True), Check("fine", lambda candidate, seed: None)]
    assert [name for name, _ in run_checks(checks, None, 0)] == ["size"]
    passing = [Check("size", lambda candidate, seed: None, decisive=True), Check("fine", lambda candidate, seed: None)]
    assert [name for name, _ in run_checks(passing, None, 0)] == ["size", "fine"]


def test_checks_of_one_run_share_what_they_build_and_the_next_run_builds_anew():
    """A student who changes a class and runs the test again must not get the verdict on the class as it was."""
    built = []

    def make(candidate, kind):
        built.append(candidate())
        return built[-1]

    same = []
    kinds = (1, 2), (3, 4)
    checks = [
        Check(f"{number}", lambda candidate, seed: same.append([shared(make, candidate, kind) for kind in kinds]))
        for number in range(2)
    ]
    for runs in (1, 2):
        outcomes = run_checks(checks, nn.Identity, 0)
        assert all(isinstance(outcome, Kept) for _, outcome in outcomes)
        assert len(built) == 2 * runs
    first, second, third, fourth = same
    assert [*map(id, first)] == [*map(id, second)] != [*map(id, third)] == [*map(id, fourth)]


def test_what_cannot_be_hashed_is_told_by_the_check_and_not_by_the_sharing():
    def look(candidate, seed):
        shared(lambda one: refuse(one, 0), candidate)

    assert [type(outcome) for _, outcome in run_checks([Check("own", look)], [1], 0)] == [Wrong]
