"""BlockGroup: the oracle is a row of right blocks, with the student's weights in them."""

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import (
    Case,
    copies,
    gradients_flow,
    own_work,
    parameters,
    shape,
    statistics,
    untouched,
    values,
)
from course_utils.exercises.networks import build
from course_utils.exercises.resnets.residual_block import RightBlock

HINTS = (
    "Only one of the blocks has a difficult job. Which?",
    "The first block takes in_feats to out_feats with first_stride. All later ones take out_feats to out_feats with "
    "stride 1. Each is a block of its own: call ResidualBlock once for each.",
    "self.blocks = Sequential(ResidualBlock(in_feats, out_feats, first_stride), *[ResidualBlock(out_feats, out_feats) "
    "for _ in range(n_blocks - 1)]), and forward returns self.blocks(x).",
)

_DEPTH = 20


class RightGroup(nn.Sequential):
    """Right blocks in a row; only the first changes channels and size."""

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        first = RightBlock(in_feats, out_feats, first_stride)
        super().__init__(first, *(RightBlock(out_feats, out_feats) for _ in range(n_blocks - 1)))


# --- the looks ------------------------------------------------------------------------------------------------------


def _make(n_blocks: int, in_feats: int, out_feats: int, stride: int, candidate: Any) -> nn.Module:
    return build(candidate, n_blocks, in_feats, out_feats, first_stride=stride)


def _case(n_blocks: int, in_feats: int, out_feats: int, stride: int, batch: int, *size: int) -> Case:
    told = f"BlockGroup({n_blocks}, {in_feats}, {out_feats}, first_stride={stride})"
    return Case(told, partial(_make, n_blocks, in_feats, out_feats, stride), (batch, in_feats, *size))


_ONE, _SAME, _DOWN = _case(1, 3, 5, 2, 2, 8, 6), _case(4, 4, 4, 1, 1, 7, 6), _case(3, 3, 6, 2, 2, 9, 7)
_WIDER, _STRIDED = _case(2, 4, 6, 1, 2, 5, 7), _case(2, 4, 4, 2, 2, 8, 6)
_ALL = (_ONE, _SAME, _DOWN, _WIDER, _STRIDED)
_DEFAULT = Case("BlockGroup(2, 3, 5)", lambda candidate: build(candidate, 2, 3, 5), (2, 3, 4, 6))

_ONE_BLOCK = 174  # parameters of ResidualBlock(3, 3)


def _number_of_blocks(candidate: Any, seed: int) -> dict[str, Any]:
    """Count by weights, which says more than the blocks' list does."""

    def counted(n_blocks: int) -> str:
        count = sum(one.numel() for one in _make(n_blocks, 3, 3, 1, candidate).parameters())
        return f"{count} parameters" + (f" = {count // _ONE_BLOCK} × {_ONE_BLOCK}" if count % _ONE_BLOCK == 0 else "")

    return {f"BlockGroup({n_blocks}, 3, 3)": partial(counted, n_blocks) for n_blocks in (1, 2, 4)}


LOOKS = (
    own_work(_DOWN),
    Look("number of blocks", "it has n_blocks blocks, each with weights of its own", _number_of_blocks),
    parameters(_ALL, "its parameters have the right shapes, in the order of the diagram"),
    shape(_ALL, "only the first block changes the size of the map and the number of channels"),
    untouched((_SAME,)),
    values("eval", "the blocks run one after the other (eval mode)", _ALL, False, depth=_DEPTH),
    values("training", "the blocks run one after the other (training mode)", _ALL, True, depth=_DEPTH),
    statistics(_ALL, depth=_DEPTH),
    values("default stride", "first_stride is 1 unless said otherwise", (_DEFAULT,), False, depth=_DEPTH),
    gradients_flow((_SAME, _DOWN), True, depth=_DEPTH * 10, axes=("element",)),
    values("float32", "it works in float32 as well", (_SAME, _DOWN), False, torch.float32, depth=_DEPTH),
    copies((_DOWN,)),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_FIRST = "the first block: it alone gets first_stride and the change of channels"
_COUNT = "how many blocks are built: the first one counts"


def _row(plan: Any, default: int = 1) -> type[nn.Sequential]:
    """Make a group with other blocks: plan(n, in_feats, out_feats, stride) lists them, or their arguments."""

    class Row(nn.Sequential):
        def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = default) -> None:
            blocks = plan(n_blocks, in_feats, out_feats, first_stride)
            super().__init__(*(RightBlock(*block) if isinstance(block, tuple) else block for block in blocks))

    return Row


@BANK.mistake(
    "builds one later block and uses it again and again",
    "how the later blocks are made: [block] * n repeats one block, a list comprehension makes n",
    2,
    by=_row,
)
def _shared_block(n: int, i: int, o: int, s: int) -> list:
    rest = RightBlock(o, o)
    return [(i, o, s), *[rest] * (n - 1)]


@BANK.mistake(
    "keeps its blocks in a plain list, where nn.Module cannot see them",
    "how the blocks are stored: Sequential or nn.ModuleList registers them",
    2,
)
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
        return sum((block(x) for block in list(self)[1:]), x)


class _ParallelWithoutSkip(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        x = self[0](x)
        return sum(block(x) for block in list(self)[1:]) if len(self) > 1 else x


@BANK.mistake("runs the first block only", "forward", 3)
class _OnlyFirstRuns(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        return self[0](x)


class _LastForgotten(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        for block in list(self)[:-1]:
            x = block(x)
        return x


class _LastForgottenOfSeveral(_LastForgotten):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) if len(self) > 1 else self[0](x)


@BANK.mistake("runs the later blocks in the wrong order", "forward", 3)
class _Backwards(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        x = self[0](x)
        for block in reversed(list(self)[1:]):
            x = block(x)
        return x


class _OuterSkip(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) + x


class _OuterSkipWhereItFits(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return output + x if output.shape == x.shape else output


class _ChangesInput(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return x.copy_(output) if output.shape == x.shape else output


class _ChangesEachInput(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        for block in self:
            output = block(x)
            x = x.copy_(output) if output.shape == x.shape else output
        return x


@BANK.mistake("declares the later blocks before the first one", "the order of the attributes in __init__", 2)
class _RestFirst(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.rest = nn.Sequential(*(RightBlock(out_feats, out_feats) for _ in range(n_blocks - 1)))
        self.first = RightBlock(in_feats, out_feats, first_stride)

    def forward(self, x: Tensor) -> Tensor:
        return self.rest(self.first(x))


BANK.add(
    "parallel",
    "runs the later blocks side by side and adds them up",
    "forward: each block's output is the next one's input",
    3,
    _Parallel,
    _ParallelWithoutSkip,
)
BANK.add(
    "last_forgotten", "builds the last block and does not run it", "forward", 3, _LastForgottenOfSeveral, _LastForgotten
)
BANK.add(
    "outer_skip",
    "adds its input once more at the end",
    "forward: the skips are inside the blocks already",
    1,
    _OuterSkipWhereItFits,
    _OuterSkip,
)
BANK.add(
    "changes_input",
    "writes its result into the input",
    "in-place operations on x",
    3,
    _ChangesInput,
    _ChangesEachInput,
)
BANK.add(
    "stride_on_every_block",
    "strides in every block",
    _FIRST,
    2,
    _row(lambda n, i, o, s: [(i, o, s)] + [(o, o, s)] * (n - 1)),
)
BANK.add(
    "stride_on_last_block",
    "strides in the last block",
    _FIRST,
    2,
    _row(lambda n, i, o, s: [(i, o, s if n == 1 else 1)] + [(o, o)] * (n - 2) + [(o, o, s)] * (n > 1)),
)
BANK.add("stride_ignored", "never uses first_stride", _FIRST, 2, _row(lambda n, i, o, s: [(i, o)] + [(o, o)] * (n - 1)))
BANK.add(
    "stride_always_2",
    "strides by 2 in the first block, whatever first_stride says",
    _FIRST,
    2,
    _row(lambda n, i, o, s: [(i, o, 2)] + [(o, o)] * (n - 1)),
)
BANK.add(
    "default_stride_2",
    "has first_stride 2 by default",
    "the signature: the default is 1",
    2,
    _row(lambda n, i, o, s: [(i, o, s)] + [(o, o)] * (n - 1), default=2),
)
BANK.add("one_too_many", "has one block too many", _COUNT, 3, _row(lambda n, i, o, s: [(i, o, s)] + [(o, o)] * n))
BANK.add("one_too_few", "has one block too few", _COUNT, 3, _row(lambda n, i, o, s: [(i, o, s)] + [(o, o)] * (n - 2)))
BANK.add("only_one", "has one block, whatever n_blocks says", _COUNT, 3, _row(lambda n, i, o, s: [(i, o, s)]))
BANK.add(
    "always_three",
    "has three blocks, whatever n_blocks says",
    _COUNT,
    3,
    _row(lambda n, i, o, s: [(i, o, s)] + [(o, o)] * 2),
)
BANK.add(
    "in_feats_everywhere",
    "gives every block in_feats, so that the channels do not fit from the second block on",
    "the in_feats of the later blocks: their input comes from the first",
    2,
    _row(lambda n, i, o, s: [(i, o, s)] + [(i, o)] * (n - 1)),
)
BANK.add(
    "channels_at_the_end",
    "changes the channels in the last block",
    _FIRST,
    2,
    _row(lambda n, i, o, s: [(i, o if n == 1 else i, s)] + [(i, i)] * (n - 2) + [(i, o)] * (n > 1)),
)
BANK.add(
    "out_feats_ignored",
    "keeps in_feats channels throughout",
    _FIRST,
    2,
    _row(lambda n, i, o, s: [(i, i, s)] + [(i, i)] * (n - 1)),
)
BANK.add(
    "swapped_feats",
    "swaps in_feats and out_feats",
    "the order of the arguments",
    2,
    _row(lambda n, i, o, s: [(o, i, s)] + [(i, i)] * (n - 1)),
)
BANK.add(
    "extra_relu",
    "has one more ReLU or other step of its own before the blocks",
    "forward: the blocks, and nothing else",
    1,
    _row(lambda n, i, o, s: [nn.ReLU(), (i, o, s)] + [(o, o)] * (n - 1)),
)
BANK.add(
    "extra_norm",
    "has a batch norm of its own after the blocks",
    "forward: the blocks, and nothing else",
    1,
    _row(lambda n, i, o, s: [(i, o, s)] + [(o, o)] * (n - 1) + [nn.BatchNorm2d(o)]),
)

EXERCISE = Exercise(
    name="BlockGroup",
    hints=HINTS,
    right=RightGroup,
    tests={"test_block_group": LOOKS},
    mistakes=BANK.all,
    parts={"BatchNorm2d": nn.BatchNorm2d, "ResidualBlock": RightBlock},
)
