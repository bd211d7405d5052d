"""The given layers do what torch's own do, under the arguments that the notebooks promise."""

from textwrap import dedent

import pytest
import torch
from torch import nn

from course_utils import layers, tests
from course_utils.authoring.answers import run_cell

X = torch.linspace(-1, 1, 2 * 3 * 8 * 7).reshape(2, 3, 8, 7)
SETTINGS = [((3,), {}), (((3, 2), (2, 1), (1, 0)), {}), ((2,), {"stride": (1, 2), "padding": 1})]


@pytest.mark.parametrize(("args", "settings"), SETTINGS, ids=str)
def test_the_convolution_and_the_pool_take_numbers_and_tuples(args: tuple, settings: dict):
    """Catches `kernel_size**2`, which stops at a tuple, and height and width that are swapped."""
    mine, theirs = layers.Conv2d(3, 4, *args, **settings), nn.Conv2d(3, 4, *args, **settings, bias=False)
    theirs.load_state_dict(mine.state_dict())
    torch.testing.assert_close(mine(X), theirs(X))
    bound = torch.tensor(theirs.weight[0].numel()).rsqrt()
    assert 0.5 * bound < mine.weight.abs().max() <= bound
    torch.testing.assert_close(layers.MaxPool2d(*args, **settings)(X), nn.MaxPool2d(*args, **settings)(X))


@pytest.mark.parametrize("settings", [{}, {"bias": True}, {"bias": False}], ids=str)
def test_linear_has_a_bias_unless_it_is_told_otherwise(settings: dict):
    """Catches a Linear that takes no `bias`, as the one of notebook 1 does."""
    mine, theirs = layers.Linear(7, 5, **settings), nn.Linear(7, 5, **settings)
    theirs.load_state_dict(mine.state_dict())
    torch.testing.assert_close(mine(X), theirs(X))
    assert mine.extra_repr() == theirs.extra_repr()


def test_a_residual_block_may_give_tuples_and_bias_false_to_the_given_layers():
    """Catches a given layer that refuses, in the student's block, what notebook 1 asks of it."""
    source = """
        def convolve(in_feats, out_feats, size, stride=1, padding=0):
            return Sequential(Conv2d(in_feats, out_feats, size, stride, padding, bias=False), BatchNorm2d(out_feats))

        class ResidualBlock(nn.Module):
            def __init__(self, in_feats, out_feats, first_stride=1):
                super().__init__()
                stride, same = (first_stride, first_stride), first_stride == 1 and in_feats == out_feats
                self.left = Sequential(
                    convolve(in_feats, out_feats, (3, 3), stride, (1, 1)),
                    ReLU(),
                    convolve(out_feats, out_feats, (3, 3), padding=(1, 1)),
                )
                self.right = nn.Identity() if same else convolve(in_feats, out_feats, (1, 1), stride)
                self.relu = ReLU()

            def forward(self, x):
                return self.relu(self.left(x) + self.right(x))
        """
    tests.test_residual_block(run_cell(dedent(source), "ResidualBlock"), quiet=True)


def test_the_convolution_may_be_told_that_it_has_no_bias_and_says_why_it_can_have_none():
    """Catches "unexpected keyword argument 'bias'" to whoever writes what every public ResNet does."""
    assert [*layers.Conv2d(3, 4, 3, bias=False).state_dict()] == ["weight"]
    with pytest.raises(ValueError, match="never has a bias: the batch norm after it has one"):
        layers.Conv2d(3, 4, 3, bias=True)
