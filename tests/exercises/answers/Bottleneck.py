# %% mistake: stride_on_first
def conv(c_in, c_out, k, stride=1, padding=0):
    return nn.Conv2d(c_in, c_out, kernel_size=k, stride=stride, padding=padding, bias=False)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = conv(inplanes, planes, 1, stride=stride)
        self.conv2 = conv(planes, planes, 3, padding=1)
        self.conv3 = conv(planes, 4 * planes, 1)
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.downsample = downsample

    def forward(self, x):
        skip = x
        if self.downsample is not None:
            skip = self.downsample(skip)
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        return functional.relu(x + skip)


# repair
# -         self.conv1 = conv(inplanes, planes, 1, stride=stride)
# -         self.conv2 = conv(planes, planes, 3, padding=1)
# +         self.conv1 = conv(inplanes, planes, 1)
# +         self.conv2 = conv(planes, planes, 3, stride=stride, padding=1)


# %% mistake: stride_on_third
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        width = planes * self.expansion
        self.conv1, self.bn1 = nn.Conv2d(inplanes, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = nn.Conv2d(planes, width, 1, stride, bias=False), nn.BatchNorm2d(width)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        y = self.bn3(self.conv3(y))
        skip = self.downsample(x) if self.downsample is not None else x
        return (y + skip).relu()


# repair
# -         self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False), nn.BatchNorm2d(planes)
# -         self.conv3, self.bn3 = nn.Conv2d(planes, width, 1, stride, bias=False), nn.BatchNorm2d(width)
# +         self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False), nn.BatchNorm2d(planes)
# +         self.conv3, self.bn3 = nn.Conv2d(planes, width, 1, bias=False), nn.BatchNorm2d(width)


# %% mistake: stride_on_first_two
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, stride=stride, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)

        out = self.conv3(out)
        out = self.bn3(out)

        if self.downsample is None:
            identity = x
        else:
            identity = self.downsample(x)
        out = out + identity
        return self.relu(out)


# repair
# -         self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, stride=stride, bias=False)
# +         self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)


# %% mistake: stride_ignored
def conv(c_in, c_out, k, stride=1, padding=0):
    return nn.Conv2d(c_in, c_out, kernel_size=k, stride=stride, padding=padding, bias=False)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = conv(inplanes, planes, 1)
        self.conv2 = conv(planes, planes, 3, padding=1)
        self.conv3 = conv(planes, 4 * planes, 1)
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.downsample = downsample

    def forward(self, x):
        skip = x
        if self.downsample is not None:
            skip = self.downsample(skip)
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        return functional.relu(x + skip)


# repair
# -         self.conv2 = conv(planes, planes, 3, padding=1)
# +         self.conv2 = conv(planes, planes, 3, stride=stride, padding=1)


# %% mistake: not_wide
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)

        out = self.conv3(out)
        out = self.bn3(out)

        if self.downsample is None:
            identity = x
        else:
            identity = self.downsample(x)
        out = out + identity
        return self.relu(out)


# repair
# -         self.conv3 = nn.Conv2d(planes, planes, kernel_size=1, bias=False)
# -         self.bn3 = nn.BatchNorm2d(planes)
# +         self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=1, bias=False)
# +         self.bn3 = nn.BatchNorm2d(planes * self.expansion)


# %% mistake: narrow_by_input
def conv(c_in, c_out, k, stride=1, padding=0):
    return nn.Conv2d(c_in, c_out, kernel_size=k, stride=stride, padding=padding, bias=False)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        narrow = inplanes // self.expansion
        self.conv1 = conv(inplanes, narrow, 1)
        self.conv2 = conv(narrow, narrow, 3, stride=stride, padding=1)
        self.conv3 = conv(narrow, 4 * planes, 1)
        self.bn1 = nn.BatchNorm2d(narrow)
        self.bn2 = nn.BatchNorm2d(narrow)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.downsample = downsample

    def forward(self, x):
        skip = x
        if self.downsample is not None:
            skip = self.downsample(skip)
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        return functional.relu(x + skip)


# repair
# -         narrow = inplanes // self.expansion
# +         narrow = planes


# %% mistake: planes_divided
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        mid = planes // self.expansion
        self.conv1, self.bn1 = nn.Conv2d(inplanes, mid, 1, bias=False), nn.BatchNorm2d(mid)
        self.conv2, self.bn2 = nn.Conv2d(mid, mid, 3, stride, 1, bias=False), nn.BatchNorm2d(mid)
        self.conv3, self.bn3 = nn.Conv2d(mid, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        y = self.bn3(self.conv3(y))
        skip = self.downsample(x) if self.downsample is not None else x
        return (y + skip).relu()


# repair
# -         mid = planes // self.expansion
# +         mid, wide = planes, planes * self.expansion
# -         self.conv3, self.bn3 = nn.Conv2d(mid, planes, 1, bias=False), nn.BatchNorm2d(planes)
# +         self.conv3, self.bn3 = nn.Conv2d(mid, wide, 1, bias=False), nn.BatchNorm2d(wide)


# %% mistake: wide_middle
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        width = planes * self.expansion
        self.conv1, self.bn1 = nn.Conv2d(inplanes, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, width, 1, bias=False), nn.BatchNorm2d(width)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        y = self.bn3(self.conv3(y))
        skip = self.downsample(x) if self.downsample is not None else x
        return (y + skip).relu()


# repair
# -         self.conv2, self.bn2 = nn.Conv2d(planes, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
# -         self.conv3, self.bn3 = nn.Conv2d(width, width, 1, bias=False), nn.BatchNorm2d(width)
# +         self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False), nn.BatchNorm2d(planes)
# +         self.conv3, self.bn3 = nn.Conv2d(planes, width, 1, bias=False), nn.BatchNorm2d(width)


# %% mistake: all_3x3
def conv3x3(c_in, c_out, stride=1):
    return nn.Conv2d(c_in, c_out, kernel_size=3, stride=stride, padding=1, bias=False)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = conv3x3(inplanes, planes)
        self.conv2 = conv3x3(planes, planes, stride)
        self.conv3 = conv3x3(planes, 4 * planes)
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.downsample = downsample

    def forward(self, x):
        skip = x
        if self.downsample is not None:
            skip = self.downsample(skip)
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        return functional.relu(x + skip)


# repair
# -         self.conv1 = conv3x3(inplanes, planes)
# +         self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)
# -         self.conv3 = conv3x3(planes, 4 * planes)
# +         self.conv3 = nn.Conv2d(planes, 4 * planes, kernel_size=1, bias=False)


# %% mistake: padded_1x1
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)

        out = self.conv3(out)
        out = self.bn3(out)

        if self.downsample is None:
            identity = x
        else:
            identity = self.downsample(x)
        out = out + identity
        return self.relu(out)


# repair
# -         self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, padding=1, bias=False)
# +         self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)


# %% mistake: no_padding
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        width = planes * self.expansion
        self.conv1, self.bn1 = nn.Conv2d(inplanes, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, bias=False), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = nn.Conv2d(planes, width, 1, bias=False), nn.BatchNorm2d(width)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        y = self.bn3(self.conv3(y))
        skip = self.downsample(x) if self.downsample is not None else x
        return (y + skip).relu()


# repair
# -         self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, bias=False), nn.BatchNorm2d(planes)
# +         self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, padding=1, bias=False), nn.BatchNorm2d(planes)


# %% mistake: bias
def conv(c_in, c_out, k, stride=1, padding=0):
    return nn.Conv2d(c_in, c_out, kernel_size=k, stride=stride, padding=padding)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = conv(inplanes, planes, 1)
        self.conv2 = conv(planes, planes, 3, stride=stride, padding=1)
        self.conv3 = conv(planes, 4 * planes, 1)
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.downsample = downsample

    def forward(self, x):
        skip = x
        if self.downsample is not None:
            skip = self.downsample(skip)
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        return functional.relu(x + skip)


# repair
# -     return nn.Conv2d(c_in, c_out, kernel_size=k, stride=stride, padding=padding)
# +     return nn.Conv2d(c_in, c_out, kernel_size=k, stride=stride, padding=padding, bias=False)


# %% mistake: no_first_relu
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        width = planes * self.expansion
        self.conv1, self.bn1 = nn.Conv2d(inplanes, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = nn.Conv2d(planes, width, 1, bias=False), nn.BatchNorm2d(width)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn1(self.conv1(x))
        y = self.bn2(self.conv2(y)).relu()
        y = self.bn3(self.conv3(y))
        skip = self.downsample(x) if self.downsample is not None else x
        return (y + skip).relu()


# repair
# -         y = self.bn1(self.conv1(x))
# +         y = self.bn1(self.conv1(x)).relu()


# %% mistake: no_second_relu
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)

        out = self.conv3(out)
        out = self.bn3(out)

        if self.downsample is None:
            identity = x
        else:
            identity = self.downsample(x)
        out = out + identity
        return self.relu(out)


# repair
# -         out = self.bn2(out)
# +         out = self.bn2(out)
# +         out = self.relu(out)


# %% mistake: relu_before_sum
def conv(c_in, c_out, k, stride=1, padding=0):
    return nn.Conv2d(c_in, c_out, kernel_size=k, stride=stride, padding=padding, bias=False)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = conv(inplanes, planes, 1)
        self.conv2 = conv(planes, planes, 3, stride=stride, padding=1)
        self.conv3 = conv(planes, 4 * planes, 1)
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.downsample = downsample

    def forward(self, x):
        skip = x
        if self.downsample is not None:
            skip = self.downsample(skip)
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        x = functional.relu(self.bn3(self.conv3(x)))
        return x + skip


# repair
# -         x = functional.relu(self.bn3(self.conv3(x)))
# -         return x + skip
# +         x = self.bn3(self.conv3(x))
# +         return functional.relu(x + skip)


# %% mistake: relu_twice
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)

        out = self.conv3(out)
        out = self.bn3(out)
        out = self.relu(out)

        if self.downsample is None:
            identity = x
        else:
            identity = self.downsample(x)
        out = out + identity
        return self.relu(out)


# repair
# -         out = self.bn3(out)
# -         out = self.relu(out)
# +         out = self.bn3(out)


# %% mistake: no_last_relu
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        width = planes * self.expansion
        self.conv1, self.bn1 = nn.Conv2d(inplanes, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = nn.Conv2d(planes, width, 1, bias=False), nn.BatchNorm2d(width)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        y = self.bn3(self.conv3(y))
        skip = self.downsample(x) if self.downsample is not None else x
        return y + skip


# repair
# -         return y + skip
# +         return (y + skip).relu()


# %% mistake: no_skip
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)

        out = self.conv3(out)
        out = self.bn3(out)

        return self.relu(out)


# repair
# -         return self.relu(out)
# +         skip = x if self.downsample is None else self.downsample(x)
# +         return self.relu(out + skip)


# %% mistake: downsample_ignored
def conv(c_in, c_out, k, stride=1, padding=0):
    return nn.Conv2d(c_in, c_out, kernel_size=k, stride=stride, padding=padding, bias=False)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = conv(inplanes, planes, 1)
        self.conv2 = conv(planes, planes, 3, stride=stride, padding=1)
        self.conv3 = conv(planes, 4 * planes, 1)
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.downsample = downsample

    def forward(self, x):
        skip = x
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        return functional.relu(x + skip)


# repair
# -         skip = x
# +         skip = x if self.downsample is None else self.downsample(x)


# %% mistake: decides_by_shape
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)

        out = self.conv3(out)
        out = self.bn3(out)

        if out.shape == x.shape:
            identity = x
        else:
            identity = self.downsample(x)
        out = out + identity
        return self.relu(out)


# repair
# -         if out.shape == x.shape:
# +         if self.downsample is None:


# %% mistake: downsample_unregistered
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if downsample is not None:
            self.downsample = [downsample]

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)

        out = self.conv3(out)
        out = self.bn3(out)

        if self.downsample is None:
            identity = x
        else:
            identity = self.downsample[0](x)
        out = out + identity
        return self.relu(out)


# repair
# -         self.downsample = None
# -         if downsample is not None:
# -             self.downsample = [downsample]
# +         self.downsample = downsample
# -             identity = self.downsample[0](x)
# +             identity = self.downsample(x)


# %% mistake: shared_norm
def conv(c_in, c_out, k, stride=1, padding=0):
    return nn.Conv2d(c_in, c_out, kernel_size=k, stride=stride, padding=padding, bias=False)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = conv(inplanes, planes, 1)
        self.conv2 = conv(planes, planes, 3, stride=stride, padding=1)
        self.conv3 = conv(planes, 4 * planes, 1)
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.downsample = downsample

    def forward(self, x):
        skip = x
        if self.downsample is not None:
            skip = self.downsample(skip)
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn1(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        return functional.relu(x + skip)


# repair
# -         self.bn1 = nn.BatchNorm2d(planes)
# +         self.bn1 = nn.BatchNorm2d(planes)
# +         self.bn2 = nn.BatchNorm2d(planes)
# -         x = functional.relu(self.bn1(self.conv2(x)))
# +         x = functional.relu(self.bn2(self.conv2(x)))


# %% mistake: no_last_norm
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        width = planes * self.expansion
        self.conv1, self.bn1 = nn.Conv2d(inplanes, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, width, 1, bias=False)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        y = self.conv3(y)
        skip = self.downsample(x) if self.downsample is not None else x
        return (y + skip).relu()


# repair
# -         self.conv3 = nn.Conv2d(planes, width, 1, bias=False)
# +         self.conv3, self.bn3 = nn.Conv2d(planes, width, 1, bias=False), nn.BatchNorm2d(width)
# -         y = self.conv3(y)
# +         y = self.bn3(self.conv3(y))


# %% mistake: no_expansion
class Bottleneck(nn.Module):
    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.expansion = 4
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)

        out = self.conv3(out)
        out = self.bn3(out)

        if self.downsample is None:
            identity = x
        else:
            identity = self.downsample(x)
        out = out + identity
        return self.relu(out)


# repair
# - class Bottleneck(nn.Module):
# + class Bottleneck(nn.Module):
# +     expansion = 4
# +
# -         super().__init__()
# -         self.expansion = 4
# +         super().__init__()


# %% mistake: expansion_1
def conv(c_in, c_out, k, stride=1, padding=0):
    return nn.Conv2d(c_in, c_out, kernel_size=k, stride=stride, padding=padding, bias=False)


class Bottleneck(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = conv(inplanes, planes, 1)
        self.conv2 = conv(planes, planes, 3, stride=stride, padding=1)
        self.conv3 = conv(planes, 4 * planes, 1)
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.downsample = downsample

    def forward(self, x):
        skip = x
        if self.downsample is not None:
            skip = self.downsample(skip)
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        return functional.relu(x + skip)


# repair
# -     expansion = 1
# +     expansion = 4


# %% mistake: default_stride_2
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=2, downsample=None):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inplanes, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = nn.Conv2d(planes, planes * 4, 1, bias=False), nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return self.relu(out + (x if self.downsample is None else self.downsample(x)))


# repair
# -     def __init__(self, inplanes, planes, stride=2, downsample=None):
# +     def __init__(self, inplanes, planes, stride=1, downsample=None):


# %% right: plain
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.downsample = downsample

    def forward(self, x):
        out = functional.relu(self.bn1(self.conv1(x)))
        out = functional.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return functional.relu(out + (x if self.downsample is None else self.downsample(x)))


# %% right: in place
class BaseBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.downsample = downsample

    def forward(self, x):
        out = functional.relu(self.bn1(self.conv1(x)))
        out = functional.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return functional.relu(out + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(BaseBottleneck):
    def forward(self, x):
        out = functional.relu_(self.bn1(self.conv1(x)))
        out = functional.relu_(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out += self.downsample(x) if self.downsample else x
        return out.relu_()


# %% right: in aloop
from itertools import pairwise


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        widths = [inplanes, planes, planes, planes * self.expansion]
        for number, (before, after) in enumerate(pairwise(widths), 1):
            middle = number == 2
            conv = nn.Conv2d(before, after, 3 if middle else 1, stride if middle else 1, int(middle), bias=False)
            setattr(self, f"conv{number}", conv)
            setattr(self, f"bn{number}", nn.BatchNorm2d(after))
        self.downsample = downsample

    def forward(self, x):
        out = x
        for number in (1, 2, 3):
            out = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(out))
            if number < 3:
                out = out.relu()
        return (out + (x if self.downsample is None else self.downsample(x))).relu()


# %% right: skip first
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.downsample, self.relu = downsample, nn.ReLU()
        self.bn1, self.bn2, self.bn3 = (nn.BatchNorm2d(planes * factor) for factor in (1, 1, 4))
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, stride=stride, bias=False)
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)

    def forward(self, x):
        skip = self.downsample(x) if self.downsample is not None else x
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        return self.relu(self.bn3(self.conv3(x)) + skip)


# %% right: with matrices
from einops import einsum


class BaseBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.downsample = downsample

    def forward(self, x):
        out = functional.relu(self.bn1(self.conv1(x)))
        out = functional.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return functional.relu(out + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(BaseBottleneck):
    """Writes the 1×1 convolution as what it is, one matrix for every pixel."""

    def forward(self, x):
        out = self.bn1(einsum(x, self.conv1.weight[:, :, 0, 0], "b i h w, o i -> b o h w")).relu()
        out = self.bn2(self.conv2(out)).relu()
        skip = x if self.downsample is None else self.downsample(x)
        return (self.bn3(self.conv3(out)) + skip).relu()


# %% right: on basic block
class Bottleneck(BasicBlock):
    """Makes use of the other block: its first half is replaced."""

    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__(inplanes, planes, 1, downsample)
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.conv3, self.bn3 = nn.Conv2d(planes, 4 * planes, 1, bias=False), nn.BatchNorm2d(4 * planes)

    def forward(self, x):
        left = nn.functional.relu(self.bn2(self.conv2(nn.functional.relu(self.bn1(self.conv1(x))))))
        left = self.bn3(self.conv3(left))
        return nn.functional.relu(left + (self.downsample(x) if self.downsample is not None else x))


# %% mistake: other_momentum
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        wide = planes * self.expansion
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.conv3 = nn.Conv2d(planes, wide, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes, momentum=0.01), nn.BatchNorm2d(planes, momentum=0.01)
        self.bn3 = nn.BatchNorm2d(wide, momentum=0.01)
        self.downsample = downsample

    def forward(self, x):
        out = self.bn1(self.conv1(x)).relu()
        out = self.bn2(self.conv2(out)).relu()
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            x = self.downsample(x)
        return (out + x).relu()


# repair
# -         self.bn1, self.bn2 = nn.BatchNorm2d(planes, momentum=0.01), nn.BatchNorm2d(planes, momentum=0.01)
# -         self.bn3 = nn.BatchNorm2d(wide, momentum=0.01)
# +         self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes), nn.BatchNorm2d(wide)


# %% mistake: other_eps
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        wide = planes * self.expansion
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.conv3 = nn.Conv2d(planes, wide, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes, eps=0.001), nn.BatchNorm2d(planes, eps=0.001)
        self.bn3 = nn.BatchNorm2d(wide, eps=0.001)
        self.downsample = downsample

    def forward(self, x):
        out = self.bn1(self.conv1(x)).relu()
        out = self.bn2(self.conv2(out)).relu()
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            x = self.downsample(x)
        return (out + x).relu()


# repair
# -         self.bn1, self.bn2 = nn.BatchNorm2d(planes, eps=0.001), nn.BatchNorm2d(planes, eps=0.001)
# -         self.bn3 = nn.BatchNorm2d(wide, eps=0.001)
# +         self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes), nn.BatchNorm2d(wide)


# %% mistake: unregistered
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        wide = planes * self.expansion
        self.convs = [nn.Conv2d(inplanes, planes, 1, bias=False)]
        self.convs.append(nn.Conv2d(planes, planes, 3, stride, 1, bias=False))
        self.convs.append(nn.Conv2d(planes, wide, 1, bias=False))
        self.norms = [nn.BatchNorm2d(planes), nn.BatchNorm2d(planes), nn.BatchNorm2d(wide)]
        self.downsample = downsample

    def forward(self, x):
        out = self.norms[0](self.convs[0](x)).relu()
        out = self.norms[1](self.convs[1](out)).relu()
        out = self.norms[2](self.convs[2](out))
        if self.downsample is not None:
            x = self.downsample(x)
        return (out + x).relu()


# repair
# -         self.convs = [nn.Conv2d(inplanes, planes, 1, bias=False)]
# -         self.convs.append(nn.Conv2d(planes, planes, 3, stride, 1, bias=False))
# -         self.convs.append(nn.Conv2d(planes, wide, 1, bias=False))
# -         self.norms = [nn.BatchNorm2d(planes), nn.BatchNorm2d(planes), nn.BatchNorm2d(wide)]
# +         self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
# +         self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
# +         self.conv3 = nn.Conv2d(planes, wide, 1, bias=False)
# +         self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes), nn.BatchNorm2d(wide)
# -         out = self.norms[0](self.convs[0](x)).relu()
# -         out = self.norms[1](self.convs[1](out)).relu()
# -         out = self.norms[2](self.convs[2](out))
# +         out = self.bn1(self.conv1(x)).relu()
# +         out = self.bn2(self.conv2(out)).relu()
# +         out = self.bn3(self.conv3(out))
