"""Looks at a block whose layers have names and an order of the student's: they are known by their shapes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

import torch
from torch import nn

from course_utils.checking.look import Look
from course_utils.checking.observation import Named
from course_utils.checking.shortcuts import insist_own_work
from course_utils.checking.tensors import broken, insist_equal, run_on
from course_utils.exercises import module_looks as looks
from course_utils.exercises.module_looks import Case, Tensors, as_declared

_SOLVED = "course_utils.training"  # its networks have such blocks, too
_DEPTH = 6  # layers behind one output
_TOLD = 3  # differences at once

Shapes = tuple[tuple[int, ...], ...]


def _layers(module: nn.Module) -> list[list[tuple[str, torch.Tensor]]]:
    """Give the layers that hold tensors, sorted by these tensors' shapes, convolutions first.

    Those of equal shapes stand in order of declaration.
    """
    layers: dict[str, list] = {}
    for name, tensor in as_declared(module):
        layers.setdefault(name.rpartition(".")[0], []).append((name, tensor))
    return sorted(layers.values(), key=lambda layer: [(-len(shape), shape) for shape in _shapes(layer)])


def _shapes(layer: Tensors) -> Shapes:
    return tuple(tuple(tensor.shape) for _, tensor in layer)


def by_shape(module: nn.Module) -> Tensors:
    """Give parameters and buffers, layer by layer, in an order that depends on nothing but the layers' shapes."""
    return [pair for layer in _layers(module) for pair in layer]


def block_looks(
    *,
    block: str,
    flag: str,
    kinds: Mapping[tuple[int, int, int], tuple[int, int, int]],
    promises: Sequence[tuple[str, str]],
    defaults: str,
    parts: str,
) -> tuple[Look, ...]:
    """Make the looks at a block of two kinds, between which its last argument decides.

    flag: that argument's name; kinds: in_feats, out_feats and stride, with the batch, height and width of the input;
    in the last one most happens at once. promises: the name and the promise of the look at what comes out where the
    flag is False, then where it is True. defaults: what is promised of a block that is made from two numbers alone;
    parts: its layers, in words.
    """

    def case(kind: tuple[int, int, int], size: tuple[int, int, int], **settings: Any) -> Case:
        into, out, stride = kind
        batch, *sides = size
        return looks.case_of(block, into, out, x=(batch, into, *sides), order=by_shape, stride=stride, **settings)

    off, on = ([case(*kind, **{flag: value}) for kind in kinds.items()] for value in (False, True))
    every, few = (*off, *on), (off[-1], on[-1])
    default = looks.case_of(block, 3, 5, x=(2, 3, 4, 6), order=by_shape)
    modes = "in training mode every batch norm sees the values that it should"
    return (
        own_work(few[-1]),
        right_layers((*every, default), f"it has these layers, and no others with weights: {parts}"),
        looks.shape(every, "height and width are divided by the stride, rounded up, and nothing else changes them"),
        untouched(every),
        *(
            looks.values(name, promise, cases, False, depth=_DEPTH)
            for (name, promise), cases in zip(promises, (off, on), strict=True)
        ),
        looks.values("training mode", modes, every, True, depth=_DEPTH),
        looks.statistics(every, depth=_DEPTH),
        looks.values("arguments left out", defaults, (default,), False, depth=_DEPTH),
        looks.gradients_flow(few, False, depth=_DEPTH * 10),
        looks.gradients_flow(few, True, depth=_DEPTH * 10),
        looks.values("float32", "it works in float32 as well", few, False, torch.float32, depth=_DEPTH),
        looks.copies(few),
        looks.beside_x(few[-1]),
    )


def own_work(case: Case) -> Look:
    """Look for a finished block, torchvision's or the course's own."""

    def refuse(candidate: Any) -> None:
        insist_own_work(candidate, lambda: case.built(candidate))
        bases = [base for part in case.built(candidate).modules() for base in type(part).__mro__]
        if any(base.__module__.startswith(_SOLVED) for base in bases):
            raise broken("the work is your own", f"{_SOLVED} does it, which has solved this exercise")

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {"": lambda: refuse(candidate)}

    return Look("own work", "the work is your own", observe, structural=True)


def untouched(cases: Sequence[Case]) -> Look:
    """Look whether a call changes its input: in which of the cases, and to what, says nothing about the mistake."""
    promise = "the input is left as it was: the other branch, or the caller, still needs it"

    def insist(candidate: Any, seed: int) -> None:
        for case in cases:
            x = case.x(seed)
            run_on(case.filled(candidate, seed, True), x, case.told)
            insist_equal(x, case.x(seed), promise, given=case.given)

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {"": lambda: insist(candidate, seed)}

    return Look("input untouched", promise, observe)


def right_layers(cases: Sequence[Case], promise: str) -> Look:
    """Look at the layers, in words: where they differ, one that is missing is told, and one too many."""

    def one(case: Case, candidate: Any) -> Named:
        layers = _layers(case.built(candidate))
        return Named(tuple((layer[0][0].rpartition(".")[0], _worded(_shapes(layer))) for layer in layers), "layer")

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {case.told: partial(one, case, candidate) for case in cases}

    return Look("layers", promise, observe, judge=_missing_and_extra)


def _worded(shapes: Shapes) -> str:
    """Say what layer has tensors of these shapes."""
    weight, *others = shapes
    if len(weight) == 4 and len(others) < 2:
        out, into, height, width = weight
        return f"a {height}×{width} convolution from {into} to {out} channels {'with' if others else 'without'} a bias"
    if len(shapes) == 5 and len(weight) == 1:
        return f"a batch norm over {weight[0]} channels"
    return f"a layer with tensors of shapes {', '.join(map(str, shapes))}"


def _missing_and_extra(got: Any, expected: Named) -> tuple[str, ...] | None:
    own = got.pairs if isinstance(got, Named) else ()
    mine, right = Counter(str(layer) for _, layer in own), Counter(layer for _, layer in expected.pairs)
    missing, extra = [*(right - mine)], [*(mine - right)]
    needs = [f"it needs {one}, and has {'too few of them' if one in mine else 'none'}" for one in missing]
    names = {str(layer): name for name, layer in own}
    has = [f"it has {one}{', one too many' if one in right else ''}: {names[one]}" for one in extra]
    lines = [line for pair in zip_longest(needs, has) for line in pair if line]
    return tuple(lines[:_TOLD]) or None
