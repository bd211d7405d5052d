"""Linear: the oracle is torch.nn's own, with the student's weight and bias in it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.small_layers import (
    Layer,
    changed,
    computing,
    extra_repr,
    first_numbers,
    layer,
    own_layer,
    own_steps,
    parameters,
    silent,
    state_dict,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import any_device, gradients_flow, untouched, values

HINTS = (
    "Each output is a weighted sum of all inputs. Write down the shapes: weight is (out_features, in_features), x ends "
    "in in_features. Which axis disappears, and how must weight lie for @ to do that?",
    "In __init__: numbers from torch.rand (between 0 and 1), stretched and shifted to ±1/√in_features, in an "
    "nn.Parameter. With bias=False say self.bias = None. In forward: @ with the weight transposed works for any number "
    "of axes before the last.",
    "bound = in_features**-0.5; self.weight = nn.Parameter((2 * torch.rand(out_features, in_features) - 1) * bound); "
    "the bias likewise, of shape (out_features,). forward: y = x @ self.weight.T, and y + self.bias unless it is None.",
)

_FINISHED = (nn.Linear, nn.Bilinear, nn.modules.conv._ConvNd)
_FINISHED_STEPS = ("linear", "bilinear", "conv1d", "conv2d")
_MATRIX = ("batch", "features")


def _linear(shape: Sequence[int], *features: int, axes: Sequence[str] = _MATRIX, **settings: Any) -> Layer:
    return layer("Linear", shape, *features, axes=axes, weights=("weight", "bias"), **settings)


# --- the looks ------------------------------------------------------------------------------------------------------

# A batch, one example, a batch of sequences, four axes; a square weight; one example with one output.
_BATCH, _SEQUENCES = _linear((4, 3), 3, 5), _linear((2, 4, 3), 3, 5, axes=("batch", "position", "features"))
_CASES = (
    _BATCH,
    _linear((3,), 3, 5, axes=("features",)),
    _SEQUENCES,
    _linear((2, 3, 2, 3), 3, 5, axes=("batch", "a", "b", "features")),
    _linear((3, 4), 4, 4),
    _linear((1, 3), 3, 1),
)
_NO_BIAS = (_linear((4, 3), 3, 5, bias=False), _linear((2, 3, 4), 4, 2, axes=_SEQUENCES.axes, bias=False))

MODULE_LOOKS = (
    own_layer(_BATCH, _FINISHED),
    parameters((_BATCH,), "it has the parameters weight and bias, in this order, of the shapes that torch's have"),
    parameters(_NO_BIAS[:1], "with bias=False there is none: self.bias is None", "without bias"),
    first_numbers(
        _linear((), 16, 4000),
        "it starts with numbers drawn uniformly between −1/√in_features and 1/√in_features, new ones each time",
    ),
    extra_repr(_linear((), 37, 53, bias=True), _linear((), 37, 53, bias=False)),
    state_dict(_BATCH, {"weight": (5, 3), "bias": (5,)}),
)

FORWARD_LOOKS = (
    own_steps(_BATCH, _FINISHED_STEPS),
    parameters(_CASES[:1], "it has the parameters weight and bias, in this order, of the shapes that torch's have"),
    values("value", "the output is x times the transposed weight, plus the bias", _CASES, False, axes=_MATRIX),
    values(
        "without bias", "with bias=False the output is x times the transposed weight", _NO_BIAS, False, axes=_MATRIX
    ),
    values("float32", "it works in float32 as well", _CASES[:2], False, torch.float32, axes=_MATRIX),
    gradients_flow((_BATCH, _NO_BIAS[0])),
    untouched((_BATCH, _NO_BIAS[0])),
    any_device(_BATCH),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_START = "the first numbers: uniform between −1/√in_features and 1/√in_features, weight and bias alike"


class _Right(nn.Linear):
    """torch's Linear under this course's signature."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__(in_features, out_features, bias)


_starting, _computing = partial(changed, _Right), partial(computing, _Right)


def _uniform(layer: nn.Linear, bound: float) -> None:
    for parameter in layer.parameters():
        parameter.uniform_(-bound, bound)


@BANK.mistake("starts with standard normal numbers", _START, 2, by=_starting)
def _normal(layer: nn.Linear) -> None:
    for parameter in layer.parameters():
        parameter.normal_()


@BANK.mistake("starts its weight with standard normal numbers", _START, 2, by=_starting)
def _normal_weight(layer: nn.Linear) -> None:
    layer.weight.normal_()


@BANK.mistake(
    "starts with positive numbers only",
    "torch.rand: it draws from 0 to 1, and half of the weights are to be negative",
    3,
    by=_starting,
)
def _positive(layer: nn.Linear) -> None:
    for parameter in layer.parameters():
        parameter.uniform_(0, layer.in_features**-0.5)


@BANK.mistake("starts with numbers from 0 to 1", "torch.rand: stretch and shift what it draws", 3, by=_starting)
def _zero_to_one(layer: nn.Linear) -> None:
    for parameter in layer.parameters():
        parameter.uniform_(0, 1)


@BANK.mistake("starts its bias at 0", _START, 2, by=_starting)
def _zero_bias(layer: nn.Linear) -> None:
    if layer.bias is not None:
        layer.bias.zero_()


@BANK.mistake(
    "starts with the same numbers every time",
    "calls of manual_seed in __init__: they also change what others draw",
    2,
    by=_starting,
)
def _same_weights(layer: nn.Linear) -> None:
    source = torch.Generator().manual_seed(0)
    for parameter in layer.parameters():
        parameter.uniform_(-(layer.in_features**-0.5), layer.in_features**-0.5, generator=source)


@BANK.mistake(
    "keeps weight and bias as plain tensors, which no optimiser finds",
    "nn.Parameter around each of them",
    2,
    by=_starting,
)
def _plain_tensors(layer: nn.Linear) -> None:
    for name, tensor in list(layer._parameters.items()):
        delattr(layer, name)
        setattr(layer, name, None if tensor is None else tensor.detach().clone())


@BANK.mistake("keeps the bias as a plain tensor", "nn.Parameter around the bias", 2, by=_starting)
def _plain_bias(layer: nn.Linear) -> None:
    bias = layer.bias
    del layer.bias
    layer.bias = None if bias is None else bias.detach().clone()


def _transposed(layer: nn.Linear) -> None:
    layer.weight = nn.Parameter(layer.weight.T.contiguous())


@BANK.mistake(
    "keeps its weight as (in_features, out_features)",
    "the weight's shape: PyTorch's is (out_features, in_features), so that a row belongs to one output",
    1,
)
class _Transposed(_starting(_transposed)):
    def forward(self, x: Tensor) -> Tensor:
        y = x @ self.weight
        return y if self.bias is None else y + self.bias


@BANK.mistake(
    "declares bias before weight", "the order of the assignments in __init__: weight, then bias", 2, by=_starting
)
def _bias_first(layer: nn.Linear) -> None:
    layer._parameters = dict(reversed(layer._parameters.items()))


@BANK.mistake("has a bias even with bias=False", "where __init__ uses its argument bias", 2)
class _AlwaysBias(_Right):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__(in_features, out_features)


@BANK.mistake("never has a bias", "where __init__ uses its argument bias", 2)
class _NeverBias(_Right):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__(in_features, out_features, bias=False)


@BANK.mistake("has one bias for all outputs", "the bias's shape: one number for each output", 3)
class _OneBias(_Right):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__(in_features, out_features, bias)
        if bias:
            self.bias = nn.Parameter((2 * torch.rand(1) - 1) * in_features**-0.5)


@BANK.mistake("does not say in extra_repr whether there is a bias", "extra_repr: in_features, out_features and bias", 2)
class _SilentAboutBias(_Right):
    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}"


@BANK.mistake(
    "adds the bias without asking whether there is one", "forward: with bias=False, self.bias is None", 3, by=_computing
)
def _needs_bias(layer: nn.Linear, x: Tensor) -> Tensor:
    return x @ layer.weight.T + layer.bias


@BANK.mistake(
    "multiplies by the weight as it lies, without transposing it",
    "the product: the axis of length in_features has to be the one that disappears",
    1,
    by=_computing,
)
def _not_transposed(layer: nn.Linear, x: Tensor) -> Tensor:
    y = x @ layer.weight
    return y if layer.bias is None else y + layer.bias


@BANK.mistake(
    "takes an x of exactly two axes",
    "forward: mm and addmm want matrices, @ takes any number of axes before the last",
    2,
    by=_computing,
)
def _matrices_only(layer: nn.Linear, x: Tensor) -> Tensor:
    y = torch.mm(x, layer.weight.T)
    return y if layer.bias is None else y + layer.bias


@BANK.mistake(
    "makes a matrix of any x, and leaves it one",
    "the shape of the output: all axes but the last stay",
    2,
    by=_computing,
)
def _flattens(layer: nn.Linear, x: Tensor) -> Tensor:
    return functional.linear(x.reshape(-1, layer.in_features), layer.weight, layer.bias)


BANK.add("silent", "has no extra_repr", "extra_repr: it returns text", 2, silent(_Right))
BANK.add(
    "ignores_bias",
    "has a bias and does not add it",
    "the end of forward",
    3,
    _computing(lambda layer, x: x @ layer.weight.T),
)
BANK.add(
    "subtracts_bias",
    "subtracts the bias",
    "the sign in front of the bias",
    3,
    _computing(lambda layer, x: x @ layer.weight.T - (0 if layer.bias is None else layer.bias)),
)
BANK.add(
    "positive_weight",
    "starts with a weight of positive numbers only",
    "torch.rand in the weight's line: it draws from 0 to 1, and half of the weights are to be negative",
    3,
    _starting(lambda layer: layer.weight.uniform_(0, layer.in_features**-0.5)),
)
BANK.add(
    "all_zero",
    "starts at 0, weight and bias",
    _START + ". From 0, all outputs learn the same",
    2,
    _starting(lambda layer: _uniform(layer, 0.0)),
)
BANK.add(
    "bound_from_outputs",
    "takes the bound from out_features",
    _START,
    2,
    _starting(lambda layer: _uniform(layer, layer.out_features**-0.5)),
)
BANK.add(
    "no_root",
    "takes 1/in_features as the bound, without the root",
    _START,
    2,
    _starting(lambda layer: _uniform(layer, 1 / layer.in_features)),
)
BANK.add(
    "bound_upside_down",
    "takes √in_features as the bound",
    _START + ". Is the fraction the right way up?",
    2,
    _starting(lambda layer: _uniform(layer, layer.in_features**0.5)),
)
BANK.add(
    "detached",
    "cuts the gradient of its weight off",
    "calls like .detach(), .data or no_grad in forward",
    3,
    _computing(lambda layer, x: functional.linear(x, layer.weight.detach(), layer.bias)),
)
BANK.add(
    "fixed_dtype",
    "always computes in float32",
    "calls like .float()",
    3,
    _computing(
        lambda layer, x: functional.linear(
            x.float(), layer.weight.float(), None if layer.bias is None else layer.bias.float()
        )
    ),
)
BANK.add(
    "activated",
    "applies a ReLU to its output",
    "the end of forward: the activation is a layer of its own",
    1,
    _computing(lambda layer, x: functional.linear(x, layer.weight, layer.bias).relu()),
)

EXERCISE = Exercise(
    name="Linear",
    hints=HINTS,
    right=_Right,
    tests={"test_linear_module": MODULE_LOOKS, "test_linear_forward": FORWARD_LOOKS},
    mistakes=BANK.all,
)
