"""How the gradient grows on its way back: what's measured, what the pictures say, and what notebook 4 says of it."""

from collections.abc import Callable
from functools import partial
from math import gamma, prod

import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn import functional

from course_utils.authoring.answers import solved_notebook
from course_utils.data.fashion_mnist import load_fashion_mnist
from course_utils.training.nets import ThinBlock, thin_resnet
from course_utils.training.stream import growth_pictures, growth_totals, measure_growth, usual_c

IMAGES = 6_000
BEGINNINGS = [10, 19]


@pytest.fixture(scope="module")
def growth() -> pd.DataFrame:
    data = load_fashion_mnist()
    small = functional.avg_pool2d(data.train_images[:IMAGES].float(), 2).round().byte()  # as in the notebook
    return measure_growth(gradient_growth(), networks(56), small, data.train_labels[:IMAGES])


def gradient_growth() -> Callable[..., list[float]]:
    """Give the exercise's solution, which exists in the notebook alone."""
    return solved_notebook("04_why_residuals").gradient_growth


def networks(depth: int, block: Callable[..., nn.Module] = ThinBlock) -> dict[str, Callable[[], nn.Sequential]]:
    kinds = ("plain", "residual")
    return {kind: partial(thin_resnet, depth, kind == "residual", block=block) for kind in kinds}


def test_the_figures_of_notebook_4_on_the_stream_hold(growth: pd.DataFrame):
    """Catches a paragraph on c, on a power of the depth or an exponential, that isn't what these networks do."""
    totals = growth.prod()
    assert totals["residual"].between(705, 1_149).all()
    assert totals["plain"].between(6.5e6, 18.5e6).all()
    residual, plain = growth["residual"], growth["plain"]
    assert residual.loc[1].between(3.4, 4.5).all()
    assert residual.loc[25:].stack().between(0.95, 1.15).all()
    assert (plain.prod() ** (1 / 27)).between(1.75, 1.95).all()
    assert (plain.loc[19:].prod() ** (1 / 9)).between(1.5, 1.75).all()
    assert 2 < usual_c(growth) < 3


def test_only_where_a_group_begins_does_a_residual_block_shrink_the_gradient(growth: pd.DataFrame):
    """Catches a text that has 1 + c/l for all blocks, and a dip in another place than the picture's word."""
    residual = growth["residual"]
    assert (residual.loc[BEGINNINGS] < 0.95).all(axis=None)
    assert (residual.drop(index=[*BEGINNINGS, 27]) > 1).all(axis=None)  # the last one is about 1


def test_a_skip_tames_the_gradient_only_where_the_branch_is_small():
    """Catches a text that has the last norm, or the skip alone, for what does it."""
    data = load_fashion_mnist()
    small = functional.avg_pool2d(data.train_images[:IMAGES].float(), 2).round().byte()
    notebook = solved_notebook("04_why_residuals")
    names = ("NoLastNorm", "NoNorm", "HesWeights", "SkipInit")
    made = {name: partial(thin_resnet, 56, block=getattr(notebook, name)) for name in names}
    factors = measure_growth(gradient_growth(), made, small, data.train_labels[:IMAGES])
    totals = factors.prod()
    assert totals["NoLastNorm"].between(9, 12).all()
    assert totals["NoNorm"].between(0.2, 0.3).all()
    assert totals["HesWeights"].between(2.5e6, 8e6).all()
    still, last = factors["SkipInit"].iloc[:-1], factors["SkipInit"].iloc[-1]
    assert still.stack().tolist() == pytest.approx([1.0] * 26 * 3)
    assert last.between(0.115, 0.145).all()


@pytest.mark.parametrize("c", [1, 2, 2.6, 4])
def test_the_product_is_a_power_of_the_depth_times_a_factor(c: float):
    """Catches the product said to *be* about L^c: for c = 4 that's 24 times too much."""
    blocks = 27_000
    product = prod(1 + c / block for block in range(1, blocks + 1))
    assert product == pytest.approx(blocks**c / gamma(1 + c), rel=1e-3)
    assert prod(1 + 2 / block for block in range(1, 28)) == pytest.approx(28 * 29 / 2)


def test_a_factor_is_of_the_squared_length_from_a_blocks_output_to_its_input():
    """Catches lengths that aren't squared, factors upside down, and blocks that are counted from the end."""

    class Doubling(nn.Module):
        """Its first block doubles the gradient on its way back, all others pass it on."""

        made = 0

        def __init__(self, in_feats: int, out_feats: int, stride: int, residual: bool) -> None:
            super().__init__()
            self.factor = 1.0 if Doubling.made % 3 else 2.0
            Doubling.made += 1
            self.out_feats, self.residual = out_feats, residual

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return functional.pad(self.factor * x, (0, 0, 0, 0, 0, self.out_feats - x.shape[1]))

    images = torch.randint(0, 256, (256, 8, 8), dtype=torch.uint8)
    found = measure_growth(gradient_growth(), networks(8, Doubling), images, torch.arange(256) % 10, seeds=(0, 1))
    assert list(found.columns) == [(kind, seed) for kind in ("plain", "residual") for seed in (0, 1)]
    assert list(found.index) == [1, 2, 3]
    assert found.loc[1].tolist() == pytest.approx([4.0] * 4)
    assert (found.loc[2:] < 1.001).all(axis=None)


def test_measuring_leaves_the_readers_chance_as_it_was():
    images = torch.randint(0, 256, (256, 8, 8), dtype=torch.uint8)
    before = torch.get_rng_state()
    measure_growth(gradient_growth(), networks(8), images, torch.arange(256) % 10, seeds=(5,))
    assert torch.equal(torch.get_rng_state(), before)


def test_the_pictures_words_tell_the_dips_and_the_whole_product():
    """Catches words of another seed, a mean that hides a dip, and a product that begins at the wrong end."""
    residual = [4.0, 2.0, 0.5, 1.5, 0.25, 1.125]
    columns = {("plain", 0): [2.0] * 6, ("plain", 1): [4.0] * 6, ("residual", 0): residual, ("residual", 1): residual}
    growth = pd.DataFrame(columns).set_axis(pd.RangeIndex(1, 7, name="block")).rename_axis(columns=["network", "seed"])
    factors, product = growth_pictures(growth)
    assert "at blocks 3 and 5, it is below 1: 0.25 to 0.50" in factors.alt
    assert "Plain: 2.0 to 4.0 a block" in factors.alt
    assert "plain 64–4,100 times (in length 8–64); residual 1.7–1.7 times" in product.alt
    assert factors.svg.count("begins") == 2


def test_a_third_kind_is_drawn_and_told_beside_the_two():
    """Catches a kind that's in the table and not in the picture, and one whose words are another's."""
    columns = {
        ("plain", 0): [2.0] * 6,
        ("residual", 0): [4.0, 2.0, 0.5, 1.5, 0.25, 1.125],
        ("He's", 0): [1.0, 1, 1, 1, 3, 3],
    }
    growth = pd.DataFrame(columns).set_axis(pd.RangeIndex(1, 7, name="block")).rename_axis(columns=["network", "seed"])
    factors, product = growth_pictures(growth)
    assert factors.alt.endswith("He's: 1.0 in the first third of the blocks, 3.0 in the last, on average.")
    assert product.alt.endswith("residual 1.7–1.7 times (in length 1.3–1.3); He's 9–9 times (in length 3–3).")
    assert "× 9–9" not in product.svg, "a third kind lies near another: there's no room for figures"
    assert "He's" not in growth_pictures(growth[["plain", "residual"]])[0].svg


def test_a_total_is_the_product_of_all_blocks_and_of_the_seeds_the_middle_one():
    """Catches a mean, which one wild seed moves, and kinds in the alphabet's order."""
    columns = {("plain", 0): [1e4, 1e3], ("plain", 1): [2e4, 1e3], ("plain", 2): [9e9, 1e3]}
    columns |= {("α", 0): [0.5, 0.25], ("α", 1): [0.5, 0.5], ("α", 2): [0.5, 0.236]}
    columns |= {("He", seed): [1_200.4, 3] for seed in range(3)}
    growth = pd.DataFrame(columns).rename_axis(columns=["network", "seed"])
    totals = growth_totals({8: growth, 14: growth.iloc[:1]})
    assert totals.index.tolist() == ["plain", "α", "He"]
    assert totals[8].tolist() == ["2.0·10⁷", "0.125", "3,601"]
    assert totals[14].tolist() == ["20,000", "0.5", "1,200"]
