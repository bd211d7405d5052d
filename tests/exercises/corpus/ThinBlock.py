# %% Ben: residual without self
# truth: residual is an argument of __init__ and unknown in forward, so calling the block raises NameError.
# repair: Keep it as self.residual, and ask for that.
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.relu = nn.ReLU()
        self.stride = stride
        self.extra = out_feats - in_feats

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x2 = self.bn2(self.conv2(x1))
        if residual:
            x3 = x[:, :, :: self.stride, :: self.stride]
            x3 = functional.pad(x3, (0, 0, 0, 0, 0, self.extra))
            x2 = x2 + x3
        return self.relu(x2)


# %% Ben: one batch norm for both
# truth: The same batch norm follows both convolutions, so there is one too few, and its statistics mix two maps.
# repair: Make a second batch norm, and use it after conv2.
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.relu = nn.ReLU()
        self.stride = stride
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(self, x):
        x1 = self.relu(self.bn(self.conv1(x)))
        x2 = self.bn(self.conv2(x1))
        if self.residual:
            x3 = x[:, :, :: self.stride, :: self.stride]
            x3 = functional.pad(x3, (0, 0, 0, 0, 0, self.extra))
            x2 = x2 + x3
        return self.relu(x2)


# %% Nadia: zeros in front of the channels
# truth: The channels of zeros are put in front of the input's channels and not behind them.
# repair: Concatenate the input first, then the zeros.
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.strides, self.missing, self.residual = (stride, stride), out_feats - in_feats, residual
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=(3, 3), stride=self.strides, padding=(1, 1), bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=(3, 3), padding=(1, 1), bias=False),
            nn.BatchNorm2d(out_feats),
        )

    def forward(self, inputs):
        outputs = self.left(inputs)
        if self.residual:
            shortcut = inputs[:, :, :: self.strides[0], :: self.strides[1]]
            zeros = t.zeros_like(shortcut[:, :1]).repeat(1, self.missing, 1, 1)
            outputs = outputs + t.concatenate([zeros, shortcut], axis=1)
        return functional.relu(outputs)


# %% Nadia: an average for the stride
# truth: The shortcut averages windows of stride by stride pixels, where it should take every stride-th pixel.
# repair: Slice with the stride.
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.missing, self.residual = out_feats - in_feats, residual
        self.pool = nn.AvgPool2d(kernel_size=stride, stride=stride, ceil_mode=True)
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=(3, 3), stride=(stride, stride), padding=(1, 1), bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=(3, 3), padding=(1, 1), bias=False),
            nn.BatchNorm2d(out_feats),
        )

    def forward(self, inputs):
        outputs = self.left(inputs)
        if self.residual:
            shortcut = self.pool(inputs)
            outputs = outputs + functional.pad(shortcut, (0, 0, 0, 0, 0, self.missing))
        return functional.relu(outputs)


# %% Carlo: the skip only where the shapes agree
# truth: The input is added only where its shape is that of the output; where the block changes the shape there is no
# skip at all.
# repair: Add the strided and padded input wherever residual is set.
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.stride: int = stride
        self.residual: bool = residual

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = t.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.residual == True and x.shape == out.shape:
            out = out + x
        return t.relu(out)


# %% Carlo: stride is 2, isn't it?
# truth: The shortcut takes every second pixel whatever the stride is, so a stride of 3 raises: the branches have
# different sizes.
# repair: Slice with self.stride.
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.stride: int = stride
        self.residual: bool = residual

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = t.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.residual == True:
            skip: Tensor = x
            if self.stride > 1:
                skip = x[:, :, ::2, ::2]
            skip = functional.pad(skip, (0, 0, 0, 0, 0, out.size(1) - x.size(1)))
            out = out + skip
        return t.relu(out)


# %% Pia: the projection of notebook 3
# truth: Where the shape changes, the skip is a 1×1 convolution with a batch norm, which has parameters, and not option
# A, which has none.
# repair: Take every stride-th pixel and append zeros in place of the projection.
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.residual = residual
        self.downsample = None
        if residual and (stride != 1 or in_feats != out_feats):
            self.downsample = nn.Sequential(
                nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(out_feats),
            )

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        if self.residual:
            out += identity
        return self.relu(out)


# %% Ines: no ReLU without the skip
# truth: The last ReLU is in the residual branch of the conditional only, so a plain block's output can be negative.
# repair: Apply ReLU in both cases.
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.s, self.extra, self.residual = stride, out_feats - in_feats, residual
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
            nn.BatchNorm2d(out_feats),
        )

    def forward(self, x):
        y = self.left(x)
        skip = functional.pad(x[..., :: self.s, :: self.s], (0,) * 5 + (self.extra,))
        return (y + skip).relu() if self.residual else y


# %% Ines: two at once, no ReLU between and the stride comes second
# truth: Two mistakes: The left branch has no ReLU between its batch norm and the second convolution, and the stride is
# on the second convolution and not on the first.
# repair: Put nn.ReLU() behind the first batch norm, and the stride into the first convolution.
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.s, self.extra, self.residual = stride, out_feats - in_feats, residual
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, 1, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.Conv2d(out_feats, out_feats, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_feats),
        )

    def forward(self, x):
        y = self.left(x)
        if self.residual:
            y = y + functional.pad(x[..., :: self.s, :: self.s], (0,) * 5 + (self.extra,))
        return y.relu()


# %% Carlo: half-written, the switch does nothing yet
# truth: Partly written: Only the plain block is there; with residual=True nothing is added.
# repair: Add the strided and padded input if self.residual.
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.stride: int = stride
        self.residual: bool = residual

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = t.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.residual == True:
            pass  # TODO
        return t.relu(out)


# %% Nadia: zeros from nowhere
# truth: t.zeros makes the new channels in the default dtype on the CPU, and not where the input is, so on a graphics
# card the block raises.
# repair: Make them with shortcut.new_zeros.
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.strides, self.missing, self.residual = (stride, stride), out_feats - in_feats, residual
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=(3, 3), stride=self.strides, padding=(1, 1), bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=(3, 3), padding=(1, 1), bias=False),
            nn.BatchNorm2d(out_feats),
        )

    def forward(self, inputs):
        outputs = self.left(inputs)
        if self.residual:
            shortcut = inputs[:, :, :: self.strides[0], :: self.strides[1]]
            batch, _, height, width = shortcut.shape
            zeros = t.zeros(batch, self.missing, height, width)
            outputs = outputs + t.concatenate([shortcut, zeros], axis=1)
        return functional.relu(outputs)


# %% Ben: two at once, biases and always a skip
# truth: Two mistakes: Both convolutions have a bias, and the shortcut is added whether residual is set or not.
# repair: Give the convolutions bias=False, and add the shortcut only if self.residual.
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.relu = nn.ReLU()
        self.stride = stride
        self.residual = residual
        self.extra = out_feats - in_feats

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x2 = self.bn2(self.conv2(x1))
        if True:
            x3 = x[:, :, :: self.stride, :: self.stride]
            x3 = functional.pad(x3, (0, 0, 0, 0, 0, self.extra))
            x2 = x2 + x3
        return self.relu(x2)


# %% Nadia: pads the last axis
# truth: functional.pad counts from the last axis, so the extra zeros make the map wider and add no channels; where the
# channels change the sum raises.
# repair: functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        """Make conv (3×3, with the stride), bn, relu, conv (3×3), bn; no convolution has a bias."""
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.stride = stride
        self.extra = out_feats - in_feats
        self.residual = residual

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Add the shortcut (every stride-th pixel of x, zeros for new channels) only if residual; then apply ReLU."""
        y = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            skip = functional.pad(skip, (0, self.extra))
            y = y + skip
        return functional.relu(y)


# %% Tom: residual without self
# truth: forward asks for residual, which exists only in __init__: NameError.
# repair: self.residual = residual in __init__, and if self.residual in forward
class ThinBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        """Make conv (3×3, with the stride), bn, relu, conv (3×3), bn; no convolution has a bias."""
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.stride = stride
        self.extra = out_feats - in_feats

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Add the shortcut (every stride-th pixel of x, zeros for new channels) only if residual; then apply ReLU."""
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)
