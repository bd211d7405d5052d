"""Promises of the exercises that look into a model with hooks: the model is left as it was, also after an error."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from course_utils.checking.tensors import broken


class OwnError(Exception):
    """Raised by a check where an error is to come through."""


def hooks_left(model: nn.Module) -> int:
    """Count all hooks on all modules of the model."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind)) for module in model.modules() for kind in kinds)


def insist_no_hooks_left(model: nn.Module, call: Callable[[], Any]) -> None:
    """Insist that a call that goes well leaves no hook behind."""
    call()
    if hooks_left(model):
        raise broken(
            "afterwards no hook is left on the model",
            f"there are {hooks_left(model)} left: they run in every later call, and keep what they have collected",
        )


def insist_error_comes_through(model: nn.Module, call: Callable[[], Any]) -> None:
    """Make the model's forward raise half-way; insist that the error is seen, and that no hook is left behind."""

    def fail(module: nn.Module, inputs: Any) -> None:
        raise OwnError

    handle = model.fc.register_forward_pre_hook(fail)
    try:
        call()
    except OwnError:
        pass
    else:
        raise broken("an error inside the model comes through", "it was swallowed: nobody would ever learn of it")
    finally:
        handle.remove()
    if hooks_left(model):
        raise broken(
            "no hook is left on the model when an error ends the call",
            f"there are {hooks_left(model)} left: is the removal in a `finally`?",
        )


def insist_others_stay(model: nn.Module, call: Callable[[], Any]) -> None:
    """Put a hook on every module, and insist that all are still there after the call."""
    for module in model.modules():
        module.register_forward_hook(_nothing)
    before = hooks_left(model)
    call()
    if hooks_left(model) != before:
        raise broken(
            "hooks that others have put on the model stay",
            f"there were {before} before, there are {hooks_left(model)} now",
        )


def _nothing(module: nn.Module, inputs: Any, output: Any) -> None:
    pass


def insist_weights_stay(model: nn.Module, call: Callable[[], Any]) -> None:
    """Compare weights, statistics, gradients and requires_grad before and after a call."""
    before = _snapshot(model)
    call()
    for name, now in _snapshot(model).items():
        if name not in before or not torch.equal(now, before[name]):
            raise broken("the model's weights and statistics are left as they were", f"{name} has changed")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        raise broken("the model is left as it was", "its parameters no longer require gradients")
    left = [name for name, parameter in model.named_parameters() if parameter.grad is not None]
    if left:
        raise broken(
            "the model is left without gradients: whoever trains it next must not find them there",
            f"{len(left)} of its parameters have a .grad now, {left[0]} for one",
        )


def _snapshot(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}
