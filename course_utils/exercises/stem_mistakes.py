"""The stem of a ResNet: ways to get it wrong that the networks of two notebooks share."""

from collections.abc import Callable
from functools import partial

from torch import nn

from course_utils.exercises.bank import Bank

STEM = "the first convolution: 7×7, stride 2, padding 3, no bias"
POOL = "the max pool: 3×3, stride 2, padding 1"

Put = Callable[[str, Callable[[], nn.Module]], type[nn.Module]]
"""put(part, make): a right network with another conv1, relu or maxpool."""


def stem(size: int = 7, stride: int = 2, padding: int = 3, bias: bool = False) -> nn.Conv2d:
    """Make the first convolution, whose weights start as they should."""
    conv = nn.Conv2d(3, 64, size, stride, padding, bias=bias)
    nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
    return conv


def add_stem_mistakes(bank: Bank, put: Put, *, no_pool: str, no_relu: str) -> None:
    """Add them; no_pool, no_relu: where to look when one of these is missing."""
    stems = bank.about(STEM, 1, by=lambda settings: put("conv1", partial(stem, **settings)))
    pools = bank.about(POOL, 1, by=lambda settings: put("maxpool", partial(nn.MaxPool2d, *settings)))
    bank.add("no_max_pool", "has no max pool", no_pool, 1, put("maxpool", nn.Identity))
    pools("pool_without_padding", "does not pad its max pool", (3, 2))
    pools("pool_2x2", "pools over 2×2 pixels", (2, 2))
    pools("pool_stride_3", "gives the max pool no stride, so that it steps by its kernel size", (3, 3, 1), (3,))
    pools("pool_stride_1", "gives the max pool stride 1", (3, 1, 1))
    stems("stem_stride_1", "does not stride in the first convolution", {"stride": 1})
    stems("stem_padding_1", "pads the first convolution by 1", {"padding": 1})
    stems("stem_bias", "has a bias in the first convolution", {"bias": True})
    begins = "begins with a 3×3 convolution"
    bank.about(STEM, 1, by=lambda stride: put("conv1", partial(stem, 3, stride, 1)))("stem_3x3", begins, 2, 1)
    bank.add("no_stem_relu", "has no ReLU before the max pool", no_relu, 1, put("relu", nn.Identity))
