"""The tensors that a module holds, and which of them have changed since both sides last agreed on them."""

from collections import defaultdict
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


def holder(module: nn.Module, kind: Kind) -> dict[str, Any]:
    """Give the dictionary in which a module holds tensors of a kind."""
    return {"parameter": module._parameters, "buffer": module._buffers, "plain": vars(module)}[kind]


@dataclass(frozen=True)
class Seen:
    """What a tensor was like when both sides agreed on it: `place` tells a large one from its later self."""

    kind: tuple[Any, ...]
    place: tuple[int, int] | None
    copy: Tensor | None

    @classmethod
    def of(cls, tensor: Tensor | None) -> "Seen":
        """Look at a tensor now."""
        if tensor is None:
            return cls((), None, None)
        small = tensor.numel() <= _SMALL and tensor.device.type == "cpu"
        return cls(_kind(tensor), None if small else _place(tensor), tensor.detach().clone() if small else None)

    def still(self, tensor: Tensor | None) -> bool:
        """Say whether the tensor has not changed."""
        if tensor is None or self.kind != _kind(tensor):
            return tensor is None and not self.kind
        return self.place == _place(tensor) if self.copy is None else torch.equal(self.copy, tensor.detach())


def _kind(tensor: Tensor) -> tuple[Any, ...]:
    return tensor.dtype, tensor.shape, tensor.device, tensor.requires_grad


def _place(tensor: Tensor) -> tuple[int, int]:
    address = tensor.data_ptr() if tensor.device.type == "cpu" else 0
    return address, 0 if tensor.is_inference() else tensor._version


class Agreed:
    """What both sides hold, by the module's key and the slot."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, dict[Slot, Seen]] = defaultdict(dict)

    def on(self, key: str, slot: Slot, tensor: Tensor | None) -> None:
        """Note that both sides hold this."""
        self._seen[key][slot] = Seen.of(tensor)

    def changed(self, key: str, slot: Slot, tensor: Tensor | None) -> bool:
        """Say whether the other side does not know the tensor yet, and note it as known."""
        seen = self._seen[key].get(slot)
        if seen is not None and seen.still(tensor):
            return False
        self.on(key, slot, tensor)
        return True

    def forget(self, key: str) -> None:
        """Forget a module."""
        self._seen.pop(key, None)


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


def tensor_of(value: Any, kind: type[Tensor], requires_grad: bool) -> Tensor:
    """Give back the tensor of which `light` was made, as a parameter or as it was."""
    tensor = torch.from_numpy(value)
    return nn.Parameter(tensor, requires_grad) if kind is nn.Parameter else tensor.requires_grad_(requires_grad)


_NUMPY_HAS = {torch.float64, torch.float32, torch.int64, torch.int32, torch.uint8, torch.bool}
