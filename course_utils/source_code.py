"""The source of a class that was written in a notebook, with all that it needs, as a file that runs on its own."""

import ast
import builtins
import importlib
import inspect
import linecache
import symtable
import types
from collections.abc import Iterator
from typing import Any


class CannotCarry(Exception):  # noqa: N818  (it is caught by name, and its text is read as a reason)
    """A class cannot be taken from one notebook to another; the text says why."""


def standalone_source(thing: type, name: str) -> str:
    """Give the text of a Python file that defines `thing` under `name`: its imports, helpers and constants first.

    Raises:
        CannotCarry: its source is not known, or it needs something that cannot be written down.
    """
    parts: dict[str, str] = {}
    _collect(thing, parts, pending=set())
    own = thing.__name__
    alias = "" if own == name else f"\n{name} = {own}\n"
    imports = sorted(text for text in parts.values() if text.startswith(("import ", "from ")))
    others = [text for text in parts.values() if text not in imports]
    return "\n".join([f'"""My {name}, as it passed its tests."""\n', *imports, "", *others]) + alias


def _collect(thing: Any, parts: dict[str, str], pending: set[str]) -> None:
    """Add the source of a class or function to `parts`, after the parts that it needs."""
    text, space = _source_and_names(thing)
    pending = pending | {thing.__name__}
    for name in _needed_names(text):
        if name not in parts and name not in pending and name in space and not hasattr(builtins, name):
            _collect_name(name, space[name], parts, pending)
    parts[thing.__name__] = f"\n{text}\n"


def _collect_name(name: str, value: Any, parts: dict[str, str], pending: set[str]) -> None:
    text = _import_of(name, value) or _constant(name, value)
    if text:
        parts[name] = text
    elif isinstance(value, type | types.FunctionType):
        _collect(value, parts, pending)
        if value.__name__ != name:
            parts[name] = f"{name} = {value.__name__}"
    else:
        raise CannotCarry(f"it needs {name}, and a {type(value).__name__} cannot be written into a file")


def _import_of(name: str, value: Any) -> str:
    """Give the line that imports `value` under `name`, or nothing if it comes from the notebook itself."""
    if isinstance(value, types.ModuleType):
        return f"import {value.__name__} as {name}"
    module, own = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(own, str) or module == "__main__":
        return ""
    try:
        found = getattr(importlib.import_module(module), own)
    except (ImportError, AttributeError):
        return ""
    alias = "" if own == name else f" as {name}"
    return f"from {module} import {own}{alias}" if found is value else ""


def _constant(name: str, value: Any) -> str:
    text = f"{name} = {value!r}"
    try:
        return text if ast.literal_eval(repr(value)) == value else ""
    except (ValueError, SyntaxError):
        return ""


def _needed_names(text: str) -> list[str]:
    """Name all that a piece of source looks up outside itself, each once."""
    tables = [symtable.symtable(text, "<cell>", "exec")]
    for table in tables:
        tables.extend(table.get_children())
    symbols = ((table, symbol) for table in tables for symbol in table.get_symbols())
    outside = [symbol for table, symbol in symbols if symbol.is_global() or table.get_type() == "module"]
    return list(dict.fromkeys(symbol.get_name() for symbol in outside if symbol.is_referenced()))


def _source_and_names(thing: Any) -> tuple[str, dict[str, Any]]:
    """Find the source of a class or function in the cell that defined it, and the names that it sees.

    inspect.getsource does not find a notebook's classes in all of Python's and IPython's versions; the code of a
    method knows its cell.
    """
    for function in _functions(thing):
        lines = linecache.getlines(function.__code__.co_filename, function.__globals__)
        node = _definition(thing.__name__, lines, function.__code__.co_firstlineno)
        if node is not None:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return "".join(lines[first - 1 : node.end_lineno]).rstrip("\n"), function.__globals__
    raise CannotCarry(f"the source of {thing.__name__} was not found")


def _functions(thing: Any) -> Iterator[types.FunctionType]:
    """Give the function itself, or all that a class defines."""
    for value in vars(thing).values() if isinstance(thing, type) else [thing]:
        function = inspect.unwrap(getattr(value, "fget", None) or getattr(value, "__func__", value))
        if isinstance(function, types.FunctionType):
            yield function


def _definition(name: str, lines: list[str], number: int) -> ast.ClassDef | ast.FunctionDef | None:
    """Find the class or function of a cell that is called `name` and has line `number` in it."""
    # Lines that only IPython understands are left out, so that the rest of the cell can be read as Python.
    python = ["\n" if line.lstrip().startswith(("%", "!")) else line for line in lines]
    try:
        body = ast.parse("".join(python)).body
    except SyntaxError:
        return None
    named = [node for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name]
    return next((node for node in named if node.lineno - len(node.decorator_list) <= number <= node.end_lineno), None)
