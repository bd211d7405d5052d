"""WCAG's contrast between colours, as they are on light pages and as pictures turn them over on dark ones."""

import re

from course_utils.checking.pictures import INVERT, PAPER

Colour = tuple[float, ...]
"""Red, green, blue and alpha from 0 to 1."""

# CSS filter effects, hue-rotate(180deg): the luminances twice, less the channel itself.
_SHARES = (0.213, 0.715, 0.072)


def channels(colour: str) -> Colour:
    if colour.startswith("#"):
        return *(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)), 1.0
    red, green, blue, alpha = map(float, re.fullmatch(r"rgba\((.*)\)", colour)[1].split(","))
    return red / 255, green / 255, blue / 255, alpha


def _turned_over(colour: Colour) -> Colour:
    light = [INVERT + each * (1 - 2 * INVERT) for each in colour[:3]]
    grey = sum(share * each for share, each in zip(_SHARES, light, strict=True))
    return tuple(min(max(2 * grey - each, 0), 1) for each in light)


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ink: str, fill: str = PAPER) -> float:
    """The lower one of the contrasts on light and on dark pages between ink and a fill on the paper."""
    *over, alpha = channels(fill)
    ground = tuple(alpha * a + (1 - alpha) * b for a, b in zip(over, channels(PAPER)[:3], strict=True))
    both = channels(ink), ground
    return min(between(*both), between(*map(_turned_over, both)))


def between(one: Colour, other: Colour) -> float:
    """The contrast between two colours that no page turns over."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)
