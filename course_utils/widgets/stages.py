"""Cut a residual network into its stem, its blocks and its head, whatever their names are, and watch one image pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_utils.inspection.multiply_adds import Layer, in_eval_mode, layer_costs


@dataclass(frozen=True)
class Stage:
    """A stretch of the network.

    name: "stem", "block 1" …, "head"; module: where a block is in the model, "" for the others.
    inputs, outputs: for one image, as they came in and went out. layers: what is inside, with what each costs.
    """

    name: str
    module: str
    inputs: Tensor
    outputs: Tensor
    layers: tuple[Layer, ...]

    @property
    def parameters(self) -> int:
        """How many numbers learn in it."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        """How many products one image takes in it."""
        return sum(layer.multiply_adds or 0 for layer in self.layers)


Stages = tuple[Stage, ...]


def stages_of(model: nn.Module, image: Float[Tensor, "3 height width"]) -> Stages:
    """Run the model on the image, in eval mode, and cut it into stages; it is left as it was.

    Raises:
        ValueError: the model has no blocks, or cannot run on the image.
    """
    x = image[None].to(next(model.parameters()))
    blocks = blocks_of(model)
    layers = layer_costs(model, x)
    seen: dict[str, tuple[Tensor, Tensor]] = {}
    with torch.no_grad(), in_eval_mode(model), _watched(model, blocks, seen):
        logits = model(x)
    in_order = list(seen)  # as they were called, which need not be as they were declared
    before, after = _around(layers, in_order)
    return (
        Stage("stem", "", x[0], seen[in_order[0]][0], before),
        *(
            Stage(f"block {number}", name, *seen[name], tuple(layer for layer in layers if _is_in(layer, name)))
            for number, name in enumerate(in_order, start=1)
        ),
        Stage("head", "", seen[in_order[-1]][1], logits[0], after),
    )


def blocks_of(model: nn.Module) -> list[str]:
    """Name the blocks: the modules of that class which is used most often, among those with two convolutions inside.

    It finds torchvision's BasicBlock as well as a student's own ResidualBlock. Sequences are no blocks.
    """
    found: dict[type, list[str]] = {}
    for name, module in model.named_modules():
        if "Sequential" not in type(module).__name__ and sum(map(_is_convolution, module.modules())) >= 2:
            found.setdefault(type(module), []).append(name)
    blocks = max(found.values(), key=len, default=[])
    if len(blocks) < 2:
        raise ValueError("Expected a residual network: there is no kind of block in this model that is used twice.")
    return blocks


def _is_convolution(module: nn.Module) -> bool:
    weight = getattr(module, "weight", None)
    return isinstance(weight, Tensor) and weight.ndim == 4


@contextmanager
def _watched(model: nn.Module, names: list[str], seen: dict[str, tuple[Tensor, Tensor]]) -> Iterator[None]:
    """Write down what goes into each named module and what comes out: copies, as others may change it in place."""

    def hook_for(name: str) -> Callable[..., None]:
        def hook(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            seen[name] = (_copy(inputs[0][0]), _copy(output[0]))

        return hook

    handles = [model.get_submodule(name).register_forward_hook(hook_for(name)) for name in names]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _copy(values: Tensor) -> Tensor:
    return values.to("cpu", copy=True)


def _is_in(layer: Layer, name: str) -> bool:
    return layer.name == name or layer.name.startswith(f"{name}.")


def _around(layers: tuple[Layer, ...], blocks: list[str]) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
    """Give the layers before the first block, and those of no block after it."""
    within = [any(_is_in(layer, name) for name in blocks) for layer in layers]
    first = within.index(True)
    return layers[:first], tuple(
        layer for layer, inside in list(zip(layers, within, strict=True))[first:] if not inside
    )


def rows_of(stages: Stages) -> list[Stages]:
    """Put stages that follow each other and give the same shape into one row: ResNet34's four groups, stem and head."""
    stem, *blocks, head = stages
    groups = groupby(blocks, key=lambda stage: stage.outputs.shape)
    return [(stem,), *(tuple(group) for _, group in groups), (head,)]
