"""What the degradation experiment has found: a result for each training, kept in a small file as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.training.files import keep_aside, write_whole

if TYPE_CHECKING:
    import pandas as pd

RESULTS = Path(__file__).with_name("results")
"""The course's own results, made by course_utils/authoring/measure_degradation.py."""


@dataclass(frozen=True)
class Run:
    """A training of the experiment: which network, from which first weights, on how many images, how many times.

    max_lr: the learning rate at the top of its cycle.
    """

    depth: int
    residual: bool
    seed: int
    images: int
    epochs: int
    max_lr: float = 0.1  # that of all results which don't name it

    @property
    def kind(self) -> str:
        """What the network is: "residual" or "plain"."""
        return "residual" if self.residual else "plain"

    @property
    def name(self) -> str:
        """The network's name, such as plain-56."""
        return f"{self.kind}-{self.depth}"


@dataclass(frozen=True)
class Result:
    """What a run gave: the loss of its first batch before any learning, then each epoch's mean training loss.

    `test_loss` and `test_accuracy`, which is between 0 and 1, are those of the trained network on images that it has
    never seen; `seconds` are the processor's.
    """

    run: Run
    first_loss: float
    losses: tuple[float, ...]
    test_loss: float
    test_accuracy: float
    seconds: float


def read_results(path: Path) -> list[Result]:
    """Return the results in the file; none where there is no file, or a damaged one, which is kept aside."""
    if not path.exists():
        return []
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
        # The first versions of the course measured no test loss: what they found is measured anew.
        return [_from_record(record) for record in records if "test_loss" in record]
    except (ValueError, KeyError, TypeError) as error:
        kept = keep_aside(path)
        print(f"{path.name} is damaged ({error}): kept as {kept.name}, and the experiment starts anew.")
        return []


def write_results(results: Iterable[Result], path: Path) -> None:
    """Write all results to the file, one a line."""
    lines = ",\n".join(json.dumps(asdict(result)) for result in results)
    write_whole(path, lambda part: part.write_text(f"[\n{lines}\n]\n", encoding="utf-8"))


def _from_record(record: dict) -> Result:
    return Result(**record | {"run": Run(**record["run"]), "losses": tuple(record["losses"])})


def degradation_table(results: Iterable[Result]) -> pd.DataFrame:
    """Return each network's loss at the end: a row for each network, and for each seed a column "train" and a "test".

    The shallowest are on top. Training loss is the mean over the last epoch, while the network learned; test loss is
    measured after it.
    """
    import pandas as pd

    rows = [
        {"network": one.run.name, "seed": f"seed {one.run.seed}", "train": one.losses[-1], "test": one.test_loss}
        for one in sorted(results, key=lambda one: one.run.depth)
    ]
    table = pd.DataFrame(rows).pivot_table(index="network", columns="seed", values=["train", "test"], sort=False)
    return table.swaplevel(axis="columns").sort_index(axis="columns", level=0, sort_remaining=False)
