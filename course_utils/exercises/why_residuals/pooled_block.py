"""PooledBlock: the oracle is made of torch.nn's parts, with the student's weights in it."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.values import Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.why_residuals.paired_blocks import Kind, PairedBlocks

HINTS = (
    "Two branches in __init__, one line in forward. The left one works on the large map as long as it can: its first "
    "convolution has stride 1, its second one takes the stride. What has to happen to x, so that it can be added?",
    "The shortcut answers two questions, one after the other. Does the size change (stride > 1)? Then average over "
    "squares of stride × stride, with ceil_mode=True, because the convolution rounds up as well. Do the channels "
    "change? Then a 1×1 convolution. Where the answer is no, nn.Identity() hands its input on.",
    "left: Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm), norm, ReLU, Conv2d(out_feats, out_feats, 3, "
    "stride=stride, padding=1, bias=not norm), norm, where norm stands for nn.BatchNorm2d(out_feats) if norm else "
    "nn.Identity(). shortcut: nn.AvgPool2d(stride, ceil_mode=True), then nn.Conv2d(in_feats, out_feats, 1). forward: "
    "self.relu(self.left(x) + self.shortcut(x)).",
)


class RightPooledBlock(nn.Module):
    """A residual block whose shortcut looks at every pixel: it averages where others skip."""

    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.bn1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride, padding=1, bias=not norm)
        self.bn2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.pool = nn.AvgPool2d(stride, ceil_mode=True)
        self.mix = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()
        self.norm = norm

    def forward(self, x: Tensor) -> Tensor:
        """Add the two branches, then apply ReLU."""
        return self.meet(self.left(x), self.shortcut(x))

    def left(self, x: Tensor) -> Tensor:
        """Run the two 3×3 convolutions."""
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def shortcut(self, x: Tensor) -> Tensor:
        """Make x small, then give it its channels."""
        return self.mix(self.pool(x))

    def meet(self, left: Tensor, right: Tensor) -> Tensor:
        """Join the two branches."""
        return (left + right).relu()


# Nothing changes; channels, more and fewer; size; another stride; channels and size at once.
_SIZES = ((4, 4, 1), (3, 5, 1), (5, 3, 1), (4, 4, 2), (2, 3, 3), (3, 6, 2))
CHECKS = PairedBlocks(
    name="PooledBlock",
    right=RightPooledBlock,
    flag="norm",
    groups={
        "without norm": tuple(Kind(*sizes, False) for sizes in _SIZES),
        "with norm": tuple(Kind(*sizes, True) for sizes in _SIZES),
    },
    promises={
        "without norm": "conv, ReLU, conv (with the stride) is added to the pooled and mixed input; ReLU follows",
        "with norm": "with norm=True a batch norm follows each 3×3 convolution, and nothing else",
    },
    defaults="stride is 1 and norm False unless said otherwise",
    parts="two 3×3 convolutions with biases or batch norms, and a 1×1 one where the channels change",
    depth=6,
)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------


def _changed(change: Callable[..., None]) -> type[RightPooledBlock]:
    """Make a block whose parts are changed after it is built: change(block, in_feats, out_feats, stride)."""

    class Changed(RightPooledBlock):
        def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
            super().__init__(in_feats, out_feats, stride, norm)
            change(self, in_feats, out_feats, stride)

    return Changed


def _meets(meet: Callable[[Tensor, Tensor], Tensor]) -> type[RightPooledBlock]:
    """Make a block whose branches meet in another way: meet(left, right)."""

    class Meets(RightPooledBlock):
        def meet(self, left: Tensor, right: Tensor) -> Tensor:
            return meet(left, right)

    return Meets


def _pools(make: Callable[[int], nn.Module]) -> type[RightPooledBlock]:
    """Make a block with another pool, where the stride asks for one."""

    def change(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
        if stride > 1:
            block.pool = make(stride)

    return _changed(change)


def _mixes(make: Callable[[int, int, int], nn.Module]) -> type[RightPooledBlock]:
    """Make a block with another 1×1 convolution: make(in_feats, out_feats, stride)."""

    def change(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
        if in_feats != out_feats:
            block.mix = make(in_feats, out_feats, stride)

    return _changed(change)


def _strides(conv1: bool, conv2: bool) -> Callable[..., None]:
    def change(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
        block.conv1.stride = (stride if conv1 else 1,) * 2
        block.conv2.stride = (stride if conv2 else 1,) * 2

    return change


def _biases(with_norm: bool, without_norm: bool) -> Callable[..., None]:
    def change(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
        bias = with_norm if block.norm else without_norm
        block.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=bias)
        block.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride, padding=1, bias=bias)

    return change


def _norms(first: bool, second: bool, always: bool = False) -> Callable[..., None]:
    def change(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
        if block.norm or always:
            block.bn1 = nn.BatchNorm2d(out_feats) if first else nn.Identity()
            block.bn2 = nn.BatchNorm2d(out_feats) if second else nn.Identity()

    return change


def _shared_norm(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.bn2 = block.bn1


def _norm_in_shortcut(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.norm and in_feats != out_feats:
        block.mix = nn.Sequential(block.mix, nn.BatchNorm2d(out_feats))


def _bias_like_the_others(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if in_feats != out_feats:
        block.mix = nn.Conv2d(in_feats, out_feats, 1, bias=not block.norm)


def _mixes_always(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.mix = nn.Conv2d(in_feats, out_feats, 1)


def _mixes_where_anything_changes(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if (in_feats, stride) != (out_feats, 1):
        block.mix = nn.Conv2d(in_feats, out_feats, 1)


def _mixes_for_stride_only(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if stride == 1:
        block.mix = nn.Identity()


def _never_mixes(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.mix = nn.Identity()


def _strided_projection(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.pool = nn.Identity() if in_feats != out_feats else block.pool
    if in_feats != out_feats:
        block.mix = nn.Conv2d(in_feats, out_feats, 1, stride)


def _late_widening(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1 = nn.Conv2d(in_feats, in_feats, 3, padding=1, bias=not block.norm)
    block.bn1 = nn.BatchNorm2d(in_feats) if block.norm else nn.Identity()
    block.conv2 = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=not block.norm)


def _no_padding(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.padding = block.conv2.padding = (0, 0)


def _pools_left(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv2.stride = (1, 1)
    block.bn2 = nn.Sequential(block.pool, block.bn2)


def _unregistered(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    module = block.mix
    del block.mix
    object.__setattr__(block, "mix", module)


class _NoMiddleReLU(RightPooledBlock):
    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x))))


class _ReLUBeforeNorm(RightPooledBlock):
    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x).relu())))


class _ChangesInput(RightPooledBlock):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return x.copy_(output) if output.shape == x.shape else output


class _NormByDefault(RightPooledBlock):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = True) -> None:
        super().__init__(in_feats, out_feats, stride, norm)


class _PadsWithZeros(nn.Module):
    """Fill the map up to a multiple of the stride, and count the zeros in the average."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        bottom, right = (-size % self.stride for size in x.shape[2:])
        return functional.avg_pool2d(functional.pad(x, (0, right, 0, bottom)), self.stride)


class _EveryPixel(nn.Module):
    def __init__(self, stride: int) -> None:
        super().__init__()
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, :: self.stride, :: self.stride]


_MEET = "where the two branches meet: the sum, then ReLU"
_LEFT = "the left branch: conv, norm, ReLU, conv, norm"
_STRIDE = "which convolution gets the stride: the second 3×3 one, and no other"
_POOL = "the pool: nn.AvgPool2d(stride, ceil_mode=True)"
_MIX = "the 1×1 convolution of the shortcut: only where the channels change, with stride 1 and a bias"
_BIAS = "the biases: a 3×3 convolution has one exactly when no batch norm follows"

MISTAKES = (
    Mistake(
        "stride_on_first",
        "strides in the first convolution, as notebook 2's block does",
        _STRIDE,
        1,
        _changed(_strides(True, False)),
    ),
    Mistake("stride_on_both", "strides in both 3×3 convolutions", _STRIDE, 1, _changed(_strides(True, True))),
    Mistake("left_without_stride", "strides in the shortcut only", _STRIDE, 1, _changed(_strides(False, False))),
    Mistake(
        "pools_left",
        "averages on the left branch, too, where its convolution should stride",
        _STRIDE,
        1,
        _changed(_pools_left),
    ),
    Mistake("floor", "pools without ceil_mode, which fits even sizes only", _POOL, 2, _pools(nn.AvgPool2d)),
    Mistake(
        "max_pool",
        "takes the largest pixel of each square, not their mean",
        _POOL,
        2,
        _pools(lambda stride: nn.MaxPool2d(stride, ceil_mode=True)),
    ),
    Mistake(
        "every_pixel", "takes every stride-th pixel for the shortcut, and averages none", _POOL, 2, _pools(_EveryPixel)
    ),
    Mistake(
        "pads_with_zeros",
        "fills an odd map up with zeros and counts them in the mean",
        _POOL,
        2,
        _pools(_PadsWithZeros),
    ),
    Mistake(
        "always_2",
        "pools by 2, whatever the stride",
        _POOL,
        2,
        _pools(lambda stride: nn.AvgPool2d(2, ceil_mode=True)),
    ),
    Mistake(
        "overlapping",
        "averages over overlapping 3×3 squares",
        _POOL,
        2,
        _pools(lambda stride: nn.AvgPool2d(3, stride, padding=1)),
    ),
    Mistake("no_pool", "does not make the shortcut smaller", _POOL, 2, _pools(lambda stride: nn.Identity())),
    Mistake(
        "strided_projection",
        "strides in the 1×1 convolution, which skips pixels, in place of pooling",
        _POOL,
        2,
        _changed(_strided_projection),
    ),
    Mistake(
        "stride_twice",
        "pools, and strides again in the 1×1 convolution",
        _MIX,
        2,
        _mixes(lambda i, o, s: nn.Conv2d(i, o, 1, s)),
    ),
    Mistake("mixes_always", "has a 1×1 convolution in every shortcut", _MIX, 2, _changed(_mixes_always)),
    Mistake(
        "mixes_where_anything_changes",
        "has a 1×1 convolution where only the size changes, too",
        _MIX,
        2,
        _changed(_mixes_where_anything_changes),
    ),
    Mistake(
        "mixes_for_stride_only",
        "has no 1×1 convolution where the channels change at stride 1",
        _MIX,
        2,
        _changed(_mixes_for_stride_only),
    ),
    Mistake("never_mixes", "never has a 1×1 convolution in its shortcut", _MIX, 2, _changed(_never_mixes)),
    Mistake(
        "mixes_3x3",
        "has a 3×3 convolution in its shortcut",
        _MIX,
        2,
        _mixes(lambda i, o, s: nn.Conv2d(i, o, 3, padding=1)),
    ),
    Mistake(
        "mix_without_bias",
        "has no bias in the 1×1 convolution",
        _MIX,
        3,
        _mixes(lambda i, o, s: nn.Conv2d(i, o, 1, bias=False)),
    ),
    Mistake(
        "mix_bias_like_the_others",
        "has no bias in the 1×1 convolution when norm is True",
        "the shortcut's bias: no batch norm follows it, so it always has one",
        3,
        _changed(_bias_like_the_others),
    ),
    Mistake(
        "norm_in_shortcut",
        "has a batch norm in its shortcut, too",
        "the shortcut: it has no norm",
        3,
        _changed(_norm_in_shortcut),
    ),
    Mistake("always_bias", "has biases before its batch norms", _BIAS, 3, _changed(_biases(True, True))),
    Mistake("never_bias", "has no biases when norm is False", _BIAS, 3, _changed(_biases(False, False))),
    Mistake("biases_reversed", "has its biases exactly when norm is True", _BIAS, 3, _changed(_biases(True, False))),
    Mistake("norm_ignored", "has no batch norm even when norm is True", _LEFT, 3, _changed(_norms(False, False))),
    Mistake(
        "norm_always",
        "has batch norms even when norm is False",
        "what norm decides",
        3,
        _changed(_norms(True, True, always=True)),
    ),
    Mistake("norm_by_default", "has batch norms unless norm=False is said", "the default of norm", 1, _NormByDefault),
    Mistake(
        "first_norm_only", "has no batch norm after the second convolution", _LEFT, 3, _changed(_norms(True, False))
    ),
    Mistake(
        "second_norm_only", "has no batch norm after the first convolution", _LEFT, 3, _changed(_norms(False, True))
    ),
    Mistake(
        "shared_norm",
        "uses one batch norm twice",
        "the two batch norms: each has weights of its own",
        3,
        _changed(_shared_norm),
    ),
    Mistake("no_middle_relu", "has no ReLU between the two convolutions", _LEFT, 3, _NoMiddleReLU),
    Mistake("relu_before_norm", "applies ReLU before the first batch norm, not after it", _LEFT, 3, _ReLUBeforeNorm),
    Mistake(
        "relu_before_sum",
        "applies ReLU before the sum, and not after it",
        _MEET,
        3,
        _meets(lambda left, right: left.relu() + right),
    ),
    Mistake(
        "relu_twice",
        "applies ReLU before the sum and after it",
        _MEET,
        3,
        _meets(lambda left, right: (left.relu() + right).relu()),
    ),
    Mistake("no_last_relu", "has no ReLU after the sum", _MEET, 3, _meets(lambda left, right: left + right)),
    Mistake("no_shortcut", "leaves the shortcut out", _MEET, 1, _meets(lambda left, right: left.relu())),
    Mistake(
        "concatenated",
        "concatenates the two branches",
        _MEET,
        1,
        _meets(lambda left, right: torch.cat([left, right], 1).relu()),
    ),
    Mistake(
        "multiplied",
        "multiplies the two branches",
        _MEET,
        1,
        _meets(lambda left, right: (left * right).relu()),
    ),
    Mistake(
        "late_widening",
        "changes the number of channels in the second convolution, not in the first",
        "the channels of the two 3×3 convolutions",
        3,
        _changed(_late_widening),
    ),
    Mistake("no_padding", "does not pad its 3×3 convolutions", "padding=1", 3, _changed(_no_padding)),
    Mistake(
        "unregistered",
        "keeps its shortcut where nn.Module cannot see it, as in a plain list",
        "how the shortcut is stored: as an attribute, or in a Sequential",
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
    name="PooledBlock",
    hints=HINTS,
    right=RightPooledBlock,
    tests={"test_pooled_block": CHECKS.checks},
    mistakes=MISTAKES,
    probe=CHECKS.probe,
)
