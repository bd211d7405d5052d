# %% mistake: flipped
def conv1d_minimal(x, weight):
    batch, channels, width = x.shape
    size = weight.shape[2]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))
    return einsum(windows, weight.flip(-1), "b i k j, o i j -> b o k")


# repair
# -     return einsum(windows, weight.flip(-1), "b i k j, o i j -> b o k")
# +     return einsum(windows, weight, "b i k j, o i j -> b o k")


# %% mistake: first_channel
def conv1d_minimal(x, weight):
    size = weight.shape[-1]
    signal = x[:, 0]
    windows = signal.unfold(-1, size, 1)
    return einsum(windows, weight[:, 0], "batch place size, out size -> batch out place")


# repair
# -     signal = x[:, 0]
# -     windows = signal.unfold(-1, size, 1)
# -     return einsum(windows, weight[:, 0], "batch place size, out size -> batch out place")
# +     windows = x.unfold(-1, size, 1)
# +     return einsum(windows, weight, "batch channel place size, out channel size -> batch out place")


# %% mistake: mean_of_channels
def conv1d_minimal(
    x: Float[Tensor, "batch in_channels width"], weight: Float[Tensor, "out_channels in_channels size"]
) -> Float[Tensor, "batch out_channels out_width"]:
    batch, channels, width = x.shape
    size = weight.shape[-1]
    s0, s1, s2 = x.stride()
    windows = x.as_strided((batch, channels, width - size + 1, size), (s0, s1, s2, s2))
    per_channel = einsum(windows, weight, "b i k j, o i j -> b o i k")
    return per_channel.mean(dim=2)


# repair
# -     return per_channel.mean(dim=2)
# +     return per_channel.sum(dim=2)


# %% mistake: mean_of_window
def conv1d_minimal(x, weight):
    size = weight.shape[-1]
    out = []
    for k in range(x.shape[-1] - size + 1):
        window = x[:, :, k : k + size]
        products = window[:, None] * weight[None]
        out.append(products.mean(dim=-1).sum(dim=-1))
    return t.stack(out, dim=-1)


# repair
# -         out.append(products.mean(dim=-1).sum(dim=-1))
# +         out.append(products.sum(dim=-1).sum(dim=-1))


# %% mistake: outputs_added
def conv1d_minimal(x, weight):
    batch, in_channels, width = x.shape
    out_channels, _, size = weight.shape
    b, c, w = x.stride()
    windows = x.as_strided((batch, in_channels, width - size + 1, size), (b, c, w, w))
    return einsum(windows, weight, "b i k j, o i j -> b k")


# repair
# -     return einsum(windows, weight, "b i k j, o i j -> b k")
# +     return einsum(windows, weight, "b i k j, o i j -> b o k")


# %% mistake: channels_last
def conv1d_minimal(x, weight):
    batch, channels, width = x.shape
    size = weight.size(2)
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))
    return t.einsum("bikj,oij->bko", windows, weight)


# repair
# -     return t.einsum("bikj,oij->bko", windows, weight)
# +     return t.einsum("bikj,oij->bok", windows, weight)


# %% mistake: one_too_few
def conv1d_minimal(x, weight):
    batch, in_channels, width = x.shape
    size = weight.shape[-1]
    out_width = width - size
    b, c, w = x.stride()
    windows = x.as_strided((batch, in_channels, out_width, size), (b, c, w, w))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     out_width = width - size
# +     out_width = width - size + 1


# %% mistake: detached
def conv1d_minimal(x, weight):
    batch, channels, width = x.shape
    size = weight.shape[-1]
    with t.no_grad():
        b, c, w = x.stride()
        windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))
        return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     with t.no_grad():
# -         b, c, w = x.stride()
# -         windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))
# -         return einsum(windows, weight, "b i k j, o i j -> b o k")
# +     b, c, w = x.stride()
# +     windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))
# +     return einsum(windows, weight, "b i k j, o i j -> b o k")


# %% mistake: fixed_dtype
def conv1d_minimal(x, weight):
    batch, in_channels, width = x.shape
    out_channels, _, size = weight.shape
    out_width = width - size + 1
    out = t.zeros(batch, out_channels, out_width, device=x.device)
    for k in range(out_width):
        out[:, :, k] = t.einsum("bij,oij->bo", x[:, :, k : k + size], weight)
    return out


# repair
# -     out = t.zeros(batch, out_channels, out_width, device=x.device)
# +     out = x.new_zeros(batch, out_channels, out_width)


# %% mistake: overwrites
def conv1d_minimal(x, weight):
    size = weight.shape[-1]
    out_width = x.shape[-1] - size + 1
    result = 0
    for j in range(size):
        result = result + t.einsum("biw,oi->bow", x[:, :, :out_width].clone(), weight[:, :, j])
        x[:, :, :-1] = x[:, :, 1:].clone()
    return result


# repair
# -         x[:, :, :-1] = x[:, :, 1:].clone()
# +         x = x.roll(-1, dims=2)


# %% mistake: side_by_side
def conv1d_minimal(x, weight):
    size = weight.shape[-1]
    windows = x.unfold(2, size, size)
    return einsum(windows, weight, "batch c_in place size, c_out c_in size -> batch c_out place")


# repair
# -     windows = x.unfold(2, size, size)
# +     windows = x.unfold(2, size, 1)


# %% mistake: contiguous
def conv1d_minimal(x, weight):
    batch, channels, width = x.shape
    size = weight.shape[-1]
    windows = x.as_strided((batch, channels, width - size + 1, size), (channels * width, width, 1, 1))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     windows = x.as_strided((batch, channels, width - size + 1, size), (channels * width, width, 1, 1))
# +     b, c, w = x.stride()
# +     windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))


# %% mistake: batch_meets_outputs
def conv1d_minimal(x, weight):
    size = weight.shape[2]
    places = x.shape[2] - size + 1
    columns = []
    for k in range(places):
        product = weight * x[..., k : k + size]
        columns.append(product.sum(2).sum(1))
    return t.stack(columns).movedim(0, 1)


# repair
# -         product = weight * x[..., k : k + size]
# -         columns.append(product.sum(2).sum(1))
# -     return t.stack(columns).movedim(0, 1)
# +         product = weight * x[:, None, :, k : k + size]
# +         columns.append(product.sum(3).sum(2))
# +     return t.stack(columns).movedim(0, 2)


# %% mistake: channels_apart
def conv1d_minimal(x, weight):
    windows = x.unfold(2, weight.shape[2], 1)
    return einsum(windows, weight, "b i k j, o c j -> b o k")


# repair
# -     return einsum(windows, weight, "b i k j, o c j -> b o k")
# +     return einsum(windows, weight, "b i k j, o i j -> b o k")


# %% right: strided
import torch
import torch.nn.functional as F


def _strided_1d(x, weight, stride=1, padding=0):
    x = F.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[2]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
    return torch.einsum("bikj,oij->bok", windows, weight)


conv1d_minimal = lambda x, weight: _strided_1d(x, weight)


# %% right: unfold
import torch


def _unfold_1d(x, weight, stride=1, padding=0):
    wide = torch.cat([x.new_zeros(*x.shape[:2], padding), x, x.new_zeros(*x.shape[:2], padding)], dim=2)
    return einsum(wide.unfold(2, weight.size(-1), stride), weight, "b i k j, o i j -> b o k")


conv1d_minimal = lambda x, weight: _unfold_1d(x, weight)


# %% right: loops
import torch
import torch.nn.functional as F


def _loops_1d(x, weight, stride=1, padding=0):
    x = F.pad(x, (padding, padding))
    places = range(0, x.shape[-1] - weight.shape[-1] + 1, stride)
    columns = [(x[:, None, :, k : k + weight.shape[-1]] * weight).sum((2, 3)) for k in places]
    return torch.stack(columns, dim=-1)


conv1d_minimal = lambda x, weight: _loops_1d(x, weight)


# %% right: shifts
def _shifts_1d(x, weight, stride=1, padding=0):
    wide = x.new_zeros(x.shape[0], x.shape[1], x.shape[2] + 2 * padding)
    wide[:, :, padding : padding + x.shape[2]] = x
    count = (wide.shape[2] - weight.shape[2]) // stride + 1
    parts = [wide[:, :, j : j + (count - 1) * stride + 1 : stride] for j in range(weight.shape[2])]
    return sum(weight[:, :, j] @ part for j, part in enumerate(parts))


conv1d_minimal = lambda x, weight: _shifts_1d(x, weight)


# %% right: gather
import torch
import torch.nn.functional as F


def _gather_1d(x, weight, stride=1, padding=0):
    x = F.pad(x, [padding] * 2)
    starts = torch.arange(0, x.shape[2] - weight.shape[2] + 1, stride)
    places = starts[:, None] + torch.arange(weight.shape[2])
    return torch.tensordot(x[:, :, places], weight, dims=([1, 3], [1, 2])).transpose(1, 2)


conv1d_minimal = lambda x, weight: _gather_1d(x, weight)


# %% right: matrix
import torch
import torch.nn.functional as F


def _matrix_1d(x, weight, stride=1, padding=0):
    """Builds the large matrix whose rows are the shifted weights."""
    width, size = x.shape[2] + 2 * padding, weight.shape[2]
    count = (width - size) // stride + 1
    matrix = weight.new_zeros(*weight.shape[:2], count, width)
    for k in range(count):
        matrix[:, :, k, k * stride : k * stride + size] = weight
    return torch.einsum("biw,oikw->bok", F.pad(x, (padding, padding)), matrix)


conv1d_minimal = lambda x, weight: _matrix_1d(x, weight)


# %% wrong: a shortcut: functional.conv1d
conv1d_minimal = functional.conv1d
