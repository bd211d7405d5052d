"""Loss and accuracy of each epoch, as rows in the learner's history."""

from __future__ import annotations

import time

from course_utils.training.callback import Callback
from course_utils.training.learner import Learner


class Metrics(Callback):
    """Adds a row to `learner.history` for each epoch: epoch, train_loss, train_accuracy, valid_…, seconds.

    What it says of the training images is measured while the model learns, on the images as augmented. Accuracies lie
    between 0 and 1. Without validation images there is no valid_loss and no valid_accuracy.
    """

    def epoch_started(self, _: Learner) -> None:
        """Begin to count."""
        self._sums = {"train": [0.0, 0, 0], "valid": [0.0, 0, 0]}  # loss, right answers, images
        self._started = time.perf_counter()

    def batch_done(self, learner: Learner) -> None:
        """Count a batch."""
        sums, images = self._sums["train" if learner.training else "valid"], len(learner.targets)
        sums[0] += learner.batch_loss.item() * images
        sums[1] += (learner.outputs.argmax(1) == learner.targets).sum().item()
        sums[2] += images

    def epoch_done(self, learner: Learner) -> None:
        """Write the row."""
        row: dict[str, float] = {"epoch": learner.epoch}
        for part, (loss, right, images) in self._sums.items():
            if images:
                row |= {f"{part}_loss": loss / images, f"{part}_accuracy": right / images}
        learner.history.append(row | {"seconds": time.perf_counter() - self._started})
