"""Photos of every kind come out as upright RGB, and what cannot be read is named in a clear error."""

import struct
import warnings
import zlib
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from course_utils.data import photos
from course_utils.data.photos import PHOTO_FOLDER, PhotoError, load_photo, load_photos

# Left half dark red, right half light blue: rotation, inversion and clipping all show.
LEFT, RIGHT = (200, 40, 30), (90, 180, 250)


def two_colours(left=LEFT, right=RIGHT, mode="RGB", size=(32, 16)) -> Image.Image:
    image = Image.new(mode, size, left)
    image.paste(right, (size[0] // 2, 0, *size))
    return image


def noise_file(suffix: str) -> bytes:
    """A photo of noise in a format, which no compression makes so small that damage could miss it."""
    noise = np.random.default_rng(0).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(noise).save(buffer, {"jpg": "jpeg", "tif": "tiff"}.get(suffix, suffix))
    return buffer.getvalue()


def halves(image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """The colours at the middle of the left and the right half."""
    values = np.asarray(image).astype(int)
    assert image.mode == "RGB"
    assert values.ndim == 3
    height, width, _ = values.shape
    return values[height // 2, width // 4], values[height // 2, width * 3 // 4]


def assert_colours(image, left, right, tolerance=0):
    got_left, got_right = halves(image)
    assert np.abs(got_left - left).max() <= tolerance, got_left
    assert np.abs(got_right - right).max() <= tolerance, got_right


def test_the_courses_twelve_photos_load_sorted_by_name():
    loaded = load_photos()
    assert len(loaded) == 12
    assert list(loaded) == sorted(loaded)
    assert {image.mode for image in loaded.values()} == {"RGB"}
    assert loaded["koala"].size == (384, 512)


def test_a_photo_stays_readable_after_its_file_is_gone(tmp_path):
    two_colours().save(tmp_path / "a.png")
    image = load_photo(tmp_path / "a.png")
    (tmp_path / "a.png").unlink()
    assert_colours(image, LEFT, RIGHT)


def test_grey_becomes_three_equal_channels(tmp_path):
    two_colours(50, 220, "L").save(tmp_path / "grey.png")
    assert_colours(load_photo(tmp_path / "grey.png"), (50,) * 3, (220,) * 3)


def test_sixteen_bit_grey_is_scaled_and_not_clipped_to_white(tmp_path):
    values = np.full((16, 32), 50 * 257, np.uint16)
    values[:, 16:] = 220 * 257
    for name in ("deep.png", "deep.tif"):
        Image.fromarray(values).save(tmp_path / name)
        assert_colours(load_photo(tmp_path / name), (50,) * 3, (220,) * 3)


def test_cmyk_keeps_its_colours(tmp_path):
    two_colours().convert("CMYK").save(tmp_path / "print.jpg", quality=100, subsampling=0)
    assert_colours(load_photo(tmp_path / "print.jpg"), LEFT, RIGHT, tolerance=6)


def test_transparent_parts_lie_over_white(tmp_path):
    two_colours((200, 40, 30, 255), (0, 0, 0, 0), "RGBA").save(tmp_path / "cut.png")
    assert_colours(load_photo(tmp_path / "cut.png"), LEFT, (255, 255, 255))


def test_half_transparent_grey_is_mixed_with_white(tmp_path):
    two_colours((100, 255), (100, 51), "LA").save(tmp_path / "mist.png")
    assert_colours(load_photo(tmp_path / "mist.png"), (100,) * 3, (224,) * 3, tolerance=1)


def test_a_palette_with_a_transparent_colour_lies_over_white(tmp_path):
    image = Image.new("P", (32, 16), 0)
    image.putpalette([*LEFT, *RIGHT])
    image.paste(1, (16, 0, 32, 16))
    image.save(tmp_path / "icon.png", transparency=1)
    image.save(tmp_path / "icon.gif", transparency=1)
    for name in ("icon.png", "icon.gif"):
        assert_colours(load_photo(tmp_path / name), LEFT, (255, 255, 255))


def test_a_phones_rotated_photo_is_set_upright(tmp_path):
    upright = two_colours(size=(16, 32))
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn by 90° clockwise to show"
    upright.rotate(90, expand=True).save(tmp_path / "phone.png", exif=exif)
    image = load_photo(tmp_path / "phone.png")
    assert image.size == (16, 32)
    assert_colours(image, LEFT, RIGHT)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "bmp", "tif"])
def test_a_file_cut_anywhere_or_scrambled_is_named_in_the_error(tmp_path, suffix):
    whole, path = noise_file(suffix), tmp_path / f"broken.{suffix}"
    for length in range(1, len(whole) - len(whole) // 4, max(1, len(whole) // 60)):
        path.write_bytes(whole[:length])
        with pytest.raises(PhotoError, match=r"broken\.\w+ cannot be read as an image.*again"):
            load_photo(path)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "bmp", "tif"])
def test_damage_never_surfaces_as_another_error(tmp_path, suffix):
    whole, path = noise_file(suffix), tmp_path / f"x.{suffix}"
    for position in range(min(300, len(whole))):
        broken = bytearray(whole)
        broken[position] ^= 0xFF
        path.write_bytes(broken)
        with suppress(PhotoError):
            assert load_photo(path).mode == "RGB"


def test_a_text_file_and_an_empty_file_are_told_apart(tmp_path):
    (tmp_path / "text.jpg").write_text("not a photo")
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(PhotoError, match=r"text\.jpg cannot be read as an image"):
        load_photo(tmp_path / "text.jpg")
    with pytest.raises(PhotoError, match=r"empty\.jpg is empty"):
        load_photo(tmp_path / "empty.jpg")


def test_a_missing_photo_is_named_with_its_neighbours(tmp_path):
    two_colours().save(tmp_path / "koala.png")
    with pytest.raises(PhotoError, match=r"no photo .*kaola\.png\. Photos in that folder: koala\.png"):
        load_photo(tmp_path / "kaola.png")
    with pytest.raises(PhotoError, match="Nor is there a folder"):
        load_photo(tmp_path / "nowhere" / "koala.png")
    with pytest.raises(PhotoError, match="is a folder"):
        load_photo(tmp_path)


def test_a_missing_folder_and_one_without_photos_are_clear_errors(tmp_path):
    with pytest.raises(PhotoError, match=r"no folder .*nowhere.*git checkout"):
        load_photos(tmp_path / "nowhere")
    (tmp_path / "LICENSES.md").write_text("words")
    with pytest.raises(PhotoError, match="No photos in"):
        load_photos(tmp_path)


def test_hidden_files_are_passed_over_and_double_names_refused(tmp_path):
    two_colours().save(tmp_path / "a.PNG", "png")
    (tmp_path / "._a.png").write_bytes(b"macOS puts such files there")
    assert list(load_photos(tmp_path)) == ["a"]
    two_colours().save(tmp_path / "a.bmp")
    with pytest.raises(PhotoError, match=r"Two photos.*'a'"):
        load_photos(tmp_path)


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [10_100, 60_000])
def test_a_huge_photo_is_refused_from_its_header_alone(tmp_path, side):
    (tmp_path / "bomb.png").write_bytes(png_header(side, side))
    with pytest.raises(PhotoError, match=r"bomb\.png is too large .*Scale it down"):
        load_photo(tmp_path / "bomb.png")


def test_a_merely_large_photo_loads_without_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000)  # from here on Pillow warns
    two_colours(size=(50, 30)).save(tmp_path / "large.png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_colours(load_photo(tmp_path / "large.png"), LEFT, RIGHT)
    assert photos.LARGEST_PHOTO == 100_000_000


def test_the_photo_folder_is_found_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert PHOTO_FOLDER.is_absolute()
    assert len(load_photos()) == 12
