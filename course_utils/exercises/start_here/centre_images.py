"""centre_images, the warm-up: subtract from each image its own mean; the oracle does it with one matrix of weights."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.tensors import describe, insist_equal, run_on
from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.layer_mistakes import fixed_dtype, misread
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.observers import each_row

HINTS = (
    "One image is channels × height × width numbers. How many means does a batch of 32 images have?",
    "`Tensor.mean` takes a tuple of axes. To subtract the result from the images, each mean has to stay beside "
    "its image: with `keepdim=True` the averaged axes stay, with size 1, and broadcasting does the rest.",
    "These means have the shape `(batch, 1, 1, 1)`, so you can subtract them from the images:\n"
    "```python\n"
    "means = images.mean(dim=(1, 2, 3), keepdim=True)\n"
    "```",
)

_NAME = "centre_images"


def right_centre_images(images: Tensor) -> Tensor:
    """Subtract from each image its mean over channels, height and width; the shape (batch, c, h, w) stays."""
    rows = images.flatten(1)
    size = rows.shape[1]
    centring = torch.eye(size, dtype=images.dtype) - torch.full((size, size), 1 / size, dtype=images.dtype)
    return (rows @ centring).reshape(images.shape)


# --- the looks ------------------------------------------------------------------------------------------------------

# Square, wide and tall images, one image, one channel; the fourth one lets wrong axes broadcast unseen.
_NEIGHBOURS = "an image does not depend on the others in its batch"
_UNTOUCHED = "the images that are given stay as they were"
_SHAPES = ((2, 3, 4, 4), (4, 2, 3, 5), (1, 3, 6, 2), (3, 3, 3, 3), (2, 1, 4, 2))


def _images(shape: Sequence[int], seed: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return Draws(seed, dtype).normal(*shape) + 2


def _output(candidate: Any, seed: int, shape: Sequence[int], dtype: torch.dtype = torch.float64) -> Tensor:
    return run_on(candidate, _images(shape, seed, dtype), _NAME, "images")


def _reordered(candidate: Any, seed: int, shape: Sequence[int]) -> Tensor:
    return run_on(candidate, _images(shape, seed).contiguous(memory_format=torch.channels_last), _NAME, "images")


def _shape(candidate: Any, seed: int, shape: Sequence[int]) -> str:
    return f"shape {describe(_output(candidate, seed, shape).shape)}"


def _alone(candidate: Any, seed: int, shape: Sequence[int]) -> None:
    """Give the first image alone, and in its batch."""
    images = _images(shape, seed)
    alone = run_on(candidate, images[:1].clone(), _NAME, "images")
    together = run_on(candidate, images, _NAME, "images")[:1]
    insist_equal(together, alone, _NEIGHBOURS, given="the first image, alone and with others")


def _afterwards(candidate: Any, seed: int, shape: Sequence[int]) -> None:
    images = _images(shape, seed)
    run_on(candidate, images, _NAME, "images")
    insist_equal(images, _images(shape, seed), _UNTOUCHED, given=f"images has shape {describe(shape)}")


def _look(name: str, promise: str, one: Any, shapes: Any = _SHAPES) -> Look:
    """Make a look with one row for each shape of the images."""
    return Look(
        name, promise, each_row(one, {f"images has shape {describe(shape)}": shape for shape in shapes}), depth=10
    )


LOOKS = (
    _look("shape", "the images keep their shape", _shape),
    _look("value", "each image has its own mean subtracted", _output),
    _look("float32", "it works in float32 as well", partial(_output, dtype=torch.float32), _SHAPES[:2]),
    _look(
        "any memory layout",
        "the order in which the values lie in memory makes no difference",
        _reordered,
        _SHAPES[:1],
    ),
    _look("each image alone", _NEIGHBOURS, _alone, ((3, 2, 4, 4),)),
    _look("input untouched", _UNTOUCHED, _afterwards, ((2, 3, 4, 5),)),
)

# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_DIMS = "the axes that you average over: all those of *one* image, and not the batch"


def _mean(images: Tensor) -> Tensor:
    return images.mean((1, 2, 3), keepdim=True)


def _minus_mean(*axes: int) -> Callable[[Tensor], Tensor]:
    return lambda images: images - images.mean(axes, keepdim=True)


first_axes, axes = BANK.about(_DIMS, 1), BANK.about(_DIMS, 2)
first_axes("one_mean_for_all", "subtracts one mean, that of the whole batch", _minus_mean(0, 1, 2, 3))
first_axes("mean_image", "subtracts the average image of the batch", _minus_mean(0))
axes("each_channel", "centres each channel of each image by itself", _minus_mean(2, 3))
axes(
    "like_batch_norm",
    "takes one mean for each channel, over the whole batch (that is what batch norm will do)",
    _minus_mean(0, 2, 3),
)
axes("over_channels", "takes one mean for each pixel, over the channels", _minus_mean(1))
axes(
    "channels_and_height", "averages over axes 1 and 2, channels and height, and not over the width", _minus_mean(1, 2)
)
axes("channels_and_width", "averages over axes 1 and 3, channels and width, and not over the height", _minus_mean(1, 3))
axes("rows", "takes one mean for each row of pixels, over the width", _minus_mean(3))
axes("columns", "takes one mean for each column of pixels, over the height", _minus_mean(2))
fixed_dtype(BANK, right_centre_images, hint=3)
misread(BANK, right_centre_images, hint=3)
BANK.add(
    "in_place",
    "writes into the images that it is given",
    "operations in place, such as -=: whoever called the function still needs the old images",
    3,
    lambda images: images.sub_(_mean(images)),
)
BANK.add(
    "no_keepdim",
    "loses the averaged axes, so that each mean lines up with the width instead of with its image",
    "the shape of the means: (batch, 1, 1, 1) is needed, and keepdim=True gives it",
    2,
    lambda images: images - images.mean((1, 2, 3)),
)
BANK.add(
    "lines_up_with_channels",
    "puts the means along the channels, where each belongs to its image",
    "the shape of the means: (batch, 1, 1, 1) is needed, and keepdim=True gives it",
    2,
    lambda images: images - images.mean((1, 2, 3))[:, None, None],
)
BANK.add(
    "added", "adds the mean", "the sign: after it, each image has mean 0", 3, lambda images: images + _mean(images)
)
BANK.add(
    "returns_means",
    "returns the means",
    "what is asked for: the images, with their means subtracted",
    3,
    _mean,
    lambda images: images.mean((1, 2, 3)),
)
BANK.add(
    "standardised",
    "divides by the standard deviation as well",
    "what is asked for: the mean and nothing else",
    3,
    *(
        lambda images, correction=correction, eps=eps: (
            right_centre_images(images) / (images.std((1, 2, 3), keepdim=True, correction=correction) + eps)
        )
        for correction in (0, 1)
        for eps in (0.0, 1e-8, 1e-7, 1e-6, 1e-5)
    ),
)
BANK.add("divided", "divides by the mean", "what is asked for: a difference", 3, lambda images: images / _mean(images))
BANK.add(
    "sum",
    "subtracts the sum of each image's values",
    "what makes a mean of a sum",
    2,
    lambda images: images - images.sum((1, 2, 3), keepdim=True),
)

EXERCISE = Exercise(
    name=_NAME,
    hints=HINTS,
    right=right_centre_images,
    tests={"test_centre_images": LOOKS},
    mistakes=BANK.all,
)
