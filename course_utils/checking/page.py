"""Render a panel as HTML that reads well in Jupyter, VS Code and Colab, in light and dark, without any script."""

import math
import re
from html import escape

from course_utils.checking.pictures import svg_image
from course_utils.checking.printing import NOTHING, Printed
from course_utils.checking.values import Map
from course_utils.checking.wording import Checks, Panel

# Text keeps the page's own colour; only mark and border have one, with contrast above 3:1 on white and on black.
_COLOURS = {"✓": "#1f9254", "✗": "#d64550", "○": "#3b82d6", "?": "#a8701a"}
_STRONG = "font-weight:bold"
_CELL = 14  # pixels a value takes in a map
# What a check asks for shows when its name has the keyboard's focus, or a finger's; a mouse has the title, and so has
# everybody where styles are taken out of a page.
_CHECK = "resnet-course-check"
_ON_FOCUS = f"<style>.{_CHECK}:focus>span{{display:block!important}}</style>"


def render_html(panel: Panel, printed: Printed = NOTHING) -> str:
    """Give the panel as one HTML element; what the student's own code printed is below it, folded."""
    colour = _COLOURS[panel.mark]
    head = (
        f'<span style="color:{colour};font-weight:bold" aria-hidden="true">{panel.mark}</span> '
        f"<b>{escape(panel.title)}</b>&ensp;{words_html(panel.verdict)}"
    )
    arrow = '<b aria-hidden="true">→</b>'
    step = f'<div style="margin-top:.2em">{arrow} {words_html(panel.step)}</div>' if panel.step else ""
    aside = f'<div style="margin-top:.2em">{escape(panel.aside)}</div>' if panel.aside else ""
    return (
        f'<div style="line-height:1.5;max-width:60em;overflow-wrap:anywhere">'
        f'<div role="status" style="border-left:4px solid {colour};background:{colour}14;padding:.5em .8em;'
        f'margin:.2em 0">{head}{step}{aside}{_steps(panel)}{_seen(panel)}</div>{prints_html(printed)}</div>'
    )


def words_html(text: str) -> str:
    """Escape a sentence; a *word* is emphasised, and `code` and a line of the student's are set as code."""
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", re.sub(r"\*([a-z]+)\*", r"<em>\1</em>", escape(text)))
    return re.sub(r"(your line \d+:)  (.+)$", r"\1 <code>\2</code>", text)


def prints_html(printed: Printed) -> str:
    """Give what the student's code printed, folded; nothing where it was silent."""
    if not printed.lines:
        return ""
    count = len(printed.lines) + printed.more
    lines = [*printed.lines, *([f"… and {printed.more} more lines"] if printed.more else [])]
    return _folded(
        f"what your code printed: {count} line{'s' if count > 1 else ''}",
        f'<pre style="margin:.3em 0;white-space:pre-wrap;font-size:90%">{escape(chr(10).join(lines))}</pre>',
    )


def _steps(panel: Panel) -> str:
    """List the exercise's steps, each with a mark and in words how far it is."""
    each = "".join(
        f'<li>{_step_mark(one.mark)}<span style="{_STRONG if one.mark == "→" else ""}">{escape(one.name)}</span>'
        f'<span style="opacity:.8">: {escape(one.state)}</span></li>'
        for one in panel.steps
    )
    return f'<ol aria-label="steps" style="list-style:none;margin:.3em 0 0;padding:0">{each}</ol>' if each else ""


def _step_mark(mark: str) -> str:
    place = f"display:inline-block;width:1.4em;{_STRONG};color:{_COLOURS.get(mark, 'inherit')}"
    return f'<span style="{place}" aria-hidden="true">{mark}</span>'


def _seen(panel: Panel) -> str:
    """Give the evidence, folded where there is something else to do first."""
    lines = "".join(f"<div>{words_html(line)}</div>" for line in panel.lines)
    checks = _ON_FOCUS + "".join(map(_names, panel.checks)) if panel.checks else ""
    if panel.mark == "✓":  # a note on what is right is there to be read
        return _folded("which", checks, "display:inline-block;vertical-align:top;margin-left:1em") + lines
    seen = lines + _pictures(panel.maps) + checks
    return _folded("what was seen", seen, unfolded=not panel.step) if seen else ""


def _folded(title: str, what: str, place: str = "margin-top:.3em", unfolded: bool = False) -> str:
    return (
        f'<details style="{place}"{" open" if unfolded else ""}>'
        f'<summary style="cursor:pointer;opacity:.8">{title}</summary>{what}</details>'
    )


def _names(checks: Checks) -> str:
    each = " ".join(_name(name, promise) for name, promise in checks.named)
    return f'<div style="margin-top:.3em">{escape(checks.said)}: <span role="list">{each}</span></div>'


def _name(name: str, promise: str) -> str:
    style = "display:inline-block;border:1px solid #8888;border-radius:.8em;padding:0 .6em;margin:.1em 0;font-size:90%"
    words = escape(promise)
    sentence = f'<span style="display:none;max-width:34em;padding:.1em 0 .3em" aria-hidden="true">{words}</span>'
    focusable = f'class="{_CHECK}" role="listitem" tabindex="0"'
    return f'<span {focusable} title="{words}" style="{style}">{escape(name)}{sentence}</span>'


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
