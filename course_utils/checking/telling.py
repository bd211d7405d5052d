"""Tell the reader a report: a green line when all is right, otherwise an AssertionError that reads well."""

from course_utils.checking.page import render_html
from course_utils.checking.plain import render_plain
from course_utils.checking.surface import show_html, surface
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


def tell(report: Report, quiet: bool = False) -> None:
    """Show the report where the reader is; raise NotRightYet unless everything is right.

    quiet: say nothing when it is.
    """
    if quiet and report.verdict == "right":
        return
    panel = word(report)
    where = surface()
    if where == "html":
        show_html(render_html(panel), render_plain(panel))
    elif report.verdict == "right" or where == "terminal":
        _print(panel)
    if report.verdict != "right":
        raise NotRightYet(panel)


def _print(panel: Panel) -> None:
    from rich.console import Console
    from rich.text import Text

    # rich leaves the colours out where the output is not a terminal.
    text = Text(render_plain(panel))
    text.stylize(f"bold {_STYLES[panel.mark]}", 0, len(panel.mark) + len(panel.title) + 1)
    Console(soft_wrap=True, highlight=False).print(text)
