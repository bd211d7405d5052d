"""Small random changes to a batch of images, drawn from the generator given: crops and mirror images."""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import UInt8
from torch import Generator, Tensor
from torch.nn import functional

Images = UInt8[Tensor, "batch height width"]
Augmentation = Callable[[Images, Generator], Images]


def flip(images: Images, generator: Generator) -> Images:
    """Mirror every second image, left to right, by chance."""
    chosen = torch.rand(len(images), 1, 1, generator=generator) < 0.5
    return torch.where(chosen, images.flip(-1), images)


def crop(padding: int) -> Augmentation:
    """Make an augmentation that moves each image by up to `padding` pixels each way; what comes in is black."""

    def moved(images: Images, generator: Generator) -> Images:
        batch, height, width = images.shape
        shifts = torch.randint(2 * padding + 1, (2, batch, 1), generator=generator)
        rows = (shifts[0] + torch.arange(height))[:, :, None]
        columns = (shifts[1] + torch.arange(width))[:, None, :]
        return functional.pad(images, (padding,) * 4)[torch.arange(batch)[:, None, None], rows, columns]

    return moved
