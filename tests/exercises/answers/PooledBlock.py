# %% mistake: stride_on_first
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, kernel_size=1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm),
# +             nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
# -             nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
# +             nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm),


# %% mistake: stride_on_both
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        layers = []
        for n_in in (in_feats, out_feats):
            layers.append(nn.Conv2d(n_in, out_feats, 3, stride=stride, padding=1, bias=not norm))
            if norm:
                layers.append(nn.BatchNorm2d(out_feats))
            layers.append(nn.ReLU())
        self.left = nn.Sequential(*layers[:-1])
        shortcut = []
        if stride > 1:
            shortcut.append(nn.AvgPool2d(stride, ceil_mode=True))
        if in_feats != out_feats:
            shortcut.append(nn.Conv2d(in_feats, out_feats, 1))
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        return functional.relu(self.left(x) + self.shortcut(x))


# repair
# -         for n_in in (in_feats, out_feats):
# -             layers.append(nn.Conv2d(n_in, out_feats, 3, stride=stride, padding=1, bias=not norm))
# +         for n_in, step in ((in_feats, 1), (out_feats, stride)):
# +             layers.append(nn.Conv2d(n_in, out_feats, 3, stride=step, padding=1, bias=not norm))


# %% mistake: left_without_stride
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.norm1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=not norm)
        self.norm2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.mix = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()

    def forward(self, x):
        out = self.norm1(self.conv1(x)).relu()
        out = self.norm2(self.conv2(out))
        return (out + self.mix(self.pool(x))).relu()


# repair
# -         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=not norm)
# +         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)


# %% mistake: pools_left
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, kernel_size=1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
# -             nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
# +             nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm),


# %% mistake: floor
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        if norm:
            self.bn1, self.bn2 = nn.BatchNorm2d(out_feats), nn.BatchNorm2d(out_feats)
        else:
            self.bn1, self.bn2 = nn.Identity(), nn.Identity()
        self.pool = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
        self.project = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()

    def forward(self, x):
        out = t.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return t.relu(out + self.project(self.pool(x)))


# repair
# -         self.pool = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
# +         self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()


# %% mistake: max_pool
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()

        def norm_layer():
            return nn.BatchNorm2d(out_feats) if norm else nn.Identity()

        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            norm_layer(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            norm_layer(),
        )
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut.append(nn.MaxPool2d(stride, ceil_mode=True))
        if in_feats != out_feats:
            self.shortcut.append(nn.Conv2d(in_feats, out_feats, 1))

    def forward(self, x):
        return functional.relu(self.left(x) + self.shortcut(x))


# repair
# -             self.shortcut.append(nn.MaxPool2d(stride, ceil_mode=True))
# +             self.shortcut.append(nn.AvgPool2d(stride, ceil_mode=True))


# %% mistake: every_pixel
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.stride = stride
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.mix = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()

    def forward(self, x):
        skip = x[:, :, :: self.stride, :: self.stride]
        return functional.relu(self.left(x) + self.mix(skip))


# repair
# -         skip = x[:, :, :: self.stride, :: self.stride]
# +         skip = functional.avg_pool2d(x, self.stride, ceil_mode=True)


# %% mistake: pads_with_zeros
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.stride = stride
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.mix = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()

    def forward(self, x):
        skip = x
        if self.stride > 1:
            height, width = x.shape[-2:]
            skip = functional.pad(skip, (0, -width % self.stride, 0, -height % self.stride))
            skip = functional.avg_pool2d(skip, self.stride)
        return functional.relu(self.left(x) + self.mix(skip))


# repair
# -             height, width = x.shape[-2:]
# -             skip = functional.pad(skip, (0, -width % self.stride, 0, -height % self.stride))
# -             skip = functional.avg_pool2d(skip, self.stride)
# +             skip = functional.avg_pool2d(skip, self.stride, ceil_mode=True)


# %% mistake: always_2
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        left = [nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)]
        if norm:
            left += [nn.BatchNorm2d(out_feats)]
        left += [nn.ReLU(), nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)]
        if norm:
            left += [nn.BatchNorm2d(out_feats)]
        right = []
        if stride > 1:
            right += [nn.AvgPool2d(2, ceil_mode=True)]
        if in_feats != out_feats:
            right += [nn.Conv2d(in_feats, out_feats, 1)]
        self.left, self.right = nn.Sequential(*left), nn.Sequential(*right)

    def forward(self, x):
        return t.relu(self.left(x) + self.right(x))


# repair
# -             right += [nn.AvgPool2d(2, ceil_mode=True)]
# +             right += [nn.AvgPool2d(stride, ceil_mode=True)]


# %% mistake: overlapping
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(kernel_size=3, stride=stride, padding=1) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )

    def forward(self, x):
        return functional.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.AvgPool2d(kernel_size=3, stride=stride, padding=1) if stride > 1 else nn.Identity(),
# +             nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),


# %% mistake: no_pool
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Identity() if in_feats == out_feats else nn.Conv2d(in_feats, out_feats, 1)

    def forward(self, x):
        return functional.relu(self.left(x) + self.shortcut(x))


# repair
# -         self.shortcut = nn.Identity() if in_feats == out_feats else nn.Conv2d(in_feats, out_feats, 1)
# +         self.shortcut = nn.Identity() if in_feats == out_feats else nn.Conv2d(in_feats, out_feats, 1)
# +         self.pool = nn.AvgPool2d(stride, ceil_mode=True)
# -         return functional.relu(self.left(x) + self.shortcut(x))
# +         return functional.relu(self.left(x) + self.shortcut(self.pool(x)))


# %% mistake: strided_projection
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        if stride > 1 or in_feats != out_feats:
            self.right = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=stride)
        else:
            self.right = nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -         if stride > 1 or in_feats != out_feats:
# -             self.right = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=stride)
# +         self.pool = nn.AvgPool2d(stride, ceil_mode=True)
# +         if in_feats != out_feats:
# +             self.right = nn.Conv2d(in_feats, out_feats, kernel_size=1)
# -         return self.relu(self.left(x) + self.right(x))
# +         return self.relu(self.left(x) + self.right(self.pool(x)))


# %% mistake: stride_twice
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.right = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1, stride=stride) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             nn.Conv2d(in_feats, out_feats, 1, stride=stride) if in_feats != out_feats else nn.Identity(),
# +             nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),


# %% mistake: mixes_always
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.bn1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        self.bn2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.conv3 = nn.Conv2d(in_feats, out_feats, 1)
        self.relu = nn.ReLU()

    def forward(self, x):
        left = self.relu(self.bn1(self.conv1(x)))
        left = self.bn2(self.conv2(left))
        right = self.conv3(self.pool(x))
        return self.relu(left + right)


# repair
# -         self.conv3 = nn.Conv2d(in_feats, out_feats, 1)
# +         self.conv3 = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()


# %% mistake: mixes_where_anything_changes
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        if stride == 1 and in_feats == out_feats:
            self.shortcut = nn.Identity()
        else:
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(stride, ceil_mode=True),
                nn.Conv2d(in_feats, out_feats, 1),
            )

    def forward(self, x):
        return functional.relu(self.left(x) + self.shortcut(x))


# repair
# -                 nn.Conv2d(in_feats, out_feats, 1),
# +                 nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),


# %% mistake: mixes_for_stride_only
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        shortcut = []
        if stride > 1:
            shortcut.append(nn.AvgPool2d(stride, ceil_mode=True))
            if in_feats != out_feats:
                shortcut.append(nn.Conv2d(in_feats, out_feats, 1))
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        return functional.relu(self.left(x) + self.shortcut(x))


# repair
# -             if in_feats != out_feats:
# -                 shortcut.append(nn.Conv2d(in_feats, out_feats, 1))
# +         if in_feats != out_feats:
# +             shortcut.append(nn.Conv2d(in_feats, out_feats, 1))


# %% mistake: never_mixes
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.pool = nn.AvgPool2d(stride, ceil_mode=True)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.pool(x))


# repair
# -         self.pool = nn.AvgPool2d(stride, ceil_mode=True)
# +         self.pool = nn.AvgPool2d(stride, ceil_mode=True)
# +         self.mix = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()
# -         return self.relu(self.left(x) + self.pool(x))
# +         return self.relu(self.left(x) + self.mix(self.pool(x)))


# %% mistake: mixes_3x3
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut.append(nn.AvgPool2d(stride, ceil_mode=True))
        if in_feats != out_feats:
            self.shortcut.append(nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1))
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -             self.shortcut.append(nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1))
# +             self.shortcut.append(nn.Conv2d(in_feats, out_feats, kernel_size=1))


# %% mistake: mix_without_bias
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else None
        self.mix = nn.Conv2d(in_feats, out_feats, 1, bias=False) if in_feats != out_feats else None

    def forward(self, x):
        skip = x
        if self.pool is not None:
            skip = self.pool(skip)
        if self.mix is not None:
            skip = self.mix(skip)
        return functional.relu(self.left(x) + skip)


# repair
# -         self.mix = nn.Conv2d(in_feats, out_feats, 1, bias=False) if in_feats != out_feats else None
# +         self.mix = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else None


# %% mistake: mix_bias_like_the_others
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        bias = not norm
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=bias)
        self.bn1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=bias)
        self.bn2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.conv1x1 = nn.Conv2d(in_feats, out_feats, 1, bias=bias) if in_feats != out_feats else nn.Identity()

    def forward(self, x):
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y))
        return (y + self.conv1x1(self.pool(x))).relu()


# repair
# -         self.conv1x1 = nn.Conv2d(in_feats, out_feats, 1, bias=bias) if in_feats != out_feats else nn.Identity()
# +         self.conv1x1 = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()


# %% mistake: norm_in_shortcut
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        shortcut = []
        if stride > 1:
            shortcut.append(nn.AvgPool2d(stride, ceil_mode=True))
        if in_feats != out_feats:
            shortcut.append(nn.Conv2d(in_feats, out_feats, 1))
            if norm:
                shortcut.append(nn.BatchNorm2d(out_feats))
        self.shortcut = nn.Sequential(*shortcut)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -             if norm:
# -                 shortcut.append(nn.BatchNorm2d(out_feats))


# %% mistake: always_bias
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, kernel_size=1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1),
# +             nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
# -             nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1),
# +             nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm),


# %% mistake: never_bias
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )

    def forward(self, x):
        out = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(out)) + self.shortcut(x))


# repair
# -         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False)
# +         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
# -         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=False)
# +         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)


# %% mistake: biases_reversed
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )

    def forward(self, x):
        return t.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=norm),
# +             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
# -             nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=norm),
# +             nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),


# %% mistake: norm_ignored
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )

    def forward(self, x):
        return t.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.Conv2d(in_feats, out_feats, 3, padding=1),
# +             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
# +             nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
# -             nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1),
# +             nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
# +             nn.BatchNorm2d(out_feats) if norm else nn.Identity(),


# %% mistake: norm_always
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False),
# -             nn.BatchNorm2d(out_feats),
# +             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
# +             nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
# -             nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=False),
# -             nn.BatchNorm2d(out_feats),
# +             nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
# +             nn.BatchNorm2d(out_feats) if norm else nn.Identity(),


# %% mistake: norm_by_default
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -     def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = True) -> None:
# +     def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:


# %% mistake: first_norm_only
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        layers = [nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)]
        if norm:
            layers.append(nn.BatchNorm2d(out_feats))
        layers.append(nn.ReLU())
        layers.append(nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm))
        self.left = nn.Sequential(*layers)
        layers = []
        if stride > 1:
            layers.append(nn.AvgPool2d(stride, ceil_mode=True))
        if in_feats != out_feats:
            layers.append(nn.Conv2d(in_feats, out_feats, 1))
        self.right = nn.Sequential(*layers)

    def forward(self, x):
        return functional.relu(self.left(x) + self.right(x))


# repair
# -         self.left = nn.Sequential(*layers)
# +         if norm:
# +             layers.append(nn.BatchNorm2d(out_feats))
# +         self.left = nn.Sequential(*layers)


# %% mistake: second_norm_only
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
        )
        if norm:
            self.left.append(nn.BatchNorm2d(out_feats))
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
# +             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
# +             nn.BatchNorm2d(out_feats) if norm else nn.Identity(),


# %% mistake: shared_norm
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.norm = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.mix = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()

    def forward(self, x):
        left = self.relu(self.norm(self.conv1(x)))
        left = self.norm(self.conv2(left))
        return self.relu(left + self.mix(self.pool(x)))


# repair
# -         self.norm = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
# +         self.norm = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
# +         self.norm2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
# -         left = self.norm(self.conv2(left))
# +         left = self.norm2(self.conv2(left))


# %% mistake: no_middle_relu
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
# +             nn.ReLU(),
# +             nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),


# %% mistake: relu_before_norm
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.bn1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        self.bn2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.conv3 = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()

    def forward(self, x):
        out = self.bn1(functional.relu(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return functional.relu(out + self.conv3(self.pool(x)))


# repair
# -         out = self.bn1(functional.relu(self.conv1(x)))
# +         out = functional.relu(self.bn1(self.conv1(x)))


# %% mistake: relu_before_sum
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )

    def forward(self, x):
        return self.left(x) + self.shortcut(x)


# repair
# -             nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
# -             nn.ReLU(),
# -         )
# +             nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
# +         )
# -         return self.left(x) + self.shortcut(x)
# +         return functional.relu(self.left(x) + self.shortcut(x))


# %% mistake: relu_twice
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.bn1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        self.bn2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.conv3 = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        return self.relu(out + self.conv3(self.pool(x)))


# repair
# -         out = self.relu(self.bn2(self.conv2(out)))
# +         out = self.bn2(self.conv2(out))


# %% mistake: no_last_relu
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )

    def forward(self, x):
        left = self.left(x)
        right = self.shortcut(x)
        return left + right


# repair
# -         return left + right
# +         return functional.relu(left + right)


# %% mistake: no_shortcut
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x))


# repair
# -         return self.relu(self.left(x))
# +         return self.relu(self.left(x) + self.shortcut(x))


# %% mistake: concatenated
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        both = t.cat([self.left(x), self.shortcut(x)], dim=1)
        return self.relu(both)


# repair
# -         both = t.cat([self.left(x), self.shortcut(x)], dim=1)
# +         both = self.left(x) + self.shortcut(x)


# %% mistake: multiplied
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )

    def forward(self, x):
        return functional.relu(self.left(x) * self.shortcut(x))


# repair
# -         return functional.relu(self.left(x) * self.shortcut(x))
# +         return functional.relu(self.left(x) + self.shortcut(x))


# %% mistake: late_widening
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, in_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(in_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.Conv2d(in_feats, in_feats, 3, padding=1, bias=not norm),
# -             nn.BatchNorm2d(in_feats) if norm else nn.Identity(),
# +             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
# +             nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
# -             nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
# +             nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),


# %% mistake: no_padding
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# repair
# -             nn.Conv2d(in_feats, out_feats, 3, bias=not norm),
# +             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
# -             nn.Conv2d(out_feats, out_feats, 3, stride, bias=not norm),
# +             nn.Conv2d(out_feats, out_feats, 3, stride, padding=1, bias=not norm),


# %% mistake: unregistered
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = []
        if stride > 1:
            self.shortcut.append(nn.AvgPool2d(stride, ceil_mode=True))
        if in_feats != out_feats:
            self.shortcut.append(nn.Conv2d(in_feats, out_feats, 1))

    def forward(self, x):
        skip = x
        for layer in self.shortcut:
            skip = layer(skip)
        return functional.relu(self.left(x) + skip)


# repair
# -         self.shortcut = []
# +         self.shortcut = nn.Sequential()


# %% mistake: changes_input
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        out = self.shortcut(x)
        out += self.left(x)
        return self.relu(out)


# repair
# -         out = self.shortcut(x)
# -         out += self.left(x)
# +         out = self.shortcut(x) + self.left(x)


# %% right: plain
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, kernel_size=1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


# %% right: shortcut first
import torch.nn.functional as F


class PooledBlock(nn.Module):
    """Declares the shortcut first, and leaves absent layers out of its Sequentials."""

    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        shortcut = [nn.AvgPool2d(stride, ceil_mode=True)] if stride > 1 else []
        if in_feats != out_feats:
            shortcut.append(nn.Conv2d(in_feats, out_feats, 1))
        self.shortcut = nn.Sequential(*shortcut)
        self.convs = nn.Sequential(
            *self._conv(in_feats, out_feats, 1, norm), nn.ReLU(), *self._conv(out_feats, out_feats, stride, norm)
        )

    @staticmethod
    def _conv(in_feats, out_feats, stride, norm):
        conv = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=not norm)
        return [conv, nn.BatchNorm2d(out_feats)] if norm else [conv]

    def forward(self, x):
        return F.relu(self.shortcut(x) + self.convs(x))


# %% right: with functions
import torch.nn.functional as F


class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        self.norms = nn.ModuleList([nn.BatchNorm2d(out_feats) for _ in range(2 * norm)])
        self.idconv = None if in_feats == out_feats else nn.Conv2d(in_feats, out_feats, 1)
        self.stride = stride

    def forward(self, x):
        out = self.conv1(x)
        if self.norms:
            out = self.norms[0](out)
        out = self.conv2(F.relu(out))
        if self.norms:
            out = self.norms[1](out)
        skip = F.avg_pool2d(x, self.stride, ceil_mode=True) if self.stride != 1 else x
        return F.relu(out + (self.idconv(skip) if self.idconv else skip))


# %% right: mixes first
class PooledBlock(nn.Module):
    """Mixes, then pools: averaging pixels and mixing channels may change places."""

    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.block1 = self.half(in_feats, out_feats, 1, norm)
        self.block2 = self.half(out_feats, out_feats, stride, norm)
        self.mix = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()
        self.pool = nn.AvgPool2d(stride, ceil_mode=True)

    def half(self, ni, nf, stride, norm):
        layers = nn.Sequential(nn.Conv2d(ni, nf, 3, stride=stride, padding=1, bias=not norm))
        if norm:
            layers.append(nn.BatchNorm2d(nf))
        return layers

    def forward(self, x):
        return self.block2(self.block1(x).relu()).add(self.pool(self.mix(x))).relu()


# %% right: with einops
import torch
import torch.nn.functional as F
from einops import reduce


class BasePooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, kernel_size=1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


class PooledBlock(BasePooledBlock):
    """Averages by hand, and divides by the number of pixels that are really there."""

    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__(in_feats, out_feats, stride, norm)
        self.s = stride
        self.shortcut = self.shortcut[1]

    def forward(self, x):
        h, w = x.shape[-2:]
        count = F.pad(torch.ones_like(x), (0, -w % self.s, 0, -h % self.s))
        total = reduce(
            F.pad(x, (0, -w % self.s, 0, -h % self.s)), "b c (h i) (w j) -> b c h w", "sum", i=self.s, j=self.s
        )
        count = reduce(count, "b c (h i) (w j) -> b c h w", "sum", i=self.s, j=self.s)
        return self.relu(self.left(x) + self.shortcut(total / count))


# %% right: inheritor
import torch


class PooledBlock(nn.Sequential):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False):
        super().__init__()
        widths = (in_feats, out_feats, out_feats)
        for number in (1, 2):
            step = stride if number == 2 else 1
            self.append(
                nn.Conv2d(
                    *widths[number - 1 : number + 1],
                    (3, 3),
                    (step, step),
                    "same" if step == 1 else (1, 1),
                    bias=not norm,
                )
            )
            if norm:
                self.append(nn.BatchNorm2d(out_feats))
            if number == 1:
                self.append(nn.ReLU())
        self.register_module("mix", None)
        if in_feats != out_feats:
            self.mix = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=1, padding=0)
        self.stride = stride

    def forward(self, x):
        out = x
        for name, module in self.named_children():
            if name != "mix":
                out = module(out)
        if self.stride > 1:
            x = nn.functional.avg_pool2d(x, kernel_size=self.stride, stride=self.stride, ceil_mode=True)
        return torch.relu(out + (x if self.mix is None else self.mix(x)))


# %% wrong: the course's own block: training.PooledBlock
PooledBlock = training.PooledBlock


# %% wrong: a missing layer: the second convolution has no bias, and there is no 1×1 one
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride, 1, bias=False)


# %% mistake: strided_projection
class PooledBlock(nn.Module):
    """As most people write it: the stride is in the 1×1 convolution, and only there is a shortcut at all."""

    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride, 1, bias=not norm)
        self.bn1, self.bn2 = [nn.BatchNorm2d(out_feats) if norm else nn.Identity() for _ in range(2)]
        self.shortcut = nn.Identity() if in_feats == out_feats else nn.Conv2d(in_feats, out_feats, 1, stride)
        self.stride, self.same = stride, in_feats == out_feats

    def forward(self, x):
        left = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        if self.same and self.stride > 1:
            x = functional.avg_pool2d(x, self.stride, ceil_mode=True)
        return (left + self.shortcut(x)).relu()


# repair
# -         self.shortcut = nn.Identity() if in_feats == out_feats else nn.Conv2d(in_feats, out_feats, 1, stride)
# +         self.shortcut = nn.Identity() if in_feats == out_feats else nn.Conv2d(in_feats, out_feats, 1)
# -         if self.same and self.stride > 1:
# +         if self.stride > 1:


# %% mistake: floor
import torch.nn.functional as F


class WithFunctions(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        self.norms = nn.ModuleList([nn.BatchNorm2d(out_feats) for _ in range(2 * norm)])
        self.idconv = None if in_feats == out_feats else nn.Conv2d(in_feats, out_feats, 1)
        self.stride = stride

    def forward(self, x):
        out = self.conv1(x)
        if self.norms:
            out = self.norms[0](out)
        out = self.conv2(F.relu(out))
        if self.norms:
            out = self.norms[1](out)
        skip = F.avg_pool2d(x, self.stride, ceil_mode=True) if self.stride != 1 else x
        return F.relu(out + (self.idconv(skip) if self.idconv else skip))


class PooledBlock(WithFunctions):
    def forward(self, x):
        skip = functional.avg_pool2d(x, self.stride)
        left = self.conv1(x)
        left = self.conv2((self.norms[0](left) if self.norms else left).relu())
        left = self.norms[1](left) if self.norms else left
        return (left + (self.idconv(skip) if self.idconv else skip)).relu()


# repair
# -         skip = functional.avg_pool2d(x, self.stride)
# +         skip = functional.avg_pool2d(x, self.stride, ceil_mode=True)


# %% mistake: default_stride_2
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=2, norm=False):
        super().__init__()
        left = [nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)]
        left += [nn.BatchNorm2d(out_feats)] if norm else []
        left += [nn.ReLU(), nn.Conv2d(out_feats, out_feats, 3, stride, padding=1, bias=not norm)]
        left += [nn.BatchNorm2d(out_feats)] if norm else []
        right = [nn.AvgPool2d(stride, ceil_mode=True)] if stride > 1 else []
        right += [nn.Conv2d(in_feats, out_feats, 1)] if in_feats != out_feats else []
        self.left, self.right = nn.Sequential(*left), nn.Sequential(*right)

    def forward(self, x):
        return (self.left(x) + self.right(x)).relu()


# repair
# -     def __init__(self, in_feats, out_feats, stride=2, norm=False):
# +     def __init__(self, in_feats, out_feats, stride=1, norm=False):


# %% equivalent: the ReLU of a ReLU is the same
# if norm else nn.ReLU(), nn.ReLU()


# %% equivalent: a mean of weighted sums is a weighted sum of means
# nn.Sequential(nn.Conv2d(in_feats, out_feats, kernel_size=1)


# %% equivalent: the mean of one pixel is that pixel
# nn.Sequential(nn.AvgPool2d(stride, ceil_mode=True),
# stride > 0


# %% mistake: window_of_2
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        self.norm1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.norm2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.mix = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()
        self.stride = stride

    def forward(self, x):
        left = self.norm2(self.conv2(self.norm1(self.conv1(x)).relu()))
        if self.stride > 1:
            x = functional.avg_pool2d(x, kernel_size=2, stride=self.stride, ceil_mode=True)
        return (left + self.mix(x)).relu()


# repair
# -             x = functional.avg_pool2d(x, kernel_size=2, stride=self.stride, ceil_mode=True)
# +             x = functional.avg_pool2d(x, self.stride, ceil_mode=True)
