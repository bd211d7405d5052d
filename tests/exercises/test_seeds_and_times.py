"""No seed gives a false alarm, and every test function answers while the student is still looking."""

import random
from collections.abc import Callable
from contextlib import suppress
from math import inf
from time import process_time
from typing import Any

import pytest
from examining import EXERCISES, broken_checks, name_of
from right_answers import notebook

from course_utils import tests
from course_utils.exercises.basic_block import RightBasicBlock
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet import RightResNet
from course_utils.exercises.resnet34 import RightResNet as RightResNet34
from course_utils.feedback.diagnosis import _known

# How many CPU seconds a run of the suite spends on each exercise, and the most seeds that it tries.
SECONDS, SEEDS = 2.0, 200
# CPU seconds: all others answer within one.
LIMITS = {"ResNet34": 3.0, "ResNet": 3.0, "make_resnet": 3.0}


@pytest.mark.parametrize("exercise", tests._IN_ORDER, ids=name_of)
def test_random_seeds_give_no_false_alarm(exercise: Exercise):
    right = right_answer(exercise)
    behaviour = [check.name for check in exercise.checks if not check.structural]
    start, tried = process_time(), 0
    while tried < SEEDS and (not tried or process_time() - start < SECONDS):
        seed, tried = random.SystemRandom().randrange(2**31), tried + 1
        assert not broken_checks(exercise, right, seed, only=behaviour), f"seed {seed}"


def right_answer(exercise: Exercise) -> Any:
    """Give an answer written by hand where there is one, and otherwise that which is made from torch's parts."""
    return getattr(notebook("textbook"), exercise.name) if exercise.name in EXERCISES else exercise.right


@pytest.mark.parametrize("exercise", tests._IN_ORDER, ids=name_of)
def test_a_test_function_answers_at_once(exercise: Exercise):
    right = right_answer(exercise)
    limit = LIMITS.get(exercise.name, 1.0)
    for test in tests.EXERCISES[exercise.name]:
        assert _seconds(test, right, limit) < limit, f"{test.__name__}, when all is right"
        for mistake in exercise.mistakes[:1] + exercise.mistakes[-1:]:
            told = f"{test.__name__}, for the mistake {mistake.id}"
            assert _seconds(test, mistake.candidate, limit, first=True) < limit, f"{told}, the first time"
            assert _seconds(test, mistake.candidate, limit) < limit, f"{told}, later"


class IgnoresItsLists(RightResNet34):
    """Builds the whole network, whatever it is told."""

    def __init__(self, *args: Any) -> None:
        super().__init__()


class IgnoresItsBlocks(RightResNet):
    """Builds ResNet34, whatever it is told."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(RightBasicBlock, [3, 4, 6, 3])


@pytest.mark.parametrize(
    ("test", "wrong"),
    [
        (tests.test_resnet34, IgnoresItsLists),
        (tests.test_resnet, IgnoresItsBlocks),
        (tests.test_resnet_start, IgnoresItsBlocks),
    ],
    ids=["ResNet34", "ResNet", "the start of ResNet"],
)
def test_a_network_that_ignores_its_arguments_is_told_at_once(test: Callable[..., None], wrong: type):
    with pytest.raises(AssertionError, match=r"21,797,672 parameters, far\s+too\s+many"):
        test(wrong)
    assert _seconds(test, wrong, 2.0, first=True) < 2.0


def _seconds(test: Callable[..., None], answer: Any, limit: float, first: bool = False) -> float:
    """Measure CPU seconds; the best of a few calls, because time on a busy machine counts for more than it did.

    first: as the first failing call of a notebook, which observes what the bank does; the later ones know it.
    """
    best = inf
    for _ in range(5):
        if first:
            _known.cache_clear()
        start = process_time()
        with suppress(AssertionError):
            test(answer, quiet=True)
        best = min(best, process_time() - start)
        if best < limit:
            break
    print(f"{test.__name__} ({getattr(answer, '__name__', answer)}{', first call' * first}): {best:.2f} of {limit:g} s")
    return best
