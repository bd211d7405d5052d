"""BlockGroup: the oracle is a row of right blocks, with the student's weights in them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.exercises import module_looks as looks
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import writing_into_x
from course_utils.exercises.building_blocks.layer_mistakes import with_defaults
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import build
from course_utils.exercises.resnets.residual_block import RightBlock

HINTS = (
    "Only one of the blocks has a difficult job. Which?",
    "The first block takes `in_feats` to `out_feats` with `first_stride`. All later ones take `out_feats` to "
    "`out_feats` with stride 1. Each is a block of its own: call `ResidualBlock` once for each.",
    "In `__init__`, and `forward` returns `self.blocks(x)`:\n"
    "```python\n"
    "self.blocks = Sequential(\n"
    "    ResidualBlock(in_feats, out_feats, first_stride),\n"
    "    *[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)],\n"
    ")\n"
    "```",
)

_DEPTH = 20


class RightGroup(nn.Sequential):
    """Right blocks in a row; only the first changes channels and size."""

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        row = self.plan(n_blocks, in_feats, out_feats, first_stride)
        super().__init__(*(RightBlock(*block) if isinstance(block, tuple) else block for block in row))

    def plan(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int) -> list[Any]:
        """List the blocks' arguments."""
        return [(in_feats, out_feats, first_stride), *[(out_feats, out_feats, 1)] * (n_blocks - 1)]


# --- the looks ------------------------------------------------------------------------------------------------------


def _case(n_blocks: int, into: int, out: int, stride: int, batch: int, *size: int) -> looks.Case:
    return looks.case_of("BlockGroup", n_blocks, into, out, first_stride=stride, x=(batch, into, *size))


_ONE, _SAME, _DOWN = _case(1, 3, 5, 2, 2, 8, 6), _case(4, 4, 4, 1, 1, 7, 6), _case(3, 3, 6, 2, 2, 9, 7)
_WIDER, _STRIDED = _case(2, 4, 6, 1, 2, 5, 7), _case(2, 4, 4, 2, 2, 8, 6)
_ALL = (_ONE, _SAME, _DOWN, _WIDER, _STRIDED)
_DEFAULT = looks.case_of("BlockGroup", 2, 3, 5, x=(2, 3, 4, 6))

_ONE_BLOCK = 174  # parameters of ResidualBlock(3, 3)


def _number_of_blocks(candidate: Any, seed: int) -> dict[str, Any]:
    """Count by weights, which says more than the blocks' list does."""

    def counted(n_blocks: int) -> str:
        count = sum(one.numel() for one in build(candidate, n_blocks, 3, 3, first_stride=1).parameters())
        return f"{count} parameters" + (f" = {count // _ONE_BLOCK} × {_ONE_BLOCK}" if count % _ONE_BLOCK == 0 else "")

    return {f"BlockGroup({n_blocks}, 3, 3)": partial(counted, n_blocks) for n_blocks in (1, 2, 4)}


LOOKS = (
    looks.own_work(_DOWN),
    Look("number of blocks", "it has n_blocks blocks, each with weights of its own", _number_of_blocks),
    looks.parameters(_ALL, "its parameters have the right shapes, in the diagram's order"),
    looks.shape(_ALL, "only the first block changes the size of the map and the number of channels"),
    looks.untouched((_SAME,)),
    looks.values("eval mode", "the blocks run one after the other (eval mode)", _ALL, False, depth=_DEPTH),
    looks.values("training mode", "the blocks run one after the other (training mode)", _ALL, True, depth=_DEPTH),
    looks.statistics(_ALL, depth=_DEPTH),
    looks.values(
        "first_stride left out", "first_stride is 1 unless you say otherwise", (_DEFAULT,), False, depth=_DEPTH
    ),
    looks.gradients_flow((_SAME, _DOWN), True, depth=_DEPTH * 10, axes=("element",)),
    looks.values("float32", "it works in float32 as well", (_SAME, _DOWN), False, torch.float32, depth=_DEPTH),
    looks.copies((_DOWN,)),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_FIRST = "the first block: it alone gets first_stride and the change of channels"
_COUNT = "how many blocks are built: the first one counts"
_ONLY = "forward: the blocks, and nothing else"


def _row(edit: Callable[[list[Any], int, int, int], list[Any]]) -> type[RightGroup]:
    """Make a group with other blocks: edit(right row, in_feats, out_feats, stride) lists them, or their arguments."""

    class Row(RightGroup):
        def plan(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int) -> list[Any]:
            row = super().plan(n_blocks, in_feats, out_feats, first_stride)
            return edit(row, in_feats, out_feats, first_stride)

    return Row


def _running(run: Callable[[Sequence[nn.Module], Tensor], Tensor]) -> type[nn.Sequential]:
    """Make a group of right blocks that runs them differently: run(blocks, x)."""

    class Running(RightGroup):
        def forward(self, x: Tensor) -> Tensor:
            return run(list(self), x)

    return Running


def _strided(row: list[Any], *strides: int) -> list[Any]:
    """Give the first blocks of a row other strides."""
    return [(*block[:2], stride) for block, stride in zip(row, strides, strict=False)] + row[len(strides) :]


def _one_by_one(blocks: Sequence[nn.Module], x: Tensor) -> Tensor:
    for block in blocks:
        x = block(x)
    return x


def _writing_each(blocks: Sequence[nn.Module], x: Tensor) -> Tensor:
    for block in blocks:
        output = block(x)
        x = x.copy_(output) if output.shape == x.shape else output
    return x


def _side_by_side(blocks: Sequence[nn.Module], x: Tensor) -> Tensor:
    x = blocks[0](x)
    return sum((block(x) for block in blocks[1:]), x)


def _side_by_side_alone(blocks: Sequence[nn.Module], x: Tensor) -> Tensor:
    x = blocks[0](x)
    return sum(block(x) for block in blocks[1:]) if blocks[1:] else x


def _with_input(blocks: Sequence[nn.Module], x: Tensor) -> Tensor:
    output = _one_by_one(blocks, x)
    return output + x if output.shape == x.shape else output


_first = BANK.about(_FIRST, 2, by=_row)
_count = BANK.about(_COUNT, 3, by=_row)
_adds = BANK.about(_ONLY, 1, by=_row)
_runs = BANK.about("forward", 3, by=_running)


@BANK.mistake(
    "builds one later block and uses it again and again",
    "how the later blocks are made: [block] * n repeats one block, a list comprehension makes n",
    2,
    by=_row,
)
def _shared_block(row: list[Any], i: int, o: int, s: int) -> list[Any]:
    return [row[0], *[RightBlock(*later) for later in row[1:2]] * len(row[1:])]


@BANK.mistake(
    "keeps its blocks in a plain list, where nn.Module cannot see them",
    "how the blocks are stored: Sequential or nn.ModuleList registers them",
    2,
)
class _Unregistered(RightGroup):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.blocks = list(self)
        self._modules.clear()

    def forward(self, x: Tensor) -> Tensor:
        return _one_by_one(self.blocks, x)


_runs("only_first_runs", "runs the first block only", lambda blocks, x: blocks[0](x))
_runs(
    "same_input_for_all",
    "hands the group's own input to each block, so that only the last one's output counts",
    lambda blocks, x: [block(x) for block in blocks][-1],
)
_runs(
    "backwards",
    "runs the later blocks in the wrong order",
    lambda blocks, x: _one_by_one([blocks[0], *blocks[:0:-1]], x),
)


@BANK.mistake("declares the later blocks before the first one", "the order of the attributes in __init__", 2)
class _RestFirst(RightGroup):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.append(self.pop(0))

    def forward(self, x: Tensor) -> Tensor:
        return _one_by_one([self[-1], *list(self)[:-1]], x)


BANK.add(
    "parallel",
    "runs the later blocks side by side and adds them up",
    "forward: each block's output is the next one's input",
    3,
    _running(_side_by_side),
    _running(_side_by_side_alone),
)
_runs(
    "last_forgotten",
    "builds the last block and does not run it",
    lambda blocks, x: _one_by_one(blocks[:-1] or blocks, x),
    lambda blocks, x: _one_by_one(blocks[:-1], x),
)
BANK.add(
    "outer_skip",
    "adds its input once more at the end",
    "forward: the skips are inside the blocks already",
    1,
    _running(_with_input),
    _running(lambda blocks, x: _one_by_one(blocks, x) + x),
)
BANK.add(
    "changes_input",
    "writes into its input",
    "in-place operations on x",
    3,
    writing_into_x(RightGroup),
    _running(_writing_each),
)
_first("stride_on_every_block", "strides in every block", lambda row, i, o, s: _strided(row, *[s] * len(row)))
_first(
    "stride_on_last_block",
    "strides in the last block",
    lambda row, i, o, s: _strided(row, *[1] * (len(row) - 1), s),
)
_first("stride_ignored", "never uses first_stride", lambda row, i, o, s: _strided(row, *[1] * len(row)))
_first(
    "stride_always_2",
    "strides by 2 in the first block, whatever first_stride says",
    lambda row, i, o, s: _strided(row, 2),
)
_first(
    "stride_where_channels_change",
    "strides by 2 where the channels change, and nowhere else, whatever first_stride says",
    lambda row, i, o, s: _strided(row, 2 if i != o else 1),
)
BANK.add(
    "default_stride_2",
    "has first_stride 2 by default",
    "the signature: the default is 1",
    2,
    with_defaults(RightGroup, first_stride=2),
)
_count("one_too_many", "has one block too many", lambda row, i, o, s: [*row, (o, o, 1)])
_count("one_too_few", "has one block too few", lambda row, i, o, s: row[:-1] or row)
_count("only_one", "has one block, whatever n_blocks says", lambda row, i, o, s: row[:1])
_count("always_two", "has two blocks, whatever n_blocks says", lambda row, i, o, s: [row[0], (o, o, 1)])
_count("always_three", "has three blocks, whatever n_blocks says", lambda row, i, o, s: [row[0], *[(o, o, 1)] * 2])
BANK.add(
    "in_feats_everywhere",
    "gives every block in_feats, so that the channels do not fit from the second block on",
    "the in_feats of the later blocks: their input comes from the first",
    2,
    _row(lambda row, i, o, s: [(i, out, stride) for _, out, stride in row]),
)
_first(
    "channels_at_the_end",
    "changes the channels in the last block",
    lambda row, i, o, s: [*((i, i, stride) for *_, stride in row[:-1]), (i, o, row[-1][2])],
)
_first(
    "out_feats_ignored",
    "keeps in_feats channels throughout",
    lambda row, i, o, s: [(i, i, stride) for *_, stride in row],
)
BANK.add(
    "swapped_feats",
    "swaps in_feats and out_feats",
    "the order of the arguments",
    2,
    _row(lambda row, i, o, s: [(o, i, s), *[(i, i, 1)] * (len(row) - 1)]),
)
_adds(
    "extra_relu",
    "has one more ReLU or other step of its own before the blocks",
    lambda row, *_: [nn.ReLU(), *row],
)
_adds(
    "extra_norm",
    "has a batch norm of its own after the blocks",
    lambda row, i, o, s: [*row, nn.BatchNorm2d(o)],
)

EXERCISE = Exercise(
    name="BlockGroup",
    hints=HINTS,
    right=RightGroup,
    tests={"test_block_group": LOOKS},
    mistakes=BANK.all,
    parts={"BatchNorm2d": nn.BatchNorm2d, "ResidualBlock": RightBlock},
)
