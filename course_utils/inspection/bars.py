"""Numbers with a bar each: a small chart that is text, so that it reads in light, in dark and aloud."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from course_utils.checking.surface import show_html, surface

_BLUE = "rgba(60,130,220,.45)"
_WIDTH = 18  # em of the longest bar possible
_LETTERS = 30


def show_bars(shares: Mapping[str, float], *, title: str, marked: tuple[str, ...] = ()) -> None:
    """Show shares (from 0 to 1) as percentages with bars; the `marked` ones stand out in bold."""
    if surface() == "html":
        show_html(bars_html(shares, title, marked), bars_text(shares, title))
    else:
        print(bars_text(shares, title))


def bars_text(shares: Mapping[str, float], title: str) -> str:
    """Write the chart in characters."""
    return "\n".join([title, *(_line(name, share) for name, share in shares.items())])


def bars_html(shares: Mapping[str, float], title: str, marked: tuple[str, ...] = ()) -> str:
    """Write the chart as a table."""
    rows = "".join(_row(name, share, name in marked) for name, share in shares.items())
    style = "caption-side:top;text-align:left;font-weight:bold;white-space:nowrap"
    caption = f'<caption style="{style}">{escape(title)}</caption>'
    return f'<table style="border-collapse:collapse">{caption}<tbody>{rows}</tbody></table>'


def _line(name: str, share: float) -> str:
    return f"{name:20} {share:6.1%} {'█' * round(share * _LETTERS)}"


def _row(name: str, share: float, marked: bool) -> str:
    weight = "bold" if marked else "normal"
    bar = f'<div style="background:{_BLUE};width:{share * _WIDTH:.2f}em;height:1em"></div>'
    head = f'<th scope="row" style="text-align:left;font-weight:inherit">{escape(name)}</th>'
    return (
        f'<tr style="font-weight:{weight}">{head}'
        f'<td style="text-align:right;padding:0 .5em;font-variant-numeric:tabular-nums">{share:.1%}</td>'
        f'<td style="text-align:left">{bar}</td></tr>'
    )
