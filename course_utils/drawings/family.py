"""The family in one picture: how often each ResNet is wrong on ImageNet, over what one image costs it."""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.checking.pictures import PAPER
from course_utils.drawings.svg import BLUE, ORANGE, Drawing, element, line, lines, text


@dataclass(frozen=True)
class Member:
    """A network: the billions of multiply-adds of torchvision's, and the paper's error in per cent (ten crops).

    option: of the paper's shortcuts.
    """

    depth: int
    multiply_adds: float
    error: float
    bottlenecks: bool
    option: str


# The errors are those of He et al. 2015, tables 2 and 3: 18 layers were measured with option A, 50 and more with B.
FAMILY = (
    Member(18, 1.8, 27.88, bottlenecks=False, option="A"),
    Member(34, 3.7, 25.03, bottlenecks=False, option="A"),
    Member(34, 3.7, 24.52, bottlenecks=False, option="B"),
    Member(50, 4.1, 22.85, bottlenecks=True, option="B"),
    Member(101, 7.8, 21.75, bottlenecks=True, option="B"),
    Member(152, 11.5, 21.43, bottlenecks=True, option="B"),
)
_LEFT, _RIGHT, _TOP, _FOOT = 52, 384, 84, 300
_COST = "billions of multiply-adds for one image"
_MOST, _LOWEST, _HIGHEST = 12, 20, 29  # billions of multiply-adds; per cent


def family() -> Drawing:
    """Draw a mark for each network, and join those that have the same block."""
    told = "; ".join(
        f"{one.depth} layers, option {one.option}: {one.multiply_adds}, {one.error:.1f} %" for one in FAMILY
    )
    words = (
        f"A chart: from left to right the {_COST}, from the top down the share of "
        f"ImageNet's photos on which a network is wrong. {told}. Up to 34 layers they have BasicBlocks, the "
        "others Bottlenecks. From 34 to 50 layers the error falls by more than a point and a half for an eighth more "
        "work; from 50 to 152 it falls by less than that, for nearly three times the work."
    )
    parts = [
        lines(16, 30, "Bottlenecks pay once, from 34 to 50 layers;", "after that, depth has its price.",
              bold=True, text_anchor="start", font_size=15),
        text(16, 72, "wrong on ImageNet (%)", text_anchor="start", font_size=13),
        *_axes(),
        _join([one for one in FAMILY if one.option == "A"], BLUE, dashes=None),
        _join([one for one in FAMILY if one.bottlenecks], ORANGE, dashes="6 4"),
        *(_mark(one) for one in FAMILY),
        text(184, 117, "○ BasicBlock, option A", text_anchor="start", fill=BLUE),
        text(184, 137, "● BasicBlock", text_anchor="start", fill=BLUE),
        text(288, 137, "■ Bottleneck", text_anchor="start", fill=ORANGE),
    ]  # fmt: skip
    return Drawing("The family: error over cost", words, tuple(parts), height=350)


def _place(multiply_adds: float, error: float) -> tuple[float, float]:
    x = _LEFT + (_RIGHT - _LEFT) * multiply_adds / _MOST
    return x, _FOOT - (_FOOT - _TOP) * (error - _LOWEST) / (_HIGHEST - _LOWEST)


def _axes() -> list[str]:
    parts = [line((_LEFT, _TOP), (_LEFT, _FOOT), (_RIGHT, _FOOT))]
    for error in range(20, 29, 2):
        x, y = _place(0, error)
        parts += [
            text(x - 8, y + 5, str(error), text_anchor="end", font_size=13),
            line((x, y), (_RIGHT, y), stroke_opacity=0.15),
        ]
    for billions in range(0, 13, 2):
        x, y = _place(billions, _LOWEST)
        parts += [text(x, y + 18, str(billions), font_size=13), line((x, y), (x, y + 4))]
    return [
        *parts,
        text(_RIGHT, _FOOT + 38, _COST, text_anchor="end", font_size=13),
    ]


def _join(members: list[Member], colour: str, dashes: str | None) -> str:
    places = [_place(one.multiply_adds, one.error) for one in members]
    return line(*places, stroke=colour, stroke_width=1.8, stroke_dasharray=dashes)


def _mark(one: Member) -> str:
    x, y = _place(one.multiply_adds, one.error)
    if one.bottlenecks:
        mark = element("rect", x=x - 5, y=y - 5, width=10, height=10, fill=ORANGE)
        return mark + text(x + 2, y + 22, f"{one.depth}", bold=True)
    if one.option == "A":
        mark = element("circle", cx=x, cy=y, r=5.5, fill=PAPER, stroke=BLUE, stroke_width=2)
        return mark + text(x + 12, y - 2, f"{one.depth}", bold=True, text_anchor="start")
    return element("circle", cx=x, cy=y, r=5.5, fill=BLUE)
