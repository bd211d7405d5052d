"""Train where it is fastest: on a graphics card if there is one."""

from __future__ import annotations

import torch

from course_utils.training.callback import Callback
from course_utils.training.learner import Learner


def best_device() -> torch.device:
    """Return the first CUDA card, else Apple's graphics, else the processor."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


class Device(Callback):
    """Takes the model and every batch to `device`; to the best one there is, unless told."""

    def __init__(self, device: torch.device | str | None = None) -> None:
        self.device = torch.device(device) if device else best_device()

    def fit_started(self, learner: Learner) -> None:
        """Move the model; its optimiser keeps hold of the same parameters."""
        learner.model.to(self.device)

    def batch_started(self, learner: Learner) -> None:
        """Move the batch."""
        learner.inputs, learner.targets = learner.inputs.to(self.device), learner.targets.to(self.device)
