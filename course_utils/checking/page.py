"""Render a panel as HTML that reads well in Jupyter and Colab, in light and dark."""

import math
import re
from html import escape

from course_utils.checking.pictures import svg_image
from course_utils.checking.values import Map
from course_utils.checking.wording import Panel

# Text keeps the page's own colour; only mark and border have one, with contrast above 3:1 on white and on black.
_COLOURS = {"✓": "#1f9254", "✗": "#d64550", "○": "#3b82d6", "?": "#a8701a"}
_CELL = 14  # pixels a value takes in a map


def render_html(panel: Panel) -> str:
    """Give the panel as one HTML element with inline styles only."""
    colour = _COLOURS[panel.mark]
    head = (
        f'<span style="color:{colour};font-weight:bold" aria-hidden="true">{panel.mark}</span> '
        f"<b>{escape(panel.title)}</b>&ensp;{words_html(panel.verdict)}"
    )
    body = "".join(f'<div style="opacity:.9">{words_html(line)}</div>' for line in panel.lines)
    step = f'<div style="margin-top:.3em">→ {words_html(panel.step)}</div>' if panel.step else ""
    return (
        f'<div role="status" style="border-left:4px solid {colour};background:{colour}14;padding:.5em .8em;'
        f'margin:.2em 0;line-height:1.5;max-width:60em">{head}{body}{_pictures(panel.maps)}{step}</div>'
    )


def words_html(text: str) -> str:
    """Escape a sentence; a *word* is emphasised and `code` set as such (in plain text they stay as they are)."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", re.sub(r"\*([a-z]+)\*", r"<em>\1</em>", escape(text)))


def _pictures(maps: tuple[Map, ...]) -> str:
    if not maps:
        return ""
    *both, difference = maps
    # Expected and got share a scale, so that their colours can be compared; a difference may be far smaller.
    scales = [max(map(_largest, both))] * len(both) + [_largest(difference)]
    drawn = "".join(_picture(each, scale) for each, scale in zip(maps, scales, strict=True))
    key = "one channel: orange is above zero, blue below"
    return (
        f'<div style="display:flex;gap:1.2em;flex-wrap:wrap;margin:.5em 0">{drawn}'
        f'<div style="align-self:end;opacity:.8;font-size:85%">{key}</div></div>'
    )


def _largest(each: Map) -> float:
    return max((abs(value) for row in each.rows for value in row if math.isfinite(value)), default=0.0)


def _picture(each: Map, scale: float) -> str:
    height, width = len(each.rows), len(each.rows[0])
    cells = "".join(
        f'<rect x="{x * _CELL}" y="{y * _CELL}" width="{_CELL}" height="{_CELL}" fill="{_fill(value, scale)}"/>'
        for y, row in enumerate(each.rows)
        for x, value in enumerate(row)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * _CELL}" height="{height * _CELL}">{cells}'
        '<rect width="100%" height="100%" fill="none" stroke="#888"/></svg>'
    )
    alt = f"{each.title}: one channel of {height} by {width} values, {_range(each)}"
    caption = f'<figcaption style="font-size:85%">{escape(each.title)}, up to ±{scale:.2g}</figcaption>'
    return f'<figure style="margin:0">{caption}{svg_image(svg, alt)}</figure>'


def _fill(value: float, scale: float) -> str:
    strength = min(abs(value) / scale, 1.0) if math.isfinite(value) and scale else 1.0
    colour = "230,126,34" if value > 0 else "52,120,220"
    return f"rgba({colour},{strength:.2f})"


def _range(each: Map) -> str:
    values = [value for row in each.rows for value in row]
    return f"from {min(values):.3g} to {max(values):.3g}"
