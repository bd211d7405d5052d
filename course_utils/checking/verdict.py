"""Compare two tables: which promises are kept, and where the first difference is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from course_utils.checking.alignment import form_of, how_lists_differ, name_told
from course_utils.checking.causes import slip_in
from course_utils.checking.inside import first_apart
from course_utils.checking.look import Look
from course_utils.checking.observation import STOPPED, Named, Remark, same
from course_utils.checking.table import Seen
from course_utils.checking.tensors import broken, insist_equal, show_number
from course_utils.checking.values import NOT_TOLD, Finding, Kept, Outcome, PromiseBroken, Raised, Unchecked, Wrong


@dataclass(frozen=True)
class Judged:
    """One look's outcome, and the row that is broken."""

    look: Look
    outcome: Outcome
    row: str = ""


def verdict(
    looks: Sequence[Look], mine: Seen, right: Seen, variants: Sequence[tuple[str, Seen]] = ()
) -> tuple[Judged, ...]:
    """Judge each look; one that is as in an accepted variant is kept, with the variant's note.

    variants: (note, table). A decisive look in which the code stopped is the last.
    """
    judged = list(_one_by_one(looks, mine, right, variants))
    return _with_what_lies_inside(_with_a_slip(_nobody_accused(judged)), mine, right)


def first_broken(
    looks: Sequence[Look], mine: Seen, right: Seen, variants: Sequence[tuple[str, Seen]] = ()
) -> Judged | None:
    """Give the first promise about what the code does that is broken, if any; what comes after it is not looked at."""
    judged = _one_by_one(looks, mine, right, variants)
    return next((one for one in judged if not one.look.structural and not isinstance(one.outcome, Kept)), None)


def _one_by_one(
    looks: Sequence[Look], mine: Seen, right: Seen, variants: Sequence[tuple[str, Seen]]
) -> Iterator[Judged]:
    for number, look in enumerate(looks):
        one = _judge(look, number, mine, right, variants)
        yield one
        if look.decisive and not isinstance(one.outcome, Kept):
            break


def begun(number: int, agrees: Callable[[Any, Any], bool], mine: Seen, right: Seen) -> bool:
    """Say whether each row of look `number` agrees as far as `agrees` asks, though the whole of it may not."""
    rows = ((mine.row(number, name), right.row(number, name)) for name in right.names(number))
    return all(not isinstance(got, STOPPED) and agrees(got, expected) for got, expected in rows)


def place_told(judged: Sequence[Judged], diagnosed: bool) -> tuple[int, str]:
    """Find the row that the report tells of: with a diagnosis, one of what the code does."""
    broken = [(number, one) for number, one in enumerate(judged) if isinstance(one.outcome, Wrong | Raised)]
    if diagnosed:
        broken.sort(key=lambda pair: pair[1].look.structural)
    return (broken[0][0], broken[0][1].row) if broken else (0, "")


def _nobody_accused(judged: list[Judged]) -> list[Judged]:
    """Leave open how code is made that does not run."""
    if all(one.look.structural or isinstance(one.outcome, Kept) for one in judged):
        return judged
    return [
        replace(one, outcome=Unchecked(one.outcome.error))
        if one.look.structural and isinstance(one.outcome, Raised)
        else one
        for one in judged
    ]


def _judge(look: Look, number: int, mine: Seen, right: Seen, variants: Sequence[tuple[str, Seen]]) -> Judged:
    for name in right.names(number):
        # A rule about how code is made is one that right code made from torch's own parts breaks.
        expected = None if look.structural else right.row(number, name)
        outcome = _as_the_students(_compare(look, name, mine.row(number, name), expected), expected)
        if outcome is not None:
            note = next((note for note, one in variants if _alike(look, number, mine, one)), None)
            return Judged(look, outcome, name) if note is None else Judged(look, Kept(note))
    return Judged(look, Kept())


def _as_the_students(outcome: Outcome | None, expected: Any) -> Outcome | None:
    """Tell an error that came while something was looked at as the code's own, since right code can be looked at."""
    if isinstance(outcome, Unchecked) and outcome != NOT_TOLD and not isinstance(expected, STOPPED):
        return Raised("the test looked at what it made", outcome.error)
    return outcome


def _alike(look: Look, number: int, mine: Seen, other: Seen) -> bool:
    return all(
        _compare(look, name, mine.row(number, name), other.row(number, name)) is None for name in other.names(number)
    )


def _compare(look: Look, name: str, got: Any, expected: Any) -> Outcome | None:
    """Give what is wrong with an observation, if anything is."""
    if isinstance(got, STOPPED):
        return None if same(got, expected) else got
    try:
        _insist_same(look, name, got, expected)
    except PromiseBroken as found:
        return Wrong(found.finding if look.advise is None else replace(found.finding, step=look.advise(got)))
    return None


def _insist_same(look: Look, given: str, got: Any, expected: Any) -> None:
    if look.judge is not None:
        lines = look.judge(got, expected)
        if lines is not None:
            raise _broken(look, given, *lines)
    elif look.explain is not None:
        if not same(got, expected, look.depth):
            raise _broken(look, given, *look.explain(got, expected))
    elif isinstance(expected, Named) and isinstance(got, Named):
        _insist_same_named(look, given, got, expected)
    elif isinstance(expected, Tensor) and isinstance(got, Tensor):
        _insist_same_tensor(look, given, got, expected)
    elif not same(got, expected, look.depth):
        raise _broken(look, given, *_difference(got, expected))


def _broken(look: Look, given: str, *lines: str) -> PromiseBroken:
    return broken(look.promise, *((given,) if given else ()), *lines)


def _difference(got: Any, expected: Any) -> Iterator[str]:
    """Say how two observations differ; what right code is silent about says it in its own words."""
    if expected is None and isinstance(got, Remark | str):
        yield got.text if isinstance(got, Remark) else got
    elif isinstance(got, dict) and isinstance(expected, dict):
        for key in [*expected, *(key for key in got if key not in expected)]:
            if key not in got or key not in expected or not same(got[key], expected[key]):
                yield f"{key}: expected {_say(expected.get(key, 'nothing'))}, got {_say(got.get(key, 'nothing'))}"
                return
    else:
        yield f"expected {_say(expected)}, got {_say(got)}"


def _say(value: Any) -> str:  # noqa: PLR0911  (one for each kind of value)
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return "nothing"
        case float():
            return show_number(value)
        case Tensor():
            return f"a tensor of shape {tuple(value.shape)}"
        case Named(pairs, kind):
            return f"{len(pairs)} {kind}s"
        case Remark():
            return value.text
        case list():
            return ", ".join(map(_say, value)) or "none"
        case dict():
            return ", ".join(f"{key}: {_say(one)}" for key, one in value.items()) or "none"
    return str(value)


def _insist_same_tensor(look: Look, given: str, got: Tensor, expected: Tensor) -> None:
    axes = look.axes if expected.ndim == len(look.axes) else ("values",) * (expected.ndim == 1)
    if got.device != expected.device:
        raise _broken(look, given, f"expected it on {expected.device}, got it on {got.device}")
    if got.dtype != expected.dtype and got.is_floating_point() != expected.is_floating_point():
        raise _broken(look, given, f"expected {expected.dtype}, got {got.dtype}")
    insist_equal(got, expected, look.promise, axes=axes, depth=look.depth, given=given, labels=look.labels)
    if got.dtype != expected.dtype:
        raise _broken(look, given, f"expected {expected.dtype}, got {got.dtype}")


def _insist_same_named(look: Look, given: str, got: Named, expected: Named) -> None:
    mine, right = ([form_of(one) for _, one in side.pairs] for side in (got, expected))
    if mine != right:
        raise _broken(look, given, *how_lists_differ(got, expected))
    for (name, one), (_, other) in zip(got.pairs, expected.pairs, strict=True):
        told = name_told(name)
        _insist_same(look, f"{given}: {told}" if given else told, one, other)


def _with_a_slip(judged: list[Judged]) -> list[Judged]:
    """Add to the first broken promise what stops the code later, if that's a slip: it explains what is missing, too."""
    broken = [(n, one.outcome) for n, one in enumerate(judged) if isinstance(one.outcome, Wrong | Raised)]
    stops = (one for _, one in broken if isinstance(one, Raised) and one.line)
    told = next(
        (f"it also stops: {said} (your line {one.line}:  {one.source})" for one in stops if (said := slip_in(one))), ""
    )
    if told and isinstance(broken[0][1], Wrong) and not judged[broken[0][0]].look.structural:
        number, first = broken[0]
        judged[number] = replace(judged[number], outcome=_with_evidence(first, (told,)))
    return judged


def _with_what_lies_inside(judged: list[Judged], mine: Seen, right: Seen) -> tuple[Judged, ...]:
    """Add to the first broken promise what lies inside its row: where the first difference is, is what to look at."""
    for number, one in enumerate(judged):
        if one.look.structural or not isinstance(one.outcome, Wrong | Raised):
            continue
        if one.look.inside is not None:
            lines = first_apart(mine.inside(number, one.row), right.inside(number, one.row), one.outcome)
            judged[number] = replace(one, outcome=_with_evidence(one.outcome, lines))
        break
    return tuple(judged)


def _with_evidence(outcome: Wrong | Raised, lines: tuple[str, ...]) -> Wrong | Raised:
    if isinstance(outcome, Raised):
        return replace(outcome, evidence=lines)
    finding: Finding = outcome.finding
    return Wrong(replace(finding, step=" ".join((finding.step, *lines)).strip()))
