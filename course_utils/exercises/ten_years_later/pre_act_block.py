"""PreActBlock: the oracle is made of torch.nn's parts, in the order of the paper of 2016."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.exercises import module_looks as looks
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import (
    IN_PLACE,
    NO_BIAS,
    TWO_NORMS,
    add_shared_mistakes,
    changed,
    hide,
    recast,
    writing_into_x,
)
from course_utils.exercises.building_blocks.layer_mistakes import computing
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.why_residuals.paired_blocks import by_shape, own_work, right_layers, untouched

HINTS = (
    "Write down the six steps of the left branch as they follow one another, and mark the place where `ready` comes "
    "out: the left branch goes on from there, and so does the projection, if there is one. What does the skip need "
    "where the shape stays?",
    "The first batch norm sees x, so it has `in_feats` channels; the second sees what the first convolution gives. Ask "
    "in `__init__` whether the shape changes (stride or channels), and keep `None` in place of a projection if it "
    "doesn't.",
    "The whole of `forward`:\n"
    "```python\n"
    "ready = functional.relu(self.norm1(x))\n"
    "skip = x if self.projection is None else self.projection(ready)\n"
    "left = self.conv2(functional.relu(self.norm2(self.conv1(ready))))\n"
    "return skip + left\n"
    "```",
)


class RightPreActBlock(nn.Module):
    """Norm and ReLU before each convolution, and nothing behind the sum."""

    def __init__(self, in_feats: int, out_feats: int, stride: int = 1) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False)
        changes = stride != 1 or in_feats != out_feats
        self.projection = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False) if changes else None
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """Add the left branch to the skip."""
        ready = self.bn1(x).relu()
        return self.skip(x, ready) + self.left(ready)

    def left(self, ready: Tensor) -> Tensor:
        """Run the left branch from where norm and ReLU have been applied."""
        return self.conv2(self.bn2(self.conv1(ready)).relu())

    def skip(self, x: Tensor, ready: Tensor) -> Tensor:
        """Give x, or what the projection makes of what is ready."""
        return x if self.projection is None else self.projection(ready)


# --- the looks ------------------------------------------------------------------------------------------------------

# Nothing changes; channels, more and fewer; size; another stride; channels and size. Images of even and of odd size.
_KINDS = {
    (4, 4, 1): (2, 7, 6),
    (3, 5, 1): (2, 5, 7),
    (5, 3, 1): (2, 4, 6),
    (4, 4, 2): (2, 8, 6),
    (2, 3, 3): (3, 6, 7),
    (3, 6, 2): (2, 5, 7),
}
_DEPTH = 6


def _case(kind: tuple[int, int, int], size: tuple[int, int, int]) -> looks.Case:
    into, out, stride = kind
    batch, *sides = size
    return looks.case_of("PreActBlock", into, out, x=(batch, into, *sides), order=by_shape, stride=stride)


_CASES = tuple(_case(*each) for each in _KINDS.items())
_SAME = _CASES[:1]
_OTHERS = _CASES[1:]
_FEW = (_CASES[0], _CASES[-1])
_DEFAULT = looks.case_of("PreActBlock", 3, 5, x=(2, 3, 4, 6), order=by_shape)

LOOKS = (
    own_work(_FEW[-1]),
    right_layers(
        (*_CASES, _DEFAULT),
        "it has bn, conv 3×3, bn, conv 3×3, and a 1×1 conv where the shape changes; no convolution has a bias",
    ),
    looks.shape(_CASES, "height and width are divided by the stride, rounded up, and nothing else changes them"),
    untouched(_CASES),
    looks.values(
        "same shape",
        "where the shape stays, what the left branch makes of ReLU(bn(x)) is added to x itself",
        _SAME,
        False,
        depth=_DEPTH,
    ),
    looks.values(
        "another shape",
        "where the shape changes, it's added to a 1×1 convolution of ReLU(bn(x))",
        _OTHERS,
        False,
        depth=_DEPTH,
    ),
    looks.values(
        "training mode", "in training mode every batch norm sees the values that it should", _CASES, True, depth=_DEPTH
    ),
    looks.statistics(_CASES, depth=_DEPTH),
    looks.values("arguments left out", "stride is 1 unless you say otherwise", (_DEFAULT,), False, depth=_DEPTH),
    looks.gradients_flow(_FEW, False, depth=_DEPTH * 10),
    looks.gradients_flow(_FEW, True, depth=_DEPTH * 10),
    looks.values("float32", "it works in float32 as well", _FEW, False, torch.float32, depth=_DEPTH),
    looks.copies(_FEW),
    looks.any_device(_FEW[-1]),
)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_ORDER = "the order of the left branch: bn, ReLU, conv, bn, ReLU, conv"
_SUM = "the last line: skip + left, and nothing after it"
_SKIP = "what is added where the shape stays: x itself, as it came"
_PROJECTION = "what the projection reads: `ready`, which is ReLU(bn(x))"
_WHERE = "where there is a projection: where the stride or the channels change, and nowhere else"
_STRIDES = "which convolutions get the stride: the first 3×3 one and the projection, and no other"
_changed = partial(changed, RightPreActBlock)
_shared = partial(add_shared_mistakes, BANK, RightPreActBlock)


def _meeting(meet: Callable[[Tensor, Tensor], Tensor]) -> type[nn.Module]:
    """Make a block whose branches meet in another way: meet(skip, left)."""

    def forward(block: Any, x: Tensor) -> Tensor:
        ready = block.bn1(x).relu()
        return meet(block.skip(x, ready), block.left(ready))

    return computing(RightPreActBlock, forward)


def _skipping(skip: Callable[[Any, Tensor, Tensor], Tensor]) -> type[nn.Module]:
    """Make a block with another skip: skip(block, x, ready)."""
    return type("Skipping", (RightPreActBlock,), {"skip": skip})


def _starting(start: Callable[[Any, Tensor], Tensor]) -> type[nn.Module]:
    """Make a block that makes something else ready: start(block, x)."""

    def forward(block: Any, x: Tensor) -> Tensor:
        ready = start(block, x)
        return block.skip(x, ready) + block.left(ready)

    return computing(RightPreActBlock, forward)


def _continuing(left: Callable[[Any, Tensor], Tensor]) -> type[nn.Module]:
    """Make a block with another left branch: left(block, ready)."""
    return type("Continuing", (RightPreActBlock,), {"left": left})


def _projecting(where: Callable[[bool, bool], bool]) -> type[nn.Module]:
    """Make a block with its projection elsewhere: where(does the stride change it, do the channels)."""

    def change(block: Any) -> None:
        into, out = block.conv1.in_channels, block.conv1.out_channels
        projects = where(block.stride != 1, into != out)
        block.projection = nn.Conv2d(into, out, 1, block.stride, bias=False) if projects else None

    return _changed(change)


def _normed_projection(block: Any) -> None:
    if block.projection is not None:
        block.projection = nn.Sequential(block.projection, nn.BatchNorm2d(block.projection.out_channels))


def _widens_late(block: Any) -> None:
    into = block.conv1.in_channels
    recast(block, "conv1", out_channels=into)
    recast(block, "conv2", in_channels=into)
    block.bn2 = nn.BatchNorm2d(into)


class _Of2015(RightPreActBlock):
    """Norm and ReLU behind each convolution."""

    def __init__(self, in_feats: int, out_feats: int, stride: int = 1) -> None:
        super().__init__(in_feats, out_feats, stride)
        self.bn1 = nn.BatchNorm2d(out_feats)

    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (self.skip(x, x) + left).relu()


class _LeftFirst(RightPreActBlock):
    """The right block; where it stops half-way, the left branch has been run before the skip."""

    def forward(self, x: Tensor) -> Tensor:
        ready = self.bn1(x).relu()
        left = self.left(ready)
        return self.skip(x, ready) + left


_meets = BANK.about(_SUM, 3, by=_meeting)
_skips = BANK.about(_SKIP, 1, by=_skipping)
_projects = BANK.about(_WHERE, 2, by=_projecting)
_starts = BANK.about(_ORDER, 1, by=_starting)

_shared(NO_BIAS, 2, bias="has a bias in its 3×3 convolutions")
BANK.add(
    "projection_bias",
    "has a bias in its 1×1 convolution",
    NO_BIAS,
    2,
    _changed(lambda block: recast(block, "projection", bias=True)),
)
BANK.add(
    "projection_norm",
    "has a batch norm after its 1×1 convolution, as the block of 2015 does",
    "the projection: no norm follows it",
    2,
    _changed(_normed_projection),
)
_projects("projects_always", "has a 1×1 convolution in every skip", lambda stride, channels: True)
_projects("projects_for_channels_only", "has no 1×1 convolution where only the size changes", lambda s, c: c)
_projects("projects_for_stride_only", "has no 1×1 convolution where only the channels change", lambda s, c: s)
_projects("never_projects", "never has a 1×1 convolution in its skip", lambda stride, channels: False)
_shared("padding=1", 2, no_padding="does not pad its 3×3 convolutions")
_shared(TWO_NORMS, 2, "shared_norm")
BANK.add(
    "late_widening",
    "changes the number of channels in the second convolution, not in the first",
    "the channels of the two 3×3 convolutions",
    2,
    _changed(_widens_late),
)
BANK.add(
    "unregistered",
    "keeps its projection where nn.Module cannot see it, as in a plain list",
    "how the projection is stored: as an attribute of its own",
    2,
    _changed(hide("projection")),
    changed(_LeftFirst, hide("projection")),
)
BANK.add("of_2015", "has its norms and ReLUs after the convolutions, as the block of 2015 does", _ORDER, 1, _Of2015)
_shared("the default of stride", 2, "default_stride_2")
_shared(_STRIDES, 2, "stride_on_second", "stride_on_both")
BANK.add(
    "changes_input",
    "writes its result into the input",
    IN_PLACE,
    3,
    writing_into_x(RightPreActBlock),
    _meeting(lambda skip, left: skip.add_(left)),
)
_skips(
    "adds_ready",
    "adds ReLU(bn(x)), not x itself, where the shape stays",
    lambda block, x, ready: ready if block.projection is None else block.projection(ready),
)
BANK.add(
    "projects_x",
    "projects x as it came, before bn and ReLU",
    _PROJECTION,
    1,
    _skipping(lambda block, x, ready: x if block.projection is None else block.projection(x)),
)
_starts("no_first_relu", "has no ReLU after the first batch norm", lambda block, x: block.bn1(x))
_starts("no_first_norm", "does not use its first batch norm", lambda block, x: x.relu())
_starts("relu_before_norm", "applies ReLU before the first batch norm, not after it", lambda b, x: b.bn1(x.relu()))
BANK.add(
    "no_second_relu",
    "has no ReLU between the second batch norm and the second convolution",
    _ORDER,
    1,
    _continuing(lambda block, ready: block.conv2(block.bn2(block.conv1(ready)))),
)
BANK.add(
    "second_relu_before_norm",
    "applies ReLU before the second batch norm, not after it",
    _ORDER,
    1,
    _continuing(lambda block, ready: block.conv2(block.bn2(block.conv1(ready).relu()))),
)
_meets("relu_behind_sum", "has a ReLU after the sum", lambda skip, left: (skip + left).relu())
_meets("relu_on_left", "has a ReLU at the end of the left branch", lambda skip, left: skip + left.relu())
_meets("no_skip", "leaves the skip out", lambda skip, left: left)
_meets("multiplied", "multiplies the two branches", torch.mul)
_meets("concatenated", "concatenates the two branches", lambda skip, left: torch.cat([skip, left], 1))

EXERCISE = Exercise(
    name="PreActBlock",
    hints=HINTS,
    right=RightPreActBlock,
    tests={"test_pre_act_block": LOOKS},
    mistakes=BANK.all,
)
