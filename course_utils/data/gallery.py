"""Show photos side by side: small, with their names."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from course_utils.checking.surface import show_html, surface

if TYPE_CHECKING:
    from PIL import Image

_SIDE = 150  # pixels


def show_photos(photos: Mapping[str, Image.Image]) -> None:
    """Show photos (by name) in a notebook; elsewhere, their names and sizes."""
    text = "\n".join(f"{name}: {photo.width}×{photo.height} pixels" for name, photo in photos.items())
    if surface() != "html":
        print(text)
        return
    figures = "".join(photo_html(name, photo) for name, photo in photos.items())
    show_html(f'<div style="display:flex;flex-wrap:wrap;gap:.8em">{figures}</div>', text)


def photo_html(name: str, photo: Image.Image, side: int = _SIDE) -> str:
    """Give a photo as HTML, made small enough for a square of `side` pixels, with its name below it."""
    small = photo.copy()
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=80)
    data = base64.b64encode(buffer.getvalue()).decode()
    name = name.replace("_", " ")
    alt = f"photo of {name}"
    return (
        f'<figure style="margin:0;max-width:100%;width:{side}px">'
        f'<img src="data:image/jpeg;base64,{data}" alt="{escape(alt)}" style="max-width:100%">'
        f'<figcaption style="font-size:85%">{escape(name)}</figcaption></figure>'
    )
