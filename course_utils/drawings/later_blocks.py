"""Blocks that came after 2015, each beside one that the reader knows."""

from __future__ import annotations

from dataclasses import replace

from course_utils.drawings.residual import Network, side_by_side
from course_utils.drawings.svg import Drawing

_CONV, _RELU = ("conv", "3×3 conv"), ("relu", "ReLU")
_NORM, _LAYER_NORM = ("norm", "batch norm"), ("norm", "layer norm")
_CONVNEXT = Network(
    "ConvNeXt, 2022",
    "wide in the middle",
    branches=(
        [
            ("conv", "7×7 depthwise", "96 → 96"),
            _LAYER_NORM,
            ("linear", "Linear", "96 → 384"),
            ("relu", "GELU"),
            ("linear", "Linear", "384 → 96"),
            ("part", "× γ"),
        ],
    ),
    enters="96 channels",
    leaves="96 channels",
)


def preactivation() -> Drawing:
    """Draw the block of 2015 and that of 2016: the same parts in another order."""
    words = (
        "Left, the block of 2015. On the branch: convolution, batch norm, ReLU, convolution, batch norm. Then x is "
        "added, and a ReLU follows the sum: it's on the road that x takes. Right, the block of 2016. On the branch: "
        "batch norm, ReLU, convolution, batch norm, ReLU, convolution. Then x is added, and nothing follows: the "
        "road is clear."
    )
    return side_by_side(
        "Pre-activation",
        words,
        Network("2015", "a ReLU on the road", ([_CONV, _NORM, _RELU, _CONV, _NORM],), after=[_RELU]),
        Network("2016", "the road is clear", ([_NORM, _RELU, _CONV, _NORM, _RELU, _CONV],)),
    )


def squeeze_excitation() -> Drawing:
    """Draw where squeeze-and-excitation is in a block, and what is in it, with 64 channels squeezed to 4."""
    words = (
        "Left, a residual block: convolution, batch norm, ReLU, convolution, batch norm, and at the end of the "
        "branch, just before the sum, squeeze and excitation. Right, what is in that box: 64 maps are averaged to 64 "
        "numbers; a 1×1 convolution fc1 makes 4 of them, ReLU, a 1×1 convolution fc2 makes 64 again, and a sigmoid "
        "makes 64 gates between 0 and 1. Past all this go the maps themselves, and each is multiplied by its gate."
    )
    return side_by_side(
        "Squeeze and excitation",
        words,
        Network(
            "In a block",
            "last on the branch",
            ([_CONV, _NORM, _RELU, _CONV, _NORM, ("pool", "squeeze and", "excitation")],),
            after=[_RELU],
        ),
        Network(
            "Inside the box",
            "a gate for each map",
            (
                [
                    ("pool", "average", "64 numbers"),
                    ("conv", "fc1: 64 → 4"),
                    _RELU,
                    ("conv", "fc2: 4 → 64"),
                    ("relu", "sigmoid", "64 gates, 0 to 1"),
                ],
            ),
            sign="×",
            enters="64 maps",
            leaves="64 maps",
        ),
    )


def convnext() -> Drawing:
    """Draw ResNet50's bottleneck and ConvNeXt's block."""
    words = (
        "Left, ResNet50's bottleneck of 2015: 1×1 convolution from 256 to 64 channels, batch norm, ReLU, 3×3 "
        "convolution at 64, batch norm, ReLU, 1×1 convolution back to 256, batch norm; a ReLU follows the sum. "
        "Right, ConvNeXt's block: a depthwise 7×7 convolution at 96 channels, one layer norm, a linear layer from 96 "
        "to 384, one GELU, a linear layer back to 96, and a factor γ for each channel; nothing follows the sum."
    )
    bottleneck = Network(
        "Bottleneck, 2015",
        "narrow in the middle",
        branches=(
            [
                ("conv", "1×1, 256 → 64"),
                ("norm", "batch norm, ReLU"),
                ("conv", "3×3, 64 → 64"),
                ("norm", "batch norm, ReLU"),
                ("conv", "1×1, 64 → 256"),
                _NORM,
            ],
        ),
        after=[_RELU],
        enters="256 channels",
        leaves="256 channels",
    )
    return side_by_side("From the bottleneck to ConvNeXt", words, bottleneck, _CONVNEXT)


def transformer() -> Drawing:
    """Draw ConvNeXt's block and a transformer's: one branch, and two in a row."""
    words = (
        "Left, ConvNeXt's block, one branch: a depthwise 7×7 convolution, layer norm, a linear layer to four times "
        "the width, GELU, a linear layer back, a factor γ, and the sum. Right, a transformer's block, two branches "
        "one after the other: layer norm, attention, and the first sum; then layer norm, linear layer, GELU, linear "
        "layer, and the second sum. On the road from top to bottom there's nothing but sums."
    )
    block = Network(
        "Transformer",
        "two branches in a row",
        branches=(
            [_LAYER_NORM, ("conv", "attention", "among all tokens")],
            [_LAYER_NORM, ("linear", "Linear"), ("relu", "GELU"), ("linear", "Linear", "each token alone")],
        ),
        enters="tokens",
        leaves="tokens",
    )
    return side_by_side("The residual stream", words, replace(_CONVNEXT, more="one branch"), block)
