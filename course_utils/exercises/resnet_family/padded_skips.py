"""A shortcut without parameters (every stride-th pixel, then channels of zeros behind), and ways to get it wrong."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional

Skip = Callable[[Tensor, int, int], Tensor]
"""skip(x, extra channels, stride)."""


def right_skip(x: Tensor, extra: int, stride: int) -> Tensor:
    """Pool over one pixel, which takes every stride-th, and pad."""
    return zeros_behind(functional.max_pool2d(x, 1, stride), extra)


def zeros_behind(x: Tensor, extra: int) -> Tensor:
    """Append channels of zeros."""
    return functional.pad(x, (0, 0, 0, 0, 0, extra))


def zeros_on_the_cpu(x: Tensor, extra: int, stride: int) -> Tensor:
    """Append zeros that follow their input's dtype, and not its device."""
    x = x[:, :, ::stride, ::stride]
    return torch.cat([x, torch.zeros(x.shape[0], extra, *x.shape[2:], dtype=x.dtype)], dim=1)


def _padded(*sides: int) -> Skip:
    """Pad in another way: sides are those of functional.pad, 1 for each that gets all of the extra ones."""
    return lambda x, extra, stride: functional.pad(x[:, :, ::stride, ::stride], [extra * side for side in sides])


def _pads_both_sides(x: Tensor, extra: int, stride: int) -> Tensor:
    return functional.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, extra // 2, extra - extra // 2))


def _repeats(x: Tensor, extra: int, stride: int) -> Tensor:
    x = x[:, :, ::stride, ::stride]
    return torch.cat([x] * (1 + -(-extra // x.shape[1])), dim=1)[:, : x.shape[1] + extra]


# Where the stride does not divide the size, some round up, as convolutions do, and some down.


def _pools(pool: Callable[..., Tensor]) -> tuple[Skip, Skip]:
    return (
        lambda x, extra, stride: zeros_behind(pool(x, stride, ceil_mode=True), extra),
        lambda x, extra, stride: zeros_behind(pool(x, stride), extra),
    )


def _cuts(x: Tensor, extra: int, stride: int) -> Tensor:
    return zeros_behind(x[:, :, : -(-x.shape[2] // stride), : -(-x.shape[3] // stride)], extra)


def _cuts_more(x: Tensor, extra: int, stride: int) -> Tensor:
    return zeros_behind(x[:, :, : x.shape[2] // stride, : x.shape[3] // stride], extra)


def _begins_late(x: Tensor, extra: int, stride: int) -> Tensor:
    return zeros_behind(x[:, :, stride - 1 :: stride, stride - 1 :: stride], extra)


def _begins_with_the_second(x: Tensor, extra: int, stride: int) -> Tensor:
    first = int(stride > 1)
    return zeros_behind(x[:, :, first::stride, first::stride], extra)


WRONG_SKIPS: Mapping[str, tuple[Skip, ...]] = {
    "pads_in_front": (_padded(0, 0, 0, 0, 1, 0),),
    "pads_both_sides": (_pads_both_sides,),
    "pads_the_map": (_padded(0, 1), _padded(0, 0, 0, 1)),
    "repeats": (_repeats,),
    "cuts": (_cuts, _cuts_more),
    "averages": _pools(functional.avg_pool2d),
    "max_pools": _pools(functional.max_pool2d),
    "begins_late": (_begins_late, _begins_with_the_second),
    "without_stride": (lambda x, extra, stride: zeros_behind(x, extra),),
}
"""Each way to get it wrong, in the code of all who do."""
