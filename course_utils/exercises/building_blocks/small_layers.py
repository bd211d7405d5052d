"""Promises that the small layers of the first notebook make: names, first weights, what is printed, where it runs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course_utils import layers
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_module_class, insist_own_class, insist_own_parts
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, describe, insist_equal, run_on, show_number
from course_utils.exercises.networks import gradients_by_name, insist_gradients

_COURSE_LAYERS = tuple(layer for layer in vars(layers).values() if getattr(layer, "__module__", "") == layers.__name__)


def insist_own_layer(candidate: Any, finished: tuple[type, ...]) -> None:
    """Raise PromiseBroken unless `candidate` is a module class of the student's own."""
    insist_module_class(candidate)
    insist_own_class(candidate, finished)
    if any(base in _COURSE_LAYERS for base in candidate.__mro__):
        raise broken("the work is your own", f"{candidate.__name__} comes from course_utils.layers, which solves this")


def insist_own_inside(module: nn.Module, finished: tuple[type, ...]) -> None:
    """Raise PromiseBroken if a finished layer does the work inside the student's."""
    insist_own_parts(module, finished)
    if any(type(part) in _COURSE_LAYERS for part in module.modules()):
        raise broken("the work is your own", "a layer of course_utils.layers does it, which solves this")


def insist_parameters(module: nn.Module, shapes: Mapping[str, tuple[int, ...]], told: str) -> None:
    """Raise PromiseBroken unless the module's parameters have these names, in this order, and these shapes."""
    found = {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}
    promise = f"{told} has {_listed(shapes)}"
    if list(found) != list(shapes):
        # A Parameter that is missing has often been made, as a tensor.
        plain = [name for name in shapes if name not in found and isinstance(getattr(module, name, None), Tensor)]
        tip = (f"{plain[0]} is a plain tensor: wrap it in nn.Parameter",) if plain else ()
        raise broken(promise, f"its parameters are {', '.join(found) or 'none'}", *tip)
    for name, shape in shapes.items():
        if found[name] != shape:
            raise broken(promise, f"{name} has shape {found[name]}")


def _listed(shapes: Mapping[str, tuple[int, ...]]) -> str:
    if not shapes:
        return "no parameters"
    listed = " and ".join(f"{name} of shape {shape}" for name, shape in shapes.items())
    return f"the parameter{'s' * (len(shapes) > 1)} {listed}{', in this order' if len(shapes) > 1 else ''}"


def insist_uniform_start(tensor: Tensor, fan_in: int, told: str, formula: str) -> None:
    """Raise PromiseBroken unless hundreds of numbers look drawn from U(−1/√fan_in, 1/√fan_in).

    The limits on mean and spread are six standard errors away for 600 draws: right code does not meet them by chance.
    """
    values, bound = tensor.detach().double(), fan_in**-0.5
    promise = f"{told} starts with numbers drawn uniformly between −{formula} and {formula}, here ±{bound:.3g}"
    low, high = values.min().item(), values.max().item()
    if low == high:
        raise broken(promise, f"all of yours are {show_number(high, 3)}")
    yours = f"yours go from {show_number(low, 3)} to {show_number(high, 3)}"
    if not max(-low, high) <= bound * 1.00001:
        raise broken(promise, yours)
    if max(-low, high) < 0.95 * bound:
        raise broken(promise, f"{yours}, and stay well inside")
    if abs(values.mean().item()) > 0.15 * bound:
        raise broken(promise, f"the mean of yours is {show_number(values.mean().item(), 3)}, not near 0")
    if abs(values.std(correction=0).item() * 3**0.5 / bound - 1) > 0.12:
        raise broken(promise, f"{yours}, but are not spread evenly in between")


def insist_fresh_draws(one: Tensor, other: Tensor, name: str) -> None:
    """Raise PromiseBroken if two layers start alike."""
    if torch.equal(one, other):
        raise broken(f"each new layer draws its {name} anew", f"two layers started with the same {name}")


def insist_extra_repr(module: nn.Module, told: str, facts: Iterable[object]) -> None:
    """Raise PromiseBroken unless the text that print shows names all `facts`, numbers as whole numbers."""
    with asking(f"printing {told}"):
        said = str(module.extra_repr())
    words = re.findall(r"-?\d+|\w+", said)
    missing = [str(fact) for fact in facts if str(fact) not in words]
    if missing:
        raise broken(
            "extra_repr tells the settings, so that print(model) shows them",
            f"for {told} it gives {said!r}: {', '.join(missing)} is not in it",
        )


def twin_by_name(mine: nn.Module, right: nn.Module) -> nn.Module:
    """Give `right` the student's parameters, by name: the exercises fix the names."""
    found = dict(mine.named_parameters())
    for name, target in right.named_parameters():
        if name not in found:
            raise broken(f"it has a parameter called {name}", f"its parameters are {', '.join(found) or 'none'}")
        if found[name].shape != target.shape:
            shapes = f"expected shape {tuple(target.shape)}, got {tuple(found[name].shape)}"
            raise broken(f"{name} has the right shape", shapes)
        target.data = found[name].detach().clone()
    return right


def insist_same_output(
    mine: nn.Module, right: nn.Module, x: Tensor, promise: str, *, axes: Sequence[str], told: str
) -> None:
    """Raise PromiseBroken unless the student's layer gives what the right one gives with the same weights."""
    expected = twin_by_name(mine, right)(x.clone())
    given = f"{told}: x has shape {describe(x.shape, axes)}"
    insist_equal(run_on(mine, x.clone()), expected, promise, axes=axes, given=given)


def insist_same_gradients(mine: nn.Module, right: nn.Module, x: Tensor) -> None:
    """Raise PromiseBroken unless input and parameters get the gradients that they get in the right layer."""
    insist_gradients(gradients_by_name(mine, x), gradients_by_name(twin_by_name(mine, right), x), depth=10)


def insist_loads_from(mine: nn.Module, right: nn.Module, seed: int) -> None:
    """Raise PromiseBroken unless state dicts pass between the student's layer and torch's, both ways."""
    for source, target, way in ((mine, right, "yours into torch's"), (right, mine, "torch's into yours")):
        Draws(seed, torch.float32).fill(source)
        with asking(f"loading the state dict of {way}"):
            target.load_state_dict(source.state_dict())
        for name, value in source.state_dict().items():
            insist_equal(target.state_dict()[name], value, f"{name} arrives when a state dict is loaded", axes=("",))


def insist_no_parameters(module: nn.Module) -> None:
    """Raise PromiseBroken if the module has parameters or buffers."""
    if module.state_dict():
        raise broken("there is nothing to learn in it, and nothing to save", f"it has {', '.join(module.state_dict())}")


def look_at_start(tensor: Tensor, fan_in: int) -> str:
    """Describe how first weights are spread, coarsely enough to be the same for any draw."""
    values = tensor.detach().double()
    spread = values.std(correction=0).item() * (3 * fan_in) ** 0.5
    # Steps of 30 %: a right spread, 1.0, lies in the middle of its step.
    size = "none" if spread == 0 else str(round(torch.tensor(spread).log().item() / 0.26))
    bell = values.abs().max() > 2.2 * values.std(correction=0)
    shifted = round((values.mean() / values.abs().max().clamp(min=1e-9)).item(), 0 if spread == 0 else 1)
    return f"size {size}, {'bell' if bell else 'flat'}, mean {abs(shifted)}"
