"""Find code that reaches into the process that it runs in: then a rule about how an answer is made proves nothing.

What an answer *does* is seen from outside, and cannot be talked away. What it is *made of* (the rule that BatchNorm2d
is not torch's own) only the student's process can tell, and code like this could make it lie. The marks of such a
notebook are held until a human has decided, who is shown the line.

It is uses that are looked for, not words: `gc.collect()` reaches nowhere, `gc.get_objects()` does.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping

from nbformat import NotebookNode

from course_utils.grading.judge.names import parsed

_LONGEST = 80  # characters of a line that is shown
_DEEPEST = 40  # pieces in pieces of a text

# Modules that no answer needs, and what of the course does the looking.
_CLOSED = ("ctypes", "_ctypes", "cffi", "builtins", "marshal", "faulthandler", "_frozen_importlib", "_imp")
_COURSES = ("course_utils.grading", "course_utils.checking")
# Of these modules, everyday code uses no more than this.
_EVERYDAY = {
    "gc": {"collect", "enable", "disable", "isenabled", "freeze", "get_count", "get_threshold", "set_threshold"},
    "inspect": {
        *("signature", "Parameter", "Signature", "getsource", "getsourcelines", "getfile", "getdoc", "cleandoc"),
        *("isclass", "isfunction", "ismethod", "ismodule", "isabstract", "getmro", "getfullargspec"),
    },
    "importlib": {"reload", "import_module", "invalidate_caches", "metadata", "resources", "util"},
    "pickle": {"dump", "dumps", "HIGHEST_PROTOCOL"},
    "cloudpickle": {"dump", "dumps"},
    "sys": {
        *("path", "version", "version_info", "executable", "platform", "argv", "maxsize", "byteorder", "float_info"),
        *("stdout", "stderr", "stdin", "exit", "getsizeof", "getrefcount", "exc_info", "modules", "displayhook"),
        *("getrecursionlimit", "setrecursionlimit", "dont_write_bytecode"),
    },
}
# Names and attributes by which one gets from an object to the code and the frames behind it, or runs a text.
_REACHING = frozenset(
    {
        *("__import__", "__builtins__", "__builtin__", "__loader__", "__spec__", "__code__", "__globals__"),
        *("__closure__", "__subclasses__", "__mro__", "__bases__", "__getattribute__", "__reduce__", "__reduce_ex__"),
        *("__torch_function__", "TorchFunctionMode", "TorchDispatchMode"),
        *("DisableTorchFunction", "DisableTorchFunctionSubclass", "_DisableTorchDispatch"),
        *("f_back", "f_globals", "f_locals", "f_builtins", "tb_frame", "gi_frame", "cr_frame", "ag_frame"),
        *("_getframe", "_current_frames", "currentframe", "settrace", "setprofile"),
        *("get_objects", "get_referrers", "get_referents"),
        *("run_cell", "run_code", "run_ast_nodes", "safe_execfile"),
    }
)
_RUNS_A_TEXT = {"exec", "eval", "compile"}
_NAMESPACES = {"globals", "locals"}


def tampering(notebook: NotebookNode, released: Iterable[str], helpers: Mapping[str, str] | None = None) -> list[str]:
    """List what in a student's own cells, and in the files that they import, reaches into the process: place and line.

    released: the sources of cells that are not theirs. helpers: their Python files, by name.
    """
    released = set(released)
    code = enumerate((cell.source for cell in notebook.cells if cell.cell_type == "code"), 1)
    texts = {f"cell {number}": source for number, source in code if source not in released} | dict(helpers or {})
    trees = {place: tree for place, text in texts.items() if (tree := parsed(text))}
    modules = {name: module for tree in trees.values() for name, module in _watched_modules(tree)}
    # Whoever imports nothing else has the names of the course's own cells.
    modules = {name: name for name in ("sys", "inspect", "importlib")} | modules
    return [
        _told(place, texts[place], line)
        for place, tree in trees.items()
        for line in _lines(texts[place], tree, modules)
    ]


def _told(place: str, source: str, line: int) -> str:
    lines = source.splitlines()
    shown = lines[line - 1].strip() if line <= len(lines) else ""
    return f"{place}, line {line}: {shown[:_LONGEST]}"


def _watched_modules(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Give the names by which the modules of _EVERYDAY, and the course, are known."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                if whole in _EVERYDAY or whole == "course_utils":
                    yield alias.asname or whole, whole


def _lines(source: str, tree: ast.Module, modules: Mapping[str, str]) -> list[int]:
    """Give the lines, each once, in their order."""
    above = len(source) - len(source.lstrip())
    blank = source[:above].count("\n")  # IPython leaves blank lines at the top out
    return sorted({blank + line for line in _Search(tree, modules).lines()})


class _Search:
    """Goes through one cell, without recursion, which a student could exhaust."""

    def __init__(self, tree: ast.AST, modules: Mapping[str, str]) -> None:
        self._tree, self._modules = tree, modules
        self._parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}

    def lines(self) -> Iterator[int]:
        """Give the line of each node that reaches in."""
        for node in ast.walk(self._tree):
            if self._reaches(node):
                yield node.lineno
            match node:
                # Some magics run the text that they get, in this line or those below: `%time import gc`.
                case ast.Call(ast.Attribute(_, "run_line_magic" | "run_cell_magic" as name), given):
                    below = node.lineno - (name == "run_line_magic")
                    for source in filter(None, map(_text, given)):
                        if tree := parsed(source):
                            yield from (below + line for line in _lines(source, tree, self._modules))

    def _reaches(self, node: ast.AST) -> bool:  # noqa: PLR0911  (one for each way to reach in)
        match node:
            case ast.Import(names):
                return any(_is_closed(alias.name) for alias in names)
            case ast.ImportFrom(module, names):
                return _is_closed(module or "") or any(self._imports(module or "", alias.name) for alias in names)
            case ast.Call(ast.Attribute(_, "ex")):  # IPython's
                return True
            case ast.Call(ast.Attribute(_, "import_module") | ast.Name("import_module"), [what, *_]):
                return (name := _text(what)) is None or _is_closed(name)
            case ast.Name(name, ast.Load()):
                return self._name(node, name)
            case ast.Attribute(ast.Name(base), name) if base in self._modules:
                return self._of_module(node, self._modules[base], name)
            case ast.Attribute(base, name):
                # torch's own `sys`, say
                return name in _REACHING or (name == "sys" and not _is_self(base))
        text = _text(node) if isinstance(node, ast.expr) else None
        return text is not None and (text in _REACHING or text.startswith(_COURSES))

    def _imports(self, module: str, name: str) -> bool:
        if module in _EVERYDAY:
            return name not in _EVERYDAY[module]
        return name in _REACHING or _is_closed(f"{module}.{name}")

    def _name(self, node: ast.Name, name: str) -> bool:
        if name in _NAMESPACES:
            call = self._parents.get(node)
            return not (isinstance(call, ast.Call) and self._only_looked_up(call))
        if name in self._modules and self._modules[name] in _EVERYDAY:  # handed on, it can be used for anything
            return not isinstance(self._parents.get(node), ast.Attribute)
        return name in _REACHING or name in _RUNS_A_TEXT

    def _of_module(self, node: ast.Attribute, module: str, name: str) -> bool:
        if module == "course_utils":
            return _is_closed(f"course_utils.{name}")
        if module == "sys" and name == "modules":
            return not self._only_looked_up(node)
        return name not in _EVERYDAY.get(module, {name})

    def _only_looked_up(self, node: ast.AST) -> bool:
        """Say whether of a dictionary of modules, or names, no more is asked than for one that is open to all."""
        parent = self._parents.get(node)
        match parent:
            case ast.Compare(_, [ast.In() | ast.NotIn()], [what]) if what is node:
                return True
            case ast.Subscript(_, key):
                return _is_open(key)
            case ast.Attribute(_, "keys"):
                return True
            case ast.Attribute(_, "get" | "pop"):
                call = self._parents.get(parent)
                return isinstance(call, ast.Call) and bool(call.args) and _is_open(call.args[0])
        return False


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _is_closed(module: str) -> bool:
    return module.partition(".")[0] in _CLOSED or module.startswith(_COURSES)


def _is_open(key: ast.AST) -> bool:
    """Say whether it is known what is asked for, and nothing that reaches in."""
    name = _text(key)
    return name is not None and not (_is_closed(name) or name in _REACHING or name in _EVERYDAY)


def _text(node: ast.AST, depth: int = 0) -> str | None:
    """Give a text, put together from pieces or not; None where it is made when the code runs."""
    match node:
        case ast.Constant(str() as text):
            return text
        case ast.BinOp(one, ast.Add(), other):
            pieces, between = [one, other], ""
        case ast.JoinedStr(values):
            pieces, between = values, ""
        case ast.FormattedValue(value, -1, None):
            pieces, between = [value], ""
        case ast.Call(ast.Attribute(ast.Constant(str() as between), "join"), [ast.List(pieces) | ast.Tuple(pieces)]):
            pass
        case _:
            return None
    texts = [_text(piece, depth + 1) for piece in pieces] if depth < _DEEPEST else [None]
    return None if None in texts else between.join(texts)
