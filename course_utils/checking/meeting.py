"""Which two tensors of a line do not fit: known for certain where both stand there under names of their own."""

import ast
from collections.abc import Iterator
from types import FrameType
from typing import Any

from torch import Tensor, nn


def meeting_in(source: str, frame: FrameType) -> str:
    """Say which two named tensors of a line cannot be combined: "gamma, of shape (6,), meets …"; "" where none does."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # it's one line of several
        return ""
    for left, right in (pair for node in ast.walk(tree) for pair in _operands(node)):
        one, other = _named(left, frame), _named(right, frame)
        if isinstance(one, Tensor) and isinstance(other, Tensor) and not _fit(one, other):
            smaller, larger = sorted([(left, one), (right, other)], key=lambda each: each[1].ndim)
            return f"{_told(*smaller)}, meets {_told(*larger)}"
    return ""


def _operands(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    by_value = ast.Add | ast.Sub | ast.Mult | ast.Div
    match node:
        case ast.BinOp(left, op, right) if isinstance(op, by_value):
            yield left, right
        case ast.AugAssign(target, op, value) if isinstance(op, by_value):
            yield target, value


def _named(node: ast.expr, frame: FrameType) -> Any:
    """Look a name, or a part of a module, up; no code of anybody's runs for it."""
    match node:
        case ast.Name(name):
            return frame.f_locals.get(name)
        case ast.Attribute(owner, name):
            module = _named(owner, frame)
            kept = vars(module) if isinstance(module, nn.Module) else {}
            places = (kept, *(kept.get(each, {}) for each in ("_parameters", "_buffers", "_modules")))
            return next((place[name] for place in places if name in place), None)
    return None


def _fit(one: Tensor, other: Tensor) -> bool:
    return all(a == b or 1 in (a, b) for a, b in zip(reversed(one.shape), reversed(other.shape), strict=False))


def _told(node: ast.expr, tensor: Tensor) -> str:
    return f"{ast.unparse(node)}, of shape {tuple(tensor.shape)}"
