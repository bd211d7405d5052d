"""Find code that reaches into the process that it runs in: then a rule about how an answer is made proves nothing.

What an answer *does* is seen from outside, and cannot be talked away. What it is *made of* (the rule that BatchNorm2d
is not torch's own) only the student's process can tell, and code like this could make it lie. Such a notebook gets no
marks from a machine: a human looks at it.
"""

import ast
from collections.abc import Iterable, Iterator

from nbformat import NotebookNode

# No answer of the course's needs any of these.
_WORDS = frozenset(
    {
        *(
            "ctypes",
            "gc",
            "inspect",
            "import_module",
            "marshal",
            "faulthandler",
            "tracemalloc",
            "cffi",
            "builtins",
            "grading",
        ),
        *("__import__", "__builtins__", "__loader__", "__spec__", "__code__", "__globals__", "__closure__"),
        *("__subclasses__", "__mro__", "__bases__", "__getattribute__", "__reduce__", "__torch_function__"),
        *("f_back", "f_globals", "f_locals", "tb_frame", "gi_frame", "cr_frame", "ag_frame", "_getframe"),
        *("settrace", "setprofile", "TorchFunctionMode"),
    }
)
# These are ordinary names of methods as well: `model.eval()`.
_FUNCTIONS = {"exec", "eval", "compile", "globals", "locals"}


def tampering(notebook: NotebookNode, released: Iterable[str]) -> list[str]:
    """List the suspicious words in the student's own cells; those that are as released are not theirs."""
    own = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.source not in set(released)]
    return sorted({word for source in own for word in _suspicious(source)})


def _suspicious(source: str) -> Iterator[str]:
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))]
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # what does not parse does not run
    for node in ast.walk(tree):
        yield from (word for word in _words(node) if word in _WORDS)
        match node:
            case ast.Call(ast.Name(name)) if name in _FUNCTIONS:
                yield name
            case ast.Attribute(ast.Name("sys"), "modules"):
                yield "sys.modules"
            case ast.BinOp(ast.Constant(str()), ast.Add(), ast.Constant(str())):
                yield "a text that is put together from pieces"


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(name) | ast.Attribute(_, name):
            yield name
        case ast.Import(names):
            yield from (part for alias in names for part in alias.name.split("."))
        case ast.ImportFrom("sys", names):
            yield from ("_getframe" if alias.name == "modules" else alias.name for alias in names)
        case ast.ImportFrom(module, names):
            yield from (module or "").split(".")
            yield from (alias.name for alias in names)
        case ast.Constant(str() as text) if text.isidentifier():
            yield text
