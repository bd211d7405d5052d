"""What a network still gets right after each cut, beside what another one does, or after other cuts: a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from course_utils.checking.pictures import INK, PAPER
from course_utils.training.figures import NETWORKS, Picture, draw, name_rows, show_pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Shares = Mapping[str, Mapping[str, float]]
"""For each of those that are compared its name, and in it the shares (from 0 to 1) by what was cut."""

# Kinds of cut have none of the networks' colours, and are seen through each other.
_KINDS_OF_CUT = (
    {"color": INK, "marker": "o"},
    {"color": INK, "marker": "s", "markerfacecolor": "none", "ms": 8},
    {"color": "#7a1f5c", "marker": "D"},
)


def plot_cuts(shares: Shares, *, title: str, guess: float) -> None:
    """Show a row for each cut, with a mark for each of those compared.

    guess: the share that guessing gets right.
    """
    show_pictures([cuts_picture(shares, title=title, guess=guess)])


def cuts_picture(shares: Shares, *, title: str, guess: float) -> Picture:
    """Draw the rows, the first on top; at the ends of each are the lowest and the highest share in percent."""
    rows = {cut: {name: each[cut] for name, each in shares.items()} for cut in next(iter(shares.values()))}

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.axvline(100 * guess, color=INK, ls=":", lw=1)
        for (name, each), kind in zip(shares.items(), _KINDS_OF_CUT, strict=False):
            style = {"ls": "", "ms": 5, "label": name} | NETWORKS.get(name, kind)
            axes.plot([100 * each[cut] for cut in rows], range(len(rows)), **style)
        _write_ends(axes, rows)
        axes.set(title=title, xlabel="% right; dotted: by guessing", xlim=(-12, 112), xticks=range(0, 101, 25))
        name_rows(axes, rows)
        figure.legend(loc="outside lower center", ncols=len(shares), handlelength=1, columnspacing=1)

    return draw(paint, f"{title}; {_description(rows)}. Guessing: {guess:.1%}.", size=(3.6, 1.3 + 0.25 * len(rows)))


def _write_ends(axes: Axes, rows: Shares) -> None:
    over_lines = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}
    for place, shares in enumerate(rows.values()):
        for share, points, aligned in ((min(shares.values()), -7, "right"), (max(shares.values()), 7, "left")):
            beside = {"xytext": (points, 0), "textcoords": "offset points", "ha": aligned, "va": "center"}
            axes.annotate(f"{100 * share:.0f}", (100 * share, place), bbox=over_lines, **beside)


def _description(rows: Shares) -> str:
    return "; ".join(
        f"{cut}: {', '.join(f'{name} {share:.1%}' for name, share in shares.items())}" for cut, shares in rows.items()
    )
