"""Pictures of what a network has learned: first-layer filters, and feature maps along the depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from course_utils.inspection.sheets import Sheet, sheet_of, show_sheets

_IN_A_ROW = 4  # maps: as many as can be told apart on a telephone
_LEAST = 280  # pixels for these, however narrow the place


def show_filters(weight: Float[Tensor, "filters colours height width"], *, side: int = 80, columns: int = 8) -> None:
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
    sheet = sheet_of(torch.stack(each), side=side, columns=columns, alt=alt)
    show_sheets([Sheet((sheet,), f"{filters} first-layer kernels")])


def show_images(images: UInt8[Tensor, "images height width"], captions: Sequence[str], *, side: int = 112) -> None:
    """Show grey images with a caption each."""
    shown = zip(images, captions, strict=True)
    show_sheets(
        Sheet((sheet_of(image[None, None] / 255, side=side, columns=1, alt=f"small grey image: {caption}"),), caption)
        for image, caption in shown
    )


def show_feature_maps(
    maps: Mapping[str, Float[Tensor, "batch channels height width"]], *, channels: int = 8, side: int = 150
) -> None:
    """Show, for the first image of the batch, the channels of each layer that vary most, in the channels' order.

    In each layer the smallest value shown is black and the largest white.
    """
    show_sheets(row_of_maps(name, layer[0].detach(), channels=channels, side=side) for name, layer in maps.items())


def row_of_maps(
    name: str, layer: Float[Tensor, "channels height width"], *, channels: int = 8, side: int = 150
) -> Sheet:
    """Draw the channels of a layer that vary most, in the channels' order, four in a row."""
    chosen = layer.flatten(1).std(1).topk(min(channels, len(layer))).indices.sort().values
    height, width = layer.shape[1:]
    caption = f"{name}: {len(layer)} channels of {height}×{width}"
    fours = zip(chosen.split(_IN_A_ROW), _stretched(layer[chosen])[:, None].split(_IN_A_ROW), strict=True)
    pictures = [
        sheet_of(maps, side=side, columns=_IN_A_ROW, alt=f"{caption}; shown are channels {_listed(which)}")
        for which, maps in fours
    ]
    return Sheet(tuple(pictures), caption, least=_LEAST)


def _listed(which: Tensor) -> str:
    return ", ".join(map(str, which.tolist()))


def _around_grey(values: Tensor) -> Tensor:
    """Scale values to the range from 0 to 1, with 0 in the middle."""
    largest = values.abs().max()
    return 0.5 + (values / (2 * largest) if largest > 0 else values)


def _stretched(values: Tensor) -> Tensor:
    """Stretch values to the range from 0 to 1; constant ones become 0."""
    span = values.max() - values.min()
    return (values - values.min()) / span if span > 0 else torch.zeros_like(values)
