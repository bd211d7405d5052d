# %% mistake: always_residual
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.stride = stride
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = functional.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        skip = functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))
        return functional.relu(out + skip)


# repair
# -         return functional.relu(out + skip)
# +         return functional.relu(out + skip if self.residual else out)


# %% mistake: never_residual
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.residual = residual
        self.layers = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


# repair
# -         self.residual = residual
# +         self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual
# -             nn.BatchNorm2d(out_feats),
# -             nn.ReLU(),
# -         )
# +             nn.BatchNorm2d(out_feats),
# +         )
# -         return self.layers(x)
# +         out = self.layers(x)
# +         if self.residual:
# +             out = out + functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))
# +         return out.relu()


# %% mistake: reversed
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            return self.relu(out)
        skip = x[:, :, :: self.stride, :: self.stride]
        skip = functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out + skip)


# repair
# -         if self.residual:
# +         if not self.residual:


# %% mistake: plain_by_default
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_feats)
        self.residual = residual
        self.stride = stride
        self.missing = out_feats - in_feats

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm1(self.conv1(x)).relu()
        y = self.norm2(self.conv2(y))
        if self.residual:
            shortcut = x[:, :, :: self.stride, :: self.stride]
            b, _, h, w = shortcut.shape
            y = y + t.cat([shortcut, shortcut.new_zeros(b, self.missing, h, w)], dim=1)
        return y.relu()


# repair
# -     def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = False) -> None:
# +     def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:


# %% mistake: same_shape_only
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.add = residual and stride == 1 and in_feats == out_feats

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.add:
            out = out + x
        return self.relu(out)


# repair
# -         self.add = residual and stride == 1 and in_feats == out_feats
# +         self.stride, self.extra, self.add = stride, out_feats - in_feats, residual
# -             out = out + x
# +             skip = x[:, :, :: self.stride, :: self.stride]
# +             out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))


# %% mistake: projects
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.right = None
        if residual:
            if stride != 1 or in_feats != out_feats:
                self.right = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=stride, bias=False)
            else:
                self.right = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.right is not None:
            out = out + self.right(x)
        return self.relu(out)


# repair
# -                 self.right = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=stride, bias=False)
# +                 zeros = (0, 0, 0, 0, 0, out_feats - in_feats)
# +                 self.right = lambda x: functional.pad(x[:, :, ::stride, ::stride], zeros)


# %% mistake: relu_before_sum
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
        )
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return out


# repair
# -             nn.BatchNorm2d(out_feats),
# -             nn.ReLU(),
# -         )
# +             nn.BatchNorm2d(out_feats),
# +         )
# -         return out
# +         return out.relu()


# %% mistake: relu_twice
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.relu = nn.ReLU()
        self.stride = stride
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        if self.residual:
            out = out + functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -         out = self.relu(self.bn2(self.conv2(out)))
# +         out = self.bn2(self.conv2(out))


# %% mistake: no_last_relu
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual
        self.conv_in = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn_in = nn.BatchNorm2d(out_feats)
        self.conv_out = nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn_out = nn.BatchNorm2d(out_feats)

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn_in(self.conv_in(x))
        out = functional.relu(out)
        out = self.bn_out(self.conv_out(out))
        if not self.residual:
            return out
        skip = x[..., :: self.stride, :: self.stride]
        return out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))


# repair
# -             return out
# +             return functional.relu(out)
# -         return out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
# +         return functional.relu(out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra)))


# %% mistake: no_last_relu_when_plain
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))
            out = self.relu(out + skip)
        return out


# repair
# -             out = self.relu(out + skip)
# -         return out
# +             out = out + skip
# +         return self.relu(out)


# %% mistake: no_middle_relu
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.relu = nn.ReLU()
        self.stride, self.residual = stride, residual
        self.n_new = out_feats - in_feats

    def skip(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, self.n_new))

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn1(self.conv1(x))
        out = self.bn2(self.conv2(out))
        if self.residual:
            out = out + self.skip(x)
        return self.relu(out)


# repair
# -         out = self.bn1(self.conv1(x))
# +         out = self.relu(self.bn1(self.conv1(x)))


# %% mistake: relu_before_norm
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.ReLU(),
            nn.BatchNorm2d(out_feats),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.stride = stride
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return out.relu()


# repair
# -             nn.ReLU(),
# -             nn.BatchNorm2d(out_feats),
# +             nn.BatchNorm2d(out_feats),
# +             nn.ReLU(),


# %% mistake: concatenated
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            skip = functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
            out = t.cat([out, skip], dim=1)
        return self.relu(out)


# repair
# -             out = t.cat([out, skip], dim=1)
# +             out = out + skip


# %% mistake: multiplied
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.stride = stride
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = functional.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out * functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return functional.relu(out)


# repair
# -             out = out * functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
# +             out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))


# %% mistake: averages
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = functional.avg_pool2d(x, self.stride)
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -             skip = functional.avg_pool2d(x, self.stride)
# +             skip = x[:, :, :: self.stride, :: self.stride]


# %% mistake: max_pools
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.pool = nn.MaxPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = self.pool(x)
            b, _, h, w = skip.shape
            out = out + t.cat([skip, t.zeros(b, self.extra, h, w, dtype=x.dtype, device=x.device)], dim=1)
        return functional.relu(out)


# repair
# -         self.pool = nn.MaxPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
# +         self.stride = stride
# -             skip = self.pool(x)
# +             skip = x[:, :, :: self.stride, :: self.stride]


# %% mistake: begins_late
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            first = self.stride - 1
            skip = x[:, :, first :: self.stride, first :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -             first = self.stride - 1
# +             first = 0


# %% mistake: cuts
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.extra, self.residual = out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = functional.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.residual:
            height, width = out.shape[-2:]
            skip = x[:, :, :height, :width]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return functional.relu(out)


# repair
# -         self.extra, self.residual = out_feats - in_feats, residual
# +         self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual
# -             height, width = out.shape[-2:]
# -             skip = x[:, :, :height, :width]
# +             skip = x[:, :, :: self.stride, :: self.stride]


# %% mistake: skip_without_stride
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            out = out + functional.pad(x, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -         self.extra = out_feats - in_feats
# +         self.stride = stride
# +         self.extra = out_feats - in_feats
# -             out = out + functional.pad(x, (0, 0, 0, 0, 0, self.extra))
# +             out = out + functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


# %% mistake: always_2
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.downsample = stride != 1
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, ::2, ::2] if self.downsample else x
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -         self.downsample = stride != 1
# +         self.stride = stride
# -             skip = x[:, :, ::2, ::2] if self.downsample else x
# +             skip = x[:, :, :: self.stride, :: self.stride]


# %% mistake: pads_in_front
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, self.extra, 0))
        return self.relu(out)


# repair
# -             out = out + functional.pad(skip, (0, 0, 0, 0, self.extra, 0))
# +             out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))


# %% mistake: pads_both_sides
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.before = (out_feats - in_feats) // 2
        self.after = out_feats - in_feats - self.before
        self.stride, self.residual = stride, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        if self.residual:
            x = x[:, :, :: self.stride, :: self.stride]
            b, _, h, w = x.shape
            out = out + t.cat([x.new_zeros(b, self.before, h, w), x, x.new_zeros(b, self.after, h, w)], dim=1)
        return functional.relu(out)


# repair
# -         self.before = (out_feats - in_feats) // 2
# +         self.before = 0


# %% mistake: pads_the_map
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            out = out + functional.pad(x[:, :, :: self.stride, :: self.stride], (0, self.extra))
        return self.relu(out)


# repair
# -             out = out + functional.pad(x[:, :, :: self.stride, :: self.stride], (0, self.extra))
# +             out = out + functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


# %% mistake: repeats
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.residual = stride, residual
        self.out_feats = out_feats
        self.times = -(-out_feats // in_feats)

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride].repeat(1, self.times, 1, 1)
            out = out + skip[:, : self.out_feats]
        return self.relu(out)


# repair
# -         self.out_feats = out_feats
# -         self.times = -(-out_feats // in_feats)
# +         self.extra = out_feats - in_feats
# -             skip = x[:, :, :: self.stride, :: self.stride].repeat(1, self.times, 1, 1)
# -             out = out + skip[:, : self.out_feats]
# +             skip = x[:, :, :: self.stride, :: self.stride]
# +             out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))


# %% mistake: no_zeros
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.relu = nn.ReLU()
        self.stride = stride
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.residual:
            out = out + x[:, :, :: self.stride, :: self.stride]
        return self.relu(out)


# repair
# -         self.stride = stride
# +         self.stride, self.extra = stride, out_feats - in_feats
# -             out = out + x[:, :, :: self.stride, :: self.stride]
# +             out = out + functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


# %% mistake: stride_on_second
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False),
# +             nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
# -             nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=False),
# +             nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),


# %% mistake: stride_on_both
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        settings = {"kernel_size": 3, "stride": stride, "padding": 1, "bias": False}
        self.conv1 = nn.Conv2d(in_feats, out_feats, **settings)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, **settings)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.stride = stride
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = functional.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return functional.relu(out)


# repair
# -         self.conv2 = nn.Conv2d(out_feats, out_feats, **settings)
# +         self.conv2 = nn.Conv2d(out_feats, out_feats, **(settings | {"stride": 1}))


# %% mistake: stride_ignored
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False),
# +             nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),


# %% mistake: bias
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1)
# +         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
# -         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1)
# +         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)


# %% mistake: late_widening
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, in_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(in_feats),
            nn.ReLU(),
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            b, _, h, w = skip.shape
            skip = t.cat([skip, skip.new_zeros(b, self.extra, h, w)], dim=1)
            out = out + skip
        return self.relu(out)


# repair
# -             nn.Conv2d(in_feats, in_feats, 3, stride=stride, padding=1, bias=False),
# -             nn.BatchNorm2d(in_feats),
# +             nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
# +             nn.BatchNorm2d(out_feats),
# -             nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False),
# +             nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),


# %% mistake: no_padding
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -             nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, bias=False),
# +             nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False),
# -             nn.Conv2d(out_feats, out_feats, kernel_size=3, bias=False),
# +             nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False),


# %% mistake: no_norm
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv2(self.relu(self.conv1(x)))
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
# +         self.bn1 = nn.BatchNorm2d(out_feats)
# +         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
# +         self.bn2 = nn.BatchNorm2d(out_feats)
# -         out = self.conv2(self.relu(self.conv1(x)))
# +         out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))


# %% mistake: no_last_norm
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.stride = stride
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = functional.relu(self.bn(self.conv1(x)))
        out = self.conv2(out)
        if self.residual:
            out = out + functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))
        return functional.relu(out)


# repair
# -         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
# +         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
# +         self.bn2 = nn.BatchNorm2d(out_feats)
# -         out = self.conv2(out)
# +         out = self.bn2(self.conv2(out))


# %% mistake: shared_norm
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(out_feats)
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn(self.conv1(x)))
        out = self.bn(self.conv2(out))
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# repair
# -         self.bn = nn.BatchNorm2d(out_feats)
# +         self.bn = nn.BatchNorm2d(out_feats)
# +         self.bn2 = nn.BatchNorm2d(out_feats)
# -         out = self.bn(self.conv2(out))
# +         out = self.bn2(self.conv2(out))


# %% mistake: unregistered
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.layers = [
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        ]
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = x
        for layer in self.layers:
            out = layer(out)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return functional.relu(out)


# repair
# -         self.layers = [
# +         self.layers = nn.Sequential(
# -         ]
# +         )


# %% mistake: changes_input
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.residual = stride, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            n_old = x.shape[1]
            x = x[:, :, :: self.stride, :: self.stride]
            x += out[:, :n_old]
            out = t.cat([x, out[:, n_old:]], dim=1)
        return self.relu(out)


# repair
# -             x += out[:, :n_old]
# +             x = x + out[:, :n_old]


# %% mistake: changes_input
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU(inplace=True)
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            if self.extra > 0:
                skip = functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
            skip += out
            out = skip
        return self.relu(out)


# repair
# -             skip += out
# -             out = skip
# +             out = out + skip


# %% right: zeros that are moved to x
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x):
        out = self.left(x)
        if self.residual:
            x = x[:, :, :: self.stride, :: self.stride]
            zeros = t.zeros(len(x), self.extra, *x.shape[2:], dtype=x.dtype).to(x.device)
            out = out + t.cat((x, zeros), 1)
        return out.relu()


# %% right: plain
import torch.nn.functional as F


class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x):
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + F.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


# %% right: convs before norms
import torch.nn.functional as F


class ThinBlock(nn.Module):
    """Declares both convolutions first, and names everything as torchvision does."""

    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(out_feats), nn.BatchNorm2d(out_feats)
        self.stride, self.residual = stride, residual

    def forward(self, x):
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.residual:
            small = x[..., :: self.stride, :: self.stride]
            out[:, : x.shape[1]] += small
        return F.relu(out)


# %% right: with cat
import torch
import torch.nn.functional as F


class BaseThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x):
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + F.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


class ThinBlock(BaseThinBlock):
    def forward(self, x):
        out = self.left(x)
        if not self.residual:
            return out.relu()
        x = x[:, :, :: self.stride, :: self.stride]
        b, _, h, w = x.shape
        return (out + torch.cat([x, x.new_zeros(b, self.extra, h, w)], dim=1)).relu()


# %% right: with shortcut module
from functools import partial

import torch


class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        conv = partial(nn.Conv2d, kernel_size=3, padding=1, bias=False)
        layers = [conv(in_feats, out_feats, stride=stride), nn.BatchNorm2d(out_feats), nn.ReLU(inplace=True)]
        layers += [conv(out_feats, out_feats), nn.BatchNorm2d(out_feats)]
        self.layers = nn.ModuleList(layers)
        self.shortcut = (
            nn.Sequential(nn.MaxPool2d(1, stride), nn.ZeroPad3d((0, 0, 0, 0, 0, out_feats - in_feats)))
            if residual
            else None
        )

    def forward(self, x):
        out = x
        for layer in self.layers:
            out = layer(out)
        return torch.clamp(out if self.shortcut is None else out + self.shortcut(x), min=0)


# %% right: with lambda
import torch
import torch.nn.functional as F


class BaseThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x):
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + F.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


class ThinBlock(BaseThinBlock):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__(in_feats, out_feats, stride, residual)
        if residual and stride == 1 and in_feats == out_feats:
            self.skip = nn.Identity()
        elif residual:
            self.skip = self._skip
        else:
            self.skip = torch.zeros_like

    def _skip(self, x):
        return F.pad(F.avg_pool2d(x, 1, self.stride), [0, 0, 0, 0, 0, self.extra])

    def forward(self, x):
        left = self.left(x)
        return self.relu(left + (self.skip(x) if self.residual else 0))


# %% right: with factor
import torch
import torch.nn.functional as F


class BaseThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x):
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + F.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


class ThinBlock(BaseThinBlock):
    """Multiplies the shortcut by a buffer-free 0 or 1."""

    def forward(self, x):
        skip = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))
        return torch.relu(self.left(x) + float(self.residual) * skip)


# %% wrong: has layers with names of their own, and the first ReLU is missing
class ThinBlock(nn.Module):
    """A ThinBlock whose layers have names of their own, in the order of their use; the first ReLU is missing."""

    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.stride, self.more, self.residual = stride, out_feats - in_feats, residual
        self.a = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=False)
        self.b = nn.BatchNorm2d(out_feats)
        self.c = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.d = nn.BatchNorm2d(out_feats)

    def forward(self, x: Tensor) -> Tensor:
        out = self.d(self.c(self.b(self.a(x))))
        if self.residual:
            out = out + nn.functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.more))
        return out.relu()


# %% wrong: the course's own block: training.ThinBlock
ThinBlock = training.ThinBlock


# %% wrong: the course's own block, wrapped
class ThinBlock(nn.Module):
    def __init__(self, *args, **settings):
        super().__init__()
        self.block = training.ThinBlock(*args, **settings)

    def forward(self, x):
        return self.block(x)


# %% mistake: always_residual
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.stride = stride

    def forward(self, x):
        out = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        out[:, : x.shape[1]] += x[:, :, :: self.stride, :: self.stride]
        return out.relu()


# repair
# -         self.stride = stride
# +         self.stride, self.residual = stride, residual
# -         out[:, : x.shape[1]] += x[:, :, :: self.stride, :: self.stride]
# +         if self.residual:
# +             out[:, : x.shape[1]] += x[:, :, :: self.stride, :: self.stride]


# %% mistake: default_stride_2
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=2, residual=True):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.stride, self.residual = stride, residual

    def forward(self, x):
        out = self.layers(x)
        if self.residual:
            out[:, : x.shape[1]] += x[..., :: self.stride, :: self.stride]
        return nn.functional.relu(out)


# repair
# -     def __init__(self, in_feats, out_feats, stride=2, residual=True):
# +     def __init__(self, in_feats, out_feats, stride=1, residual=True):


# %% mistake: zeros_on_the_cpu
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x):
        out = self.left(x)
        if self.residual:
            x = x[:, :, :: self.stride, :: self.stride]
            zeros = t.zeros(len(x), self.extra, *x.shape[2:])
            out = out + t.cat((x, zeros), 1)
        return out.relu()


# repair
# -             zeros = t.zeros(len(x), self.extra, *x.shape[2:])
# +             zeros = x.new_zeros(len(x), self.extra, *x.shape[2:])
