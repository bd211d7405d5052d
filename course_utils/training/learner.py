"""A Learner trains a model and does nothing else: whatever can be watched or changed meanwhile is a callback's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Optimizer

from course_utils.training.batches import Batch
from course_utils.training.callback import Callback


class Learner:
    """Trains `model` on the batches of `train`, and looks after each epoch how it does on those of `valid`.

    `epoch` counts the epochs done; `history` is for the callbacks to fill. While a batch is worked on, `training`
    says of which kind it is, and `batch` (its number), `inputs`, `targets`, `outputs` and `batch_loss` are there.
    """

    def __init__(  # noqa: PLR0913
        self,
        model: nn.Module,
        train: Collection[Batch],
        valid: Collection[Batch] = (),
        *,
        optimizer: Optimizer,
        loss: Callable[[Tensor, Tensor], Tensor] = functional.cross_entropy,
        callbacks: Sequence[Callback] = (),
    ) -> None:
        self.model, self.train, self.valid = model, train, valid
        self.optimizer, self.loss, self.callbacks = optimizer, loss, list(callbacks)
        self.epoch, self.epochs = 0, 0
        self.history: list[dict[str, Any]] = []

    def fit(self, epochs: int) -> None:
        """Train until `epochs` epochs are done in all: called again after an interrupt, it goes on from there."""
        self.epochs = epochs
        try:
            self._tell("fit_started")
            while self.epoch < epochs:
                self._run_epoch()
        except KeyboardInterrupt:
            pass  # the model keeps what it has learned; callbacks see that self.epoch < epochs
        finally:
            self._tell("fit_done")

    def _run_epoch(self) -> None:
        self._tell("epoch_started")
        self._run(self.train, training=True)
        with torch.no_grad():
            self._run(self.valid, training=False)
        self.epoch += 1
        self._tell("epoch_done")

    def _run(self, batches: Collection[Batch], training: bool) -> None:
        self.training = training
        self.model.train(training)
        for self.batch, (self.inputs, self.targets) in enumerate(batches):
            self._tell("batch_started")
            self.outputs = self.model(self.inputs)
            self.batch_loss = self.loss(self.outputs, self.targets)
            if training:
                self._learn()
            self._tell("batch_done")

    def _learn(self) -> None:
        self.optimizer.zero_grad()
        self.batch_loss.backward()
        self._tell("gradients_ready")
        self.optimizer.step()

    def _tell(self, event: str) -> None:
        for callback in self.callbacks:
            getattr(callback, event)(self)
