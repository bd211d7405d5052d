"""Bottlenecks beside the blocks that they replaced, with the channels and the weights of each convolution."""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.drawings.residual import Network, side_by_side
from course_utils.drawings.svg import Drawing


@dataclass(frozen=True)
class Convolution:
    """A convolution's kernel size, channels and groups."""

    size: int
    before: int
    after: int
    groups: int = 1

    @property
    def weights(self) -> int:
        """How many weights it has; a bias it has none."""
        return self.size**2 * self.before * self.after // self.groups


BASIC = Convolution(3, 64, 64), Convolution(3, 64, 64)
BOTTLENECK = Convolution(1, 256, 64), Convolution(3, 64, 64), Convolution(1, 64, 256)
RESNEXT = Convolution(1, 256, 128), Convolution(3, 128, 128, groups=32), Convolution(1, 128, 256)


def two_blocks() -> Drawing:
    """Draw BasicBlock and Bottleneck as they are in layer1 of ResNet34 and of ResNet50."""
    words = (
        f"Left, BasicBlock: {_spoken(BASIC)}. Its skip carries 64 channels. Right, Bottleneck: {_spoken(BOTTLENECK)}. "
        "Its skip carries 256 channels, and is drawn four times as thick. In both, a batch norm follows each "
        "convolution, a ReLU each batch norm but the last, and a last ReLU the sum."
    )
    return side_by_side(
        "BasicBlock and Bottleneck",
        words,
        _network("BasicBlock", "layer1 of ResNet34", BASIC),
        _network("Bottleneck", "layer1 of ResNet50", BOTTLENECK),
    )


def resnext() -> Drawing:
    """Draw the bottlenecks of ResNet50 and of ResNeXt50 (32×4d) in layer1."""
    words = (
        f"Left, ResNet50's bottleneck: {_spoken(BOTTLENECK)}. Right, ResNeXt's: {_spoken(RESNEXT)}. The middle is "
        "twice as wide, and for the whole block the weights are nearly as many. Both skips carry 256 channels; batch "
        "norms and ReLUs are in the same places."
    )
    return side_by_side(
        "ResNet's and ResNeXt's bottleneck",
        words,
        _network("ResNet50", "64 in the middle", BOTTLENECK),
        _network("ResNeXt50", "128, in 32 groups", RESNEXT),
    )


def total(convolutions: tuple[Convolution, ...]) -> int:
    """Count the weights of all these convolutions."""
    return sum(convolution.weights for convolution in convolutions)


def _network(name: str, more: str, convolutions: tuple[Convolution, ...]) -> Network:
    steps = [step for convolution in convolutions for step in _steps(convolution)]
    channels = convolutions[0].before
    return Network(
        name,
        more,
        branches=([*steps[:-1], ("norm", "batch norm")],),
        after=[("relu", "ReLU")],
        enters=f"{channels} channels",
        leaves=f"{convolutions[-1].after} channels",
        road=1.3 * channels / 64,
        foot=f"{total(convolutions):,} weights",
    )


def _steps(of: Convolution) -> list[tuple[str, ...]]:
    groups = [f"{of.groups} groups of {of.before // of.groups}"] if of.groups > 1 else []
    words = f"{of.size}×{of.size}, {of.before} → {of.after}", *groups, f"{of.weights:,} weights"
    return [("conv", *words), ("norm", "batch norm, ReLU")]


def _spoken(convolutions: tuple[Convolution, ...]) -> str:
    each = [
        f"a {of.size}×{of.size} convolution from {of.before} to {of.after} channels"
        f"{f' in {of.groups} groups' if of.groups > 1 else ''} ({of.weights:,} weights)"
        for of in convolutions
    ]
    return f"{', '.join(each)}, together {total(convolutions):,} weights"
