"""Run a model once and write down what went into and came out of each of its modules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal
from weakref import ref

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

Anchor = tuple[int, ...]


@dataclass(eq=False)
class Value:
    """A tensor as it was at one moment: later changes in place do not reach it."""

    tensor: Tensor

    @cached_property
    def sample(self) -> Tensor:
        """A few of its numbers, by which most other values are told apart at once."""
        flat = self.tensor.flatten()
        return flat[:: max(1, len(flat) // 64)]

    @cached_property
    def tolerance(self) -> float:
        """How far a number may be off by rounding alone: ε^⅔ of the largest one, 2e-5 of it in float32."""
        if not self.tensor.is_floating_point():
            return 0.0
        sizes = self.tensor[self.tensor.isfinite()].abs()
        return torch.finfo(self.tensor.dtype).eps ** (2 / 3) * (sizes.max().item() if len(sizes) else 0.0)

    def same(self, expected: Value) -> bool:
        """Say whether this value is the expected one but for rounding."""
        if self.tensor.shape != expected.tensor.shape:
            return False
        tolerance = max(self.tolerance, expected.tolerance)
        return all(
            torch.allclose(mine.to(theirs.dtype), theirs, rtol=0.0, atol=tolerance, equal_nan=True)
            for mine, theirs in ((self.sample, expected.sample), (self.tensor, expected.tensor))
        )


@dataclass(eq=False)
class Call:
    """One call of a module. `anchor` holds the positions of the module's own parameters among the model's."""

    name: str
    module: nn.Module
    inputs: tuple[Value, ...]
    anchor: Anchor
    repeat: int  # how many times the module had been called before
    outputs: tuple[Value, ...] | None = None  # None when the call raised

    @property
    def is_leaf(self) -> bool:
        """Whether the module has no modules inside."""
        return next(self.module.children(), None) is None


@dataclass
class Trace:
    """What happened when a model ran: calls begin ("enter") and end ("leave") in the order of `events`."""

    events: list[tuple[Literal["enter", "leave"], Call]] = field(default_factory=list)
    error: Exception | None = None

    @property
    def calls(self) -> list[Call]:
        """All calls in the order in which they began; the first is the model's own."""
        return [call for kind, call in self.events if kind == "enter"]

    @property
    def root(self) -> Call:
        """The call of the whole model."""
        return self.events[0][1]


def record(model: nn.Module, x: Tensor, inside: bool = True) -> Trace:
    """Run `model` on `x` without gradients and return its trace, up to the error if one is raised.

    Every input and output is kept in memory: a few images at a time are enough; `inside=False` keeps the model's own
    only. Each recording begins with the caller's random state and leaves it as it was.
    """
    recorder = _Recorder(model)
    hooks = recorder.watch(model.named_modules() if inside else [("", model)])
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=[x.device] if x.is_cuda else []):
            model(x.clone())
    except Exception as error:  # noqa: BLE001  a student's code may raise anything, and it is reported
        recorder.trace.error = error
    finally:
        for hook in hooks:
            hook.remove()
    return recorder.trace


class _Recorder:
    """Hooks that write a trace."""

    def __init__(self, model: nn.Module) -> None:
        self.trace = Trace()
        self._model_name = type(model).__name__
        self._position = {parameter: i for i, parameter in enumerate(model.parameters())}
        self._open: list[Call] = []
        self._repeats: Counter[nn.Module] = Counter()
        # With a weak reference: an id is only worth something as long as its tensor lives.
        self._values: dict[tuple[int, int], tuple[ref[Tensor], Value]] = {}

    def watch(self, modules: Iterable[tuple[str, nn.Module]]) -> list[RemovableHandle]:
        return [handle for name, module in modules for handle in self._watch(name or self._model_name, module)]

    def _watch(self, name: str, module: nn.Module) -> tuple[RemovableHandle, RemovableHandle]:
        anchor = tuple(self._position[parameter] for parameter in module.parameters(recurse=False))

        def enter(module: nn.Module, args: tuple, kwargs: dict) -> None:
            call = Call(name, module, self._read((args, kwargs)), anchor, repeat=self._repeats[module])
            self._repeats[module] += 1
            self._open.append(call)
            self.trace.events.append(("enter", call))

        def leave(_module: nn.Module, _args: tuple, output: object) -> None:
            call = self._open.pop()
            call.outputs = self._read(output)
            self.trace.events.append(("leave", call))

        return module.register_forward_pre_hook(enter, with_kwargs=True), module.register_forward_hook(leave)

    def _read(self, thing: object) -> tuple[Value, ...]:
        """Return the tensors in a tensor, tuple, list or dict, each as a value."""
        if isinstance(thing, Tensor):
            return (self._value(thing),)
        if isinstance(thing, dict):
            thing = tuple(thing.values())
        if isinstance(thing, tuple | list):
            return tuple(value for part in thing for value in self._read(part))
        return ()

    def _value(self, tensor: Tensor) -> Value:
        """Return the tensor's value: the same object as before unless the tensor has changed since."""
        key = id(tensor), tensor._version  # the version counts changes in place
        known, value = self._values.get(key, (None, None))
        if known is None or known() is not tensor:
            value = Value(tensor.detach().clone())
            self._values[key] = ref(tensor), value
        return value
