"""Where the reader is: a notebook that shows HTML, a terminal with colours, or a plain log."""

import os
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal

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


def in_colab() -> bool:
    """Say whether the reader is in Colab, whose kernels have a shell of its own."""
    return surface() == "html" and type(_shell()).__module__.startswith("google.colab")


def _in_notebook() -> bool:
    # Jupyter's and Colab's kernels have one; IPython in a terminal has not.
    return getattr(_shell(), "kernel", None) is not None


def _shell() -> Any:
    """Give the running IPython, if there is one."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return get_ipython()


def show_html(html: str, text: str) -> None:
    """Display `html` in the running notebook, with `text` for whatever cannot show HTML (a log, a screen reader)."""
    from IPython.display import display

    display({"text/html": html, "text/plain": text}, raw=True)


def print_no_error(of: tuple[type[Exception], ...], that: Callable[[Exception, TracebackType], bool]) -> None:
    """Let IPython print nothing for errors of these kinds `that` has told; where it has a handler already, it stays."""
    shell = _shell()
    if shell.custom_exceptions:
        return

    def print_others(
        shell: Any, kind: type[Exception], error: Exception, trace: TracebackType, **settings: Any
    ) -> None:
        if not that(error, trace):
            shell.showtraceback((kind, error, trace), **settings)

    shell.set_custom_exc(of, print_others)
