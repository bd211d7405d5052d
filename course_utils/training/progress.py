"""How a training goes, while it goes: a bar with the time left, and the curves so far."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from course_utils.checking.pictures import INK, PAPER
from course_utils.training.callback import Callback
from course_utils.training.figures import Picture, draw
from course_utils.training.learner import Learner
from course_utils.training.live import Live, live

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_POINTS = 200  # in a curve; more cannot be seen
MEMORY = 0.95  # of the running mean over batches
# What Metrics measures, by the names of its curves. None has a colour: those are the networks', plain and residual.
TRAINING = {"label": "training", "color": INK, "marker": "o"}
VALIDATION = {"label": "validation", "color": INK, "marker": "s", "ls": "--", "markerfacecolor": PAPER}
ACCURACIES = {"train_accuracy": TRAINING, "valid_accuracy": VALIDATION}
MOST_MARKS = 12  # in a curve; more run together


class Progress(Callback):
    """Shows one bar over all epochs and, in a notebook, the loss and the accuracies under it as they come.

    Put it behind Metrics: what it says of an epoch it reads in the learner's history.
    title: what is trained, for a cell that trains several networks; curves: whether to draw any.
    """

    def __init__(self, title: str = "", *, curves: bool = True) -> None:
        self.title, self.curves = title, curves
        self.losses: list[tuple[float, float]] = []  # how many epochs are done, and a training batch's loss
        self._live: Live | None = None

    def fit_started(self, _: Learner) -> None:
        """Make ready for a new bar."""
        self._live = None

    def epoch_started(self, learner: Learner) -> None:
        """Show the bar, as far as earlier epochs have brought it, and forget the batches of one that was broken off."""
        self._batches = len(learner.train) + len(learner.valid)
        self._live = self._live or live(
            learner.epochs * self._batches,
            draw=(lambda: training_pictures(self.losses, learner.history, self.title)) if self.curves else None,
            done=learner.epoch * self._batches,
        )
        self.losses = [(epochs, loss) for epochs, loss in self.losses if epochs <= learner.epoch]

    def batch_done(self, learner: Learner) -> None:
        """Move the bar."""
        done = learner.epoch * self._batches + learner.batch + 1
        if learner.training:
            self.losses.append((learner.epoch + (learner.batch + 1) / len(learner.train), learner.batch_loss.item()))
        else:
            done += len(learner.train)
        self._live.advance(done, self._titled(f"epoch {learner.epoch + 1} of {learner.epochs}"))

    def epoch_done(self, learner: Learner) -> None:
        """Say how the epoch went."""
        self._live.milestone(self._titled(f"epoch {learner.epoch} of {learner.epochs}{_result(learner)}"))

    def fit_done(self, learner: Learner) -> None:
        """Leave the last pictures there."""
        if self._live:
            stopped = f" · stopped: fit({learner.epochs}) goes on from here" if learner.epoch < learner.epochs else ""
            self._live.close(self._titled(f"{learner.epoch} of {learner.epochs} epochs{_result(learner)}{stopped}"))

    def _titled(self, text: str) -> str:
        return f"{self.title} · {text}" if self.title else text


def _result(learner: Learner) -> str:
    row = learner.history[-1] if learner.history else {}
    named = {"train_loss": "training loss {:.3f}", "valid_accuracy": "validation accuracy {:.2%}"}
    return "".join(f" · {text.format(row[key])}" for key, text in named.items() if key in row)


def training_pictures(
    losses: Sequence[tuple[float, float]], history: Sequence[dict[str, Any]], title: str = ""
) -> list[Picture]:
    """Draw the training loss, batch by batch, and the accuracies known, epoch by epoch; none before the first batch.

    `losses` are pairs of the epochs done (1.5: one and a half) and a batch's loss; `title` stands above each picture.
    """
    if not losses:
        return []
    measured = bool(history) and any(key in history[0] for key in ACCURACIES)
    return [_loss_picture(losses, title), *([_accuracy_picture(history, title)] if measured else [])]


def _loss_picture(losses: Sequence[tuple[float, float]], title: str) -> Picture:
    times, values = zip(*losses, strict=True)
    smooth = running_mean(values)
    step = -(-len(smooth) // MOST_POINTS)

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot(times[::step], smooth[::step], color=INK)
        axes.set(title=title, xlabel="epoch", ylabel="training loss", ylim=(0, 1.05 * max(smooth)))

    return draw(paint, f"{_of(title)}The training loss went from {smooth[0]:.2f} to {smooth[-1]:.2f}.")


def _accuracy_picture(history: Sequence[dict[str, Any]], title: str) -> Picture:
    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        epochs = [row["epoch"] for row in history]
        apart = -(-len(epochs) // MOST_MARKS)
        for key, style in ACCURACIES.items():
            if key in history[0]:
                axes.plot(epochs, [100 * row[key] for row in history], ms=5, markevery=apart, **style)
        axes.set(title=title, xlabel="epoch", ylabel="accuracy in %")
        axes.legend(loc="lower right")
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)

    rows = [f"epoch {row['epoch']}: {row['valid_accuracy']:.1%}" for row in history if "valid_accuracy" in row]
    told = f"Validation accuracy: {'; '.join(rows)}." if rows else "Training accuracy, epoch by epoch."
    return draw(paint, _of(title) + told)


def _of(title: str) -> str:
    return f"{title}: " if title else ""


def running_mean(values: Sequence[float]) -> list[float]:
    """Smooth a noisy curve: each value counts less the longer ago it was."""
    return list(accumulate(values, lambda mean, value: MEMORY * mean + (1 - MEMORY) * value))
