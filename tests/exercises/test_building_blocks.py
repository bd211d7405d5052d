"""The first notebook's exercises: mistakes are caught and recognised, right answers of any style pass."""

from collections.abc import Callable

import pytest
import torch
from building_blocks_answers import RIGHT
from examining import World, broken_checks, first_broken, name_of
from torch import nn
from torch.nn import functional

from course_utils import layers, tests
from course_utils.checking.plain import render_plain
from course_utils.checking.values import Mistake, Raised, Wrong
from course_utils.checking.wording import word
from course_utils.exercises.building_blocks import (
    conv2d,
    flatten,
    from_scratch,
    linear,
    max_pool2d,
    module_answers,
    relu,
)
from course_utils.exercises.exercise import Exercise, examine

LAYERS = (relu.EXERCISE, linear.EXERCISE, flatten.EXERCISE, conv2d.EXERCISE, max_pool2d.EXERCISE)
EXERCISES = {one.name: one for one in (*LAYERS, *from_scratch.EXERCISES)}
BANKS = [(exercise, mistake) for exercise in EXERCISES.values() for mistake in exercise.mistakes]
ANSWERS = [(exercise, answer) for exercise, answers in RIGHT.items() for answer in answers]
WORLDS = [(0, 2, torch.float32), (11, 1, torch.float64)]


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=name_of)
def test_every_mistake_is_caught_by_what_it_does(exercise: Exercise, mistake: Mistake):
    for seed, threads, dtype in WORLDS:
        with World(dtype, threads):
            assert first_broken(exercise, mistake.candidate, seed), f"{mistake.id} passes all checks of behaviour"


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=name_of)
def test_every_mistake_is_diagnosed_as_itself_in_few_short_lines(exercise: Exercise, mistake: Mistake):
    structural = {check.name for check in exercise.checks if check.structural}
    reports = [examine(exercise, test, mistake.candidate) for test in exercise.tests]
    wrong = [report for report in reports if set(report.named(Wrong, Raised)) - structural]
    assert wrong
    for report in wrong:
        found = report.diagnosis and [one.id for one in report.diagnosis.mistakes]
        assert found == [mistake.id], f"{mistake.id} is taken for {found}"
        lines = render_plain(word(report)).splitlines()
        assert max(map(len, lines)) <= 80
        assert len(lines) <= 16


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=name_of)
def test_a_bank_is_large_and_its_words_are_all_different(exercise: Exercise):
    assert len(exercise.mistakes) >= 8
    assert len({one.id for one in exercise.mistakes}) == len(exercise.mistakes)
    assert len({one.belief for one in exercise.mistakes}) == len(exercise.mistakes)
    assert all(1 <= one.hint <= len(exercise.hints) == 3 for one in exercise.mistakes)


@pytest.mark.parametrize(("exercise", "answer"), ANSWERS, ids=lambda value: getattr(value, "__name__", value))
def test_a_right_answer_passes_whatever_its_style(exercise: str, answer: object):
    for seed, threads, dtype in WORLDS:
        with World(dtype, threads):
            assert not broken_checks(EXERCISES[exercise], answer, seed)


def test_there_are_six_right_answers_to_each_exercise():
    assert {exercise: len(answers) >= 6 for exercise, answers in RIGHT.items()} == dict.fromkeys(EXERCISES, True)


@pytest.mark.parametrize("exercise", ["Linear", "Conv2d"])
def test_first_weights_raise_no_false_alarm_over_many_seeds(exercise: str):
    for seed in range(100):
        assert not broken_checks(EXERCISES[exercise], RIGHT[exercise][0], seed, only=("first weights",))


SHORTCUTS: dict[str, list] = {
    "ReLU": [nn.ReLU, layers.ReLU],
    "Linear": [nn.Linear, layers.Linear],
    "Flatten": [nn.Flatten],
    "Conv2d": [nn.Conv2d, layers.Conv2d],
    "MaxPool2d": [nn.MaxPool2d, layers.MaxPool2d],
    "conv1d_minimal": [functional.conv1d],
    "conv2d_from_scratch": [
        lambda x, weight, stride=1, padding=0: functional.conv2d(x, weight, stride=stride, padding=padding)
    ],
}


def _wrapping(finished: type[nn.Module]) -> type[nn.Module]:
    class Wrapper(nn.Module):
        def __init__(self, *args, **settings):
            super().__init__()
            self.inner = finished(*args, **settings)

        def forward(self, x):
            return self.inner(x)

    return Wrapper


@pytest.mark.parametrize("exercise", SHORTCUTS)
def test_a_finished_layer_handed_in_or_wrapped_is_refused_kindly(exercise: str):
    wrapped = [_wrapping(one) for one in SHORTCUTS[exercise] if isinstance(one, type)]
    for shortcut in (*SHORTCUTS[exercise], *wrapped):
        assert "your own" in _first_words(exercise, shortcut)


class _CallsReLU(nn.Module):
    def forward(self, x):
        return functional.relu(x)


class _CallsMaxPool(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.settings = kernel_size, stride, padding

    def forward(self, x):
        return functional.max_pool2d(x, *self.settings)


@pytest.mark.parametrize(("exercise", "shortcut"), [("ReLU", _CallsReLU), ("MaxPool2d", _CallsMaxPool)])
def test_a_function_that_does_the_whole_exercise_is_refused_kindly(exercise: str, shortcut: type):
    assert "your own" in _first_words(exercise, shortcut)


def _first_words(exercise: str, answer: object) -> str:
    said = []
    for test in tests.EXERCISES[exercise]:
        with pytest.raises(AssertionError) as error:
            test(answer)
        said.append(" ".join(str(error.value).split()))
        break
    return said[0]


def _stub(*args, **settings):
    raise NotImplementedError


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_stub_is_not_attempted_and_shows_the_first_hint(exercise: str):
    stub: type | Callable = type(exercise, (nn.Module,), {"forward": _stub}) if exercise[0].isupper() else _stub
    if exercise in ("Linear", "Conv2d", "MaxPool2d", "Flatten"):
        stub = type(exercise, (nn.Module,), {"__init__": _stub, "forward": _stub, "extra_repr": _stub})
    for test in tests.EXERCISES[exercise]:
        with pytest.raises(AssertionError, match="not attempted yet") as error:
            test(stub)
        assert "hint 1" in str(error.value)


def test_relu_notes_what_becomes_of_infinity_and_nan_without_calling_it_wrong():
    class Masked(nn.Module):
        def forward(self, x):
            return x * (x > 0)

    report = examine(relu.EXERCISE, "test_relu", Masked)
    assert report.verdict == "right"
    assert "0 · ∞" in render_plain(word(report))


def test_a_wrong_earlier_step_does_not_sink_a_later_one():
    space = {"torch": torch, "conv1d_minimal": lambda x, weight: 0}
    program = """def conv1d_padded(x, weight, padding=0):
        return conv1d_minimal(torch.nn.functional.pad(x, (padding, padding)), weight)"""
    exec(program, space)
    tests.test_conv1d_padded(space["conv1d_padded"], quiet=True)


def test_the_questions_answer_each_wrong_choice_with_a_reason():
    right = {"found": "c", "call": "b", "linear_count": 35, "super_init": {"a", "b"}}
    tests.test_module_answers(lambda: right, quiet=True)
    for key, wrong in (("found", "b"), ("call", "a"), ("linear_count", 30), ("super_init", {"a", "b", "c"})):
        with pytest.raises(AssertionError, match="you said"):
            tests.test_module_answers(lambda key=key, wrong=wrong: right | {key: wrong})
    assert module_answers.EXERCISE.name == "module_answers"


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ("all_zero", "all of yours are 0"),
        ("normal", "yours go from −3."),
        ("bound_from_outputs", "to 0.0408, and stay well inside"),
    ],
)
def test_numbers_that_a_layer_starts_with_are_told_as_people_write_them(mistake: str, words: str):
    answer = next(one.candidate for one in linear.EXERCISE.mistakes if one.id == mistake)
    assert words in " ".join(render_plain(word(examine(linear.EXERCISE, "test_linear_module", answer))).split())
