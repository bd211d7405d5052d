# %% mistake: relu_before_sum
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
        )
        if first_stride != 1 or in_feats != out_feats:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        else:
            self.right = nn.Identity()

    def forward(self, x):
        return self.left(x) + self.right(x)


# repair
# -             BatchNorm2d(out_feats),
# -             ReLU(),
# -         )
# +             BatchNorm2d(out_feats),
# +         )
# -         return self.left(x) + self.right(x)
# +         return t.relu(self.left(x) + self.right(x))


# %% mistake: relu_both_before_sum
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, first_stride, 1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, 1, 1)
        self.bn2 = BatchNorm2d(out_feats)
        self.shortcut = nn.Identity()
        if first_stride != 1 or in_feats != out_feats:
            self.shortcut = Sequential(Conv2d(in_feats, out_feats, 1, first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        left = self.relu(self.bn1(self.conv1(x)))
        left = self.relu(self.bn2(self.conv2(left)))
        right = self.relu(self.shortcut(x))
        return left + right


# repair
# -         left = self.relu(self.bn2(self.conv2(left)))
# -         right = self.relu(self.shortcut(x))
# -         return left + right
# +         left = self.bn2(self.conv2(left))
# +         right = self.shortcut(x)
# +         return self.relu(left + right)


# %% mistake: relu_twice
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = nn.Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            nn.ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, padding=1),
            BatchNorm2d(out_feats),
            nn.ReLU(),
        )
        same_shape = first_stride == 1 and in_feats == out_feats
        self.right = (
            nn.Identity()
            if same_shape
            else nn.Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride),
                BatchNorm2d(out_feats),
            )
        )
        self.last_relu = nn.ReLU()

    def forward(self, x):
        return self.last_relu(self.left(x) + self.right(x))


# repair
# -             BatchNorm2d(out_feats),
# -             nn.ReLU(),
# -         )
# +             BatchNorm2d(out_feats),
# +         )


# %% mistake: no_last_relu
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))

    def forward(self, x):
        left_out = self.left(x)
        right_out = self.right(x)
        return left_out + right_out


# repair
# -         return left_out + right_out
# +         return t.relu(left_out + right_out)


# %% mistake: no_middle_relu
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1)
        self.norm1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1)
        self.norm2 = BatchNorm2d(out_feats)
        self.downsample = None
        if first_stride != 1 or in_feats != out_feats:
            self.downsample = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        self.relu = ReLU()

    def forward(self, x):
        out = self.norm1(self.conv1(x))
        out = self.norm2(self.conv2(out))
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu(out + skip)


# repair
# -         out = self.norm1(self.conv1(x))
# +         out = self.relu(self.norm1(self.conv1(x)))


# %% mistake: relu_before_norm
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            ReLU(),
            BatchNorm2d(out_feats),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        self.right = nn.Identity()
        if in_feats != out_feats or first_stride > 1:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             ReLU(),
# -             BatchNorm2d(out_feats),
# -             Conv2d(out_feats, out_feats, 3, padding=1),
# +             BatchNorm2d(out_feats),
# +             ReLU(),
# +             Conv2d(out_feats, out_feats, 3, padding=1),


# %% mistake: no_skip
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x))


# repair
# -         return self.relu(self.left(x))
# +         return self.relu(self.left(x) + self.right(x))


# %% mistake: no_skip_in_eval
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, first_stride, 1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, 1, 1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        out = self.left(x)
        if self.training:
            out = out + self.right(x)
        return self.relu(out)


# repair
# -         if self.training:
# -             out = out + self.right(x)
# +         out = out + self.right(x)


# %% mistake: multiplied
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))

    def forward(self, x):
        return t.relu(self.left(x) * self.right(x))


# repair
# -         return t.relu(self.left(x) * self.right(x))
# +         return t.relu(self.left(x) + self.right(x))


# %% mistake: subtracted
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.project = first_stride != 1 or in_feats != out_feats
        if self.project:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.project:
            x = self.bn3(self.conv3(x))
        return F.relu(y - x)


# repair
# -         return F.relu(y - x)
# +         return F.relu(y + x)


# %% mistake: averaged
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        both = t.stack([self.left(x), self.right(x)])
        return self.relu(both.mean(dim=0))


# repair
# -         return self.relu(both.mean(dim=0))
# +         return self.relu(both.sum(dim=0))


# %% mistake: concatenated
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride),
                BatchNorm2d(out_feats),
            )
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(t.cat((self.left(x), self.right(x)), dim=1))


# repair
# -         return self.relu(t.cat((self.left(x), self.right(x)), dim=1))
# +         return self.relu(self.left(x) + self.right(x))


# %% mistake: stride_on_second
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             Conv2d(in_feats, out_feats, 3, padding=1),
# +             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# -             Conv2d(out_feats, out_feats, 3, stride=first_stride, padding=1),
# +             Conv2d(out_feats, out_feats, 3, padding=1),


# %% mistake: stride_on_both
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
        )
        self.right = nn.Identity()
        if not (first_stride == 1 and in_feats == out_feats):
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             Conv2d(out_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
# +             Conv2d(out_feats, out_feats, kernel_size=3, padding=1),


# %% mistake: stride_ignored
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             Conv2d(in_feats, out_feats, 3, padding=1),
# +             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# -         if in_feats == out_feats:
# +         if first_stride == 1 and in_feats == out_feats:
# -             self.right = Sequential(Conv2d(in_feats, out_feats, 1), BatchNorm2d(out_feats))
# +             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))


# %% mistake: right_without_stride
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             self.right = Sequential(Conv2d(in_feats, out_feats, 1), BatchNorm2d(out_feats))
# +             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))


# %% mistake: left_without_stride
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, kernel_size=3, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.relu = ReLU()
        self.conv2 = Conv2d(out_feats, out_feats, kernel_size=3, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        if first_stride != 1 or in_feats != out_feats:
            self.skip = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        else:
            self.skip = nn.Identity()

    def forward(self, x):
        y = self.conv1(x)
        y = self.bn1(y)
        y = self.relu(y)
        y = self.conv2(y)
        y = self.bn2(y)
        return self.relu(y + self.skip(x))


# repair
# -         self.conv1 = Conv2d(in_feats, out_feats, kernel_size=3, padding=1)
# +         self.conv1 = Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1)


# %% mistake: projection_for_stride_only
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -         if first_stride == 1:
# +         if first_stride == 1 and in_feats == out_feats:


# %% mistake: projection_for_channels_only
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = nn.Sequential(
            Conv2d(in_feats, out_feats, 3, first_stride, 1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, 1, 1),
            BatchNorm2d(out_feats),
        )
        self.right = None
        if in_feats != out_feats:
            self.right = nn.Sequential(Conv2d(in_feats, out_feats, 1, first_stride, 0), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        identity = x
        if self.right is not None:
            identity = self.right(x)
        return self.relu(self.left(x) + identity)


# repair
# -         if in_feats != out_feats:
# +         if first_stride != 1 or in_feats != out_feats:


# %% mistake: projection_when_wider
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride > 1 or out_feats > in_feats:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        else:
            self.right = nn.Identity()
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -         if first_stride > 1 or out_feats > in_feats:
# +         if first_stride > 1 or out_feats != in_feats:


# %% mistake: projection_when_both
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 or in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -         if first_stride == 1 or in_feats == out_feats:
# +         if first_stride == 1 and in_feats == out_feats:


# %% mistake: projection_never
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.layers = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, padding=1),
            BatchNorm2d(out_feats),
        )
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(x + self.layers(x))


# repair
# -         self.relu = ReLU()
# +         self.right = nn.Identity()
# +         if first_stride != 1 or in_feats != out_feats:
# +             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
# +         self.relu = ReLU()
# -         return self.relu(x + self.layers(x))
# +         return self.relu(self.right(x) + self.layers(x))


# %% mistake: projection_always
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        self.right = Sequential(
            Conv2d(in_feats, out_feats, 1, stride=first_stride),
            BatchNorm2d(out_feats),
        )
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -         self.right = Sequential(
# -             Conv2d(in_feats, out_feats, 1, stride=first_stride),
# -             BatchNorm2d(out_feats),
# -         )
# +         self.right = nn.Identity()
# +         if first_stride != 1 or in_feats != out_feats:
# +             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))


# %% mistake: projection_without_norm
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Conv2d(in_feats, out_feats, 1, stride=first_stride)
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             self.right = Conv2d(in_feats, out_feats, 1, stride=first_stride)
# +             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))


# %% mistake: projection_3x3
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
                BatchNorm2d(out_feats),
            )
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -                 Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# -                 BatchNorm2d(out_feats),
# -             )
# +                 Conv2d(in_feats, out_feats, 1, stride=first_stride),
# +                 BatchNorm2d(out_feats),
# +             )


# %% mistake: projection_with_relu
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, 1, stride=first_stride),
                BatchNorm2d(out_feats),
                ReLU(),
            )
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -                 BatchNorm2d(out_feats),
# -                 ReLU(),
# -             )
# +                 BatchNorm2d(out_feats),
# +             )


# %% mistake: convs_with_bias
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = nn.Sequential(
                nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride),
                BatchNorm2d(out_feats),
            )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
# +             nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1, bias=False),
# -             nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1),
# +             nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False),
# -                 nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride),
# +                 nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride, bias=False),


# %% mistake: left_convs_with_bias
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.relu = ReLU()
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = nn.Sequential(
                nn.Conv2d(in_feats, out_feats, 1, stride=first_stride, bias=False),
                BatchNorm2d(out_feats),
            )

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return self.relu(out + self.right(x))


# repair
# -         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
# +         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1, bias=False)
# -         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
# +         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=1, padding=1, bias=False)


# %% mistake: projection_with_bias
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1, bias=False),
            BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False),
            BatchNorm2d(out_feats),
        )
        if first_stride != 1 or in_feats != out_feats:
            self.right = nn.Sequential(nn.Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        else:
            self.right = nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             self.right = nn.Sequential(nn.Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
# +             conv = nn.Conv2d(in_feats, out_feats, 1, stride=first_stride, bias=False)
# +             self.right = nn.Sequential(conv, BatchNorm2d(out_feats))


# %% mistake: no_padding
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             Conv2d(in_feats, out_feats, 3, stride=first_stride),
# +             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# -             Conv2d(out_feats, out_feats, 3),
# +             Conv2d(out_feats, out_feats, 3, padding=1),


# %% mistake: no_first_norm
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             ReLU(),
# +             BatchNorm2d(out_feats),
# +             ReLU(),


# %% mistake: no_second_norm
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, padding=1)
        self.projection = None
        if in_feats != out_feats or first_stride != 1:
            self.projection = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        residual = self.conv2(self.relu(self.bn(self.conv1(x))))
        if self.projection is not None:
            x = self.projection(x)
        return self.relu(residual + x)


# repair
# -         self.projection = None
# +         self.bn2 = BatchNorm2d(out_feats)
# +         self.projection = None
# -         residual = self.conv2(self.relu(self.bn(self.conv1(x))))
# +         residual = self.bn2(self.conv2(self.relu(self.bn(self.conv1(x)))))


# %% mistake: shared_norm
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1)
        self.bn = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, kernel_size=3, padding=1)
        self.relu = ReLU()
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )

    def forward(self, x):
        left = self.relu(self.bn(self.conv1(x)))
        left = self.bn(self.conv2(left))
        return self.relu(left + self.right(x))


# repair
# -         self.relu = ReLU()
# +         self.bn2 = BatchNorm2d(out_feats)
# +         self.relu = ReLU()
# -         left = self.bn(self.conv2(left))
# +         left = self.bn2(self.conv2(left))


# %% mistake: late_widening
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, in_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(in_feats),
            ReLU(),
            Conv2d(in_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# repair
# -             Conv2d(in_feats, in_feats, 3, stride=first_stride, padding=1),
# -             BatchNorm2d(in_feats),
# +             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# +             BatchNorm2d(out_feats),
# -             Conv2d(in_feats, out_feats, 3, padding=1),
# +             Conv2d(out_feats, out_feats, 3, padding=1),


# %% mistake: left_unregistered
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = [
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        ]
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        y = x
        for layer in self.left:
            y = layer(y)
        return self.relu(y + self.right(x))


# repair
# -         self.left = [
# +         self.left = Sequential(
# -         ]
# +         )
# -         y = x
# -         for layer in self.left:
# -             y = layer(y)
# +         y = self.left(x)


# %% mistake: right_unregistered
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        self.right = []
        if first_stride != 1 or in_feats != out_feats:
            self.right.append(Conv2d(in_feats, out_feats, 1, stride=first_stride))
            self.right.append(BatchNorm2d(out_feats))
        self.relu = ReLU()

    def forward(self, x):
        left = self.left(x)
        for layer in self.right:
            x = layer(x)
        return self.relu(left + x)


# repair
# -         self.right = []
# +         self.right = nn.ModuleList()


# %% mistake: right_first
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.right(x) + self.left(x))


# repair
# -         if first_stride == 1 and in_feats == out_feats:
# -             self.right = nn.Identity()
# -         else:
# -             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
# -         self.left = Sequential(
# +         self.left = Sequential(
# -         self.relu = ReLU()
# +         if first_stride == 1 and in_feats == out_feats:
# +             self.right = nn.Identity()
# +         else:
# +             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
# +         self.relu = ReLU()


# %% mistake: changes_input
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        left = self.left(x)
        out = self.right(x)
        out += left
        return self.relu(out)


# repair
# -         out += left
# +         out = out + left


# %% right: channels first
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        shapes = [(in_feats, first_stride), (out_feats, 1)]
        self.convs = nn.ModuleList()
        for feats, stride in shapes:
            self.convs.append(Conv2d(feats, out_feats, 3, stride, 1))
            self.convs.append(BatchNorm2d(out_feats))
        self.shortcut = None
        if first_stride > 1 or in_feats != out_feats:
            self.shortcut = nn.ModuleList([Conv2d(in_feats, out_feats, 1, first_stride), BatchNorm2d(out_feats)])

    def forward(self, x):
        left = right = x
        for i, layer in enumerate(self.convs):
            left = layer(left)
            if i == 1:
                left = left.clamp(min=0)
        for layer in self.shortcut or []:
            right = layer(right)
        return t.maximum(left + right, t.zeros_like(left))


# %% right: einops fan
from einops import reduce

from course_utils.layers import ReLU as Rectifier


class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Sequential(Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats), Rectifier()),
            Sequential(Conv2d(out_feats, out_feats, 3, padding=1), BatchNorm2d(out_feats)),
        )
        same = (in_feats, first_stride) == (out_feats, 1)
        conv = () if same else (Conv2d(in_feats, out_feats, 1, first_stride), BatchNorm2d(out_feats))
        self.right = Sequential(*conv)

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c2 h2 w2"]:
        both = rearrange([self.left(x), self.right(x)], "branch b c h w -> branch b c h w")
        return reduce(both, "branch b c h w -> b c h w", "sum").relu()


# %% right: engineer
import torch


def conv3x3(in_feats: int, out_feats: int, stride: int = 1) -> Conv2d:
    return Conv2d(in_channels=in_feats, out_channels=out_feats, kernel_size=3, stride=stride, padding=1)


class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.in_feats, self.out_feats, self.first_stride = in_feats, out_feats, first_stride
        self.left = self._make_left()
        self.right = nn.Identity() if self.keeps_shape else self._make_right()
        self.activation = ReLU()

    @property
    def keeps_shape(self) -> bool:
        return self.first_stride == 1 and self.in_feats == self.out_feats

    def _make_left(self) -> nn.Module:
        return NamedSequential(
            OrderedDict(
                conv1=conv3x3(self.in_feats, self.out_feats, self.first_stride),
                bn1=BatchNorm2d(num_features=self.out_feats),
                relu=ReLU(),
                conv2=conv3x3(self.out_feats, self.out_feats),
                bn2=BatchNorm2d(num_features=self.out_feats),
            )
        )

    def _make_right(self) -> nn.Module:
        conv = Conv2d(self.in_feats, self.out_feats, kernel_size=1, stride=self.first_stride)
        return NamedSequential(OrderedDict(conv=conv, bn=BatchNorm2d(num_features=self.out_feats)))

    def forward(self, x: Float[Tensor, "b i h w"]) -> Float[Tensor, "b o h2 w2"]:
        return self.activation(torch.add(self.left(x), self.right(x)))


# %% right: golfer
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, i, o, first_stride=1):
        super().__init__()
        conv = lambda *a, **k: nn.Conv2d(*a, **k, bias=False)
        self.l = nn.Sequential(
            conv(i, o, 3, first_stride, 1), BatchNorm2d(o), nn.ReLU(), conv(o, o, 3, padding=1), BatchNorm2d(o)
        )
        change = [conv(i, o, 1, first_stride), BatchNorm2d(o)]
        self.r = nn.Sequential(*change * (first_stride != 1 or i != o))

    forward = lambda self, x: F.relu(self.l(x) + self.r(x))


# %% right: inheritor: writes convolution and batch norm once, as a class, and has a shortcut only where it's needed
from torch.nn import functional as F


class ConvNorm(Sequential):
    def __init__(self, in_feats, out_feats, size, stride=1):
        conv = Conv2d(in_feats, out_feats, size, stride=stride, padding=size // 2)
        super().__init__(conv, BatchNorm2d(out_feats))


class ResidualBlock(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        self.build(*args, **kwargs)

    def build(self, in_feats, out_feats, first_stride=1):
        self.first = ConvNorm(in_feats, out_feats, 3, first_stride)
        self.second = ConvNorm(out_feats, out_feats, 3)
        if in_feats != out_feats or first_stride != 1:
            self.shortcut = ConvNorm(in_feats, out_feats, 1, first_stride)

    def forward(self, x):
        shortcut = self.shortcut(x) if hasattr(self, "shortcut") else x
        return F.relu(self.second(F.relu(self.first(x))) + shortcut)


# %% right: numpy convert
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        layers = []
        for number, (feats, stride) in enumerate(zip((in_feats, out_feats), (first_stride, 1), strict=True)):
            if number:
                layers += [ReLU()]
            layers += [Conv2d(feats, out_feats, 3, stride, 1), BatchNorm2d(out_feats)]
        self.left = Sequential(*layers)
        self.right = Sequential()
        if in_feats - out_feats or first_stride - 1:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, first_stride, 0), BatchNorm2d(out_feats))

    def forward(self, x):
        y = self.left(x) + self.right(x)
        return y * (y > 0)


# %% right: textbook
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# %% right: torchvision reader: gives each layer its name, torchvision's, and calls them one after the other
from typing import Optional


class ResidualBlock(nn.Module):
    expansion: int = 1

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1, bias=False)
        self.bn1 = BatchNorm2d(out_feats)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False)
        self.bn2 = BatchNorm2d(out_feats)
        self.downsample: Optional[nn.Module] = None
        if first_stride != 1 or in_feats != out_feats * self.expansion:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride, bias=False),
                BatchNorm2d(out_feats),
            )

    def forward(self, x: Tensor) -> Tensor:
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


# %% wrong: subsamples the shortcut from the second pixel, which even sizes forgive in shape
class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x.roll(1, dims=2))).relu()


# %% wrong: asks `first_stride == 2` instead of `!= 1`
class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride != 2 and in_feats == out_feats:
            return nn.Identity()
        return super().shortcut(in_feats, out_feats, 2 if stride == 2 else 1)


# %% wrong: rectifies the input in place before it branches
class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.relu_() if not self.training else x)


# %% wrong: uses a leaky ReLU at the end
from torch.nn import functional


class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def forward(self, x: Tensor) -> Tensor:
        return functional.leaky_relu(self.left(x) + self.right(x), 0.01)


# %% wrong: uses ReLU6, as MobileNet does
from torch.nn import functional


class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def forward(self, x: Tensor) -> Tensor:
        return functional.relu6(self.left(x) + self.right(x))


# %% wrong: drops a little in training
from torch.nn import functional


class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def forward(self, x: Tensor) -> Tensor:
        return functional.dropout(super().forward(x), 0.1, self.training)


# %% wrong: detaches the skip, so that no gradient takes the short way
class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x.detach())).relu()


# %% wrong: runs its left branch twice in training, and the statistics move twice
class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.left(x)
        return super().forward(x)


# %% wrong: uses the second convolution in both places when the channels allow it
class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def left(self, x: Tensor) -> Tensor:
        conv = self.conv2 if x.shape[1] == self.conv2.weight.shape[1] and self.conv1.stride == 1 else self.conv1
        return self.bn2(self.conv2(self.bn1(conv(x)).relu()))


# %% wrong: crops the larger branch when the shapes differ, instead of striding the projection
class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        conv = Conv2d(in_feats, out_feats, 1, 1)
        return nn.Identity() if stride == 1 and in_feats == out_feats else nn.Sequential(conv, BatchNorm2d(out_feats))

    def forward(self, x: Tensor) -> Tensor:
        left, right = self.left(x), self.right(x)
        return (left + right[:, :, : left.shape[2], : left.shape[3]]).relu()


# %% wrong: pads with reflections, and has two ReLUs too few: two mistakes at once
class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x))))

    def forward(self, x: Tensor) -> Tensor:
        return self.left(x) + self.right(x)


# %% wrong: freezes its first batch norm, which stays in eval mode
class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    def forward(self, x: Tensor) -> Tensor:
        self.bn1.eval()
        return super().forward(x)


# %% wrong: caches its output for inputs of the same shape
class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


class ResidualBlock(Block):
    cache: tuple | None = None

    def forward(self, x: Tensor) -> Tensor:
        if self.cache is None or self.cache[0] != x.shape:
            self.cache = x.shape, super().forward(x)
        return self.cache[1].clone()


# %% wrong: a shortcut: BasicBlock
from torchvision.models.resnet import BasicBlock


ResidualBlock = BasicBlock


# %% wrong: a shortcut: ThinBlock
from torchvision.models.resnet import BasicBlock


class ResidualBlock(BasicBlock):
    def __init__(self, in_feats, out_feats, first_stride=1):
        down = nn.Sequential(nn.Conv2d(in_feats, out_feats, 1, first_stride, bias=False), nn.BatchNorm2d(out_feats))
        super().__init__(in_feats, out_feats, first_stride, down if in_feats != out_feats or first_stride > 1 else None)


# %% wrong: a shortcut: WrappedBlock
from torchvision.models.resnet import BasicBlock


class ThinBlock(BasicBlock):
    def __init__(self, in_feats, out_feats, first_stride=1):
        down = nn.Sequential(nn.Conv2d(in_feats, out_feats, 1, first_stride, bias=False), nn.BatchNorm2d(out_feats))
        super().__init__(in_feats, out_feats, first_stride, down if in_feats != out_feats or first_stride > 1 else None)


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.block = ThinBlock(in_feats, out_feats, first_stride)

    def forward(self, x):
        return self.block(x)


# %% mistake: no_last_relu
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return y + self.bn3(self.conv3(x))
        return y + x


# repair
# -             return y + self.bn3(self.conv3(x))
# -         return y + x
# +             return F.relu(y + self.bn3(self.conv3(x)))
# +         return F.relu(y + x)


# %% mistake: relu_before_sum
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y) + self.bn3(self.conv3(x))
        return F.relu(y) + x


# repair
# -             return F.relu(y) + self.bn3(self.conv3(x))
# -         return F.relu(y) + x
# +             return F.relu(y + self.bn3(self.conv3(x)))
# +         return F.relu(y + x)


# %% mistake: relu_both_before_sum
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y) + F.relu(self.bn3(self.conv3(x)))
        return F.relu(y) + F.relu(x)


# repair
# -             return F.relu(y) + F.relu(self.bn3(self.conv3(x)))
# -         return F.relu(y) + F.relu(x)
# +             return F.relu(y + self.bn3(self.conv3(x)))
# +         return F.relu(y + x)


# %% mistake: relu_twice
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(F.relu(y) + self.bn3(self.conv3(x)))
        return F.relu(F.relu(y) + x)


# repair
# -             return F.relu(F.relu(y) + self.bn3(self.conv3(x)))
# -         return F.relu(F.relu(y) + x)
# +             return F.relu(y + self.bn3(self.conv3(x)))
# +         return F.relu(y + x)


# %% mistake: no_middle_relu
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = self.bn1(self.conv1(x))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         y = self.bn1(self.conv1(x))
# +         y = F.relu(self.bn1(self.conv1(x)))


# %% mistake: no_skip
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y)
        return F.relu(y)


# repair
# -             return F.relu(y)
# -         return F.relu(y)
# +             return F.relu(y + self.bn3(self.conv3(x)))
# +         return F.relu(y + x)


# %% mistake: multiplied
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y * self.bn3(self.conv3(x)))
        return F.relu(y * x)


# repair
# -             return F.relu(y * self.bn3(self.conv3(x)))
# -         return F.relu(y * x)
# +             return F.relu(y + self.bn3(self.conv3(x)))
# +         return F.relu(y + x)


# %% mistake: concatenated
import torch
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(torch.cat([y, self.bn3(self.conv3(x))], 1))
        return F.relu(torch.cat([y, x], 1))


# repair
# -             return F.relu(torch.cat([y, self.bn3(self.conv3(x))], 1))
# -         return F.relu(torch.cat([y, x], 1))
# +             return F.relu(y + self.bn3(self.conv3(x)))
# +         return F.relu(y + x)


# %% mistake: stride_on_both
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.conv2 = Conv2d(out_feats, out_feats, 3, stride=first_stride, padding=1)
# +         self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)


# %% mistake: stride_on_second
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=1, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.conv1 = Conv2d(in_feats, out_feats, 3, stride=1, padding=1)
# +         self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
# -         self.conv2 = Conv2d(out_feats, out_feats, 3, stride=first_stride, padding=1)
# +         self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)


# %% mistake: left_without_stride
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.conv1 = Conv2d(in_feats, out_feats, 3, padding=1)
# +         self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)


# %% mistake: right_without_stride
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -             self.conv3 = Conv2d(in_feats, out_feats, 1)
# +             self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)


# %% mistake: stride_ignored
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=1, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=1)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.conv1 = Conv2d(in_feats, out_feats, 3, stride=1, padding=1)
# +         self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
# -             self.conv3 = Conv2d(in_feats, out_feats, 1, stride=1)
# +             self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)


# %% mistake: projection_for_stride_only
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.needs_projection = first_stride != 1
# +         self.needs_projection = first_stride != 1 or in_feats != out_feats


# %% mistake: projection_for_channels_only
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.needs_projection = in_feats != out_feats
# +         self.needs_projection = first_stride != 1 or in_feats != out_feats


# %% mistake: projection_when_both
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 and in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.needs_projection = first_stride != 1 and in_feats != out_feats
# +         self.needs_projection = first_stride != 1 or in_feats != out_feats


# %% mistake: projection_always
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = True
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.needs_projection = True
# +         self.needs_projection = first_stride != 1 or in_feats != out_feats


# %% mistake: projection_never
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = False
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.needs_projection = False
# +         self.needs_projection = first_stride != 1 or in_feats != out_feats


# %% mistake: projection_without_norm
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            pass

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.conv3(x))
        return F.relu(y + x)


# repair
# -             pass
# +             self.bn3 = BatchNorm2d(out_feats)
# -             return F.relu(y + self.conv3(x))
# +             return F.relu(y + self.bn3(self.conv3(x)))


# %% mistake: projection_3x3
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -             self.conv3 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
# +             self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)


# %% mistake: convs_with_bias
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = nn.Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
# +         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1, bias=False)
# -         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
# +         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=1, padding=1, bias=False)
# -             self.conv3 = nn.Conv2d(in_feats, out_feats, 1, stride=first_stride)
# +             self.conv3 = nn.Conv2d(in_feats, out_feats, 1, stride=first_stride, bias=False)


# %% mistake: no_padding
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride)
# +         self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
# -         self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1)
# +         self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)


# %% mistake: shared_norm
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        pass
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn1(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


# repair
# -         pass
# +         self.bn2 = BatchNorm2d(out_feats)
# -         y = self.bn1(self.conv2(y))
# +         y = self.bn2(self.conv2(y))


# %% mistake: changes_input
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        x += y
        return x.relu_()


# repair
# -         x += y
# -         return x.relu_()
# +         return F.relu(y + x)


# %% mistake: default_stride_2
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=2):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, first_stride, 1, bias=False)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False)
        self.bn2 = BatchNorm2d(out_feats)
        self.skip = Sequential()
        if first_stride > 1 or in_feats != out_feats:
            self.skip = Sequential(nn.Conv2d(in_feats, out_feats, 1, first_stride, bias=False), BatchNorm2d(out_feats))

    def forward(self, x):
        y = t.relu(self.bn1(self.conv1(x)))
        return t.relu(self.bn2(self.conv2(y)) + self.skip(x))


# repair
# -     def __init__(self, in_feats, out_feats, first_stride=2):
# +     def __init__(self, in_feats, out_feats, first_stride=1):


# %% equivalent: there is no stride below 1
# if first_stride <= 1 and


# %% mistake: stride_2_at_most
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=2 if first_stride > 1 else 1, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        self.right = nn.Identity()
        if first_stride != 1 or in_feats != out_feats:
            stride = 2 if first_stride > 1 else 1
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=stride), BatchNorm2d(out_feats))

    def forward(self, x):
        return ReLU()(self.left(x) + self.right(x))


# repair
# -             Conv2d(in_feats, out_feats, 3, stride=2 if first_stride > 1 else 1, padding=1),
# +             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# -             stride = 2 if first_stride > 1 else 1
# -             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=stride), BatchNorm2d(out_feats))
# +             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))


# %% mistake: layers_in_forward
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.numbers = in_feats, out_feats, first_stride

    def forward(self, x):
        i, o, s = self.numbers
        left = Sequential(Conv2d(i, o, 3, stride=s, padding=1), BatchNorm2d(o), ReLU(), Conv2d(o, o, 3, padding=1))
        y = BatchNorm2d(o)(left(x))
        if s != 1 or i != o:
            x = BatchNorm2d(o)(Conv2d(i, o, 1, stride=s)(x))
        return ReLU()(y + x)


# repair
# -         self.numbers = in_feats, out_feats, first_stride
# -
# -     def forward(self, x):
# -         i, o, s = self.numbers
# -         left = Sequential(Conv2d(i, o, 3, stride=s, padding=1), BatchNorm2d(o), ReLU(), Conv2d(o, o, 3, padding=1))
# -         y = BatchNorm2d(o)(left(x))
# -         if s != 1 or i != o:
# -             x = BatchNorm2d(o)(Conv2d(i, o, 1, stride=s)(x))
# -         return ReLU()(y + x)
# +         self.left = Sequential(
# +             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# +             BatchNorm2d(out_feats),
# +             ReLU(),
# +             Conv2d(out_feats, out_feats, 3, padding=1),
# +             BatchNorm2d(out_feats),
# +         )
# +         self.right = nn.Identity()
# +         if first_stride != 1 or in_feats != out_feats:
# +             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
# +
# +     def forward(self, x):
# +         return ReLU()(self.left(x) + self.right(x))


# %% mistake: pre_activation
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            BatchNorm2d(in_feats),
            ReLU(),
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
        )
        self.right = nn.Identity()
        if first_stride != 1 or in_feats != out_feats:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))

    def forward(self, x):
        return self.left(x) + self.right(x)


# repair
# -         self.left = Sequential(
# -             BatchNorm2d(in_feats),
# -             ReLU(),
# -             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# -             BatchNorm2d(out_feats),
# -             ReLU(),
# -             Conv2d(out_feats, out_feats, 3, padding=1),
# -         )
# +         self.left = Sequential(
# +             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# +             BatchNorm2d(out_feats),
# +             ReLU(),
# +             Conv2d(out_feats, out_feats, 3, padding=1),
# +             BatchNorm2d(out_feats),
# +         )
# -         return self.left(x) + self.right(x)
# +         return ReLU()(self.left(x) + self.right(x))


# %% mistake: pre_activation
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            BatchNorm2d(in_feats),
            ReLU(),
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
        )
        self.right = nn.Identity()
        if first_stride != 1 or in_feats != out_feats:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))

    def forward(self, x):
        return ReLU()(self.left(x) + self.right(x))


# repair
# -         self.left = Sequential(
# -             BatchNorm2d(in_feats),
# -             ReLU(),
# -             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# -             BatchNorm2d(out_feats),
# -             ReLU(),
# -             Conv2d(out_feats, out_feats, 3, padding=1),
# -         )
# +         self.left = Sequential(
# +             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# +             BatchNorm2d(out_feats),
# +             ReLU(),
# +             Conv2d(out_feats, out_feats, 3, padding=1),
# +             BatchNorm2d(out_feats),
# +         )


# %% mistake: unregistered
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        left = Sequential(
            Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, padding=1),
            BatchNorm2d(out_feats),
        )
        right = nn.Identity()
        if first_stride != 1 or in_feats != out_feats:
            right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
        self.branches = [left, right]

    def forward(self, x):
        left, right = self.branches
        return ReLU()(left(x) + right(x))


# repair
# -         left = Sequential(
# -             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# -             BatchNorm2d(out_feats),
# -             ReLU(),
# -             Conv2d(out_feats, out_feats, 3, padding=1),
# -             BatchNorm2d(out_feats),
# -         )
# -         right = nn.Identity()
# -         if first_stride != 1 or in_feats != out_feats:
# -             right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
# -         self.branches = [left, right]
# -
# -     def forward(self, x):
# -         left, right = self.branches
# -         return ReLU()(left(x) + right(x))
# +         self.left = Sequential(
# +             Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1),
# +             BatchNorm2d(out_feats),
# +             ReLU(),
# +             Conv2d(out_feats, out_feats, 3, padding=1),
# +             BatchNorm2d(out_feats),
# +         )
# +         self.right = nn.Identity()
# +         if first_stride != 1 or in_feats != out_feats:
# +             self.right = Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride), BatchNorm2d(out_feats))
# +
# +     def forward(self, x):
# +         return ReLU()(self.left(x) + self.right(x))
