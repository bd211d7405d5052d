"""The one-cycle schedule: the learning rate rises to its maximum, then falls to almost nothing."""

from __future__ import annotations

from typing import Any

from torch.optim.lr_scheduler import OneCycleLR

from course_utils.training.callback import Callback
from course_utils.training.learner import Learner


class OneCycle(Callback):
    """One cycle of PyTorch's `OneCycleLR` over all epochs of a fit; `settings` are its own (pct_start and so on).

    max_lr: one for all parameters, or one for each of the optimiser's groups.
    epochs: how many the cycle has, if a fit is to see only its beginning.
    After an interrupt the same cycle goes on. A fit to a higher number of epochs begins a new cycle over those left.
    """

    def __init__(self, max_lr: float | list[float], *, epochs: int = 0, **settings: Any) -> None:
        self.max_lr, self.epochs, self.settings = max_lr, epochs, settings
        self.begin, self.end = 0, 0  # epochs

    def epoch_started(self, learner: Learner) -> None:
        """Set the learning rate to where this epoch begins in the cycle, be it for the first time or again."""
        end = max(learner.epochs, self.epochs)
        if end != self.end:
            self.begin, self.end = learner.epoch, end
        steps = len(learner.train)
        self._scheduler = OneCycleLR(
            learner.optimizer,
            self.max_lr,
            total_steps=(self.end - self.begin) * steps,
            last_epoch=(learner.epoch - self.begin) * steps - 1,  # PyTorch's word for the last step done
            **self.settings,
        )

    def batch_done(self, learner: Learner) -> None:
        """Go one step further."""
        if learner.training:
            self._scheduler.step()

    def state_dict(self) -> dict[str, Any]:
        """Return where the cycle begins and ends; all else follows from the epoch."""
        return {"begin": self.begin, "end": self.end}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on with that cycle."""
        self.begin, self.end = state["begin"], state["end"]

    def __repr__(self) -> str:
        """Say the settings: a checkpoint made with others is another training's."""
        return f"OneCycle({self.max_lr}, {self.settings})"
