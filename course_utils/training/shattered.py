"""How alike the gradients of two nearly equal images are, in plain and residual networks of some depths: a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from course_utils.checking.pictures import INK
from course_utils.training.figures import Picture, draw, paint_rows, show_pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_likeness(likeness: Mapping[str, Sequence[float]]) -> None:
    """Show a row of dots for each network, such as "plain-8": the cosines that its seeds gave."""
    show_pictures([likeness_picture(likeness)])


def likeness_picture(likeness: Mapping[str, Sequence[float]]) -> Picture:
    """Draw the rows, in the order in which they come."""
    told = "; ".join(f"{name} {min(each):.2f} to {max(each):.2f}" for name, each in likeness.items())
    alt = f"The cosine between the gradients of an image and of the same image with some noise, a dot a seed: {told}."
    return draw(lambda figure: _paint(figure.subplots(), likeness), alt, size=(3.6, 2.8))


def _paint(axes: Axes, likeness: Mapping[str, Sequence[float]]) -> None:
    paint_rows(axes, likeness)
    axes.axvline(0, color=INK, lw=0.8)
    axes.set(title="Plain: soon nothing in common.\nResidual: a little is left at 56.", xlim=(-0.1, 1))
    axes.set_xlabel("0: unrelated · cosine · 1: same direction")
