# %% Ben: without super().__init__()
# truth: The line super().__init__() is gone, so nn.Module cannot hold the first layer and building the block raises
# AttributeError.
# repair: Call super().__init__() first.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        # the layers
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x2 = self.bn2(self.conv2(x1))
        if self.downsample is not None:
            x = self.downsample(x)
        return self.relu(x2 + x)


# %% Ben: one layer without self
# truth: bn2 is a local name of __init__ and not an attribute, so forward raises AttributeError: no attribute 'bn2'.
# repair: Write self.bn2 = … in __init__.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x2 = self.bn2(self.conv2(x1))
        if self.downsample is not None:
            x = self.downsample(x)
        return self.relu(x2 + x)


# %% Ben: forward returns nothing
# truth: The last line computes the output but does not return it, so the block gives None.
# repair: Return the last line's value.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x2 = self.bn2(self.conv2(x1))
        if self.downsample is not None:
            x = self.downsample(x)
        x3 = self.relu(x2 + x)


# %% Ben: expansion set in __init__ only
# truth: expansion is an attribute of each block and not of the class, so BasicBlock.expansion raises AttributeError
# before a block is built.
# repair: Write expansion = 1 in the class's body.
class BasicBlock(nn.Module):
    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.expansion = 1
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x2 = self.bn2(self.conv2(x1))
        if self.downsample is not None:
            x = self.downsample(x)
        return self.relu(x2 + x)


# %% Nadia: padding "same" with a stride
# truth: PyTorch has padding="same" for stride 1 only, so a block with stride 2 raises ValueError when it is built.
# repair: Use padding=1 in conv1.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(
            inplanes, planes, kernel_size=(3, 3), stride=(stride, stride), padding="same", bias=False
        )
        self.bn1 = nn.BatchNorm2d(planes)
        self.activation = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=(3, 3), padding="same", bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, inputs):
        outputs = self.conv1(inputs)
        outputs = self.bn1(outputs)
        outputs = self.activation(outputs)
        outputs = self.conv2(outputs)
        outputs = self.bn2(outputs)
        shortcut = inputs if self.downsample is None else self.downsample(inputs)
        return self.activation(outputs + shortcut)


# %% Nadia: two at once, Keras' momentum and epsilon
# truth: Two mistakes: momentum=0.99 means the opposite in PyTorch, where the running statistics jump to each new batch;
# eps=1e-3 is Keras' and not PyTorch's.
# repair: Leave momentum and eps at PyTorch's defaults in both batch norms.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(
            inplanes, planes, kernel_size=(3, 3), stride=(stride, stride), padding=(1, 1), bias=False
        )
        self.bn1 = nn.BatchNorm2d(planes, momentum=0.99, eps=0.001)
        self.activation = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=(3, 3), padding=(1, 1), bias=False)
        self.bn2 = nn.BatchNorm2d(planes, momentum=0.99, eps=0.001)
        self.downsample = downsample

    def forward(self, inputs):
        outputs = self.activation(self.bn1(self.conv1(inputs)))
        outputs = self.bn2(self.conv2(outputs))
        shortcut = inputs if self.downsample is None else self.downsample(inputs)
        return self.activation(outputs + shortcut)


# %% Carlo: calls downsample without asking
# truth: downsample is called even if it is None, which raises TypeError: 'NoneType' object is not callable.
# repair: Add x itself if downsample is None.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = t.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        shortcut: Tensor = self.downsample(x)
        out = out + shortcut
        return t.relu(out)


# %% Carlo: half-written, the skip is missing
# truth: Partly written: forward returns the left branch with its ReLU; the skip is not added yet.
# repair: Add x, or downsample(x) if there is one, before the last ReLU.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = t.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        # TODO: shortcut
        return t.relu(out)


# %% Pia: d2l's name for the projection
# truth: The projection is kept as conv3, as in d2l's Residual, so its tensors have other names in the state_dict than
# downsample's.
# repair: Call the attribute downsample.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, padding=1, stride=stride, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, padding=1, bias=False)
        self.conv3 = downsample
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn2 = nn.BatchNorm2d(planes)

    def forward(self, X):
        Y = functional.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3:
            X = self.conv3(X)
        Y += X
        return functional.relu(Y)


# %% Pia: ReLU inside the branch, none after the sum
# truth: The last ReLU is applied to the left branch before the sum and not to the sum, so outputs can be negative and
# the branch cannot subtract.
# repair: Apply ReLU after out += identity, not to bn2's output.
class BasicBlock(nn.Module):
    expansion: int = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(
            inplanes, planes, kernel_size=3, stride=stride, padding=1, groups=1, bias=False, dilation=1
        )
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, groups=1, bias=False, dilation=1)
        self.bn2 = nn.BatchNorm2d(planes)
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
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return out


# %% Ines: bn1 where bn2 belongs
# truth: bn1 normalises after both convolutions and bn2 is never used, so bn1's running statistics mix two maps and bn2
# gets no gradient.
# repair: Use bn2 after conv2.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False), nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, x):
        skip = self.downsample(x) if self.downsample is not None else x
        return (self.bn1(self.conv2(self.bn1(self.conv1(x)).relu())) + skip).relu()


# %% Ines: two at once, stride in both and no last ReLU
# truth: Two mistakes: Both convolutions have the stride, so a block with stride 2 halves the map twice and its skip
# once, and the sum raises; and there is no ReLU after the sum.
# repair: Give conv2 stride 1, and apply ReLU to the sum.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(c, planes, 3, stride, 1, bias=False) for c in (inplanes, planes))
        self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, x):
        out = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return out + (x if self.downsample is None else self.downsample(x))


# %% Carlo: two at once, biases stay and downsample gets the wrong map
# truth: Two mistakes: Both convolutions keep their biases, and downsample is applied to the left branch's output and
# not to x, so it raises where the channels change.
# repair: Give the convolutions bias=False, and apply downsample to x.
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = t.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        shortcut: Tensor = x
        if self.downsample is not None:
            shortcut = self.downsample(out)
        out = out + shortcut
        return t.relu(out)


# %% Nadia: padding="same"
# truth: PyTorch refuses padding="same" for a convolution with a stride other than 1: with stride=2 the block can't be
# built.
# repair: padding=1
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        """Make conv1 (3×3, with the stride), bn1, conv2 (3×3), bn2; all convolutions without bias."""
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding="same", bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding="same", bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes out_height out_width"]:
        """Add x, or downsample(x) if there is one, to what the two convolutions make of x; then apply ReLU."""
        out = functional.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        shortcut = x if self.downsample is None else self.downsample(x)
        return functional.relu(out + shortcut)


# %% Tom: bn1 twice
# truth: forward sends the second convolution's output through bn1 again; bn2 is never used.
# repair: self.bn2(self.conv2(out))
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        """Make conv1 (3×3, with the stride), bn1, conv2 (3×3), bn2; all convolutions without bias."""
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes out_height out_width"]:
        """Add x, or downsample(x) if there is one, to what the two convolutions make of x; then apply ReLU."""
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn1(self.conv2(out))
        if self.downsample is not None:
            x = self.downsample(x)
        return self.relu(out + x)
