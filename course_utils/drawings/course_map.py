"""The map of the course: ResNet34, each part with the number of the notebook in which it's built or looked into."""

from __future__ import annotations

from course_utils.drawings.residual import Skip, block
from course_utils.drawings.svg import PAPER, Drawing, arrow, box, element, lines, text

_BEFORE = (("conv", "Conv2d", 1), ("norm", "BatchNorm2d", 2), ("relu", "ReLU", 1), ("pool", "MaxPool2d", 1))
_AFTER = (("pool", "AveragePool", 2), ("linear", "Linear", 1))
_LATER = (
    (3, "The family:", "18 to 152 layers"),
    (4, "Why is it the", "plus that helps?"),
    (6, "Ten years later:", "newer blocks"),
    (5, "New classes, and", "where it looks"),
)
_LEFT, _WIDTH, _MIDDLE = 16, 184, 108


def course_map() -> Drawing:
    """Draw ResNet34 from the photo to the name, with the notebook's number on each part."""
    words = (
        "ResNet34 from top to bottom, with the number of the notebook in which you build each part. A photo goes "
        "through Conv2d (notebook 1), BatchNorm2d (2), ReLU (1) and MaxPool2d (1), then through 16 residual blocks "
        "(2), in which a skip leads past two convolutions to a sum, then through AveragePool (2) and Linear (1), and "
        "the name of what's in the photo comes out. Beside the residual blocks: notebook 3, the family of 18 to 152 "
        "layers; notebook 4, why the plus helps; notebook 6, newer blocks. Beside the last two layers: notebook 5, "
        "new classes, and where the network looks."
    )
    parts, y = [text(_MIDDLE, 30, "a photo")], 36.0
    for step in _BEFORE:
        parts += _step(y, *step)
        y += 48
    blocks = y + 16
    drawn, end = block((89, blocks + 56), 100, [("conv", "2 × Conv2d")], Skip(aside=76))
    parts += [
        arrow((_MIDDLE, y), (_MIDDLE, blocks)),
        box((_LEFT, blocks, _WIDTH, end + 32 - blocks), "part"),
        text(_LEFT + 40, blocks + 26, "16 residual blocks", text_anchor="start"),
        _number(_LEFT + 20, blocks + 21, 2),
        *drawn,
        arrow((89, end), (89, end + 20)),
    ]
    y = end + 32
    for step in _AFTER:
        parts += _step(y, *step)
        y += 48
    parts += [arrow((_MIDDLE, y), (_MIDDLE, y + 16)), text(_MIDDLE, y + 34, "its name")]
    for middle, later in zip((blocks + 28, blocks + 91, blocks + 154, y - 40), _LATER, strict=True):
        parts += _later(middle, *later)
    return Drawing("What you build, and where", words, tuple(parts), height=y + 50)


def _step(y: float, kind: str, name: str, notebook: int) -> list[str]:
    return [
        arrow((_MIDDLE, y), (_MIDDLE, y + 16)),
        box((_LEFT, y + 16, _WIDTH, 32), kind),
        text(_LEFT + 40, y + 37, name, text_anchor="start"),
        _number(_LEFT + 20, y + 32, notebook),
    ]


def _later(middle: float, notebook: int, *words: str) -> list[str]:
    return [
        box((226, middle - 28, 160, 56), "part", stroke_dasharray="5 4"),
        lines(262, middle - 4, *words, text_anchor="start", font_size=13),
        _number(244, middle, notebook),
        arrow((226, middle), (_LEFT + _WIDTH + 2, middle)),
    ]


def _number(x: float, y: float, notebook: int) -> str:
    circle = element("circle", cx=x, cy=y, r=11, fill=PAPER, stroke="currentColor", stroke_width=1.3)
    return circle + text(x, y + 5, str(notebook), bold=True)
