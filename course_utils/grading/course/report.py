"""`course report`: one page about a graded class, for the next lecture. It needs no network, and names nobody.

What stands on it is worked out here; `report.html.j2` is the page.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import mean, median

from jinja2 import Environment, FileSystemLoader

from course_utils.checking.values import Mistake
from course_utils.exercises.registry import every_exercise
from course_utils.grading.course.decide import WAITS, state, why
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.gradebook import Cells, Course
from course_utils.grading.course.records import Record, Records
from course_utils.grading.course.tally import KINDS, Line, earned_by, lines, shared_behaviours
from course_utils.grading.judge.verdicts import Verdict

_HARD, _BLIND = 0.5, 0.2  # fewer right than this is hard; a discrimination below this tells little
_HIGHEST = 120  # of the columns, in the picture's units
_CSS = {"right": "right", "wrong": "wrong", "not attempted": "blank", "for a human": "human"}
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def report(root: Path, assignment: str, names: bool = False) -> Path:
    """Write the page about an assignment, and say where it is.

    names: name the students whose submission needs a human.

    Raises:
        GradingError: nothing has been graded yet.
    """
    course = Course(root, assignment)
    records = Records(root, assignment).all()
    if not records:
        raise GradingError(f"Nothing of {assignment} has been graded yet: course grade {assignment}")
    path = root / ".grading" / f"{assignment}.html"
    late = course.settle().late.get(assignment)
    waiting = course.waiting()
    states = {student: state(record, waiting.get(student, ())) for student, record in records.items()}
    scores = {
        student: course.scores(student, records[student].wants_human)
        for student, found in states.items()
        if found and found != WAITS
    }
    settled = {
        student: _as_decided(record, scores[student], course.cells) if student in scores else record
        for student, record in records.items()
    }
    path.write_text(render(assignment, course.cells, settled, names, states, late), "utf-8")
    return path


def _as_decided(record: Record, scores: Mapping[str, float], cells: Mapping[str, Cells]) -> Record:
    """Give a record in which tests that a human has decided about are right, with all points, or wrong."""

    def decided(name: str, cell: str, verdict: Verdict) -> Verdict:
        full = scores.get(cell, 0.0) >= cells[name].points.get(cell, 0.0)
        return replace(verdict, passed=full, kind="right" if full else "wrong") if verdict.wants_human else verdict

    verdicts = {
        name: {cell: decided(name, cell, one) for cell, one in each.items()} for name, each in record.verdicts.items()
    }
    return replace(record, verdicts=verdicts)


def render(  # noqa: PLR0913, PLR0917  (the page has as many parts)
    assignment: str,
    cells: Mapping[str, Cells],
    records: Mapping[str, Record],
    names: bool,
    states: Mapping[str, str] | None = None,
    late: Mapping[str, str] | None = None,
) -> str:
    """Give the page.

    states: what has become of what a human was to decide, by student (see `decide.state`); by default, it waits.
    late: how late a student was, in words.
    """
    states = states or {student: state(record, record.wants_human) for student, record in records.items()}
    points = {cell: value for one in cells.values() for cell, value in one.points.items()}
    earned = {student: earned_by(record, points) for student, record in records.items()}
    totals, most = [sum(one.values()) for one in earned.values()], sum(points.values())
    found = lines(points, records, earned)
    called = {name: name if names else f"submission {number}" for number, name in enumerate(records, 1)}
    human = {name: _told(record, states[name]) for name, record in records.items() if states[name] or record.troubles}
    mended = {name: record.repairs for name, record in records.items() if record.repairs}
    return _PAGES.get_template("report.html.j2").render(
        assignment=assignment,
        facts=_facts(totals, most, found, list(states.values()).count(WAITS)),
        tenths=_tenths(totals, most),
        most=f"{most:g}",
        kinds=KINDS,
        css=_CSS,
        lines=found,
        remarks=_remarks,
        misconceptions=_misconceptions(records),
        shared=shared_behaviours(records),
        human=[(called[name], "; ".join(why)) for name, why in human.items()],
        mended=[(called[name], "; ".join(why)) for name, why in mended.items()],
        late=[(called.get(name, name if names else "of a group"), told) for name, told in (late or {}).items()],
        names=names,
    )


def _facts(totals: list[float], most: float, found: list[Line], human: int) -> tuple[tuple[str, str], ...]:
    """Say the four things that one wants to know first; `human`: how many wait for one."""
    hardest = min(found, key=lambda line: line.share("right"))
    return (
        (str(len(totals)), f"submission{'s' * (len(totals) != 1)}"),
        (f"{mean(totals):.1f} of {most:g}", f"points: mean {mean(totals):.1f}, median {median(totals):.1f}"),
        (f"{hardest.share('right'):.0%}", f"got the hardest exercise right: {hardest.exercise}"),
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


def _remarks(line: Line) -> str:
    remarks = ["hard"] * (line.share("right") < _HARD)
    remarks += ["tells little"] * (line.discrimination is not None and 0 <= line.discrimination < _BLIND)
    remarks += ["look at it"] * (line.discrimination is not None and line.discrimination < 0)
    return ", ".join(remarks)


def _misconceptions(records: Mapping[str, Record]) -> list[tuple[str, Mistake, int]]:
    """List the known mistakes that were seen, and in how many submissions; the most frequent first."""
    seen = Counter(
        one
        for record in records.values()
        for one in {(v.exercise, mistake) for v in record.by_cell.values() for mistake in v.mistakes}
    )
    banks = {exercise.name: {one.id: one for one in exercise.mistakes} for exercise in every_exercise()}
    return [
        (exercise, banks[exercise][mistake], count)
        for (exercise, mistake), count in sorted(seen.items(), key=lambda item: (-item[1], item[0]))
        if mistake in banks.get(exercise, {})
    ]


def _told(record: Record, found: str) -> list[str]:
    """Say what a human should know of a submission, and what one has decided."""
    if not found:
        return list(record.troubles)
    decided = "" if found == WAITS else f" (a human has decided: {found})"
    return [*(one for one in record.troubles if ": held: " not in one), f"{why(record)}{decided}"]
