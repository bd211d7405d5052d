"""Lay the parameters of several models side by side, mark where they first differ, and say why they likely do."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING
from zlib import crc32

from torch import nn

from course_utils.checking.surface import show_html, surface
from course_utils.inspection.param_cause import Model, likely_cause
from course_utils.inspection.parameters import Row, agree, parameter_rows, shape_text

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

PLAIN_WIDTH = 80
SHORTEST_NAMES = 20  # characters; with less, a terminal's table leaves the counts out
REPEATED_ROWS = 6  # how many differing rows stand above the table too
DIFFERS = "differs"
FIRST = "first difference"


@dataclass(frozen=True)
class Comparison:
    """Models side by side: `lines` holds one row of each model (None past its end)."""

    models: tuple[Model, ...]
    lines: tuple[tuple[Row | None, ...], ...]
    differing: tuple[int, ...]
    verdict: str

    def mark(self, position: int) -> str:
        """What stands beside a line: nothing where all models agree."""
        if position not in self.differing:
            return ""
        return FIRST if position == self.differing[0] else DIFFERS


def print_param_count(
    *models: nn.Module, names: Sequence[str] | None = None, buffers: bool = False, return_frame: bool = False
) -> pd.DataFrame | None:
    """Show the models' parameters side by side in declaration order, and under them why they likely differ.

    `names` are the models' headings (their classes' names unless given); `buffers` adds the buffers; `return_frame`
    returns the table as well, with columns (model, "name" | "shape" | "count" | "kind") and ("", "agree").
    Raises `TypeError` for what is not a model, `ValueError` without models, for a wrong number of names, and for lazy
    layers that have no shapes yet.
    """
    comparison = compare(models, names, buffers)
    if surface() == "html":
        show_html(to_html(comparison), comparison.verdict)
    else:
        _print_table(comparison, plain=surface() == "plain")
    return to_frame(comparison) if return_frame else None


def compare(models: Sequence[nn.Module], names: Sequence[str] | None = None, buffers: bool = False) -> Comparison:
    """Line the models up row by row, and find where and why they differ."""
    if not models:
        raise ValueError("No model given. Give one or more, such as print_param_count(my_resnet, models.resnet34()).")
    rows = [parameter_rows(model, buffers) for model in models]
    entries = tuple(Model(name, entry) for name, entry in zip(_headings(models, names), rows, strict=True))
    lines = tuple(zip_longest(*rows))
    differing = tuple(i for i, line in enumerate(lines) if not agree(*line))
    return Comparison(entries, lines, differing, _verdict(entries, bool(differing)))


def _headings(models: Sequence[nn.Module], names: Sequence[str] | None) -> list[str]:
    if names is not None and len(names) != len(models):
        raise ValueError(f"{len(models)} models but {len(names)} names: give one name for each model.")
    headings = [str(name) for name in names] if names else [type(model).__name__ for model in models]
    if len(set(headings)) < len(headings):  # two models of one class
        headings = [f"{heading} ({number})" for number, heading in enumerate(headings, start=1)]
    return headings


def _verdict(models: tuple[Model, ...], differ: bool) -> str:
    first, *others = models
    rows, total = len(first.rows), f"{_total(first):,} parameters"
    if differ:
        return next(cause for other in others if (cause := likely_cause(first, other))).sentence
    if not others:
        return f"{total} in {rows} rows."
    return f"All {rows} rows agree: {total} in each." if rows else "No parameters in any of them."


def _total(model: Model) -> int:
    return sum(row.count for row in model.rows if row.kind == "parameter")


def to_frame(comparison: Comparison) -> pd.DataFrame:
    """Return the comparison as a dataframe, one line for each position in declaration order."""
    import pandas as pd

    columns: dict[tuple[str, str], object] = {}
    for number, model in enumerate(comparison.models):
        column = [line[number] for line in comparison.lines]
        for field in ("name", "shape", "kind"):
            columns[model.name, field] = [getattr(row, field) if row else None for row in column]
        columns[model.name, "count"] = pd.array([row.count if row else None for row in column], dtype="Int64")
    columns["", "agree"] = [not comparison.mark(position) for position in range(len(comparison.lines))]
    return pd.DataFrame(columns)


def to_html(comparison: Comparison) -> str:
    """Return the comparison as HTML: what differs, the whole table (folded if all agree), totals and verdict."""
    parts = []
    if comparison.differing:
        number, total = len(comparison.differing), len(comparison.lines)
        parts.append(f"<div>{number} of {total} rows differ, the first at row {comparison.differing[0]}:</div>")
        parts.append(_boxed("Rows that differ", _styled(comparison, comparison.differing[:REPEATED_ROWS])))
    rows = _boxed("All rows", _styled(comparison, range(len(comparison.lines))))
    if len(comparison.models) > 1 and not comparison.differing:  # a hundred rows that say "the same" need no room
        rows = f"<details><summary>All {len(comparison.lines)} rows agree. Show them</summary>{rows}</details>"
    parts.append(rows)
    parts.append(f"<div>{html.escape(_totals(comparison))}</div>")
    parts.append(f'<div style="max-width: 60em"><strong>{_code_marks(comparison.verdict)}</strong></div>')
    return f'<div style="line-height: 1.5">{"".join(parts)}</div>'


def _boxed(label: str, table: str) -> str:
    """Put a table into a box that scrolls both ways, by keyboard too."""
    style = "max-height: 26em; overflow: auto; border: 1px solid rgba(128, 128, 128, 0.4); margin: 0.5em 0"
    return f'<div tabindex="0" role="region" aria-label="{label}" style="{style}">{table}</div>'


def _code_marks(sentence: str) -> str:
    """Turn the verdict's `name` into HTML's code."""
    pieces = html.escape(sentence).split("`")
    return "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))


def _styled(comparison: Comparison, positions: Sequence[int]) -> str:
    """Return some lines as a pandas Styler's HTML; differing ones are tinted, and say so in words as well."""
    frame = _display_frame(comparison, positions)
    tint = {FIRST: "background-color: rgba(230, 80, 60, 0.30)", DIFFERS: "background-color: rgba(230, 80, 60, 0.12)"}
    # The same table always gets the same identifier: notebooks rebuild without a difference.
    styler = frame.style.set_uuid(f"{crc32(frame.to_csv().encode()):08x}").apply(
        lambda line: [tint.get(line.iloc[0], "")] * len(line), axis=1
    )
    counts = ", ".join(f"td.col{3 * number}" for number in range(1, len(comparison.models) + 1))
    right = {"selector": counts, "props": "text-align: right; font-variant-numeric: tabular-nums;"}
    return (
        styler.format(escape="html")
        .format_index(escape="html", axis=1)
        .set_table_styles([*_TABLE_STYLES, right])
        .to_html()
    )


_TABLE_STYLES = [
    {"selector": "", "props": "margin: 0; border-collapse: collapse; color: inherit; font-size: 12px;"},
    {"selector": "th, td", "props": "padding: 2px 8px; text-align: left; white-space: nowrap; color: inherit;"},
    {"selector": "thead", "props": "position: sticky; top: 0; z-index: 1;"},
    # Blurred instead of opaque: so it hides what passes below it on any page, light or dark.
    {"selector": "thead th", "props": "background: rgba(128, 128, 128, 0.2); backdrop-filter: blur(16px);"},
]


def _display_frame(comparison: Comparison, positions: Sequence[int]) -> pd.DataFrame:
    """Return the lines as people read them: shapes as 64×3×7×7, counts with separators, a word beside differences."""
    import pandas as pd

    columns = {("", ""): [comparison.mark(position) for position in positions]}
    for number, model in enumerate(comparison.models):
        cells = [_cells(comparison.lines[position][number]) for position in positions]
        for field, column in zip(("name", "shape", "count"), zip(*cells, strict=True), strict=False):
            columns[model.name, field] = column
    return pd.DataFrame(columns, index=list(positions))


def _cells(row: Row | None) -> tuple[str, str, str]:
    if row is None:
        return "–", "", ""
    return row.name + (" (buffer)" if row.kind == "buffer" else ""), shape_text(row.shape), f"{row.count:,}"


def _totals(comparison: Comparison) -> str:
    return "Parameters in all: " + ", ".join(f"{model.name} {_total(model):,}" for model in comparison.models)


def _print_table(comparison: Comparison, plain: bool) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(width=PLAIN_WIDTH, no_color=True) if plain else Console()
    console.print(_rich_table(comparison, console.width))
    console.print(escape(_totals(comparison)), highlight=False)
    console.print(escape(comparison.verdict), highlight=False, style="bold")


def _rich_table(comparison: Comparison, width: int) -> Table:
    """Fit the table into `width`: names lose their beginnings, and counts give way where names would get too short."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    fields = ("name", "shape", "count")
    if _room_for_names(comparison, len(fields), width) < SHORTEST_NAMES:
        fields = fields[:2]
    room = _room_for_names(comparison, len(fields), width)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("row", justify="right", no_wrap=True)
    for model in comparison.models:
        table.add_column(Text(_tail(model.name, room)), no_wrap=True)
        for field in fields[1:]:
            table.add_column(field, justify="right" if field == "count" else "left", no_wrap=True)
    for position, line in enumerate(comparison.lines):
        cells = [_cells(row)[: len(fields)] for row in line]
        texts = [Text(text) for name, *rest in cells for text in (_tail(name, room), *rest)]
        mark = comparison.mark(position)
        style = {FIRST: "bold reverse", DIFFERS: "bold"}.get(mark)
        table.add_row({FIRST: "▶ ", DIFFERS: "≠ "}.get(mark, "") + str(position), *texts, style=style)
    return table


def _room_for_names(comparison: Comparison, fields: int, width: int) -> int:
    """Return how many characters each model's names may take, after the other columns and the gaps."""
    cells = [_cells(row) for line in comparison.lines for row in line]
    others = sum(max((len(cell[field]) for cell in cells), default=0) for field in range(1, fields))
    first = len("▶ ") + len(str(len(comparison.lines)))
    gaps = 2 * (1 + fields * len(comparison.models))
    return max(8, (width - first - gaps) // len(comparison.models) - others)


def _tail(name: str, room: int) -> str:
    """Shorten from the front: the end of a parameter's name tells more."""
    return name if len(name) <= room else "…" + name[1 - room :]
