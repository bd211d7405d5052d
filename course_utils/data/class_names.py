"""ImageNet's names for the classes of a network, where its weights have been trained to mean them."""

from __future__ import annotations

from torch import nn

from course_utils.data.reference import has_reference_weights


def class_names(*models: nn.Module) -> list[str] | None:
    """Return ImageNet's 1000 names, or None if any of the models has stand-in weights, to which no name belongs."""
    if any(has_reference_weights(model) for model in models):
        return None
    from torchvision.models import ResNet34_Weights

    return ResNet34_Weights.IMAGENET1K_V1.meta["categories"]
