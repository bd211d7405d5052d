"""centre_images, the warm-up: subtract from each image its own mean; the oracle does it with one matrix of weights."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.tensors import broken, describe, insist_equal, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise

HINTS = (
    "One image is channels × height × width numbers. How many means does a batch of 32 images have?",
    "Tensor.mean takes a tuple of axes. To subtract the result from the images, each mean must still stand at its "
    "image: keepdim=True leaves the averaged axes in place, with size 1, and broadcasting does the rest.",
    "means = images.mean(dim=(1, 2, 3), keepdim=True) has the shape (batch, 1, 1, 1). Return images - means.",
)

_NAME = "centre_images"
# Square, wide and tall images, one image, one channel, one pixel; the fourth one lets wrong axes broadcast unseen.
_SHAPES = ((2, 3, 4, 4), (4, 2, 3, 5), (1, 3, 6, 2), (3, 3, 3, 3), (2, 1, 4, 2), (1, 1, 1, 1))


def right_centre_images(images: Tensor) -> Tensor:
    """Subtract from each image its mean over channels, height and width; the shape (batch, c, h, w) stays."""
    rows = images.flatten(1)
    size = rows.shape[1]
    centring = torch.eye(size, dtype=images.dtype) - torch.full((size, size), 1 / size, dtype=images.dtype)
    return (rows @ centring).reshape(images.shape)


def _check_values(candidate: Any, seed: int, dtype: torch.dtype) -> None:
    draws = Draws(seed, dtype)
    for shape in _SHAPES:
        images = draws.normal(*shape) + 2
        insist_equal(
            run_on(candidate, images.clone(), _NAME),
            right_centre_images(images),
            "each image has its own mean subtracted",
            given=f"images has shape {describe(shape)}",
            depth=10,
        )


def _shape(candidate: Any, seed: int) -> None:
    for shape in _SHAPES:
        got = run_on(candidate, Draws(seed).normal(*shape), _NAME).shape
        if got != shape:
            raise broken(
                "the images keep their shape", f"expected shape {describe(shape)}", f"got shape {describe(got)}"
            )


def _value(candidate: Any, seed: int) -> None:
    _check_values(candidate, seed, torch.float64)


def _float32(candidate: Any, seed: int) -> None:
    _check_values(candidate, seed, torch.float32)


def _neighbours(candidate: Any, seed: int) -> None:
    images = Draws(seed).normal(3, 2, 4, 4)
    alone = run_on(candidate, images[:1].clone(), _NAME)
    insist_equal(run_on(candidate, images, _NAME)[:1], alone, "an image does not depend on the others in its batch")


def _input_untouched(candidate: Any, seed: int) -> None:
    images = Draws(seed).normal(2, 3, 4, 5) + 2
    before = images.clone()
    run_on(candidate, images, _NAME)
    if not torch.equal(images, before):
        raise broken("the images that are given stay as they were", "after the call they have changed")


def _probe(candidate: Any) -> Looks:
    found = {str(shape): lambda shape=shape: candidate(Draws(1).normal(*shape) + 2) for shape in _SHAPES}
    found["float32"] = lambda: candidate(Draws(2, torch.float32).normal(2, 3, 4, 5) + 2)
    found["images after"] = lambda: _after(candidate)
    return found


def _after(candidate: Callable[[Tensor], Tensor]) -> Tensor:
    images = Draws(3).normal(2, 3, 4, 5) + 2
    candidate(images)
    return images


def _in_place(images: Tensor) -> Tensor:
    images -= images.mean((1, 2, 3), keepdim=True)
    return images


_DIMS = "the axes that you average over: all those of *one* image, and not the batch"

MISTAKES = (
    Mistake(
        "one_mean_for_all",
        "subtracts one mean, that of the whole batch",
        _DIMS,
        1,
        lambda images: images - images.mean(),
    ),
    Mistake(
        "each_channel",
        "centres each channel of each image by itself",
        _DIMS,
        2,
        lambda images: images - images.mean((2, 3), keepdim=True),
    ),
    Mistake(
        "like_batch_norm",
        "takes one mean for each channel, over the whole batch (that is what batch norm will do)",
        _DIMS,
        2,
        lambda images: images - images.mean((0, 2, 3), keepdim=True),
    ),
    Mistake(
        "over_channels",
        "takes one mean for each pixel, over the channels",
        _DIMS,
        2,
        lambda images: images - images.mean(1, keepdim=True),
    ),
    Mistake(
        "mean_image",
        "subtracts the average image of the batch",
        _DIMS,
        1,
        lambda images: images - images.mean(0, keepdim=True),
    ),
    Mistake(
        "no_keepdim",
        "loses the averaged axes, so that each mean lines up with the width instead of with its image",
        "the shape of the means: (batch, 1, 1, 1) is needed, and keepdim=True gives it",
        2,
        lambda images: images - images.mean((1, 2, 3)),
    ),
    Mistake(
        "added",
        "adds the mean",
        "the sign: after it, each image has mean 0",
        3,
        lambda images: images + images.mean((1, 2, 3), keepdim=True),
    ),
    Mistake(
        "returns_means",
        "returns the means",
        "what is asked for: the images, with their means subtracted",
        3,
        lambda images: images.mean((1, 2, 3), keepdim=True),
    ),
    Mistake(
        "standardised",
        "divides by the standard deviation as well",
        "what is asked for: the mean and nothing else",
        3,
        lambda images: (
            (images - images.mean((1, 2, 3), keepdim=True)) / images.std((1, 2, 3), keepdim=True, correction=0)
        ),
    ),
    Mistake(
        "divided",
        "divides by the mean",
        "what is asked for: a difference",
        3,
        lambda images: images / images.mean((1, 2, 3), keepdim=True),
    ),
    Mistake(
        "sum",
        "subtracts the sum of each image's values",
        "what makes a mean of a sum",
        2,
        lambda images: images - images.sum((1, 2, 3), keepdim=True),
    ),
    Mistake(
        "in_place",
        "writes into the images that it is given",
        "operations in place, such as -=: whoever called the function still needs the old images",
        3,
        _in_place,
    ),
    Mistake(
        "fixed_dtype",
        "always answers in float32",
        "calls like .float()",
        3,
        lambda images: right_centre_images(images).float(),
    ),
)

EXERCISE = Exercise(
    name=_NAME,
    hints=HINTS,
    right=right_centre_images,
    tests={
        "test_centre_images": (
            Check("shape", _shape),
            Check("value", _value),
            Check("float32", _float32),
            Check("neighbours", _neighbours),
            Check("input untouched", _input_untouched),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
