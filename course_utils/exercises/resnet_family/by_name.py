"""Compare a student's module with torchvision's where both use the same names: weights go over by name."""

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor, nn

from course_utils.checking.tensors import IMAGE_AXES, broken, describe, insist_equal, run_on
from course_utils.checking.values import PromiseBroken
from course_utils.exercises.first_apart import first_apart, outputs_by_layer
from course_utils.exercises.networks import gradients_by_name, insist_gradients

_SHOWN = 3


def insist_same_names(mine: nn.Module, right: nn.Module, what: str) -> None:
    """Raise PromiseBroken unless the two state dicts have the same names and shapes, in any order."""
    got, wanted = ({name: tuple(t.shape) for name, t in module.state_dict().items()} for module in (mine, right))
    missing, extra = [name for name in wanted if name not in got], [name for name in got if name not in wanted]
    if missing or extra:
        lines = [f"{what} has no {_few(missing)}"] * bool(missing) + [f"it has {_few(extra)}"] * bool(extra)
        raise broken("its parts have torchvision's names, so that state dicts load with strict=True", *lines)
    for name, shape in wanted.items():
        if got[name] != shape:
            raise broken(
                "every tensor has the shape of torchvision's", f"{what}: {name} should be {shape}, and is {got[name]}"
            )


def outline(module: nn.Module) -> list[tuple]:
    """Give the names and shapes of all that a module's state dict holds, sorted."""
    return sorted((name, *tensor.shape) for name, tensor in module.state_dict().items())


def _few(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" (and {more} more)" if more > 0 else "")


def make_twin(right: nn.Module, mine: nn.Module, what: str) -> nn.Module:
    """Load the student's state dict into `right`, in the student's dtype and mode."""
    insist_same_names(mine, right, what)
    right.to(next(mine.parameters()).dtype).load_state_dict(mine.state_dict())
    return right.train(mine.training)


def insist_same_forward(mine: nn.Module, right: nn.Module, x: Tensor, promise: str, *, depth: int, what: str) -> None:
    """Run both on `x` with the same weights; compare the outputs, then the statistics that the call has moved."""
    twin = make_twin(right, mine, what)
    state = {name: tensor.clone() for name, tensor in mine.state_dict().items()}
    expected = twin(x.clone())
    axes = IMAGE_AXES if expected.ndim == x.ndim else ("batch", "classes")
    given = f"{what} on x of shape {describe(x.shape)}"
    try:
        insist_equal(run_on(mine, x.clone(), what), expected, promise, axes=axes, depth=depth, given=given)
    except PromiseBroken as error:
        outputs = (outputs_by_layer(module, state, x) for module in (right, mine))
        evidence = (*error.finding.evidence, *first_apart(*outputs))
        raise PromiseBroken(replace(error.finding, evidence=evidence)) from None
    after = twin.state_dict()
    for name, buffer in mine.named_buffers():
        insist_equal(buffer, after[name], f"the running statistics follow ({name})", axes=("channel",), depth=depth)


def insist_same_gradients(mine: nn.Module, right: nn.Module, x: Tensor, depth: int, what: str) -> None:
    """Compare the gradients of the input and of every parameter, by name."""
    expected = gradients_by_name(make_twin(right, mine, what), x)
    insist_gradients(gradients_by_name(mine, x), expected, depth * 10, given=what)
