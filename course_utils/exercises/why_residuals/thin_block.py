"""ThinBlock: the oracle is made of torch.nn's parts; its shortcut has no parameters (the paper's option A)."""

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import (
    IN_PLACE,
    NO_BIAS,
    TWO_NORMS,
    add_shared_mistakes,
    changed,
    drop,
    ending,
    hide,
    right_end,
    strides_on,
    writing_into_x,
)
from course_utils.exercises.building_blocks.layer_mistakes import with_defaults
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family.padded_skips import (
    WRONG_SKIPS,
    Skip,
    right_skip,
    zeros_behind,
    zeros_on_the_cpu,
)
from course_utils.exercises.why_residuals.paired_blocks import block_looks

HINTS = (
    "Write the plain block first: five layers in a row, and a ReLU. Where does the residual one differ? In one "
    "line of `forward`, and in none of the layers.",
    "What you add needs the shape of what the second batch norm gives. Slicing takes every stride-th pixel, as "
    "option A of notebook 3 does; the channels that are missing are zeros, after the others.",
    "In `forward`, with `self.extra = out_feats - in_feats`:\n"
    "```python\n"
    "out = self.left(x)\n"
    "if self.residual:\n"
    "    skip = x[:, :, ::self.stride, ::self.stride]\n"
    "    out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))\n"
    "return self.relu(out)\n"
    "```",
)


class RightThinBlock(nn.Module):
    """The paper's block for small images, with or without its shortcut."""

    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.extra, self.stride, self.residual = out_feats - in_feats, stride, residual

    def forward(self, x: Tensor) -> Tensor:
        """Run the layers; add the shortcut if the block is residual, then apply ReLU."""
        left = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (left + self.shortcut(x) if self.residual else left).relu()

    def shortcut(self, x: Tensor) -> Tensor:
        """Take every stride-th pixel, and append channels of zeros."""
        return right_skip(x, self.extra, self.stride)


# Nothing changes; one channel, which broadcasts; size; another stride; channels and size. Even and odd sizes.
LOOKS = block_looks(
    block="ThinBlock",
    flag="residual",
    kinds={
        (4, 4, 1): (2, 7, 6),
        (1, 4, 1): (2, 5, 7),
        (4, 4, 2): (2, 8, 6),
        (2, 6, 3): (3, 6, 7),
        (3, 7, 2): (2, 5, 7),
    },
    promises=(
        ("residual=False", "without the shortcut nothing is added: conv, batch norm, ReLU, conv, batch norm, ReLU"),
        ("residual=True", "every stride-th pixel of x is added, with channels of zeros after, then ReLU follows"),
    ),
    defaults="stride is 1 and residual True unless you say otherwise",
    parts="conv 3×3 and batch norm, twice, whether residual or not",
)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_MEET = "the end of forward, where the shortcut is added"
_FLAG = "what residual decides: whether the shortcut is added, and nothing else"
_SLICE = "the stride of the shortcut: every stride-th pixel, beginning with the first: x[:, :, ::stride, ::stride]"
_PAD = "the zeros: whole channels, after those of the input"
_STRIDES = "which convolution gets the stride: the first, and no other"
_LEFT = "the order of the layers: conv, batch norm, ReLU, conv, batch norm"
_changed, _ending = partial(changed, RightThinBlock), partial(ending, RightThinBlock)
_shared = partial(add_shared_mistakes, BANK, RightThinBlock)


def _skipping(skip: Skip) -> type[RightThinBlock]:
    """Make a block that adds something else."""

    class Skipping(RightThinBlock):
        def shortcut(self, x: Tensor) -> Tensor:
            return skip(x, self.extra, self.stride)

    return Skipping


_flag = BANK.about(_FLAG, 1, by=_ending)
_slices_as, _slices = (BANK.about(_SLICE, hint, by=_skipping) for hint in (2, 3))
_fills, _pads = (BANK.about(_PAD, hint, by=_skipping) for hint in (2, 3))

_shared(NO_BIAS, 1, "bias")
_shared("the channels of the two convolutions", 1, "late_widening")
_shared("padding=1", 1, "no_padding")
_shared(TWO_NORMS, 1, "shared_norm")
BANK.add(
    "unregistered",
    "keeps its layers where nn.Module cannot see them, as in a plain list",
    "how the layers are stored: as attributes, or in a Sequential",
    1,
    _changed(hide("conv1", "bn1", "conv2", "bn2")),
)


@BANK.mistake("projects with a 1×1 convolution where the shape changes", "the shortcut: it has no parameters", 2)
class _Projects(RightThinBlock):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__(in_feats, out_feats, stride, residual)
        if residual and (stride, in_feats) != (1, out_feats):
            self.projection = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def shortcut(self, x: Tensor) -> Tensor:
        return self.projection(x) if hasattr(self, "projection") else x


_shared(_LEFT, 1, "no_middle_relu", "relu_before_norm")


BANK.add(
    "plain_by_default",
    "is plain unless residual=True is said",
    "the default of residual in __init__",
    1,
    with_defaults(RightThinBlock, residual=False),
)
_shared("the default of stride in __init__", 1, "default_stride_2")


def _added_to_input(block: RightThinBlock, left: Tensor, x: Tensor) -> Tensor:
    if not block.residual:
        return left.relu()
    channels, x = x.shape[1], x[:, :, :: block.stride, :: block.stride]
    x += left[:, :channels]
    return torch.cat([x, left[:, channels:]], dim=1).relu()


BANK.add(
    "changes_input",
    "writes into its input",
    IN_PLACE,
    3,
    writing_into_x(RightThinBlock),
    _ending(_added_to_input),
)


@BANK.mistake(
    "leaves the shortcut out where the shape changes",
    "what to do where the shape changes: slice and append zeros, then add",
    2,
    by=_ending,
)
def _same_shape_only(block: Any, left: Tensor, x: Tensor) -> Tensor:
    return right_end(block, left, x) if left.shape == x.shape else left.relu()


_pads("pads_the_map", "pads the map, not the channels", *WRONG_SKIPS["pads_the_map"])
BANK.add(
    "zeros_on_the_cpu",
    "makes its zeros on the CPU, wherever its input is",
    f"{_PAD}; x.new_zeros or F.pad makes them where x is",
    2,
    _skipping(zeros_on_the_cpu),
)
_fills("repeats", "fills the new channels with copies of the old ones", *WRONG_SKIPS["repeats"])
_slices("cuts", "cuts the corner out of the map for the shortcut's stride", *WRONG_SKIPS["cuts"])
_slices_as("averages", "averages pixels for the shortcut's stride", *WRONG_SKIPS["averages"])
_slices_as("max_pools", "takes the largest pixel for the shortcut's stride", *WRONG_SKIPS["max_pools"])
_flag(
    "always_residual",
    "adds the shortcut in the plain block too",
    lambda block, left, x: (left + block.shortcut(x)).relu(),
)
_flag("never_residual", "never adds the shortcut", lambda block, left, x: left.relu())
_flag(
    "reversed",
    "adds the shortcut only when residual is False",
    lambda block, left, x: (left if block.residual else left + block.shortcut(x)).relu(),
)
_shared(_MEET, 3, "relu_before_sum", "relu_twice")
BANK.add(
    "no_last_relu",
    "has no ReLU at its end",
    _MEET,
    3,
    _ending(lambda block, left, x: left + block.shortcut(x) if block.residual else left),
)
BANK.add(
    "no_last_relu_when_plain",
    "has no ReLU at the end of the plain block",
    "the last ReLU: the plain block has it as well",
    3,
    _ending(lambda block, left, x: right_end(block, left, x) if block.residual else left),
)
_shared(_MEET, 2, "concatenated", "multiplied")
_slices("begins_late", "begins with a later pixel when the shortcut strides", *WRONG_SKIPS["begins_late"])
_slices_as("skip_without_stride", "does not stride in the shortcut", *WRONG_SKIPS["without_stride"])
_slices(
    "always_2",
    "takes every second pixel where it strides, whatever the stride",
    lambda x, extra, stride: zeros_behind(x[:, :, :: min(stride, 2), :: min(stride, 2)], extra),
)
_pads("pads_in_front", "puts the zeros before the channels of the input", *WRONG_SKIPS["pads_in_front"])
_pads(
    "pads_both_sides",
    "puts half of the zeros before the channels of the input, and half after",
    *WRONG_SKIPS["pads_both_sides"],
)
_fills("no_zeros", "does not append channels", lambda x, extra, stride: x[:, :, ::stride, ::stride])
_shared(_STRIDES, 2, "stride_on_second", "stride_on_both")
BANK.add("stride_ignored", "strides in the shortcut only", _STRIDES, 2, _changed(strides_on()))
BANK.add("no_norm", "has no batch norm", _LEFT, 1, _changed(drop("bn1", "bn2")))
_shared(_LEFT, 1, "no_last_norm")

EXERCISE = Exercise(
    name="ThinBlock",
    hints=HINTS,
    right=RightThinBlock,
    tests={"test_thin_block": LOOKS},
    mistakes=BANK.all,
)
