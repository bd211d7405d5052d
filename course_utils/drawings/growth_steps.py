"""Why the gradient of a residual network grows like a power of its depth: four steps, at blocks 1, 4, 9 and 16."""

from __future__ import annotations

from math import sqrt

from course_utils.drawings.svg import BLUE, ORANGE, Drawing, arrow, box, element, line, text

BLOCKS = 1, 4, 9, 16  # squares: their roots are whole
SHARES = "1", "½", "⅓", "¼"
FACTORS = "1 + 1", "1 + ¼", "1 + ¹⁄₉", "1 + ¹⁄₁₆"
_UNIT = 18  # the height of what one block adds
_SIDE = 44  # the length of what comes past a block
_MIDDLE = 150  # of the stream


def stream(block: float) -> float:
    """Give the stream's standard deviation behind so many blocks, each of which adds 1."""
    return sqrt(block)


def share(block: float) -> float:
    """Give what comes back through this block, over what comes back past it."""
    return 1 / stream(block)


def factor(block: float) -> float:
    """Give by how much the block multiplies the squared length of the gradient, for c = 1."""
    return 1 + share(block) ** 2


def growth_steps() -> Drawing:
    """Draw equal branches over a stream that grows like a root, then the shares and the triangles that follow."""
    words = (
        "Four steps, one below the other, each at blocks 1, 4, 9 and 16. One: each branch adds the same, four boxes of "
        "equal height. Two: the stream that they're added to grows like the root of l; behind these blocks it's 1, 2, "
        "3 and 4 times as high as a box. Three: so what comes back through a branch, beside what comes back past it, "
        "shrinks like 1 over the root of l: 1, ½, ⅓ and ¼. Four: the two are the legs of a right triangle, and the "
        "squares of their lengths add up. So block l multiplies the squared length of the gradient by 1 + c/l. With "
        "c = 1 that's 1 + 1, 1 + ¼, 1 + ¹⁄₉ and 1 + ¹⁄₁₆."
    )
    parts = (
        _heading(30, "1 · Each branch adds the same", ORANGE),
        *(_branch(block) for block in BLOCKS),
        _band(),
        *(text(_x(block), _MIDDLE + 5, f"{stream(block):g}", bold=True) for block in BLOCKS),
        _heading(212, "2 · so the stream grows like √l", BLUE),
        *(text(_x(block), 236, f"l = {block}", font_size=13) for block in BLOCKS),
        _heading(278, "3 · so each branch counts for less: 1/√l", ORANGE),
        *(_bar(block, 292) for block in BLOCKS),
        *(text(_x(block), 356, words, bold=True) for block, words in zip(BLOCKS, SHARES, strict=True)),
        _heading(398, "4 · so the growth dies away: × (1 + c/l)"),
        *(_triangle(block, 460) for block in BLOCKS),
        *(text(_x(block), 482, words, bold=True) for block, words in zip(BLOCKS, FACTORS, strict=True)),
        line((16, 507), (44, 507), stroke=BLUE, stroke_width=3),
        text(52, 512, "past the block", text_anchor="start"),
        line((170, 507), (198, 507), stroke=ORANGE, stroke_width=3),
        text(206, 512, "through it (c = 1)", text_anchor="start"),
    )
    return Drawing("Why the growth dies away", words, parts, height=530)


def _x(block: float) -> float:
    return 26 + 20 * block


def _heading(y: float, words: str, color: str | None = None) -> str:
    return text(16, y, words, bold=True, text_anchor="start", font_size=15, fill=color)


def _branch(block: int) -> str:
    x, foot = _x(block), 46 + _UNIT
    added = box((x - 17, 46, 34, _UNIT), "part", f"F{chr(0x2080 + block) if block < 10 else '₁₆'}", stroke=ORANGE)
    return added + arrow((x, foot), (x, _MIDDLE - _UNIT * stream(block) / 2 - 2), stroke=ORANGE, stroke_width=2)


def _band() -> str:
    blocks = [1 + step / 4 for step in range(4 * (BLOCKS[-1] - 1) + 5)]
    rim = [(_x(block), _UNIT * stream(block) / 2) for block in blocks]
    points = [(x, _MIDDLE - half) for x, half in rim] + [(x, _MIDDLE + half) for x, half in reversed(rim)]
    return line(
        (16, _MIDDLE - _UNIT / 2), *points, (16, _MIDDLE + _UNIT / 2), fill="rgba(31, 95, 191, 0.12)", stroke=BLUE
    )


def _bar(block: int, top: float) -> str:
    """Draw what comes past as an outline, and in it what comes through."""
    high = _SIDE * share(block)
    place = {"x": _x(block) - 11, "width": 22}
    through = element("rect", y=top + _SIDE - high, height=high, fill="rgba(179, 71, 0, 0.35)", **place)
    return through + element("rect", y=top, height=_SIDE, fill="none", stroke=BLUE, stroke_width=2, **place)


def _triangle(block: int, foot: float) -> str:
    left, right = _x(block) - _SIDE / 2, _x(block) + _SIDE / 2
    top = foot - _SIDE * share(block)
    return (
        line((left, foot), (right, top))
        + line((left, foot), (right, foot), stroke=BLUE, stroke_width=3)
        + line((right, foot), (right, top), stroke=ORANGE, stroke_width=3)
    )
