"""Heat over an image: where a network has looked."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import interpolate

from course_utils.inspection.sheets import Sheet, show_sheets, to_picture

_HOT = (1.0, 0.5, 0.0)  # orange: far from every grey, whoever looks
_SHOWN_FROM = 0.3  # weaker heat is nearly everywhere, and would hide where the map is hottest


def show_heat(
    images: Mapping[str, Float[Tensor, "colours height width"]],
    heat: Mapping[str, Float[Tensor, "height width"]],
    *,
    side: int = 168,
    together: int = 1,
) -> None:
    """Show each image in grey, and over it in orange where its map (from 0 to 1, as large as the image) is hot.

    The orange begins at 0.3; a scale comes with the images. So many of these as `together` says stay side by side.
    """
    heated = (_heated(name, image, heat[name], side) for name, image in images.items())
    show_sheets([*heated, _scale(side)], together=together)


def _heated(name: str, image: Tensor, heat: Tensor, side: int) -> Sheet:
    grey = 0.1 + 0.5 * image.mean(0, keepdim=True)  # white clothes would outshine the heat
    size = [side, round(side * image.shape[2] / image.shape[1])]
    picture = to_picture(interpolate(_mixed(grey, heat)[None], size=size, mode="bilinear")[0])
    alt = f"{name} in grey, with the heat map over it in orange; {_spread(heat)}"
    return Sheet(picture, name, alt)


def _scale(side: int) -> Sheet:
    heat = torch.linspace(0, 1, side).expand(side // 8, -1)
    picture = to_picture(_mixed(torch.full((1, *heat.shape), 0.1), heat))
    return Sheet(picture, "heat from 0 to 1", f"scale of the heat: grey up to {_SHOWN_FROM}, fullest orange at 1")


def _mixed(grey: Float[Tensor, "1 height width"], heat: Float[Tensor, "height width"]) -> Tensor:
    strength = 0.85 * ((heat.detach() - _SHOWN_FROM) / (1 - _SHOWN_FROM)).clamp(0, 1)
    return grey * (1 - strength) + torch.tensor(_HOT)[:, None, None] * strength


def _spread(heat: Tensor) -> str:
    """Say how many percent of the heat are in each third of the height, and of the width."""
    if heat.max() <= 0:
        return "no heat anywhere: nothing speaks for this class"
    down, across = (_thirds(heat.detach().clamp(min=0).sum(axis)) for axis in (1, 0))
    return "percent of the heat: top {}, middle {}, bottom {}; left {}, middle {}, right {}".format(*down, *across)


def _thirds(line: Tensor) -> list[int]:
    """Give the percentages of the sum that are in the first, the second and the last third."""
    third = torch.arange(len(line), device=line.device) * 3 // len(line)
    sums = torch.zeros(3, dtype=line.dtype, device=line.device).index_add(0, third, line)
    return (100 * sums / sums.sum()).round().int().tolist()
