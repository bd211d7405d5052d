"""Numbers with a bar each: a small chart that is text, so that it reads in light, in dark and aloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from itertools import cycle

from course_utils.checking.surface import show_html, surface

# Three times as bright or as dark as the page, be it white or black; the second is hatched, to do without colour.
_FILLS = (
    "background:#3c82dc",
    "background:repeating-linear-gradient(135deg,#868686 0 2px,transparent 2px 4px);box-shadow:inset 0 0 0 1px #868686",
)
# A bar lies on what it would be at 100 %.
_TRACK = "background:#8080802e"
_LETTERS = 30
# As wide as its words, up to nearly half of the place (cqw: hundredths of its width), where they take a second line.
_LABEL = "width:max-content;max-width:10em;max-width:45cqw;margin-right:.4em"
_PLACE = "container-type:inline-size;max-width:760px"
_UNSEEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)"

Bars = Mapping[str, Mapping[str, float]]
"""For each row its name, and in it the shares (from 0 to 1) by whose they are."""


def show_bars(shares: Mapping[str, float], *, title: str, marked: tuple[str, ...] = ()) -> None:
    """Show shares (from 0 to 1) as percentages with bars; the `marked` ones stand out in bold."""
    text = "\n".join([title, *(_line(name, share) for name, share in shares.items())])
    if surface() == "html":
        show_html(bars_html(shares, title, marked), text)
    else:
        print(text)


def bars_html(shares: Mapping[str, float], title: str, marked: tuple[str, ...] = ()) -> str:
    """Write shares as a table, a bar in each row."""
    return paired_bars_html({name: {"": share} for name, share in shares.items()}, marked, _caption(title))


def show_paired_bars(bars: Bars, *, title: str, greyed: bool = False) -> None:
    """Show shares (from 0 to 1) of several in each row, a bar each; nothing of no rows.

    bars: for each row its name, and in it the shares by whose they are. greyed: set back, behind other rows.
    """
    if not bars:
        return
    text = f"{title}\n{paired_bars_text(bars)}"
    if surface() != "html":
        print(text)
        return
    table = paired_bars_html(bars, caption=_caption(title))
    style = "line-height:1.5;margin:.4em 0" + (";opacity:.72;filter:grayscale(1)" if greyed else "")
    show_html(f'<div style="{style}">{table}{legend_html(next(iter(bars.values())))}</div>', text)


def _caption(title: str) -> str:
    style = "caption-side:top;text-align:left;font-weight:bold;padding:.2em 0 .4em"
    return f'<caption style="{style}">{escape(title)}</caption>'


def paired_bars_html(bars: Bars, marked: tuple[str, ...] = (), caption: str = "") -> str:
    """Write shares as a table; in each row a bar for each share in it, one over the other."""
    rows = "".join(_row(name, shares, name in marked) for name, shares in bars.items())
    style = "border-collapse:collapse;table-layout:auto;width:100%;margin:0"
    return f'<div style="{_PLACE}"><table style="{style}">{caption}<tbody>{rows}</tbody></table></div>'


def paired_bars_text(bars: Bars) -> str:
    """Write the same in characters."""
    return "\n".join(f"{who:12} {_line(name, share)}" for name, shares in bars.items() for who, share in shares.items())


def legend_html(whose: Iterable[str]) -> str:
    """Say whose the bars are, in the order in which they lie over each other."""
    swatch = '<span style="display:inline-block;width:2em;height:.7em;margin-right:.4em;{}"></span>'
    each = (
        f'<span style="white-space:nowrap;margin-right:1.2em">{swatch.format(fill)}{escape(who)}</span>'
        for who, fill in zip(whose, cycle(_FILLS), strict=False)
    )
    return f"<div>{''.join(each)}</div>"


def _line(name: str, share: float) -> str:
    return f"{name:20} {share:6.1%} {'█' * round(share * _LETTERS)}"


def _row(name: str, shares: Mapping[str, float], marked: bool) -> str:
    weight = "bold" if marked else "normal"
    label = f'<div style="{_LABEL}">{escape(name)}</div>'
    head = f'<th scope="row" style="text-align:left;font-weight:inherit">{label}</th>'
    bars = "".join(_bar(who, share, fill) for (who, share), fill in zip(shares.items(), cycle(_FILLS), strict=False))
    return f'<tr style="font-weight:{weight}">{head}<td style="text-align:left;width:100%">{bars}</td></tr>'


def _bar(who: str, share: float, fill: str) -> str:
    filled = f'<span style="display:block;width:{share:.2%};height:.8em;{fill}"></span>'
    unseen = f'<span style="{_UNSEEN}">{escape(who)} </span>' if who else ""
    return (
        f'<div style="display:flex;align-items:center;line-height:1.3">{unseen}'
        '<span style="flex:none;width:4.6em;text-align:right;font-variant-numeric:tabular-nums;margin-right:.5em">'
        f"{share:.1%}</span>"
        f'<span style="flex:auto;{_TRACK}">{filled}</span></div>'
    )
