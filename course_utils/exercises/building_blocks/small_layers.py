"""Looks that the small layers of the first notebook share: own work, parameters, first numbers, what is printed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils import layers
from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.shortcuts import insist_own_steps, insist_own_work
from course_utils.checking.student import asking
from course_utils.checking.tensors import IMAGE_AXES, broken, came_back, describe, run, run_on, show_number
from course_utils.exercises.module_looks import Case, by_name
from course_utils.exercises.networks import build
from course_utils.exercises.observers import each_row, one_row

_COURSE_LAYERS = tuple(layer for layer in vars(layers).values() if getattr(layer, "__module__", "") == layers.__name__)


# --- the looks ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Layer(Case):
    """A case whose parameters have names that the exercise asks for: each gets its numbers by its name.

    axes: what the axes of its input are called; settings: what it is built with, and `named`, those with a name;
    weights: the parameters that get numbers, if there are any; shift: added to its input.
    """

    axes: Sequence[str] = IMAGE_AXES
    settings: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()
    weights: tuple[str, ...] = ()
    shift: float = 0.0

    @property
    def given(self) -> str:
        """Say what is given, as a row's name."""
        near = f", its numbers near {show_number(self.shift)}" if self.shift else ""
        return f"{self.told}: x has shape {describe(self.shape, self.axes)}{near}"

    def x(self, seed: int, dtype: torch.dtype = torch.float64) -> Tensor:
        """Draw its input."""
        return super().x(seed, dtype) + self.shift

    def filled(self, candidate: Any, seed: int, training: bool, dtype: torch.dtype = torch.float64) -> nn.Module:
        """Give it weights that hide nothing; what is no parameter by mistake gets them as well."""
        module, draws = self.built(candidate).to(dtype), Draws(seed, dtype)
        for tensor in _tensors(module, self.weights).values():
            if isinstance(tensor, nn.Parameter) or tensor.any():  # plain zeros stand for a bias that is not there
                tensor.data = draws.normal(*tensor.shape)
        return module.train(training)


def layer(
    name: str,
    shape: Sequence[int],
    *args: Any,
    axes: Sequence[str] = IMAGE_AXES,
    weights: tuple[str, ...] = (),
    shift: float = 0.0,
    **settings: Any,
) -> Layer:
    """Make the case of a layer called with `args` and `settings`, on an input of that shape."""
    told = ", ".join([*map(str, args), *(f"{key}={value}" for key, value in settings.items())])
    return Layer(
        f"{name}({told})",
        lambda candidate: build(candidate, *args, **settings),
        tuple(shape),
        lambda module: [(key, one) for key, one in by_name(module) if key in weights],
        axes,
        (*args, *settings.values()),
        tuple(settings.items()),
        weights,
        shift,
    )


def _tensors(module: nn.Module, names: Sequence[str]) -> dict[str, Tensor]:
    """Find what should be parameters, and may be plain tensors by mistake."""
    found = dict(module.named_parameters())
    named = {name: found.get(name, getattr(module, name, None)) for name in names}
    return {name: tensor for name, tensor in named.items() if isinstance(tensor, Tensor)}


def own_layer(case: Case, finished: tuple[type, ...], steps: Sequence[str] = ()) -> Look:
    """Look for a finished layer, of torch's or the course's, and for torch's functions that do the exercise."""

    def insist(candidate: Any, seed: int) -> None:
        insist_own_work(candidate, lambda: case.built(candidate), finished)
        _insist_not_the_courses(candidate, case.built(candidate))
        if steps:  # what is still to be written has none
            _insist_own_steps(candidate, seed, case, steps)

    return Look("own work", "the work is your own", one_row(insist), structural=True)


def _insist_not_the_courses(candidate: Any, module: nn.Module) -> None:
    if any(base in _COURSE_LAYERS for base in candidate.__mro__):
        raise broken("the work is your own", f"{candidate.__name__} comes from course_utils.layers, which solves this")
    if any(type(part) in _COURSE_LAYERS for part in module.modules()):
        raise broken("the work is your own", "a layer of course_utils.layers does it, which solves this")


def own_steps(case: Case, steps: Sequence[str]) -> Look:
    """Look for torch's functions that do the exercise."""
    insist = partial(_insist_own_steps, case=case, steps=steps)
    return Look("no finished function", "no function of torch's does the whole of it", one_row(insist), structural=True)


def _insist_own_steps(candidate: Any, seed: int, case: Case, steps: Sequence[str]) -> None:
    for training in (True, False):
        module = case.built(candidate).float().train(training)
        insist_own_steps(partial(run_on, module, torch.ones(case.shape)), steps)


def parameters(cases: Sequence[Layer], promise: str, name: str = "parameters") -> Look:
    """Look at the parameters' names, order and shapes."""
    return Look(name, promise, each_row(_parameters, {f"parameters of {case.told}": case for case in cases}))


def _parameters(candidate: Any, seed: int, case: Layer) -> list[str]:
    """List them; a Parameter that is missing has often been made, as a tensor. A new module has its first dtype."""
    module = case.make(candidate)
    found = {name: f"{name} of shape {tuple(one.shape)}{_dtype(one)}" for name, one in module.named_parameters()}
    others = {name: getattr(module, name, None) for name in case.weights if name not in found}
    told = [_told_instead(name, one) for name, one in others.items() if one is not None and not callable(one)]
    return [*found.values(), *told]


def _dtype(tensor: Tensor) -> str:
    """Name a dtype that isn't the default: a layer of float64 stops at ordinary images."""
    return "" if tensor.dtype == torch.get_default_dtype() else f" in {tensor.dtype}"


def _told_instead(name: str, thing: Any) -> str:
    if isinstance(thing, Tensor):
        return f"{name} as a plain tensor (a parameter is wrapped in nn.Parameter)"
    return f"self.{name} = {thing!r:.50}"


def initial_weights(case: Layer, promise: str) -> Look:
    """Look at how a new layer's numbers are spread (it has a few thousand), and whether they are drawn anew."""

    def see(candidate: Any, seed: int, name: str) -> Remark | None:
        one, other = (_tensors(case.make(candidate), case.weights) for _ in range(2))
        if name:
            return _spread(one[name].detach().double()) if name in one else None
        same = [name for name in one if name in other and torch.equal(one[name], other[name])]
        return Remark(str(same), f"both started with the same {' and the same '.join(same)}") if same else None

    rows = {f"the {name} of {case.told}": name for name in case.weights}
    return Look("initial weights", promise, each_row(see, rows | {f"{case.told}, made twice": ""}))


def _spread(values: Tensor) -> Remark:
    """Tell in numbers how values are spread; the fact is coarse enough to be the same for any draw."""
    if values.numel() < 2:
        return Remark("too few", "a single number" if values.numel() else "no number at all")
    low, high = values.min().item(), values.max().item()
    width, spread = high - low, values.std(correction=0).item()
    low, high = (0.0 if abs(end) <= width / 1000 else end for end in (low, high))
    if not width:
        return Remark(f"all {low:.2g}", f"{show_number(low, 3)} everywhere")
    even = abs(spread * 12**0.5 / width - 1) < 0.05 and abs(values.mean().item() - (low + high) / 2) < 0.05 * width
    fact = f"even, {width:.2g} from {low / width:.1f} on" if even else f"uneven, {spread:.1g}"
    if abs(((values - values.mean()) / spread).pow(4).mean().item() - 3) < 0.5:  # the kurtosis of a bell; even: 1.8
        return Remark("normal", f"normal numbers, as randn draws them, of standard deviation {show_number(spread, 2)}")
    ends = f"numbers from {show_number(low, 2)} to {show_number(high, 2)}"
    return Remark(fact, f"{ends}, spread evenly" if even else f"{ends}, not spread evenly")


def extra_repr(*cases: Layer, told: str = "the settings") -> Look:
    """Look for what a layer was built with in the text that print shows: each value, behind its own name if any."""

    def missing(candidate: Any, seed: int, case: Layer) -> Remark | None:
        module = case.built(candidate)
        said = run(module.extra_repr, doing=f"printing {case.told}")
        if not isinstance(said, str):
            raise broken("extra_repr returns text: print(model) needs a str", f"it returned {came_back(said)}")
        for name, value in case.named:
            if name in said and not re.search(rf"{name}\W*{re.escape(str(value))}", said):
                raise broken("each value of extra_repr stands after its own name", f"it says {said!r:.100}: see {name}")
        words = re.findall(r"-?\d+(?:\.\d+)?|\w+", said)
        gone = ", ".join(str(fact) for fact in case.settings if str(fact) not in words)
        return Remark(gone, f"it gives {said!r:.100}, without {gone}") if gone else None

    rows = each_row(missing, {f"the extra_repr of {case.told}": case for case in cases})
    return Look("extra_repr", f"extra_repr tells {told}, so that print(model) shows them", rows)


def state_dict(case: Case, shapes: Mapping[str, tuple[int, ...]]) -> Look:
    """Look at what is saved, and at what becomes of a state dict with these names and shapes, as torch's layer has.

    What is loaded are whole numbers, which a counter can hold as well.
    """

    def saved(candidate: Any) -> list[str]:
        return sorted(f"{name} of shape {tuple(one.shape)}" for name, one in case.built(candidate).state_dict().items())

    def loaded(candidate: Any, seed: int) -> dict[str, Tensor]:
        draws, module = Draws(seed, torch.float32), case.make(candidate)
        with asking("loading the state dict of torch's layer into yours"):
            module.load_state_dict({name: (draws.normal(*shape) * 100).round() for name, shape in shapes.items()})
        return {name: one.double() for name, one in module.state_dict().items()}

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        rows = {f"what {case.told}.state_dict() holds": partial(saved, candidate)}
        return rows | {f"{case.told} once it is loaded": partial(loaded, candidate, seed)}

    return Look(
        "state dict",
        "its state dict has the same entries as that of torch's own layer, so that each loads the other's",
        observe,
    )


def no_parameters(case: Case) -> Look:
    """Look for parameters and buffers."""

    def found(candidate: Any, seed: int) -> Remark | None:
        names = ", ".join(case.built(candidate).state_dict())
        return Remark("there is something", f"it has {names}") if names else None

    return Look("no parameters", "there is nothing to learn in it, and nothing to save", one_row(found, case.told))
