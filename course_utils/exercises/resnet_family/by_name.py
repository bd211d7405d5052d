"""Modules whose parts have the names that the exercise gives: filled by name, and compared with their names."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.checking.observation import Named
from course_utils.exercises.module_looks import Case, as_declared

_SHOWN = 3


def filled_by_name(*parts: str) -> Callable[[nn.Module], list[tuple[str, Tensor]]]:
    """Make the order in which a module is filled: by name what lies in `parts`, then, as declared, the rest of it."""

    def order(module: nn.Module) -> list[tuple[str, Tensor]]:
        kept = module.state_dict()
        tensors = [(name, one) for name, one in as_declared(module) if name in kept]
        return sorted(tensors, key=lambda pair: (False, pair[0]) if _lies_in(parts, pair[0]) else (True, ""))

    return order


def outline(module: nn.Module, parts: Sequence[str]) -> dict[str, Any]:
    """Give the names and shapes in a module's state dict; names outside `parts` are the student's own."""
    shapes: dict[str, str] = {}
    known: dict[int, str] = {}
    for name, tensor in module.state_dict(keep_vars=True).items():
        first = known.setdefault(id(tensor), name)
        shapes[name] = str(tuple(tensor.shape)) if first == name else f"the very tensor that {first} is"
    asked_for = {name: shape for name, shape in shapes.items() if _lies_in(parts, name)}
    return {"asked for": asked_for, "others": Named(tuple(pair for pair in shapes.items() if pair[0] not in asked_for))}


TORCHVISIONS = "its parts have torchvision's names and shapes, so that state dicts load with strict=True"


def names(cases: Sequence[Case], parts: Sequence[str], promise: str = TORCHVISIONS) -> Look:
    """Look at the names and shapes of all that the state dicts hold, in any order."""

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {case.told: partial(_outline_of, case, candidate, parts) for case in cases}

    return Look("names", promise, observe, judge=how_outlines_differ, of_parts=True)


def how_outlines_differ(got: Any, expected: Any) -> tuple[str, ...] | None:
    """Tell what is missing and what is surplus, or else the first shapes that differ."""
    mine, right = all_shapes(got), all_shapes(expected)
    missing, surplus = [name for name in right if name not in mine], [name for name in mine if name not in right]
    if missing or surplus:
        return tuple(f"{told} {_few(some)}" for told, some in (("it has no", missing), ("it has", surplus)) if some)
    lines = [f"{name} should be {shape}, and is {mine[name]}" for name, shape in right.items() if mine[name] != shape]
    return tuple(lines[:_SHOWN]) or None


def _lies_in(parts: Sequence[str], name: str) -> bool:
    return name.partition(".")[0] in parts


def _outline_of(case: Case, candidate: Any, parts: Sequence[str]) -> dict[str, Any]:
    return outline(case.built(candidate), parts)


def all_shapes(told: Any) -> dict[str, Any]:
    """Give all names and shapes of an outline; none of what is no outline."""
    match told:
        case {"asked for": dict(asked_for), "others": Named(pairs)}:
            return asked_for | dict(pairs)
    return {}


def has_all(*parts: str) -> Callable[[Any, Any], bool]:
    """Make an agrees(got, expected) for a step: whether all that lies in `parts` is there, in its right shape."""

    def agrees(got: Any, expected: Any) -> bool:
        mine = all_shapes(got)
        return all(mine.get(name) == shape for name, shape in all_shapes(expected).items() if _lies_in(parts, name))

    return agrees


def _few(some: Sequence[str]) -> str:
    more = len(some) - _SHOWN
    return ", ".join(some[:_SHOWN]) + (f" (and {more} more)" if more > 0 else "")
