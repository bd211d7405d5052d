"""How the gradient grows on its way back along a network's stream, block by block: measured, and drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import torch
from jaxtyping import Int, UInt8
from torch import Tensor, nn

from course_utils.checking.pictures import INK, PAPER
from course_utils.training.batches import Batches
from course_utils.training.degradation import BATCH
from course_utils.training.figures import NETWORKS, Picture, draw, show_pictures

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Measure = Callable[[nn.Module, nn.Sequential, nn.Module, Tensor, Tensor], list[float]]

_ANOTHER = {"color": INK, "marker": "s", "markerfacecolor": PAPER}
_SIZE = (3.6, 3.1)


def measure_growth(
    measure: Measure,
    networks: Mapping[str, Callable[[], nn.Sequential]],
    images: UInt8[Tensor, "images height width"],
    labels: Int[Tensor, " images"],
    seeds: Iterable[int] = (0, 1, 2),
) -> pd.DataFrame:
    """Tell by which factor each block multiplies the squared length of the gradient, on its way from output to input.

    `measure(stem, blocks, head, images, labels)` is the notebook's exercise `gradient_growth`. `networks` has what
    makes a thin network of each kind; they and their batch are those with which the degradation experiment begins.
    Returns a row for each block, counted from 1, and a column for each kind and seed.
    """
    import pandas as pd

    factors = {}
    for kind, make in networks.items():
        for seed in seeds:
            batch = next(iter(Batches(images, labels, BATCH, shuffle=True, seed=seed)))
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                network = make()
            factors[kind, seed] = measure(network[:3], network[3:-3], network[-3:], *batch)
    table = pd.DataFrame(factors).rename_axis(columns=["network", "seed"])
    return table.set_axis(pd.RangeIndex(1, len(table) + 1, name="block"))


def growth_totals(growths: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Multiply the factors of all blocks: a row a kind, a column a depth, and of the seeds the middle one, as texts."""
    import pandas as pd

    totals = {depth: each.prod().groupby("network", sort=False).median() for depth, each in growths.items()}
    return pd.DataFrame(totals).rename_axis(columns="layers").map(_short)


def _short(number: float) -> str:
    """Write 0.118, 11.3, 823, 3,679 and 7.6·10⁶."""
    if number < 1e5:
        return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
    digits, power = f"{number:.1e}".split("e")
    return f"{digits}·10{str(int(power)).translate(_RAISED)}"


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def plot_growth(growth: pd.DataFrame) -> None:
    """Show the factors of the blocks, and beside them their product: of plain and residual networks, and a third kind.

    The third kind may be left out.
    """
    show_pictures(growth_pictures(growth))


def growth_pictures(growth: pd.DataFrame) -> list[Picture]:
    """Draw each kind's factors with the curve 1 + c/l of the residual ones, then the product from the end to a block.

    Marks are the (geometric) means of the seeds, upright lines go from the lowest seed to the highest.
    """
    # iloc, because pandas 2.2 on Python 3.13 forgets the two levels of the columns in growth[::-1].
    factors = growth.iloc[::-1].cumprod().iloc[::-1]
    return [
        draw(lambda figure: _paint_factors(figure, growth), _said_of_factors(growth), _SIZE),
        draw(lambda figure: _paint_product(figure, factors), _said_of_product(factors), _SIZE),
    ]


def usual_c(growth: pd.DataFrame) -> float:
    """Give the median of (factor − 1) · l in the residual networks, without the blocks where a group begins."""
    inside = growth["residual"].drop(index=_beginnings(growth))
    return float(((inside - 1).mul(inside.index, axis="index")).stack().median())


def _beginnings(growth: pd.DataFrame) -> list[int]:
    """Give the blocks that begin a group and halve the map; there are three groups."""
    in_a_group = len(growth) // 3
    return [in_a_group + 1, 2 * in_a_group + 1]


def _paint_factors(figure: Figure, growth: pd.DataFrame) -> None:
    axes, c, third = figure.subplots(), usual_c(growth), _third(growth)
    _paint_kinds(axes, growth)
    axes.plot(growth.index, 1 + c / growth.index, color=INK, lw=1, label=f"1 + {c:.1f}/l")
    found = "With the skip the growth dies away.\nWithout it, it goes on."
    axes.set(title=f"Squares: a skip,\nbut {third}" if third else found, ylabel="factor, log scale")
    axes.set_ylim(0.5, 8 if third else 5.5)  # room for the legend
    axes.set_yticks([0.5, 1, 2, 4], ["× ½", "× 1", "× 2", "× 4"])
    axes.set_yticks([], minor=True)
    axes.axhline(1, color=INK, lw=0.5, alpha=0.4)
    for place in _beginnings(growth):
        axes.text(place - 0.8, 0.53, "group\nbegins", ha="right")
    axes.legend(loc="upper right")


def _paint_product(figure: Figure, product: pd.DataFrame) -> None:
    axes = figure.subplots()
    _paint_kinds(axes, product)
    axes.set(ylabel="factors multiplied, log scale", yscale="log")
    axes.yaxis.set_major_formatter(lambda value, _: _written(value))
    if _third(product):  # lies near another kind: there's no room for figures, and the legend is beside it
        axes.set_title("From the end to each block:\nthe factors multiplied")
        return
    axes.set_title("From the end to each block:\nthousandfold, ten-millionfold")
    for kind, height in (("plain", 1.5), ("residual", 0.4)):
        ends = product[kind].iloc[0]
        axes.annotate(f"× {_span(ends)}", (2, height * ends.max()))
    axes.set_ylim(top=30 * product.to_numpy().max())
    axes.legend(loc="upper right")


def _third(growth: pd.DataFrame) -> str:
    return next((kind for kind in growth.columns.unique("network") if kind not in NETWORKS), "")


def _paint_kinds(axes: Axes, values: pd.DataFrame) -> None:
    from numpy import exp, log

    for kind in values.columns.unique("network"):
        style = NETWORKS.get(kind, _ANOTHER)
        axes.vlines(values.index, values[kind].min(axis=1), values[kind].max(axis=1), color=style["color"], lw=1)
        axes.plot(values.index, exp(log(values[kind]).mean(axis=1)), ls="", ms=4, label=kind, **style)
    axes.set(xlabel="← the gradient's way back · block l", yscale="log", xticks=[1, *_beginnings(values), len(values)])


def _span(values: pd.Series) -> str:
    """Write the lowest and the highest, two digits each."""
    unit, name = (1e6, " million") if values.min() >= 1e6 else (1, "")
    return "–".join(f"{float(f'{one / unit:.2g}'):,g}" for one in (values.min(), values.max())) + name


def _written(value: float) -> str:
    """Write a power of ten without an exponent, which would be too small to read."""
    return f"{value / 1e6:,g} million" if value >= 1e6 else f"{value:,g}"


def _said_of_factors(growth: pd.DataFrame) -> str:
    from numpy import exp, log

    residual, plain = growth["residual"], log(growth["plain"])
    average, (front, back) = exp(plain.mean()), (exp(each.mean(axis=None)) for each in _ends(plain))
    places = _beginnings(growth)
    dips = residual.loc[places].to_numpy()
    return (
        "By which factor each block multiplies the squared length of the gradient. Plain: "
        f"{average.min():.1f} to {average.max():.1f} a block, on average; {front:.1f} in the first third of the "
        f"blocks, {back:.1f} in the last. Residual: "
        f"{residual.iloc[0].min():.1f} to {residual.iloc[0].max():.1f} in the first block, "
        f"{residual.iloc[-3:].min(axis=None):.2f} to {residual.iloc[-3:].max(axis=None):.2f} in the last three, along "
        f"a curve 1 + {usual_c(growth):.1f}/l. Only where a group begins, at blocks {places[0]} and {places[1]}, it is "
        f"below 1: {dips.min():.2f} to {dips.max():.2f}.{_said_of_third(growth)}"
    )


def _said_of_third(growth: pd.DataFrame) -> str:
    from numpy import exp, log

    if not (third := _third(growth)):
        return ""
    front, back = (exp(each.mean(axis=None)) for each in _ends(log(growth[third])))
    named = third[0].upper() + third[1:]
    return f" {named}: {front:.1f} in the first third of the blocks, {back:.1f} in the last, on average."


def _ends(values: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the first group of blocks and the last."""
    second, third = _beginnings(values)
    return values.loc[: second - 1], values.loc[third:]


def _said_of_product(product: pd.DataFrame) -> str:
    ends = "; ".join(
        f"{kind} {_span(product[kind].iloc[0])} times (in length {_span(product[kind].iloc[0] ** 0.5)})"
        for kind in product.columns.unique("network")
    )
    return (
        "The product of these factors, from the last block back to each one. Plain: a straight line on the log scale, "
        f"so it grows exponentially. Residual: a line that flattens. At the first block, {ends}."
    )
