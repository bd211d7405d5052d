"""Say by an alignment where two lists of tensors differ: what is missing, one too many, reshaped or out of place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from typing import Any

from torch import Tensor

from course_utils.checking.observation import Named, Remark
from course_utils.checking.tensors import describe

_MOST = 3  # differences that are told
_LETTERS = 240  # of all of them: three lines
_LAYERS = 2  # layers that are told of one difference: a convolution and its batch norm
_LONGEST = 1000  # tensors that are aligned: far more than any network of the course has
_OTHER_WORDS = 0.01  # of a bias and a weight of one shape: they may stand for each other, but not where better is found
_RESHAPED, _UNLIKE = 1.5, 3.0  # dearer than one too many, cheaper than one missing and one too many; dearer than both


@dataclass(frozen=True)
class _Part:
    """One tensor of a list; layer: the kind of layer that holds it, where that is known."""

    name: str
    form: str
    layer: str

    @property
    def told(self) -> str:
        return name_told(self.name)

    @property
    def owner(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def role(self) -> str:
        return self.name.rpartition(".")[2]


_Pair = tuple[_Part | None, _Part | None]
"""The student's and the right one; None where there is no such."""


def name_told(name: str) -> str:
    """Tell a tensor's name, whose owner may be words: "the weight of the second convolution of blocks.0"."""
    owner, _, role = name.rpartition(".")
    return f"the {role} of the {owner}" if " " in owner else name


def form_of(value: Any) -> Any:
    """Give what is compared of one entry: a tensor's shape, a remark's fact, any other value as it is."""
    if isinstance(value, Tensor):
        return tuple(value.shape)
    return value.fact if isinstance(value, Remark) else value


def how_lists_differ(got: Named, expected: Named) -> Iterator[str]:
    """Tell at most three differences of two lists whose forms differ; a remark's text is the kind of its layer."""
    mine, right = _parts(got), _parts(expected)
    if sorted(one.form for one in mine) == sorted(one.form for one in right):
        yield f"all the right {got.kind}s are there, but in another order"
        yield from _order(mine, right)
        return
    same_number = f"{len(mine)} {got.kind}s, as there should be"
    yield same_number if len(mine) == len(right) else f"expected {len(right)} {got.kind}s, got {len(mine)}"
    found = list(_differences(_aligned(mine[:_LONGEST], right)))
    if len({way for way, _ in found}) > 1:  # which tensors belong together is a guess then
        yield _first_other(mine, right)
        return
    told = list(_what_fits([line for _, line in found]))
    yield from told
    if more := len(found) - len(told):
        yield f"and {more} more such difference{'s' if more > 1 else ''}"


def _what_fits(lines: Sequence[str]) -> Iterator[str]:
    """Give as many as are read at a glance: at most three, fewer where they are long, and one at least."""
    for number, line in enumerate(lines[:_MOST]):
        if number and sum(map(len, lines[: number + 1])) > _LETTERS:
            return
        yield line


def _first_other(mine: Sequence[_Part], right: Sequence[_Part]) -> str:
    at = _first_apart([one.form for one in mine], [one.form for one in right])
    at = min(len(mine), len(right)) if at is None else at
    got = f"got {mine[at].form}, of {mine[at].told}" if at < len(mine) else "got nothing more"
    return f"the first that is another one: expected {right[at].form if at < len(right) else 'nothing more'}, {got}"


def _parts(named: Named) -> list[_Part]:
    return [
        _Part(name, _in_words(form_of(value)), value.text if isinstance(value, Remark) else "")
        for name, value in named.pairs
    ]


_SHAPE = "shape "


def _in_words(form: Any) -> str:
    return f"{_SHAPE}{describe(form, ())}" if isinstance(form, tuple | list) else str(form)


def _aligned(mine: Sequence[_Part], right: Sequence[_Part]) -> list[_Pair]:
    """Pair the two lists in their order at the least cost (an edit distance); of several such ways, the earliest."""
    end = len(mine), len(right)
    best: dict[tuple[int, int], tuple[float, _Pair]] = {end: (0.0, (None, None))}  # the least cost from there on
    for i, j in product(range(end[0], -1, -1), range(end[1], -1, -1)):
        one, other = (mine[i] if i < end[0] else None), (right[j] if j < end[1] else None)
        steps: list[tuple[float, _Pair]] = []
        if one and other:
            steps.append((_cost(one, other) + best[i + 1, j + 1][0], (one, other)))
        if one:
            steps.append((1 + best[i + 1, j][0], (one, None)))
        if other:
            steps.append((1 + best[i, j + 1][0], (None, other)))
        if steps:
            best[i, j] = min(steps, key=lambda step: step[0])
    pairs: list[_Pair] = []
    i = j = 0
    while (i, j) != end:
        pairs.append(best[i, j][1])
        i, j = i + (pairs[-1][0] is not None), j + (pairs[-1][1] is not None)
    return pairs


def _cost(one: _Part, other: _Part) -> float:
    unlike = (one.layer != other.layer) + (bool(one.layer) and one.role != other.role)
    if one.form == other.form:
        return unlike * _OTHER_WORDS
    return _UNLIKE if unlike else _RESHAPED


def _differences(pairs: Sequence[_Pair]) -> Iterator[tuple[str, str]]:
    """Tell in which way, and what differs, in one line what differs in one way at one place."""
    after = ""
    for how, run in groupby(pairs, key=_how):
        some = list(run)
        mine, right = ([pair[side] for pair in some if pair[side] is not None] for side in (0, 1))
        if how == "missing":
            yield how, f"missing {f'after {after}' if after else 'at the beginning'}: {_by_layer(right, _right_ones)}"
        elif how == "surplus":
            yield how, f"{_COUNTS.get(len(mine), len(mine))} too many: {_by_layer(mine, _own_ones)}"
        elif how:
            expected, got = right[0].form, mine[0].form
            short = got.removeprefix(_SHAPE) if expected.startswith(_SHAPE) else got
            yield "reshaped", f"{_all_told(mine)}: expected {expected}, got {short}"
        after = mine[-1].told if mine else after


def _how(pair: _Pair) -> Any:
    """Say in which way a pair differs: not at all, missing, surplus, or from which form to which."""
    mine, right = pair
    if mine is None or right is None:
        return "missing" if mine is None else "surplus"
    return None if mine.form == right.form else (mine.form, right.form)


_COUNTS = {1: "one", 2: "two", 3: "three", 4: "four"}


def _by_layer(run: Sequence[_Part], told: Any) -> str:
    """Tell some tensors layer by layer."""
    layers = [list(some) for _, some in groupby(run, key=lambda one: one.owner if one.layer else one.name)]
    more = len(layers) - _LAYERS
    return "; ".join([*map(told, layers[:_LAYERS]), *([f"and {more} more"] if more > 0 else [])])


def _all_told(parts: Sequence[_Part]) -> str:
    """Tell the names of tensors that differ in one way: those of one layer in a stand-in are told together."""
    layers = [list(some) for _, some in groupby(parts, key=lambda one: one.owner if " " in one.owner else one.name)]
    return _listed([_in_a_stand_in(some) if some[1:] else some[0].told for some in layers])


def _in_a_stand_in(layer: Sequence[_Part]) -> str:
    return f"the {_listed([one.role for one in layer])} of the {layer[0].owner}"


def _own_ones(layer: Sequence[_Part]) -> str:
    first = layer[0]
    if " " in first.owner:
        return _in_a_stand_in(layer)
    where = f"of your {first.layer} {first.owner}" if first.layer else first.form
    return f"{_listed([one.name for one in layer])}, {where}"


def _right_ones(layer: Sequence[_Part]) -> str:
    first = layer[0]
    return f"the {_listed([one.role for one in layer])} of a {first.layer}, {first.form}" if first.layer else first.form


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if names[1:] else names[0]


def _order(mine: Sequence[_Part], right: Sequence[_Part]) -> Iterator[str]:
    """Tell the order of the layers, by their kinds; by the first tensor that is late where kinds say nothing."""
    own, wanted = _layers(mine), _layers(right)
    start = _first_apart([one.layer for one in own], [one.layer for one in wanted])
    if start is not None and all(one.layer for one in (*own, *wanted)):
        start = 0 if start < _MOST else start  # from the beginning, where that is near
        yield f"expected {_row(wanted, start, lambda one: one.layer)}"
        yield f"got {_row(own, start, _own_layer)}"
        return
    at = _first_apart([one.form for one in mine], [one.form for one in right])
    if at is not None:
        late = next(one for one in mine[at:] if one.form == right[at].form)
        yield f"{late.told}, {late.form}, belongs before {mine[at].told}, {mine[at].form}"


def _own_layer(one: _Part) -> str:
    return one.owner if " " in one.owner else f"{one.layer} {one.owner}"


def _first_apart(mine: Sequence[str], right: Sequence[str]) -> int | None:
    return next((at for at, (one, other) in enumerate(zip(mine, right, strict=False)) if one != other), None)


def _layers(parts: Sequence[_Part]) -> list[_Part]:
    """Give the first tensor of each layer."""
    return [next(some) for _, some in groupby(parts, key=lambda one: one.owner)]


def _row(layers: Sequence[_Part], start: int, told: Any) -> str:
    shown = [told(one) for one in layers[start : start + 2 * _MOST]]
    return ", ".join(["…"] * (start > 0) + shown + ["…"] * (start + len(shown) < len(layers)))
