"""Make the marks of a wrong answer's rows (see `marks`): small whatever its size, and the same up to rounding."""

import math
from typing import Any

import torch
from torch import Tensor

from course_utils.checking.comparison import Comparison, said_by
from course_utils.checking.inside import forms
from course_utils.checking.look import Look
from course_utils.checking.marks import MORE, SHOWN, STOPS, Marks, short_name
from course_utils.checking.observation import Named, Remark, kind_of
from course_utils.checking.table import Seen
from course_utils.checking.values import NotAttempted, Raised, Unchecked, Wrong

_MOST_ROWS = 64  # each has its own mark; a table with more that are wrong is rare
_MOST_VALUES = 10_000  # of one tensor; of a larger one, so many that lie evenly apart
_MOST_LEAVES = 500  # of one row, whose values count: as of a larger tensor
# A sum of all values, and seven in which they count as waves do whose lengths have no common measure: no two places
# count the same in all of them.
_WAVES = torch.tensor([0, *(math.sqrt(prime) for prime in (2, 3, 5, 7, 11, 13, 17))], dtype=torch.float64)
_SMALL, _TINY = 1e-6, 1e-6  # of the largest value beside it, and at all: less than that may be rounding
_FINE, _COARSE, _ROUGH = 1e-7, 1e-4, 1e-2  # tolerances: of float64 and numbers, of float32, of what has less
_TOLERANCES = {torch.float32: _COARSE, torch.complex64: _COARSE, torch.float16: _ROUGH, torch.bfloat16: _ROUGH}


def marks_of(looks: tuple[Look, ...], comparison: Comparison, mine: Seen) -> Marks:
    """Mark each row that is not right, by what the code gave there."""
    rows = [(f"{looks[number].name}: {row}", mine.row(number, row)) for number, row in comparison.off]
    found = {row: mark_of(value) for row, value in rows[:_MOST_ROWS]}
    if rows[_MOST_ROWS:]:
        rest = [(row, mark_of(value)[0]) for row, value in rows[_MOST_ROWS:]]
        found[MORE] = [f"{SHOWN}:{short_name(repr(rest))}", _FINE]
    if rows and isinstance(rows[0][1], Raised):  # an error's kind alone says too little
        number, row = comparison.off[0]
        if looks[number].inside is not None:
            within = short_name(repr(forms(mine.inside(number, row))))
            found[rows[0][0]][0] += f"-{within}"
    return found


def mark_of(value: Any) -> list[Any]:
    """Make the mark of one observation."""
    leaves: list[Tensor] = []
    form = short_name(repr(_form(value, leaves)))
    kind = STOPS if isinstance(value, Raised | Unchecked) else SHOWN
    tolerance = max((_TOLERANCES.get(leaf.dtype, _FINE) for leaf in leaves), default=_FINE)
    digits = 2 - round(math.log10(tolerance))
    return [f"{kind}:{form}", tolerance, *(round(number, digits) for number in _numbers(leaves))]


def _form(value: Any, leaves: list[Tensor]) -> Any:  # noqa: PLR0911  (one for each kind of observation)
    """Give all that is the same or not, and put aside what has values."""
    match value:
        case Tensor():
            return ["tensor", str(value.dtype), list(value.shape), str(value.device), _put_aside(value, leaves)]
        case float():
            return ["float", _put_aside(torch.tensor(value, dtype=torch.float64), leaves)]
        case list():
            return [_form(one, leaves) for one in value]
        case dict():
            return {key: _form(value[key], leaves) for key in sorted(value)}
        case Named(pairs, kind):  # names are the student's choice
            return [kind, [_form(one, leaves) for _, one in pairs]]
        case Remark(fact):
            return fact
        case Raised():
            return ["raised", kind_of(value), said_by(value)]
        case Wrong(finding):
            return ["wrong", finding.promise]
        case NotAttempted() | Unchecked():
            return type(value).__name__
    return value


def _put_aside(tensor: Tensor, leaves: list[Tensor]) -> list[int]:
    """Keep a tensor's values for `_numbers`; give how many are not numbers, or infinite."""
    if tensor.device.type == "meta" or not tensor.numel():
        return []
    leaves.append(tensor)
    return [int(one.sum()) for one in (tensor.isnan(), tensor == math.inf, tensor == -math.inf)]


def _numbers(leaves: list[Tensor]) -> list[float]:
    """Give nine numbers that depend on all values: on how large the tensors are, and on each one's parts of that."""
    if not leaves:
        return []
    values = [_flat(leaf) for leaf in leaves[:: -(-len(leaves) // _MOST_LEAVES)]]
    largest = max(one.abs().max().item() for one in values)
    found = torch.zeros(1 + len(_WAVES), dtype=torch.float64)
    for place, one in enumerate(values, 1):
        scale = max(one.abs().max().item(), _SMALL * largest, _TINY)
        parts = torch.cos(torch.outer(_WAVES, torch.arange(len(one), dtype=torch.float64))) @ (one / scale) / len(one)
        counts = torch.cos(torch.cat((_WAVES[1:2], _WAVES)) * place)
        counts[1] = math.cos(_WAVES[2].item() * place)  # or the sum of all would be one of sums, whatever their order
        found += counts * torch.cat((torch.tensor([math.log(scale)], dtype=torch.float64), parts))
    return (found / math.sqrt(len(values))).tolist()


def _flat(tensor: Tensor) -> Tensor:
    flat = (torch.view_as_real(tensor) if tensor.is_complex() else tensor).double().flatten().nan_to_num(0.0, 0.0, 0.0)
    return flat[:: -(-len(flat) // _MOST_VALUES)]
