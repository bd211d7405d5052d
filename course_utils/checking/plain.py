"""Render a panel as plain text of at most 80 columns: for logs, nbgrader and error messages."""

import textwrap

from course_utils.checking.wording import Checks, Panel

WIDTH = 80


def render_plain(panel: Panel) -> str:
    """Give the panel as lines of at most 80 columns."""
    head = f"{panel.mark} {panel.title}   "
    verdict, checks = panel.verdict, " · ".join(f"{one.said}: {_names(one)}" for one in panel.checks)
    if panel.mark == "✓":  # what passes takes one line
        verdict, checks = f"{verdict}: {', '.join(map(_names, panel.checks))}", ""
    lines = textwrap.wrap(verdict, WIDTH, initial_indent=head, subsequent_indent="    ")
    if panel.step:
        lines += textwrap.wrap(panel.step, WIDTH, initial_indent="  → ", subsequent_indent="    ")
    steps = " · ".join(f"{one.mark} {one.name} ({one.state})" for one in panel.steps)
    for line in (f"steps: {steps}" if steps else "", *panel.lines, checks):
        lines += textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines)


def _names(checks: Checks) -> str:
    return ", ".join(name for name, _ in checks.named)
