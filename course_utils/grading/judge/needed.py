"""Which cells have to be run: the student's own, the graded ones, and what these need of the rest.

Half of a notebook's time goes into cells of the course's that show something. They are as released, so it is known what
they do, and nothing graded depends on what they do.
"""

import symtable
from collections.abc import Iterable, Iterator, Mapping

from nbformat import NotebookNode

from course_utils.grading.judge.names import as_python


def needed(notebook: NotebookNode, released: Iterable[str], tests: Mapping[str, str]) -> set[int]:
    """Give the places of the cells to run; in doubt a cell is run."""
    released = set(released)
    code = {at: cell.source for at, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    known = {at: names for at, source in code.items() if source in released and (names := _names(source))}
    found = set(code) - set(known)
    asking = filter(None, map(_names, (*tests.values(), *(as_python(code[at]) for at in found))))
    wanted = {name for used, _ in asking for name in used}
    while more := {at for at, (_, bound) in known.items() if at not in found and wanted & bound}:
        found |= more
        wanted.update(*(used for used, _ in map(known.get, more)))
    return found


def _names(source: str) -> tuple[set[str], set[str]] | None:
    """Give the names that a cell uses, and those that it binds; None where it is more than Python, a magic say."""
    try:
        whole = symtable.symtable(source, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    top = whole.get_symbols()
    inner = [symbol for table in _inside(whole) for symbol in table.get_symbols() if symbol.is_global()]
    used = {one.get_name() for one in (*top, *inner) if one.is_referenced()}
    return used, {one.get_name() for one in (*top, *inner) if one.is_assigned() or one.is_imported()}


def _inside(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inside(child)
