"""A trained network at work, before anybody has built one: it names what is in photos, or in pictures of clothes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from course_utils.data.photos import load_photos
from course_utils.data.small_resnet import load_few_images, load_small_resnet
from course_utils.data.weights import NoWeightsError, WeightsFile, print_wrapped, trained_resnet34
from course_utils.inspection.sheets import to_picture
from course_utils.widgets.answer_cards import show_cards
from course_utils.widgets.answers import Answers, Naming, probabilities
from course_utils.widgets.own_photo import classify_photos

if TYPE_CHECKING:
    from torchvision.models import ResNet

_SIDE = 112  # pixels on the screen of an image that has 28


def show_trained_network(weights: WeightsFile | None = None) -> None:
    """Show what a trained network makes of a few images, with the three most likely classes of each as bars.

    It is torchvision's ResNet34 on the course's photos; where its weights cannot be had, a line says so, and it is the
    small network that comes with the course, on clothes. weights: torchvision's IMAGENET1K_V1 unless given.
    """
    try:
        model = trained_resnet34(weights)
    except NoWeightsError as error:
        print_wrapped(
            f"No pretrained weights here, so this is the small network that comes with the course. (Why: {error}.)"
        )
        _show_clothes()
    else:
        _show_photos(model)


def _show_photos(model: ResNet) -> None:
    from torchvision.models import ResNet34_Weights

    classify_photos({"ResNet34": model}, ResNet34_Weights.IMAGENET1K_V1.transforms(), load_photos())


def _show_clothes() -> None:
    """Show one image of each class that the small network knows, and one that it doesn't."""
    from PIL.Image import Resampling

    model, few = load_small_resnet(), load_few_images()
    known, new = few["known"], few["new, test"]
    each = torch.stack([(known.labels == label).nonzero()[0, 0] for label in range(len(known.classes))])
    inputs = torch.cat([known.inputs[each], new.inputs[:1]])
    images = torch.cat([known.images[each], new.images[:1]])
    names = [*known.classes, f"{new.classes[new.labels[0]]}, which it has never seen"]
    pictures = [to_picture(image[None] / 255).resize((_SIDE, _SIDE), Resampling.NEAREST) for image in images]
    answers = Answers({"small network": probabilities(model, inputs)}, Naming(known.classes))
    show_cards(dict(zip(names, pictures, strict=True)), answers)
