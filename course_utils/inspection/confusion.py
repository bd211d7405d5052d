"""A table of what images are against what a network calls them: where it errs, and for what it takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jaxtyping import Int
from torch import Tensor

from course_utils.checking.surface import show_html, surface

if TYPE_CHECKING:
    import pandas as pd

# A veil over the page's own colour, so that the page's own text is read on it, on a light page and on a dark one.
_VEIL = "background-color: rgba(244, 120, 20, {:.2f})"
_FULLEST = 0.5

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
    tinted = table.style.apply(_tints, axis=None)
    show_html(tinted.set_table_styles(_TABLE_STYLES).set_uuid("confusion").to_html(), table.to_string())


def _tints(table: pd.DataFrame) -> pd.DataFrame:
    """Give each cell the colour of its mistakes; the diagonal, which is known to be large, is bold in place of it."""
    import numpy as np

    right = np.eye(len(table), dtype=bool)
    mistakes = table.mask(right, 0)
    styles = (_FULLEST * mistakes / max(mistakes.max(axis=None), 1)).map(_VEIL.format)
    return styles.mask(right, styles + "; font-weight: bold")
