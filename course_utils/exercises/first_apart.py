"""Where a student's module parts from its twin that has the same weights: the first layer whose output differs."""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn

from course_utils.checking.tensors import agree


def outputs_by_layer(module: nn.Module, state: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """Give what each layer with weights of its own first makes of `x`, in the order of the calls, from `state` on."""
    module.load_state_dict(state)
    found: dict[str, Tensor] = {}

    def keep(name: str) -> Callable[..., None]:
        def hook(layer: nn.Module, inputs: Any, output: Tensor) -> None:  # what it returned would take output's place
            found.setdefault(name, output.detach().clone())

        return hook

    layers = [(name, part) for name, part in module.named_modules() if [*part.parameters(recurse=False)]]
    handles = [part.register_forward_hook(keep(name)) for name, part in layers]
    module(x.clone())
    for handle in handles:
        handle.remove()
    return found


def first_apart(
    expected: Mapping[str, Tensor], got: Mapping[str, Tensor], twins: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Name the first of the student's layers whose output differs from its twin's: a line of evidence, or none.

    `twins` gives each layer of the student's its name in `expected`; without it, both have the same names.
    """
    for name, output in got.items():
        twin = twins[name] if twins else name
        if twin in expected and not agree(output, expected[twin], len(expected)):
            return (f"the first layer whose output differs is {name}",)
    return ()
