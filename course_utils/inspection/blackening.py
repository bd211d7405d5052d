"""Take away from images what a map points at: the test of a heat map in notebook 5."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def hottest_third(scores: Float[Tensor, "images height width"]) -> Bool[Tensor, "images height width"]:
    """Mark in each image the third of its pixels, rounded down, that have the highest scores."""
    flat = scores.flatten(1)
    order = flat.argsort(dim=1, descending=True)[:, : flat.shape[1] // 3]
    return torch.zeros(flat.shape, dtype=torch.bool).scatter(1, order, True).reshape(scores.shape)


def blackened(
    inputs: Float[Tensor, "images channels height width"], scores: Float[Tensor, "images height width"]
) -> Float[Tensor, "images channels height width"]:
    """Blacken in each image its hottest third: make it as dark as the darkest pixel of them all, the background."""
    return inputs.masked_fill(hottest_third(scores)[:, None], inputs.min().item())
