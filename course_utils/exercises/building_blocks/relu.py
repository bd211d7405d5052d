"""ReLU: the oracle is torch.nn's own."""

from contextlib import suppress
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.tensors import IMAGE_AXES, describe, run_on
from course_utils.checking.values import PromiseBroken
from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.layer_mistakes import IN_PLACE, detached, fixed_dtype, learned, unit
from course_utils.exercises.building_blocks.small_layers import no_parameters, own_layer
from course_utils.exercises.exercise import Exercise, Variant
from course_utils.exercises.module_looks import Case, any_device, as_made, input_gradient, untouched
from course_utils.exercises.networks import build
from course_utils.exercises.observers import one_row

HINTS = (
    "Think of one number first. What should become of −3, and what of 3? Then find an operation that does this "
    "to every element at once.",
    "`torch.where` picks one of two values, element by element. `Tensor.clamp` and `torch.maximum` can do it too "
    "(for `torch.maximum`, one of the two may be a single number in a tensor).",
    "Where x is 0 or less you want 0, and x everywhere else:\n"
    "```python\n"
    "return t.where(x <= 0, 0, x)\n"
    "```\n"
    "`x.clamp(min=0)` does it as well. Mind the underscore: `clamp_` would overwrite the input.",
)

# --- the looks ------------------------------------------------------------------------------------------------------

_FINISHED = (nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.Threshold, nn.Hardtanh, nn.PReLU, nn.RReLU)
_FINISHED_STEPS = ("relu", "relu_", "relu6", "threshold", "threshold_", "hardtanh", "leaky_relu", "prelu", "rrelu")
_SHAPES = ((7,), (3, 4), (2, 3, 5), (2, 3, 4, 5), (1, 1, 1, 1), ())
_AXES = {0: (), 1: ("values",), 2: ("batch", "features"), 3: ("batch", "channels", "width")}
_PROMISE = "negative values become 0, and all others stay as they are"


def _inputs(seed: int, dtype: torch.dtype) -> dict[str, Tensor]:
    """Draw inputs of many shapes, with values beyond 6, where some units stop."""
    draws = Draws(seed, dtype)
    axes = {shape: _AXES.get(len(shape), IMAGE_AXES) for shape in _SHAPES}
    inputs = {f"x has shape {describe(shape, axes[shape])}": draws.normal(*shape) * 3 for shape in _SHAPES}
    return inputs | {
        "all of x is negative": -draws.uniform(0.5, 2, 3, 4),
        "all of x is positive": draws.uniform(1, 9, 3, 4),
    }


def _value(name: str, dtype: torch.dtype) -> Look:
    def one(candidate: Any, x: Tensor) -> Tensor:
        return run_on(build(candidate), x, "ReLU()")

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {f"ReLU(): {given}": partial(one, candidate, x) for given, x in _inputs(seed, dtype).items()}

    return Look(name, _PROMISE, observe)


def _extremes(candidate: Any, seed: int) -> str | None:
    """Look at infinities and NaN: not a matter of right and wrong in this exercise, but worth a note (see VARIANTS)."""
    x = torch.tensor([-torch.inf, torch.inf, torch.nan])
    with suppress(PromiseBroken):  # what else is wrong with it is for the other looks to tell
        got = run_on(build(candidate), x)
        if got.shape == x.shape and (got[0].isnan() or not got[2].isnan()):
            return "−∞ becomes NaN" if got[0].isnan() else "NaN becomes a number"
    return None


_CASE = Case("ReLU()", build, (2, 3, 4, 5), as_made)

LOOKS = (
    own_layer(_CASE, _FINISHED, _FINISHED_STEPS),
    _value("value", torch.float64),
    _value("float32", torch.float32),
    Look(
        "infinity and NaN",
        "−∞ becomes 0, and NaN stays to be seen",
        one_row(_extremes),
        structural=True,
    ),
    input_gradient((_CASE,), "the gradient flows back to the input as it should"),
    no_parameters(_CASE),
    untouched((_CASE,)),
    any_device(_CASE),
)


VARIANTS = (
    Variant(
        unit(lambda x: x * (x > 0)), "minus infinity should become 0, yours makes NaN of it (0 · ∞ is not a number)"
    ),
    Variant(
        unit(lambda x: torch.where(x > 0, x, 0.0)),
        "a NaN goes in and a number comes out: torch's ReLU lets NaN through, to be seen",
    ),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
rule = BANK.about("the rule: 0 for every negative value, and the value itself otherwise", 1, by=unit)
upper_end = BANK.about("the upper end: there is none", 3, by=unit)

rule("absolute", "takes the absolute value", torch.abs)
rule("keeps_negatives", "keeps the negative values and drops the positive ones", lambda x: -(-x).relu())
rule("negated", "returns minus the negative part", lambda x: (-x).relu())
rule("leaky", "lets 1 % of a negative value through", functional.leaky_relu)
rule("softplus", "takes the smooth softplus", functional.softplus)
rule("gelu", "takes GELU, as transformers do", functional.gelu)
rule("sigmoid", "takes the sigmoid", torch.sigmoid)
rule("nothing", "returns its input", lambda x: x * 1)
upper_end("clamped_at_one", "also stops at 1", lambda x: x.clamp(0, 1))
upper_end("clamped_at_six", "also stops at 6", functional.relu6)
learned(BANK, nn.ReLU, "whether ReLU has anything to learn")
detached(BANK, nn.ReLU, 2, ".detach(), .data, .item() or no_grad")
fixed_dtype(BANK, nn.ReLU, hint=2)
BANK.add(
    "largest_only",
    "gives one number, the largest of all",
    "the difference between max, which looks for the largest, and maximum, which compares element by element",
    2,
    unit(lambda x: x.max().clamp(min=0)),
)
BANK.add("in_place", "overwrites its input", IN_PLACE, 3, unit(functional.relu_))
BANK.add(
    "step",
    "answers 1 for each positive value, and not the value itself",
    "what a comparison gives: True and False. The value itself is asked for",
    2,
    unit(lambda x: (x > 0).to(x.dtype)),
)
BANK.add(
    "mask",
    "returns the comparison itself, True and False",
    "what a comparison gives: True and False. The values themselves are asked for",
    2,
    unit(lambda x: x > 0),
)
BANK.add(
    "selects",
    "leaves the negative values out, so that fewer are left",
    "the shape: x[x > 0] picks values, and forgets where they were",
    2,
    unit(lambda x: x[x > 0]),
    unit(lambda x: x.masked_select(x > 0)),
)
BANK.add(
    "fixed_device",
    "makes a tensor on the CPU, whatever the device of its input",
    "tensors that you make in forward: torch.zeros_like(x) is where x is",
    3,
    unit(lambda x: torch.maximum(x, torch.zeros(x.shape, dtype=x.dtype, device="cpu"))),
)


def _by_shape(x: Tensor) -> Tensor:
    return torch.maximum(x, x.new_zeros(x.shape[0], x.shape[1], *x.shape[2:]))


def _unpacked(x: Tensor) -> Tensor:
    rows, columns, *rest = x.shape
    return torch.maximum(x, x.new_zeros(rows, columns, *rest))


def _row_by_row(x: Tensor) -> Tensor:
    return torch.stack([torch.stack([value.clamp(min=0) for value in row]) for row in x])


axes = BANK.about("what happens to a tensor with one axis, or none", 2, by=unit)
axes("matrices_only", "takes inputs of two axes and more only", _by_shape, _unpacked, _row_by_row)

EXERCISE = Exercise(
    name="ReLU",
    hints=HINTS,
    right=nn.ReLU,
    tests={"test_relu": LOOKS},
    mistakes=BANK.all,
    variants=VARIANTS,
)
