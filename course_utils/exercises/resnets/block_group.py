"""BlockGroup: the oracle is a row of right blocks, with the student's weights in them."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shared import shared
from course_utils.checking.shortcuts import insist_own_work
from course_utils.checking.tensors import broken, describe, run_on
from course_utils.checking.twins import make_twin
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import (
    build,
    insist_copies_work,
    insist_input_untouched,
    insist_same_forward,
    insist_same_gradients,
    observe_module,
)
from course_utils.exercises.resnets.residual_block import RightBlock

HINTS = (
    "Only one of the blocks has a difficult job. Which?",
    "The first block takes in_feats to out_feats with first_stride. All later ones take out_feats to out_feats with "
    "stride 1. Each is a block of its own: call ResidualBlock once for each.",
    "self.blocks = Sequential(ResidualBlock(in_feats, out_feats, first_stride), *[ResidualBlock(out_feats, out_feats) "
    "for _ in range(n_blocks - 1)]), and forward returns self.blocks(x).",
)

_DEPTH = 20
# n_blocks, in_feats, out_feats, first_stride
_ONE, _SAME, _DOWN, _WIDER, _STRIDED = (1, 3, 5, 2), (4, 4, 4, 1), (3, 3, 6, 2), (2, 4, 6, 1), (2, 4, 4, 2)
_KINDS = (_ONE, _SAME, _DOWN, _WIDER, _STRIDED)


class RightGroup(nn.Sequential):
    """Right blocks in a row; only the first changes channels and size."""

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        first = RightBlock(in_feats, out_feats, first_stride)
        super().__init__(first, *(RightBlock(out_feats, out_feats) for _ in range(n_blocks - 1)))


# Built once for all checks: each gives it the student's weights.
_right = cache(RightGroup)


def _told(kind: tuple[int, int, int, int]) -> str:
    return f"BlockGroup({kind[0]}, {kind[1]}, {kind[2]}, first_stride={kind[3]})"


def _make(candidate: Any, kind: tuple[int, int, int, int]) -> nn.Module:
    return build(candidate, *kind[:3], first_stride=kind[3])


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_work(candidate, lambda: _make(candidate, _DOWN))


def _number_of_blocks(candidate: Any, seed: int) -> None:
    """Count by weights, which says more than their list does."""
    for n_blocks in (1, 2, 4):
        mine, right = _make(candidate, (n_blocks, 3, 3, 1)), _right(n_blocks, 3, 3)
        got, wanted = (sum(p.numel() for p in module.parameters()) for module in (mine, right))
        if got != wanted:
            each = sum(p.numel() for p in RightBlock(3, 3).parameters())
            raise broken(
                "it has n_blocks blocks, each with weights of its own",
                f"BlockGroup({n_blocks}, 3, 3) should have {n_blocks} × {each} parameters, it has {got}"
                + (f" = {got // each} × {each}" if got % each == 0 else ""),
            )


def _parameters(candidate: Any, seed: int) -> None:
    for kind in _KINDS:
        make_twin(_right(*kind), shared(_make, candidate, kind), _told(kind))


def _shape(candidate: Any, seed: int) -> None:
    for kind in (_ONE, _DOWN):
        x = Draws(seed, torch.float32).normal(2, kind[1], 9, 7)
        mine = shared(_make, candidate, kind).float().train()
        wanted, got = _right(*kind).float()(x).shape, run_on(mine, x, _told(kind)).shape
        if wanted != got:
            raise broken(
                "only the first block changes the size of the map and the number of channels",
                f"{_told(kind)} on x of shape {describe(x.shape)}",
                f"expected shape {describe(wanted)}, got {describe(got)}",
            )


def _values(candidate: Any, draws: Draws, kinds: Iterable[tuple[int, int, int, int]], training: bool) -> None:
    promise = f"the blocks run one after the other ({'training' if training else 'eval'} mode)"
    for kind in kinds:
        mine = draws.fill(shared(_make, candidate, kind)).train(training)
        for batch, *size in ((2, 8, 6), (1, 5, 7)) if training else ((1, 7, 6),):
            x = draws.normal(batch, kind[1], *size)
            insist_same_forward(mine, _right(*kind), x, promise, _DEPTH, what=_told(kind))


def _eval(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed), _KINDS, training=False)


def _training(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed + 1), _KINDS, training=True)


def _float32(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed + 2, torch.float32), (_SAME, _DOWN), training=False)


def _default_stride(candidate: Any, seed: int) -> None:
    mine = Draws(seed).fill(build(candidate, 2, 3, 5)).eval()
    promise = "first_stride is 1 unless said otherwise"
    insist_same_forward(mine, _right(2, 3, 5), Draws(seed).normal(2, 3, 4, 6), promise, _DEPTH)


def _gradients(candidate: Any, seed: int) -> None:
    for kind in (_SAME, _DOWN):
        mine = Draws(seed + 3).fill(shared(_make, candidate, kind)).train()
        insist_same_gradients(mine, _right(*kind), Draws(seed).normal(2, kind[1], 6, 5), _DEPTH)


def _input_untouched(candidate: Any, seed: int) -> None:
    mine = Draws(seed).fill(shared(_make, candidate, _SAME)).train()
    insist_input_untouched(mine, Draws(seed).normal(2, 4, 6, 5))


def _copies(candidate: Any, seed: int) -> None:
    insist_copies_work(lambda: _make(candidate, _DOWN), Draws(seed).normal(3, 3, 6, 4))


def _probe(candidate: Any) -> Looks:
    found: dict[str, Any] = {}
    for kind in (_ONE, _SAME, _DOWN, _STRIDED):
        x = Draws(2).normal(2, kind[1], 7, 5)
        make = lambda kind=kind: candidate(*kind[:3], first_stride=kind[3])  # noqa: E731
        found |= observe_module(make, x, _told(kind), gradient=kind == _DOWN)
    x = Draws(3).normal(2, 3, 5, 4)
    return found | observe_module(lambda: candidate(2, 3, 5), x, "default stride", gradient=False)


# --- the bank -------------------------------------------------------------------------------------------------------


def _row(plan: Any, default: int = 1) -> type[nn.Sequential]:
    """Make a group with other blocks: plan(n, in_feats, out_feats, stride) lists them, or their arguments."""

    class Row(nn.Sequential):
        def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = default) -> None:
            blocks = plan(n_blocks, in_feats, out_feats, first_stride)
            super().__init__(*(RightBlock(*block) if isinstance(block, tuple) else block for block in blocks))

    return Row


def _shared(n: int, i: int, o: int, s: int) -> list:
    rest = RightBlock(o, o)
    return [(i, o, s), *[rest] * (n - 1)]


class _Unregistered(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = list(RightGroup(n_blocks, in_feats, out_feats, first_stride))

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x


class _Parallel(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        x = self[0](x)
        return x + sum(block(x) for block in list(self)[1:])


class _OnlyFirstRuns(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        return self[0](x)


class _LastForgotten(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        for block in list(self)[: max(1, len(self) - 1)]:
            x = block(x)
        return x


class _Backwards(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        x = self[0](x)
        for block in reversed(list(self)[1:]):
            x = block(x)
        return x


class _OuterSkip(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return output + x if output.shape == x.shape else output


class _ChangesInput(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return x.copy_(output) if output.shape == x.shape else output


class _RestFirst(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.rest = nn.Sequential(*(RightBlock(out_feats, out_feats) for _ in range(n_blocks - 1)))
        self.first = RightBlock(in_feats, out_feats, first_stride)

    def forward(self, x: Tensor) -> Tensor:
        return self.rest(self.first(x))


_FIRST = "the first block: it alone gets first_stride and the change of channels"
_COUNT = "how many blocks are built: the first one counts"

MISTAKES = (
    Mistake(
        "stride_on_every_block",
        "strides in every block",
        _FIRST,
        2,
        _row(lambda n, i, o, s: [(i, o, s)] + [(o, o, s)] * (n - 1)),
    ),
    Mistake(
        "stride_on_last_block",
        "strides in the last block",
        _FIRST,
        2,
        _row(lambda n, i, o, s: [(i, o, s if n == 1 else 1)] + [(o, o)] * (n - 2) + [(o, o, s)] * (n > 1)),
    ),
    Mistake(
        "stride_ignored", "never uses first_stride", _FIRST, 2, _row(lambda n, i, o, s: [(i, o)] + [(o, o)] * (n - 1))
    ),
    Mistake(
        "stride_always_2",
        "strides by 2 in the first block, whatever first_stride says",
        _FIRST,
        2,
        _row(lambda n, i, o, s: [(i, o, 2)] + [(o, o)] * (n - 1)),
    ),
    Mistake(
        "default_stride_2",
        "has first_stride 2 by default",
        "the signature: the default is 1",
        2,
        _row(lambda n, i, o, s: [(i, o, s)] + [(o, o)] * (n - 1), default=2),
    ),
    Mistake("one_too_many", "has one block too many", _COUNT, 3, _row(lambda n, i, o, s: [(i, o, s)] + [(o, o)] * n)),
    Mistake(
        "one_too_few", "has one block too few", _COUNT, 3, _row(lambda n, i, o, s: [(i, o, s)] + [(o, o)] * (n - 2))
    ),
    Mistake("only_one", "has one block, whatever n_blocks says", _COUNT, 3, _row(lambda n, i, o, s: [(i, o, s)])),
    Mistake(
        "always_three",
        "has three blocks, whatever n_blocks says",
        _COUNT,
        3,
        _row(lambda n, i, o, s: [(i, o, s)] + [(o, o)] * 2),
    ),
    Mistake(
        "shared_block",
        "builds one later block and uses it again and again",
        "how the later blocks are made: [block] * n repeats one block, a list comprehension makes n",
        2,
        _row(_shared),
    ),
    Mistake(
        "in_feats_everywhere",
        "gives every block in_feats, so that the channels do not fit from the second block on",
        "the in_feats of the later blocks: their input comes from the first",
        2,
        _row(lambda n, i, o, s: [(i, o, s)] + [(i, o)] * (n - 1)),
    ),
    Mistake(
        "channels_at_the_end",
        "changes the channels in the last block",
        _FIRST,
        2,
        _row(lambda n, i, o, s: [(i, o if n == 1 else i, s)] + [(i, i)] * (n - 2) + [(i, o)] * (n > 1)),
    ),
    Mistake(
        "out_feats_ignored",
        "keeps in_feats channels throughout",
        _FIRST,
        2,
        _row(lambda n, i, o, s: [(i, i, s)] + [(i, i)] * (n - 1)),
    ),
    Mistake(
        "swapped_feats",
        "swaps in_feats and out_feats",
        "the order of the arguments",
        2,
        _row(lambda n, i, o, s: [(o, i, s)] + [(i, i)] * (n - 1)),
    ),
    Mistake(
        "extra_relu",
        "has one more ReLU or other step of its own before the blocks",
        "forward: the blocks, and nothing else",
        1,
        _row(lambda n, i, o, s: [nn.ReLU(), (i, o, s)] + [(o, o)] * (n - 1)),
    ),
    Mistake(
        "extra_norm",
        "has a batch norm of its own after the blocks",
        "forward: the blocks, and nothing else",
        1,
        _row(lambda n, i, o, s: [(i, o, s)] + [(o, o)] * (n - 1) + [nn.BatchNorm2d(o)]),
    ),
    Mistake(
        "unregistered",
        "keeps its blocks in a plain list, where nn.Module cannot see them",
        "how the blocks are stored: Sequential or nn.ModuleList registers them",
        2,
        _Unregistered,
    ),
    Mistake(
        "parallel",
        "runs the later blocks side by side and adds them up",
        "forward: each block's output is the next one's input",
        3,
        _Parallel,
    ),
    Mistake("only_first_runs", "runs the first block only", "forward", 3, _OnlyFirstRuns),
    Mistake("last_forgotten", "builds the last block and does not run it", "forward", 3, _LastForgotten),
    Mistake("backwards", "runs the later blocks in the wrong order", "forward", 3, _Backwards),
    Mistake(
        "outer_skip",
        "adds its input once more at the end",
        "forward: the skips are inside the blocks already",
        1,
        _OuterSkip,
    ),
    Mistake(
        "rest_first",
        "declares the later blocks before the first one",
        "the order of the attributes in __init__",
        2,
        _RestFirst,
    ),
    Mistake("changes_input", "writes its result into the input", "in-place operations on x", 3, _ChangesInput),
)

EXERCISE = Exercise(
    name="BlockGroup",
    hints=HINTS,
    right=RightGroup,
    tests={
        "test_block_group": (
            Check("own work", _own_work, structural=True),
            Check("number of blocks", _number_of_blocks),
            Check("parameters", _parameters),
            Check("shape", _shape),
            Check("input untouched", _input_untouched),
            Check("eval", _eval),
            Check("training", _training),
            Check("default stride", _default_stride),
            Check("gradients", _gradients),
            Check("float32", _float32),
            Check("copies", _copies),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
    parts={"BatchNorm2d": nn.BatchNorm2d, "ResidualBlock": RightBlock},
)
