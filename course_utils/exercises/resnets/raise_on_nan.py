"""raise_on_nan: a forward hook, called by hand with a module, its inputs and its output, and then by torch."""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.checking.observation import Remark, same
from course_utils.checking.student import Stopped, asking
from course_utils.checking.tensors import with_article
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.observers import each_row, one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "The question to ask of a whole tensor: is *any* value NaN? And `nan == nan` is `False`, so `==` won't find it.",
    "`torch.isnan(output)` marks the NaNs; `.any()` makes one answer of it.",
    "Raise an error that names the class:\n"
    "```python\n"
    "if t.isnan(output).any():\n"
    '    raise ValueError(f"NaN in the output of {type(module).__name__}")\n'
    "```\n"
    "And return nothing: what a forward hook returns takes the output's place.",
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
_BOTH = {"for an output without a NaN": _CLEAN, "for an output with a NaN": _MIDDLE}
_SLIPS = (AttributeError, LookupError, NameError, NotImplementedError, TypeError)  # not raised because of a NaN
_WHOLE_TENSOR = "Boolean value of Tensor"  # nor is the RuntimeError of `if` that gets more than one value


def _outcome(doing: str, act: Callable[[], Any]) -> tuple[str, Any]:
    """Give the kind of error that is raised (or ""), with what it says; or else what is returned.

    A subclass of ValueError is a ValueError.
    """
    try:
        with asking(doing):
            return "", act()
    except Stopped as stopped:
        error = stopped.__cause__
        if isinstance(error, _SLIPS) or _WHOLE_TENSOR in str(error):
            raise
        return "ValueError" if isinstance(error, ValueError) else type(error).__name__, str(error)


def _call(candidate: Any, output: Tensor, inputs: Tensor = _CLEAN, module: nn.Module | None = None) -> tuple[str, Any]:
    given = module or nn.ReLU(), (inputs.clone(),), output
    return _outcome("calling raise_on_nan(module, inputs, output)", lambda: candidate(*given))


def _raised(candidate: Any, seed: int, given: tuple[Tensor, ...]) -> Remark | None:
    kind, said = _call(candidate, given[0].clone(), *given[1:])
    return Remark(kind, f"{with_article(kind)}: {said}") if kind else None


def _nameless(candidate: Any, seed: int, module: nn.Module) -> Remark | None:
    kind, said = _call(candidate, _ALL.clone(), module=copy.deepcopy(module))
    return Remark("nameless", f"it says {said!r}") if kind and type(module).__name__ not in said else None


def _returned(candidate: Any, seed: int, output: Tensor) -> Remark | None:
    kind, result = _call(candidate, output.clone())
    silent = kind or result is None
    return None if silent else Remark("something", f"it returned {with_article(type(result).__name__)}")


def _changed(candidate: Any, seed: int, output: Tensor) -> Remark | None:
    after = output.clone()
    _call(candidate, after)
    return None if same(after, output) else Remark("changed", "the output is another one after the call")


class Root(nn.Module):
    """The square root, which is NaN below zero."""

    def forward(self, x: Tensor) -> Tensor:
        """Give the root of each value."""
        return x.sqrt()


def _in_a_model(candidate: Any, seed: int) -> Remark | None:
    model = nn.Sequential(nn.Flatten(), Root(), nn.Tanh(), nn.Softmax(dim=1))
    for module in model:
        module.register_forward_hook(candidate)
    x = torch.tensor([[1.0, -1.0]])
    kind, said = _outcome("running a small model with your hook on each module", lambda: model(x))
    if not kind:
        return Remark("", "the model ran to its end, through a square root of −1")
    named = kind == "ValueError" and "Root" in said
    return None if named else Remark(kind, f"it raised {with_article(kind)}: {said}")


_KINDS = {"for a Tanh": nn.Tanh(), "for a Linear": nn.Linear(2, 2)}
_PLACE = "the hook returns nothing: what a forward hook returns takes the output's place"
_FIRST = "in a model the first module with a NaN raises, and is named: Root"

LOOKS = (
    Look("raises on NaN", "a NaN in the output raises ValueError", each_row(_raised, _BAD)),
    Look("stays quiet", "an output without NaN raises nothing", each_row(_raised, _QUIET)),
    Look("names the module", "the error names the module's class", each_row(_nameless, _KINDS)),
    Look("returns nothing", _PLACE, each_row(_returned, _BOTH)),
    Look("changes nothing", "the hook looks and changes nothing", each_row(_changed, _BOTH)),
    Look("in a model", _FIRST, one_row(_in_a_model)),
)


# --- the bank -------------------------------------------------------------------------------------------------------


def _hook(
    test: Callable[[Tensor], Any] = lambda output: output.isnan().any(),
    say: str = "NaN in {}",
    error: type = ValueError,
    give: Callable[[Tensor], Any] = lambda output: None,
    see: Callable[[Tensor, Tensor], tuple[Tensor, ...]] = lambda inputs, output: (output,),
) -> Any:
    """Make a hook: test(output) decides, `say` is the message, `give` makes what it returns, `see` what it tests."""

    def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Any:
        if any(map(test, see(inputs[0], output))):
            raise error(say.format(type(module).__name__))
        return give(output)

    return hook


BANK = Bank()
WAYS = Ways(BANK, _hook)
_TEST = WAYS.at("the condition: torch.isnan(output).any()")
_INSTEAD = "what to do with a NaN: raise an error"
_KIND = WAYS.at("the kind of the error: ValueError is asked for")


def _repairs(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    output.nan_to_num_()


BANK.add(
    "repairs",
    "replaces the NaNs and says nothing",
    _INSTEAD,
    1,
    _repairs,
    lambda module, inputs, output: output.nan_to_num(),
    lambda module, inputs, output: output.nan_to_num() if output.isnan().any() else None,
)
WAYS.at("the raise, and the condition before it: with == no NaN is ever found, because NaN == NaN is False").add(
    "never", "never raises", 1, test=lambda output: (output == _NAN).any()
)
_TEST.add("all", "raises only when every value is NaN", 2, test=lambda output: output.isnan().all())
_TEST.add("inputs", "looks at the inputs, not at the output", 2, see=lambda inputs, output: (inputs,))
_TEST.add("either", "looks at the inputs as well as at the output", 2, see=lambda *both: both)
_TEST.add("infinity_too", "takes an infinity for a NaN", 2, test=lambda output: not output.isfinite().all())
_TEST.add("first_value", "looks at the first value only", 2, test=lambda output: output.flatten()[0].isnan())
WAYS.at("the condition: it is the wrong way round").add(
    "reversed", "raises when all is well", 2, test=lambda output: not output.isnan().any()
)
_TEST.add(
    "sum",
    "looks for a NaN in the sum, which infinities of both signs make as well",
    2,
    {"test": lambda output: output.sum().isnan()},
    {"test": lambda output: output.double().mean().isnan()},
)
WAYS.at("the message: type(module).__name__").add("nameless", "does not say where", 3, say="there is a NaN")
_KIND.add("assertion", "raises an AssertionError, as assert does", 3, error=AssertionError)
_KIND.add("runtime_error", "raises a RuntimeError", 3, error=RuntimeError)
WAYS.at("what comes after the if: nothing").add(
    "returns_output", "returns something, which then takes the output's place", 3, give=lambda output: output
)

EXERCISE = Exercise(
    name="raise_on_nan", hints=HINTS, right=_hook(), tests={"test_raise_on_nan": LOOKS}, mistakes=BANK.all
)
