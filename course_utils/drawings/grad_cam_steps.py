"""Grad-CAM with numbers small enough to check in your head: forward, back, a mean for each map, a weighted sum."""

from __future__ import annotations

from collections.abc import Sequence

from course_utils.drawings.svg import INK, ORANGE, Drawing, arrow, box, element, frame, grid, lines, text

Map = tuple[tuple[int, ...], ...]

MAPS: tuple[Map, ...] = (
    ((0, 1, 2), (0, 3, 4), (0, 2, 1)),
    ((3, 1, 0), (2, 1, 0), (1, 0, 0)),
    ((1, 1, 1), (0, 2, 0), (1, 0, 1)),
)
GRADIENTS: tuple[Map, ...] = (
    ((2, 3, 1), (2, 2, 2), (1, 3, 2)),
    ((-1, 0, -2), (-1, -1, -1), (-2, 0, -1)),
    ((1, -1, 0), (0, 0, 0), (0, 1, -1)),
)
_CELL, _COLUMNS = 26, (104, 204, 304)
_BACK = {"stroke": ORANGE, "stroke_dasharray": "7 4", "stroke_width": 2.5}


def grad_cam_steps() -> Drawing:
    """Draw three maps of 3×3 places, their gradients, the weight of each map, and what becomes of the weighted sum."""
    alphas, total = weights(), weighted_sum()
    heat = [[max(value, 0) for value in row] for row in total]
    fine = enlarge(heat)
    alpha_words = ", ".join(_signed(alpha) for alpha in alphas)
    words = (
        "Step 1, forward: the image goes through the layers, which give three maps A of 3×3 places, and these "
        "through the head, which gives the logit y of the class boot. Step 2, back: the gradient of y with respect "
        "to the maps, a number for each place of each map. Step 3: the mean of each map's gradients is its weight α, "
        f"here {alpha_words}. Step 4: the maps, each times its weight, are added up to {_spoken(total)}. Step 5: ReLU "
        f"makes 0 of what is negative: {_spoken(heat)}. Step 6: that is resized to "
        "the image and divided by its largest value; the place on the right, halfway down, is the hottest."
    )
    parts = (
        *_passes(),
        *_row(142, "maps A", maps=MAPS),
        *_row(242, "gradients", "∂y/∂A", maps=GRADIENTS, fill=ORANGE),
        *(frame(x, 242, 3 * _CELL, 3 * _CELL, **_BACK) for x in _COLUMNS),
        text(16, 346, "③ mean", text_anchor="start", bold=True),
        *(text(x + 39, 346, f"α = {_signed(alpha)}", bold=True) for x, alpha in zip(_COLUMNS, alphas, strict=True)),
        _numbers(_COLUMNS[0], 372, total),
        arrow((184, 411), (202, 411)),
        _numbers(_COLUMNS[1], 372, heat),
        arrow((284, 411), (302, 411)),
        *_heat(_COLUMNS[2], 372, fine),
        lines(143, 470, "④ sum", "of α × A", bold=True),
        lines(243, 470, "⑤ ReLU", bold=True),
        lines(343, 470, "⑥ resize,", "÷ largest", bold=True),
    )
    return Drawing("Grad-CAM, step by step", words, parts, height=506)


def weights() -> list[int]:
    """Give the mean of each map's gradients."""
    return [sum(map(sum, gradient)) // 9 for gradient in GRADIENTS]


def weighted_sum() -> list[list[int]]:
    """Add up the maps, each times its weight."""
    alphas = weights()
    terms = [[[alpha * value for value in row] for row in one] for alpha, one in zip(alphas, MAPS, strict=True)]
    return [[sum(values) for values in zip(*rows, strict=True)] for rows in zip(*terms, strict=True)]


def enlarge(rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """Double height and width, with values in between mixed from their neighbours (bilinearly)."""
    wide = [_double(row) for row in rows]
    return [list(row) for row in zip(*map(_double, zip(*wide, strict=True)), strict=True)]


def _double(values: Sequence[float]) -> list[float]:
    padded = [values[0], *values, values[-1]]
    near = zip(padded, padded[1:-1], padded[2:], strict=False)
    return [value for before, here, after in near for value in ((before + 3 * here) / 4, (3 * here + after) / 4)]


def _passes() -> list[str]:
    """Draw the network as a row of boxes, with the way back from the logit to the maps."""
    names, kinds = ("image", "layers", "maps A", "head", "y: boot"), ("part", "conv", "part", "linear", "part")
    boxes = zip(kinds, names, (52, 56, 64, 50, 64), strict=True)
    parts, x = [text(16, 30, "① forward", bold=True, text_anchor="start")], 16
    for number, (kind, name, width) in enumerate(boxes):
        if number:
            parts.append(arrow((x - 20, 58), (x, 58)))
        parts.append(box((x, 42, width, 32), kind, name))
        x += width + 20
    back = arrow((350, 76), (350, 100), (200, 100), (200, 78), **_BACK)
    return [*parts, back, text(275, 118, "② back", bold=True, fill=ORANGE)]


def _row(y: float, *name: str, maps: tuple[Map, ...], **look: object) -> list[str]:
    grids = (_numbers(x, y, one) for x, one in zip(_COLUMNS, maps, strict=True))
    return [lines(16, y + 44 - 9 * (len(name) - 1), *name, text_anchor="start", bold=True, **look), *grids]


def _numbers(x: float, y: float, values: Sequence[Sequence[int]]) -> str:
    return grid(x, y, _CELL, [[_signed(value) for value in row] for row in values])


def _heat(x: float, y: float, rows: Sequence[Sequence[float]]) -> list[str]:
    """Colour each place by its share of the largest value."""
    largest, side = max(map(max, rows)), 3 * _CELL / len(rows)
    cells = [
        element("rect", x=x + side * j, y=y + side * i, width=side, height=side, fill_opacity=round(value / largest, 2))
        for i, row in enumerate(rows)
        for j, value in enumerate(row)
    ]
    return [element("g", "".join(cells), fill="#d9480f"), frame(x, y, 3 * _CELL, 3 * _CELL, stroke=INK, stroke_width=1)]


def _signed(value: int) -> str:
    return str(value).replace("-", "−")


def _spoken(rows: Sequence[Sequence[int]]) -> str:
    return " / ".join(" ".join(_signed(value) for value in row) for row in rows)
