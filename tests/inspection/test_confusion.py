"""The table of mistakes counts in its row what an image is, and can be read."""

import re

import torch

from course_utils.inspection import confusion

LABELS, SAID = torch.tensor([0, 0, 0, 1, 2, 2]), torch.tensor([0, 2, 2, 1, 2, 0])
NAMES = ("boot", "bag", "shirt")


def test_a_row_is_what_an_image_is_and_a_column_what_the_network_says(capsys):
    """Catches rows and columns that are exchanged, and a class that nobody says and that has no column."""
    confusion.show_confusion(LABELS, SAID, NAMES)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row for row in rows if row[0] in NAMES] == [
        ["boot", "1", "0", "2"],
        ["bag", "0", "1", "0"],
        ["shirt", "1", "0", "1"],
    ]


def test_the_largest_mistake_has_the_fullest_colour_and_numbers_keep_a_distance(monkeypatch):
    """Catches a colour for what is right, and numbers of neighbouring cells that read as one."""
    shown = []
    monkeypatch.setattr(confusion, "surface", lambda: "html")
    monkeypatch.setattr(confusion, "show_html", lambda html, text: shown.append(html))
    confusion.show_confusion(LABELS, SAID, NAMES)
    colours = {}
    for cells, colour in re.findall(r"((?:#\S+, )*#\S+) \{\s*background-color: (rgba\([^)]*\))", shown[0]):
        colours |= dict.fromkeys(re.findall(r"row\d_col\d", cells), colour)
    assert colours["row0_col0"] == colours["row1_col1"] == colours["row0_col1"]  # right, or never said
    assert len({colours[place] for place in ("row0_col0", "row2_col0", "row0_col2")}) == 3
    assert "text-align: right" in shown[0]
    assert "padding: 2px 6px" in shown[0]
