"""A callback is told how the training goes: whatever a Learner does not do itself is done by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course_utils.training.learner import Learner


class Callback:
    """Override what you need; the learner that calls shows all there is to know (see `Learner`)."""

    def fit_started(self, learner: Learner) -> None:
        """Before anything else; `learner.epochs` is how many there are to be."""

    def epoch_started(self, learner: Learner) -> None:
        """Before an epoch's first batch."""

    def batch_started(self, learner: Learner) -> None:
        """When `learner.inputs` and `learner.targets` are there, and may still be changed."""

    def gradients_ready(self, learner: Learner) -> None:
        """In training, after the backward pass and before the step: gradients may be looked at, or changed."""

    def batch_done(self, learner: Learner) -> None:
        """When `learner.outputs` and `learner.batch_loss` are there, and in training the step is done."""

    def epoch_done(self, learner: Learner) -> None:
        """After training and validation; `learner.epoch` counts this epoch already."""

    def fit_done(self, learner: Learner) -> None:
        """At the very end, also after an interrupt or an error: put back here whatever you have changed."""

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint must keep for this callback to go on; nothing, for most."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what `state_dict` gave."""

    def __repr__(self) -> str:
        """Name the callback; one that has a state also says its settings, for a checkpoint to compare."""
        return f"{type(self).__name__}()"
