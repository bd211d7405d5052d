# %% Ben: the first convolution has the stride
# truth: The stride is on the first convolution of the left branch and not on the second.
# repair: Move the stride to conv2.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        # left branch
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        self.bn1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=1, padding=1, bias=not norm)
        self.bn2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        # right branch
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.conv3 = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x1 = self.bn2(self.conv2(x1))
        x2 = self.conv3(self.pool(x))
        return self.relu(x1 + x2)


# %% Ben: None in a Sequential
# truth: Without norm a None stands in the nn.Sequential where a batch norm would be, which raises TypeError when the
# branch is called.
# repair: Use nn.Identity() in place of None.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        # left branch
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else None,
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else None,
        )
        # right branch
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.conv3 = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x):
        x1 = self.left(x)
        x2 = self.conv3(self.pool(x))
        return self.relu(x1 + x2)


# %% Ben: the pool rounds down
# truth: The pool has no ceil_mode, so with an odd side it gives one pixel less than the convolution, and the sum
# raises.
# repair: Pass ceil_mode=True.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        # left branch
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.bn1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        self.bn2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        # right branch
        self.pool = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
        self.conv3 = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x1 = self.bn2(self.conv2(x1))
        x2 = self.conv3(self.pool(x))
        return self.relu(x1 + x2)


# %% Nadia: max pooling, as always
# truth: The shortcut takes the largest value of each window and not the average.
# repair: Use nn.AvgPool2d.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        layers = [nn.Conv2d(in_feats, out_feats, kernel_size=(3, 3), padding=(1, 1), bias=not norm)]
        if norm:
            layers.append(nn.BatchNorm2d(out_feats))
        layers.append(nn.ReLU())
        layers.append(nn.Conv2d(out_feats, out_feats, (3, 3), stride=(stride, stride), padding=(1, 1), bias=not norm))
        if norm:
            layers.append(nn.BatchNorm2d(out_feats))
        self.left = nn.Sequential(*layers)
        layers = []
        if stride > 1:
            layers.append(nn.MaxPool2d(kernel_size=stride, ceil_mode=True))
        if in_feats != out_feats:
            layers.append(nn.Conv2d(in_feats, out_feats, kernel_size=(1, 1)))
        self.shortcut = nn.Sequential(*layers)

    def forward(self, inputs):
        return functional.relu(self.left(inputs) + self.shortcut(inputs))


# %% Nadia: a 1×1 convolution in every shortcut
# truth: The shortcut has a 1×1 convolution even where the number of channels stays, so there are two tensors too many.
# repair: Make the 1×1 convolution only if in_feats differs from out_feats.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        layers = [nn.Conv2d(in_feats, out_feats, kernel_size=(3, 3), padding=(1, 1), bias=not norm)]
        if norm:
            layers.append(nn.BatchNorm2d(out_feats))
        layers.append(nn.ReLU())
        layers.append(nn.Conv2d(out_feats, out_feats, (3, 3), stride=(stride, stride), padding=(1, 1), bias=not norm))
        if norm:
            layers.append(nn.BatchNorm2d(out_feats))
        self.left = nn.Sequential(*layers)
        layers = []
        if stride > 1:
            layers.append(nn.AvgPool2d(kernel_size=stride, ceil_mode=True))
        layers.append(nn.Conv2d(in_feats, out_feats, kernel_size=(1, 1)))
        self.shortcut = nn.Sequential(*layers)

    def forward(self, inputs):
        return functional.relu(self.left(inputs) + self.shortcut(inputs))


# %% Carlo: the flag upside down
# truth: bias=norm gives the 3×3 convolutions a bias where a batch norm follows, and none where it would be needed.
# repair: Write bias=not norm.
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, 1, 1, bias=norm)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride, 1, bias=norm)
        self.bn1: nn.Module = nn.BatchNorm2d(out_feats) if norm == True else nn.Identity()
        self.bn2: nn.Module = nn.BatchNorm2d(out_feats) if norm == True else nn.Identity()
        self.stride: int = stride
        self.project = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else None

    def forward(self, x: Tensor) -> Tensor:
        left: Tensor = self.bn1(self.conv1(x))
        left = self.bn2(self.conv2(t.relu(left)))
        right: Tensor = x
        if self.stride > 1:
            right = functional.avg_pool2d(right, self.stride, ceil_mode=True)
        if self.project != None:
            right = self.project(right)
        return t.relu(left + right)


# %% Carlo: two at once, no ReLU in the left branch and none at the end
# truth: Two mistakes: Neither ReLU is there: not the one between the two convolutions, nor the one after the sum.
# repair: Apply ReLU to the first batch norm's output, and to the sum.
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, 1, 1, bias=not norm)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride, 1, bias=not norm)
        self.bn1: nn.Module = nn.BatchNorm2d(out_feats) if norm == True else nn.Identity()
        self.bn2: nn.Module = nn.BatchNorm2d(out_feats) if norm == True else nn.Identity()
        self.stride: int = stride
        self.project = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else None

    def forward(self, x: Tensor) -> Tensor:
        left: Tensor = self.bn1(self.conv1(x))
        left = self.bn2(self.conv2(left))
        right: Tensor = x
        if self.stride > 1:
            right = functional.avg_pool2d(right, self.stride, ceil_mode=True)
        if self.project != None:
            right = self.project(right)
        return left + right


# %% Pia: ResNet-D's shortcut
# truth: The shortcut's 1×1 convolution has no bias and a batch norm behind it, as in ResNet-D; here it has a bias and
# no batch norm.
# repair: Make it a 1×1 convolution with a bias and nothing behind it.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=1, padding=1, bias=not norm)
        self.bn1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm)
        self.bn2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.act2 = nn.ReLU(inplace=True)
        pool = nn.Identity() if stride == 1 else nn.AvgPool2d(stride, stride, ceil_mode=True, count_include_pad=False)
        self.downsample = pool
        if in_feats != out_feats:
            self.downsample = nn.Sequential(
                pool, nn.Conv2d(in_feats, out_feats, 1, stride=1, padding=0, bias=False), nn.BatchNorm2d(out_feats)
            )

    def forward(self, x):
        shortcut = self.downsample(x)
        x = self.act1(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        x += shortcut
        return self.act2(x)


# %% Ines: True is taken for a stride
# truth: The second argument of nn.AvgPool2d is the stride and not ceil_mode, and a stride cannot be True, so calling
# the block raises TypeError.
# repair: Write ceil_mode=True.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        bn = nn.BatchNorm2d if norm else nn.Identity
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, 1, 1, bias=not norm),
            bn(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, stride, 1, bias=not norm),
            bn(out_feats),
        )
        self.pool = nn.AvgPool2d(stride, True) if stride > 1 else nn.Identity()
        self.proj = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()

    def forward(self, x):
        return (self.left(x) + self.proj(self.pool(x))).relu()


# %% Ines: the shortcut loses its bias with norm
# truth: The shortcut's 1×1 convolution has bias=not norm like the 3×3 ones, so with norm=True it has none; it should
# always have one.
# repair: Make the 1×1 convolution with a bias.
from functools import partial


class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        bn, conv = (nn.BatchNorm2d if norm else nn.Identity), partial(nn.Conv2d, bias=not norm)
        self.left = nn.Sequential(
            conv(in_feats, out_feats, 3, 1, 1),
            bn(out_feats),
            nn.ReLU(),
            conv(out_feats, out_feats, 3, stride, 1),
            bn(out_feats),
        )
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.proj = conv(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()

    def forward(self, x):
        return (self.left(x) + self.proj(self.pool(x))).relu()


# %% Ines: partial without its import
# truth: functools.partial is used but this notebook doesn't import it, so building the block raises NameError.
# repair: Import partial from functools.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        bn, conv = (
            (nn.BatchNorm2d if norm else nn.Identity),
            partial(nn.Conv2d, kernel_size=3, padding=1, bias=not norm),
        )
        self.left = nn.Sequential(
            conv(in_feats, out_feats),
            bn(out_feats),
            nn.ReLU(),
            conv(out_feats, out_feats, stride=stride),
            bn(out_feats),
        )
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.proj = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()

    def forward(self, x):
        return (self.left(x) + self.proj(self.pool(x))).relu()


# %% Pia: a window of 2 whatever the stride
# truth: The pool's window is always 2×2 while its steps are the stride, so with a stride of 3 a third of the rows and
# columns is left out of the average.
# repair: Make the window as large as the stride.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=1, padding=1, bias=not norm)
        self.bn1 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm)
        self.bn2 = nn.BatchNorm2d(out_feats) if norm else nn.Identity()
        self.act2 = nn.ReLU(inplace=True)
        pool = nn.Identity() if stride == 1 else nn.AvgPool2d(2, stride, ceil_mode=True, count_include_pad=False)
        self.downsample = pool
        if in_feats != out_feats:
            self.downsample = nn.Sequential(pool, nn.Conv2d(in_feats, out_feats, 1, stride=1, padding=0))

    def forward(self, x):
        shortcut = self.downsample(x)
        x = self.act1(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        x += shortcut
        return self.act2(x)


# %% Pia: half-written, norm is not used yet
# truth: Partly written: The block without batch norm is there; with norm=True there are biases and no batch norms.
# repair: With norm=True make a batch norm behind each 3×3 convolution, and the convolutions without bias.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=1, padding=1)
        self.conv2 = nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential()
        if stride > 1:
            self.downsample.append(nn.AvgPool2d(stride, ceil_mode=True))
        if in_feats != out_feats:
            self.downsample.append(nn.Conv2d(in_feats, out_feats, kernel_size=1))
        # TODO norm

    def forward(self, x):
        identity = self.downsample(x)
        out = self.conv1(x)
        out = self.relu(out)
        out = self.conv2(out)
        out += identity
        return self.relu(out)


# %% Nadia: two at once, an early stride and a shortcut without bias
# truth: Two mistakes: The first convolution has the stride and not the second, and the shortcut's 1×1 convolution has
# no bias.
# repair: Move the stride to the second convolution, and give the 1×1 convolution its bias.
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        layers = [nn.Conv2d(in_feats, out_feats, kernel_size=(3, 3), stride=stride, padding=(1, 1), bias=not norm)]
        if norm:
            layers.append(nn.BatchNorm2d(out_feats))
        layers.append(nn.ReLU())
        layers.append(nn.Conv2d(out_feats, out_feats, (3, 3), padding=(1, 1), bias=not norm))
        if norm:
            layers.append(nn.BatchNorm2d(out_feats))
        self.left = nn.Sequential(*layers)
        layers = []
        if stride > 1:
            layers.append(nn.AvgPool2d(kernel_size=stride, ceil_mode=True))
        if in_feats != out_feats:
            layers.append(nn.Conv2d(in_feats, out_feats, kernel_size=(1, 1), bias=False))
        self.shortcut = nn.Sequential(*layers)

    def forward(self, inputs):
        return functional.relu(self.left(inputs) + self.shortcut(inputs))


# %% Viktor: the stride on the first convolution
# truth: The first 3×3 convolution has the stride, as in ResNet34's block; here it belongs on the second.
# repair: stride=stride in the second convolution, 1 in the first
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        """Make the left branch (conv, norm, relu, conv with the stride, norm), then the shortcut (pool, 1×1 conv).

        Without norm the 3×3 convolutions have a bias instead. The shortcut's 1×1 convolution always has one.
        """
        super().__init__()
        layers = [nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=not norm)]
        if norm:
            layers.append(nn.BatchNorm2d(out_feats))
        layers.append(nn.ReLU())
        layers.append(nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=not norm))
        if norm:
            layers.append(nn.BatchNorm2d(out_feats))
        self.left = nn.Sequential(*layers)

        skip = []
        if stride > 1:
            skip.append(nn.AvgPool2d(stride, ceil_mode=True))
        if in_feats != out_feats:
            skip.append(nn.Conv2d(in_feats, out_feats, 1))
        self.shortcut = nn.Sequential(*skip)
        self.relu = nn.ReLU()

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Add what the two branches make of x, then apply ReLU."""
        return self.relu(self.left(x) + self.shortcut(x))


# %% Nadia: a projection as before
# truth: Two mistakes in the shortcut: the 1×1 convolution is there too when only the size changes, where the pool would
# do; and it has no bias.
# repair: the convolution only if in_feats != out_feats, and with its bias
class PooledBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False) -> None:
        """Make the left branch (conv, norm, relu, conv with the stride, norm), then the shortcut (pool, 1×1 conv).

        Without norm the 3×3 convolutions have a bias instead. The shortcut's 1×1 convolution always has one.
        """
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        if stride > 1 or in_feats != out_feats:
            self.project = nn.Conv2d(in_feats, out_feats, kernel_size=1, bias=False)
        else:
            self.project = nn.Identity()

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Add what the two branches make of x, then apply ReLU."""
        return functional.relu(self.left(x) + self.project(self.pool(x)))
