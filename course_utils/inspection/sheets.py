"""Small images side by side in one picture, with words for those who cannot see it."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import torch
from jaxtyping import Float
from torch import Tensor

from course_utils.checking.surface import show_html, surface

if TYPE_CHECKING:
    from PIL import Image

GAP = 4  # pixels between the images, and around them
FINE = 2  # pixels of a picture for each of the page's, so that edges are sharp on a fine screen and in a narrow place
SIDE_BY_SIDE = "display:flex;flex-wrap:wrap;gap:1em;align-items:end"
IN_TWO_COLUMNS = (
    "display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:1em .6em;max-width:760px"
)
_GROUND = (120, 150, 200, 255)  # blue, so that neither a white nor a black image runs into its neighbour or the page


@dataclass(frozen=True)
class Picture:
    """A picture, as wide on the page as `width` says where there is room, and what it shows in words."""

    image: Image.Image
    width: int
    alt: str


@dataclass(frozen=True)
class Sheet:
    """Pictures beside each other, and the words under them.

    least: one goes below the other where there's less room than this for each.
    """

    pictures: tuple[Picture, ...]
    caption: str
    least: int = 0


def sheet_of(images: Float[Tensor, "images colours height width"], *, side: int, columns: int, alt: str) -> Picture:
    """Put images (1 or 3 colours, from 0 to 1) in rows, each `side` pixels high, each in a frame."""
    from PIL import Image

    tiles = [to_picture(image).resize(_size(image, side), Image.Resampling.NEAREST) for image in images]
    width, height = tiles[0].size
    gap = FINE * GAP
    rows = -(-len(tiles) // columns)
    columns = min(columns, len(tiles))
    sheet = Image.new("RGBA", (columns * (width + gap) + gap, rows * (height + gap) + gap), _GROUND)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        sheet.paste(tile, (gap + column * (width + gap), gap + row * (height + gap)))
    return Picture(sheet, sheet.width // FINE, alt)


def _size(image: Tensor, side: int) -> tuple[int, int]:
    """Give width and height of a tile: a whole number of the page's pixels for each of the image's, where it fits."""
    height, width = image.shape[-2:]
    scale = FINE * max(side // height, 1)
    return width * scale, height * scale


def to_picture(image: Float[Tensor, "colours height width"]) -> Image.Image:
    """Make a picture of numbers from 0 to 1; a single colour is grey."""
    from PIL import Image

    values = (image.detach().clamp(0, 1) * 255).round().to(torch.uint8)
    return Image.fromarray(values.expand(3, -1, -1).permute(1, 2, 0).numpy())


def show_sheets(sheets: Iterable[Sheet], layout: str = SIDE_BY_SIDE) -> None:
    """Show the sheets as there is room for them; elsewhere than in a notebook, their words."""
    sheets = list(sheets)
    text = "\n".join(picture.alt for sheet in sheets for picture in sheet.pictures)
    if surface() != "html":
        print(text)
        return
    show_html(sheets_html(sheets, layout), text)


def sheets_html(sheets: Iterable[Sheet], layout: str = SIDE_BY_SIDE) -> str:
    """Give the sheets as HTML."""
    return f'<div style="{layout}">{"".join(_figure(sheet) for sheet in sheets)}</div>'


def _figure(sheet: Sheet) -> str:
    pictures = "".join(_img(picture, sheet.least) for picture in sheet.pictures)
    together = sum(picture.width for picture in sheet.pictures)
    width = f"max({together}px,8em)"  # a long caption takes a second line, and no place from the next image
    caption = f'<figcaption style="font-size:85%;max-width:{width}">{escape(sheet.caption)}</figcaption>'
    row = f'<div style="display:flex;flex-wrap:wrap;gap:{GAP}px;align-items:start">{pictures}</div>'
    return f'<figure style="margin:0;min-width:0">{row}{caption}</figure>'


def _img(picture: Picture, least: int) -> str:
    file = io.BytesIO()
    kind = "png" if picture.image.mode == "RGBA" else "jpeg"  # sheets, whose edges are sharp, or else small photos
    picture.image.save(file, kind, quality=85)
    data = base64.b64encode(file.getvalue()).decode()
    begins = min(least or picture.width, picture.width)
    style = f"flex:1 1 {begins}px;min-width:0;max-width:min(100%,{picture.width}px);height:auto"
    return (
        f'<img src="data:image/{kind};base64,{data}" alt="{escape(picture.alt)}" width="{picture.width}" '
        f'style="{style}">'
    )
