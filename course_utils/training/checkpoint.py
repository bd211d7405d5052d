"""A training that survives: its state in a file after each epoch, and on from there the next time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from course_utils.training.callback import Callback
from course_utils.training.files import keep_aside, write_whole
from course_utils.training.learner import Learner


class Checkpoint(Callback):
    """Writes the state of the training to the file `path` after each epoch, and begins from the file if there is one.

    It is the last callback, so that the others have done their part of an epoch when it is written down. The file holds
    all that decides how the training goes on, chance included: interrupted and gone on with, it ends as if it had never
    stopped. A file that is damaged, or of another model, optimiser or number of batches, is kept under another name.

    Raises, in `fit`:
        ValueError: it is not the last callback.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def fit_started(self, learner: Learner) -> None:
        """Go on from the file."""
        if learner.callbacks[-1] is not self:
            raise ValueError("Checkpoint is not the last callback, and would miss what those behind it do: move it.")
        if not self.path.exists():
            return
        try:
            state = _read(self.path, learner)
        except _NotOursError as reason:
            kept = keep_aside(self.path)
            print(f"{self.path.name} {reason}: kept as {kept.name}, and this training starts anew.")
            return
        if state["epoch"] >= learner.epoch:
            _restore(learner, state)
            print(f"Going on after epoch {learner.epoch}, as {self.path.name} has it (delete it to start anew).")

    def epoch_done(self, learner: Learner) -> None:
        """Write the file anew."""
        write_whole(self.path, lambda part: torch.save(_state(learner), part))


class _NotOursError(Exception):
    """A file that this training cannot go on from; its text says why, in words that fit behind the file's name."""


def _state(learner: Learner) -> dict[str, Any]:
    return {
        "training": _training(learner),
        "epoch": learner.epoch,
        "history": learner.history,
        "model": learner.model.state_dict(),
        "optimizer": learner.optimizer.state_dict(),
        "callbacks": [callback.state_dict() for callback in _with_state(learner)],
        "order": learner.train.generator.get_state(),
        "chance": torch.get_rng_state(),
    }


def _training(learner: Learner) -> dict[str, str]:
    """Describe what two trainings must have in common for one to go on where the other stopped."""
    optimizer = learner.optimizer
    return {
        "model": str(learner.model),
        "optimizer": f"{type(optimizer).__name__} {optimizer.defaults} for {len(optimizer.param_groups)} groups",
        "number of batches": str(len(learner.train)),
        "schedule": str(_with_state(learner)),
    }


def _with_state(learner: Learner) -> list[Callback]:
    return [callback for callback in learner.callbacks if callback.state_dict()]


def _read(path: Path, learner: Learner) -> dict[str, Any]:
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        training = state["training"]
    except Exception as error:  # there is no end to how unpickling strange bytes can fail
        raise _NotOursError("is damaged, or no checkpoint") from error
    others = [part for part, text in _training(learner).items() if training.get(part) != text]
    if others:
        raise _NotOursError(f"is of a training with another {' and '.join(others)}")
    return state


def _restore(learner: Learner, state: dict[str, Any]) -> None:
    learner.epoch, learner.history = state["epoch"], state["history"]
    learner.model.load_state_dict(state["model"])
    learner.optimizer.load_state_dict(state["optimizer"])
    for callback, its_state in zip(_with_state(learner), state["callbacks"], strict=True):
        callback.load_state_dict(its_state)
    learner.train.generator.set_state(state["order"])
    torch.set_rng_state(state["chance"])
