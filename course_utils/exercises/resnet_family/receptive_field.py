"""receptive_field: the oracle measures it, from the first to the last pixel that one output's gradient reaches."""

from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any

import torch
from torch import nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.tensors import broken, run, with_article
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise

HINTS = (
    "Start with one pixel and add layers from the input on. How many pixels more does a 3×3 layer of stride 1 see? And "
    "the same layer when two neighbours in its input are two pixels of the image apart?",
    "Keep two numbers: how many pixels an output sees (1 at first), and how many pixels of the image lie between "
    "neighbours of the current map (1 at first). Which of them does a kernel change, and which a stride?",
    "For each layer: field += (kernel_size - 1) * step, and after that step *= stride.",
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
    row = torch.ones(1, 1, _needed(layers), requires_grad=True)
    output = row
    for kernel_size, stride in layers:
        output = nn.functional.conv1d(output, torch.ones(1, 1, kernel_size), stride=stride)
    output[0, 0, 0].backward()
    reached = row.grad.flatten().nonzero()  # a strided 1×1 layer leaves gaps, which count as well
    return int(reached.max() - reached.min()) + 1


def _needed(layers: Layers) -> int:
    """Give a length that is long enough: every layer leaves at least one value."""
    length = 1
    for kernel_size, stride in reversed(layers):
        length = (length - 1) * stride + kernel_size + stride
    return length


def _ask(candidate: Any, layers: Layers) -> Any:
    return run(candidate, list(layers), doing=f"calling receptive_field({list(layers)})")


def _insist(candidate: Any, names: Sequence[str]) -> None:
    for name in names:
        layers = _STACKS[name]
        wanted, got = measured(layers), _ask(candidate, layers)
        if got != wanted:
            raise broken(
                "it is the width, in pixels, of the patch that one output depends on",
                f"{name}, receptive_field({list(layers)}): expected {wanted}, got {got}",
            )


def _stacks(candidate: Any, seed: int) -> None:
    _insist(
        candidate, [name for name, layers in _STACKS.items() if layers and all(stride == 1 for _, stride in layers)]
    )


def _strides(candidate: Any, seed: int) -> None:
    _insist(candidate, [name for name, layers in _STACKS.items() if any(stride > 1 for _, stride in layers)])


def _nothing(candidate: Any, seed: int) -> None:
    _insist(candidate, ["no layer at all"])


def _whole_number(candidate: Any, seed: int) -> None:
    got = _ask(candidate, _STACKS["the stem"])
    if not isinstance(got, Integral):  # NumPy has whole numbers of its own
        kind = with_article(type(got).__name__)
        raise broken("pixels are counted: a whole number comes back", f"it gave {kind}, {got!r:.40}")


def _list_untouched(candidate: Any, seed: int) -> None:
    layers = list(_STACKS["the stem"])
    run(candidate, layers, doing="calling receptive_field([(7, 2), (3, 2)])")
    if layers != list(_STACKS["the stem"]):
        raise broken("the list stays as it was", f"[(7, 2), (3, 2)] became {layers}")


def _probe(candidate: Any) -> Looks:
    found: dict[str, Any] = {name: lambda layers=layers: candidate(list(layers)) for name, layers in _STACKS.items()}

    def after() -> list:
        layers = list(_STACKS["the stem"])
        candidate(layers)
        return layers

    return found | {"list after": after}


# --- the bank -------------------------------------------------------------------------------------------------------


def _walk(
    grow: Callable[[int, int, int], int],
    step: Callable[[int, int], int] = lambda step, stride: step * stride,
    start: int = 1,
    turn: Callable[[list], Sequence] = list,
    stride_first: bool = False,
) -> Callable[[list], int]:
    """Make a wrong count: grow(field, kernel_size, step) and step(step, stride) are what it does at each layer."""

    def receptive_field(layers: list) -> int:
        field, apart = start, 1
        for kernel_size, stride in turn(layers):
            before, apart = apart, step(apart, stride)
            field = grow(field, kernel_size, apart if stride_first else before)
        return field

    return receptive_field


def _right(field: int, kernel_size: int, step: int) -> int:
    return field + (kernel_size - 1) * step


def _empties(layers: list) -> int:
    field, apart = 1, 1
    while layers:
        kernel_size, stride = layers.pop(0)
        field, apart = field + (kernel_size - 1) * apart, apart * stride
    return field


_GROWS = "how much a layer adds: a 3×3 kernel reaches one step further on each side, so kernel_size − 1 steps"
_STEP = "how far apart neighbours are: the product of the strides *before* this layer"

MISTAKES = (
    Mistake("adds_kernels", "adds up the kernel sizes", _GROWS, 1, _walk(lambda f, k, s: f + k * s, start=0)),
    Mistake(
        "adds_kernels_to_one",
        "adds each kernel's full size to the first pixel",
        _GROWS,
        1,
        _walk(lambda f, k, s: f + k * s),
    ),
    Mistake("multiplies_kernels", "multiplies the kernel sizes", _GROWS, 1, _walk(lambda f, k, s: f * k)),
    Mistake("largest_kernel", "takes the largest kernel", _GROWS, 1, _walk(lambda f, k, s: max(f, k))),
    Mistake("half_a_kernel", "lets a kernel reach to one side only", _GROWS, 1, _walk(lambda f, k, s: f + k // 2 * s)),
    Mistake("strides_ignored", "ignores the strides", _STEP, 2, _walk(_right, step=lambda step, stride: 1)),
    Mistake(
        "own_stride_first", "counts a layer's own stride for its own kernel", _STEP, 3, _walk(_right, stride_first=True)
    ),
    Mistake(
        "last_stride_only",
        "remembers only the stride of the layer before",
        _STEP,
        2,
        _walk(_right, step=lambda step, stride: stride),
    ),
    Mistake(
        "strides_added",
        "adds up the strides where they multiply",
        _STEP,
        2,
        _walk(_right, step=lambda step, stride: step + stride - 1),
    ),
    Mistake(
        "backwards", "walks from the last layer to the first", _STEP, 1, _walk(_right, turn=lambda layers: layers[::-1])
    ),
    Mistake(
        "starts_at_0",
        "starts with no pixel",
        "where it starts: without any layer, a value sees itself, one pixel",
        2,
        _walk(_right, start=0),
    ),
    Mistake(
        "area",
        "counts the pixels of the square",
        "what is asked for: pixels across, not in all",
        1,
        lambda layers: measured(layers) ** 2,
    ),
    Mistake("as_float", "gives a float", "divisions with /", 3, lambda layers: float(measured(layers))),
    Mistake("empties", "empties the list that it is given", "calls of pop, or other changes of the list", 3, _empties),
)

EXERCISE = Exercise(
    name="receptive_field",
    hints=HINTS,
    right=measured,
    tests={
        "test_receptive_field": (
            Check("stacks", _stacks),
            Check("strides", _strides),
            Check("no layers", _nothing),
            Check("whole number", _whole_number),
            Check("list untouched", _list_untouched),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
