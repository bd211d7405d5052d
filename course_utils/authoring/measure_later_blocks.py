"""Make the table of notebook 6: train each kind of network with three seeds, and store what came of it.

    python -m course_utils.authoring.measure_later_blocks

About ten minutes of one CPU core. A row that's in the file is made anew; interrupted, it keeps the rows that are done.
"""

import platform

import torch

from course_utils.authoring.answers import run_solution
from course_utils.data.fashion_mnist import whole_fashion_mnist
from course_utils.exercises.ten_years_later import EXERCISES, NOTEBOOK
from course_utils.training.later_blocks import (
    BATCH,
    EPOCHS,
    IMAGES,
    MAX_LR,
    WEIGHT_DECAY,
    LaterRow,
    later_nets,
    later_table,
    measure_later,
    write_later,
)

MADE_WITH = {
    "training": f"the first {IMAGES:,} images of Fashion-MNIST, {EPOCHS} epochs, batches of {BATCH}, AdamW with weight "
    f"decay {WEIGHT_DECAY}, one cycle up to {MAX_LR}",
    "test": "all 10,000 test images",
    "torch": torch.__version__.split("+")[0],
    "machine": f"one thread of a shared processor, {platform.machine()}",
}


def main() -> None:
    """Measure the solution's own blocks, row by row."""
    solution = run_solution(NOTEBOOK)
    blocks = {one.name: getattr(solution, one.name) for one in EXERCISES if not one.name.endswith("_answers")}
    data = whole_fashion_mnist()
    rows: list[LaterRow] = []
    for name, make in later_nets(**blocks).items():
        rows.append(measure_later(name, make, data))
        write_later(rows, MADE_WITH)
        print(later_table(rows[-1:]).to_string(header=len(rows) == 1), flush=True)


if __name__ == "__main__":
    main()
