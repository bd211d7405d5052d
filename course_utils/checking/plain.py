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
    for line in (panel.aside, _steps(panel), *panel.lines, checks):
        lines += textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines)


def _steps(panel: Panel) -> str:
    """Say in one line how far an exercise is: "steps done: stem · next: groups · not yet: head, forward"."""
    states = dict.fromkeys(one.state for one in panel.steps)
    named = {state: ", ".join(one.name for one in panel.steps if one.state == state) for state in states}
    each = " · ".join(f"{state}: {names}" for state, names in named.items())
    return f"steps {each}" if each else ""


def _names(checks: Checks) -> str:
    return ", ".join(name for name, _ in checks.named)
