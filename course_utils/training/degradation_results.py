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
"""The course's own results: degradation.json is what `run_degradation` gave with seeds=(0, 1, 2) and it as path."""


@dataclass(frozen=True)
class Run:
    """A training of the experiment: which network, from which first weights, on how many images, how many times."""

    depth: int
    residual: bool
    seed: int
    images: int
    epochs: int

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

    `test_accuracy` is that of the trained network, between 0 and 1; `seconds` are the processor's.
    """

    run: Run
    first_loss: float
    losses: tuple[float, ...]
    test_accuracy: float
    seconds: float


def read_results(path: Path) -> list[Result]:
    """Return the results in the file; none where there is no file, or a damaged one, which is kept aside."""
    if not path.exists():
        return []
    try:
        return [_from_record(record) for record in json.loads(path.read_text(encoding="utf-8"))]
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
    """Return the training loss of the last epoch: a row for each network, a column for each seed."""
    import pandas as pd

    rows = [{"network": one.run.name, "seed": one.run.seed, "loss": one.losses[-1]} for one in results]
    table = pd.DataFrame(rows).pivot_table(index="network", columns="seed", values="loss", sort=False)
    return table.rename(columns=lambda seed: f"seed {seed}").rename_axis(columns=None)
