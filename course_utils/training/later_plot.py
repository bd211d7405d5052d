"""The table of notebook 6 as a picture: a dot for each seed, how many images are right and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils.training.figures import BLUE, Picture, draw, show_picture
from course_utils.training.later_blocks import LaterRow

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_later(rows: Sequence[LaterRow]) -> None:
    """Show the picture of these rows; the first is the one that all others are compared with."""
    show_picture(later_picture(rows))


def later_picture(rows: Sequence[LaterRow]) -> Picture:
    """Draw a line of dots for each row, and the spread of the first row's seeds as a grey band behind them all."""
    worst, best = min(rows[0].accuracies), max(rows[0].accuracies)

    def paint(figure: Figure) -> None:
        right, seconds = figure.subplots(1, 2, sharey=True)
        right.axvspan(100 * worst, 100 * best, color="#1f2328", alpha=0.15, linewidth=0)
        for place, row in enumerate(rows):
            right.plot([100 * one for one in row.accuracies], [place] * len(row.accuracies), "o", color=BLUE, ms=4)
            seconds.plot(row.seconds, [place] * len(row.seconds), "o", color=BLUE, ms=4)
        right.set(xlabel="% of the test images right", yticks=range(len(rows)), yticklabels=[row.name for row in rows])
        right.invert_yaxis()
        seconds.set(xlabel="CPU seconds", xlim=(0, None))
        for axes in (right, seconds):
            axes.grid(axis="y", alpha=0.2)

    return draw(paint, _description(rows, worst, best), size=(7.0, 3.0))


def _description(rows: Sequence[LaterRow], worst: float, best: float) -> str:
    inside = [row.name for row in rows[1:] if min(row.accuracies) <= best and max(row.accuracies) >= worst]
    below = [row.name for row in rows[1:] if max(row.accuracies) < worst]
    above = [row.name for row in rows[1:] if min(row.accuracies) > best]
    told = {"Inside it, or partly": inside, "below it": below, "above it": above}
    places = "; ".join(f"{where}: {', '.join(names) or 'none'}" for where, names in told.items())
    return (
        "A row of dots for each network, one for each seed: on the left the share of test images that it gets right, "
        f"on the right its seconds. A grey band on the left is the spread of {rows[0].name}. {places}."
    )
