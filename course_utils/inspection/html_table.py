"""A table as HTML, readable on light and dark pages; pandas would make it too, after a second or more of imports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

_NAME = "resnet-course-table"
_STYLE = (
    f"<style>table.{_NAME} {{margin: 0; border-collapse: collapse; color: inherit; font-size: 12px;}}"
    f"table.{_NAME} :is(th, td) {{padding: 2px 8px; text-align: left; white-space: nowrap; color: inherit;}}"
    f"table.{_NAME} .number {{text-align: right; font-variant-numeric: tabular-nums;}}"
    f"table.{_NAME} thead {{position: sticky; top: 0; z-index: 1;}}"
    # Blurred instead of opaque: so it hides what passes below it on any page, light or dark.
    f"table.{_NAME} thead th {{background: rgba(128, 128, 128, 0.2); backdrop-filter: blur(16px);}}</style>"
)


def html_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Collection[int] = (),
    groups: Sequence[tuple[str, int]] = (),
    tints: Sequence[str] = (),
) -> str:
    """Give a table of texts, which are escaped.

    numbers: the columns that are set to the right; groups: names over the headings, each with how many columns it
    spans; tints: a background for each row, "" for none.
    """
    over = "".join(f'<th scope="colgroup" colspan="{span}">{escape(name)}</th>' for name, span in groups)
    head = "".join(_cell("th", text, column in numbers, ' scope="col"') for column, text in enumerate(headings))
    body = "".join(
        f"<tr{_tinted(tint)}>{''.join(_cell('td', text, column in numbers) for column, text in enumerate(row))}</tr>"
        for row, tint in zip(rows, tints or [""] * len(rows), strict=True)
    )
    above = f"<tr>{over}</tr>" if over else ""
    return f'{_STYLE}<table class="{_NAME}"><thead>{above}<tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(kind: str, text: str, number: bool, more: str = "") -> str:
    aligned = ' class="number"' if number else ""
    return f"<{kind}{more}{aligned}>{escape(text)}</{kind}>"


def _tinted(tint: str) -> str:
    return f' style="background-color: {tint};"' if tint else ""
