"""Publishing: the address goes into README, badges and first cells, or nowhere."""

import json
import re
import subprocess

import nbformat
import pytest
from toy_course import REPOSITORY, SOURCE, make_course

from course_utils.authoring.address import Address, as_url, read_address, write_address
from course_utils.authoring.build import build, find_differences
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.openers import UNPUBLISHED
from course_utils.authoring.own_address import is_due
from course_utils.authoring.publish import publish

README = "# Toy\n\ngit clone ADDRESS resnet-course && cd resnet-course\n\n<!-- colab -->\n<!-- /colab -->\nThe end.\n"
WITH_FIRST_CELL = SOURCE.replace('# %%\nprint("two"', '# %%\n# {{first cell}}\n\n# %%\nprint("two"')
BINDER = "https://mybinder.org/v2/gh/me/course/main?urlpath=lab/tree/notebooks/sums/sums.ipynb"
COLAB = "https://colab.research.google.com/github/me/course/blob/main/notebooks/sums/sums.ipynb"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A built toy course, not yet published; its first cell only says that it ran."""
    cell = tmp_path / "first_cell.py"
    cell.write_text('REPOSITORY, BRANCH = "", "main"\nprint("first cell")\n')
    monkeypatch.setattr("course_utils.authoring.openers._TEMPLATE", cell)
    root = tmp_path / "course"
    make_course(root, WITH_FIRST_CELL)
    (root / "README.md").write_text(README)
    write_address(root, Address())
    build(root)
    return root


def sources(course, folder="notebooks"):
    return [cell.source for cell in nbformat.read(course / folder / "sums" / "sums.ipynb", as_version=4).cells]


def test_an_unpublished_course_has_no_dead_badge_and_says_how_it_gets_one(course):
    """Catches a badge that leads nowhere, and a notebook that never says that one click is to be had."""
    assert sources(course)[0] == f"# Sums\n\n{UNPUBLISHED}\n\nA tiny course."
    assert "![" not in UNPUBLISHED
    assert "(../../README.md#start)" in UNPUBLISHED
    assert 'REPOSITORY, BRANCH = "", "main"' in sources(course)[1]


def test_the_first_cell_shows_its_title_only_in_jupyterlab_and_on_colab(course):
    first = nbformat.read(course / "notebooks" / "sums" / "sums.ipynb", as_version=4).cells[1]
    assert first.metadata["jupyter"] == {"source_hidden": True}
    assert first.metadata["cellView"] == "form"


def test_publishing_writes_badge_first_cell_and_readme_and_says_so(course):
    said = publish(course, "me/course", "main")
    title, first, *_ = sources(course)
    assert title.startswith(
        f"# Sums\n\n[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({COLAB}) "
        f"[![Open on Binder](https://mybinder.org/badge_logo.svg)]({BINDER})\n\nA tiny course"
    )
    assert 'REPOSITORY, BRANCH = "https://github.com/me/course", "main"' in first
    readme = (course / "README.md").read_text()
    assert "git clone https://github.com/me/course resnet-course && cd resnet-course" in readme
    assert f"({COLAB}) " in readme
    assert f"({BINDER}) `sums`" in readme
    assert "(https://codespaces.new/me/course/tree/main?quickstart=1)" in readme
    assert "github.io" not in readme
    assert readme.endswith("The end.\n")
    assert [line.split(":")[0] for line in said] == [
        "address.json",
        "README.md",
        "solutions/sums/sums.ipynb",
        "notebooks/sums/sums.ipynb",
    ]
    assert find_differences(course) == []


def test_publishing_again_changes_nothing_and_elsewhere_leaves_nothing_of_the_old_address(course):
    publish(course, "me/course", "main")
    assert publish(course, "me/course", "main") == []
    publish(course, "you/other", "spring")
    everything = "".join(path.read_text() for path in course.rglob("*") if path.suffix in {".md", ".json", ".ipynb"})
    assert "me/course" not in everything
    assert "git clone --branch spring https://github.com/you/other resnet-course" in everything
    assert 'BRANCH = \\"https://github.com/you/other\\", \\"spring\\"' in everything


def test_publishing_runs_no_notebook(course):
    path = course / "solutions" / "sums" / "sums.ipynb"
    notebook = nbformat.read(path, as_version=4)
    printed = next(cell for cell in notebook.cells if cell.source.startswith('print("two"'))
    printed.outputs[0].text = "kept from before"
    nbformat.write(notebook, path)
    publish(course, "me/course", "main")
    assert "kept from before" in path.read_text()


def test_the_web_book_is_linked_where_there_is_one_and_only_there(course):
    """Catches a link to pages that nobody has published, and one that stays when they are gone."""
    publish(course, "Me/course", "main", book=True)
    assert "(https://me.github.io/course/)" in (course / "README.md").read_text()
    assert read_address(course).book
    publish(course, "Me/course", "main")
    assert "github.io" not in (course / "README.md").read_text()


OWN = Address("https://github.com/me/course", "main")


@pytest.mark.parametrize(
    ("written", "due"),
    [
        (Address(), True),
        (Address("https://github.com/upstream/course"), True),
        (OWN, False),
        (Address("https://github.com/Me/Course.git"), False),
        (Address(OWN.url, "main", book=True), True),
        (Address("https://github.com/me/course-for-students"), False),
        (Address(OWN.url, "spring", book=True), False),
        (Address("https://git.example.org/me/course"), False),
    ],
)
def test_a_public_repository_publishes_itself_unless_its_owner_has_chosen_another_address(written, due):
    """Catches a fork that sends its readers upstream, and students who are sent to the solutions against the will."""
    assert is_due(written, OWN) == due


def test_an_address_that_is_not_githubs_gets_a_first_cell_and_no_badge(course):
    publish(course, "https://git.example.org/team/course.git", "main")
    assert not {"colab", "binder"} & set(re.findall(r"\w+", sources(course)[0].lower()))
    assert "https://git.example.org/team/course.git" in sources(course)[1]
    assert not re.search("Open (in|on)", (course / "README.md").read_text())


def test_what_is_no_address_is_refused_and_nothing_changes(course):
    with pytest.raises(AuthoringError, match="no OWNER/NAME"):
        publish(course, "my course", "main")
    assert read_address(course) == Address()


@pytest.mark.parametrize(
    "remote",
    ["https://github.com/me/course", "git@github.com:me/course.git", "ssh://git@github.com:22/Me/course.git/"],
)
def test_the_address_of_the_repository_with_the_solutions_is_refused_unless_asked_for(course, remote):
    """Catches a class that is sent to the solutions, because there was one address where two are needed."""
    subprocess.run(["git", "init", "-q"], cwd=course, check=True)
    subprocess.run(["git", "remote", "add", "mine", remote], cwd=course, check=True)
    with pytest.raises(AuthoringError, match=r"its remote 'mine'\), with the solutions.*(?s:.)*two repositories"):
        publish(course, "me/course", "main")
    assert read_address(course) == Address()
    assert (course / "README.md").read_text() == README
    assert publish(course, "me/course-for-students", "main")
    assert publish(course, "me/course", "main", with_solutions=True)


def test_a_readme_without_a_place_for_the_address_is_named_and_nothing_changes(course):
    (course / "README.md").write_text("# Toy\n")
    with pytest.raises(AuthoringError, match="lost the place for the address"):
        publish(course, "me/course", "main")
    assert read_address(course) == Address()
    assert 'REPOSITORY, BRANCH = "", "main"' in sources(course)[1]


def test_a_students_work_stops_the_publishing_before_anything_is_written(course):
    path = course / "notebooks" / "sums" / "sums.ipynb"
    path.write_text(path.read_text().replace("raise NotImplementedError()", "return a + b"))
    with pytest.raises(AuthoringError, match="was edited"):
        publish(course, "me/course", "main")
    assert read_address(course) == Address()
    assert (course / "README.md").read_text() == README


@pytest.mark.parametrize("text", ["{", "[]", '{"repository": "x"}'])
def test_a_damaged_address_file_is_named_with_what_it_should_be(course, text):
    (course / "address.json").write_text(text)
    with pytest.raises(AuthoringError, match="is damaged; it should be"):
        build(course)


def test_addresses_of_many_kinds_are_understood():
    assert as_url("me/course") == "https://github.com/me/course"
    for url in ("https://gitlab.com/a/b", "git@github.com:a/b.git", "file:///tmp/x"):
        assert as_url(url) == url
    assert Address("https://github.com/a/b.git").name == "a/b"
    assert Address("https://gitlab.com/a/b").on_colab("x.ipynb") is None
    assert Address("https://gitlab.com/a/b").on_binder("x.ipynb") is None
    assert "/a/b/term%2Fspring?" in Address("https://github.com/a/b", "term/spring").on_binder("x.ipynb")


def test_the_courses_own_address_file_is_whole():
    assert set(json.loads((REPOSITORY / "address.json").read_text())) == {"repository", "branch", "book"}
