"""Write an exercise's ladder of hints into its notebook: the exercise's module is their one source."""

import re

from course_utils.authoring.errors import AuthoringError
from course_utils.exercises.exercise import HINT_TITLES

_PLACE = re.compile(r"^\{\{hints (?P<name>\w+)\}\}$", re.MULTILINE)


def expand_hints(text: str) -> str:
    """Replace each line `{{hints NAME}}` of a markdown cell by that exercise's folded hints and solution.

    Raises:
        AuthoringError: there is no exercise of that name.
    """
    return _PLACE.sub(lambda place: _ladder(place["name"]), text)


def _ladder(name: str) -> str:
    from course_utils.tests import HINTS

    if name not in HINTS:
        raise AuthoringError(f"no exercise {name!r} for its hints; there are: {', '.join(HINTS)}")
    rungs = [_folded(title, hint) for title, hint in zip(HINT_TITLES, HINTS[name], strict=True)]
    solution = f'Run `utils.show_solution("{name}")` in a cell of its own: it shows the answer of this course.'
    return "\n\n".join([*rungs, _folded("Solution", solution)])


def _folded(title: str, body: str) -> str:
    # JupyterLab and Sphinx read the body as markdown only between blank lines.
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
