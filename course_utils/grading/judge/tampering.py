"""Find code that reaches into the process that it runs in: then a rule about how an answer is made proves nothing.

What an answer *does* is seen from outside, and cannot be talked away. What it is *made of* (the rule that BatchNorm2d
is not torch's own) only the student's process can tell, and code like this could make it lie. Such a notebook gets no
marks from a machine: a human looks at it.
"""

import ast
from collections.abc import Iterable, Iterator

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

# No answer of the course's needs any of these.
_WORDS = frozenset(
    {
        *("ctypes", "gc", "inspect", "import_module", "importlib", "marshal", "faulthandler", "tracemalloc", "cffi"),
        *("builtins", "grading", "checking", "pickle", "cloudpickle"),
        *("__import__", "__builtins__", "__loader__", "__spec__", "__code__", "__globals__", "__closure__"),
        *("__subclasses__", "__mro__", "__bases__", "__getattribute__", "__reduce__", "__torch_function__"),
        *("f_back", "f_globals", "f_locals", "tb_frame", "gi_frame", "cr_frame", "ag_frame", "_getframe"),
        *("settrace", "setprofile", "TorchFunctionMode", "run_cell", "run_code", "ex", "safe_execfile"),
    }
)
# These are ordinary names of methods as well: `model.eval()`.
_FUNCTIONS = {"exec", "eval", "compile", "globals", "locals"}


def tampering(notebook: NotebookNode, released: Iterable[str]) -> list[str]:
    """List the suspicious words in the student's own cells; those that are as released are not theirs."""
    own = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.source not in set(released)]
    return sorted({word for source in own for word in _suspicious(source)})


def _suspicious(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # what does not parse does not run
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    # torch.nn.modules is a package: what is looked up in it is nothing that a dictionary has.
    packages = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr not in dir(dict)}
    for node in ast.walk(tree):
        yield from (word for word in _words(node) if word in _WORDS)
        match node:
            case ast.Call(ast.Name(name)) if name in _FUNCTIONS:
                yield name
            # Some magics run the text that they get: `%time import gc`.
            case ast.Call(ast.Attribute(_, "run_line_magic" | "run_cell_magic"), given):
                texts = (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))
                yield from (word for text in texts for word in _suspicious(text))
            # Of a module it is a method, and called; sys.modules, by whatever name sys goes, is a dictionary.
            case ast.Attribute(_, "modules") if node not in called | packages:
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
        case ast.Constant(str() as text) if text.replace(".", "_").isidentifier():
            yield from text.split(".")
