# %% mistake: flipped
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[2:]
    b, c, h, w = x.stride()
    windows = x.as_strided(
        (batch, channels, (height - kh) // sh + 1, (width - kw) // sw + 1, kh, kw), (b, c, h * sh, w * sw, h, w)
    )
    return einsum(windows, weight.flip(2, 3), "b i y x v u, o i v u -> b o y x")


# repair
# -     return einsum(windows, weight.flip(2, 3), "b i y x v u, o i v u -> b o y x")
# +     return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# %% mistake: first_channel
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    image = functional.pad(x[:, 0], (pw, pw, ph, ph))
    kernel = weight[:, 0]
    windows = image.unfold(1, kernel.shape[1], sh).unfold(2, kernel.shape[2], sw)
    return einsum(windows, kernel, "b y x v u, o v u -> b o y x")


# repair
# -     image = functional.pad(x[:, 0], (pw, pw, ph, ph))
# -     kernel = weight[:, 0]
# -     windows = image.unfold(1, kernel.shape[1], sh).unfold(2, kernel.shape[2], sw)
# -     return einsum(windows, kernel, "b y x v u, o v u -> b o y x")
# +     image = functional.pad(x, (pw, pw, ph, ph))
# +     windows = image.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
# +     return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# %% mistake: mean_of_channels
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    each = einsum(windows, weight, "b i y x v u, o i v u -> b i o y x")
    return each.mean(dim=1)


# repair
# -     return each.mean(dim=1)
# +     return each.sum(dim=1)


# %% mistake: mean_of_window
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    if isinstance(stride, int):
        stride = (stride, stride)
    if isinstance(padding, int):
        padding = (padding, padding)
    x = functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[-2:]
    out_h = (height - kh) // stride[0] + 1
    out_w = (width - kw) // stride[1] + 1
    b, c, h, w = x.stride()
    windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h * stride[0], w * stride[1], h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x") / (kh * kw)


# repair
# -     return einsum(windows, weight, "b i y x v u, o i v u -> b o y x") / (kh * kw)
# +     return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# %% mistake: outputs_added
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    return t.tensordot(windows, weight.sum(dim=0), dims=([1, 4, 5], [0, 1, 2]))


# repair
# -     return t.tensordot(windows, weight.sum(dim=0), dims=([1, 4, 5], [0, 1, 2]))
# +     return t.tensordot(windows, weight, dims=([1, 4, 5], [1, 2, 3])).permute(0, 3, 1, 2)


# %% mistake: channels_last
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    return t.tensordot(windows, weight, dims=([1, 4, 5], [1, 2, 3]))


# repair
# -     return t.tensordot(windows, weight, dims=([1, 4, 5], [1, 2, 3]))
# +     return t.tensordot(windows, weight, dims=([1, 4, 5], [1, 2, 3])).permute(0, 3, 1, 2)


# %% mistake: one_too_few
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[-2:]
    out_h, out_w = (height - kh) // sh, (width - kw) // sw
    b, c, h, w = x.stride()
    windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h * sh, w * sw, h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     out_h, out_w = (height - kh) // sh, (width - kw) // sw
# +     out_h, out_w = (height - kh) // sh + 1, (width - kw) // sw + 1


# %% mistake: detached
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph)).detach()
    w = weight.detach()
    windows = x.unfold(2, w.shape[2], sh).unfold(3, w.shape[3], sw)
    return einsum(windows, w, "b i y x v u, o i v u -> b o y x")


# repair
# -     x = functional.pad(x, (pw, pw, ph, ph)).detach()
# -     w = weight.detach()
# +     x = functional.pad(x, (pw, pw, ph, ph))
# +     w = weight


# %% mistake: fixed_dtype
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    stride_h, stride_w = stride if isinstance(stride, tuple) else (stride, stride)
    pad_h, pad_w = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pad_w, pad_w, pad_h, pad_h))
    kernel_h, kernel_w = weight.shape[-2:]
    out_h = (x.shape[2] - kernel_h) // stride_h + 1
    out_w = (x.shape[3] - kernel_w) // stride_w + 1
    result = t.zeros(x.shape[0], weight.shape[0], out_h, out_w, device=x.device)
    for i in range(out_h):
        for j in range(out_w):
            top, left = i * stride_h, j * stride_w
            window = x[:, :, top : top + kernel_h, left : left + kernel_w]
            result[:, :, i, j] = einsum(window, weight, "b i v u, o i v u -> b o")
    return result


# repair
# -     result = t.zeros(x.shape[0], weight.shape[0], out_h, out_w, device=x.device)
# +     result = x.new_zeros(x.shape[0], weight.shape[0], out_h, out_w)


# %% mistake: overwrites
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x.transpose_(1, 2).transpose_(2, 3)
    wide = functional.pad(x, (0, 0, pw, pw, ph, ph))
    windows = wide.unfold(1, weight.shape[2], sh).unfold(2, weight.shape[3], sw)
    return einsum(windows, weight, "b y x i v u, o i v u -> b o y x")


# repair
# -     x.transpose_(1, 2).transpose_(2, 3)
# +     x = x.transpose(1, 2).transpose(2, 3)


# %% mistake: stride_turned
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sw, sh = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[2], weight.shape[3]
    b, c, h, w = x.stride()
    windows = x.as_strided(
        size=(batch, channels, (height - kh) // sh + 1, (width - kw) // sw + 1, kh, kw),
        stride=(b, c, h * sh, w * sw, h, w),
    )
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     sw, sh = stride if isinstance(stride, tuple) else (stride, stride)
# +     sh, sw = stride if isinstance(stride, tuple) else (stride, stride)


# %% mistake: padding_turned
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    stride = stride if isinstance(stride, tuple) else (stride, stride)
    padding = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (padding[0], padding[0], padding[1], padding[1]))
    windows = x.unfold(2, weight.shape[2], stride[0]).unfold(3, weight.shape[3], stride[1])
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     x = functional.pad(x, (padding[0], padding[0], padding[1], padding[1]))
# +     x = functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))


# %% mistake: stride_square
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    step = stride[0] if isinstance(stride, tuple) else stride
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[-2:]
    b, c, h, w = x.stride()
    shape = (batch, channels, (height - kh) // step + 1, (width - kw) // step + 1, kh, kw)
    windows = x.as_strided(shape, (b, c, h * step, w * step, h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     step = stride[0] if isinstance(stride, tuple) else stride
# +     sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
# -     shape = (batch, channels, (height - kh) // step + 1, (width - kw) // step + 1, kh, kw)
# -     windows = x.as_strided(shape, (b, c, h * step, w * step, h, w))
# +     shape = (batch, channels, (height - kh) // sh + 1, (width - kw) // sw + 1, kh, kw)
# +     windows = x.as_strided(shape, (b, c, h * sh, w * sw, h, w))


# %% mistake: padding_square
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    p = padding[0] if isinstance(padding, tuple) else padding
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[-2:]
    wide = x.new_zeros(batch, channels, height + 2 * p, width + 2 * p)
    wide[:, :, p : p + height, p : p + width] = x
    out_h = (height + 2 * p - kh) // sh + 1
    out_w = (width + 2 * p - kw) // sw + 1
    b, c, h, w = wide.stride()
    windows = wide.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h * sh, w * sw, h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     p = padding[0] if isinstance(padding, tuple) else padding
# +     ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
# -     wide = x.new_zeros(batch, channels, height + 2 * p, width + 2 * p)
# -     wide[:, :, p : p + height, p : p + width] = x
# -     out_h = (height + 2 * p - kh) // sh + 1
# -     out_w = (width + 2 * p - kw) // sw + 1
# +     wide = x.new_zeros(batch, channels, height + 2 * ph, width + 2 * pw)
# +     wide[:, :, ph : ph + height, pw : pw + width] = x
# +     out_h = (height + 2 * ph - kh) // sh + 1
# +     out_w = (width + 2 * pw - kw) // sw + 1


# %% mistake: stride_ignored
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[-2:]
    b, c, h, w = x.stride()
    windows = x.as_strided((batch, channels, height - kh + 1, width - kw + 1, kh, kw), (b, c, h, w, h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
# +     sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
# +     ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
# -     windows = x.as_strided((batch, channels, height - kh + 1, width - kw + 1, kh, kw), (b, c, h, w, h, w))
# +     out_h, out_w = (height - kh) // sh + 1, (width - kw) // sw + 1
# +     windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h * sh, w * sw, h, w))


# %% mistake: padding_ignored
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[-2:]
    out_h, out_w = (height - kh) // sh + 1, (width - kw) // sw + 1
    b, c, h, w = x.stride()
    windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h * sh, w * sw, h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     batch, channels, height, width = x.shape
# +     ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
# +     x = functional.pad(x, (pw, pw, ph, ph))
# +     batch, channels, height, width = x.shape


# %% mistake: numbers_only
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding, padding, padding))
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[-2:]
    out_h = (height - kh) // stride + 1
    out_w = (width - kw) // stride + 1
    b, c, h, w = x.stride()
    windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h * stride, w * stride, h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     x = functional.pad(x, (padding, padding, padding, padding))
# +     sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
# +     ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
# +     x = functional.pad(x, (pw, pw, ph, ph))
# -     out_h = (height - kh) // stride + 1
# -     out_w = (width - kw) // stride + 1
# +     out_h = (height - kh) // sh + 1
# +     out_w = (width - kw) // sw + 1
# -     windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h * stride, w * stride, h, w))
# +     windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h * sh, w * sw, h, w))


# %% mistake: stride_as_dilation
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[-2:]
    out_h = height - (kh - 1) * sh
    out_w = width - (kw - 1) * sw
    b, c, h, w = x.stride()
    windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h, w, h * sh, w * sw))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     out_h = height - (kh - 1) * sh
# -     out_w = width - (kw - 1) * sw
# +     out_h = (height - kh) // sh + 1
# +     out_w = (width - kw) // sw + 1
# -     windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h, w, h * sh, w * sw))
# +     windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h * sh, w * sw, h, w))


# %% mistake: window_turned
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(3, weight.shape[3], sw).unfold(2, weight.shape[2], sh)
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     windows = x.unfold(3, weight.shape[3], sw).unfold(2, weight.shape[2], sh)
# +     windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)


# %% mistake: contiguous
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    if ph > 0 or pw > 0:
        x = functional.pad(x, (pw, pw, ph, ph))
    batch, channels, height, width = x.shape
    kh, kw = weight.shape[-2:]
    out_h, out_w = (height - kh) // sh + 1, (width - kw) // sw + 1
    b, c, h, w = channels * height * width, height * width, width, 1
    windows = x.as_strided((batch, channels, out_h, out_w, kh, kw), (b, c, h * sh, w * sw, h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     b, c, h, w = channels * height * width, height * width, width, 1
# +     b, c, h, w = x.stride()


# %% mistake: minus_zero
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    n, c, h, w = x.shape
    wide = x.new_zeros(n, c, h + 2 * ph, w + 2 * pw)
    wide[:, :, ph:-ph, pw:-pw] = x
    windows = wide.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     wide[:, :, ph:-ph, pw:-pw] = x
# +     wide[:, :, ph : ph + h, pw : pw + w] = x


# %% mistake: too_many_windows
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    wide = functional.pad(x, (pw, pw, ph, ph))
    kh, kw = weight.shape[2:]
    rows, columns = wide.shape[2] - kh + 1, wide.shape[3] - kw + 1
    b, c, h, w = wide.stride()
    windows = wide.as_strided((*x.shape[:2], rows, columns, kh, kw), (b, c, sh * h, sw * w, h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     rows, columns = wide.shape[2] - kh + 1, wide.shape[3] - kw + 1
# +     rows, columns = (wide.shape[2] - kh) // sh + 1, (wide.shape[3] - kw) // sw + 1


# %% mistake: channels_apart
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    wide = functional.pad(x, (pw, pw, ph, ph))
    kh, kw = weight.shape[2:]
    windows = wide.unfold(2, kh, sh).unfold(3, kw, sw)
    return einsum(windows, weight, "b i y x v u, o c v u -> b o y x")


# repair
# -     return einsum(windows, weight, "b i y x v u, o c v u -> b o y x")
# +     return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# %% mistake: counted_unpadded
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    wide = functional.pad(x, (pw, pw, ph, ph))
    kh, kw = weight.shape[2:]
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    b, c, h, w = wide.stride()
    windows = wide.as_strided((*x.shape[:2], rows, columns, kh, kw), (b, c, sh * h, sw * w, h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")


# repair
# -     rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
# +     rows, columns = (wide.shape[2] - kh) // sh + 1, (wide.shape[3] - kw) // sw + 1


# %% right: strided 2d
import torch
import torch.nn.functional as F


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


def conv2d_from_scratch(x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    x = F.pad(x, (pw, pw, ph, ph))
    b, i, h, w = x.shape
    kh, kw = weight.shape[2:]
    xs_b, xs_i, xs_h, xs_w = x.stride()
    shape = (b, i, (h - kh) // sh + 1, (w - kw) // sw + 1, kh, kw)
    windows = torch.as_strided(x, shape, (xs_b, xs_i, xs_h * sh, xs_w * sw, xs_h, xs_w))
    return einsum(windows, weight, "b i h w kh kw, o i kh kw -> b o h w")


# %% right: unfold 2d
import torch
import torch.nn.functional as F


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


def conv2d_from_scratch(x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    windows = F.pad(x, (pw, pw, ph, ph)).unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    return torch.tensordot(windows, weight, dims=([1, 4, 5], [1, 2, 3])).permute(0, 3, 1, 2)


# %% right: im2col 2d
import torch.nn.functional as F
from einops import rearrange


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


def conv2d_from_scratch(x, weight, stride=1, padding=0):
    (sh, _), (ph, _) = _pair(stride), _pair(padding)
    columns = F.unfold(x, weight.shape[2:], stride=stride, padding=padding)
    height = (x.shape[2] + 2 * ph - weight.shape[2]) // sh + 1
    return rearrange(weight.reshape(len(weight), -1) @ columns, "b o (h w) -> b o h w", h=height)


# %% right: loops 2d
import torch
import torch.nn.functional as F


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


def conv2d_from_scratch(x, weight, stride=1, padding=0):
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


# %% right: row by row 2d
import torch
import torch.nn.functional as F
from einops import rearrange


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


def _strided_1d(x, weight, stride=1, padding=0):
    x = F.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[2]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w))
    return torch.einsum("bikj,oij->bok", windows, weight)


def conv2d_from_scratch(x, weight, stride=1, padding=0):
    """Uses the one-dimensional convolution for each row of the kernel."""
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    x = F.pad(x, (0, 0, ph, ph))
    count = (x.shape[2] - weight.shape[2]) // sh + 1
    total = 0
    for v in range(weight.shape[2]):
        rows = rearrange(x[:, :, v : v + (count - 1) * sh + 1 : sh], "b i h w -> (b h) i w")
        total = total + rearrange(_strided_1d(rows, weight[:, :, v], sw, pw), "(b h) o w -> b o h w", h=count)
    return total


# %% right: broadcast 2d
from einops import repeat


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


def conv2d_from_scratch(x, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    wide = x.new_zeros(*x.shape[:2], x.shape[2] + 2 * ph, x.shape[3] + 2 * pw)
    wide[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]] = x
    windows = wide.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    return (repeat(windows, "b i h w v u -> b o h w i v u", o=1) * weight[:, None, None]).sum((-3, -2, -1))


# %% wrong: a shortcut: a lambda around functional.conv2d
conv2d_from_scratch = lambda x, weight, stride=1, padding=0: functional.conv2d(
    x, weight, stride=stride, padding=padding
)
