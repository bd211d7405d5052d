"""What is written down of activations and steps is what a look by hand finds, and no hook is left behind."""

from contextlib import suppress

import pytest
import torch
from interrupting import Interrupt
from small import small_learner
from torch.nn import functional

from course_utils.training.statistics import ActivationStatistics, StepSizes, _across, _length


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


def test_a_step_is_measured_by_the_weights_that_it_moves():
    """Catches biases that count as weights, lengths after the step, and steps counted in validation."""
    learner = small_learner()
    layer = learner.model[1]
    watch = StepSizes({"first": layer})
    learner.callbacks.append(watch)
    learner.model[3].p = 0.0  # no dropout
    learner.train = [next(iter(learner.train))]
    inputs, targets = learner.train[0]
    (gradient,) = torch.autograd.grad(functional.cross_entropy(learner.model(inputs), targets), [layer.weight])
    before = layer.weight.detach().clone()
    learner.fit(1)
    update = layer.weight.detach() - before
    lengths = {"weight": before.norm().item(), "gradient": gradient.norm().item(), "update": update.norm().item()}
    (row,) = watch.rows
    assert {name: row[name] for name in lengths} == {name: pytest.approx(one) for name, one in lengths.items()}
    assert 0 < row["turn"] < row["update"]


@pytest.mark.parametrize(("factor", "turned"), [((2.0, -0.5), 0.0), ((1.0, 1.0), 3.0)])
def test_stretching_a_kernel_does_not_turn_it(factor, turned):
    """Catches a turn that's measured for all kernels together, where one grows and another shrinks."""
    weight = torch.tensor([[3.0, 0.0], [0.0, 4.0]])
    update = weight * (torch.tensor(factor)[:, None] - 1) + turned * torch.tensor([[0.0, 1.0], [0.0, 0.0]])
    assert _length([_across(update, weight)]) == turned
