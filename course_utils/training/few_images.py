"""What notebook 5 measures with: networks that learn from a few images, and the share of others that they get right."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_utils.training.learner import Learner
from course_utils.training.schedule import OneCycle


def draw_places(labels: Int[Tensor, " images"], each: int, seed: int) -> Int[Tensor, " drawn"]:
    """Draw `each` images of each class, class by class, and say where they are; the same seed draws the same ones."""
    generator = torch.Generator().manual_seed(seed)
    of_class = [(labels == label).nonzero()[:, 0] for label in range(int(labels.max()) + 1)]
    return torch.cat([places[torch.randperm(len(places), generator=generator)[:each]] for places in of_class])


def fit(
    model: nn.Module,
    inputs: Float[Tensor, "images ..."],
    labels: Int[Tensor, " images"],
    rates: Mapping[float, Iterable[nn.Parameter]],
    epochs: int = 60,
) -> nn.Module:
    """Train the model with AdamW on all images at once in each step, and return it.

    rates: the learning rate that each group of parameters is taken up to (and down again: one cycle).
    """
    learner = Learner(
        model,
        [(inputs, labels)],  # a single batch
        # Frozen parameters may be among them: they get no gradient, so no step either.
        optimizer=torch.optim.AdamW([{"params": list(group)} for group in rates.values()], weight_decay=0.01),
        callbacks=[OneCycle(list(rates))],
    )
    learner.fit(epochs)
    return model


@torch.inference_mode()
def accuracy(model: nn.Module, inputs: Float[Tensor, "images ..."], labels: Int[Tensor, " images"]) -> float:
    """Put the model in eval mode, and return the share of images that it gets right, between 0 and 1."""
    model.eval()
    pairs = zip(inputs.split(250), labels.split(250), strict=True)
    return torch.cat([model(part).argmax(1) == wanted for part, wanted in pairs]).double().mean().item()


def untrained(model: nn.Module, seed: int) -> nn.Module:
    """Return a copy of the model as it is before any training, its weights drawn anew after `manual_seed(seed)`."""
    torch.manual_seed(seed)
    fresh = copy.deepcopy(model)
    for module in fresh.modules():
        if hasattr(module, "reset_parameters"):
            module.reset_parameters()
    return fresh
