"""ThinBlock: the oracle is made of torch.nn's parts; its shortcut has no parameters (the paper's option A)."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.values import Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.why_residuals.paired_blocks import Kind, PairedBlocks

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
        """Pool over one pixel, which takes every stride-th, and append channels of zeros."""
        return _zeros_behind(functional.max_pool2d(x, 1, self.stride), self.extra)

    def meet(self, left: Tensor, x: Tensor) -> Tensor:
        """Add the shortcut if the block is residual, then apply ReLU."""
        return (left + self.skip(x) if self.residual else left).relu()


def _conv(in_feats: int, out_feats: int, stride: int = 1, bias: bool = False, padding: int = 1) -> nn.Conv2d:
    return nn.Conv2d(in_feats, out_feats, 3, stride, padding, bias=bias)


def _zeros_behind(x: Tensor, extra: int) -> Tensor:
    return functional.pad(x, (0, 0, 0, 0, 0, extra))


# Nothing changes; one channel, which broadcasts; size; another stride; channels and size at once.
_SIZES = ((4, 4, 1), (1, 4, 1), (4, 4, 2), (2, 6, 3), (3, 7, 2))
CHECKS = PairedBlocks(
    name="ThinBlock",
    right=RightThinBlock,
    flag="residual",
    groups={
        "plain": tuple(Kind(*sizes, False) for sizes in _SIZES),
        "residual": tuple(Kind(*sizes, True) for sizes in _SIZES),
    },
    promises={
        "plain": "without the shortcut nothing is added: conv, batch norm, ReLU, conv, batch norm, ReLU",
        "residual": "every stride-th pixel of x is added, with channels of zeros behind, then ReLU follows",
    },
    defaults="stride is 1 and residual True unless said otherwise",
    parts="conv 3×3 and batch norm, twice, whether residual or not",
    depth=6,
)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------


def _meets(meet: Callable[[RightThinBlock, Tensor, Tensor], Tensor]) -> type[RightThinBlock]:
    """Make a block whose branches meet in another way: meet(block, left, x)."""

    class Meets(RightThinBlock):
        def forward(self, x: Tensor) -> Tensor:
            return meet(self, self.left(x), x)

    return Meets


def _skips(skip: Callable[[Tensor, int, int], Tensor]) -> type[RightThinBlock]:
    """Make a block that adds something else: skip(x, stride, extra channels)."""

    class Skips(RightThinBlock):
        def skip(self, x: Tensor) -> Tensor:
            return skip(x, self.stride, self.extra)

    return Skips


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


def _bias(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1, block.conv2 = _conv(in_feats, out_feats, stride, bias=True), _conv(out_feats, out_feats, bias=True)


def _late_widening(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1, block.bn1 = _conv(in_feats, in_feats, stride), nn.BatchNorm2d(in_feats)
    block.conv2 = _conv(in_feats, out_feats)


def _no_padding(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.padding = block.conv2.padding = (0, 0)


def _no_norms(*names: str) -> Callable[..., None]:
    def change(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
        for name in names:
            setattr(block, name, nn.Identity())

    return change


def _shared_norm(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
    block.bn2 = block.bn1


def _unregistered(block: Any, in_feats: int, out_feats: int, stride: int) -> None:
    for name in ("conv1", "bn1", "conv2", "bn2"):
        module = getattr(block, name)
        delattr(block, name)
        object.__setattr__(block, name, module)


class _Projects(RightThinBlock):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__(in_feats, out_feats, stride, residual)
        if residual and (stride, in_feats) != (1, out_feats):
            self.projection = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def skip(self, x: Tensor) -> Tensor:
        return self.projection(x) if hasattr(self, "projection") else x


class _NoMiddleReLU(RightThinBlock):
    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x))))


class _ReLUBeforeNorm(RightThinBlock):
    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x).relu())))


class _PlainByDefault(RightThinBlock):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = False) -> None:
        super().__init__(in_feats, out_feats, stride, residual)


class _ChangesInput(RightThinBlock):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return x.copy_(output) if output.shape == x.shape else output


def _same_shape_only(block: RightThinBlock, left: Tensor, x: Tensor) -> Tensor:
    return block.meet(left, x) if left.shape == x.shape else left.relu()


def _padded_map(x: Tensor, stride: int, extra: int) -> Tensor:
    return functional.pad(x[:, :, ::stride, ::stride], (0, extra))


def _repeated(x: Tensor, stride: int, extra: int) -> Tensor:
    x = x[:, :, ::stride, ::stride]
    return torch.cat([x] * (1 + -(-extra // x.shape[1])), dim=1)[:, : x.shape[1] + extra]


def _cut(x: Tensor, stride: int, extra: int) -> Tensor:
    height, width = -(-x.shape[2] // stride), -(-x.shape[3] // stride)
    return _zeros_behind(x[:, :, :height, :width], extra)


def _averaged(x: Tensor, stride: int, extra: int) -> Tensor:
    return _zeros_behind(functional.avg_pool2d(x, stride, ceil_mode=True), extra)


def _largest(x: Tensor, stride: int, extra: int) -> Tensor:
    return _zeros_behind(functional.max_pool2d(x, stride, ceil_mode=True), extra)


_MEET = "the end of forward, where the shortcut is added"
_FLAG = "what residual decides: whether the shortcut is added, and nothing else"
_SLICE = "the stride of the shortcut: every stride-th pixel, beginning with the first: x[:, :, ::stride, ::stride]"
_PAD = "the zeros: whole channels, behind those of the input"
_STRIDES = "which convolution gets the stride: the first, and no other"
_LEFT = "the order of the layers: conv, batch norm, ReLU, conv, batch norm"

MISTAKES = (
    Mistake(
        "always_residual",
        "adds the shortcut in the plain block too",
        _FLAG,
        1,
        _meets(lambda block, left, x: (left + block.skip(x)).relu()),
    ),
    Mistake("never_residual", "never adds the shortcut", _FLAG, 1, _meets(lambda block, left, x: left.relu())),
    Mistake(
        "reversed",
        "adds the shortcut only when residual is False",
        _FLAG,
        1,
        _meets(lambda block, left, x: (left if block.residual else left + block.skip(x)).relu()),
    ),
    Mistake(
        "plain_by_default",
        "is plain unless residual=True is said",
        "the default of residual in __init__",
        1,
        _PlainByDefault,
    ),
    Mistake(
        "same_shape_only",
        "leaves the shortcut out where the shape changes",
        "what to do where the shape changes: slice and append zeros, then add",
        2,
        _meets(_same_shape_only),
    ),
    Mistake(
        "projects",
        "projects with a 1×1 convolution where the shape changes",
        "the shortcut: it has no parameters",
        2,
        _Projects,
    ),
    Mistake(
        "relu_before_sum",
        "applies ReLU before the sum, and not after it",
        _MEET,
        3,
        _meets(lambda block, left, x: left.relu() + block.skip(x) if block.residual else left.relu()),
    ),
    Mistake(
        "relu_twice",
        "applies ReLU before the sum and after it",
        _MEET,
        3,
        _meets(lambda block, left, x: block.meet(left.relu(), x)),
    ),
    Mistake(
        "no_last_relu",
        "has no ReLU at its end",
        _MEET,
        3,
        _meets(lambda block, left, x: left + block.skip(x) if block.residual else left),
    ),
    Mistake(
        "no_last_relu_when_plain",
        "has no ReLU at the end of the plain block",
        "the last ReLU: the plain block has it as well",
        3,
        _meets(lambda block, left, x: block.meet(left, x) if block.residual else left),
    ),
    Mistake("no_middle_relu", "has no ReLU between the two convolutions", _LEFT, 1, _NoMiddleReLU),
    Mistake("relu_before_norm", "applies ReLU before the first batch norm, not after it", _LEFT, 1, _ReLUBeforeNorm),
    Mistake(
        "concatenated",
        "concatenates the two branches",
        _MEET,
        2,
        _meets(lambda block, left, x: (torch.cat([left, block.skip(x)], 1) if block.residual else left).relu()),
    ),
    Mistake(
        "multiplied",
        "multiplies the two branches",
        _MEET,
        2,
        _meets(lambda block, left, x: (left * block.skip(x) if block.residual else left).relu()),
    ),
    Mistake("averages", "averages pixels for the shortcut's stride", _SLICE, 2, _skips(_averaged)),
    Mistake("max_pools", "takes the largest pixel for the shortcut's stride", _SLICE, 2, _skips(_largest)),
    Mistake(
        "begins_late",
        "begins with a later pixel when the shortcut strides",
        _SLICE,
        3,
        _skips(lambda x, s, extra: _zeros_behind(x[:, :, s - 1 :: s, s - 1 :: s], extra)),
    ),
    Mistake("cuts", "cuts the corner out of the map for the shortcut's stride", _SLICE, 3, _skips(_cut)),
    Mistake(
        "skip_without_stride",
        "does not stride in the shortcut",
        _SLICE,
        2,
        _skips(lambda x, s, extra: _zeros_behind(x, extra)),
    ),
    Mistake(
        "always_2",
        "takes every second pixel where it strides, whatever the stride",
        _SLICE,
        3,
        _skips(lambda x, s, extra: _zeros_behind(x[:, :, :: min(s, 2), :: min(s, 2)], extra)),
    ),
    Mistake(
        "pads_in_front",
        "puts the zeros before the channels of the input",
        _PAD,
        3,
        _skips(lambda x, s, extra: functional.pad(x[:, :, ::s, ::s], (0, 0, 0, 0, extra, 0))),
    ),
    Mistake(
        "pads_both_sides",
        "puts half of the zeros before the channels of the input, and half behind",
        _PAD,
        3,
        _skips(lambda x, s, extra: functional.pad(x[:, :, ::s, ::s], (0, 0, 0, 0, extra // 2, extra - extra // 2))),
    ),
    Mistake("pads_the_map", "pads the width of the map, not the channels", _PAD, 3, _skips(_padded_map)),
    Mistake("repeats", "fills the new channels with copies of the old ones", _PAD, 2, _skips(_repeated)),
    Mistake("no_zeros", "does not append channels", _PAD, 2, _skips(lambda x, s, extra: x[:, :, ::s, ::s])),
    Mistake("stride_on_second", "strides in the second convolution", _STRIDES, 2, _changed(_strides(False, True))),
    Mistake("stride_on_both", "strides in both convolutions", _STRIDES, 2, _changed(_strides(True, True))),
    Mistake("stride_ignored", "strides in the shortcut only", _STRIDES, 2, _changed(_strides(False, False))),
    Mistake(
        "bias",
        "has a bias in its convolutions",
        "bias=False: torch's Conv2d has one unless told otherwise",
        1,
        _changed(_bias),
    ),
    Mistake(
        "late_widening",
        "changes the number of channels in the second convolution, not in the first",
        "the channels of the two convolutions",
        1,
        _changed(_late_widening),
    ),
    Mistake("no_padding", "does not pad its convolutions", "padding=1", 1, _changed(_no_padding)),
    Mistake("no_norm", "has no batch norm", _LEFT, 1, _changed(_no_norms("bn1", "bn2"))),
    Mistake("no_last_norm", "has no batch norm after the second convolution", _LEFT, 1, _changed(_no_norms("bn2"))),
    Mistake(
        "shared_norm",
        "uses one batch norm twice",
        "the two batch norms: each has weights of its own",
        1,
        _changed(_shared_norm),
    ),
    Mistake(
        "unregistered",
        "keeps its layers where nn.Module cannot see them, as in a plain list",
        "how the layers are stored: as attributes, or in a Sequential",
        1,
        _changed(_unregistered),
    ),
    Mistake(
        "changes_input",
        "writes its result into the input",
        "in-place operations (+=, add_, relu_) on x",
        3,
        _ChangesInput,
    ),
)

EXERCISE = Exercise(
    name="ThinBlock",
    hints=HINTS,
    right=RightThinBlock,
    tests={"test_thin_block": CHECKS.checks},
    mistakes=MISTAKES,
    probe=CHECKS.probe,
)
