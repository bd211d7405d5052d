"""Random inputs and random weights that hide nothing: no zeros, ones, squares or round numbers."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode


class Draws:
    """A local source of random tensors: the student's global random state is not used."""

    def __init__(self, seed: int, dtype: torch.dtype = torch.float64) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        self.dtype = dtype

    def normal(self, *shape: int) -> Tensor:
        """Draw from the standard normal distribution; computed in float64, so that every dtype sees the same draw."""
        return torch.randn(shape, generator=self._generator, dtype=torch.float64).to(self.dtype)

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Draw uniformly between `low` and `high`."""
        draw = torch.rand(shape, generator=self._generator, dtype=torch.float64) * (high - low) + low
        return draw.to(self.dtype)

    def fill(self, module: nn.Module) -> nn.Module:
        """Give `module` this dtype, and weights and statistics that a fresh module never has.

        A fresh batch norm (weight 1, bias 0, mean 0, variance 1) hides half of all mistakes.
        """
        return self.fill_in_order(module, [*module.named_parameters(), *module.named_buffers()])

    def fill_in_order(self, module: nn.Module, tensors: Iterable[tuple[str, Tensor]]) -> nn.Module:
        """Do the same in another order than that of declaration: all `tensors` of the module, and their names."""
        return _put(module, tensors, self.dtype, self._all_like)

    def _all_like(self, forms: Sequence["_Form"]) -> list[Tensor]:
        return [self._like(*form) for form in forms]

    def _like(self, shape: tuple[int, ...], learned: bool, counts: bool) -> Tensor:
        if not learned:  # above zero, because a running variance is
            return torch.tensor(3) if counts else self.uniform(0.5, 2.0, *shape)
        if len(shape) < 2:
            # Batch-norm weights of both signs: a ReLU in the wrong place shows.
            draw = self.uniform(-1, 1, *shape)
            return (0.5 + draw.abs()).copysign(draw)
        fan_in = math.prod(shape[1:])
        return self.normal(*shape) * (2 / fan_in) ** 0.5


_Form = tuple[tuple[int, ...], bool, bool]
"""A tensor's shape, whether it's a parameter, and whether it's a buffer of whole numbers."""
_MANY = 300_000  # numbers, of which it is worth to keep several sets


def fill_from(seed: int, module: nn.Module, tensors: Iterable[tuple[str, Tensor]], dtype: torch.dtype) -> nn.Module:
    """Do as Draws(seed, dtype).fill_in_order does; networks with tensors of the same shapes share one set of draws."""

    def numbers(forms: Sequence[_Form]) -> Sequence[Tensor]:
        draw = _drawn if sum(math.prod(shape) for shape, *_ in forms) < _MANY else _drawn.__wrapped__
        return draw(seed, dtype, tuple(forms))

    return _put(module, tensors, dtype, numbers)


@lru_cache(maxsize=64)
def _drawn(seed: int, dtype: torch.dtype, forms: tuple[_Form, ...]) -> Sequence[Tensor]:
    return Draws(seed, dtype)._all_like(forms)


def _put(
    module: nn.Module,
    tensors: Iterable[tuple[str, Tensor]],
    dtype: torch.dtype,
    numbers: Callable[[Sequence[_Form]], Sequence[Tensor]],
) -> nn.Module:
    names = [name for name, _ in tensors]  # moving a module to a dtype keeps its parameters, and replaces its buffers
    module.to(dtype)
    now = dict([*module.named_parameters(), *module.named_buffers()])
    each = [now[name] for name in names]
    forms = [(tuple(one.shape), isinstance(one, nn.Parameter), not one.is_floating_point()) for one in each]
    with torch.no_grad():
        for one, value in zip(each, numbers(forms), strict=True):
            one.copy_(value)
    return module


class Unwritten(TorchFunctionMode):
    """While it is on, what a new layer would draw is whatever its memory held: to build the largest costs little.

    For networks of which only names, shapes and what layers set on purpose are looked at.
    """

    _DRAWING = frozenset(
        f"{name}_" for name in ("uniform", "normal", "trunc_normal", "kaiming_uniform", "kaiming_normal")
    )

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Leave everything as it is but the functions that draw."""
        kwargs = kwargs or {}
        if getattr(func, "__name__", "") in self._DRAWING:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


class Undrawn(Unwritten):
    """While it is on, what a new layer would draw is zero.

    For large networks whose first weights do not matter, because others replace them.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Make new tensors zeros as well."""
        return super().__torch_function__(torch.zeros if func is torch.empty else func, types, args, kwargs)
