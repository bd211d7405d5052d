"""Wrong code made by machine: every small change to a piece of right code, one at a time."""

import ast
import copy
import re
from collections.abc import Iterator

# Names that stand for the same kind of thing: each is exchanged for the next of its row.
_SIBLINGS = [
    ("mean", "sum"), ("var", "std", "mean"), ("sqrt", "square"), ("ones", "zeros"), ("zeros", "ones"),
    ("any", "all"), ("max", "min"), ("softmax", "log_softmax"), ("isnan", "isinf", "isfinite"), ("eval", "train"),
    ("running_mean", "running_var"), ("running_var", "running_mean"), ("weight", "bias"), ("bias", "weight"),
    ("eps", "momentum"), ("momentum", "eps"), ("scale", "shift"), ("shift", "scale"),
    ("left", "right"), ("right", "left"), ("in_feats", "out_feats"), ("out_feats", "in_feats"),
    ("n_blocks_per_group", "first_strides_per_group"), ("first_strides_per_group", "n_blocks_per_group"),
    ("in_features_per_group", "out_features_per_group"), ("out_features_per_group", "in_features_per_group"),
    ("stem", "head"), ("groups", "stem"), ("mine", "theirs"), ("theirs", "mine"), ("my_name", "their_name"),
    ("their_name", "my_name"), ("my_resnet", "pretrained_resnet"), ("pretrained_resnet", "my_resnet"),
    ("modules", "children"), ("register_forward_hook", "register_forward_pre_hook"), ("ValueError", "RuntimeError"),
    ("inference_mode", "enable_grad"), ("no_grad", "enable_grad"), ("output", "inputs"), ("values", "keys"),
    ("items", "keys"), ("OrderedDict", "list"), ("ReLU", "BatchNorm2d"), ("lerp_", "add_"), ("training", "_is_hf"),
    ("add_module", "register_buffer"), ("shape", "ndim"), ("state_dict", "parameters"), ("Identity", "ReLU"),
]  # fmt: skip
_OTHERS = {row[0]: row[1:] for row in _SIBLINGS}
_OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult, ast.Sub),
    ast.FloorDiv: (ast.Mult,), ast.Pow: (ast.Mult,),
    ast.Eq: (ast.NotEq, ast.GtE, ast.LtE), ast.NotEq: (ast.Eq, ast.Gt, ast.Lt), ast.And: (ast.Or,), ast.Or: (ast.And,),
}  # fmt: skip
_IN_BRACKETS = re.compile(r"^( *(?:for )?)\(([^()]*)\)( = | in )", re.MULTILINE)
_NOT_CODE = {"annotation", "returns", "type_comment", "type_params", "ctx"}


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Give each changed source, and before it the change: the line that was, and the line that is."""
    tree = ast.parse(source)
    original = _written(tree)
    seen = {original}
    for parent, field, index, child in _places(tree):
        for other in _alternatives(child, field):
            changed = _with(tree, parent, field, index, other)
            if changed not in seen:
                seen.add(changed)
                yield _difference(original, changed), changed


def _written(tree: ast.AST) -> str:
    """Write the tree out as Python 3.11 and newer do; 3.10 puts the names on the left of = and in into brackets."""
    return _IN_BRACKETS.sub(r"\1\2\3", ast.unparse(tree))


def _places(node: ast.AST) -> list[tuple[ast.AST, str, int | None, ast.AST]]:
    """List every node below this one, with where it hangs; annotations and the words of messages are no behaviour."""
    found = []
    for field, value in ast.iter_fields(node):
        if field in _NOT_CODE:
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr | ast.AnnAssign):
                found += [(node, field, index, child), *_places(child)]
    return found


def _with(tree: ast.AST, parent: ast.AST, field: str, index: int | None, other: ast.AST | None) -> str:
    """Write the tree out with one node replaced, or left out, and put it back."""
    before = getattr(parent, field)
    if index is None:
        setattr(parent, field, other)
    else:
        rest = [] if other is None else [other]
        setattr(parent, field, [*before[:index], *rest, *before[index + 1 :]])
    try:
        return _written(ast.fix_missing_locations(tree))
    finally:
        setattr(parent, field, before)


def _alternatives(node: ast.AST, field: str) -> Iterator[ast.AST | None]:  # noqa: PLR0912  (a table: one case a line)
    """Give what may stand in a node's place; None leaves it out."""
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=float(value)):
            yield from (ast.Constant(value * 10), ast.Constant(value / 2))
        case ast.Constant(value=str(value)) if value.isidentifier():
            yield ast.Constant(value + "x")
        case ast.BinOp(left=left, right=right):
            yield from (left, right)
        case ast.BoolOp(values=values):
            yield from values
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Call(args=args, keywords=keywords):
            yield from _other_calls(node, args, keywords)
        case ast.Tuple(elts=items) | ast.List(elts=items) if isinstance(node.ctx, ast.Load):
            for order in _shorter_and_swapped(items):
                yield type(node)(order, ast.Load())
        case ast.Name(id=name):
            yield from (ast.Name(other, node.ctx) for other in _OTHERS.get(name, ()))
        case ast.Attribute(value=value, attr=name):
            yield from (ast.Attribute(value, other, node.ctx) for other in _OTHERS.get(name, ()))
        case ast.operator() | ast.cmpop() | ast.boolop():
            yield from (other() for other in _OPERATORS.get(type(node), ()))
        case ast.stmt():
            yield from _other_statements(node)
    if field == "test":
        yield ast.UnaryOp(ast.Not(), node)
    if field == "decorator_list":
        yield None


def _other_calls(call: ast.Call, args: list, keywords: list) -> Iterator[ast.AST]:
    for index in range(len(keywords)):
        yield ast.Call(call.func, args, keywords[:index] + keywords[index + 1 :])
    for order in _shorter_and_swapped(args):
        yield ast.Call(call.func, order, keywords)
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name | ast.Call | ast.Attribute):
        yield call.func.value  # x.mean() becomes x
    if len(args) == 1:
        yield args[0] if not isinstance(args[0], ast.Starred) else args[0].value  # f(x) becomes x


def _other_statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.FunctionDef() | ast.ClassDef() | ast.Expr(value=ast.Constant()):
            return
        case ast.With(body=body) | ast.For(body=body):
            yield ast.If(ast.Constant(value=True), body, [])
        case ast.If(body=body, orelse=orelse):
            yield ast.If(ast.Constant(value=True), body, [])
            yield ast.If(ast.Constant(value=True), orelse or [ast.Pass()], [])
        case ast.Try(body=body, finalbody=last):
            yield ast.If(ast.Constant(value=True), [*body, *last], [])
    yield ast.Pass()


def _shorter_and_swapped(items: list) -> Iterator[list]:
    for index in range(len(items)):
        yield items[:index] + items[index + 1 :]
    for index in range(len(items) - 1):
        swapped = copy.copy(items)
        swapped[index : index + 2] = swapped[index + 1], swapped[index]
        yield swapped


def _difference(before: str, after: str) -> str:
    """Say in one line what was changed, without the lines that stayed."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    first, second = ("; ".join(line.strip() for line in lines) for lines in (old, new))
    return f"{first}  →  {second}"
