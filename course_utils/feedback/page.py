"""Render a panel as HTML that reads well in Jupyter and Colab, in light and dark."""

import math
from html import escape

from course_utils.feedback.values import Map
from course_utils.feedback.wording import Panel

# Text keeps the page's own colour; only mark and border have one, with contrast above 3:1 on white and on black.
_COLOURS = {"✓": "#1f9254", "✗": "#d64550", "○": "#3b82d6"}
_CELL = 14  # pixels a value takes in a map


def render_html(panel: Panel) -> str:
    """Give the panel as one HTML element with inline styles only."""
    colour = _COLOURS[panel.mark]
    head = (
        f'<span style="color:{colour};font-weight:bold" aria-hidden="true">{panel.mark}</span> '
        f"<b>{escape(panel.title)}</b>&ensp;{escape(panel.verdict)}"
    )
    body = "".join(f'<div style="opacity:.9">{escape(line)}</div>' for line in panel.lines)
    step = f'<div style="margin-top:.3em">→ {escape(panel.step)}</div>' if panel.step else ""
    return (
        f'<div role="status" style="border-left:4px solid {colour};background:{colour}14;padding:.5em .8em;'
        f'margin:.2em 0;line-height:1.5;max-width:60em">{head}{body}{_pictures(panel.maps)}{step}</div>'
    )


def _pictures(maps: tuple[Map, ...]) -> str:
    if not maps:
        return ""
    # One scale for all three, so that their colours can be compared.
    scale = max(abs(value) for each in maps for row in each.rows for value in row) or 1.0
    drawn = "".join(_picture(each, scale) for each in maps)
    key = f"one channel; orange above zero, blue below, up to ±{scale:.2g}"
    return (
        f'<div style="display:flex;gap:1.2em;flex-wrap:wrap;margin:.5em 0">{drawn}'
        f'<div style="align-self:end;opacity:.8;font-size:85%">{key}</div></div>'
    )


def _picture(each: Map, scale: float) -> str:
    height, width = len(each.rows), len(each.rows[0])
    cells = "".join(
        f'<rect x="{x * _CELL}" y="{y * _CELL}" width="{_CELL}" height="{_CELL}" fill="{_fill(value, scale)}"/>'
        for y, row in enumerate(each.rows)
        for x, value in enumerate(row)
    )
    alt = f"{each.title}: one channel of {height} by {width} values, {_range(each)}"
    return (
        f'<figure style="margin:0"><figcaption style="font-size:85%">{escape(each.title)}</figcaption>'
        f'<svg role="img" aria-label="{escape(alt)}" width="{width * _CELL}" height="{height * _CELL}" '
        f'style="border:1px solid #8886">{cells}</svg></figure>'
    )


def _fill(value: float, scale: float) -> str:
    strength = min(abs(value) / scale, 1.0) if math.isfinite(value) else 1.0
    colour = "230,126,34" if value > 0 else "52,120,220"
    return f"rgba({colour},{strength:.2f})"


def _range(each: Map) -> str:
    values = [value for row in each.rows for value in row]
    return f"from {min(values):.3g} to {max(values):.3g}"
