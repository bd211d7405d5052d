"""What classifiers say of some images: their most likely classes, with the names and probabilities of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_utils.data.class_names import class_names
from course_utils.data.reference import has_reference_weights
from course_utils.data.weights import HOW_TO_GET_NAMES
from course_utils.inspection.bars import Bars
from course_utils.inspection.multiply_adds import in_eval_mode

IMAGENET_CLASSES = 1000


@dataclass(frozen=True)
class Naming:
    """What classes are called: by their names where these are known, else by their numbers.

    note: what to say below them.
    """

    names: Sequence[str] | None = None
    note: str = ""

    def of(self, number: int) -> str:
        """Give the name of a class."""
        return self.names[number] if self.names else f"class {number}"


@dataclass(frozen=True)
class Answers:
    """The probabilities that each network gives, by the name that is shown of it, and how to call the classes."""

    probabilities: Mapping[str, Float[Tensor, "images classes"]]
    naming: Naming


def ask(models: Mapping[str, nn.Module], images: Float[Tensor, "images channels height width"]) -> Answers:
    """Ask each network about the images; the classes are ImageNet's if all have as many as ImageNet has."""
    said = {who: probabilities(model, images) for who, model in models.items()}
    return Answers(said, naming_of(models.values(), {shares.shape[1] for shares in said.values()}))


@torch.no_grad()
def probabilities(
    model: nn.Module, images: Float[Tensor, "images channels height width"]
) -> Float[Tensor, "images classes"]:
    """Run the model on images, in eval mode, and leave it as it was."""
    with in_eval_mode(model):
        return model(images.to(next(model.parameters()))).softmax(1)


def naming_of(models: Sequence[nn.Module], numbers_of_classes: set[int]) -> Naming:
    """Find what to call the classes of models that have so many; where weights are stand-ins, a note says why."""
    if any(has_reference_weights(model) for model in models):
        return Naming(note=HOW_TO_GET_NAMES)
    return Naming(class_names() if numbers_of_classes == {IMAGENET_CLASSES} else None)


def most_likely(answers: Answers, image: int, shown: int) -> Bars:
    """Give the classes that any network finds most likely in one image, the likeliest first, and what each says."""
    said = {who: shares[image] for who, shares in answers.probabilities.items()}
    best = {place for shares in said.values() for place in shares.topk(min(shown, len(shares))).indices.tolist()}
    bars = {place: {who: shares[place].item() for who, shares in said.items() if place < len(shares)} for place in best}
    in_order = sorted(best, key=lambda place: (-max(bars[place].values()), place))
    return {answers.naming.of(place): bars[place] for place in in_order[:shown]}
