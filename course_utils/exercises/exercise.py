"""What an exercise is, and how one of its tests examines a student's code."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Protocol

from course_utils.checking.both import with_both
from course_utils.checking.comparison import Comparison, Known
from course_utils.checking.diagnosis import agree_elsewhere, diagnose, helpful_hint, in_one_step
from course_utils.checking.look import Look
from course_utils.checking.marking import marks_of
from course_utils.checking.marks import Marks
from course_utils.checking.printing import NOTHING, Printed
from course_utils.checking.student import is_stub, own_line
from course_utils.checking.surface import surface
from course_utils.checking.table import Seen, Table
from course_utils.checking.telling import Interrupted, show_prints, tell
from course_utils.checking.values import Diagnosis, Kept, Mistake, NotAttempted, Outcomes, Raised, Report, Step, Wrong
from course_utils.checking.verdict import Judged, begun, first_broken, place_told, verdict
from course_utils.checking.world import world_unchanged
from course_utils.exercises.named_mistakes import NamedMistake, known_to_this_course, that_fit

HINT_TITLES = ("Hint 1: a nudge", "Hint 2: the approach", "Hint 3: nearly there")
"""What stands over the rungs of an exercise's ladder."""

_SEED = 0  # of all tables by which mistakes are known, so that these are made once; a test's own unless told otherwise


@dataclass(frozen=True)
class Variant:
    """Another right answer, which differs from the oracle in what it does; who gives it reads the note."""

    candidate: Any
    note: str


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise of the course.

    name: the name that the student's class or function has in the notebook.
    hints: the ladder: a nudge, the approach, and the answer all but written.
    right: code that is right, made from torch's own parts.
    tests: the looks of each public test function, by the function's name.
    mistakes: the bank of known mistakes; variants: other right answers.
    parts: right stand-ins for the earlier exercises that the student's code may use, by name.
    steps: the pieces in which a long exercise can be written, in their order.
    seeded: whether its looks draw anything, so that another seed may show what one does not.
    """

    name: str
    hints: tuple[str, ...]
    right: Any
    tests: Mapping[str, tuple[Look, ...]]
    mistakes: tuple[Mistake, ...] = ()
    variants: tuple[Variant, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    seeded: bool = True

    @property
    def checks(self) -> tuple[Look, ...]:
        """The looks of all its tests."""
        return tuple(look for looks in self.tests.values() for look in looks)


class Answer(Protocol):
    """A student's answer, wherever its tables are made."""

    stub: bool

    def table(self, test: str, seed: int) -> Seen:
        """Give the table of one of the exercise's tests."""


class AnswerHere:
    """An answer in this very process."""

    def __init__(self, exercise: Exercise, candidate: Any, keep_prints: bool = False) -> None:
        self._exercise, self._candidate, self._keep_prints = exercise, candidate, keep_prints
        self.stub = is_stub(candidate)
        self._tables: dict[tuple[str, int], Table] = {}

    def table(self, test: str, seed: int) -> Table:
        """Make all rows of a table, before anything is compared: the code may patch what compares."""
        if (test, seed) not in self._tables:
            looks, parts = self._exercise.tests[test], self._exercise.parts
            self._tables[test, seed] = Table(looks, self._candidate, seed, parts, self._keep_prints)
            self._tables[test, seed].everything()
        return self._tables[test, seed]

    def printed_last(self) -> Printed:
        """Give what the code printed in the row that was made last."""
        return [*self._tables.values()][-1].printed_last() if self._tables else NOTHING


def examine(exercise: Exercise, test: str, candidate: Any, seed: int = 0) -> Report:
    """Run one of the exercise's tests on a candidate; say nothing yet."""
    return report_on(exercise, test, AnswerHere(exercise, candidate), seed)


def report_on(
    exercise: Exercise, test: str, answer: Answer, seed: int = 0, named: Sequence[NamedMistake] = ()
) -> Report:
    """Compare an answer's table with the right one, and with those of the known mistakes where it is not right.

    named: mistakes that the exercise's own bank does not know; asked where no mistake of the bank explains all.
    """
    looks = exercise.tests[test]
    diagnosis, rung, printed, steps = None, 0, NOTHING, ()
    if answer.stub:
        outcomes: Outcomes = tuple((look.name, NotAttempted()) for look in looks)
    else:
        judged = _judged(exercise, test, answer, seed)
        outcomes = tuple((one.look.name, one.outcome) for one in judged)
        if any(isinstance(one.outcome, Wrong | Raised) and not one.look.structural for one in judged):
            diagnosis, rung = _diagnosis(exercise, test, answer, judged if seed == _SEED else None)
            if diagnosis is None or diagnosis.how == "much":
                diagnosis = _named_diagnosis(exercise, test, answer, named) or diagnosis
        printed = answer.table(test, seed).printed(*place_told(judged, diagnosis is not None))
        if not all(isinstance(one.outcome, Kept) for one in judged):
            steps = _steps(exercise, test, answer, judged, seed)
    return Report(
        exercise.name,
        list(exercise.tests).index(test) + 1,
        len(exercise.tests),
        outcomes,
        exercise.hints,
        diagnosis,
        rules=frozenset(look.name for look in looks if look.structural),
        promises={look.name: look.promise for look in looks},
        rung=rung,
        printed=printed,
        steps=steps,
    )


def _steps(
    exercise: Exercise, test: str, answer: Answer, judged: tuple[Judged, ...], seed: int
) -> tuple[tuple[Step, bool], ...]:
    """Say of each step whether it is done, by what all of the exercise's tests see; none where the code stops first."""
    tests = exercise.tests if exercise.steps else {}
    by_test = {each: judged if each == test else _judged(exercise, each, answer, seed) for each in tests}
    if any(len(found) < len(tests[each]) for each, found in by_test.items()):
        return ()
    lost = {one.look.name for found in by_test.values() for one in found if not isinstance(one.outcome, Kept)}

    def agrees(each: str, number: int, step: Step) -> bool:
        look, right = tests[each][number], _known_table(exercise, each, exercise.right, seed)
        return look.name not in step.begins or begun(number, step.begins[look.name], answer.table(each, seed), right)

    def done(step: Step) -> bool:
        return lost.isdisjoint(step.checks) and all(
            agrees(each, number, step) for each, found in by_test.items() for number in range(len(found))
        )

    with world_unchanged():
        return tuple((step, done(step)) for step in exercise.steps)


def refuses(exercise: Exercise, candidate: Any, seed: int = 0) -> bool:
    """Say whether a test fails by what a candidate does, and no more than that: it costs a fraction of a report."""
    return is_stub(candidate) or first_difference(exercise, candidate, seed) is not None


def first_difference(exercise: Exercise, candidate: Any, seed: int = 0) -> Judged | None:
    """Give the first promise that a candidate breaks by what it does."""

    def broken_in(test: str) -> Judged | None:
        looks = exercise.tests[test]
        return first_broken(looks, Table(looks, candidate, seed, exercise.parts), *_accepted(exercise, test, seed))

    with world_unchanged():
        return next(filter(None, map(broken_in, exercise.tests)), None)


def _judged(exercise: Exercise, test: str, answer: Answer, seed: int) -> tuple[Judged, ...]:
    mine = answer.table(test, seed)
    with world_unchanged():
        return verdict(exercise.tests[test], mine, *_accepted(exercise, test, seed))


def _accepted(exercise: Exercise, test: str, seed: int) -> tuple[Table, list[tuple[str, Table]]]:
    """Give the table of right code, and those of the accepted variants with their notes."""
    variants = [(one.note, _known_table(exercise, test, one.candidate, seed)) for one in exercise.variants]
    return _known_table(exercise, test, exercise.right, seed), variants


def _diagnosis(
    exercise: Exercise, test: str, answer: Answer, judged: tuple[Judged, ...] | None
) -> tuple[Diagnosis | None, int]:
    """Find the known mistakes that explain the answer, or else a hint that helps (0: none is known to).

    judged: under the usual seed, if that has been done.
    """
    looks = exercise.tests[test]
    judged = judged or _judged(exercise, test, answer, _SEED)
    if any(one.look.decisive and not isinstance(one.outcome, Kept) for one in judged):
        return None, 0
    known = [
        Known(mistake, candidate, _known_table(exercise, test, candidate, _SEED))
        for mistake in exercise.mistakes
        for candidate in (mistake.candidate, *mistake.also)
    ]

    def both(one: Known, other: Known) -> Iterator[Seen]:
        return (Table(looks, made, _SEED) for made in with_both(one.candidate, other.candidate))

    def agrees_elsewhere(one: Known) -> bool:
        others = [name for name in exercise.tests if name != test]
        return all(
            agree_elsewhere(
                exercise.tests[name],
                answer.table(name, _SEED),
                _known_table(exercise, name, one.candidate, _SEED),
            )
            for name in others
        )

    with world_unchanged():
        comparison = _comparison(exercise, test, answer, judged)
        diagnosis = diagnose(comparison, known, both, agrees_elsewhere)
        step = _step_in_hand(exercise, judged)
        if diagnosis is None and step is not None:
            of_step = _comparison(exercise, test, answer, judged, only=step.checks)
            mistakes = in_one_step(of_step, known)
            diagnosis = Diagnosis(mistakes, step=step.name) if mistakes else None
        return diagnosis, 0 if diagnosis else helpful_hint(comparison, known)


def _step_in_hand(exercise: Exercise, judged: Sequence[Judged]) -> Step | None:
    """Give the first step that a test finds undone, if what breaks first is that step's own."""
    broken = [one.look.name for one in judged if not one.look.structural and not isinstance(one.outcome, Kept)]
    step = next((one for one in exercise.steps if not set(broken).isdisjoint(one.checks)), None)
    return step if step is not None and broken[0] in step.checks else None


def _known_table(exercise: Exercise, test: str, candidate: Any, seed: int) -> Table:
    """Keep the tables of the course's own code: they are the same each time."""
    keep = _at_the_usual_seed if seed == _SEED else _at_another_seed
    return keep(exercise, test, _ById(candidate), seed)


def make_right(exercise: Exercise, test: str, seed: int) -> None:
    """Make what right code shows before it is asked for."""
    _known_table(exercise, test, exercise.right, seed).everything()


@dataclass(frozen=True)
class _ById:
    """What is no class may have no hash."""

    thing: Any

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and self.thing is other.thing


def _make_table(exercise: Exercise, test: str, candidate: _ById, seed: int) -> Table:
    return Table(exercise.tests[test], candidate.thing, seed)


_at_the_usual_seed, _at_another_seed = cache(_make_table), lru_cache(maxsize=64)(_make_table)


def marks_in(exercise: Exercise, test: str, answer: Answer) -> Marks:
    """Give the marks of what an answer does wrong: who has the same does the same, whether or not it has a name."""
    judged = _judged(exercise, test, answer, _SEED)
    with world_unchanged():
        comparison = _comparison(exercise, test, answer, judged)
        return marks_of(exercise.tests[test], comparison, answer.table(test, _SEED))


def _comparison(
    exercise: Exercise, test: str, answer: Answer, judged: tuple[Judged, ...], **only: Container[str]
) -> Comparison:
    right, accepted = _accepted(exercise, test, _SEED)
    variants = [table for _, table in accepted]
    return Comparison(exercise.tests[test], judged, answer.table(test, _SEED), right, variants, **only)


def _named_diagnosis(exercise: Exercise, test: str, answer: Answer, named: Sequence[NamedMistake]) -> Diagnosis | None:
    """Find the named mistakes of which all that is kept agrees with the answer, in this test and in the others."""
    asked = [one for one in named if one.exercise == exercise.name and test in one.seen]
    fits = that_fit(asked, exercise.name, {test: marks_in(exercise, test, answer)}) if asked else []
    if fits and len(exercise.tests) > 1:
        fits = that_fit(fits, exercise.name, {each: marks_in(exercise, each, answer) for each in exercise.tests})
    if not fits:
        return None
    stops = all(one.stops for one in fits)
    return Diagnosis(tuple(one.mistake for one in fits), "stops" if stops else "exactly")


def make_test(exercise: Exercise, test: str) -> Callable[..., None]:
    """Make the public test function: it takes the student's class or function, and raises unless all is right."""

    last: Any = None  # a cell that is run again makes another object

    def run_test(candidate: Any, seed: int = 0, quiet: bool = False) -> None:
        nonlocal last
        again, last = candidate is last, candidate
        answer = AnswerHere(exercise, candidate, keep_prints=surface() == "html")
        try:
            report = report_on(exercise, test, answer, seed, known_to_this_course())
        except KeyboardInterrupt as stop:
            show_prints(answer.printed_last())
            line, source, _ = own_line(stop, candidate)
            raise Interrupted(exercise.name, f" at your line {line}:  {source}" if line else "") from None
        tell(report, quiet, again)

    names = ", ".join(look.name for look in exercise.tests[test])
    run_test.__name__ = run_test.__qualname__ = test
    run_test.__doc__ = f"""Test your {exercise.name}: {names}.

    seed: where the random inputs and weights come from; quiet: say nothing when all is right.
    Raises AssertionError, with what to look at, when something is not right yet.
    """
    return run_test
