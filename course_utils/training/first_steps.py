"""Is it the first steps? Plain-56 with its first steps kept small, beside plain-56 and residual-56 as they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import torch

from course_utils.checking.pictures import INK, PAPER
from course_utils.training.batches import Batch
from course_utils.training.callback import Callback
from course_utils.training.degradation import MAX_LR, MOMENTUM, WEIGHT_DECAY, Block
from course_utils.training.degradation_results import Result
from course_utils.training.figures import PLAIN, RESIDUAL, Picture, draw, paint_rows, show_pictures
from course_utils.training.learner import Learner
from course_utils.training.nets import thin_resnet
from course_utils.training.schedule import OneCycle
from course_utils.training.statistics import StepSizes
from course_utils.training.threads import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SMALL = "plain, first steps small"
_STYLES = {"plain": PLAIN, SMALL: PLAIN | {"ls": "--", "markerfacecolor": PAPER}, "residual": RESIDUAL}
_SIZE = (3.6, 3.1)


class SmallFirstSteps(Callback):
    """In the first `steps` steps, cuts each gradient that would move
    a layer's weights by more than a hundredth of their length.
    """

    def __init__(self, steps: int = 20) -> None:
        self.steps, self.done = steps, 0

    def gradients_ready(self, learner: Learner) -> None:
        """Shorten those that are too long for this learning rate."""
        self.done += 1
        if self.done > self.steps:
            return
        rate = learner.optimizer.param_groups[0]["lr"]
        for weight in learner.model.parameters():
            if weight.ndim > 1:
                longest = 0.01 * weight.detach().norm() / rate
                weight.grad *= (longest / weight.grad.norm()).clamp(max=1)


def watch_first_steps(train: Collection[Batch], *, depth: int, block: Block) -> pd.DataFrame:
    """Tell batch by batch how far each step moves the first block's weights, over their length, in three networks.

    They are trained as the degradation experiment does, for the first of its five epochs: the plain one, the plain one
    with `SmallFirstSteps`, and the residual one. Returns a row for each batch, counted from 1, and a column for each.
    """
    import pandas as pd

    batches = list(train)  # shuffled once, so that all three get the same
    networks = {"plain": Callback(), SMALL: SmallFirstSteps(), "residual": Callback()}
    steps = {name: _steps(batches, name == "residual", depth, block, extra) for name, extra in networks.items()}
    return pd.DataFrame(steps).rename(index=lambda batch: batch + 1)


def _steps(train: Collection[Batch], residual: bool, depth: int, block: Block, extra: Callback) -> list[float]:
    with torch.random.fork_rng(devices=[]), one_thread():
        torch.manual_seed(0)
        model = thin_resnet(depth, residual, block=block)
        steps = StepSizes({"1": model[3]})
        optimizer = torch.optim.SGD(model.parameters(), MAX_LR, MOMENTUM, weight_decay=WEIGHT_DECAY)
        callbacks = [OneCycle(MAX_LR, epochs=5, cycle_momentum=False), extra, steps]
        Learner(model, train, optimizer=optimizer, callbacks=callbacks).fit(1)
    return [row["update"] / row["weight"] for row in steps.rows]


def plot_first_steps(steps: pd.DataFrame, ends: Mapping[str, Sequence[Result]]) -> None:
    """Show how long the first block's steps are, and beside it with which training loss each network ends."""
    show_pictures(first_step_pictures(steps, ends))


def first_step_pictures(steps: pd.DataFrame, ends: Mapping[str, Sequence[Result]]) -> list[Picture]:
    """Draw the steps batch by batch, and a row of dots for each of `ends`, one dot for each seed."""
    losses = {name: [one.losses[-1] for one in results] for name, results in ends.items()}
    return [
        draw(lambda figure: _paint_steps(figure.subplots(), steps), _said_of_steps(steps), _SIZE),
        draw(lambda figure: _paint_losses(figure.subplots(), losses), _said_of_losses(losses), _SIZE),
    ]


def _paint_steps(axes: Axes, steps: pd.DataFrame) -> None:
    for name, style in _STYLES.items():
        axes.plot(steps.index, steps[name], label=name, ms=4, markevery=4, **style)
    last = SmallFirstSteps().steps
    axes.axvline(last + 0.5, color=INK, lw=0.5, alpha=0.4)
    axes.annotate("cut\nup to here", (last, 0.006), ha="right")
    axes.set(title="The callback works: as long as it\ncuts, block 1's steps are small", xlabel="batch")
    axes.set(ylabel="step in % of ‖w‖, log scale", yscale="log")
    axes.set_yticks([0.01, 0.02, 0.05, 0.1, 0.2, 0.5], ["1 %", "2 %", "5 %", "10 %", "20 %", "50 %"])
    axes.set_yticks([], minor=True)
    axes.legend(loc="upper right")


def _paint_losses(axes: Axes, losses: Mapping[str, Sequence[float]]) -> None:
    paint_rows(axes, {name.replace(", ", ",\n"): each for name, each in losses.items()})
    axes.margins(y=0.15)
    axes.set(
        title="And yet it's no cure:\nwhere 56 layers end", xlabel="training loss after five epochs", xlim=(0, None)
    )


def _said_of_steps(steps: pd.DataFrame) -> str:
    first = steps.loc[: SmallFirstSteps().steps]
    told = "; ".join(f"{name} {first[name].min():.1%} to {first[name].max():.1%}" for name in first.columns)
    return (
        "How far a step moves the first block's weights, over their length, batch by batch. "
        f"In the first {len(first)} batches: {told}."
    )


def _said_of_losses(losses: Mapping[str, Sequence[float]]) -> str:
    told = "; ".join(f"{name}: {', '.join(f'{one:.2f}' for one in each)}" for name, each in losses.items())
    return f"Training loss after five epochs, a dot for each seed. {told}."
