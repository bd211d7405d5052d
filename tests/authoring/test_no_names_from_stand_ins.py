"""No stored output calls something by an ImageNet name that random weights have chosen."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from torchvision.models import ResNet34_Weights

from course_utils.data.fashion_mnist import CLASSES
from course_utils.data.photos import load_photos

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((*(ROOT / "solutions").glob("*/*.ipynb"), *(ROOT / "notebooks").glob("*/*.ipynb")))
STAND_INS = "No pretrained weights"  # what the course says when it goes on without
NAMES = frozenset(ResNet34_Weights.IMAGENET1K_V1.meta["categories"])
# What ends a piece that stands for itself: a tag, a line, a column, a percentage, a colon.
BETWEEN = re.compile(r"<[^>]*>|[\n│┃|:]|\s{2,}|\s*\d+(?:\.\d+)?\s?%")


def names_shown(notebook: NotebookNode, honest: set[str]) -> set[str]:
    """Find the names in the outputs of a notebook that had no pretrained weights, but for the honest ones."""
    pieces = [piece for text in _texts([cell.get("outputs", []) for cell in notebook.cells]) for piece in _pieces(text)]
    return (NAMES & set(pieces)) - honest if any(STAND_INS in piece for piece in pieces) else set()


def _pieces(text: str) -> Iterator[str]:
    return (unescape(piece).strip() for piece in BETWEEN.split(text))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_no_stored_output_names_what_stand_ins_chose(path):
    """Catches "rock crab: orangutan" in a solved notebook that was run without the pretrained weights."""
    photos = {name.replace("_", " ") for name in load_photos()}
    honest = {*photos, *CLASSES}  # what photos are of, and a sandal is one of Fashion-MNIST's classes as well
    assert names_shown(nbformat.read(path, as_version=4), honest) == set()


@pytest.mark.parametrize(
    "text",
    [
        "│ yours       │ 865   │ toucan │ 71.954% │",
        '<tr><th scope="row">toucan</th><td>71.9%</td></tr>',
        "yours        toucan               72.0% ███",
        "the first guess:\ntoucan",
    ],
)
def test_a_name_is_found_in_a_table_a_chart_and_a_line(text):
    """Catches a search that finds none, and a table whose words nobody looks through."""
    outputs = [nbformat.v4.new_output("stream", text=f"{STAND_INS}: no network.\n"), *shown(text)]
    assert names_shown(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=outputs)]), set()) == {
        "toucan"
    }
    real = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=shown(text))])
    assert names_shown(real, set()) == set()


def shown(text: str) -> list[NotebookNode]:
    return [nbformat.v4.new_output("display_data", data={"text/html": text})]
