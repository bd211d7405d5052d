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

# How many seeds a run of the suite tries: 200, and fewer of what takes longer, so that all take a minute or so.
SEEDS = {"ResNet34": 8, "BlockGroup": 20, "ResidualBlock": 30, "predict": 40, "copy_weights": 60, "BatchNorm2d": 100}
# The exercises of the first three notebooks.
FIRST_THREE = tests._IN_ORDER[: 1 + [one.name for one in tests._IN_ORDER].index("fold_batchnorm")]
# CPU seconds: all others answer within one.
LIMITS = {"ResNet34": 3.0, "ResNet": 3.0, "make_resnet": 3.0}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=name_of)
def test_random_seeds_give_no_false_alarm(exercise: Exercise):
    right = getattr(notebook("textbook"), exercise.name)
    for _ in range(SEEDS.get(exercise.name, 200)):
        seed = random.SystemRandom().randrange(2**31)
        assert not broken_checks(exercise, right, seed), f"seed {seed}"


@pytest.mark.parametrize("exercise", FIRST_THREE, ids=name_of)
def test_a_test_function_answers_at_once(exercise: Exercise):
    right = getattr(notebook("textbook"), exercise.name) if exercise.name in EXERCISES else exercise.right
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
    return best
