"""The wrong answers of a class: what became of each, and which of those without a name do the same."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_utils.checking.marks import Marks, agree, all_stop, looks_in, short_name
from course_utils.exercises.named_mistakes import FILE, NAMED, NamedMistake, read_named, that_fit
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.records import Record
from course_utils.grading.judge.verdicts import DECIDED, NOT_SEEN, RULE, Verdict

_EXPLAINED = "exactly", "stops", "together"


@dataclass(frozen=True)
class WrongAnswer:
    """A student's wrong answer to an exercise, in all of its tests.

    notebook: the one that it is in. mistakes: ids of what explains it; none where nothing does.
    seen: the marks of what it does, by test. how: as in `Verdict`, of the first test that fails; text: what it says.
    """

    student: str
    exercise: str
    notebook: str
    mistakes: tuple[str, ...]
    seen: Mapping[str, Marks]
    how: str
    text: str

    @property
    def name(self) -> str:
        """Give what stands for it in the report: it is the same each time the same is seen."""
        return f"{self.exercise}-{short_name(json.dumps([*self.seen.items()]))[:6]}"

    @property
    def can_be_known_again(self) -> bool:
        """Say whether there is anything by which others that do the same can be found."""
        return any(self.seen.values())


@dataclass(frozen=True)
class Group:
    """Wrong answers that do the same, and that no known mistake explains.

    The rule: the same rows are wrong as in the first of them, and in each row all that is kept agrees (see `marks`).
    """

    answers: tuple[WrongAnswer, ...]

    @property
    def exercise(self) -> str:
        """Give the exercise."""
        return self.answers[0].exercise

    @property
    def seen(self) -> Mapping[str, Marks]:
        """Give what they do."""
        return self.answers[0].seen

    @property
    def name(self) -> str:
        """Give what it is called until it has a name (see `naming`): the name of any of its answers would do."""
        return self.answers[0].name

    @property
    def stops(self) -> bool:
        """Say whether all that is known of them is where and how they stop."""
        return all(map(all_stop, self.seen.values()))

    @property
    def looks(self) -> list[tuple[str, str]]:
        """Name what they have wrong: (test, look), the first broken promise first."""
        return [(test, look) for test, marks in self.seen.items() for look in looks_in(marks)]


def known_in(root: Path) -> tuple[NamedMistake, ...]:
    """Read the mistakes that have been named in a course.

    Raises:
        GradingError: the file cannot be understood.
    """
    try:
        return read_named(root / FILE)
    except ValueError as error:
        raise GradingError(str(error)) from error


def wrong_answers(records: Mapping[str, Record], named: Sequence[NamedMistake] = ()) -> list[WrongAnswer]:
    """List the wrong answers of a class, each with what explains it: mistakes named since it was graded, too."""
    return [
        answer
        for student, record in records.items()
        for notebook, verdicts in record.verdicts.items()
        for answer in _in_notebook(student, notebook, verdicts, named)
    ]


def _in_notebook(
    student: str, notebook: str, verdicts: Mapping[str, Verdict], named: Sequence[NamedMistake]
) -> Iterator[WrongAnswer]:
    by_exercise: dict[str, dict[str, Verdict]] = {}
    for cell, verdict in verdicts.items():
        if verdict.kind == "wrong":
            by_exercise.setdefault(verdict.exercise or cell, {})[cell] = verdict
    for exercise, wrong in by_exercise.items():
        seen = {test: verdict.seen for test, verdict in wrong.items() if verdict.seen}
        of_the_bank = tuple(
            dict.fromkeys(
                one
                for verdict in wrong.values()
                if verdict.how in _EXPLAINED
                for one in verdict.mistakes
                if not one.startswith(NAMED)
            )
        )
        of_the_course = () if of_the_bank else tuple(one.id for one in _that_fit(named, exercise, seen))
        first = next(iter(wrong.values()))
        yield WrongAnswer(student, exercise, notebook, of_the_bank or of_the_course, seen, first.how, first.text)


def _that_fit(named: Sequence[NamedMistake], exercise: str, seen: Mapping[str, Marks]) -> list[NamedMistake]:
    return [one for one in that_fit(named, exercise, seen) if one.seen.keys() <= seen.keys()]


def told_as_named(record: Record, named: Sequence[NamedMistake]) -> bool:
    """Say whether a record tells of just those named mistakes that it would tell of today."""
    told = {one for verdict in record.by_cell.values() for one in verdict.mistakes if one.startswith(NAMED)}
    found = (one for answer in wrong_answers({"": record}, named) for one in answer.mistakes)
    return told == {one for one in found if one.startswith(NAMED)}


def groups(answers: Iterable[WrongAnswer]) -> list[Group]:
    """Put together the answers that nothing explains and that do the same; who does it alone is a group of one.

    The largest group comes first.
    """
    found: list[list[WrongAnswer]] = []
    for answer in answers:
        if answer.mistakes or not answer.can_be_known_again:
            continue
        alike = next((group for group in found if _do_the_same(group[0], answer)), None)
        if alike is None:
            found.append([answer])
        else:
            alike.append(answer)
    return sorted((Group(tuple(group)) for group in found), key=lambda group: -len(group.answers))


def _do_the_same(one: WrongAnswer, other: WrongAnswer) -> bool:
    return (
        one.exercise == other.exercise
        and one.seen.keys() == other.seen.keys()
        and all(agree(marks, other.seen[test]) for test, marks in one.seen.items())
    )


FATES = (
    "known",
    "in a group",
    "alone",
    "stopped before it could be looked at",
    "right, but for a rule",
    "without points by a human's decision",
)
"""What becomes of a wrong answer, as the report counts it."""


def fates(answers: Sequence[WrongAnswer]) -> dict[str, int]:
    """Count what has become of the wrong answers; each is counted once."""
    found = groups(answers)
    shared = {id(one) for group in found for one in group.answers if len(group.answers) > 1}
    counts = dict.fromkeys(FATES, 0)
    for one in answers:
        counts[_fate(one, id(one) in shared)] += 1
    return counts


def _fate(answer: WrongAnswer, shared: bool) -> str:
    known, in_a_group, alone, not_seen, rule, decided = FATES
    if answer.mistakes:
        return known
    if answer.can_be_known_again:
        return in_a_group if shared else alone
    return {NOT_SEEN: not_seen, RULE: rule, DECIDED: decided}.get(answer.how, alone)
