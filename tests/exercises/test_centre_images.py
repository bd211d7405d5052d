"""The warm-up: every mistake is caught and recognised, right answers of any style pass."""

import pytest
import torch
from einops import rearrange, reduce
from examining import World, broken_checks, first_broken, name_of

from course_utils import tests
from course_utils.checking.plain import render_plain
from course_utils.checking.values import Mistake
from course_utils.checking.wording import word
from course_utils.exercises.exercise import examine
from course_utils.exercises.start_here.centre_images import EXERCISE

WORLDS = [(0, 2, torch.float32), (11, 1, torch.float64)]


def _one_by_one(images):
    return torch.stack([image - image.mean() for image in images])


def _flattened(images):
    rows = images.flatten(1)
    return (rows - rows.mean(1, keepdim=True)).view_as(images)


def _indexed(images):
    return images - images.mean(dim=(1, 2, 3))[:, None, None, None]


RIGHT = {
    "keepdim": lambda images: images - images.mean(dim=(1, 2, 3), keepdim=True),
    "negative axes": lambda images: images - images.mean((-3, -2, -1), keepdim=True),
    "einops": lambda images: images - reduce(images, "b c h w -> b 1 1 1", "mean"),
    "one by one": _one_by_one,
    "flattened": _flattened,
    "indexed": _indexed,
    "sum": lambda images: images - images.sum((1, 2, 3), keepdim=True) / images[0].numel(),
    "rearranged": lambda images: images - rearrange(images.flatten(1).mean(1), "b -> b 1 1 1"),
    "out of place": lambda images: torch.sub(images, torch.mean(images, dim=(1, 2, 3), keepdim=True)),
}


@pytest.mark.parametrize("style", RIGHT)
def test_a_right_answer_passes_whatever_its_style(style: str):
    for seed, threads, dtype in WORLDS:
        with World(dtype, threads):
            assert not broken_checks(EXERCISE, RIGHT[style], seed)


@pytest.mark.parametrize("mistake", EXERCISE.mistakes, ids=name_of)
def test_every_mistake_is_caught_and_diagnosed_as_itself(mistake: Mistake):
    for seed, threads, dtype in WORLDS:
        with World(dtype, threads):
            assert first_broken(EXERCISE, mistake.candidate, seed)
    report = examine(EXERCISE, "test_centre_images", mistake.candidate)
    assert [one.id for one in report.diagnosis.mistakes] == [mistake.id]
    lines = render_plain(word(report)).splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 16


def test_the_stub_is_not_attempted():
    def centre_images(images):
        raise NotImplementedError()

    with pytest.raises(AssertionError, match="not attempted yet"):
        tests.test_centre_images(centre_images)


def test_a_mean_that_lines_up_with_the_width_is_named_although_square_batches_raise_no_error():
    """With as many images as pixels in a row, (batch,) broadcasts against the width without an error."""
    with pytest.raises(AssertionError, match="lines up with the width"):
        tests.test_centre_images(lambda images: images - images.mean((1, 2, 3)))
