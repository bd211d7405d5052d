# %% Mia: a kernel that is a tuple
# truth: kernel_size is used as one whole number, so a tuple (height, width) raises while the weight is made.
# repair: take height and width from the tuple, or twice the number if it's an int
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        n = in_channels * kernel_size * kernel_size
        limit = 1 / n**0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, kernel_size, kernel_size).uniform_(-limit, limit))

    def forward(self, x):
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self):
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Kenji: a kernel as Keras keeps it
# truth: The weight has the shape (height, width, in_channels, out_channels) of a Keras kernel instead of
# (out_channels, in_channels, height, width).
# repair: keep the weight as (out_channels, in_channels, height, width), and pass it without permute
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        limit = (in_channels * kh * kw) ** -0.5
        self.filters = out_channels
        self.in_channels = in_channels
        self.kernel_size, self.strides, self.padding = kernel_size, stride, padding
        self.weight = nn.Parameter(t.rand(kh, kw, in_channels, out_channels) * 2 * limit - limit)

    def forward(self, inputs):
        return functional.conv2d(inputs, self.weight.permute(3, 2, 0, 1), stride=self.strides, padding=self.padding)

    def extra_repr(self):
        return f"{self.in_channels}, {self.filters}, kernel_size={self.kernel_size}, stride={self.strides}, padding={self.padding}"


# %% Anton: the third positional argument
# truth: The third positional argument of functional.conv2d is bias, so the stride is taken for a bias, which raises.
# repair: pass stride= and padding= by name
class Conv2d(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, kernel_size, stride=1, padding=0) -> None:
        super().__init__()
        kernel = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        fan_in = in_channels * kernel[0] * kernel[1]
        bound = 1.0 / fan_in**0.5
        self.weight = nn.Parameter(t.zeros(out_channels, in_channels, kernel[0], kernel[1]))
        nn.init.uniform_(self.weight, -bound, bound)
        self.config = (in_channels, out_channels, kernel_size, stride, padding)
        self.stride = stride
        self.padding = padding

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv2d(x, self.weight, self.stride, self.padding)

    def extra_repr(self) -> str:
        return "{}, {}, kernel_size={}, stride={}, padding={}".format(*self.config)


# %% Priya: a bias after all
# truth: The layer has a bias, which the exercise rules out: one parameter too many, added to every output.
# repair: leave self.bias out, and don't pass it to conv2d
import math

import torch.nn.functional as F
from torch.nn.modules.utils import _pair


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super(Conv2d, self).__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = _pair(kernel_size)
        self.stride = _pair(stride)
        self.padding = _pair(padding)
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, *self.kernel_size))
        self.bias = nn.Parameter(t.empty(out_channels))
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        bound = 1 / math.sqrt(in_channels * self.kernel_size[0] * self.kernel_size[1])
        nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, input):
        return F.conv2d(input, self.weight, self.bias, self.stride, self.padding)

    def extra_repr(self):
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Lars: fan-in without the window
# truth: n is taken to be in_channels; one output sums over in_channels × height × width numbers, so the weights start
# too large.
# repair: multiply n by the window's height and width
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 2
        b = in_channels**-0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, *k).uniform_(-b, b))
        self.kw = dict(stride=stride, padding=padding)
        self.k = kernel_size

    def forward(self, x):
        return functional.conv2d(x, self.weight, **self.kw)

    def extra_repr(self):
        o, i = self.weight.shape[:2]
        return f"{i}, {o}, kernel_size={self.k}, stride={self.kw['stride']}, padding={self.kw['padding']}"


# %% Anton: fan-out
# truth: The bound is computed from out_channels × height × width; it must follow the number of inputs that one output
# sums over, which is in_channels × height × width.
# repair: use in_channels in place of out_channels
class Conv2d(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, kernel_size, stride=1, padding=0) -> None:
        super().__init__()
        if isinstance(kernel_size, int):
            kernel_h = kernel_size
            kernel_w = kernel_size
        else:
            kernel_h, kernel_w = kernel_size
        n = out_channels * kernel_h * kernel_w
        bound = n**-0.5
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kernel_h, kernel_w) * 2 * bound - bound)
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv2d(input=x, weight=self.weight, bias=None, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# %% Mia: stride isn't passed on
# truth: forward passes the padding but not the stride, so every convolution steps by 1 and the output is too large.
# repair: pass stride=self.stride to conv2d
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if type(kernel_size) == int:
            height = kernel_size
            width = kernel_size
        else:
            height = kernel_size[0]
            width = kernel_size[1]
        limit = 1 / (in_channels * height * width) ** 0.5
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, height, width) * 2 * limit - limit)

    def forward(self, x):
        out = functional.conv2d(x, self.weight, padding=self.padding)
        return out

    def extra_repr(self):
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Mia: t.sqrt of a number
# truth: t.sqrt takes a tensor, and n is a whole number of Python, so __init__ raises.
# repair: use n ** 0.5 in place of t.sqrt(n)
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        n = in_channels * kernel_size[0] * kernel_size[1]
        limit = 1 / t.sqrt(n)
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, *kernel_size).uniform_(-limit, limit))

    def forward(self, x):
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self):
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Kenji: numpy's random numbers are float64
# truth: np.random.uniform gives float64, so the weight is float64 too, and a convolution of float32 images raises
# because the two types differ.
# repair: make the weight float32, with .float()
import numpy as np


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        limit = 1 / np.sqrt(in_channels * np.prod(kernel_size))
        kernel = np.random.uniform(-limit, limit, size=(out_channels, in_channels) + kernel_size)
        self.weight = nn.Parameter(t.from_numpy(kernel))
        self.kernel_size = kernel_size
        self.strides = stride
        self.padding = padding

    def forward(self, inputs):
        return functional.conv2d(inputs, self.weight, stride=self.strides, padding=self.padding)

    def extra_repr(self):
        filters, channels = self.weight.shape[:2]
        return f"{channels}, {filters}, kernel_size={self.kernel_size}, stride={self.strides}, padding={self.padding}"


# %% Mia: in and out the wrong way round
# truth: The weight has the shape (in_channels, out_channels, …); conv2d takes its first axis for the outputs, so the
# channels don't fit.
# repair: put out_channels before in_channels in the weight's shape
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, tuple):
            h, w = kernel_size
        else:
            h, w = kernel_size, kernel_size
        limit = 1 / (in_channels * h * w) ** 0.5
        self.weight = nn.Parameter(t.empty(in_channels, out_channels, h, w).uniform_(-limit, limit))

    def forward(self, x):
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self):
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Anton: width before height
# truth: The tuple kernel_size is read as (width, height), so a window that isn't square lies on its side.
# repair: read kernel_size as (height, width)
class Conv2d(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, kernel_size, stride=1, padding=0) -> None:
        super().__init__()
        kernel_w, kernel_h = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        bound = 1.0 / (in_channels * kernel_h * kernel_w) ** 0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, kernel_h, kernel_w).uniform_(-bound, bound))
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        return (
            f"{self.weight.size(1)}, {self.weight.size(0)}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# %% Priya: nn.Conv2d inside, with its bias
# truth: Two mistakes: nn.Conv2d does the layer's work, so that the weight is called conv.weight; and it's made with
# its default bias.
# repair: make the weight with nn.Parameter, without a bias, and call functional.conv2d
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super(Conv2d, self).__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride=stride, padding=padding)

    def forward(self, x):
        return self.conv(x)

    def extra_repr(self):
        return self.conv.extra_repr()


# %% Mia: forward is still to be written
# truth: Partly written: __init__ is right, forward and extra_repr still raise NotImplementedError.
# repair: call functional.conv2d in forward, and write extra_repr
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        if isinstance(kernel_size, tuple):
            height, width = kernel_size
        else:
            height, width = kernel_size, kernel_size
        limit = (in_channels * height * width) ** -0.5
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, height, width).uniform_(-limit, limit))

    def forward(self, x):
        raise NotImplementedError()

    def extra_repr(self):
        raise NotImplementedError()


# %% Lars: He's initialisation, and padding in extra_repr forgotten
# truth: Two mistakes: kaiming_normal_ draws normal numbers in place of uniform ones between ±1/sqrt(n), and
# extra_repr doesn't tell the padding.
# repair: draw uniformly between ±1/sqrt(n), and add padding to extra_repr
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.weight = nn.Parameter(t.empty(out_channels, in_channels, *k))
        nn.init.kaiming_normal_(self.weight)
        self.k, self.s, self.p = kernel_size, stride, padding

    def forward(self, x):
        return functional.conv2d(x, self.weight, None, self.s, self.p)

    def extra_repr(self):
        o, i = self.weight.shape[:2]
        return f"{i}, {o}, kernel_size={self.k}, stride={self.s}"


# %% Mia: one number for the kernel, none for the stride
# truth: Two mistakes: a kernel_size that is a tuple raises because it's used as one number, and forward doesn't pass
# the stride on.
# repair: take height and width from a tuple, and pass stride=self.stride
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        limit = 1 / (in_channels * kernel_size**2) ** 0.5
        self.weight = nn.Parameter(t.rand(out_channels, in_channels, kernel_size, kernel_size) * 2 * limit - limit)

    def forward(self, x):
        return functional.conv2d(x, self.weight, padding=self.padding)

    def extra_repr(self):
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Nadia: TensorFlow's order of the kernel
# truth: The weight is kept as (height, width, in, out), TensorFlow's order, and turned round in forward. The numbers
# would do, but the parameter has the wrong shape.
# repair: make the weight of shape (out_channels, in_channels, height, width), and don't permute
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        """Make `weight` of shape (out_channels, in_channels, kernel height, kernel width)."""
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        kh, kw = kernel_size
        limit = 1 / (in_channels * kh * kw) ** 0.5
        self.weight = nn.Parameter(t.empty(kh, kw, in_channels, out_channels).uniform_(-limit, limit))

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        """Slide the weight over each image of the batch."""
        kernel = self.weight.permute(3, 2, 0, 1)
        return functional.conv2d(x, kernel, stride=self.stride, padding=self.padding)

    def extra_repr(self) -> str:
        """Say in_channels, out_channels, kernel_size, stride and padding."""
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}"
        )


# %% Tom: n is the channels, and the padding got lost
# truth: Two mistakes: n counts the input channels only, not the height and width of the kernel, so the weights start
# too large; and forward doesn't hand the padding on.
# repair: bound = (in_channels * height * width) ** -0.5, and padding=self.padding in forward
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        """Make `weight` of shape (out_channels, in_channels, kernel height, kernel width)."""
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        h, w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        bound = in_channels**-0.5
        self.weight = nn.Parameter((2 * t.rand(out_channels, in_channels, h, w) - 1) * bound)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        """Slide the weight over each image of the batch."""
        return functional.conv2d(x, self.weight, stride=self.stride)

    def extra_repr(self) -> str:
        """Say in_channels, out_channels, kernel_size, stride and padding."""
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
