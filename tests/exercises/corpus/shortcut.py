# %% Ben: zeros beside the image
# truth: pad gets only two numbers, which belong to the last axis, so the zeros are appended to the width and not to the
# channels.
# repair: Pad with (0, 0, 0, 0, 0, self.extra).
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra = extra
        self.stride = stride

    def forward(self, x):
        x = x[:, :, :: self.stride, :: self.stride]
        x = functional.pad(x, (0, self.extra))
        return x


def shortcut(option, in_channels, out_channels, stride=1):
    same = stride == 1 and in_channels == out_channels
    if option == "A":
        if same:
            return nn.Identity()
        return PaddedShortcut(out_channels - in_channels, stride)
    elif option == "B":
        if same:
            return nn.Identity()
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))
    elif option == "C":
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))
    else:
        raise ValueError("unknown option")


# %% Ben: only the rows are strided
# truth: The slice takes every stride-th row, but all columns, so the map keeps its width.
# repair: Stride the last axis, too.
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra = extra
        self.stride = stride

    def forward(self, x):
        x = x[:, :, :: self.stride]
        x = functional.pad(x, (0, 0, 0, 0, 0, self.extra))
        return x


def shortcut(option, in_channels, out_channels, stride=1):
    same = stride == 1 and in_channels == out_channels
    if option == "A":
        if same:
            return nn.Identity()
        return PaddedShortcut(out_channels - in_channels, stride)
    elif option == "B":
        if same:
            return nn.Identity()
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))
    elif option == "C":
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))
    else:
        raise ValueError("unknown option")


# %% Ben: nothing comes back for C
# truth: The projection of option C is built, but not returned, so shortcut("C", …) gives None.
# repair: Return the projection.
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra = extra
        self.stride = stride

    def forward(self, x):
        x = x[:, :, :: self.stride, :: self.stride]
        x = functional.pad(x, (0, 0, 0, 0, 0, self.extra))
        return x


def shortcut(option, in_channels, out_channels, stride=1):
    same = stride == 1 and in_channels == out_channels
    if option == "A":
        if same:
            return nn.Identity()
        return PaddedShortcut(out_channels - in_channels, stride)
    elif option == "B":
        if same:
            return nn.Identity()
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))
    elif option == "C":
        nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))
    else:
        raise ValueError("unknown option")


# %% Nadia: np.pad's order of axes
# truth: The widths are listed from the first axis on, as np.pad wants them; PyTorch counts from the last axis, so the
# zeros are appended to the height.
# repair: List the widths from the last axis on: (0, 0, 0, 0, 0, extra, 0, 0).
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.strides = extra, (stride, stride)

    def forward(self, inputs):
        outputs = inputs[:, :, :: self.strides[0], :: self.strides[1]]
        # axis 0: batch, axis 1: channels, axis 2: height, axis 3: width
        return functional.pad(outputs, (0, 0, 0, self.extra, 0, 0, 0, 0), mode="constant", value=0.0)


def shortcut(option, in_channels, out_channels, stride=1):
    if option not in ["A", "B", "C"]:
        raise ValueError("option should be A, B or C")
    unchanged = stride == 1 and in_channels == out_channels
    if unchanged and option != "C":
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=(1, 1), stride=(stride, stride), bias=False),
        nn.BatchNorm2d(out_channels),
    )


# %% Nadia: zeros from nowhere
# truth: t.zeros makes zeros in the default dtype on the CPU and not in x's dtype and device, so halves become float32
# and other devices raise.
# repair: Make the zeros with x.new_zeros.
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.strides = extra, (stride, stride)

    def forward(self, inputs):
        outputs = inputs[:, :, :: self.strides[0], :: self.strides[1]]
        batch, _, height, width = outputs.shape
        zeros = t.zeros(batch, self.extra, height, width)
        return t.concatenate([outputs, zeros], axis=1)


def shortcut(option, in_channels, out_channels, stride=1):
    if option not in ["A", "B", "C"]:
        raise ValueError("option should be A, B or C")
    unchanged = stride == 1 and in_channels == out_channels
    if unchanged and option != "C":
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=(1, 1), stride=(stride, stride), bias=False),
        nn.BatchNorm2d(out_channels),
    )


# %% Pia: half of the zeros in front
# truth: The zeros are divided, half before the channels and half behind, as in well-known CIFAR code; here all of them
# belong behind.
# repair: Pad with no zeros before and self.extra behind.
class LambdaLayer(nn.Module):
    def __init__(self, lambd):
        super().__init__()
        self.lambd = lambd

    def forward(self, x):
        return self.lambd(x)


def shortcut(option, in_planes, planes, stride=1):
    if option not in ("A", "B", "C"):
        raise ValueError(option)
    if stride != 1 or in_planes != planes or option == "C":
        if option == "A":
            extra = planes - in_planes
            return LambdaLayer(
                lambda x: functional.pad(
                    x[:, :, ::stride, ::stride], (0, 0, 0, 0, extra // 2, extra - extra // 2), "constant", 0
                )
            )
        return nn.Sequential(
            nn.Conv2d(in_planes, planes, kernel_size=1, stride=stride, bias=False),
            nn.BatchNorm2d(planes),
        )
    return nn.Sequential()


# %% Pia: nn.Identity without parentheses
# truth: Where nothing changes, the class nn.Identity is returned and not a module made from it.
# repair: Return nn.Identity().
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra), "constant", 0)


def shortcut(option, in_channels, out_channels, stride=1):
    if option not in ("A", "B", "C"):
        raise ValueError(option)
    if stride != 1 or in_channels != out_channels or option == "C":
        if option == "A":
            return PaddedShortcut(out_channels - in_channels, stride)
        return nn.Sequential(
            nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
            nn.BatchNorm2d(out_channels),
        )
    return nn.Identity


# %% Carlo: two at once, a bias and no batch norm
# truth: Two mistakes: The projection of B and C is a bare convolution: it has a bias, which it should not have, and no
# batch norm behind it.
# repair: Give the convolution bias=False, and put a batch norm behind it.
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra: int = extra
        self.stride: int = stride

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x[:, :, 0 :: self.stride, 0 :: self.stride]
        zeros: Tensor = x.new_zeros((y.size(0), self.extra, y.size(2), y.size(3)))
        return t.cat((y, zeros), 1)


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    changes: bool = stride != 1 or in_channels != out_channels
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride) if changes else nn.Identity()
    if option == "B" and not changes:
        return nn.Identity()
    if option == "B" or option == "C":
        projection = nn.Conv2d(in_channels, out_channels, 1, stride)
        return projection
    raise ValueError("option")


# %% Carlo: a max pool for the stride
# truth: Option A takes the largest value of each stride by stride window where it should take the first, and loses the
# last row of odd maps.
# repair: Take x[:, :, ::stride, ::stride].
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra: int = extra
        self.stride: int = stride

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = functional.max_pool2d(x, self.stride)
        zeros: Tensor = x.new_zeros((y.size(0), self.extra, y.size(2), y.size(3)))
        return t.cat((y, zeros), 1)


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    changes: bool = stride != 1 or in_channels != out_channels
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride) if changes else nn.Identity()
    if option == "B" and not changes:
        return nn.Identity()
    if option == "B" or option == "C":
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))
    raise ValueError("option")


# %% Ines: C spares the projection where none is needed
# truth: Option C returns the identity where nothing changes, which makes it the same as B; it should project
# everywhere.
# repair: Return the identity for A and B only.
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


def shortcut(option, in_channels, out_channels, stride=1):
    if option not in ("A", "B", "C"):
        raise ValueError(option)
    if (stride, in_channels) == (1, out_channels):
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))


# %% Ines: half-written, unknown options are not refused yet
# truth: Partly written: Whatever is not "A" or "B" is taken for "C", so an unknown option gets a projection and no
# ValueError.
# repair: Raise ValueError for other options.
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


def shortcut(option, in_channels, out_channels, stride=1):
    if option in ("A", "B") and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    # TODO check
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))


# %% Ines: any piece of "ABC" is an option
# truth: `in` asks a text for its pieces, so "AB", "BC" and the empty text are taken for options and raise no
# ValueError.
# repair: Ask a tuple or a set: option not in ("A", "B", "C").
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


def shortcut(option, in_channels, out_channels, stride=1):
    if option not in "ABC":
        raise ValueError(option)
    if option in "AB" and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))


# %% Nadia: small letters will do, too
# truth: The option is turned into a capital letter first, so "a", "b" and "c" are accepted where any other option than
# "A", "B" and "C" should raise ValueError.
# repair: Leave .upper() away.
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.strides = extra, (stride, stride)

    def forward(self, inputs):
        outputs = inputs[:, :, :: self.strides[0], :: self.strides[1]]
        return functional.pad(outputs, (0, 0, 0, 0, 0, self.extra), mode="constant", value=0.0)


def shortcut(option, in_channels, out_channels, stride=1):
    option = option.upper()
    if option not in ["A", "B", "C"]:
        raise ValueError("option should be A, B or C")
    unchanged = stride == 1 and in_channels == out_channels
    if unchanged and option != "C":
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=(1, 1), stride=(stride, stride), bias=False),
        nn.BatchNorm2d(out_channels),
    )


# %% Carlo: two at once, zeros in front and no stride in the projection
# truth: Two mistakes: Option A puts the zeros in front of the input's channels, and the projection of B and C has no
# stride.
# repair: Put the zeros behind, and give the projection the stride.
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra: int = extra
        self.stride: int = stride

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x[:, :, 0 :: self.stride, 0 :: self.stride]
        zeros: Tensor = x.new_zeros((y.size(0), self.extra, y.size(2), y.size(3)))
        return t.cat((zeros, y), 1)


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    changes: bool = stride != 1 or in_channels != out_channels
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride) if changes else nn.Identity()
    if option == "B" and not changes:
        return nn.Identity()
    if option == "B" or option == "C":
        projection = nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels))
        return projection
    raise ValueError("option")


# %% Nadia: zeros in front
# truth: Option A's channels of zeros stand before those of the input and not behind them.
# repair: functional.pad(x, (0, 0, 0, 0, 0, self.extra))
class PaddedShortcut(nn.Module):
    """Option A where the shape changes: every stride-th pixel, and `extra` channels of zeros behind."""

    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        """Take every stride-th row and column, beginning with the first, and append the zeros."""
        x = x[..., :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, self.extra, 0))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    """Make the shortcut of option "A", "B" or "C"; raise ValueError for any other option."""
    if option not in ("A", "B", "C"):
        raise ValueError(f"unknown option {option}")
    same = stride == 1 and in_channels == out_channels
    if same and option in ("A", "B"):
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
        nn.BatchNorm2d(out_channels),
    )


# %% Viktor: C is B, and so is everything else
# truth: Two mistakes: C gives the identity too where the shape stays, but should project everywhere; and an unknown
# option is taken for B or C instead of raising ValueError.
# repair: identity only if option != "C", and raise ValueError if option isn't A, B or C
class PaddedShortcut(nn.Module):
    """Option A where the shape changes: every stride-th pixel, and `extra` channels of zeros behind."""

    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        """Take every stride-th row and column, beginning with the first, and append the zeros."""
        x = x[:, :, :: self.stride, :: self.stride]
        zeros = x.new_zeros(x.shape[0], self.extra, x.shape[2], x.shape[3])
        return t.cat([x, zeros], dim=1)


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    """Make the shortcut of option "A", "B" or "C"; raise ValueError for any other option."""
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    else:
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))
