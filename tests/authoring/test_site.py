"""The web book: built without a warning, in a minute, and no page asks another server for anything."""

import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from toy_course import REPOSITORY, SOURCE, make_course

from course_utils.authoring.address import Address, write_address
from course_utils.authoring.build import build
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.site import as_page, build_site


class Page(HTMLParser):
    """What a page loads, links to, defines as places, and shows as images."""

    def __init__(self, path: Path):
        super().__init__()
        self.loads, self.links, self.places, self.without_alt = [], [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.places |= {values.get("id"), values.get("name")}
        if tag in {"script", "img", "iframe", "source"} or (tag == "link" and values.get("rel") != "canonical"):
            self.loads.append(values.get("src") or values.get("href") or "")
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag == "img" and not values.get("alt"):
            self.without_alt.append(values.get("src", "")[:80])


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The real course's book, its pages, and how many seconds of one processor it took."""
    folder = tmp_path_factory.mktemp("book") / "site"
    begin = os.times()
    build_site(REPOSITORY, folder)
    seconds = sum(now - then for now, then in zip(os.times()[:4], begin[:4], strict=True))
    return folder, {path: Page(path) for path in folder.rglob("*.html")}, seconds


def test_it_is_built_in_less_than_a_minute_and_has_a_page_for_each_notebook(book):
    _, pages, seconds = book
    names = {path.stem for path in (REPOSITORY / "solutions").glob("*/*.py")}
    assert names <= {path.stem for path in pages}
    assert seconds < 60


def test_no_page_loads_anything_from_elsewhere(book):
    for path, page in book[1].items():
        assert [address for address in page.loads if re.match(r"(https?:)?//", address)] == [], path.name


def test_every_link_within_the_book_leads_somewhere(book):
    _, pages, _ = book
    broken = []
    for path, page in pages.items():
        for link in page.links:
            target, _, place = link.partition("#")
            if re.match(r"\w+:", link) or target in {"genindex.html"}:
                continue
            there = (path.parent / unquote(target)).resolve() if target else path
            if not there.exists() or (place and there in pages and unquote(place) not in pages[there].places):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_every_image_has_words_in_its_place(book):
    assert {path.name: page.without_alt for path, page in book[1].items() if page.without_alt} == {}


def test_solutions_are_folded_and_what_only_a_notebook_needs_is_gone(book):
    page = (book[0] / "02_resnets" / "02_resnets.html").read_text(encoding="utf-8")
    assert page.count("Show the solution") >= 10
    for word in ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "seed=7, quiet=True", "runtime.prepare"):
        assert word not in re.sub("<[^>]*>", "", page)


@pytest.fixture
def toy(tmp_path):
    root = tmp_path / "course"
    make_course(root, SOURCE)
    shutil.copytree(REPOSITORY / "site", root / "site")
    write_address(root, Address("https://github.com/me/course"))
    return root


def test_a_published_book_opens_its_notebooks_on_colab(toy, tmp_path):
    build(toy)
    build_site(toy, tmp_path / "site")
    page = (tmp_path / "site" / "sums" / "sums.html").read_text(encoding="utf-8")
    assert "colab.research.google.com/github/me/course/blob/main/notebooks/sums/sums.ipynb" in page
    assert "colab-badge.svg" not in page


def test_a_notebook_that_is_not_built_yet_is_named_and_the_old_book_stays(toy, tmp_path):
    old = tmp_path / "site" / "index.html"
    old.parent.mkdir()
    old.write_text("old")
    with pytest.raises(AuthoringError, match=r"sums/sums\.ipynb is not built yet"):
        build_site(toy, tmp_path / "site")
    assert old.read_text() == "old"


def test_what_sphinx_complains_of_stops_the_build_with_its_words(toy, tmp_path):
    build(toy)
    (toy / "site" / "index.md").write_text("# Book\n\n[nowhere](nowhere.md)\n\n```{toctree}\nsums/sums\n```\n")
    with pytest.raises(AuthoringError, match="nowhere"):
        build_site(toy, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_page_keeps_the_outputs(tmp_path):
    notebook = nbformat.read(REPOSITORY / "solutions/00_start_here/00_start_here.ipynb", as_version=4)
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in as_page(notebook).cells if cell.cell_type == "code"] == outputs
