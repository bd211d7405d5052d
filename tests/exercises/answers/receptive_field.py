# %% mistake: adds_kernels
def receptive_field(layers: list[tuple[int, int]]) -> int:
    return sum(kernel for kernel, _ in layers)


# repair
# -     return sum(kernel for kernel, _ in layers)
# +     field, step = 1, 1
# +     for kernel, stride in layers:
# +         field += (kernel - 1) * step
# +         step *= stride
# +     return field


# %% mistake: adds_kernels_to_one
def receptive_field(layers: list[tuple[int, int]]) -> int:
    field = 1
    step = 1
    for kernel_size, stride in layers:
        field += kernel_size * step
        step *= stride
    return field


# repair
# -         field += kernel_size * step
# +         field += (kernel_size - 1) * step


# %% mistake: multiplies_kernels
def receptive_field(layers: list[tuple[int, int]]) -> int:
    field = 1
    for kernel_size, stride in layers:
        field = field * kernel_size
    return field


# repair
# -     field = 1
# -     for kernel_size, stride in layers:
# -         field = field * kernel_size
# +     field, step = 1, 1
# +     for kernel_size, stride in layers:
# +         field = field + (kernel_size - 1) * step
# +         step *= stride


# %% mistake: largest_kernel
def receptive_field(layers: list[tuple[int, int]]) -> int:
    largest = 1
    for k, _ in layers:
        if k > largest:
            largest = k
    return largest


# repair
# -     largest = 1
# -     for k, _ in layers:
# -         if k > largest:
# -             largest = k
# -     return largest
# +     field, step = 1, 1
# +     for k, stride in layers:
# +         field += (k - 1) * step
# +         step *= stride
# +     return field


# %% mistake: half_a_kernel
def receptive_field(layers: list[tuple[int, int]]) -> int:
    pixels, distance = 1, 1
    for kernel_size, stride in layers:
        pixels += kernel_size // 2 * distance
        distance *= stride
    return pixels


# repair
# -         pixels += kernel_size // 2 * distance
# +         pixels += (kernel_size - 1) * distance


# %% mistake: strides_ignored
def receptive_field(layers: list[tuple[int, int]]) -> int:
    seen = 1
    for layer in layers:
        seen = seen + layer[0] - 1
    return seen


# repair
# -     seen = 1
# -     for layer in layers:
# -         seen = seen + layer[0] - 1
# +     seen, apart = 1, 1
# +     for layer in layers:
# +         seen = seen + (layer[0] - 1) * apart
# +         apart *= layer[1]


# %% mistake: own_stride_first
def receptive_field(layers: list[tuple[int, int]]) -> int:
    width, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        width += (kernel - 1) * jump
    return width


# repair
# -         jump *= stride
# -         width += (kernel - 1) * jump
# +         width += (kernel - 1) * jump
# +         jump *= stride


# %% mistake: own_stride_alone
def receptive_field(layers: list[tuple[int, int]]) -> int:
    seen = 1
    for size, stride in layers:
        seen = seen + size * stride - stride
    return seen


# repair
# -     seen = 1
# +     seen, step = 1, 1
# -         seen = seen + size * stride - stride
# +         seen = seen + size * step - step
# +         step = step * stride


# %% mistake: last_stride_only
def receptive_field(layers: list[tuple[int, int]]) -> int:
    field = 1
    for i, (kernel, _) in enumerate(layers):
        step = layers[i - 1][1] if i > 0 else 1
        field += (kernel - 1) * step
    return field


# repair
# -     field = 1
# -     for i, (kernel, _) in enumerate(layers):
# -         step = layers[i - 1][1] if i > 0 else 1
# -         field += (kernel - 1) * step
# +     field, step = 1, 1
# +     for kernel, stride in layers:
# +         field += (kernel - 1) * step
# +         step *= stride


# %% mistake: strides_added
def receptive_field(layers: list[tuple[int, int]]) -> int:
    field, step = 1, 1
    for kernel_size, stride in layers:
        field += (kernel_size - 1) * step
        step += stride
    return field


# repair
# -         step += stride
# +         step *= stride


# %% mistake: backwards
def receptive_field(layers: list[tuple[int, int]]) -> int:
    field, step = 1, 1
    for kernel, stride in layers[::-1]:
        field += (kernel - 1) * step
        step *= stride
    return field


# repair
# -     for kernel, stride in layers[::-1]:
# +     for kernel, stride in layers:


# %% mistake: starts_at_0
def receptive_field(layers: list[tuple[int, int]]) -> int:
    total = 0
    gap = 1
    for size, stride in layers:
        total += gap * (size - 1)
        gap *= stride
    return total


# repair
# -     total = 0
# +     total = 1


# %% mistake: area
def receptive_field(layers: list[tuple[int, int]]) -> int:
    height = width = step = 1
    for kernel_size, stride in layers:
        height += (kernel_size - 1) * step
        width += (kernel_size - 1) * step
        step *= stride
    return height * width


# repair
# -     return height * width
# +     return width


# %% mistake: as_float
def receptive_field(layers: list[tuple[int, int]]) -> int:
    each_side, step = 1 / 2, 1
    for kernel_size, stride in layers:
        each_side += (kernel_size - 1) / 2 * step
        step *= stride
    return 2 * each_side


# repair
# -     each_side, step = 1 / 2, 1
# -     for kernel_size, stride in layers:
# -         each_side += (kernel_size - 1) / 2 * step
# -         step *= stride
# -     return 2 * each_side
# +     width, step = 1, 1
# +     for kernel_size, stride in layers:
# +         width += (kernel_size - 1) * step
# +         step *= stride
# +     return width


# %% mistake: empties
def receptive_field(layers: list[tuple[int, int]]) -> int:
    field, step = 1, 1
    while len(layers) > 0:
        kernel_size, stride = layers.pop(0)
        field += (kernel_size - 1) * step
        step *= stride
    return field


# repair
# -     while len(layers) > 0:
# -         kernel_size, stride = layers.pop(0)
# +     for kernel_size, stride in layers:


# %% right: by steps
def receptive_field(layers):
    field = step = 1
    for size, stride in layers:
        field, step = field + (size - 1) * step, step * stride
    return field


# %% right: from the end
def receptive_field(layers):
    field = 1
    for size, stride in reversed(layers):
        field = (field - 1) * stride + size
    return field


# %% right: recursive
def receptive_field(layers):
    if not layers:
        return 1
    (size, stride), *rest = layers
    return (receptive_field(rest) - 1) * stride + size


# %% right: reduced
from functools import reduce


def receptive_field(layers):
    return reduce(lambda field, layer: (field - 1) * layer[1] + layer[0], layers[::-1], 1)


# %% right: accumulated
from itertools import accumulate


def receptive_field(layers):
    steps = accumulate((stride for _, stride in layers), int.__mul__, initial=1)
    return 1 + sum((size - 1) * step for (size, _), step in zip(layers, steps, strict=False))


# %% right: with products
import math


def receptive_field(layers):
    strides = [stride for _, stride in layers]
    return 1 + sum((size - 1) * math.prod(strides[:index]) for index, (size, _) in enumerate(layers))


# %% mistake: first_layer_only
def receptive_field(layers):
    seen, jump = 1, 1
    for size, stride in layers:
        seen = seen + jump * (size - 1)
        jump = jump * stride
        return seen


# repair
# -         return seen
# +     return seen


# %% mistake: skips_first
def receptive_field(layers):
    seen = jump = 1
    for number, (size, stride) in enumerate(layers):
        if number:
            seen += jump * (size - 1)
            jump *= stride
    return seen


# repair
# -         if number:
# +         if number >= 0:


# %% mistake: skips_last
def receptive_field(layers):
    seen, jump = 1, 1
    for i in range(len(layers) - 1):
        seen += (layers[i][0] - 1) * jump
        jump *= layers[i][1]
    return seen


# repair
# -     for i in range(len(layers) - 1):
# +     for i in range(len(layers)):
