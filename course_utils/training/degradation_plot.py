"""The picture of the degradation experiment: a panel for the plain networks, and one for the residual ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from course_utils.checking.pictures import INK
from course_utils.training.degradation_results import Result, Run
from course_utils.training.figures import Picture, draw, show_pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From light to dark with the depth, and each with a mark of its own: the pictures read without colours too. A depth
# keeps its colour in all of them, whichever others are there.
_STYLES = {8: ("#4a8cca", "o"), 20: ("#b0661c", "s"), 56: ("#7a1f5c", "^")}
_ANY_OTHER = (INK, "D")

Guess = Mapping[str, float | None]


def plot_degradation(results: Sequence[Result]) -> None:
    """Show the pictures of these results."""
    show_pictures(degradation_pictures(results))


def degradation_pictures(results: Sequence[Result], guess: Guess | None = None) -> list[Picture]:
    """Draw each run's training loss, epoch by epoch, both kinds to one scale; none of no results.

    guess: the losses that the reader expects at the end, by the networks' names; each is a cross in its depth's colour.
    """
    if not results:
        return []
    guessed = {name: loss for name, loss in (guess or {}).items() if loss is not None}
    highest = max([*guessed.values(), *(loss for one in results for loss in one.losses)])
    return [
        _picture_of(kind, [one for one in results if one.run.kind == kind], guessed, highest)
        for kind in ("plain", "residual")
    ]


def _picture_of(kind: str, results: Sequence[Result], guessed: Mapping[str, float], highest: float) -> Picture:
    here = {one.run: guessed[one.run.name] for one in results if one.run.name in guessed}

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for one in results:
            _paint_run(axes, one)
        _paint_guesses(axes, here)
        axes.set(title=_title(kind, results), xlabel="epoch", ylabel="training loss", ylim=(0, 1.05 * highest))
        axes.xaxis.get_major_locator().set_params(integer=True)
        if results:  # the picture is there before the first of them is
            figure.legend(loc="outside lower center", ncols=2 if here else 3)

    return draw(paint, _description(kind, results) + _description_of_guesses(here), size=(3.6, 3))


def _paint_run(axes: Axes, result: Result) -> None:
    color, mark = _STYLES.get(result.run.depth, _ANY_OTHER)
    epochs = range(1, len(result.losses) + 1)
    named = {line.get_label() for line in axes.get_lines()}
    label = f"{result.run.depth} layers"
    axes.plot(epochs, result.losses, color=color, marker=mark, markersize=4, label="_" if label in named else label)


def _paint_guesses(axes: Axes, guesses: Mapping[Run, float]) -> None:
    for place, (run, loss) in enumerate(guesses.items()):
        color, _ = _STYLES.get(run.depth, _ANY_OTHER)
        label = "_" if place else "your guess"
        axes.plot([run.epochs], [loss], "x", color=color, ms=9, mew=2.5, clip_on=False, label=label)


def _title(kind: str, results: Sequence[Result]) -> str:
    """Name the kind and, where there's something to compare, say where its deepest and its shallowest network end."""
    depths = sorted({one.run.depth for one in results})
    if len(depths) < 2:
        return kind
    deepest, shallowest = (_ends(results, depth) for depth in (depths[-1], depths[0]))
    return f"{kind}: {depths[-1]} layers end at {deepest},\n{depths[0]} layers at {shallowest}"


def _ends(results: Sequence[Result], depth: int) -> str:
    """Write the last training loss of this depth; of several seeds, the lowest and the highest."""
    last = [one.losses[-1] for one in results if one.run.depth == depth]
    return "–".join(dict.fromkeys((f"{min(last):.2f}", f"{max(last):.2f}")))


def _description(kind: str, results: Sequence[Result]) -> str:
    ends = "; ".join(f"{one.run.name} (seed {one.run.seed}) {one.losses[-1]:.2f}" for one in results)
    return f"Training loss of the {kind} networks, epoch by epoch. After the last epoch: {ends or 'none yet'}."


def _description_of_guesses(guesses: Mapping[Run, float]) -> str:
    return f" Your guesses: {', '.join(f'{run.name} {loss:.2f}' for run, loss in guesses.items())}." if guesses else ""
