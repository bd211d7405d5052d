"""`course report`: one page about a graded class, for the next lecture. It needs no network, and names nobody."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from statistics import mean, median

from course_utils import tests
from course_utils.exercises.exercise import Exercise
from course_utils.feedback.values import Mistake
from course_utils.grading.errors import GradingError
from course_utils.grading.gradebook import Cells, Course
from course_utils.grading.records import Record, Records

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
table{border-collapse:collapse;margin:1em 0}td,th{padding:.25em .7em;text-align:left;border-bottom:1px solid #8886}
td.n,th.n{text-align:right}.bar{display:inline-block;height:.8em;background:#3b82d6;vertical-align:middle}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}}
"""
_HARD, _BLIND = 0.5, 0.2  # fewer right than this is hard; a discrimination below this tells little
_FEWEST = 5  # submissions from which a discrimination means something


@dataclass(frozen=True)
class Line:
    """One exercise: its points, the share that got them all, and how well it tells strong submissions from weak ones.

    discrimination: the correlation of this exercise's points with all other points; None where it means nothing.
    """

    exercise: str
    points: float
    right: float
    attempted: float
    discrimination: float | None


def report(root: Path, assignment: str, names: bool = False) -> Path:
    """Write the page about an assignment, and say where it is.

    names: name the students whose submission needs a human.

    Raises:
        GradingError: nothing has been graded yet.
    """
    course = Course(root, assignment)
    cells = course.cells()
    records = Records(root, assignment).all()
    if not records:
        raise GradingError(f"Nothing of {assignment} has been graded yet: course grade {assignment}")
    page = render(assignment, cells, records, names)
    path = root / ".grading" / f"{assignment}.html"
    path.write_text(page, "utf-8")
    return path


def render(assignment: str, cells: Mapping[str, Cells], records: Mapping[str, Record], names: bool) -> str:
    """Give the page."""
    points = {cell: value for one in cells.values() for cell, value in one.points.items()}
    earned = {student: _earned(record, points) for student, record in records.items()}
    parts = (
        f"<h1>{escape(assignment)}</h1><p>{len(records)} submissions.</p>",
        _distribution([sum(one.values()) for one in earned.values()], sum(points.values())),
        _exercises(lines(points, records, earned)),
        _misconceptions(records),
        _for_a_human(records, names),
    )
    head = f'<meta charset="utf-8"><title>{escape(assignment)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _verdicts(record: Record) -> dict:
    return {cell: verdict for one in record.verdicts.values() for cell, verdict in one.items()}


def _earned(record: Record, points: Mapping[str, float]) -> dict[str, float]:
    verdicts = _verdicts(record)
    return {cell: value if cell in verdicts and verdicts[cell].passed else 0.0 for cell, value in points.items()}


def _exercise_of() -> dict[str, Exercise]:
    return {test: exercise for exercise in tests._IN_ORDER for test in exercise.tests}


def lines(
    points: Mapping[str, float], records: Mapping[str, Record], earned: Mapping[str, Mapping[str, float]]
) -> list[Line]:
    """Work out a line for each exercise, in the order of the notebooks."""
    belongs = {cell: _exercise_of()[cell].name if cell in _exercise_of() else cell for cell in points}
    found = []
    for exercise in dict.fromkeys(belongs.values()):
        own = [cell for cell in points if belongs[cell] == exercise]
        passed = [all(_passed(record, cell) for cell in own) for record in records.values()]
        tried = [any(_attempted(record, cell) for cell in own) for record in records.values()]
        rest = [sum(value for cell, value in one.items() if cell not in own) for one in earned.values()]
        score = [sum(map(float, (_passed(record, cell) for cell in own))) for record in records.values()]
        worth = sum(points[cell] for cell in own)
        found.append(Line(exercise, worth, mean(passed), mean(tried), _correlation(score, rest)))
    return found


def _passed(record: Record, cell: str) -> bool:
    verdict = _verdicts(record).get(cell)
    return verdict is not None and verdict.passed


def _attempted(record: Record, cell: str) -> bool:
    verdict = _verdicts(record).get(cell)
    return verdict is not None and verdict.kind != "unfinished"


def _correlation(one: list[float], other: list[float]) -> float | None:
    if len(one) < _FEWEST or len(set(one)) == 1 or len(set(other)) == 1:
        return None
    from statistics import correlation

    return correlation(one, other)


# --- the parts of the page ------------------------------------------------------------------------------------------


def _distribution(totals: list[float], most: float) -> str:
    """Show how many submissions lie in each tenth of the points."""
    tenths = Counter(min(int(10 * total / most), 9) if most else 0 for total in totals)
    rows = "".join(
        f'<tr><td class="n">{most * tenth / 10:.3g} to {most * (tenth + 1) / 10:.3g}</td>'
        f'<td><span class="bar" style="width:{200 * tenths[tenth] / max(tenths.values()):.0f}px"></span> '
        f"{tenths[tenth] or ''}</td></tr>"
        for tenth in range(10)
    )
    told = f"Of {most:g} points: mean {mean(totals):.1f}, median {median(totals):.1f}."
    return f"<h2>Points</h2><p>{told}</p><table><tr><th>points</th><th>submissions</th></tr>{rows}</table>"


def _exercises(found: list[Line]) -> str:
    rows = "".join(
        f'<tr><td>{escape(line.exercise)}</td><td class="n">{line.points:g}</td><td class="n">{line.right:.0%}</td>'
        f'<td class="n">{line.attempted:.0%}</td>'
        f'<td class="n">{"–" if line.discrimination is None else f"{line.discrimination:.2f}"}</td>'
        f"<td>{_remark(line)}</td></tr>"
        for line in found
    )
    head = "".join(
        f'<th class="{kind}">{name}</th>'
        for name, kind in (("exercise", ""), ("points", "n"), ("right", "n"), ("attempted", "n"))
    )
    note = (
        "<p>Discrimination is the correlation of an exercise's result with the points of all others: near 0, it does "
        "not tell strong submissions from weak ones; below 0, look at the exercise itself.</p>"
    )
    return f'<h2>Exercises</h2><table><tr>{head}<th class="n">discrimination</th><th></th></tr>{rows}</table>{note}'


def _remark(line: Line) -> str:
    remarks = ["hard"] * (line.right < _HARD)
    remarks += ["tells little"] * (line.discrimination is not None and 0 <= line.discrimination < _BLIND)
    remarks += ["look at it"] * (line.discrimination is not None and line.discrimination < 0)
    return ", ".join(remarks)


def _misconceptions(records: Mapping[str, Record]) -> str:
    """List the known mistakes that were seen, the most frequent first, and what to say about each."""
    seen = Counter(
        one
        for record in records.values()
        for one in {(v.exercise, mistake) for v in _verdicts(record).values() for mistake in v.mistakes}
    )
    banks = {exercise.name: {one.id: one for one in exercise.mistakes} for exercise in tests._IN_ORDER}
    rows = "".join(
        _misconception(exercise, banks[exercise][mistake], count)
        for (exercise, mistake), count in seen.most_common()
        if mistake in banks.get(exercise, {})
    )
    if not rows:
        return "<h2>Misconceptions</h2><p>None of the known ones was seen.</p>"
    head = '<tr><th class="n">students</th><th>exercise</th><th>their code</th><th>in the next lecture</th></tr>'
    return f"<h2>Misconceptions</h2><table>{head}{rows}</table>"


def _misconception(exercise: str, mistake: Mistake, count: int) -> str:
    say = f"Show {mistake.look_at}."
    cells = escape(exercise), f"{escape(mistake.belief)} <code>{escape(mistake.id)}</code>", escape(say)
    return f'<tr><td class="n">{count}</td>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _for_a_human(records: Mapping[str, Record], names: bool) -> str:
    wanted = {student: record for student, record in records.items() if record.wants_human or record.repairs}
    if not wanted:
        return "<h2>For a human</h2><p>Nothing: every submission was graded as it was handed in.</p>"
    items = "".join(
        f"<li>{escape(student) if names else f'submission {number}'}: {escape('; '.join(_why(record)))}</li>"
        for number, (student, record) in enumerate(wanted.items(), 1)
    )
    return f"<h2>For a human</h2><ul>{items}</ul>"


def _why(record: Record) -> list[str]:
    count = len(record.wants_human)
    not_graded = f"{count} test{'s' * (count != 1)} not graded"
    return [*record.troubles, *[not_graded] * bool(record.wants_human), *(f"mended: {one}" for one in record.repairs)]
