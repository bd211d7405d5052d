"""Draw what a batch norm has done: its statistics along the batches, and the values of one batch before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from torch import Tensor

from course_utils.training.figures import BLUE, ORANGE, Picture, draw
from course_utils.widgets.batchnorm_steps import BATCHES, CHANGE, Settings, Steps

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_GREY = "#636c76"
# The axes never move, so that everything else is seen to move; what lies beyond is counted in the outermost bin.
_MEANS, _VARIANCES, _VALUES = (-5.0, 5.0), (0.0, 9.0), (-10.0, 10.0)
_BIN = 0.5
_ROOM = 0.25  # of the height, above a histogram: the legend's place


def pictures(steps: Steps, settings: Settings) -> list[Picture]:
    """Draw mean and variance along the batches, then the values of the chosen batch before and after the layer."""
    means, variances = (
        ([getattr(one, name) for one in steps.batches], [getattr(one, name) for one in steps.running])
        for name in ("mean", "variance")
    )
    now = settings.batch
    after = {"in training mode": steps.training, "in eval mode": steps.evaluating}
    return [
        _along("mean", *means, now, _MEANS),
        _along("variance", *variances, now, _VARIANCES),
        _histogram(f"batch {now}, before the layer", {"": steps.x}),
        _histogram(f"batch {now}, after the layer", after),
    ]


def _along(
    name: str, batches: Sequence[float], running: Sequence[float], now: int, limits: tuple[float, float]
) -> Picture:
    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.axvline(CHANGE - 0.5, color=_GREY, linestyle=":", linewidth=1)
        axes.text(CHANGE, limits[1], "new data →", color=_GREY, va="top")
        axes.plot(range(1, BATCHES + 1), batches, ".", color=ORANGE, label="of each batch")
        axes.plot(range(BATCHES + 1), running, color=BLUE, label="running")
        axes.plot([now, now], [batches[now - 1], running[now]], "o", color=_GREY, markersize=9, fillstyle="none")
        axes.set(title=name, xlabel="batch", ylim=limits, xlim=(0, BATCHES + 1))
        figure.legend(loc="outside lower center", ncols=2)

    alt = (
        f"The {name} along {BATCHES} batches, the data changing at batch {CHANGE}. At batch {now} the batch has "
        f"{batches[now - 1]:.2f} and the running {name} is {running[now]:.2f}; at the end it is {running[-1]:.2f}."
    )
    return draw(paint, alt)


def _histogram(title: str, values: Mapping[str, Tensor]) -> Picture:
    import numpy as np

    edges = np.arange(_VALUES[0], _VALUES[1] + _BIN, _BIN)

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.margins(y=_ROOM)
        for (label, each), colour, fill in zip(values.items(), (BLUE, ORANGE), (True, False), strict=False):
            inside = each.clamp(*_VALUES).numpy()
            axes.hist(
                inside, edges, histtype="stepfilled" if fill else "step", color=colour, label=label, linewidth=1.5
            )
        axes.set(title=title, xlim=_VALUES, xticks=range(-10, 11, 5), yticks=[], ylabel="how many")
        if len(values) > 1:
            axes.legend(loc="upper center", ncols=2)

    alt = f"Histogram of {title}: " + "; ".join(
        f"{label} from {each.min():.1f} to {each.max():.1f}".strip() for label, each in values.items()
    )
    return draw(paint, alt)
