"""A deep network's first epoch in the degradation experiment, block by block: what notebook 4 looks into."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from course_utils.training.batches import Batch
from course_utils.training.degradation import MAX_LR, MOMENTUM, WEIGHT_DECAY, Block
from course_utils.training.figures import BLUE, ORANGE, draw, show_picture
from course_utils.training.learner import Learner
from course_utils.training.nets import thin_resnet
from course_utils.training.progress import Progress
from course_utils.training.schedule import OneCycle
from course_utils.training.statistics import StepSizes
from course_utils.training.threads import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FIRST, END = "first batch", "end of epoch 1"
LAST_BATCHES = 10  # the end of the epoch is their median: a single batch is a matter of chance
OUTPUT, WEIGHT, GRADIENT = "std of output", "‖w‖", "‖∇w‖"
PRODUCT, UPDATE, TURN = "‖w‖·‖∇w‖", "update / ‖w‖", "turn / ‖w‖"

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
        learner = Learner(
            model,
            train,
            optimizer=torch.optim.SGD(model.parameters(), MAX_LR, MOMENTUM, weight_decay=WEIGHT_DECAY),
            callbacks=[OneCycle(MAX_LR, epochs=5, cycle_momentum=False), steps, Progress()],
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
    """Put what was watched of some networks in one table: the first block, the one in the middle, and the last."""
    import pandas as pd

    table = pd.concat(watched, names=["network"]).drop(columns=OUTPUT)
    blocks = table.index.get_level_values("block")
    return table[blocks.isin([1, blocks.max() // 2 + 1, blocks.max()])].map("{:.3g}".format)


def plot_first_epoch(watched: Mapping[str, pd.DataFrame]) -> None:
    """Show block by block what was watched of the plain and the residual network, at both moments."""

    def paint(figure: Figure) -> None:
        panels = (OUTPUT, GRADIENT, WEIGHT, PRODUCT, UPDATE, TURN)
        for axes, quantity in zip(figure.subplots(2, 3).flat, panels, strict=True):
            for (kind, table), colour in zip(watched.items(), (ORANGE, BLUE), strict=True):
                for moment, line in ((FIRST, "o:"), (END, "o-")):
                    found = table.loc[moment, quantity]
                    axes.plot(found.index, found, line, ms=3, color=colour, label=f"{kind}, {moment}")
            axes.set(xlabel="block", title=quantity, yscale="log")
        figure.axes[0].legend(fontsize=7)

    alt = "Block by block, for the plain and the residual network, at the first batch and at the end of epoch 1: the "
    alt += (
        "std of the output, the lengths of the gradient and of the weights, their product, and the step and its turn "
    )
    alt += "as a share of the weights. "
    show_picture(draw(paint, alt + "The table below has three of the blocks.", size=(9, 5)))
