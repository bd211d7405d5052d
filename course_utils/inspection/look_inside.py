"""Pictures of what a network has learned: first-layer filters, feature maps along the depth, heat over an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn.functional import interpolate

from course_utils.inspection.sheets import Sheet, sheet_of, show_sheets, to_picture

_HOT = (1.0, 0.5, 0.0)  # orange: far from every grey, whoever looks
_SHOWN_FROM = 0.3  # weaker heat is nearly everywhere, and would hide where the map is hottest


def show_filters(weight: Float[Tensor, "filters colours height width"], *, side: int = 60, columns: int = 8) -> None:
    """Show the kernels of a first convolution: a weight of 0 is mid-grey, negative ones darker, positive ones lighter.

    Each kernel has a scale of its own, on which its largest weight, above or below 0, is white or black.

    Raises:
        ValueError: the kernels have neither 1 nor 3 input channels, and are no images.
    """
    filters, colours, height, width = weight.shape
    if colours not in {1, 3}:
        raise ValueError(f"The kernels have {colours} input channels: only 1 (grey) or 3 (colour) can be shown.")
    each = [_around_grey(one.detach()) for one in weight]
    alt = f"{filters} kernels of {height} by {width} weights as small {'colour' if colours == 3 else 'grey'} images"
    show_sheets([Sheet(sheet_of(torch.stack(each), side=side, columns=columns), f"{filters} first-layer kernels", alt)])


def show_images(images: UInt8[Tensor, "images height width"], captions: Sequence[str], *, side: int = 84) -> None:
    """Show grey images with a caption each."""
    shown = zip(images, captions, strict=True)
    show_sheets(
        Sheet(sheet_of(image[None, None] / 255, side=side, columns=1), caption, f"small grey image: {caption}")
        for image, caption in shown
    )


def show_feature_maps(
    maps: Mapping[str, Float[Tensor, "batch channels height width"]], *, channels: int = 8, side: int = 84
) -> None:
    """Show, for the first image of the batch, the channels of each layer that vary most, in the channels' order.

    In each layer the smallest value shown is black and the largest white.
    """
    show_sheets(row_of_maps(name, layer[0].detach(), channels=channels, side=side) for name, layer in maps.items())


def row_of_maps(
    name: str, layer: Float[Tensor, "channels height width"], *, channels: int = 8, side: int = 84
) -> Sheet:
    """Draw the channels of a layer that vary most, in the channels' order."""
    chosen = layer.flatten(1).std(1).topk(min(channels, len(layer))).indices.sort().values
    height, width = layer.shape[1:]
    caption = f"{name}: {len(layer)} channels of {height}×{width}"
    told = f"{caption}; shown are channels {', '.join(str(index) for index in chosen.tolist())}"
    return Sheet(sheet_of(_stretched(layer[chosen])[:, None], side=side, columns=channels), caption, told)


def _around_grey(values: Tensor) -> Tensor:
    """Scale values to the range from 0 to 1, with 0 in the middle."""
    largest = values.abs().max()
    return 0.5 + (values / (2 * largest) if largest > 0 else values)


def _stretched(values: Tensor) -> Tensor:
    """Stretch values to the range from 0 to 1; constant ones become 0."""
    span = values.max() - values.min()
    return (values - values.min()) / span if span > 0 else torch.zeros_like(values)


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
