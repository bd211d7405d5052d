"""Pictures of a training: matplotlib's figures as SVG on a paper of their own, which is dark on a dark page."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils.checking.pictures import IN_THE_DARK, INK, PAPER, TELL_THEME, svg_image
from course_utils.checking.surface import show_html, surface

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE = "#1f5fbf", "#c2540a"
# Each kind of network has a colour and a mark.
PLAIN = {"color": ORANGE, "marker": "o"}
RESIDUAL = {"color": BLUE, "marker": "^", "markerfacecolor": PAPER}
NETWORKS = {"plain": PLAIN, "residual": RESIDUAL}
_ANY_ROW = {"color": BLUE, "marker": "o"}
# Inches. One of several pictures, no wider than a phone, so that its type is never made smaller there.
PANEL = (3.6, 2.5)

# All charts look alike, and like the drawings: bold titles at the left. Text stays text (small files), and nothing in
# them differs from one run to the next. There's one size of type, which is large enough beside another picture in the
# web book, and on a phone.
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "course",
    "font.family": "sans-serif",
    "font.size": 9.6,
    "axes.titlelocation": "left",
    "axes.titlesize": "medium",
    "axes.titleweight": "bold",
    "axes.titlepad": 8,
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
    "legend.fontsize": "medium",
    "legend.borderpad": 0.2,
    "legend.handlelength": 1.7,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.2,
    "figure.constrained_layout.h_pad": 0.07,
    "figure.constrained_layout.w_pad": 0.06,
}


@dataclass(frozen=True)
class Picture:
    """A drawing, and what it shows in words."""

    svg: str
    alt: str


def draw(paint: Callable[[Figure], None], alt: str, size: tuple[float, float] = PANEL) -> Picture:
    """Let `paint` draw into an empty figure of `size` inches, and return it as a picture that `alt` describes."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    text = io.StringIO()
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=size, layout="constrained")
        paint(figure)
        figure.savefig(text, format="svg", metadata={"Date": None})
    return Picture(text.getvalue().replace("<defs>", f"{IN_THE_DARK}<defs>", 1), alt)


def show_pictures(pictures: Iterable[Picture]) -> None:
    """Show the pictures in a notebook; elsewhere, their descriptions."""
    pictures = list(pictures)
    text = "\n".join(picture.alt for picture in pictures)
    if surface() == "html":
        show_html(pictures_html(pictures), text)
    else:
        print(text)


def pictures_html(pictures: Iterable[Picture]) -> str:
    """Give the pictures as HTML: two of them beside each other, and one below the other in a narrow window."""
    style = "flex:1 1 300px;min-width:0;max-width:370px;height:auto;border-radius:10px"
    images = "".join(svg_image(each.svg, each.alt, style) for each in pictures)
    style = "display:flex;flex-wrap:wrap;align-items:flex-start;gap:.8em;max-width:760px"
    return f'{TELL_THEME}<div style="{style}">{images}</div>'


def paint_rows(axes: Axes, values: Mapping[str, Sequence[float]]) -> None:
    """Paint a row of dots for each name, the first on top; in the colour and mark of its kind, if it begins with it."""
    for place, (name, each) in enumerate(values.items()):
        style = PLAIN if name.startswith("plain") else RESIDUAL if name.startswith("residual") else _ANY_ROW
        axes.plot(each, [place] * len(each), ls="", ms=4, **style)
    name_rows(axes, values)


def name_rows(axes: Axes, names: Collection[str]) -> None:
    """Write the rows' names beside them, the first on top, and a faint line along each."""
    axes.set(yticks=range(len(names)), yticklabels=list(names))
    axes.invert_yaxis()
    axes.grid(axis="y", color=INK, alpha=0.07)
