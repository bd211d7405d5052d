"""Charts can be read on light pages and on dark ones, where they're dark."""

import re

import pandas as pd
import pytest
from contrast import contrast
from torch import nn

from course_utils.training.degradation_plot import degradation_pictures
from course_utils.training.degradation_results import Result, Run
from course_utils.training.first_steps import SMALL, first_step_pictures
from course_utils.training.progress import training_pictures
from course_utils.training.shattered import likeness_picture
from course_utils.training.stream import growth_pictures
from course_utils.widgets.batchnorm_pictures import pictures
from course_utils.widgets.batchnorm_steps import Settings, run_steps

TEXT = re.compile(r"<text [^>]*?\bfill: (#\w{6})")
LINE = re.compile(r"\bstroke: (#\w{6})")


@pytest.fixture(scope="module")
def charts():
    history = [{"epoch": epoch, "train_accuracy": 0.7, "valid_accuracy": 0.6} for epoch in (1, 2)]
    runs = [Result(Run(depth, False, 0, 100, 2), 2.3, (2.0, 1.0), 0.5, 0.5, 1.0) for depth in (8, 20, 56, 32)]
    steps = run_steps(nn.BatchNorm2d, Settings())
    moved = pd.DataFrame({name: [0.5, 0.1, 0.01] for name in ("plain", SMALL, "residual")}, index=[1, 2, 3])
    grown = pd.DataFrame({("plain", 0): [2.0] * 6, ("residual", 0): [4.0, 2.0, 0.8, 1.2, 0.7, 1.1]}, index=range(1, 7))
    return [
        *first_step_pictures(moved, {"plain": runs}),
        *growth_pictures(grown),
        likeness_picture({"plain-8": [0.5], "residual-8": [0.7]}),
        *training_pictures([(0.5, 2.0), (1.0, 1.0)], history),
        *degradation_pictures(runs, {"plain-8": 0.5}),
        *pictures(steps, Settings()),
    ]


def test_every_text_and_line_can_be_read_in_light_and_in_dark(charts):
    """Catches a colour that is too pale on the paper, or too dim on the same paper in the dark."""
    texts, lines = ({colour for each in charts for colour in kind.findall(each.svg)} for kind in (TEXT, LINE))
    assert len(texts) >= 2
    assert len(lines) >= 6
    assert {colour: contrast(colour) for colour in texts if contrast(colour) < 4.5} == {}
    assert {colour: contrast(colour) for colour in lines if contrast(colour) < 3} == {}
