"""raise_on_nan: a forward hook, called by hand with a module, its inputs and its output, and then by torch."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.student import Stopped
from course_utils.checking.tensors import broken, with_article
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise

HINTS = (
    "The question to ask of a whole tensor: is *any* value NaN? And NaN == NaN is False, so == will not find it.",
    "torch.isnan(output) marks the NaNs; .any() makes one answer of it.",
    'if torch.isnan(output).any(): raise ValueError(f"NaN in the output of {type(module).__name__}"). And return '
    "nothing: what a forward hook returns takes the output's place.",
)

_NAN, _INF = float("nan"), float("inf")
_CLEAN = torch.tensor([[1.0, -2.0], [0.0, 3.0]])
_BAD = {
    "in the middle": torch.tensor([[1.0, 2.0], [_NAN, 3.0]]),
    "in the last place": torch.tensor([[1.0, 2.0], [3.0, _NAN]]),
    "everywhere": torch.full((2, 2), _NAN),
    "beside an infinity": torch.tensor([[_INF, 2.0], [3.0, _NAN]]),
    "in a float64 batch": torch.tensor([[[[1.0, _NAN]]]], dtype=torch.float64),
}


def _call(candidate: Any, inputs: Tensor, output: Tensor, module: nn.Module | None = None) -> tuple[str, Any]:
    """Call the hook; give the kind of error that it raises (or "") and what it said or returned.

    A subclass of ValueError is a ValueError.
    """
    try:
        return "", candidate(module or nn.ReLU(), (inputs,), output)
    except NotImplementedError:
        raise
    except ValueError as error:
        return "ValueError", str(error)
    except Exception as error:  # noqa: BLE001  (which error it is, is the question)
        return type(error).__name__, str(error)


def _raises(candidate: Any, seed: int) -> None:
    for where, output in _BAD.items():
        kind, _ = _call(candidate, _CLEAN, output.clone())
        if kind != "ValueError":
            said = f"raised {with_article(kind)}" if kind else "raised nothing"
            raise broken("a NaN in the output raises ValueError", f"with a NaN {where} it {said}")


def _stays_quiet(candidate: Any, seed: int) -> None:
    quiet = {
        "no NaN at all": (_CLEAN, _CLEAN),
        "infinities only": (_CLEAN, torch.tensor([_INF, -_INF])),
        "a NaN in the input only": (_BAD["everywhere"], _CLEAN),
        "whole numbers": (_CLEAN, torch.tensor([1, 2])),
        "an empty output": (_CLEAN, torch.empty(0, 3)),
    }
    for what, (inputs, output) in quiet.items():
        kind, said = _call(candidate, inputs.clone(), output.clone())
        if kind:
            raise broken("an output without NaN raises nothing", f"with {what} it raised {kind}: {said}")


def _names(candidate: Any, seed: int) -> None:
    for module in (nn.Tanh(), nn.Linear(2, 2)):
        name = type(module).__name__
        kind, said = _call(candidate, _CLEAN, _BAD["everywhere"].clone(), module)
        if kind and name not in str(said):
            raise broken("the error names the module's class", f"for a {name} it says {said!r}")


def _returns_nothing(candidate: Any, seed: int) -> None:
    kind, result = _call(candidate, _CLEAN, _CLEAN.clone())
    if not kind and result is not None:
        raise broken(
            "the hook returns nothing: what a forward hook returns takes the output's place",
            f"it returned a {type(result).__name__}",
        )


def _output_untouched(candidate: Any, seed: int) -> None:
    for output in (_CLEAN.clone(), _BAD["in the middle"].clone()):
        before = output.clone()
        _call(candidate, _CLEAN, output)
        if not torch.equal(output.nan_to_num(), before.nan_to_num()) or output.isnan().any() != before.isnan().any():
            raise broken("the hook looks and changes nothing", "the output is another one after the call")


class Root(nn.Module):
    """The square root, which is NaN below zero."""

    def forward(self, x: Tensor) -> Tensor:
        """Give the root of each value."""
        return x.sqrt()


def _first_of_a_model(candidate: Any, seed: int) -> None:
    model = nn.Sequential(nn.Flatten(), Root(), nn.Tanh(), nn.Softmax(dim=1))
    for module in model:
        module.register_forward_hook(candidate)
    try:
        model(torch.tensor([[1.0, -1.0]]))
    except ValueError as error:
        if "Root" not in str(error):
            raise broken(
                "in a model the first module with a NaN is named: Root", f"the error says {str(error)!r}"
            ) from None
    except NotImplementedError:
        raise
    except Exception as error:
        raise Stopped("running a small model with your hook on each module") from error
    else:
        raise broken(
            "in a model the first module with a NaN raises", "the model ran to its end, through a square root of −1"
        )


def _probe(candidate: Any) -> Looks:
    cases = {where: (_CLEAN, output) for where, output in _BAD.items()}
    cases |= {
        "clean": (_CLEAN, _CLEAN),
        "at the start": (_CLEAN, torch.tensor([_NAN, 1.0])),
        "infinite": (_CLEAN, torch.tensor([_INF, -_INF])),
        "one infinity": (_CLEAN, torch.tensor([_INF, 1.0])),
        "input": (_BAD["everywhere"], _CLEAN),
        "all": (_BAD["everywhere"], _BAD["everywhere"]),
    }

    def seen(inputs: Tensor, output: Tensor) -> tuple[str, bool, bool]:
        given = output.clone()
        kind, result = _call(candidate, inputs, given)
        changed = not torch.equal(given.isnan(), output.isnan())
        named = "ReLU" in str(result) if kind else result is None
        return kind, named, changed

    return {name: lambda case=case: seen(*case) for name, case in cases.items()}


# --- the bank -------------------------------------------------------------------------------------------------------


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


_TEST = "the condition: torch.isnan(output).any()"

MISTAKES = (
    Mistake(
        "never",
        "never raises: with == no NaN is ever found, because NaN == NaN is False",
        _TEST,
        1,
        _hook(lambda inputs, output: (output == _NAN).any()),
    ),
    Mistake("all", "raises only when every value is NaN", _TEST, 2, _hook(lambda inputs, output: output.isnan().all())),
    Mistake(
        "inputs", "looks at the inputs, not at the output", _TEST, 2, _hook(lambda inputs, output: inputs.isnan().any())
    ),
    Mistake(
        "either",
        "looks at the inputs as well as at the output",
        _TEST,
        2,
        _hook(lambda inputs, output: inputs.isnan().any() | output.isnan().any()),
    ),
    Mistake(
        "infinity_too", "takes an infinity for a NaN", _TEST, 2, _hook(lambda inputs, output: ~output.isfinite().all())
    ),
    Mistake(
        "first_value",
        "looks at the first value only",
        _TEST,
        2,
        _hook(lambda inputs, output: output.flatten()[0].isnan()),
    ),
    Mistake(
        "sum",
        "looks for a NaN in the sum, which infinities of both signs make as well",
        _TEST,
        2,
        _hook(lambda inputs, output: output.sum().isnan()),
    ),
    Mistake(
        "reversed",
        "raises when all is well",
        "the condition: it is the wrong way round",
        2,
        _hook(lambda inputs, output: ~output.isnan().any()),
    ),
    Mistake(
        "nameless", "does not say where", "the message: type(module).__name__", 3, _hook(_any, say="there is a NaN")
    ),
    Mistake(
        "assertion",
        "raises an AssertionError, as assert does",
        "the kind of the error: ValueError is asked for",
        3,
        _hook(_any, error=AssertionError),
    ),
    Mistake(
        "runtime_error",
        "raises a RuntimeError",
        "the kind of the error: ValueError is asked for",
        3,
        _hook(_any, error=RuntimeError),
    ),
    Mistake(
        "returns_output",
        "returns something, which then takes the output's place",
        "what comes after the if: nothing",
        3,
        _hook(_any, give=lambda output: output),
    ),
    Mistake("repairs", "replaces the NaNs and says nothing", "what to do with a NaN: raise an error", 1, _repairs),
)

EXERCISE = Exercise(
    name="raise_on_nan",
    hints=HINTS,
    right=_hook(_any),
    tests={
        "test_raise_on_nan": (
            Check("raises", _raises),
            Check("stays quiet", _stays_quiet),
            Check("names the module", _names),
            Check("returns nothing", _returns_nothing),
            Check("changes nothing", _output_untouched),
            Check("first of a model", _first_of_a_model),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
