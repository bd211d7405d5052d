"""What is told of a class that is partly written: which of its steps are done, which is next, and that step's hint."""

import re
from dataclasses import dataclass
from functools import cache

import pytest
from confined import verdicts_of

from course_utils.authoring.answers import AnswerCell, solved_notebook
from course_utils.checking.page import render_html
from course_utils.checking.plain import render_plain
from course_utils.checking.values import Report
from course_utils.checking.wording import word
from course_utils.exercises.exercise import examine
from course_utils.exercises.registry import load, notebooks

RESNET34 = """
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.stem = Sequential(Conv2d(3, 64, 7, stride=2, padding=3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        GROUPS
        HEAD

    def forward(self, x):
        raise NotImplementedError()
"""
GROUPS = """widths = [64, *out_features_per_group]
        each = zip(n_blocks_per_group, widths, out_features_per_group, first_strides_per_group)
        self.groups = Sequential(*(BlockGroup(*one) for one in each))"""
HEAD = "self.head = Sequential(AveragePool(), Linear(out_features_per_group[-1], n_classes))"
BATCHNORM = """\
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = nn.Parameter(t.ones(num_features)), nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        BODY

    def extra_repr(self):
        raise NotImplementedError()
"""
TRAINING = """mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)
        if not self.training:
            EVAL
        mean, std, weight, bias = (
            each.reshape(1, -1, 1, 1) for each in (mean, (var + self.eps).sqrt(), self.weight, self.bias)
        )
        return (x - mean) / std * weight + bias"""
EVAL = "mean, var = self.running_mean, self.running_var"
BLOCK = """
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1), BatchNorm2d(out_feats), ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1), BatchNorm2d(out_feats),
        )

    def forward(self, x):
        return self.left(x)
"""
RESNET = """
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(64)

    def forward(self, x):
        raise NotImplementedError()
"""


def _batchnorm(body: str, evaluating: str = "raise NotImplementedError()") -> str:
    return BATCHNORM.replace("BODY", body).replace("EVAL", evaluating)


def _resnet34(groups: str = "", head: str = "") -> str:
    return RESNET34.replace("GROUPS", groups).replace("HEAD", head)


NOTHING = "raise NotImplementedError()"
SLIP = "return (x - t.mean(x, (0, 2, 3), True)) / torch.std(x)"
UNBIASED = _batchnorm(TRAINING.replace(", unbiased=False", ""), "pass")


@dataclass(frozen=True)
class Half:
    """What is written, which test is run, the steps that are done, the next one, and the hint offered with it."""

    exercise: str
    source: str
    done: str
    following: str
    hint: int = 0
    test: int = 0

    @property
    def cell(self) -> AnswerCell:
        return AnswerCell(self.exercise, "right", "half written", self.source)

    @cache  # noqa: B019  (there are nine)
    def report(self) -> Report:
        exercise = load(self.exercise)
        return examine(exercise, [*exercise.tests][self.test], self.cell.run())


STEPPED = [one.name for entries in notebooks().values() for one in entries if load(one.name).steps]
HALVES = [
    Half("ResNet34", _resnet34(), "stem weights", "group weights", hint=2),
    Half("ResNet34", _resnet34(GROUPS), "stem weights, group weights", "head weights"),  # a diagnosis brings the hint
    Half("ResNet34", _resnet34(GROUPS, HEAD), "stem weights, group weights, head weights", "forward", hint=1),
    Half("BatchNorm2d", _batchnorm(NOTHING), "the module", "training output", hint=1),  # what print shows comes last
    Half("BatchNorm2d", _batchnorm(NOTHING), "the module", "training output", hint=1, test=1),
    Half("BatchNorm2d", _batchnorm(SLIP), "the module", "training output", test=1),  # so does an error's cause
    Half("BatchNorm2d", _batchnorm(TRAINING), "the module, training output", "eval output", hint=2, test=1),
    Half(
        "BatchNorm2d",
        _batchnorm(TRAINING, EVAL),
        "the module, training output, eval output",
        "running statistics",
        test=2,
    ),
    Half("BatchNorm2d", UNBIASED, "the module", "training output", test=1),  # a diagnosis brings the hint
    Half("ResidualBlock", BLOCK, "left weights", "right weights", hint=2),
    Half("ResNet", RESNET, "stem names", "layer names", hint=2),
]
halves = pytest.mark.parametrize("half", HALVES, ids=lambda half: f"{half.exercise}-{half.following}")


@halves
def test_a_partly_written_class_is_told_what_is_done_and_what_is_next(half: Half):
    """Catches a step that stays open though it is written, and a next step that the test in hand says nothing of."""
    steps = word(half.report()).steps
    assert ", ".join(one.name for one in steps if one.state == "done") == half.done
    said = f"next, open hint {half.hint}" if half.hint else "next"
    assert [(one.name, one.state) for one in steps if one.mark == "→"] == [(half.following, said)]
    assert {one.state for one in steps if one.mark == "○"} <= {"not yet"}


@halves
def test_the_steps_are_read_in_text_and_in_a_page_alike(half: Half):
    """Catches a state that only a colour shows, a line of 90 columns, and a panel that has become a wall."""
    panel = word(half.report())
    text, page = render_plain(panel), render_html(panel)
    assert max(map(len, text.splitlines())) <= 80
    assert len(text.splitlines()) <= 18
    listed = re.sub("<[^>]+>", "", "".join(re.findall("<li>.*?</li>", page)))
    for one in panel.steps:
        assert re.search(rf"{re.escape(one.state)}: [^·]*{re.escape(one.name)}\b", " ".join(text.split()))
        assert f"{one.mark}{one.name}: {one.state}" in listed


@pytest.mark.parametrize(
    ("training", "named"),
    [
        (TRAINING.replace(", unbiased=False", ""), "unbiased_normalisation"),
        (TRAINING.replace("unbiased=False", "unbiased=False) * (1 + 1e-2"), ""),  # nothing known does this
        (
            TRAINING.replace("x.mean(dim=(0, 2, 3))", "x.mean(dim=(0, 2, 3)).nan()"),
            "",
        ),  # it stops
    ],
)
def test_the_step_in_hand_is_diagnosed_by_itself(training: str, named: str):
    """Catches a slip that nobody names as long as the next step isn't written, and one that is only guessed at."""
    half = Half("BatchNorm2d", _batchnorm(training, "pass"), "", "", test=1)
    found = half.report().diagnosis
    assert [one.id for one in found.mistakes if found.step == "training output"] == [named] if named else not found
    assert ("in the step “training output” it behaves exactly like" in word(half.report()).verdict) == bool(named)


def test_course_grade_tells_the_same_steps():
    """Catches steps that are worked out in the notebook alone."""
    exercise = load("BatchNorm2d")
    chosen = [half for half in HALVES if half.exercise == exercise.name]
    told = verdicts_of(exercise, [half.cell for half in chosen])
    for half in chosen:
        assert told[half.cell, [*exercise.tests][half.test]].text == render_plain(word(half.report()))


def test_who_has_done_all_or_tried_nothing_reads_no_steps():
    """Catches a list below a green line, and one of five lines "not yet" for an untouched stub."""
    for candidate in (solved_notebook("02_resnets").BatchNorm2d, type("BatchNorm2d", (), {"__init__": _stub})):
        for test in load("BatchNorm2d").tests:
            assert word(examine(load("BatchNorm2d"), test, candidate)).steps == ()


def _stub(self, *args, **settings):
    raise NotImplementedError


@pytest.mark.parametrize("name", STEPPED)
def test_a_step_that_parts_alone_decide_says_so(name: str):
    """Catches "done: stem" above a stem without its max pool: only weights and names were looked at."""
    exercise = load(name)
    of_parts = {look.name for look in exercise.checks if look.of_parts}
    for step in exercise.steps:
        looked_at = {*step.checks, *step.begins} - {"built from its lists", "built from its blocks"}
        said = step.name.split()[-1] in {"weights", "names", "name", "module"}
        assert said or not looked_at <= of_parts, step.name
