"""Look at all right answers under many random seeds: is any of them ever refused?

    python tests/exercises/many_seeds.py [SEEDS (300)]

takes an hour of one core, and uses all that there are; the suite tries fewer (SEEDS in test_every_exercise.py).
"""

import os
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import torch

from course_utils.authoring.answers import answers
from course_utils.exercises.exercise import examine
from course_utils.exercises.registry import load, notebooks

NAMES = [entry.name for entries in notebooks().values() for entry in entries]


def refused(seeds: int, name: str, number: int) -> list[str]:
    """Examine one right answer; tell each seed under which it is not right."""
    torch.set_num_threads(1)
    exercise = load(name)
    cell = [cell for cell in answers(name) if cell.kind == "right"][number]
    return list(_refused(seeds, exercise, cell))


def _refused(seeds: int, exercise, cell) -> Iterator[str]:
    answer, chance = cell.run(), random.Random(cell.title)
    for seed in (chance.randrange(2**31) for _ in range(seeds)):
        for test in exercise.tests:
            report = examine(exercise, test, answer, seed)
            if report.verdict != "right":
                yield f"{exercise.name}, {cell.title}, {test}, seed {seed}: {report.outcomes}"


def main() -> None:
    """Try all, on all cores; end with an error if any was refused."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    styles = [(name, n) for name in NAMES for n in range(sum(cell.kind == "right" for cell in answers(name)))]
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as workers:
        found = [line for lines in workers.map(partial(refused, seeds), *zip(*styles, strict=True)) for line in lines]
    print(f"{len(styles)} right answers under {seeds} seeds each: {len(found)} refusals", *found, sep="\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
