"""Write an exercise's steps and its ladder of hints into its notebook: the exercise's module is their one source."""

import re

from course_utils.authoring.errors import AuthoringError
from course_utils.exercises.exercise import HINT_TITLES
from course_utils.exercises.registry import load
from course_utils.progress.other_styles import read_styles

_PLACE = re.compile(r"^\{\{(?P<what>hints|steps) (?P<name>\w+)\}\}$", re.MULTILINE)


def expand_hints(text: str) -> str:
    """Fill a markdown cell's places: `{{hints NAME}}`, the folded hints and solution, and `{{steps NAME}}`, a list.

    Raises:
        AuthoringError: there is no exercise of that name.
    """
    write = {"hints": _ladder, "steps": _steps}
    return _PLACE.sub(lambda place: write[place["what"]](_known(place["name"], place["what"])), text)


def _known(name: str, what: str) -> str:
    from course_utils.tests import HINTS

    if name not in HINTS:
        raise AuthoringError(f"no exercise {name!r} for its {what}; there are: {', '.join(HINTS)}")
    return name


def _steps(name: str) -> str:
    each = (f"{number}. **{step.name}**: {step.does}" for number, step in enumerate(load(name).steps, 1))
    return "\n".join(each)


def _ladder(name: str) -> str:
    from course_utils.tests import HINTS

    rungs = [_folded(title, hint) for title, hint in zip(HINT_TITLES, HINTS[name], strict=True)]
    solution = f'Run `utils.show_solution("{name}")` in a cell of its own: it shows the answer of this course.'
    others = f'Passed? Then `utils.other_styles("{name}")` shows how others write it, and what differs.'
    return "\n\n".join([*rungs, _folded("Solution", f"{solution} {others}" if read_styles(name) else solution)])


def _folded(title: str, body: str) -> str:
    # JupyterLab and Sphinx read the body as markdown only between blank lines.
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
