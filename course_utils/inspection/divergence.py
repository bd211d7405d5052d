"""Find the first module at which a model parts from a reference that has the same weights and input."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from course_utils.inspection.param_cause import Model, likely_cause
from course_utils.inspection.parameters import parameter_rows
from course_utils.inspection.trace import Call, Trace, Value, record

FEW_IMAGES = 2


@dataclass(frozen=True, eq=False)
class Divergence:
    """Where two models part: `mine` and `reference` name a module of each, `where` says in words what happens there.

    `expected` is what the reference has at that place, `got` what the other model has; None where it has nothing.
    """

    mine: str
    reference: str
    where: str
    expected: Tensor | None = field(repr=False)
    got: Tensor | None = field(repr=False)

    def __str__(self) -> str:
        """Say where, and by how much."""
        if self.expected is None or self.got is None:
            return f"{self.where}."
        if self.expected.shape != self.got.shape:
            return f"{self.where}: expected shape {tuple(self.expected.shape)}, got {tuple(self.got.shape)}."
        difference = (self.expected.double() - self.got.double()).abs().max()
        return f"{self.where}: the largest difference is {difference:.3g}."


@dataclass(frozen=True)
class NoDivergence:
    """Two models that give the same, up to rounding; false, where Python asks whether there is a divergence."""

    def __bool__(self) -> bool:
        """Say no."""
        return False

    def __str__(self) -> str:
        """Say that they agree."""
        return "No divergence: with the same weights, the outputs of both agree but for rounding."


def first_divergence(mine: nn.Module, reference: nn.Module, x: Tensor) -> Divergence | NoDivergence:
    """Run copies of both models on `x` with the reference's weights and mode; return where `mine` first differs.

    What is returned is for printing; it's false if the outputs agree, up to rounding. Layers are matched by the order
    of their parameters; a module without parameters by the values around it, so that a ReLU may be a module in one
    model and a function in the other. Neither model is changed, nor the random state.
    Raises `ValueError` when the parameters or buffers do not line up, or when the reference itself fails on `x`.
    """
    mine, reference = _private_copy(mine), _private_copy(reference)
    _share_weights(mine, reference)
    mine.train(reference.training)
    if x.dim() == 4 and len(x) > FEW_IMAGES:
        # Nearly every mistake shows on a few images, and looking inside takes time and memory for each one.
        if found := _parting(mine, reference, x[:FEW_IMAGES]):
            return found
        if _parting(mine, reference, x, inside=False) is None:
            return NoDivergence()
    return _parting(mine, reference, x) or NoDivergence()


def _parting(mine: nn.Module, reference: nn.Module, x: Tensor, inside: bool = True) -> Divergence | None:
    expected = record(reference, x, inside)
    if expected.error is not None:
        raise ValueError(f"The reference itself fails on this input: {expected.error}") from expected.error
    return _Comparison(record(mine, x, inside), expected).first_divergence()


def _private_copy(model: nn.Module) -> nn.Module:
    """Copy a model without its forward hooks, which could write into the caller's lists."""
    parameter_rows(model)  # its errors are clear ones: not a model, lazy layers
    try:
        model = copy.deepcopy(model)
    except RuntimeError as error:
        raise ValueError(
            f"{type(model).__name__} cannot be copied: a buffer or attribute likely keeps its graph, so store "
            f"tensors with .detach() or under torch.no_grad(). ({error})"
        ) from error
    for module in model.modules():
        module._forward_hooks.clear()
    return model


@torch.no_grad()
def _share_weights(mine: nn.Module, reference: nn.Module) -> None:
    models = [Model(type(model).__name__, parameter_rows(model)) for model in (mine, reference)]
    if cause := likely_cause(*models):
        raise ValueError(f"The models' parameters do not line up, so nothing can be compared. {cause.sentence}")
    buffers = [[b for b in model.buffers() if b.is_floating_point()] for model in (mine, reference)]
    if [b.shape for b in buffers[0]] != [b.shape for b in buffers[1]]:
        raise ValueError("The models' buffers do not line up: print_param_count(…, buffers=True) shows where.")
    pairs = [*zip(mine.parameters(), reference.parameters(), strict=True), *zip(*buffers, strict=True)]
    for a, b in pairs:
        a.copy_(b)


class _Comparison:
    """Follows my trace from its beginning, with the reference's at hand.

    A layer with parameters is an *anchor*: its partner is the reference's layer with the same ones, and both must have
    the same input and output. A value of mine is *known* if the reference has it anywhere. Other modules whose input
    is known and whose output is not are *suspects*: acquitted if the next anchor's input agrees, accused if not.
    """

    def __init__(self, mine: Trace, reference: Trace) -> None:
        self.mine = mine
        self.reference = reference
        self._partners = {(call.anchor, call.repeat): call for call in reference.calls if call.anchor}
        everything = (v for call in reference.calls for v in (*call.inputs, *(call.outputs or ())))
        self._reference_values = list(dict.fromkeys(everything))
        self._known: dict[Value, bool] = {}

    def first_divergence(self) -> Divergence | None:
        mine, reference = self.mine.root, self.reference.root
        if mine.outputs is not None and _same(mine.outputs, reference.outputs):
            return None
        suspects: list[Call] = []
        for kind, call in self.mine.events:
            if call.anchor:
                found = self._enter_anchor(call, suspects) if kind == "enter" else self._leave_anchor(call)
                if found:
                    return found
                suspects.clear()
            elif kind == "leave" and self._is_known(call.inputs) and not self._is_known(call.outputs):
                suspects.append(call)
        return self._at_the_end(suspects)

    def _enter_anchor(self, call: Call, suspects: list[Call]) -> Divergence | None:
        partner = self._partners.get((call.anchor, call.repeat))
        if partner is None:
            where = f"`{call.name}` runs more often than the reference's layer with the same weights"
            return _divergence(call, self._partners.get((call.anchor, 0), self.reference.root), where, None, None)
        if _same(call.inputs, partner.inputs):
            return None
        expected, got = _first_pair(call.inputs, partner.inputs)
        suspects = suspects or _containers(_makers(self.mine, got))
        if suspects and (suspects[0].is_leaf or _containers(_makers(self.reference, expected))):
            return self._accuse(suspects[0], expected)
        where = f"`{call.name}` gets another input than `{partner.name}`{self._made_by(expected)}"
        return _divergence(call, partner, where, expected, got)

    def _leave_anchor(self, call: Call) -> Divergence | None:
        partner = self._partners[call.anchor, call.repeat]
        if _same(call.outputs, partner.outputs) or self._is_known(call.outputs):
            return None
        return _differs(call, partner, f"`{call.name}` gets the same input and weights as `{partner.name}`")

    def _at_the_end(self, suspects: list[Call]) -> Divergence:
        mine, reference = self.mine.root, self.reference.root
        expected = reference.outputs[0] if reference.outputs else None
        suspects = [suspect for suspect in suspects if suspect is not mine]
        if suspects:
            return self._accuse(suspects[0], expected)
        if self.mine.error is not None:
            error = self.mine.error
            culprit = next(call for call in reversed(self.mine.calls) if call.outputs is None)
            where = f"`{culprit.name}` raises {type(error).__name__}: {error}"
            return _divergence(culprit, reference, where, expected, None)
        where = f"the parts of `{mine.name}` agree, but not what comes after them{self._made_by(expected)}"
        return _divergence(mine, reference, where, expected, mine.outputs[0] if mine.outputs else None)

    def _accuse(self, suspect: Call, expected: Value | None) -> Divergence:
        """Report a module without parameters, beside what the reference does with its input or expects after it."""
        if twin := self._twin(suspect):
            return _instead(suspect, twin)
        makers = _makers(self.reference, expected) or [self.reference.root]
        partner = next((call for call in makers if call.is_leaf == suspect.is_leaf), makers[0])
        if suspect.is_leaf:
            where = f"`{suspect.name}` makes a value that the reference never has"
        else:
            where = f"the layers in `{suspect.name}` agree with the reference's, but not what its forward makes of them"
            where += self._made_by(expected)
        return _divergence(suspect, partner, where, expected, suspect.outputs[0])

    def _twin(self, call: Call) -> Call | None:
        """Return the reference's parameter-free leaf that gets the same input as this one, if there is one."""
        if not call.is_leaf:
            return None
        leaves = (c for c in self.reference.calls if c.is_leaf and not c.anchor)
        return next((leaf for leaf in leaves if _same(call.inputs, leaf.inputs)), None)

    def _made_by(self, expected: Value | None) -> str:
        """Name the module that makes the expected value in the reference, if it has no parameters."""
        leaves = [call for call in _makers(self.reference, expected) if call.is_leaf and not call.anchor]
        return f" (the reference's comes from `{leaves[0].name}`)" if leaves else ""

    def _is_known(self, values: tuple[Value, ...]) -> bool:
        for value in values:
            if value not in self._known:
                self._known[value] = any(value.same(other) for other in self._reference_values)
        return all(self._known[value] for value in values)


def _same(mine: tuple[Value, ...], reference: tuple[Value, ...]) -> bool:
    return len(mine) == len(reference) and all(a.same(b) for a, b in zip(mine, reference, strict=True))


def _first_pair(mine: tuple[Value, ...], reference: tuple[Value, ...]) -> tuple[Value | None, Value | None]:
    """Return the first two values that differ, expected before got."""
    pairs = ((b, a) for a, b in zip(mine, reference, strict=False) if not a.same(b))
    return next(pairs, (None, None))


def _makers(trace: Trace, value: Value | None) -> list[Call]:
    """Return the calls that gave this very value, the innermost first."""
    return [call for kind, call in trace.events if kind == "leave" and value in call.outputs]


def _containers(calls: list[Call]) -> list[Call]:
    return [call for call in calls if not call.is_leaf]


def _differs(call: Call, partner: Call, begin: str) -> Divergence:
    expected, got = _first_pair(call.outputs, partner.outputs)
    return _divergence(call, partner, f"{begin}, but gives something else", expected, got)


def _instead(call: Call, twin: Call) -> Divergence:
    kinds = [type(c.module).__name__ for c in (call, twin)]
    if kinds[0] == kinds[1]:
        return _differs(call, twin, f"`{call.name}` gets the same input as `{twin.name}`")
    return _differs(call, twin, f"`{call.name}` ({kinds[0]}) stands where the reference has `{twin.name}` ({kinds[1]})")


def _divergence(mine: Call, reference: Call, where: str, expected: Value | None, got: Value | None) -> Divergence:
    tensors = (value.tensor if value else None for value in (expected, got))
    return Divergence(mine.name, reference.name, where, *tensors)
