# %% mistake: transposed
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        bound = (in_channels * kh * kw) ** -0.5
        self.weight = nn.Parameter((2 * t.rand(in_channels, out_channels, kh, kw) - 1) * bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight.transpose(0, 1), stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         self.weight = nn.Parameter((2 * t.rand(in_channels, out_channels, kh, kw) - 1) * bound)
# +         self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, kh, kw) - 1) * bound)
# -         return functional.conv2d(x, self.weight.transpose(0, 1), stride=self.stride, padding=self.padding)
# +         return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)


# %% mistake: kernel_turned
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, tuple):
            width, height = kernel_size
        else:
            width = height = kernel_size
        bound = 1 / (in_channels * width * height) ** 0.5
        self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) * bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -             width, height = kernel_size
# +             height, width = kernel_size


# %% mistake: stride_turned
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        fan_in = in_channels * kh * kw
        bound = 1 / math.sqrt(fan_in)
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) * 2 * bound - bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        step_x, step_y = self.stride
        return functional.conv2d(x, self.weight, stride=(step_y, step_x), padding=self.padding)

    def extra_repr(self) -> str:
        names = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


# repair
# -         step_x, step_y = self.stride
# -         return functional.conv2d(x, self.weight, stride=(step_y, step_x), padding=self.padding)
# +         return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)


# %% mistake: padding_turned
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        fan_in = in_channels * kh * kw
        bound = 1 / math.sqrt(fan_in)
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) * 2 * bound - bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        ph, pw = self.padding
        x = functional.pad(x, (ph, ph, pw, pw))
        return functional.conv2d(x, self.weight, stride=self.stride)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         x = functional.pad(x, (ph, ph, pw, pw))
# +         x = functional.pad(x, (pw, pw, ph, ph))


# %% mistake: kernel_square
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        size = kernel_size[0] if isinstance(kernel_size, tuple) else kernel_size
        bound = (in_channels * size * size) ** -0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, size, size).uniform_(-bound, bound))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, None, self.stride, self.padding)

    def extra_repr(self) -> str:
        out_channels, in_channels = self.weight.shape[:2]
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{in_channels}, {out_channels}, {settings}"


# repair
# -         size = kernel_size[0] if isinstance(kernel_size, tuple) else kernel_size
# -         bound = (in_channels * size * size) ** -0.5
# -         self.weight = nn.Parameter(t.empty(out_channels, in_channels, size, size).uniform_(-bound, bound))
# +         height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
# +         bound = (in_channels * height * width) ** -0.5
# +         self.weight = nn.Parameter(t.empty(out_channels, in_channels, height, width).uniform_(-bound, bound))


# %% mistake: stride_square
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        bound = (in_channels * height * width) ** -0.5
        self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) * bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        stride = self.stride if isinstance(self.stride, int) else self.stride[0]
        return functional.conv2d(x, self.weight, stride=stride, padding=self.padding)

    def extra_repr(self) -> str:
        names = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


# repair
# -         stride = self.stride if isinstance(self.stride, int) else self.stride[0]
# -         return functional.conv2d(x, self.weight, stride=stride, padding=self.padding)
# +         return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)


# %% mistake: padding_square
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        fan_in = in_channels * kh * kw
        bound = 1 / math.sqrt(fan_in)
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) * 2 * bound - bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        pad = self.padding[0]
        x = functional.pad(x, (pad, pad, pad, pad))
        return functional.conv2d(x, self.weight, stride=self.stride)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         pad = self.padding[0]
# -         x = functional.pad(x, (pad, pad, pad, pad))
# +         ph, pw = self.padding
# +         x = functional.pad(x, (pw, pw, ph, ph))


# %% mistake: numbers_only
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        bound = 1 / math.sqrt(in_channels * kernel_size**2)
        weight = t.rand(out_channels, in_channels, kernel_size, kernel_size)
        self.weight = nn.Parameter((weight * 2 - 1) * bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         bound = 1 / math.sqrt(in_channels * kernel_size**2)
# -         weight = t.rand(out_channels, in_channels, kernel_size, kernel_size)
# +         height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
# +         bound = 1 / math.sqrt(in_channels * height * width)
# +         weight = t.rand(out_channels, in_channels, height, width)


# %% mistake: with_bias
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        bound = (in_channels * height * width) ** -0.5
        self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) * bound)
        self.bias = nn.Parameter((2 * t.rand(out_channels) - 1) * bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        out_channels, in_channels = self.weight.shape[:2]
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{in_channels}, {out_channels}, {settings}"


# repair
# -         self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) * bound)
# -         self.bias = nn.Parameter((2 * t.rand(out_channels) - 1) * bound)
# +         self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) * bound)
# -         return functional.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)
# +         return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)


# %% mistake: stride_ignored
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        kh, kw = kernel_size
        n = in_channels * kh * kw
        limit = 1 / n**0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, kh, kw).uniform_(-limit, limit))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, padding=self.padding)

    def extra_repr(self) -> str:
        names = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


# repair
# -         return functional.conv2d(x, self.weight, padding=self.padding)
# +         return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)


# %% mistake: padding_ignored
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        bound = (in_channels * height * width) ** -0.5
        self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) * bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride)

    def extra_repr(self) -> str:
        out_channels, in_channels = self.weight.shape[:2]
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{in_channels}, {out_channels}, {settings}"


# repair
# -         return functional.conv2d(x, self.weight, stride=self.stride)
# +         return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)


# %% mistake: stride_as_dilation
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        fan_in = in_channels * kh * kw
        bound = 1 / math.sqrt(fan_in)
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) * 2 * bound - bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, dilation=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         return functional.conv2d(x, self.weight, dilation=self.stride, padding=self.padding)
# +         return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)


# %% mistake: swapped_calls
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        kh, kw = kernel_size
        n = in_channels * kh * kw
        limit = 1 / n**0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, kh, kw).uniform_(-limit, limit))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, None, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         return functional.conv2d(x, self.weight, None, self.padding, self.stride)
# +         return functional.conv2d(x, self.weight, None, self.stride, self.padding)


# %% mistake: padding_first
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        padding: int | tuple[int, int] = 0,
        stride: int | tuple[int, int] = 1,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        kh, kw = kernel_size
        n = in_channels * kh * kw
        limit = 1 / n**0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, kh, kw).uniform_(-limit, limit))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        out_channels, in_channels = self.weight.shape[:2]
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{in_channels}, {out_channels}, {settings}"


# repair
# -         padding: int | tuple[int, int] = 0,
# -         stride: int | tuple[int, int] = 1,
# +         stride: int | tuple[int, int] = 1,
# +         padding: int | tuple[int, int] = 0,


# %% mistake: same_padding
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        if padding is None:
            padding = (height // 2, width // 2)
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        bound = (in_channels * height * width) ** -0.5
        self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) * bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        out_channels, in_channels = self.weight.shape[:2]
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{in_channels}, {out_channels}, {settings}"


# repair
# -         padding: int | tuple[int, int] | None = None,
# +         padding: int | tuple[int, int] = 0,
# -         if padding is None:
# -             padding = (height // 2, width // 2)
# -         self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
# +         self.kernel_size, self.stride, self.padding = kernel_size, stride, padding


# %% mistake: flipped
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        fan_in = in_channels * kh * kw
        bound = 1 / math.sqrt(fan_in)
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) * 2 * bound - bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        kernel = t.flip(self.weight, dims=(2, 3))
        return functional.conv2d(x, kernel, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        names = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


# repair
# -         kernel = t.flip(self.weight, dims=(2, 3))
# -         return functional.conv2d(x, kernel, stride=self.stride, padding=self.padding)
# +         return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)


# %% mistake: edges_repeated
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        fan_in = in_channels * kh * kw
        bound = 1 / math.sqrt(fan_in)
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) * 2 * bound - bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        top, left = self.padding
        padded = functional.pad(x, (left, left, top, top), mode="replicate")
        return functional.conv2d(padded, self.weight, stride=self.stride)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         padded = functional.pad(x, (left, left, top, top), mode="replicate")
# +         padded = functional.pad(x, (left, left, top, top))


# %% mistake: normal
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.weight = nn.Parameter(t.randn(out_channels, in_channels, height, width))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        out_channels, in_channels = self.weight.shape[:2]
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{in_channels}, {out_channels}, {settings}"


# repair
# -         self.weight = nn.Parameter(t.randn(out_channels, in_channels, height, width))
# +         bound = (in_channels * height * width) ** -0.5
# +         self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) * bound)


# %% mistake: all_zero
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        kh, kw = kernel_size
        self.weight = nn.Parameter(t.zeros((out_channels, in_channels, kh, kw)))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, None, self.stride, self.padding)

    def extra_repr(self) -> str:
        names = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


# repair
# -         self.weight = nn.Parameter(t.zeros((out_channels, in_channels, kh, kw)))
# +         bound = (in_channels * kh * kw) ** -0.5
# +         self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, kh, kw) - 1) * bound)


# %% mistake: positive
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        n = in_channels * kh * kw
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) / n**0.5)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) / n**0.5)
# +         self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, kh, kw) - 1) / n**0.5)


# %% mistake: zero_to_one
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, height, width))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, None, self.stride, self.padding)

    def extra_repr(self) -> str:
        out_channels, in_channels = self.weight.shape[:2]
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{in_channels}, {out_channels}, {settings}"


# repair
# -         self.weight = nn.Parameter(t.rand(out_channels, in_channels, height, width))
# +         bound = (in_channels * height * width) ** -0.5
# +         self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) * bound)


# %% mistake: channels_only
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        kh, kw = kernel_size
        bound = in_channels**-0.5
        self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, kh, kw) - 1) * bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         bound = in_channels**-0.5
# +         bound = (in_channels * kh * kw) ** -0.5


# %% mistake: area_only
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        bound = 1 / math.sqrt(kh * kw)
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, kh, kw).uniform_(-bound, bound))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        names = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


# repair
# -         bound = 1 / math.sqrt(kh * kw)
# +         bound = 1 / math.sqrt(in_channels * kh * kw)


# %% mistake: fan_out
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        n = out_channels * height * width
        self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) / n**0.5)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, None, self.stride, self.padding)

    def extra_repr(self) -> str:
        out_channels, in_channels = self.weight.shape[:2]
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{in_channels}, {out_channels}, {settings}"


# repair
# -         n = out_channels * height * width
# +         n = in_channels * height * width


# %% mistake: no_root
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        kh, kw = kernel_size
        bound = 1 / (in_channels * kh * kw)
        self.weight = nn.Parameter(bound * (2 * t.rand(out_channels, in_channels, kh, kw) - 1))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         bound = 1 / (in_channels * kh * kw)
# +         bound = 1 / (in_channels * kh * kw) ** 0.5


# %% mistake: same_weights
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        t.manual_seed(0)
        kh, kw = self.kernel_size
        fan_in = in_channels * kh * kw
        bound = 1 / math.sqrt(fan_in)
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) * 2 * bound - bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        names = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


# repair
# -         t.manual_seed(0)
# -         kh, kw = self.kernel_size
# +         kh, kw = self.kernel_size


# %% mistake: plain_tensor
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        bound = (in_channels * height * width) ** -0.5
        self.weight = t.rand(out_channels, in_channels, height, width) * 2 * bound - bound

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        out_channels, in_channels = self.weight.shape[:2]
        settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{in_channels}, {out_channels}, {settings}"


# repair
# -         self.weight = t.rand(out_channels, in_channels, height, width) * 2 * bound - bound
# +         self.weight = nn.Parameter(t.rand(out_channels, in_channels, height, width) * 2 * bound - bound)


# %% mistake: detached
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        kh, kw = kernel_size
        n = in_channels * kh * kw
        limit = 1 / n**0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, kh, kw).uniform_(-limit, limit))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        weight = self.weight.detach()
        return functional.conv2d(x, weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# repair
# -         weight = self.weight.detach()
# -         return functional.conv2d(x, weight, stride=self.stride, padding=self.padding)
# +         return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)


# %% mistake: fixed_dtype
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        fan_in = in_channels * kh * kw
        bound = 1 / math.sqrt(fan_in)
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) * 2 * bound - bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        x, weight = x.to(t.float32), self.weight.to(t.float32)
        return functional.conv2d(x, weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        names = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


# repair
# -         x, weight = x.to(t.float32), self.weight.to(t.float32)
# -         return functional.conv2d(x, weight, stride=self.stride, padding=self.padding)
# +         return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)


# %% mistake: silent
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        bound = (in_channels * height * width) ** -0.5
        self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, height, width) - 1) * bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, None, self.stride, self.padding)


# repair
# -         return functional.conv2d(x, self.weight, None, self.stride, self.padding)
# +         return functional.conv2d(x, self.weight, None, self.stride, self.padding)
# +
# +     def extra_repr(self) -> str:
# +         out_channels, in_channels = self.weight.shape[:2]
# +         settings = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
# +         return f"{in_channels}, {out_channels}, {settings}"


# %% mistake: silent_about_the_rest
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        kh, kw = kernel_size
        n = in_channels * kh * kw
        limit = 1 / n**0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, kh, kw).uniform_(-limit, limit))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}"


# repair
# -         return f"in_channels={self.in_channels}, out_channels={self.out_channels}, kernel_size={self.kernel_size}"
# +         channels = f"in_channels={self.in_channels}, out_channels={self.out_channels}"
# +         return f"{channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% right: conv arena
import numpy as np
import torch
import torch.nn.functional as F


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        kernel_height, kernel_width = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        sf = 1 / np.sqrt(in_channels * kernel_width * kernel_height)
        self.weight = nn.Parameter(sf * (2 * torch.rand(out_channels, in_channels, kernel_height, kernel_width) - 1))

    def forward(self, x):
        return F.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self):
        keys = ["in_channels", "out_channels", "kernel_size", "stride", "padding"]
        return ", ".join([f"{key}={getattr(self, key)}" for key in keys])


# %% right: conv torch
import torch


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        pair = lambda v: v if isinstance(v, (tuple, list)) else (v, v)
        self.kernel_size, self.stride, self.padding = map(pair, (kernel_size, stride, padding))
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *self.kernel_size))
        bound = self.weight[0].numel() ** -0.5
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, x):
        return torch.conv2d(x, self.weight, None, self.stride, self.padding)

    def extra_repr(self):
        return f"{self.weight.size(1)}, {self.weight.size(0)}, {self.kernel_size}, {self.stride}, {self.padding}"


# %% right: conv unfolded: writes the windows out as columns, so that the convolution is one matrix product
import torch
import torch.nn.functional as F


class Conv2d(nn.Module):
    """Writes the sliding out as one matrix product."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.k = (kernel_size,) * 2 if type(kernel_size) is int else kernel_size
        self.s, self.p, self.c = stride, padding, (in_channels, out_channels)
        fan_in = in_channels * self.k[0] * self.k[1]
        self.weight = nn.Parameter(torch.rand(out_channels, in_channels, *self.k).mul(2).sub(1).div(fan_in**0.5))

    def forward(self, x):
        columns = F.unfold(x, self.k, padding=self.p, stride=self.s)
        pad = self.p if isinstance(self.p, tuple) else (self.p, self.p)
        step = self.s if isinstance(self.s, tuple) else (self.s, self.s)
        height = (x.shape[2] + 2 * pad[0] - self.k[0]) // step[0] + 1
        return (self.weight.flatten(1) @ columns).unflatten(2, (height, -1))

    def extra_repr(self):
        return f"in/out {self.c}, kernel {self.k}, stride {self.s}, padding {self.p}"


# %% right: conv strided
import torch
import torch.nn.functional as F


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        as_pair = torch.nn.modules.utils._pair
        (self.kh, self.kw), (self.sh, self.sw) = as_pair(kernel_size), as_pair(stride)
        self.ph, self.pw = as_pair(padding)
        limit = (in_channels * self.kh * self.kw) ** -0.5
        self.weight = nn.Parameter(
            torch.distributions.Uniform(-limit, limit).sample((out_channels, in_channels, self.kh, self.kw))
        )

    def forward(self, x):
        x = F.pad(x, [self.pw, self.pw, self.ph, self.ph])
        windows = x.unfold(2, self.kh, self.sh).unfold(3, self.kw, self.sw)
        return torch.einsum("bihwyx,oiyx->bohw", windows, self.weight)

    def extra_repr(self):
        o, i, kh, kw = self.weight.shape
        return f"{i}, {o}, kernel_size=({kh}, {kw}), stride=({self.sh}, {self.sw}), padding=({self.ph}, {self.pw})"


# %% right: conv shifted: adds up shifted images, one for each place in the kernel, and never makes a window
import math

import numpy as np
import torch
import torch.nn.functional as F


class Conv2d(nn.Module):
    """Adds up shifted images, one for each place in the kernel."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.args = in_channels, out_channels, kernel_size, stride, padding
        h, w = np.broadcast_to(kernel_size, 2).tolist()
        self.weight = nn.Parameter(
            (1 - 2 * torch.rand(out_channels, in_channels, h, w)) / math.sqrt(in_channels * h * w)
        )

    def forward(self, x):
        (sh, sw), (ph, pw) = (np.broadcast_to(value, 2).tolist() for value in self.args[3:])
        x = F.pad(x, (pw, pw, ph, ph))
        h, w = self.weight.shape[2:]
        height, width = (x.shape[2] - h) // sh + 1, (x.shape[3] - w) // sw + 1
        total = 0
        for v in range(h):
            for u in range(w):
                shifted = x[:, :, v : v + sh * height : sh, u : u + sw * width : sw][:, :, :height, :width]
                total = total + torch.einsum("bihw,oi->bohw", shifted, self.weight[:, :, v, u])
        return total

    def extra_repr(self):
        return str(self.args)


# %% right: conv kaiming
import torch
import torch.nn.functional as F


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        if not isinstance(kernel_size, tuple):
            kernel_size = (kernel_size, kernel_size)
        self.weight = nn.Parameter(
            nn.init.kaiming_uniform_(torch.zeros(out_channels, in_channels, *kernel_size), 5**0.5)
        )
        self.settings = {"stride": stride, "padding": padding}

    def forward(self, x):
        return F.conv2d(x, self.weight, **self.settings)

    def extra_repr(self):
        return f"{tuple(self.weight.shape)} {self.settings}"


# %% wrong: a shortcut: nn.Conv2d
Conv2d = nn.Conv2d


# %% wrong: a shortcut: layers.Conv2d
from course_utils import layers


Conv2d = layers.Conv2d


# %% wrong: a shortcut: nn.Conv2d wrapped
def _wrapping(finished: type[nn.Module]) -> type[nn.Module]:
    class Wrapper(nn.Module):
        def __init__(self, *args, **settings):
            super().__init__()
            self.inner = finished(*args, **settings)

        def forward(self, x):
            return self.inner(x)

    return Wrapper


Conv2d = _wrapping(nn.Conv2d)


# %% wrong: a shortcut: layers.Conv2d wrapped
from course_utils import layers


def _wrapping(finished: type[nn.Module]) -> type[nn.Module]:
    class Wrapper(nn.Module):
        def __init__(self, *args, **settings):
            super().__init__()
            self.inner = finished(*args, **settings)

        def forward(self, x):
            return self.inner(x)

    return Wrapper


Conv2d = _wrapping(layers.Conv2d)


# %% mistake: tuples_only
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.stride, self.padding, self.kernel_size = stride, padding, kernel_size
        height, width = kernel_size
        bound = (in_channels * height * width) ** -0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, height, width))
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, x):
        return functional.conv2d(x, self.weight, None, self.stride, self.padding)

    def extra_repr(self):
        return f"{[*self.weight.shape[1::-1]]}, {self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         height, width = kernel_size
# +         height, width = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size


# %% mistake: one_side
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.stride, self.padding, self.kernel_size = stride, padding, kernel_size
        height, width = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        bound = 1 / (in_channels * width) ** 0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, height, width))
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, x):
        return functional.conv2d(x, self.weight, None, self.stride, self.padding)

    def extra_repr(self):
        return f"{[*self.weight.shape[1::-1]]}, {self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         bound = 1 / (in_channels * width) ** 0.5
# +         bound = 1 / (in_channels * height * width) ** 0.5


# %% mistake: kaiming
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.stride, self.padding, self.kernel_size = stride, padding, kernel_size
        height, width = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        bound = (6 / (in_channels * height * width)) ** 0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, height, width))
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, x):
        return functional.conv2d(x, self.weight, None, self.stride, self.padding)

    def extra_repr(self):
        return f"{[*self.weight.shape[1::-1]]}, {self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         bound = (6 / (in_channels * height * width)) ** 0.5
# +         bound = (1 / (in_channels * height * width)) ** 0.5


# %% mistake: no_gradient
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.stride, self.padding, self.kernel_size = stride, padding, kernel_size
        height, width = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        bound = (in_channels * height * width) ** -0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, height, width))
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, x):
        with t.no_grad():
            return functional.conv2d(x, self.weight, None, self.stride, self.padding)

    def extra_repr(self):
        return f"{[*self.weight.shape[1::-1]]}, {self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         with t.no_grad():
# -             return functional.conv2d(x, self.weight, None, self.stride, self.padding)
# +         return functional.conv2d(x, self.weight, None, self.stride, self.padding)


# %% mistake: memory_order
import math


class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding
        kh, kw = self.kernel_size
        fan_in = in_channels * kh * kw
        bound = 1 / math.sqrt(fan_in)
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kh, kw) * 2 * bound - bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        _, channels, height, width = x.shape
        x = t.as_strided(x, x.shape, (channels * height * width, height * width, width, 1))
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        names = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


# repair
# -         x = t.as_strided(x, x.shape, (channels * height * width, height * width, width, 1))


# %% mistake: float64_weights
import numpy as np


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride, self.padding = stride, padding
        shape = (out_channels, in_channels, *self.kernel_size)
        bound = np.prod(shape[1:]) ** -0.5
        drawn = (np.random.rand(*shape) * 2 - 1) * bound
        self.weight = nn.Parameter(t.from_numpy(drawn))

    def forward(self, x):
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self):
        out_channels, in_channels = self.weight.shape[:2]
        return f"{in_channels}, {out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         self.weight = nn.Parameter(t.from_numpy(drawn))
# +         self.weight = nn.Parameter(t.from_numpy(drawn).float())


# %% mistake: silent_about_padding
import numpy as np


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride, self.padding = stride, padding
        shape = (out_channels, in_channels, *self.kernel_size)
        bound = np.prod(shape[1:]) ** -0.5
        drawn = (np.random.rand(*shape) * 2 - 1) * bound
        self.weight = nn.Parameter(t.tensor(drawn, dtype=t.float32))

    def forward(self, x):
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self):
        out_channels, in_channels = self.weight.shape[:2]
        return f"{in_channels}, {out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"


# repair
# -         return f"{in_channels}, {out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
# +         return f"{in_channels}, {out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% mistake: halved
import numpy as np


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride, self.padding = stride, padding
        shape = (out_channels, in_channels, *self.kernel_size)
        bound = np.prod(shape[1:]) ** -0.5
        drawn = (np.random.rand(*shape) - 0.5) * bound
        self.weight = nn.Parameter(t.tensor(drawn, dtype=t.float32))

    def forward(self, x):
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self):
        out_channels, in_channels = self.weight.shape[:2]
        return f"{in_channels}, {out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         drawn = (np.random.rand(*shape) - 0.5) * bound
# +         drawn = (np.random.rand(*shape) - 0.5) * 2 * bound
