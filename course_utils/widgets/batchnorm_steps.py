"""A batch norm of one channel meets forty batches whose data change on the way: all its numbers, step by step."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

BATCHES = 40
CHANGE = 11  # from this batch on (counted from 1) the data have the mean and the deviation of the settings
SHAPE = (8, 1, 4, 4)  # small, so that one batch's statistics differ visibly from the next one's


@dataclass(frozen=True)
class Settings:
    """What the sliders say. mean, deviation: of the data after the change. batch: the one that is looked at, from 1."""

    mean: float = 3.0
    deviation: float = 2.0
    weight: float = 1.0
    bias: float = 0.0
    momentum: float = 0.1
    batch: int = CHANGE + 3


@dataclass(frozen=True)
class Statistics:
    """A mean and a variance."""

    mean: float
    variance: float


@dataclass(frozen=True)
class Steps:
    """What happened. batches: each batch's own statistics; running: the layer's after each batch, the start in front.

    x: the values of the batch that is looked at; training, evaluating: what becomes of them in the two modes, with the
    running statistics as they are after this batch.
    """

    batches: tuple[Statistics, ...]
    running: tuple[Statistics, ...]
    x: Float[Tensor, " values"]
    training: Float[Tensor, " values"]
    evaluating: Float[Tensor, " values"]


def batches_of(settings: Settings) -> list[Float[Tensor, "batch 1 height width"]]:
    """Give the batches; they differ between two settings in mean and deviation only, never by chance."""
    noise = torch.randn(BATCHES, *SHAPE, generator=torch.Generator().manual_seed(0))
    before, after = noise[: CHANGE - 1], noise[CHANGE - 1 :]
    return [*before, *(after * settings.deviation + settings.mean)]


@torch.no_grad()
def run_steps(norm_class: type[nn.Module], settings: Settings) -> Steps:
    """Let a batch norm, torch's or a student's own, see all batches in training mode, and write down what it does."""
    norm = norm_class(1, momentum=settings.momentum)
    norm.weight.fill_(settings.weight)
    norm.bias.fill_(settings.bias)
    batches, running = batches_of(settings), [_running(norm)]
    for number, x in enumerate(batches, start=1):
        training = norm(x)
        running.append(_running(norm))
        if number == settings.batch:
            looked_at = [each.flatten() for each in (x, training, copy.deepcopy(norm).eval()(x))]
    own = tuple(Statistics(x.mean().item(), x.var().item()) for x in batches)
    return Steps(own, tuple(running), *looked_at)


def _running(norm: nn.Module) -> Statistics:
    return Statistics(norm.running_mean.item(), norm.running_var.item())
