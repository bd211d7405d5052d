"""Right answers to the first notebook's exercises, by students who write differently."""

# ruff: noqa: N812, RUF005  (students' habits)

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from einops import einsum, rearrange, repeat
from einops import reduce as ereduce
from torch import nn

RIGHT: dict[str, list[Any]] = {}
"""For each exercise, everybody's answer."""


def right(exercise: str) -> Callable[[Any], Any]:
    """Note a right answer."""

    def note(answer: Any) -> Any:
        RIGHT.setdefault(exercise, []).append(answer)
        return answer

    return note


# --- ReLU -----------------------------------------------------------------------------------------------------------


@right("ReLU")
class ReluMaximum(nn.Module):
    def forward(self, x):
        return torch.maximum(x, torch.zeros_like(x))


@right("ReLU")
class ReluScalar(nn.Module):
    def forward(self, x):
        return torch.maximum(x, torch.tensor(0.0))


@right("ReLU")
class ReluClamp(nn.Module):
    def forward(self, x):
        return x.clamp(min=0)


@right("ReLU")
class ReluWhere(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, x):
        return torch.where(x > 0, x, 0.0)


@right("ReLU")
class ReluMask(nn.Module):
    def forward(self, x):
        return x * (x > 0)


@right("ReLU")
class ReluAbs(nn.Module):
    def forward(self, x):
        return (x + x.abs()) / 2


@right("ReLU")
class ReluFilled(nn.Module):
    def forward(self, x):
        out = x.clone()
        out[out < 0] = 0
        return out


@right("ReLU")
class ReluMaskedFill(nn.Module):
    def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002
        return input.masked_fill(input < 0, 0)


# --- Linear ---------------------------------------------------------------------------------------------------------


@right("Linear")
class LinearRand(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        sf = 1 / np.sqrt(in_features)
        self.weight = nn.Parameter(sf * (2 * torch.rand(out_features, in_features) - 1))
        if bias:
            self.bias = nn.Parameter(sf * (2 * torch.rand(out_features) - 1))
        else:
            self.bias = None

    def forward(self, x):
        x = einsum(x, self.weight, "... i, o i -> ... o")
        if self.bias is not None:
            x += self.bias
        return x

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


@right("Linear")
class LinearEmpty(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = math.sqrt(1 / in_features)
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.register_parameter("bias", nn.Parameter(torch.empty(out_features)) if bias else None)
        if bias:
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, x):
        out = torch.matmul(x, self.weight.t())
        return out + self.bias if self.bias is not None else out

    def extra_repr(self):
        return f"{self.weight.shape[1]} -> {self.weight.shape[0]} (bias: {self.bias is not None})"


@right("Linear")
class LinearKaiming(nn.Module):
    """As PyTorch's own source has it."""

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty((out_features, in_features)))
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        self.bias = nn.Parameter((torch.rand(out_features) - 0.5) * 2 / in_features**0.5) if bias else None

    def forward(self, x):
        y = (self.weight @ x.unsqueeze(-1)).squeeze(-1)
        return y if self.bias is None else y + self.bias

    def extra_repr(self):
        return ", ".join(map(str, [*reversed(self.weight.shape), self.bias is not None]))


@right("Linear")
class LinearFlat(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        limit = in_features ** (-1 / 2)
        self.has_bias = bias
        self.weight = nn.Parameter(-limit + 2 * limit * torch.rand([out_features, in_features]))
        if bias:
            self.bias = nn.Parameter(-limit + 2 * limit * torch.rand([out_features]))

    def forward(self, x):
        rows = x.reshape(-1, x.shape[-1])
        y = rows.mm(self.weight.T)
        if self.has_bias:
            y = y + self.bias
        return y.view(*x.shape[:-1], -1)

    def extra_repr(self):
        n_out, n_in = self.weight.shape
        return "in=%d out=%d bias=%s" % (n_in, n_out, self.has_bias)  # noqa: UP031


@right("Linear")
class LinearNumpy(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.size = (in_features, out_features, bias)
        bound = 1 / in_features**0.5
        start = np.random.uniform(-bound, bound, (out_features, in_features + 1)).astype("float32")
        self.weight = nn.Parameter(torch.from_numpy(start[:, 1:].copy()))
        self.bias = nn.Parameter(torch.from_numpy(start[:, 0].copy())) if bias else None

    def forward(self, x):
        return sum([x @ self.weight.mT] + ([self.bias] if self.size[2] else []))

    def extra_repr(self):
        return str(self.size)


@right("Linear")
class LinearDistribution(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        draw = torch.distributions.Uniform(-(in_features**-0.5), in_features**-0.5)
        self.weight = nn.Parameter(draw.sample((out_features, in_features)))
        self.bias = nn.Parameter(draw.sample((out_features,))) if bias else None
        self.repr = f"{in_features=}, {out_features=}, {bias=}"

    def forward(self, x):
        y = torch.tensordot(x, self.weight, dims=([-1], [1]))
        if self.bias is None:
            return y
        return y.add(self.bias)

    def extra_repr(self):
        return self.repr


# --- Flatten --------------------------------------------------------------------------------------------------------


class _FlattenBase(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


@right("Flatten")
class FlattenArena(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x):
        shape = x.shape
        start_dim = self.start_dim
        end_dim = self.end_dim if self.end_dim >= 0 else len(shape) + self.end_dim
        if start_dim < 0:
            start_dim += len(shape)
        middle = reduce(lambda a, b: a * b, shape[start_dim : end_dim + 1])
        return torch.reshape(x, shape[:start_dim] + (middle,) + shape[end_dim + 1 :])

    def extra_repr(self) -> str:
        return ", ".join([f"{key}={getattr(self, key)}" for key in ["start_dim", "end_dim"]])


@right("Flatten")
class FlattenModulo(_FlattenBase):
    def forward(self, x):
        s, e = self.start_dim % x.ndim, self.end_dim % x.ndim
        return x.reshape(*x.shape[:s], -1, *x.shape[e + 1 :])


@right("Flatten")
class FlattenEinops(_FlattenBase):
    def forward(self, x):
        names = [f"d{i}" for i in range(x.dim())]
        s, e = range(x.dim())[self.start_dim], range(x.dim())[self.end_dim]
        after = [*names[:s], "(" + " ".join(names[s : e + 1]) + ")", *names[e + 1 :]]
        return rearrange(x, " ".join(names) + " -> " + " ".join(after))


@right("Flatten")
class FlattenContiguous(_FlattenBase):
    def forward(self, x):
        n = len(x.size())
        s = self.start_dim if self.start_dim >= 0 else n + self.start_dim
        e = self.end_dim if self.end_dim >= 0 else n + self.end_dim
        size = []
        for d in range(n):
            if d <= s or d > e:
                size.append(x.size(d))
            else:
                size[-1] *= x.size(d)
        return x.contiguous().view(size)


@right("Flatten")
class FlattenInSteps(_FlattenBase):
    """Merges two neighbouring axes until one is left."""

    def forward(self, x):
        start, end = (d + x.ndim if d < 0 else d for d in (self.start_dim, self.end_dim))
        for _ in range(end - start):
            x = x.reshape(x.shape[:start] + (x.shape[start] * x.shape[start + 1],) + x.shape[start + 2 :])
        return x


@right("Flatten")
class FlattenProd(_FlattenBase):
    def forward(self, x):
        shape = list(x.shape)
        first = self.start_dim + len(shape) * (self.start_dim < 0)
        last = self.end_dim + len(shape) * (self.end_dim < 0)
        shape[first : last + 1] = [math.prod(shape[first : last + 1])]
        return x.reshape(shape)


# --- Conv2d ---------------------------------------------------------------------------------------------------------


@right("Conv2d")
class ConvArena(nn.Module):
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


@right("Conv2d")
class ConvTorch(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        pair = lambda v: v if isinstance(v, (tuple, list)) else (v, v)  # noqa: E731
        self.kernel_size, self.stride, self.padding = map(pair, (kernel_size, stride, padding))
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *self.kernel_size))
        bound = self.weight[0].numel() ** -0.5
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, x):
        return torch.conv2d(x, self.weight, None, self.stride, self.padding)

    def extra_repr(self):
        return f"{self.weight.size(1)}, {self.weight.size(0)}, {self.kernel_size}, {self.stride}, {self.padding}"


@right("Conv2d")
class ConvUnfolded(nn.Module):
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


@right("Conv2d")
class ConvStrided(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        as_pair = torch.nn.modules.utils._pair
        (self.kh, self.kw), (self.sh, self.sw) = as_pair(kernel_size), as_pair(stride)
        self.ph, self.pw = as_pair(padding)
        limit = (in_channels * self.kh * self.kw) ** -0.5
        self.weight = nn.Parameter(torch.distributions.Uniform(-limit, limit).sample(
            (out_channels, in_channels, self.kh, self.kw)
        ))  # fmt: skip

    def forward(self, x):
        x = F.pad(x, [self.pw, self.pw, self.ph, self.ph])
        windows = x.unfold(2, self.kh, self.sh).unfold(3, self.kw, self.sw)
        return torch.einsum("bihwyx,oiyx->bohw", windows, self.weight)

    def extra_repr(self):
        o, i, kh, kw = self.weight.shape
        return f"{i}, {o}, kernel_size=({kh}, {kw}), stride=({self.sh}, {self.sw}), padding=({self.ph}, {self.pw})"


@right("Conv2d")
class ConvShifted(nn.Module):
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


@right("Conv2d")
class ConvKaiming(nn.Module):
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


# --- MaxPool2d ------------------------------------------------------------------------------------------------------


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


class _PoolBase(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


@right("MaxPool2d")
class PoolUnfold(_PoolBase):
    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        x = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))
        return x.unfold(2, kh, sh).unfold(3, kw, sw).amax(dim=(-2, -1))


@right("MaxPool2d")
class PoolSeparable(_PoolBase):
    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        x = F.pad(x, (pw, pw, ph, ph), value=-torch.inf)
        return x.unfold(2, kh, sh).max(-1).values.unfold(3, kw, sw).max(-1)[0]


@right("MaxPool2d")
class PoolStrided(_PoolBase):
    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        b, c, h, w = x.shape
        wide = x.new_full((b, c, h + 2 * ph, w + 2 * pw), -np.inf)
        wide[..., ph : ph + h, pw : pw + w] = x
        oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
        sb, sc, shh, sww = wide.stride()
        windows = wide.as_strided((b, c, oh, ow, kh, kw), (sb, sc, shh * sh, sww * sw, shh, sww))
        return torch.amax(windows, (4, 5))


@right("MaxPool2d")
class PoolSlices(_PoolBase):
    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        x = F.pad(x, (pw, pw, ph, ph), "constant", -math.inf)
        last_y, last_x = x.shape[2] - kh, x.shape[3] - kw
        slices = [x[:, :, v : v + last_y + 1 : sh, u : u + last_x + 1 : sw] for v in range(kh) for u in range(kw)]
        return reduce(torch.maximum, slices)


@right("MaxPool2d")
class PoolRepeatsEdges(_PoolBase):
    """Pads with the pixels at the edge: they are in the same window anyway."""

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = map(_pair, (self.kernel_size, self.stride, self.padding))
        x = F.pad(x, (pw, pw, ph, ph), mode="replicate")
        windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
        return ereduce(windows, "b c h w y x -> b c h w", "max")


@right("MaxPool2d")
class PoolLoops(_PoolBase):
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


# --- convolution from scratch ---------------------------------------------------------------------------------------


def _strided_1d(x, weight, stride=1, padding=0):
    x = F.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[2]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
    return torch.einsum("bikj,oij->bok", windows, weight)


def _unfold_1d(x, weight, stride=1, padding=0):
    wide = torch.cat([x.new_zeros(*x.shape[:2], padding), x, x.new_zeros(*x.shape[:2], padding)], dim=2)
    return einsum(wide.unfold(2, weight.size(-1), stride), weight, "b i k j, o i j -> b o k")


def _loops_1d(x, weight, stride=1, padding=0):
    x = F.pad(x, (padding, padding))
    places = range(0, x.shape[-1] - weight.shape[-1] + 1, stride)
    columns = [(x[:, None, :, k : k + weight.shape[-1]] * weight).sum((2, 3)) for k in places]
    return torch.stack(columns, dim=-1)


def _shifts_1d(x, weight, stride=1, padding=0):
    wide = x.new_zeros(x.shape[0], x.shape[1], x.shape[2] + 2 * padding)
    wide[:, :, padding : padding + x.shape[2]] = x
    count = (wide.shape[2] - weight.shape[2]) // stride + 1
    parts = [wide[:, :, j : j + (count - 1) * stride + 1 : stride] for j in range(weight.shape[2])]
    return sum(weight[:, :, j] @ part for j, part in enumerate(parts))


def _gather_1d(x, weight, stride=1, padding=0):
    x = F.pad(x, [padding] * 2)
    starts = torch.arange(0, x.shape[2] - weight.shape[2] + 1, stride)
    places = starts[:, None] + torch.arange(weight.shape[2])
    return torch.tensordot(x[:, :, places], weight, dims=([1, 3], [1, 2])).transpose(1, 2)


def _matrix_1d(x, weight, stride=1, padding=0):
    """Builds the large matrix whose rows are the shifted weights."""
    width, size = x.shape[2] + 2 * padding, weight.shape[2]
    count = (width - size) // stride + 1
    matrix = weight.new_zeros(*weight.shape[:2], count, width)
    for k in range(count):
        matrix[:, :, k, k * stride : k * stride + size] = weight
    return torch.einsum("biw,oikw->bok", F.pad(x, (padding, padding)), matrix)


for _answer in (_strided_1d, _unfold_1d, _loops_1d, _shifts_1d, _gather_1d, _matrix_1d):
    right("conv1d_strided")(_answer)
    right("conv1d_minimal")(lambda x, weight, _answer=_answer: _answer(x, weight))
    right("conv1d_padded")(lambda x, weight, padding=0, _answer=_answer: _answer(x, weight, 1, padding))


@right("conv2d_from_scratch")
def strided_2d(x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    x = F.pad(x, (pw, pw, ph, ph))
    b, i, h, w = x.shape
    kh, kw = weight.shape[2:]
    xs_b, xs_i, xs_h, xs_w = x.stride()
    shape = (b, i, (h - kh) // sh + 1, (w - kw) // sw + 1, kh, kw)
    windows = torch.as_strided(x, shape, (xs_b, xs_i, xs_h * sh, xs_w * sw, xs_h, xs_w))
    return einsum(windows, weight, "b i h w kh kw, o i kh kw -> b o h w")


@right("conv2d_from_scratch")
def unfold_2d(x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    windows = F.pad(x, (pw, pw, ph, ph)).unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    return torch.tensordot(windows, weight, dims=([1, 4, 5], [1, 2, 3])).permute(0, 3, 1, 2)


@right("conv2d_from_scratch")
def im2col_2d(x, weight, stride=1, padding=0):
    (sh, _), (ph, _) = _pair(stride), _pair(padding)
    columns = F.unfold(x, weight.shape[2:], stride=stride, padding=padding)
    height = (x.shape[2] + 2 * ph - weight.shape[2]) // sh + 1
    return rearrange(weight.reshape(len(weight), -1) @ columns, "b o (h w) -> b o h w", h=height)


@right("conv2d_from_scratch")
def loops_2d(x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    x = F.pad(x, (pw, pw, ph, ph))
    kh, kw = weight.shape[2:]
    rows = [
        torch.stack(
            [
                torch.einsum("bivu,oivu->bo", x[:, :, top : top + kh, left : left + kw], weight)
                for left in range(0, x.shape[3] - kw + 1, sw)
            ],
            dim=-1,
        )
        for top in range(0, x.shape[2] - kh + 1, sh)
    ]
    return torch.stack(rows, dim=2)


@right("conv2d_from_scratch")
def row_by_row_2d(x, weight, stride=1, padding=0):
    """Uses the one-dimensional convolution for each row of the kernel."""
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    x = F.pad(x, (0, 0, ph, ph))
    count = (x.shape[2] - weight.shape[2]) // sh + 1
    total = 0
    for v in range(weight.shape[2]):
        rows = rearrange(x[:, :, v : v + (count - 1) * sh + 1 : sh], "b i h w -> (b h) i w")
        total = total + rearrange(_strided_1d(rows, weight[:, :, v], sw, pw), "(b h) o w -> b o h w", h=count)
    return total


@right("conv2d_from_scratch")
def broadcast_2d(x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    wide = x.new_zeros(*x.shape[:2], x.shape[2] + 2 * ph, x.shape[3] + 2 * pw)
    wide[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]] = x
    windows = wide.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    return (repeat(windows, "b i h w v u -> b o h w i v u", o=1) * weight[:, None, None]).sum((-3, -2, -1))
