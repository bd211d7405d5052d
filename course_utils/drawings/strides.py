"""One row of memory, and two tensors that step through it: a table of numbers, and the windows of a row."""

from __future__ import annotations

from course_utils.drawings.svg import BLUE, ORANGE, Drawing, arrow, frame, grid, lines, text

_CELL, _LEFT = 30, 20


def strides() -> Drawing:
    """Draw a 3×4 tensor's numbers and the windows of six numbers, each with the steps through memory."""
    shown = "; ".join(" ".join(map(str, one)) for one in windows(6, 3))
    words = (
        "Above, a tensor of 3 rows and 4 columns lies in memory as one row of twelve numbers, 0 to 11. One column "
        "further is one step in memory, one row further is four: its strides are (4, 1). Below, six numbers, 10 to 15, "
        f"lie in memory once. Their windows of three are {shown}: each begins one step after the one above it, so that "
        "both strides are 1, and the windows lie on top of each other. Nothing has been copied."
    )
    parts = [
        lines(_LEFT, 30, "Three rows of four are one row in memory:", "strides (4, 1).",
              bold=True, text_anchor="start", font_size=15),
        grid(_LEFT, 100, _CELL, [[*range(12)]]),
        *(frame(_LEFT + 4 * _CELL * row, 100, 4 * _CELL, _CELL, stroke_width=2) for row in range(3)),
        _hop(0, 4, 100, BLUE, lift=18),
        text(_LEFT + 2.5 * _CELL, 74, "a row further: 4", font_size=13, fill=BLUE),
        _hop(5, 6, 100, ORANGE, lift=18),
        text(_LEFT + 6 * _CELL, 74, "a column further: 1", text_anchor="start", font_size=13, fill=ORANGE),
        lines(_LEFT, 172, "All windows of three, and nothing is copied:", "strides (1, 1).",
              bold=True, text_anchor="start", font_size=15),
        text(_LEFT + 6 * _CELL + 14, 227, "in memory, once", text_anchor="start", font_size=13),
        grid(_LEFT, 207, _CELL, [[*range(10, 16)]]),
    ]  # fmt: skip
    for number, window in enumerate(windows(6, 3)):
        y, x = 254 + 40 * number, _LEFT + _CELL * number
        parts += [
            grid(x, y, _CELL, [window]),
            frame(x, y, 3 * _CELL, _CELL, stroke_width=2),
            text(_LEFT + 6 * _CELL + 14, y + 20, f"window {number}", text_anchor="start", font_size=13),
        ]
        if number:
            parts.append(arrow((x - _CELL / 2, y - 9), (x - _CELL / 2, y + 15), (x - 2, y + 15), stroke=BLUE))
    parts.append(text(_LEFT + 6 * _CELL + 14, 434, "a window further: 1", text_anchor="start", font_size=13, fill=BLUE))
    return Drawing("Strides are steps in memory", words, tuple(parts), height=452)


def windows(count: int, size: int) -> list[list[int]]:
    """Give the windows of a row of `count` numbers that begins with 10."""
    row = [*range(10, 10 + count)]
    return [row[start : start + size] for start in range(count - size + 1)]


def _hop(start: int, end: int, y: float, colour: str, lift: float) -> str:
    """Draw a step in memory from one number to another, as an arrow above them."""
    x, to_x = (_LEFT + _CELL * (place + 0.5) for place in (start, end))
    return arrow((x, y - 2), (x, y - lift), (to_x, y - lift), (to_x, y - 2), stroke=colour, stroke_width=1.8)
