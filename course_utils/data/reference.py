"""A ResNet34 with fixed random weights, for comparing two implementations where no trained weights can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.nn.functional import interpolate

if TYPE_CHECKING:
    from torchvision.models import ResNet

# Chosen together, by looking at the course's twelve photos: nine classes, top probabilities from 0.10 to 0.72, and
# 0.02 or more between first and second place, so that rounding cannot change which class wins.
SEED = 0
LOGIT_SPREAD = 3.5


def has_reference_weights(model: nn.Module) -> bool:
    """Say whether a model has the random reference's weights, under whatever names they were copied into it."""
    first = next(model.parameters(), torch.empty(0))
    return torch.equal(first.detach().cpu().float(), _first_weights(Generator().manual_seed(SEED)))


def random_reference_resnet34() -> ResNet:
    """Build torchvision's ResNet34 in eval mode with random weights that are the same every time.

    Nothing in it is trivial: its batch norms have weights away from 1, biases away from 0, and running statistics
    measured on images, so that code which ignores one of them gives another answer. The global RNG is left alone.
    """
    from torchvision.models import resnet34

    generator = Generator().manual_seed(SEED)
    with torch.device("meta"):  # no memory yet and no random numbers: everything is filled in below
        model = resnet34()
    model.to_empty(device="cpu")
    _fill(model, generator)
    images = _smooth_images(generator, batch=8, side=96)
    _measure_statistics(model, images)
    _centre_and_scale_logits(model, images)
    return model


def _fill(model: nn.Module, generator: Generator) -> None:
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            _fill_convolution(module.weight, generator)
        elif isinstance(module, nn.BatchNorm2d):
            # Small at a block's end: signals keep their size over sixteen sums, and no photo gets a certain answer.
            low, high = (0.15, 0.35) if name.endswith("bn2") else (0.7, 1.3)
            nn.init.uniform_(module.weight, low, high, generator=generator)
            nn.init.uniform_(module.bias, -0.3, 0.3, generator=generator)
            module.reset_running_stats()
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, generator=generator)
            nn.init.zeros_(module.bias)


def _fill_convolution(weight: Tensor, generator: Generator) -> Tensor:
    return nn.init.kaiming_normal_(weight, mode="fan_out", nonlinearity="relu", generator=generator)


def _first_weights(generator: Generator) -> Float[Tensor, "64 3 7 7"]:
    """Draw the first convolution's weights, which are the first to be drawn."""
    return _fill_convolution(torch.empty(64, 3, 7, 7), generator)


def _smooth_images(generator: Generator, batch: int, side: int) -> Float[Tensor, "batch 3 side side"]:
    """Make images as coarse as fine: noise on grids from 1×1 to every pixel, added up, coarse grids the strongest."""
    images = torch.zeros(batch, 3, side, side)
    for cells, strength in ((1, 1.0), (3, 0.8), (7, 0.6), (28, 0.4), (side, 0.2)):
        noise = torch.randn(batch, 3, cells, cells, generator=generator)
        images += strength * interpolate(noise, size=(side, side), mode="bilinear", align_corners=False)
    return images


@torch.no_grad()
def _measure_statistics(model: nn.Module, images: Tensor) -> None:
    """Set every batch norm's running statistics to those of `images`, and leave the model in eval mode."""
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = None  # take the batch's statistics whole instead of a tenth of them
    model.train()(images)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    model.eval()


@torch.no_grad()
def _centre_and_scale_logits(model: ResNet, images: Tensor) -> None:
    """Make the logits of `images` average 0 for each class, or one class would win every photo."""
    logits = model(images)
    mean = logits.mean(dim=0)
    scale = LOGIT_SPREAD / (logits - mean).std()
    model.fc.weight.mul_(scale)
    model.fc.bias.copy_(-mean * scale)
