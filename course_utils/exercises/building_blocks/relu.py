"""ReLU: the oracle is torch.nn's own."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_own_steps
from course_utils.checking.tensors import describe, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.building_blocks.small_layers import (
    insist_no_parameters,
    insist_own_inside,
    insist_own_layer,
    insist_same_gradients,
    insist_same_output,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import build, gradients, insist_follows_device, insist_input_untouched

HINTS = (
    "Think of one number first. What should become of −3, and what of 3? Then find an operation that does this to "
    "every element at once.",
    "torch.maximum compares two tensors element by element, and one of them may be a single number in a tensor. "
    "torch.where and Tensor.clamp can do it too.",
    "return torch.maximum(x, torch.tensor(0.0)), or x.clamp(min=0). Without an underscore at the end of the name: "
    "clamp_ would overwrite the input.",
)

_FINISHED = (nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.Threshold, nn.Hardtanh, nn.PReLU, nn.RReLU)
_FINISHED_STEPS = ("relu", "relu_", "relu6", "threshold", "threshold_", "hardtanh", "leaky_relu", "prelu", "rrelu")
_SHAPES = ((7,), (3, 4), (2, 3, 5), (2, 3, 4, 5), (1, 1, 1, 1), ())
_AXES = {0: (), 1: ("values",), 2: ("batch", "features"), 3: ("batch", "channels", "width")}
_IMAGE = ("batch", "channels", "height", "width")


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_layer(candidate, _FINISHED)
    module = build(candidate)
    insist_own_inside(module, _FINISHED)
    insist_own_steps(lambda: run_on(module, torch.ones(2, 3)), _FINISHED_STEPS)


def _value(candidate: Any, seed: int, dtype: torch.dtype = torch.float64) -> None:
    draws = Draws(seed, dtype)
    promise = "negative values become 0, and all others stay as they are"
    for shape in _SHAPES:
        x, axes = draws.normal(*shape) * 3, _AXES.get(len(shape), _IMAGE)
        insist_same_output(build(candidate), nn.ReLU(), x, promise, axes=axes, told="ReLU()")
    for name, x in {"all negative": -draws.uniform(0.5, 2, 3, 4), "all positive": draws.uniform(1.5, 9, 3, 4)}.items():
        insist_same_output(build(candidate), nn.ReLU(), x, promise, axes=("batch", "features"), told=f"ReLU(), {name}")


def _float32(candidate: Any, seed: int) -> None:
    _value(candidate, seed, torch.float32)


def _extremes(candidate: Any, seed: int) -> str | None:
    """Look at infinities and NaN: not a matter of right and wrong in this exercise, but worth a note."""
    x = torch.tensor([-torch.inf, torch.inf, torch.nan])
    got = run_on(build(candidate), x)
    if got.shape != x.shape or got[0].item() != 0 or got[1].item() != torch.inf:
        said = "NaN" if got.shape == x.shape and got[0].isnan() else "another value"
        return f"minus infinity should become 0, yours makes {said} of it (0 · ∞ is not a number)"
    return None if got[2].isnan() else "a NaN goes in and a number comes out: torch's ReLU lets NaN through, to be seen"


def _gradient(candidate: Any, seed: int) -> None:
    insist_same_gradients(build(candidate), nn.ReLU(), Draws(seed).normal(2, 3, 4, 5))


def _no_parameters(candidate: Any, seed: int) -> None:
    insist_no_parameters(build(candidate))


def _input_untouched(candidate: Any, seed: int) -> None:
    insist_input_untouched(build(candidate), Draws(seed).normal(2, 3, 4, 5))


def _any_device(candidate: Any, seed: int) -> None:
    insist_follows_device(build(candidate), torch.ones(2, 3, 4, 5))


def _probe(candidate: Any) -> Looks:
    found = {describe(shape): lambda shape=shape: candidate()(Draws(1).normal(*shape) * 3) for shape in _SHAPES}
    found["all negative"] = lambda: candidate()(-Draws(2).uniform(0.5, 2, 3, 4))
    found["all positive"] = lambda: candidate()(Draws(2).uniform(1.5, 9, 3, 4))
    found["float32"] = lambda: candidate()(Draws(2, torch.float32).normal(3, 4))
    found["gradient"] = lambda: gradients(candidate(), Draws(3).normal(3, 4))
    found["state"] = lambda: len(candidate().state_dict())
    found["input after"] = lambda: _input_after(candidate())
    found["device"] = lambda: str(candidate()(torch.ones(2, 3, device="meta")).device)
    return found


def _input_after(module: nn.Module) -> Tensor:
    x = Draws(4).normal(3, 4)
    module(x)
    return x


def _unit(function: Callable[[Tensor], Tensor]) -> type[nn.Module]:
    """Make a unit that computes something else."""

    class Unit(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return function(x)

    return Unit


class _Learned(nn.ReLU):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))


def _largest(x: Tensor) -> Tensor:
    return x.max().clamp(min=0)


def _row_by_row(x: Tensor) -> Tensor:
    return torch.stack([functional.relu(row) for row in x.unbind()] if x.shape[1] else [])


_RULE = "the rule: 0 for every negative value, and the value itself otherwise"

MISTAKES = (
    Mistake(
        "in_place",
        "overwrites its input",
        "methods that end in an underscore, and assignments to x[…]: the caller still needs x",
        3,
        _unit(functional.relu_),
    ),
    Mistake("absolute", "takes the absolute value", _RULE, 1, _unit(lambda x: x.abs())),
    Mistake(
        "keeps_negatives",
        "keeps the negative values and drops the positive ones",
        _RULE,
        1,
        _unit(lambda x: -(-x).relu()),
    ),
    Mistake("negated", "returns minus the negative part", _RULE, 1, _unit(lambda x: (-x).relu())),
    Mistake("leaky", "lets 1 % of a negative value through", _RULE, 1, _unit(functional.leaky_relu)),
    Mistake(
        "step",
        "answers 1 for each positive value, and not the value itself",
        "what a comparison gives: True and False. The value itself is asked for",
        2,
        _unit(lambda x: (x > 0).to(x.dtype)),
    ),
    Mistake(
        "mask",
        "returns the comparison itself, True and False",
        "what a comparison gives: True and False. The values themselves are asked for",
        2,
        _unit(lambda x: x > 0),
    ),
    Mistake(
        "selects",
        "leaves the negative values out, so that fewer are left",
        "the shape: x[x > 0] picks values, and forgets where they were",
        2,
        _unit(lambda x: x[x > 0]),
    ),
    Mistake("clamped_at_one", "also stops at 1", "the upper end: there is none", 3, _unit(lambda x: x.clamp(0, 1))),
    Mistake("clamped_at_six", "also stops at 6", "the upper end: there is none", 3, _unit(functional.relu6)),
    Mistake("softplus", "takes the smooth softplus", _RULE, 1, _unit(functional.softplus)),
    Mistake("gelu", "takes GELU, as transformers do", _RULE, 1, _unit(functional.gelu)),
    Mistake("sigmoid", "takes the sigmoid", _RULE, 1, _unit(torch.sigmoid)),
    Mistake(
        "largest_only",
        "gives one number, the largest of all",
        "the difference between max, which looks for the largest, and maximum, which compares element by element",
        2,
        _unit(_largest),
    ),
    Mistake("nothing", "returns its input", _RULE, 1, _unit(lambda x: x * 1)),
    Mistake(
        "detached",
        "cuts the gradient off",
        "calls like .detach(), .data, .item() or no_grad",
        2,
        _unit(lambda x: x.detach().relu()),
    ),
    Mistake("fixed_dtype", "always answers in float32", "calls like .float()", 2, _unit(lambda x: x.relu().float())),
    Mistake(
        "matrices_only",
        "takes inputs of two axes and more only",
        "what happens to a tensor with one axis, or none",
        2,
        _unit(_row_by_row),
    ),
    Mistake(
        "fixed_device",
        "makes a tensor on the CPU, whatever the device of its input",
        "tensors that you make in forward: torch.zeros_like(x) is where x is",
        3,
        _unit(lambda x: torch.maximum(x, torch.zeros(x.shape, dtype=x.dtype, device="cpu"))),
    ),
    Mistake("learned", "has a parameter", "whether ReLU has anything to learn", 1, _Learned),
)

EXERCISE = Exercise(
    name="ReLU",
    hints=HINTS,
    right=nn.ReLU,
    tests={
        "test_relu": (
            Check("own work", _own_work, structural=True),
            Check("value", _value),
            Check("float32", _float32),
            Check("extremes", _extremes),
            Check("gradient", _gradient),
            Check("no parameters", _no_parameters),
            Check("input untouched", _input_untouched),
            Check("any device", _any_device),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
