"""A deep network's first epoch in the degradation experiment, block by block: what notebook 4 looks into."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from course_utils.checking.pictures import INK
from course_utils.training.batches import Batch
from course_utils.training.degradation import MAX_LR, MOMENTUM, WEIGHT_DECAY, Block
from course_utils.training.figures import PLAIN, RESIDUAL, Picture, draw, show_pictures
from course_utils.training.learner import Learner
from course_utils.training.nets import thin_resnet
from course_utils.training.progress import Progress
from course_utils.training.schedule import OneCycle
from course_utils.training.statistics import StepSizes
from course_utils.training.threads import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIRST, END = "first batch", "end of epoch 1"
LAST_BATCHES = 10  # the end of the epoch is their median: a single batch is a matter of chance
OUTPUT, WEIGHT, GRADIENT = "std of output", "‖w‖", "‖∇w‖"
PRODUCT, UPDATE, TURN = "‖w‖·‖∇w‖", "update / ‖w‖", "turn / ‖w‖"

# What each picture is called; they come in this order, with the letters by which the text names them.
_TITLES = {
    OUTPUT: "standard deviation of the output",
    GRADIENT: "length of the gradient, ‖∇w‖",
    WEIGHT: "length of the weights, ‖w‖",
    PRODUCT: "both multiplied, ‖w‖·‖∇w‖",
    UPDATE: "length of a step, in % of ‖w‖",
    TURN: "how much of it turns the weights",
}
_LETTERS = dict(zip(_TITLES, "ABCDEF", strict=True))
# Each moment has a line.
_STYLES = {"plain": PLAIN | {"ms": 3}, "residual": RESIDUAL | {"ms": 5}}
_LINES = {FIRST: ":", END: "-"}
_SHARES = (UPDATE, TURN)

ActivationStats = Callable[[Mapping[str, nn.Module]], AbstractContextManager[Mapping[str, list[Any]]]]


def watch_first_epoch(
    train: Collection[Batch], residual: bool, *, depth: int, block: Block, activation_stats: ActivationStats
) -> pd.DataFrame:
    """Train a thin network as the degradation experiment does, for the first of its five epochs, and watch its blocks.

    `activation_stats` is the notebook's exercise. Returns a row for each moment (FIRST, END) and block, counted from 1,
    and columns: OUTPUT, the standard deviation of the block's output; WEIGHT and GRADIENT, the lengths of its
    convolutions' weights and of their gradient, and PRODUCT, both multiplied; UPDATE and TURN, how far the step moves
    the weights and how much of that is at right angles to them, over the length of the weights.
    """
    with torch.random.fork_rng(devices=[]), one_thread():
        torch.manual_seed(0)
        model = thin_resnet(depth, residual, block=block)
        blocks = {str(number): one for number, one in enumerate(model[3:-3], 1)}
        steps = StepSizes(blocks)
        title = f"{'residual' if residual else 'plain'}, {depth} layers"
        learner = Learner(
            model,
            train,
            optimizer=torch.optim.SGD(model.parameters(), MAX_LR, MOMENTUM, weight_decay=WEIGHT_DECAY),
            callbacks=[OneCycle(MAX_LR, epochs=5, cycle_momentum=False), steps, Progress(title, curves=False)],
        )
        with activation_stats(blocks) as stats:
            learner.fit(1)
    return _at_two_moments(steps, {name: [one.std for one in calls] for name, calls in stats.items()})


def _at_two_moments(steps: StepSizes, stds: Mapping[str, list[float]]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            "batch": step["batch"],
            "block": int(step["layer"]),
            OUTPUT: stds[step["layer"]][step["batch"]],
            WEIGHT: step["weight"],
            GRADIENT: step["gradient"],
            PRODUCT: step["weight"] * step["gradient"],
            UPDATE: step["update"] / step["weight"],
            TURN: step["turn"] / step["weight"],
        }
        for step in steps.rows
    ]
    table = pd.DataFrame(rows).set_index(["batch", "block"])
    last = table.index.get_level_values("batch").max()
    moments = {FIRST: table.loc[[0]], END: table.loc[last - LAST_BATCHES + 1 :]}
    return pd.concat({name: some.groupby("block").median() for name, some in moments.items()}, names=["moment"])


def first_epoch_table(watched: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put what was watched of some networks in one table: the first block and the last, each column with its letter.

    Lengths have three digits; the step and its turn are in percent.
    """
    import pandas as pd

    table = pd.concat(watched, names=["network"])[list(_TITLES)].drop(columns=OUTPUT)
    blocks = table.index.get_level_values("block")
    table = table[blocks.isin([1, blocks.max()])]
    table = table.apply(lambda column: column.map(partial(_written, column.name)))
    return table.rename(columns=lambda name: f"{_LETTERS[name]}: {name}")


def _written(quantity: str, value: float) -> str:
    return f"{value:.2%}" if quantity in _SHARES else f"{value:.3g}"


def plot_first_epoch(watched: Mapping[str, pd.DataFrame], letters: str = "ABCDEF") -> None:
    """Show block by block what was watched of the plain and the residual network, at both moments, to a log scale.

    letters: which of the pictures.
    """
    show_pictures([legend_picture()])
    show_pictures(first_epoch_pictures(watched, letters))


def first_epoch_pictures(watched: Mapping[str, pd.DataFrame], letters: str = "ABCDEF") -> list[Picture]:
    """Draw those of the six pictures that have these letters."""
    return [_panel(watched, quantity) for quantity, letter in _LETTERS.items() if letter in letters]


def legend_picture() -> Picture:
    """Draw what colours, marks and lines mean in all six."""

    def paint(figure: Figure) -> None:
        from matplotlib.lines import Line2D

        kinds = [Line2D([], [], label=kind, **style) for kind, style in _STYLES.items()]
        moments = [Line2D([], [], ls=line, color=INK, label=moment) for moment, line in _LINES.items()]
        figure.legend(handles=kinds + moments, loc="center", ncols=2)

    alt = f"In all pictures: plain orange with dots, residual blue with triangles; {FIRST} dotted, {END} solid."
    return draw(paint, alt, size=(3.6, 0.5))


def _panel(watched: Mapping[str, pd.DataFrame], quantity: str) -> Picture:
    title = f"{_LETTERS[quantity]} · {_TITLES[quantity]}"

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for kind, table in watched.items():
            for moment, line in _LINES.items():
                found = table.loc[moment, quantity]
                axes.plot(found.index, found, line, markevery=3, **_STYLES[kind])
        axes.set(xlabel="block", ylabel="log scale", title=title, yscale="log")
        _label_powers(axes, "{x:g}" if quantity not in _SHARES else lambda share, _: f"{100 * share:g} %")

    return draw(paint, f"Block by block, {title}. {_ends(watched, quantity)}.")


def _label_powers(axes: Axes, written: str | Callable[[float, int], str]) -> None:
    """Write plain numbers beside a log scale: the powers of ten and, where there are few, twice and five times them."""
    from matplotlib.ticker import LogLocator, NullFormatter

    low, high = axes.get_ylim()
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 40 * low else (1,)))
    axes.yaxis.set_major_formatter(written)
    axes.yaxis.set_minor_formatter(NullFormatter())


def _ends(watched: Mapping[str, pd.DataFrame], quantity: str) -> str:
    """Say how large the quantity is in the first and in the last block."""
    ends = [
        (kind, moment, *table.loc[moment, quantity].iloc[[0, -1]])
        for kind, table in watched.items()
        for moment in (FIRST, END)
    ]
    return "; ".join(
        f"{kind}, {moment}: from {_written(quantity, first)} to {_written(quantity, last)}"
        for kind, moment, first, last in ends
    )
