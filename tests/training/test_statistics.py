"""What is written down of activations and gradients is what a look by hand finds, and no hook is left behind."""

from contextlib import suppress

import pytest
import torch
from interrupting import Interrupt
from small import small_learner
from torch.nn import functional

from course_utils.training.statistics import ActivationStatistics, GradientNorms, StepSizes


def watched(make, *callbacks):
    learner = small_learner()
    watch = make({"first": learner.model[1], "relu": learner.model[2]})
    learner.callbacks += [watch, *callbacks]
    return learner, watch


def test_activations_are_described_for_each_layer_and_training_batch():
    learner, watch = watched(ActivationStatistics)
    learner.fit(2)
    assert [(row["batch"], row["layer"]) for row in watch.rows] == [(b, n) for b in range(6) for n in ("first", "relu")]


def test_mean_spread_and_share_of_zeros_are_right():
    learner, watch = watched(ActivationStatistics)
    learner.train.shuffle = False
    inputs, _ = next(iter(learner.train))
    output = learner.model[:3](inputs).detach()
    learner.fit(1)
    row = watch.rows[1]
    found = (row["mean"], row["std"], row["zeros"])
    assert found == pytest.approx((output.mean().item(), output.std().item(), (output == 0).float().mean().item()))
    assert 0 < row["zeros"] < 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_hooks_are_gone_after_a_fit_however_it_ends(error):
    learner, _ = watched(ActivationStatistics, Interrupt(epoch=0, error=error))
    with suppress(RuntimeError):
        learner.fit(1)
    assert not any(module._forward_hooks for module in learner.model.modules())


def test_gradient_norms_are_those_of_all_of_a_layers_parameters():
    learner, watch = watched(GradientNorms)
    learner.train.shuffle = False
    learner.model[3].p = 0.0  # no dropout
    inputs, targets = next(iter(learner.train))
    functional.cross_entropy(learner.model(inputs), targets).backward()
    weight, bias = learner.model[1].parameters()
    expected = torch.cat([weight.grad.flatten(), bias.grad]).norm().item()
    learner.fit(1)
    assert watch.rows[0] == {"batch": 0, "layer": "first", "norm": pytest.approx(expected)}
    assert watch.rows[1]["norm"] == 0  # a ReLU has no parameters


def test_a_step_is_measured_by_the_weights_that_it_moves():
    """Catches biases that count as weights, a step that's measured after it, and steps counted in validation."""
    learner = small_learner()
    layer = learner.model[1]
    watch = StepSizes({"first": layer})
    learner.callbacks.append(watch)
    before = layer.weight.detach().clone()
    learner.train = [next(iter(learner.train))]
    learner.fit(1)
    expected = ((layer.weight.detach() - before).norm() / before.norm()).item()
    assert watch.rows == [{"batch": 0, "layer": "first", "share": pytest.approx(expected)}]
    assert expected > 0
