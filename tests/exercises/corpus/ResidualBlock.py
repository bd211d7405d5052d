# %% Priya: torchvision's downsample, which nobody passes
# truth: The projection is expected as an argument, as in torchvision, and nobody gives one, so a block that strides
# or changes the channels can't add its two branches.
# repair: make the 1×1 convolution and its batch norm inside the block
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1, downsample=None):
        super(ResidualBlock, self).__init__()
        self.conv1 = Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.relu = ReLU()
        self.conv2 = Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.downsample = downsample

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out = out + identity
        return self.relu(out)


# %% Priya: the argument is called stride
# truth: The third argument is called stride instead of first_stride, so a call that passes first_stride=2 by name
# raises.
# repair: call it first_stride
class ResidualBlock(nn.Module):
    def __init__(self, inplanes, planes, stride=1):
        super(ResidualBlock, self).__init__()
        self.conv1 = Conv2d(inplanes, planes, 3, stride=stride, padding=1)
        self.bn1 = BatchNorm2d(planes)
        self.relu = ReLU()
        self.conv2 = Conv2d(planes, planes, 3, padding=1)
        self.bn2 = BatchNorm2d(planes)
        self.downsample = None
        if stride != 1 or inplanes != planes:
            self.downsample = nn.Sequential(Conv2d(inplanes, planes, 1, stride=stride), BatchNorm2d(planes))

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        return self.relu(out)


# %% Priya: nn.Conv2d with its default bias
# truth: nn.Conv2d has a bias unless told otherwise, so every convolution has one parameter too many.
# repair: pass bias=False, or use the course's own Conv2d
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1, stride=first_stride)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1)
        self.bn2 = nn.BatchNorm2d(out_feats)
        if first_stride != 1 or in_feats != out_feats:
            self.conv3 = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride)
            self.bn3 = nn.BatchNorm2d(out_feats)
        else:
            self.conv3 = None

    def forward(self, X):
        Y = t.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3 is not None:
            X = self.bn3(self.conv3(X))
        return t.relu(Y + X)


# %% Mia: the last relu is before the plus
# truth: The left branch ends in a ReLU and the sum has none, so the block can only add to its input, and its output
# may be negative.
# repair: add the two branches first, then apply ReLU
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.relu = ReLU()
        if first_stride == 1 and in_feats == out_feats:
            self.shortcut = nn.Identity()
        else:
            self.shortcut = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )

    def forward(self, x):
        left = self.conv1(x)
        left = self.bn1(left)
        left = self.relu(left)
        left = self.conv2(left)
        left = self.bn2(left)
        left = self.relu(left)
        right = self.shortcut(x)
        return left + right


# %% Mia: a projection for the stride only
# truth: The right branch gets a convolution only where the stride isn't 1; where only the channels change, the two
# branches don't fit and the sum raises.
# repair: ask for first_stride == 1 and in_feats == out_feats
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        self.relu = ReLU()

    def forward(self, x):
        left = self.left(x)
        right = self.right(x)
        return self.relu(left + right)


# %% Lars: or
# truth: With or the right branch is the plain input as soon as one of the two conditions holds; it needs both.
# repair: and in place of or
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        i, o, s = in_feats, out_feats, first_stride
        self.left = Sequential(Conv2d(i, o, 3, s, 1), BatchNorm2d(o), ReLU(), Conv2d(o, o, 3, 1, 1), BatchNorm2d(o))
        self.right = nn.Identity() if s == 1 or i == o else Sequential(Conv2d(i, o, 1, s), BatchNorm2d(o))

    def forward(self, x):
        return (self.left(x) + self.right(x)).clamp(min=0)


# %% Lars: the right branch is declared first
# truth: The right branch is declared before the left one, so copying weights by order puts them in the wrong places.
# repair: declare left before right
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        i, o, s = in_feats, out_feats, first_stride
        self.right = nn.Identity() if (i, s) == (o, 1) else Sequential(Conv2d(i, o, 1, s), BatchNorm2d(o))
        self.left = Sequential(Conv2d(i, o, 3, s, 1), BatchNorm2d(o), ReLU(), Conv2d(o, o, 3, 1, 1), BatchNorm2d(o))
        self.relu = ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.right(x))


# %% Kenji: conv_shortcut=True
# truth: Every block has the 1×1 convolution on the right, even where the input could be added as it is.
# repair: make it only where the stride isn't 1 or the channels change
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.residual = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, padding=1),
            BatchNorm2d(out_feats),
        )
        self.shortcut = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
        )
        self.activation = ReLU()

    def forward(self, inputs):
        return self.activation(self.residual(inputs) + self.shortcut(inputs))


# %% Kenji: layers.Concatenate
# truth: The two branches are concatenated along the channels instead of added, so there are twice as many channels.
# repair: add the two
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.residual = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride != 1 or in_feats != out_feats:
            self.shortcut = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        else:
            self.shortcut = nn.Identity()
        self.activation = ReLU()

    def forward(self, inputs):
        return self.activation(t.cat([self.residual(inputs), self.shortcut(inputs)], axis=1))


# %% Anton: one batch norm for both convolutions
# truth: The same batch norm is used after both convolutions, so they share one weight, one bias and one pair of
# running statistics.
# repair: make a second BatchNorm2d for the second convolution
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv_a = Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1)
        self.norm = BatchNorm2d(out_feats)
        self.conv_b = Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1)
        self.relu = ReLU()
        self.has_projection = first_stride != 1 or in_feats != out_feats
        if self.has_projection:
            self.proj = Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride)
            self.proj_norm = BatchNorm2d(out_feats)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.norm(self.conv_a(x)))
        y = self.norm(self.conv_b(y))
        if self.has_projection:
            x = self.proj_norm(self.proj(x))
        return self.relu(y + x)


# %% Anton: the second convolution strides
# truth: The stride is on the second 3×3 convolution instead of the first: the shapes are the same, the values aren't,
# and the first one does four times the work.
# repair: give first_stride to the first convolution
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv_a = Conv2d(in_feats, out_feats, kernel_size=3, stride=1, padding=1)
        self.norm_a = BatchNorm2d(out_feats)
        self.conv_b = Conv2d(out_feats, out_feats, kernel_size=3, stride=first_stride, padding=1)
        self.norm_b = BatchNorm2d(out_feats)
        self.relu = ReLU()
        self.has_projection = first_stride != 1 or in_feats != out_feats
        if self.has_projection:
            self.proj = Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride)
            self.proj_norm = BatchNorm2d(out_feats)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.norm_a(self.conv_a(x)))
        y = self.norm_b(self.conv_b(y))
        if self.has_projection:
            x = self.proj_norm(self.proj(x))
        return self.relu(y + x)


# %% Mia: a list of layers
# truth: The left branch is a plain list, so its layers aren't registered: their parameters aren't found.
# repair: put the layers into a Sequential
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = [
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1),
            BatchNorm2d(out_feats),
        ]
        if first_stride == 1 and in_feats == out_feats:
            self.right = []
        else:
            self.right = [Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)]
        self.relu = ReLU()

    def forward(self, x):
        left = x
        for layer in self.left:
            left = layer(left)
        right = x
        for layer in self.right:
            right = layer(right)
        return self.relu(left + right)


# %% Mia: ReLU without brackets
# truth: The class ReLU stands in the Sequential instead of an object of it.
# repair: write ReLU()
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU,
            Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        self.relu = ReLU()

    def forward(self, x):
        left = self.left(x)
        right = self.right(x)
        return self.relu(left + right)


# %% Mia: a left without self
# truth: __init__ keeps the left branch in a local name, so self.left doesn't exist when forward uses it.
# repair: write self.left = Sequential(…)
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        self.relu = ReLU()

    def forward(self, x):
        left = self.left(x)
        right = self.right(x)
        return self.relu(left + right)


# %% Lars: += on the skip
# truth: Where the right branch is the identity, y is x itself, and += writes the sum into the block's input.
# repair: write y = y + self.left(x)
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        i, o, s = in_feats, out_feats, first_stride
        self.left = Sequential(Conv2d(i, o, 3, s, 1), BatchNorm2d(o), ReLU(), Conv2d(o, o, 3, 1, 1), BatchNorm2d(o))
        self.right = nn.Identity() if (i, s) == (o, 1) else Sequential(Conv2d(i, o, 1, s), BatchNorm2d(o))

    def forward(self, x):
        y = self.right(x)
        y += self.left(x)
        return t.relu(y)


# %% Priya: no batch norm on the shortcut
# truth: The 1×1 convolution on the right isn't followed by a batch norm.
# repair: put BatchNorm2d(out_feats) behind it
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super(ResidualBlock, self).__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.relu = ReLU()
        self.shortcut = nn.Sequential()
        if first_stride != 1 or in_feats != out_feats:
            self.shortcut = nn.Sequential(Conv2d(in_feats, out_feats, 1, stride=first_stride))

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        out = self.relu(out)
        return out


# %% Kenji: padding isn't "same" by default
# truth: Neither 3×3 convolution pads, so the left branch loses four pixels in height and width, and can't be added to
# the right one.
# repair: padding=1 in both 3×3 convolutions
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.residual = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3),
            BatchNorm2d(out_feats),
        )
        if first_stride != 1 or in_feats != out_feats:
            self.shortcut = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        else:
            self.shortcut = nn.Identity()
        self.activation = ReLU()

    def forward(self, inputs):
        return self.activation(self.residual(inputs) + self.shortcut(inputs))


# %% Anton: no ReLU between, and no norm on the projection
# truth: Two mistakes: the ReLU between the two convolutions is missing, and the projection has no batch norm.
# repair: apply ReLU after the first batch norm, and put a BatchNorm2d behind the 1×1 convolution
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv_a = Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1)
        self.norm_a = BatchNorm2d(out_feats)
        self.conv_b = Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1)
        self.norm_b = BatchNorm2d(out_feats)
        self.relu = ReLU()
        self.has_projection = first_stride != 1 or in_feats != out_feats
        if self.has_projection:
            self.proj = Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm_a(self.conv_a(x))
        y = self.norm_b(self.conv_b(y))
        if self.has_projection:
            x = self.proj(x)
        return self.relu(y + x)


# %% Mia: the plus is still missing
# truth: Partly written: both branches are made, and forward returns the left one alone, so the input is never added.
# repair: add self.right(x) before the ReLU
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        self.relu = ReLU()

    def forward(self, x):
        out = self.left(x)
        # TODO: how do I add the right one?
        return self.relu(out)


# %% Lars: makes the projection when it needs it
# truth: The projection is made inside forward, with new random weights at every call: it isn't registered, never
# trained, and the output changes from call to call.
# repair: make it once, in __init__
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.i, self.o, self.s = i, o, s = in_feats, out_feats, first_stride
        self.left = Sequential(Conv2d(i, o, 3, s, 1), BatchNorm2d(o), ReLU(), Conv2d(o, o, 3, 1, 1), BatchNorm2d(o))

    def forward(self, x):
        y = self.left(x)
        if y.shape != x.shape:
            x = Sequential(Conv2d(self.i, self.o, 1, self.s), BatchNorm2d(self.o))(x)
        return t.relu(x + y)


# %% Priya: option A from the CIFAR networks
# truth: Where the shape changes, the right branch takes every first_stride-th pixel and fills the new channels with
# zeros, instead of a 1×1 convolution and a batch norm.
# repair: use Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride) and BatchNorm2d(out_feats)
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super(ResidualBlock, self).__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.stride = first_stride
        self.extra = out_feats - in_feats

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        shortcut = x[:, :, :: self.stride, :: self.stride]
        out += F.pad(shortcut, (0, 0, 0, 0, self.extra // 2, self.extra - self.extra // 2))
        return F.relu(out)


# %% Anton: the first norm counts the inputs
# truth: The first batch norm is made for in_feats channels, while the convolution before it gives out_feats: a block
# that changes the channels raises.
# repair: BatchNorm2d(out_feats)
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv_a = Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1)
        self.norm_a = BatchNorm2d(in_feats)
        self.conv_b = Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1)
        self.norm_b = BatchNorm2d(out_feats)
        self.relu = ReLU()
        self.has_projection = first_stride != 1 or in_feats != out_feats
        if self.has_projection:
            self.proj = Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride)
            self.proj_norm = BatchNorm2d(out_feats)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.norm_a(self.conv_a(x)))
        y = self.norm_b(self.conv_b(y))
        if self.has_projection:
            x = self.proj_norm(self.proj(x))
        return self.relu(y + x)


# %% Kenji: pre-activation, and a projection with no stride
# truth: Two mistakes: batch norm and ReLU come before each convolution, as in ResNet v2, with no ReLU after the sum;
# and the 1×1 convolution doesn't stride, so a block that does can't add its branches.
# repair: convolution, batch norm, ReLU, convolution, batch norm, then ReLU after the sum; and stride=first_stride in
# the 1×1 convolution
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.residual = Sequential(
            BatchNorm2d(in_feats),
            ReLU(),
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, padding=1),
        )
        if first_stride != 1 or in_feats != out_feats:
            self.shortcut = Sequential(Conv2d(in_feats, out_feats, kernel_size=1), BatchNorm2d(out_feats))
        else:
            self.shortcut = nn.Identity()

    def forward(self, inputs):
        return self.residual(inputs) + self.shortcut(inputs)


# %% Mia: ReLU of the sum, as if it were a function
# truth: ReLU(left + right) makes a ReLU and gives the sum to its __init__, which takes no argument, so it raises; the
# module has to be made first and called then.
# repair: ReLU()(left + right)
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )

    def forward(self, x):
        left = self.left(x)
        right = self.right(x)
        return ReLU(left + right)


# %% Mia: super().__init__ isn't called
# truth: super().__init__ stands there without its brackets, so nothing is called, and the first module can't be
# registered.
# repair: super().__init__()
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        self.relu = ReLU()

    def forward(self, x):
        left = self.left(x)
        right = self.right(x)
        return self.relu(left + right)


# %% Mia: a stride is 1 or 2
# truth: Any first_stride above 1 is taken for 2: a block with first_stride=3 halves height and width instead of
# taking a third.
# repair: pass first_stride itself to both convolutions
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        if first_stride > 1:
            first_stride = 2
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        self.relu = ReLU()

    def forward(self, x):
        left = self.left(x)
        right = self.right(x)
        return self.relu(left + right)


# %% Kenji: layers where they're used
# truth: As in Keras's functional style the layers are made inside forward, with new weights at every call, so the
# block has no parameters at all.
# repair: make every layer once, in __init__
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.in_feats, self.filters, self.strides = in_feats, out_feats, first_stride

    def forward(self, inputs):
        outputs = Conv2d(self.in_feats, self.filters, 3, stride=self.strides, padding=1)(inputs)
        outputs = BatchNorm2d(self.filters)(outputs)
        outputs = ReLU()(outputs)
        outputs = Conv2d(self.filters, self.filters, 3, padding=1)(outputs)
        outputs = BatchNorm2d(self.filters)(outputs)
        shortcut = inputs
        if self.strides != 1 or self.in_feats != self.filters:
            shortcut = Conv2d(self.in_feats, self.filters, 1, stride=self.strides)(inputs)
            shortcut = BatchNorm2d(self.filters)(shortcut)
        return ReLU()(outputs + shortcut)


# %% Anton: no projection yet
# truth: Partly written: blocks that keep their shape are right, and all others raise NotImplementedError.
# repair: make a 1×1 convolution with first_stride and a batch norm for the right branch
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv_a = Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1)
        self.norm_a = BatchNorm2d(out_feats)
        self.conv_b = Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1)
        self.norm_b = BatchNorm2d(out_feats)
        self.relu = ReLU()
        if first_stride != 1 or in_feats != out_feats:
            raise NotImplementedError("projection")
        self.proj = Sequential()

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.norm_a(self.conv_a(x)))
        y = self.norm_b(self.conv_b(y))
        return self.relu(y + self.proj(x))


# %% Mia: right before left, and ReLU before plus
# truth: Two mistakes: the right branch is declared before the left one, and ReLU is applied to the left branch
# instead of to the sum.
# repair: declare left first, and apply ReLU after adding
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride), BatchNorm2d(out_feats)
            )
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, stride=1, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
        )

    def forward(self, x):
        left = self.left(x)
        right = self.right(x)
        return left + right


# %% Lars: one norm twice, and always a projection
# truth: Two mistakes: one batch norm serves both convolutions on the left, and the right branch has its convolution
# even where the input could be added as it is.
# repair: make a second batch norm, and the projection only where stride or channels change
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        i, o, s = in_feats, out_feats, first_stride
        n = BatchNorm2d(o)
        self.left = Sequential(Conv2d(i, o, 3, s, 1), n, ReLU(), Conv2d(o, o, 3, 1, 1), n)
        self.right = Sequential(Conv2d(i, o, 1, s), BatchNorm2d(o))

    def forward(self, x):
        return t.relu(self.left(x) + self.right(x))


# %% Priya: biases, and a shortcut without its norm
# truth: Two mistakes: nn.Conv2d has its default bias everywhere, and the shortcut's 1×1 convolution has no batch norm
# behind it.
# repair: pass bias=False three times, and put a batch norm behind the 1×1 convolution
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1, stride=first_stride)
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1)
        self.bn2 = nn.BatchNorm2d(out_feats)
        if first_stride != 1 or in_feats != out_feats:
            self.conv3 = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride)
        else:
            self.conv3 = None

    def forward(self, X):
        Y = t.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3:
            X = self.conv3(X)
        Y += X
        return t.relu(Y)


# %% Viktor: a projection only for the stride
# truth: The right branch projects only where the stride isn't 1. With stride 1 and another number of channels x goes
# through as it is, and the sum raises.
# repair: if first_stride != 1 or in_feats != out_feats
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        """Take in_feats channels to out_feats; a first_stride of 2 halves height and width."""
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, 3, first_stride, 1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, 3, 1, 1),
            BatchNorm2d(out_feats),
        )
        if first_stride != 1:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, 1, first_stride),
                BatchNorm2d(out_feats),
            )
        else:
            self.right = nn.Identity()
        self.relu = ReLU()

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Add the two branches, then apply ReLU; out_height is height / first_stride, rounded up."""
        return self.relu(self.left(x) + self.right(x))


# %% Tom: the ReLU before the sum
# truth: The second ReLU stands at the end of the left branch and not behind the sum: the block can only add, and its
# output isn't cut at 0.
# repair: drop the last ReLU of self.left, and apply ReLU to the sum
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        """Take in_feats channels to out_feats; a first_stride of 2 halves height and width."""
        super().__init__()
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride),
                BatchNorm2d(out_feats),
            )

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Add the two branches, then apply ReLU; out_height is height / first_stride, rounded up."""
        return self.left(x) + self.right(x)
