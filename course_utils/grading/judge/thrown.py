"""Make again, here, what in the student's process was raised, or has not been written yet."""

import builtins
import linecache
from typing import Any

from torch import nn

_LAST_LINE = 100_000  # of a cell; a number beyond it is made up
_LONGEST = 20_000  # characters of an error's text


def error_of(told: dict) -> Exception:
    """Make the student's error: same name, same text, and a traceback that ends in the student's line."""
    kinds, text = [str(kind) for kind in told["kinds"]], str(told["text"])[:_LONGEST]
    base = next((b for kind in kinds if isinstance(b := getattr(builtins, kind, None), type)), Exception)
    base = base if issubclass(base, Exception) else Exception
    kind = base if base.__name__ == kinds[0] else type(kinds[0], (base,), {"__module__": "__main__"})
    try:
        error = kind(text)
    except TypeError:  # UnicodeDecodeError and the like want more than a text
        error = type(kinds[0], (Exception,), {})(text)
    return _at_line(error, int(told["line"]), str(told["source"]))


def _at_line(error: Exception, line: int, source: str) -> Exception:
    """Give the error a traceback that ends in a line of the student's."""
    if not 0 < line <= _LAST_LINE:
        return error
    name = "<your code>"
    linecache.cache[name] = (1, None, ["\n"] * (line - 1) + [source + "\n"], name)
    try:
        exec(compile("\n" * (line - 1) + "raise error", name, "exec"), {"error": error})
    except Exception as raised:  # noqa: BLE001  (it is the one that was handed in)
        return raised
    return error


def stub_of(head: dict) -> Any:
    """Give something that is as unfinished as what the student has handed in."""
    is_class = "c" in head["result"]
    name = str(head["classes"][head["result"]["c"]]["name"] if is_class else head["result"].get("name", "it"))

    def unfinished(self: Any = None, *args: Any, **kwargs: Any) -> None:
        pass

    if is_class:
        return type(name, (nn.Module,), {"forward": unfinished})
    unfinished.__name__ = name
    return unfinished
