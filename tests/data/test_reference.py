"""The random reference is the same every time, has nothing trivial in it, and answers the photos with room to spare."""

import pytest
import torch
from torch import nn
from torchvision import transforms

from course_utils.data.photos import load_photos
from course_utils.data.reference import random_reference_resnet34

NORMS = 36


@pytest.fixture(scope="module")
def model():
    return random_reference_resnet34()


@pytest.fixture(scope="module")
def photo_batch():
    prepare = transforms.Compose(
        [
            transforms.Resize((224, 224)),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    return torch.stack([prepare(photo) for photo in load_photos().values()])


def norms(model):
    return [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]


def test_it_is_the_same_every_time_and_leaves_the_global_rng_alone(model):
    torch.manual_seed(123)
    before = torch.get_rng_state()
    again = random_reference_resnet34()
    assert torch.equal(torch.get_rng_state(), before)
    for name, value in again.state_dict().items():
        assert torch.equal(value, model.state_dict()[name]), name


def test_it_is_torchvisions_resnet34_in_eval_mode(model):
    assert sum(p.numel() for p in model.parameters()) == 21_797_672
    assert not any(module.training for module in model.modules())
    assert {p.device.type for p in model.parameters()} == {"cpu"}
    assert all(p.requires_grad for p in model.parameters())
    assert {norm.momentum for norm in norms(model)} == {0.1}


def test_no_batch_norm_is_trivial(model):
    assert len(norms(model)) == NORMS
    for norm in norms(model):
        assert (norm.weight - 1).abs().mean() > 0.1
        assert norm.bias.abs().mean() > 0.1
        assert norm.running_mean.abs().mean() > 0.02
        assert (norm.running_var.log().abs()).mean() > 0.1
        assert norm.num_batches_tracked == 1


def test_running_statistics_are_measured_so_that_photos_stay_at_a_healthy_size(model, photo_batch):
    sizes = []
    hooks = [norm.register_forward_hook(lambda m, i, out: sizes.append(out.std().item())) for norm in norms(model)]
    with torch.inference_mode():
        model(photo_batch)
    for hook in hooks:
        hook.remove()
    assert len(sizes) == NORMS
    assert min(sizes) > 0.05
    assert max(sizes) < 5


def test_the_photos_get_different_classes_none_of_them_close_or_certain(model, photo_batch):
    with torch.inference_mode():
        top = model(photo_batch).softmax(dim=1).topk(2)
    first, second = top.values.T
    assert len(set(top.indices[:, 0].tolist())) >= 6
    assert first.min() > 0.08
    assert first.max() < 0.9
    assert (first - second).min() > 0.01
