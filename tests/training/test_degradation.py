"""The degradation experiment shows the paper's effect, goes on where it stopped, and measures a new block anew."""

import json
import time

import pytest
import torch

from course_utils.data.fashion_mnist import DEBIAN_FOLDER, FashionMNIST, load_fashion_mnist
from course_utils.training import degradation
from course_utils.training.callback import Callback
from course_utils.training.degradation import run_degradation
from course_utils.training.degradation_plot import _STYLES, degradation_pictures
from course_utils.training.degradation_results import RESULTS, Result, Run, degradation_table, read_results
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
    return [(one.run, one.first_loss, one.losses, one.test_loss, one.test_accuracy) for one in results]


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


def test_another_learning_rate_is_another_training_of_the_same_network(data, path, trained):
    """Catches a rate that's written down and not used, and the results of one rate that are shown as another's."""
    first = run_degradation(data, path=path, kinds=("plain",), **SETTING)
    trained.clear()
    slow = run_degradation(data, path=path, kinds=("plain",), max_lr=0.001, **SETTING)
    assert trained == ["plain-8", "plain-14"]
    assert [one.first_loss for one in slow] == [one.first_loss for one in first]
    assert all(one.losses != other.losses for one, other in zip(slow, first, strict=True))
    assert len(read_results(path)) == 4


def test_each_training_gets_an_extra_callback_of_its_own(data):
    """Catches one callback that counts the steps of all networks together."""
    made = []

    class Counting(Callback):
        def __init__(self):
            self.steps = 0
            made.append(self)

        def gradients_ready(self, _):
            self.steps += 1

    run_degradation(data, extra=Counting, **SETTING)
    assert [one.steps for one in made] == [2] * 4  # 40 images are one batch, in two epochs


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


def test_the_table_has_a_row_for_each_network_and_two_columns_for_each_seed(data):
    """Catches a column under the wrong seed, test loss that's shown as training loss, and rows as they came."""
    results = run_degradation(data, seeds=(0, 4), **SETTING)
    table = degradation_table([*results[2:], *results[:2]])
    assert list(table.index) == ["plain-8", "residual-8", "plain-14", "residual-14"]
    assert list(table.columns) == [(seed, kind) for seed in ("seed 0", "seed 4") for kind in ("train", "test")]
    assert table.loc["residual-8", ("seed 4", "train")] == results[5].losses[-1]
    assert table.loc["residual-8", ("seed 4", "test")] == results[5].test_loss


def test_test_loss_is_that_of_the_trained_network_in_use(data):
    """Catches a loss that's measured in training mode, where each image sees its neighbours, or on training images."""
    kept = []

    class Kept(ThinBlock):
        def forward(self, x):
            if not self.training:
                kept.append(len(x))
            return super().forward(x)

    (result,) = run_degradation(data, block=Kept, depths=(8,), seeds=(0,), images=40, epochs=1)[:1]
    assert set(kept) == {20}
    assert result.test_loss > 0


def test_results_of_the_first_versions_are_measured_anew(data, path, trained, capsys):
    """Catches a file without test loss that's called damaged, or that ends the experiment with an error."""
    run_degradation(data, path=path, **SETTING)
    records = json.loads(path.read_text())
    for record in records:
        del record["test_loss"]
    path.write_text(json.dumps(records))
    trained.clear()
    assert all(one.test_loss > 0 for one in run_degradation(data, path=path, **SETTING))
    assert len(trained) == 4
    assert "damaged" not in capsys.readouterr().out


def test_the_picture_says_in_words_where_each_network_ended(data):
    results = run_degradation(data, **SETTING)
    plain, residual = degradation_pictures(results)
    assert plain.svg.startswith("<?xml")
    assert f"plain-14 (seed 0) {results[2].losses[-1]:.2f}" in plain.alt
    assert "residual-14" in residual.alt
    assert "plain-" not in residual.alt
    assert degradation_pictures([]) == []


def test_the_title_says_where_the_deepest_and_the_shallowest_network_end_and_how_far_seeds_are_apart():
    """Catches the first epoch in place of the last, a mean that hides the seeds, and one compared with itself."""
    runs = [(8, 0, 0.5), (20, 0, 0.25), (56, 0, 1.25), (56, 1, 2.0)]
    results = [Result(Run(depth, False, seed, 10, 2), 2.3, (3.0, last), 0, 0, 1) for depth, seed, last in runs]
    plain, residual = degradation_pictures(results)
    assert "plain: 56 layers end at 1.25–2.00," in plain.svg
    assert "8 layers at 0.50" in plain.svg
    assert "layers end at" not in residual.svg
    assert "layers end at" not in degradation_pictures(results[:1])[0].svg


def test_a_guess_is_a_cross_in_the_picture_of_its_kind_and_none_is_nothing(data):
    """Catches a guess that's drawn for the other kind, and a None that ends in an error."""
    results = run_degradation(data, guess={"plain-8": 7.5, "residual-14": None, "plain-14": None}, **SETTING)
    plain, residual = degradation_pictures(results, {"plain-8": 7.5, "residual-14": None})
    assert plain.alt.endswith("Your guesses: plain-8 7.50.")
    assert "your guess" in plain.svg
    assert "uess" not in residual.alt + residual.svg
    assert [one.alt for one in degradation_pictures(results, dict.fromkeys(["plain-8"]))] == [
        one.alt for one in degradation_pictures(results)
    ]


@pytest.mark.filterwarnings("error")
def test_while_the_first_network_is_all_there_is_nothing_complains():
    """Catches a legend of an empty panel: matplotlib's warning stood below the picture, with a path of this machine."""
    first, *_ = read_results(RESULTS / "degradation.json")
    assert len(degradation_pictures([first])) == 2


def test_a_depth_keeps_its_colour_whichever_depths_are_there():
    """Catches 20 layers that are brown in one picture and blue in the next, where 8 are missing."""
    stored = read_results(RESULTS / "degradation.json")
    some = [one for one in stored if one.run.depth != 8]
    (color, _), (unused, _) = _STYLES[20], _STYLES[8]
    for results in (stored, some):
        assert all(color in picture.svg for picture in degradation_pictures(results))
    assert not any(unused in picture.svg for picture in degradation_pictures(some))


def test_the_courses_own_results_are_what_the_notebook_says_of_them():
    """Catches new results under sentences about the old ones."""
    results = {(one.run.name, one.run.seed): one for one in read_results(RESULTS / "degradation.json")}
    loss = {key: one.losses[-1] for key, one in results.items()}
    for seed in (0, 1, 2):
        assert loss["plain-56", seed] > loss["plain-20", seed] + 0.5
        assert results["plain-56", seed].test_loss > results["plain-20", seed].test_loss + 0.5
        assert loss["residual-56", seed] < loss["plain-20", seed]
        assert 0 < loss["residual-56", seed] - loss["residual-20", seed] < 0.1


def test_twenty_epochs_help_all_networks_but_the_deep_plain_one():
    """Catches new results under the old sentence, and a file from another setting."""
    stored = read_results(RESULTS / "twenty_epochs.json")
    assert {(one.run.epochs, one.run.max_lr, len(one.losses)) for one in stored} == {(20, 0.1, 20)}
    results = {one.run.name: one for one in stored if one.run.seed == 0}
    last = {name: round(one.losses[-1], 2) for name, one in results.items()}
    assert last == {"plain-20": 0.20, "residual-20": 0.03, "plain-56": 1.94, "residual-56": 0.03}
    five = {one.run.name: one for one in read_results(RESULTS / "degradation.json") if one.run.seed == 0}
    assert results["plain-56"].losses[-1] > five["plain-56"].losses[-1] - 0.1
    for name in ("residual-20", "residual-56"):
        assert results[name].test_loss > five[name].test_loss
    deep = {one.run.seed: round(one.losses[-1], 2) for one in stored if one.run.name == "plain-56"}
    assert deep == {0: 1.94, 1: 1.02, 2: 1.14}


def test_smaller_steps_help_the_deep_plain_network_and_do_not_cure_it():
    """Catches new results under the old sentence, and a file from another setting."""
    stored = read_results(RESULTS / "tenth_of_the_rate.json")
    assert {(one.run.epochs, one.run.max_lr, len(one.losses)) for one in stored} == {(20, 0.01, 20)}
    last = {(one.run.name, one.run.seed): one.losses[-1] for one in stored}
    assert (round(last["plain-20", 0], 2), round(last["plain-56", 0], 2)) == (0.16, 0.69)
    for seed in {seed for _, seed in last}:
        assert last["plain-56", seed] > last["plain-20", seed] + 0.3


@pytest.mark.skipif(not DEBIAN_FOLDER.exists(), reason="Debian's package dataset-fashion-mnist is not installed")
@pytest.mark.timeout(1800)
def test_a_deep_plain_network_trains_worse_than_a_shallow_one_and_a_deep_residual_one_does_not(capsys):
    begun = time.process_time()
    # Versions of torch round differently: with torch 2.7.1 and seed 0, residual-56 starts so slowly that three epochs
    # leave it at 0.93. The notebook's five bring it to 0.45, below plain-20's 0.58.
    data = load_fashion_mnist()
    results = run_degradation(data, depths=(20, 56), kinds=("plain",), seeds=(1,), epochs=3)
    results += run_degradation(data, depths=(56,), kinds=("residual",), seeds=(1,), epochs=3)
    seconds = time.process_time() - begun
    loss = {one.run.name: one.losses[-1] for one in results}
    with capsys.disabled():
        print(f"\n{seconds:.0f} CPU seconds: " + ", ".join(f"{name} {value:.2f}" for name, value in loss.items()))
    assert loss["plain-56"] > loss["plain-20"] + 0.3
    assert loss["residual-56"] < loss["plain-20"]
