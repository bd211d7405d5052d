"""Read photos as RGB images, whatever they were saved as, and say clearly when one cannot be read."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

PHOTO_FOLDER = Path(__file__).resolve().parents[2] / "resnet_inputs"

# HEIC is here although Pillow cannot read it: a phone's photo should be named in an error, not passed over.
PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic"})
LARGEST_PHOTO = 100_000_000  # pixels; decoded they take 300 MB

# What Pillow's decoders raise on damaged files, seen by cutting and scrambling files of every format above.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, TypeError, IndexError, OverflowError, struct.error, zlib.error)
_RESTORE = "`git checkout -- resnet_inputs` brings the course's own photos back"


class PhotoError(ValueError):
    """A photo that is missing or cannot be read; the message names the file and what to do."""


def load_photos(folder: str | Path = PHOTO_FOLDER) -> dict[str, Image.Image]:
    """Return every photo of `folder` as an RGB image, keyed by file name without suffix, in alphabetical order.

    Raises `PhotoError` when the folder is missing, holds no photo or two of one name, or when a photo cannot be read.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise PhotoError(f"There is no folder {folder.absolute()}. Give the folder that holds the photos; {_RESTORE}.")
    photos: dict[str, Image.Image] = {}
    for path in sorted(_photo_files(folder), key=lambda path: path.stem):
        if path.stem in photos:
            raise PhotoError(f"Two photos in {folder.absolute()} are called {path.stem!r}. Rename or remove one.")
        photos[path.stem] = load_photo(path)
    if not photos:
        raise PhotoError(f"No photos in {folder.absolute()}. Put a JPEG or PNG file there; {_RESTORE}.")
    return photos


def load_photo(path: str | Path) -> Image.Image:
    """Return the photo at `path` as an upright RGB image of 8 bits a channel, transparent parts over white.

    Raises `PhotoError` when the file is missing, not a whole image, or larger than 100 million pixels.
    """
    path = Path(path)
    _check_file(path)
    return _decoded(path, str(path))


def photo_from_bytes(content: bytes, name: str) -> Image.Image:
    """Return the photo whose file has this content, as `load_photo` does; errors call it `name`."""
    if not content:
        raise PhotoError(_empty(name))
    return _decoded(io.BytesIO(content), name)


def _decoded(file: Path | io.BytesIO, name: str) -> Image.Image:
    from PIL import UnidentifiedImageError

    try:
        return _read(file, name)
    except PhotoError:
        raise
    except _DAMAGED as error:
        # That it is unidentified says no more than the sentence does, and names an object in memory.
        reason = "" if isinstance(error, UnidentifiedImageError) else f" ({error})"
        raise PhotoError(
            f"{name} cannot be read as an image: it is damaged, cut short, or not one of the formats known here"
            f"{reason}. Copy or download it again, or save it as JPEG or PNG."
        ) from error


def _photo_files(folder: Path) -> list[Path]:
    """Photos by suffix; hidden ones are left out, since macOS puts a `._name.jpg` beside files on foreign disks."""
    return [p for p in folder.iterdir() if p.suffix.lower() in PHOTO_SUFFIXES and not p.name.startswith(".")]


def _check_file(path: Path) -> None:
    if not path.exists():
        raise PhotoError(f"There is no photo {path.absolute()}. {_neighbours(path.absolute().parent)}")
    if path.is_dir():
        raise PhotoError(f"{path} is a folder. Give one photo's path, or use load_photos for a whole folder.")
    if path.stat().st_size == 0:
        raise PhotoError(_empty(str(path)))


def _empty(name: str) -> str:
    return f"{name} is empty (0 bytes). Copy or download it again."


def _neighbours(folder: Path) -> str:
    if not folder.is_dir():
        return f"Nor is there a folder {folder}: check the path."
    names = sorted(path.name for path in _photo_files(folder))
    return f"Photos in that folder: {', '.join(names[:12]) or 'none'}."


def _read(file: Path | io.BytesIO, name: str) -> Image.Image:
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        # Pillow warns of odd metadata in good photos, and from 89 million pixels on, where LARGEST_PHOTO decides.
        warnings.simplefilter("ignore")
        try:
            photo = Image.open(file)
        except Image.DecompressionBombError as error:
            raise PhotoError(_too_large(name, str(error))) from error
        with photo:
            # Only the header has been read so far.
            if photo.width * photo.height > LARGEST_PHOTO:
                raise PhotoError(_too_large(name, f"{photo.width} × {photo.height} pixels"))
            return _to_rgb(ImageOps.exif_transpose(photo))


def _too_large(name: str, size: str) -> str:
    return f"{name} is too large ({size}; at most {LARGEST_PHOTO:,} pixels are read). Scale it down first."


def _to_rgb(photo: Image.Image) -> Image.Image:
    from PIL import Image

    if photo.mode.startswith("I"):
        photo = _eight_bits(photo)
    if photo.mode in {"RGBA", "LA", "PA", "RGBa"} or "transparency" in photo.info:
        photo = photo.convert("RGBA")
        photo = Image.alpha_composite(Image.new("RGBA", photo.size, "white"), photo)
    return photo.convert("RGB")


def _eight_bits(photo: Image.Image) -> Image.Image:
    """Scale 16-bit grey down: Pillow's own conversion clips every value above 255 to white."""
    import numpy as np
    from PIL import Image

    values = np.asarray(photo).astype(np.float64)
    return Image.fromarray(np.rint(values / 257).clip(0, 255).astype(np.uint8))
