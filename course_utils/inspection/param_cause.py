"""Say in one sentence why two models' parameters likely differ, judging by nothing but their shapes and order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from course_utils.inspection.parameters import Row, Shape, first_difference, shape_text


@dataclass(frozen=True)
class Model:
    """A model as its parameters show it: what to call it, and its rows."""

    name: str
    rows: tuple[Row, ...]

    @property
    def layers(self) -> list[_Layer]:
        """The weights of two or more axes, each with the vectors up to the next."""
        starts = [i for i, row in enumerate(self.rows) if len(row.shape) >= 2] + [len(self.rows)]
        return [_Layer(self.rows[begin], end - begin - 1) for begin, end in pairwise(starts)]


@dataclass(frozen=True)
class _Layer:
    weight: Row
    vectors: int  # 1 for a bias, 2 for a batch norm, 3 for both

    @property
    def shape(self) -> Shape:
        return self.weight.shape


@dataclass(frozen=True)
class Cause:
    """Why two models' rows differ: a short `kind` for programs and one `sentence` for the reader."""

    kind: str
    sentence: str


def likely_cause(mine: Model, other: Model) -> Cause | None:
    """Return the likely cause of the first difference between two models, or None when all rows agree.

    Parameters are compared first: buffers follow from the same layers, and are looked at only when parameters agree.
    """
    if first_difference(mine.rows, other.rows) is None:
        return None
    a, b = _parameters(mine), _parameters(other)
    if first_difference(a.rows, b.rows) is None:
        return _buffers(mine, other)
    for look in (_unregistered, _order, _vectors, _missing_layers, _sizes):
        if cause := look(a, b):
            return cause
    return _elsewhere(a, b)


def _parameters(model: Model) -> Model:
    return Model(model.name, tuple(row for row in model.rows if row.kind == "parameter"))


def _buffers(mine: Model, other: Model) -> Cause:
    part = _parting(mine, other)
    return Cause("buffers", f"The parameters agree, the buffers do not: {part}; likely a buffer is missing or extra.")


def _unregistered(mine: Model, other: Model) -> Cause | None:
    """Less than half of the other's layers, and nothing of its own."""
    few, many = sorted((mine, other), key=lambda model: len(model.layers))
    if len(few.layers) * 2 >= len(many.layers) or _shapes(few) - _shapes(many):
        return None
    return Cause(
        "unregistered",
        f"{few.name} shows {len(few.rows)} parameters where {many.name} has {len(many.rows)}: likely its layers stand "
        "in a plain Python list or dict, where PyTorch does not see them (nn.Sequential and nn.ModuleList register "
        "theirs).",
    )


def _order(mine: Model, other: Model) -> Cause | None:
    """The same shapes in another order."""
    if _shapes(mine) != _shapes(other):
        return None
    position = first_difference(mine.rows, other.rows)
    early, late = (mine, other) if _is_1x1(mine.rows[position].shape) else (other, mine)
    early_row, late_row = early.rows[position], late.rows[position]
    found = f"where {early.name} has `{early_row.name}`, {late.name} has `{late_row.name}`"
    if _is_1x1(early_row.shape) and not _is_1x1(late_row.shape):
        guess = f"{early.name} declares a right branch, whose convolution is 1×1, before the left one"
        return Cause("branch order", f"The same shapes in another order: {found}; likely {guess}.")
    return Cause("order", f"The same shapes in another order: {found}; likely modules are declared in another order.")


# How many vectors follow a weight in the two models, the larger number first, and what that usually means.
_VECTORS = {
    (1, 0): ("extra bias", "a bias that {more} has and {fewer} has not (a convolution before a batch norm needs none)"),
    (3, 2): ("extra bias", "a bias in {more}, which a convolution before a batch norm does not need (bias=False)"),
    (2, 0): ("missing batch norm", "a batch norm that {fewer} lacks, or whose weight and bias are no parameters there"),
    (2, 1): ("missing batch norm", "a batch norm in {more} and only a bias in {fewer}"),
    (4, 2): ("buffers as parameters", "running mean and variance are parameters in {more}, but should be buffers"),
}


def _vectors(mine: Model, other: Model) -> Cause | None:
    """The same weights in the same order, followed by more or fewer vectors."""
    pairs = list(zip(mine.layers, other.layers, strict=False))
    if [layer.shape for layer in mine.layers] != [layer.shape for layer in other.layers]:
        return None
    differing = [(a, b) for a, b in pairs if a.vectors != b.vectors]
    if not differing:
        return None
    a, b = differing[0]
    more, fewer = (mine, other) if a.vectors > b.vectors else (other, mine)
    numbers = max(a.vectors, b.vectors), min(a.vectors, b.vectors)
    kind, guess = _VECTORS.get(numbers, ("vectors", "another kind of layer"))
    others = f" (and in {len(differing) - 1} more places)" if len(differing) > 1 else ""
    return Cause(
        kind,
        f"After `{a.weight.name}`{others} {more.name} has {_count(numbers[0], 'vector')}, {fewer.name} "
        f"{numbers[1] or 'none'}: likely {guess.format(more=more.name, fewer=fewer.name)}.",
    )


def _missing_layers(mine: Model, other: Model) -> Cause | None:
    """Weights that only one model has, the rest being the same."""
    more, fewer = sorted((mine, other), key=lambda model: -len(model.layers))
    extra = _weights(more) - _weights(fewer)
    if not extra:
        return None
    if _weights(fewer) - _weights(more):
        if set(_weights(more)) != set(_weights(fewer)):
            return None
        guess = f"{more.name} and {fewer.name} have other numbers of blocks in their groups"
        return Cause("block counts", f"The same kinds of layers, but not as many of each: likely {guess}.")
    found = f"{fewer.name} lacks {_count(extra.total(), 'weight')} that {more.name} has ({_listed(extra)})"
    if all(map(_is_1x1, extra)):
        guess = "the right branch is a projection in one and the identity in the other"
        return Cause("projection", f"{found}: likely {guess} (identity needs stride 1 and equal channels).")
    return Cause("missing layer", f"{found}: likely a layer, or a whole block, is missing.")


def _sizes(mine: Model, other: Model) -> Cause | None:
    """The first weight that has another width, kernel or number of classes."""
    pairs = ((a, b) for a, b in zip(mine.layers, other.layers, strict=False) if a.shape != b.shape)
    a, b = next(pairs, (None, None))
    if a is None:
        return None
    kind, guess = _size(a.shape, b.shape)
    found = f"`{a.weight.name}` of {mine.name} is {shape_text(a.shape)}, `{b.weight.name}` of {other.name} is "
    return Cause(kind, f"{found}{shape_text(b.shape)}: likely {guess}.")


def _size(mine: Shape, other: Shape) -> tuple[str, str]:
    if len(mine) != len(other):
        return "layer kind", "another kind of layer"
    if mine[2:] != other[2:]:
        return "kernel size", "another kernel size"
    if mine[0] == other[1] and mine[1] == other[0]:
        return "swapped channels", "input and output channels are swapped"
    if mine[0] == other[0]:
        return "input width", f"it expects {mine[1]} instead of {other[1]} input channels"
    if len(mine) == 2 and mine[1] == other[1]:
        return "classes", f"n_classes is {mine[0]} instead of {other[0]}"
    return "width", f"this group is {mine[0]} instead of {other[0]} channels wide"


def _elsewhere(mine: Model, other: Model) -> Cause:
    return Cause("unknown", f"The models part where {_parting(mine, other)}; likely they are built differently there.")


def _parting(mine: Model, other: Model) -> str:
    position = first_difference(mine.rows, other.rows)
    return " and ".join(f"{model.name} has {_at(model, position)}" for model in (mine, other))


def _at(model: Model, position: int) -> str:
    if position >= len(model.rows):
        return "nothing more"
    row = model.rows[position]
    return f"the {row.kind} `{row.name}` ({shape_text(row.shape)})"


def _shapes(model: Model) -> Counter[Shape]:
    return Counter(row.shape for row in model.rows)


def _weights(model: Model) -> Counter[Shape]:
    return Counter(layer.shape for layer in model.layers)


def _is_1x1(shape: Shape) -> bool:
    return len(shape) == 4 and shape[2:] == (1, 1)


def _listed(extra: Counter[Shape]) -> str:
    parts = [f"{number} of {shape_text(shape)}" for shape, number in list(extra.items())[:3]]
    return ", ".join(parts) + (", …" if len(extra) > 3 else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
