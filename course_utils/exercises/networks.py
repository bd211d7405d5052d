"""What looks at networks ask of a module: to be built, to be small enough, to give gradients, to follow its device."""

import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from course_utils.checking.student import Stopped, asking
from course_utils.checking.tensors import broken, came_back, run_on, with_article

_LARGE = 3_000_000  # more than any mistake makes of a narrow network, less than the smallest real one


def build(candidate: Any, *args: Any, **settings: Any) -> nn.Module:
    """Build the student's module, and say what was built if that fails."""
    return build_as(told_call(getattr(candidate, "__name__", "it"), *args, **settings), candidate, *args, **settings)


def build_as(told: str, candidate: Any, *args: Any, **settings: Any) -> nn.Module:
    """Build the student's module under the name that the reader knows: told is the call ("ReLU()")."""
    with asking(f"building {told}"):
        module = candidate(*args, **settings)
    if not isinstance(module, nn.Module):
        raise broken("the class makes an nn.Module", f"building {told} gave {came_back(module)}")
    with asking(f"looking at the parts of {told}"):
        list(module.named_modules())  # stops where something else stands in a module's place: it is the student's
    insist_built(module, candidate)
    return module


def insist_built(module: nn.Module, maker: Any) -> None:
    """Raise PromiseBroken if a layer waits for its first input, as nn.LazyConv2d does."""
    lazy = {name: part for name, part in module.named_modules() if any(map(is_lazy, _tensors(part)))}
    if lazy:
        name, part = next(iter(lazy.items()))
        known = next((one for one in inspect.signature(maker).parameters if one.startswith("in")), "what comes in")
        kind = type(part).__name__
        raise broken(
            "a module has all its weights as soon as it is built",
            f"{name or 'it'}, {with_article(kind)}, isn't built before its first input: {known} is known, so use it",
        )


def _tensors(layer: nn.Module) -> list[Tensor]:
    return [*layer.parameters(recurse=False), *layer.buffers(recurse=False)]


def told_call(name: str, *args: Any, **settings: Any) -> str:
    """Write a call as a student would."""
    return f"{name}({', '.join([*map(str, args), *(f'{key}={one}' for key, one in settings.items())])})"


def made_by(told: str, what: str, candidate: Any, *args: Any, **settings: Any) -> nn.Module:
    """Call the student's function, which makes a module; told is the call, what: "a network"."""
    with asking(f"calling {told}"):
        made = candidate(*args, **settings)
    if not isinstance(made, nn.Module):
        raise broken(f"{what} comes back", f"{told} gave {came_back(made)}")
    insist_built(made, candidate)
    return made


def error_of(call: Callable[[], Any]) -> str:
    """Say with what error a call ends; a subclass of ValueError is a ValueError."""
    try:
        made = call()
    except NotImplementedError:
        raise
    except ValueError:
        return "a ValueError"
    except Exception as error:  # noqa: BLE001  (which error it is, is the question)
        return with_article(type(error).__name__)
    if isinstance(made, Exception):
        return f"{with_article(type(made).__name__)} that is returned, not raised"
    return "no error"


def insist_small(module: nn.Module, told: str, promise: str) -> None:
    """Raise PromiseBroken if a network that should be narrow is a large one."""
    count = sum(parameter.numel() for parameter in module.parameters())
    if count > _LARGE:
        raise broken(promise, f"{told} has {count:,} parameters, far too many")


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
