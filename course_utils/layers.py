"""The layers that notebook 2 starts from, made of nn.Module, nn.Parameter and torch.nn.functional."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional


def _uniform(*shape: int, fan_in: int) -> nn.Parameter:
    """Draw weights from U(−1/√fan_in, 1/√fan_in), which is where PyTorch's Linear and Conv2d start."""
    bound = fan_in**-0.5
    return nn.Parameter(torch.empty(shape).uniform_(-bound, bound))


class Conv2d(nn.Module):
    """A convolution without bias; its weight has shape (out_channels, in_channels, kernel_size, kernel_size)."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0
    ) -> None:
        super().__init__()
        self.stride, self.padding = stride, padding
        fan_in = in_channels * kernel_size**2
        self.weight = _uniform(out_channels, in_channels, kernel_size, kernel_size, fan_in=fan_in)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        """Convolve each image of the batch with the weight."""
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        """Say what print(model) shows."""
        out_channels, in_channels, kernel_size, _ = self.weight.shape
        return f"{in_channels}, {out_channels}, kernel_size={kernel_size}, stride={self.stride}, padding={self.padding}"


class Linear(nn.Module):
    """An affine map; its weight has shape (out_features, in_features)."""

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = _uniform(out_features, in_features, fan_in=in_features)
        self.bias = _uniform(out_features, fan_in=in_features)

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        """Multiply by the weight and add the bias."""
        return functional.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Say what print(model) shows."""
        out_features, in_features = self.weight.shape
        return f"{in_features}, {out_features}"


class ReLU(nn.Module):
    """Negative values become 0."""

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """Keep what is positive."""
        return functional.relu(x)


class MaxPool2d(nn.Module):
    """The largest value of each window of kernel_size × kernel_size."""

    def __init__(self, kernel_size: int, stride: int | None = None, padding: int = 0) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride or kernel_size, padding

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels out_height out_width"]:
        """Pool each channel's map."""
        return functional.max_pool2d(x, self.kernel_size, self.stride, self.padding)

    def extra_repr(self) -> str:
        """Say what print(model) shows."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
