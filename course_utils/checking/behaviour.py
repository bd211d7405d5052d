"""A mark by which two wrong answers that do the same are known, though nobody has named what they do."""

import hashlib
from collections.abc import Sequence
from typing import Any

from torch import Tensor

from course_utils.checking.observation import Named, Remark, kind_of
from course_utils.checking.table import Seen
from course_utils.checking.values import Kept, NotAttempted, Raised, Unchecked, Wrong
from course_utils.checking.verdict import Judged

_STEPS = 1000  # in which a value is told, of the largest one beside it: far above rounding, far below what matters


def behaviour_of(judged: Sequence[Judged], mine: Seen) -> str:
    """Give a mark of the rows of all looks that are not kept; answers that agree in them have the same mark."""
    told = [
        [one.look.name, [[name, _coarse(mine.row(number, name))] for name in mine.names(number)]]
        for number, one in enumerate(judged)
        if not one.look.structural and not isinstance(one.outcome, Kept)
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def _coarse(value: Any) -> Any:  # noqa: PLR0911  (one for each kind of observation)
    match value:
        case Tensor():
            return [str(value.dtype), list(value.shape), _steps(value)]
        case float():
            return f"{value:.3g}"
        case list():
            return [_coarse(one) for one in value]
        case dict():
            return {key: _coarse(one) for key, one in value.items()}
        case Named(pairs, kind):
            return [kind, [_coarse(one) for _, one in pairs]]
        case Remark(fact):
            return fact
        case Raised():
            return kind_of(value)
        case Wrong(finding):
            return finding.promise
        case NotAttempted() | Unchecked():
            return type(value).__name__
    return value


def _steps(tensor: Tensor) -> list[int]:
    if tensor.device.type == "meta" or not tensor.numel():
        return []
    values = tensor.double().nan_to_num(0.5, 2.0, -2.0).flatten()
    largest = values.abs().max().item() or 1.0
    return (values / largest * _STEPS).round().long().tolist()
