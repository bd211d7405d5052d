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
_GROUND = (120, 150, 200, 255)  # blue, so that neither a white nor a black image runs into its neighbour or the page


@dataclass(frozen=True)
class Sheet:
    """A picture, the words under it, and what it shows in words."""

    picture: Image.Image
    caption: str
    alt: str


def sheet_of(images: Float[Tensor, "images colours height width"], *, side: int, columns: int) -> Image.Image:
    """Put images (1 or 3 colours, from 0 to 1) in rows, each `side` pixels high, each in a frame."""
    from PIL import Image

    tiles = [to_picture(image).resize(_size(image, side), Image.Resampling.NEAREST) for image in images]
    width, height = tiles[0].size
    rows = -(-len(tiles) // columns)
    columns = min(columns, len(tiles))
    sheet = Image.new("RGBA", (columns * (width + GAP) + GAP, rows * (height + GAP) + GAP), _GROUND)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        sheet.paste(tile, (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    return sheet


def _size(image: Tensor, side: int) -> tuple[int, int]:
    """Give width and height of a tile: a whole number of screen pixels for each of the image's own, where it fits."""
    height, width = image.shape[-2:]
    scale = max(side // height, 1)
    return width * scale, height * scale


def to_picture(image: Float[Tensor, "colours height width"]) -> Image.Image:
    """Make a picture of numbers from 0 to 1; a single colour is grey."""
    from PIL import Image

    values = (image.detach().clamp(0, 1) * 255).round().to(torch.uint8)
    return Image.fromarray(values.expand(3, -1, -1).permute(1, 2, 0).numpy())


def show_sheets(sheets: Iterable[Sheet], *, together: int = 1) -> None:
    """Show the pictures, one beside or below the other as there is room; elsewhere than in a notebook, their words.

    together: so many of them stay beside each other, however narrow the place.
    """
    sheets = list(sheets)
    text = "\n".join(sheet.alt for sheet in sheets)
    if surface() != "html":
        print(text)
        return
    show_html(sheets_html(sheets, together), text)


def sheets_html(sheets: Iterable[Sheet], together: int = 1) -> str:
    """Give the pictures as HTML."""
    figures = [_figure(sheet) for sheet in sheets]
    if together > 1:
        groups = ("".join(figures[first : first + together]) for first in range(0, len(figures), together))
        figures = [f'<div style="display:flex;gap:.3em;align-items:end">{group}</div>' for group in groups]
    return f'<div style="display:flex;flex-wrap:wrap;gap:1em;align-items:end">{"".join(figures)}</div>'


def _figure(sheet: Sheet) -> str:
    file = io.BytesIO()
    kind = "png" if sheet.picture.mode == "RGBA" else "jpeg"  # sheets, whose edges are sharp, or else small photos
    sheet.picture.save(file, kind, quality=85)
    data = base64.b64encode(file.getvalue()).decode()
    image = f'<img src="data:image/{kind};base64,{data}" alt="{escape(sheet.alt)}" style="max-width:100%">'
    width = f"max({sheet.picture.width}px,8em)"  # a long caption takes a second line, and no place from the next image
    caption = f'<figcaption style="font-size:85%;max-width:{width}">{escape(sheet.caption)}</figcaption>'
    return f'<figure style="margin:0">{image}{caption}</figure>'
