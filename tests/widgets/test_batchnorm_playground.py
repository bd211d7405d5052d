"""The playground's numbers are the layer's own, its pictures show them, and every slider changes both."""

import re

import pytest
import torch
from torch import nn

from course_utils.checking.pictures import svg_image
from course_utils.widgets.batchnorm_pictures import pictures
from course_utils.widgets.batchnorm_playground import batchnorm_playground, told
from course_utils.widgets.batchnorm_steps import BATCHES, CHANGE, Settings, batches_of, run_steps


def test_the_running_statistics_follow_the_momentum_as_in_torch():
    settings = Settings(mean=3.0, deviation=2.0, momentum=0.25)
    steps = run_steps(nn.BatchNorm2d, settings)
    mean, variance = 0.0, 1.0
    for number, batch in enumerate(batches_of(settings), start=1):
        mean = 0.75 * mean + 0.25 * batch.mean().item()
        variance = 0.75 * variance + 0.25 * batch.var().item()
        own = steps.batches[number - 1]
        assert (own.mean, own.variance) == pytest.approx((batch.mean().item(), batch.var().item()), abs=1e-4)
        assert (steps.running[number].mean, steps.running[number].variance) == pytest.approx((mean, variance), abs=1e-4)
    assert len(steps.running) == len(steps.batches) + 1 == BATCHES + 1


def test_the_data_change_at_their_batch_and_nothing_else_changes_by_chance():
    calm, wild = run_steps(nn.BatchNorm2d, Settings(0.0, 1.0)), run_steps(nn.BatchNorm2d, Settings(4.0, 2.0))
    assert calm.batches[: CHANGE - 1] == wild.batches[: CHANGE - 1]
    for before, after in zip(calm.batches[CHANGE - 1 :], wild.batches[CHANGE - 1 :], strict=True):
        assert after.mean == pytest.approx(2 * before.mean + 4, abs=1e-4)
        assert after.variance == pytest.approx(4 * before.variance, abs=1e-4)


def test_training_gives_bias_and_weight_whatever_comes_in_and_eval_lags():
    late, early = (run_steps(nn.BatchNorm2d, Settings(4.0, 2.0, 1.5, -1.0, 0.2, batch)) for batch in (40, CHANGE))
    for steps in (late, early):
        assert steps.training.mean() == pytest.approx(-1.0, abs=1e-3)
        assert steps.training.std(unbiased=False) == pytest.approx(1.5, abs=1e-2)
    assert early.evaluating.mean() > 2
    assert abs(late.evaluating.mean() + 1.0) < 0.5


def test_looking_in_eval_mode_changes_no_running_statistics():
    early, late = (run_steps(nn.BatchNorm2d, Settings(batch=batch)) for batch in (1, 40))
    assert early.running == late.running
    assert not torch.equal(early.x, late.x)


def test_a_students_own_layer_is_the_one_that_runs(solution):
    theirs, own = run_steps(nn.BatchNorm2d, Settings()), run_steps(solution.BatchNorm2d, Settings())
    torch.testing.assert_close(own.evaluating, theirs.evaluating)

    class Forgetful(nn.BatchNorm2d):
        def forward(self, x):
            return super().forward(x) if self.training else x

    assert torch.equal(run_steps(Forgetful, Settings()).evaluating, theirs.x)


def test_the_words_are_the_numbers():
    settings = Settings(momentum=0.1, batch=CHANGE)
    steps = run_steps(nn.BatchNorm2d, settings)
    batch, old, new = steps.batches[CHANGE - 1], steps.running[CHANGE - 1], steps.running[CHANGE]
    first, second, third = told(steps, settings)
    assert first.startswith(f"Batch {CHANGE}, number 1 of the new data: mean {batch.mean:.3f}")
    assert f"0.90 × {old.mean:.3f} + 0.10 × {batch.mean:.3f} → {new.mean:.3f}" in second
    assert f"0.90 × {old.variance:.3f} + 0.10 × {batch.variance:.3f} → {new.variance:.3f}" in second
    assert "in training mode, mean 0.00 and standard deviation 1.00; in eval mode, mean 2." in third
    assert "of the old data" in told(steps, Settings(batch=CHANGE - 1))[0]


def test_four_pictures_have_words_and_the_same_axes_whatever_the_setting():
    drawn = [pictures(run_steps(nn.BatchNorm2d, each), each) for each in (Settings(), Settings(-4.0, 2.5, -2.0, 3.0))]
    for still, moved in zip(*drawn, strict=True):
        assert 'alt="' in svg_image(still.svg, still.alt)
        labels = [re.findall(r">([−\d]+)</text>", each.svg) for each in (still, moved)]
        assert labels[0] == labels[1] != []
        assert still.svg != moved.svg


def test_every_slider_redraws_and_has_a_label(widget_of):
    controls, page, _ = widget_of(batchnorm_playground).children
    seen = {page.value}
    for slider in controls.children:
        slider.value = slider.max
        assert slider.description
        assert page.value not in seen, slider.description
        seen.add(page.value)
    assert page.value.count("<img") == 4


def test_a_layer_that_breaks_later_is_told_on_the_page(widget_of):
    class Picky(nn.BatchNorm2d):
        def forward(self, x):
            if self.momentum == 1.0:
                raise RuntimeError("not with this momentum")
            return super().forward(x)

    controls, page, _ = widget_of(batchnorm_playground, Picky).children
    next(slider for slider in controls.children if slider.description == "momentum").value = 1.0
    assert "RuntimeError: not with this momentum" in page.value
