"""raise_on_nan: a forward hook, called by hand with a module, its inputs and its output, and then by torch."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.student import Stopped, asking
from course_utils.checking.tensors import with_article
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise

HINTS = (
    "The question to ask of a whole tensor: is *any* value NaN? And NaN == NaN is False, so == will not find it.",
    "torch.isnan(output) marks the NaNs; .any() makes one answer of it.",
    'if torch.isnan(output).any(): raise ValueError(f"NaN in the output of {type(module).__name__}"). And return '
    "nothing: what a forward hook returns takes the output's place.",
)

# --- the looks ------------------------------------------------------------------------------------------------------

_NAN, _INF = float("nan"), float("inf")
_CLEAN = torch.tensor([[1.0, -2.0], [0.0, 3.0]])
_MIDDLE, _ALL = torch.tensor([[1.0, 2.0], [_NAN, 3.0]]), torch.full((2, 2), _NAN)
_BAD = {
    "with a NaN in the middle it raised": (_MIDDLE,),
    "with a NaN in the last place it raised": (torch.tensor([[1.0, 2.0], [3.0, _NAN]]),),
    "with a NaN in the first place it raised": (torch.tensor([[_NAN, 2.0], [3.0, 1.0]]),),
    "with a NaN everywhere it raised": (_ALL,),
    "with a NaN beside an infinity it raised": (torch.tensor([[_INF, 2.0], [3.0, _NAN]]),),
    "with a NaN in a float64 batch it raised": (torch.tensor([[[[1.0, _NAN]]]], dtype=torch.float64),),
}
_QUIET = {
    "with no NaN at all it raised": (_CLEAN,),
    "with infinities only it raised": (torch.tensor([_INF, -_INF]),),
    "with one infinity it raised": (torch.tensor([1.0, _INF]),),
    "with a NaN in the input only it raised": (_CLEAN, _ALL),
    "with whole numbers it raised": (torch.tensor([1, 2]),),
    "with an empty output it raised": (torch.empty(0, 3),),
}
_BOTH = {"for an output without a NaN": (_CLEAN,), "for an output with a NaN": (_MIDDLE,)}
_SLIPS = (AttributeError, LookupError, NameError, NotImplementedError, TypeError)  # not raised because of a NaN


def _call(candidate: Any, output: Tensor, inputs: Tensor = _CLEAN, module: nn.Module | None = None) -> tuple[str, Any]:
    given = module or nn.ReLU(), (inputs.clone(),), output
    return _outcome("calling raise_on_nan(module, inputs, output)", lambda: candidate(*given))


def _outcome(doing: str, act: Callable[[], Any]) -> tuple[str, Any]:
    """Give the kind of error that is raised (or ""), with what it says; or else what is returned.

    A subclass of ValueError is a ValueError.
    """
    try:
        with asking(doing):
            return "", act()
    except Stopped as stopped:
        error = stopped.__cause__
        if isinstance(error, _SLIPS):
            raise
        return "ValueError" if isinstance(error, ValueError) else type(error).__name__, str(error)


def _raised(candidate: Any, output: Tensor, inputs: Tensor = _CLEAN) -> Remark | None:
    kind, said = _call(candidate, output.clone(), inputs)
    return Remark(kind, f"{with_article(kind)}: {said}") if kind else None


def _nameless(candidate: Any, module: nn.Module) -> Remark | None:
    kind, said = _call(candidate, _ALL.clone(), module=module)
    return Remark("nameless", f"it says {said!r}") if kind and type(module).__name__ not in said else None


def _returned(candidate: Any, output: Tensor) -> Remark | None:
    kind, result = _call(candidate, output.clone())
    silent = kind or result is None
    return None if silent else Remark("something", f"it returned {with_article(type(result).__name__)}")


def _changed(candidate: Any, output: Tensor) -> Remark | None:
    after = output.clone()
    _call(candidate, after)
    same = torch.equal(after.isnan(), output.isnan()) and torch.equal(after.nan_to_num(), output.nan_to_num())
    return None if same else Remark("changed", "the output is another one after the call")


class Root(nn.Module):
    """The square root, which is NaN below zero."""

    def forward(self, x: Tensor) -> Tensor:
        """Give the root of each value."""
        return x.sqrt()


def _in_a_model(candidate: Any) -> Remark | None:
    model = nn.Sequential(nn.Flatten(), Root(), nn.Tanh(), nn.Softmax(dim=1))
    for module in model:
        module.register_forward_hook(candidate)
    x = torch.tensor([[1.0, -1.0]])
    kind, said = _outcome("running a small model with your hook on each module", lambda: model(x))
    if not kind:
        return Remark("", "the model ran to its end, through a square root of −1")
    named = kind == "ValueError" and "Root" in said
    return None if named else Remark(kind, f"it raised {with_article(kind)}: {said}")


def _rows(observe: Callable[..., Any], cases: dict[str, tuple]) -> Callable[[Any, int], dict[str, Any]]:
    """Make an observer with one row a case."""
    return lambda candidate, seed: {told: partial(observe, candidate, *given) for told, given in cases.items()}


_KINDS = {"for a Tanh": (nn.Tanh(),), "for a Linear": (nn.Linear(2, 2),)}
_PLACE = "the hook returns nothing: what a forward hook returns takes the output's place"
_FIRST = "in a model the first module with a NaN raises, and is named: Root"

LOOKS = (
    Look("raises", "a NaN in the output raises ValueError", _rows(_raised, _BAD)),
    Look("stays quiet", "an output without NaN raises nothing", _rows(_raised, _QUIET)),
    Look("names the module", "the error names the module's class", _rows(_nameless, _KINDS)),
    Look("returns nothing", _PLACE, _rows(_returned, _BOTH)),
    Look("changes nothing", "the hook looks and changes nothing", _rows(_changed, _BOTH)),
    Look("first of a model", _FIRST, _rows(_in_a_model, {"": ()})),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_TEST = "the condition: torch.isnan(output).any()"


def _hook(
    test: Callable[[Tensor, Tensor], Any], say: str = "NaN in {}", error: type = ValueError, give: Any = None
) -> Any:
    """Make a hook: test(inputs, output) decides, `say` is the message, `give` what it returns."""

    def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Any:
        if bool(test(inputs[0], output)):
            raise error(say.format(type(module).__name__))
        return give(output) if give else None

    return hook


def _any(inputs: Tensor, output: Tensor) -> Tensor:
    return output.isnan().any()


def _repairs(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    output.nan_to_num_()


BANK.add(
    "repairs",
    "replaces the NaNs and says nothing",
    "what to do with a NaN: raise an error",
    1,
    _repairs,
    lambda module, inputs, output: output.nan_to_num(),
    lambda module, inputs, output: output.nan_to_num() if output.isnan().any() else None,
)


@BANK.mistake("never raises: with == no NaN is ever found, because NaN == NaN is False", _TEST, 1, by=_hook)
def _never(inputs: Tensor, output: Tensor) -> Tensor:
    return (output == _NAN).any()


@BANK.mistake("raises only when every value is NaN", _TEST, 2, by=_hook)
def _all(inputs: Tensor, output: Tensor) -> Tensor:
    return output.isnan().all()


@BANK.mistake("looks at the inputs, not at the output", _TEST, 2, by=_hook)
def _inputs(inputs: Tensor, output: Tensor) -> Tensor:
    return inputs.isnan().any()


@BANK.mistake("looks at the inputs as well as at the output", _TEST, 2, by=_hook)
def _either(inputs: Tensor, output: Tensor) -> Tensor:
    return inputs.isnan().any() | output.isnan().any()


@BANK.mistake("takes an infinity for a NaN", _TEST, 2, by=_hook)
def _infinity_too(inputs: Tensor, output: Tensor) -> Tensor:
    return ~output.isfinite().all()


@BANK.mistake("looks at the first value only", _TEST, 2, by=_hook)
def _first_value(inputs: Tensor, output: Tensor) -> Tensor:
    return output.flatten()[0].isnan()


@BANK.mistake("raises when all is well", "the condition: it is the wrong way round", 2, by=_hook)
def _reversed(inputs: Tensor, output: Tensor) -> Tensor:
    return ~output.isnan().any()


BANK.add(
    "sum",
    "looks for a NaN in the sum, which infinities of both signs make as well",
    _TEST,
    2,
    _hook(lambda inputs, output: output.sum().isnan()),
    _hook(lambda inputs, output: output.double().mean().isnan()),
)
BANK.add("nameless", "does not say where", "the message: type(module).__name__", 3, _hook(_any, say="there is a NaN"))
BANK.add(
    "assertion",
    "raises an AssertionError, as assert does",
    "the kind of the error: ValueError is asked for",
    3,
    _hook(_any, error=AssertionError),
)
BANK.add(
    "runtime_error",
    "raises a RuntimeError",
    "the kind of the error: ValueError is asked for",
    3,
    _hook(_any, error=RuntimeError),
)
BANK.add(
    "returns_output",
    "returns something, which then takes the output's place",
    "what comes after the if: nothing",
    3,
    _hook(_any, give=lambda output: output),
)

EXERCISE = Exercise(
    name="raise_on_nan", hints=HINTS, right=_hook(_any), tests={"test_raise_on_nan": LOOKS}, mistakes=BANK.all
)
