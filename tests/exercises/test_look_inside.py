"""Notebook 5: right answers of any style pass, every known mistake is recognised, and the solution holds."""

from functools import cache
from types import ModuleType

import pytest
import torch
from examining import broken_checks, first_broken
from look_inside_right import ANSWERS
from solved import run_solution
from torch import nn

from course_utils import tests
from course_utils.checking.plain import render_plain
from course_utils.checking.values import Raised, Wrong
from course_utils.checking.wording import word
from course_utils.exercises.exercise import Exercise, examine
from course_utils.exercises.look_inside.small_resnet import SmallResNet
from course_utils.exercises.registry import every_exercise

ASSIGNMENT = "05_transfer_and_look_inside"
EXERCISES: dict[str, Exercise] = {one.name: one for one in every_exercise() if one.name in tests.NOTEBOOKS[ASSIGNMENT]}
CODE = [one for one in EXERCISES.values() if one.mistakes]
BANKS = [(exercise, mistake) for exercise in CODE for mistake in exercise.mistakes]
RIGHT = [(EXERCISES[name], answer) for name, answers in ANSWERS.items() for answer in answers]


def _name(value) -> str:
    return getattr(value, "name", None) or getattr(value, "id", None) or getattr(value, "__name__", None) or str(value)


@cache
def _solution() -> ModuleType:
    return run_solution(ASSIGNMENT)


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=_name)
@pytest.mark.parametrize("seed", [0, 7])
def test_a_right_answer_passes_whatever_its_style(exercise: Exercise, answer, seed: int):
    assert not broken_checks(exercise, answer, seed)


def test_there_are_at_least_six_right_answers_to_each_exercise_in_code():
    assert all(len(ANSWERS[exercise.name]) >= 6 for exercise in CODE)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=_name)
def test_the_solution_passes(exercise: Exercise):
    assert not broken_checks(exercise, getattr(_solution(), exercise.name), seed=3)


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=_name)
def test_every_mistake_is_caught_and_diagnosed_as_itself_in_words_that_fit(exercise: Exercise, mistake):
    reports = [examine(exercise, test, mistake.candidate) for test in exercise.tests]
    assert all(report.named(Wrong, Raised) for report in reports)
    for report in reports:
        assert report.diagnosis is not None
        assert [one.id for one in report.diagnosis.mistakes] == [mistake.id]
        lines = render_plain(word(report)).splitlines()
        assert len(lines) <= 16
        assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=_name)
def test_every_mistake_is_caught_under_another_seed_too(exercise: Exercise, mistake):
    assert first_broken(exercise, mistake.candidate, seed=11)


@pytest.mark.parametrize("exercise", CODE, ids=_name)
def test_a_bank_has_enough_mistakes_each_with_words_of_its_own(exercise: Exercise):
    assert len(exercise.mistakes) >= 8
    for field in ("id", "belief"):
        assert len({getattr(mistake, field) for mistake in exercise.mistakes}) == len(exercise.mistakes)
    assert all(1 <= mistake.hint <= len(exercise.hints) == 3 for mistake in exercise.mistakes)


@pytest.mark.parametrize("exercise", CODE, ids=_name)
def test_random_seeds_give_no_false_alarm(exercise: Exercise):
    for seed in range(1000, 1012):
        assert not broken_checks(exercise, ANSWERS[exercise.name][0], seed), f"seed {seed}"


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=_name)
def test_a_stub_is_not_attempted_rather_than_wrong(exercise: Exercise):
    def stub(*args, **settings):
        raise NotImplementedError

    stub_class = type(exercise.name, (nn.Module,), {"__init__": stub, "train": stub, "forward": stub})
    candidate = stub_class if isinstance(exercise.right, type) else stub
    for test in exercise.tests:
        assert examine(exercise, test, candidate).verdict == "unfinished"


@pytest.mark.parametrize("exercise", CODE, ids=_name)
def test_a_function_in_which_only_the_docstring_stands_is_not_attempted(exercise: Exercise):
    def stub(*args):
        """Say what is asked for."""

    candidate = stub if not isinstance(exercise.right, type) else type("NewHead", (nn.Module,), {"forward": stub})
    for test in exercise.tests:
        assert examine(exercise, test, candidate).verdict == "unfinished"


@pytest.mark.parametrize(("key", "wrong"), [("learned", 192), ("still_moving", "a"), ("scratch", {"a", "c"})])
def test_a_wrong_answer_to_a_question_is_told_why(key: str, wrong):
    outcome = broken_checks(EXERCISES["transfer_answers"], lambda: ANSWERS["transfer_answers"][0]() | {key: wrong})
    assert list(outcome) == [key]
    assert len(outcome[key].finding.evidence[1]) > 20


def test_the_number_that_learns_is_that_of_the_notebooks_own_head():
    net = _solution().NewHead(SmallResNet(7), 3)
    assert sum(p.numel() for p in net.parameters() if p.requires_grad) == 195


def test_without_all_of_its_blocks_only_projections_are_left():
    """The paths that are left are one: through the stem, the projections and the head."""
    model = SmallResNet(7).eval()
    blocks = [f"layer{layer}.{block}" for layer in (1, 2, 3) for block in range(3)]
    x = torch.rand(2, 1, 28, 28)
    expected = model.bn1(model.conv1(x)).relu()
    for layer in (model.layer1, model.layer2, model.layer3):
        expected = layer[0].downsample(expected).relu()
    expected = model.fc(expected.mean((2, 3)))
    managers = [_solution().without_block(model, block) for block in blocks]
    for manager in managers:
        manager.__enter__()
    torch.testing.assert_close(model(x), expected)
