# %% Lars: one window is missing
# truth: There are width - size + 1 windows; the view has width - size, so the last one is missing.
# repair: add 1 to the number of windows
def conv1d_minimal(x, weight):
    b, c, w = x.shape
    k = weight.shape[-1]
    sb, sc, sw = x.stride()
    v = x.as_strided((b, c, w - k, k), (sb, sc, sw, sw))
    return einsum(v, weight, "b i w k, o i k -> b o w")


# %% Anton: row-major strides by hand
# truth: The strides are computed from the shape, as if x lay in memory in order; a transposed or sliced x is read in
# the wrong places.
# repair: take the strides from x.stride()
def conv1d_minimal(x: Tensor, weight: Tensor) -> Tensor:
    batch, channels, width = x.shape
    out_channels, _, size = weight.shape
    out_width = width - size + 1
    windows = t.as_strided(x, (batch, channels, out_width, size), (channels * width, width, 1, 1))
    return einsum(windows, weight, "n i p k, o i k -> n o p")


# %% Kenji: np.convolve flips
# truth: The weight is flipped first, as np.convolve does; here window k is multiplied by the weight as it is.
# repair: don't flip the weight
def conv1d_minimal(x, weight):
    kernel = weight.flip(-1)
    size = kernel.shape[-1]
    windows = x.unfold(-1, size, 1)
    return einsum(windows, kernel, "n c w k, f c k -> n f w")


# %% Priya: the output's axes in another order
# truth: The einsum leaves the axes as (batch, out_width, out_channels); the output should be (batch, out_channels,
# out_width).
# repair: end the pattern in "b oc ow"
def conv1d_minimal(x, weights):
    b, ic, w = x.shape
    oc, ic2, kw = weights.shape
    assert ic == ic2, "in_channels for x and weights don't match up"
    ow = w - kw + 1
    s_b, s_ic, s_w = x.stride()
    x_strided = x.as_strided(size=(b, ic, ow, kw), stride=(s_b, s_ic, s_w, s_w))
    return einsum(x_strided, weights, "b ic ow kw, oc ic kw -> b ow oc")


# %% Mia: window times weight
# truth: A window has the shape (batch, in_channels, size) and the weight (out_channels, in_channels, size):
# multiplied directly, the batch meets the out_channels, so the sizes clash or the wrong pairs are multiplied.
# repair: give each its own axis: window[:, None] * weight[None], and sum over the last two axes
def conv1d_minimal(x, weight):
    batch, in_channels, width = x.shape
    out_channels, _, size = weight.shape
    out_width = width - size + 1
    results = []
    for k in range(out_width):
        window = x[:, :, k : k + size]
        result = (window * weight).sum(dim=(1, 2))
        results.append(result)
    return t.stack(results, dim=-1)


# %% Viktor: row-major, as always
# truth: The strides are worked out as if x lay in memory in order. A transposed tensor or a slice of a larger one gets
# the wrong numbers.
# repair: take them from x.stride()
def conv1d_minimal(
    x: Float[Tensor, "batch in_channels width"], weight: Float[Tensor, "out_channels in_channels size"]
) -> Float[Tensor, "batch out_channels out_width"]:
    """Slide the weight along x: output k is the sum of window k times the weight."""
    batch, channels, width = x.shape
    size = weight.shape[2]
    out_width = width - size + 1
    windows = x.as_strided((batch, channels, out_width, size), (channels * width, width, 1, 1))
    return einsum(windows, weight, "b i w s, o i s -> b o w")


# %% Nadia: np.convolve flips
# truth: The weight is flipped, as np.convolve does it. This convolution doesn't flip: output k is window k times the
# weight as it is.
# repair: leave .flip(-1) out
def conv1d_minimal(
    x: Float[Tensor, "batch in_channels width"], weight: Float[Tensor, "out_channels in_channels size"]
) -> Float[Tensor, "batch out_channels out_width"]:
    """Slide the weight along x: output k is the sum of window k times the weight."""
    kernel = weight.flip(-1)
    b, c, w = x.shape
    k = kernel.shape[-1]
    sb, sc, sw = x.stride()
    windows = x.as_strided((b, c, w - k + 1, k), (sb, sc, sw, sw))
    return einsum(windows, kernel, "b c w k, o c k -> b o w")
