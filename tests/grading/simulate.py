"""Record a semester's worth of submissions whose results are known, to see what recording costs, and what grows.

    python tests/grading/simulate.py [NUMBER_OF_STUDENTS (10000)]

grades six notebooks of 02_resnets once; then as many students as told hand in one of these, and `course grade` records
them with workers that answer from a table. It tells what a submission costs, in each tenth of the class, and ends with
an error unless every score is in the gradebook exactly once.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from benchmark import ASSIGNMENT, copy_of_course
from benchmark import command as run_in
from small_school import graded, scores
from stand_in import Table

from course_utils.authoring.trial_class import make_class
from course_utils.grading.course import command
from course_utils.grading.course.grade import Grading, Options
from course_utils.grading.course.workers import Here
from course_utils.grading.judge.task import Result, Task

NOTEBOOKS = 6
MB = 2**20


def record(course: Path, assignment: str) -> tuple[dict[str, Result], dict[str, dict[str, float]]]:
    """Grade once what has been handed in; give the results by prepared notebook, and each student's scores."""
    grading, worker, table = Grading(course, assignment, Options()), Here(1), {}

    class Recording:
        def run(self, tasks):
            for label, task in tasks:
                ((_, table[task.notebook]),) = worker.run([(label, task)])
                yield label, table[task.notebook]

    assert all(one.record for one in grading.run(Recording()))
    return table, scores(course, assignment)


def hand_in_again(course: Path, assignment: str, kinds: list[str], number: int) -> dict[str, str]:
    """Have `number` students hand in what others have; give from whom each has it."""
    deserved = {}
    for at in range(number):
        deserved[f"twin{at:05}"] = kinds[at % len(kinds)]
        folder = course / "submitted" / f"twin{at:05}" / assignment
        folder.mkdir(parents=True)
        name = f"{assignment}.ipynb"
        os.link(course / "submitted" / kinds[at % len(kinds)] / assignment / name, folder / name)
    return deserved


def grade_by(answer: Callable[[Task], Result], course: Path, assignment: str) -> Table:
    """Grade as the command does, with workers that have their answers from a table."""
    workers = Table(answer)
    with patch.object(command, "workers_for", lambda *_: workers):
        assert command.grade(course, assignment, Options(), None, None)
    return workers


def wrong_in_gradebook(
    course: Path, assignment: str, deserved: Mapping[str, str], kinds: Mapping[str, Mapping[str, float]]
) -> list[str]:
    """List the students who do not have each score that they deserve exactly once."""
    found: dict[str, list[tuple[str, float]]] = {}
    for student, *score in graded(course, assignment):
        found.setdefault(student, []).append(tuple(score))
    return [
        student for student, kind in deserved.items() if sorted(found.get(student, ())) != sorted(kinds[kind].items())
    ]


def main() -> None:
    """Simulate, and tell."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        course = copy_of_course(Path(folder) / "course")
        run_in(course, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
        make_class(course, NOTEBOOKS, ASSIGNMENT)
        table, kinds = record(course, ASSIGNMENT)
        deserved = hand_in_again(course, ASSIGNMENT, sorted(kinds), number)
        answer = lambda task: table[task.notebook]  # noqa: E731
        before, began, cpu = memory(), time.monotonic(), time.process_time()
        asked_at = grade_by(answer, course, ASSIGNMENT).asked_at
        tell(f"{number} submissions recorded", number, began, cpu)
        tenths = asked_at[:: max(number // 10, 1)]
        each = ((to - at) / (number // 10) for at, to in pairwise(tenths))
        print("  each, by tenths of the class:", *(f"{seconds:.3f}" for seconds in each))
        print(f"  memory of the driver: {before:.0f} MB before, {memory():.0f} MB after")
        print(f"  gradebook.db: {(course / 'gradebook.db').stat().st_size / MB:.0f} MB")
        began, cpu = time.monotonic(), time.process_time()
        assert not grade_by(answer, course, ASSIGNMENT).asked_at
        tell("the same again, of which nothing has changed", number, began, cpu)
        wrong = wrong_in_gradebook(course, ASSIGNMENT, deserved, kinds)
    print(f"every score of {number - len(wrong)} of {number} students is in the gradebook exactly once")
    sys.exit(bool(wrong))


def tell(what: str, number: int, began: float, cpu: float) -> None:
    """Print what it took."""
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    print(f"{what}: {seconds:.0f} s, {cpu / number:.4f} s of the processor each, {seconds / number:.4f} s by the clock")


def memory() -> float:
    """Give what this process has of it now, in MB; torch, which the driver does not import, is most of it."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / MB


if __name__ == "__main__":
    main()
