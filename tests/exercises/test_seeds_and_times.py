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
from course_utils.checking.probing import _known
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.registry import every_exercise
from course_utils.exercises.resnet_family.basic_block import RightBasicBlock
from course_utils.exercises.resnet_family.resnet import RightResNet
from course_utils.exercises.resnets.resnet34 import RightResNet as RightResNet34

# How many seeds a run of the suite tries: 200, and fewer of what takes longer.
SEEDS = {"BatchNorm2d": 100, "copy_weights": 60, "shortcut": 60, "predict": 40, "BlockGroup": 20}
SEEDS |= dict.fromkeys(("ResNet34", "ResNet", "make_resnet"), 8)
SEEDS |= dict.fromkeys(("ResidualBlock", "BasicBlock", "Bottleneck", "ThinBlock", "PooledBlock"), 30)
SEEDS |= dict.fromkeys(("NewHead", "feature_maps", "grad_cam", "without_block"), 30)
# CPU seconds: all others answer within one.
LIMITS = {"ResNet34": 3.0, "ResNet": 3.0, "make_resnet": 3.0}


@pytest.mark.parametrize("exercise", every_exercise(), ids=name_of)
def test_random_seeds_give_no_false_alarm(exercise: Exercise):
    right = right_answer(exercise)
    # What is made from torch's parts breaks the rules about how code is made; answers written by hand keep those too.
    only = () if exercise.name in EXERCISES else [check.name for check in exercise.checks if not check.structural]
    for _ in range(SEEDS.get(exercise.name, 200)):
        seed = random.SystemRandom().randrange(2**31)
        assert not broken_checks(exercise, right, seed, only), f"seed {seed}"


def right_answer(exercise: Exercise) -> Any:
    """Give an answer written by hand where there is one, and otherwise that which is made from torch's parts."""
    return getattr(notebook("textbook"), exercise.name) if exercise.name in EXERCISES else exercise.right


@pytest.mark.parametrize("exercise", every_exercise(), ids=name_of)
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
