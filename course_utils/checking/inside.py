"""What lies inside a module: the calls of its layers, and where two modules with equal weights first go apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor, nn

from course_utils.checking.observation import Named
from course_utils.checking.parts import stand_in_around
from course_utils.checking.tensors import agree, describe
from course_utils.checking.values import Raised, Wrong

_ROUNDING = 50  # layers, by which two outputs deep inside may drift apart


def layers(module: nn.Module, x: Tensor, weighty: Sequence[str] = ()) -> Named:
    """Run `module` on `x` and list the calls of its innermost modules, until the end or an error.

    Each call is [kind, place among those with weights (−1: it has none), what goes in, what comes out].
    weighty: the names of those with weights, in an order that does not depend on the student; as declared without it.
    """
    calls: list[tuple[str, list]] = []
    given: list[Any] = []
    parts = [(name, part) for name, part in module.named_modules() if name and not [*part.children()]]
    weighty = weighty or [name for name, part in parts if [*part.parameters()]]

    def before(layer: nn.Module, inputs: tuple) -> None:  # a layer that works in place overwrites it
        given.append(inputs[0].detach().clone() if inputs and isinstance(inputs[0], Tensor) else None)

    def after(name: str, layer: nn.Module, inputs: tuple, output: Any) -> None:
        x = given.pop()
        if x is not None and isinstance(output, Tensor):
            place = weighty.index(name) if name in weighty else -1
            told, kind = stand_in_around(module, name)
            calls.append((told or name, [kind or _called(layer), place, x, output.detach().clone()]))

    handles = [part.register_forward_pre_hook(before) for _, part in parts]
    handles += [part.register_forward_hook(partial(after, name)) for name, part in parts]
    try:
        module(x)
    except Exception:  # noqa: BLE001  (the layers until then are what is asked for)
        pass
    finally:
        for handle in handles:
            handle.remove()
    return Named(tuple(calls), "layer")


def _called(layer: nn.Module) -> str:
    """Give a layer's kind; a right part that stands in for the student's is called as theirs is."""
    kind = type(layer)
    stands_in = kind.__module__.startswith("course_utils.")
    return kind.__name__.lstrip("_").removeprefix("Right") if stands_in else kind.__name__


def forms(inside: Any) -> Any:
    """Give the shapes that layers with weights put out: they tell apart what stops with the same error."""
    return sorted(tuple(one.gives.shape) for one in _calls(inside) if one.place >= 0)


@dataclass(frozen=True, eq=False)
class _Call:
    name: str
    kind: str
    place: int
    given: Tensor
    gives: Tensor


def _calls(inside: Any) -> list[_Call]:
    """Read the calls; what is no such list (it may come from a student's process) holds none."""
    found: list[_Call] = []
    for name, entry in inside.pairs if isinstance(inside, Named) else ():
        match entry:
            case [str(kind), int(place), Tensor() as given, Tensor() as gives]:
                found.append(_Call(name, kind, place, given, gives))
    return found


def first_apart(mine: Any, right: Any, outcome: Wrong | Raised) -> tuple[str, ...]:
    """Tell where the student's module first goes another way than the right one.

    Layers are paired by their place among those with weights; what has none (a ReLU) is known by what it gives.
    """
    own, theirs = _calls(mine), _calls(right)
    if isinstance(outcome, Raised) and "must match" in outcome.error and own:
        convs = [
            describe(one.gives.shape) for one in own if one.place >= 0 and one.gives.ndim == 4 and "onv" in one.kind
        ]
        return (f"its convolutions give {', '.join(convs)}",) if convs else ()
    if not own or not theirs:
        return ()
    return _walk(own, theirs)


def _walk(own: Sequence[_Call], theirs: Sequence[_Call]) -> tuple[str, ...]:
    twins = {one.place: one for one in reversed(theirs) if one.place >= 0}
    known = [tensor for one in theirs for tensor in (one.given, one.gives)]
    suspects: list[_Call] = []
    before = "the input"
    for call in own:
        if call.place < 0:
            if _among(call.given, known) and not _among(call.gives, known):
                suspects.append(call)
            continue
        twin = twins.get(call.place)
        if twin is None:
            return ()
        if not _alike(call.given, twin.given):
            start = "the input" if _takes_the_input(twin, theirs) else before
            return _at(suspects) or (
                f"{call.name} ({call.kind}) gets {_other(call.given, twin.given)}: "
                f"look between {start} and {call.name}",
            )
        if not _alike(call.gives, twin.gives):
            return (f"the first difference inside is at {call.name} ({call.kind})",)
        suspects, before = [], call.name
    return _at(suspects)


def _takes_the_input(call: _Call, calls: Sequence[_Call]) -> bool:
    """Say whether a layer takes what the whole module takes, as it is or through layers without weights."""
    earlier = calls[: calls.index(call)]
    if not earlier or _alike(call.given, calls[0].given):
        return True
    maker = next((one for one in earlier if one.place < 0 and _alike(one.gives, call.given)), None)
    return maker is not None and _takes_the_input(maker, earlier)


def _at(suspects: Sequence[_Call]) -> tuple[str, ...]:
    return tuple(f"the first difference inside is at {one.name} ({one.kind})" for one in suspects[:1])


def _alike(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and agree(one, other, _ROUNDING)


def _among(one: Tensor, known: Sequence[Tensor]) -> bool:
    return any(_alike(one, other) for other in known)


def _other(got: Tensor, expected: Tensor) -> str:
    if got.shape == expected.shape:
        return "other values than it should"
    return f"{describe(got.shape)}, not {describe(expected.shape)}"
