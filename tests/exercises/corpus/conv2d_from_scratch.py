# %% Lars: the window's two strides swapped
# truth: The last two strides are (w, h) while the last two sizes are (kernel height, kernel width): each window is
# read transposed, and a large one may reach beyond the memory.
# repair: put the strides in the order h, w
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pw, pw, ph, ph))
    (B, C, H, W), (kh, kw) = x.shape, weight.shape[-2:]
    b, c, h, w = x.stride()
    v = x.as_strided((B, C, (H - kh) // sh + 1, (W - kw) // sw + 1, kh, kw), (b, c, h * sh, w * sw, w, h))
    return einsum(v, weight, "b i y x u v, o i u v -> b o y x")


# %% Mia: a stride that is a tuple
# truth: stride is divided by as if it were always one number, so a tuple raises.
# repair: make a pair of stride first, one for the height and one for the width
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    if isinstance(padding, int):
        padding = (padding, padding)
    x = functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    batch, channels, height, width = x.shape
    out_channels, _, kernel_height, kernel_width = weight.shape
    out_height = (height - kernel_height) // stride + 1
    out_width = (width - kernel_width) // stride + 1
    result = x.new_zeros(batch, out_channels, out_height, out_width)
    for row in range(out_height):
        for column in range(out_width):
            top = row * stride
            left = column * stride
            window = x[:, :, top : top + kernel_height, left : left + kernel_width]
            result[:, :, row, column] = einsum(window, weight, "batch c h w, out c h w -> batch out")
    return result


# %% Anton: padding from the first axis on
# truth: functional.pad counts from the last axis, so (pad_h, pad_h, pad_w, pad_w) widens where it should heighten,
# and the other way round.
# repair: pad with (pad_w, pad_w, pad_h, pad_h)
def conv2d_from_scratch(x: Tensor, weight: Tensor, stride=1, padding=0) -> Tensor:
    stride_h, stride_w = (stride, stride) if isinstance(stride, int) else stride
    pad_h, pad_w = (padding, padding) if isinstance(padding, int) else padding
    x = functional.pad(x, (pad_h, pad_h, pad_w, pad_w))
    n, c, h, w = x.shape
    k, _, kh, kw = weight.shape
    oh = (h - kh) // stride_h + 1
    ow = (w - kw) // stride_w + 1
    out = x.new_zeros(n, k, oh, ow)
    for i in range(kh):
        for j in range(kw):
            part = x[:, :, i : i + (oh - 1) * stride_h + 1 : stride_h, j : j + (ow - 1) * stride_w + 1 : stride_w]
            out = out + einsum(part, weight[:, :, i, j], "n c h w, k c -> n k h w")
    return out


# %% Priya: im2col with height and width mixed up at the end
# truth: The result is viewed as (batch, out, out_width, out_height) instead of (batch, out, out_height, out_width):
# square outputs are right, all others are scrambled.
# repair: view it as (out_height, out_width)
import torch.nn.functional as F


def conv2d_from_scratch(x, weight, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    N, C, H, W = x.shape
    F_, _, HH, WW = weight.shape
    H_out = 1 + (H + 2 * ph - HH) // sh
    W_out = 1 + (W + 2 * pw - WW) // sw
    cols = F.unfold(x, (HH, WW), padding=(ph, pw), stride=(sh, sw))
    out = weight.reshape(F_, -1) @ cols
    return out.view(N, F_, W_out, H_out)


# %% Kenji: one stride for both, and the kernel is flipped
# truth: Two mistakes: only the first number of a stride tuple is used for both axes, and the kernel is flipped as a
# mathematician's convolution does.
# repair: use the second number for the width, and don't flip the kernel
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    if isinstance(stride, tuple):
        stride = stride[0]
    if isinstance(padding, int):
        padding = (padding, padding)
    inputs = functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    kernel = weight.flip(-2, -1)
    kh, kw = kernel.shape[-2:]
    patches = inputs.unfold(2, kh, stride).unfold(3, kw, stride)
    return einsum(patches, kernel, "n c y x h w, f c h w -> n f y x")


# %% Mia: stride and padding come later
# truth: Partly written: right for stride 1 and no padding; both arguments are still ignored.
# repair: pad x first, and begin window (row, column) at row * stride_h, column * stride_w
def conv2d_from_scratch(x, weight, stride=1, padding=0):
    # first without stride and padding
    batch, channels, height, width = x.shape
    out_channels, _, kernel_height, kernel_width = weight.shape
    out_height = height - kernel_height + 1
    out_width = width - kernel_width + 1
    result = x.new_zeros(batch, out_channels, out_height, out_width)
    for row in range(out_height):
        for column in range(out_width):
            window = x[:, :, row : row + kernel_height, column : column + kernel_width]
            result[:, :, row, column] = einsum(window, weight, "batch c h w, out c h w -> batch out")
    return result


# %% Viktor: copied the line above
# truth: out_w divides by stride_h instead of stride_w, so the width is wrong wherever the two strides differ (or the
# view goes beyond the storage and raises).
# repair: out_w = (width - kernel_w) // stride_w + 1
def conv2d_from_scratch(
    x: Float[Tensor, "batch in_channels height width"],
    weight: Float[Tensor, "out_channels in_channels kernel_height kernel_width"],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Float[Tensor, "batch out_channels out_height out_width"]:
    """Slide the weight over each padded image."""
    stride_h, stride_w = stride if isinstance(stride, tuple) else (stride, stride)
    pad_h, pad_w = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pad_w, pad_w, pad_h, pad_h))
    batch, channels, height, width = x.shape
    kernel_h, kernel_w = weight.shape[2], weight.shape[3]
    out_h = (height - kernel_h) // stride_h + 1
    out_w = (width - kernel_w) // stride_h + 1
    sb, sc, sh, sw = x.stride()
    windows = x.as_strided(
        (batch, channels, out_h, out_w, kernel_h, kernel_w), (sb, sc, sh * stride_h, sw * stride_w, sh, sw)
    )
    return einsum(windows, weight, "b i y x kh kw, o i kh kw -> b o y x")


# %% Tom: ints only
# truth: Tuples for stride or padding aren't taken apart, so both raise TypeError; only ints work.
# repair: stride_h, stride_w = stride if isinstance(stride, tuple) else (stride, stride), and the same for padding
def conv2d_from_scratch(
    x: Float[Tensor, "batch in_channels height width"],
    weight: Float[Tensor, "out_channels in_channels kernel_height kernel_width"],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Float[Tensor, "batch out_channels out_height out_width"]:
    """Slide the weight over each padded image."""
    x = functional.pad(x, (padding, padding, padding, padding))
    batch, channels, height, width = x.shape
    out_c, in_c, kh, kw = weight.shape
    oh = (height - kh) // stride + 1
    ow = (width - kw) // stride + 1
    b, c, h, w = x.stride()
    windows = x.as_strided((batch, channels, oh, ow, kh, kw), (b, c, h * stride, w * stride, h, w))
    return einsum(windows, weight, "b i y x v u, o i v u -> b o y x")
