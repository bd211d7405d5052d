"""Promises that every network of the course makes: checked against a twin that has the same weights."""

import copy
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.feedback.diagnosis import Looks
from course_utils.feedback.draws import Draws
from course_utils.feedback.student import asking
from course_utils.feedback.tensors import IMAGE_AXES, agree, broken, describe, insist_equal, run_on
from course_utils.feedback.twins import make_twin
from course_utils.feedback.values import Finding, PromiseBroken
from course_utils.inspection.divergence import first_divergence

Build = Callable[[], nn.Module]


def build(candidate: Any, *args: Any, **settings: Any) -> nn.Module:
    """Build the student's module, and say what was built if that fails."""
    given = [*map(str, args), *(f"{name}={value}" for name, value in settings.items())]
    doing = f"building {getattr(candidate, '__name__', 'it')}({', '.join(given)})"
    with asking(doing):
        module = candidate(*args, **settings)
    if not isinstance(module, nn.Module):
        raise broken("the class makes an nn.Module", f"{doing} gave a {type(module).__name__}")
    return module


def insist_same_forward(
    mine: nn.Module, right: nn.Module, x: Tensor, promise: str, depth: int = 1, *, what: str = "it"
) -> None:
    """Run both on `x` and compare the outputs, then the buffers that the call has moved."""
    twin = make_twin(right, mine)
    expected = twin(x.clone())
    axes = IMAGE_AXES if expected.ndim == x.ndim else ("batch", "features")
    given = f"{what}: x has shape {describe(x.shape)}" if what != "it" else f"x has shape {describe(x.shape)}"
    try:
        insist_equal(run_on(mine, x.clone()), expected, promise, axes=axes, depth=depth, given=given)
    except PromiseBroken as broken_promise:
        raise PromiseBroken(_with_place(broken_promise.finding, mine, right, x)) from None
    for (name, got), after in zip(mine.named_buffers(), twin.buffers(), strict=True):
        insist_equal(got, after, f"the running statistics follow ({name})", axes=("channels",), depth=depth)


def _with_place(finding: Finding, mine: nn.Module, right: nn.Module, x: Tensor) -> Finding:
    """Add the first module whose output differs, where looking inside finds one."""
    try:
        found = first_divergence(mine, make_twin(right, mine), x)
    except ValueError:
        return finding
    if found is None or found.mine not in dict(mine.named_modules()) or not found.mine:
        return finding
    kind = type(mine.get_submodule(found.mine)).__name__
    return replace(finding, evidence=(*finding.evidence, f"the first difference inside is at {found.mine} ({kind})"))


def insist_same_gradients(mine: nn.Module, right: nn.Module, x: Tensor, depth: int) -> None:
    """Compare the gradients of the input and of every parameter, by order of declaration."""
    expected = gradients(make_twin(right, mine), x)
    got = gradients_by_name(mine, x)
    insist_gradients(got, dict(zip(got, expected, strict=True)), depth * 10)


def insist_gradients(got: Mapping[str, Tensor], expected: Mapping[str, Tensor], depth: int, *, given: str = "") -> None:
    """Compare gradients that have names."""
    for name, wanted in expected.items():
        promise = f"gradients flow back to {name} as they should"
        insist_equal(got[name], wanted, promise, axes=("value",) * wanted.ndim, depth=depth, given=given)


def gradients_by_name(module: nn.Module, x: Tensor) -> dict[str, Tensor]:
    """Give `gradients` with the names that the reader knows."""
    return dict(zip(("the input", *dict(module.named_parameters())), gradients(module, x), strict=True))


def gradients(module: nn.Module, x: Tensor) -> list[Tensor]:
    """Give the gradients of a fixed function of the output, for the input and each parameter (zeros where none)."""
    x = x.clone().requires_grad_()
    output = run_on(module, x * 1)
    weights = torch.linspace(-1, 1, output.numel(), dtype=x.dtype).reshape(output.shape)
    leaves = [x, *module.parameters()]
    if not output.requires_grad:
        return [torch.zeros_like(leaf) for leaf in leaves]
    with asking("running the backward pass"):
        found = torch.autograd.grad((output * weights).sum(), leaves, allow_unused=True)
    return [torch.zeros_like(leaf) if grad is None else grad for leaf, grad in zip(leaves, found, strict=True)]


def insist_input_untouched(module: nn.Module, x: Tensor) -> None:
    """Compare the input before and after the call."""
    before = x.clone()
    run_on(module, x)
    insist_equal(x, before, "the input is left as it was: the other branch, or the caller, still needs it")


def insist_copies_work(make: Build, x: Tensor) -> None:
    """Train one step, deepcopy, and load the state dict into a fresh module: all three must agree in eval mode."""
    mine = make()
    Draws(5, x.dtype).fill(mine)
    run_on(mine.train(), x.clone()).sum().backward()
    with asking("copying it with copy.deepcopy after a training step"):
        twin = copy.deepcopy(mine)
    fresh = make().to(x.dtype)
    with asking("loading its state dict into a fresh one"):
        fresh.load_state_dict(mine.state_dict())
    expected = run_on(mine.eval(), x.clone())
    for other, promise in ((twin, "a deepcopy gives the same output"), (fresh, "a state dict holds all it needs")):
        with torch.no_grad():
            insist_equal(run_on(other.eval(), x.clone()), expected, promise, axes=("value",) * expected.ndim, depth=50)


def observe_module(make: Build, x: Tensor, label: str, gradient: bool = True) -> Looks:
    """List what to observe of a module: outputs in both modes, parameters, statistics, gradients, its input after."""
    looks: dict[str, Callable[[], Any]] = {
        "eval": lambda: _filled(make).eval()(x.clone()).detach(),
        "shapes": lambda: [tuple(parameter.shape) for parameter in make().parameters()],
        "buffers": lambda: [tuple(buffer.shape) for buffer in make().buffers()],
        "training": lambda: _filled(make).train()(x.clone()).detach(),
        # These two tell apart what stops with the same error.
        "layers": lambda: _layer_shapes(_filled(make), x),
        "fresh": lambda: tuple(make().float()(x.float()).shape),
        "statistics": lambda: _statistics(_filled(make), x),
        "input after": lambda: _input_after(_filled(make), x),
    }
    if gradient:
        looks["gradients"] = lambda: gradients(_filled(make).eval(), x)
    return {f"{label}: {name}": look for name, look in looks.items()}


def _filled(make: Build) -> nn.Module:
    return Draws(1).fill(make())


def _layer_shapes(module: nn.Module, x: Tensor) -> list[tuple[int, ...]]:
    """Give the output shapes of all layers that have weights, in no order, even of a call that stops half-way."""
    shapes: list[tuple[int, ...]] = []

    def note(layer: nn.Module, inputs: tuple, output: Any) -> None:
        if isinstance(output, Tensor) and any(True for _ in layer.parameters(recurse=False)):
            shapes.append(tuple(output.shape))

    for layer in module.modules():
        layer.register_forward_hook(note)
    with suppress(Exception):
        module(x.clone())
    return sorted(shapes)


def _statistics(module: nn.Module, x: Tensor) -> list[Tensor]:
    module.train()(x.clone())
    return [buffer.detach().clone() for buffer in module.buffers()]


def _input_after(module: nn.Module, x: Tensor) -> bool:
    given = x.clone()
    module(given)
    return agree(given, x)
