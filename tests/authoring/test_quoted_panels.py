"""The panel that the first notebook shows is of code that isn't right yet, and is what the test says of it today."""

import re
from pathlib import Path

import nbformat
import pytest

from course_utils import tests, utils
from course_utils.checking.telling import NotRightYet

NOTEBOOK = Path(__file__).resolve().parents[2] / "solutions" / "00_start_here" / "00_start_here.ipynb"
SHOWN = re.compile(r'utils\.show_panel\("(?P<test>\w+)", (?P<code>lambda .*)\)$')


def shown():
    """Give the test, the code and the stored outputs of the one cell that shows a panel."""
    (found,) = (
        (match["test"], match["code"], cell.outputs)
        for cell in nbformat.read(NOTEBOOK, as_version=4).cells
        if cell.cell_type == "code" and (match := SHOWN.match(cell.source))
    )
    return found


def test_the_first_notebook_shows_the_panel_that_the_test_tells_today():
    """Catches a course whose readers never see what it's proud of, and a stored sentence that has changed since."""
    test, code, (output,) = shown()
    with pytest.raises(NotRightYet) as caught:
        getattr(tests, test)(eval(code))
    panel = str(caught.value).strip()
    assert panel.startswith("✗ centre_images   behaves exactly like one that subtracts one mean")
    assert output.data["text/plain"] == panel
    assert "border-left:4px solid" in output.data["text/html"]


def test_an_example_raises_nothing_and_is_not_noted(monkeypatch, tmp_path):
    """Catches a first page that leaves "not right yet" in the progress of a student who has done nothing."""
    monkeypatch.setattr("course_utils.progress.log.student_folder", lambda: tmp_path)
    utils.show_panel("test_centre_images", lambda images: images)
    assert [*tmp_path.rglob("*.jsonl")] == []
    with pytest.raises(NotRightYet):
        tests.test_centre_images(lambda images: images)
    assert [*tmp_path.rglob("*.jsonl")] != []


def test_an_unknown_test_is_an_error():
    """Catches a page with an empty place, because a test was renamed."""
    with pytest.raises(KeyError):
        utils.show_panel("test_center_images", abs)
