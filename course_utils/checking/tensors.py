"""Compare what the student's code gives with what is right, and put the first difference into words with named axes."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.student import StillAStub, asking, is_stub
from course_utils.checking.values import Finding, Map, PromiseBroken

IMAGE_AXES = ("batch", "channels", "height", "width")

# How far two right implementations may drift apart, relative to the largest value: rounding grows with depth,
# so a check of a whole network multiplies this by its number of layers.
_DRIFT = {torch.float64: 1e-9, torch.float32: 2e-5}


def describe(shape: Sequence[int], axes: Sequence[str] = IMAGE_AXES) -> str:
    """Name a shape's axes: (2, 4, 8, 6) -> "(batch 2, channels 4, height 8, width 6)"."""
    if len(shape) != len(axes) or "element" in axes:  # that is what stands where axes have no names
        return f"({', '.join(str(size) for size in shape)})"
    return f"({', '.join(f'{axis} {size}' for axis, size in zip(axes, shape, strict=True))})"


def run(function: Any, *args: Any, doing: str) -> Any:
    """Call the student's module or function; `doing` says what for, as in "calling it on x of shape …"."""
    with asking(doing):
        result = function(*args)
    method = type(function).forward if isinstance(function, nn.Module) else function
    if result is None and is_stub(method):
        raise StillAStub(getattr(method, "__name__", ""))
    return result


def run_on(module: Any, x: Tensor, what: str = "it", given: str = "x") -> Tensor:
    """Call the student's module on `x`, which it may call otherwise; insist on one tensor of x's dtype and device."""
    doing = f"calling {what} on {given} of shape {describe(x.shape)}"
    return _insist_on_tensor(run(module, x, doing=doing), x, what)


def came_back(thing: Any) -> str:
    """Say what a call gave, where it should have given something else: "a list"."""
    return "None: is a `return` missing? print only shows a value" if thing is None else _kind(thing)


def _insist_on_tensor(result: Any, x: Tensor, what: str) -> Tensor:
    promise = f"{what} returns one tensor"
    if result is None:
        raise broken(f"{what} gives its result back", f"it returned {came_back(result)}")
    if isinstance(result, list) and result and all(isinstance(one, Tensor) for one in result):
        raise broken(promise, f"it returned a list of {len(result)} tensors: torch.stack makes one of them")
    if isinstance(result, tuple | list):
        raise broken(promise, f"it returned a {type(result).__name__} of {len(result)} things: return the tensor alone")
    if type(result).__module__.startswith("numpy"):
        raise broken(promise, "it returned a NumPy array: stay with torch, so that gradients can flow back")
    if not isinstance(result, Tensor):
        raise broken(promise, f"it returned {came_back(result)}")
    if result.device != x.device:
        raise broken(f"{what} answers on the device of its input", f"x is on {x.device}, the output on {result.device}")
    if result.dtype != x.dtype:
        raise broken(
            f"{what} keeps the dtype of its input",
            f"x is {x.dtype}, the output {result.dtype}: what is made in the code, or by NumPy, has its own",
        )
    return result


def _kind(thing: Any) -> str:
    return with_article(type(thing).__name__)


def with_article(name: str) -> str:
    """Write "a Tensor", "an AssertionError"."""
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def broken(promise: str, *evidence: str) -> PromiseBroken:
    """Make the error that ends a check: `raise broken("the buffers are left alone", "running_mean has changed")`."""
    return PromiseBroken(Finding(promise, evidence))


def insist_equal(
    got: Tensor,
    expected: Tensor,
    promise: str,
    *,
    axes: Sequence[str] = IMAGE_AXES,
    depth: int = 1,
    given: str = "",
    labels: str = "",
) -> None:
    """Raise PromiseBroken unless `got` is `expected` up to rounding.

    depth: the number of layers behind the values; the tolerance grows with it.
    given: a line about the input, told first ("x has shape …").
    labels: what the numbers are where they only name something ("classes"): how far apart two are means nothing.
    """
    lines = (given,) if given else ()
    if got.shape != expected.shape:
        shapes = f"expected shape {describe(expected.shape, axes)}", f"got {describe(got.shape, axes)}"
        raise broken(promise, *lines, *shapes)
    if _the_same(got, expected):
        return
    apart = _apart(got, expected, depth)
    if not apart.any():
        return
    where = tuple(apart.nonzero()[0].tolist())
    values = f"{_pair(expected[where], got[where])}{_place(where, axes)}"
    extent = f"{int(apart.sum())} of {apart.numel()} {labels} differ" if labels else _extent(got, expected, apart)
    raise PromiseBroken(Finding(promise, (*lines, values, extent), _maps(got, expected, where)))


def agree(got: Tensor, expected: Tensor, depth: int = 1) -> bool:
    """Say whether two tensors have one shape and are equal up to the rounding of `depth` layers."""
    return _the_same(got, expected) or (got.shape == expected.shape and not _apart(got, expected, depth).any())


def _the_same(got: Tensor, expected: Tensor) -> bool:
    """Say whether two tensors are equal to the last bit, as most are that are compared: that is quickly seen."""
    alike = (got.shape, got.dtype, got.device) == (expected.shape, expected.dtype, expected.device)
    return alike and torch.equal(got.detach(), expected.detach())


def _apart(got: Tensor, expected: Tensor, depth: int) -> Tensor:
    """Mark the values that differ by more than rounding."""
    got, expected = got.detach().double(), expected.detach()
    drift = _DRIFT.get(expected.dtype, 0.0) * max(depth, 1)
    expected = expected.double()
    scale = expected[expected.isfinite()].abs().max().item() if expected.isfinite().any() else 0.0
    near = (got - expected).abs() <= drift * (scale + 1e-3)
    return ~(near | (got == expected) | (got.isnan() & expected.isnan()))


def _extent(got: Tensor, expected: Tensor, apart: Tensor) -> str:
    if apart.numel() == 1:
        return f"they differ by {show_number((got - expected).abs().item())}"
    largest = show_number((got - expected).abs().max().item())
    return f"{int(apart.sum())} of {apart.numel()} values differ, by up to {largest}"


def show_number(number: float, digits: int = 4) -> str:
    """Write a number as the messages do: few digits, a real minus sign, and none before 0."""
    return f"{number or 0.0:.{digits}g}".replace("-", "\N{MINUS SIGN}") if isinstance(number, float) else str(number)


def _pair(expected: Tensor, got: Tensor) -> str:
    """Write two numbers that differ with as many digits as it takes to see that."""
    for digits in range(4, 17):
        texts = [show_number(value.item(), digits) for value in (expected, got)]
        if texts[0] != texts[1]:
            break
    return f"expected {texts[0]}, got {texts[1]}"


def _place(where: tuple[int, ...], axes: Sequence[str]) -> str:
    if not where:
        return ""
    if len(where) != len(axes) or len(set(axes)) < len(axes):
        return f" at element {where}"
    return " at " + ", ".join(f"{_ONE.get(axis, axis)} {index}" for axis, index in zip(axes, where, strict=True))


_ONE = {"channels": "channel", "features": "feature", "classes": "class", "values": "element"}
"""What one place on an axis is called, where it is not called as the axis is."""


def _maps(got: Tensor, expected: Tensor, where: tuple[int, ...]) -> tuple[Map, ...]:
    """Cut the channel of the first difference out of images; other tensors have no picture."""
    if got.ndim != len(IMAGE_AXES) or min(got.shape[2:]) < 2:
        return ()
    channel = where[:2]
    pairs = (("expected", expected), ("got", got), ("difference", got - expected))
    return tuple(Map(title, tuple(map(tuple, image[channel].detach().tolist()))) for title, image in pairs)
