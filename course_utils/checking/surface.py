"""Where the reader is: a notebook that shows HTML, a terminal with colours, or a plain log."""

import os
import sys
from typing import Literal

Surface = Literal["html", "terminal", "plain"]


def surface() -> Surface:
    """Say how output should look for the reader of this process.

    nbgrader keeps only text of its runs (`NBGRADER_EXECUTION` is its own variable), so there it is "plain".
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return "plain"
    if _in_notebook():
        return "html"
    return "terminal" if sys.stdout.isatty() else "plain"


def _in_notebook() -> bool:
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    shell = get_ipython()
    # Jupyter's and Colab's kernels have one; IPython in a terminal has not.
    return getattr(shell, "kernel", None) is not None


def show_html(html: str, text: str) -> None:
    """Display `html` in the running notebook, with `text` for whatever cannot show HTML (a log, a screen reader)."""
    from IPython.display import display

    display({"text/html": html, "text/plain": text}, raw=True)
