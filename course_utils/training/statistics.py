"""What goes on inside a network while it learns: its layers' activations, their weights, and how far a step goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypedDict

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from course_utils.training.callback import Callback
from course_utils.training.learner import Learner


class Activation(TypedDict):
    """What a layer gave for one training batch; `zeros` is the share of values that are exactly 0."""

    batch: int
    layer: str
    mean: float
    std: float
    zeros: float


class ActivationStatistics(Callback):
    """Adds a row to `rows` for each of the named `layers` and each training batch, counted from 0 over all epochs."""

    def __init__(self, layers: Mapping[str, nn.Module]) -> None:
        self.layers, self.rows = layers, list[Activation]()
        self._handles: list[RemovableHandle] = []

    def fit_started(self, learner: Learner) -> None:
        """Hang a hook on each layer."""
        for name, layer in self.layers.items():
            self._handles.append(layer.register_forward_hook(self._hook(learner, name)))

    def fit_done(self, _: Learner) -> None:
        """Take the hooks away again."""
        while self._handles:
            self._handles.pop().remove()

    def _hook(self, learner: Learner, name: str) -> Callable[[nn.Module, tuple, Tensor], None]:
        @torch.no_grad()
        def note(_module: nn.Module, _inputs: tuple, output: Tensor) -> None:
            if learner.training:
                std, mean = torch.std_mean(output)
                zeros = (output == 0).float().mean()
                row = Activation(
                    batch=_number(learner), layer=name, mean=mean.item(), std=std.item(), zeros=zeros.item()
                )
                self.rows.append(row)

        return note


class Step(TypedDict):
    """The lengths of a layer's weights and of their gradient before a step, and how far that step moved the weights.

    `turn` is the length of what of the update is at right angles to the kernels. The rest only stretches them, which a
    batch norm behind them takes out again.
    """

    batch: int
    layer: str
    weight: float
    gradient: float
    update: float
    turn: float


class StepSizes(Callback):
    """Adds a row to `rows` for each of the named `layers` and each training batch, counted from 0 over all epochs.

    Weights are the tensors with more than one axis; the scales and shifts of batch norms and the biases have one.
    """

    def __init__(self, layers: Mapping[str, nn.Module]) -> None:
        self.layers, self.rows = layers, list[Step]()

    def gradients_ready(self, _: Learner) -> None:
        """Keep the weights as they are before the step, and measure their gradients."""
        self._before = {name: [one.detach().clone() for one in _weights(layer)] for name, layer in self.layers.items()}
        self._gradients = {name: _length(one.grad for one in _weights(layer)) for name, layer in self.layers.items()}

    def batch_done(self, learner: Learner) -> None:
        """Compare, when a step has been taken."""
        if not learner.training:
            return
        for name, layer in self.layers.items():
            before = self._before[name]
            updates = [after.detach() - old for after, old in zip(_weights(layer), before, strict=True)]
            turns = [_across(update, old) for update, old in zip(updates, before, strict=True)]
            lengths = {"weight": _length(before), "update": _length(updates), "turn": _length(turns)}
            self.rows.append(Step(batch=_number(learner), layer=name, gradient=self._gradients[name], **lengths))


def _weights(layer: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in layer.parameters() if parameter.ndim > 1]


def _length(tensors: Iterable[Tensor]) -> float:
    return torch.cat([one.flatten() for one in tensors]).norm().item()


def _across(update: Tensor, weight: Tensor) -> Tensor:
    """Return what of the update is at right angles to the weight, for each output's kernel by itself."""
    update, weight = update.flatten(1), weight.flatten(1)
    along = (update * weight).sum(dim=1, keepdim=True) / weight.square().sum(dim=1, keepdim=True)
    return update - along * weight


def _number(learner: Learner) -> int:
    return learner.epoch * len(learner.train) + learner.batch
