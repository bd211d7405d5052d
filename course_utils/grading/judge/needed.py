"""Which cells have to be run: the student's own, the graded ones, and what these need of the rest.

Half of a notebook's time goes into cells of the course's that show something. They are as released, so it is known what
they do, and nothing graded depends on what they do.
"""

import symtable
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode


@dataclass(frozen=True)
class _Names:
    """The names of the notebook that a cell uses, and those that it binds."""

    used: frozenset[str]
    bound: frozenset[str]


def needed(notebook: NotebookNode, released: Iterable[str], tests: Mapping[str, str]) -> set[int]:
    """Give the places of the cells to run; in doubt a cell is run."""
    released = set(released)
    code = {at: cell.source for at, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    known = {at: names for at, source in code.items() if source in released and (names := _names(source))}
    found = set(code) - set(known)
    asking = filter(None, map(_names, (*tests.values(), *(code[at] for at in found))))
    wanted = {name for names in asking for name in names.used}
    while more := {at for at, names in known.items() if at not in found and wanted & names.bound}:
        found |= more
        wanted.update(*(known[at].used for at in more))
    return found


def _names(source: str) -> _Names | None:
    """Look at a cell; None where it is more than Python, a magic say."""
    try:
        whole = symtable.symtable(source, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    top = whole.get_symbols()
    inner = [symbol for table in _inside(whole) for symbol in table.get_symbols() if symbol.is_global()]
    return _Names(
        used=frozenset(one.get_name() for one in (*top, *inner) if one.is_referenced()),
        bound=frozenset(one.get_name() for one in (*top, *inner) if one.is_assigned() or one.is_imported()),
    )


def _inside(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inside(child)
