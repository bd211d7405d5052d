"""Notebook 4's control: the first steps are kept small, nothing else is changed, and it's no cure."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from course_utils.training.batches import Batches
from course_utils.training.degradation_results import RESULTS, Result, Run, read_results
from course_utils.training.first_steps import SMALL, SmallFirstSteps, first_step_pictures, watch_first_steps
from course_utils.training.nets import ThinBlock


def batches() -> Batches:
    images = torch.randint(0, 256, (120, 14, 14), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    return Batches(images, torch.arange(120) % 10, 5, shuffle=True)


def layer(gradient: float) -> tuple[nn.Linear, SimpleNamespace]:
    """Give a layer of weights of length 2 whose gradient has this length, and a learner that learns it at rate 0.1."""
    model = nn.Linear(2, 2)
    model.weight.data, model.bias.data = torch.eye(2) * 2**0.5, torch.ones(2)
    model.weight.grad, model.bias.grad = torch.eye(2) * gradient / 2**0.5, torch.full((2,), 50.0)
    return model, SimpleNamespace(model=model, optimizer=torch.optim.SGD(model.parameters(), lr=0.1))


@pytest.mark.parametrize(("before", "after"), [(50.0, 0.2), (0.1, 0.1)])
def test_a_step_is_cut_to_a_hundredth_of_the_weights_and_a_shorter_one_is_left(before: float, after: float):
    """Catches a limit in the gradient's own length, a short one that's made longer, and a bias that is cut."""
    model, learner = layer(before)
    SmallFirstSteps().gradients_ready(learner)
    assert model.weight.grad.norm().item() == pytest.approx(after)
    assert model.bias.grad.tolist() == [50.0, 50.0]


def test_after_its_steps_it_cuts_nothing():
    """Catches a callback that stops a step too early or too late."""
    callback, found = SmallFirstSteps(steps=2), []
    for _ in range(3):
        model, learner = layer(50.0)
        callback.gradients_ready(learner)
        found.append(round(model.weight.grad.norm().item(), 3))
    assert found == [0.2, 0.2, 50.0]


def test_the_three_networks_see_the_same_batches_and_only_one_of_them_is_cut():
    """Catches batches that are shuffled anew for each network, and a residual one that's cut too."""
    seen: dict[str, list[float]] = {}

    class Noting(ThinBlock):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if x.shape[1] == 8:
                seen.setdefault(f"{id(self)}", []).append(len(x))
            return super().forward(x)

    steps = watch_first_steps(batches(), depth=8, block=Noting)
    assert list(steps.columns) == ["plain", SMALL, "residual"]
    assert list(steps.index) == list(range(1, 25))
    again = watch_first_steps(list(batches()), depth=8, block=ThinBlock)
    assert (steps - again).abs().max(axis=None) < 1e-6
    first = steps.loc[1]
    assert first[SMALL] <= 0.0101
    assert first["plain"] > first[SMALL] or first["plain"] == pytest.approx(first[SMALL])


def test_the_pictures_words_have_each_seed_and_the_first_twenty_batches():
    """Catches the mean of seeds, and a range of the whole epoch."""
    steps = watch_first_steps(batches(), depth=8, block=ThinBlock)
    steps.iloc[20:] = 9.0
    ends = {
        "plain, first steps small": [
            Result(Run(56, False, seed, 1, 1), 2.3, (3.0, 1.0 + seed), 0, 0, 1) for seed in (0, 1)
        ]
    }
    of_steps, of_losses = first_step_pictures(steps, ends)
    assert "In the first 20 batches" in of_steps.alt
    assert "900" not in of_steps.alt
    assert "plain, first steps small: 1.00, 2.00." in of_losses.alt


def test_small_steps_are_no_cure():
    """Catches new results under the old sentences, and files from another setting."""
    residual = [one.losses[-1] for one in read_results(RESULTS / "degradation.json") if one.run.name == "residual-56"]
    for name in ("small_first_steps", "small_steps"):
        stored = read_results(RESULTS / f"{name}.json")
        assert [one.run for one in stored] == [Run(56, False, seed, 6_000, 5) for seed in (0, 1, 2)]
        assert min(one.losses[-1] for one in stored) > max(residual) + 0.5
