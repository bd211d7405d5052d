"""The pictures of notebook 6's table: what its words say of the dots and the band."""

from course_utils.training.later_blocks import LaterRow, read_later
from course_utils.training.later_plot import later_pictures


def row(name: str, *accuracies: float) -> LaterRow:
    return LaterRow(name, 1, 1, tuple(range(len(accuracies))), accuracies, (1.0,) * len(accuracies))


def test_the_words_say_which_networks_touch_the_band_of_the_first_one():
    """Catches a band around the mean, and words that judge a network by one of its seeds."""
    rows = [
        row("old", 0.80, 0.84),
        row("same", 0.79, 0.81),
        row("around", 0.70, 0.90),
        row("worse", 0.75, 0.79),
        row("better", 0.85, 0.9),
    ]
    alt = later_pictures(rows)[0].alt
    assert "the spread of old" in alt
    assert alt.endswith("Inside it, or partly: same, around; below it: worse; above it: better.")


def test_each_seed_of_each_network_has_its_two_dots():
    """Catches a picture of the means."""
    stored = read_later()
    drawn = [picture.svg for picture in later_pictures(stored)]
    assert all(one.name in svg for one in stored for svg in drawn)
    assert [svg.count("<use ") >= sum(len(one.seeds) for one in stored) for svg in drawn] == [True, True]
