"""ConvNeXtBlock: the oracle is made of torch.nn's parts, under the names of the authors' code."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.tensors import show_number
from course_utils.exercises import module_looks as looks
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import changed, recast, writing_into_x
from course_utils.exercises.building_blocks.layer_mistakes import (
    IN_PLACE,
    built_with,
    computing,
    plain_tensors,
    with_defaults,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import build
from course_utils.exercises.observers import each_row
from course_utils.exercises.resnet_family import by_name

HINTS = (
    "Keep x for the sum, and give what you work on another name. Which of the five steps work on maps, and which on "
    "the channels of single pixels, as the last axis? Turn the axes round between them: once there, once back.",
    "The branch: `dwconv`, then `permute(0, 2, 3, 1)`, `norm`, `pwconv1`, GELU, `pwconv2`, times `gamma`, then "
    "`permute(0, 3, 1, 2)`. With the channels last, `gamma` needs no further axes.",
    "In `__init__`:\n"
    "```python\n"
    "self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)\n"
    "self.norm = nn.LayerNorm(channels, eps=1e-6)\n"
    "self.gamma = nn.Parameter(t.full((channels,), layer_scale))\n"
    "```\n"
    "And in `forward`:\n"
    "```python\n"
    "branch = self.norm(self.dwconv(x).permute(0, 2, 3, 1))\n"
    "branch = self.pwconv2(functional.gelu(self.pwconv1(branch)))\n"
    "return x + (self.gamma * branch).permute(0, 3, 1, 2)\n"
    "```",
)


class RightConvNeXtBlock(nn.Module):
    """Depthwise convolution, norm over the channels, and two linear layers with GELU between them."""

    def __init__(self, channels: int, layer_scale: float = 1e-6) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(torch.full((channels,), layer_scale))

    def forward(self, x: Tensor) -> Tensor:
        """Add the branch to x."""
        branch = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        branch = self.gamma * self.pwconv2(functional.gelu(self.pwconv1(branch)))
        return x + branch.permute(0, 3, 1, 2)


# --- the looks ------------------------------------------------------------------------------------------------------

_PARTS = ("dwconv", "norm", "pwconv1", "pwconv2", "gamma")
_CASES = tuple(
    looks.case_of("ConvNeXtBlock", channels, x=shape, order=by_name.filled_by_name(*_PARTS))
    for channels, shape in ((6, (2, 6, 9, 8)), (4, (3, 4, 5, 7)), (3, (2, 3, 4, 10)))
)
_FEW = _CASES[:2]
_DEPTH = 8
_NAMES = "its parts have the names and the shapes that the exercise says, and nothing else has weights"
_SUM = "x is added to what the branch makes of it: dwconv, norm, pwconv1, GELU, pwconv2, times gamma"


def _starts(candidate: Any, seed: int, settings: dict[str, float]) -> Remark | str:
    """Say what a new block's gamma starts with, and whether it's learned."""
    gamma = getattr(build(candidate, 5, **settings), "gamma", None)
    if not isinstance(gamma, nn.Parameter):
        return "gamma is no parameter"
    values = gamma.detach().double().flatten()
    same = bool((values == values[0]).all())
    return f"gamma starts at {show_number(float(f'{values[0]:.4g}'))}" if same else "gamma starts at several numbers"


_SEEN = (
    looks.own_work(_CASES[0]),
    by_name.names(_CASES, _PARTS, _NAMES),
    Look(
        "gamma",
        "gamma is a parameter, and starts at layer_scale, 1e-6 unless you say otherwise",
        each_row(_starts, {"ConvNeXtBlock(5)": {}, "ConvNeXtBlock(5, layer_scale=0.5)": {"layer_scale": 0.5}}),
    ),
    looks.shape(_CASES, "what comes out has the shape of x"),
    looks.untouched(_FEW),
    looks.values("the sum", _SUM, _CASES, True, depth=_DEPTH),
    looks.gradients_flow(_FEW, True, depth=_DEPTH * 10),
    looks.values("float32", "it works in float32 as well", _FEW, False, torch.float32, depth=_DEPTH),
    looks.copies(_FEW),
    looks.any_device(_FEW[-1]),
)
# What a layer inside is given has a shape of the student's choice: channels may be turned to the end in several ways.
LOOKS = tuple(replace(look, inside=None) for look in _SEEN)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_DWCONV = "dwconv: 7×7 with padding=3 and groups=channels"
_NORM = "norm: a LayerNorm over the channels of each pixel, right after dwconv"
_GELU = "what comes between pwconv1 and pwconv2: GELU; and nothing after pwconv2"
_GAMMA = "where gamma is used: the branch, and nothing else, is multiplied by it"
_START = "what gamma starts with: layer_scale, for each channel"
_LAST = "the last line: x, as it came, plus the branch"


def _working(
    norm: Callable[[Any, Tensor], Tensor] = lambda block, maps: block.norm(maps),
    between: Callable[[Tensor], Tensor] = functional.gelu,
    scale: Callable[[Any, Tensor], Tensor] = lambda block, branch: block.gamma * branch,
    end: Callable[[Tensor, Tensor], Tensor] = torch.add,
    skip: Callable[[Any, Tensor], Tensor] = lambda block, x: x,
) -> type[nn.Module]:
    """Make a block with another norm, another function in the middle, another scale, another end or another skip."""

    def forward(block: Any, x: Tensor) -> Tensor:
        branch = block.pwconv1(norm(block, block.dwconv(x).permute(0, 2, 3, 1)))
        branch = scale(block, block.pwconv2(between(branch)))
        return end(skip(block, x), branch.permute(0, 3, 1, 2))

    return computing(RightConvNeXtBlock, forward)


def _over_the_image(block: Any, maps: Tensor) -> Tensor:
    """Normalise over height and width, too."""
    var, mean = torch.var_mean(maps, dim=(1, 2, 3), keepdim=True, correction=0)
    return (maps - mean) / (var + 1e-6).sqrt() * block.norm.weight + block.norm.bias


def _expanding(times: int) -> Callable[[Any], None]:
    def change(block: Any) -> None:
        channels = len(block.gamma)
        block.pwconv1, block.pwconv2 = nn.Linear(channels, times * channels), nn.Linear(times * channels, channels)

    return change


class _BatchNorm(RightConvNeXtBlock):
    def __init__(self, channels: int, layer_scale: float = 1e-6) -> None:
        super().__init__(channels, layer_scale)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        branch = self.norm(self.dwconv(x)).permute(0, 2, 3, 1)
        branch = self.gamma * self.pwconv2(functional.gelu(self.pwconv1(branch)))
        return x + branch.permute(0, 3, 1, 2)


class _GammaOfMaps(RightConvNeXtBlock):
    """gamma has axes for height and width, and is used behind the second permute."""

    def __init__(self, channels: int, layer_scale: float = 1e-6) -> None:
        super().__init__(channels, layer_scale)
        self.gamma = nn.Parameter(torch.full((channels, 1, 1), layer_scale))

    def forward(self, x: Tensor) -> Tensor:
        branch = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        branch = self.pwconv2(functional.gelu(self.pwconv1(branch)))
        return x + self.gamma * branch.permute(0, 3, 1, 2)


_changed = partial(changed, RightConvNeXtBlock)
_convolves = BANK.about(_DWCONV, 3, by=lambda settings: _changed(lambda block: recast(block, "dwconv", **settings)))
_normalises = BANK.about(_NORM, 2, by=lambda norm: _working(norm=norm))
_between = BANK.about(_GELU, 2, by=lambda between: _working(between=between))
_scales = BANK.about(_GAMMA, 2, by=lambda scale: _working(scale=scale))
_ends = BANK.about(_LAST, 1, by=lambda end: _working(end=end))
_skips = BANK.about(_LAST, 1, by=lambda skip: _working(skip=skip))
_starting = BANK.about(_START, 3)

_convolves("not_depthwise", "has an ordinary 7×7 convolution, in which all channels meet", {"groups": 1})
_convolves("small_kernel", "has a 3×3 depthwise convolution", {"kernel_size": 3, "padding": 1})
_convolves("no_padding", "does not pad its depthwise convolution", {"padding": 0})
_convolves("no_bias", "has no bias in its depthwise convolution", {"bias": False})
BANK.add("batch_norm", "has a batch norm where the LayerNorm should be", _NORM, 2, _BatchNorm)
BANK.add(
    "narrow",
    "is not wide in its middle: its two linear layers keep the channels",
    "pwconv1 and pwconv2: from channels to 4 * channels, and back",
    3,
    _changed(_expanding(1)),
)
BANK.add(
    "twice_as_wide",
    "is twice as wide in its middle, not four times",
    "pwconv1 and pwconv2: from channels to 4 * channels, and back",
    3,
    _changed(_expanding(2)),
)
BANK.add(
    "gamma_of_maps",
    "has a gamma with axes for height and width",
    "gamma's shape: (channels,), because it's used while the channels are the last axis",
    2,
    _GammaOfMaps,
)
BANK.add(
    "gamma_no_parameter",
    "keeps gamma as a plain tensor, which is never learned",
    "how gamma is made: nn.Parameter(…)",
    3,
    plain_tensors(RightConvNeXtBlock, "gamma"),
)
_starting("gamma_ones", "starts gamma at 1", built_with(RightConvNeXtBlock, lambda given: given | {"layer_scale": 1.0}))
_starting(
    "gamma_zeros", "starts gamma at 0", built_with(RightConvNeXtBlock, lambda given: given | {"layer_scale": 0.0})
)
_starting(
    "gamma_fixed",
    "starts gamma at 1e-6, whatever layer_scale is",
    built_with(RightConvNeXtBlock, lambda given: given | {"layer_scale": 1e-6}),
)
_starting(
    "gamma_default", "starts gamma at 1 unless it's told otherwise", with_defaults(RightConvNeXtBlock, layer_scale=1.0)
)
BANK.add(
    "changes_input",
    "writes its result into the input",
    IN_PLACE,
    1,
    writing_into_x(RightConvNeXtBlock),
    _working(end=Tensor.add_),
)
_normalises("no_norm", "does not use its norm", lambda block, maps: maps)
_normalises(
    "norm_over_the_image", "normalises over height and width, too, not over the channels alone", _over_the_image
)
BANK.add(
    "default_eps",
    "leaves eps at PyTorch's 1e-5",
    "eps=1e-6, as in the authors' code",
    3,
    _changed(lambda block: setattr(block.norm, "eps", 1e-5)),
)
_between("relu", "has a ReLU where GELU should be", torch.relu)
_between("no_gelu", "has nothing between its two linear layers", lambda branch: branch)
BANK.add(
    "gelu_twice",
    "has a GELU after pwconv2, too",
    _GELU,
    2,
    _working(scale=lambda block, branch: block.gamma * functional.gelu(branch)),
)
_scales("gamma_unused", "does not use gamma", lambda block, branch: branch)
BANK.add(
    "gamma_on_sum",
    "multiplies the sum by gamma, not the branch alone",
    _GAMMA,
    2,
    computing(
        RightConvNeXtBlock,
        lambda block, x: (block.gamma * (x + _plain_branch(block, x)).permute(0, 2, 3, 1)).permute(0, 3, 1, 2),
    ),
)
_ends("no_skip", "leaves the skip out", lambda x, branch: branch)
_ends("relu_behind_sum", "has a ReLU after the sum", lambda x, branch: (x + branch).relu())
_skips("skip_behind_dwconv", "adds what dwconv gives, not x itself", lambda block, x: block.dwconv(x))
_skips(
    "skip_behind_norm",
    "adds what norm gives, not x itself",
    lambda block, x: block.norm(block.dwconv(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2),
)


def _plain_branch(block: Any, x: Tensor) -> Tensor:
    """Run the branch without gamma."""
    branch = block.norm(block.dwconv(x).permute(0, 2, 3, 1))
    return block.pwconv2(functional.gelu(block.pwconv1(branch))).permute(0, 3, 1, 2)


EXERCISE = Exercise(
    name="ConvNeXtBlock",
    hints=HINTS,
    right=RightConvNeXtBlock,
    tests={"test_convnext_block": LOOKS},
    mistakes=BANK.all,
)
