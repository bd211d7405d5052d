"""What notebook 4 shows of a first epoch is what happens in the experiment's, at the moments that it names."""

from contextlib import contextmanager
from statistics import median
from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional

from course_utils.training import first_epoch
from course_utils.training.batches import Batches
from course_utils.training.first_epoch import (
    END,
    FIRST,
    GRADIENT,
    OUTPUT,
    PRODUCT,
    TURN,
    UPDATE,
    WEIGHT,
    first_epoch_table,
    plot_first_epoch,
    watch_first_epoch,
)
from course_utils.training.nets import ThinBlock, thin_resnet
from course_utils.training.statistics import StepSizes


def batches():
    images = torch.randint(0, 256, (48, 14, 14), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    return Batches(images, torch.arange(48) % 10, 4)


@contextmanager
def numbered(layers):
    """Tells as the std of each call its number, and as that of the second block ten times as much."""
    stats = {name: [] for name in layers}

    def note(name, factor):
        stats[name].append(SimpleNamespace(std=factor * len(stats[name])))

    for name, layer in layers.items():
        layer.register_forward_hook(lambda *_, name=name: note(name, 10.0 if name == "2" else 1.0))
    yield stats


@pytest.fixture(scope="module")
def watched():
    return watch_first_epoch(batches(), True, depth=8, block=ThinBlock, activation_stats=numbered)


def test_the_first_batch_is_that_of_the_experiments_network_before_it_learns(watched):
    """Catches a moment that's off by a step, and another start, gradient or learning rate than the experiment's."""
    torch.manual_seed(0)
    model = thin_resnet(8)
    inputs, targets = next(iter(batches()))
    functional.cross_entropy(model(inputs), targets).backward()
    kernels = [one for one in model[3].parameters() if one.ndim > 1]
    weight, gradient = (torch.cat([one.flatten() for one in those]) for those in (kernels, [k.grad for k in kernels]))
    row = watched.loc[FIRST, 1]
    assert row[WEIGHT] == pytest.approx(weight.norm().item())
    assert row[GRADIENT] == pytest.approx(gradient.norm().item(), rel=1e-4)
    assert row[PRODUCT] == pytest.approx(row[WEIGHT] * row[GRADIENT])
    # one-cycle begins at a 25th of its maximum, and the weights decay a little
    assert row[UPDATE] == pytest.approx(0.1 / 25 * ((gradient + 1e-4 * weight).norm() / weight.norm()).item(), rel=1e-4)


def test_the_end_is_the_median_of_the_last_ten_of_twelve_batches(watched):
    """Catches the last batch alone, the whole epoch, and a block that gets another's numbers."""
    assert watched.loc[FIRST, OUTPUT].tolist() == [0, 0, 0]
    assert watched.loc[END, OUTPUT].tolist() == [median(range(2, 12)), 10 * median(range(2, 12)), median(range(2, 12))]


def test_the_epoch_is_the_first_of_five_in_which_the_learning_rate_still_rises(monkeypatch):
    """Catches a cycle of one epoch, whose last steps are next to nothing."""
    rates = []

    class Noting(StepSizes):
        def gradients_ready(self, learner):
            rates.append(learner.optimizer.param_groups[0]["lr"])
            super().gradients_ready(learner)

    monkeypatch.setattr(first_epoch, "StepSizes", Noting)
    watch_first_epoch(batches(), True, depth=8, block=ThinBlock, activation_stats=numbered)
    assert len(rates) == 12
    assert rates == sorted(rates)
    assert rates[-1] > 10 * rates[0]


def test_the_table_has_the_first_and_the_last_block_of_both_and_the_letters_of_the_pictures(watched, capsys):
    """Catches a table that shows one network twice, and a column under another picture's letter."""
    both = {"plain": watched * 2, "residual": watched}
    table = first_epoch_table(both)
    assert table.index.tolist() == [(kind, when, block) for kind in both for when in (FIRST, END) for block in (1, 3)]
    assert table.loc[("plain", FIRST, 3), f"C: {WEIGHT}"] == f"{2 * watched.loc[(FIRST, 3), WEIGHT]:.3g}"
    assert table.loc[("plain", FIRST, 3), f"F: {TURN}"] == f"{2 * watched.loc[(FIRST, 3), TURN]:.2%}"
    plot_first_epoch(both)
    legend, *said = capsys.readouterr().out.splitlines()
    assert "plain orange" in legend
    assert [line.split()[3] for line in said] == list("ABCDEF")
    assert "C · length of the weights" in said[2]
    assert f"plain, {FIRST}: from {2 * watched.loc[(FIRST, 1), WEIGHT]:.3g} to" in said[2]


def test_each_training_is_named_and_draws_no_curves(capsys):
    """Catches two bars below one another of which nobody knows whose they are."""
    watch_first_epoch(batches(), False, depth=8, block=ThinBlock, activation_stats=numbered)
    assert capsys.readouterr().out.startswith("plain, 8 layers · epoch 1 of 1")


def test_only_the_pictures_that_are_asked_for_are_shown_below_their_legend(watched, capsys):
    """Catches a pair of pictures that comes with all others."""
    plot_first_epoch({"plain": watched, "residual": watched}, "CD")
    legend, *said = capsys.readouterr().out.splitlines()
    assert "plain orange" in legend
    assert [line.split()[3] for line in said] == ["C", "D"]
