"""A table of what images are against what a network calls them: where it errs, and for what it takes them."""

from __future__ import annotations

from collections.abc import Sequence

from jaxtyping import Int
from torch import Tensor

from course_utils.checking.surface import show_html, surface

_TABLE_STYLES = [
    {"selector": "th, td", "props": "padding: 2px 6px; text-align: right; font-variant-numeric: tabular-nums;"},
    {"selector": "tbody th", "props": "white-space: nowrap;"},
    # Upright names make room for all columns.
    {"selector": "th.col_heading", "props": "writing-mode: vertical-rl; padding: 6px 2px;"},
]


def show_confusion(labels: Int[Tensor, " images"], said: Int[Tensor, " images"], names: Sequence[str]) -> None:
    """Count for each class (a row) as what its images are seen (a column), and colour what is off the diagonal."""
    import pandas as pd

    classes = len(names)
    counts = (labels * classes + said).bincount(minlength=classes**2).reshape(classes, classes)
    table = pd.DataFrame(
        counts.numpy(), index=pd.Index(names, name="it is"), columns=pd.Index(names, name="the network says")
    )
    if surface() != "html":
        print(table.to_string())
        return
    mistakes = counts.clone().fill_diagonal_(0).numpy()  # the diagonal is known to be large
    # Black text is readable on the lighter two thirds of these colours, and no text on the darkest.
    tinted = table.style.background_gradient(cmap="Oranges", axis=None, gmap=mistakes, high=0.5, text_color_threshold=0)
    show_html(tinted.set_table_styles(_TABLE_STYLES).set_uuid("confusion").to_html(), table.to_string())
