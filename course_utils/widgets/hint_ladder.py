"""The ladder of hints under a button: one rung at a time, each noted in the student's own progress."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from course_utils.checking.page import words_html
from course_utils.exercises.exercise import HINT_TITLES
from course_utils.nearest import did_you_mean
from course_utils.progress.log import FILE, note_hint, read
from course_utils.student_folder import student_folder
from course_utils.widgets.stage import fitted, show_widget

if TYPE_CHECKING:
    from ipywidgets import HTML, Widget

_BLUE = "#3b82d6"


def hints(name: str) -> None:
    """Offer an exercise's hints one at a time: a nudge, the approach, and the answer all but written.

    name: the exercise, as in "BatchNorm2d". What you open is noted in your progress, and is open already when you run
    the cell again. Where there are no buttons, all hints are there: folded in a page, one after the other in a log.
    """
    from course_utils.tests import HINTS

    if name not in HINTS:
        others = f" There are for: {', '.join(HINTS)}."
        print(f"There are no hints for {name!r}.{did_you_mean(name, HINTS) or others}")
        return
    rungs = HINTS[name]
    show_widget(lambda: _ladder(name, rungs), lambda: folded(name, rungs), lambda: in_words(name, rungs))


def climbed(name: str, rungs: tuple[str, ...], opened: int) -> str:
    """Give the first `opened` rungs as HTML, and after the last one the way to the solution."""
    shown = "".join(map(_rung, HINT_TITLES[:opened], rungs))
    solution = f'<div role="status">{words_html(_solution(name))}</div>' if opened == len(rungs) else ""
    return (
        f'<div style="line-height:1.5;max-width:60em;white-space:normal;overflow-wrap:anywhere">{shown}{solution}</div>'
    )


def _rung(title: str, hint: str) -> str:
    return (
        f'<div role="status" style="border-left:4px solid {_BLUE};background:{_BLUE}14;padding:.4em .8em;'
        f'margin:.2em 0 .5em"><b>{title}</b><div>{_hint_html(hint)}</div></div>'
    )


def _hint_html(hint: str) -> str:
    """Set the lines between fences as code, and the rest as sentences."""
    pieces = re.split(r"^```(?:python)?\n?", hint, flags=re.MULTILINE)
    return "".join(
        f'<pre tabindex="0" style="margin:.3em 0;overflow-x:auto">{escape(piece)}</pre>'
        if number % 2
        else words_html(piece)
        for number, piece in enumerate(pieces)
    )


def next_rung(rungs: tuple[str, ...], opened: int) -> str:
    """Say what the button does next: open a hint, or fold all away; a button has no second line for a longer text."""
    return "fold the hints away" if opened == len(rungs) else HINT_TITLES[opened]


def folded(name: str, rungs: tuple[str, ...]) -> str:
    """Give all rungs as HTML that opens and closes by itself, without Python."""
    each = "".join(
        f"<details><summary>{title}</summary><div>{_hint_html(hint)}</div></details>"
        for title, hint in zip(HINT_TITLES, rungs, strict=False)
    )
    return f'<div style="line-height:1.5;max-width:60em"><b>Hints for {name}</b>{each}</div>'


def in_words(name: str, rungs: tuple[str, ...]) -> str:
    """Give all rungs as text."""
    lines = (f"{title}\n  {hint}" for title, hint in zip(HINT_TITLES, rungs, strict=False))
    return "\n".join([f"Hints for {name}", *lines, _solution(name)])


def _solution(name: str) -> str:
    return f'`utils.show_solution("{name}")` shows the answer of this course.'


def _ladder(name: str, rungs: tuple[str, ...]) -> Widget:
    from ipywidgets import HTML, Button, Layout, VBox

    opened = noted = min(_opened_before(name), len(rungs))
    page = HTML()
    # The button stays to the end: whoever uses the keyboard would lose the place with it.
    button = Button(
        icon="lightbulb-o",
        tooltip=f"The hints for {name}, one at a time",
        layout=Layout(width="auto", max_width="calc(100% - 4px)", align_self="flex-start"),  # less its margins
    )

    def show() -> None:
        page.value = fitted(climbed(name, rungs, opened))
        button.description = next_rung(rungs, opened)

    def climb(_: Button) -> None:
        nonlocal opened, noted
        opened = 0 if opened == len(rungs) else opened + 1
        show()
        if opened > noted:
            noted = opened
            _note(name, opened, page)

    button.on_click(climb)
    show()
    return VBox([page, button])


def _opened_before(name: str) -> int:
    place = student_folder()
    try:
        log = read(place) if place else None
    except OSError:
        return 0  # where it cannot be read, show_progress says so
    opened = [hint.rung for hint in log.hints if hint.exercise == name] if log else []
    return max(opened, default=0)


def _note(name: str, rung: int, page: HTML) -> None:
    place = student_folder()
    if place is None:
        return
    try:
        note_hint(name, rung, place)
    except OSError as error:
        page.value += f"<div>Not in your progress: {place.name}/{FILE} cannot be written ({error.strerror}).</div>"
