"""Promises that every network of the course makes: checked against a twin that has the same weights."""

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.student import Stopped, asking
from course_utils.checking.tensors import IMAGE_AXES, agree, broken, describe, insist_equal, run_on
from course_utils.checking.twins import make_twin
from course_utils.checking.values import Finding, PromiseBroken
from course_utils.inspection.divergence import first_divergence

_LARGE = 3_000_000  # more than any mistake makes of a narrow network, less than the smallest real one

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


def insist_small(module: nn.Module, told: str, promise: str) -> None:
    """Raise PromiseBroken if a network that should be narrow is a large one."""
    count = sum(parameter.numel() for parameter in module.parameters())
    if count > _LARGE:
        raise broken(promise, f"{told} has {count:,} parameters, far too many")


@contextmanager
def shapes_on_the_way(mine: nn.Module, x: Tensor, told: str) -> Iterator[None]:
    """Where two branches cannot be added, tell the shapes that lead there, which torch's own words do not."""
    shapes: list[str] = []
    # Known by their weights: they may be torch's, the course's or the student's own.
    convs = [part for part in mine.modules() if any(one.ndim == 4 for one in part.parameters(recurse=False))]
    handles = [conv.register_forward_hook(lambda *call: shapes.append(describe(call[2].shape))) for conv in convs]
    try:
        yield
    except Stopped as stopped:
        if "The size of tensor" not in str(stopped.__cause__):
            raise
        raise broken(
            "both branches give the same shape, so that they can be added",
            f"{told} on x of shape {describe(x.shape)}",
            f"its convolutions give {', '.join(shapes)}",
        ) from stopped
    finally:
        for handle in handles:
            handle.remove()


def insist_same_forward(
    mine: nn.Module, right: nn.Module, x: Tensor, promise: str, depth: int = 1, *, what: str = "it"
) -> None:
    """Run both on `x` and compare the outputs, then the buffers that the call has moved."""
    twin = make_twin(right, mine, what)
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
        if name not in got:
            raise broken(promise, f"{name} is not one of its parameters")
        insist_equal(got[name], wanted, promise, axes=("element",) * wanted.ndim, depth=depth, given=given)


def gradients_by_name(module: nn.Module, x: Tensor) -> dict[str, Tensor]:
    """Give `gradients` with the names that the reader knows."""
    return dict(zip(("the input", *dict(module.named_parameters())), gradients(module, x), strict=True))


def gradients(module: nn.Module, x: Tensor) -> list[Tensor]:
    """Give the gradients of a fixed function of the output, for the input and each parameter (zeros where none)."""
    x = x.clone().requires_grad_()
    output = run_on(module, x * 1)  # times 1: in-place work on a leaf would raise here, and has a check of its own
    weights = torch.linspace(-1, 1, output.numel(), dtype=x.dtype).reshape(output.shape)
    leaves = [x, *module.parameters()]
    trained = [leaf for leaf in leaves if leaf.requires_grad] if output.requires_grad else []
    with asking("running the backward pass"):
        found = torch.autograd.grad((output * weights).sum(), trained, allow_unused=True) if trained else ()
    by_leaf = dict(zip(map(id, trained), found, strict=True))
    return [torch.zeros_like(leaf) if by_leaf.get(id(leaf)) is None else by_leaf[id(leaf)] for leaf in leaves]


def insist_input_untouched(module: nn.Module, x: Tensor) -> None:
    """Compare the input before and after the call."""
    before = x.clone()
    run_on(module, x)
    insist_equal(x, before, "the input is left as it was: the other branch, or the caller, still needs it")


def insist_follows_device(module: nn.Module, x: Tensor) -> None:
    """Run it on torch's meta device, which has shapes but no numbers, in place of a GPU that not everyone has."""
    module, x = module.to("meta"), x.to("meta")
    for training in (True, False):
        try:
            run_on(module.train(training), x, "a module moved to another device")
        except (NotImplementedError, Stopped) as error:
            # Asking a tensor without numbers for a number, as .item() or an assert does, is no mistake.
            if "meta tensor" not in str(error.__cause__ or error).lower():
                raise


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
            got = run_on(other.eval(), x.clone())
        insist_equal(got, expected, promise, axes=("element",) * expected.ndim, depth=50)


def observe_module(make: Build, x: Tensor, label: str, gradient: bool = True) -> Looks:
    """List what to observe of a module: outputs in both modes, parameters, statistics, gradients, its input after.

    Looks share a module where they can: building and filling one takes longer than running it.
    """
    built = cache(make)
    trained = cache(lambda: _train(_filled(make), x))
    looks: dict[str, Callable[[], Any]] = {
        "eval": lambda: _filled(make).eval()(x.clone()).detach(),
        "shapes": lambda: [tuple(parameter.shape) for parameter in built().parameters()],
        "buffers": lambda: [tuple(buffer.shape) for buffer in built().buffers()],
        "training": lambda: trained().told("output"),
        # These two tell apart what stops with the same error.
        "layers": lambda: trained().layers,
        "fresh": lambda: trained().error and tuple(make().float()(x.float()).shape),
        "statistics": lambda: trained().told("statistics"),
        "input after": lambda: trained().told("input_kept"),
    }
    if gradient:
        looks["gradients"] = lambda: gradients(_filled(make).eval(), x)
    return {f"{label}: {name}": look for name, look in looks.items()}


def _filled(make: Build) -> nn.Module:
    return Draws(1).fill(make())


@dataclass(frozen=True)
class _Call:
    """What came of a call: the output shapes of its layers (sorted), and an error or what is there after it."""

    layers: list[tuple[int, ...]]
    error: Exception | None = None
    output: Tensor | None = None
    statistics: tuple[Tensor, ...] = ()
    input_kept: bool = True

    def told(self, name: str) -> Any:
        """Give one part of it, or raise the error."""
        if self.error:
            raise self.error
        return getattr(self, name)


def _train(module: nn.Module, x: Tensor) -> _Call:
    """Call a module in training mode; its layers are seen even when the call stops half-way."""
    shapes: list[tuple[int, ...]] = []

    def note(layer: nn.Module, inputs: tuple, output: Any) -> None:
        if isinstance(output, Tensor) and any(True for _ in layer.parameters(recurse=False)):
            shapes.append(tuple(output.shape))

    for layer in module.modules():
        layer.register_forward_hook(note)
    given = x.clone()
    try:
        output = module.train()(given).detach()
    except Exception as error:  # noqa: BLE001  (whatever it is, it is what this module does)
        return _Call(sorted(shapes), error)
    statistics = tuple(buffer.detach().clone() for buffer in module.buffers())
    return _Call(sorted(shapes), None, output, statistics, agree(given, x))
