"""What is left after each cut: marks where the shares are, in their networks' looks, and words that have them all."""

import re

from course_utils.training.cuts_plot import cuts_picture
from course_utils.training.figures import BLUE, ORANGE

SHARES = {"plain": {"nothing": 0.84, "block 1": 0.194}, "residual": {"nothing": 0.857, "block 1": 0.771}}
MARK = re.compile(r'<use xlink:href="#\w+" x="([\d.]+)" y="([\d.]+)" style="fill: #\w+; stroke: (#\w+)')


def marks(shares, colour):
    """Give the places of the marks of this colour, from left to right and from the top down, in points."""
    svg = cuts_picture(shares, title="right", guess=0.5).svg
    chart = svg[: svg.index("legend_1")]
    return [(float(x), float(y)) for x, y, line in MARK.findall(chart) if line == colour]


def test_each_share_has_its_mark_in_the_row_of_its_cut_and_the_colour_of_its_network():
    """Catches plain and residual that have changed places, rows from below, and shares that aren't to scale."""
    (whole, cut), (other_whole, other_cut) = (marks(SHARES, colour) for colour in (ORANGE, BLUE))
    assert whole[1] == other_whole[1] < cut[1] == other_cut[1]
    points = (whole[0] - cut[0]) / (84 - 19.4)  # for each percent
    assert abs(other_cut[0] - cut[0] - points * (77.1 - 19.4)) < 0.01


def test_a_share_is_found_by_its_cut_whatever_their_order():
    """Catches marks that are drawn in the order of their own mapping."""
    turned = SHARES | {"residual": dict(reversed(SHARES["residual"].items()))}
    assert marks(turned, BLUE) == marks(SHARES, BLUE)


def test_the_words_have_every_share_and_the_guess_and_the_ends_of_a_row_are_written():
    """Catches a share that only the eye gets."""
    picture = cuts_picture(SHARES, title="right on 350 images, without …", guess=1 / 7)
    assert picture.alt == (
        "right on 350 images, without …; nothing: plain 84.0%, residual 85.7%; block 1: plain 19.4%, residual 77.1%. "
        "Guessing: 14.3%."
    )
    assert [number in picture.svg for number in (">84<", ">86<", ">19<", ">77<")] == [True] * 4
