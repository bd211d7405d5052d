"""Notebook 4: right answers of any style pass, every known mistake is recognised, and the solution holds."""

from collections.abc import Callable
from contextlib import contextmanager
from functools import cache
from types import ModuleType

import pytest
import torch
import torchinfo
from examining import World, broken_checks, first_broken
from solved import run_solution
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode
from why_residuals_answers import ANSWERS, Stats, WithFunctions

from course_utils import training, utils
from course_utils.checking.plain import render_plain
from course_utils.checking.values import Mistake, NotAttempted, Raised, Report, Wrong
from course_utils.checking.wording import word
from course_utils.exercises.exercise import Exercise, examine
from course_utils.exercises.registry import every_exercise
from course_utils.inspection.multiply_adds import layer_costs

NAMES = ("ThinBlock", "activation_stats", "why_answers", "PooledBlock", "multiply_adds")
EXERCISES: dict[str, Exercise] = {one.name: one for one in every_exercise() if one.name in NAMES}
BANKS = [(exercise, mistake) for exercise in EXERCISES.values() for mistake in exercise.mistakes]
RIGHT = [(EXERCISES[name], answer) for name, answers in ANSWERS.items() for answer in answers]
WORLDS = ((0, 2, torch.float32), (7, 1, torch.float64))  # seed, threads, default dtype
IMAGE = torch.zeros(1, 1, 28, 28)


def _name(value: object) -> str:
    return getattr(value, "name", None) or getattr(value, "id", None) or getattr(value, "__name__", None) or str(value)


@cache
def _solution() -> ModuleType:
    return run_solution("04_why_residuals")


def _report(name: str, candidate: object) -> Report:
    (test,) = EXERCISES[name].tests
    return examine(EXERCISES[name], test, candidate)


def _said(name: str, candidate: object) -> str:
    return " ".join(render_plain(word(_report(name, candidate))).split())


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=_name)
def test_a_right_answer_passes_whatever_its_style(exercise: Exercise, answer: object):
    # The answers take turns: each in one world, each world with several answers to the exercise.
    seed, threads, dtype = WORLDS[ANSWERS[exercise.name].index(answer) % len(WORLDS)]
    with World(dtype, threads):
        assert not broken_checks(exercise, answer, seed)


def test_there_are_at_least_six_right_answers_to_each_exercise():
    assert {name for name in NAMES if len(ANSWERS[name]) < 6} == {"why_answers"}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=_name)
def test_the_solution_passes(exercise: Exercise):
    assert not broken_checks(exercise, getattr(_solution(), exercise.name), seed=3)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "why_answers"])
def test_no_seed_raises_a_false_alarm(name: str):
    for seed in range(100, 104):
        assert not broken_checks(EXERCISES[name], ANSWERS[name][0], seed), f"seed {seed}"


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=_name)
def test_every_mistake_is_caught_and_named_in_few_short_lines(exercise: Exercise, mistake: Mistake):
    structural = {check.name for check in exercise.checks if check.structural}
    report = _report(exercise.name, mistake.candidate)
    assert set(report.named(Wrong, Raised)) - structural
    assert report.diagnosis is not None
    assert [one.id for one in report.diagnosis.mistakes] == [mistake.id]
    lines = render_plain(word(report)).splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 16


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=_name)
def test_every_mistake_is_caught_under_another_seed_too(exercise: Exercise, mistake: Mistake):
    assert first_broken(exercise, mistake.candidate, seed=11)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "why_answers"])
def test_a_bank_has_enough_mistakes_each_with_words_of_its_own(name: str):
    exercise = EXERCISES[name]
    assert len(exercise.mistakes) >= 8
    for field in ("id", "belief"):
        assert len({getattr(mistake, field) for mistake in exercise.mistakes}) == len(exercise.mistakes)
    assert all(1 <= mistake.hint <= len(exercise.hints) == 3 for mistake in exercise.mistakes)


@pytest.mark.parametrize("name", NAMES)
def test_a_stub_is_not_attempted_rather_than_wrong(name: str):
    def stub(*args, **settings):
        raise NotImplementedError

    stubs = {
        "ThinBlock": type("ThinBlock", (nn.Module,), {"__init__": stub}),
        "PooledBlock": type("PooledBlock", (nn.Module,), {"__init__": stub}),
        "activation_stats": contextmanager(stub),
    }
    report = _report(name, stubs.get(name, stub))
    assert report.verdict == "unfinished", report.outcomes
    assert report.named(NotAttempted)


# --- shortcuts ---


def with_torchinfo(model, x):
    found = torchinfo.summary(model, input_data=x, verbose=0)
    return {layer.var_name: layer.macs for layer in found.summary_list if layer.is_leaf_layer}


def with_flop_counter(model, x):
    with FlopCounterMode(display=False) as counter:
        model(x)
    return {name: sum(counts.values()) // 2 for name, counts in counter.get_flop_counts().items()}


def with_the_courses_own(model, x):
    frame = utils.summary(model, x, return_frame=True)
    return dict(zip(frame["module"], frame["multiply_adds"], strict=True))


@pytest.mark.parametrize("answer", [with_torchinfo, with_flop_counter, with_the_courses_own])
def test_a_library_that_counts_is_refused_kindly(answer: Callable, capsys: pytest.CaptureFixture):
    assert "the work is your own" in _said("multiply_adds", answer)


class Wrapper(nn.Module):
    def __init__(self, *args, **settings):
        super().__init__()
        self.block = training.ThinBlock(*args, **settings)

    def forward(self, x):
        return self.block(x)


@pytest.mark.parametrize(
    ("name", "answer"),
    [("ThinBlock", training.ThinBlock), ("ThinBlock", Wrapper), ("PooledBlock", training.PooledBlock)],
    ids=_name,
)
def test_the_courses_own_blocks_are_refused_kindly(name: str, answer: type):
    assert "the work is your own" in _said(name, answer)


# --- mistakes in students' own code ---


class StridedShortcut(nn.Module):
    """As most people write it: the stride is in the 1×1 convolution, and only there is a shortcut at all."""

    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride, 1, bias=not norm)
        self.bn1, self.bn2 = [nn.BatchNorm2d(out_feats) if norm else nn.Identity() for _ in range(2)]
        self.shortcut = nn.Identity() if in_feats == out_feats else nn.Conv2d(in_feats, out_feats, 1, stride)
        self.stride, self.same = stride, in_feats == out_feats

    def forward(self, x):
        left = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        if self.same and self.stride > 1:
            x = functional.avg_pool2d(x, self.stride, ceil_mode=True)
        return (left + self.shortcut(x)).relu()


class NoCeilMode(WithFunctions):
    def forward(self, x):
        skip = functional.avg_pool2d(x, self.stride)
        left = self.conv1(x)
        left = self.conv2((self.norms[0](left) if self.norms else left).relu())
        left = self.norms[1](left) if self.norms else left
        return (left + (self.idconv(skip) if self.idconv else skip)).relu()


class AddsAlways(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.stride = stride

    def forward(self, x):
        out = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        out[:, : x.shape[1]] += x[:, :, :: self.stride, :: self.stride]
        return out.relu()


def in_training_mode(model, x):
    """Forgets about the mode."""
    counts, handles = {}, []
    for name, m in model.named_modules():
        if isinstance(m, nn.Conv2d | nn.Linear):

            def hook(m, inputs, output, name=name):
                counts[name] = counts.get(name, 0) + output[0].numel() * m.weight[0].numel()

            handles.append(m.register_forward_hook(hook))
    try:
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    return counts


@contextmanager
def late_name(layers):
    """Makes its hooks in a loop; each looks `name` up when the loop is over."""
    stats = {name: [] for name in layers}
    handles = []
    for name, layer in layers.items():

        def hook(module, inputs, output):
            if module.training:
                zeros = (output == 0).float().mean().item()
                stats[name].append(Stats(output.mean().item(), output.std(correction=0).item(), zeros))  # noqa: B023

        handles.append(layer.register_forward_hook(hook))
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def keeps_graphs(layers):
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                stats[name].append(Stats(output.mean(), output.std(), (output == 0).float().mean()))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


STUDENTS = [
    ("PooledBlock", StridedShortcut, "strided_projection"),
    ("PooledBlock", NoCeilMode, "floor"),
    ("ThinBlock", AddsAlways, "always_residual"),
    ("multiply_adds", in_training_mode, "as_it_is"),
    ("activation_stats", late_name, "last_name"),
    ("activation_stats", keeps_graphs, "graphs"),
]


@pytest.mark.parametrize(("name", "answer", "mistake"), STUDENTS, ids=_name)
def test_a_mistake_is_named_in_a_students_own_code_too(name: str, answer: object, mistake: str):
    diagnosis = _report(name, answer).diagnosis
    assert diagnosis is not None
    assert [one.id for one in diagnosis.mistakes] == [mistake]


def test_lists_that_outlive_the_with_block_are_caught():
    kept: dict[str, list] = {}

    @contextmanager
    def forgets_to_begin_anew(layers):
        with ANSWERS["activation_stats"][0](layers) as stats:
            for name in stats:
                stats[name] = kept.setdefault(name, [])
            yield stats

    assert "used again" in broken_checks(EXERCISES["activation_stats"], forgets_to_begin_anew)


def test_a_missing_layer_is_told_in_words():
    class NoBias(nn.Module):
        def __init__(self, in_feats, out_feats, stride=1, norm=False):
            super().__init__()
            self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1)
            self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride, 1, bias=False)

    said = _said("PooledBlock", NoBias)
    assert "needs a 3×3 convolution from 4 to 4 channels with a bias, and has too few of them" in said
    assert "it has a 3×3 convolution from 4 to 4 channels without a bias" in said


# --- what the notebook says ---


def test_the_fashion_mnist_net_costs_what_the_notebook_says():
    net = training.pooled_resnet(block=_solution().PooledBlock)
    assert sum(parameter.numel() for parameter in net.parameters()) == 1_226_882
    assert sum(_solution().multiply_adds(net, IMAGE).values()) == 8_406_784
    assert sum(layer.multiply_adds or 0 for layer in layer_costs(net, IMAGE)) == 8_406_784


def test_a_strided_convolution_as_a_head_costs_what_the_question_says():
    trunk = list(training.pooled_resnet())[:-3]
    net = nn.Sequential(*trunk, nn.Conv2d(256, 10, 3, stride=2, padding=1), nn.Flatten())
    assert net(IMAGE).shape == (1, 10)
    answer = EXERCISES["why_answers"].right()["strided_head"]
    assert sum(parameter.numel() for parameter in net.parameters()) == answer == 1_247_362


def test_plain_and_residual_thin_blocks_have_the_same_parameters():
    shapes = [
        [parameter.shape for parameter in _solution().ThinBlock(4, 8, 2, residual).parameters()]
        for residual in (True, False)
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(
    ("key", "answer"), [("overfitting", "a"), ("gradients", {"a", "d"}), ("zero", 1), ("strided_head", 1_249_932)]
)
def test_a_wrong_answer_is_answered_without_giving_the_right_one_away(key: str, answer: object):
    said = _said("why_answers", lambda: {**ANSWERS["why_answers"][0](), key: answer})
    assert f"the answer to '{key}' is right" in said
    assert "1247362" not in said.replace(",", "")
