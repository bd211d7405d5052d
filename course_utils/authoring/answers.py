"""The answers to an exercise, right and wrong, by which it is tested: tests/exercises/answers/NAME.py, cell by cell.

A cell begins with one of these lines, and is what a student's cell would be; it runs after the solved notebook's.

    # %% right: TITLE            is accepted;
                                 TITLE: SENTENCE is also shown to who has passed, as another style (see `other_styles`)
    # %% mistake: ID             makes a known mistake, written without looking at the bank's own code;
                                 ID (REASON): and is told as another one, or as none
                                 Its last lines say how it becomes right: after "# repair", lines that go
                                 ("# - ...") and lines that come in their place ("# + ...")
    # %% wrong: TITLE            is refused
    # %% equivalent: REASON      below it, as comments, changes of the solution that leave what it does as it was
"""

import io
import linecache
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import jupytext

from course_utils.exercises.registry import notebooks

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "exercises" / "answers"
_HEADER = re.compile(r"^# %% (right|mistake|wrong|equivalent): *(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class AnswerCell:
    """One cell of the file.

    note: why a mistake is not told as itself, or what a right answer does in a way of its own.
    repair: the change that makes a mistake right.
    """

    exercise: str
    kind: Literal["right", "mistake", "wrong", "equivalent"]
    title: str
    source: str
    note: str = ""
    repair: str = ""

    def repaired(self) -> "AnswerCell":
        """Give the cell with its repair applied.

        Raises:
            ValueError: what should go is not there, or more than once.
        """
        source = self.source
        for gone, new in _hunks(self.repair):
            if source.count(gone) != 1:
                raise ValueError(f"{self.title}: not there once: {gone}")
            source = source.replace(gone, new)
        return replace(self, source=source, repair="")

    def run(self) -> Any:
        """Run it as Jupyter would, its lines can be shown; give what it defines under the exercise's name."""
        return run_cell(self.source, self.exercise, f"{self.kind}_{self.title}")


@cache
def answers(exercise: str) -> tuple[AnswerCell, ...]:
    """Read the file of an exercise; none where it has no file."""
    path = FOLDER / f"{exercise}.py"
    if not path.is_file():
        return ()
    _, *parts = _HEADER.split(path.read_text("utf-8"))
    return tuple(_cell(exercise, *each) for each in zip(parts[::3], parts[1::3], parts[2::3], strict=True))


def _cell(exercise: str, kind: Any, title: str, source: str) -> AnswerCell:
    note = ""
    if kind in {"mistake", "right"}:
        title, _, note = title.partition(" " if kind == "mistake" else ": ")
    source, _, repair = source.strip().partition("\n# repair\n")
    return AnswerCell(exercise, kind, title.strip(), source.strip() + "\n", note.strip().strip("()"), repair)


def _hunks(repair: str) -> Iterator[tuple[str, str]]:
    """Give what goes and what comes in its place, piece by piece."""
    for found in re.finditer(r"((?:^# - ?.*\n?)+)((?:^# \+ ?.*\n?)*)", repair, re.MULTILINE):
        yield tuple(re.sub(r"^# [-+] ?", "", side.rstrip("\n"), flags=re.MULTILINE) + "\n" for side in found.groups())


def equivalents(exercise: str) -> Iterator[str]:
    """Give the changes of the solution that are none, each a piece of the changed line, or "old  →  new"."""
    for cell in answers(exercise):
        if cell.kind == "equivalent":
            yield from (line.removeprefix("# ") for line in cell.source.splitlines() if line.startswith("# "))


def run_cell(source: str, name: str, title: str = "cell") -> Any:
    """Run a cell after the solved notebook of the exercise `name`, and give what has that name then.

    Raises:
        Exception: whatever the cell raises.
    """
    space = dict(vars(solved_notebook(notebook_of(name))))
    space.pop(name, None)
    file = f"/tmp/ipykernel_1/{name}_{re.sub(r'[^A-Za-z0-9]+', '_', title)}.py"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), space)
    return space[name]


@cache
def notebook_of(exercise: str) -> str:
    """Give the notebook that an exercise is in."""
    return next(notebook for notebook, entries in notebooks().items() if exercise in [one.name for one in entries])


def cells(notebook: str) -> list:
    """Give the cells of a solved notebook's text."""
    return jupytext.read(ROOT / "solutions" / notebook / f"{notebook}.py").cells


def run_solution(notebook: str) -> ModuleType:
    """Run the definitions of a solved notebook (its imports, solutions and given classes), and nothing else of it."""
    module = ModuleType(f"solution_{notebook}")
    for cell in cells(notebook):
        flags = cell.metadata.get("nbgrader", {})
        is_definition = flags.get("solution") or cell.source.startswith(("class ", "import ", "from "))
        if cell.cell_type == "code" and is_definition:
            with redirect_stdout(io.StringIO()):
                exec(compile(cell.source, f"<{notebook}: {flags.get('grade_id', 'given')}>", "exec"), vars(module))
    return module


solved_notebook = cache(run_solution)
