"""How the gradient grows on its way back, which notebook 4 tells of and doesn't run."""

from itertools import pairwise
from math import log

import torch
from torch import Tensor
from torch.nn import functional

from course_utils.data.fashion_mnist import load_fashion_mnist
from course_utils.training.batches import MEAN, STD
from course_utils.training.nets import thin_resnet

SEEDS = range(3)


def growth(residual: bool, seed: int) -> list[float]:
    """Give for each of 26 blocks by what factor the squared length of the gradient grows from its output to its input.

    It's the gradient of a fresh network's loss, for its first batch.
    """
    data = load_fashion_mnist()
    torch.manual_seed(seed)
    model = thin_resnet(56, residual)
    small = functional.avg_pool2d(data.train_images[:6000].float(), 2).round()  # as in the notebook
    chosen = torch.randperm(6000)[:128]
    inputs: list[Tensor] = []

    def note(_: torch.nn.Module, given: tuple[Tensor]) -> None:
        given[0].retain_grad()
        inputs.append(given[0])

    for block in model[3:-3]:
        block.register_forward_pre_hook(note)
    logits = model((small[chosen][:, None] / 255 - MEAN) / STD)
    functional.cross_entropy(logits, data.train_labels[chosen]).backward()
    squared = [one.grad.square().sum().item() for one in inputs]
    return [front / back for front, back in pairwise(squared)]


def product(factors: list[float]) -> float:
    return torch.tensor(factors, dtype=torch.float64).prod().item()


def test_the_figures_of_notebook_4_on_the_stream_hold():
    """Catches a paragraph on c, on a power of the depth or an exponential, that isn't what these networks do."""
    found = {residual: [growth(residual, seed) for seed in SEEDS] for residual in (True, False)}
    lengths = {residual: [product(one) ** 0.5 for one in each] for residual, each in found.items()}
    assert all(25.5 < one < 36.5 for one in lengths[True])
    assert all(1_950 < one < 4_650 for one in lengths[False])
    for one in found[True]:
        assert 3.4 < one[0] < 4.5
        assert 1.45 < one[4] < 1.7
        assert all(1 < block < 1.2 for block in one[-3:])
        assert 1.9 < log(product(one)) / log(27) < 2.3
    for one in found[False]:
        assert 1.75 < product(one) ** (1 / 26) < 1.95
        assert 1.55 < product(one[-9:]) ** (1 / 9) < 1.75
