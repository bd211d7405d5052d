# %% Ben: print in place of return
# truth: The sum is right, but it is printed and not returned, so the function gives None.
# repair: Return the result, do not print it.
def receptive_field(layers):
    # start with one pixel
    result = 1
    jump = 1
    for layer in layers:
        k = layer[0]
        s = layer[1]
        result = result + (k - 1) * jump
        jump = jump * s
    print(result)


# %% Ben: the whole kernel is added each time
# truth: Each layer adds kernel_size times the step, where neighbouring kernels overlap and only kernel_size - 1 are
# new.
# repair: Add (k - 1) * jump.
def receptive_field(layers):
    # start with one pixel
    result = 1
    jump = 1
    for layer in layers:
        k = layer[0]
        s = layer[1]
        result = result + k * jump
        jump = jump * s
    return result


# %% Nadia: the formula for going back to the image, applied from the image on
# truth: The recursion (field - 1) * stride + kernel goes from the last layer back to the image, but the layers are
# walked from the image on.
# repair: Walk over reversed(layers).
def receptive_field(layers):
    rf = 1
    for kernel_size, strides in layers:
        rf = (rf - 1) * strides + kernel_size
    return rf


# %% Nadia: cumprod that counts a layer's own stride
# truth: The cumulative product holds each layer's own stride, so a layer's kernel is spread by its own stride as well
# as by those before it.
# repair: Put a 1 in front of the cumulative product and drop its last number.
import numpy as np


def receptive_field(layers):
    kernels = np.array([k for k, s in layers], dtype=int)
    strides = np.array([s for k, s in layers], dtype=int)
    jumps = np.cumprod(strides)
    return int(1 + np.sum((kernels - 1) * jumps))


# %% Carlo: the return stands in the loop
# truth: The return is indented into the loop, so only the first layer is counted, and no layers at all give None.
# repair: Move the return out of the loop.
def receptive_field(layers: list[tuple[int, int]]) -> int:
    field: int = 1
    step: int = 1
    for i in range(0, len(layers)):
        kernel: int = layers[i][0]
        stride: int = layers[i][1]
        field += (kernel - 1) * step
        step *= stride
        return field


# %% Carlo: the loop skips the image's first layer
# truth: The loop begins at index 1, as if the first layer were an initial value, so the layer nearest to the image is
# never counted.
# repair: Let the loop begin at 0.
def receptive_field(layers: list[tuple[int, int]]) -> int:
    field: int = 1
    step: int = 1
    for i in range(1, len(layers)):
        field += (layers[i][0] - 1) * step
        step *= layers[i][1]
    return field


# %% Pia: only the stride of the layer before
# truth: The step is replaced by the last layer's stride and not multiplied with it, so strides do not pile up.
# repair: Multiply the step with the stride: jump *= stride.
def receptive_field(layers):
    # r_l = r_(l-1) + (k_l - 1) * j_(l-1), see the receptive field calculator
    r, jump = 1, 1
    for k, stride in layers:
        r = r + (k - 1) * jump
        jump = stride
    return r


# %% Ines: forgets the pixel it starts from
# truth: The sum lacks the one pixel that it starts from, so the answer is always one too small.
# repair: Add 1 to the sum.
from math import prod


def receptive_field(layers):
    return sum((k - 1) * prod(s for _, s in layers[:i]) for i, (k, _) in enumerate(layers))


# %% Ines: half-written, strides still to come
# truth: Partly written: Only the kernels are summed up; the strides are not used yet.
# repair: Multiply each k - 1 with the product of the strides before it.
from math import prod


def receptive_field(layers):
    return 1 + sum(k - 1 for k, s in layers)  # TODO strides


# %% Ben: two at once, starts at 0 and adds the strides up
# truth: Two mistakes: It starts from 0 pixels where a single pixel is the least, and adds strides to the step where
# they multiply.
# repair: Start with result = 1, and multiply jump with the stride.
def receptive_field(layers):
    # nothing seen yet
    result = 0
    jump = 1
    for layer in layers:
        result = result + (layer[0] - 1) * jump
        jump = jump + layer[1]
    return result


# %% Nadia: the empty product is a float
# truth: np.prod of no strides is the float 1.0, so the sum, with the right value, comes out as a float and not as a
# whole number.
# repair: Turn the result into an int.
import numpy as np


def receptive_field(layers):
    rf = 1
    for index, (kernel_size, strides) in enumerate(layers):
        rf = rf + (kernel_size - 1) * np.prod([s for _, s in layers[:index]])
    return rf


# %% Carlo: two at once, the stride comes too early and the kernel whole
# truth: Two mistakes: Each layer adds its whole kernel and not kernel_size - 1, and the step is multiplied by the
# layer's own stride before it is used.
# repair: Add (kernel - 1) * step, and multiply the step afterwards.
def receptive_field(layers: list[tuple[int, int]]) -> int:
    field: int = 1
    step: int = 1
    for i in range(0, len(layers)):
        step *= layers[i][1]
        field += layers[i][0] * step
    return field


# %% Tom: the stride too early
# truth: step is multiplied by a layer's own stride before its kernel is counted. A stride acts on the layers behind it
# only, so the field comes out too large.
# repair: grow the field first, then step *= stride
def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Return how many pixels wide the patch is that one output of these (kernel_size, stride) layers depends on."""
    field = 1
    step = 1
    for kernel_size, stride in layers:
        step *= stride
        field += (kernel_size - 1) * step
    return field


# %% Viktor: from the wrong end
# truth: (field - 1) * stride + kernel_size is the formula for going back from the output to the image, but the loop
# begins with the layer nearest to the image.
# repair: for kernel_size, stride in reversed(layers)
def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Return how many pixels wide the patch is that one output of these (kernel_size, stride) layers depends on."""
    field = 1
    for kernel_size, stride in layers:
        field = (field - 1) * stride + kernel_size
    return field
