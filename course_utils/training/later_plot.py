"""The table of notebook 6 as two pictures: a dot for each seed, how many images are right and how long it took."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils.checking.pictures import INK
from course_utils.training.figures import Picture, draw, paint_rows, show_pictures
from course_utils.training.later_blocks import LaterRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_later(rows: Sequence[LaterRow]) -> None:
    """Show the pictures of these rows; the first is the one that all others are compared with."""
    show_pictures(later_pictures(rows))


def later_pictures(rows: Sequence[LaterRow]) -> list[Picture]:
    """Draw a line of dots for each row, and the spread of the first row's seeds as a grey band behind them all."""
    worst, best = min(rows[0].accuracies), max(rows[0].accuracies)

    def paint_right(axes: Axes) -> None:
        axes.axvspan(100 * worst, 100 * best, color=INK, alpha=0.15, linewidth=0)
        paint_rows(axes, {row.name: [100 * one for one in row.accuracies] for row in rows})
        axes.set(title=f"grey: the seeds of {rows[0].name}", xlabel="% of the test images right")

    def paint_seconds(axes: Axes) -> None:
        paint_rows(axes, {row.name: row.seconds for row in rows})
        axes.set(title="and what each costs", xlabel="CPU seconds", xlim=(0, None))

    seconds = "; ".join(f"{row.name} {statistics.mean(row.seconds):.0f}" for row in rows)
    return [
        draw(lambda figure: paint_right(figure.subplots()), _description(rows, worst, best)),
        draw(lambda figure: paint_seconds(figure.subplots()), f"The same for CPU seconds, on average: {seconds}."),
    ]


def _description(rows: Sequence[LaterRow], worst: float, best: float) -> str:
    inside = [row.name for row in rows[1:] if min(row.accuracies) <= best and max(row.accuracies) >= worst]
    below = [row.name for row in rows[1:] if max(row.accuracies) < worst]
    above = [row.name for row in rows[1:] if min(row.accuracies) > best]
    told = {"Inside it, or partly": inside, "below it": below, "above it": above}
    places = "; ".join(f"{where}: {', '.join(names) or 'none'}" for where, names in told.items())
    return (
        "A row of dots for each network, one for each seed: the share of test images that it gets right. "
        f"A grey band is the spread of {rows[0].name}. {places}."
    )
