"""How long people wait, in one table: for imports, test cells, given cells, a build, the book, JupyterLab's start."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

from rich.markup import escape
from rich.table import Table

from course_utils.authoring.errors import AuthoringError
from course_utils.exercises.registry import notebooks

ROOT = Path(__file__).resolve().parents[2]
ONE = "02_resnets"  # the notebook that stands for all where one is measured
_PATIENCE = 1800  # seconds, for each program


@dataclass(frozen=True)
class Wait:
    """How long somebody waits, in seconds, and what for. note: the slowest of several, by its name."""

    what: str
    seconds: float
    note: str = ""


def measure(parts: Iterable[str]) -> Iterator[Wait]:
    """Measure these parts, each in processes of its own, and give each wait as it's known.

    Raises:
        AuthoringError: there is no such part, or one of them fails.
    """
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise AuthoringError(f"There is no {unknown[0]!r} to measure; there are: {', '.join(PARTS)}")
    for part in parts:
        yield from PARTS[part]()


def table_of(waits: Iterable[Wait]) -> Table:
    """Lay the waits out for a terminal."""
    table = Table("what", "seconds", "", box=None, padding=(0, 2, 0, 0))
    table.columns[1].justify = "right"
    for wait in waits:
        table.add_row(wait.what, f"{wait.seconds:.2f}", escape(wait.note))
    return table


_IMPORT = """
import time, torch, torchvision
begin = time.perf_counter()
import course_utils.tests, course_utils.utils
print(time.perf_counter() - begin)
"""


def _imports() -> Iterator[Wait]:
    yield Wait("import tests and utils, beyond torch", min(float(_run(_IMPORT)) for _ in range(3)), "the best of three")


_FIRST_CELL = """
import sys, time
begin = time.perf_counter()
exec(sys.argv[1])
print(time.perf_counter() - begin)
"""


def _first_cell() -> Iterator[Wait]:
    from course_utils.authoring.address import Address
    from course_utils.authoring.openers import first_cell

    said = _run(_FIRST_CELL, first_cell(Address()))
    yield Wait("the first cell, where the course is", float(said.splitlines()[-1]))


# As in a notebook: what one test has loaded, the next one finds.
_TESTS = """
import io, json, sys, time
from contextlib import redirect_stdout
from course_utils import tests
from course_utils.authoring.answers import run_solution
from course_utils.exercises.registry import notebooks

solution, found = run_solution(sys.argv[1]), []
for entry in notebooks()[sys.argv[1]]:
    for test in entry.tests:
        for when in ("first", "again"):
            begin = time.perf_counter()
            with redirect_stdout(io.StringIO()):
                getattr(tests, test)(getattr(solution, entry.name))
            found.append((when, time.perf_counter() - begin, test))
print(json.dumps(found))
"""


def graded_cells(names: Iterable[str] = ()) -> Iterator[Wait]:
    """Give the median and the worst of the test cells, on right answers, when each runs first and when it runs again.

    names: of the notebooks; all by default.
    """
    found = [one for name in names or notebooks() for one in json.loads(_run(_TESTS, name))]
    for when in ("first", "again"):
        times = sorted((seconds, test) for at, seconds, test in found if at == when)
        worst, test = times[-1]
        yield Wait(f"a test cell, {when}: median", statistics.median(seconds for seconds, _ in times))
        yield Wait(f"a test cell, {when}: worst", worst, test)


def _given_cells() -> Iterator[Wait]:
    for name in notebooks():
        seconds, line = max(_times_of_given_cells(ROOT / "solutions" / name / f"{name}.ipynb"))
        yield Wait(f"{name}, slowest given cell", seconds, line)


def _times_of_given_cells(path: Path) -> Iterator[tuple[float, str]]:
    """Run a notebook, its long work cut short, and give the time and the last line of each cell that is not graded."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    os.environ["COURSE_QUICK"] = "1"
    NotebookClient(
        notebook,
        timeout=_PATIENCE,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=ERROR"],  # the kernel's own warnings would stand in the table
    ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
            begun, ended = (
                datetime.fromisoformat(cell.metadata.execution[at].replace("Z", "+00:00"))
                for at in ("iopub.execute_input", "shell.execute_reply")
            )
            yield (ended - begun).total_seconds(), cell.source.strip().splitlines()[-1][:60]


def _build() -> Iterator[Wait]:
    from course_utils.authoring.build import find_differences

    begin = time.perf_counter()
    find_differences(ROOT, [ONE])
    yield Wait(f"build {ONE}, without running it", time.perf_counter() - begin)


def _site() -> Iterator[Wait]:
    from course_utils.authoring.site import build_site

    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        build_site(ROOT, Path(folder) / "site")
        yield Wait("the web book", time.perf_counter() - begin)


def _start() -> Iterator[Wait]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "course_utils.cli", "open", "--no-browser", f"--ServerApp.port={port}"]
    begin = time.perf_counter()
    lab = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(f"http://127.0.0.1:{port}/api"):
            if lab.poll() is not None or time.perf_counter() - begin > _PATIENCE:
                raise AuthoringError(f"JupyterLab does not start: {' '.join(command)}")
            time.sleep(0.05)
        yield Wait("course open, until JupyterLab answers", time.perf_counter() - begin)
    finally:
        lab.kill()
        lab.wait()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def _run(program: str, *arguments: str) -> str:
    """Run a Python program in a process of its own, in a notebook's folder; give what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT / "notebooks" / ONE, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=_PATIENCE, check=False,
    )  # fmt: skip
    if done.returncode:
        raise AuthoringError(f"a program that was to be measured failed:\n{done.stderr}")
    return done.stdout


PARTS = {
    "import": _imports,
    "first": _first_cell,
    "build": _build,
    "start": _start,
    "tests": graded_cells,
    "cells": _given_cells,
    "site": _site,
}
QUICK = ("import", "first", "build", "start")
"""What takes less than a minute together."""
