"""AveragePool: the oracle is the mean that torch's adaptive average pool takes."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_own_steps, insist_own_work
from course_utils.checking.tensors import broken, describe, insist_equal, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import build, gradients, insist_input_untouched

HINTS = (
    "One channel of one image is a map of height × width numbers. Which single number stands for it?",
    "Tensor.mean takes a tuple of axes, and drops the axes that it averages over.",
    "Average over the last two axes: dim=(2, 3).",
)

_FINISHED = (nn.AdaptiveAvgPool2d, nn.AvgPool2d)
_FINISHED_STEPS = ("adaptive_avg_pool1d", "adaptive_avg_pool2d", "avg_pool1d", "avg_pool2d")
_AXES = ("batch", "channels")
# Square, wide, tall, one image, one channel, one pixel.
_SHAPES = ((2, 3, 4, 4), (3, 2, 2, 5), (2, 4, 6, 1), (1, 3, 2, 3), (3, 1, 4, 2), (1, 1, 1, 1), (2, 5, 1, 1))


class RightAveragePool(nn.AdaptiveAvgPool2d):
    """torch's pool to one pixel, without the two axes of size 1 that it leaves."""

    def __init__(self) -> None:
        super().__init__(1)

    def forward(self, x: Tensor) -> Tensor:
        """Take (batch, channels, height, width) to (batch, channels)."""
        return super().forward(x).flatten(1)


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_work(candidate, lambda: build(candidate), _FINISHED)
    insist_own_steps(lambda: run_on(build(candidate), torch.ones(1, 2, 3, 4)), _FINISHED_STEPS)


def _shape(candidate: Any, seed: int) -> None:
    for shape in _SHAPES:
        got = run_on(build(candidate), torch.ones(shape)).shape
        if got != shape[:2]:
            raise broken(
                "one number is left for each channel of each image",
                f"x has shape {describe(shape)}",
                f"expected shape {describe(shape[:2], _AXES)}, got {describe(got, _AXES)}",
            )


def _value(candidate: Any, seed: int, dtype: torch.dtype = torch.float64) -> None:
    draws = Draws(seed, dtype)
    for shape in _SHAPES:
        x = draws.normal(*shape) + 1
        promise = "each number is the mean of its channel's map"
        given = f"x has shape {describe(shape)}"
        insist_equal(run_on(build(candidate), x.clone()), RightAveragePool()(x), promise, axes=_AXES, given=given)


def _float32(candidate: Any, seed: int) -> None:
    _value(candidate, seed, torch.float32)


def _gradient(candidate: Any, seed: int) -> None:
    x = Draws(seed).normal(2, 3, 4, 5)
    expected = gradients(RightAveragePool(), x)[0]
    insist_equal(gradients(build(candidate), x)[0], expected, "the gradient flows back evenly to all pixels")


def _no_parameters(candidate: Any, seed: int) -> None:
    state = build(candidate).state_dict()
    if state:
        raise broken("there is nothing to learn in it, and nothing to save", f"it has {', '.join(state)}")


def _input_untouched(candidate: Any, seed: int) -> None:
    insist_input_untouched(build(candidate), Draws(seed).normal(2, 3, 4, 5))


def _probe(candidate: Any) -> Looks:
    found = {str(shape): lambda shape=shape: candidate()(Draws(1).normal(*shape)) for shape in _SHAPES}
    found["float32"] = lambda: candidate()(Draws(2, torch.float32).normal(2, 3, 4, 5))
    found["gradient"] = lambda: gradients(candidate(), Draws(3).normal(2, 3, 4, 5))
    found["state"] = lambda: len(candidate().state_dict())
    return found


def _pool(function: Any) -> type[nn.Module]:
    """Make a pool that computes something else."""

    class Pool(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return function(x)

    return Pool


class _Learned(RightAveragePool):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))


_DIMS = "the axes that you average over: height and width, the last two"

MISTAKES = (
    Mistake(
        "keeps_axes",
        "keeps height and width as axes of size 1",
        "the shape that is asked for: (batch, channels)",
        2,
        _pool(lambda x: x.mean((2, 3), keepdim=True)),
    ),
    Mistake(
        "maximum",
        "takes the largest value of each map, as max pooling does",
        "what is asked for: the average",
        1,
        _pool(lambda x: x.amax((2, 3))),
    ),
    Mistake(
        "sum", "adds up the values and does not divide", "what makes a mean of a sum", 1, _pool(lambda x: x.sum((2, 3)))
    ),
    Mistake("width_only", "averages over the width only", _DIMS, 3, _pool(lambda x: x.mean(3))),
    Mistake("height_only", "averages over the height only", _DIMS, 3, _pool(lambda x: x.mean(2))),
    Mistake("over_channels", "averages over the channels", _DIMS, 3, _pool(lambda x: x.mean(1))),
    Mistake("over_batch", "averages over the batch too", _DIMS, 3, _pool(lambda x: x.mean((0, 2, 3)))),
    Mistake("all_but_batch", "averages over the channels as well", _DIMS, 3, _pool(lambda x: x.mean((1, 2, 3)))),
    Mistake("everything", "averages everything into one number", _DIMS, 3, _pool(lambda x: x.mean())),
    Mistake(
        "squeezes",
        "squeezes away every axis of size 1, a batch of one image too",
        "calls of squeeze() without an axis",
        2,
        _pool(lambda x: functional.adaptive_avg_pool2d(x, 1).squeeze()),
    ),
    Mistake(
        "median",
        "takes the median",
        "what is asked for: the average",
        1,
        _pool(lambda x: x.flatten(2).median(2).values),
    ),
    Mistake(
        "flattened",
        "flattens the maps and does not average them",
        "what is to be left of each map: one number",
        1,
        _pool(lambda x: x.flatten(1)),
    ),
    Mistake(
        "first_pixel",
        "returns one pixel of each map",
        "what stands for the whole map: its mean",
        1,
        _pool(lambda x: x[:, :, 0, 0]),
    ),
    Mistake(
        "square_only",
        "divides by height × height, which is right for square maps only",
        "what the sum is divided by",
        2,
        _pool(lambda x: x.sum((2, 3)) / x.shape[2] ** 2),
    ),
    Mistake(
        "detached",
        "cuts the gradient off",
        "calls like .detach(), .data, .item() or no_grad",
        2,
        _pool(lambda x: functional.adaptive_avg_pool2d(x.detach(), 1).flatten(1)),
    ),
    Mistake(
        "fixed_dtype",
        "always answers in float32",
        "calls like .float()",
        2,
        _pool(lambda x: functional.adaptive_avg_pool2d(x, 1).flatten(1).float()),
    ),
    Mistake("learned", "has a parameter", "whether a mean has anything to learn", 1, _Learned),
)

EXERCISE = Exercise(
    name="AveragePool",
    hints=HINTS,
    right=RightAveragePool,
    tests={
        "test_averagepool": (
            Check("own work", _own_work, structural=True),
            Check("shape", _shape),
            Check("value", _value),
            Check("float32", _float32),
            Check("gradient", _gradient),
            Check("no parameters", _no_parameters),
            Check("input untouched", _input_untouched),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
