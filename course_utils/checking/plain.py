"""Render a panel as plain text of at most 80 columns: for logs, nbgrader and error messages."""

import textwrap

from course_utils.checking.wording import Panel

WIDTH = 80


def render_plain(panel: Panel) -> str:
    """Give the panel as lines of at most 80 columns."""
    head = f"{panel.mark} {panel.title}   "
    lines = textwrap.wrap(panel.verdict, WIDTH, initial_indent=head, subsequent_indent="    ")
    for line in panel.lines:
        lines += textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ")
    if panel.step:
        lines += textwrap.wrap(panel.step, WIDTH, initial_indent="  → ", subsequent_indent="    ")
    return "\n".join(lines)
