"""No seed gives a false alarm, and every test function answers while the student is still looking."""

import random
from collections.abc import Callable
from contextlib import suppress
from time import process_time
from typing import Any

import pytest
from examining import EXERCISES, broken_checks, name_of
from right_answers import notebook

from course_utils import tests
from course_utils.exercises.exercise import Exercise
from course_utils.feedback.diagnosis import _known

# How many seeds a run of the suite tries: 200, and fewer of what takes longer, so that all take a minute or so.
SEEDS = {"ResNet34": 8, "BlockGroup": 20, "ResidualBlock": 30, "predict": 40, "copy_weights": 60, "BatchNorm2d": 100}
LIMITS = {"ResNet34": 3.0}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=name_of)
def test_random_seeds_give_no_false_alarm(exercise: Exercise):
    right = getattr(notebook("textbook"), exercise.name)
    for _ in range(SEEDS.get(exercise.name, 200)):
        seed = random.SystemRandom().randrange(2**31)
        assert not broken_checks(exercise, right, seed), f"seed {seed}"


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=name_of)
def test_a_test_function_answers_at_once(exercise: Exercise):
    _known.cache_clear()  # the first failing call of a notebook observes what the bank does; the later ones know it
    right = getattr(notebook("textbook"), exercise.name)
    wrong = exercise.mistakes[0].candidate if exercise.mistakes else dict
    limit = LIMITS.get(exercise.name, 1.0)
    for test in tests.EXERCISES[exercise.name]:
        passing, failing, later = (_seconds(test, answer) for answer in (right, wrong, wrong))
        print(f"{test.__name__:30} passing {passing:.2f} s, failing {failing:.2f} s, again {later:.2f} s")
        # CPU time grows, too, where others use the machine: twice the promise is a regression, less may be a neighbour.
        assert passing < 2 * limit
        assert later < 2 * limit


def _seconds(test: Callable[..., None], answer: Any) -> float:
    start = process_time()
    with suppress(AssertionError):
        test(answer, quiet=True)
    return process_time() - start
