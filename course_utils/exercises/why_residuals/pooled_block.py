"""PooledBlock: the oracle is made of torch.nn's parts, with the student's weights in it."""

from collections.abc import Callable
from functools import partial

from torch import Tensor, nn

from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import (
    IN_PLACE,
    TWO_NORMS,
    add_shared_mistakes,
    changed,
    drop,
    ending,
    hide,
    recast,
    strides_on,
)
from course_utils.exercises.building_blocks.layer_mistakes import with_defaults
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.why_residuals.paired_blocks import block_looks

HINTS = (
    "Two branches in `__init__`, one line in `forward`. The left one works on the large map as long as it can: "
    "its first convolution has stride 1, its second one takes the stride. What has to happen to x, so that it "
    "can be added?",
    "The shortcut answers two questions, one after the other. Does the size change (stride > 1)? Then average "
    "over squares of stride × stride, with `ceil_mode=True`, because the convolution rounds up as well. Do the "
    "channels change? Then a 1×1 convolution. Where the answer is no, `nn.Identity()` passes its input through.",
    "The left branch, where norm stands for `nn.BatchNorm2d(out_feats) if norm else nn.Identity()`:\n"
    "```python\n"
    "nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm), norm, nn.ReLU(),\n"
    "nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm), norm\n"
    "```\n"
    "The shortcut is `nn.AvgPool2d(stride, ceil_mode=True)`, then `nn.Conv2d(in_feats, out_feats, 1)`. In "
    "`forward`:\n"
    "```python\n"
    "return self.relu(self.left(x) + self.shortcut(x))\n"
    "```",
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
        self.stride, self.norm = stride, norm

    def forward(self, x: Tensor) -> Tensor:
        """Add the two branches, then apply ReLU."""
        left = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (left + self.shortcut(x)).relu()

    def shortcut(self, x: Tensor) -> Tensor:
        """Make x small, then give it its channels."""
        return self.mix(self.pool(x))


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
    defaults="stride is 1 and norm False unless you say otherwise",
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
_changed = partial(changed, RightPooledBlock)
_shared = partial(add_shared_mistakes, BANK, RightPooledBlock)


def _pooling(make: Callable[[int], nn.Module]) -> type[RightPooledBlock]:
    """Make a block with another pool, where the stride asks for one: make(stride)."""

    def change(block: RightPooledBlock) -> None:
        if block.stride > 1:
            block.pool = make(block.stride)

    return _changed(change)


def _mixing(where: Callable[[int, int, int], bool]) -> type[RightPooledBlock]:
    """Make a block with its 1×1 convolution elsewhere: where(in_feats, out_feats, stride)."""

    def change(block: RightPooledBlock) -> None:
        into, out = block.conv1.in_channels, block.conv2.out_channels
        block.mix = nn.Conv2d(into, out, 1) if where(into, out, block.stride) else nn.Identity()

    return _changed(change)


def _biased(with_norm: bool, without_norm: bool) -> Callable[[RightPooledBlock], None]:
    return lambda block: recast(block, "conv1", "conv2", bias=with_norm if block.norm else without_norm)


def _normed(block: RightPooledBlock) -> None:
    block.bn1, block.bn2 = (nn.BatchNorm2d(block.conv1.out_channels) for _ in range(2))


def _norm_behind_mix(block: RightPooledBlock) -> None:
    if block.norm and isinstance(block.mix, nn.Conv2d):
        block.mix = nn.Sequential(block.mix, nn.BatchNorm2d(block.mix.out_channels))


def _pools_left(block: RightPooledBlock) -> None:
    block.conv2.stride = (1, 1)
    block.bn2 = nn.Sequential(block.pool, block.bn2)


def _skips_pixels(block: RightPooledBlock) -> None:
    if isinstance(block.mix, nn.Conv2d):
        block.pool = nn.Identity()
        block.mix.stride = (block.stride, block.stride)


class _ShortcutFirst(RightPooledBlock):
    """The right block; where it stops half-way, the shortcut has been run before the left branch."""

    def forward(self, x: Tensor) -> Tensor:
        right = self.shortcut(x)
        return (self.bn2(self.conv2(self.bn1(self.conv1(x)).relu())) + right).relu()


_strides = BANK.about(_STRIDE, 1, by=_changed)
_pools = BANK.about(_POOL, 2, by=_pooling)
_mixes = BANK.about(_MIX, 2, by=_mixing)
_recasts_mix = BANK.about(_MIX, 2, by=lambda settings: _changed(lambda block: recast(block, "mix", **settings(block))))
_norms = BANK.about(_LEFT, 3, by=lambda changes: _changed(*changes))
_biases = BANK.about(_BIAS, 3, by=_changed)

_shared(TWO_NORMS, 3, "shared_norm")
BANK.add(
    "norm_in_shortcut",
    "has a batch norm in its shortcut, too",
    "the shortcut: it has no norm",
    3,
    _changed(_norm_behind_mix),
)
BANK.add(
    "mix_bias_like_the_others",
    "has no bias in the 1×1 convolution when norm is True",
    "the shortcut's bias: no batch norm follows it, so it always has one",
    3,
    _changed(lambda block: recast(block, "mix", bias=not block.norm)),
)
_mixes("mixes_always", "has a 1×1 convolution in every shortcut", lambda i, o, s: True)
_mixes(
    "mixes_where_anything_changes",
    "has a 1×1 convolution where only the size changes, too",
    lambda i, o, s: (i, s) != (o, 1),
)
_mixes(
    "mixes_for_stride_only",
    "has no 1×1 convolution where the channels change at stride 1",
    lambda i, o, s: i != o and s > 1,
)
_mixes("never_mixes", "never has a 1×1 convolution in its shortcut", lambda i, o, s: False)
BANK.add(
    "strided_projection",
    "strides in the 1×1 convolution, which skips pixels, in place of pooling",
    _POOL,
    2,
    _changed(_skips_pixels),
    changed(_mixing(lambda i, o, s: (i, s) != (o, 1)), _skips_pixels),
)
_shared("the channels of the two 3×3 convolutions", 3, "late_widening")
_shared("padding=1", 3, no_padding="does not pad its 3×3 convolutions")
_strides("pools_left", "averages on the left branch, too, where its convolution should stride", _pools_left)
BANK.add(
    "unregistered",
    "keeps its shortcut where nn.Module cannot see it, as in a plain list",
    "how the shortcut is stored: as an attribute, or in a Sequential",
    1,
    _changed(hide("mix")),
    changed(_ShortcutFirst, hide("mix")),
)
_shared(_LEFT, 3, "no_middle_relu", "relu_before_norm")
_shared(IN_PLACE, 3, "changes_input")


BANK.add(
    "norm_by_default",
    "has batch norms unless norm=False is said",
    "the default of norm",
    1,
    with_defaults(RightPooledBlock, norm=True),
)
_shared("the default of stride", 1, "default_stride_2")
_strides("stride_on_first", "strides in the first convolution, as notebook 2's block does", strides_on("conv1"))
_strides("stride_on_both", "strides in both 3×3 convolutions", strides_on("conv1", "conv2"))
_strides("left_without_stride", "strides in the shortcut only", strides_on())
_pools("floor", "pools without ceil_mode, which fits even sizes only", nn.AvgPool2d)
_pools("max_pool", "takes the largest pixel of each square, not their mean", lambda s: nn.MaxPool2d(s, ceil_mode=True))
_pools(
    "every_pixel",
    "takes every stride-th pixel for the shortcut, and averages none",
    lambda s: nn.MaxPool2d(1, s),
)
_pools(
    "pads_with_zeros",
    "fills an odd map up with zeros and counts them in the mean",
    lambda s: nn.Sequential(nn.ZeroPad2d((0, s - 1, 0, s - 1)), nn.AvgPool2d(s)),
)
_pools("always_2", "pools by 2, whatever the stride", lambda s: nn.AvgPool2d(2, ceil_mode=True))
_pools(
    "window_of_2",
    "steps by the stride, and averages over 2×2 pixels whatever the stride",
    lambda s: nn.AvgPool2d(2, s, ceil_mode=True),
)
_pools("overlapping", "averages over overlapping 3×3 squares", lambda s: nn.AvgPool2d(3, s, padding=1))
_pools("no_pool", "does not make the shortcut smaller", lambda s: nn.Identity())
_recasts_mix("stride_twice", "pools, and strides again in the 1×1 convolution", lambda block: {"stride": block.stride})
_recasts_mix("mixes_3x3", "has a 3×3 convolution in its shortcut", lambda block: {"kernel_size": 3, "padding": 1})
BANK.add(
    "mix_without_bias",
    "has no bias in the 1×1 convolution",
    _MIX,
    3,
    _changed(lambda block: recast(block, "mix", bias=False)),
)
_biases("always_bias", "has biases before its batch norms", _biased(True, True))
_biases("never_bias", "has no biases when norm is False", _biased(False, False))
_biases("biases_reversed", "has its biases exactly when norm is True", _biased(True, False))
_norms(
    "norm_ignored",
    "has no batch norm even when norm is True",
    [drop("bn1", "bn2")],
    [drop("bn1", "bn2"), _biased(True, True)],
)
BANK.add(
    "norm_always",
    "has batch norms even when norm is False",
    "what norm decides",
    3,
    _changed(_normed),
    _changed(_normed, _biased(False, False)),
)
_norms("first_norm_only", "has no batch norm after the second convolution", [drop("bn2")])
_norms("second_norm_only", "has no batch norm after the first convolution", [drop("bn1")])
_shared(_MEET, 3, "relu_before_sum", "relu_twice", "no_last_relu")
_shared(_MEET, 1, "concatenated", "multiplied")
BANK.add(
    "no_shortcut", "leaves the shortcut out", _MEET, 1, ending(RightPooledBlock, lambda block, left, x: left.relu())
)

EXERCISE = Exercise(
    name="PooledBlock",
    hints=HINTS,
    right=RightPooledBlock,
    tests={"test_pooled_block": LOOKS},
    mistakes=BANK.all,
)
