"""What goes on inside a network while it learns: its layers' activations, their gradients, and how far they move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


class Gradient(TypedDict):
    """The length of the gradient of all of a layer's parameters, for one training batch."""

    batch: int
    layer: str
    norm: float


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


class GradientNorms(Callback):
    """Adds a row to `rows` for each of the named `layers` and each training batch, counted from 0 over all epochs."""

    def __init__(self, layers: Mapping[str, nn.Module]) -> None:
        self.layers, self.rows = layers, list[Gradient]()

    def gradients_ready(self, learner: Learner) -> None:
        """Measure before the optimizer takes its step."""
        for name, layer in self.layers.items():
            gradients = [parameter.grad for parameter in layer.parameters() if parameter.grad is not None]
            norm = torch.nn.utils.get_total_norm(gradients)
            self.rows.append(Gradient(batch=_number(learner), layer=name, norm=norm.item()))


class Step(TypedDict):
    """How far one step of the optimizer moved a layer's weights, as a share of their length before it."""

    batch: int
    layer: str
    share: float


class StepSizes(Callback):
    """Adds a row to `rows` for each of the named `layers` and each training batch, counted from 0 over all epochs.

    Weights are the tensors with more than one axis; the scales and shifts of batch norms and the biases have one.
    """

    def __init__(self, layers: Mapping[str, nn.Module]) -> None:
        self.layers, self.rows = layers, list[Step]()

    def gradients_ready(self, _: Learner) -> None:
        """Keep the weights as they are before the step."""
        self._before = {name: _weights(layer) for name, layer in self.layers.items()}

    def batch_done(self, learner: Learner) -> None:
        """Compare, when a step has been taken."""
        if learner.training:
            for name, layer in self.layers.items():
                before = self._before[name]
                share = (_weights(layer) - before).norm() / before.norm()
                self.rows.append(Step(batch=_number(learner), layer=name, share=share.item()))


def _weights(layer: nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in layer.parameters() if parameter.ndim > 1])


def _number(learner: Learner) -> int:
    return learner.epoch * len(learner.train) + learner.batch
