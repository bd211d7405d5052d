"""Put a report into sentences: the same words for the notebook, the terminal and the log."""

from dataclasses import dataclass

from course_utils.checking.causes import cause_of
from course_utils.checking.values import Diagnosis, Kept, Map, NotAttempted, Raised, Report, Unchecked, Wrong


@dataclass(frozen=True)
class Panel:
    """What the reader sees: a mark, who it is about, the verdict, the evidence, a picture, and the next step."""

    mark: str
    title: str
    verdict: str
    lines: tuple[str, ...] = ()
    maps: tuple[Map, ...] = ()
    step: str = ""


def word(report: Report) -> Panel:
    """Choose the words for a report, most useful first."""
    words = {"right": _right, "unfinished": _unfinished, "wrong": _wrong, "ungraded": _ungraded}
    return words[report.verdict](report)


def _right(report: Report) -> Panel:
    names = report.named(Kept)
    checks = f"{len(names)} check{'s' if len(names) > 1 else ''}: {', '.join(names)}"
    notes = [outcome.note for _, outcome in report.outcomes if isinstance(outcome, Kept) and outcome.note]
    return Panel("✓", _title(report), checks, tuple(f"note: {note}" for note in dict.fromkeys(notes)))


def _title(report: Report) -> str:
    """Name the exercise, and how far along its tests this one is."""
    return f"{report.exercise} ({report.test} of {report.tests})" if report.tests > 1 else report.exercise


def _unfinished(report: Report) -> Panel:
    kept, methods, waiting = report.named(Kept), _still_stubs(report), report.named(NotAttempted)
    tried = bool(set(kept) - report.rules)
    if not tried and methods in ([], [report.exercise]):
        first = f"hint 1: {report.hints[0]}" if report.hints else ""
        return Panel("○", _title(report), "not attempted yet", step=first)
    right = (f"right already: {', '.join(kept)}",) if tried else ()
    missing = f"still a stub: {', '.join(methods)}" if methods else f"still to come: {', '.join(waiting)}"
    rest = "all that could be tried without is right" if tried else "all else waits for it"
    # The hints are about the work itself: they're no help with what print shows.
    hint = f" · {_hint(report, 1)}" if report.hints and {"__init__", "forward"}.intersection(methods) else ""
    step = f"go on with {' and '.join(methods or waiting[:1])}: {rest}{hint}"
    return Panel("○", _title(report), "not finished yet", (*right, missing), step=step)


def _still_stubs(report: Report) -> list[str]:
    """Name the methods that are still to be written, as far as they're known."""
    outcomes = (outcome for _, outcome in report.outcomes if isinstance(outcome, NotAttempted))
    return list(dict.fromkeys(one.method for one in outcomes if one.method))


def _ungraded(report: Report) -> Panel:
    """Own up: nothing that the student did is known to be wrong."""
    first = next(outcome for _, outcome in report.outcomes if isinstance(outcome, Unchecked))
    verdict = "could not be checked: the course's own check stopped with an error"
    step = "this may be a fault of the course: please report it, with your code"
    return Panel("?", _title(report), verdict, (first.error, *_rest(report)), step=step)


def _wrong(report: Report) -> Panel:
    first = _first_broken(report)
    lines = (*_evidence(first, told=report.diagnosis is None), *_rules_broken(report), *_rest(report))
    maps = first.finding.maps if isinstance(first, Wrong) else ()
    if report.diagnosis is None:
        return Panel("✗", _title(report), _verdict(first), lines, maps, _hint(report, report.rung))
    return Panel("✗", _title(report), _diagnosed(report.diagnosis), lines, maps, _look(report, report.diagnosis))


def _first_broken(report: Report) -> Wrong | Raised:
    """Choose what to show: a diagnosis is about what the code does, and so is the evidence for it."""
    broken = [(name, outcome) for name, outcome in report.outcomes if isinstance(outcome, Wrong | Raised)]
    if report.diagnosis is not None:
        broken.sort(key=lambda pair: pair[0] in report.rules)
    return broken[0][1]


def _rules_broken(report: Report) -> tuple[str, ...]:
    """Give the rules about how the code is made that a diagnosis says nothing of."""
    if report.diagnosis is None:
        return ()
    found = [
        outcome.finding for name, outcome in report.outcomes if isinstance(outcome, Wrong) and name in report.rules
    ]
    return tuple(f"what should hold, too: {': '.join((one.promise, *one.evidence))}" for one in found)


def _verdict(first: Wrong | Raised) -> str:
    if isinstance(first, Raised):
        return cause_of(first) or f"stopped with an error while {first.doing}"
    return f"not yet right. What should hold: {first.finding.promise}"


def _evidence(first: Wrong | Raised, told: bool) -> tuple[str, ...]:
    """Give the lines under the verdict; `told`: the verdict already names the broken promise."""
    if isinstance(first, Raised):
        where = (f"your line {first.line}:  {first.source}",) if first.line else ()
        doing = () if told and not cause_of(first) else (f"it stopped while {first.doing}",)
        deeper = (first.deeper,) if first.deeper else ()
        return (*doing, first.error, *where, *deeper, *first.evidence)
    promise = () if told else (f"what should hold: {first.finding.promise}",)
    return (*promise, *first.finding.evidence)


def _rest(report: Report) -> tuple[str, ...]:
    """Say how the other checks went, once there are several."""
    kinds = {"not right": (Wrong, Raised), "not checked": (Unchecked,), "right": (Kept,)}
    named = {said: report.named(*kind) for said, kind in kinds.items()} | {"still a stub": _still_stubs(report)}
    parts = [f"{said}: {', '.join(names)}" for said, names in named.items() if names]
    return (" · ".join(parts),) if len(report.outcomes) > 1 else ()


def _diagnosed(diagnosis: Diagnosis) -> str:
    beliefs = [f"one that {mistake.belief}" for mistake in diagnosis.mistakes]
    verb = "stops" if diagnosis.how == "stops" else "behaves"
    if diagnosis.how == "together":
        return f"behaves exactly like {beliefs[0]}, and at the same time like {beliefs[1]}"
    if diagnosis.how == "much":
        return f"behaves much like {beliefs[0]}"
    if len(beliefs) > 1:
        return f"{verb} like {' and like '.join(beliefs)}: from outside they cannot be told apart"
    return f"{verb} like {beliefs[0]}" if diagnosis.how == "stops" else f"behaves exactly like {beliefs[0]}"


def _look(report: Report, diagnosis: Diagnosis) -> str:
    places = dict.fromkeys(mistake.look_at for mistake in diagnosis.mistakes)
    return f"look at {', and at '.join(places)}{_hint(report, diagnosis.mistakes[0].hint, ' · ')}"


def _hint(report: Report, rung: int, before: str = "") -> str:
    if not report.hints or not rung:
        return ""
    return f"{before}{'open ' if not before else ''}hint {min(rung, len(report.hints))}"
