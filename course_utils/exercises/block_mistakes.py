"""Ways to get a block of two branches wrong, made from a right one.

A right block has the layers conv1, bn1, conv2, bn2 (and conv3, bn3), and the attribute `stride`. What it adds comes
from torchvision's `downsample`, or from a method `shortcut`; where `residual` is False, nothing is added.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.layer_mistakes import with_defaults

Block = type[nn.Module]
Change = Callable[[Any], Any]
"""change(block): what is done to a right block after it is built."""


def projection(
    into: int, out: int, stride: int, size: int = 1, *, bias: bool = False, norm: bool = True
) -> nn.Sequential:
    """Make a projection, as torchvision does unless told otherwise."""
    conv = nn.Conv2d(into, out, size, stride, size // 2, bias=bias)
    return nn.Sequential(conv, nn.BatchNorm2d(out)) if norm else nn.Sequential(conv)


# --- other layers ---------------------------------------------------------------------------------------------------


def changed(right: Block, *changes: Change) -> Block:
    """Make a block whose parts are changed after it is built."""

    class Changed(right):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            for change in changes:
                change(self)

    return Changed


def recast(block: nn.Module, *names: str, **settings: Any) -> None:
    """Make convolutions anew with other settings; names of what is none are passed over."""
    for name in names:
        conv = dict(block.named_modules()).get(name)
        if isinstance(conv, nn.Conv2d):
            kept = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "groups")
            own = {key: getattr(conv, key) for key in kept} | {"bias": conv.bias is not None}
            holder, _, last = name.rpartition(".")
            setattr(block.get_submodule(holder), last, nn.Conv2d(**(own | settings)))


def strides_on(*names: str) -> Change:
    """Give the block's stride to these convolutions of the left branch, and to no other."""

    def change(block: Any) -> None:
        for name in ("conv1", "conv2", "conv3"):
            recast(block, name, stride=block.stride if name in names else 1)

    return change


def rewidth(block: Any, *widths: int) -> None:
    """Give the convolutions of the left branch, one after the other, these numbers of channels that come out."""
    into = block.conv1.in_channels
    for number, out in enumerate(widths, 1):
        recast(block, f"conv{number}", in_channels=into, out_channels=out)
        if isinstance(getattr(block, f"bn{number}"), nn.BatchNorm2d):
            setattr(block, f"bn{number}", nn.BatchNorm2d(out))
        into = out


def drop(*names: str) -> Change:
    """Put nothing in the place of these layers."""
    return lambda block: [setattr(block, name, nn.Identity()) for name in names]


def hide(*names: str) -> Change:
    """Keep these parts where nn.Module cannot see them."""

    def change(block: nn.Module) -> None:
        for name in names:
            part = getattr(block, name)
            delattr(block, name)
            object.__setattr__(block, name, part)

    return change


# --- another forward ------------------------------------------------------------------------------------------------


_RELUS = ("bn1", "bn2")


def left(block: Any, x: Tensor, relus: Sequence[str] = _RELUS) -> Tensor:
    """Run the left branch; a ReLU follows the layers that are named, but not the last one."""
    count = 3 if hasattr(block, "conv3") else 2
    for name in [f"{kind}{number}" for number in range(1, count + 1) for kind in ("conv", "bn")]:
        x = getattr(block, name)(x)
        x = relu(block, x) if name in relus and name != f"bn{count}" else x
    return x


def relu(block: Any, x: Tensor) -> Tensor:
    """Apply the block's own ReLU, if it has one: what happens inside is told by it."""
    return block.relu(x) if hasattr(block, "relu") else x.relu()


def skip(block: Any, x: Tensor) -> Tensor:
    """Give what a right block adds."""
    if hasattr(block, "shortcut"):
        return block.shortcut(x)
    return x if block.downsample is None else block.downsample(x)


def right_end(block: Any, left: Tensor, x: Tensor) -> Tensor:
    """End as a right block does."""
    return relu(block, left + skip(block, x) if _adds(block) else left)


def _adds(block: Any) -> bool:
    return getattr(block, "residual", True)


def ending(
    right: Block, end: Callable[[Any, Tensor, Tensor], Tensor] | None = None, relus: Sequence[str] | None = None
) -> Block:
    """Make a block with another end: end(block, what the left branch gives, x), or with other ReLUs on the left.

    A class that is made of two such blocks has both.
    """
    given = {"end": end, "relus": relus}
    return type("Ending", (right,), {"forward": _forward} | {key: one for key, one in given.items() if one is not None})


def _forward(block: Any, x: Tensor) -> Tensor:
    end = getattr(block, "end", partial(right_end, block))
    return end(left(block, x, getattr(block, "relus", _RELUS)), x)


def with_relus(right: Block, *names: str) -> Block:
    """Make a block whose left branch has a ReLU after these layers, and after no other."""
    return ending(right, relus=names)


def meeting(right: Block, meet: Callable[[Tensor, Tensor], Tensor]) -> Block:
    """Make a block whose two branches meet in another way, and no ReLU follows: meet(left, right)."""
    return ending(right, lambda block, left, x: meet(left, skip(block, x)) if _adds(block) else left.relu())


def joining(right: Block, join: Callable[[Tensor, Tensor], Tensor]) -> Block:
    """Make a block whose two branches are joined in another way before the last ReLU: join(left, right)."""
    return ending(right, lambda block, left, x: relu(block, join(left, skip(block, x)) if _adds(block) else left))


def writing_into_x(right: Block) -> Block:
    """Make a module that writes its result into its input where that fits."""

    class WritingIntoX(right):
        def forward(self, x: Tensor) -> Tensor:
            output = super().forward(x)
            return x.copy_(output) if output.shape == x.shape else output

    return WritingIntoX


# --- what is said of several blocks ---------------------------------------------------------------------------------


def _widens_late(block: Any) -> None:
    rewidth(block, block.conv1.in_channels, block.conv2.out_channels)


def _biased(right: Block) -> tuple[Block, ...]:
    """Make blocks with a bias in all convolutions of the left branch, and in one of them alone."""
    names = ("conv1", "conv2", "conv3") if getattr(right, "expansion", 1) > 1 else ("conv1", "conv2")
    return tuple(
        changed(right, lambda block, some=some: recast(block, *some, bias=True))
        for some in (names, *((name,) for name in names))
    )


def _relu_first(right: Block) -> tuple[Block, Block]:
    return meeting(right, lambda a, b: a.relu() + b), meeting(right, lambda a, b: a.relu().add_(b))


def _one_norm(block: Any) -> None:
    block.bn2 = block.bn1


TWO_NORMS = "the two batch norms: each has weights of its own"
IN_PLACE = "in-place operations (+=, add_, relu_) on x"
NO_BIAS = "bias=False: torch's Conv2d has one unless told otherwise"

# What the belief is, how such a block (or several) is made, and of what: make(right, *of).
_SHARED: dict[str, tuple[Any, ...]] = {
    "no_middle_relu": ("has no ReLU between the two convolutions", with_relus),
    "relu_before_norm": ("applies ReLU before the first batch norm, not after it", with_relus, "conv1"),
    "no_last_norm": ("has no batch norm after the second convolution", changed, drop("bn2")),
    "shared_norm": ("uses one batch norm twice", changed, _one_norm),
    "bias": ("has a bias in its convolutions", _biased),
    "no_padding": ("does not pad its convolutions", changed, lambda block: recast(block, "conv1", "conv2", padding=0)),
    "late_widening": (
        "changes the number of channels in the second convolution, not in the first",
        changed,
        _widens_late,
    ),
    "stride_on_second": ("strides in the second convolution", changed, strides_on("conv2")),
    "default_stride_2": ("has stride 2 by default", lambda right: with_defaults(right, stride=2)),
    "stride_on_both": ("strides in both convolutions", changed, strides_on("conv1", "conv2")),
    "relu_before_sum": ("applies ReLU before the sum, and not after it", _relu_first),
    "relu_twice": ("applies ReLU before the sum and after it", joining, lambda a, b: a.relu() + b),
    "no_last_relu": ("has no ReLU after the sum", meeting, torch.add),
    "no_skip": ("leaves the shortcut out", ending, lambda block, left, x: relu(block, left)),
    "multiplied": ("multiplies the two branches", joining, torch.mul),
    "concatenated": ("concatenates the two branches", joining, lambda a, b: torch.cat([a, b], 1)),
    "changes_input": ("writes into its input", writing_into_x),
}


def add_shared_mistakes(bank: Bank, right: Block, look_at: str, hint: int, *ids: str, **beliefs: str) -> None:
    """Add mistakes that several blocks can have, by their ids; `beliefs`: ids with words of this block's own."""
    for id_ in (*ids, *beliefs):
        belief, make, *of = _SHARED[id_]
        made = make(right, *of)
        bank.add(id_, beliefs.get(id_, belief), look_at, hint, *(made if isinstance(made, tuple) else (made,)))
