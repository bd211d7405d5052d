# %% Lars: the other of the two strides
# truth: The stride multiplies the step inside a window instead of the step from window to window: that's a dilation.
# repair: multiply the third stride (from window to window), not the fourth
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    (b, c, w), k = x.shape, weight.shape[-1]
    sb, sc, sw = x.stride()
    v = x.as_strided((b, c, (w - k) // stride + 1, k), (sb, sc, sw, sw * stride))
    return einsum(v, weight, "b i w k, o i k -> b o w")


# %% Mia: as many windows as before
# truth: The number of windows isn't divided by the stride, so the view reaches beyond the end of the tensor's memory,
# which raises.
# repair: make (width - size) // stride + 1 windows
def conv1d_strided(x, weight, stride=1, padding=0):
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[2]
    s_batch, s_channels, s_width = x.stride()
    windows = x.as_strided((batch, channels, width - size + 1, size), (s_batch, s_channels, s_width * stride, s_width))
    return einsum(windows, weight, "batch c place size, out c size -> batch out place")


# %% Kenji: keeps every stride-th from the stride-th on
# truth: The slice begins at stride - 1 instead of at 0, so the wrong windows are kept.
# repair: begin the slice at 0: [:, :, ::stride]
def conv1d_strided(x, weight, stride=1, padding=0):
    outputs = conv1d_padded(x, weight, padding)
    return outputs[:, :, stride - 1 :: stride]


# %% Anton: no padding yet, and one window short
# truth: Two mistakes: padding is ignored, and there's one window too few because the + 1 is missing.
# repair: pad x first, and make (width - size) // stride + 1 windows
def conv1d_strided(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    n, c, w = x.shape
    k = weight.size(2)
    out_w = (w - k) // stride
    out = x.new_zeros(n, weight.size(0), out_w)
    for i in range(out_w):
        window = x[:, :, i * stride : i * stride + k]
        out[:, :, i] = einsum(window, weight, "n c k, o c k -> n o")
    return out


# %% Nadia: the wrong one of the two
# truth: The stride multiplies the step within a window and not the one from window to window: that's a dilated
# convolution.
# repair: (b, c, w * stride, w)
def conv1d_strided(
    x: Float[Tensor, "batch in_channels width"],
    weight: Float[Tensor, "out_channels in_channels size"],
    stride: int = 1,
    padding: int = 0,
) -> Float[Tensor, "batch out_channels out_width"]:
    """Slide the weight along the padded x, `stride` places at a time."""
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    out_width = (width - size) // stride + 1
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, out_width, size), (b, c, w, w * stride))
    return einsum(windows, weight, "b i p s, o i s -> b o p")


# %% Tom: the + 1 in the wrong place
# truth: (width - size + 1) // stride rounds down after the 1 was added: with a stride the last window is often missing.
# repair: (width - size) // stride + 1
def conv1d_strided(
    x: Float[Tensor, "batch in_channels width"],
    weight: Float[Tensor, "out_channels in_channels size"],
    stride: int = 1,
    padding: int = 0,
) -> Float[Tensor, "batch out_channels out_width"]:
    """Slide the weight along the padded x, `stride` places at a time."""
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, (width - size + 1) // stride, size), (b, c, w * stride, w))
    return einsum(windows, weight, "batch c_in place size, c_out c_in size -> batch c_out place")
