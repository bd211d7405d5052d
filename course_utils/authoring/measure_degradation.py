"""Make the stored results of notebook 4: the degradation experiment with three seeds, in five settings.

    python -m course_utils.authoring.measure_degradation

About half an hour of one CPU core. What's in the files is kept, so it goes on where it was interrupted; delete a file
to measure it anew.
"""

from functools import partial

from course_utils.data.fashion_mnist import whole_fashion_mnist
from course_utils.training.degradation import run_degradation
from course_utils.training.degradation_results import RESULTS, degradation_table
from course_utils.training.first_steps import SmallFirstSteps

SEEDS = (0, 1, 2)
_ALL_STEPS = 5 * 47  # five epochs of 6,000 images in batches of 128
_PLAIN_56 = {"depths": (56,), "kinds": ("plain",)}
SETTINGS = {
    "degradation": {},
    "twenty_epochs": {"depths": (20, 56), "epochs": 20},
    "tenth_of_the_rate": {"depths": (20, 56), "epochs": 20, "max_lr": 0.01, "kinds": ("plain",)},
    "small_first_steps": _PLAIN_56 | {"extra": SmallFirstSteps},
    "small_steps": _PLAIN_56 | {"extra": partial(SmallFirstSteps, _ALL_STEPS)},
}


def main() -> None:
    """Train the networks, and store each result as it comes."""
    data = whole_fashion_mnist()
    for name, setting in SETTINGS.items():
        results = run_degradation(data, seeds=SEEDS, path=RESULTS / f"{name}.json", **setting)
        print(f"{name}\n{degradation_table(results).round(2)}", flush=True)


if __name__ == "__main__":
    main()
