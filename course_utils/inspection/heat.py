"""Heat over an image: where a network has looked."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import interpolate

from course_utils.inspection.sheets import IN_TWO_COLUMNS, Picture, Sheet, sheet_of, show_sheets, to_picture

# What is black and what is white in an image, where it's cold and where it's hot: light enough that a dark thing is
# seen under the heat, and so far from each other that a white one is.
_COLD = (0.44, 0.44, 0.44), (1.0, 1.0, 1.0)
_HOT = (0.91, 0.39, 0.0), (1.0, 0.69, 0.31)
_SHOWN_FROM = 0.3  # weaker heat is nearly everywhere, and would hide where the map is hottest
_SMALL = 100  # an image that's lower than this is shown pixel by pixel
_SIDE = 196  # pixels of the page
_PHOTO = 224  # a photo's height in pixels, at most


def show_heat(
    images: Mapping[str, Float[Tensor, "colours height width"]], heat: Mapping[str, Float[Tensor, "height width"]]
) -> None:
    """Show each image, and beside it the same in light grey, in orange where its map (from 0 to 1, as large) is hot.

    The orange begins at 0.3; a scale comes with the images.
    """
    pairs = (_pair(name, image, heat[name].detach()) for name, image in images.items())
    show_sheets([*pairs, _scale()], IN_TWO_COLUMNS)


def _pair(name: str, image: Tensor, heat: Tensor) -> Sheet:
    alt = f"{name} in light grey, with the heat map over it in orange; {_spread(heat)}"
    return Sheet((_drawn(image, f"the image itself: {name}"), _drawn(_mixed(image, heat), alt)), name, least=120)


def _drawn(image: Tensor, alt: str) -> Picture:
    height, width = image.shape[1:]
    if height < _SMALL:
        return sheet_of(image[None], side=_SIDE, columns=1, alt=alt)
    size = [min(height, _PHOTO), round(width * min(1, _PHOTO / height))]
    picture = to_picture(interpolate(image[None], size=size, mode="bilinear", antialias=True)[0])
    return Picture(picture, picture.width, alt)


def _scale() -> Sheet:
    """Draw the heat from 0 to 1 over white and, below it, over black."""
    width = 2 * _SIDE
    heat = torch.linspace(0, 1, width).expand(24, -1)
    ground = torch.tensor([1.0, 0.0]).repeat_interleave(12).expand(width, -1).T[None]
    alt = f"scale of the heat, over white and over black: grey up to {_SHOWN_FROM}, fullest orange at 1"
    return Sheet((Picture(to_picture(_mixed(ground, heat)), width, alt),), "heat from 0 to 1")


def _mixed(image: Float[Tensor, "colours height width"], heat: Float[Tensor, "height width"]) -> Tensor:
    light = image.detach().mean(0, keepdim=True)
    cold, hot = (
        torch.tensor(black)[:, None, None] * (1 - light) + torch.tensor(white)[:, None, None] * light
        for black, white in (_COLD, _HOT)
    )
    strength = ((heat - _SHOWN_FROM) / (1 - _SHOWN_FROM)).clamp(0, 1)
    return cold * (1 - strength) + hot * strength


def _spread(heat: Tensor) -> str:
    """Say how many percent of the heat are in each third of the height, and of the width."""
    if heat.max() <= 0:
        return "no heat anywhere: nothing speaks for this class"
    down, across = (_thirds(heat.clamp(min=0).sum(axis)) for axis in (1, 0))
    return "percent of the heat: top {}, middle {}, bottom {}; left {}, middle {}, right {}".format(*down, *across)


def _thirds(line: Tensor) -> list[int]:
    """Give the percentages of the sum that are in the first, the second and the last third."""
    third = torch.arange(len(line), device=line.device) * 3 // len(line)
    sums = torch.zeros(3, dtype=line.dtype, device=line.device).index_add(0, third, line)
    return (100 * sums / sums.sum()).round().int().tolist()
