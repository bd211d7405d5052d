"""accepts_block: a test of residual blocks, tried on the known mistakes of ResidualBlock and on right blocks."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils import layers
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import ending, relu, right_end, skip
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnets import residual_block
from course_utils.exercises.resnets.copy_weights import right_copy
from course_utils.exercises.resnets.residual_block import RightBlock
from course_utils.exercises.tester_mistakes import (
    Check,
    Try,
    add_shared_mistakes,
    copy_by_name,
    everything,
    make_tester,
    outputs,
)
from course_utils.exercises.testers import STEPS, deck_of, looks, scale_and_shift
from course_utils.exercises.ways import Ways

HINTS = (
    "Your own `ResidualBlock` has passed all its tests. If it and the block to judge had the same weights, what should "
    "hold for every `x`? Whatever holds for all correct blocks is something that you can try.",
    "For a few kinds of blocks (the shape stays, the channels change, a stride, both) make the block and one of yours, "
    "fill yours with random numbers, copy them over with `copy_weights`, and compare what the two give, in both modes. "
    "A faulty block may also stop with an error: catch it, and say `False`.",
    "In a `try` whose `except Exception` returns `False`, for `arguments` such as `(4, 4)`, `(3, 5)` and `(4, 4, 2)`, "
    "and for both modes:\n"
    "```python\n"
    "mine, theirs = ResidualBlock(*arguments).double(), block_class(*arguments).double()\n"
    "for one in mine.state_dict().values():\n"
    "    one.copy_(t.rand(one.shape) + 0.5)\n"
    "copy_weights(theirs, mine)\n"
    "x = t.randn(2, arguments[0], 7, 6).double()\n"
    "expected, got = mine.train(training)(x.clone()), theirs.train(training)(x.clone())\n"
    "```\n"
    "Then compare with `t.allclose`, which has room for rounding, and look at the shapes first.",
)


# --- right blocks in other styles ------------------------------------------------------------------------------------


_CONV = partial(nn.Conv2d, bias=False)


def _sides(into: int, out: int, stride: int, conv: Any = _CONV, norm: Any = nn.BatchNorm2d) -> tuple[list, list]:
    left = [conv(into, out, 3, stride=stride, padding=1), norm(out), nn.ReLU(), conv(out, out, 3, padding=1), norm(out)]
    right = [] if (into, stride) == (out, 1) else [conv(into, out, 1, stride=stride), norm(out)]
    return left, right


class _TwoSequentials(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        left, right = _sides(in_feats, out_feats, first_stride)
        self.left, self.right = nn.Sequential(*left), nn.Sequential(*right)

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class _Lists(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.paths = nn.ModuleList(map(nn.ModuleList, _sides(in_feats, out_feats, first_stride)))

    def forward(self, x: Tensor) -> Tensor:
        ends = []
        for path in self.paths:
            h = x
            for step in path:
                h = step(h)
            ends.append(h)
        return functional.relu(sum(ends))


class _OneByOne(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        (self.a, self.b, _, self.c, self.d), right = _sides(in_feats, out_feats, first_stride)
        self.projects = bool(right)
        if right:
            self.e, self.f = right

    def forward(self, x: Tensor) -> Tensor:
        h = functional.relu(self.b(self.a(x)), inplace=True)
        h = self.d(self.c(h))
        h += self.f(self.e(x)) if self.projects else x
        return h.relu_()


class _OwnLayers(nn.Module):
    """Made of layers of the course's: no nn.Conv2d in it, and no nn.ReLU."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        left, right = _sides(in_feats, out_feats, first_stride, conv=layers.Conv2d)
        self.left, self.shortcut = nn.Sequential(*left), nn.Sequential(*right) if right else None
        self.left[2] = layers.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        added = x if self.shortcut is None else self.shortcut(x)
        return torch.clamp(added + self.left(x), min=0)


class _OwnNorm(nn.BatchNorm2d):
    """Computes one scale and one shift for each channel, so that it is not equal to torch's to the last bit."""

    forward = scale_and_shift


class _ByHand(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        left, right = _sides(in_feats, out_feats, first_stride, norm=_OwnNorm)
        self.branches = nn.ModuleDict({"main": nn.Sequential(*left), "side": nn.Sequential(*right)})

    def forward(self, x: Tensor) -> Tensor:
        total = self.branches["side"](x) + self.branches["main"](x)
        return torch.where(total > 0, total, torch.zeros_like(total))


class _Half(nn.Sequential):
    def __init__(self, into: int, out: int, size: int, stride: int) -> None:
        super().__init__(nn.Conv2d(into, out, size, stride, size // 2, bias=False), nn.BatchNorm2d(out))


class _Nested(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        keeps = first_stride == 1 and in_feats == out_feats
        self.conv_norm_1 = _Half(in_feats, out_feats, 3, first_stride)
        self.conv_norm_2 = _Half(out_feats, out_feats, 3, 1)
        self.identity = nn.Identity() if keeps else _Half(in_feats, out_feats, 1, first_stride)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        skip = self.identity(x)
        return self.act(torch.add(self.conv_norm_2(self.act(self.conv_norm_1(x))), skip))


_RIGHT = {
    "layers one by one, named as torchvision names them": RightBlock,
    "two Sequentials, and an empty one where the input is added as it is": _TwoSequentials,
    "two lists of modules, and loops over them": _Lists,
    "single letters for names, and ReLUs in place": _OneByOne,
    "convolutions that are no nn.Conv2d, and clamp for ReLU": _OwnLayers,
    "a batch norm written by hand, equal to torch's but for rounding": _ByHand,
    "each convolution with its norm in a module of its own": _Nested,
}


# --- wrong blocks that no bank has: they are wrong in one mode alone --------------------------------------------------


class _NeverEval(RightBlock):
    def train(self, mode: bool = True) -> nn.Module:
        return super().train(mode=True)


class _NeverTraining(RightBlock):
    def train(self, mode: bool = True) -> nn.Module:
        super().train(mode=False)
        self.training = mode
        return self


def _in_mode(training: bool, end: Callable[[Any, Tensor, Tensor], Tensor]) -> type[RightBlock]:
    def either(block: RightBlock, left: Tensor, x: Tensor) -> Tensor:
        return end(block, left, x) if block.training is training else right_end(block, left, x)

    return ending(RightBlock, either)


_WRONG = {
    "where the two branches meet": (
        *("no_skip", "multiplied", "subtracted", "averaged", "concatenated", "relu_before_sum", "relu_both_before_sum"),
        *("no_last_relu", "relu_twice"),
    ),
    "in the projection": (
        *("projection_for_stride_only", "projection_for_channels_only", "projection_never", "projection_always"),
        *("projection_without_norm", "projection_3x3", "projection_with_relu"),
    ),
    "in the stride": (
        *("stride_on_second", "stride_on_both", "right_without_stride", "left_without_stride", "stride_ignored"),
        "default_stride_2",
    ),
    "on the left branch": (
        *("no_padding", "no_first_norm", "no_second_norm", "no_middle_relu", "relu_before_norm", "shared_norm"),
        "late_widening",
    ),
    "in what is kept": (
        *("convs_with_bias", "left_unregistered", "unregistered", "right_unregistered", "layers_in_forward"),
        "right_first",
    ),
    "in one of the two modes": (
        "no_skip_in_eval",
        ("goes on as in training when it is in eval mode", _NeverEval),
        ("takes the running statistics in training mode too", _NeverTraining),
        ("has no last ReLU in eval mode", _in_mode(False, lambda block, left, x: left + skip(block, x))),
        ("leaves the right branch out in training mode", _in_mode(True, lambda block, left, x: relu(block, left))),
    ),
}

DECK = deck_of("block", residual_block.EXERCISE, _WRONG, _RIGHT)
LOOKS = looks(DECK)


# --- right code, and the bank ---------------------------------------------------------------------------------------


def _try(*arguments: int) -> Try:
    return Try(arguments, (2, arguments[0], 7, 6))


_KEPT, _CHANNELS, _BOTH, _STRIDE, _THREE = (_try(*each) for each in ((4, 4), (3, 5), (5, 3, 2), (4, 4, 2), (2, 3, 3)))
_ALL = (_KEPT, _CHANNELS, _BOTH, _STRIDE, _THREE)
_ORDERS = tuple({"tries": tries} for tries in (_ALL, (_KEPT, _CHANNELS, _STRIDE, _BOTH, _THREE)))


def _accepting(tries: Sequence[Try] = _ALL, check: Check = everything, **way: Any) -> Any:
    return make_tester(RightBlock, tries, check, **way)


BANK = Bank()
WAYS = Ways(BANK, _accepting)
add_shared_mistakes(WAYS, "block", _ORDERS, lambda same: partial(everything, same=same))
WAYS.at("which blocks are built: a change of channels, a stride, both, and neither").add(
    "keeping_only", "tries only blocks that keep the shape, with stride 1 and equal channels", 2, tries=(_KEPT,)
)
WAYS.at("the names: a block may call its layers what it likes").add(
    "by_name",
    "knows weights by torchvision's names, and refuses correct blocks with others",
    2,
    *({"copy": copy_by_name, "check": check} for check in (everything, outputs)),
)

EXERCISE = Exercise(
    name="accepts_block",
    hints=HINTS,
    right=_accepting(),
    tests={"test_accepts_block": LOOKS},
    mistakes=BANK.all,
    steps=STEPS,
    seeded=False,  # the classes to judge are the same under every seed, and `steady` asks about them under three
    parts={"ResidualBlock": RightBlock, "copy_weights": right_copy},
)
