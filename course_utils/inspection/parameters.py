"""A model's parameters and buffers as plain rows, in the order in which its modules were declared."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from math import prod
from typing import Literal

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """One parameter or buffer of a model."""

    name: str
    shape: Shape
    kind: Literal["parameter", "buffer"] = "parameter"

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)


def parameter_rows(model: nn.Module, buffers: bool = False) -> tuple[Row, ...]:
    """List the parameters of `model` in declaration order; with `buffers`, in state_dict order with its buffers.

    Raises `TypeError` when `model` is not a module, `ValueError` when a lazy layer has no shapes yet.
    """
    if not isinstance(model, nn.Module):
        hint = f"; call it to make a model: {model.__name__}()" if isinstance(model, type) else ""
        raise TypeError(f"Expected a model (an nn.Module), got {model!r:.80}{hint}.")
    named = model.state_dict(keep_vars=True) if buffers else dict(model.named_parameters())
    return tuple(_row(name, value) for name, value in named.items() if isinstance(value, Tensor))


def _row(name: str, value: Tensor) -> Row:
    if is_lazy(value):
        raise ValueError(f"{name} has no shape yet: it belongs to a lazy layer. Run one batch through the model first.")
    return Row(name, tuple(value.shape), "parameter" if isinstance(value, nn.Parameter) else "buffer")


def agree(*rows: Row | None) -> bool:
    """Say whether rows of several models are alike in shape and kind; their names may differ."""
    return len({row and (row.shape, row.kind) for row in rows}) == 1


def first_difference(mine: tuple[Row, ...], other: tuple[Row, ...]) -> int | None:
    """Return the first position at which two lists of rows do not agree, or None."""
    differing = (i for i, pair in enumerate(zip_longest(mine, other)) if not agree(*pair))
    return next(differing, None)


def shape_text(shape: Shape) -> str:
    """Write a shape as people say it: 64×3×7×7."""
    return "×".join(map(str, shape)) or "scalar"
