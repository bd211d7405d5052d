"""Where a student's module first goes another way than the right one: at a layer, before a layer, or not to be said."""

import pytest
import torch
from torch import nn

from course_utils.checking.inside import first_apart, forms, layers
from course_utils.checking.values import Finding, Raised, Wrong

WRONG = Wrong(Finding("it is right"))


class Net(nn.Module):
    """conv, ReLU and conv, with something done in between."""

    def __init__(self, between=lambda x: x, first=None, second=None, relu=None):
        super().__init__()
        self.one, self.act, self.two = first or Scaled(2), relu or nn.ReLU(), second or Scaled(3)
        self.between = between

    def forward(self, x):
        return self.two(self.between(self.act(self.one(x))))


class Scaled(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(float(factor)))

    def forward(self, x):
        return x * self.weight


class Shrinks(nn.ReLU):
    def forward(self, x):
        return x / 7


def stop(x):
    raise ValueError("no")


def apart(mine, right=None, outcome=WRONG):
    x = torch.tensor([[1.0, -2.0], [3.0, 4.0]])
    return first_apart(layers(mine, x), layers(right or Net(), x), outcome)


@pytest.mark.parametrize(
    ("mine", "line"),
    [
        (Net(first=Scaled(5)), "the first difference inside is at one (Scaled)"),
        (Net(second=Scaled(5)), "the first difference inside is at two (Scaled)"),
        (Net(relu=Shrinks()), "the first difference inside is at act (Shrinks)"),
        (Net(lambda x: x + 1), "two (Scaled) gets other values than it should: look between one and two"),
        (Net(lambda x: x[:1]), "two (Scaled) gets (1, 2), not (2, 2): look between one and two"),
    ],
    ids=["first layer", "last layer", "without weights", "between", "shape"],
)
def test_the_first_place_that_differs_is_named_and_no_later_one(mine, line):
    """Catches a panel that blames the last layer for what the first did, or a layer for what was done before it."""
    assert apart(mine) == (line,)


def test_what_a_side_branch_made_is_not_blamed_for_what_came_later():
    """Catches an activation that nothing used, and that is accused of a wrong addition behind it."""
    aside = Shrinks()

    class Aside(Net):
        def __init__(self):
            super().__init__(lambda x: x + 1)
            self.aside = aside

        def forward(self, x):
            self.aside(x)
            return super().forward(x)

    x = torch.tensor([[1.0, -2.0]])
    (line,) = first_apart(layers(Aside(), x), layers(Net(), x), WRONG)
    assert "look between one and two" in line


def test_where_all_layers_agree_no_layer_is_blamed():
    """Catches an accusation where the difference is behind the last layer."""
    assert apart(Net()) == ()
    assert apart(Net(relu=nn.ReLU(inplace=True))) == ()


def test_an_error_says_how_far_the_layers_were_right():
    """Catches a network that is not looked into because it stops."""
    assert apart(Net(stop), outcome=Raised("calling it", "ValueError: no")) == ()
    found = apart(Net(stop, first=Scaled(5)), outcome=Raised("calling it", "ValueError: no"))
    assert found == ("the first difference inside is at one (Scaled)",)


def test_branches_that_do_not_fit_are_told_with_the_shapes_of_the_convolutions():
    """Catches "the size of tensor a (4) must match …" of which no student knows what a is."""
    x = torch.zeros(1, 1, 5, 5)
    mine = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Conv2d(2, 3, 3))
    (line,) = first_apart(layers(mine, x), layers(mine, x), Raised("calling it", "RuntimeError: sizes must match"))
    assert line.startswith("its convolutions give (batch 1, channels 2, height 3, width 3), (batch 1, channels 3,")


def test_a_layer_that_works_in_place_is_seen_as_it_got_its_input():
    """Catches an input that was overwritten before it was noted."""
    (_, (_, _, given, gives)), *_ = layers(nn.Sequential(nn.ReLU(inplace=True)), torch.tensor([-1.0])).pairs
    assert (given.item(), gives.item()) == (-1, 0)


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.last = Scaled(2), Scaled(1)

    def forward(self, x):
        return self.last(self.layer(self.layer(x)))


def test_a_layer_called_twice_is_listed_twice_and_no_hook_stays():
    """Catches a layer of which only the second call is seen, and hooks that run in the student's own training."""
    module = Twice()
    found = layers(module, torch.ones(1, 2))
    assert [(name, place, gives[0, 0].item()) for name, (_, place, _, gives) in found.pairs] == [
        ("layer", 0, 2),
        ("layer", 0, 4),
        ("last", 1, 4),
    ]
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in module.modules())


def test_layers_are_paired_by_their_order_or_by_a_given_one_and_not_by_name():
    """Catches a student who declares the layers in another order than the solution."""

    class Turned(Net):
        def __init__(self):
            super().__init__(second=Scaled(7))
            self.one, one = None, self.one
            self.uno = one

        def forward(self, x):
            return self.two(self.act(self.uno(x)))

    x = torch.ones(1, 2)
    mine = layers(Turned(), x, weighty=("uno", "two"))
    assert first_apart(mine, layers(Net(), x), WRONG) == ("the first difference inside is at two (Scaled)",)


def test_the_forms_of_what_stops_are_those_of_its_layers_with_weights():
    """Catches two mistakes that are one because both stop with the same error."""
    assert forms(layers(Net(stop), torch.ones(1, 2))) == [(1, 2)]
    assert forms(layers(Net(), torch.ones(1, 2))) == [(1, 2), (1, 2)]
    assert forms(None) == []
