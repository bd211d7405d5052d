"""The layers that notebook 2 starts from, made of nn.Module, nn.Parameter and torch.nn.functional."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

Size = int | tuple[int, int]
"""A number for height and width alike, or (for the height, for the width)."""


def _uniform(*shape: int, fan_in: int) -> nn.Parameter:
    """Draw weights from U(−1/√fan_in, 1/√fan_in), which is where PyTorch's Linear and Conv2d start."""
    bound = fan_in**-0.5
    return nn.Parameter(torch.empty(shape).uniform_(-bound, bound))


class Conv2d(nn.Module):
    """A convolution without bias; its weight has shape (out_channels, in_channels, kernel height, kernel width).

    Raises:
        ValueError: a bias is asked for.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (they are torch's)
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        bias: bool = False,
    ) -> None:
        super().__init__()
        if bias:
            raise ValueError("this Conv2d never has a bias: the batch norm after it has one of its own")
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.weight = _uniform(out_channels, in_channels, height, width, fan_in=in_channels * height * width)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        """Convolve each image of the batch with the weight."""
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        """Say what print(model) shows."""
        out_channels, in_channels = self.weight.shape[:2]
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{in_channels}, {out_channels}, {settings}"


class Linear(nn.Module):
    """An affine map; its weight has shape (out_features, in_features), its bias (out_features,), if it has one."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = _uniform(out_features, in_features, fan_in=in_features)
        self.bias = _uniform(out_features, fan_in=in_features) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        """Multiply by the weight and add the bias."""
        return functional.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Say what print(model) shows."""
        out_features, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={out_features}, bias={self.bias is not None}"


class ReLU(nn.Module):
    """Negative values become 0."""

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """Keep what is positive."""
        return functional.relu(x)


class MaxPool2d(nn.Module):
    """The largest value of each window; without a stride the windows lie side by side."""

    def __init__(self, kernel_size: Size, stride: Size | None = None, padding: Size = 0) -> None:
        super().__init__()
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels out_height out_width"]:
        """Pool each channel's map."""
        return functional.max_pool2d(x, self.kernel_size, self.stride, self.padding)

    def extra_repr(self) -> str:
        """Say what print(model) shows."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
