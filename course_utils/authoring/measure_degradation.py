"""Make the stored results of notebook 4: the degradation experiment with three seeds, in three settings.

    python -m course_utils.authoring.measure_degradation

About half an hour of one CPU core. What's in the files is kept, so it goes on where it was interrupted; delete a file
to measure it anew.
"""

from course_utils.data.fashion_mnist import whole_fashion_mnist
from course_utils.training.degradation import run_degradation
from course_utils.training.degradation_results import RESULTS, degradation_table

SEEDS = (0, 1, 2)
SETTINGS = {
    "degradation": {},
    "twenty_epochs": {"depths": (20, 56), "epochs": 20},
    "tenth_of_the_rate": {"depths": (20, 56), "epochs": 20, "max_lr": 0.01, "kinds": ("plain",)},
}


def main() -> None:
    """Train the networks, and store each result as it comes."""
    data = whole_fashion_mnist()
    for name, setting in SETTINGS.items():
        results = run_degradation(data, seeds=SEEDS, path=RESULTS / f"{name}.json", **setting)
        print(f"{name}\n{degradation_table(results).round(2)}", flush=True)


if __name__ == "__main__":
    main()
