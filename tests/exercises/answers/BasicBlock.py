# %% mistake: relu_before_sum
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.downsample = downsample
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)

    def forward(self, x: Tensor) -> Tensor:
        left = functional.relu(self.bn1(self.conv1(x)))
        left = functional.relu(self.bn2(self.conv2(left)))
        right = x if self.downsample is None else self.downsample(x)
        return left + right


# repair
# -         left = functional.relu(self.bn2(self.conv2(left)))
# +         left = self.bn2(self.conv2(left))
# -         return left + right
# +         return functional.relu(left + right)


# %% mistake: no_last_relu
class BasicBlock(nn.Module):
    expansion: int = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        options = {"kernel_size": 3, "padding": 1, "bias": False}
        self.conv1 = nn.Conv2d(inplanes, planes, stride=stride, **options)
        self.conv2 = nn.Conv2d(planes, planes, **options)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        h = self.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))
        if self.downsample is None:
            h = h + x
        else:
            h = h + self.downsample(x)
        return h


# repair
# -         return h
# +         return self.relu(h)


# %% mistake: no_middle_relu
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.downsample = downsample
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)

    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(self.bn1(self.conv1(x))))
        right = x if self.downsample is None else self.downsample(x)
        return functional.relu(left + right)


# repair
# -         left = self.bn2(self.conv2(self.bn1(self.conv1(x))))
# +         left = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))


# %% mistake: no_skip
class BasicBlock(nn.Module):
    expansion: int = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        options = {"kernel_size": 3, "padding": 1, "bias": False}
        self.conv1 = nn.Conv2d(inplanes, planes, stride=stride, **options)
        self.conv2 = nn.Conv2d(planes, planes, **options)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        h = self.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))
        return self.relu(h)


# repair
# -         return self.relu(h)
# +         skip = x if self.downsample is None else self.downsample(x)
# +         return self.relu(h + skip)


# %% mistake: downsample_ignored
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes out_height out_width"]:
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = out + identity
        out = self.relu(out)
        return out


# repair
# -         identity = x
# +         identity = x if self.downsample is None else self.downsample(x)


# %% mistake: downsample_and_input
class BasicBlock(nn.Module):
    expansion: int = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        options = {"kernel_size": 3, "padding": 1, "bias": False}
        self.conv1 = nn.Conv2d(inplanes, planes, stride=stride, **options)
        self.conv2 = nn.Conv2d(planes, planes, **options)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        h = self.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))
        h = h + x
        if self.downsample is not None:
            h = h + self.downsample(x)
        return self.relu(h)


# repair
# -         h = h + x
# -         if self.downsample is not None:
# -             h = h + self.downsample(x)
# +         if self.downsample is None:
# +             h = h + x
# +         else:
# +             h = h + self.downsample(x)


# %% mistake: downsample_on_output
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes out_height out_width"]:
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        if self.downsample is not None:
            identity = self.downsample(out)
        out = out + identity
        out = self.relu(out)
        return out


# repair
# -             identity = self.downsample(out)
# +             identity = self.downsample(x)


# %% mistake: decides_by_shape
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.downsample = downsample
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)

    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        right = x if x.shape == left.shape else self.downsample(x)
        return functional.relu(left + right)


# repair
# -         right = x if x.shape == left.shape else self.downsample(x)
# +         right = x if self.downsample is None else self.downsample(x)


# %% mistake: downsample_unregistered
class BasicBlock(nn.Module):
    expansion: int = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        options = {"kernel_size": 3, "padding": 1, "bias": False}
        self.conv1 = nn.Conv2d(inplanes, planes, stride=stride, **options)
        self.conv2 = nn.Conv2d(planes, planes, **options)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = None if downsample is None else lambda x: downsample(x)

    def forward(self, x):
        h = self.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))
        if self.downsample is None:
            h = h + x
        else:
            h = h + self.downsample(x)
        return self.relu(h)


# repair
# -         self.downsample = None if downsample is None else lambda x: downsample(x)
# +         self.downsample = downsample


# %% mistake: other_name
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes out_height out_width"]:
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        if self.shortcut is not None:
            identity = self.shortcut(x)
        out = out + identity
        out = self.relu(out)
        return out


# repair
# -         self.shortcut = downsample
# +         self.downsample = downsample
# -         if self.shortcut is not None:
# -             identity = self.shortcut(x)
# +         if self.downsample is not None:
# +             identity = self.downsample(x)


# %% mistake: stride_on_second
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.downsample = downsample
        self.conv1 = nn.Conv2d(inplanes, planes, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)

    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        right = x if self.downsample is None else self.downsample(x)
        return functional.relu(left + right)


# repair
# -         self.conv1 = nn.Conv2d(inplanes, planes, 3, padding=1, bias=False)
# +         self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, padding=1, bias=False)
# -         self.conv2 = nn.Conv2d(planes, planes, 3, stride, padding=1, bias=False)
# +         self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)


# %% mistake: stride_on_both
class BasicBlock(nn.Module):
    expansion: int = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        options = {"kernel_size": 3, "stride": stride, "padding": 1, "bias": False}
        self.conv1 = nn.Conv2d(inplanes, planes, **options)
        self.conv2 = nn.Conv2d(planes, planes, **options)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        h = self.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))
        if self.downsample is None:
            h = h + x
        else:
            h = h + self.downsample(x)
        return self.relu(h)


# repair
# -         options = {"kernel_size": 3, "stride": stride, "padding": 1, "bias": False}
# -         self.conv1 = nn.Conv2d(inplanes, planes, **options)
# +         options = {"kernel_size": 3, "padding": 1, "bias": False}
# +         self.conv1 = nn.Conv2d(inplanes, planes, stride=stride, **options)


# %% mistake: stride_ignored
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes out_height out_width"]:
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out = out + identity
        out = self.relu(out)
        return out


# repair
# -         self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, padding=1, bias=False)
# +         self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=stride, padding=1, bias=False)


# %% mistake: bias
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.downsample = downsample
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1)
        self.bn2 = nn.BatchNorm2d(planes)

    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        right = x if self.downsample is None else self.downsample(x)
        return functional.relu(left + right)


# repair
# -         self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1)
# +         self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
# -         self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1)
# +         self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)


# %% mistake: late_widening
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, inplanes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(inplanes)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes out_height out_width"]:
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out = out + identity
        out = self.relu(out)
        return out


# repair
# -         self.conv1 = nn.Conv2d(inplanes, inplanes, kernel_size=3, stride=stride, padding=1, bias=False)
# -         self.bn1 = nn.BatchNorm2d(inplanes)
# +         self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
# +         self.bn1 = nn.BatchNorm2d(planes)
# -         self.conv2 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=1, padding=1, bias=False)
# +         self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)


# %% mistake: no_padding
class BasicBlock(nn.Module):
    expansion: int = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        options = {"kernel_size": 3, "bias": False}
        self.conv1 = nn.Conv2d(inplanes, planes, stride=stride, **options)
        self.conv2 = nn.Conv2d(planes, planes, **options)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        h = self.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))
        if self.downsample is None:
            h = h + x
        else:
            h = h + self.downsample(x)
        return self.relu(h)


# repair
# -         options = {"kernel_size": 3, "bias": False}
# +         options = {"kernel_size": 3, "padding": 1, "bias": False}


# %% mistake: shared_norm
class BasicBlock(nn.Module):
    expansion: int = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        options = {"kernel_size": 3, "padding": 1, "bias": False}
        self.conv1 = nn.Conv2d(inplanes, planes, stride=stride, **options)
        self.conv2 = nn.Conv2d(planes, planes, **options)
        self.bn1 = self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        h = self.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))
        if self.downsample is None:
            h = h + x
        else:
            h = h + self.downsample(x)
        return self.relu(h)


# repair
# -         self.bn1 = self.bn2 = nn.BatchNorm2d(planes)
# +         self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)


# %% mistake: no_last_norm
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes out_height out_width"]:
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out = out + identity
        out = self.relu(out)
        return out


# repair
# -         self.downsample = downsample
# +         self.bn2 = nn.BatchNorm2d(planes)
# +         self.downsample = downsample
# -         out = self.conv2(out)
# +         out = self.bn2(self.conv2(out))


# %% mistake: no_expansion
class BasicBlock(nn.Module):
    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.expansion = 1
        self.downsample = downsample
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)

    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        right = x if self.downsample is None else self.downsample(x)
        return functional.relu(left + right)


# repair
# - class BasicBlock(nn.Module):
# + class BasicBlock(nn.Module):
# +     expansion = 1
# +
# -         super().__init__()
# -         self.expansion = 1
# +         super().__init__()


# %% mistake: expansion_4
class BasicBlock(nn.Module):
    expansion: int = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        options = {"kernel_size": 3, "padding": 1, "bias": False}
        self.conv1 = nn.Conv2d(inplanes, planes, stride=stride, **options)
        self.conv2 = nn.Conv2d(planes, planes, **options)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        h = self.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))
        if self.downsample is None:
            h = h + x
        else:
            h = h + self.downsample(x)
        return self.relu(h)


# repair
# -     expansion: int = 4
# +     expansion: int = 1


# %% mistake: changes_input
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes out_height out_width"]:
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        if self.downsample is not None:
            x = self.downsample(x)
        x += out
        return self.relu(x)


# repair
# -         x += out
# +         x = x + out


# %% mistake: default_stride_2
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=2, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, x):
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.downsample is not None:
            x = self.downsample(x)
        return self.relu(out + x)


# repair
# -     def __init__(self, inplanes, planes, stride=2, downsample=None):
# +     def __init__(self, inplanes, planes, stride=1, downsample=None):


# %% right: plain
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


# %% right: with functions
class BaseBasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


class BasicBlock(BaseBasicBlock):
    def forward(self, x):
        identity = x
        if self.downsample:
            identity = self.downsample(x)
        return functional.relu(self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x))))) + identity)


# %% right: downsample first
class BasicBlock(nn.Module):
    """Declares its parts in another order, which no state dict minds."""

    expansion: int = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.add_module("downsample", downsample)
        self.bn2, self.bn1 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, (3, 3), padding="same", bias=False)
        self.conv1 = nn.Conv2d(inplanes, planes, (3, 3), (stride, stride), padding=(1, 1), bias=False)

    def forward(self, x):
        out = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (out + (x if self.downsample is None else self.downsample(x))).clamp(min=0)


# %% right: with identity
import torch


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        for number, (channels, step) in enumerate([(inplanes, stride), (planes, 1)], 1):
            setattr(self, f"conv{number}", nn.Conv2d(channels, planes, 3, step, 1, bias=False))
            setattr(self, f"bn{number}", nn.BatchNorm2d(planes))
        self.downsample = nn.Identity() if downsample is None else downsample

    def forward(self, x):
        left = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.downsample(x) + self.bn2(self.conv2(left)))


# %% right: with keyword settings
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        settings = {"kernel_size": 3, "padding": 1, "bias": False}
        self.conv1 = nn.Conv2d(inplanes, planes, stride=stride, **settings)
        self.conv2 = nn.Conv2d(planes, planes * self.expansion, **settings)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes * self.expansion)
        self.relu1, self.relu2, self.downsample = nn.ReLU(), nn.ReLU(), downsample

    def forward(self, x):
        skip = self.downsample(x) if self.downsample is not None else x
        for step in (self.conv1, self.bn1, self.relu1, self.conv2, self.bn2):
            x = step(x)
        return self.relu2(x.add(skip))


# %% right: with helpers
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.downsample = downsample
        self._add(1, inplanes, planes, stride)
        self._add(2, planes, planes, 1)

    def _add(self, number, inplanes, planes, stride):
        self.register_module(f"conv{number}", nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False))
        self.register_module(f"bn{number}", nn.BatchNorm2d(planes))

    def forward(self, x):
        return functional.relu(self._left(x) + self._right(x))

    def _left(self, x):
        return self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))

    def _right(self, x):
        return x if self.downsample is None else self.downsample(x)


# %% wrong: a shortcut: BasicBlock
from torchvision.models.resnet import BasicBlock as BaseBasicBlock


BasicBlock = BaseBasicBlock


# %% wrong: a shortcut: ThinBlock
from torchvision.models.resnet import BasicBlock as BaseBasicBlock


class BasicBlock(BaseBasicBlock):
    pass


# %% wrong: skips the first ReLU: everything from the second convolution on differs
import torch
from torchvision.models.resnet import BasicBlock as BaseBasicBlock


class RightBasicBlock(BaseBasicBlock):
    """torchvision's block; a class of its own, so that it does not count as handing the work to torchvision."""


class BasicBlock(RightBasicBlock):
    """Everything from the second convolution on differs."""

    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(self.bn1(self.conv1(x))))
        return torch.relu(left + (x if self.downsample is None else self.downsample(x)))


# %% mistake: other_momentum
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes, momentum=0.9)
        self.bn2 = nn.BatchNorm2d(planes, momentum=0.9)
        self.downsample = downsample

    def forward(self, x):
        out = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        if self.downsample is not None:
            x = self.downsample(x)
        return (out + x).relu()


# repair
# -         self.bn1 = nn.BatchNorm2d(planes, momentum=0.9)
# -         self.bn2 = nn.BatchNorm2d(planes, momentum=0.9)
# +         self.bn1 = nn.BatchNorm2d(planes)
# +         self.bn2 = nn.BatchNorm2d(planes)


# %% mistake: other_eps
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes, eps=1e-3)
        self.bn2 = nn.BatchNorm2d(planes, eps=1e-3)
        self.downsample = downsample

    def forward(self, x):
        out = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        if self.downsample is not None:
            x = self.downsample(x)
        return (out + x).relu()


# repair
# -         self.bn1 = nn.BatchNorm2d(planes, eps=1e-3)
# -         self.bn2 = nn.BatchNorm2d(planes, eps=1e-3)
# +         self.bn1 = nn.BatchNorm2d(planes)
# +         self.bn2 = nn.BatchNorm2d(planes)


# %% mistake: unregistered
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.steps = [conv1, nn.BatchNorm2d(planes), nn.ReLU(), conv2, nn.BatchNorm2d(planes)]
        self.downsample = downsample

    def forward(self, x):
        out = x
        for step in self.steps:
            out = step(out)
        if self.downsample is not None:
            x = self.downsample(x)
        return (out + x).relu()


# repair
# -         conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
# -         conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
# -         self.steps = [conv1, nn.BatchNorm2d(planes), nn.ReLU(), conv2, nn.BatchNorm2d(planes)]
# +         self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
# +         self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
# +         self.bn1 = nn.BatchNorm2d(planes)
# +         self.bn2 = nn.BatchNorm2d(planes)
# -         out = x
# -         for step in self.steps:
# -             out = step(out)
# +         out = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
