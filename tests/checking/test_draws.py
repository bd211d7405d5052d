"""Random inputs and weights hide nothing, and drawing none at all leaves everything else as it is."""

import torch
from torch import nn

from course_utils.checking.draws import Draws, Undrawn


def test_filled_vectors_have_both_signs_and_keep_away_from_zero():
    weight = Draws(0).fill(nn.BatchNorm2d(1000)).weight
    assert 400 < (weight > 0).sum() < 600
    assert 0.5 <= weight.abs().min() < 0.51
    assert 1.49 < weight.abs().max() <= 1.5


def test_a_seed_gives_the_same_draws_in_every_dtype():
    double, single = (Draws(3, dtype).normal(4) for dtype in (torch.float64, torch.float32))
    assert torch.equal(double.float(), single)


def test_undrawn_layers_are_zero_where_they_would_be_drawn_and_as_ever_elsewhere():
    with Undrawn():
        conv, linear, norm = nn.Conv2d(3, 4, 3), nn.Linear(5, 6), nn.BatchNorm2d(3)
        nn.init.kaiming_normal_(tensor=conv.weight)
        own = nn.Parameter(torch.empty(7).uniform_(-1, 1))
    for drawn in (conv.weight, conv.bias, linear.weight, own):
        assert drawn.eq(0).all()
        assert drawn.requires_grad
    assert norm.weight.eq(1).all()
    assert nn.Conv2d(3, 4, 3).weight.ne(0).any()


def test_undrawn_layers_may_be_on_another_device():
    with torch.device("meta"), Undrawn():
        assert nn.Conv2d(3, 4, 3).weight.is_meta
