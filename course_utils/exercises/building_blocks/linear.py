"""Linear: the oracle is torch.nn's own, with the student's weight and bias in it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.checking.tensors import run_on
from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks import layer_mistakes as usual
from course_utils.exercises.building_blocks.small_layers import (
    Layer,
    extra_repr,
    initial_weights,
    layer,
    own_layer,
    own_steps,
    parameters,
    state_dict,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import any_device, gradients_flow, untouched, values
from course_utils.exercises.observers import one_row

HINTS = (
    "Each output is a weighted sum of all inputs. Write down the shapes: weight is `(out_features, "
    "in_features)`, and x ends in `in_features`. Which axis disappears, and how does weight have to be turned "
    "for `@` to do that?",
    "In `__init__`: numbers from `torch.rand` (they're between 0 and 1), stretched and shifted to ±1/√n with n "
    "the number of inputs, in an `nn.Parameter`. With `bias=False`, say `self.bias = None`. In `forward`: `@` "
    "with the weight transposed works for any number of axes before the last.",
    "In `__init__`, and the bias likewise, of shape `(out_features,)`:\n"
    "```python\n"
    "bound = in_features**-0.5\n"
    "self.weight = nn.Parameter((2 * t.rand(out_features, in_features) - 1) * bound)\n"
    "```\n"
    "In `forward`:\n"
    "```python\n"
    "y = x @ self.weight.T  # and add self.bias, unless it is None\n"
    "```",
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


def _in_another_order(candidate: Any, seed: int) -> Tensor:
    """Give it the sequences as a transpose leaves them: the same values, in another order in memory."""
    x = _SEQUENCES.x(seed).mT.contiguous().mT
    return run_on(_SEQUENCES.filled(candidate, seed, False), x, _SEQUENCES.told)


MODULE_LOOKS = (
    own_layer(_BATCH, _FINISHED),
    parameters((_BATCH,), "it has the parameters weight and bias, in this order, of the shapes that torch's have"),
    parameters(_NO_BIAS[:1], "with bias=False there is none: self.bias is None", "without bias"),
    initial_weights(
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
    Look(
        "not contiguous",
        "it works on any tensor, even one that a transpose has left in another memory order",
        one_row(_in_another_order, f"{_SEQUENCES.given}, transposed"),
        axes=_SEQUENCES.axes,
    ),
    values("float32", "it works in float32 as well", _CASES[:2], False, torch.float32, axes=_MATRIX),
    gradients_flow((_BATCH, _NO_BIAS[0])),
    untouched((_BATCH, _NO_BIAS[0])),
    any_device(_BATCH),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_START = "the first numbers: uniform between −1/√in_features and 1/√in_features, weight and bias alike"

_starting, _computing = partial(usual.changed, nn.Linear), partial(usual.computing, nn.Linear)
_within = usual.starting_within(nn.Linear)


def _plus_bias(layer: nn.Linear, y: Tensor) -> Tensor:
    return y if layer.bias is None else y + layer.bias


usual.first_numbers(BANK, nn.Linear, _START, hint=2, seed_hint=2)
start = BANK.about(_START, 2)
start("zero_bias", "starts its bias at 0", _starting(lambda layer: layer.bias is not None and layer.bias.zero_()))
start("bound_from_outputs", "takes the bound from out_features", _within(lambda layer: layer.out_features**-0.5))
start("no_root", "takes 1/in_features as the bound, without the root", _within(lambda layer: 1 / layer.in_features))
BANK.add(
    "all_zero",
    "starts at 0, weight and bias",
    _START + ". From 0, all outputs learn the same",
    2,
    _within(lambda layer: 0.0),
)
BANK.add(
    "bound_upside_down",
    "takes √in_features as the bound",
    _START + ". Is the fraction the right way up?",
    2,
    _within(lambda layer: layer.in_features**0.5),
)
BANK.add(
    "positive_weight",
    "starts with a weight of positive numbers only",
    "the range of the weight's first numbers: half of them are to be negative, and what torch.rand draws never is",
    3,
    _starting(lambda layer: layer.weight.uniform_(0, layer.in_features**-0.5)),
)
BANK.add(
    "plain_tensors",
    "keeps weight and bias as plain tensors, which no optimiser finds",
    "nn.Parameter around each of them",
    2,
    usual.plain_tensors(nn.Linear, "weight", "bias"),
)
BANK.add(
    "plain_bias",
    "keeps the bias as a plain tensor",
    "nn.Parameter around the bias",
    2,
    usual.plain_tensors(nn.Linear, "bias"),
)
usual.weight_transposed(
    BANK,
    nn.Linear,
    "(in_features, out_features)",
    "PyTorch's is (out_features, in_features), so that a row belongs to one output",
)
usual.bias_first(BANK, nn.Linear, "the order of the assignments in __init__: weight, then bias")


@BANK.mistake("has one bias for all outputs", "the bias's shape: one number for each output", 3, by=_starting)
def _one_bias(layer: nn.Linear) -> None:
    if layer.bias is not None:
        layer.bias = nn.Parameter(layer.bias[:1].clone())


argument = BANK.about("where __init__ uses its argument bias", 2, by=partial(usual.built_with, nn.Linear))
argument("always_bias", "has a bias even with bias=False", lambda given: given | {"bias": True})
argument("never_bias", "never has a bias", lambda given: given | {"bias": False})
argument("no_bias_by_default", "has no bias unless told otherwise", lambda given: {"bias": False} | given)
usual.silent(BANK, nn.Linear, hint=2)


@BANK.mistake("does not say in extra_repr whether there is a bias", "extra_repr: in_features, out_features and bias", 2)
class _SilentAboutBias(nn.Linear):
    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}"


BANK.add(
    "needs_bias",
    "adds the bias without asking whether there is one",
    "forward: with bias=False, self.bias is None",
    3,
    _computing(lambda layer, x: x @ layer.weight.T + layer.bias),
)
BANK.add(
    "not_transposed",
    "multiplies by the weight as it lies, without transposing it",
    "the product: the axis of length in_features has to be the one that disappears",
    1,
    _computing(lambda layer, x: _plus_bias(layer, x @ layer.weight)),
)
BANK.add(
    "matrices_only",
    "takes an x of exactly two axes",
    "what forward does with the axes before the last: mm and addmm know one, @ takes any number",
    2,
    _computing(lambda layer, x: _plus_bias(layer, torch.mm(x, layer.weight.T))),
)
BANK.add(
    "flattens",
    "makes a matrix of any x, and leaves it one",
    "the shape of the output: all axes but the last stay",
    2,
    usual.given(nn.Linear, lambda x: x.reshape(-1, x.shape[-1])),
)
BANK.add(
    "view",
    "uses view, which refuses a tensor that a transpose has left in another order of memory",
    "view: reshape does the same, and copies where it must; @ needs neither, it takes any number of axes",
    2,
    _computing(lambda layer, x: _plus_bias(layer, x.view(-1, x.shape[-1]) @ layer.weight.T).view(*x.shape[:-1], -1)),
)
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
    _computing(lambda layer, x: -_plus_bias(layer, -x @ layer.weight.T)),
)
BANK.add(
    "activated",
    "applies a ReLU to its output",
    "the end of forward: the activation is a layer of its own",
    1,
    usual.then(nn.Linear, torch.relu),
)
usual.weight_detached(BANK, nn.Linear)
usual.fixed_dtype(BANK, nn.Linear, hint=3, does="computes")

EXERCISE = Exercise(
    name="Linear",
    hints=HINTS,
    right=nn.Linear,
    tests={"test_linear_module": MODULE_LOOKS, "test_linear_forward": FORWARD_LOOKS},
    mistakes=BANK.all,
)
