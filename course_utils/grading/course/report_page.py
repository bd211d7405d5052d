"""The page about a graded class: HTML in one file, for light and dark screens and for paper."""

from collections import Counter
from collections.abc import Mapping
from html import escape
from statistics import mean, median

from course_utils.checking.values import Mistake
from course_utils.exercises.registry import every_exercise
from course_utils.grading.course.gradebook import Cells
from course_utils.grading.course.records import Record
from course_utils.grading.course.tally import KINDS, Line, Shared, earned_by, lines, shared_behaviours, verdicts_of

_HARD, _BLIND = 0.5, 0.2  # fewer right than this is hard; a discrimination below this tells little

_STYLE = """
:root{color-scheme:light dark;--text:#1f2937;--soft:#5b6472;--page:#fff;--line:#d6dae1;--card:#f5f6f8;
--right:#2e7d4f;--wrong:#c2410c;--blank:#9aa3af;--human:#7c3aed}
@media(prefers-color-scheme:dark){:root{--text:#e5e7eb;--soft:#a7b0bd;--page:#16181c;--line:#3a3f48;--card:#20242a;
--right:#4cc38a;--wrong:#fb923c;--blank:#6b7482;--human:#a78bfa}}
body{font:16px/1.55 system-ui,sans-serif;max-width:62em;margin:2.5em auto;padding:0 1.2em;color:var(--text);
background:var(--page)}
h1{font-size:1.7em;margin:0}h2{font-size:1.2em;margin:2.2em 0 .4em}p{max-width:46em}.soft{color:var(--soft)}
.facts{display:flex;flex-wrap:wrap;gap:.8em;margin:1.2em 0;padding:0;list-style:none}
.facts li{background:var(--card);border-radius:.6em;padding:.7em 1.1em;flex:1 1 9em}
.facts b{display:block;font-size:1.5em}
table{border-collapse:collapse;width:100%;margin:.8em 0}
td,th{padding:.4em .7em .4em 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--soft);font-size:.9em}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
code{font-size:.85em;color:var(--soft)}pre{margin:0;white-space:pre-wrap;font-size:.85em}
.bar{display:flex;height:.85em;min-width:9em;margin-top:.4em;border-radius:.3em;overflow:hidden;gap:1px}
.bar i,.key{background:var(--blank)}.right{background:var(--right)!important}.wrong{background:var(--wrong)!important}
.human{background:var(--human)!important}
.key{display:inline-block;width:.8em;height:.8em;border-radius:.2em;margin:0 .35em 0 1em}
svg{display:block;width:100%;max-width:46em;height:auto;margin:1em 0}svg text{fill:var(--text);font-size:13px}
svg .soft{fill:var(--soft)}svg path{stroke:var(--line)}svg rect{fill:var(--right)}
@media print{body{margin:0}h2{break-after:avoid}tr{break-inside:avoid}}
"""
_CSS = {"right": "right", "wrong": "wrong", "not attempted": "blank", "for a human": "human"}


def render(assignment: str, cells: Mapping[str, Cells], records: Mapping[str, Record], names: bool) -> str:
    """Give the page."""
    points = {cell: value for one in cells.values() for cell, value in one.points.items()}
    earned = {student: earned_by(record, points) for student, record in records.items()}
    totals, most = [sum(one.values()) for one in earned.values()], sum(points.values())
    found = lines(points, records, earned)
    parts = (
        f"<h1>{escape(assignment)}</h1>",
        _facts(totals, most, found, records),
        _distribution(totals, most),
        _exercises(found),
        _misconceptions(found, records),
        _without_a_name(shared_behaviours(records)),
        _for_a_human(records, names),
    )
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(assignment)}: the class</title><style>{_STYLE}</style>"
    )
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _facts(totals: list[float], most: float, found: list[Line], records: Mapping[str, Record]) -> str:
    """Say the four things that one wants to know first."""
    hardest = min(found, key=lambda line: line.share("right"))
    human = sum(bool(record.wants_human) for record in records.values())
    facts = (
        (str(len(records)), f"submission{'s' * (len(records) != 1)}"),
        (f"{mean(totals):.1f} of {most:g}", f"points: mean {mean(totals):.1f}, median {median(totals):.1f}"),
        (f"{hardest.share('right'):.0%}", f"got the hardest exercise right: {escape(hardest.exercise)}"),
        (str(human), "wait for a human"),
    )
    return '<ul class="facts">' + "".join(f"<li><b>{value}</b>{name}</li>" for value, name in facts) + "</ul>"


def _distribution(totals: list[float], most: float) -> str:
    """Draw how many submissions lie in each tenth of the points."""
    tenths = Counter(min(int(10 * total / most), 9) if most else 0 for total in totals)
    highest = max(tenths.values())
    columns = "".join(
        f'<rect x="{60 * tenth + 8}" y="{150 - 120 * tenths[tenth] / highest:.0f}" width="44" rx="3"'
        f' height="{120 * tenths[tenth] / highest:.0f}"/>'
        f'<text x="{60 * tenth + 30}" y="{144 - 120 * tenths[tenth] / highest:.0f}" text-anchor="middle">'
        f"{tenths[tenth] or ''}</text>"
        f'<text class="soft" x="{60 * tenth}" y="168" text-anchor="middle">{most * tenth / 10:.3g}</text>'
        for tenth in range(10)
    )
    told = ", ".join(
        f"{tenths[at]} from {most * at / 10:.3g} to {most * (at + 1) / 10:.3g}" for at in range(10) if tenths[at]
    )
    last = f'<text class="soft" x="600" y="168" text-anchor="middle">{most:g}</text>'
    axis = '<text class="soft" x="300" y="190" text-anchor="middle">points</text><path d="M0 151h600"/>'
    head = f'<svg viewBox="-20 0 640 196" role="img" aria-label="Submissions by points: {told}">'
    return f"<h2>Points</h2>{head}{columns}{last}{axis}</svg>"


def _exercises(found: list[Line]) -> str:
    keys = "".join(f'<span class="key {_CSS[kind]}"></span>{kind}' for kind in KINDS)
    rows = "".join(
        f'<tr><td>{escape(line.exercise)}</td><td class="n">{line.points:g}</td><td style="width:40%">{_bar(line)}</td>'
        f'<td class="n">{line.share("right"):.0%}</td>'
        f'<td class="n">{"–" if line.discrimination is None else f"{line.discrimination:.2f}"}</td>'
        f"<td>{_remark(line)}</td></tr>"
        for line in found
    )
    head = (
        '<tr><th>exercise</th><th class="n">points</th><th>submissions</th><th class="n">right</th>'
        '<th class="n">discrimination</th><th></th></tr>'
    )
    note = (
        '<p class="soft">Discrimination is the correlation of an exercise\'s result with the points of all others: '
        "near 0, it does not tell strong submissions from weak ones; below 0, look at the exercise itself.</p>"
    )
    return f'<h2>Exercises</h2><p class="soft">Of all submissions:{keys}</p><table>{head}{rows}</table>{note}'


def _bar(line: Line) -> str:
    told = ", ".join(f"{count} {kind}" for kind, count in line.counts.items() if count)
    parts = "".join(
        f'<i class="{_CSS[kind]}" style="flex:{count}"></i>' for kind, count in line.counts.items() if count
    )
    return f'<span class="bar" role="img" aria-label="{told}" title="{told}">{parts}</span>'


def _remark(line: Line) -> str:
    remarks = ["hard"] * (line.share("right") < _HARD)
    remarks += ["tells little"] * (line.discrimination is not None and 0 <= line.discrimination < _BLIND)
    remarks += ["look at it"] * (line.discrimination is not None and line.discrimination < 0)
    return ", ".join(remarks)


def _misconceptions(found: list[Line], records: Mapping[str, Record]) -> str:
    """List the known mistakes that were seen, the most frequent first, and what to say about each."""
    seen = Counter(
        one
        for record in records.values()
        for one in {(v.exercise, mistake) for v in verdicts_of(record).values() for mistake in v.mistakes}
    )
    banks = {exercise.name: {one.id: one for one in exercise.mistakes} for exercise in every_exercise()}
    rows = "".join(
        _misconception(exercise, banks[exercise][mistake], count)
        for (exercise, mistake), count in sorted(seen.items(), key=lambda item: (-item[1], item[0]))
        if mistake in banks.get(exercise, {})
    )
    if not rows:
        return "<h2>Misconceptions</h2><p>None of the known ones was seen.</p>"
    wrong = sum(line.counts["wrong"] for line in found)
    head = '<tr><th class="n">students</th><th>exercise</th><th>their code</th><th>in the next lecture</th></tr>'
    note = (
        f'<p class="soft">{wrong} wrong answers in all. Here are those that behave exactly like a known mistake; the '
        "others stopped with an error, or are wrong in a way of their own.</p>"
    )
    return f"<h2>Misconceptions</h2>{note}<table>{head}{rows}</table>"


def _misconception(exercise: str, mistake: Mistake, count: int) -> str:
    cells = (
        escape(exercise),
        f"{escape(mistake.belief)} <code>{escape(mistake.id)}</code>",
        f"Show {escape(mistake.look_at)}.",
    )
    return f'<tr><td class="n">{count}</td>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _without_a_name(shared: list[Shared]) -> str:
    """List what several students' code does in the same way, though no known mistake does it."""
    if not shared:
        return ""
    rows = "".join(
        f'<tr><td class="n">{one.students}</td><td>{escape(one.exercise)}</td><td><pre>{escape(one.text)}</pre></td>'
        for one in shared
    )
    note = (
        '<p class="soft">These wrong answers do the same, and no known mistake does it. Look at one of each: it may be '
        "a misconception that has no name yet.</p>"
    )
    head = '<tr><th class="n">students</th><th>exercise</th><th>what they read</th></tr>'
    return f"<h2>Shared, and without a name</h2>{note}<table>{head}{rows}</table>"


def _for_a_human(records: Mapping[str, Record], names: bool) -> str:
    """List what could not be graded, and after it what was mended and has its marks."""
    called = {name: name if names else f"submission {number}" for number, name in enumerate(records, 1)}
    human = {name: _why(record) for name, record in records.items() if record.wants_human or record.troubles}
    mended = {name: record.repairs for name, record in records.items() if record.repairs}
    parts = ["<h2>For a human</h2>"]
    if human:
        told = "They have 0 where nothing could be graded, and are flagged in formgrader."
        parts.append(
            f'<p class="soft">{told}{"" if names else " Who they are: <code>course report --names</code>."}</p>'
        )
    else:
        parts.append("<p>Nothing: every submission could be graded.</p>")
    for title, some in (("", human), ("<h2>Mended before grading</h2>", mended)):
        items = "".join(f"<li>{escape(called[name])}: {escape('; '.join(why))}</li>" for name, why in some.items())
        parts.append(f"{title}<ul>{items}</ul>" if items else "")
    return "".join(parts)


def _why(record: Record) -> list[str]:
    count = len(record.wants_human)
    return [*record.troubles, *[f"{count} test{'s' * (count != 1)} not graded"] * bool(count)]
