"""The web book's machinery, on a toy course; tests/browser/test_book.py looks at the real book."""

import re
import shutil

import nbformat
import pytest
from toy_course import REPOSITORY, SOURCE, make_course

from course_utils.authoring.address import Address, write_address
from course_utils.authoring.build import build
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.openers import UNPUBLISHED
from course_utils.authoring.site import as_page, build_site

README = """\
# The course

<img src="docs/test_cell.png" width="860" alt="A cell, and what it says: right">

| notebook | you end with | time |
|---|---|---|
| [`sums`](notebooks/sums/sums.ipynb) | a sum | 5 min |
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A toy course, published, whose notebook is built; who changes it copies it first."""
    root = tmp_path_factory.mktemp("built") / "course"
    make_course(root, SOURCE)
    shutil.copytree(REPOSITORY / "site", root / "site")
    shutil.copytree(REPOSITORY / "docs", root / "docs")
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    (root / "README.md").write_text(README)
    write_address(root, Address("https://github.com/me/course", book=True))
    build(root)
    return root


@pytest.fixture
def toy(built, tmp_path):
    return shutil.copytree(built, tmp_path / "course")


@pytest.fixture(scope="module")
def book(built, tmp_path_factory):
    """The folder of its book."""
    folder = tmp_path_factory.mktemp("book") / "site"
    build_site(built, folder)
    return folder


def test_a_published_book_opens_its_notebooks_on_colab_and_binder(book):
    page = (book / "sums" / "sums.html").read_text(encoding="utf-8")
    assert "colab.research.google.com/github/me/course/blob/main/notebooks/sums/sums.ipynb" in page
    assert "mybinder.org/v2/gh/me/course/main?urlpath=lab/tree/notebooks/sums/sums.ipynb" in page
    start = (book / "index.html").read_text(encoding="utf-8")
    assert start.count('<a class="open" href="https://') == 2
    assert "colab-badge.svg" not in page
    assert "badge_logo.svg" not in page
    assert len(re.findall(r"\bsearch-button-field\b", page)) == 1  # another one would stand over every page


def test_the_start_page_shows_what_the_readme_does_and_each_page_says_what_it_is(built, book):
    """Catches a table without times, a picture without words, a version of its own, and a page without a preview."""
    start = (book / "index.html").read_text(encoding="utf-8")
    for shown in (
        'alt="A cell, and what it says: right"',
        "<p>5 min</p>",
        '<a class="reference internal" href="sums/sums.html">',
    ):
        assert shown in start
    assert "{{" not in start
    version = re.search(r'^version = "(.+)"', (built / "pyproject.toml").read_text(), re.MULTILINE)[1]
    page = (book / "sums" / "sums.html").read_text(encoding="utf-8")
    assert f"Version {version}" in page
    assert '<meta property="og:title" content="Sums">' in page
    assert '<meta property="og:image" content="https://me.github.io/course/_static/test_cell.png">' in page
    assert (book / "_static" / "test_cell.png").exists()


def test_a_readme_without_its_table_is_named(toy, tmp_path):
    """Catches a start page that is silently without the notebooks."""
    (toy / "README.md").write_text("# The course\n")
    with pytest.raises(AuthoringError, match=r"README\.md has no table"):
        build_site(toy, tmp_path / "site")


def test_links_to_a_cell_lead_to_the_exercises_heading():
    """Catches the progress page's links, which only JupyterLab understands as they are."""
    link = nbformat.v4.new_output("display_data", {"text/html": '<a href="../sums/sums.ipynb#cell-id=add">add</a>'})
    solution = nbformat.v4.new_code_cell("1 + 1", metadata={"nbgrader": {"solution": True, "grade_id": "add"}})
    cells = [
        nbformat.v4.new_markdown_cell("# Sums\n\nRead this."),
        nbformat.v4.new_markdown_cell("Nothing."),
        solution,
        nbformat.v4.new_code_cell("", outputs=[link]),
    ]
    page = as_page(nbformat.v4.new_notebook(cells=cells))
    assert page.cells[0].source == '# Sums\n\n<a class="place" id="add"></a>\n\nRead this.'
    assert page.cells[-1].outputs[0].data["text/html"] == '<a href="../sums/sums.html#add">add</a>'


def test_a_page_shows_the_task_above_its_solution(book):
    """Catches a book in which nobody reads what is to be written: its signature, and what its docstring promises."""
    page = re.sub(r"<[^>]+>", "", (book / "sums" / "sums.html").read_text(encoding="utf-8"))
    assert page.index("raise NotImplementedError()") < page.index("Show the solution")


def test_a_notebook_that_is_not_built_yet_is_named_and_the_old_book_stays(toy, tmp_path):
    (toy / "solutions" / "sums" / "sums.ipynb").unlink()
    old = tmp_path / "site" / "index.html"
    old.parent.mkdir()
    old.write_text("old")
    with pytest.raises(AuthoringError, match=r"sums/sums\.ipynb is not built yet"):
        build_site(toy, tmp_path / "site")
    assert old.read_text() == "old"


def test_what_sphinx_complains_of_stops_the_build_with_its_words(toy, tmp_path):
    (toy / "site" / "index.md").write_text("# Book\n\n[nowhere](nowhere.md)\n\n```{toctree}\nsums/sums\n```\n")
    with pytest.raises(AuthoringError, match="nowhere"):
        build_site(toy, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_page_says_nothing_of_an_address_that_is_missing():
    """Catches a line about one click in the book, whose link to the README would stop Sphinx."""
    cell = nbformat.v4.new_markdown_cell(f"# Sums\n\n{UNPUBLISHED}\n\nA tiny course.")
    page = as_page(nbformat.v4.new_notebook(cells=[cell]))
    assert page.cells[0].source == "# Sums\n\nA tiny course."


def test_a_page_keeps_the_outputs(tmp_path):
    notebook = nbformat.read(REPOSITORY / "solutions/00_start_here/00_start_here.ipynb", as_version=4)
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in as_page(notebook).cells if cell.cell_type == "code"] == outputs
