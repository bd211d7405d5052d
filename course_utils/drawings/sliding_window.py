"""A convolution: one window of weights slides over the image, and each place that it stops at gives one number."""

from __future__ import annotations

from course_utils.drawings.svg import FILLS, ORANGE, PAPER, Drawing, arrow, frame, grid, lines, text

IMAGE = ((0, 0, 1, 1, 1), (0, 0, 1, 1, 1), (0, 0, 1, 1, 1), (0, 0, 0, 1, 1), (0, 0, 0, 1, 1))
WEIGHT = ((-1, 0, 1),) * 3
Rows = tuple[tuple[int, ...], ...]


def sliding_window() -> Drawing:
    """Draw a 3×3 window at its first two places, and once more with padding 1 and stride 2."""
    plain, padded = convolve(IMAGE, 1), convolve(pad(IMAGE), 2)
    words = (
        f"A window of 3×3 weights, −1, 0 and 1 in each row, lies on the top left corner of an image of 5×5 pixels "
        f"that is 0 on the left and 1 on the right. Nine products are added up to one number, {plain[0][0]}, the top "
        "left number of the output. Then the window moves one column to the right and gives the next number, "
        f"{plain[0][1]}. The whole output is {_spoken(plain)}: large where the edge is, 0 where nothing changes. "
        "Below, the same image has a rim of zeros around it, padding 1, and the window moves two pixels at a time, "
        f"stride 2; the output is {_spoken(padded)}, again 3×3."
    )
    parts = (
        _moment(14, ("One place: nine products, added up,", "give one number."), padding=0, stride=1, step=0),
        _moment(230, ("One pixel further: the same weights", "give the next number."), padding=0, stride=1, step=1),
        _moment(446, ("Padding 1: a rim of zeros around it.", "Stride 2: two pixels further."), 1, stride=2, step=1),
    )
    return Drawing("A window slides over an image", words, parts, height=696)


def pad(image: Rows) -> Rows:
    """Put a rim of zeros around the image."""
    rim = ((0,) * (len(image[0]) + 2),)
    return rim + tuple((0, *row, 0) for row in image) + rim


def convolve(image: Rows, stride: int) -> Rows:
    """Slide WEIGHT over the image."""
    starts = range(0, len(image) - 2, stride)
    return tuple(tuple(_sum(image, row, column) for column in starts) for row in starts)


def _sum(image: Rows, row: int, column: int) -> int:
    return sum(_products(image, row, column))


def _products(image: Rows, row: int, column: int) -> list[int]:
    return [WEIGHT[v][u] * image[row + v][column + u] for v in range(3) for u in range(3)]


def _sum_in_words(image: Rows, column: int) -> str:
    """Write the sum at a place of the top row; its products are 0 but for a few."""
    some = [product for product in _products(image, 0, column) if product]
    return f"{' + '.join(map(str, some))} + {9 - len(some)} zeros = {sum(some)}"


def _moment(y: float, title: tuple[str, str], padding: int, stride: int, step: int) -> str:
    """Draw image, weights and output, with the window at the first place (step 0) or at the next (step 1)."""
    image, cell, top = (pad(IMAGE), 24, y + 62) if padding else (IMAGE, 28, y + 62)
    side = len(image) * cell
    middle, corner = top + side / 2 - 42, 16 + step * stride * cell
    parts = [
        lines(16, y + 14, *title, bold=True, text_anchor="start", font_size=15),
        text(16 + side, top - 8, "image", text_anchor="end", font_size=13),
        _padded(16, top, cell, image) if padding else grid(16, top, cell, image),
        text(198, middle - 8, "weights", text_anchor="start", font_size=13),
        grid(198, middle, 28, _written(WEIGHT), fill=FILLS["conv"]),
        text(300, middle - 8, "output", text_anchor="start", font_size=13),
        grid(300, middle, 28, _written(convolve(image, stride))),
        text(384, middle + 106, _sum_in_words(image, step * stride), text_anchor="end"),
    ]
    if step:
        dashes = {"stroke": "currentColor", "stroke_width": 1.5, "stroke_dasharray": "4 3"}
        parts.append(frame(16, top, 3 * cell, 3 * cell, **dashes))
        parts.append(arrow((16 + 1.5 * cell, top - 6), (corner + 1.5 * cell, top - 6), stroke=ORANGE))
    parts += [frame(corner, top, 3 * cell, 3 * cell), frame(300 + step * 28, middle, 28, 28)]
    return "".join(parts)


def _padded(x: float, y: float, cell: float, image: Rows) -> str:
    """Draw the image with its rim grey and dashed."""
    empty = [[""] * len(image)] * len(image)
    rim = grid(x, y, cell, empty, fill=FILLS["part"], stroke_dasharray="3 3")
    inside = grid(x + cell, y + cell, cell, [row[2:] for row in empty[2:]], fill=PAPER)
    return rim + inside + grid(x, y, cell, image, stroke="none")


def _written(rows: Rows) -> list[list[str]]:
    return [[str(value).replace("-", "−") for value in row] for row in rows]


def _spoken(rows: Rows) -> str:
    return " / ".join(" ".join(row) for row in _written(rows))
