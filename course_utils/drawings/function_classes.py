"""What more layers make of the functions that training gets to: other ones, or the old ones and more around them."""

from __future__ import annotations

from math import cos, dist, pi, sin

from course_utils.drawings.svg import BLUE, INK, Drawing, element, line, lines, text

Ellipse = tuple[float, float, float, float]  # the middle's x and y, and the two radii
Point = tuple[float, float]

PLAIN: tuple[Ellipse, Ellipse] = (106, 150, 62, 36), (90, 236, 68, 56)
RESIDUAL: tuple[Ellipse, Ellipse] = (296, 170, 50, 34), (298, 186, 82, 88)
PLAIN_GOAL, RESIDUAL_GOAL = (172, 84), (372, 84)
_SHALLOW = {"stroke": INK, "stroke_width": 1.5}
_DEEP = {"stroke": BLUE, "stroke_width": 2.5, "stroke_dasharray": "7 4"}


def function_classes() -> Drawing:
    """Draw what training gets to in a shallow and a deep network: elsewhere without skips, all around with them."""
    words = (
        "Two pictures. In each, one outline holds the functions that training gets to with 20 layers, a dashed one "
        "those that it gets to with 56 layers, and a star is the function that we want. Left, plain: the larger set "
        "is somewhere else, and its nearest point is farther from the star than that of the smaller set. Right, "
        "residual: the larger set surrounds the smaller one, because blocks with γ = 0 leave the shallower network "
        "as it is; its nearest point is closer to the star."
    )
    parts = (
        lines(16, 30, "Plain:", "larger, but elsewhere", bold=True, text_anchor="start", font_size=15),
        *_picture(PLAIN, PLAIN_GOAL, label=246),
        lines(212, 30, "Residual: the smaller", "one is inside", bold=True, text_anchor="start", font_size=15),
        *_picture(RESIDUAL, RESIDUAL_GOAL, label=246),
        text(16, 316, "★ the function that we want", text_anchor="start"),
        text(16, 338, "outlines: what training gets to", text_anchor="start"),
    )
    return Drawing("Larger, or only different", words, parts, height=356)


def nearest(ellipse: Ellipse, goal: Point) -> Point:
    """Give the ellipse's point that is nearest to the goal."""
    x, y, across, down = ellipse
    rim = ((x + across * cos(k * pi / 180), y + down * sin(k * pi / 180)) for k in range(360))
    return min(rim, key=lambda point: dist(point, goal))


def _picture(networks: tuple[Ellipse, Ellipse], goal: Point, label: float) -> list[str]:
    shallow, deep = networks
    return [
        _outline(deep, fill="rgba(31, 95, 191, 0.10)", **_DEEP),
        _outline(shallow, fill="rgba(128, 128, 128, 0.25)", **_SHALLOW),
        line(nearest(shallow, goal), goal, **_SHALLOW),
        line(nearest(deep, goal), goal, **_DEEP),
        text(goal[0], goal[1] + 8, "★", font_size=24),
        text(shallow[0] - 8, shallow[1] + 5, "20 layers", font_size=13),
        text(deep[0], label, "56 layers", font_size=13, fill=BLUE),
    ]


def _outline(ellipse: Ellipse, **look: object) -> str:
    x, y, across, down = ellipse
    return element("ellipse", cx=x, cy=y, rx=across, ry=down, **look)
