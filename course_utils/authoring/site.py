"""Build the web book: the solved notebooks as static pages, with their solutions folded away."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course_utils.authoring import openers
from course_utils.authoring.address import FILE, Address, read_address
from course_utils.authoring.errors import AuthoringError
from course_utils.drawings import course_map
from course_utils.widgets.playground_in_the_book import playground_in_the_book

_FIRST = "00_start_here"
_HIDDEN_TESTS = re.compile(r"\n### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS", re.DOTALL)
_MARKS = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
_OPENERS = re.compile(rf"^(\[!\[Open in Colab\].*|{re.escape(openers.UNPUBLISHED)})\n\n?", re.MULTILINE)
# How a notebook shows its solution; a page has the solution itself.
_SOLUTION = re.compile(r"\n*<details><summary>Solution</summary>.*?</details>", re.DOTALL)
_HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
_PLAYGROUND = "utils.batchnorm_playground("
_TO_A_CELL = re.compile(r'href="(\.\./[\w/]+)\.ipynb#cell-id=(\w+)"')


def build_site(root: Path, target: Path) -> None:
    """Build the web book of the course in `root` in the folder `target`, which is made anew.

    Raises:
        AuthoringError: a notebook is not built yet, or Sphinx has found something to complain of.
    """
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        shutil.copytree(root / "site", pages)
        for name in (FILE, "pyproject.toml"):
            shutil.copy(root / name, pages)
        for picture in (root / "docs").glob("*.png"):
            shutil.copy(picture, pages / "_static")
        (pages / "index.md").write_text(start_page(root, (root / "site" / "index.md").read_text("utf-8")), "utf-8")
        for name in _notebooks(root):
            (pages / name).parent.mkdir()
            solved, release = (nbformat.read(root / step / name, as_version=4) for step in ("solutions", "notebooks"))
            nbformat.write(with_tasks(as_page(solved), release), pages / name)
        made = Path(folder) / "html"
        _run_sphinx(pages, made, read_address(root).pages or "")
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(made, target, ignore=shutil.ignore_patterns(".doctrees", ".buildinfo*"))


def _notebooks(root: Path) -> list[Path]:
    names = [Path(path.parent.name, f"{path.stem}.ipynb") for path in sorted((root / "solutions").glob("*/*.py"))]
    missing = [name for name in names if not (root / "solutions" / name).exists()]
    if missing or not names:
        raise AuthoringError(f"solutions/{missing[0] if missing else '*'} is not built yet: run `course build` first")
    return names


def start_page(root: Path, text: str) -> str:
    """Fill the start page's places: `{{picture}}` and `{{notebooks}}` are the README's, `{{map}}` the first notebook's.

    `{{open}}` becomes links that open the course at once, where it has an address on GitHub.

    Raises:
        AuthoringError: the README has no table of the notebooks, or no picture.
    """
    readme = (root / "README.md").read_text("utf-8")
    table, alt = (
        re.search(pattern, readme, re.MULTILINE | re.DOTALL)
        for pattern in (r"^\| notebook \|.*?\n(?=\n|\Z)", r'<img src="docs/test_cell\.png"[^>]* alt="(.*?)"')
    )
    if not table or not alt:
        raise AuthoringError("README.md has no table of the notebooks, or no docs/test_cell.png with a description")
    themes = {"light": "test_cell", "dark": "test_cell_dark"}
    filled = {
        "picture": "".join(
            f'<img class="only-{theme}" src="_static/{file}.png" width="860" alt="{alt[1]}">'
            for theme, file in themes.items()
        ),
        "notebooks": re.sub(r"\[[^]]*\]\(notebooks/", "[](", table[0]),  # each by its title
        "map": course_map().html,
        "open": _links(read_address(root)),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda place: filled[place[1]], text)


def _links(address: Address) -> str:
    first = f"notebooks/{_FIRST}/{_FIRST}.ipynb"
    links = {"Open in Colab": address.on_colab(first), "Open on Binder": address.on_binder(first)}
    return " ".join(f'<a class="open" href="{url}">{words}</a>' for words, url in links.items() if url)


def as_page(notebook: NotebookNode) -> NotebookNode:
    """Make a page of a solved notebook: solutions folded; hidden tests, badges and first cell gone.

    Each exercise gets a place of its name, at the last heading above it: links to its cell lead there.
    """
    section = notebook.cells[0]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and _HEADING.search(cell.source):
            section = cell
        tags = cell.metadata.setdefault("tags", [])
        if openers.TAG in tags:
            tags.append("remove-cell")
        if _is_answer(cell):
            tags.append("hide-input")
            place = f'\\g<0>\n\n<a class="place" id="{cell.metadata.nbgrader.grade_id}"></a>'
            section.source = _HEADING.sub(place, section.source, count=1)
        if cell.cell_type == "code":
            cell.source = _MARKS.sub("", _HIDDEN_TESTS.sub("", cell.source)).rstrip()
            for shown in (output.data for output in cell.outputs if "text/html" in output.get("data", {})):
                html = playground_in_the_book() if _PLAYGROUND in cell.source else shown["text/html"]
                shown["text/html"] = _TO_A_CELL.sub(r'href="\1.html#\2"', html)
        else:
            cell.source = _SOLUTION.sub("", _OPENERS.sub("", cell.source))
    return notebook


def with_tasks(page: NotebookNode, release: NotebookNode) -> NotebookNode:
    """Show above each solution what students find in its place: what the text says of arguments is about that."""
    tasks = {each.metadata.nbgrader.grade_id: each.source for each in release.cells if _is_answer(each)}
    cells = []
    for cell in page.cells:
        if _is_answer(cell):
            cells.append(new_code_cell(tasks[cell.metadata.nbgrader.grade_id], id=f"{cell.id}-task"))
        cells.append(cell)
    page.cells = cells
    return page


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _run_sphinx(pages: Path, made: Path, url: str) -> None:
    """Make HTML of the pages; url: where it will be, for who shows a preview; "" while that's nowhere."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-A", f"book_url={url}"]
    done = subprocess.run([*command, str(pages), str(made)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AuthoringError(f"Sphinx could not make the book:\n{done.stderr.strip()[-4000:]}")
