"""Look at all right answers under many random seeds: is any of them ever refused?

    python tests/exercises/many_seeds.py [SEEDS (300)] [EXERCISE...]

takes half an hour of one core, and uses all that there are; the suite tries fewer (SECONDS in test_every_exercise.py).
"""

import os
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import torch

from course_utils.authoring.answers import answers
from course_utils.exercises.exercise import Exercise, examine
from course_utils.exercises.registry import load, notebooks

NAMES = [entry.name for entries in notebooks().values() for entry in entries]


def refused(seeds: int, name: str) -> tuple[int, list[str]]:
    """Examine an exercise's right answers; give their number, and a line for each seed under which one is not right."""
    torch.set_num_threads(1)
    exercise, chance = load(name), random.Random(name)
    styles = [(cell.title, cell.run()) for cell in answers(name) if cell.kind == "right"]
    # Seed by seed, so that all styles share the table of right code.
    lines = (_refused(exercise, styles, chance.randrange(2**31)) for _ in range(seeds))
    return len(styles), [line for several in lines for line in several]


def _refused(exercise: Exercise, styles: list[tuple[str, Any]], seed: int) -> Iterator[str]:
    for title, answer in styles:
        for test in exercise.tests:
            report = examine(exercise, test, answer, seed)
            if report.verdict != "right":
                yield f"  {title}, {test}, seed {seed}: {report.outcomes}"


def main() -> None:
    """Try all, on all cores; end with an error if any was refused."""
    seeds, *names = sys.argv[1:] or ["300"]
    names, total, found = names or NAMES, 0, 0
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as workers:
        for name, (styles, lines) in zip(names, workers.map(partial(refused, int(seeds)), names), strict=True):
            print(f"{name}: {styles} right answers, {len(lines)} refusals", *lines, sep="\n", flush=True)
            total, found = total + styles, found + len(lines)
    print(f"{total} right answers under {seeds} seeds each: {found} refusals")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
