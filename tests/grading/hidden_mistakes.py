"""Hide mistakes of a bank, let a class make them, and see whether the report's groups are the hidden mistakes.

    python tests/grading/hidden_mistakes.py [EXERCISE …]

prints, for each exercise, the purity of the groups, and how many wrong answers are known before and after ten names.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from course_utils.authoring.answers import AnswerCell, answers
from course_utils.exercises.exercise import AnswerHere, Exercise, marks_in, report_on
from course_utils.exercises.named_mistakes import NamedMistake
from course_utils.exercises.registry import load
from course_utils.grading.course.answers import Group, WrongAnswer, groups, wrong_answers
from course_utils.grading.course.records import Record
from course_utils.grading.judge.verdicts import Verdict

HIDDEN, STUDENTS, NAMES = 5, 60, 10
TEN = (
    *("ReLU", "Flatten", "MaxPool2d", "AveragePool", "BatchNorm2d"),
    *("ResidualBlock", "Bottleneck", "SqueezeExcitation", "predict", "receptive_field"),
)
_SEEDS = 0, 7, 12345


@dataclass(frozen=True)
class Written:
    """Code that somebody may hand in, and what it is: "right", a mistake's id, or another wrong answer's title."""

    label: str
    candidate: Any


class Class:
    """Sixty students' answers to one exercise, of whose bank five mistakes are hidden."""

    def __init__(self, name: str, seed: int = 0) -> None:
        self.chance = random.Random(f"{name} {seed}")
        self.whole = load(name)
        spelled = {cell.title for cell in answers(name) if cell.kind == "mistake" and not cell.note}
        ids = [one.id for one in self.whole.mistakes if one.id in spelled]
        self.hidden = set(self.chance.sample(ids, min(HIDDEN, len(ids))))
        kept = tuple(one for one in self.whole.mistakes if one.id not in self.hidden)
        self.exercise: Exercise = replace(self.whole, mistakes=kept)
        self._verdicts: dict[tuple[int, int, int], dict[str, Verdict]] = {}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Say of each student what they have written."""
        return {student: one.label for student, (one, _) in self.handed_in.items()}

    @cached_property
    def handed_in(self) -> dict[str, tuple[Written, int]]:
        """Give each student's code and seed: half make a hidden mistake, and two are wrong in a way of their own."""
        right, hidden, known, other = (list(each) for each in self._written())
        kinds = [hidden] * 30 + [known] * 10 + [right] * 18 + [other or right] * 2
        assert len(kinds) == STUDENTS
        return {
            f"student{number:02}": (self._one_of(kind), self.chance.choice(_SEEDS)) for number, kind in enumerate(kinds)
        }

    def _one_of(self, written: list[Written]) -> Written:
        label = self.chance.choice(sorted({one.label for one in written}))
        return self.chance.choice([one for one in written if one.label == label])

    def _written(self) -> Iterator[Iterator[Written]]:
        cells = answers(self.whole.name)
        yield (Written("right", cell.run()) for cell in cells if cell.kind == "right")
        for hidden in (True, False):
            ids = {one.id for one in self.whole.mistakes if (one.id in self.hidden) is hidden}
            yield (one for one in self._spellings(cells) if one.label in ids)
        yield (Written(cell.title, one) for cell in cells if cell.kind == "wrong" and (one := _run(cell)) is not None)

    def _spellings(self, cells: tuple[AnswerCell, ...]) -> Iterator[Written]:
        """Give each mistake as the bank and as somebody else has written it."""
        for one in self.whole.mistakes:
            yield from (Written(one.id, candidate) for candidate in (one.candidate, *one.also))
        yield from (Written(cell.title, cell.run()) for cell in cells if cell.kind == "mistake" and not cell.note)

    def records(self, named: tuple[NamedMistake, ...] = ()) -> dict[str, Record]:
        """Grade them."""
        return {
            student: Record("", {"notebook": self._judged(written, seed, named)})
            for student, (written, seed) in self.handed_in.items()
        }

    def _judged(self, written: Written, seed: int, named: tuple[NamedMistake, ...]) -> dict[str, Verdict]:
        key = id(written.candidate), seed, len(named)
        if key not in self._verdicts:
            answer = AnswerHere(self.exercise, written.candidate)
            self._verdicts[key] = {test: self._verdict(answer, test, seed, named) for test in self.exercise.tests}
        return self._verdicts[key]

    def _verdict(self, answer: AnswerHere, test: str, seed: int, named: tuple[NamedMistake, ...]) -> Verdict:
        report = report_on(self.exercise, test, answer, seed, named)
        seen = marks_in(self.exercise, test, answer) if report.verdict == "wrong" else None
        return Verdict.of_report(report, seen=seen)

    def purity(self, found: list[Group]) -> float:
        """Give the share of the answers that are what most of their group are."""
        labels = [Counter(self.labels[one.student] for one in group.answers) for group in found]
        return sum(max(each.values()) for each in labels) / max(sum(map(Counter.total, labels)), 1)


def _run(cell: AnswerCell) -> Any:
    try:
        return cell.run()
    except Exception:  # noqa: BLE001  (a cell that fails has no table)
        return None


def name_all(found: list[Group]) -> tuple[NamedMistake, ...]:
    """Name the largest groups, as many as an instructor may."""
    return tuple(
        NamedMistake(one.exercise, f"does what group {number} does", "the group", 1, one.seen)
        for number, one in enumerate(found[:NAMES])
    )


def known(wrong: list[WrongAnswer]) -> float:
    """Give the share of the wrong answers that have a name."""
    return sum(bool(one.mistakes) for one in wrong) / max(len(wrong), 1)


def main(names: list[str]) -> None:
    torch.set_num_threads(1)
    for name in names:
        began = time.process_time()
        school = Class(name)
        before = wrong_answers(school.records())
        found = groups(before)
        shared = [group for group in found if len(group.answers) > 1]
        named = name_all(found)
        after = wrong_answers(school.records(named), named)
        rights = [cell.run() for cell in answers(name) if cell.kind == "right"]
        matched = sum(
            bool(report_on(school.exercise, test, AnswerHere(school.exercise, one), 0, named).diagnosis)
            for one in rights
            for test in school.exercise.tests
        )
        print(
            f"{name}: hidden {len(school.hidden)}, wrong {len(before)}, groups {len(found)} ({len(shared)} shared), "
            f"purity {school.purity(found):.3f}, of shared {school.purity(shared):.3f}, "
            f"named before {known(before):.2f}, after {len(named)} names {known(after):.3f}, "
            f"right answers matched {matched} of {len(rights)}, {time.process_time() - began:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:] or list(TEN))
