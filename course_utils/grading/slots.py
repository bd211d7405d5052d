"""The tensors that a module holds, and which of them have changed since both sides last agreed on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

Kind = Literal["parameter", "buffer", "plain"]
Slot = tuple[Kind, str]

HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks")
_SMALL = 4096  # numbers that are compared one by one; `tensor.data.add_(1)` leaves no other trace
INTERNAL = frozenset(vars(nn.Module())) | {"_is_full_backward_hook"}


def slots(module: nn.Module) -> Iterator[tuple[Slot, Tensor | None]]:
    """Give the module's own parameters, buffers and tensors in plain attributes, in order."""
    for name, tensor in module._parameters.items():
        yield ("parameter", name), tensor
    for name, tensor in module._buffers.items():
        yield ("buffer", name), tensor
    for name, value in vars(module).items():
        if name not in INTERNAL and isinstance(value, Tensor):
            yield ("plain", name), value


def put(module: nn.Module, slot: Slot, tensor: Tensor | None) -> None:
    """Place another tensor in a slot."""
    kind, name = slot
    if kind == "parameter":
        module._parameters[name] = tensor
    elif kind == "buffer":
        module._buffers[name] = tensor
    else:
        object.__setattr__(module, name, tensor)


@dataclass(frozen=True)
class Seen:
    """What a tensor was like when both sides agreed on it."""

    mark: tuple[Any, ...]
    copy: Tensor | None

    @classmethod
    def of(cls, tensor: Tensor | None) -> "Seen":
        """Look at a tensor now."""
        if tensor is None:
            return cls((None,), None)
        small = tensor.numel() <= _SMALL and tensor.device.type == "cpu"
        return cls(_mark(tensor), tensor.detach().clone() if small else None)

    def still(self, tensor: Tensor | None) -> bool:
        """Say whether the tensor has not changed."""
        if tensor is None:
            return self.mark == (None,)
        if self.copy is None:
            return self.mark == _mark(tensor)
        kept, now = self.copy, tensor.detach()
        return (kept.dtype, kept.shape, kept.device, self.mark[-1]) == (
            now.dtype,
            now.shape,
            now.device,
            tensor.requires_grad,
        ) and bool(((kept == now) | ((kept != kept) & (now != now))).all())  # noqa: PLR0124  (NaN is not itself)


def _mark(tensor: Tensor) -> tuple[Any, ...]:
    place = tensor.data_ptr() if tensor.device.type == "cpu" else 0
    return (
        place,
        tensor._version if not tensor.is_inference() else 0,
        tensor.dtype,
        tensor.shape,
        tensor.device,
        tensor.requires_grad,
    )


Agreed = dict[tuple[str, Slot], Seen]
"""What both sides hold, by the module's key and the slot."""


def memory_of(tensor: Tensor) -> int:
    """Give the address of a tensor's memory, by which shared memory is recognised."""
    return tensor.untyped_storage().data_ptr() if tensor.device.type == "cpu" else 0


def light(tensor: Tensor) -> Any:
    """Give the numbers of a tensor in a form that is quickly pickled; views keep their strides, and stay tensors."""
    tensor = tensor.detach()
    plain = tensor.device.type == "cpu" and tensor.is_contiguous() and tensor.dtype in _NUMPY_HAS
    return tensor.numpy() if plain else tensor


def heavy(value: Any) -> Any:
    """Give back the tensor of which `light` was made."""
    return value if value is None or isinstance(value, Tensor) else torch.from_numpy(value)


_NUMPY_HAS = {torch.float64, torch.float32, torch.int64, torch.int32, torch.uint8, torch.bool}
