"""Looks that exercises share which look into a model with hooks: the model is left as it was, also after an error.

Each is made from `make(seed)`, which gives the model, and `call(candidate, model, seed)`, which uses the student's code
on it, through `run` or `asking`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn

from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.student import Stopped, asking
from course_utils.checking.tensors import broken, run
from course_utils.exercises.observers import kind, one_row

Make = Callable[[int], nn.Module]
Call = Callable[[Any, nn.Module, int], Any]

_KINDS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


class OwnError(Exception):
    """Raised on purpose where an error is to come through."""


class Interrupt(KeyboardInterrupt):
    """What the interrupt key raises."""


def hooks_removed(
    make: Make,
    call: Call,
    name: str = "hooks removed",
    promise: str = "afterwards no hook is left on the model",
    why: str = "they run in every later call, and keep what they have collected",
) -> Look:
    """Look at the hooks on the model after a call that goes well; `why` follows the number of those left."""

    def left(candidate: Any, seed: int) -> Remark | None:
        model = make(seed)
        kept = call(candidate, model, seed)
        remark = hooks_left(model, why)
        del kept  # not before: what is collected may take its hooks off
        return remark

    return Look(name, promise, one_row(left))


def removed_after_an_error(
    make: Make,
    call: Call,
    name: str = "removed after an error",
    promise: str = "no hook is left on the model when an error ends the call",
    *,
    what: str = "an error inside the model",
    error: type[BaseException] = OwnError,
) -> Look:
    """Look at the hooks after a call in which an error is raised, which has to come through."""

    def ends(candidate: Any, model: nn.Module, seed: int) -> None:
        insist_comes_through(partial(call, candidate, model, seed), what, error)

    return hooks_removed(make, ends, name, promise, "is the removal in a `finally`?")


def others_stay(make: Make, call: Call, promise: str = "hooks that others have put on the model stay") -> Look:
    """Look, after a call, for the hooks that were on every module before."""

    def gone(candidate: Any, seed: int) -> Remark | None:
        model = make(seed)
        others = [(each, part, part.register_forward_hook(_nothing)) for each, part in model.named_modules()]
        call(candidate, model, seed)
        lost = [each for each, part, handle in others if handle.id not in part._forward_hooks]
        return Remark(str(lost), f"{len(lost)} of {len(others)} are gone") if lost else None

    return Look("other hooks stay", promise, one_row(gone))


def hooks_tidied(make: Make, call: Call) -> tuple[Look, ...]:
    """Look at all three, the second by an error in front of the model's last layer, fc."""

    def fails(candidate: Any, model: nn.Module, seed: int) -> None:
        handle = model.fc.register_forward_pre_hook(fail)
        try:
            call(candidate, model, seed)
        finally:
            handle.remove()

    return hooks_removed(make, call), removed_after_an_error(make, fails), others_stay(make, call)


def model_untouched(
    make: Make, call: Call, name: str = "model untouched", promise: str = "the model is left as it was"
) -> Look:
    """Look at weights, statistics, gradients and requires_grad after a call."""

    def changes(candidate: Any, seed: int) -> Remark | None:
        model = make(seed)
        before = state_of(model)
        call(candidate, model, seed)
        return changed(model, before)

    return Look(name, promise, one_row(changes))


LEFT_IN_TRAINING = (
    "the model stays in training mode, though it came in eval mode: whoever uses it next gets dropout and the batch's "
    "own statistics"
)
"""The note for who is right, and leaves the model so."""


def mode_afterwards(make: Make, call: Call) -> Look:
    """Look at the mode in which a call leaves a model that comes in eval mode; exercises note it, and accept it."""

    def training(candidate: Any, seed: int) -> Remark | None:
        model = make(seed).eval()
        call(candidate, model, seed)
        return Remark("training", "it is in training mode") if any(part.training for part in model.modules()) else None

    promise = "a model that arrives in eval mode leaves in eval mode"
    return Look("mode afterwards", promise, one_row(training), structural=True)


def leaves_training(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Make an answer that switches its model, the first argument, to training mode at the end."""

    def leaving(model: nn.Module, *args: Any) -> Any:
        result = answer(model, *args)
        model.train()
        return result

    return leaving


def within(candidate: Any, args: tuple, told: str, body: Callable[[], Any]) -> Any:
    """Run `body` in the with-block of the student's context manager, and give what it gives.

    told: the call as a student would write it ("hooks_on(model, hook)").
    """
    with asking(f"entering, using and leaving `with {told}:`"), manager(candidate, args, told):
        return body()


def manager(candidate: Any, args: tuple, told: str) -> Any:
    """Call the student's context manager, and insist that what it gives works in a with statement."""
    made = run(candidate, *args, doing=f"calling {told}")
    if hasattr(made, "__enter__"):
        return made
    raise broken(
        f"{told.partition('(')[0]} works in a with statement",
        f"it returned {kind(made)}: is @contextmanager missing above it?",
    )


def insist_comes_through(act: Callable[[], Any], what: str, error: type[BaseException] = OwnError) -> None:
    """Insist that the error that is raised in `act` comes out of it."""
    try:
        act()
    except error:
        return
    except Stopped as stopped:
        if isinstance(stopped.__cause__, error):
            return
        raise
    raise broken(f"{what} comes through", "it was swallowed: nobody would ever learn of it")


def hooks_left(model: nn.Module, why: str = "") -> Remark | None:
    """Tell of the hooks on a model that had none; None where there are none now."""
    counts = {name: sum(len(getattr(part, kind)) for kind in _KINDS) for name, part in model.named_modules()}
    left = {name: count for name, count in counts.items() if count}
    if not left:
        return None
    total = sum(left.values())
    told = f"there are {total} hooks on the model" if total > 1 else "there is 1 hook on the model"
    return Remark(str(left), f"{told}: {why}" if why else told)


def state_of(model: nn.Module) -> dict[str, torch.Tensor]:
    """Copy a model's state dict."""
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def changed(model: nn.Module, before: dict[str, torch.Tensor]) -> Remark | None:
    """Tell what differs from the `state_of` before: weights, statistics, requires_grad, gradients that are left."""
    now = model.state_dict()
    other = [name for name in before if name not in now or not torch.equal(now[name], before[name])]
    if other or len(now) != len(before):
        return Remark(f"changed: {other}", f"{(other or ['its state_dict'])[0]} has changed")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        return Remark("frozen", "its parameters no longer require gradients")
    left = [name for name, parameter in model.named_parameters() if parameter.grad is not None]
    if left:
        told = f"{len(left)} of its parameters have a .grad now, {left[0]} for one"
        return Remark(f"gradients: {left}", f"{told}: whoever trains it next must not find them there")
    return None


def fail(*_: Any) -> None:
    """Raise OwnError, as the body of a with-block, or as a hook."""
    raise OwnError


def interrupt(*_: Any) -> None:
    """Raise what the interrupt key raises."""
    raise Interrupt


def _nothing(module: nn.Module, inputs: Any, output: Any) -> None:
    pass
