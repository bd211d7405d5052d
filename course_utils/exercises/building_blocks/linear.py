"""Linear: the oracle is torch.nn's own, with the student's weight and bias in it."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_own_steps
from course_utils.checking.tensors import broken, describe, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.building_blocks.small_layers import (
    insist_extra_repr,
    insist_fresh_draws,
    insist_loads_from,
    insist_own_inside,
    insist_own_layer,
    insist_parameters,
    insist_same_gradients,
    insist_same_output,
    insist_uniform_start,
    look_at_start,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import build, gradients, insist_follows_device, insist_input_untouched

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
# Shapes before in_features: one example, a batch, a batch of sequences, four axes, one of one.
_BATCHES = {(): (), (5,): ("batch",), (1,): ("batch",), (2, 3): ("batch", "position"), (2, 1, 3): ("batch", "a", "b")}
_LARGE = (16, 600)  # in_features, out_features: enough numbers to look at how they are spread
_TOLD = "Linear(16, 600)"


def _told(in_features: int, out_features: int, bias: bool = True) -> str:
    return f"Linear({in_features}, {out_features}{'' if bias else ', bias=False'})"


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_layer(candidate, _FINISHED)
    insist_own_inside(build(candidate, 3, 4), _FINISHED)


def _own_steps(candidate: Any, seed: int) -> None:
    module = build(candidate, 3, 4)
    insist_own_steps(lambda: run_on(module, torch.ones(2, 3)), _FINISHED_STEPS)


# --- test_linear_module ---------------------------------------------------------------------------------------------


def _parameters(candidate: Any, seed: int) -> None:
    insist_parameters(build(candidate, 3, 5), {"weight": (5, 3), "bias": (5,)}, _told(3, 5))


def _without_bias(candidate: Any, seed: int) -> None:
    module = build(candidate, 3, 5, bias=False)
    insist_parameters(module, {"weight": (5, 3)}, _told(3, 5, bias=False))
    if getattr(module, "bias", None) is not None and not callable(module.bias):
        raise broken("with bias=False there is none: self.bias is None", f"self.bias is {module.bias!r:.50}")


def _start(candidate: Any, seed: int) -> None:
    torch.manual_seed(seed)
    module, other = build(candidate, *_LARGE), build(candidate, *_LARGE)
    for name in ("weight", "bias"):
        tensor = dict(module.named_parameters()).get(name)
        if tensor is None:
            raise broken(f"it has a parameter called {name}", "so there is nothing to look at")
        insist_uniform_start(tensor, _LARGE[0], f"the {name} of {_TOLD}", "1/√in_features")
        insist_fresh_draws(tensor, getattr(other, name), name)


def _extra_repr(candidate: Any, seed: int) -> None:
    for settings, facts in (({}, ("37", "53", True)), ({"bias": False}, ("37", "53", False))):
        module = build(candidate, 37, 53, **settings)
        insist_extra_repr(module, _told(37, 53, settings.get("bias", True)), facts)


def _state_dict(candidate: Any, seed: int) -> None:
    insist_loads_from(build(candidate, 3, 5), nn.Linear(3, 5), seed)


# --- test_linear_forward --------------------------------------------------------------------------------------------


def _filled(candidate: Any, draws: Draws, *features: int, bias: bool = True) -> tuple[nn.Module, nn.Module]:
    settings = {} if bias else {"bias": False}
    return draws.fill(build(candidate, *features, **settings)), nn.Linear(*features, bias=bias, dtype=draws.dtype)


def _values(candidate: Any, draws: Draws, promise: str, bias: bool) -> None:
    for features in ((3, 5), (4, 2), (1, 3), (3, 1), (4, 4)):
        for batch, axes in _BATCHES.items():
            mine, right = _filled(candidate, draws, *features, bias=bias)
            x = draws.normal(*batch, features[0])
            insist_same_output(mine, right, x, promise, axes=(*axes, "features"), told=_told(*features, bias))


def _value(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed), "the output is x times the transposed weight, plus the bias", bias=True)


def _value_without_bias(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed + 1), "with bias=False the output is x times the transposed weight", bias=False)


def _float32(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed + 2, torch.float32), "it works in float32 as well", bias=True)


def _gradient(candidate: Any, seed: int) -> None:
    for bias in (True, False):
        draws = Draws(seed + 3)
        insist_same_gradients(*_filled(candidate, draws, 3, 5, bias=bias), draws.normal(4, 3))


def _input_untouched(candidate: Any, seed: int) -> None:
    mine, _ = _filled(candidate, Draws(seed), 4, 4)
    insist_input_untouched(mine, Draws(seed).normal(3, 4))


def _any_device(candidate: Any, seed: int) -> None:
    insist_follows_device(build(candidate, 3, 5), torch.ones(2, 3))


# --- the bank -------------------------------------------------------------------------------------------------------


def _probe(candidate: Any) -> Looks:
    def filled(*features: int, **settings: Any) -> nn.Module:
        return Draws(1).fill(candidate(*features, **settings))

    def fresh() -> nn.Module:
        torch.manual_seed(3)
        return candidate(*_LARGE)

    found: dict[str, Callable[[], Any]] = {
        f"batch {describe(batch, axes)}": lambda batch=batch: filled(3, 5)(Draws(2).normal(*batch, 3))
        for batch, axes in _BATCHES.items()
    }
    return found | {
        "names": lambda: [(name, tuple(p.shape)) for name, p in candidate(3, 5).named_parameters()],
        "names without bias": lambda: [name for name, _ in candidate(3, 5, bias=False).named_parameters()],
        "square": lambda: filled(4, 4)(Draws(2).normal(3, 4)),
        "without bias": lambda: filled(3, 5, bias=False)(Draws(2).normal(2, 3)),
        "float32": lambda: candidate(3, 5)(torch.ones(2, 3)).dtype == torch.float32,
        "float64": lambda: filled(3, 5)(Draws(2).normal(2, 3)).dtype == torch.float64,
        "gradients": lambda: gradients(filled(3, 5), Draws(3).normal(4, 3)),
        "weight": lambda: look_at_start(fresh().weight, _LARGE[0]),
        "bias": lambda: look_at_start(fresh().bias, _LARGE[0]),
        "anew": lambda: torch.equal(candidate(4, 4).weight, candidate(4, 4).weight),
        "printed": lambda: candidate(37, 53).extra_repr() != "",
        "printed bias": lambda: "False" in candidate(37, 53, bias=False).extra_repr(),
        "device": lambda: str(candidate(3, 5).to("meta")(torch.ones(2, 3, device="meta")).device),
    }


class _Right(nn.Linear):
    """torch's Linear under this course's signature."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__(in_features, out_features, bias)


def _starting(change: Callable[[nn.Linear], Any]) -> type[nn.Module]:
    """Make a Linear that starts in another way."""

    class Starting(_Right):
        def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
            super().__init__(in_features, out_features, bias)
            with torch.no_grad():
                change(self)

    return Starting


def _computing(function: Callable[[nn.Linear, Tensor], Tensor]) -> type[nn.Module]:
    """Make a Linear that computes something else."""

    class Computing(_Right):
        def forward(self, x: Tensor) -> Tensor:
            return function(self, x)

    return Computing


def _uniform(layer: nn.Linear, bound: float) -> None:
    for parameter in layer.parameters():
        parameter.uniform_(-bound, bound)


def _normal(layer: nn.Linear) -> None:
    for parameter in layer.parameters():
        parameter.normal_()


def _normal_weight(layer: nn.Linear) -> None:
    layer.weight.normal_()


def _positive(layer: nn.Linear) -> None:
    for parameter in layer.parameters():
        parameter.uniform_(0, layer.in_features**-0.5)


def _zero_to_one(layer: nn.Linear) -> None:
    for parameter in layer.parameters():
        parameter.uniform_(0, 1)


def _zero_bias(layer: nn.Linear) -> None:
    if layer.bias is not None:
        layer.bias.zero_()


def _same_weights(layer: nn.Linear) -> None:
    source = torch.Generator().manual_seed(0)
    for parameter in layer.parameters():
        parameter.uniform_(-(layer.in_features**-0.5), layer.in_features**-0.5, generator=source)


def _plain_tensors(layer: nn.Linear) -> None:
    for name, tensor in list(layer._parameters.items()):
        delattr(layer, name)
        setattr(layer, name, None if tensor is None else tensor.detach().clone())


def _plain_bias(layer: nn.Linear) -> None:
    bias = layer.bias
    del layer.bias
    layer.bias = None if bias is None else bias.detach().clone()


def _transposed(layer: nn.Linear) -> None:
    layer.weight = nn.Parameter(layer.weight.T.contiguous())


class _Transposed(_starting(_transposed)):
    def forward(self, x: Tensor) -> Tensor:
        y = x @ self.weight
        return y if self.bias is None else y + self.bias


def _bias_first(layer: nn.Linear) -> None:
    layer._parameters = dict(reversed(layer._parameters.items()))


class _AlwaysBias(_Right):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__(in_features, out_features)


class _NeverBias(_Right):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__(in_features, out_features, bias=False)


class _OneBias(_Right):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__(in_features, out_features, bias)
        if bias:
            self.bias = nn.Parameter((2 * torch.rand(1) - 1) * in_features**-0.5)


class _Silent(_Right):
    def extra_repr(self) -> str:
        return ""


class _SilentAboutBias(_Right):
    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}"


def _needs_bias(layer: nn.Linear, x: Tensor) -> Tensor:
    return x @ layer.weight.T + layer.bias


def _not_transposed(layer: nn.Linear, x: Tensor) -> Tensor:
    y = x @ layer.weight
    return y if layer.bias is None else y + layer.bias


def _matrix_only(layer: nn.Linear, x: Tensor) -> Tensor:
    y = torch.mm(x, layer.weight.T)
    return y if layer.bias is None else y + layer.bias


def _flattens(layer: nn.Linear, x: Tensor) -> Tensor:
    return functional.linear(x.reshape(-1, layer.in_features), layer.weight, layer.bias)


_START = "the first numbers: uniform between −1/√in_features and 1/√in_features, weight and bias alike"

MISTAKES = (
    Mistake(
        "transposed",
        "keeps its weight as (in_features, out_features)",
        "the weight's shape: PyTorch's is (out_features, in_features), so that a row belongs to one output",
        1,
        _Transposed,
    ),
    Mistake(
        "bias_first",
        "declares bias before weight",
        "the order of the assignments in __init__: weight, then bias",
        2,
        _starting(_bias_first),
    ),
    Mistake("always_bias", "has a bias even with bias=False", "where __init__ uses its argument bias", 2, _AlwaysBias),
    Mistake("never_bias", "never has a bias", "where __init__ uses its argument bias", 2, _NeverBias),
    Mistake("one_bias", "has one bias for all outputs", "the bias's shape: one number for each output", 3, _OneBias),
    Mistake(
        "needs_bias",
        "adds the bias without asking whether there is one",
        "forward: with bias=False, self.bias is None",
        3,
        _computing(_needs_bias),
    ),
    Mistake(
        "not_transposed",
        "multiplies by the weight as it lies, without transposing it",
        "the product: the axis of length in_features has to be the one that disappears",
        1,
        _computing(_not_transposed),
    ),
    Mistake(
        "ignores_bias",
        "has a bias and does not add it",
        "the end of forward",
        3,
        _computing(lambda layer, x: x @ layer.weight.T),
    ),
    Mistake(
        "subtracts_bias",
        "subtracts the bias",
        "the sign in front of the bias",
        3,
        _computing(lambda layer, x: x @ layer.weight.T - (0 if layer.bias is None else layer.bias)),
    ),
    Mistake(
        "plain_tensors",
        "keeps weight and bias as plain tensors, which no optimiser finds",
        "nn.Parameter around each of them",
        2,
        _starting(_plain_tensors),
    ),
    Mistake(
        "plain_bias", "keeps the bias as a plain tensor", "nn.Parameter around the bias", 2, _starting(_plain_bias)
    ),
    Mistake("normal", "starts with standard normal numbers", _START, 2, _starting(_normal)),
    Mistake("normal_weight", "starts its weight with standard normal numbers", _START, 2, _starting(_normal_weight)),
    Mistake(
        "positive",
        "starts with positive numbers only",
        "torch.rand: it draws from 0 to 1, and half of the weights are to be negative",
        3,
        _starting(_positive),
    ),
    Mistake(
        "positive_weight",
        "starts with a weight of positive numbers only",
        "torch.rand in the weight's line: it draws from 0 to 1, and half of the weights are to be negative",
        3,
        _starting(lambda layer: layer.weight.uniform_(0, layer.in_features**-0.5)),
    ),
    Mistake(
        "zero_to_one",
        "starts with numbers from 0 to 1",
        "torch.rand: stretch and shift what it draws",
        3,
        _starting(_zero_to_one),
    ),
    Mistake("zero_bias", "starts its bias at 0", _START, 2, _starting(_zero_bias)),
    Mistake(
        "all_zero",
        "starts at 0, weight and bias",
        _START + ". From 0, all outputs learn the same",
        2,
        _starting(lambda layer: _uniform(layer, 0.0)),
    ),
    Mistake(
        "bound_from_outputs",
        "takes the bound from out_features",
        _START,
        2,
        _starting(lambda layer: _uniform(layer, layer.out_features**-0.5)),
    ),
    Mistake(
        "no_root",
        "takes 1/in_features as the bound, without the root",
        _START,
        2,
        _starting(lambda layer: _uniform(layer, 1 / layer.in_features)),
    ),
    Mistake(
        "bound_upside_down",
        "takes √in_features as the bound",
        _START + ". Is the fraction the right way up?",
        2,
        _starting(lambda layer: _uniform(layer, layer.in_features**0.5)),
    ),
    Mistake(
        "same_weights",
        "starts with the same numbers every time",
        "calls of manual_seed in __init__: they also change what others draw",
        2,
        _starting(_same_weights),
    ),
    Mistake(
        "matrices_only",
        "takes an x of exactly two axes",
        "forward: mm and addmm want matrices, @ takes any number of axes before the last",
        2,
        _computing(_matrix_only),
    ),
    Mistake(
        "flattens",
        "makes a matrix of any x, and leaves it one",
        "the shape of the output: all axes but the last stay",
        2,
        _computing(_flattens),
    ),
    Mistake(
        "detached",
        "cuts the gradient of its weight off",
        "calls like .detach(), .data or no_grad in forward",
        3,
        _computing(lambda layer, x: functional.linear(x, layer.weight.detach(), layer.bias)),
    ),
    Mistake(
        "fixed_dtype",
        "always computes in float32",
        "calls like .float()",
        3,
        _computing(
            lambda layer, x: functional.linear(
                x.float(), layer.weight.float(), None if layer.bias is None else layer.bias.float()
            )
        ),
    ),
    Mistake(
        "activated",
        "applies a ReLU to its output",
        "the end of forward: the activation is a layer of its own",
        1,
        _computing(lambda layer, x: functional.linear(x, layer.weight, layer.bias).relu()),
    ),
    Mistake("silent", "has no extra_repr", "extra_repr: it returns text", 2, _Silent),
    Mistake(
        "silent_about_bias",
        "does not say in extra_repr whether there is a bias",
        "extra_repr: in_features, out_features and bias",
        2,
        _SilentAboutBias,
    ),
)

EXERCISE = Exercise(
    name="Linear",
    hints=HINTS,
    right=_Right,
    tests={
        "test_linear_module": (
            Check("own work", _own_work, structural=True),
            Check("parameters", _parameters),
            Check("without bias", _without_bias),
            Check("first weights", _start),
            Check("extra_repr", _extra_repr),
            Check("state dict", _state_dict),
        ),
        "test_linear_forward": (
            Check("own steps", _own_steps, structural=True),
            Check("value", _value),
            Check("without bias", _value_without_bias),
            Check("float32", _float32),
            Check("gradient", _gradient),
            Check("input untouched", _input_untouched),
            Check("any device", _any_device),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
