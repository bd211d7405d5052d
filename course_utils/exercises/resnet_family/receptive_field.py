"""receptive_field: the oracle measures it, from the first to the last pixel that one output's gradient reaches."""

import math
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.both import noting
from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.tensors import broken, came_back, run, with_article
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.observers import each_row, one_row

HINTS = (
    "Start with one pixel and add layers from the input on. How many pixels more does a 3×3 layer of stride 1 "
    "see? And the same layer when two neighbours in its input are two pixels of the image apart?",
    "Keep two numbers: how many pixels an output sees (1 at first), and how many pixels of the image are between "
    "neighbours of the current map (1 at first). Which of them does a kernel change, and which does a stride?",
    "For each layer, in this order:\n```python\nfield += (kernel_size - 1) * step\nstep *= stride\n```",
)

Layers = Sequence[tuple[int, int]]
_STACKS: dict[str, Layers] = {
    "no layer at all": (),
    "one 3×3": ((3, 1),),
    "two 3×3": ((3, 1), (3, 1)),
    "three 3×3": ((3, 1), (3, 1), (3, 1)),
    "one 7×7": ((7, 1),),
    "a 1×1 between two 3×3": ((3, 1), (1, 1), (3, 1)),
    "a strided 3×3": ((3, 2),),
    "a strided 3×3, then a 3×3": ((3, 2), (3, 1)),
    "the stem": ((7, 2), (3, 2)),
    "strides of 2 and 3": ((5, 3), (3, 2), (3, 1)),
    "an even kernel": ((2, 2), (4, 1)),
    "a strided 1×1 before a 3×3": ((1, 2), (3, 1)),
    "three strided ones": ((3, 2), (3, 2), (3, 2), (3, 1)),
}


def measured(layers: Layers) -> int:
    """Measure how wide a part of a row changes one output of these layers; their weights are 1."""
    long_enough = math.prod(map(sum, layers))  # every layer leaves at least one value
    row = torch.ones(1, 1, long_enough, requires_grad=True)
    output = row
    for kernel_size, stride in layers:
        output = nn.functional.conv1d(output, torch.ones(1, 1, kernel_size), stride=stride)
    output[0, 0, 0].backward()
    reached = row.grad.flatten().nonzero()  # a strided 1×1 layer leaves gaps, which count as well
    return int(reached.max() - reached.min()) + 1


# --- the looks ------------------------------------------------------------------------------------------------------


def _ask(candidate: Any, layers: list) -> Any:
    return run(candidate, layers, doing=f"calling receptive_field({layers})")


def _number(candidate: Any, seed: int, layers: Layers) -> Any:
    """Give its answer; whether a whole number is one by its kind as well has a look of its own."""
    got = _ask(candidate, list(layers))
    if got is None:
        raise broken("the width comes back, as a number", f"it returned {came_back(got)}")
    got = got.item() if isinstance(got, Tensor) and got.numel() == 1 else got
    return int(got) if isinstance(got, Real) and got % 1 == 0 else got


def _look(name: str, which: Callable[[Sequence[int]], bool]) -> Look:
    """Look at the stacks with such strides."""
    stacks = {told: layers for told, layers in _STACKS.items() if which([stride for _, stride in layers])}
    cases = {f"{told}, receptive_field({list(layers)})": layers for told, layers in stacks.items()}
    return Look(name, "it is the width, in pixels, of the patch that one output depends on", each_row(_number, cases))


def _whole_number(candidate: Any, seed: int) -> Remark | None:
    got = _ask(candidate, list(_STACKS["the stem"]))
    kind = "a float" if isinstance(got, float) else "another kind"
    told = Remark(kind, f"it gave {with_article(type(got).__name__)}, {got!r:.40}")
    return None if isinstance(got, Integral) else told  # NumPy has whole numbers of its own


def _list_untouched(candidate: Any, seed: int) -> str | None:
    before, layers = list(_STACKS["the stem"]), list(_STACKS["the stem"])
    _ask(candidate, layers)
    return None if layers == before else f"{before} became {layers}"


LOOKS = (
    _look("stacks", lambda strides: set(strides) == {1}),
    _look("strides", lambda strides: max(strides, default=1) > 1),
    _look("no layers", lambda strides: not strides),
    Look("whole number", "pixels are counted: a whole number comes back", one_row(_whole_number)),
    Look("list untouched", "the list stays as it was", one_row(_list_untouched)),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_STEP = "how far apart neighbours are: the product of the strides *before* this layer"


def _grow(field: int, kernel_size: int, step: int) -> int:
    return field + (kernel_size - 1) * step


@noting
def _walk(
    grow: Callable[[int, int, int], float] = _grow,
    step: Callable[[int, int], int] = lambda step, stride: step * stride,
    start: int = 1,
    early: bool = False,
    which: slice = slice(None),
) -> Callable[[Layers], float]:
    """Make a count: grow(field, kernel_size, step) and step(step, stride) are what it does at each of some layers."""

    def receptive_field(layers: Layers) -> float:
        field, apart = start, 1
        for kernel_size, stride in layers[which]:
            before, apart = apart, step(apart, stride)
            field = grow(field, kernel_size, apart if early else before)
        return field

    return receptive_field


def _first_only(without_layers: int | None) -> Callable[[Layers], float | None]:
    return lambda layers: _walk()(layers[:1]) if layers else without_layers


_WHOLE_KERNELS = (lambda f, k, s: f + k * s), (lambda f, k, s: f + k)

grows = BANK.about(
    "what a layer adds to the one pixel at the start: kernel_size − 1 steps, because a 3×3 kernel reaches one step "
    "further on each side; a step is as long as the strides before it, multiplied",
    1,
)
grows("adds_kernels", "adds up the kernel sizes", *(_walk(grow=grow, start=0) for grow in _WHOLE_KERNELS))
grows(
    "adds_kernels_to_one",
    "adds each kernel's full size to the first pixel",
    *(_walk(grow=grow) for grow in _WHOLE_KERNELS),
)
grows("multiplies_kernels", "multiplies the kernel sizes", _walk(grow=lambda f, k, s: f * k))
grows(
    "largest_kernel",
    "takes the largest kernel",
    _walk(grow=lambda f, k, s: max(f, k)),
    lambda layers: max(kernel_size for kernel_size, _ in layers),
)
grows(
    "half_a_kernel",
    "lets a kernel reach to one side only",
    _walk(grow=lambda f, k, s: f + k // 2 * s),
    _walk(grow=lambda f, k, s: f + (k - 1) // 2 * s),
    _walk(grow=lambda f, k, s: f + (k - 1) / 2 * s),
)
apart = BANK.about(_STEP, 2)
apart("strides_ignored", "ignores the strides", _walk(step=lambda step, stride: 1))
apart("last_stride_only", "remembers only the stride of the layer before", _walk(step=lambda step, stride: stride))
apart(
    "strides_added",
    "adds up the strides where they multiply",
    _walk(step=lambda step, stride: step + stride - 1),
    _walk(step=lambda step, stride: step + stride),
    lambda layers: 1 + sum((size - 1) * (sum(s for _, s in layers[:n]) or 1) for n, (size, _) in enumerate(layers)),
)
apart(
    "own_stride_alone",
    "takes each layer's own stride for its step, and forgets the strides before it",
    _walk(step=lambda step, stride: stride, early=True),
)
BANK.add("own_stride_first", "counts a layer's own stride for its own kernel", _STEP, 3, _walk(early=True))
loops = BANK.about("where the loop begins and ends, and that the return comes after it: each layer counts", 3)
loops(
    "first_layer_only",
    "counts the first layer and returns: the others are never reached",
    _first_only(None),
    _first_only(1),
)
loops("skips_first", "skips the layer that is nearest to the image", _walk(which=slice(1, None)))
loops("skips_last", "skips the last layer", _walk(which=slice(-1)))
BANK.add(
    "backwards", "counts as if the layers came the other way round", _STEP, 1, lambda layers: measured(layers[::-1])
)
BANK.add(
    "starts_at_0",
    "starts with no pixel",
    "where it starts: without any layer, a value sees itself, one pixel",
    2,
    _walk(start=0),
)
BANK.add(
    "area",
    "counts the pixels of the square",
    "what is asked for: pixels across, not in all",
    1,
    lambda layers: measured(layers) ** 2,
)
BANK.add(
    "as_float",
    "gives a float",
    "where a float comes in, though all values are right: / gives one, and so does NumPy's prod of an empty list",
    3,
    lambda layers: float(measured(layers)),
)


@BANK.mistake("empties the list that it is given", "calls of pop, or other changes of the list", 3)
def _empties(layers: list) -> float:
    return _walk()([layers.pop(0) for _ in list(layers)])


EXERCISE = Exercise(
    name="receptive_field",
    hints=HINTS,
    right=measured,
    tests={"test_receptive_field": LOOKS},
    mistakes=BANK.all,
)
