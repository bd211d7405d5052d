# %% Mia: zeros on the left only
# truth: There are zeros in front of the signal but none behind it, so the output is `padding` places too short.
# repair: make the padded tensor 2 * padding wider than x
def conv1d_padded(x, weight, padding=0):
    batch, channels, width = x.shape
    padded = t.zeros(batch, channels, width + padding, dtype=x.dtype)
    padded[:, :, padding : padding + width] = x
    return conv1d_minimal(padded, weight)


# %% Kenji: the order of np.pad
# truth: functional.pad counts from the last axis, so (0, 0, padding, padding) adds empty channels instead of widening
# the signal, and the weight no longer fits.
# repair: functional.pad(x, (padding, padding))
def conv1d_padded(x, weight, padding=0):
    inputs = functional.pad(x, (0, 0, padding, padding))
    return conv1d_minimal(inputs, weight)


# %% Lars: padding:-padding
# truth: With padding=0 the slice 0:-0 is empty, so writing x into it raises.
# repair: write into padding : padding + width
def conv1d_padded(x, weight, padding=0):
    *rest, w = x.shape
    y = x.new_zeros(*rest, w + 2 * padding)
    y[..., padding:-padding] = x
    return conv1d_minimal(y, weight)


# %% Anton: zeros of float32
# truth: t.zeros is float32 whatever x is, so a float64 signal is cut down to float32 and then meets a float64 weight,
# which raises.
# repair: make the zeros with x.new_zeros(…)
def conv1d_padded(x: Tensor, weight: Tensor, padding: int = 0) -> Tensor:
    n, c, w = x.shape
    buffer = t.zeros(n, c, w + 2 * padding)
    for i in range(w):
        buffer[:, :, padding + i] = x[:, :, i]
    return conv1d_minimal(buffer, weight)


# %% Tom: all on one side
# truth: All 2 * padding zeros stand behind the signal and none before it. The length is right, and the values are
# shifted.
# repair: functional.pad(x, (padding, padding))
def conv1d_padded(
    x: Float[Tensor, "batch in_channels width"],
    weight: Float[Tensor, "out_channels in_channels size"],
    padding: int = 0,
) -> Float[Tensor, "batch out_channels out_width"]:
    """Slide the weight along x with `padding` zeros on either side."""
    x = functional.pad(x, (0, 2 * padding))
    return conv1d_minimal(x, weight)


# %% Viktor: minus zero
# truth: With padding=0, the default, wide[..., 0:-0] is an empty slice, and x can't be put into it: it raises.
# repair: wide[..., padding : padding + width] = x
def conv1d_padded(
    x: Float[Tensor, "batch in_channels width"],
    weight: Float[Tensor, "out_channels in_channels size"],
    padding: int = 0,
) -> Float[Tensor, "batch out_channels out_width"]:
    """Slide the weight along x with `padding` zeros on either side."""
    batch, channels, width = x.shape
    wide = t.zeros(batch, channels, width + 2 * padding, dtype=x.dtype)
    wide[:, :, padding:-padding] = x
    return conv1d_minimal(wide, weight)
