"""Taking away what a map points at."""

import torch

from course_utils.utils import blackened, hottest_third


def test_each_image_loses_the_third_that_its_own_scores_are_highest_in():
    """Catches one threshold for all images, and the coldest third."""
    scores = torch.stack([torch.arange(12.0), torch.arange(12.0).flip(0) + 100]).reshape(2, 3, 4)
    marked = hottest_third(scores)
    assert marked.flatten(1).tolist() == [[False] * 8 + [True] * 4, [True] * 4 + [False] * 8]


def test_what_is_taken_away_is_as_dark_as_the_background_in_all_channels():
    """Catches a 0, which is grey in images that are normalised, and a change of the images that were given."""
    inputs = torch.arange(48.0).reshape(2, 2, 3, 4) - 5
    kept = inputs.clone()
    scores = torch.arange(12.0).reshape(3, 4).expand(2, 3, 4)
    dark = blackened(inputs, scores)
    assert torch.equal(inputs, kept)
    assert (dark[:, :, 2] == -5).all()
    assert torch.equal(dark[:, :, :2], inputs[:, :, :2])
