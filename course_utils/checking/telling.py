"""Tell the reader a report: a green line when all is right, otherwise an AssertionError that reads well.

What does not pass *raises*, always: that is how nbgrader, pytest and nbclient know of it, and no one's marks are to
depend on where a notebook is opened. Three things are different where a student reads:
- The panel says all, so IPython is asked not to print the error below it once more. It still raises: the cell's reply
  says so, and nbgrader looks at the reply too. (VS Code runs the cells below all the same: it looks at what is shown.)
- The students' test cells bear the tag "raises-exception" (see `authoring.source`), by which JupyterLab, Notebook and
  VS Code go on with the cells below. nbgrader gives a cell with an error 0 with the tag as without it.
- Colab knows no such tag. There, and nowhere else, a test cell ends without an error: Colab's own shell is no place in
  which anything is graded, and a run of nbgrader's or `course grade`'s is "plain" even on Colab's machines.
"""

import traceback
from collections.abc import Callable, Collection
from functools import wraps
from types import TracebackType
from typing import Any

from course_utils.checking.page import prints_html, render_html
from course_utils.checking.plain import render_plain
from course_utils.checking.printing import Printed
from course_utils.checking.surface import in_colab, print_no_error, show_html, surface
from course_utils.checking.values import Report
from course_utils.checking.wording import Panel, word


class NotRightYet(AssertionError):  # noqa: N818  (its name is read by students)
    """Ends a test cell that does not pass; nbgrader and pytest score it like any failed assertion."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("\n" + render_plain(panel))
        self.panel = panel
        # Where the panel stands above the error already, one line is enough.
        self.shown = surface() != "plain"

    def _render_traceback_(self) -> list[str]:
        """Give IPython the text to print in place of the library's frames."""
        if self.shown:
            said = _AFTER.get(self.panel.mark, self.panel.verdict)
            return [f"{self.panel.title}: {said} (see above)"]
        return str(self).strip().splitlines()


class Interrupted(KeyboardInterrupt):
    """Ends a test that the student stopped with the interrupt key: an endless loop, most likely."""

    def __init__(self, title: str, where: str) -> None:
        self.text = f"○ {title}   stopped by you{where}"
        super().__init__(self.text)

    def _render_traceback_(self) -> list[str]:
        return [self.text]


_AFTER = {"✗": "not right yet", "?": "could not be checked"}
_STYLES = {"✓": "green", "✗": "red", "○": "blue", "?": "yellow"}


def tell(report: Report, quiet: bool = False, again: bool = False) -> None:
    """Show the report where the reader is; raise NotRightYet unless everything is right.

    quiet: say nothing when it is; again: see `word`. Where there are no cells, none can have been forgotten.
    """
    if quiet and report.verdict == "right":
        return
    where = surface()
    panel = word(report, again and where == "html")
    if where == "html":
        show_html(render_html(panel, report.printed), render_plain(panel))
    elif report.verdict == "right" or where == "terminal":
        _print(panel)
    if report.verdict != "right":
        raise NotRightYet(panel)


def tell_errors_once(exercises: Collection[str]) -> None:
    """Let a notebook print no error below a panel, and say which exercise's cell has not been run, in place of one."""
    if surface() != "html":
        return

    def told(error: Exception, trace: TracebackType) -> bool:
        if isinstance(error, NotRightYet):
            return True
        in_the_cell_itself = traceback.extract_tb(trace)[-1].name.startswith("<")  # "<module>", or "<cell line: 1>"
        if error.name in exercises and in_the_cell_itself:
            panel = Panel("○", error.name, "not there yet", "run the cell that defines it, then this one again")
            show_html(render_html(panel), render_plain(panel))
            return True
        return False

    print_no_error((NotRightYet, NameError), told)


def show_prints(printed: Printed) -> None:
    """Show what the student's code printed before it was stopped, where that was kept."""
    if printed.lines:
        show_html(prints_html(printed), "\n".join(printed.lines))


def ends_quietly_in_colab(test: Callable[..., None]) -> Callable[..., None]:
    """Let a test function return where an error would only keep Colab from running the cells below."""

    @wraps(test)
    def run_test(*args: Any, **settings: Any) -> None:
        try:
            test(*args, **settings)
        except NotRightYet:
            if not in_colab():
                raise

    return run_test


def _print(panel: Panel) -> None:
    from rich.console import Console
    from rich.text import Text

    # rich leaves the colours out where the output is not a terminal.
    text = Text(render_plain(panel))
    text.stylize(f"bold {_STYLES[panel.mark]}", 0, len(panel.mark) + len(panel.title) + 1)
    Console(soft_wrap=True, highlight=False).print(text)
