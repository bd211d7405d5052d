"""Show the course's own solution of an exercise, for those who ask for it by name."""

from __future__ import annotations

import json
from pathlib import Path

from course_utils.checking.surface import surface
from course_utils.nearest import did_you_mean

SOLUTION_FOLDER = Path(__file__).resolve().parents[2] / "solutions"


NOT_HERE = "The solutions are not in this copy of the course."


def show_solution(name: str, folder: Path = SOLUTION_FOLDER) -> None:
    """Display the solution of the exercise whose nbgrader `grade_id` is `name`; one line says so when there is none."""
    solutions = read_solutions(folder)
    if not solutions:
        print(NOT_HERE)
    elif name not in solutions:
        others = f" There are: {', '.join(solutions)}."
        print(f"There is no solution called {name!r}.{did_you_mean(name, solutions) or others}")
    else:
        _show_code(solutions[name])


def read_solutions(folder: Path = SOLUTION_FOLDER) -> dict[str, str]:
    """Return the code of every solution cell in the notebooks of `folder`'s assignments, by `grade_id`."""
    found = {}
    for path in sorted(folder.glob("*/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            grading = cell["metadata"].get("nbgrader", {})
            if grading.get("solution") and cell["cell_type"] == "code":
                found[grading["grade_id"]] = _without_marks("".join(cell["source"]))
    return found


def _without_marks(code: str) -> str:
    """Drop nbgrader's own lines, which say where the solution begins and ends."""
    lines = code.splitlines()
    return "\n".join(line for line in lines if line.strip() not in {"### BEGIN SOLUTION", "### END SOLUTION"})


def _show_code(code: str) -> None:
    match surface():
        case "html":
            from IPython.display import Code, display

            display(Code(code, language="python"))
        case "terminal":
            from rich.console import Console
            from rich.syntax import Syntax

            Console().print(Syntax(code, "python", background_color="default"))
        case "plain":
            print(code)
