"""Show a model layer by layer: shapes, parameters and multiply-adds, with the totals."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

from torch import Tensor, nn

from course_utils.checking.surface import show_html, surface
from course_utils.inspection.multiply_adds import Layer, Shape, layer_costs
from course_utils.inspection.parameters import shape_text

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

PLAIN_WIDTH = 80
HEADINGS = ("module", "kind", "input", "output", "parameters", "multiply-adds")


def summary(model: nn.Module, x: Tensor, return_frame: bool = False) -> pd.DataFrame | None:
    """Run `model` once on the batch `x` and show each layer: shapes without the batch, parameters, multiply-adds.

    Multiply-adds are those of one image, of each Conv2d and Linear (torch's or your own) at the size of its own output.
    The model is as it was afterwards. `return_frame` returns the table as well, in plain numbers and with the batch in
    its shapes.
    Raises `TypeError` for what is not a model or not a tensor, `ValueError` when the model cannot run on `x`.
    """
    layers = layer_costs(model, x)
    if surface() == "html":
        show_html(to_html(layers), totals(layers))
    else:
        _print_table(layers, plain=surface() == "plain")
    return to_frame(layers) if return_frame else None


def totals(layers: Sequence[Layer]) -> str:
    """Say in one line what the layers cost together."""
    parameters, cost = sum(layer.parameters for layer in layers), sum(layer.multiply_adds or 0 for layer in layers)
    return f"{parameters:,} parameters, {cost:,} multiply-adds for one image{_rounded(cost)}"


def _rounded(number: int) -> str:
    units = ((10**9, "G"), (10**6, "M"), (10**3, "k"))
    return next((f" ({number / size:.2f} {unit})" for size, unit in units if number >= size), "")


def to_frame(layers: Sequence[Layer]) -> pd.DataFrame:
    """Return the layers as a dataframe, one line each."""
    import pandas as pd

    rows = [
        (one.name, one.kind, one.inputs, one.outputs, one.parameters, one.multiply_adds or 0, one.calls)
        for one in layers
    ]
    return pd.DataFrame(rows, columns=[*HEADINGS[:-1], "multiply_adds", "calls"])


def to_html(layers: Sequence[Layer]) -> str:
    """Return the table as HTML, in a box that scrolls both ways, by keyboard too; its last line, the totals, stays."""
    style = "max-height: 32em; overflow: auto; border: 1px solid rgba(128, 128, 128, 0.4); margin: 0.5em 0"
    return (
        f'<div style="line-height: 1.5"><div tabindex="0" role="region" aria-label="Layers" style="{style}">'
        f"{_styled(layers)}</div><div><strong>{html.escape(totals(layers))}</strong></div></div>"
    )


def _styled(layers: Sequence[Layer]) -> str:
    import pandas as pd

    frame = pd.DataFrame([_cells(layer) for layer in layers], columns=list(HEADINGS))
    # The same table always gets the same identifier: notebooks rebuild without a difference.
    styler = frame.style.set_uuid(f"{crc32(frame.to_csv().encode()):08x}").hide(axis="index")
    return styler.format(escape="html").set_table_styles(_TABLE_STYLES).to_html()


_TABLE_STYLES = [
    {"selector": "", "props": "margin: 0; border-collapse: collapse; color: inherit; font-size: 12px;"},
    {"selector": "th, td", "props": "padding: 2px 8px; text-align: left; white-space: nowrap; color: inherit;"},
    {
        "selector": "th.col4, th.col5, td.col4, td.col5",
        "props": "text-align: right; font-variant-numeric: tabular-nums;",
    },
    {"selector": "thead", "props": "position: sticky; top: 0; z-index: 1;"},
    # Blurred instead of opaque: so it hides what passes below it on any page, light or dark.
    {"selector": "thead th", "props": "background: rgba(128, 128, 128, 0.2); backdrop-filter: blur(16px);"},
]


def _cells(layer: Layer) -> tuple[str, ...]:
    """Write a layer as people read it; the batch is left out of its shapes."""
    calls = {0: " (not called)", 1: ""}.get(layer.calls, f" (×{layer.calls})")
    return (
        layer.name or "the model",
        layer.kind + calls,
        _without_batch(layer.inputs),
        _without_batch(layer.outputs),
        f"{layer.parameters:,}" if layer.parameters else "",
        "" if layer.multiply_adds is None else f"{layer.multiply_adds:,}",
    )


def _without_batch(shape: Shape | None) -> str:
    return "–" if shape is None else shape_text(shape[1:])


def _print_table(layers: Sequence[Layer], plain: bool) -> None:
    from rich.console import Console
    from rich.measure import Measurement

    console = Console(width=PLAIN_WIDTH, no_color=True) if plain else Console()
    table = _rich_table(layers, HEADINGS)
    if Measurement.get(console, console.options.update(max_width=10_000), table).maximum > console.width:
        # What goes into a layer stands in the line above, most of the time.
        table = _rich_table(layers, [heading for heading in HEADINGS if heading != "input"])
    console.print(table)
    console.print(totals(layers), highlight=False, style="bold")


def _rich_table(layers: Sequence[Layer], headings: Sequence[str]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in HEADINGS[4:] else "left", overflow="fold")
    for layer in layers:
        cells = dict(zip(HEADINGS, _cells(layer), strict=True))
        table.add_row(*(Text(cells[heading]) for heading in headings))
    return table
