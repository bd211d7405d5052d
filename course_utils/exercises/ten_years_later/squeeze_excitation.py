"""SqueezeExcitation: the oracle is torchvision's; both are filled by name."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.ops import SqueezeExcitation

from course_utils.exercises import module_looks as looks
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import changed, recast, writing_into_x
from course_utils.exercises.building_blocks.layer_mistakes import IN_PLACE, computing
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family import by_name

HINTS = (
    "Follow the shapes: (batch, channels, height, width) becomes one number per channel, then `squeeze_channels` "
    "numbers, then one number per channel again. What must its shape be, so that x can be multiplied by it?",
    "Keep the two axes that you average over, at size 1: the 1×1 convolutions want an image, be it one of a single "
    "pixel. ReLU goes between them, and a sigmoid after the second.",
    "In `__init__`, `self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)`, and `self.fc2` the other way round. In "
    "`forward`:\n"
    "```python\n"
    "squeezed = x.mean(dim=(2, 3), keepdim=True)\n"
    "gates = self.fc2(functional.relu(self.fc1(squeezed))).sigmoid()\n"
    "return x * gates\n"
    "```",
)


class RightSqueezeExcitation(SqueezeExcitation):
    """torchvision's, with this exercise's names for its two numbers."""

    def __init__(self, channels: int, squeeze_channels: int) -> None:
        super().__init__(channels, squeeze_channels)


_PARTS = ("fc1", "fc2")
_CASES = tuple(
    looks.case_of("SqueezeExcitation", *given, x=shape, order=by_name.filled_by_name(*_PARTS))
    for given, shape in (((6, 3), (2, 6, 5, 4)), ((4, 2), (3, 4, 3, 6)), ((4, 8), (2, 4, 2, 3)), ((5, 5), (2, 5, 7, 3)))
)
_FEW = _CASES[:2]
_DEPTH = 4

LOOKS = (
    looks.own_work(_CASES[0]),
    by_name.names(_CASES, _PARTS),
    looks.shape(_CASES, "what comes out has the shape of x"),
    looks.untouched(_FEW),
    looks.values("gates", "each channel of x is multiplied by its gate", _CASES, True, depth=_DEPTH),
    looks.gradients_flow(_FEW, True, depth=_DEPTH * 10),
    looks.values("float32", "it works in float32 as well", _FEW, False, torch.float32, depth=_DEPTH),
    looks.copies(_FEW),
    looks.any_device(_FEW[-1]),
)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_SQUEEZE = "the squeeze: the mean over height and width, one number for each channel"
_ORDER = "the order: squeeze, fc1, ReLU, fc2, sigmoid"
_GATE = "what becomes of fc2's output: a sigmoid puts each gate between 0 and 1"
_SCALE = "the last line: x times the gates"
_LAYERS = "the two layers: 1×1 convolutions, from channels to squeeze_channels and back"


def _mean(x: Tensor) -> Tensor:
    return x.mean((2, 3), keepdim=True)


def _working(
    squeeze: Callable[[Tensor], Tensor] = _mean,
    between: Callable[[Tensor], Tensor] = torch.relu,
    gate: Callable[[Tensor], Tensor] = torch.sigmoid,
    scale: Callable[[Tensor, Tensor], Tensor] = torch.mul,
) -> type[nn.Module]:
    """Make one with another squeeze, another function between the two layers, another gate, or another end."""
    return computing(
        RightSqueezeExcitation,
        lambda layer, x: scale(x, gate(layer.fc2(between(layer.fc1(squeeze(x)))))),
    )


def _changed(change: Callable[[Any], Any]) -> type[nn.Module]:
    return changed(RightSqueezeExcitation, change)


def _linear(layer: Any) -> None:
    for name in _PARTS:
        conv = getattr(layer, name)
        setattr(layer, name, nn.Linear(conv.in_channels, conv.out_channels))


class _Linear(RightSqueezeExcitation):
    def __init__(self, channels: int, squeeze_channels: int) -> None:
        super().__init__(channels, squeeze_channels)
        _linear(self)

    def forward(self, x: Tensor) -> Tensor:
        gates = self.fc2(torch.relu(self.fc1(x.mean((2, 3))))).sigmoid()
        return x * gates[:, :, None, None]


_squeezes = BANK.about(_SQUEEZE, 1, by=lambda squeeze: _working(squeeze=squeeze))
_gates = BANK.about(_GATE, 2, by=lambda gate: _working(gate=gate))
_scales = BANK.about(_SCALE, 3, by=lambda scale: _working(scale=scale))

BANK.add("linear_layers", "has linear layers where torchvision has 1×1 convolutions", _LAYERS, 2, _Linear)
BANK.add(
    "no_bias",
    "has no biases",
    "the biases: no batch norm follows these convolutions, so they keep theirs",
    3,
    _changed(lambda layer: recast(layer, *_PARTS, bias=False)),
)
BANK.add(
    "changes_input",
    "writes its result into the input",
    IN_PLACE,
    3,
    writing_into_x(RightSqueezeExcitation),
    _working(scale=Tensor.mul_),
)
_squeezes("largest", "squeezes to the largest number of each channel", lambda x: x.amax((2, 3), keepdim=True))
_squeezes("sums", "squeezes to the sum over each channel", lambda x: x.sum((2, 3), keepdim=True))
_squeezes("over_height", "averages over the height only, and keeps the width", lambda x: x.mean(2, keepdim=True))
_squeezes("over_width", "averages over the width only, and keeps the height", lambda x: x.mean(3, keepdim=True))
_squeezes(
    "whole_batch",
    "averages over the batch, too, so that all its images share their gates",
    lambda x: x.mean((0, 2, 3), keepdim=True),
)
_squeezes("no_squeeze", "works out a gate for each pixel, without averaging first", lambda x: x)
BANK.add("no_relu", "has no ReLU between the two layers", _ORDER, 2, _working(between=lambda x: x))
BANK.add("sigmoid_between", "has a sigmoid between the two layers, too", _ORDER, 2, _working(between=torch.sigmoid))
_gates("no_sigmoid", "multiplies by fc2's output as it is", lambda x: x)
_gates("relu_gate", "has a ReLU after fc2 where the sigmoid should be", torch.relu)
_gates("relu_too", "has a ReLU after fc2, before the sigmoid", lambda x: x.relu().sigmoid())
_gates("softmax", "has a softmax over the channels where the sigmoid should be", lambda x: x.softmax(1))
_gates("tanh", "has a tanh where the sigmoid should be", torch.tanh)
_scales("added", "adds the gates to x", torch.add)
_scales(
    "gates_only",
    "gives the gates, and not x times the gates",
    lambda x, gates: gates,
    lambda x, gates: gates.expand_as(x),
)
_scales("plus_x", "adds x to the result", lambda x, gates: x + x * gates)
_scales("closed", "multiplies by 1 − the gate", lambda x, gates: x * (1 - gates))

EXERCISE = Exercise(
    name="SqueezeExcitation",
    hints=HINTS,
    right=RightSqueezeExcitation,
    tests={"test_squeeze_excitation": LOOKS},
    mistakes=BANK.all,
)
