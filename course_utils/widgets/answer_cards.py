"""Photos with what networks say of them: a card each, with the photo and the most likely classes as bars."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from course_utils.checking.surface import show_html, surface
from course_utils.data.gallery import photo_html
from course_utils.inspection.bars import Bars, legend_html, paired_bars_html, paired_bars_text
from course_utils.widgets.answers import Answers, most_likely

if TYPE_CHECKING:
    from PIL import Image

Photos = Mapping[str, "Image.Image"]


def show_cards(photos: Photos, answers: Answers) -> None:
    """Show a card for each photo in a notebook; elsewhere, the numbers."""
    text = cards_text(photos, answers)
    if surface() == "html":
        show_html(cards_html(photos, answers), text)
    else:
        print(text)


def cards_html(photos: Photos, answers: Answers, *, shown: int = 3, side: int = 120) -> str:
    """Give a card for each photo, as many in a row as there is room for; `side` is the photo's, in pixels."""
    charts = (most_likely(answers, index, shown) for index in range(len(photos)))
    cards = "".join(_card(*photo, bars, side) for photo, bars in zip(photos.items(), charts, strict=True))
    note = f'<p style="overflow-wrap:anywhere">{escape(answers.naming.note)}</p>' if answers.naming.note else ""
    return (
        f'<div style="line-height:1.5;margin:.4em 0">{legend_html(answers.probabilities)}'
        '<div style="display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,27em),1fr));gap:1em;'
        f'margin:.6em 0">{cards}</div>{note}</div>'
    )


def _card(name: str, photo: Image.Image, bars: Bars, side: int) -> str:
    chart = paired_bars_html(bars, marked=tuple(bars)[:1])
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:.4em 1em;align-items:flex-start">{photo_html(name, photo, side)}'
        f'<div style="flex:1 1 13em;min-width:0">{chart}</div></div>'
    )


def cards_text(photos: Photos, answers: Answers, *, shown: int = 3) -> str:
    """Write the same in characters."""
    lines = (f"{name}:\n{paired_bars_text(most_likely(answers, i, shown))}" for i, name in enumerate(photos))
    return "\n".join([*lines, *filter(None, [answers.naming.note])])
