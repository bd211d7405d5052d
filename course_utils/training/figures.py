"""Pictures of a training: matplotlib's figures as SVG on a paper of their own, so that they read in light and dark."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils.checking.pictures import svg_image
from course_utils.checking.surface import show_html, surface

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAPER, INK = "#fbfaf6", "#1f2328"
BLUE, ORANGE = "#1f5fbf", "#c2540a"

# Text stays text (small files), and nothing in them differs from one run to the next.
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "course",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.facecolor": PAPER,
    "figure.facecolor": PAPER,
    "legend.frameon": False,
}


@dataclass(frozen=True)
class Picture:
    """A drawing, and what it shows in words."""

    svg: str
    alt: str


def draw(paint: Callable[[Figure], None], alt: str, size: tuple[float, float] = (7.0, 2.8)) -> Picture:
    """Let `paint` draw into an empty figure of `size` inches, and return it as a picture that `alt` describes."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    text = io.StringIO()
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=size, layout="constrained")
        paint(figure)
        figure.savefig(text, format="svg", metadata={"Date": None})
    return Picture(text.getvalue(), alt)


def show_picture(picture: Picture) -> None:
    """Show the picture in a notebook; elsewhere, its description."""
    if surface() == "html":
        show_html(svg_image(picture.svg, picture.alt, "max-width:100%"), picture.alt)
    else:
        print(picture.alt)
