"""What notebook 5 measures with."""

import pytest
import torch
from torch import nn

from course_utils.training import accuracy, draw_places, fit, untrained


def test_as_many_images_of_each_class_are_drawn_and_another_seed_draws_others():
    """Catches places within a class in place of those in the set, and a generator that isn't seeded."""
    labels = torch.tensor([2, 0, 1, 0, 2, 1, 0, 1, 2, 0, 1, 2])
    drawn = draw_places(labels, 2, 0)
    assert labels[drawn].tolist() == [0, 0, 1, 1, 2, 2]
    assert len(set(drawn.tolist())) == 6
    assert torch.equal(drawn, draw_places(labels, 2, 0))
    assert not torch.equal(drawn, draw_places(labels, 2, 1))


def test_a_group_learns_at_its_own_rate_and_a_frozen_parameter_stays():
    """Catches one rate for all groups, and weight decay that moves what is frozen."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 2))
    model[0].requires_grad_(False)
    before = [layer.weight.clone() for layer in model]
    rates = {0.1: [*model[0].parameters(), *model[2].parameters()], 1e-6: model[1].parameters()}
    inputs, labels = torch.randn(8, 4), torch.arange(8) % 2
    assert fit(model, inputs, labels, rates, epochs=5) is model
    moved = [(layer.weight - old).abs().max().item() for layer, old in zip(model, before, strict=True)]
    assert moved[0] == 0
    assert 0 < moved[1] < 1e-4
    assert moved[2] > 1e-2


def test_the_share_is_that_of_all_images_in_eval_mode():
    """Catches a mean of batches that aren't equally large, and dropout that's still at work."""
    model = nn.Sequential(nn.Dropout(0.9), nn.Identity())
    inputs = torch.eye(2)[torch.arange(300) // 250]  # the last batch has 50
    labels = torch.zeros(300, dtype=torch.long)
    assert accuracy(model, inputs, labels) == pytest.approx(250 / 300)


def test_an_untrained_copy_has_other_weights_and_leaves_the_model_alone():
    """Catches a reset of the trained network itself, and running statistics that are kept."""
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    model(torch.randn(4, 1, 5, 5) + 3)
    before = {name: one.clone() for name, one in model.state_dict().items()}
    fresh = untrained(model, 1)
    assert all(torch.equal(one, before[name]) for name, one in model.state_dict().items())
    assert not torch.equal(fresh[0].weight, model[0].weight)
    assert torch.equal(fresh[1].running_mean, torch.zeros(2))
    assert torch.equal(fresh[0].weight, untrained(model, 1)[0].weight)
