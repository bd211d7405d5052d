"""Build the course's notebooks: solutions/*/*.py → solutions/*/*.ipynb with outputs → notebooks/*/ for students."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.outputs import code_digest, execute, executed_digest, keep_outputs
from course_utils.authoring.release import make_release
from course_utils.authoring.source import read_source

LITTER = {".ipynb_checkpoints", "__pycache__", ".DS_Store"}
FAILED_RUNS = "build"  # a folder that git ignores


def build(root: Path, assignments: Sequence[str] | None = None, *, run_all: bool = False) -> list[Path]:
    """Build the assignments (all of them by default) of the course in `root`, and return the files that changed.

    A notebook runs only if its code has changed since its outputs were made, or with `run_all`. Everything is built
    aside first: after an error all files are as before, and a run that failed is kept in the folder `build`.

    Raises:
        AuthoringError: a source is wrong, a cell failed, or somebody's work would be overwritten.
    """
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        for assignment in _choose(root, assignments):
            _stage(root, stage, assignment, run=True, run_all=run_all)
        changed = [path for path in _built_files(stage) if _differs(stage / path, root / path)]
        for path in changed:
            _refuse_to_lose_work(root / path)
        for path in changed:
            _replace(stage / path, root / path)
    return [root / path for path in changed]


def find_differences(root: Path, assignments: Sequence[str] | None = None) -> list[str]:
    """Return a line for each file in `root` that is not what its source makes. Runs no notebook, changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        chosen = _choose(root, assignments)
        stale = [path for name in chosen for path in _stage(root, stage, name, run=False)]
        made = _built_files(stage)
        differences = [f"{path}: its outputs are not those of the source's code" for path in stale]
        differences += [
            f"{path}: not what the source makes"
            for path in made
            if path not in stale and _differs(stage / path, root / path)
        ]
        for assignment in chosen:
            there = _files(root, Path("notebooks", assignment))
            differences += [f"{path}: no source makes it" for path in there if path not in made]
    return differences


# ---- building, in a folder aside ----------------------------------------------------------------------------------


def _choose(root: Path, assignments: Sequence[str] | None) -> list[str]:
    """Return the names of the assignments to build, after a look at what lies in their folders."""
    known = sorted({path.parent.name for path in (root / "solutions").glob("*/*.py")})
    unknown = sorted(set(assignments or []) - set(known))
    if unknown:
        raise AuthoringError(f"no source solutions/{unknown[0]}/*.py; there are: {', '.join(known) or 'none'}")
    chosen = sorted(set(assignments or known))
    for assignment in chosen:
        folder = root / "solutions" / assignment
        for path in folder.rglob("gradebook.db"):
            raise AuthoringError(f"{path} is a gradebook and would be given to students: move it out of solutions/")
        for path in folder.glob("*.ipynb"):
            if not path.with_suffix(".py").exists():
                raise AuthoringError(f"{path} has no source {path.stem}.py beside it: write one, or delete it")
    return chosen


def _stage(root: Path, stage: Path, assignment: str, *, run: bool, run_all: bool = False) -> list[Path]:
    """Build one assignment in the folder `stage`; return the notebooks whose outputs are not those of their code."""
    folder = Path("solutions", assignment)
    shutil.copytree(root / folder, stage / folder, ignore=shutil.ignore_patterns(*LITTER))
    shutil.copy(root / "nbgrader_config.py", stage)
    stale = []
    for source in sorted((root / folder).glob("*.py")):
        path = folder / f"{source.stem}.ipynb"
        notebook = read_source(source)
        if run_all or not _keep_stored_outputs(notebook, root / path):
            if run:
                _execute(notebook, source, kept=root / FAILED_RUNS / path.name)
            else:
                stale.append(path)
        _write(notebook, stage / path)
    make_release(stage, assignment)
    return stale


def _keep_stored_outputs(notebook: NotebookNode, path: Path) -> bool:
    return path.exists() and keep_outputs(notebook, _read(path))


def _execute(notebook: NotebookNode, source: Path, kept: Path) -> None:
    try:
        execute(notebook, source.parent)
    except AuthoringError as error:
        kept.parent.mkdir(exist_ok=True)
        _write(notebook, kept)  # minutes of training may be in it
        raise AuthoringError(f"{source} was run, and {error}\nWhat it has shown until then is in {kept}.") from error


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise AuthoringError(
            f"{path} is no notebook any more (a merge conflict?): delete it and build again"
        ) from error


def _write(notebook: NotebookNode, path: Path) -> None:
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


# ---- putting it in its place --------------------------------------------------------------------------------------


def _built_files(stage: Path) -> list[Path]:
    """Return the built files, relative to the course: the solved notebooks and all of the release."""
    solved = sorted(path.relative_to(stage) for path in (stage / "solutions").glob("*/*.ipynb"))
    return solved + _files(stage, Path("notebooks"))


def _files(root: Path, folder: Path) -> list[Path]:
    found = (path.relative_to(root) for path in (root / folder).rglob("*") if path.is_file())
    return sorted(path for path in found if not LITTER & set(path.parts))


def _differs(new: Path, old: Path) -> bool:
    return not old.exists() or old.read_bytes() != new.read_bytes()


def _refuse_to_lose_work(path: Path) -> None:
    if path.suffix != ".ipynb" or not path.exists():
        return
    notebook = _read(path)
    if "solutions" in path.parts[-3:]:
        edited = executed_digest(notebook) != code_digest(notebook)
    else:
        edited = any(_is_touched(cell) for cell in notebook.cells)
    if edited:
        raise AuthoringError(
            f"{path} was edited since it was built, and building would overwrite that. Move it elsewhere (or, "
            f"to drop the changes: git restore {path}), and build again."
        )


def _is_touched(cell: NotebookNode) -> bool:
    """Say whether a student has worked in this cell of a release: nbgrader's checksum no longer fits, or it has run."""
    checksum = cell.metadata.get("nbgrader", {}).get("checksum")
    return bool(cell.get("outputs")) or (checksum is not None and checksum != compute_checksum(cell))


def _replace(new: Path, old: Path) -> None:
    old.parent.mkdir(parents=True, exist_ok=True)
    part = old.with_name(old.name + ".part")
    shutil.copyfile(new, part)
    part.replace(old)
