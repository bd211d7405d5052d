"""layer_costs lists a model's layers with what they cost, and leaves the model as it was."""

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import resnet34

from course_utils.inspection.multiply_adds import Layer, layer_costs


def cost(layers: tuple[Layer, ...]) -> int:
    return sum(layer.multiply_adds or 0 for layer in layers)


def test_resnet34_costs_what_is_known_of_it():
    layers = layer_costs(resnet34(), torch.zeros(1, 3, 224, 224))
    assert sum(layer.parameters for layer in layers) == 21_797_672
    assert cost(layers) == 3_663_761_408


def test_a_convolution_counts_at_its_own_output_for_one_image():
    (layer,) = layer_costs(nn.Conv2d(4, 6, (1, 3), stride=(2, 1), groups=2), torch.zeros(5, 4, 8, 7))
    assert layer == Layer("", "Conv2d", (5, 4, 8, 7), (5, 6, 4, 5), 6 * 2 * 3 + 6, 6 * 4 * 5 * 2 * 3, 1)


def test_a_linear_layer_counts_for_each_row():
    (layer,) = layer_costs(nn.Linear(4, 3), torch.zeros(2, 5, 4))
    assert layer.multiply_adds == 5 * 4 * 3


def test_layers_of_ones_own_count_like_torchs_of_the_same_name(solution):
    theirs = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.ReLU(), nn.Conv2d(4, 2, 1, bias=False))
    own = solution.Sequential(solution.Conv2d(3, 4, 3, padding=1), solution.ReLU(), solution.Conv2d(4, 2, 1))
    x = torch.zeros(1, 3, 5, 7)
    assert [layer.multiply_adds for layer in layer_costs(own, x)] == [3780, None, 280]
    assert [layer.multiply_adds for layer in layer_costs(theirs, x)] == [3780, None, 280]
    assert layer_costs(solution.Linear(4, 3), torch.zeros(2, 5, 4))[0].multiply_adds == 5 * 4 * 3


def test_a_layer_that_only_has_the_name_is_not_counted():
    class Linear(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(()))

        def forward(self, x: Tensor) -> Tensor:
            return self.weight * x

    assert layer_costs(Linear(), torch.zeros(2, 3))[0].multiply_adds is None


class Odd(nn.Module):
    """A layer that is called twice, one that is never called, weights that two layers share, and two outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.unused, self.twice, self.tied = nn.Linear(7, 7), nn.Linear(3, 3), nn.Linear(3, 3, bias=False)
        self.tied.weight = self.twice.weight
        self.pair = Pair()

    def forward(self, x: Tensor) -> Tensor:
        return self.pair(self.tied(self.twice(self.twice(x))))[0]


class Pair(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, x


def test_calls_add_up_shared_weights_count_once_and_unused_layers_come_last():
    layers = {layer.name: layer for layer in layer_costs(Odd(), torch.zeros(2, 3))}
    assert list(layers) == ["twice", "tied", "pair", "unused"]
    assert (layers["twice"].calls, layers["twice"].multiply_adds, layers["twice"].parameters) == (2, 18, 12)
    assert (layers["tied"].multiply_adds, layers["tied"].parameters) == (9, 0)
    assert layers["pair"].outputs is None
    assert (layers["unused"].calls, layers["unused"].multiply_adds, layers["unused"].parameters) == (0, None, 56)


def test_an_identity_takes_no_line():
    layers = layer_costs(nn.Sequential(nn.Linear(3, 2), nn.Identity(), nn.ReLU()), torch.zeros(1, 3))
    assert [layer.kind for layer in layers] == ["Linear", "ReLU"]


def test_the_model_is_as_it_was_even_in_mixed_modes_and_for_one_image():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.BatchNorm2d(2)).train()
    model[1].eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    layer_costs(model, torch.ones(1, 1, 3, 3))
    assert [module.training for module in model.modules()] == [True, True, False, True]
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())


def test_an_input_that_does_not_fit_is_told_and_leaves_no_hook():
    model = nn.Sequential(nn.Linear(3, 2))
    with pytest.raises(ValueError, match=r"The model stopped on x of shape \(2, 4\)"):
        layer_costs(model, torch.zeros(2, 4))
    assert not model[0]._forward_hooks
    assert model.training


@pytest.mark.parametrize(
    ("model", "x", "says"),
    [
        (nn.Linear, torch.zeros(1, 3), r"call it to make a model: Linear\(\)"),
        ("resnet", torch.zeros(1, 3), "Expected a model"),
        (nn.Linear(3, 2), [1.0, 2.0, 3.0], "Expected a batch as one tensor"),
    ],
)
def test_bad_input_is_told(model: object, x: object, says: str):
    with pytest.raises(TypeError, match=says):
        layer_costs(model, x)
