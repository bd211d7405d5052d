"""Notebook 3: right answers of any style pass, every known mistake is recognised, and the solution holds."""

from functools import cache
from types import ModuleType

import pytest
import torch
from examining import broken_checks, first_broken
from resnet_family_answers import ANSWERS
from solved import cells, run_solution
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torchvision import models
from torchvision.models.resnet import BasicBlock, ResNet

from course_utils.checking.values import Raised, Wrong
from course_utils.exercises.exercise import Exercise, examine
from course_utils.exercises.registry import every_exercise
from course_utils.exercises.resnet_family.receptive_field import measured

NAMES = (
    "receptive_field",
    "family_answers",
    "BasicBlock",
    "Bottleneck",
    "ResNet",
    "make_resnet",
    "shortcut",
    "fold_batchnorm",
)
EXERCISES: dict[str, Exercise] = {one.name: one for one in every_exercise() if one.name in NAMES}
CODE = [one for one in EXERCISES.values() if one.name != "family_answers"]
BANKS = [(exercise, mistake) for exercise in EXERCISES.values() for mistake in exercise.mistakes]
PARAMETERS = {18: 11_689_512, 34: 21_797_672, 50: 25_557_032, 101: 44_549_160, 152: 60_192_808}


def _name(value) -> str:
    return getattr(value, "name", None) or getattr(value, "id", None) or getattr(value, "__name__", None) or str(value)


@cache
def _solution() -> ModuleType:
    return run_solution("03_resnet_family")


RIGHT = [(EXERCISES[name], answer) for name, answers in ANSWERS.items() for answer in answers]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=_name)
@pytest.mark.parametrize("seed", [0, 7])
def test_a_right_answer_passes_whatever_its_style(exercise: Exercise, answer, seed: int):
    assert not broken_checks(exercise, answer, seed)


def test_there_are_at_least_six_right_answers_to_each_exercise():
    assert {name for name in NAMES if len(ANSWERS[name]) < 6} == {"family_answers"}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=_name)
def test_the_solution_passes(exercise: Exercise):
    assert not broken_checks(exercise, getattr(_solution(), exercise.name), seed=3)


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=_name)
def test_every_mistake_is_caught_and_diagnosed_as_itself(exercise: Exercise, mistake):
    structural = {check.name for check in exercise.checks if check.structural}
    reports = [examine(exercise, test, mistake.candidate) for test in exercise.tests]
    wrong = [report for report in reports if set(report.named(Wrong, Raised)) - structural]
    assert wrong
    for report in wrong:
        assert report.diagnosis is not None
        assert [one.id for one in report.diagnosis.mistakes] == [mistake.id]


@pytest.mark.parametrize(("exercise", "mistake"), [pair for pair in BANKS if pair[0].name != "ResNet"], ids=_name)
def test_every_mistake_is_caught_under_another_seed_too(exercise: Exercise, mistake):
    assert first_broken(exercise, mistake.candidate, seed=11)


@pytest.mark.parametrize("exercise", CODE, ids=_name)
def test_a_bank_has_enough_mistakes_each_with_words_of_its_own(exercise: Exercise):
    assert len(exercise.mistakes) >= 8
    for field in ("id", "belief"):
        assert len({getattr(mistake, field) for mistake in exercise.mistakes}) == len(exercise.mistakes)
    assert all(1 <= mistake.hint <= len(exercise.hints) == 3 for mistake in exercise.mistakes)


class ThinBlock(BasicBlock):
    pass


class ThinResNet(ResNet):
    pass


SHORTCUTS = {
    "BasicBlock": [BasicBlock, ThinBlock],
    "ResNet": [ResNet, ThinResNet],
    "fold_batchnorm": [fuse_conv_bn_eval],
}


@pytest.mark.parametrize(
    ("name", "answer"), [(name, one) for name, many in SHORTCUTS.items() for one in many], ids=_name
)
def test_a_librarys_own_answer_is_refused_kindly(name: str, answer):
    report = examine(EXERCISES[name], next(iter(EXERCISES[name].tests)), answer)
    assert "own work" in report.named(Wrong)


def test_torchvisions_own_network_is_refused_as_a_builder():
    assert "five depths" in broken_checks(EXERCISES["make_resnet"], lambda depth: getattr(models, f"resnet{depth}")())


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=_name)
def test_a_stub_is_not_attempted_rather_than_wrong(exercise: Exercise):
    def stub(*args, **settings):
        raise NotImplementedError

    stub_class = type(
        exercise.name, (nn.Module,), {"__init__": stub, "expansion": getattr(exercise.right, "expansion", 1)}
    )
    candidate = stub_class if isinstance(exercise.right, type) else stub
    for test in exercise.tests:
        assert examine(exercise, test, candidate).verdict == "unfinished"


@pytest.mark.parametrize("later", ["ResNet", "make_resnet"])
def test_a_later_exercise_does_not_suffer_from_wrong_blocks(later: str):
    space = dict(vars(_solution()))
    for earlier in EXERCISES[later].parts:
        space[earlier] = type(earlier, (nn.Module,), {"expansion": 3})
    source = next(
        cell.source for cell in cells("03_resnet_family") if cell.metadata.get("nbgrader", {}).get("grade_id") == later
    )
    exec(compile(source, "<later>", "exec"), space)
    assert not broken_checks(EXERCISES[later], space[later])


@pytest.mark.parametrize("depth", PARAMETERS)
def test_the_five_networks_exchange_state_dicts_with_torchvisions(depth: int):
    with torch.device("meta"):
        mine, theirs = getattr(_solution(), f"resnet{depth}")(), getattr(models, f"resnet{depth}")()
    assert list(mine.state_dict()) == list(theirs.state_dict())
    assert sum(parameter.numel() for parameter in mine.parameters()) == PARAMETERS[depth]
    mine.load_state_dict(theirs.state_dict(), strict=True, assign=True)
    theirs.load_state_dict(mine.state_dict(), strict=True, assign=True)


@pytest.mark.parametrize("depth", [18, 50])
def test_with_equal_weights_the_solution_gives_torchvisions_logits(depth: int):
    torch.manual_seed(depth)
    mine, theirs = (
        getattr(_solution(), f"resnet{depth}")(num_classes=10),
        getattr(models, f"resnet{depth}")(num_classes=10),
    )
    theirs.load_state_dict(mine.state_dict())
    x = torch.randn(2, 3, 64, 48)
    for training in (True, False):  # training first: it moves the statistics of both
        with torch.no_grad():
            expected, got = theirs.train(training)(x), mine.train(training)(x)
        assert (got - expected).abs().max() <= 1e-5 * expected.abs().max()


def test_the_stride_of_a_bottleneck_is_on_the_3x3_convolution():
    block = _solution().Bottleneck(64, 64, stride=2)
    assert [block.conv1.stride, block.conv2.stride, block.conv3.stride] == [(1, 1), (2, 2), (1, 1)]


def test_the_measured_receptive_field_of_a_gapped_stack_is_its_whole_width():
    assert measured([(1, 2), (3, 1)]) == 5
    assert measured([(3, 1)] * 3) == measured([(7, 1)]) == 7
