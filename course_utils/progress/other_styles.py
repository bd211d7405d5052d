"""How others write an exercise: one or two right answers in another style, for whoever has passed it."""

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from course_utils.checking.page import words_html
from course_utils.checking.surface import show_html
from course_utils.data.solutions import NOT_HERE
from course_utils.exercises.registry import notebooks
from course_utils.nearest import did_you_mean
from course_utils.progress.log import read
from course_utils.student_folder import COURSE, student_folder

_ANSWERS = Path("tests") / "exercises" / "answers"
_STYLE = re.compile(r"^# %% right: [^:\n]+: (?P<differs>.+)\n(?P<code>(?:(?!# %%).*\n?)+)", re.MULTILINE)
"""In a file of answers: a right one whose title goes on in a sentence (see `authoring.answers`)."""


def other_styles(name: str, root: Path = COURSE) -> None:
    """Display other right ways to write the exercise `name`, each folded under what differs in it.

    They're shown once all its tests have passed, where the course's solutions are; otherwise one line says why not.
    """
    tests = {entry.name: entry.tests for entries in notebooks().values() for entry in entries}
    if not any((root / "solutions").glob("*/*.ipynb")):
        print(NOT_HERE)
    elif name not in tests:
        print(f"There is no exercise called {name!r}.{did_you_mean(name, tests)}")
    elif not _passed(name, tests[name]):
        print(f"Your own way first: this shows how others write {name} once all its tests have passed in a notebook.")
    elif not (styles := read_styles(name, root)):
        print(f"There is no other style of {name} to show.")
    else:
        show_html(_page(styles), "\n".join(f"One that {differs}:\n\n{code}" for differs, code in styles))


def read_styles(name: str, root: Path = COURSE) -> list[tuple[str, str]]:
    """Give what differs in each other style of an exercise, and its code."""
    path = root / _ANSWERS / f"{name}.py"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [(found["differs"], found["code"].strip() + "\n") for found in _STYLE.finditer(text)]


def _passed(name: str, tests: Iterable[str]) -> bool:
    place = student_folder()
    passed = {run.test for run in read(place).runs if run.exercise == name and run.passed} if place else set()
    return passed.issuperset(tests)


def _page(styles: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f'<details style="margin:.3em 0;max-width:60em"><summary style="cursor:pointer">One that '
        f'{words_html(differs)}</summary><pre tabindex="0" style="margin:.3em 0;overflow-x:auto">'
        f"<code>{escape(code)}</code></pre></details>"
        for differs, code in styles
    )
