"""The comparison of notebook 6: small networks that differ in their blocks alone, trained alike on Fashion-MNIST."""

# ruff: noqa: N803, PLR0913, PLR0917  (arguments that are the names of the exercises, and the settings of a row)

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from course_utils.data.fashion_mnist import FashionMNIST
from course_utils.training.batches import Batches
from course_utils.training.callback import Callback
from course_utils.training.degradation_results import RESULTS
from course_utils.training.learner import Learner
from course_utils.training.metrics import Metrics
from course_utils.training.schedule import OneCycle
from course_utils.training.threads import one_thread

if TYPE_CHECKING:
    import pandas as pd

TABLE = RESULTS / "later_blocks.json"
"""The course's own measurements, made by course_utils/authoring/measure_later_blocks.py."""

WIDTHS = (12, 24, 48)
IMAGES, EPOCHS, BATCH, MAX_LR, WEIGHT_DECAY = 6_000, 3, 64, 0.003, 0.05

Block = Callable[[int, int, int], nn.Module]
"""block(in_feats, out_feats, stride) makes a block."""


# --- the networks ---------------------------------------------------------------------------------------------------


class LaterBlock(nn.Module):
    """The block of 2015, with three places where later ones differ.

    behind: makes what comes at the end of the left branch, of its number of channels; pooled: the skip averages before
    its 1×1 convolution, as ResNet-D does; norm: makes a norm, of its number of channels.
    """

    def __init__(
        self,
        in_feats: int,
        out_feats: int,
        stride: int = 1,
        behind: Callable[[int], nn.Module] = nn.Identity,
        pooled: bool = False,
        norm: Callable[[int], nn.Module] = nn.BatchNorm2d,
    ) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=False),
            norm(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            norm(out_feats),
            behind(out_feats),
        )
        self.skip = projection(in_feats, out_feats, stride, pooled, norm)

    def forward(self, x: Float[Tensor, "batch in_feats height width"]) -> Float[Tensor, "batch out_feats h w"]:
        """Add the two branches, then apply ReLU; h and w are height and width over the stride, rounded up."""
        return functional.relu(self.left(x) + self.skip(x))


def projection(
    in_feats: int,
    out_feats: int,
    stride: int,
    pooled: bool = False,
    norm: Callable[[int], nn.Module] = nn.BatchNorm2d,
) -> nn.Module:
    """Make what a skip needs: nothing where the shape stays, else a 1×1 convolution and a norm."""
    if (in_feats, stride) == (out_feats, 1):
        return nn.Identity()
    if pooled:
        pool = nn.AvgPool2d(stride, ceil_mode=True)
        return nn.Sequential(pool, nn.Conv2d(in_feats, out_feats, 1, bias=False), norm(out_feats))
    return nn.Sequential(nn.Conv2d(in_feats, out_feats, 1, stride, bias=False), norm(out_feats))


class Calling(nn.Module):
    """Calls function(x, training): a place in a Sequential for what has no weights."""

    def __init__(self, function: Callable[[Tensor, bool], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Float[Tensor, "batch ..."]) -> Float[Tensor, "batch ..."]:
        """Call it in this module's mode."""
        return self.function(x, self.training)


class TokenNet(nn.Module):
    """A small vision transformer: 49 patches of 4×4 pixels are the tokens, `block(features)` makes each block."""

    def __init__(self, block: Callable[[int], nn.Module], features: int = 48, blocks: int = 4) -> None:
        super().__init__()
        self.patches = nn.Conv2d(1, features, 4, stride=4)
        self.places = nn.Parameter(torch.randn(49, features) * 0.02)
        self.blocks = nn.Sequential(*(block(features) for _ in range(blocks)))
        self.norm = nn.LayerNorm(features)
        self.head = nn.Linear(features, 10)

    def forward(self, x: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch 10"]:
        """Add to each patch what tells its place, run the blocks, and average over the tokens."""
        tokens = self.patches(x).flatten(2).transpose(1, 2) + self.places
        return self.head(self.norm(self.blocks(tokens)).mean(dim=1))


def later_net(
    block: Block, widths: Sequence[int] = WIDTHS, before_head: Callable[[int], nn.Module] = nn.Identity
) -> nn.Sequential:
    """Build a network for grey images: a stem that halves them, two blocks for each width, and a head.

    The first block of each width but the first has stride 2. It takes (batch, 1, height, width) and gives (batch, 10)
    logits. before_head: makes what a kind of block needs behind the last one, of its number of channels.
    """
    layers: list[nn.Module] = [nn.Conv2d(1, widths[0], 3, 2, padding=1, bias=False), nn.BatchNorm2d(widths[0])]
    layers.append(nn.ReLU())
    in_feats = widths[0]
    for group, width in enumerate(widths):
        layers += [block(in_feats, width, 2 if group else 1), block(width, width, 1)]
        in_feats = width
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(in_feats, 10))
    return nn.Sequential(*layers, before_head(in_feats), *head)


def later_nets(
    *,
    PreActBlock: Block,
    drop_path: Callable[[Tensor, float, bool], Tensor],
    SqueezeExcitation: Callable[[int, int], nn.Module],
    GroupedBottleneck: Callable[..., nn.Module],
    ConvNeXtBlock: Callable[[int, float], nn.Module],
    TransformerBlock: Callable[[int, int, int], nn.Module],
) -> dict[str, Callable[[], nn.Module]]:
    """Say for each row of the table how its network is made, from the blocks of the exercises."""

    def dropping(_: int) -> nn.Module:
        return Calling(lambda branch, training: drop_path(branch, 0.1, training))

    def resnext(in_feats: int, out_feats: int, stride: int) -> nn.Module:
        skip = None if (in_feats, stride) == (out_feats, 1) else projection(in_feats, out_feats, stride)
        return GroupedBottleneck(in_feats, out_feats // 4, stride, skip, groups=4, base_width=64)

    def convnext(in_feats: int, out_feats: int, stride: int) -> nn.Module:
        block = ConvNeXtBlock(out_feats, 0.1)
        if (in_feats, stride) == (out_feats, 1):
            return block
        return nn.Sequential(nn.GroupNorm(1, in_feats), nn.Conv2d(in_feats, out_feats, stride, stride), block)

    return {
        "2015": lambda: later_net(LaterBlock),
        "pre-activation": lambda: later_net(
            PreActBlock, before_head=lambda channels: nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU())
        ),
        "stochastic depth": lambda: later_net(partial(LaterBlock, behind=dropping)),
        "squeeze and excitation": lambda: later_net(
            partial(LaterBlock, behind=lambda channels: SqueezeExcitation(channels, channels // 4))
        ),
        "ResNeXt": lambda: later_net(resnext, widths=(24, 48, 96)),
        "ResNet-D": lambda: later_net(partial(LaterBlock, pooled=True)),
        "ConvNeXt": lambda: later_net(convnext, widths=(16, 32, 64)),
        "transformer": lambda: TokenNet(lambda features: TransformerBlock(features, 4, 2 * features)),
        "GroupNorm": lambda: later_net(partial(LaterBlock, norm=lambda channels: nn.GroupNorm(4, channels))),
    }


# --- measuring ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LaterRow:
    """A row of the table: what a network costs for one image, and for each seed how it did, between 0 and 1.

    seconds: the processor's, for training alone, a number for each seed.
    """

    name: str
    parameters: int
    multiply_adds: int
    seeds: tuple[int, ...]
    accuracies: tuple[float, ...]
    seconds: tuple[float, ...]


def measure_later(
    name: str,
    make: Callable[[], nn.Module],
    data: FashionMNIST,
    *,
    seeds: Sequence[int] = (0, 1, 2),
    images: int = IMAGES,
    epochs: int = EPOCHS,
    callbacks: Callable[[int], Sequence[Callback]] = lambda _: (),
) -> LaterRow:
    """Train the network once for each seed, on the first images, and test it on all 10,000 test images.

    callbacks: makes others for each training, of its seed: such as a bar.

    Raises:
        KeyboardInterrupt: it was interrupted: half a training is no measurement.
    """
    accuracies, seconds = [], []
    for seed in seeds:
        with torch.random.fork_rng(devices=[]), one_thread():
            torch.manual_seed(seed)
            model = make()
            seconds.append(_train(model, data, seed, images, epochs, callbacks(seed)))
            accuracies.append(_accuracy(model, data))
    return LaterRow(name, *cost(model, torch.zeros(1, 1, 28, 28)), tuple(seeds), tuple(accuracies), tuple(seconds))


def _train(
    model: nn.Module, data: FashionMNIST, seed: int, images: int, epochs: int, callbacks: Sequence[Callback]
) -> float:
    """Train it, and give the CPU seconds that it took."""
    begun = time.process_time()
    learner = Learner(
        model,
        Batches(data.train_images[:images], data.train_labels[:images], BATCH, shuffle=True, seed=seed),
        optimizer=torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY),
        callbacks=[Metrics(), OneCycle(MAX_LR), *callbacks],
    )
    learner.fit(epochs)
    if learner.epoch < epochs:
        raise KeyboardInterrupt
    return time.process_time() - begun


@torch.no_grad()
def _accuracy(model: nn.Module, data: FashionMNIST) -> float:
    model.eval()
    batches = Batches(data.test_images, data.test_labels, 500)
    return torch.cat([model(inputs).argmax(1) == targets for inputs, targets in batches]).double().mean().item()


def cost(model: nn.Module, x: Float[Tensor, "batch ..."]) -> tuple[int, int]:
    """Count the model's parameters, and its multiply-adds for one sample of the batch x, attention's included."""
    training = model.training
    # The plain way of attention is made of products that are counted; the quick ones hide theirs.
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model.eval()(x)
    model.train(training)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return parameters, counter.get_total_flops() // 2 // len(x)


# --- the table ------------------------------------------------------------------------------------------------------


def write_later(rows: Iterable[LaterRow], made_with: dict[str, str], path: Path = TABLE) -> None:
    """Write the rows to the file, one a line, below the settings with which they were made."""
    lines = ",\n".join(json.dumps(asdict(row)) for row in rows)
    path.write_text(f'{{"made with": {json.dumps(made_with)},\n"rows": [\n{lines}\n]}}\n', encoding="utf-8")


def read_later(path: Path = TABLE) -> list[LaterRow]:
    """Read the rows of the file."""
    records = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return [
        LaterRow(**{key: tuple(one) if isinstance(one, list) else one for key, one in row.items()}) for row in records
    ]


def later_table(rows: Iterable[LaterRow]) -> pd.DataFrame:
    """Make a table of the rows: what each network costs, and which share of the test images it gets right.

    "seeds" goes from the worst to the best; "seconds" are the processor's, for one training.
    """
    import pandas as pd

    table = pd.DataFrame([_cells(row) for row in rows])
    return table.set_index("block")


def _cells(row: LaterRow) -> dict[str, str]:
    # Six columns are as many as a page is wide; no name is broken in two lines.
    return {
        "block": row.name.replace(" ", "\N{NO-BREAK SPACE}"),
        "parameters": f"{row.parameters:,}",
        "mult-adds": f"{row.multiply_adds / 1e6:.2f} M",
        "mean": f"{statistics.mean(row.accuracies):.1%}",
        "seeds": f"{100 * min(row.accuracies):.1f}–{max(row.accuracies):.1%}",
        "seconds": f"{statistics.mean(row.seconds):.0f}",
    }
