"""The picture of how alike gradients are: a dot for each seed, and words that say where they are."""

from course_utils.training.shattered import likeness_picture


def test_the_words_have_each_networks_lowest_and_highest():
    """Catches means, and a row under another network's name."""
    picture = likeness_picture({"plain-8": [0.5, 0.25], "residual-8": [0.75]})
    assert picture.alt.endswith("a dot a seed: plain-8 0.25 to 0.50; residual-8 0.75 to 0.75.")
    assert "residual-8" in picture.svg
