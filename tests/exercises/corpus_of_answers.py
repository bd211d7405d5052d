"""The corpus: wrong answers as students write them, what the course says to each, and what two readers thought of it.

    python tests/exercises/corpus_of_answers.py NAME...

prints each answer with its truth and with what its student reads, for a reader who judges it; corpus/judged.csv keeps
what the readers said: "exact" (the panel names what is wrong, as it is), "partly" (it names one of two mistakes, or
points to the right place), "silent" (it shows expected and got, and no cause) or "misleads".
"""

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_utils.authoring.answers import run_cell
from course_utils.checking.causes import cause_of
from course_utils.checking.plain import render_plain
from course_utils.checking.values import NotAttempted, Raised, Report, Unchecked, Wrong
from course_utils.checking.wording import word
from course_utils.exercises.exercise import examine
from course_utils.exercises.registry import load

FOLDER = Path(__file__).resolve().parent / "corpus"
JUDGED = FOLDER / "judged.csv"
_HEADER = re.compile(r"^# %% (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """One answer; its source begins with what is wrong, as a comment."""

    exercise: str
    title: str
    source: str

    def reports(self) -> list[Report]:
        """Examine it by all tests of its exercise; give the reports that are not all right."""
        candidate = run_cell(self.source, self.exercise, "corpus")
        exercise = load(self.exercise)
        reports = [examine(exercise, test, candidate) for test in exercise.tests]
        return [report for report in reports if report.verdict != "right"]


def answers_in_corpus(exercise: str) -> list[Answer]:
    """Read the file of an exercise."""
    _, *parts = _HEADER.split((FOLDER / f"{exercise}.py").read_text("utf-8"))
    return [
        Answer(exercise, title.strip(), source.strip() + "\n")
        for title, source in zip(parts[::2], parts[1::2], strict=True)
    ]


def names_in_corpus() -> list[str]:
    """Name the exercises that it has answers to."""
    return sorted(path.stem for path in FOLDER.glob("*.py"))


def gist(report: Report) -> str:
    """Say in short what a panel tells, whatever its words: the mistakes by their ids, or else the cause or the look."""
    if report.diagnosis is not None:
        return f"{report.diagnosis.how}: {', '.join(sorted(one.id for one in report.diagnosis.mistakes))}"
    kinds = (Wrong, Raised, NotAttempted, Unchecked)
    name, first = next((name, one) for kind in kinds for name, one in report.outcomes if isinstance(one, kind))
    said = cause_of(first) if isinstance(first, Raised) else ""
    return f"{name}: {said or type(first).__name__}"


@dataclass(frozen=True)
class Judgement:
    """What two readers thought of all that was told of one answer; gist: what that was, in short."""

    exercise: str
    title: str
    gist: str
    readers: tuple[str, str]


@cache
def judgements() -> dict[tuple[str, str], Judgement]:
    """Read what the readers said, by exercise and title."""
    with JUDGED.open(encoding="utf-8", newline="") as file:
        rows = [Judgement(*row[:3], (row[3], row[4])) for row in csv.reader(file)]
    return {(one.exercise, one.title): one for one in rows}


def pages(exercise: str) -> Iterator[str]:
    """Give, for a reader, each answer, and what its student reads."""
    for number, one in enumerate(answers_in_corpus(exercise), 1):
        reports = one.reports()
        told = "\n".join(render_plain(word(report)) for report in reports) or "(accepted)"
        short = " | ".join(map(gist, reports))
        yield f"=== {exercise} {number}: {one.title}\n{one.source}--- gist: {short}\n--- the student reads:\n{told}\n"


if __name__ == "__main__":
    for each in sys.argv[1:] or names_in_corpus():
        print(*pages(each), sep="\n", flush=True)
