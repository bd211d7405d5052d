# %% Pia: the stride on the first 1×1, as in the paper
# truth: The stride is on conv1 and not on conv2, as in the paper's original, so three quarters of the map are never
# looked at; the weights have the same shapes.
# repair: Move stride from conv1 to conv2.
class Bottleneck(nn.Module):
    # Caffe style
    expansion: int = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, stride=stride, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * 4, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        residual = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            residual = self.downsample(x)
        out += residual
        return self.relu(out)


# %% Pia: norm_layer without its argument
# truth: torchvision's lines are pasted without the argument norm_layer, so building the block raises NameError: name
# 'norm_layer' is not defined.
# repair: Define norm_layer = nn.BatchNorm2d, or write nn.BatchNorm2d.
class Bottleneck(nn.Module):
    expansion: int = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        width = planes
        self.conv1 = nn.Conv2d(inplanes, width, kernel_size=1, stride=1, bias=False)
        self.bn1 = norm_layer(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = norm_layer(width)
        self.conv3 = nn.Conv2d(width, planes * self.expansion, kernel_size=1, stride=1, bias=False)
        self.bn3 = norm_layer(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


# %% Ben: bn3 has too few features
# truth: bn3 is made for planes channels where conv3 gives planes * 4, so batch norm raises when the block is called.
# repair: Make bn3 with planes * 4 features.
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x2 = self.relu(self.bn2(self.conv2(x1)))
        x3 = self.bn3(self.conv3(x2))
        if self.downsample is not None:
            x = self.downsample(x)
        return self.relu(x3 + x)


# %% Ben: no padding in the 3×3
# truth: conv2 has no padding and makes the map two pixels smaller on each axis, so it does not fit the skip and the sum
# raises.
# repair: Give conv2 padding=1.
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride=stride, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x2 = self.relu(self.bn2(self.conv2(x1)))
        x3 = self.bn3(self.conv3(x2))
        if self.downsample is not None:
            x = self.downsample(x)
        return self.relu(x3 + x)


# %% Ben: a comma behind a layer
# truth: The comma behind conv2's line makes a tuple of it and no layer, so calling self.conv2 raises TypeError: 'tuple'
# object is not callable.
# repair: Remove the comma at the end of conv2's line.
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.conv2 = (nn.Conv2d(planes, planes, 3, stride=stride, padding=1, bias=False),)
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x):
        x1 = self.relu(self.bn1(self.conv1(x)))
        x2 = self.relu(self.bn2(self.conv2(x1)))
        x3 = self.bn3(self.conv3(x2))
        if self.downsample is not None:
            x = self.downsample(x)
        return self.relu(x3 + x)


# %% Nadia: filters are what comes out
# truth: planes is read as the number of channels that come out, and the inner convolutions get a quarter of it; here
# planes is the inner number, and four times as many come out.
# repair: Let the inner width be planes, and the output planes * expansion.
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        filters, outputs = planes // self.expansion, planes
        self.conv1 = nn.Conv2d(inplanes, filters, kernel_size=(1, 1), bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(
            filters, filters, kernel_size=(3, 3), stride=(stride, stride), padding=(1, 1), bias=False
        )
        self.bn2 = nn.BatchNorm2d(filters)
        self.conv3 = nn.Conv2d(filters, outputs, kernel_size=(1, 1), bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.activation = nn.ReLU()
        self.downsample = downsample

    def forward(self, inputs):
        outputs = self.activation(self.bn1(self.conv1(inputs)))
        outputs = self.activation(self.bn2(self.conv2(outputs)))
        outputs = self.bn3(self.conv3(outputs))
        shortcut = inputs if self.downsample is None else self.downsample(inputs)
        return self.activation(outputs + shortcut)


# %% Nadia: half-written, downsample not used yet
# truth: Partly written: downsample is kept but forward adds the input itself, so the sum raises wherever the block
# changes the shape.
# repair: Use downsample(inputs) as the shortcut if there is one.
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=(1, 1), bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=(3, 3), stride=(stride, stride), padding=(1, 1), bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=(1, 1), bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.activation = nn.ReLU()
        self.downsample = downsample

    def forward(self, inputs):
        outputs = self.activation(self.bn1(self.conv1(inputs)))
        outputs = self.activation(self.bn2(self.conv2(outputs)))
        outputs = self.bn3(self.conv3(outputs))
        shortcut = inputs  # TODO downsample
        return self.activation(outputs + shortcut)


# %% Carlo: conv3 expects the wide map
# truth: conv3 is made for planes * 4 input channels where conv2 gives planes, so calling the block raises.
# repair: Make conv3 from planes to planes * expansion.
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        out_planes: int = planes * Bottleneck.expansion
        self.conv1 = nn.Conv2d(inplanes, planes, 1, 1, 0, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(out_planes, out_planes, 1, 1, 0, bias=False)
        self.bn3 = nn.BatchNorm2d(out_planes)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = t.relu(self.bn1(self.conv1(x)))
        out = t.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        shortcut: Tensor = x
        if self.downsample != None:
            shortcut = self.downsample(x)
        return t.relu(out + shortcut)


# %% Carlo: two at once, no ReLU after bn2 and a bias in conv3
# truth: Two mistakes: The ReLU after the second batch norm is missing, and conv3 has a bias, which is one tensor too
# many in the state_dict.
# repair: Apply ReLU to bn2's output, and give conv3 bias=False.
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 1, 1, 0, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * 4, 1)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = t.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out = self.bn3(self.conv3(out))
        shortcut: Tensor = x
        if self.downsample != None:
            shortcut = self.downsample(x)
        return t.relu(out + shortcut)


# %% Ines: past nn.Module's back
# truth: The layers are written into __dict__, past nn.Module's registration, so the block has no parameters and an
# empty state_dict although it computes.
# repair: Assign the layers with setattr, which registers them.
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        widths = (inplanes, planes, planes, planes * self.expansion)
        for i, (k, s) in enumerate(((1, 1), (3, stride), (1, 1)), start=1):
            conv = nn.Conv2d(widths[i - 1], widths[i], k, s, k // 2, bias=False)
            self.__dict__.update({f"conv{i}": conv, f"bn{i}": nn.BatchNorm2d(widths[i])})
        self.downsample = downsample

    def forward(self, x):
        out = self.bn1(self.conv1(x)).relu()
        out = self.bn2(self.conv2(out)).relu()
        out = self.bn3(self.conv3(out))
        return (out + (x if self.downsample is None else self.downsample(x))).relu()


# %% Ines: a third ReLU before the sum
# truth: ReLU is also applied to bn3's output before the sum, so the block can only add to its skip and never subtract.
# repair: Leave bn3's output as it is.
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inplanes, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = nn.Conv2d(planes, planes * 4, 1, bias=False), nn.BatchNorm2d(planes * 4)
        self.downsample = downsample

    def forward(self, x):
        out = x
        for conv, bn in ((self.conv1, self.bn1), (self.conv2, self.bn2), (self.conv3, self.bn3)):
            out = bn(conv(out)).relu()
        return (out + (self.downsample(x) if self.downsample is not None else x)).relu()


# %% Pia: two at once, the stride on the last 1×1 and no last ReLU
# truth: Two mistakes: The stride is on conv3 and not on conv2, and the sum is returned without a ReLU.
# repair: Move the stride to conv2, and apply ReLU to the sum.
class Bottleneck(nn.Module):
    expansion: int = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        width = planes
        norm_layer = nn.BatchNorm2d
        self.conv1 = nn.Conv2d(inplanes, width, kernel_size=1, stride=1, bias=False)
        self.bn1 = norm_layer(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False)
        self.bn2 = norm_layer(width)
        self.conv3 = nn.Conv2d(width, planes * self.expansion, kernel_size=1, stride=stride, bias=False)
        self.bn3 = norm_layer(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return out


# %% Viktor: the stride where the paper had it
# truth: The stride is on conv1, the 1×1, as in the paper. It belongs on conv2, the 3×3.
# repair: stride=stride in conv2 and not in conv1
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        """Make conv1 (1×1), bn1, conv2 (3×3, with the stride), bn2, conv3 (1×1, to planes * expansion), bn3."""
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 1, stride, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * Bottleneck.expansion, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * Bottleneck.expansion)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        """Add x, or downsample(x) if there is one, to what the three convolutions make of x; then apply ReLU."""
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            x = self.downsample(x)
        return self.relu(out + x)


# %% Nadia: bn3 too narrow
# truth: bn3 is made for planes channels, but conv3 gives planes * expansion: running the block raises.
# repair: nn.BatchNorm2d(planes * self.expansion)
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        """Make conv1 (1×1), bn1, conv2 (3×3, with the stride), bn2, conv3 (1×1, to planes * expansion), bn3."""
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        """Add x, or downsample(x) if there is one, to what the three convolutions make of x; then apply ReLU."""
        out = functional.relu(self.bn1(self.conv1(x)))
        out = functional.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        shortcut = self.downsample(x) if self.downsample is not None else x
        return functional.relu(out + shortcut)
