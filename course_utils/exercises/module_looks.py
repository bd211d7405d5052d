"""Looks that modules of all notebooks share, made from the cases to look at: a module, how it is built, its input.

Nothing here holds an oracle. Weights come from seeded draws in order of declaration (or by name, see `Case.order`), so
that right code, known mistakes and the student's code have equal ones; the input comes from draws of its own, so that
one surplus weight does not change it.
"""

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.draws import Draws, fill_from
from course_utils.checking.elsewhere import AsOnAGpu
from course_utils.checking.inside import layers
from course_utils.checking.look import Look
from course_utils.checking.observation import Named, Remark, same
from course_utils.checking.parts import stand_in_around
from course_utils.checking.shared import shared
from course_utils.checking.shortcuts import insist_own_steps, insist_own_work
from course_utils.checking.student import asking
from course_utils.checking.tensors import IMAGE_AXES, agree, describe, insist_equal, run_on
from course_utils.exercises.networks import build_as, gradients, insist_follows_device, told_call

_OF_INPUT = 100  # added to the seed of the weights

Tensors = Iterable[tuple[str, Tensor]]


def as_declared(module: nn.Module) -> Tensors:
    """Give parameters, then buffers, in order of declaration: for exercises that leave the names to the student."""
    return [*module.named_parameters(), *module.named_buffers()]


def by_name(module: nn.Module) -> Tensors:
    """Give parameters and buffers in the order of their names: for exercises that fix the names."""
    return sorted(as_declared(module))


def as_made(module: nn.Module) -> Tensors:
    """Give none, so that all keep the numbers that they start with: for layers that have nothing to learn."""
    return ()


@dataclass(frozen=True, eq=False)
class Case:
    """One module to look at.

    told: the call as a student would write it ("ResidualBlock(3, 5)"). make(candidate): builds it; shape: its input's.
    order: the order in which its tensors are filled, and told.
    """

    told: str
    make: Callable[[Any], nn.Module]
    shape: tuple[int, ...]
    order: Callable[[nn.Module], Tensors] = as_declared

    def built(self, candidate: Any) -> nn.Module:
        """Build it, once for all rows of a table; an error is kept as well, and raised for each row."""
        made, error = shared(self._attempt, candidate)
        if error:
            raise error
        return made

    def _attempt(self, candidate: Any) -> tuple[nn.Module | None, Exception | None]:
        try:
            return self.make(candidate), None
        except Exception as error:  # noqa: BLE001  (it is raised again for each row)
            return None, error

    def filled(self, candidate: Any, seed: int, training: bool, dtype: torch.dtype = torch.float64) -> nn.Module:
        """Give it weights that hide nothing."""
        module = self.built(candidate)
        fill_from(seed, module, self.order(module), dtype)
        return module.train(training)

    def x(self, seed: int, dtype: torch.dtype = torch.float64) -> Tensor:
        """Draw its input."""
        return Draws(seed + _OF_INPUT, dtype).normal(*self.shape)

    def weighty(self, module: nn.Module) -> list[str]:
        """Name the layers with parameters, in this order."""
        own = dict(module.named_parameters())
        return list(dict.fromkeys(name.rpartition(".")[0] for name, _ in self.order(module) if name in own))

    def called(self, module: nn.Module, name: str) -> str:
        """Name a tensor as its student knows it: by its name, where the exercise fixes that, or it's their own."""
        return shared(_names_in_words, module).get(name, name) if self.order is as_declared else name

    @property
    def given(self) -> str:
        """Say what is given, as a row's name."""
        return f"{self.told}: x has shape {describe(self.shape)}"


def case_of(name: str, *args: Any, x: tuple[int, ...], order: Any = as_declared, **settings: Any) -> Case:
    """Make the case of a call with these arguments: name is the class's; x: the shape of its input."""
    told = told_call(name, *args, **settings)
    return Case(told, partial(_built, told, args, settings), x, order)


def _built(told: str, args: tuple, settings: dict[str, Any], candidate: Any) -> nn.Module:
    return build_as(told, candidate, *copy.deepcopy(args), **settings)  # what it does to a list is seen once


def own_work(case: Case, forbidden: tuple[type, ...] = (), steps: Sequence[str] = ()) -> Look:
    """Look for a finished class that does the exercise, or one of torch's functions that does (`steps`, by name)."""

    def insist(candidate: Any) -> None:
        insist_own_work(candidate, lambda: case.built(candidate), forbidden)
        if steps:
            insist_own_steps(lambda: run_on(case.built(candidate).float(), torch.ones(case.shape)), steps)

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {"": partial(insist, candidate)}

    return Look("own work", "the work is your own", observe, structural=True)


def parameters(cases: Sequence[Case], promise: str, name: str = "parameters") -> Look:
    """Look at the shapes of parameters and buffers, in the case's order; what layer holds each one is told alone."""

    def forms(case: Case, candidate: Any, which: str) -> Named:
        module = case.built(candidate)
        wanted = dict(getattr(module, f"named_{which}")())
        kinds = shared(_kinds, module)
        pairs = [
            (
                case.called(module, name),
                Remark(f"shape {describe(one.shape, ())}", kinds.get(name.rpartition(".")[0], "")),
            )
            for name, one in case.order(module)
            if name in wanted
        ]
        return Named(tuple(pairs), which[:-1])

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        each = [(case, which) for case in cases for which in ("parameters", "buffers")]
        return {f"{which} of {case.told}": partial(forms, case, candidate, which) for case, which in each}

    return Look(name, promise, observe, of_parts=True)


def _names_in_words(module: nn.Module) -> dict[str, str]:
    """Name its tensors so that their student knows them: in a stand-in, which nobody wrote, its layer is told in words.

    "blocks.0.conv2.weight" becomes "second 3×3 convolution of blocks.0.weight", where a right block is blocks.0.
    """
    names = [name for name, _ in as_declared(module)]
    places = {name.rpartition(".")[0]: stand_in_around(module, name)[0] for name in names}
    words = {layer: _layer_in_words(module, layer, place) if place else layer for layer, place in places.items()}
    parts = {name: name.rpartition(".") for name in names}
    return {name: f"{words[layer]}{dot}{role}" for name, (layer, dot, role) in parts.items()}


def _layer_in_words(module: nn.Module, layer: str, place: str) -> str:
    inside = layer.removeprefix(f"{place}.").split(".")
    told = place
    if inside[0].isdecimal() and len(inside) > 1:  # a group of blocks
        told, place = f"the {_ordinal(int(inside[0]))} block of {place}", f"{place}.{inside[0]}"
    kinds = {f"{place}.{path}": kind for path, kind in shared(_kinds_in_full, module.get_submodule(place)).items()}
    alike = [one for one, kind in kinds.items() if kind == kinds[layer]]
    number = f"{_ordinal(alike.index(layer))} " if len(alike) > 1 else ""
    return f"{number}{kinds[layer]} of {told}"


def _kinds_in_full(module: nn.Module) -> dict[str, str]:
    return {path: _kind_in_full(layer) for path, layer in module.named_modules() if path}


def _kind_in_full(layer: nn.Module) -> str:
    """Say what a layer is, and of a convolution how large its kernel is."""
    kernels = (one.shape[2:] for one in layer.parameters(recurse=False) if one.ndim == len(IMAGE_AXES))
    size = next(("×".join(map(str, kernel)) for kernel in kernels), "")
    return f"{size} {_kind_of(layer)}".lstrip()


def _ordinal(place: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
    return words[place] if place < len(words) else f"{place + 1}th"


def begins(parameters: int | None = None, buffers: int | None = None) -> Callable[[Any, Any], bool]:
    """Make an agrees(got, expected) for a step: whether so many of the right tensors come first (None: all)."""
    stops = {"parameter": parameters, "buffer": buffers}

    def agrees(got: Any, expected: Any) -> bool:
        right = expected.pairs[: stops[expected.kind]]
        return isinstance(got, Named) and same(Named(got.pairs[: len(right)]), Named(right))

    return agrees


def _kinds(module: nn.Module) -> dict[str, str]:
    return {name: _kind_of(layer) for name, layer in module.named_modules() if name}


def _kind_of(layer: nn.Module) -> str:
    """Say what a layer is by its own tensors, whoever wrote its class."""
    buffers = [*layer.buffers(recurse=False)]
    axes = max((one.ndim for one in (*layer.parameters(recurse=False), *buffers)), default=0)
    return {2: "linear layer", 3: "convolution", 4: "convolution"}.get(axes, "batch norm" if buffers else "layer")


def shape(cases: Sequence[Case], promise: str, axes: Sequence[str] = IMAGE_AXES) -> Look:
    """Look at the shape of the output alone, of fresh modules in training mode."""

    def one(case: Case, candidate: Any, seed: int) -> str:
        module = case.filled(candidate, seed, True, torch.float32)
        return f"shape {describe(run_on(module, case.x(seed, torch.float32), case.told).shape, axes)}"

    return _each("shape", promise, cases, one, True, torch.float32)


def values(
    name: str, promise: str, cases: Sequence[Case], training: bool, dtype: torch.dtype = torch.float64, **settings: Any
) -> Look:
    """Look at the outputs."""

    def one(case: Case, candidate: Any, seed: int) -> Tensor:
        return shared(_called, case, candidate, seed, training, dtype)[0]

    return _each(name, promise, cases, one, training, dtype, **settings)


def _called(
    case: Case, candidate: Any, seed: int, training: bool, dtype: torch.dtype
) -> tuple[Tensor, dict[str, Tensor]]:
    """Call a filled module once, and give the output and the buffers that come of it, in their order."""
    module = case.filled(candidate, seed, training, dtype)
    output = run_on(module, case.x(seed, dtype), case.told)
    own = dict(module.named_buffers())
    return output.detach(), {name: own[name].detach().clone() for name, _ in case.order(module) if name in own}


def any_order(case: Case, **settings: Any) -> Look:
    """Look at the output for an x whose values lie in memory in another order, the one that convolutions like best."""

    def one(case: Case, candidate: Any, seed: int) -> Tensor:
        x = case.x(seed).contiguous(memory_format=torch.channels_last)
        return run_on(case.filled(candidate, seed, False), x, case.told)

    promise = "the order in which x's values lie in memory, channels last here, makes no difference"
    return _each("any memory layout", promise, (case,), one, False, **settings)


def untouched(cases: Sequence[Case]) -> Look:
    """Look at the input after the call."""

    def one(case: Case, candidate: Any, seed: int) -> None:
        x = case.x(seed)
        run_on(case.filled(candidate, seed, True), x, case.told)
        insist_equal(x, case.x(seed), promise, given=case.given)  # what it has become depends on all else

    promise = "the input is left as it was: the other branch, or the caller, still needs it"
    return _each("input untouched", promise, cases, one)


def twice(case: Case) -> Look:
    """Call it twice on one x, in eval mode: layers that are made anew for each call give it away.

    In float32, which layers have that a module's dtype does not reach.
    """

    def one(case: Case, candidate: Any, seed: int) -> str:
        module, x = case.filled(candidate, seed, False, torch.float32), case.x(seed, torch.float32)
        first, second = (run_on(module, x.clone(), case.told) for _ in range(2))
        return "the same output" if agree(first, second, 50) else "another output"

    return _each(
        "called twice", "two calls with one x give the same output in eval mode", (case,), one, False, torch.float32
    )


def statistics(cases: Sequence[Case], **settings: Any) -> Look:
    """Look at the buffers after a call in training mode."""

    def one(case: Case, candidate: Any, seed: int) -> Named:
        _, buffers = shared(_called, case, candidate, seed, True, torch.float64)
        return Named(tuple(buffers.items()), "buffer")

    promise = "a call in training mode moves the running statistics of every batch norm as it should"
    return _each("running statistics", promise, cases, one, True, axes=("channels",), **settings)


def gradients_flow(cases: Sequence[Case], training: bool = False, **settings: Any) -> Look:
    """Look at the gradients of a fixed function of the output: for the input and each parameter."""

    def one(case: Case, candidate: Any, seed: int) -> Named:
        module = case.filled(candidate, seed, training)
        found = dict(zip(("the input", *dict(module.named_parameters())), gradients(module, case.x(seed)), strict=True))
        names = ["the input", *(name for name, _ in case.order(module) if name in found)]
        return Named(tuple((case.called(module, name), found[name]) for name in names), "gradient")

    name = "gradients in training" if training else "gradients"
    return _each(name, "gradients flow back as they should", cases, one, training, **settings)


def input_gradient(cases: Sequence[Case], promise: str) -> Look:
    """Look at the gradient of a fixed function of the output for the input alone: for layers without weights."""

    def one(case: Case, candidate: Any, seed: int) -> Tensor:
        return gradients(case.filled(candidate, seed, False), case.x(seed))[0]

    return _each("gradient", promise, cases, one, False)


def copies(cases: Sequence[Case]) -> Look:
    """Train one step, deepcopy, and load the state dict into a fresh one: all three must agree in eval mode."""

    def one(case: Case, candidate: Any, seed: int) -> dict[str, str]:
        mine, fresh = case.make(candidate), case.make(candidate)
        Draws(seed).fill_in_order(mine, case.order(mine))
        x = case.x(seed)
        with asking("running a training step"):
            run_on(mine.train(), x.clone(), case.told).sum().backward()
        with asking("copying it with copy.deepcopy after a training step"):
            twin = copy.deepcopy(mine)
        with asking("loading its state dict into a fresh one"):
            fresh.double().load_state_dict(mine.state_dict())
        expected = run_on(mine.eval(), x.clone())
        others = {"a deepcopy gives": twin, "a fresh one with its state dict gives": fresh}
        return {
            told: "the same output" if agree(run_on(other.eval(), x.clone()), expected, 50) else "another output"
            for told, other in others.items()
        }

    promise = "after a training step a deepcopy, and a fresh one with its state dict, give the same output"
    return _each("copied and loaded", promise, cases, one)


def any_device(case: Case) -> Look:
    """Run a module of its own on another device: torch's meta device, which has shapes but no numbers."""

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {case.given: lambda: insist_follows_device(case.make(candidate), case.x(seed, torch.float32))}

    return Look("any device", "it works on any device", observe)


def beside_x(case: Case) -> Look:
    """Run a module as on a GPU, where what it makes for itself may be left behind on the CPU.

    It takes no time; on the meta device, to which `any_device` moves it, the first operation takes two seconds.
    """

    def one(candidate: Any, seed: int) -> None:
        module, x = case.make(candidate), case.x(seed, torch.float32)
        with AsOnAGpu():
            run_on(module, x, "a module as on a GPU")

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {case.given: partial(one, candidate, seed)}

    return Look("any device", "it works on any device: what it makes for itself is where x is", observe)


def _each(  # noqa: PLR0917  (as `values`, which hands them on)
    name: str,
    promise: str,
    cases: Sequence[Case],
    one: Callable[[Case, Any, int], Any],
    training: bool = True,
    dtype: torch.dtype = torch.float64,
    **settings: Any,
) -> Look:
    """Make a look with one row a case; inside a row lie the calls of its layers."""

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {case.given: partial(one, case, candidate, seed) for case in cases}

    def inside(candidate: Any, seed: int, row: str) -> Any:
        case = next(case for case in cases if case.given == row)
        module = case.filled(candidate, seed, training, dtype)
        return layers(module, case.x(seed, dtype), case.weighty(module))

    return Look(name, promise, observe, inside=inside, **settings)
