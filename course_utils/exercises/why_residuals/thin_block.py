"""ThinBlock: the oracle is made of torch.nn's parts; its shortcut has no parameters (the paper's option A)."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family.padded_skips import WRONG_SKIPS, Skip, right_skip, zeros_behind
from course_utils.exercises.why_residuals.paired_blocks import block_looks

HINTS = (
    "Write the plain block first: five layers in a row, and a ReLU. Where does the residual one differ? In one line of "
    "forward, and in none of the layers.",
    "What is added must have the shape of what the second batch norm gives. Slicing takes every stride-th pixel, as "
    "option A of notebook 3 does; the channels that are missing are zeros, behind the others.",
    "In forward: out = self.left(x); if self.residual: skip = x[:, :, ::self.stride, ::self.stride], and out = out + "
    "nn.functional.pad(skip, (0, 0, 0, 0, 0, self.extra)), with self.extra = out_feats - in_feats; then return "
    "self.relu(out), in both cases.",
)


class RightThinBlock(nn.Module):
    """The paper's block for small images, with or without its shortcut."""

    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1, self.bn1 = _conv(in_feats, out_feats, stride), nn.BatchNorm2d(out_feats)
        self.conv2, self.bn2 = _conv(out_feats, out_feats), nn.BatchNorm2d(out_feats)
        self.extra, self.stride, self.residual = out_feats - in_feats, stride, residual

    def forward(self, x: Tensor) -> Tensor:
        """Take both branches, and let them meet."""
        return self.meet(self.left(x), x)

    def left(self, x: Tensor) -> Tensor:
        """Run the layers that have weights."""
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def skip(self, x: Tensor) -> Tensor:
        """Take every stride-th pixel, and append channels of zeros."""
        return right_skip(x, self.extra, self.stride)

    def meet(self, left: Tensor, x: Tensor) -> Tensor:
        """Add the shortcut if the block is residual, then apply ReLU."""
        return (left + self.skip(x) if self.residual else left).relu()


def _conv(in_feats: int, out_feats: int, stride: int = 1, bias: bool = False, padding: int = 1) -> nn.Conv2d:
    return nn.Conv2d(in_feats, out_feats, 3, stride, padding, bias=bias)


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
        ("plain", "without the shortcut nothing is added: conv, batch norm, ReLU, conv, batch norm, ReLU"),
        ("residual", "every stride-th pixel of x is added, with channels of zeros behind, then ReLU follows"),
    ),
    defaults="stride is 1 and residual True unless said otherwise",
    parts="conv 3×3 and batch norm, twice, whether residual or not",
)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_MEET = "the end of forward, where the shortcut is added"
_FLAG = "what residual decides: whether the shortcut is added, and nothing else"
_SLICE = "the stride of the shortcut: every stride-th pixel, beginning with the first: x[:, :, ::stride, ::stride]"
_PAD = "the zeros: whole channels, behind those of the input"
_STRIDES = "which convolution gets the stride: the first, and no other"
_LEFT = "the order of the layers: conv, batch norm, ReLU, conv, batch norm"


def _meets(meet: Callable[[RightThinBlock, Tensor, Tensor], Tensor]) -> type[RightThinBlock]:
    """Make a block whose branches meet in another way: meet(block, left, x)."""

    class Meets(RightThinBlock):
        def forward(self, x: Tensor) -> Tensor:
            return meet(self, self.left(x), x)

    return Meets


def _skips(skip: Skip) -> type[RightThinBlock]:
    """Make a block that adds something else."""

    class Skips(RightThinBlock):
        def skip(self, x: Tensor) -> Tensor:
            return skip(x, self.extra, self.stride)

    return Skips


def _wrong(way: str) -> list[type[RightThinBlock]]:
    return [_skips(skip) for skip in WRONG_SKIPS[way]]


def _changed(change: Callable[..., None]) -> type[RightThinBlock]:
    """Make a block whose parts are changed after it is built: change(block, in_feats, out_feats, stride)."""

    class Changed(RightThinBlock):
        def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
            super().__init__(in_feats, out_feats, stride, residual)
            change(self, in_feats, out_feats, stride)

    return Changed


def _strides(conv1: bool, conv2: bool) -> Callable[..., None]:
    def change(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
        block.conv1.stride = (stride if conv1 else 1,) * 2
        block.conv2.stride = (stride if conv2 else 1,) * 2

    return change


@BANK.mistake(
    "has a bias in its convolutions", "bias=False: torch's Conv2d has one unless told otherwise", 1, by=_changed
)
def _bias(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1, block.conv2 = _conv(in_feats, out_feats, stride, bias=True), _conv(out_feats, out_feats, bias=True)


@BANK.mistake(
    "changes the number of channels in the second convolution, not in the first",
    "the channels of the two convolutions",
    1,
    by=_changed,
)
def _late_widening(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1, block.bn1 = _conv(in_feats, in_feats, stride), nn.BatchNorm2d(in_feats)
    block.conv2 = _conv(in_feats, out_feats)


@BANK.mistake("does not pad its convolutions", "padding=1", 1, by=_changed)
def _no_padding(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.padding = block.conv2.padding = (0, 0)


def _no_norms(*names: str) -> Callable[..., None]:
    def change(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
        for name in names:
            setattr(block, name, nn.Identity())

    return change


@BANK.mistake("uses one batch norm twice", "the two batch norms: each has weights of its own", 1, by=_changed)
def _shared_norm(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
    block.bn2 = block.bn1


@BANK.mistake(
    "keeps its layers where nn.Module cannot see them, as in a plain list",
    "how the layers are stored: as attributes, or in a Sequential",
    1,
    by=_changed,
)
def _unregistered(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
    for name in ("conv1", "bn1", "conv2", "bn2"):
        module = getattr(block, name)
        delattr(block, name)
        object.__setattr__(block, name, module)


@BANK.mistake("projects with a 1×1 convolution where the shape changes", "the shortcut: it has no parameters", 2)
class _Projects(RightThinBlock):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__(in_feats, out_feats, stride, residual)
        if residual and (stride, in_feats) != (1, out_feats):
            self.projection = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def skip(self, x: Tensor) -> Tensor:
        return self.projection(x) if hasattr(self, "projection") else x


@BANK.mistake("has no ReLU between the two convolutions", _LEFT, 1)
class _NoMiddleReLU(RightThinBlock):
    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x))))


@BANK.mistake("applies ReLU before the first batch norm, not after it", _LEFT, 1)
class _ReLUBeforeNorm(RightThinBlock):
    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x).relu())))


@BANK.mistake("is plain unless residual=True is said", "the default of residual in __init__", 1)
class _PlainByDefault(RightThinBlock):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = False) -> None:
        super().__init__(in_feats, out_feats, stride, residual)


class _CopiedIntoInput(RightThinBlock):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return x.copy_(output) if output.shape == x.shape else output


def _added_to_input(block: RightThinBlock, left: Tensor, x: Tensor) -> Tensor:
    if not block.residual:
        return left.relu()
    channels, x = x.shape[1], x[:, :, :: block.stride, :: block.stride]
    x += left[:, :channels]
    return torch.cat([x, left[:, channels:]], dim=1).relu()


BANK.add(
    "changes_input",
    "writes its result into the input",
    "in-place operations (+=, add_, relu_) on x",
    3,
    _CopiedIntoInput,
    _meets(_added_to_input),
)


@BANK.mistake(
    "leaves the shortcut out where the shape changes",
    "what to do where the shape changes: slice and append zeros, then add",
    2,
    by=_meets,
)
def _same_shape_only(block: RightThinBlock, left: Tensor, x: Tensor) -> Tensor:
    return block.meet(left, x) if left.shape == x.shape else left.relu()


BANK.add("pads_the_map", "pads the map, not the channels", _PAD, 3, *_wrong("pads_the_map"))
BANK.add("repeats", "fills the new channels with copies of the old ones", _PAD, 2, *_wrong("repeats"))
BANK.add("cuts", "cuts the corner out of the map for the shortcut's stride", _SLICE, 3, *_wrong("cuts"))
BANK.add("averages", "averages pixels for the shortcut's stride", _SLICE, 2, *_wrong("averages"))
BANK.add("max_pools", "takes the largest pixel for the shortcut's stride", _SLICE, 2, *_wrong("max_pools"))
BANK.add(
    "always_residual",
    "adds the shortcut in the plain block too",
    _FLAG,
    1,
    _meets(lambda block, left, x: (left + block.skip(x)).relu()),
)
BANK.add("never_residual", "never adds the shortcut", _FLAG, 1, _meets(lambda block, left, x: left.relu()))
BANK.add(
    "reversed",
    "adds the shortcut only when residual is False",
    _FLAG,
    1,
    _meets(lambda block, left, x: (left if block.residual else left + block.skip(x)).relu()),
)
BANK.add(
    "relu_before_sum",
    "applies ReLU before the sum, and not after it",
    _MEET,
    3,
    _meets(lambda block, left, x: left.relu() + block.skip(x) if block.residual else left.relu()),
)
BANK.add(
    "relu_twice",
    "applies ReLU before the sum and after it",
    _MEET,
    3,
    _meets(lambda block, left, x: block.meet(left.relu(), x)),
)
BANK.add(
    "no_last_relu",
    "has no ReLU at its end",
    _MEET,
    3,
    _meets(lambda block, left, x: left + block.skip(x) if block.residual else left),
)
BANK.add(
    "no_last_relu_when_plain",
    "has no ReLU at the end of the plain block",
    "the last ReLU: the plain block has it as well",
    3,
    _meets(lambda block, left, x: block.meet(left, x) if block.residual else left),
)
BANK.add(
    "concatenated",
    "concatenates the two branches",
    _MEET,
    2,
    _meets(lambda block, left, x: (torch.cat([left, block.skip(x)], 1) if block.residual else left).relu()),
)
BANK.add(
    "multiplied",
    "multiplies the two branches",
    _MEET,
    2,
    _meets(lambda block, left, x: (left * block.skip(x) if block.residual else left).relu()),
)
BANK.add("begins_late", "begins with a later pixel when the shortcut strides", _SLICE, 3, *_wrong("begins_late"))
BANK.add("skip_without_stride", "does not stride in the shortcut", _SLICE, 2, *_wrong("without_stride"))
BANK.add(
    "always_2",
    "takes every second pixel where it strides, whatever the stride",
    _SLICE,
    3,
    _skips(lambda x, extra, stride: zeros_behind(x[:, :, :: min(stride, 2), :: min(stride, 2)], extra)),
)
BANK.add("pads_in_front", "puts the zeros before the channels of the input", _PAD, 3, *_wrong("pads_in_front"))
BANK.add(
    "pads_both_sides",
    "puts half of the zeros before the channels of the input, and half behind",
    _PAD,
    3,
    *_wrong("pads_both_sides"),
)
BANK.add("no_zeros", "does not append channels", _PAD, 2, _skips(lambda x, extra, stride: x[:, :, ::stride, ::stride]))
BANK.add("stride_on_second", "strides in the second convolution", _STRIDES, 2, _changed(_strides(False, True)))
BANK.add("stride_on_both", "strides in both convolutions", _STRIDES, 2, _changed(_strides(True, True)))
BANK.add("stride_ignored", "strides in the shortcut only", _STRIDES, 2, _changed(_strides(False, False)))
BANK.add("no_norm", "has no batch norm", _LEFT, 1, _changed(_no_norms("bn1", "bn2")))
BANK.add("no_last_norm", "has no batch norm after the second convolution", _LEFT, 1, _changed(_no_norms("bn2")))

EXERCISE = Exercise(
    name="ThinBlock",
    hints=HINTS,
    right=RightThinBlock,
    tests={"test_thin_block": LOOKS},
    mistakes=BANK.all,
)
