"""Grade a class on several worker processes, one of which is killed while it works: each score is recorded once.

    python tests/grading/many_machines.py [NUMBER_OF_STUDENTS (1000)]

starts a Dask scheduler and two workers as a cluster would, kills one of them when a third of the class is graded, and
starts another when it is two thirds. It is about handing out, asking again and recording: with `stand_in`, workers
answer from a table, and a thousand submissions take a minute or two.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import stand_in
from small_school import BLANK, POINTS, RIGHT, hand_in, make_school, notebook, scores

from course_utils.grading.course import farm
from course_utils.grading.course.farm import Farm
from course_utils.grading.course.grade import Grading, Options
from course_utils.grading.judge.task import Result, Task

_HERE = Path(__file__).resolve().parent
_PLACES = str(_HERE.parents[1]), str(_HERE)
WRONG = {"ReLU": RIGHT["ReLU"].replace("x.clamp(min=0)", "x.abs()")}
KINDS = (
    (RIGHT, POINTS),
    (RIGHT | WRONG, POINTS | {"test_relu": 0}),
    (BLANK, dict.fromkeys(POINTS, 0)),
)


def make_class(school: Path, number: int) -> dict[str, dict[str, float]]:
    """Hand in for a class; give the scores that each student deserves."""
    deserved = {}
    for each in range(number):
        answers, scores = KINDS[each % len(KINDS)]
        hand_in(school, f"student{each:04}", notebook(answers))
        deserved[f"student{each:04}"] = dict(scores)
    return deserved


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen]:
    """Run one of Dask's programs."""
    # Another test of this process may have silenced Dask, which says its address in its log.
    own = {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(_PLACES), "DASK_LOGGING__DISTRIBUTED": "info"}
    environment = os.environ | own
    command = [sys.executable, "-m", "dask", *arguments]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def grade_with_a_loss(
    school: Path, number: int, work: Callable[[Task], Result] = stand_in.work
) -> tuple[Counter, dict[str, dict[str, float]], dict[str, float]]:
    """Grade; give how often each student's scores were saved, the scores, and what it took."""
    grading = Grading(school, "two", Options())
    saved: Counter = Counter()
    save = grading.course.save
    grading.course.save = lambda student, *what: (saved.update([student]), save(student, *what))[1]
    with ExitStack() as stack:
        stack.enter_context(patch.object(farm, "work", work))
        scheduler = stack.enter_context(process("scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1"))
        address = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://[\d.:]+", line)))
        worker = "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"
        workers = [stack.enter_context(process(*worker)) for _ in range(2)]
        workplace = stack.enter_context(Farm(scheduler=address))
        began, cpu = time.monotonic(), time.process_time()
        for done, _ in enumerate(grading.run(workplace), 1):
            if done == number // 3:
                workers[0].kill()
            if done == 2 * number // 3:
                workers.append(stack.enter_context(process(*worker)))
        took = {"seconds": time.monotonic() - began, "seconds of the driver's processor": time.process_time() - cpu}
    return saved, scores(school), took


def main() -> None:
    """Grade a large class, and tell what it took."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        school = make_school(Path(folder))
        deserved = make_class(school, number)
        saved, found, took = grade_with_a_loss(school, number)
    right = sum(found[student] == deserved[student] for student in deserved)
    print(f"{number} submissions: {right} with the right scores, {sum(n == 1 for n in saved.values())} saved once")
    for name, value in took.items():
        print(f"{name}: {value:.0f}, {value / number:.3f} for each submission")
    sys.exit(right != number or set(saved.values()) != {1})


if __name__ == "__main__":
    main()
