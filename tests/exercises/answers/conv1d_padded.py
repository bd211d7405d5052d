# %% mistake: flipped
def conv1d_padded(x, weight, padding=0):
    x = functional.pad(x, (padding, padding))
    return conv1d_minimal(x, t.flip(weight, dims=(2,)))


# repair
# -     return conv1d_minimal(x, t.flip(weight, dims=(2,)))
# +     return conv1d_minimal(x, weight)


# %% mistake: first_channel
def conv1d_padded(x, weight, padding=0):
    batch, channels, width = x.shape
    wide = x.new_zeros(batch, channels, width + 2 * padding)
    wide[..., padding : padding + width] = x
    return conv1d_minimal(wide[:, :1], weight[:, :1])


# repair
# -     return conv1d_minimal(wide[:, :1], weight[:, :1])
# +     return conv1d_minimal(wide, weight)


# %% mistake: mean_of_channels
def conv1d_padded(x, weight, padding=0):
    wide = functional.pad(x, (padding, padding))
    return conv1d_minimal(wide, weight) / x.shape[1]


# repair
# -     return conv1d_minimal(wide, weight) / x.shape[1]
# +     return conv1d_minimal(wide, weight)


# %% mistake: mean_of_window
def conv1d_padded(
    x: Float[Tensor, "batch in_channels width"],
    weight: Float[Tensor, "out_channels in_channels size"],
    padding: int = 0,
) -> Float[Tensor, "batch out_channels out_width"]:
    batch, channels, width = x.shape
    size = weight.shape[-1]
    zeros = x.new_zeros(batch, channels, padding)
    windows = t.cat([zeros, x, zeros], dim=-1).unfold(-1, size, 1)
    return einsum(windows, weight, "b c k j, o c j -> b o k") / size


# repair
# -     return einsum(windows, weight, "b c k j, o c j -> b o k") / size
# +     return einsum(windows, weight, "b c k j, o c j -> b o k")


# %% mistake: outputs_added
def conv1d_padded(x, weight, padding=0):
    wide = functional.pad(x, (padding, padding))
    return conv1d_minimal(wide, weight).sum(dim=1)


# repair
# -     return conv1d_minimal(wide, weight).sum(dim=1)
# +     return conv1d_minimal(wide, weight)


# %% mistake: channels_last
def conv1d_padded(x, weight, padding=0):
    wide = functional.pad(x, (padding, padding))
    windows = wide.unfold(2, weight.shape[2], 1)
    return einsum(windows, weight, "batch c_in place size, c_out c_in size -> batch place c_out")


# repair
# -     return einsum(windows, weight, "batch c_in place size, c_out c_in size -> batch place c_out")
# +     return einsum(windows, weight, "batch c_in place size, c_out c_in size -> batch c_out place")


# %% mistake: one_too_few
def conv1d_padded(x, weight, padding=0):
    size = weight.shape[-1]
    wide = functional.pad(x, (padding, padding))
    places = range(wide.shape[-1] - size)
    return t.stack([t.einsum("bij,oij->bo", wide[..., k : k + size], weight) for k in places], dim=-1)


# repair
# -     places = range(wide.shape[-1] - size)
# +     places = range(wide.shape[-1] - size + 1)


# %% mistake: detached
def conv1d_padded(x, weight, padding=0):
    batch, channels, width = x.shape
    wide = x.new_zeros(batch, channels, width + 2 * padding)
    wide[..., padding : padding + width] = x.data
    return conv1d_minimal(wide, weight.data)


# repair
# -     wide[..., padding : padding + width] = x.data
# -     return conv1d_minimal(wide, weight.data)
# +     wide[..., padding : padding + width] = x
# +     return conv1d_minimal(wide, weight)


# %% mistake: fixed_dtype
def conv1d_padded(x, weight, padding=0):
    wide = functional.pad(x.float(), (padding, padding))
    return conv1d_minimal(wide, weight.float())


# repair
# -     wide = functional.pad(x.float(), (padding, padding))
# -     return conv1d_minimal(wide, weight.float())
# +     wide = functional.pad(x, (padding, padding))
# +     return conv1d_minimal(wide, weight)


# %% mistake: overwrites
def conv1d_padded(x, weight, padding=0):
    x.copy_(x.flip(-1))
    wide = functional.pad(x, (padding, padding))
    return conv1d_minimal(wide, weight.flip(-1)).flip(-1)


# repair
# -     x.copy_(x.flip(-1))
# +     x = x.flip(-1)


# %% mistake: side_by_side
def conv1d_padded(x, weight, padding=0):
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, width // size, size), (b, c, w * size, w))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     windows = x.as_strided((batch, channels, width // size, size), (b, c, w * size, w))
# +     windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))


# %% mistake: zeros_of_float32
def conv1d_padded(x, weight, padding=0):
    batch, channels, width = x.shape
    wide = t.zeros(batch, channels, width + 2 * padding)
    wide[:, :, padding : padding + width] = x
    return conv1d_minimal(wide, weight)


# repair
# -     wide = t.zeros(batch, channels, width + 2 * padding)
# +     wide = x.new_zeros(batch, channels, width + 2 * padding)


# %% mistake: padding_ignored
def conv1d_padded(x, weight, padding=0):
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))
    return einsum(windows, weight, "b i k j, o i j -> b o k")


# repair
# -     batch, channels, width = x.shape
# +     x = functional.pad(x, (padding, padding))
# +     batch, channels, width = x.shape


# %% mistake: pads_left
def conv1d_padded(x, weight, padding=0):
    batch, channels, width = x.shape
    wide = x.new_zeros(batch, channels, width + padding)
    wide[..., padding:] = x
    return conv1d_minimal(wide, weight)


# repair
# -     wide = x.new_zeros(batch, channels, width + padding)
# -     wide[..., padding:] = x
# +     wide = x.new_zeros(batch, channels, width + 2 * padding)
# +     wide[..., padding : padding + width] = x


# %% mistake: pads_right
def conv1d_padded(x, weight, padding=0):
    extra = t.zeros((x.shape[0], x.shape[1], padding), dtype=x.dtype, device=x.device)
    return conv1d_minimal(t.cat((x, extra), dim=2), weight)


# repair
# -     return conv1d_minimal(t.cat((x, extra), dim=2), weight)
# +     return conv1d_minimal(t.cat((extra, x, extra), dim=2), weight)


# %% mistake: halved_padding
def conv1d_padded(x, weight, padding=0):
    left = padding // 2
    right = padding - left
    return conv1d_minimal(functional.pad(x, (left, right)), weight)


# repair
# -     left = padding // 2
# -     right = padding - left
# +     left = right = padding


# %% mistake: doubled_padding
def conv1d_padded(x, weight, padding=0):
    n = 2 * padding
    batch, channels, width = x.shape
    wide = x.new_zeros(batch, channels, width + 2 * n)
    wide[..., n : n + width] = x
    return conv1d_minimal(wide, weight)


# repair
# -     n = 2 * padding
# +     n = padding


# %% mistake: edges_repeated
def conv1d_padded(x, weight, padding=0):
    left = x[..., :1].expand(-1, -1, padding)
    right = x[..., -1:].expand(-1, -1, padding)
    return conv1d_minimal(t.cat([left, x, right], dim=-1), weight)


# repair
# -     left = x[..., :1].expand(-1, -1, padding)
# -     right = x[..., -1:].expand(-1, -1, padding)
# +     left = right = x.new_zeros(*x.shape[:2], padding)


# %% mistake: ones
def conv1d_padded(x, weight, padding=0):
    batch, channels, width = x.shape
    wide = x.new_ones(batch, channels, width + 2 * padding)
    wide[..., padding : padding + width] = x
    return conv1d_minimal(wide, weight)


# repair
# -     wide = x.new_ones(batch, channels, width + 2 * padding)
# +     wide = x.new_zeros(batch, channels, width + 2 * padding)


# %% mistake: minus_zero
def conv1d_padded(x, weight, padding=0):
    batch, channels, width = x.shape
    wide = x.new_zeros(batch, channels, width + padding * 2)
    wide[:, :, padding:-padding] = x
    return conv1d_minimal(wide, weight)


# repair
# -     wide[:, :, padding:-padding] = x
# +     wide[:, :, padding : padding + width] = x


# %% mistake: channels_padded
def conv1d_padded(x, weight, padding=0):
    wide = functional.pad(x, [0, 0] + 2 * [padding])
    return conv1d_minimal(wide, weight)


# repair
# -     wide = functional.pad(x, [0, 0] + 2 * [padding])
# +     wide = functional.pad(x, 2 * [padding])


# %% mistake: channels_apart
def conv1d_padded(x, weight, padding=0):
    wide = functional.pad(x, (padding, padding))
    return conv1d_minimal(wide.sum(1, keepdim=True), weight.sum(1, keepdim=True))


# repair
# -     return conv1d_minimal(wide.sum(1, keepdim=True), weight.sum(1, keepdim=True))
# +     return conv1d_minimal(wide, weight)


# %% mistake: pads_the_output
def conv1d_padded(x, weight, padding=0):
    output = conv1d_minimal(x, weight)
    wide = output.new_zeros(*output.shape[:2], output.shape[2] + 2 * padding)
    wide[..., padding : padding + output.shape[2]] = output
    return wide


# repair
# -     output = conv1d_minimal(x, weight)
# +     output = x
# -     return wide
# +     return conv1d_minimal(wide, weight)


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


conv1d_padded = lambda x, weight, padding=0: _strided_1d(x, weight, 1, padding)


# %% right: unfold
import torch


def _unfold_1d(x, weight, stride=1, padding=0):
    wide = torch.cat([x.new_zeros(*x.shape[:2], padding), x, x.new_zeros(*x.shape[:2], padding)], dim=2)
    return einsum(wide.unfold(2, weight.size(-1), stride), weight, "b i k j, o i j -> b o k")


conv1d_padded = lambda x, weight, padding=0: _unfold_1d(x, weight, 1, padding)


# %% right: loops
import torch
import torch.nn.functional as F


def _loops_1d(x, weight, stride=1, padding=0):
    x = F.pad(x, (padding, padding))
    places = range(0, x.shape[-1] - weight.shape[-1] + 1, stride)
    columns = [(x[:, None, :, k : k + weight.shape[-1]] * weight).sum((2, 3)) for k in places]
    return torch.stack(columns, dim=-1)


conv1d_padded = lambda x, weight, padding=0: _loops_1d(x, weight, 1, padding)


# %% right: shifts
def _shifts_1d(x, weight, stride=1, padding=0):
    wide = x.new_zeros(x.shape[0], x.shape[1], x.shape[2] + 2 * padding)
    wide[:, :, padding : padding + x.shape[2]] = x
    count = (wide.shape[2] - weight.shape[2]) // stride + 1
    parts = [wide[:, :, j : j + (count - 1) * stride + 1 : stride] for j in range(weight.shape[2])]
    return sum(weight[:, :, j] @ part for j, part in enumerate(parts))


conv1d_padded = lambda x, weight, padding=0: _shifts_1d(x, weight, 1, padding)


# %% right: gather
import torch
import torch.nn.functional as F


def _gather_1d(x, weight, stride=1, padding=0):
    x = F.pad(x, [padding] * 2)
    starts = torch.arange(0, x.shape[2] - weight.shape[2] + 1, stride)
    places = starts[:, None] + torch.arange(weight.shape[2])
    return torch.tensordot(x[:, :, places], weight, dims=([1, 3], [1, 2])).transpose(1, 2)


conv1d_padded = lambda x, weight, padding=0: _gather_1d(x, weight, 1, padding)


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


conv1d_padded = lambda x, weight, padding=0: _matrix_1d(x, weight, 1, padding)


# %% right: uses the earlier step
import torch


def conv1d_padded(x, weight, padding=0):
    return conv1d_minimal(torch.nn.functional.pad(x, (padding, padding)), weight)
