"""What can be seen of a student's code: plain data, and when two observations are the same."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from course_utils.checking.tensors import agree, with_article
from course_utils.checking.values import NotAttempted, Raised, Unchecked, Wrong

STOPPED = (Raised, Wrong, NotAttempted, Unchecked)
"""What a row holds where the student's code gave nothing to look at."""

_DEEPEST = 12
_LARGEST = 64 * 2**20  # bytes of one tensor
_MOST = 20_000  # things in one row


class TooMuch(Exception):  # noqa: N818  (it says what is wrong with the row)
    """A row is too large, or too deep, to be looked at."""


@dataclass(frozen=True)
class Named:
    """Values in an order that counts, under names that the student chose: the names are told, and never compared."""

    pairs: tuple[tuple[str, Any], ...]
    kind: str = "tensor"


@dataclass(frozen=True)
class Remark:
    """A difference in its own words, which may hold the student's names; only the `fact` is compared.

    Right code gives None in its place.
    """

    fact: str
    text: str


def settled(value: Any) -> Any:
    """Make an observation plain and final: what happens to the student's objects later does not change it.

    Tensors are copied without their graph, tuples become lists, and of anything that is no plain data only the kind is
    kept, in words.

    Raises:
        TooMuch: there is too much of it.
    """
    return _Settling().settle(value, 0)


class _Settling:
    def __init__(self) -> None:
        self._count = 0

    def settle(self, value: Any, depth: int) -> Any:  # noqa: PLR0911  (one for each kind of value)
        self._count += 1
        if depth > _DEEPEST or self._count > _MOST:
            raise TooMuch("what it gives is nested too deeply, or holds too many things")
        match value:
            case Tensor():
                return _plain(value)
            case bool() | None | Remark() | Raised() | Wrong() | NotAttempted() | Unchecked():
                return value
            case int() | float() | str():
                return _simple(value)
            case Named(pairs, kind):
                return Named(tuple((str(name)[:200], self.settle(one, depth + 1)) for name, one in pairs), kind)
            case list() | tuple() | set() | frozenset():
                items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
                return [self.settle(one, depth + 1) for one in items]
            case Mapping():
                return {str(key)[:200]: self.settle(one, depth + 1) for key, one in value.items()}
        return with_article(type(value).__name__)


def _simple(value: float | str) -> float | str:
    """Take a number or a text out of whatever class derives from it."""
    kind = next(kind for kind in (int, float, str) if isinstance(value, kind))
    if kind is int and abs(value) >= 2**63:
        return "a number of more than 18 digits"
    return kind(value)[:2000] if kind is str else kind(value)


def _plain(tensor: Tensor) -> Any:
    with torch._C.DisableTorchFunctionSubclass():
        tensor = tensor.detach()
        if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_nested:
            return "a nested tensor" if tensor.is_nested else f"a tensor of layout {tensor.layout}"
        if tensor.numel() * tensor.element_size() > _LARGEST:
            raise TooMuch(f"a tensor of {tensor.numel():,} numbers is more than can be looked at")
        return tensor if tensor.device.type == "meta" else torch.empty_like(tensor).copy_(tensor).as_subclass(Tensor)


def same(one: Any, other: Any, depth: int = 10) -> bool:  # noqa: PLR0911  (as above)
    """Say whether two observations are the same, up to the rounding of `depth` layers.

    An error is known by its kind and by what was being done; a broken promise by the promise; names are not compared.
    """
    match one, other:
        case Tensor(), Tensor():
            return (one.dtype, one.device) == (other.dtype, other.device) and agree(one, other, depth=max(depth, 10))
        case Named(), Named():
            return same([each for _, each in one.pairs], [each for _, each in other.pairs], depth)
        case Remark(), Remark():
            return one.fact == other.fact
        case Raised(), Raised():
            return kind_of(one) == kind_of(other)
        case Wrong(), Wrong():
            return one.finding.promise == other.finding.promise
        case list(), list():
            return len(one) == len(other) and all(same(a, b, depth) for a, b in zip(one, other, strict=True))
        case dict(), dict():
            return one.keys() == other.keys() and all(same(one[key], other[key], depth) for key in one)
        case float(), float():
            return one == other or (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=1e-9)
    return type(one) is type(other) and one == other


def kind_of(raised: Raised) -> tuple[str, str, tuple[str, ...]]:
    """Give what an error is known by: its kind, the first word of what was being done, and sizes that do not fit.

    Most of torch's errors are of one kind. Which of two sizes comes first is the student's choice ("x + y", "y + x").
    """
    sizes = re.findall(r"\d+", raised.error) if "The size of tensor a" in raised.error else []
    return raised.error.split(":")[0], raised.doing.split(" ")[0], tuple(sorted(sizes))
