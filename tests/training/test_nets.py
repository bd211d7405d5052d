"""The course's small networks have the parameters and the shapes that the notebook speaks of."""

import pytest
import torch
from torch import nn

from course_utils.training.nets import PooledBlock, ThinBlock, pooled_resnet, thin_resnet


def count(model):
    return sum(parameter.numel() for parameter in model.parameters())


def test_the_fashion_net_has_the_parameters_that_the_notebook_counts():
    assert count(pooled_resnet()) == 1_226_882
    assert count(pooled_resnet(norm=True)) == 1_227_890


def test_the_fashion_net_halves_its_images_rounding_up():
    sides, x = [], torch.randn(2, 1, 28, 28)
    for layer in list(pooled_resnet())[:6]:
        x = layer(x)
        sides.append(tuple(x.shape[1:]))
    assert sides == [(8, 28, 28), (16, 14, 14), (32, 7, 7), (64, 4, 4), (128, 2, 2), (256, 1, 1)]


@pytest.mark.parametrize("norm", [True, False])
def test_a_pooled_block_whose_convolutions_give_nothing_hands_on_what_its_shortcut_makes(norm):
    block = PooledBlock(3, 3, stride=2, norm=norm).eval()
    nn.init.zeros_(block.conv2.weight)
    if not norm:
        nn.init.zeros_(block.conv2.bias)
    x = torch.randn(2, 3, 5, 7)
    means = torch.tensor([[x[0, 0, 0:2, 0:2].mean(), x[0, 0, 4:5, 0:2].mean()]])
    torch.testing.assert_close(block(x)[0, 0, [0, 2], 0], means[0].relu())


def test_plain_and_residual_networks_have_equal_parameters_and_begin_with_equal_weights():
    states = []
    for residual in (False, True):
        torch.manual_seed(0)
        states.append(thin_resnet(20, residual).state_dict())
    plain, residual = states
    assert plain.keys() == residual.keys()
    assert all(torch.equal(plain[name], residual[name]) for name in plain)


def test_a_thin_block_adds_a_subsampled_input_with_zeros_for_new_channels_only_if_residual():
    for residual in (False, True):
        block = ThinBlock(2, 3, stride=2, residual=residual).eval()
        nn.init.zeros_(block.norm2.weight)
        x = torch.randn(2, 2, 5, 4)
        expected = torch.zeros(2, 3, 3, 2)
        if residual:
            expected[:, :2] = x[:, :, ::2, ::2].relu()
        assert torch.equal(block(x), expected)


@pytest.mark.parametrize("depth", [8, 20, 56])
def test_a_thin_network_has_as_many_layers_with_weights_as_its_depth_says(depth):
    layers = [m for m in thin_resnet(depth).modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert len(layers) == depth
    assert [layer.stride[0] for layer in layers[:-1]].count(2) == 2


@pytest.mark.parametrize("depth", [2, 9, 55, -4])
def test_a_depth_that_is_not_six_n_plus_two_is_refused(depth):
    with pytest.raises(ValueError, match=f"depth is {depth}, but such a network has 6n"):
        thin_resnet(depth)


def test_networks_are_made_of_the_block_that_is_given():
    class Mine(ThinBlock):
        pass

    class MyPooled(PooledBlock):
        pass

    assert sum(isinstance(m, Mine) for m in thin_resnet(14, block=Mine).modules()) == 6
    assert sum(isinstance(m, MyPooled) for m in pooled_resnet(block=MyPooled).modules()) == 6
