"""What a classifier of ImageNet says: its most likely classes, with their names and probabilities."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_utils.inspection.multiply_adds import in_eval_mode

SHOWN = 5


@torch.no_grad()
def probabilities(model: nn.Module, image: Float[Tensor, "3 height width"]) -> Float[Tensor, " classes"]:
    """Run the model on one image, in eval mode, and leave it as it was."""
    with in_eval_mode(model):
        return model(image[None].to(next(model.parameters())))[0].softmax(0)


def most_likely(shares: Float[Tensor, " classes"]) -> dict[str, float]:
    """Give the most likely classes and their probabilities, the largest first.

    Classes are called by ImageNet's names where there are as many as ImageNet has, else by their numbers.
    """
    names = _names(len(shares))
    values, places = shares.topk(min(SHOWN, len(shares)))
    return {names[place]: value for place, value in zip(places.tolist(), values.tolist(), strict=True)}


def _names(number: int) -> list[str]:
    from torchvision.models import ResNet34_Weights

    known = ResNet34_Weights.IMAGENET1K_V1.meta["categories"]
    return known if number == len(known) else [f"class {index}" for index in range(number)]
