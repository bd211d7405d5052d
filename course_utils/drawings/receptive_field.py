"""Receptive fields: how wide a strip of the image one output depends on, without a stride and with one."""

from __future__ import annotations

from itertools import accumulate
from operator import mul

from course_utils.drawings.svg import BLUE, Drawing, element, line, text

_PLAIN, _STRIDED = (1, 1, 1), (2, 1, 1)  # the strides of three layers, each with a kernel 3 wide
_PITCH, _ROW, _MIDDLE, _SEEN = 24, 58, 232, 6  # _SEEN pixels are drawn on either side of the middle


def receptive_field() -> Drawing:
    """Draw three kernels of width 3 above one another, from the side: at stride 1, and with stride 2 in the first."""
    plain, strided = ([len(row) for row in depends_on(strides)] for strides in (_PLAIN, _STRIDED))
    words = (
        "One row of an image, seen from the side, and above it three convolutions, each 3 wide. Lines lead from one "
        f"output at the top down to all that it depends on. At stride 1 that's {plain[1]} places of map 2, {plain[2]} "
        f"of map 1, and {plain[3]} pixels of the image. When the first convolution has stride 2, neighbours in the "
        f"maps are two pixels apart; it's {strided[1]} places of map 2 and {strided[2]} of map 1 again, but "
        f"{strided[3]} pixels."
    )
    parts = (
        text(16, 30, "Three kernels of width 3, stride 1", bold=True, text_anchor="start", font_size=15),
        _stack(50, _PLAIN),
        text(16, 300, "The first layer has stride 2: neighbours", bold=True, text_anchor="start", font_size=15),
        text(16, 319, "in its map are two pixels apart", bold=True, text_anchor="start", font_size=15),
        _stack(339, _STRIDED),
    )
    return Drawing("How far one output sees", words, parts, height=560)


def depends_on(strides: tuple[int, ...]) -> list[list[int]]:
    """Give, from the output down to the image, the places that one output depends on, in pixels from the middle."""
    found = [[0]]
    for step in _steps(strides)[-2::-1]:
        found.append(sorted({place + step * offset for place in found[-1] for offset in (-1, 0, 1)}))
    return found


def _steps(strides: tuple[int, ...]) -> list[int]:
    """Give how many pixels apart neighbours are, in the image and in each map above it."""
    return list(accumulate(strides, mul, initial=1))


def _stack(top: float, strides: tuple[int, ...]) -> str:
    names, steps, found = ("output", "map 2", "map 1", "image"), _steps(strides)[::-1], depends_on(strides)
    parts = []
    for level, (name, step, places) in enumerate(zip(names, steps, found, strict=True)):
        y = top + _ROW * level
        parts.append(text(16, y + 9, name, text_anchor="start"))
        parts.append(text(16, y + 26, f"{len(places)} wide", text_anchor="start", font_size=13, bold=True, fill=BLUE))
        others = range(-(_SEEN // step) * step, _SEEN + 1, step)
        parts += [_place(place, y, fill="none", stroke_opacity=0.4) for place in others if place not in places]
        parts += [_place(place, y, fill="#cfdcf3", stroke=BLUE, stroke_width=2) for place in places]
        if level:
            parts += [_beam(place, step, y) for place in found[level - 1]]
    return "".join(parts)


def _place(place: int, y: float, **look: object) -> str:
    x = _MIDDLE + _PITCH * place - 9
    return element("rect", x=x, y=y, width=18, height=18, rx=3, **({"stroke": "currentColor"} | look))


def _beam(place: int, step: int, y: float) -> str:
    """Join a place of the map above with the three that it depends on."""
    x = _MIDDLE + _PITCH * place
    ends = (x + _PITCH * step * offset for offset in (-1, 0, 1))
    return "".join(line((x, y + 19 - _ROW), (end, y - 1), stroke=BLUE, stroke_width=1) for end in ends)
