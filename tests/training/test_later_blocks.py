"""The comparison of notebook 6: its networks are of one size, are trained alike, and the stored table is of these."""

import json
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import nn
from torchvision.ops import stochastic_depth

from course_utils.authoring import measure_later_blocks
from course_utils.authoring.answers import run_solution
from course_utils.data.fashion_mnist import FashionMNIST
from course_utils.exercises.ten_years_later import NOTEBOOK
from course_utils.training import later_blocks
from course_utils.training.later_blocks import (
    TABLE,
    LaterBlock,
    TokenNet,
    cost,
    later_net,
    later_nets,
    later_table,
    measure_later,
    read_later,
    write_later,
)

ROWS = 9


@pytest.fixture(scope="module")
def nets():
    solution = run_solution(NOTEBOOK)
    names = ("PreActBlock", "drop_path", "SqueezeExcitation", "GroupedBottleneck", "ConvNeXtBlock", "TransformerBlock")
    return later_nets(**{name: getattr(solution, name) for name in names})


@pytest.fixture
def data():
    """A few images whose label is how light they are."""
    labels = torch.arange(60) % 10
    images = (labels[:, None, None] * 25).expand(60, 28, 28).to(torch.uint8)
    return FashionMNIST(images[:40], labels[:40], images[40:], labels[40:])


def test_a_linear_layer_a_convolution_and_attention_cost_what_can_be_worked_out():
    """Catches attention whose products are left out, biases that count as multiply-adds, and a count for the batch."""
    assert cost(nn.Linear(6, 5), torch.zeros(3, 6)) == (35, 30)
    assert cost(nn.Conv2d(8, 12, 3, padding=1, groups=4), torch.zeros(2, 8, 5, 5)) == (228, 12 * 25 * 2 * 9)
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, norm_first=True)
    projections, products, mlp = 5 * 8 * 4 * 8, 2 * 5 * 5 * 8, 2 * 5 * 8 * 16
    assert cost(layer, torch.zeros(2, 5, 8))[1] == projections + products + mlp
    assert layer.training


def test_all_networks_are_of_one_size(nets):
    """Catches a row that wins because its network is larger."""
    costs = [cost(make(), torch.zeros(1, 1, 28, 28)) for make in nets.values()]
    assert len(costs) == ROWS
    assert all(75_000 < parameters < 125_000 and 2.5e6 < adds < 5e6 for parameters, adds in costs)


def test_the_stored_table_is_of_these_networks(nets):
    """Catches a table that was made before a network was changed."""
    rows = read_later()
    assert [row.name for row in rows] == list(nets)
    for row in rows:
        assert (row.parameters, row.multiply_adds) == cost(nets[row.name](), torch.zeros(1, 1, 28, 28))
        assert row.seeds == (0, 1, 2)
        assert all(0.5 < one < 1 for one in row.accuracies)


def test_a_block_pools_drops_and_normalises_as_it_is_told():
    """Catches options that change nothing."""
    x = torch.randn(4, 3, 6, 6)
    pooled = LaterBlock(3, 5, 2, pooled=True)
    assert [type(one) for one in pooled.skip] == [nn.AvgPool2d, nn.Conv2d, nn.BatchNorm2d]
    assert pooled(x).shape == LaterBlock(3, 5, 2)(x).shape == (4, 5, 3, 3)
    dropping = LaterBlock(3, 3, behind=lambda _: later_blocks.Calling(lambda x, training: x * 0 if training else x))
    torch.testing.assert_close(dropping(x), x.relu())
    assert not torch.equal(dropping.eval()(x), x.relu())
    groups = LaterBlock(4, 4, norm=partial(nn.GroupNorm, 2))
    assert not [one for one in groups.modules() if isinstance(one, nn.BatchNorm2d)]


def test_tokens_know_their_places():
    """Catches a transformer for which a boot is a heap of patches."""
    net, x = TokenNet(lambda features: nn.Identity(), features=6, blocks=1), torch.randn(1, 1, 28, 28)
    with torch.no_grad():
        net.places.zero_()
    torch.testing.assert_close(net(x), net(x.roll(4, dims=2)))
    with torch.no_grad():
        net.places.normal_()
    assert not torch.allclose(net(x), net(x.roll(4, dims=2)))


def test_one_seed_gives_the_same_again_and_random_numbers_stay_as_they_were(data):
    """Catches a row that nobody can repeat, and one that changes what a student draws next."""
    make = partial(later_net, partial(LaterBlock, behind=lambda _: later_blocks.Calling(_drop)), widths=(4, 6))
    before = torch.get_rng_state()
    one, other = (measure_later("x", make, data, seeds=(3,), images=40, epochs=1) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    assert replace(one, seconds=()) == replace(other, seconds=())
    assert 0 <= one.accuracies[0] <= 1


def _drop(x, training):
    return stochastic_depth(x, 0.5, "row", training)


def test_rows_are_kept_and_shown(tmp_path, data):
    """Catches numbers that come back as others, and a table without its settings."""
    row = measure_later("mine", partial(later_net, LaterBlock, (4, 6)), data, seeds=(0, 1), images=40, epochs=1)
    write_later([row, row], {"torch": "2"}, tmp_path / "rows.json")
    assert read_later(tmp_path / "rows.json") == [row, row]
    table = later_table([replace(row, accuracies=(0.5, 0.75), seconds=(10.0, 20.0))])
    assert table.loc["mine", ["mean", "seeds", "seconds"]].tolist() == ["62.5%", "50.0–75.0%", "15"]
    assert len(table.columns) == 5  # one more, and the last is cut off in the book
    assert "6,000 images" in json.loads(TABLE.read_text("utf-8"))["made with"]["training"]


def test_each_training_has_callbacks_of_its_own_that_know_the_seed(data):
    """Catches one bar for three trainings."""
    seeds = []
    make = partial(later_net, LaterBlock, (4, 6))
    measure_later("x", make, data, seeds=(1, 4), images=10, epochs=1, callbacks=lambda seed: seeds.append(seed) or [])
    assert seeds == [1, 4]


def test_the_script_measures_every_row(tmp_path, monkeypatch, data, capsys):
    """Catches a script that has fallen behind the exercises."""
    monkeypatch.setattr(measure_later_blocks, "whole_fashion_mnist", lambda: data)
    few = partial(measure_later, seeds=(0,), images=10, epochs=1)
    monkeypatch.setattr(measure_later_blocks, "measure_later", few)
    monkeypatch.setattr(measure_later_blocks, "write_later", partial(write_later, path=tmp_path / "rows.json"))
    measure_later_blocks.main()
    assert len(read_later(tmp_path / "rows.json")) == ROWS
    assert "transformer" in capsys.readouterr().out
