"""PooledBlock: the oracle is made of torch.nn's parts, with the student's weights in it."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.why_residuals.paired_blocks import block_looks

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


# Nothing changes; channels, more and fewer; size; another stride; channels and size. Images of even and of odd size.
_SIZES = {
    (4, 4, 1): (2, 7, 6),
    (3, 5, 1): (2, 5, 7),
    (5, 3, 1): (2, 4, 6),
    (4, 4, 2): (2, 8, 6),
    (2, 3, 3): (3, 6, 7),
    (3, 6, 2): (2, 5, 7),
}
LOOKS = block_looks(
    block="PooledBlock",
    flag="norm",
    kinds=_SIZES,
    promises=(
        ("without norm", "conv, ReLU, conv (with the stride) is added to the pooled and mixed input; ReLU follows"),
        ("with norm", "with norm=True a batch norm follows each 3×3 convolution, and nothing else"),
    ),
    defaults="stride is 1 and norm False unless said otherwise",
    parts="two 3×3 convolutions with biases or batch norms, and a 1×1 one where the channels change",
)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_MEET = "where the two branches meet: the sum, then ReLU"
_LEFT = "the left branch: conv, norm, ReLU, conv, norm"
_STRIDE = "which convolution gets the stride: the second 3×3 one, and no other"
_POOL = "the pool: nn.AvgPool2d(stride, ceil_mode=True)"
_MIX = "the 1×1 convolution of the shortcut: only where the channels change, with stride 1 and a bias"
_BIAS = "the biases: a 3×3 convolution has one exactly when no batch norm follows"


class _ShortcutFirst(RightPooledBlock):
    """The right block; where it stops half-way, the shortcut has been run before the left branch."""

    def forward(self, x: Tensor) -> Tensor:
        right = self.shortcut(x)
        return self.meet(self.left(x), right)


def _changed(*changes: Callable[..., None], block: type[RightPooledBlock] = RightPooledBlock) -> type[RightPooledBlock]:
    """Make a block whose parts are changed after it is built: change(block, in_feats, out_feats, stride)."""

    class Changed(block):
        def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
            super().__init__(in_feats, out_feats, stride, norm)
            for change in changes:
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


@BANK.mistake("uses one batch norm twice", "the two batch norms: each has weights of its own", 3, by=_changed)
def _shared_norm(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.bn2 = block.bn1


@BANK.mistake("has a batch norm in its shortcut, too", "the shortcut: it has no norm", 3, by=_changed)
def _norm_in_shortcut(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if block.norm and in_feats != out_feats:
        block.mix = nn.Sequential(block.mix, nn.BatchNorm2d(out_feats))


@BANK.mistake(
    "has no bias in the 1×1 convolution when norm is True",
    "the shortcut's bias: no batch norm follows it, so it always has one",
    3,
    by=_changed,
)
def _mix_bias_like_the_others(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if in_feats != out_feats:
        block.mix = nn.Conv2d(in_feats, out_feats, 1, bias=not block.norm)


@BANK.mistake("has a 1×1 convolution in every shortcut", _MIX, 2, by=_changed)
def _mixes_always(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.mix = nn.Conv2d(in_feats, out_feats, 1)


@BANK.mistake("has a 1×1 convolution where only the size changes, too", _MIX, 2, by=_changed)
def _mixes_where_anything_changes(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if (in_feats, stride) != (out_feats, 1):
        block.mix = nn.Conv2d(in_feats, out_feats, 1)


@BANK.mistake("has no 1×1 convolution where the channels change at stride 1", _MIX, 2, by=_changed)
def _mixes_for_stride_only(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    if stride == 1:
        block.mix = nn.Identity()


@BANK.mistake("never has a 1×1 convolution in its shortcut", _MIX, 2, by=_changed)
def _never_mixes(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.mix = nn.Identity()


def _projects(where_the_size_changes: bool) -> type[RightPooledBlock]:
    def change(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
        if in_feats != out_feats or (where_the_size_changes and stride > 1):
            block.pool, block.mix = nn.Identity(), nn.Conv2d(in_feats, out_feats, 1, stride)

    return _changed(change)


BANK.add(
    "strided_projection",
    "strides in the 1×1 convolution, which skips pixels, in place of pooling",
    _POOL,
    2,
    _projects(False),
    _projects(True),
)


@BANK.mistake(
    "changes the number of channels in the second convolution, not in the first",
    "the channels of the two 3×3 convolutions",
    3,
    by=_changed,
)
def _late_widening(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1 = nn.Conv2d(in_feats, in_feats, 3, padding=1, bias=not block.norm)
    block.bn1 = nn.BatchNorm2d(in_feats) if block.norm else nn.Identity()
    block.conv2 = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=not block.norm)


@BANK.mistake("does not pad its 3×3 convolutions", "padding=1", 3, by=_changed)
def _no_padding(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv1.padding = block.conv2.padding = (0, 0)


@BANK.mistake("averages on the left branch, too, where its convolution should stride", _STRIDE, 1, by=_changed)
def _pools_left(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    block.conv2.stride = (1, 1)
    block.bn2 = nn.Sequential(block.pool, block.bn2)


def _hides_mix(block: RightPooledBlock, in_feats: int, out_feats: int, stride: int) -> None:
    module = block.mix
    del block.mix
    object.__setattr__(block, "mix", module)


BANK.add(
    "unregistered",
    "keeps its shortcut where nn.Module cannot see it, as in a plain list",
    "how the shortcut is stored: as an attribute, or in a Sequential",
    1,
    _changed(_hides_mix),
    _changed(_hides_mix, block=_ShortcutFirst),
)


@BANK.mistake("has no ReLU between the two convolutions", _LEFT, 3)
class _NoMiddleReLU(RightPooledBlock):
    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x))))


@BANK.mistake("applies ReLU before the first batch norm, not after it", _LEFT, 3)
class _ReLUBeforeNorm(RightPooledBlock):
    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x).relu())))


@BANK.mistake("writes its result into the input", "in-place operations (+=, add_, relu_) on x", 3)
class _ChangesInput(RightPooledBlock):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return x.copy_(output) if output.shape == x.shape else output


@BANK.mistake("has batch norms unless norm=False is said", "the default of norm", 1)
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


BANK.add(
    "stride_on_first",
    "strides in the first convolution, as notebook 2's block does",
    _STRIDE,
    1,
    _changed(_strides(True, False)),
)
BANK.add("stride_on_both", "strides in both 3×3 convolutions", _STRIDE, 1, _changed(_strides(True, True)))
BANK.add("left_without_stride", "strides in the shortcut only", _STRIDE, 1, _changed(_strides(False, False)))
BANK.add("floor", "pools without ceil_mode, which fits even sizes only", _POOL, 2, _pools(nn.AvgPool2d))
BANK.add(
    "max_pool",
    "takes the largest pixel of each square, not their mean",
    _POOL,
    2,
    _pools(lambda stride: nn.MaxPool2d(stride, ceil_mode=True)),
)
BANK.add(
    "every_pixel", "takes every stride-th pixel for the shortcut, and averages none", _POOL, 2, _pools(_EveryPixel)
)
BANK.add(
    "pads_with_zeros", "fills an odd map up with zeros and counts them in the mean", _POOL, 2, _pools(_PadsWithZeros)
)
BANK.add(
    "always_2", "pools by 2, whatever the stride", _POOL, 2, _pools(lambda stride: nn.AvgPool2d(2, ceil_mode=True))
)
BANK.add(
    "overlapping",
    "averages over overlapping 3×3 squares",
    _POOL,
    2,
    _pools(lambda stride: nn.AvgPool2d(3, stride, padding=1)),
)
BANK.add("no_pool", "does not make the shortcut smaller", _POOL, 2, _pools(lambda stride: nn.Identity()))
BANK.add(
    "stride_twice",
    "pools, and strides again in the 1×1 convolution",
    _MIX,
    2,
    _mixes(lambda i, o, s: nn.Conv2d(i, o, 1, s)),
)
BANK.add(
    "mixes_3x3", "has a 3×3 convolution in its shortcut", _MIX, 2, _mixes(lambda i, o, s: nn.Conv2d(i, o, 3, padding=1))
)
BANK.add(
    "mix_without_bias",
    "has no bias in the 1×1 convolution",
    _MIX,
    3,
    _mixes(lambda i, o, s: nn.Conv2d(i, o, 1, bias=False)),
)
BANK.add("always_bias", "has biases before its batch norms", _BIAS, 3, _changed(_biases(True, True)))
BANK.add("never_bias", "has no biases when norm is False", _BIAS, 3, _changed(_biases(False, False)))
BANK.add("biases_reversed", "has its biases exactly when norm is True", _BIAS, 3, _changed(_biases(True, False)))
BANK.add(
    "norm_ignored",
    "has no batch norm even when norm is True",
    _LEFT,
    3,
    _changed(_norms(False, False)),
    _changed(_norms(False, False), _biases(True, True)),
)
BANK.add(
    "norm_always",
    "has batch norms even when norm is False",
    "what norm decides",
    3,
    _changed(_norms(True, True, always=True)),
    _changed(_norms(True, True, always=True), _biases(False, False)),
)
BANK.add("first_norm_only", "has no batch norm after the second convolution", _LEFT, 3, _changed(_norms(True, False)))
BANK.add("second_norm_only", "has no batch norm after the first convolution", _LEFT, 3, _changed(_norms(False, True)))
BANK.add(
    "relu_before_sum",
    "applies ReLU before the sum, and not after it",
    _MEET,
    3,
    _meets(lambda left, right: left.relu() + right),
)
BANK.add(
    "relu_twice",
    "applies ReLU before the sum and after it",
    _MEET,
    3,
    _meets(lambda left, right: (left.relu() + right).relu()),
)
BANK.add("no_last_relu", "has no ReLU after the sum", _MEET, 3, _meets(lambda left, right: left + right))
BANK.add("no_shortcut", "leaves the shortcut out", _MEET, 1, _meets(lambda left, right: left.relu()))
BANK.add(
    "concatenated",
    "concatenates the two branches",
    _MEET,
    1,
    _meets(lambda left, right: torch.cat([left, right], 1).relu()),
)
BANK.add("multiplied", "multiplies the two branches", _MEET, 1, _meets(lambda left, right: (left * right).relu()))

EXERCISE = Exercise(
    name="PooledBlock",
    hints=HINTS,
    right=RightPooledBlock,
    tests={"test_pooled_block": LOOKS},
    mistakes=BANK.all,
)
