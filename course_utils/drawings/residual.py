"""Residual blocks, drawn: a branch of boxes, a skip around it, the sum in which they meet, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_utils.drawings.svg import Drawing, arrow, column, line, node, text

Steps = Sequence[tuple[str, ...]]  # for each box its kind, a key of FILLS, and its lines of words


_BOX = 138


@dataclass(frozen=True)
class Skip:
    """A way past the branch: how far beside it, how thick, and the boxes on it, if any, with their width."""

    aside: float = 92
    road: float = 1.3
    steps: Steps = ()
    width: float = 0


@dataclass(frozen=True)
class Network:
    """A block, or several in a row, to be drawn beside another; `road` is how thick its skip is."""

    name: str
    more: str
    branches: tuple[Steps, ...]
    after: Steps = ()
    sign: str = "+"
    enters: str = "x"
    leaves: str = "y"
    road: float = 1.3
    foot: str = ""


def side_by_side(title: str, words: str, left: Network, right: Network) -> Drawing:
    """Draw two networks beside each other, each from top to bottom, and their feet on one line."""
    left_parts, left_end = _network(left, 16)
    right_parts, right_end = _network(right, 210)
    foot = max(left_end, right_end)
    if left.foot:
        foot += 36
        left_parts += [text(85, foot, left.foot, bold=True), text(279, foot, right.foot, bold=True)]
    return Drawing(title, words, (*left_parts, *right_parts), height=foot + 18)


def _network(network: Network, x: float) -> tuple[list[str], float]:
    middle, end = x + _BOX / 2, 90.0
    parts = [
        text(x, 30, network.name, bold=True, text_anchor="start", font_size=15),
        text(x, 49, network.more, text_anchor="start", font_size=13),
        text(middle, 84, network.enters),
    ]
    for branch in network.branches:
        drawn, end = block((middle, end + 12), _BOX, branch, Skip(road=network.road), network.sign)
        parts += drawn
    followers, end = column(middle, end, _BOX, network.after)
    foot = end + 39
    return [*parts, *followers, arrow((middle, end), (middle, foot - 17)), text(middle, foot, network.leaves)], foot


def block(
    place: tuple[float, float], width: float, branch: Steps, skip: Skip, sign: str = "+"
) -> tuple[list[str], float]:
    """Draw a branch centred on `place`'s x, from its y downwards, and a skip around it; return where they end, too."""
    x, top = place
    side = x + skip.aside
    boxes, end = column(x, top, width, branch)
    on_skip, skip_end = column(side, top, skip.width, skip.steps)
    total = max(end + 28, skip_end + 14)
    corners = ((side, skip_end), (side, total), (x + 12, total))
    parts = [
        line((x, top - 12), (x, top)),
        *boxes,
        arrow((x, end), (x, total - 12)),
        line((x, top), (side, top)) if skip.steps else "",
        *on_skip,
        arrow(*(corners if skip.steps else ((x, top), *corners)), stroke_width=skip.road),
        node(x, total, sign),
    ]
    return parts, total + 12
