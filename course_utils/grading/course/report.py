"""`course report`: one page about a graded class, for the next lecture. It needs no network, and names nobody.

What stands on it is worked out here; `report.html.j2` is the page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean, median

from jinja2 import Environment, FileSystemLoader

from course_utils.exercises.named_mistakes import NamedMistake
from course_utils.grading.course.alike import alike
from course_utils.grading.course.answers import WrongAnswer, fates, groups, known_in, wrong_answers
from course_utils.grading.course.collect import versions
from course_utils.grading.course.decide import WAITS, state, why
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.examples import Examples
from course_utils.grading.course.gradebook import Cells, Course
from course_utils.grading.course.late import tell
from course_utils.grading.course.records import Record, Records
from course_utils.grading.course.tally import KINDS, Line, earned_by, lines, remarks
from course_utils.grading.course.topics import known_topics, nameless_topic, to_teach
from course_utils.grading.judge.verdicts import DECIDED, Verdict

_HIGHEST = 120  # of the columns, in the picture's units
_CSS = {"right": "right", "wrong": "wrong", "not attempted": "blank", "for a human": "human"}
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True)
class Beside:
    """What is known of a class beside its records.

    states: of each student, what has become of what a human was to decide (see `decide.state`).
    named: the mistakes that this course has named. examples: the answers' code. late: how late, in words, by student.
    versions: how many were collected from a student, where there are several.
    """

    states: Mapping[str, str] | None = None
    named: Sequence[NamedMistake] = ()
    examples: Examples | None = None
    late: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)


def report(root: Path, assignment: str, names: bool = False) -> Path:
    """Write the page about an assignment, and say where it is.

    names: name the students whose submission needs a human, was late, or is like another's.

    Raises:
        GradingError: nothing has been graded yet, or nothing could be.
    """
    course = Course(root, assignment)
    records = Records(root, assignment).all()
    if not records:
        raise GradingError(f"Nothing of {assignment} has been graded yet: course grade {assignment}")
    path = root / ".grading" / f"{assignment}.html"
    as_in_term = course.settle()
    tell(as_in_term.notes)
    waiting = course.waiting()
    states = {student: state(record, waiting.get(student, ())) for student, record in records.items()}
    scores = {
        student: course.scores(student, records[student].wants_human)
        for student, found in states.items()
        if found and found != WAITS
    }
    settled = {
        student: as_decided(record, scores[student], course.cells) if student in scores else record
        for student, record in records.items()
    }
    released = [cell.source for name in course.cells for cell in course.release(name).cells]
    people = [*records, *(name for student, (name, _) in course.names().items() for name in (student, name))]
    examples = Examples(lambda student: course.path("autograded", student), people, released)
    beside = Beside(states, known_in(root), examples, as_in_term.late.get(assignment, {}), versions(root, assignment))
    page = render(assignment, course.cells, settled, names, beside)
    path.write_text(page, "utf-8", errors="replace")  # half a character, as an error may hold, has no place in a file
    return path


def as_decided(record: Record, scores: Mapping[str, float], cells: Mapping[str, Cells]) -> Record:
    """Give a record in which tests that a human has decided about are right, with all points, or wrong.

    What could not be graded at all stays so, unless it was given points: to refuse it makes no answer of it.
    """
    if not record.could_be_graded and not any(scores.values()):
        return record

    def decided(name: str, cell: str, verdict: Verdict) -> Verdict:
        full = scores.get(cell, 0.0) >= cells[name].points.get(cell, 0.0)
        if not verdict.wants_human:
            return verdict
        return replace(verdict, passed=full, kind="right" if full else "wrong", how=DECIDED)

    verdicts = {
        name: {cell: decided(name, cell, one) for cell, one in each.items()} for name, each in record.verdicts.items()
    }
    return replace(record, verdicts=verdicts)


def render(
    assignment: str,
    cells: Mapping[str, Cells],
    records: Mapping[str, Record],
    names: bool,
    beside: Beside = Beside(),
) -> str:
    """Give the page. Its figures leave out what could not be graded, which is no answer.

    Raises:
        GradingError: nothing could be graded.
    """
    graded = {student: record for student, record in records.items() if record.could_be_graded}
    if not graded:
        raise GradingError(f"Of {assignment} nothing could be graded. Why: course grade {assignment}")
    states = beside.states or {student: state(record, record.wants_human) for student, record in records.items()}
    points = {cell: value for one in cells.values() for cell, value in one.points.items()}
    earned = {student: earned_by(record, points) for student, record in graded.items()}
    totals, most = [sum(one.values()) for one in earned.values()], sum(points.values())
    found = lines(points, graded, earned)
    called = {name: name if names else f"submission {number}" for number, name in enumerate(records, 1)}
    human = {name: _told(record, states[name]) for name, record in records.items() if states[name] or record.troubles}
    mended = {name: record.repairs for name, record in records.items() if record.repairs}
    wrong = wrong_answers(records, beside.named)
    shortest = beside.examples.shortest if beside.examples else lambda _: ""
    known = known_topics(wrong, beside.named, shortest)
    nameless = [nameless_topic(one, shortest) for one in groups(wrong)]
    return _PAGES.get_template("report.html.j2").render(
        assignment=assignment,
        facts=_facts(totals, most, found, len(records) - len(graded), list(states.values()).count(WAITS)),
        tenths=_tenths(totals, most),
        most=f"{most:g}",
        kinds=KINDS,
        css=_CSS,
        lines=found,
        remarks=remarks,
        first=to_teach([*known, *(one for one in nameless if one.students > 1)]),
        wrong=len(wrong),
        fates=[(fate, count) for fate, count in fates(wrong).items() if count],
        known=known,
        shared=[one for one in nameless if one.students > 1],
        alone=Counter(one.exercise for one in nameless if one.students == 1),
        alike=_alike(records, wrong, beside.examples),
        called=called,
        human=[(called[name], "; ".join(why)) for name, why in human.items()],
        mended=[(called[name], "; ".join(why)) for name, why in mended.items()],
        late=[(called.get(name, name if names else "of a group"), told) for name, told in beside.late.items()],
        versions=sorted(Counter(beside.versions.values()).items()),
        names=names,
    )


def _facts(
    totals: list[float], most: float, found: list[Line], left_out: int, human: int
) -> tuple[tuple[str, str], ...]:
    """Say the four things that one wants to know first.

    left_out: how many could not be graded. human: how many wait for one.
    """
    least = min(line.share("right") for line in found)
    hardest = [line.exercise for line in found if line.share("right") == least]
    several = f"{len(hardest)} exercises alike" if len(hardest) > 3 else " and ".join(hardest)
    which = f"the hardest exercise right: {hardest[0]}" if len(hardest) == 1 else f"the hardest right, a tie: {several}"
    apart = f"; {left_out} more could not be graded" if left_out else ""
    return (
        (str(len(totals)), f"submission{'s' * (len(totals) != 1)}{apart}"),
        (f"{mean(totals):.1f} of {most:g}", f"points: mean {mean(totals):.1f}, median {median(totals):.1f}"),
        (f"{least:.0%}", f"got {which}" if least < 1 else "got each exercise right"),
        (str(human), "wait for a human"),
    )


def _tenths(totals: list[float], most: float) -> list[dict[str, object]]:
    """Count the submissions that lie in each tenth of the points, for a column each."""
    counts = Counter(min(int(10 * total / most), 9) if most else 0 for total in totals)
    tenths = []
    for at in range(10):
        low, high = (f"{most * edge / 10:.3g}" for edge in (at, at + 1))
        height = round(_HIGHEST * counts[at] / max(counts.values()))
        told = f"{counts[at]} from {low} to {high}" * bool(counts[at])
        tenths.append({"count": counts[at], "low": low, "height": height, "told": told})
    return tenths


def _alike(records: Mapping[str, Record], wrong: Sequence[WrongAnswer], examples: Examples | None) -> object:
    if examples is None:
        return None
    answers: dict[str, dict[str, str]] = {}
    for student, record in records.items():
        for notebook, verdicts in record.verdicts.items():
            tried = (one.exercise for one in verdicts.values() if one.exercise and one.kind in {"right", "wrong"})
            for exercise in dict.fromkeys(tried):
                if code := examples.code(student, notebook, exercise):
                    answers.setdefault(exercise, {})[student] = code
    return alike(answers, wrong)


def _told(record: Record, found: str) -> list[str]:
    """Say what a human should know of a submission, and what one has decided."""
    if not found:
        return list(record.troubles)
    decided = "" if found == WAITS else f" (a human has decided: {found})"
    return [*(one for one in record.troubles if ": held: " not in one), f"{why(record)}{decided}"]
