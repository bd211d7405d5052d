"""A panel that a notebook's text quotes is word for word what the test says of the code beside it."""

import re

import pytest

from course_utils import tests
from course_utils.authoring.answers import cells, run_cell
from course_utils.checking.telling import NotRightYet
from course_utils.exercises.registry import notebooks

QUOTED = re.compile(r"if you had written `(?P<code>[^`]+)`:\n\n```text\n(?P<panel>✗ (?P<name>\w+) .*?)\n```", re.DOTALL)
QUOTES = [
    pytest.param(notebook, quote, id=quote["name"])
    for notebook in notebooks()
    for cell in cells(notebook)
    if cell.cell_type == "markdown"
    for quote in QUOTED.finditer(cell.source)
]


def test_the_first_notebook_shows_a_panel_of_code_that_is_not_right_yet():
    """Catches a course whose readers never see the thing that it's proud of, and a quote that isn't found below."""
    assert [param.id for param in QUOTES] == ["centre_images"]


@pytest.mark.parametrize(("notebook", "quote"), QUOTES)
def test_a_quoted_panel_is_what_the_test_tells_today(notebook, quote):
    """Catches a sentence of the bank that has changed since it was copied into the text."""
    (stub,) = [
        cell.source for cell in cells(notebook) if cell.metadata.get("nbgrader", {}).get("grade_id") == quote["name"]
    ]
    wrong = re.sub(r"### BEGIN SOLUTION.*### END SOLUTION", quote["code"], stub, flags=re.DOTALL)
    with pytest.raises(NotRightYet) as caught:
        getattr(tests, f"test_{quote['name']}")(run_cell(wrong, quote["name"]))
    assert str(caught.value).strip() == quote["panel"]
