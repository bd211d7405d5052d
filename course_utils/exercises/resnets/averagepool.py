"""AveragePool: the oracle is the mean that torch's adaptive average pool takes."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.observation import Named
from course_utils.checking.tensors import run_on
from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.layer_mistakes import detached, fixed_dtype, learned, misread, then, unit
from course_utils.exercises.building_blocks.small_layers import no_parameters
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import (
    Case,
    any_order,
    as_made,
    input_gradient,
    own_work,
    shape,
    untouched,
    values,
)
from course_utils.exercises.networks import build
from course_utils.exercises.observers import one_row

HINTS = (
    "One channel of one image is a map of height × width numbers. Which single number stands for it?",
    "`Tensor.mean` takes a tuple of axes, and drops the axes that it averages over.",
    "Average over the last two axes: `dim=(2, 3)`.",
)


class RightAveragePool(nn.AdaptiveAvgPool2d):
    """torch's pool to one pixel, without the two axes of size 1 that it leaves."""

    def __init__(self) -> None:
        super().__init__(1)

    def forward(self, x: Tensor) -> Tensor:
        """Take (batch, channels, height, width) to (batch, channels)."""
        return super().forward(x).flatten(1)


# --- the looks ------------------------------------------------------------------------------------------------------

_FINISHED = (nn.AdaptiveAvgPool2d, nn.AvgPool2d)
_FINISHED_STEPS = ("adaptive_avg_pool1d", "adaptive_avg_pool2d", "avg_pool1d", "avg_pool2d")
_AXES = ("batch", "channels")
_MEAN = "each number is the mean of its channel's map"


def _case(*shape: int) -> Case:
    return Case("AveragePool()", build, shape, as_made)


def _again(candidate: Any, seed: int) -> Named:
    """Call one pool twice."""
    pool, draws = build(candidate), Draws(seed)
    return Named(tuple((f"call {n}", run_on(pool, draws.normal(2, 3, 3, 5))) for n in (1, 2)))


# Square, wide, tall, one image, one channel, one pixel; an odd number of pixels has one median.
_PLAIN = _case(2, 3, 5, 3)
_CASES = (
    _case(2, 3, 5, 5),
    _case(3, 2, 3, 5),
    _case(2, 4, 7, 1),
    _case(1, 3, 3, 5),
    _case(3, 1, 5, 3),
    _case(1, 1, 1, 1),
    _case(2, 5, 1, 1),
)


def _axes_left(candidate: Any, seed: int) -> int:
    return run_on(_PLAIN.make(candidate), _PLAIN.x(seed), _PLAIN.told).ndim


LOOKS = (
    own_work(_PLAIN, _FINISHED, _FINISHED_STEPS),
    Look(
        "number of axes",
        "two axes are left: batch and channels",
        one_row(_axes_left, f"how many axes {_PLAIN.told} leaves"),
    ),
    shape(_CASES, "one number is left for each channel of each image", _AXES),
    values("value", _MEAN, _CASES, False, axes=_AXES),
    values("float32", _MEAN, _CASES, False, torch.float32, axes=_AXES),
    any_order(_PLAIN, axes=_AXES),
    input_gradient((_PLAIN,), "the gradient flows back evenly to all pixels"),
    Look(
        "called twice",
        "each call takes the mean of what it is given",
        one_row(_again, "two inputs of one shape, one after the other"),
        axes=_AXES,
    ),
    no_parameters(_PLAIN),
    untouched((_PLAIN,)),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()


class _Pool(nn.Module):
    """A pool in steps, of which each mistake changes one."""

    axes, keepdim, reduce = (2, 3), False, torch.mean

    def forward(self, x: Tensor) -> Tensor:
        return type(self).reduce(x, self.axes, keepdim=self.keepdim)


def _with(**step: Any) -> type[nn.Module]:
    return type("AveragePool", (_Pool,), step)


def _over(*axes: int) -> type[nn.Module]:
    return _with(axes=axes)


dims = BANK.about("the axes that you average over: height and width, the last two", 3)
average = BANK.about("what is asked for: the average", 1)

dims("width_only", "averages over the width only", _over(3))
dims("height_only", "averages over the height only", _over(2))
dims("over_channels", "averages over the channels", _over(1))
dims("channels_and_height", "averages over channels and height", _over(1, 2))
dims("channels_and_width", "averages over channels and width", _over(1, 3))
dims("over_batch", "averages over the batch too", _over(0, 2, 3))
dims("all_but_batch", "averages over the channels as well", _over(1, 2, 3))
dims("everything", "averages everything into one number", unit(torch.mean))
average("maximum", "takes the largest value of each map, as max pooling does", _with(reduce=torch.amax))
average("median", "takes the median", unit(lambda x: x.flatten(2).median(2).values))
learned(BANK, RightAveragePool, "whether a mean has anything to learn")
detached(BANK, RightAveragePool, 2, ".detach(), .data, .item() or no_grad")
fixed_dtype(BANK, RightAveragePool, hint=2)
misread(BANK, RightAveragePool, hint=3)
BANK.add("sum", "adds up the values and does not divide", "what makes a mean of a sum", 1, _with(reduce=torch.sum))
BANK.add(
    "keeps_axes",
    "leaves axes of size 1 behind, as keepdim=True does",
    "the shape that is asked for: (batch, channels)",
    2,
    _with(keepdim=True),
)
BANK.add(
    "squeezes",
    "squeezes away every axis of size 1, a batch of one image too",
    "calls of squeeze() without an axis",
    2,
    then(RightAveragePool, torch.squeeze),
)
BANK.add(
    "flattened",
    "flattens the maps and does not average them",
    "what is to be left of each map: one number",
    1,
    unit(lambda x: x.flatten(1)),
)
BANK.add(
    "first_pixel",
    "returns one pixel of each map",
    "what stands for the whole map: its mean",
    1,
    unit(lambda x: x[:, :, 0, 0]),
)
BANK.add(
    "fixed_window",
    "pools windows of one size, such as 7 × 7, whatever the size of the map is",
    "what the mean is taken over: the whole map, large or small",
    2,
    *(unit(lambda x, size=size: functional.avg_pool2d(x, size).flatten(1)) for size in (7, 4, 2)),
)
BANK.add(
    "square_only",
    "divides by height × height, which is right for square maps only",
    "what the sum is divided by",
    2,
    _with(reduce=lambda x, *axes, **keepdim: x.sum(*axes, **keepdim) / x.shape[2] ** 2),
)

EXERCISE = Exercise(
    name="AveragePool",
    hints=HINTS,
    right=RightAveragePool,
    tests={"test_averagepool": LOOKS},
    mistakes=BANK.all,
)
