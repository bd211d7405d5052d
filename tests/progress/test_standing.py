"""What the log says about a student: done, tries, time, next step."""

from course_utils.progress.log import Hint, Run
from course_utils.progress.standing import next_step, standing

COURSE = {"one": {"A": ("test_a",), "B": ("test_b1", "test_b2")}, "two": {"C": ("test_c",)}}


def run(test, passed=True, at=0.0):
    return Run(test.removeprefix("test_")[0].upper(), test, passed, at)


def exercises(*runs):
    return {one.name: one for chapter in standing(COURSE, runs) for one in chapter.exercises}


def test_an_exercise_is_done_when_each_of_its_tests_has_passed_once():
    assert not exercises(run("test_b1"), run("test_b1"))["B"].done
    found = exercises(run("test_b1"), run("test_b2"))["B"]
    assert found.done
    assert (found.passed, found.tests, found.tries) == (2, 2, 2)


def test_each_hint_counts_once_for_its_own_exercise_and_is_no_try():
    opened = [Hint("B", rung, at) for rung, at in ((1, 5.0), (2, 9.0), (1, 7.0))]
    found = {one.name: one for chapter in standing(COURSE, [], opened) for one in chapter.exercises}
    assert [(found[name].hints, found[name].tries) for name in "ABC"] == [(0, 0), (2, 0), (0, 0)]


def test_what_passed_once_stays_done_and_every_run_is_a_try():
    found = exercises(run("test_a", False), run("test_a"), run("test_a", False))["A"]
    assert found.done
    assert found.tries == 3


def test_runs_of_exercises_and_tests_that_the_course_no_longer_has_are_ignored():
    assert exercises(run("test_b9"))["B"].tries == 0
    assert standing(COURSE, [Run("Z", "test_z", True, 0.0)])[0].done == 0


def test_time_is_what_lies_between_runs_but_pauses_do_not_count():
    minutes = [0, 5, 15, 15 + 60, 15 + 60 + 2]
    first, second = standing(COURSE, [run("test_a", at=60.0 * minute) for minute in reversed(minutes)])
    assert first.minutes == 5 + 10 + 2
    assert second.minutes == 0


def test_the_next_step_follows_the_last_exercise_that_is_done():
    assert next_step(standing(COURSE, [])) == ("one", "A")
    assert next_step(standing(COURSE, [run("test_a")])) == ("one", "B")
    both = [run("test_b1"), run("test_b2")]
    assert next_step(standing(COURSE, both)) == ("two", "C")
    assert next_step(standing(COURSE, [*both, run("test_c")])) == ("one", "A")
    assert next_step(standing(COURSE, [*both, run("test_c"), run("test_a")])) is None
