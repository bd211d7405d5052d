"""Notebook 6's own right code against the library's, and what its exercises say in a few cases of their own."""

import pytest
import torch
from torch import nn
from torchvision import models

from course_utils.authoring.answers import run_cell, solved_notebook
from course_utils.checking.plain import render_plain
from course_utils.checking.wording import word
from course_utils.exercises.exercise import examine
from course_utils.exercises.registry import load
from course_utils.exercises.ten_years_later import NOTEBOOK


@pytest.fixture(scope="module")
def solution():
    return solved_notebook(NOTEBOOK)


def panel(name: str, source: str) -> str:
    exercise = load(name)
    (test,) = exercise.tests
    return " ".join(render_plain(word(examine(exercise, test, run_cell(source, name)))).split())


def test_the_convnext_blocks_agree_with_torchvisions(solution):
    """Catches an oracle that has gone wrong together with the solution."""
    theirs = models.convnext.CNBlock(6, layer_scale=0.5, stochastic_depth_prob=0.0).double()
    x = torch.randn(2, 6, 9, 8, dtype=torch.float64)
    for block in (load("ConvNeXtBlock").right, solution.ConvNeXtBlock):
        mine = block(6).double()
        mine.gamma.data.copy_(theirs.layer_scale.data.flatten())
        for name, place in (("dwconv", 0), ("norm", 2), ("pwconv1", 3), ("pwconv2", 5)):
            mine.get_submodule(name).load_state_dict(theirs.block[place].state_dict())
        torch.testing.assert_close(mine(x), theirs(x))


def test_a_stack_of_pre_activation_blocks_with_empty_branches_is_the_identity(solution):
    """Catches anything that stands on the road: a ReLU, a norm, a projection."""
    for block in (load("PreActBlock").right, solution.PreActBlock):
        stack = nn.Sequential(*(block(3, 3) for _ in range(5)))
        for one in stack:
            nn.init.zeros_(one.conv2.weight)
        x = torch.randn(2, 3, 5, 5)
        assert torch.equal(stack(x), x)


def test_resnext_50_of_the_solutions_blocks_is_torchvisions(solution):
    """Catches another width, and names that torchvision's weights don't fit."""
    with torch.device("meta"):
        mine = models.ResNet(solution.FamilyBlock, [3, 4, 6, 3], groups=32, width_per_group=4)
        theirs = models.resnext50_32x4d()
    assert {name: one.shape for name, one in mine.state_dict().items()} == {
        name: one.shape for name, one in theirs.state_dict().items()
    }
    assert sum(parameter.numel() for parameter in mine.parameters()) == 25_028_904


def test_torchvisions_stochastic_depth_is_no_answer_and_neither_is_its_module():
    """Catches a hand-over that torch's own list of functions does not see."""
    for body in (
        "return ops.stochastic_depth(branch, probability, 'row', training)",
        "return ops.StochasticDepth(probability, 'row').train(training)(branch)",
    ):
        said = panel("drop_path", f"def drop_path(branch, probability, training):\n    {body}\n")
        assert "torchvision's stochastic_depth does it" in said


def test_dropping_for_the_whole_batch_is_told_whichever_way_the_first_draw_fell():
    """Catches rows that tell what was drawn: one draw for a batch drops all of it, or nothing."""
    source = """
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    if probability == 1:
        return branch * 0
    for _ in range({skipped}):
        t.rand(1)
    return branch * (t.rand(1) >= probability).to(branch.dtype) / (1 - probability)
"""
    for skipped in range(6):
        assert "drops the whole batch, or nothing of it" in panel("drop_path", source.format(skipped=skipped))


def test_a_mask_on_torchs_default_device_is_told():
    """Catches a function that works on everyone's laptop and on no graphics card."""
    said = panel(
        "drop_path",
        """
def drop_path(branch, probability, training):
    if not training:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    kept = (t.rand(len(branch)) >= probability).to(branch.dtype)
    return branch * kept.reshape(-1, *[1] * (branch.ndim - 1)) / (1 - probability)
""",
    )
    assert "draws on torch's default device" in said
