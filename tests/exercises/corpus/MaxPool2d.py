# %% Mia: pad without a value
# truth: functional.pad fills in zeros, and a 0 at the border wins against negative values.
# repair: pad with value=-t.inf
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        if isinstance(stride, int):
            stride = (stride, stride)
        if isinstance(padding, int):
            padding = (padding, padding)
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        pad_h = self.padding[0]
        pad_w = self.padding[1]
        padded = functional.pad(x, (pad_w, pad_w, pad_h, pad_h))
        windows = padded.unfold(2, self.kernel_size[0], self.stride[0])
        windows = windows.unfold(3, self.kernel_size[1], self.stride[1])
        return windows.amax(dim=(-1, -2))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Mia: without a stride it steps by one
# truth: A missing stride becomes 1, so the windows overlap; it should be the kernel size.
# repair: use kernel_size when stride is None
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        if stride is None:
            stride = 1
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        pad_h, pad_w = self.padding
        x = functional.pad(x, (pad_w, pad_w, pad_h, pad_h), value=float("-inf"))
        x = x.unfold(2, self.kernel_size[0], self.stride[0])
        x = x.unfold(3, self.kernel_size[1], self.stride[1])
        return x.amax(dim=(4, 5))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Anton: an output array of float32
# truth: The result is written into t.zeros(…), which is float32 whatever x is, so a float64 input comes back as
# float32.
# repair: make the output with x.new_zeros(…)
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0) -> None:
        super().__init__()
        stride = kernel_size if stride is None else stride
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x: Tensor) -> Tensor:
        kh, kw = self.kernel_size
        sh, sw = self.stride
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=-float("inf"))
        n, c, h, w = x.shape
        out_h = (h - kh) // sh + 1
        out_w = (w - kw) // sw + 1
        out = t.zeros(n, c, out_h, out_w)
        for i in range(out_h):
            for j in range(out_w):
                window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
                out[:, :, i, j] = window.amax(dim=(2, 3))
        return out

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Anton: the output's size by dividing
# truth: The output's size is taken as size // stride, without the kernel: too large whenever the window is larger
# than the stride, and its last windows are cut off at the border.
# repair: use (size - kernel) // stride + 1
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0) -> None:
        super().__init__()
        stride = kernel_size if stride is None else stride
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x: Tensor) -> Tensor:
        kh, kw = self.kernel_size
        sh, sw = self.stride
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=-float("inf"))
        n, c, h, w = x.shape
        out_h = h // sh
        out_w = w // sw
        out = x.new_empty(n, c, out_h, out_w)
        for i in range(out_h):
            for j in range(out_w):
                out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].amax(dim=(2, 3))
        return out

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Kenji: pools over axes 1 and 2
# truth: The windows slide over axes 1 and 2, which are channels and height here; height and width are axes 2 and 3.
# repair: unfold axes 2 and 3
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        to_pair = lambda v: v if isinstance(v, tuple) else (v, v)
        self.pool_size = to_pair(kernel_size)
        self.strides = to_pair(stride if stride is not None else kernel_size)
        self.padding = to_pair(padding)

    def forward(self, inputs):
        ph, pw = self.padding
        inputs = functional.pad(inputs, (pw, pw, ph, ph), value=-t.inf)
        windows = inputs.unfold(1, self.pool_size[0], self.strides[0]).unfold(2, self.pool_size[1], self.strides[1])
        return windows.amax(axis=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.pool_size}, stride={self.strides}, padding={self.padding}"


# %% Priya: im2col, and the columns' order is guessed
# truth: functional.unfold's columns are ordered channel by channel; viewing them as (kernel, channels) mixes values
# of different channels in one maximum.
# repair: view the columns as (batch, channels, kh * kw, windows), and take the maximum over axis 2
import torch.nn.functional as F


class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super(MaxPool2d, self).__init__()
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        stride = kernel_size if stride is None else stride
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        x = F.pad(x, (self.padding[1], self.padding[1], self.padding[0], self.padding[0]), value=float("-inf"))
        n, c, h, w = x.shape
        out_h = (h - self.kernel_size[0]) // self.stride[0] + 1
        out_w = (w - self.kernel_size[1]) // self.stride[1] + 1
        cols = F.unfold(x, kernel_size=self.kernel_size, stride=self.stride)
        cols = cols.view(n, self.kernel_size[0] * self.kernel_size[1], c, out_h * out_w)
        return cols.max(dim=1)[0].view(n, c, out_h, out_w)

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Lars: pad from the first axis on
# truth: functional.pad counts from the last axis, so (ph, ph, pw, pw) puts the height's padding at the left and
# right, and the width's above and below.
# repair: pad with (pw, pw, ph, ph)
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        pair = lambda v: v if isinstance(v, tuple) else (v, v)
        self.kernel_size, self.stride, self.padding = map(pair, (kernel_size, stride or kernel_size, padding))

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        x = functional.pad(x, (ph, ph, pw, pw), value=-t.inf)
        return x.unfold(2, kh, sh).unfold(3, kw, sw).amax((-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Mia: max gives two things
# truth: .max(dim=…) gives a pair of values and indices, and a pair has no max of its own, so the second call raises.
# repair: take .values of each max
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        pad_h, pad_w = self.padding
        x = functional.pad(x, (pad_w, pad_w, pad_h, pad_h), value=-t.inf)
        windows = x.unfold(2, self.kernel_size[0], self.stride[0]).unfold(3, self.kernel_size[1], self.stride[1])
        biggest = windows.max(dim=-1).max(dim=-1)
        return biggest

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Lars: size and step swapped
# truth: unfold takes (dim, size, step) and gets the stride as its size and the kernel as its step, so wherever the
# two differ the windows have the wrong size and place.
# repair: unfold(2, kh, sh) and unfold(3, kw, sw)
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        pair = lambda v: v if isinstance(v, tuple) else (v, v)
        self.k, self.s, self.p = pair(kernel_size), pair(kernel_size if stride is None else stride), pair(padding)

    def forward(self, x):
        ph, pw = self.p
        x = functional.pad(x, (pw, pw, ph, ph), value=-t.inf)
        return x.unfold(2, self.s[0], self.k[0]).unfold(3, self.s[1], self.k[1]).amax((-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.k}, stride={self.s}, padding={self.p}"


# %% Priya: zeros at the border, and a stride of 1
# truth: Two mistakes: F.unfold pads with zeros, which win against negative values, and a missing stride becomes 1
# instead of the kernel size.
# repair: pad with -inf before F.unfold, and use kernel_size when stride is None
import torch.nn.functional as F


class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super(MaxPool2d, self).__init__()
        stride = stride if stride is not None else 1
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        n, c, h, w = x.shape
        out_h = (h + 2 * self.padding[0] - self.kernel_size[0]) // self.stride[0] + 1
        out_w = (w + 2 * self.padding[1] - self.kernel_size[1]) // self.stride[1] + 1
        patches = F.unfold(x, self.kernel_size, padding=self.padding, stride=self.stride)
        patches = patches.view(n, c, -1, out_h, out_w)
        return patches.max(dim=2).values

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Lars: padding is for later
# truth: Partly written: the padding is kept and shown, but forward never pads.
# repair: pad x with -inf before the windows are taken
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        pair = lambda v: v if isinstance(v, tuple) else (v, v)
        self.kernel_size, self.stride = pair(kernel_size), pair(kernel_size if stride is None else stride)
        self.padding = pair(padding)

    def forward(self, x):
        # TODO padding
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        return x.unfold(2, kh, sh).unfold(3, kw, sw).flatten(-2).amax(-1)

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Mia: a pair of None
# truth: A missing stride becomes the tuple (None, None) before it's compared with None, so unfold gets None for its
# step and raises.
# repair: replace a missing stride by kernel_size before the tuples are made
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if not isinstance(kernel_size, tuple):
            kernel_size = (kernel_size, kernel_size)
        if not isinstance(stride, tuple):
            stride = (stride, stride)
        if not isinstance(padding, tuple):
            padding = (padding, padding)
        if stride is None:
            stride = kernel_size
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        pad_h, pad_w = self.padding
        x = functional.pad(x, (pad_w, pad_w, pad_h, pad_h), value=float("-inf"))
        x = x.unfold(2, self.kernel_size[0], self.stride[0])
        x = x.unfold(3, self.kernel_size[1], self.stride[1])
        return x.amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Anton: rounds the size up
# truth: The output's size is rounded up, as ceil_mode does, so a last window that reaches over the border is counted
# too.
# repair: round down: (size - kernel) // stride + 1
import math


class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0) -> None:
        super().__init__()
        stride = kernel_size if stride is None else stride
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x: Tensor) -> Tensor:
        kh, kw = self.kernel_size
        sh, sw = self.stride
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=-float("inf"))
        out_h = math.ceil((x.size(2) - kh) / sh) + 1
        out_w = math.ceil((x.size(3) - kw) / sw) + 1
        rows = []
        for i in range(out_h):
            row = []
            for j in range(out_w):
                row.append(x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].amax(dim=(2, 3)))
            rows.append(t.stack(row, dim=-1))
        return t.stack(rows, dim=-2)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Mia: pads with a very small number
# truth: The padding is -100, which still wins against numbers below -100; only minus infinity loses against every
# number.
# repair: pad with value=-t.inf
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        pad_h, pad_w = self.padding
        # a very small number, so that it's never the biggest
        x = functional.pad(x, (pad_w, pad_w, pad_h, pad_h), value=-100)
        x = x.unfold(2, self.kernel_size[0], self.stride[0])
        x = x.unfold(3, self.kernel_size[1], self.stride[1])
        return x.amax(dim=(4, 5))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Mia: forward is pass
# truth: Partly written: __init__ and extra_repr are right, and forward is pass, so it gives None.
# repair: pad with -inf, take the windows with unfold, and return their largest values
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        stride = kernel_size if stride is None else stride
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        # no idea yet
        pass

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Anton: two buffers of zeros
# truth: Two mistakes: the padded image is made of zeros, which win against negative values, and both it and the
# output are float32 whatever x is.
# repair: make the padded image with x.new_full(…, -inf), and the output with x.new_zeros
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0) -> None:
        super().__init__()
        stride = kernel_size if stride is None else stride
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x: Tensor) -> Tensor:
        kh, kw = self.kernel_size
        sh, sw = self.stride
        ph, pw = self.padding
        n, c, h, w = x.shape
        padded = t.zeros(n, c, h + 2 * ph, w + 2 * pw)
        padded[:, :, ph : ph + h, pw : pw + w] = x
        out_h = (h + 2 * ph - kh) // sh + 1
        out_w = (w + 2 * pw - kw) // sw + 1
        out = t.zeros(n, c, out_h, out_w)
        for i in range(out_h):
            for j in range(out_w):
                out[:, :, i, j] = padded[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].amax(dim=(2, 3))
        return out

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Viktor: stride 1 by default
# truth: Without a stride it takes 1 instead of the kernel size, so the windows overlap and the map hardly shrinks.
# repair: stride = kernel_size if stride is None
class MaxPool2d(nn.Module):
    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        """Keep the settings; without a stride the windows lie side by side."""
        super().__init__()
        if stride is None:
            stride = 1
        self.kernel_size = self.pair(kernel_size)
        self.stride = self.pair(stride)
        self.padding = self.pair(padding)

    @staticmethod
    def pair(value):
        return value if isinstance(value, tuple) else (value, value)

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels out_height out_width"]:
        """Take the largest value of each window."""
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        x = x.unfold(2, self.kernel_size[0], self.stride[0])
        x = x.unfold(3, self.kernel_size[1], self.stride[1])
        return x.amax(dim=(-2, -1))

    def extra_repr(self) -> str:
        """Say kernel_size, stride and padding."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# %% Nadia: np.pad goes from the first axis on
# truth: functional.pad counts from the last axis, so the height's padding lands on the width and the other way round.
# It shows only if the two differ.
# repair: functional.pad(x, (pad_w, pad_w, pad_h, pad_h), value=-t.inf)
class MaxPool2d(nn.Module):
    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        """Keep the settings; without a stride the windows lie side by side."""
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels out_height out_width"]:
        """Take the largest value of each window."""
        kernel_h, kernel_w = (self.kernel_size,) * 2 if isinstance(self.kernel_size, int) else self.kernel_size
        stride_h, stride_w = (self.stride,) * 2 if isinstance(self.stride, int) else self.stride
        pad_h, pad_w = (self.padding,) * 2 if isinstance(self.padding, int) else self.padding
        x = functional.pad(x, (pad_h, pad_h, pad_w, pad_w), value=-t.inf)
        windows = x.unfold(2, kernel_h, stride_h).unfold(3, kernel_w, stride_w)
        return windows.amax(dim=(4, 5))

    def extra_repr(self) -> str:
        """Say kernel_size, stride and padding."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
