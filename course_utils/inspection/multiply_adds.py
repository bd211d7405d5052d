"""Run a model once and write down, layer by layer, what goes in and out, and what it costs in multiply-adds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

Shape = tuple[int, ...]
COUNTED = (nn.Conv2d, nn.Linear)
_NAMES = {kind.__name__ for kind in COUNTED}


@dataclass(frozen=True)
class Layer:
    """A module without modules inside, or with parameters of its own; an nn.Identity, which does nothing, is none.

    inputs, outputs: the shapes in its first call, batch included; None where there is no tensor, or was no call.
    parameters: its own, without those that an earlier layer shares with it.
    multiply_adds: for one image of the batch, over all its calls; None for kinds that are not counted.
    """

    name: str
    kind: str
    inputs: Shape | None
    outputs: Shape | None
    parameters: int
    multiply_adds: int | None
    calls: int


def layer_costs(model: nn.Module, x: Tensor) -> tuple[Layer, ...]:
    """List the layers of `model` in the order of their first calls on the batch `x`, those never called at the end.

    The model runs once, in eval mode and without gradients, and is as it was afterwards.
    Raises `TypeError` for what is not a model or not a tensor, `ValueError` when the model cannot run on `x`.
    """
    _insist_runnable(model, x)
    layers = {module: name for name, module in model.named_modules() if _is_layer(module)}
    seen: dict[nn.Module, Layer] = {}

    def note(module: nn.Module, inputs: tuple, output: object) -> None:
        new = _call(layers[module], module, inputs, output)
        seen[module] = _added(seen[module], new) if module in seen else new

    handles = [module.register_forward_hook(note) for module in layers]
    try:
        with torch.no_grad(), in_eval_mode(model):
            model(x)
    except Exception as error:
        raise ValueError(f"The model stopped on x of shape {tuple(x.shape)}: {error}") from error
    finally:
        for handle in handles:
            handle.remove()
    for module, name in layers.items():
        seen.setdefault(module, Layer(name, type(module).__name__, None, None, 0, None, 0))
    return tuple(_with_parameters(seen))


def _insist_runnable(model: object, x: object) -> None:
    if not isinstance(model, nn.Module):
        hint = f"; call it to make a model: {model.__name__}()" if isinstance(model, type) else ""
        raise TypeError(f"Expected a model (an nn.Module), got {model!r:.80}{hint}.")
    if not isinstance(x, Tensor):
        raise TypeError(f"Expected a batch as one tensor, such as torch.zeros(1, 3, 224, 224), got {x!r:.80}.")


def _is_layer(module: nn.Module) -> bool:
    has_children, has_own = (any(True for _ in part) for part in (module.children(), module.parameters(recurse=False)))
    return (has_own or not has_children) and not isinstance(module, nn.Identity)


def _call(name: str, module: nn.Module, inputs: tuple, output: object) -> Layer:
    cost = multiply_adds_of(module, output) if _is_counted(module) else None
    return Layer(name, type(module).__name__, _shape(inputs[0] if inputs else None), _shape(output), 0, cost, 1)


def _is_counted(module: nn.Module) -> bool:
    """Say whether it is one of torch's, or one of the same name that somebody wrote, as students do in this course."""
    weight = getattr(module, "weight", None)
    own = type(module).__name__ in _NAMES and isinstance(weight, Tensor) and weight.ndim in {2, 4}
    return isinstance(module, COUNTED) or own


def multiply_adds_of(layer: nn.Module, output: Tensor) -> int:
    """Count the products behind one image of the output: each of its numbers is a sum over one row of the weight."""
    return output[0].numel() * layer.weight[0].numel()


def _shape(thing: object) -> Shape | None:
    return tuple(thing.shape) if isinstance(thing, Tensor) else None


def _added(before: Layer, new: Layer) -> Layer:
    cost = None if before.multiply_adds is None else before.multiply_adds + new.multiply_adds
    return replace(before, multiply_adds=cost, calls=before.calls + 1)


@contextmanager
def in_eval_mode(model: nn.Module) -> Iterator[None]:
    """Put every module into eval mode for the block, and each back into its own afterwards."""
    modes = {module: module.training for module in model.modules()}
    try:
        model.eval()
        yield
    finally:
        for module, training in modes.items():
            module.training = training


def _with_parameters(seen: dict[nn.Module, Layer]) -> Iterator[Layer]:
    counted: set[nn.Parameter] = set()
    for module, layer in seen.items():
        own = set(module.parameters(recurse=False)) - counted
        counted |= own
        yield replace(layer, parameters=sum(parameter.numel() for parameter in own))
