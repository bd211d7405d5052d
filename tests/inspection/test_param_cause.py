"""The sentence under print_param_count names the mistake that a student really made, and no other."""

import pytest
from torch import nn
from torchvision.models import resnet34
from wrong_resnets import NoCount, RunningParameters, StudentResNet, on_meta

from course_utils.inspection.param_cause import Model, likely_cause
from course_utils.inspection.parameters import parameter_rows

MISTAKES = {
    "right branch first": (
        {"right_first": True},
        "branch order",
        "where Mine has `groups.1.blocks.0.right.0.weight`, Right has `layer2.0.conv1.weight`; "
        "likely Mine declares a right branch, whose convolution is 1×1, before the left one",
    ),
    "bias in convolutions": (
        {"conv_bias": True},
        "extra bias",
        "After `stem.0.weight` (and in 35 more places) Mine has 3 vectors, Right 2: likely a bias in Mine",
    ),
    "no norm on the projection": (
        {"projection_norm": False},
        "missing batch norm",
        "After `groups.1.blocks.0.right.0.weight` (and in 2 more places) Right has 2 vectors, Mine none",
    ),
    "no norm anywhere": ({"norm": nn.Identity}, "missing batch norm", "(and in 35 more places)"),
    "a wrong width": (
        {"widths": (64, 128, 128, 512)},
        "width",
        "is 128×128×3×3, `layer3.0.conv1.weight` of Right is 256×128×3×3: likely this group is 128 instead of 256",
    ),
    "a narrow stem": ({"stem_width": 32}, "width", "32 instead of 64 channels wide"),
    "blocks in a plain list": ({"plain_list": True}, "unregistered", "Mine shows 5 parameters where Right has 110"),
    "running statistics as parameters": (
        {"norm": RunningParameters},
        "buffers as parameters",
        "running mean and variance are parameters in Mine, but should be buffers",
    ),
    "never a projection": ({"project": False}, "projection", "Mine lacks 3 weights that Right has (1 of 128×64×1×1"),
    "a projection everywhere": ({"project": True}, "projection", "Right lacks 13 weights that Mine has"),
    "a block too few": ({"n_blocks": (3, 4, 5, 3)}, "missing layer", "Mine lacks 2 weights that Right has (2 of 256"),
    "a block too many": ({"n_blocks": (3, 4, 7, 3)}, "missing layer", "Right lacks 2 weights that Mine has"),
    "blocks in the wrong groups": ({"n_blocks": (3, 4, 3, 6)}, "block counts", "other numbers of blocks"),
    "another number of classes": ({"n_classes": 10}, "classes", "n_classes is 10 instead of 1000"),
}


def cause_of(mine, right, **kwargs):
    return likely_cause(Model("Mine", parameter_rows(mine, **kwargs)), Model("Right", parameter_rows(right, **kwargs)))


@pytest.fixture(scope="module")
def right():
    return on_meta(resnet34)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_students_mistake_is_named(name, right):
    changes, kind, words = MISTAKES[name]
    cause = cause_of(on_meta(StudentResNet, **changes), right)
    assert cause.kind == kind
    assert words in cause.sentence
    assert cause.sentence.endswith(".")
    assert "\n" not in cause.sentence


@pytest.mark.parametrize("name", MISTAKES)
def test_the_cause_is_the_same_from_the_other_side_and_with_buffers(name, right):
    changes, kind, _ = MISTAKES[name]
    mine = on_meta(StudentResNet, **changes)
    assert cause_of(right, mine).kind == kind
    assert cause_of(mine, right, buffers=True).kind == kind


def test_a_right_network_under_other_names_has_no_cause(right):
    assert cause_of(on_meta(StudentResNet), right) is None
    assert cause_of(on_meta(StudentResNet), right, buffers=True) is None


def test_a_missing_buffer_is_found_when_buffers_are_asked_for(right):
    mine = on_meta(StudentResNet, norm=NoCount)
    assert cause_of(mine, right) is None
    cause = cause_of(mine, right, buffers=True)
    assert cause.kind == "buffers"
    assert "the buffer `bn1.num_batches_tracked` (scalar)" in cause.sentence


@pytest.mark.parametrize(
    ("mine", "right", "kind"),
    [
        (nn.Conv2d(3, 8, 5), nn.Conv2d(3, 8, 3), "kernel size"),
        (nn.Conv2d(3, 8, 3), nn.Conv2d(8, 3, 3), "swapped channels"),
        (nn.Conv2d(4, 8, 3), nn.Conv2d(6, 8, 3), "input width"),
        (nn.Linear(4, 5, bias=False), nn.Linear(4, 5), "extra bias"),
        (nn.Linear(4, 5), nn.Conv2d(4, 5, 1), "layer kind"),
        (nn.Module(), nn.Linear(4, 5), "unregistered"),
        (nn.BatchNorm2d(4), nn.BatchNorm2d(5), "unknown"),
        (
            nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 3)),
            nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 4)),
            "order",
        ),
    ],
)
def test_small_differences_have_a_cause_too(mine, right, kind):
    assert cause_of(mine, right).kind == kind
