"""The picture of the degradation experiment: plain networks on the left, residual ones on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils.training.degradation_results import Result
from course_utils.training.figures import Picture, draw, show_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From light to dark with the depth, and each with a mark of its own: the picture reads without colours too.
_STYLES = (("#5b9bd5", "o"), ("#b0661c", "s"), ("#7a1f5c", "^"), ("#1f2328", "D"))


def plot_degradation(results: Sequence[Result]) -> None:
    """Show the picture of these results."""
    if picture := degradation_picture(results):
        show_picture(picture)


def degradation_picture(results: Sequence[Result]) -> Picture | None:
    """Draw each run's training loss, epoch by epoch; None without results."""
    if not results:
        return None
    styles = dict(zip(sorted({one.run.depth for one in results}), _STYLES, strict=False))

    def paint(figure: Figure) -> None:
        for axes, kind in zip(figure.subplots(1, 2, sharex=True, sharey=True), ("plain", "residual"), strict=True):
            axes.set(title=kind, xlabel="epoch")
            axes.xaxis.get_major_locator().set_params(integer=True)
            for one in results:
                if one.run.kind == kind:
                    _paint_run(axes, one, *styles[one.run.depth])
        figure.axes[0].set(ylabel="training loss", ylim=(0, None))

    return draw(paint, _description(results), size=(7.0, 3.2))


def _paint_run(axes: Axes, result: Result, color: str, mark: str) -> None:
    epochs = range(1, len(result.losses) + 1)
    named = {line.get_label() for line in axes.get_lines()}
    label = f"{result.run.depth} layers"
    axes.plot(epochs, result.losses, color=color, marker=mark, markersize=4, label="_" if label in named else label)
    axes.legend()


def _description(results: Sequence[Result]) -> str:
    ends = "; ".join(f"{one.run.name} (seed {one.run.seed}) {one.losses[-1]:.2f}" for one in results)
    return f"Training loss, epoch by epoch. After the last epoch: {ends}."
