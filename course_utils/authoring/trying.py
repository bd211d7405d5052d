"""Try an exercise: all that its tests promise, shown without a notebook, in seconds."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import process_time
from typing import Any

from course_utils.authoring.answers import AnswerCell, answers, cells, equivalents, notebook_of, run_cell
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.mutants import mutants
from course_utils.checking.look import Look
from course_utils.checking.observation import same
from course_utils.checking.plain import render_plain
from course_utils.checking.table import Table
from course_utils.checking.values import Kept, Mistake, Report
from course_utils.checking.wording import word
from course_utils.exercises.exercise import Exercise, examine, refuses


@dataclass(frozen=True)
class Trial:
    """What came of one candidate: what it is, and a report for each of the exercise's tests.

    kind: "right", "mistake", "spelling" (a mistake in other code than the bank's) or "wrong".
    """

    kind: str
    title: str
    reports: tuple[Report, ...]
    seconds: float
    note: str = ""

    @property
    def accepted(self) -> bool:
        """Say whether every test passes."""
        return all(report.verdict == "right" for report in self.reports)

    @property
    def refused(self) -> bool:
        """Say whether a test fails by what the code does: rules about how it is made do not count."""
        return any(map(_behaves_wrong, self.reports))

    @property
    def named(self) -> list[list[str]]:
        """Give the mistakes that each failing test names."""
        wrong = [report for report in self.reports if report.verdict != "right"]
        return [[one.id for one in report.diagnosis.mistakes] if report.diagnosis else [] for report in wrong]

    @property
    def problem(self) -> str:
        """Say what is wrong with the exercise, if it is."""
        if self.kind == "right":
            return "" if self.accepted else "is refused"
        if self.kind == "wrong":
            # Only a shortcut may be right in all that it does.
            caught = not self.accepted if self.title.startswith("a shortcut") else self.refused
            return "" if caught else "is accepted"
        if not self.refused:
            return "is accepted"
        behaviour = [found for found in self.named if found] or [[]]
        if all(self.title in found for found in behaviour):
            return ""
        return f"is told as {' / '.join(', '.join(found) or 'nothing known' for found in behaviour)}"

    def panels(self) -> Iterator[str]:
        """Give what the student reads; of a mistake, which is made from torch's own parts, what its behaviour makes."""
        own_code = self.kind != "mistake"
        return (
            render_plain(word(report))
            for report in self.reports
            if report.verdict != "right" and (own_code or _behaves_wrong(report))
        )


def _behaves_wrong(report: Report) -> bool:
    return any(not isinstance(outcome, Kept) and name not in report.rules for name, outcome in report.outcomes)


def try_right(exercise: Exercise, seed: int = 0) -> Iterator[Trial]:
    """Try all right answers."""
    return (_try(exercise, cell, seed) for cell in answers(exercise.name) if cell.kind == "right")


def try_mistakes(exercise: Exercise) -> Iterator[Trial]:
    """Try the bank's mistakes."""
    return (trial(exercise, "mistake", one.id, one.candidate) for one in exercise.mistakes)


def missed(exercise: Exercise, seed: int) -> list[str]:
    """List the bank's mistakes that no test catches under such a seed."""
    return [one.id for one in exercise.mistakes if not refuses(exercise, one.candidate, seed)]


def try_spellings(exercise: Exercise, seed: int = 0) -> Iterator[Trial]:
    """Try the mistakes in other code than the bank's."""
    return (_try(exercise, cell, seed) for cell in answers(exercise.name) if cell.kind == "mistake")


def try_wrong(exercise: Exercise, seed: int = 0) -> Iterator[Trial]:
    """Try the other wrong answers."""
    return (_try(exercise, cell, seed) for cell in answers(exercise.name) if cell.kind == "wrong")


def _try(exercise: Exercise, cell: AnswerCell, seed: int) -> Trial:
    kind = "spelling" if cell.kind == "mistake" else cell.kind
    return replace(trial(exercise, kind, cell.title, cell.run(), seed), note=cell.note)


def trial(exercise: Exercise, kind: str, title: str, candidate: Any, seed: int = 0) -> Trial:
    """Examine one candidate with all tests of the exercise."""
    began = process_time()
    reports = tuple(examine(exercise, test, candidate, seed) for test in exercise.tests)
    return Trial(kind, title, reports, process_time() - began)


def unspelled(exercise: Exercise) -> list[Mistake]:
    """List the mistakes that have no second spelling."""
    spelled = {cell.title for cell in answers(exercise.name) if cell.kind == "mistake"}
    return [one for one in exercise.mistakes if one.id not in spelled]


def unsteady(exercise: Exercise, mistakes: Sequence[Mistake]) -> Iterator[tuple[str, list[str]]]:
    """Give the rows of right code and of these mistakes that differ from one look to the next."""
    candidates = [("right code", exercise.right), *((one.id, one.candidate) for one in mistakes)]
    for title, candidate in candidates:
        rows = [row for looks in exercise.tests.values() for row in _unsteady_rows(looks, candidate)]
        if rows:
            yield title, rows


def _unsteady_rows(looks: Sequence[Look], candidate: Any) -> Iterator[str]:
    one, other = (Table(looks, candidate, 0).everything() for _ in range(2))
    for look, first, second in zip(looks, one, other, strict=False):
        if not look.structural:
            yield from (f"{look.name}: {name}" for name in first if not same(first[name], second.get(name), look.depth))


@dataclass(frozen=True)
class Mutants:
    """What came of the solution's machine-made changes; survivors: those that no test tells from it."""

    made: int
    caught: int
    survivors: tuple[str, ...]
    unused: tuple[str, ...]


def try_mutants(exercise: Exercise) -> Mutants:
    """Change the solution in every small way; survivors that are known to change nothing are left out."""
    known, used = set(equivalents(exercise.name)), set()
    made, caught, survivors = 0, 0, []
    for change, source in mutants(solution_of(exercise.name)):
        made += 1
        if not _survives(exercise, source):
            caught += 1
        elif found := {one for one in known if one in change.split("  →")[1] or one == change}:
            used |= found
        else:
            survivors.append(change)
    return Mutants(made, caught, tuple(survivors), tuple(known - used))


def _survives(exercise: Exercise, source: str) -> bool:
    try:
        candidate = run_cell(source, exercise.name, "changed")
    except Exception:  # noqa: BLE001  (the cell itself stops: the student sees that before any test)
        return False
    return not refuses(exercise, candidate)


def solution_of(exercise: str) -> str:
    """Give the source of an exercise's solution, without comments.

    Raises:
        AuthoringError: no solution cell of its notebook defines it.
    """
    notebook = notebook_of(exercise)
    texts = (cell.source for cell in cells(notebook) if cell.metadata.get("nbgrader", {}).get("solution"))
    nodes = (node for text in texts for node in ast.parse(text).body)
    found = next((ast.unparse(node) for node in nodes if getattr(node, "name", "") == exercise), None)
    if found is None:
        place = f"solutions/{notebook}/{notebook}.py"
        raise AuthoringError(f"No solution cell of {place} defines {exercise}: there's nothing to change by machine.")
    return found
