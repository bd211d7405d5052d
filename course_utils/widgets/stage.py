"""Show a widget where one can be shown, and elsewhere the same as a picture or in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from course_utils.checking.surface import surface

if TYPE_CHECKING:
    from ipywidgets import HTML, ValueWidget, Widget

WIDGET = "application/vnd.jupyter.widget-view+json"


def show_widget(make: Callable[[], Widget], html: Callable[[], str], text: Callable[[], str]) -> None:
    """Show the widget in a notebook; where widgets cannot be shown `html` stands for it, and in a log `text`.

    In a notebook all three are one output: whoever displays it takes the best that it is able to, now and later.
    """
    if surface() != "html":
        print(text())
        return
    from IPython.display import display

    view = {"version_major": 2, "version_minor": 0, "model_id": make().model_id}
    display({WIDGET: view, "text/html": html(), "text/plain": text()}, raw=True)


def redraw(page: HTML, draw: Callable[[], str]) -> None:
    """Put what `draw` returns into the page; an error in it becomes a sentence there, where the student is looking.

    Otherwise it would go to a log that hardly anybody opens. And a page's value is set, nothing is printed: output
    from a callback gets lost on Colab, and stalls in runs without a browser.
    """
    try:
        page.value = fitted(draw())
    except Exception as error:  # noqa: BLE001  (it may come from a student's model, or from a student's photo)
        page.value = sentence(f"{type(error).__name__}: {error}")


def fitted(html: str) -> str:
    """Make a widget's HTML as wide as its place, and no wider whatever is inside: tables scroll, pictures shrink."""
    return f'<div style="width:0;min-width:100%">{html}</div>'


def sentence(text: str) -> str:
    """Give a message as HTML that screen readers say by themselves."""
    return f'<div role="status" style="line-height:1.5">{escape(text)}</div>'


def on_change(controls: dict[str, ValueWidget], react: Callable[[], None]) -> None:
    """Call `react` whenever the value of one of the controls has changed."""
    for control in controls.values():
        control.observe(partial(_without_event, react), names="value")


def _without_event(react: Callable[[], None], _: Any) -> None:
    react()
