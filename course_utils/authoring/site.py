"""Build the web book: the solved notebooks as static pages, with their solutions folded away."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.authoring import openers
from course_utils.authoring.address import FILE
from course_utils.authoring.errors import AuthoringError

_HIDDEN_TESTS = re.compile(r"\n### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS", re.DOTALL)
_MARKS = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
_OPENERS = re.compile(rf"^(\[!\[Open in Colab\].*|{re.escape(openers.UNPUBLISHED)})\n\n?", re.MULTILINE)


def build_site(root: Path, target: Path) -> None:
    """Build the web book of the course in `root` in the folder `target`, which is made anew.

    Raises:
        AuthoringError: a notebook is not built yet, or Sphinx has found something to complain of.
    """
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        shutil.copytree(root / "site", pages)
        shutil.copy(root / FILE, pages)
        for name in _notebooks(root):
            (pages / name).parent.mkdir()
            nbformat.write(as_page(nbformat.read(root / "solutions" / name, as_version=4)), pages / name)
        made = Path(folder) / "html"
        _run_sphinx(pages, made)
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(made, target, ignore=shutil.ignore_patterns(".doctrees", ".buildinfo*"))


def _notebooks(root: Path) -> list[Path]:
    names = [Path(path.parent.name, f"{path.stem}.ipynb") for path in sorted((root / "solutions").glob("*/*.py"))]
    missing = [name for name in names if not (root / "solutions" / name).exists()]
    if missing or not names:
        raise AuthoringError(f"solutions/{missing[0] if missing else '*'} is not built yet: run `course build` first")
    return names


def as_page(notebook: NotebookNode) -> NotebookNode:
    """Make a page of a solved notebook: solutions folded; hidden tests, badges and first cell gone."""
    for cell in notebook.cells:
        tags = cell.metadata.setdefault("tags", [])
        if openers.TAG in tags:
            tags.append("remove-cell")
        if cell.metadata.get("nbgrader", {}).get("solution"):
            tags.append("hide-input")
        if cell.cell_type == "code":
            cell.source = _MARKS.sub("", _HIDDEN_TESTS.sub("", cell.source)).rstrip()
        else:
            cell.source = _OPENERS.sub("", cell.source)
    return notebook


def _run_sphinx(pages: Path, made: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", str(pages), str(made)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AuthoringError(f"Sphinx could not make the book:\n{done.stderr.strip()[-4000:]}")
