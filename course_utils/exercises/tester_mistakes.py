"""A right test of a class, made of an oracle and of cases to try, and the ways to get such a test wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.exercises.ways import Way, Ways

MODES = (True, False)
Check = Callable[[nn.Module, nn.Module, Tensor], bool]
"""check(oracle's module, the one to judge, x): is what they do the same? Both have equal weights and one mode."""


@dataclass(frozen=True)
class Try:
    """Something to try: what the module is built with, and the shape of its input."""

    arguments: tuple[Any, ...]
    shape: tuple[int, ...]


def make_tester(
    oracle: type[nn.Module],
    tries: Sequence[Try],
    check: Check,
    *,
    modes: Sequence[bool] = MODES,
    copy: Callable[[nn.Module, nn.Module], None] | None = None,
    dtype: torch.dtype = torch.float64,
    after_error: Callable[[Exception], Any] = lambda error: False,
    say: Callable[[bool], Any] = bool,
) -> Callable[[type[nn.Module]], Any]:
    """Make a test of classes: one is right if it does what the oracle does, in each of `tries` and `modes`.

    copy: takes the oracle's weights over, in order unless told otherwise. say: what becomes of the answer.
    """

    def accepts(candidate: type[nn.Module]) -> Any:
        try:
            right = all(agrees(candidate, one) for one in tries)
        except Exception as error:  # noqa: BLE001  (a wrong class may raise anything)
            return after_error(error)
        return say(right)

    def agrees(candidate: type[nn.Module], one: Try) -> bool:
        mine, theirs = (make(*one.arguments).to(dtype) for make in (oracle, candidate))
        _fill(mine)
        (copy or copy_in_order)(mine, theirs)
        x = torch.randn(one.shape, dtype=dtype)
        return all(check(mine.train(mode), theirs.train(mode), x) for mode in modes)

    return accepts


def _fill(module: nn.Module) -> None:
    """Give it weights and statistics that a fresh one never has."""
    with torch.no_grad():
        for one in module.state_dict().values():
            one.copy_(torch.rand(one.shape) + 0.5)


def copy_in_order(mine: nn.Module, theirs: nn.Module) -> None:
    """Take all tensors over in order of declaration, whatever they are called.

    Raises:
        ValueError: there are more or fewer of them, or others.
    """
    pairs = list(zip(mine.state_dict().values(), theirs.state_dict().values(), strict=True))
    if any(one.shape != other.shape for one, other in pairs):
        raise ValueError("they do not fit")
    for one, other in pairs:
        other.copy_(one)


def copy_by_name(mine: nn.Module, theirs: nn.Module) -> None:
    """Take them over by their names, which right code may choose."""
    theirs.load_state_dict(mine.state_dict())


def copy_nothing(mine: nn.Module, theirs: nn.Module) -> None:
    """Leave both with weights of their own."""


def close(one: Tensor, other: Tensor, **room: float) -> bool:
    """Say whether two tensors have one shape, and are equal but for rounding."""
    return one.shape == other.shape and torch.allclose(one, other, **room)


def everything(mine: nn.Module, theirs: nn.Module, x: Tensor, same: Callable[[Tensor, Tensor], bool] = close) -> bool:
    """Compare the outputs, what is remembered of the call, and whether x is left as it was."""
    given = x.clone()
    if not same(mine(x), theirs(given)) or not torch.equal(given, x):
        return False
    return all(map(same, mine.state_dict().values(), theirs.state_dict().values()))


def outputs(mine: nn.Module, theirs: nn.Module, x: Tensor) -> bool:
    """Compare the outputs alone."""
    return close(mine(x), theirs(x))


def shapes(mine: nn.Module, theirs: nn.Module, x: Tensor) -> bool:
    """Compare the shapes of the outputs, and no number in them."""
    return mine(x).shape == theirs(x).shape


def _counts(mine: nn.Module, theirs: nn.Module, x: Tensor) -> bool:
    mine, theirs = (sum(one.numel() for one in module.parameters()) for module in (mine, theirs))
    return mine == theirs


def _raise(error: Exception) -> None:
    raise error


def _print(right: bool) -> None:
    """Say it to the reader, and not to whoever calls."""


def add_shared_mistakes(ways: Ways, what: str, orders: Sequence[Way], compare: Callable[..., Check]) -> None:
    """Add the mistakes that a test of any module can have.

    what: a "block"; orders: settings by which things are tried in another order; compare(same): the right check,
    with another notion of equal.
    """
    answer = ways.at(f"what it gives back: True for a right {what}, False for a wrong one")
    answer.add("accepts_all", "accepts whatever it is given", 1, say=lambda right: True, after_error=lambda error: True)
    answer.add(
        "reversed",
        f"answers the other way round: True where the {what} is wrong",
        1,
        say=lambda right: not right,
        after_error=lambda error: True,
    )
    answer.add(
        "no_answer",
        "gives nothing back: printing an answer shows it, and only return gives it",
        1,
        say=_print,
        after_error=lambda error: None,
    )
    ways.at(f"the weights: two {what}s with weights of their own never give the same").add(
        "refuses_all", "refuses whatever it is given", 2, copy=copy_nothing
    )
    stops = ways.at(f"what happens when the {what} stops with an error: that is an answer, too")
    # A wrong one may give wrong numbers in one try and stop in another: then it matters which comes first.
    for id_, belief, after_error in (
        ("errors_accepted", f"accepts a {what} that stops with an error", lambda error: True),
        ("errors_let_out", f"stops with the error of a {what} that stops", _raise),
    ):
        stops.add(id_, belief, 2, *({"after_error": after_error, **order} for order in orders))
    compared = ways.at("what is compared: the numbers, up to rounding")
    compared.add(
        "shapes_only",
        "looks at the shape of the output, and at no number in it",
        3,
        *({"check": shapes, "copy": copy_nothing, "dtype": dtype} for dtype in (torch.float64, torch.float32)),
    )
    compared.add(
        "counts_only", f"counts the parameters, and never runs the {what}", 2, check=_counts, copy=copy_nothing
    )
    compared.add(
        "to_the_last_bit",
        "asks for numbers that are equal to the last bit, where right code may round in another way",
        3,
        check=compare(torch.equal),
    )
    compared.add(
        "too_much_room",
        "takes numbers for equal that are far apart",
        3,
        check=compare(partial(close, atol=1e6)),
    )
    modes = ways.at(f"the two modes: a {what} may be wrong in one of them alone")
    modes.add("training_only", "tries training mode only", 2, modes=(True,))
    modes.add("eval_only", "tries eval mode only", 2, modes=(False,))
