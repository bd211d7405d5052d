"""first_divergence names the module where a wrong ResNet parts from the right one, and leaves both as they were."""

import pytest
import torch
from torch import nn
from torch.nn import functional
from torchvision.models import ResNet
from torchvision.models.resnet import BasicBlock
from wrong_resnets import RunningParameters, StudentResNet

from course_utils.inspection.divergence import first_divergence

SMALL = {"n_blocks": (2, 2), "widths": (64, 128), "n_classes": 5}


def shake(model, seed):
    """Give a model weights and statistics that hide nothing."""
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5, generator=generator)
            nn.init.uniform_(module.bias, -0.5, 0.5, generator=generator)
            nn.init.uniform_(module.running_mean, -0.2, 0.2, generator=generator)
            nn.init.uniform_(module.running_var, 0.5, 1.5, generator=generator)
    return model


def half_resnet():
    """torchvision's ResNet up to its second group, which is enough of every kind of layer."""
    model = ResNet(BasicBlock, [2, 2, 1, 1])
    model.layer3, model.layer4, model.fc = nn.Identity(), nn.Identity(), nn.Linear(128, 5)
    return shake(model, 0)


@pytest.fixture(scope="module")
def reference():
    return half_resnet()


@pytest.fixture(scope="module")
def x():
    return torch.randn(2, 3, 64, 48, generator=torch.Generator().manual_seed(1))


@pytest.fixture(params=["eval", "train"])
def either_mode(reference, request):
    return reference.train(request.param == "train")


def student(**changes):
    return shake(StudentResNet(**SMALL, **changes), 7)


@pytest.mark.parametrize("merge", ["module", "functional"])
@pytest.mark.parametrize("inplace", [False, True])
def test_right_networks_do_not_part_however_they_are_written(either_mode, x, merge, inplace):
    assert not first_divergence(student(merge=merge, inplace=inplace), either_mode, x)


def test_no_divergence_is_a_sentence(reference, x):
    """Catches the good news that was printed as "None"."""
    assert str(first_divergence(reference, reference, x)).startswith("No divergence: with the same weights")


class WideEps(nn.BatchNorm2d):
    def __init__(self, channels):
        super().__init__(channels, eps=1e-3)


MISTAKES = {
    "ReLU before the sum": (
        {"merge": "relu before the sum"},
        ("groups.0.blocks.0", "layer1.0"),
        "the layers in `groups.0.blocks.0` agree with the reference's, but not what its forward makes of them",
    ),
    "ReLU module before the sum": (
        {"merge": "relu module before the sum"},
        ("groups.0.blocks.0.relu", "layer1.0.relu"),
        "`groups.0.blocks.0.relu` makes a value that the reference never has",
    ),
    "no ReLU after the sum": (
        {"merge": "no relu"},
        ("groups.0.blocks.0", "layer1.0"),
        "(the reference's comes from `layer1.0.relu`)",
    ),
    "stride missing on the left": (
        {"left_stride": 1},
        ("groups.1.blocks.0.left.0", "layer2.0.conv1"),
        "expected shape (2, 128, 8, 6), got (2, 128, 16, 12)",
    ),
    "no max pool": (
        {"max_pool": None},
        ("groups.0.blocks.0.left.0", "layer1.0.conv1"),
        "gets another input than `layer1.0.conv1` (the reference's comes from `maxpool`): expected shape (2, 64, 16",
    ),
    "max pool without padding": (
        {"max_pool": nn.MaxPool2d(3, stride=2)},
        ("stem.3", "maxpool"),
        "`stem.3` gets the same input as `maxpool`, but gives something else",
    ),
    "another pool": (
        {"max_pool": nn.AvgPool2d(3, stride=2, padding=1)},
        ("stem.3", "maxpool"),
        "`stem.3` (AvgPool2d) stands where the reference has `maxpool` (MaxPool2d)",
    ),
    "another eps": (
        {"norm": WideEps},
        ("stem.1", "bn1"),
        "`stem.1` gets the same input and weights as `bn1`, but gives something else: the largest difference is 0.0",
    ),
    "softmax module": ({"softmax": "module"}, ("head.2", "fc"), "`head.2` makes a value that the reference never has"),
    "softmax function": (
        {"softmax": "functional"},
        ("StudentResNet", "ResNet"),
        "the parts of `StudentResNet` agree, but not what comes after them",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_module_at_fault_is_named(name, either_mode, x):
    changes, modules, words = MISTAKES[name]
    found = first_divergence(student(**changes), either_mode, x)
    assert (found.mine, found.reference) == modules
    assert words in str(found)
    assert found.expected.shape != found.got.shape or not torch.allclose(found.expected, found.got)


def test_one_wrong_layer_among_many_is_the_one_that_is_named(reference, x):
    mine = student()
    mine.groups[1].blocks[1].left[4].eps = 1e-3
    found = first_divergence(mine, reference.eval(), x)
    assert (found.mine, found.reference) == ("groups.1.blocks.1.left.4", "layer2.1.bn2")


def test_expected_and_got_are_that_modules_outputs_on_the_references_weights(reference, x):
    mine = student()
    mine.stem[1].eps = 0.5
    found = first_divergence(mine, reference.eval(), x)
    with torch.no_grad():
        expected = reference.bn1(reference.conv1(x))
    torch.testing.assert_close(found.expected, expected)
    assert found.got.shape == expected.shape


def test_own_layers_stand_for_torchs(reference, x):
    """A batch norm written by hand rounds differently, and is still the same."""

    class OwnNorm(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(channels))
            self.bias = nn.Parameter(torch.zeros(channels))
            self.register_buffer("running_mean", torch.zeros(channels))
            self.register_buffer("running_var", torch.ones(channels))

        def forward(self, x):
            mean, var = self.running_mean, self.running_var
            if self.training:
                mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)
            scale = self.weight / torch.sqrt(var + 1e-5)
            return x * scale[:, None, None] + (self.bias - mean * scale)[:, None, None]

    for mode in (False, True):
        mine = StudentResNet(**SMALL, norm=OwnNorm)
        assert not first_divergence(mine, reference.train(mode), x)


def test_small_mistakes_show_in_float64_too(reference, x):
    mine, right = student().double(), half_resnet().double().eval()
    assert not first_divergence(mine, right, x.double())
    mine.stem[1].eps = 1.0001e-5
    assert first_divergence(mine, right, x.double()).mine == "stem.1"


class Chain(nn.Module):
    """Convolution, batch norm, ReLU, pool and linear layer, with the middle written as a function or as modules."""

    def __init__(self, middle):
        super().__init__()
        self.conv, self.norm, self.middle, self.linear = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), middle, nn.Linear(4, 2)

    def forward(self, x):
        x = self.middle(self.norm(self.conv(x)))
        return self.linear(x.mean(dim=(2, 3)))


class Functional(nn.Module):
    def forward(self, x):
        return functional.max_pool2d(functional.relu(x), 2)


class NoBias(nn.Linear):
    def forward(self, x):
        return x @ self.weight.T


class Fails(nn.Module):
    def forward(self, x):
        raise IndexError("out of range")


def test_a_step_that_only_one_model_shows_as_a_module_is_no_divergence(x):
    in_steps = Chain(nn.Sequential(nn.ReLU(), nn.Identity(), nn.MaxPool2d(2)))
    assert not first_divergence(in_steps, Chain(Functional()), x)
    assert not first_divergence(Chain(Functional()), in_steps, x)


def test_such_a_step_is_not_blamed_for_a_later_mistake(x):
    mine, right = Chain(nn.Sequential(nn.ReLU(), nn.MaxPool2d(2))), Chain(Functional())
    mine.linear = NoBias(4, 2)
    nn.init.ones_(right.linear.bias)
    found = first_divergence(mine, right, x)
    assert found.mine == "linear"

    class Softmax(Chain):
        def forward(self, x):
            return super().forward(x).softmax(dim=1)

    assert first_divergence(Softmax(nn.Sequential(nn.ReLU(), nn.MaxPool2d(2))), right, x).mine == "Softmax"


def test_a_module_that_raises_is_named_with_its_error(x):
    found = first_divergence(Chain(Fails()), Chain(nn.ReLU()), x)
    assert found.mine == "middle"
    assert str(found) == "`middle` raises IndexError: out of range."


def test_a_layer_that_runs_twice_is_named(x):
    class Twice(Chain):
        def forward(self, x):
            return self.linear(functional.pad(self.linear(super_features(self, x)), (0, 2)))

    def super_features(model, x):
        return model.norm(model.conv(x)).relu().mean(dim=(2, 3))

    found = first_divergence(Twice(nn.ReLU()), Chain(nn.ReLU()), x)
    assert "`linear` runs more often" in str(found)


def test_a_mistake_that_only_the_last_image_shows_is_found(reference, x):
    class Clip(nn.Module):
        def forward(self, x):
            return x.clamp(max=20.0)

    class Clipped(Chain):
        def forward(self, x):
            return self.linear(self.middle(self.norm(self.conv(x))).mean(dim=(2, 3)))

    images = torch.cat([x[:1]] * 4)
    images[3] *= 1e3
    mine, right = Clipped(nn.Sequential(nn.ReLU(), Clip())).eval(), Clipped(nn.ReLU()).eval()
    assert not first_divergence(mine, right, images[:3])
    assert first_divergence(mine, right, images).mine == "middle.1"


def test_random_layers_draw_the_same_numbers_in_both(x):
    models = [Chain(nn.Sequential(nn.ReLU(), nn.Dropout(0.5))).train() for _ in range(2)]
    assert not first_divergence(*models, x)


def test_the_callers_models_input_and_random_state_stay_as_they_were(reference, x):
    reference.train()
    mine, seen = student(inplace=True, softmax="module").eval(), []
    mine.stem[0].register_forward_hook(lambda *args: seen.append(args))
    models = mine, reference
    states = [{name: value.clone() for name, value in model.state_dict().items()} for model in models]
    image, rng = x.clone(), torch.get_rng_state()
    assert first_divergence(mine, reference, x)
    assert seen == []
    assert len(mine.stem[0]._forward_hooks) == 1
    assert not mine.training
    assert reference.training
    assert all(not module._forward_pre_hooks for model in models for module in model.modules())
    assert torch.equal(x, image)
    assert torch.equal(torch.get_rng_state(), rng)
    assert torch.is_grad_enabled()
    for model, state in zip(models, states, strict=True):
        assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())


def test_models_that_do_not_line_up_are_a_clear_error(reference, x):
    with pytest.raises(ValueError, match=r"parameters do not line up.*likely a bias"):
        first_divergence(student(conv_bias=True), reference, x)
    with pytest.raises(ValueError, match="do not line up"):
        first_divergence(student(norm=RunningParameters), reference, x)
    with pytest.raises(ValueError, match="buffers do not line up"):
        first_divergence(nn.BatchNorm2d(3, track_running_stats=False), nn.BatchNorm2d(3), x)
    with pytest.raises(ValueError, match="reference itself fails"):
        first_divergence(student(), reference, x[:, :2])
    with pytest.raises(TypeError, match="Expected a model"):
        first_divergence(student, reference, x)


def test_a_buffer_that_keeps_its_graph_is_a_clear_error(x):
    mine = nn.BatchNorm2d(3)
    mine.running_mean = mine.running_mean + mine.weight
    with pytest.raises(ValueError, match=r"BatchNorm2d cannot be copied.*detach"):
        first_divergence(mine, nn.BatchNorm2d(3), x)
