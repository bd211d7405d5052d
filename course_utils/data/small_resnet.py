"""The trained small residual net that comes with the course, and a few images for it: no download, no data set."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from course_utils.data.fashion_mnist import CLASSES, MEAN, STD

if TYPE_CHECKING:
    from course_utils.exercises.look_inside.small_resnet import SmallResNet

FOLDER = Path(__file__).parent / "checkpoint"
WEIGHTS, IMAGES, MEASURED = "weights.pt", "images.npz", "measured.json"

NEW = (3, 4, 5)  # labels of the classes that the net has never seen: dress, coat, sandal
KNOWN = tuple(label for label in range(len(CLASSES)) if label not in NEW)


@dataclass(frozen=True)
class FewImages:
    """Some images of Fashion-MNIST, 28×28, from 0 to 255; a label is a place in `classes`."""

    images: UInt8[Tensor, "images 28 28"]
    labels: Int[Tensor, " images"]
    classes: tuple[str, ...]

    @property
    def inputs(self) -> Float[Tensor, "images 1 28 28"]:
        """The images as the net wants them: from 0 to 1, then normalised with Fashion-MNIST's mean and deviation."""
        return (self.images[:, None] / 255 - MEAN) / STD


def load_small_resnet() -> SmallResNet:
    """Return the residual net of 20 layers that was trained on seven classes of Fashion-MNIST, in eval mode."""
    from course_utils.exercises.look_inside.small_resnet import SmallResNet

    with torch.device("meta"):  # no random start that the file would only overwrite
        model = SmallResNet(len(KNOWN))
    weights = torch.load(FOLDER / WEIGHTS, weights_only=True)
    full = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in weights.items()}
    model.load_state_dict(full, assign=True)
    return model.eval()


def load_few_images() -> dict[str, FewImages]:
    """Return the images that come with the net.

    "known": test images of the seven classes that it was trained on; "new, train" and "new, test": images of the three
    classes that it has never seen. The labels count within the seven, and within the three.
    """
    known, new = (tuple(CLASSES[label] for label in labels) for labels in (KNOWN, NEW))
    with np.load(FOLDER / IMAGES) as file:
        return {
            name: FewImages(
                torch.from_numpy(file[f"{name}/images"]),
                torch.from_numpy(file[f"{name}/labels"]).long(),
                known if name == "known" else new,
            )
            for name in ("known", "new, train", "new, test")
        }


def small_resnet_record() -> dict[str, object]:
    """Return what was measured when the net was made: its accuracy on all test images of its classes, and how."""
    return json.loads((FOLDER / MEASURED).read_text(encoding="utf-8"))
