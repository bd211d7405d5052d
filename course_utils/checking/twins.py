"""Give a right model the student's weights, by order of declaration, so that the two must behave alike."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from course_utils.checking.tensors import broken


def make_twin(right: nn.Module, mine: nn.Module, told: str = "it") -> nn.Module:
    """Copy the parameters and buffers of `mine` into `right` by order; raise PromiseBroken where they do not pair.

    told: how `mine` was made ("ResidualBlock(3, 5)").
    """
    insist_same_shapes(right, mine, told)
    with torch.no_grad():
        for target, source in zip(_tensors(right), _tensors(mine), strict=True):
            target.data = source.detach().clone()
    return right.train(mine.training)


def insist_same_shapes(right: nn.Module, mine: nn.Module, told: str) -> None:
    """Raise PromiseBroken unless the parameters and buffers of both have the same shapes, in the same order."""
    _insist_pairs(told, "parameter", list(mine.named_parameters()), list(right.named_parameters()))
    _insist_pairs(told, "buffer", list(mine.named_buffers()), list(right.named_buffers()))


def _tensors(module: nn.Module) -> list[Tensor]:
    return [*module.parameters(), *module.buffers()]


def _insist_pairs(
    told: str, kind: str, mine: Sequence[tuple[str, Tensor]], right: Sequence[tuple[str, Tensor]]
) -> None:
    my_shapes, right_shapes = ([tuple(tensor.shape) for _, tensor in pairs] for pairs in (mine, right))
    if my_shapes == right_shapes:
        return
    promise = f"its {kind}s have the right shapes, in the order of the diagram"
    counts = f"expected {len(right)} {kind} tensors, got {len(mine)}"
    if len(mine) == len(right):
        counts = f"{len(mine)} {kind} tensors, as there should be"
    raise broken(promise, f"{told}: {counts}", _first_unpaired(mine, right))


def _first_unpaired(mine: Sequence[tuple[str, Tensor]], right: Sequence[tuple[str, Tensor]]) -> str:
    for number, ((_, expected), (name, got)) in enumerate(zip(right, mine, strict=False), 1):
        if expected.shape != got.shape:
            shapes = f"expected shape {tuple(expected.shape)}, got {tuple(got.shape)} in {name}"
            return f"the first that differs is number {number}: {shapes}"
    if len(mine) > len(right):
        return f"the first one too many is {mine[len(right)][0]}"
    return f"missing from number {len(mine) + 1} on: shape {tuple(right[len(mine)][1].shape)}"
