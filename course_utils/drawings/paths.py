"""Three residual blocks in a row, and the eight ways through them: each block is passed through, or past."""

from __future__ import annotations

from itertools import product

from course_utils.drawings.svg import Drawing, arrow, box, line, node, text

_NAMES = ("f₁", "f₂", "f₃")
_WAYS = sorted(product((True, False), repeat=3), key=sum)  # for each block: through it?


def paths() -> Drawing:
    """Draw the blocks in a row, and below them a line for each path, from the shortest to the longest."""
    spoken = "; ".join(" and ".join(_through(way)) or "no block" for way in _WAYS)
    words = (
        "Above, three blocks in a row: from x one line leads through f₁ and one past it, and the two meet in a sum. "
        "The same follows for f₂ and f₃, up to y. Below, the eight ways from x to y, a line for each. They lead "
        f"through: {spoken}. So one path passes no block, three pass one, three pass two, and one passes all three."
    )
    parts = [
        text(16, 30, "Three blocks in a row", bold=True, text_anchor="start", font_size=15),
        *_blocks(92),
        text(16, 152, "Eight paths through them", bold=True, text_anchor="start", font_size=15),
        text(384, 152, "blocks", text_anchor="end", font_size=13),
    ]
    for number, way in enumerate(_WAYS):
        parts += _path(182 + 38 * number, way)
    return Drawing("A residual network is many paths", words, tuple(parts), height=474)


def _through(way: tuple[bool, ...]) -> list[str]:
    return [name for name, through in zip(_NAMES, way, strict=True) if through]


def _blocks(y: float) -> list[str]:
    parts = [text(20, y + 5, "x")]
    for number, name in enumerate(_NAMES):
        x = 28 + 113 * number
        parts += [
            arrow((x, y), (x + 30, y)),
            box((x + 30, y - 16, 36, 32), "part", name),
            arrow((x + 66, y), (x + 84, y)),
            arrow((x + 12, y), (x + 12, y - 34), (x + 96, y - 34), (x + 96, y - 12)),
            node(x + 96, y, "+"),
            line((x + 108, y), (x + 113, y)),
        ]
    return [*parts, arrow((367, y), (378, y)), text(385, y + 5, "y")]


def _path(y: float, way: tuple[bool, ...]) -> list[str]:
    parts, x = [text(20, y + 5, "x")], 28.0
    for number, (name, through) in enumerate(zip(_NAMES, way, strict=True)):
        if through:
            left = 52 + 92 * number
            parts += [arrow((x, y), (left, y)), box((left, y - 14, 36, 28), "part", name)]
            x = left + 36
    return [*parts, arrow((x, y), (318, y)), text(328, y + 5, "y"), text(384, y + 5, str(sum(way)), text_anchor="end")]
