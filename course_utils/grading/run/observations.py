"""How observations cross the line: JSON and raw numbers, never a pickle; what is read back is checked first."""

import math
from dataclasses import fields
from typing import Any

from torch import Tensor

from course_utils.checking.observation import Named, Remark
from course_utils.checking.values import Finding, Map, NotAttempted, Raised, Unchecked, Wrong
from course_utils.grading.run.wire import Gone, Packer, unpack

_DEEPEST = 16
_MOST = 200_000  # things in one table
_LONGEST = 20_000  # characters of one text
_LAST_LINE = 100_000  # of a cell; a number beyond it is made up
_STOPPED = {kind.__name__: kind for kind in (Raised, NotAttempted, Unchecked)}


def tell(value: Any, packer: Packer) -> Any:  # noqa: PLR0911  (one for each kind of observation)
    """Describe a settled observation as JSON; the numbers of its tensors go to the packer."""
    match value:
        case Tensor():
            return {"t": packer.pack(value)}
        case float():
            return {"f": repr(value)}
        case list():
            return {"l": [tell(one, packer) for one in value]}
        case dict():
            return {"d": [[key, tell(one, packer)] for key, one in value.items()]}
        case Named(pairs, kind):
            return {"n": [kind, [[name, tell(one, packer)] for name, one in pairs]]}
        case Remark(fact, text):
            return {"r": [fact, text]}
        case Wrong(finding):
            maps = [[one.title, [list(row) for row in one.rows]] for one in finding.maps]
            return {"w": [finding.promise, list(finding.evidence), maps]}
        case Raised() | NotAttempted() | Unchecked():
            told = {field.name: getattr(value, field.name) for field in fields(value) if field.name != "evidence"}
            return {"o": [type(value).__name__, told]}
    return {"v": value}


def understand(told: Any, body: memoryview) -> Any:
    """Read a described observation.

    Raises:
        Gone: it is none, or there is too much of it.
    """
    try:
        return _Reader(body).read(told, 0)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise Gone(f"an observation that makes no sense ({type(error).__name__})") from error


class _Reader:
    def __init__(self, body: memoryview) -> None:
        self._body, self._count = body, 0

    def read(self, told: Any, depth: int) -> Any:  # noqa: PLR0911  (as above)
        self._count += 1
        if depth > _DEEPEST or self._count > _MOST:
            raise Gone("observations that are nested too deeply, or too many")
        ((kind, inner),) = told.items()
        match kind:
            case "t":
                return unpack(inner, self._body)
            case "f":
                return float(inner)
            case "l":
                return [self.read(one, depth + 1) for one in inner]
            case "d":
                return {_text(key): self.read(one, depth + 1) for key, one in inner}
            case "n":
                name, pairs = inner
                return Named(tuple((_text(key), self.read(one, depth + 1)) for key, one in pairs), _text(name))
            case "r":
                return Remark(*map(_text, inner))
            case "w":
                promise, evidence, maps = inner
                return Wrong(Finding(_text(promise), tuple(map(_text, evidence)), tuple(map(_map, maps))))
            case "o":
                return _stopped(*inner)
            case "v" if inner is None or isinstance(inner, bool) or (isinstance(inner, int) and abs(inner) < 2**63):
                return inner
            case "v":
                return _text(inner)
        raise Gone("an observation of no known kind")


def _text(told: Any) -> str:
    if not isinstance(told, str) or len(told) > _LONGEST:
        raise Gone("something that should be a text, and a short one")
    return told


def _map(told: Any) -> Map:
    title, rows = told
    numbers = tuple(tuple(float(value) for value in row) for row in rows[:64])
    if not numbers or not all(len(row) == len(numbers[0]) and 0 < len(row) <= 64 for row in numbers):
        raise Gone("a picture without numbers")
    return Map(_text(title), tuple(tuple(v if math.isfinite(v) else math.nan for v in row) for row in numbers))


def _stopped(name: str, told: dict) -> Any:
    kind = _STOPPED[name]
    if kind is NotAttempted:
        method = _text(told["method"])
        return NotAttempted(method if method.isidentifier() else "")
    if kind is Unchecked:
        return Unchecked(_text(told["error"]))
    line = told["line"] if type(told["line"]) is int and 0 < told["line"] <= _LAST_LINE else 0
    source = _text(told["source"]) if line else ""
    return Raised(
        _text(told["doing"]), _text(told["error"]), line, source, _text(told["deeper"]), _text(told["meeting"])
    )
