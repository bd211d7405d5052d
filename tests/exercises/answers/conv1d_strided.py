# %% mistake: flipped
def conv1d_strided(x, weight, stride=1, padding=0):
    size = weight.shape[-1]
    x = functional.pad(x, (padding, padding))
    windows = x.unfold(-1, size, stride).flip(-1)
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     windows = x.unfold(-1, size, stride).flip(-1)
# +     windows = x.unfold(-1, size, stride)


# %% mistake: first_channel
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    batch, _, width = x.shape
    size = weight.shape[-1]
    b, _, w = x.stride()
    windows = x.as_strided((batch, (width - size) // stride + 1, size), (b, w * stride, w))
    return einsum(windows, weight[:, 0], "b k j, o j -> b o k")


# repair
# -     batch, _, width = x.shape
# +     batch, channels, width = x.shape
# -     b, _, w = x.stride()
# -     windows = x.as_strided((batch, (width - size) // stride + 1, size), (b, w * stride, w))
# -     return einsum(windows, weight[:, 0], "b k j, o j -> b o k")
# +     b, c, w = x.stride()
# +     windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
# +     return einsum(windows, weight, "b i k j, o i j -> b o k")


# %% mistake: mean_of_channels
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
    out = einsum(windows, weight, "b i k j, o i j -> b o k")
    return out / channels


# repair
# -     return out / channels
# +     return out


# %% mistake: mean_of_window
def conv1d_strided(x, weight, stride=1, padding=0):
    batch, channels, width = x.shape
    size = weight.shape[-1]
    wide = x.new_zeros(batch, channels, width + 2 * padding)
    wide[..., padding : padding + width] = x
    b, c, w = wide.stride()
    out_width = (width + 2 * padding - size) // stride + 1
    windows = wide.as_strided((batch, channels, out_width, size), (b, c, w * stride, w))
    return t.einsum("bikj,oij->bokj", windows, weight).mean(dim=-1)


# repair
# -     return t.einsum("bikj,oij->bokj", windows, weight).mean(dim=-1)
# +     return t.einsum("bikj,oij->bokj", windows, weight).sum(dim=-1)


# %% mistake: outputs_added
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    windows = x.unfold(2, weight.shape[2], stride)
    return t.einsum("bikj,oij->bk", windows, weight)


# repair
# -     return t.einsum("bikj,oij->bk", windows, weight)
# +     return t.einsum("bikj,oij->bok", windows, weight)


# %% mistake: channels_last
def conv1d_strided(x, weight, stride=1, padding=0):
    out_channels, in_channels, size = weight.shape
    x = functional.pad(x, (padding, padding))
    windows = x.unfold(2, size, stride).permute(0, 2, 1, 3)
    return windows.flatten(2) @ weight.reshape(out_channels, -1).T


# repair
# -     return windows.flatten(2) @ weight.reshape(out_channels, -1).T
# +     return (windows.flatten(2) @ weight.reshape(out_channels, -1).T).transpose(1, 2)


# %% mistake: one_too_few
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    out_width = (width - size) // stride
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, out_width, size), (b, c, w * stride, w))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     out_width = (width - size) // stride
# +     out_width = (width - size) // stride + 1


# %% mistake: detached
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
    return einsum(windows.detach(), weight.detach(), "b i k j, o i j -> b o k")


# repair
# -     return einsum(windows.detach(), weight.detach(), "b i k j, o i j -> b o k")
# +     return einsum(windows, weight, "b i k j, o i j -> b o k")


# %% mistake: fixed_dtype
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    size = weight.shape[-1]
    out_width = (x.shape[-1] - size) // stride + 1
    out = t.empty((x.shape[0], weight.shape[0], out_width), device=x.device)
    for k in range(out_width):
        start = k * stride
        out[..., k] = einsum(x[..., start : start + size], weight, "b i j, o i j -> b o")
    return out


# repair
# -     out = t.empty((x.shape[0], weight.shape[0], out_width), device=x.device)
# +     out = x.new_empty((x.shape[0], weight.shape[0], out_width))


# %% mistake: overwrites
def conv1d_strided(x, weight, stride=1, padding=0):
    x.unsqueeze_(1)
    wide = functional.pad(x, (padding, padding))
    windows = wide.unfold(-1, weight.shape[-1], stride)
    return (windows * weight[None, :, :, None, :]).sum(dim=(2, 4))


# repair
# -     x.unsqueeze_(1)
# +     x = x.unsqueeze(1)


# %% mistake: stride_ignored
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))
# +     windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))


# %% mistake: stride_as_dilation
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w, w * stride))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w, w * stride))
# +     windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))


# %% mistake: starts_late
def conv1d_strided(x, weight, stride=1, padding=0):
    return conv1d_padded(x, weight, padding)[:, :, stride - 1 :: stride]


# repair
# -     return conv1d_padded(x, weight, padding)[:, :, stride - 1 :: stride]
# +     return conv1d_padded(x, weight, padding)[:, :, ::stride]


# %% mistake: plus_one_first
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    out_width = (width - size + 1) // stride
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, out_width, size), (b, c, stride * w, w))
    return einsum(windows, weight, "batch c_in place size, c_out c_in size -> batch c_out place")


# repair
# -     out_width = (width - size + 1) // stride
# +     out_width = (width - size) // stride + 1


# %% mistake: pads_the_output
def conv1d_strided(x, weight, stride=1, padding=0):
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
    out = einsum(windows, weight, "b i k j, o i j -> b o k")
    return functional.pad(out, (padding, padding))


# repair
# -     batch, channels, width = x.shape
# +     x = functional.pad(x, (padding, padding))
# +     batch, channels, width = x.shape
# -     out = einsum(windows, weight, "b i k j, o i j -> b o k")
# -     return functional.pad(out, (padding, padding))
# +     return einsum(windows, weight, "b i k j, o i j -> b o k")


# %% mistake: contiguous
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    out_width = (width - size) // stride + 1
    windows = x.as_strided((batch, channels, out_width, size), (channels * width, width, stride, 1))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     windows = x.as_strided((batch, channels, out_width, size), (channels * width, width, stride, 1))
# +     b, c, w = x.stride()
# +     windows = x.as_strided((batch, channels, out_width, size), (b, c, w * stride, w))


# %% mistake: padding_ignored
def conv1d_strided(x, weight, stride=1, padding=0):
    windows = x.unfold(-1, weight.shape[-1], stride)
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     windows = x.unfold(-1, weight.shape[-1], stride)
# +     windows = functional.pad(x, (padding, padding)).unfold(-1, weight.shape[-1], stride)


# %% mistake: pads_left
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, 0))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     x = functional.pad(x, (padding, 0))
# +     x = functional.pad(x, (padding, padding))


# %% mistake: pads_right
def conv1d_strided(x, weight, stride=1, padding=0):
    batch, channels, width = x.shape
    size = weight.shape[-1]
    wide = x.new_zeros(batch, channels, width + padding)
    wide[..., :width] = x
    b, c, w = wide.stride()
    out_width = (width + padding - size) // stride + 1
    windows = wide.as_strided((batch, channels, out_width, size), (b, c, w * stride, w))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     wide = x.new_zeros(batch, channels, width + padding)
# -     wide[..., :width] = x
# +     wide = x.new_zeros(batch, channels, width + 2 * padding)
# +     wide[..., padding : padding + width] = x
# -     out_width = (width + padding - size) // stride + 1
# +     out_width = (width + 2 * padding - size) // stride + 1


# %% mistake: halved_padding
def conv1d_strided(x, weight, stride=1, padding=0):
    left, right = padding // 2, (padding + 1) // 2
    zeros = lambda n: x.new_zeros(x.shape[0], x.shape[1], n)
    wide = t.cat([zeros(left), x, zeros(right)], dim=2)
    windows = wide.unfold(2, weight.shape[2], stride)
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     left, right = padding // 2, (padding + 1) // 2
# +     left, right = padding, padding


# %% mistake: doubled_padding
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (2 * padding, 2 * padding))
    size = weight.shape[-1]
    windows = x.unfold(-1, size, stride)
    return t.einsum("bcks,ocs->bok", windows, weight)


# repair
# -     x = functional.pad(x, (2 * padding, 2 * padding))
# +     x = functional.pad(x, (padding, padding))


# %% mistake: edges_repeated
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding), mode="replicate")
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     x = functional.pad(x, (padding, padding), mode="replicate")
# +     x = functional.pad(x, (padding, padding))


# %% mistake: ones
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding), value=1)
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     x = functional.pad(x, (padding, padding), value=1)
# +     x = functional.pad(x, (padding, padding))


# %% mistake: minus_zero
def conv1d_strided(x, weight, stride=1, padding=0):
    batch, channels, width = x.shape
    wide = x.new_zeros(batch, channels, width + padding * 2)
    wide[:, :, padding:-padding] = x
    return einsum(wide.unfold(2, weight.shape[2], stride), weight, "b i k j, o i j -> b o k")


# repair
# -     wide[:, :, padding:-padding] = x
# +     wide[:, :, padding : padding + width] = x


# %% mistake: channels_padded
def conv1d_strided(x, weight, stride=1, padding=0):
    wide = functional.pad(x, [0, 0] + 2 * [padding])
    return einsum(wide.unfold(2, weight.shape[2], stride), weight, "b i k j, o i j -> b o k")


# repair
# -     wide = functional.pad(x, [0, 0] + 2 * [padding])
# +     wide = functional.pad(x, 2 * [padding])


# %% mistake: too_many_windows
def conv1d_strided(x, weight, stride=1, padding=0):
    wide = functional.pad(x, (padding, padding))
    batch, channels, width = wide.shape
    out_channels, _, size = weight.shape
    steps = wide.stride()
    shape = (batch, channels, width - size + 1, size)
    windows = t.as_strided(wide, shape, (steps[0], steps[1], stride * steps[2], steps[2]))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     shape = (batch, channels, width - size + 1, size)
# +     shape = (batch, channels, (width - size) // stride + 1, size)


# %% mistake: channels_apart
def conv1d_strided(x, weight, stride=1, padding=0):
    windows = functional.pad(x, (padding, padding)).unfold(2, weight.shape[2], stride)
    return einsum(windows, weight, "b i k j, o c j -> b o k")


# repair
# -     return einsum(windows, weight, "b i k j, o c j -> b o k")
# +     return einsum(windows, weight, "b i k j, o i j -> b o k")


# %% mistake: counted_unpadded
def conv1d_strided(x, weight, stride=1, padding=0):
    size = weight.shape[2]
    count = (x.shape[2] - size) // stride + 1
    x = functional.pad(x, (padding, padding))
    b, c, w = x.stride()
    windows = x.as_strided((*x.shape[:2], count, size), (b, c, w * stride, w))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     count = (x.shape[2] - size) // stride + 1
# +     count = (x.shape[2] + 2 * padding - size) // stride + 1


# %% right: strided
import torch
import torch.nn.functional as F


def conv1d_strided(x, weight, stride=1, padding=0):
    x = F.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[2]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
    return torch.einsum("bikj,oij->bok", windows, weight)


# %% right: unfold
import torch


def conv1d_strided(x, weight, stride=1, padding=0):
    wide = torch.cat([x.new_zeros(*x.shape[:2], padding), x, x.new_zeros(*x.shape[:2], padding)], dim=2)
    return einsum(wide.unfold(2, weight.size(-1), stride), weight, "b i k j, o i j -> b o k")


# %% right: loops
import torch
import torch.nn.functional as F


def conv1d_strided(x, weight, stride=1, padding=0):
    x = F.pad(x, (padding, padding))
    places = range(0, x.shape[-1] - weight.shape[-1] + 1, stride)
    columns = [(x[:, None, :, k : k + weight.shape[-1]] * weight).sum((2, 3)) for k in places]
    return torch.stack(columns, dim=-1)


# %% right: shifts
def conv1d_strided(x, weight, stride=1, padding=0):
    wide = x.new_zeros(x.shape[0], x.shape[1], x.shape[2] + 2 * padding)
    wide[:, :, padding : padding + x.shape[2]] = x
    count = (wide.shape[2] - weight.shape[2]) // stride + 1
    parts = [wide[:, :, j : j + (count - 1) * stride + 1 : stride] for j in range(weight.shape[2])]
    return sum(weight[:, :, j] @ part for j, part in enumerate(parts))


# %% right: gather
import torch
import torch.nn.functional as F


def conv1d_strided(x, weight, stride=1, padding=0):
    x = F.pad(x, [padding] * 2)
    starts = torch.arange(0, x.shape[2] - weight.shape[2] + 1, stride)
    places = starts[:, None] + torch.arange(weight.shape[2])
    return torch.tensordot(x[:, :, places], weight, dims=([1, 3], [1, 2])).transpose(1, 2)


# %% right: matrix
import torch
import torch.nn.functional as F


def conv1d_strided(x, weight, stride=1, padding=0):
    """Builds the large matrix whose rows are the shifted weights."""
    width, size = x.shape[2] + 2 * padding, weight.shape[2]
    count = (width - size) // stride + 1
    matrix = weight.new_zeros(*weight.shape[:2], count, width)
    for k in range(count):
        matrix[:, :, k, k * stride : k * stride + size] = weight
    return torch.einsum("biw,oikw->bok", F.pad(x, (padding, padding)), matrix)
