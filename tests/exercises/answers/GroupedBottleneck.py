# %% mistake: no_groups
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu(out + skip)


# repair
# -         self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
# +         self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)


# %% mistake: all_grouped
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, groups=groups, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, groups=groups, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu(out + skip)


# repair
# -         self.conv1 = nn.Conv2d(inplanes, width, 1, groups=groups, bias=False)
# +         self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
# -         self.conv3 = nn.Conv2d(width, planes * 4, 1, groups=groups, bias=False)
# +         self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)


# %% mistake: ones_grouped
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, groups=groups, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, groups=groups, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu(out + skip)


# repair
# -         self.conv1 = nn.Conv2d(inplanes, width, 1, groups=groups, bias=False)
# +         self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
# -         self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
# +         self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
# -         self.conv3 = nn.Conv2d(width, planes * 4, 1, groups=groups, bias=False)
# +         self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)


# %% mistake: depthwise
def conv1x1(before, after):
    return nn.Conv2d(before, after, kernel_size=1, bias=False)


class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = round(planes * base_width / 64) * groups
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, stride=stride, groups=width, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.downsample = downsample

    def branch(self, x):
        x = self.bn1(self.conv1(x)).clamp(min=0)
        x = self.bn2(self.conv2(x)).clamp(min=0)
        return self.bn3(self.conv3(x))

    def forward(self, x):
        total = self.branch(x)
        total = total + (self.downsample(x) if self.downsample is not None else x)
        return total.clamp(min=0)


# repair
# -         self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, stride=stride, groups=width, bias=False)
# +         self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, stride=stride, groups=groups, bias=False)


# %% mistake: width_is_planes
def conv1x1(before, after):
    return nn.Conv2d(before, after, kernel_size=1, bias=False)


class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, stride=stride, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.downsample = downsample

    def branch(self, x):
        x = self.bn1(self.conv1(x)).clamp(min=0)
        x = self.bn2(self.conv2(x)).clamp(min=0)
        return self.bn3(self.conv3(x))

    def forward(self, x):
        total = self.branch(x)
        total = total + (self.downsample(x) if self.downsample is not None else x)
        return total.clamp(min=0)


# repair
# -         width = planes
# +         width = round(planes * base_width / 64) * groups


# %% mistake: width_without_planes
class GroupedBottleneck(nn.Module):
    expansion: int = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = base_width * groups
        self.conv1 = nn.Conv2d(inplanes, width, kernel_size=1, stride=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=stride, padding=1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * self.expansion, kernel_size=1, stride=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)
        out = self.conv3(out)
        out = self.bn3(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


# repair
# -         width = base_width * groups
# +         width = int(planes * (base_width / 64.0)) * groups


# %% mistake: width_without_groups
class GroupedBottleneck(nn.Module):
    expansion: int = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = int(planes * (base_width / 64.0))
        self.conv1 = nn.Conv2d(inplanes, width, kernel_size=1, stride=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=stride, padding=1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * self.expansion, kernel_size=1, stride=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)
        out = self.conv3(out)
        out = self.bn3(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


# repair
# -         width = int(planes * (base_width / 64.0))
# +         width = int(planes * (base_width / 64.0)) * groups


# %% mistake: width_without_base
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = groups * planes
        sizes = [(inplanes, width, 1), (width, width, 3), (width, planes * 4, 1)]
        for number, (before, after, size) in enumerate(sizes, start=1):
            middle = {"stride": stride, "padding": 1, "groups": groups} if size == 3 else {}
            setattr(self, f"conv{number}", nn.Conv2d(before, after, size, bias=False, **middle))
            setattr(self, f"bn{number}", nn.BatchNorm2d(after))
        self.downsample = downsample

    def forward(self, x):
        out = x
        for number in (1, 2, 3):
            out = getattr(self, f"conv{number}")(out)
            out = getattr(self, f"bn{number}")(out)
            if number < 3:
                out = t.relu(out)
        if self.downsample is not None:
            x = self.downsample(x)
        return t.relu(x + out)


# repair
# -         width = groups * planes
# +         width = groups * (planes * base_width // 64)


# %% mistake: expands_the_width
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, width * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(width * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu(out + skip)


# repair
# -         self.conv3 = nn.Conv2d(width, width * 4, 1, bias=False)
# -         self.bn3 = nn.BatchNorm2d(width * 4)
# +         self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)
# +         self.bn3 = nn.BatchNorm2d(planes * 4)


# %% mistake: stride_on_first
class GroupedBottleneck(nn.Module):
    expansion: int = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = int(planes * (base_width / 64.0)) * groups
        self.conv1 = nn.Conv2d(inplanes, width, kernel_size=1, stride=stride, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=1, padding=1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * self.expansion, kernel_size=1, stride=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)
        out = self.conv3(out)
        out = self.bn3(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


# repair
# -         self.conv1 = nn.Conv2d(inplanes, width, kernel_size=1, stride=stride, bias=False)
# +         self.conv1 = nn.Conv2d(inplanes, width, kernel_size=1, stride=1, bias=False)
# -         self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=1, padding=1, groups=groups, bias=False)
# +         self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=stride, padding=1, groups=groups, bias=False)


# %% mistake: stride_on_third
class GroupedBottleneck(nn.Module):
    expansion: int = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = int(planes * (base_width / 64.0)) * groups
        self.conv1 = nn.Conv2d(inplanes, width, kernel_size=1, stride=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=1, padding=1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * self.expansion, kernel_size=1, stride=stride, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)
        out = self.conv3(out)
        out = self.bn3(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


# repair
# -         self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=1, padding=1, groups=groups, bias=False)
# +         self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=stride, padding=1, groups=groups, bias=False)
# -         self.conv3 = nn.Conv2d(width, planes * self.expansion, kernel_size=1, stride=stride, bias=False)
# +         self.conv3 = nn.Conv2d(width, planes * self.expansion, kernel_size=1, stride=1, bias=False)


# %% mistake: no_padding
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = groups * (planes * base_width // 64)
        sizes = [(inplanes, width, 1), (width, width, 3), (width, planes * 4, 1)]
        for number, (before, after, size) in enumerate(sizes, start=1):
            middle = {"stride": stride, "groups": groups} if size == 3 else {}
            setattr(self, f"conv{number}", nn.Conv2d(before, after, size, bias=False, **middle))
            setattr(self, f"bn{number}", nn.BatchNorm2d(after))
        self.downsample = downsample

    def forward(self, x):
        out = x
        for number in (1, 2, 3):
            out = getattr(self, f"conv{number}")(out)
            out = getattr(self, f"bn{number}")(out)
            if number < 3:
                out = t.relu(out)
        if self.downsample is not None:
            x = self.downsample(x)
        return t.relu(x + out)


# repair
# -             middle = {"stride": stride, "groups": groups} if size == 3 else {}
# +             middle = {"stride": stride, "padding": 1, "groups": groups} if size == 3 else {}


# %% mistake: default_groups_32
def conv1x1(before, after):
    return nn.Conv2d(before, after, kernel_size=1, bias=False)


class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=32, base_width=4):
        super().__init__()
        width = round(planes * base_width / 64) * groups
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, stride=stride, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.downsample = downsample

    def branch(self, x):
        x = self.bn1(self.conv1(x)).clamp(min=0)
        x = self.bn2(self.conv2(x)).clamp(min=0)
        return self.bn3(self.conv3(x))

    def forward(self, x):
        total = self.branch(x)
        total = total + (self.downsample(x) if self.downsample is not None else x)
        return total.clamp(min=0)


# repair
# -     def __init__(self, inplanes, planes, stride=1, downsample=None, groups=32, base_width=4):
# +     def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):


# %% mistake: no_first_relu
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
    ) -> None:
        super().__init__()
        each = planes * base_width // 64
        wide, out = each * groups, planes * GroupedBottleneck.expansion
        self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(wide), nn.BatchNorm2d(wide), nn.BatchNorm2d(out)
        self.conv1 = nn.Conv2d(inplanes, wide, (1, 1), bias=False)
        self.conv2 = nn.Conv2d(wide, wide, (3, 3), stride=(stride, stride), padding=(1, 1), groups=groups, bias=False)
        self.conv3 = nn.Conv2d(wide, out, (1, 1), bias=False)
        self.downsample = downsample

    def forward(self, x):
        left = self.bn1(self.conv1(x))
        left = self.bn2(self.conv2(left))
        left = self.bn3(self.conv3(left.relu()))
        right = self.downsample(x) if self.downsample else x
        return (left + right).relu()


# repair
# -         left = self.bn2(self.conv2(left))
# +         left = self.bn2(self.conv2(left.relu()))


# %% mistake: no_second_relu
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
    ) -> None:
        super().__init__()
        each = planes * base_width // 64
        wide, out = each * groups, planes * GroupedBottleneck.expansion
        self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(wide), nn.BatchNorm2d(wide), nn.BatchNorm2d(out)
        self.conv1 = nn.Conv2d(inplanes, wide, (1, 1), bias=False)
        self.conv2 = nn.Conv2d(wide, wide, (3, 3), stride=(stride, stride), padding=(1, 1), groups=groups, bias=False)
        self.conv3 = nn.Conv2d(wide, out, (1, 1), bias=False)
        self.downsample = downsample

    def forward(self, x):
        left = self.bn1(self.conv1(x))
        left = self.bn2(self.conv2(left.relu()))
        left = self.bn3(self.conv3(left))
        right = self.downsample(x) if self.downsample else x
        return (left + right).relu()


# repair
# -         left = self.bn3(self.conv3(left))
# +         left = self.bn3(self.conv3(left.relu()))


# %% mistake: relu_twice
def conv1x1(before, after):
    return nn.Conv2d(before, after, kernel_size=1, bias=False)


class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = round(planes * base_width / 64) * groups
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, stride=stride, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.downsample = downsample

    def branch(self, x):
        x = self.bn1(self.conv1(x)).clamp(min=0)
        x = self.bn2(self.conv2(x)).clamp(min=0)
        return self.bn3(self.conv3(x)).clamp(min=0)

    def forward(self, x):
        total = self.branch(x)
        total = total + (self.downsample(x) if self.downsample is not None else x)
        return total.clamp(min=0)


# repair
# -         return self.bn3(self.conv3(x)).clamp(min=0)
# +         return self.bn3(self.conv3(x))


# %% mistake: relu_before_sum
def conv1x1(before, after):
    return nn.Conv2d(before, after, kernel_size=1, bias=False)


class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = round(planes * base_width / 64) * groups
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, stride=stride, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.downsample = downsample

    def branch(self, x):
        x = self.bn1(self.conv1(x)).clamp(min=0)
        x = self.bn2(self.conv2(x)).clamp(min=0)
        return self.bn3(self.conv3(x)).clamp(min=0)

    def forward(self, x):
        total = self.branch(x)
        total = total + (self.downsample(x) if self.downsample is not None else x)
        return total


# repair
# -         return self.bn3(self.conv3(x)).clamp(min=0)
# +         return self.bn3(self.conv3(x))
# -         return total
# +         return total.clamp(min=0)


# %% mistake: bias
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
    ) -> None:
        super().__init__()
        each = planes * base_width // 64
        wide, out = each * groups, planes * GroupedBottleneck.expansion
        self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(wide), nn.BatchNorm2d(wide), nn.BatchNorm2d(out)
        self.conv1 = nn.Conv2d(inplanes, wide, (1, 1))
        self.conv2 = nn.Conv2d(wide, wide, (3, 3), stride=(stride, stride), padding=(1, 1), groups=groups)
        self.conv3 = nn.Conv2d(wide, out, (1, 1))
        self.downsample = downsample

    def forward(self, x):
        left = self.bn1(self.conv1(x))
        left = self.bn2(self.conv2(left.relu()))
        left = self.bn3(self.conv3(left.relu()))
        right = self.downsample(x) if self.downsample else x
        return (left + right).relu()


# repair
# -         self.conv1 = nn.Conv2d(inplanes, wide, (1, 1))
# -         self.conv2 = nn.Conv2d(wide, wide, (3, 3), stride=(stride, stride), padding=(1, 1), groups=groups)
# -         self.conv3 = nn.Conv2d(wide, out, (1, 1))
# +         self.conv1 = nn.Conv2d(inplanes, wide, (1, 1), bias=False)
# +         self.conv2 = nn.Conv2d(wide, wide, (3, 3), stride=(stride, stride), padding=(1, 1), groups=groups, bias=False)
# +         self.conv3 = nn.Conv2d(wide, out, (1, 1), bias=False)


# %% mistake: default_stride_2
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=2, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = groups * (planes * base_width // 64)
        sizes = [(inplanes, width, 1), (width, width, 3), (width, planes * 4, 1)]
        for number, (before, after, size) in enumerate(sizes, start=1):
            middle = {"stride": stride, "padding": 1, "groups": groups} if size == 3 else {}
            setattr(self, f"conv{number}", nn.Conv2d(before, after, size, bias=False, **middle))
            setattr(self, f"bn{number}", nn.BatchNorm2d(after))
        self.downsample = downsample

    def forward(self, x):
        out = x
        for number in (1, 2, 3):
            out = getattr(self, f"conv{number}")(out)
            out = getattr(self, f"bn{number}")(out)
            if number < 3:
                out = t.relu(out)
        if self.downsample is not None:
            x = self.downsample(x)
        return t.relu(x + out)


# repair
# -     def __init__(self, inplanes, planes, stride=2, downsample=None, groups=1, base_width=64):
# +     def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):


# %% mistake: no_last_relu
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = groups * (planes * base_width // 64)
        sizes = [(inplanes, width, 1), (width, width, 3), (width, planes * 4, 1)]
        for number, (before, after, size) in enumerate(sizes, start=1):
            middle = {"stride": stride, "padding": 1, "groups": groups} if size == 3 else {}
            setattr(self, f"conv{number}", nn.Conv2d(before, after, size, bias=False, **middle))
            setattr(self, f"bn{number}", nn.BatchNorm2d(after))
        self.downsample = downsample

    def forward(self, x):
        out = x
        for number in (1, 2, 3):
            out = getattr(self, f"conv{number}")(out)
            out = getattr(self, f"bn{number}")(out)
            if number < 3:
                out = t.relu(out)
        if self.downsample is not None:
            x = self.downsample(x)
        return x + out


# repair
# -         return x + out
# +         return t.relu(x + out)


# %% mistake: no_skip
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return self.relu(out)


# repair
# -         return self.relu(out)
# +         skip = x if self.downsample is None else self.downsample(x)
# +         return self.relu(out + skip)


# %% mistake: downsample_ignored
def conv1x1(before, after):
    return nn.Conv2d(before, after, kernel_size=1, bias=False)


class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = round(planes * base_width / 64) * groups
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, stride=stride, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.downsample = downsample

    def branch(self, x):
        x = self.bn1(self.conv1(x)).clamp(min=0)
        x = self.bn2(self.conv2(x)).clamp(min=0)
        return self.bn3(self.conv3(x))

    def forward(self, x):
        total = self.branch(x)
        total = total + x
        return total.clamp(min=0)


# repair
# -         total = total + x
# +         total = total + (self.downsample(x) if self.downsample is not None else x)


# %% mistake: decides_by_shape
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        skip = x if x.shape == out.shape else self.downsample(x)
        return self.relu(out + skip)


# repair
# -         skip = x if x.shape == out.shape else self.downsample(x)
# +         skip = x if self.downsample is None else self.downsample(x)


# %% mistake: other_momentum
def conv1x1(before, after):
    return nn.Conv2d(before, after, kernel_size=1, bias=False)


class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = round(planes * base_width / 64) * groups
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = nn.BatchNorm2d(width, momentum=0.01)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, stride=stride, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width, momentum=0.01)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion, momentum=0.01)
        self.downsample = downsample

    def branch(self, x):
        x = self.bn1(self.conv1(x)).clamp(min=0)
        x = self.bn2(self.conv2(x)).clamp(min=0)
        return self.bn3(self.conv3(x))

    def forward(self, x):
        total = self.branch(x)
        total = total + (self.downsample(x) if self.downsample is not None else x)
        return total.clamp(min=0)


# repair
# -         self.bn1 = nn.BatchNorm2d(width, momentum=0.01)
# +         self.bn1 = nn.BatchNorm2d(width)
# -         self.bn2 = nn.BatchNorm2d(width, momentum=0.01)
# +         self.bn2 = nn.BatchNorm2d(width)
# -         self.bn3 = nn.BatchNorm2d(planes * self.expansion, momentum=0.01)
# +         self.bn3 = nn.BatchNorm2d(planes * self.expansion)


# %% mistake: other_eps
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
    ) -> None:
        super().__init__()
        each = planes * base_width // 64
        wide, out = each * groups, planes * GroupedBottleneck.expansion
        self.bn1, self.bn2, self.bn3 = (nn.BatchNorm2d(size, eps=0.001) for size in (wide, wide, out))
        self.conv1 = nn.Conv2d(inplanes, wide, (1, 1), bias=False)
        self.conv2 = nn.Conv2d(wide, wide, (3, 3), stride=(stride, stride), padding=(1, 1), groups=groups, bias=False)
        self.conv3 = nn.Conv2d(wide, out, (1, 1), bias=False)
        self.downsample = downsample

    def forward(self, x):
        left = self.bn1(self.conv1(x))
        left = self.bn2(self.conv2(left.relu()))
        left = self.bn3(self.conv3(left.relu()))
        right = self.downsample(x) if self.downsample else x
        return (left + right).relu()


# repair
# -         self.bn1, self.bn2, self.bn3 = (nn.BatchNorm2d(size, eps=0.001) for size in (wide, wide, out))
# +         self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(wide), nn.BatchNorm2d(wide), nn.BatchNorm2d(out)


# %% mistake: unregistered
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = groups * (planes * base_width // 64)
        sizes = [(inplanes, width, 1), (width, width, 3), (width, planes * 4, 1)]
        for number, (before, after, size) in enumerate(sizes, start=1):
            middle = {"stride": stride, "padding": 1, "groups": groups} if size == 3 else {}
            self.__dict__[f"conv{number}"] = nn.Conv2d(before, after, size, bias=False, **middle)
            self.__dict__[f"bn{number}"] = nn.BatchNorm2d(after)
        self.downsample = downsample

    def forward(self, x):
        out = x
        for number in (1, 2, 3):
            out = getattr(self, f"conv{number}")(out)
            out = getattr(self, f"bn{number}")(out)
            if number < 3:
                out = t.relu(out)
        if self.downsample is not None:
            x = self.downsample(x)
        return t.relu(x + out)


# repair
# -             self.__dict__[f"conv{number}"] = nn.Conv2d(before, after, size, bias=False, **middle)
# -             self.__dict__[f"bn{number}"] = nn.BatchNorm2d(after)
# +             setattr(self, f"conv{number}", nn.Conv2d(before, after, size, bias=False, **middle))
# +             setattr(self, f"bn{number}", nn.BatchNorm2d(after))


# %% mistake: downsample_unregistered
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.skips = [downsample]

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        skip = x if self.skips[0] is None else self.skips[0](x)
        return self.relu(out + skip)


# repair
# -         self.skips = [downsample]
# +         self.downsample = downsample
# -         skip = x if self.skips[0] is None else self.skips[0](x)
# +         skip = x if self.downsample is None else self.downsample(x)


# %% mistake: no_expansion
class GroupedBottleneck(nn.Module):
    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        self.expansion = 4
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu(out + skip)


# repair
# - class GroupedBottleneck(nn.Module):
# -     def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
# -         super().__init__()
# -         self.expansion = 4
# + class GroupedBottleneck(nn.Module):
# +     expansion = 4
# +
# +     def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
# +         super().__init__()


# %% mistake: expansion_1
class GroupedBottleneck(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu(out + skip)


# repair
# -     expansion = 1
# +     expansion = 4


# %% right: plain
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu(out + skip)


# %% right: as torchvision writes it
class GroupedBottleneck(nn.Module):
    expansion: int = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = int(planes * (base_width / 64.0)) * groups
        self.conv1 = nn.Conv2d(inplanes, width, kernel_size=1, stride=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=stride, padding=1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * self.expansion, kernel_size=1, stride=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)
        out = self.conv3(out)
        out = self.bn3(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


# %% right: a width of each group
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
    ) -> None:
        super().__init__()
        each = planes * base_width // 64
        wide, out = each * groups, planes * GroupedBottleneck.expansion
        self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(wide), nn.BatchNorm2d(wide), nn.BatchNorm2d(out)
        self.conv1 = nn.Conv2d(inplanes, wide, (1, 1), bias=False)
        self.conv2 = nn.Conv2d(wide, wide, (3, 3), stride=(stride, stride), padding=(1, 1), groups=groups, bias=False)
        self.conv3 = nn.Conv2d(wide, out, (1, 1), bias=False)
        self.downsample = downsample

    def forward(self, x):
        left = self.bn1(self.conv1(x))
        left = self.bn2(self.conv2(left.relu()))
        left = self.bn3(self.conv3(left.relu()))
        right = self.downsample(x) if self.downsample else x
        return (left + right).relu()


# %% right: the groups by hand
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = (planes * base_width * groups) // 64
        self.conv1, self.bn1 = nn.Conv2d(inplanes, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * planes, 1, bias=False), nn.BatchNorm2d(4 * planes)
        self.downsample, self.groups, self.stride = downsample, groups, stride

    def forward(self, x):
        out = functional.relu(self.bn1(self.conv1(x)))
        parts = out.chunk(self.groups, dim=1)
        kernels = self.conv2.weight.chunk(self.groups, dim=0)
        teams = [functional.conv2d(part, one, stride=self.stride, padding=1) for part, one in zip(parts, kernels)]
        out = functional.relu(self.bn2(t.cat(teams, dim=1)))
        out = self.bn3(self.conv3(out))
        out = out + (x if self.downsample is None else self.downsample(x))
        return functional.relu(out)


# %% right: in a loop
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = groups * (planes * base_width // 64)
        sizes = [(inplanes, width, 1), (width, width, 3), (width, planes * 4, 1)]
        for number, (before, after, size) in enumerate(sizes, start=1):
            middle = {"stride": stride, "padding": 1, "groups": groups} if size == 3 else {}
            setattr(self, f"conv{number}", nn.Conv2d(before, after, size, bias=False, **middle))
            setattr(self, f"bn{number}", nn.BatchNorm2d(after))
        self.downsample = downsample

    def forward(self, x):
        out = x
        for number in (1, 2, 3):
            out = getattr(self, f"conv{number}")(out)
            out = getattr(self, f"bn{number}")(out)
            if number < 3:
                out = t.relu(out)
        if self.downsample is not None:
            x = self.downsample(x)
        return t.relu(x + out)


# %% right: helpers
def conv1x1(before, after):
    return nn.Conv2d(before, after, kernel_size=1, bias=False)


class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = round(planes * base_width / 64) * groups
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, stride=stride, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.downsample = downsample

    def branch(self, x):
        x = self.bn1(self.conv1(x)).clamp(min=0)
        x = self.bn2(self.conv2(x)).clamp(min=0)
        return self.bn3(self.conv3(x))

    def forward(self, x):
        total = self.branch(x)
        total = total + (self.downsample(x) if self.downsample is not None else x)
        return total.clamp(min=0)


# %% wrong: torchvision's
class GroupedBottleneck(models.resnet.Bottleneck):
    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=32):
        super().__init__(inplanes, planes, stride, downsample, groups, base_width)


# %% wrong: a shortcut: torchvision's block
class GroupedBottleneck(models.resnet.Bottleneck):
    pass


# %% wrong: a float for a width
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64):
        super().__init__()
        width = planes * base_width / 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)

    def forward(self, x):
        return x


# %% wrong: groups without arguments
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        width = planes * 2
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=32, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.downsample = downsample

    def forward(self, x):
        out = self.bn1(self.conv1(x)).relu()
        out = self.bn2(self.conv2(out)).relu()
        return (self.bn3(self.conv3(out)) + (self.downsample(x) if self.downsample else x)).relu()
