"""Run code as on a GPU that not everyone has: with its numbers, and with the error of two devices that meet."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

_CPU, _GPU = torch.device("cpu"), torch.device("cuda:0")
_TWO_DEVICES = "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"
_MOVES = (Tensor.to, Tensor.type_as)
# A GPU takes indices from the CPU, and copy_ goes from one device to the other.
_MAY_MEET = (*_MOVES, Tensor.copy_, Tensor.__getitem__, Tensor.__setitem__)


class AsOnAGpu(TorchFunctionMode):
    """While it is on, all tensors that there were seem to be on a GPU, and what the code makes is where it says.

    torch's meta device would tell as much. But its first operation takes two seconds, and what is made there can't be
    moved to where x is, as in t.zeros(3).to(x.device).
    """

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[int, Tensor] = {}  # on the CPU; they are kept, so that no other tensor gets their id

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Do as ever, and note where the result would be.

        Raises:
            RuntimeError: tensors on two devices meet.
        """
        if func == Tensor.device.__get__:
            return self._place(args[0])
        settings = dict(kwargs or {})
        tensors = [one for one in tree_leaves((args, settings)) if isinstance(one, Tensor)]
        if func not in _MAY_MEET and self._meet(tensors):
            raise RuntimeError(_TWO_DEVICES)
        place = self._place_of_result(func, args, settings, tensors)
        if settings.get("device") is not None:
            settings["device"] = _CPU
        result = func(*(_CPU if isinstance(one, torch.device) else one for one in args), **settings)
        if func in (*_MOVES, Tensor.cpu):
            result = result.view_as(result)  # the tensor itself stays where it is
        for one in tree_leaves(result):
            if isinstance(one, Tensor) and place == _CPU:
                self._made[id(one)] = one
        return result

    def _meet(self, tensors: Sequence[Tensor]) -> bool:
        alone = any(self._place(one) == _CPU and one.ndim for one in tensors)  # a single number goes along
        return alone and any(self._place(one) == _GPU for one in tensors)

    def _place_of_result(self, func: Any, args: Any, settings: Any, tensors: Sequence[Tensor]) -> torch.device:
        for wanted in (settings.get("device"), *(args[1:] if func in _MOVES else ())):
            if isinstance(wanted, Tensor):
                return self._place(wanted)
            if isinstance(wanted, str | torch.device):
                return _CPU if torch.device(wanted).type == "cpu" else _GPU
        if func is Tensor.cpu:
            return _CPU
        those = tensors[:1] if func in _MAY_MEET else tensors
        return _GPU if any(self._place(one) == _GPU for one in those) else _CPU

    def _place(self, tensor: Tensor) -> torch.device:
        return _CPU if id(tensor) in self._made else _GPU
