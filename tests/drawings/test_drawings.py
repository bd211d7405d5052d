"""Every drawing can be read: on light and dark pages, by a screen reader, in a terminal, and in a small file."""

import base64
import re
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from contrast import contrast

from course_utils import drawings
from course_utils.drawings.resnet34 import resnet34_drawing
from course_utils.drawings.svg import FILLS, INK, PAPER

SVG = "{http://www.w3.org/2000/svg}"
SOLUTIONS = Path(__file__).parents[2] / "solutions"
NAMES = drawings.__all__


@pytest.fixture(params=[*NAMES, "resnet34"])
def drawing(request):
    return resnet34_drawing() if request.param == "resnet34" else getattr(drawings, request.param)()


def test_the_words_are_the_pictures_alternative_text(drawing):
    """Catches a picture without alt text, one whose alt is only a title, and words that XML can't hold."""
    root = ElementTree.fromstring(drawing.svg)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == drawing.title
    assert root.find(f"{SVG}desc").text == drawing.words
    assert root.get("aria-label") == f"{drawing.title}. {drawing.words}"
    assert f'alt="{escape(drawing.words)}"' in drawing.html
    assert base64.b64decode(re.search(r'src="[^"]*base64,([^"]+)"', drawing.html)[1]).decode() == drawing.svg
    assert len(drawing.words) > 150


def test_numbers_in_the_picture_are_in_its_words(drawing):
    """Catches alt text that wasn't changed with the drawing: each count of weights that is seen is said."""
    for text in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text"):
        for count in re.findall(r"\d+,\d{3}", text.text or ""):
            assert count in drawing.words


def test_a_terminal_gets_the_words_in_eighty_columns(drawing):
    """Catches the default repr, which says nothing, and lines that wrap in the middle of a word."""
    lines = repr(drawing).splitlines()
    assert " ".join(lines) == f"{drawing.title}. {drawing.words}"
    assert max(map(len, lines)) <= 80


def test_its_output_in_a_notebook_is_small(drawing):
    """Catches a grid of single cells, which made the first sliding window three times as large."""
    assert len(drawing.html) + len(repr(drawing)) < 40_000


def test_it_brings_its_own_paper_on_which_all_text_can_be_read_whatever_the_pages_theme(drawing):
    """Catches a transparent sheet, which is black on black in a dark theme, and a colour too pale in one of the two."""
    root = ElementTree.fromstring(drawing.svg)
    paper = root.find(f"{SVG}rect")
    assert paper.get("fill") == PAPER
    assert [paper.get(side) for side in ("x", "y", "width", "height")] == ["-100%", "-100%", "300%", "300%"]
    assert root.get("fill") == root.get("color") == INK
    assert contrast(INK, PAPER) > 7
    for text in root.iter(f"{SVG}text"):
        assert contrast(text.get("fill", INK), PAPER) >= 4.5
        assert "url" not in (text.get("font-family") or "")
    for stroke in {element.get("stroke") for element in root.iter()} - {None, "none", "currentColor"}:
        assert contrast(stroke, PAPER) >= 3


def test_text_can_be_read_on_every_fill():
    """Catches a fill so strong that the words in its box fade."""
    assert all(contrast(INK, fill) >= 7 for fill in FILLS.values())


def test_the_notebooks_name_drawings_that_exist_and_leave_none_out():
    """Catches a renamed drawing, and one that no notebook shows any more."""
    named = [name for path in SOLUTIONS.glob("*/*.py") for name in re.findall(r"drawings\.(\w+)\(", path.read_text())]
    assert sorted(named) == sorted(NAMES)
