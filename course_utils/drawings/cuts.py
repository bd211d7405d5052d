"""Three ways to cut a residual block: its branch, its shortcut, or what its branch has to do with this image."""

from __future__ import annotations

from course_utils.drawings.svg import BLUE, ORANGE, Drawing, arrow, box, line, node, text

_TOP, _SUM = 82, 236  # where x enters, and where the branch and the shortcut meet


def cuts() -> Drawing:
    """Draw the three cuts beside each other, in the order of the table's columns."""
    words = (
        "Three residual blocks beside each other, with a branch on the left and a shortcut on the right, which meet "
        "in a sum, and a ReLU follows. First, branch cut: the line through the branch is cut, so only the shortcut "
        "reaches the sum. Second, shortcut cut: the line past the branch is cut, so only the branch reaches the sum. "
        "Third, another's branch: both reach the sum, but the branch has worked on another image, and x comes in by "
        "the shortcut only."
    )
    parts = [
        *_block(14, "branch cut", branch=False),
        *_block(138, "shortcut cut", shortcut=False),
        *_block(258, "another's branch", other=True),
    ]
    return Drawing("Three cuts at the same block", words, tuple(parts), height=318)


def _block(left: float, name: str, *, branch: bool = True, shortcut: bool = True, other: bool = False) -> list[str]:
    """Draw one block, 108 wide; a way that's cut is dashed and has a cross on it."""
    middle, side = left + 38, left + 90
    fork = _TOP + 14
    parts = [
        text(left, 30, name, bold=True, text_anchor="start"),
        text(side if other else middle, _TOP - 8, "x"),
        box((left, 122, 76, 56), "conv", "branch"),
        node(middle, _SUM, "+"),
        arrow((middle, _SUM + 12), (middle, _SUM + 32)),
        box((left + 6, _SUM + 32, 64, 32), "relu", "ReLU"),
    ]
    into = [(middle, _TOP), (middle, 122)]
    past = [(side, _TOP if other else fork), (side, _SUM), (middle + 12, _SUM)]
    if other:
        parts.append(text(left, _TOP - 8, "another x", text_anchor="start", fill=ORANGE))
    else:
        past.insert(0, (middle, fork))
    colour = ORANGE if other else BLUE
    if branch:
        parts += [arrow(*into, stroke=colour, stroke_width=2.2)]
        parts += [arrow((middle, 178), (middle, _SUM - 12), stroke=colour, stroke_width=2.2)]
    else:
        parts += [line((middle, _TOP), (middle, fork), stroke=BLUE, stroke_width=2.2)]
        parts += [line((middle, fork), (middle, 122), stroke_dasharray="3 4", stroke_opacity=0.6)]
        parts += [line((middle, 178), (middle, _SUM - 12), stroke_dasharray="3 4", stroke_opacity=0.6)]
        parts += _cross(middle, 201)
    if shortcut:
        parts.append(arrow(*past, stroke=BLUE, stroke_width=2.2))
    else:
        parts += [line(*past, stroke_dasharray="3 4", stroke_opacity=0.6), *_cross(side, 150)]
    return parts


def _cross(x: float, y: float) -> list[str]:
    """Cross out a way."""
    strokes = (((x - 8, y - 8), (x + 8, y + 8)), ((x - 8, y + 8), (x + 8, y - 8)))
    return [line(*ends, stroke=ORANGE, stroke_width=3) for ends in strokes]
