"""What the course's drawings are made of: text, boxes, arrows and grids as SVG, and the sheet that they're put on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import fill

from course_utils.checking.pictures import IN_THE_DARK, INK, PAPER, TELL_THEME, svg_data, svg_image

# Each is dark enough to be read as text on the paper, and comes with a dash or a word that says the same.
BLUE, ORANGE = "#1f5fbf", "#b34700"
FILLS = {
    "conv": "rgba(66, 133, 244, 0.25)",
    "norm": "rgba(244, 160, 0, 0.25)",
    "relu": "rgba(52, 168, 83, 0.28)",
    "pool": "rgba(171, 71, 188, 0.25)",
    "linear": "rgba(234, 67, 53, 0.25)",
    "part": "rgba(128, 128, 128, 0.18)",
}
WIDTH = 400  # narrow, so that text of 14 is read on a telephone
TELEPHONE = 560  # a place less wide than this is on one
SHEET = 760  # no sheet is wider, as two charts beside each other aren't: JupyterLab has room for more
LARGEST = 1.2  # no drawing grows by more: its text of 14 is then as large as the page's own, or a little larger


@dataclass(frozen=True)
class Drawing:
    """A picture, and all that it shows in words; a notebook shows the one, a terminal and a screen reader the other.

    The sheet has paper of its own, so that it reads on light and dark pages alike; on these it is dark.
    narrow: what a telephone shows in its place.
    """

    title: str
    words: str
    parts: tuple[str, ...]
    height: float
    width: float = WIDTH
    narrow: Drawing | None = None

    @property
    def svg(self) -> str:
        """The drawing as SVG."""
        # Beyond the edges too: a place of other proportions is all paper, with the drawing in its middle.
        paper = element("rect", x="-100%", y="-100%", width="300%", height="300%", fill=PAPER)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="100%" role="img" '
            f'aria-label="{escape(f"{self.title}. {self.words}")}" color="{INK}" fill="{INK}" '
            f'font-family="system-ui, sans-serif" font-size="14"><title>{escape(self.title)}</title>'
            f"<desc>{escape(self.words)}</desc>{IN_THE_DARK}{paper}{''.join(self.parts)}</svg>"
        )

    @property
    def html(self) -> str:
        """The drawing as a picture in a page."""
        # A drawing fits its place, whole. In a narrow one a wide drawing is too small to read, and is scrolled instead.
        readable = 0.75 * self.width
        # None of that on a telephone that has a sheet of its own; such a page is narrow itself.
        wide = f"max(0px, (100vw - {TELEPHONE}px) * 999)" if self.narrow else "100vw"
        least = f"min({wide}, clamp(0px, ({TELEPHONE}px - 100%) * 999, {readable:.0f}px))"  # 0 where there is more room
        # What goes on at the right fades there, so that it's seen to go on.
        fades = f"min({wide}, clamp(0px, ({min(readable, TELEPHONE):.0f}px - 100%) * 999, 1.5em))"
        fade = f"linear-gradient(to right, #000 calc(100% - {fades}), #0005)"
        highest = LARGEST * max(self.height, self.narrow.height if self.narrow else 0)
        sizes = f"width:100%;height:auto;min-width:{least};max-width:{SHEET}px;max-height:{highest:.0f}px"
        picture = svg_image(self.svg, self.words, f"{sizes};border-radius:14px")
        if self.narrow:
            source = f'<source media="(max-width: {TELEPHONE}px)" srcset="{svg_data(self.narrow.svg)}">'
            picture = f"<picture>{source}{picture}</picture>"
        return (
            f'{TELL_THEME}<div tabindex="0" role="region" aria-label="{escape(self.title)}" '
            f'style="overflow-x:auto;-webkit-mask-image:{fade};mask-image:{fade}">{picture}</div>'
        )

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:  # noqa: D105  (Python's own name for it says enough)
        return fill(f"{self.title}. {self.words}", 80)


def element(tag: str, content: str = "", **attributes: object) -> str:
    """Write an element; `stroke_width=2` is the attribute stroke-width, and what is None is left out."""
    written = "".join(f' {k.replace("_", "-")}="{_short(v)}"' for k, v in attributes.items() if v is not None)
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def _short(value: object) -> object:
    return f"{value:.5g}" if isinstance(value, float) else value


def text(x: float, y: float, words: str, *, bold: bool = False, **attributes: object) -> str:
    """Write `words` with the middle of their foot at (x, y); `text_anchor="start"` begins there instead."""
    settings = {"text_anchor": "middle", "font_size": 14, "font_weight": 600 if bold else None} | attributes
    if settings["text_anchor"] == "start":
        settings["text_anchor"] = None  # is what SVG does anyhow, and there are many
    return element("text", escape(words), x=x, y=y, **settings)


def lines(x: float, y: float, *words: str, step: float = 18, **attributes: object) -> str:
    """Write one line below the other."""
    return "".join(text(x, y + step * row, line, **attributes) for row, line in enumerate(words))


def box(place: tuple[float, float, float, float], kind: str, *words: str, **attributes: object) -> str:
    """Draw a box at (left, top, width, height) with its lines of words in the middle, the first one larger."""
    x, y, width, height = place
    settings = {"fill": FILLS[kind], "stroke": "currentColor", "stroke_opacity": 0.6} | attributes
    middle, foot = x + width / 2, y + height / 2 + 5 - 9 * (len(words) - 1)
    written = [text(middle, foot + 18 * i, line, font_size=13 if i else 14) for i, line in enumerate(words)]
    return element("rect", x=x, y=y, width=width, height=height, rx=6, **settings) + "".join(written)


def line(*points: tuple[float, float], **attributes: object) -> str:
    """Join the points."""
    path = "M" + " L".join(f"{x:.5g} {y:.5g}" for x, y in points)
    return element("path", d=path, **({"fill": "none", "stroke": "currentColor", "stroke_width": 1.3} | attributes))


def arrow(*points: tuple[float, float], **attributes: object) -> str:
    """Join the points, with a head at the last one that grows with the line's width."""
    (x, y), (to_x, to_y) = points[-2:]
    length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
    along_x, along_y = (to_x - x) / length, (to_y - y) / length
    long = 6.5 + attributes.get("stroke_width", 1.3)
    foot_x, foot_y, half = to_x - long * along_x, to_y - long * along_y, 0.6 * long
    sides = [(foot_x - side * along_y, foot_y + side * along_x) for side in (half, -half)]
    head = line(
        sides[0], (to_x, to_y), sides[1], fill=attributes.get("stroke", "currentColor"), stroke=None, stroke_width=None
    )
    return line(*points[:-1], (foot_x, foot_y), **attributes) + head


def node(x: float, y: float, sign: str) -> str:
    """Draw a round sign, + or ×, in which two values meet."""
    circle = element("circle", cx=x, cy=y, r=12, fill=PAPER, stroke="currentColor", stroke_width=1.3)
    return circle + text(x, y + 6, sign, font_size=18)


def column(x: float, top: float, width: float, steps: Sequence[Sequence[str]]) -> tuple[list[str], float]:
    """Draw (kind, words, …) boxes below one another, an arrow into each, centred on x; return where they end, too."""
    parts: list[str] = []
    for kind, *words in steps:
        height = 14 + 18 * len(words)
        parts.append(arrow((x, top), (x, top + 20)))
        parts.append(box((x - width / 2, top + 20, width, height), kind, *words))
        top += 20 + height
    return parts, top


def grid(x: float, y: float, cell: float, rows: Sequence[Sequence[object]], **attributes: object) -> str:
    """Draw a table of square cells with what stands in each."""
    height, width = cell * len(rows), cell * len(rows[0])
    inner = [f"M{x} {y + cell * i:.5g} h{width:.5g}" for i in range(1, len(rows))]
    inner += [f"M{x + cell * j:.5g} {y} v{height:.5g}" for j in range(1, len(rows[0]))]
    settings = {"fill": "none", "stroke": "currentColor", "stroke_opacity": 0.45} | attributes
    written = "".join(
        text(x + cell * (j + 0.5), y + cell * (i + 0.5) + 5, str(value))
        for i, row in enumerate(rows)
        for j, value in enumerate(row)
        if value != ""
    )
    return element("path", d=f"M{x} {y} h{width:.5g} v{height:.5g} H{x} Z {' '.join(inner)}", **settings) + written


def frame(x: float, y: float, width: float, height: float, **attributes: object) -> str:
    """Draw a thick frame around something."""
    settings = {"fill": "none", "stroke": BLUE, "stroke_width": 3, "rx": 3} | attributes
    return element("rect", x=x, y=y, width=width, height=height, **settings)
