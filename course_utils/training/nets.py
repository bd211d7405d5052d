"""The course's own small residual networks: the pre-pooled one for Fashion-MNIST, the thin ones for the experiment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional


class PooledBlock(nn.Module):
    """A residual block whose shortcut shrinks the image by averaging before a 1×1 convolution changes the channels.

    `stride` belongs to the second 3×3 convolution and to the pooling. With `norm`, each 3×3 convolution is followed by
    a batch norm and has no bias.
    """

    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.norm1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride, padding=1, bias=not norm)
        self.norm2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        # ceil_mode: 7 pixels become 4, as they do in a convolution of stride 2 with padding 1.
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.match = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()

    def forward(self, x: Float[Tensor, "batch in_feats height width"]) -> Float[Tensor, "batch out_feats h w"]:
        """Add the pooled input to what two convolutions make of it; h and w are height and width over the stride."""
        left = functional.relu(self.norm1(self.conv1(x)))
        left = self.norm2(self.conv2(left))
        return functional.relu(left + self.match(self.pool(x)))


def pooled_resnet(
    widths: Sequence[int] = (8, 16, 32, 64, 128, 256),
    *,
    norm: bool = False,
    n_classes: int = 10,
    block: Callable[..., nn.Module] = PooledBlock,
) -> nn.Sequential:
    """Build a network for grey images: a block for each width, all but the first halving the image, then the head.

    It takes (batch, 1, height, width) and gives (batch, n_classes) logits. `block(in_feats, out_feats, stride, norm)`
    makes a block. The widths given have 1,226,882 parameters without norm.
    """
    strides = [1] + [2] * (len(widths) - 1)
    channels = [1, *widths]
    blocks = [block(*shape, norm) for shape in zip(channels[:-1], channels[1:], strides, strict=True)]
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], n_classes))


class ThinBlock(nn.Module):
    """Two 3×3 convolutions with batch norm, and around them, if `residual`, a shortcut that has no parameters.

    So a plain and a residual block have exactly the same parameters.
    """

    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.stride, self.new_channels, self.residual = stride, out_feats - in_feats, residual
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_feats)

    def forward(self, x: Float[Tensor, "batch in_feats height width"]) -> Float[Tensor, "batch out_feats h w"]:
        """Run both convolutions; a residual block adds its input, subsampled and filled up with channels of zeros."""
        out = self.norm2(self.conv2(functional.relu(self.norm1(self.conv1(x)))))
        if self.residual:
            shortcut = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(shortcut, (0, 0, 0, 0, 0, self.new_channels))
        return functional.relu(out)


def thin_resnet(
    depth: int,
    residual: bool = True,
    *,
    widths: Sequence[int] = (8, 16, 32),
    n_classes: int = 10,
    block: Callable[..., nn.Module] = ThinBlock,
) -> nn.Sequential:
    """Build a network of `depth` layers as the paper does for CIFAR-10, only thinner; plain if not `residual`.

    A convolution, then for each width (depth − 2) / 6 blocks of two convolutions, the image halved between widths,
    then the mean over the image and a linear layer. `block(in_feats, out_feats, stride, residual)` makes a block.
    It takes (batch, 1, height, width) and gives (batch, n_classes) logits.

    Raises:
        ValueError: `depth` is not 6n + 2 with n ≥ 1.
    """
    n_blocks, rest = divmod(depth - 2, 6)
    if rest or n_blocks < 1:
        raise ValueError(f"depth is {depth}, but such a network has 6n + 2 layers: 8, 14, 20, 26, … 56.")
    layers: list[nn.Module] = [nn.Conv2d(1, widths[0], 3, padding=1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()]
    in_feats = widths[0]
    for group, width in enumerate(widths):
        for number in range(n_blocks):
            stride = 2 if group > 0 and number == 0 else 1
            layers.append(block(in_feats, width, stride, residual))
            in_feats = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], n_classes))
