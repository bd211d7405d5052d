"""A right test of a class, made of an oracle and of cases to try, and the ways to get such a test wrong."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.disguise import undisguised
from course_utils.exercises.ways import Way, Ways

MODES = (True, False)
_NOT_RUN = (None,)


@dataclass(frozen=True)
class Try:
    """Something to try: what the module is built with, and the shape of its input."""

    arguments: tuple[Any, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Seen:
    """What there is to see of one call: what comes out, what the module then remembers, whether x is left as it was.

    slope: the gradient of the sum of the output's squares by x, or the error where there is none; asking: which tensors
    ask for a gradient.
    """

    parameters: int
    state: tuple[Tensor, ...]
    output: Tensor | None = None
    x_kept: bool = True
    slope: Tensor | Exception | None = None
    asking: tuple[bool, ...] = ()


Same = Callable[[Tensor, Tensor], bool]
Check = Callable[[Seen, Seen], bool]
"""check(the oracle's, the one to judge's): is it the same? Both have equal weights and are in one mode."""


def make_tester(
    oracle: type[nn.Module],
    tries: Sequence[Try],
    check: Check,
    *,
    modes: Sequence[bool | None] = MODES,
    copy: Callable[[nn.Module, nn.Module], None] | None = None,
    dtype: torch.dtype = torch.float64,
    slopes: bool = False,
    after_error: Callable[[Exception], Any] = lambda error: False,
    say: Callable[[bool], Any] = bool,
) -> Callable[[type[nn.Module]], Any]:
    """Make a test of classes: one is right if it does what the oracle does, in each of `tries` and `modes`.

    modes: training or not; None: it is not run. copy: takes the oracle's weights over, in order unless told otherwise.
    slopes: ask for gradients, too. say: what becomes of the answer.
    """

    def accepts(candidate: type[nn.Module]) -> Any:
        try:
            right = all(agrees(candidate, one) for one in tries)
        except Exception as error:  # noqa: BLE001  (a wrong class may raise anything)
            return after_error(error)
        return say(right)

    how = _How(oracle, tuple(modes), copy or copy_in_order, dtype, slopes)

    def agrees(candidate: type[nn.Module], one: Try) -> bool:
        return all(check(*or_raise(pair)) for pair in _side_by_side(undisguised(candidate), one, how))

    return accepts


def or_raise(seen: Any) -> Any:
    """Give what was seen, or stop with the error that was.

    Raises:
        Exception: that error.
    """
    if isinstance(seen, Exception):
        raise seen.with_traceback(None)
    return seen


@dataclass(frozen=True)
class _How:
    """How the oracle and a class are run side by side; see `make_tester`."""

    oracle: type[nn.Module]
    modes: tuple[bool | None, ...]
    copy: Callable[[nn.Module, nn.Module], None]
    dtype: torch.dtype
    slopes: bool


@lru_cache(maxsize=1024)  # the bank's testers look at one class in few ways: each way is run once for all of them
def _side_by_side(candidate: type[nn.Module], one: Try, how: _How) -> tuple[tuple[Seen, Seen] | Exception, ...]:
    with torch.random.fork_rng(devices=()):
        torch.default_generator.manual_seed(0)
        return tuple(_until_it_stops(candidate, one, how))


def _until_it_stops(candidate: type[nn.Module], one: Try, how: _How) -> Iterator[tuple[Seen, Seen] | Exception]:
    try:
        mine, theirs = (make(*one.arguments).to(how.dtype) for make in (how.oracle, candidate))
        _fill(mine)
        how.copy(mine, theirs)
        x = torch.randn(one.shape, dtype=how.dtype)
        for mode in how.modes:
            yield see(mine, x, mode, how.slopes), see(theirs, x, mode, how.slopes)
    except Exception as error:  # noqa: BLE001  (a wrong class may raise anything)
        yield error


def see(module: nn.Module, x: Tensor, mode: bool | None, slopes: bool) -> Seen:
    """Call a module in a mode (None: not at all) with a copy of x, of any shape, and give what there is to see."""
    count = sum(one.numel() for one in module.parameters())
    if mode is None:
        return Seen(count, _state(module))
    given = x.clone().requires_grad_(slopes)
    with torch.set_grad_enabled(slopes):
        output = module.train(mode)(given)
    slope = _slope(output, given) if slopes else None
    asking = tuple(one.requires_grad for one in module.state_dict(keep_vars=True).values())
    return Seen(count, _state(module), output.detach(), torch.equal(given, x), slope, asking)


def _slope(output: Tensor, given: Tensor) -> Tensor | Exception:
    try:
        return torch.autograd.grad(output.square().sum(), given)[0]
    except Exception as error:  # noqa: BLE001  (it is one for who asks for gradients, and nobody else)
        return error


def _state(module: nn.Module) -> tuple[Tensor, ...]:
    return tuple(one.clone() for one in module.state_dict().values())


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


def everything(mine: Seen, theirs: Seen, same: Same = close) -> bool:
    """Compare the outputs, what is remembered of the call, and whether x is left as it was."""
    return same(mine.output, theirs.output) and theirs.x_kept and all(map(same, mine.state, theirs.state))


def with_slopes(mine: Seen, theirs: Seen, same: Same = close) -> bool:
    """Compare the outputs, the gradients of x, and what asks for gradients at all."""
    slopes = or_raise(mine.slope), or_raise(theirs.slope)
    return same(mine.output, theirs.output) and same(*slopes) and mine.asking == theirs.asking


def outputs(mine: Seen, theirs: Seen) -> bool:
    """Compare the outputs alone."""
    return close(mine.output, theirs.output)


def shapes(mine: Seen, theirs: Seen) -> bool:
    """Compare the shapes of the outputs, and no number in them."""
    return mine.output.shape == theirs.output.shape


def _counts(mine: Seen, theirs: Seen) -> bool:
    return mine.parameters == theirs.parameters


def _raise(error: Exception) -> None:
    raise error


def _print(right: bool) -> None:
    """Say it to the reader, and not to whoever calls."""


def add_shared_mistakes(ways: Ways, what: str, orders: Sequence[Way], compare: Callable[..., Check]) -> None:
    """Add the mistakes that a test of any module can have.

    what: a "block"; orders: settings by which things are tried in another order; compare(same): the right check,
    with another notion of equal.
    """
    answer = ways.at(f"what it gives back: True for a correct {what}, False for a faulty one")
    answer.add("accepts_all", "accepts whatever it is given", 1, say=lambda right: True, after_error=lambda error: True)
    answer.add(
        "reversed",
        f"answers the other way round: True where the {what} is faulty",
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
        "counts_only",
        f"counts the parameters, and never runs the {what}",
        2,
        check=_counts,
        copy=copy_nothing,
        modes=_NOT_RUN,
    )
    compared.add(
        "to_the_last_bit",
        "asks for numbers that are equal to the last bit, where correct code may round in another way",
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
