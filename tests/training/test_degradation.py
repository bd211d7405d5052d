"""The degradation experiment shows the paper's effect, goes on where it stopped, and measures a new block anew."""

import time

import pytest
import torch

from course_utils.data.fashion_mnist import DEBIAN_FOLDER, FashionMNIST, load_fashion_mnist
from course_utils.training import degradation
from course_utils.training.degradation import run_degradation
from course_utils.training.degradation_plot import degradation_picture
from course_utils.training.degradation_results import RESULTS, degradation_table, read_results
from course_utils.training.nets import ThinBlock

SETTING = {"depths": (8, 14), "images": 40, "epochs": 2}


@pytest.fixture(scope="module")
def data():
    """A few images whose label is how light they are."""
    labels = torch.arange(60) % 10
    images = (labels[:, None, None] * 25).expand(60, 28, 28).to(torch.uint8)
    return FashionMNIST(images[:40], labels[:40], images[40:], labels[40:])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "degradation.json"


@pytest.fixture
def trained(monkeypatch):
    """The names of the networks that were really trained."""
    names, train = [], degradation._Bench.train
    monkeypatch.setattr(
        degradation._Bench, "train", lambda bench, run, tell: names.append(run.name) or train(bench, run, tell)
    )
    return names


def without_times(results):
    return [(one.run, one.first_loss, one.losses, one.test_accuracy) for one in results]


def test_there_is_a_result_for_each_network_and_the_file_keeps_them_all(data, path):
    results = run_degradation(data, path=path, seeds=(0, 1), **SETTING)
    names = ["plain-8", "residual-8", "plain-14", "residual-14"]
    assert [(one.run.name, one.run.seed) for one in results] == [(name, seed) for seed in (0, 1) for name in names]
    assert all(len(one.losses) == 2 and 0 <= one.test_accuracy <= 1 for one in results)
    assert read_results(path) == results


def test_what_is_in_the_file_is_not_trained_again_but_another_setting_is(data, path, trained):
    first = run_degradation(data, path=path, **SETTING)
    trained.clear()
    assert run_degradation(data, path=path, **SETTING) == first
    assert trained == []
    run_degradation(data, path=path, **SETTING | {"epochs": 1})
    assert len(trained) == 4
    assert len(read_results(path)) == 8


def test_an_interrupted_experiment_returns_what_it_has_and_ends_as_if_it_had_never_stopped(data, path, trained):
    whole = run_degradation(data, **SETTING)
    trained.clear()

    class Impatient(ThinBlock):
        calls = 0

        def forward(self, x):
            Impatient.calls += 1
            if Impatient.calls == 30:  # in the second network
                raise KeyboardInterrupt
            return super().forward(x)

    some = run_degradation(data, path=path, block=Impatient, **SETTING)
    assert 0 < len(some) < 4
    assert without_times(run_degradation(data, path=path, **SETTING)) == without_times(whole)
    assert trained.count("plain-8") == 1


def test_the_result_of_another_block_does_not_count(data, path, trained):
    class Louder(ThinBlock):
        def forward(self, x):
            return 1.5 * super().forward(x)

    run_degradation(data, path=path, **SETTING)
    trained.clear()
    run_degradation(data, path=path, block=Louder, **SETTING)
    assert len(trained) == 4


def test_a_damaged_file_is_kept_and_the_experiment_starts_anew(data, path, capsys):
    path.parent.mkdir()
    path.write_text('[{"run": {"depth": 8')
    results = run_degradation(data, path=path, **SETTING)
    assert "kept as degradation-old1.json, and the experiment starts anew" in capsys.readouterr().out
    assert path.with_name("degradation-old1.json").read_text() == '[{"run": {"depth": 8'
    assert read_results(path) == results


def test_the_readers_chance_and_threads_are_as_before(data):
    torch.manual_seed(3)
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    run_degradation(data, **SETTING)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads


def test_the_table_has_a_row_for_each_network_and_a_column_for_each_seed(data):
    results = run_degradation(data, seeds=(0, 4), **SETTING)
    table = degradation_table(results)
    assert list(table.index) == ["plain-8", "residual-8", "plain-14", "residual-14"]
    assert list(table.columns) == ["seed 0", "seed 4"]
    assert table.loc["residual-8", "seed 4"] == results[5].losses[-1]


def test_the_picture_says_in_words_where_each_network_ended(data):
    results = run_degradation(data, **SETTING)
    picture = degradation_picture(results)
    assert picture.svg.startswith("<?xml")
    assert f"plain-14 (seed 0) {results[2].losses[-1]:.2f}" in picture.alt
    assert degradation_picture([]) is None


def test_the_courses_own_results_show_the_effect_with_every_seed():
    loss = {(one.run.name, one.run.seed): one.losses[-1] for one in read_results(RESULTS / "degradation.json")}
    for seed in (0, 1, 2):
        assert loss["plain-56", seed] > loss["plain-20", seed] + 0.3
        assert loss["residual-56", seed] < loss["plain-20", seed]


@pytest.mark.skipif(not DEBIAN_FOLDER.exists(), reason="Debian's package dataset-fashion-mnist is not installed")
@pytest.mark.timeout(1800)
def test_a_deep_plain_network_trains_worse_than_a_shallow_one_and_a_deep_residual_one_does_not(capsys):
    begun = time.process_time()
    results = run_degradation(load_fashion_mnist(), depths=(20, 56), seeds=(0,))
    seconds = time.process_time() - begun
    loss = {one.run.name: one.losses[-1] for one in results}
    with capsys.disabled():
        print(f"\n{seconds:.0f} CPU seconds: " + ", ".join(f"{name} {value:.2f}" for name, value in loss.items()))
    assert loss["plain-56"] > loss["plain-20"] + 0.3
    assert loss["residual-56"] < loss["plain-20"]
