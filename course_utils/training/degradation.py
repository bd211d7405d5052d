"""The degradation experiment: the same networks, plain and residual, shallow and deep, trained side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import product
from pathlib import Path

import torch
from jaxtyping import UInt8
from torch import Tensor, nn
from torch.nn import functional

from course_utils.data.fashion_mnist import FashionMNIST
from course_utils.training.batches import Batches
from course_utils.training.callback import Callback
from course_utils.training.degradation_plot import Guess, degradation_pictures
from course_utils.training.degradation_results import Result, Run, read_results, write_results
from course_utils.training.learner import Learner
from course_utils.training.live import Live, live
from course_utils.training.metrics import Metrics
from course_utils.training.nets import ThinBlock, thin_resnet
from course_utils.training.schedule import OneCycle
from course_utils.training.threads import one_thread

BATCH, MAX_LR, MOMENTUM, WEIGHT_DECAY = 128, 0.1, 0.9, 1e-4
KINDS = ("plain", "residual")
TEST_IMAGES = 2_000
SAME_LOSS = 1e-3  # the first losses of one network differ by less than this between computers

Block = Callable[..., nn.Module]


def run_degradation(  # noqa: PLR0913
    data: FashionMNIST,
    *,
    block: Block = ThinBlock,
    depths: Sequence[int] = (8, 20, 56),
    seeds: Sequence[int] = (0,),
    images: int = 6_000,
    epochs: int = 5,
    max_lr: float = MAX_LR,
    kinds: Sequence[str] = KINDS,
    extra: Callable[[], Callback] = Callback,
    guess: Guess | None = None,
    path: str | Path | None = None,
) -> list[Result]:
    """Train a network of each kind and depth with each seed, and show how their training loss falls.

    Both networks of a depth and seed begin with the same weights and see the same batches. `block(in_feats, out_feats,
    stride, residual)` makes their blocks, and `extra()` one more callback for each training. Results go to the file
    `path` as they come: interrupted, the experiment returns what it has, and goes on from the file the next time. A
    result in the file counts only if a network of this `block` has the same loss before it learns; with another `extra`
    take another file. `guess` is drawn beside what comes: a loss for each network's name, or None.
    """
    runs = [
        Run(depth, kind == "residual", seed, images, epochs, max_lr)
        for seed, depth, kind in product(seeds, depths, kinds)
    ]
    store = Path(path) if path else None
    stored = {result.run: result for result in (read_results(store) if store else [])}
    bench = _Bench(data, block, extra)
    with one_thread():
        found = {run: stored[run] for run in runs if run in stored and bench.would_give(stored[run])}
        bar = live(_cost(runs), draw=lambda: degradation_pictures([*found.values()], guess), done=_cost(found))
        try:
            for run in [run for run in runs if run not in found]:
                found[run] = bench.train(run, partial(_advance, bar, _cost(found), run))
                if store:
                    write_results((stored | found).values(), store)
                bar.milestone(f"{run.name}, seed {run.seed}: training loss {found[run].losses[-1]:.2f}")
        except KeyboardInterrupt:
            pass  # what has been found so far is returned
        finally:
            stopped = "" if len(found) == len(runs) else " · stopped: run it again, and it goes on from here"
            bar.close(f"{len(found)} of {len(runs)} networks trained{stopped}")
    return [found[run] for run in runs if run in found]


def _advance(bar: Live, done: float, run: Run, share: float) -> None:
    bar.advance(done + share * _cost([run]), f"{run.name}, seed {run.seed}")


class _Bench:
    """Where networks of one block are trained and tested: on images of 14×14, each the mean of 2×2 pixels."""

    def __init__(self, data: FashionMNIST, block: Block, extra: Callable[[], Callback]) -> None:
        self._data, self._block, self._extra = data, block, extra

    def train(self, run: Run, tell: Callable[[float], None]) -> Result:
        """Train a network, and tell as which share of the work is done.

        Raises:
            KeyboardInterrupt: it was interrupted.
        """
        begun = time.process_time()
        network = self._network(run)
        learner = Learner(
            network,
            self._batches(run),
            optimizer=torch.optim.SGD(network.parameters(), run.max_lr, MOMENTUM, weight_decay=WEIGHT_DECAY),
            callbacks=[Metrics(), OneCycle(run.max_lr, cycle_momentum=False), self._extra(), _Teller(tell)],
        )
        learner.fit(run.epochs)
        if learner.epoch < run.epochs:
            raise KeyboardInterrupt
        losses = tuple(row["train_loss"] for row in learner.history)
        loss, accuracy = self._test(network)
        return Result(run, self._first_loss(run), losses, loss, accuracy, seconds=time.process_time() - begun)

    def would_give(self, result: Result) -> bool:
        """Say whether the network of this result is one of this bench's."""
        return abs(self._first_loss(result.run) - result.first_loss) < SAME_LOSS

    def _first_loss(self, run: Run) -> float:
        inputs, targets = next(iter(self._batches(run)))
        with torch.no_grad():
            return functional.cross_entropy(self._network(run)(inputs), targets).item()

    def _network(self, run: Run) -> nn.Sequential:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(run.seed)
            return thin_resnet(run.depth, run.residual, block=self._block)

    def _batches(self, run: Run) -> Batches:
        images, labels = self._data.train_images[: run.images], self._data.train_labels[: run.images]
        return Batches(_halved(images), labels, BATCH, shuffle=True, seed=run.seed)

    @torch.no_grad()
    def _test(self, network: nn.Module) -> tuple[float, float]:
        """Return the network's loss and accuracy on images that it has never seen."""
        images, labels = self._data.test_images[:TEST_IMAGES], self._data.test_labels[:TEST_IMAGES]
        network.eval()
        logits = torch.cat([network(inputs) for inputs, _ in Batches(_halved(images), labels, BATCH)])
        return functional.cross_entropy(logits, labels).item(), (logits.argmax(1) == labels).float().mean().item()


class _Teller(Callback):
    """Tells which share of a fit is done."""

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell

    def batch_done(self, learner: Learner) -> None:
        self._tell((learner.epoch + (learner.batch + 1) / len(learner.train)) / learner.epochs)


def _halved(images: UInt8[Tensor, "images 28 28"]) -> UInt8[Tensor, "images 14 14"]:
    return functional.avg_pool2d(images.float(), 2).round().to(torch.uint8)


def _cost(runs: Iterable[Run]) -> float:
    """Estimate the work of the runs, in a unit of its own: each layer costs about the same."""
    return sum(run.depth * run.images * run.epochs for run in runs)
