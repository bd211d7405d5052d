"""Every kind of chart that the course draws, of its stored results or of numbers that are as long as a reader's."""

from __future__ import annotations

import pandas as pd
from torch import nn

from course_utils.training.cuts_plot import cuts_picture
from course_utils.training.degradation_plot import degradation_pictures
from course_utils.training.degradation_results import RESULTS, Result, Run, read_results
from course_utils.training.figures import Picture
from course_utils.training.first_epoch import (
    END,
    FIRST,
    GRADIENT,
    OUTPUT,
    PRODUCT,
    TURN,
    UPDATE,
    WEIGHT,
    first_epoch_pictures,
    legend_picture,
)
from course_utils.training.first_steps import SMALL, first_step_pictures
from course_utils.training.later_blocks import read_later
from course_utils.training.later_plot import later_pictures
from course_utils.training.progress import training_pictures
from course_utils.training.shattered import likeness_picture
from course_utils.training.stream import growth_pictures
from course_utils.widgets.batchnorm_pictures import pictures
from course_utils.widgets.batchnorm_steps import Settings, run_steps

_BLOCKS = range(1, 28)


def every_chart() -> list[Picture]:
    """Draw them all."""
    return [
        *_of_training(),
        *_of_the_degradation(),
        *_of_gradients(),
        *_of_cuts(),
        *later_pictures(read_later()),
        *_of_batch_norm(),
    ]


def _of_training() -> list[Picture]:
    losses = [(epochs / 10, 2.3 / (1 + epochs)) for epochs in range(1, 81)]
    history = [
        {"epoch": one, "train_accuracy": 1 - 0.4 / one, "valid_accuracy": 0.9 - 0.4 / one} for one in range(1, 9)
    ]
    return [*training_pictures(losses, history, "residual, 20 layers"), *training_pictures(losses[:10], history[:1])]


def _of_the_degradation() -> list[Picture]:
    stored = read_results(RESULTS / "degradation.json")
    another = [Result(Run(32, False, 0, 100, 5), 2.3, (2.0, 1.0), 0.5, 0.5, 1.0)]  # a depth without a colour of its own
    guess = {"plain-8": 0.5, "plain-56": 2.0, "residual-56": 0.3}
    deep = {"plain, first steps small": another, "residual": another}
    batches = range(1, 48)
    steps = pd.DataFrame({"plain": [0.5 / one for one in batches], SMALL: 0.01, "residual": 0.03}, index=batches)
    return [
        *degradation_pictures(stored),
        *degradation_pictures([*stored, *another], guess),
        *first_step_pictures(steps, deep),
    ]


def _of_gradients() -> list[Picture]:
    growth = pd.DataFrame({("plain", 0): 1.9, ("residual", 0): [1 + 2.6 / block for block in _BLOCKS]}, index=_BLOCKS)
    growth.loc[[10, 19], "residual"] = 0.7
    growth = growth.rename_axis(columns=["network", "seed"])
    third = growth.copy()
    third["no norm, He's weights", 0] = 2.1
    ups = [10 ** (block / 10 - 3) for block in _BLOCKS]
    moment = pd.DataFrame(dict.fromkeys((OUTPUT, WEIGHT, GRADIENT, PRODUCT, UPDATE, TURN), ups), index=_BLOCKS)
    epoch = pd.concat({FIRST: moment, END: moment[::-1].set_axis(_BLOCKS)})
    likeness = {f"{kind}-{depth}": [0.01, 8 / depth] for depth in (8, 56) for kind in ("plain", "residual")}
    return [
        *growth_pictures(growth),
        *growth_pictures(third),
        legend_picture(),
        *first_epoch_pictures({"plain": epoch, "residual": 2 * epoch}),
        likeness_picture(likeness),
    ]


def _of_cuts() -> list[Picture]:
    blocks = {f"layer{layer}.{block}": (3 * layer + block - 3) / 8 for layer in (1, 2, 3) for block in range(3)}
    back = dict(zip(blocks, reversed(blocks.values()), strict=True))
    return [
        cuts_picture({"plain": blocks, "residual": back}, title="right on 350 images, without …", guess=1 / 7),
        cuts_picture(
            {"branch cut": blocks, "shortcut cut": back, "another's branch": dict.fromkeys(blocks, 0.5)},
            title="right on 1,050 images",
            guess=1 / 7,
        ),
    ]


def _of_batch_norm() -> list[Picture]:
    return [
        one
        for settings in (Settings(), Settings(-4.0, 2.5, -2.0, 3.0))
        for one in pictures(run_steps(nn.BatchNorm2d, settings), settings)
    ]
