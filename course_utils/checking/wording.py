"""Put a report into sentences: the same words for the notebook, the terminal and the log."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from course_utils.checking.causes import cause_of
from course_utils.checking.values import Diagnosis, Kept, Map, NotAttempted, Raised, Report, Step, Unchecked, Wrong


@dataclass(frozen=True)
class Checks:
    """Checks that came out alike: what is said of them ("not right"), and of each its name and what it asks for."""

    said: str
    named: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Stage:
    """A step of the exercise: its mark, its name, and how far it is, in words ("done")."""

    mark: str
    name: str
    state: str


@dataclass(frozen=True)
class Panel:
    """What the reader sees, in this order: a mark, who it is about, the verdict, the next step, and what was seen.

    aside: what may have to be done before the next step.
    steps: how far an exercise is that has several; they stand above what was seen.
    """

    mark: str
    title: str
    verdict: str
    step: str = ""
    lines: tuple[str, ...] = ()
    maps: tuple[Map, ...] = ()
    checks: tuple[Checks, ...] = ()
    steps: tuple[Stage, ...] = ()
    aside: str = ""


def word(report: Report, again: bool = False) -> Panel:
    """Choose the words for a report, most useful first.

    again: what is not right is the very object that this test saw last time, as when its cell was changed, and not run.
    """
    words = {"right": _right, "unfinished": _unfinished, "wrong": _wrong, "ungraded": _ungraded}
    panel = replace(words[report.verdict](report), steps=_stages(report))
    if not again or report.verdict == "right":
        return panel
    name = report.exercise
    return replace(panel, aside=f"this is the same {name} as last time: if you've changed its cell, run that one first")


def _stages(report: Report) -> tuple[Stage, ...]:
    """Say how far an exercise is that is partly written; the next step brings its hint where no other is offered."""
    done = [done for _, done in report.steps]
    if all(done) or not any(done):
        return ()
    offered = report.diagnosis is not None or report.rung or _has_a_cause(report)
    left = [number for number, (_, one) in enumerate(report.steps) if not one]
    tested = [number for number, (step, _) in enumerate(report.steps) if _is_tested(step, report)]
    in_order = any(number < left[0] for number in tested)  # this test's beginning is done: what it needs last can wait
    following = left[0] if in_order else next((number for number in left if number in tested), left[0])
    hint = "" if offered or not report.hints else _hint(report, report.steps[following][0].hint)
    states = [("✓", "done") if one else ("○", "not yet") for one in done]
    states[following] = ("→", f"next, {hint}" if hint else "next")
    return tuple(Stage(mark, step.name, state) for (mark, state), (step, _) in zip(states, report.steps, strict=True))


def _has_a_cause(report: Report) -> bool:
    """Say whether what is told is an error with its cause: that is mended first, and no hint is about it."""
    first = _first_broken(report) if report.verdict == "wrong" else None
    return isinstance(first, Raised) and bool(cause_of(first))


def _is_tested(step: Step, report: Report) -> bool:
    """Say whether this very test looks at a step: what it tells is about that one, even if others are left."""
    return any(name in report.promises for name in (*step.checks, *step.begins))


def _right(report: Report) -> Panel:
    count = len(report.outcomes)
    notes = [outcome.note for _, outcome in report.outcomes if isinstance(outcome, Kept) and outcome.note]
    lines = tuple(f"note: {note}" for note in dict.fromkeys(notes))
    verdict = f"{count} check{'s' if count > 1 else ''}"
    return Panel("✓", _title(report), verdict, lines=lines, checks=_checks(report, {"checked": (Kept,)}))


def _title(report: Report) -> str:
    """Name the exercise, and how far along its tests this one is."""
    return f"{report.exercise} ({report.test} of {report.tests})" if report.tests > 1 else report.exercise


def _unfinished(report: Report) -> Panel:
    kept, methods, waiting = report.named(Kept), _still_stubs(report), report.named(NotAttempted)
    tried = bool(set(kept) - report.rules)
    if not tried and methods in ([], [report.exercise]):
        first = f"hint 1: {report.hints[0]}" if report.hints else ""
        return Panel("○", _title(report), "not attempted yet", first)
    missing = f"still a stub: {', '.join(methods)}" if methods else f"still to come: {', '.join(waiting)}"
    rest = "all that could be tried without is right" if tried else "all else waits for it"
    # The hints are about the work itself: they're no help with what print shows.
    about_work = {"__init__", "forward"}.intersection(methods) and not _stages(report)
    hint = f" · {_hint(report, 1)}" if report.hints and about_work else ""
    step = f"go on with {' and '.join(methods or waiting[:1])}: {rest}{hint}"
    checks = _checks(report, {"right already": (Kept,)}) if tried else ()
    return Panel("○", _title(report), "not finished yet", step, (missing,), checks=checks)


def _still_stubs(report: Report) -> list[str]:
    """Name the methods that are still to be written, as far as they're known."""
    outcomes = (outcome for _, outcome in report.outcomes if isinstance(outcome, NotAttempted))
    return list(dict.fromkeys(one.method for one in outcomes if one.method))


def _ungraded(report: Report) -> Panel:
    """Own up: nothing that the student did is known to be wrong."""
    first = next(outcome for _, outcome in report.outcomes if isinstance(outcome, Unchecked))
    verdict = "could not be checked: the course's own check stopped with an error"
    step = "this may be a fault of the course: please report it, with your code"
    return Panel("?", _title(report), verdict, step, (first.error,), checks=_all_checks(report))


def _wrong(report: Report) -> Panel:
    first = _first_broken(report)
    maps = first.finding.maps if isinstance(first, Wrong) else ()
    if report.diagnosis is None:
        verdict, step = _verdict(first), _step(report, first)
        lines = (*_evidence(first), *_other_steps(report, first))
    else:
        verdict, step = _diagnosed(report.diagnosis), _look(report, report.diagnosis)
        lines = (*_evidence_of_diagnosed(first), *_rules_broken(report))
    return Panel("✗", _title(report), verdict, step, lines, maps, _all_checks(report))


def _first_broken(report: Report) -> Wrong | Raised:
    """Choose what to show: a diagnosis is about what the code does, and so is the evidence for it."""
    broken = [(name, outcome) for name, outcome in report.outcomes if isinstance(outcome, Wrong | Raised)]
    if report.diagnosis is not None:
        broken.sort(key=lambda pair: pair[0] in report.rules)
    return broken[0][1]


def _verdict(first: Wrong | Raised) -> str:
    if isinstance(first, Wrong):
        return f"not yet right. What should hold: {first.finding.promise}"
    return f"stops: {cause_of(first) or first.error}"


def _step(report: Report, first: Wrong | Raised) -> str:
    """Say where to look, or which hint to open, where that is known to help."""
    if isinstance(first, Wrong):
        return first.finding.step or _hint(report, report.rung)
    return f"look at {_own_line(first)}" if first.line else ""


def _other_steps(report: Report, first: Wrong | Raised) -> tuple[str, ...]:
    """Say what to think of next where other checks tell it, too: each wrong answer to a question has its own reply."""
    others = ((name, one.finding.step) for name, one in report.outcomes if isinstance(one, Wrong) and one is not first)
    return tuple(f"{name}: {step}" for name, step in others if step)


def _own_line(first: Raised) -> str:
    return f"your line {first.line}:  {first.source}"


def _evidence(first: Wrong | Raised) -> tuple[str, ...]:
    if isinstance(first, Wrong):
        return first.finding.evidence
    error = (first.error,) if cause_of(first) else ()
    return (f"it stopped while {first.doing}", *error, *_more(first))


def _more(first: Raised) -> tuple[str, ...]:
    return (*filter(None, (first.meeting, first.deeper)), *first.evidence)


def _evidence_of_diagnosed(first: Wrong | Raised) -> tuple[str, ...]:
    """Give what a diagnosis follows from; what to look at next is said by the diagnosis itself."""
    if isinstance(first, Wrong):
        finding = first.finding
        return (f"what should hold: {finding.promise}", *finding.evidence, *((finding.step,) if finding.step else ()))
    where = (_own_line(first),) if first.line else ()
    return (f"it stopped while {first.doing}", first.error, *where, *_more(first))


def _rules_broken(report: Report) -> tuple[str, ...]:
    """Give the rules about how the code is made that a diagnosis says nothing of."""
    found = [
        outcome.finding for name, outcome in report.outcomes if isinstance(outcome, Wrong) and name in report.rules
    ]
    return tuple(f"what should hold, too: {': '.join((one.promise, *one.evidence))}" for one in found)


def _all_checks(report: Report) -> tuple[Checks, ...]:
    """Say how the other checks went, once there are several."""
    if len(report.outcomes) == 1:
        return ()
    stubs = tuple((name, "") for name in _still_stubs(report))
    found = _checks(report, {"not right": (Wrong, Raised), "not checked": (Unchecked,), "right": (Kept,)})
    return (*found, Checks("still a stub", stubs)) if stubs else found


def _checks(report: Report, kinds: Mapping[str, tuple[type, ...]]) -> tuple[Checks, ...]:
    """Sort the checks by their outcome, under what is said of each."""
    found = {said: report.named(*kind) for said, kind in kinds.items()}
    return tuple(
        Checks(said, tuple((name, report.promises.get(name, "")) for name in names))
        for said, names in found.items()
        if names
    )


def _diagnosed(diagnosis: Diagnosis) -> str:
    beliefs = [f"one that {mistake.belief}" for mistake in diagnosis.mistakes]
    if diagnosis.step:
        return f"in the step “{diagnosis.step}” it behaves exactly like {beliefs[0]}"
    verb = "stops" if diagnosis.how == "stops" else "behaves"
    if diagnosis.how == "together":
        return f"behaves exactly like {beliefs[0]}, and at the same time like {beliefs[1]}"
    if diagnosis.how == "much":
        return f"behaves much like {beliefs[0]}"
    if len(beliefs) > 1:
        return f"{verb} like {', or like '.join(beliefs)}: from outside they can't be told apart"
    return f"{verb} like {beliefs[0]}" if diagnosis.how == "stops" else f"behaves exactly like {beliefs[0]}"


def _look(report: Report, diagnosis: Diagnosis) -> str:
    asked = dict.fromkeys(mistake.look_at for mistake in diagnosis.mistakes)
    places = [one for one in asked if not any(other != one and other.startswith(one) for other in asked)]
    return f"look at {', and at '.join(places)}{_hint(report, diagnosis.mistakes[0].hint, ' · ')}"


def _hint(report: Report, rung: int, before: str = "") -> str:
    if not report.hints or not rung:
        return ""
    return f"{before}{'open ' if not before else ''}hint {min(rung, len(report.hints))}"
