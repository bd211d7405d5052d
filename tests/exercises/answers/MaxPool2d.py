# %% mistake: zero_padding
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        kh, kw = self.kernel_size
        sh, sw = self.stride
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph))
        windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
        return windows.amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         x = functional.pad(x, (pw, pw, ph, ph))
# +         x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))


# %% mistake: stride_one
def to_pair(value):
    return value if isinstance(value, tuple) else (value, value)


class MaxPool2d(nn.Module):
    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size = to_pair(kernel_size)
        self.stride = to_pair(stride)
        self.padding = to_pair(padding)

    def forward(self, x):
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        x = x.unfold(2, self.kernel_size[0], self.stride[0])
        x = x.unfold(3, self.kernel_size[1], self.stride[1])
        return x.amax((-1, -2))

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         stride: int | tuple[int, int] = 1,
# +         stride: int | tuple[int, int] | None = None,
# -         self.stride = to_pair(stride)
# +         self.stride = to_pair(kernel_size if stride is None else stride)


# %% mistake: stride_two
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = 2 if stride is None else stride
        self.padding = padding

    @staticmethod
    def _both(setting):
        return setting if isinstance(setting, tuple) else (setting,) * 2

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(self._both, (self.kernel_size, self.stride, self.padding))
        padded = functional.pad(x, (pw, pw, ph, ph), value=-t.inf)
        return padded.unfold(2, kh, sh).unfold(3, kw, sw).amax(dim=(4, 5))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         self.stride = 2 if stride is None else stride
# +         self.stride = kernel_size if stride is None else stride


# %% mistake: stride_ignored
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        if stride is None:
            stride = kernel_size
        elif isinstance(stride, int):
            stride = (stride, stride)
        if isinstance(padding, int):
            padding = (padding, padding)
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        k_h, k_w = self.kernel_size
        p_h, p_w = self.padding
        x = functional.pad(x, (p_w, p_w, p_h, p_h), value=float("-inf"))
        windows = x.unfold(2, k_h, k_h).unfold(3, k_w, k_w)
        return windows.flatten(start_dim=-2).max(dim=-1).values

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         p_h, p_w = self.padding
# +         s_h, s_w = self.stride
# +         p_h, p_w = self.padding
# -         windows = x.unfold(2, k_h, k_h).unfold(3, k_w, k_w)
# +         windows = x.unfold(2, k_h, s_h).unfold(3, k_w, s_w)


# %% mistake: padding_ignored
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding

    def forward(self, x):
        kh, kw = (self.kernel_size, self.kernel_size) if isinstance(self.kernel_size, int) else self.kernel_size
        sh, sw = (self.stride, self.stride) if isinstance(self.stride, int) else self.stride
        out_h = (x.shape[2] - kh) // sh + 1
        out_w = (x.shape[3] - kw) // sw + 1
        rows = []
        for i in range(out_h):
            row = [x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].amax(dim=(2, 3)) for j in range(out_w)]
            rows.append(t.stack(row, dim=-1))
        return t.stack(rows, dim=-2)

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         out_h = (x.shape[2] - kh) // sh + 1
# +         ph, pw = (self.padding, self.padding) if isinstance(self.padding, int) else self.padding
# +         x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
# +         out_h = (x.shape[2] - kh) // sh + 1


# %% mistake: pads_one_side
import torch.nn.functional as F


class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        pair = lambda v: v if isinstance(v, tuple) else (v, v)
        self.kernel_size = pair(kernel_size)
        self.stride = self.kernel_size if stride is None else pair(stride)
        self.padding = pair(padding)

    def forward(self, x):
        x = F.pad(x, (self.padding[1], 0, self.padding[0], 0), value=float("-inf"))
        x = x.unfold(2, self.kernel_size[0], self.stride[0]).unfold(3, self.kernel_size[1], self.stride[1])
        return x.amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         x = F.pad(x, (self.padding[1], 0, self.padding[0], 0), value=float("-inf"))
# +         ph, pw = self.padding
# +         x = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))


# %% mistake: padding_first
class MaxPool2d(nn.Module):
    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        padding: int | tuple[int, int] = 0,
        stride: int | tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        stride = kernel_size if stride is None else stride
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=-float("inf"))
        for axis in (0, 1):
            x = x.unfold(axis + 2, self.kernel_size[axis], self.stride[axis]).amax(-1)
        return x

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         padding: int | tuple[int, int] = 0,
# -         stride: int | tuple[int, int] | None = None,
# +         stride: int | tuple[int, int] | None = None,
# +         padding: int | tuple[int, int] = 0,


# %% mistake: pads_by_default
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=1):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding

    def forward(self, x):
        kh, kw = self.kernel_size if isinstance(self.kernel_size, tuple) else (self.kernel_size, self.kernel_size)
        sh, sw = self.stride if isinstance(self.stride, tuple) else (self.stride, self.stride)
        ph, pw = self.padding if isinstance(self.padding, tuple) else (self.padding, self.padding)
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        return x.unfold(2, kh, sh).unfold(3, kw, sw).amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -     def __init__(self, kernel_size, stride=None, padding=1):
# +     def __init__(self, kernel_size, stride=None, padding=0):


# %% mistake: kernel_turned
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        stride = kernel_size if stride is None else stride
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        kernel_w, kernel_h = self.kernel_size
        stride_h, stride_w = self.stride
        pad_h, pad_w = self.padding
        x = functional.pad(x, (pad_w, pad_w, pad_h, pad_h), value=float("-inf"))
        windows = x.unfold(2, kernel_h, stride_h).unfold(3, kernel_w, stride_w)
        return windows.amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         kernel_w, kernel_h = self.kernel_size
# +         kernel_h, kernel_w = self.kernel_size


# %% mistake: stride_turned
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding

    def forward(self, x):
        def pair(n):
            return (n, n) if isinstance(n, int) else n

        kh, kw = pair(self.kernel_size)
        sw, sh = pair(self.stride)
        ph, pw = pair(self.padding)
        x = functional.pad(x, (pw, pw, ph, ph), value=-t.inf)
        x = x.unfold(3, kw, sw).amax(-1)
        x = x.unfold(2, kh, sh).amax(-1)
        return x

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         sw, sh = pair(self.stride)
# +         sh, sw = pair(self.stride)


# %% mistake: padding_turned
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = self.two(kernel_size)
        self.stride = self.two(stride) if stride is not None else self.kernel_size
        self.padding = self.two(padding)

    def two(self, n):
        if isinstance(n, tuple):
            return n
        return (n, n)

    def forward(self, x):
        p0, p1 = self.padding
        x = functional.pad(x, (p0, p0, p1, p1), value=float("-inf"))
        x = x.unfold(2, self.kernel_size[0], self.stride[0]).unfold(3, self.kernel_size[1], self.stride[1])
        return x.amax(dim=(-1, -2))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         x = functional.pad(x, (p0, p0, p1, p1), value=float("-inf"))
# +         x = functional.pad(x, (p1, p1, p0, p0), value=float("-inf"))


# %% mistake: kernel_square
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        k = self.kernel_size[0]
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=-t.inf)
        return x.unfold(2, k, self.stride[0]).unfold(3, k, self.stride[1]).amax((-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         k = self.kernel_size[0]
# +         kh, kw = self.kernel_size
# -         return x.unfold(2, k, self.stride[0]).unfold(3, k, self.stride[1]).amax((-2, -1))
# +         return x.unfold(2, kh, self.stride[0]).unfold(3, kw, self.stride[1]).amax((-2, -1))


# %% mistake: stride_square
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        as_pair = lambda n: n if isinstance(n, tuple) else (n, n)
        self.kernel_size = as_pair(kernel_size)
        self.stride = as_pair(kernel_size if stride is None else stride)
        self.padding = as_pair(padding)

    def forward(self, x):
        (kh, kw), (ph, pw) = self.kernel_size, self.padding
        step = self.stride[0]
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        out_h = (x.shape[-2] - kh) // step + 1
        out_w = (x.shape[-1] - kw) // step + 1
        best = None
        for i in range(kh):
            for j in range(kw):
                piece = x[:, :, i : i + step * (out_h - 1) + 1 : step, j : j + step * (out_w - 1) + 1 : step]
                best = piece if best is None else t.maximum(best, piece)
        return best

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         step = self.stride[0]
# +         down, right = self.stride
# -         out_h = (x.shape[-2] - kh) // step + 1
# -         out_w = (x.shape[-1] - kw) // step + 1
# +         out_h = (x.shape[-2] - kh) // down + 1
# +         out_w = (x.shape[-1] - kw) // right + 1
# -                 piece = x[:, :, i : i + step * (out_h - 1) + 1 : step, j : j + step * (out_w - 1) + 1 : step]
# +                 piece = x[:, :, i : i + down * (out_h - 1) + 1 : down, j : j + right * (out_w - 1) + 1 : right]


# %% mistake: numbers_only
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding

    def forward(self, x):
        p = self.padding
        x = functional.pad(x, (p, p, p, p), value=float("-inf"))
        windows = x.unfold(2, self.kernel_size, self.stride).unfold(3, self.kernel_size, self.stride)
        return windows.amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         p = self.padding
# -         x = functional.pad(x, (p, p, p, p), value=float("-inf"))
# -         windows = x.unfold(2, self.kernel_size, self.stride).unfold(3, self.kernel_size, self.stride)
# +         settings = self.kernel_size, self.stride, self.padding
# +         (kh, kw), (sh, sw), (ph, pw) = [one if isinstance(one, tuple) else (one, one) for one in settings]
# +         x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
# +         windows = x.unfold(2, kh, sh).unfold(3, kw, sw)


# %% mistake: rounds_up
import math


class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        stride = kernel_size if stride is None else stride
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        kh, kw = self.kernel_size
        sh, sw = self.stride
        ph, pw = self.padding
        out_h = math.ceil((x.shape[2] + 2 * ph - kh) / sh) + 1
        out_w = math.ceil((x.shape[3] + 2 * pw - kw) / sw) + 1
        more_h = (out_h - 1) * sh + kh - (x.shape[2] + 2 * ph)
        more_w = (out_w - 1) * sw + kw - (x.shape[3] + 2 * pw)
        x = functional.pad(x, (pw, pw + more_w, ph, ph + more_h), value=float("-inf"))
        return x.unfold(2, kh, sh).unfold(3, kw, sw).amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         out_h = math.ceil((x.shape[2] + 2 * ph - kh) / sh) + 1
# -         out_w = math.ceil((x.shape[3] + 2 * pw - kw) / sw) + 1
# +         out_h = math.floor((x.shape[2] + 2 * ph - kh) / sh) + 1
# +         out_w = math.floor((x.shape[3] + 2 * pw - kw) / sw) + 1


# %% mistake: average
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph))
        windows = x.unfold(2, self.kernel_size[0], self.stride[0]).unfold(3, self.kernel_size[1], self.stride[1])
        return windows.mean(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         x = functional.pad(x, (pw, pw, ph, ph))
# +         x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
# -         return windows.mean(dim=(-2, -1))
# +         return windows.amax(dim=(-2, -1))


# %% mistake: smallest
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        settings = [kernel_size, kernel_size if stride is None else stride, padding]
        settings = [(s, s) if isinstance(s, int) else s for s in settings]
        self.kernel_size, self.stride, self.padding = settings

    def forward(self, x):
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=float("inf"))
        for dim in (2, 3):
            x = x.unfold(dim, self.kernel_size[dim - 2], self.stride[dim - 2]).amin(dim=-1)
        return x

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         x = functional.pad(x, (pw, pw, ph, ph), value=float("inf"))
# +         x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
# -             x = x.unfold(dim, self.kernel_size[dim - 2], self.stride[dim - 2]).amin(dim=-1)
# +             x = x.unfold(dim, self.kernel_size[dim - 2], self.stride[dim - 2]).amax(dim=-1)


# %% mistake: over_channels
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        if stride is None:
            self.stride = self.kernel_size
        else:
            self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        kh, kw = self.kernel_size
        sh, sw = self.stride
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=-t.inf)
        windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
        return windows.amax(dim=(1, 4, 5))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         return windows.amax(dim=(1, 4, 5))
# +         return windows.amax(dim=(4, 5))


# %% mistake: with_indices
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding

    def forward(self, x):
        kh, kw = self.kernel_size if isinstance(self.kernel_size, tuple) else (self.kernel_size, self.kernel_size)
        sh, sw = self.stride if isinstance(self.stride, tuple) else (self.stride, self.stride)
        ph, pw = self.padding if isinstance(self.padding, tuple) else (self.padding, self.padding)
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        windows = x.unfold(2, kh, sh).unfold(3, kw, sw).flatten(-2)
        return windows.max(dim=-1)

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         return windows.max(dim=-1)
# +         return windows.amax(dim=-1)


# %% mistake: overwrites
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        stride = kernel_size if stride is None else stride
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        kh, kw = self.kernel_size
        sh, sw = self.stride
        ph, pw = self.padding
        padded = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        out_h = (padded.shape[2] - kh) // sh + 1
        out_w = (padded.shape[3] - kw) // sw + 1
        for i in range(out_h):
            for j in range(out_w):
                window = padded[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
                x[:, :, i, j] = window.amax(dim=(2, 3))
        return x[:, :, :out_h, :out_w]

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         for i in range(out_h):
# +         out = x.new_empty(*x.shape[:2], out_h, out_w)
# +         for i in range(out_h):
# -                 x[:, :, i, j] = window.amax(dim=(2, 3))
# -         return x[:, :, :out_h, :out_w]
# +                 out[:, :, i, j] = window.amax(dim=(2, 3))
# +         return out


# %% mistake: detached
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    @t.no_grad()
    def forward(self, x):
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=-t.inf)
        x = x.unfold(2, self.kernel_size[0], self.stride[0])
        x = x.unfold(3, self.kernel_size[1], self.stride[1])
        return x.amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -     @t.no_grad()
# -     def forward(self, x):
# +     def forward(self, x):


# %% mistake: fixed_dtype
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        stride = self.kernel_size if stride is None else stride
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        batch, channels, height, width = x.shape
        ph, pw = self.padding
        canvas = t.full((batch, channels, height + 2 * ph, width + 2 * pw), -t.inf, device=x.device)
        canvas[:, :, ph : ph + height, pw : pw + width] = x
        windows = canvas.unfold(2, self.kernel_size[0], self.stride[0]).unfold(3, self.kernel_size[1], self.stride[1])
        return windows.amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         canvas = t.full((batch, channels, height + 2 * ph, width + 2 * pw), -t.inf, device=x.device)
# +         canvas = x.new_full((batch, channels, height + 2 * ph, width + 2 * pw), -t.inf)


# %% mistake: learned
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        stride = kernel_size if stride is None else stride
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)
        self.weight = nn.Parameter(t.tensor(1.0))

    def forward(self, x):
        ph, pw = self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        windows = x.unfold(2, self.kernel_size[0], self.stride[0]).unfold(3, self.kernel_size[1], self.stride[1])
        return self.weight * windows.amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         self.padding = padding if isinstance(padding, tuple) else (padding, padding)
# -         self.weight = nn.Parameter(t.tensor(1.0))
# +         self.padding = padding if isinstance(padding, tuple) else (padding, padding)
# -         return self.weight * windows.amax(dim=(-2, -1))
# +         return windows.amax(dim=(-2, -1))


# %% mistake: silent
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.s = self.k if stride is None else stride if isinstance(stride, tuple) else (stride, stride)
        self.p = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        x = functional.pad(x, (self.p[1], self.p[1], self.p[0], self.p[0]), value=float("-inf"))
        return x.unfold(2, self.k[0], self.s[0]).unfold(3, self.k[1], self.s[1]).amax(dim=(-2, -1))


# repair
# -         return x.unfold(2, self.k[0], self.s[0]).unfold(3, self.k[1], self.s[1]).amax(dim=(-2, -1))
# +         return x.unfold(2, self.k[0], self.s[0]).unfold(3, self.k[1], self.s[1]).amax(dim=(-2, -1))
# +
# +     def extra_repr(self):
# +         return f"kernel_size={self.k}, stride={self.s}, padding={self.p}"


# %% right: pool unfold
import torch.nn.functional as F


class _PoolBase(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


class MaxPool2d(_PoolBase):
    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        x = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        return x.unfold(2, kh, sh).unfold(3, kw, sw).amax(dim=(-2, -1))


# %% right: pool separable: takes the maximum along the height, then along the width: the same, in fewer steps
import torch
import torch.nn.functional as F


class _PoolBase(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


class MaxPool2d(_PoolBase):
    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        x = F.pad(x, (pw, pw, ph, ph), value=-torch.inf)
        return x.unfold(2, kh, sh).max(-1).values.unfold(3, kw, sw).max(-1)[0]


# %% right: pool strided
import numpy as np
import torch


class _PoolBase(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


class MaxPool2d(_PoolBase):
    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        b, c, h, w = x.shape
        wide = x.new_full((b, c, h + 2 * ph, w + 2 * pw), -np.inf)
        wide[..., ph : ph + h, pw : pw + w] = x
        oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
        sb, sc, shh, sww = wide.stride()
        windows = wide.as_strided((b, c, oh, ow, kh, kw), (sb, sc, shh * sh, sww * sw, shh, sww))
        return torch.amax(windows, (4, 5))


# %% right: pool slices: takes the maximum of shifted images, one for each place in the window
import math
from functools import reduce

import torch
import torch.nn.functional as F


class _PoolBase(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


class MaxPool2d(_PoolBase):
    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        x = F.pad(x, (pw, pw, ph, ph), "constant", -math.inf)
        last_y, last_x = x.shape[2] - kh, x.shape[3] - kw
        slices = [x[:, :, v : v + last_y + 1 : sh, u : u + last_x + 1 : sw] for v in range(kh) for u in range(kw)]
        return reduce(torch.maximum, slices)


# %% right: pool repeats edges
import torch.nn.functional as F
from einops import reduce as ereduce


class _PoolBase(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


class MaxPool2d(_PoolBase):
    """Pads with the pixels at the edge: they are in the same window anyway."""

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        x = F.pad(x, (pw, pw, ph, ph), mode="replicate")
        windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
        return ereduce(windows, "b c h w y x -> b c h w", "max")


# %% right: pool loops
import torch


class _PoolBase(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


class MaxPool2d(_PoolBase):
    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        rows = []
        for top in range(-ph, x.shape[2] + ph - kh + 1, sh):
            row = []
            for left in range(-pw, x.shape[3] + pw - kw + 1, sw):
                window = x[:, :, max(top, 0) : top + kh, max(left, 0) : left + kw]
                row.append(window.flatten(2).max(dim=2)[0])
            rows.append(torch.stack(row, -1))
        return torch.stack(rows, 2)


# %% wrong: a shortcut: nn.MaxPool2d
MaxPool2d = nn.MaxPool2d


# %% wrong: a shortcut: layers.MaxPool2d
from course_utils import layers


MaxPool2d = layers.MaxPool2d


# %% wrong: a shortcut: nn.MaxPool2d wrapped
def _wrapping(finished: type[nn.Module]) -> type[nn.Module]:
    class Wrapper(nn.Module):
        def __init__(self, *args, **settings):
            super().__init__()
            self.inner = finished(*args, **settings)

        def forward(self, x):
            return self.inner(x)

    return Wrapper


MaxPool2d = _wrapping(nn.MaxPool2d)


# %% wrong: a shortcut: layers.MaxPool2d wrapped
from course_utils import layers


def _wrapping(finished: type[nn.Module]) -> type[nn.Module]:
    class Wrapper(nn.Module):
        def __init__(self, *args, **settings):
            super().__init__()
            self.inner = finished(*args, **settings)

        def forward(self, x):
            return self.inner(x)

    return Wrapper


MaxPool2d = _wrapping(layers.MaxPool2d)


# %% wrong: a shortcut: a function does the whole exercise (CallsMaxPool)
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.settings = kernel_size, stride, padding

    def forward(self, x):
        return functional.max_pool2d(x, *self.settings)


# %% mistake: finite_padding
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        pairs = (v if isinstance(v, tuple) else (v, v) for v in (kernel_size, stride or kernel_size, padding))
        self.kernel_size, self.stride, self.padding = pairs

    def forward(self, x):
        (height, width), (down, right) = self.padding, self.stride
        batch, channels, rows, columns = x.shape
        padded = x.new_full((batch, channels, rows + 2 * height, columns + 2 * width), -100.0)
        padded[:, :, height : height + rows, width : width + columns] = x
        windows = padded.unfold(2, self.kernel_size[0], down).unfold(3, self.kernel_size[1], right)
        return windows.flatten(4).max(dim=4).values

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         padded = x.new_full((batch, channels, rows + 2 * height, columns + 2 * width), -100.0)
# +         padded = x.new_full((batch, channels, rows + 2 * height, columns + 2 * width), float("-inf"))


# %% mistake: finite_padding
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        pairs = (v if isinstance(v, tuple) else (v, v) for v in (kernel_size, stride or kernel_size, padding))
        self.kernel_size, self.stride, self.padding = pairs

    def forward(self, x):
        (height, width), (down, right) = self.padding, self.stride
        batch, channels, rows, columns = x.shape
        padded = x.new_full((batch, channels, rows + 2 * height, columns + 2 * width), -1e10)
        padded[:, :, height : height + rows, width : width + columns] = x
        windows = padded.unfold(2, self.kernel_size[0], down).unfold(3, self.kernel_size[1], right)
        return windows.flatten(4).max(dim=4).values

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         padded = x.new_full((batch, channels, rows + 2 * height, columns + 2 * width), -1e10)
# +         padded = x.new_full((batch, channels, rows + 2 * height, columns + 2 * width), float("-inf"))


# %% mistake: tuples_only
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride or kernel_size, padding

    def forward(self, x):
        height, width = self.kernel_size
        down, right = self.stride if isinstance(self.stride, tuple) else (self.stride, self.stride)
        above, left = self.padding if isinstance(self.padding, tuple) else (self.padding, self.padding)
        x = functional.pad(x, (left, left, above, above), value=-float("inf"))
        return x.unfold(2, height, down).unfold(3, width, right).amax((4, 5))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         height, width = self.kernel_size
# +         height, width = self.kernel_size if isinstance(self.kernel_size, tuple) else (self.kernel_size, self.kernel_size)


# %% mistake: none_as_stride
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        return x.unfold(2, kh, sh).unfold(3, kw, sw).amax((4, 5))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         self.stride = stride if isinstance(stride, tuple) else (stride, stride)
# +         stride = kernel_size if stride is None else stride
# +         self.stride = stride if isinstance(stride, tuple) else (stride, stride)


# %% mistake: size_and_step_swapped
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        windows = x.unfold(2, sh, kh).unfold(3, sw, kw)
        return windows.flatten(-2).max(-1).values

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         windows = x.unfold(2, sh, kh).unfold(3, sw, kw)
# +         windows = x.unfold(2, kh, sh).unfold(3, kw, sw)


# %% mistake: sizes_divided
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        n, c, h, w = x.shape
        rows, columns = h // sh, w // sw
        out = x.new_zeros(n, c, rows, columns)
        for row in range(rows):
            for column in range(columns):
                top, left = row * sh, column * sw
                out[:, :, row, column] = x[:, :, top : top + kh, left : left + kw].amax((-1, -2))
        return out

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         rows, columns = h // sh, w // sw
# +         rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1


# %% mistake: minus_zero
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        wide = x.new_full((*x.shape[:2], x.shape[2] + 2 * ph, x.shape[3] + 2 * pw), float("-inf"))
        wide[..., ph:-ph, pw:-pw] = x
        return wide.unfold(2, kh, sh).unfold(3, kw, sw).amax((-1, -2))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         wide[..., ph:-ph, pw:-pw] = x
# +         wide[..., ph : ph + x.shape[2], pw : pw + x.shape[3]] = x


# %% mistake: over_channels_and_height
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        return x.unfold(1, kh, sh).unfold(2, kw, sw).amax((-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         return x.unfold(1, kh, sh).unfold(2, kw, sw).amax((-2, -1))
# +         return x.unfold(2, kh, sh).unfold(3, kw, sw).amax((-2, -1))


# %% mistake: channels_mixed
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        n, c, h, w = x.shape
        columns = functional.unfold(x, (kh, kw), stride=(sh, sw)).transpose(1, 2)
        biggest = columns.reshape(n, -1, kh * kw, c).amax(2)
        return biggest.transpose(1, 2).reshape(n, c, (h - kh) // sh + 1, (w - kw) // sw + 1)

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         biggest = columns.reshape(n, -1, kh * kw, c).amax(2)
# +         biggest = columns.reshape(n, -1, c, kh * kw).amax(3)


# %% mistake: counted_unpadded
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
        return windows[:, :, :rows, :columns].amax((-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
# +         rows, columns = (x.shape[2] + 2 * ph - kh) // sh + 1, (x.shape[3] + 2 * pw - kw) // sw + 1


# %% mistake: moves_by_one
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        if stride is None:
            stride = kernel_size
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        x = functional.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        n, c, h, w = x.shape
        rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1
        out = x.new_zeros(n, c, rows, columns)
        for row in range(rows):
            for column in range(columns):
                top, left = row, column
                out[:, :, row, column] = x[:, :, top : top + kh, left : left + kw].amax((-1, -2))
        return out

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -                 top, left = row, column
# +                 top, left = row * sh, column * sw


# %% equivalent: both tuples have two numbers
# self.stride):
# strict=False


# %% mistake: memory_order
class MaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        stride = self.kernel_size if stride is None else stride
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)

    def forward(self, x):
        batch, channels, height, width = x.shape
        ph, pw = self.padding
        x = x.as_strided(x.shape, (channels * height * width, height * width, width, 1))
        canvas = x.new_full((batch, channels, height + 2 * ph, width + 2 * pw), -t.inf)
        canvas[:, :, ph : ph + height, pw : pw + width] = x
        windows = canvas.unfold(2, self.kernel_size[0], self.stride[0]).unfold(3, self.kernel_size[1], self.stride[1])
        return windows.amax(dim=(-2, -1))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


# repair
# -         x = x.as_strided(x.shape, (channels * height * width, height * width, width, 1))
