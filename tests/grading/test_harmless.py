"""What a submission shows in nbgrader's own pages: nothing of it acts, and the course's own panels are as they were."""

import re
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from own_commands import nbgrader
from small_school import make_school
from submission_that_acts import ELSEWHERE, make_it

ADDRESSES = "src", "srcset", "href", "poster", "data", "action", "formaction", "ping", "xlink:href", "background"


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    school = make_school(tmp_path_factory.mktemp("school"))
    make_it(school)
    return school


@pytest.fixture(scope="module", params=["formgrader", "feedback"])
def page(request, school) -> BeautifulSoup:
    """The part of nbgrader's page that shows the submission, as a browser would understand it."""
    if request.param == "feedback":
        nbgrader(school, "generate_feedback", "two")
        html = (school / "feedback" / "acts" / "two" / "two.html").read_text()
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(school)
            formgrader = FormgradeExtension()
            formgrader.root_dir = str(school)
            formgrader.initialize([])
        told = {"assignment_id": "two", "notebook_id": "two", "index": 0, "total": 1, "base_url": "", "student": "acts"}
        told |= {"submission_id": "1", "last_name": "", "first_name": "", "notebook_path": "two.ipynb"}
        notebook = school / "autograded" / "acts" / "two" / "two.ipynb"
        html, _ = HTMLExporter(config=formgrader.config).from_filename(str(notebook), resources=told)
    return BeautifulSoup(html, "html.parser").select_one("#notebook")


def test_nothing_of_a_submission_runs(page):
    """Catches HTML, markdown and outputs that are shown as they were handed in: scripts, handlers, frames, forms."""
    assert not page.select("script, iframe, object, embed, svg, math, form, link, meta, base, noscript, video, audio")
    assert not [each for each in page.find_all(True) for name in each.attrs if name.startswith("on")]
    own = {"comment", "score", "extra-credit", "mark-graded", "full-credit", "no-credit"}
    assert not [one for one in page.select("input, button, textarea") if not own & set(one.get("class", ()))]
    assert not page.select("div.score, [style*=position]")


def test_nothing_of_a_submission_asks_for_an_address(page):
    """Catches pictures and styles from elsewhere, and links into the grader's own Jupyter."""
    for each in page.find_all(True):
        for name in ADDRESSES:
            if (address := each.get(name)) is not None:
                assert each.name != "img" or address.startswith("data:image/"), each
                assert urlsplit(address).scheme in {"http", "https", "mailto", "data"} or address.startswith("#"), each
        style = each.get("style", "") + (each.text if each.name == "style" else "")
        assert ELSEWHERE not in style
        assert not re.search(r"url|image-set|@|\\", style), each
        assert ".score" not in style


def test_what_it_was_can_be_read_as_text(page):
    """Catches a cleaning that hides from the grader what was tried."""
    assert "onerror" in page.text
    assert "said in words" in page.text
    assert "a < b & c" in page.text


def test_the_courses_own_panels_are_shown_as_they_were(page):
    """Catches a cleaning that takes the course's styles, folds, pictures and coloured tables along."""
    panel = page.select_one("div[role=status]")
    assert "border-left" in panel["style"]
    assert "#1f925414" in panel["style"]
    assert panel.select_one("details[open] > summary[style*=cursor]")
    assert panel.select_one("figure img")["src"].startswith("data:image/png;base64,")
    assert page.select_one("#T_c_row0_col1.data")
    assert "rgb(1, 2, 3)" in "".join(style.text for style in page.select("style"))
