"""What each kind of normalisation takes together: a column, a row, a part of a row, or one place of a row."""

from __future__ import annotations

from collections.abc import Sequence

from course_utils.drawings.svg import BLUE, Drawing, element, frame, grid, line, text

_IMAGES, _CHANNELS, _GROUP, _PLACES = 3, 4, 2, 4
_PITCH, _PLACE = 40, 15  # from one map to the next, and the side of one of its 2×2 places


def norm_axes() -> Drawing:
    """Draw a batch as a table of maps, four times; what shares one mean and one variance is in a frame."""
    groups = _IMAGES * _CHANNELS // _GROUP
    words = (
        f"A batch as a table: a row for each of {_IMAGES} images, a column for each of {_CHANNELS} channels, and in "
        "each cell a map of 2×2 places. Frames show what shares one mean and one variance, and one of them is "
        f"filled. Batch norm: a column, one channel of all images, {_CHANNELS} means. Layer norm: a row, all channels "
        f"of one image, {_IMAGES} means. Group norm: half a row, {_GROUP} channels of one image, {groups} means. "
        f"Layer norm as in a transformer: one place of one image in all its channels, {_IMAGES * _PLACES} means."
    )
    row, place = range(_CHANNELS), (0,)
    parts = (
        _panel((16, 30), "Batch norm", ("one channel, all images:", f"{_CHANNELS} means")),
        _table((16, 72), [(image, 0) for image in range(_IMAGES)]),
        _frames((16, 72), _IMAGES, 1),
        _panel((216, 30), "Layer norm", ("one image, all channels:", f"{_IMAGES} means")),
        _table((216, 72), [(0, channel) for channel in row]),
        _frames((216, 72), 1, _CHANNELS),
        _panel((16, 236), "Group norm", (f"one image, {_GROUP} channels:", f"{groups} means")),
        _table((16, 278), [(0, channel) for channel in range(_GROUP)]),
        _frames((16, 278), 1, _GROUP),
        _panel((216, 236), "… in a transformer", ("one place, all channels:", f"{_IMAGES * _PLACES} means")),
        _table((216, 278), [(0, channel) for channel in row], place),
        line((228, 290), (228 + _PITCH * (_CHANNELS - 1), 290), stroke=BLUE, stroke_width=3),
        text(16, 430, "A row is an image, a column a channel, a cell a map.", text_anchor="start", font_size=13),
        text(16, 448, "What is framed or joined shares one mean.", text_anchor="start", font_size=13),
    )
    return Drawing("What is normalised together", words, parts, height=464)


def _panel(at: tuple[float, float], title: str, words: Sequence[str]) -> str:
    x, y = at
    written = [text(x, y + 18 + 17 * i, words, text_anchor="start", font_size=13) for i, words in enumerate(words)]
    return text(x, y, title, bold=True, text_anchor="start", font_size=15) + "".join(written)


def _table(at: tuple[float, float], filled: Sequence[tuple[int, int]], places: Sequence[int] = range(_PLACES)) -> str:
    """Draw the batch; of the maps that are `filled`, these places are."""
    x, y = at
    parts = []
    for image in range(_IMAGES):
        for channel in range(_CHANNELS):
            left, top = x + 5 + _PITCH * channel, y + 5 + _PITCH * image
            if (image, channel) in filled:
                size = {"width": _PLACE, "height": _PLACE, "fill": "#a9c3ee"}
                parts += [element("rect", x=left + _PLACE * (i % 2), y=top + _PLACE * (i // 2), **size) for i in places]
            parts.append(grid(left, top, _PLACE, [["", ""]] * 2))
    return "".join(parts)


def _frames(at: tuple[float, float], images: int, channels: int) -> str:
    """Draw a frame around each `images` rows and `channels` columns of the table."""
    x, y = at
    corners = [
        (x + 2 + _PITCH * channel, y + 2 + _PITCH * image)
        for image in range(0, _IMAGES, images)
        for channel in range(0, _CHANNELS, channels)
    ]
    return "".join(frame(*corner, _PITCH * channels - 4, _PITCH * images - 4, stroke_width=2.5) for corner in corners)
