"""The paper's three shortcuts, where the shape changes and where it stays."""

from __future__ import annotations

from course_utils.drawings.residual import Skip, Steps, block
from course_utils.drawings.svg import Drawing, arrow, text

_PADDED: Steps = [("part", "every 2nd", "pixel"), ("part", "append", "64 maps", "of zeros")]
_PROJECTION: Steps = [("conv", "1×1 conv", "64 → 128,", "stride 2"), ("norm", "batch", "norm")]
_SAME_SIZE: Steps = [("conv", "1×1 conv", "128 → 128"), ("norm", "batch", "norm")]


def shortcuts() -> Drawing:
    """Draw options A, B and C, each past a block that changes the shape and past one that keeps it."""
    words = (
        "Two rows of three blocks. Upper row, where the shape changes, from 64 to 128 channels at stride 2: option A "
        "takes every second pixel and appends 64 maps of zeros; options B and C have a 1×1 convolution with stride 2 "
        "and a batch norm. Lower row, where the shape stays: in options A and B the skip is the input itself; option "
        "C has a 1×1 convolution and a batch norm here too. So A has no weights on its skips, B has some where the "
        "shape changes, and C has some everywhere."
    )
    options = (("A", _PADDED, ()), ("B", _PROJECTION, ()), ("C", _PROJECTION, _SAME_SIZE))
    parts = [
        text(16, 62, "Shape changes: 64 → 128 channels, stride 2", text_anchor="start", bold=True),
        text(16, 340, "Shape stays: 128 → 128 channels, stride 1", text_anchor="start", bold=True),
    ]
    for x, (name, changing, keeping) in zip((36, 164, 292), options, strict=True):
        parts.append(text(x + 30, 30, f"Option {name}", bold=True, font_size=16))
        for top, skip in ((84, changing), (362, keeping)):
            drawn, end = block((x, top), 34, [("part", "F")], Skip(aside=62, steps=skip, width=80))
            parts += [*drawn, arrow((x, end), (x, end + 20))]
    return Drawing("Three ways past a block", words, tuple(parts), height=566)
