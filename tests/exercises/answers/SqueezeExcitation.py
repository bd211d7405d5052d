# %% mistake: linear_layers
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc2 = nn.Linear(squeeze_channels, channels)
        self.fc1 = nn.Linear(channels, squeeze_channels)

    def forward(self, x):
        means = x.flatten(2).mean(dim=2)
        hidden = self.fc1(means)
        hidden = functional.relu(hidden)
        gates = self.fc2(hidden)
        gates = gates.sigmoid()
        return x * gates[:, :, None, None]


# repair
# -         self.fc2 = nn.Linear(squeeze_channels, channels)
# -         self.fc1 = nn.Linear(channels, squeeze_channels)
# +         self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)
# +         self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
# -         hidden = self.fc1(means)
# +         hidden = functional.linear(means, self.fc1.weight.flatten(1), self.fc1.bias)
# -         gates = self.fc2(hidden)
# +         gates = functional.linear(hidden, self.fc2.weight.flatten(1), self.fc2.bias)


# %% mistake: no_bias
class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int, squeeze_channels: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeeze_channels, kernel_size=1, bias=False)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv2d(squeeze_channels, channels, kernel_size=1, bias=False)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        scale = self.avgpool(x)
        scale = self.relu(self.fc1(scale))
        scale = self.sigmoid(self.fc2(scale))
        return scale * x


# repair
# -         self.fc1 = nn.Conv2d(channels, squeeze_channels, kernel_size=1, bias=False)
# +         self.fc1 = nn.Conv2d(channels, squeeze_channels, kernel_size=1)
# -         self.fc2 = nn.Conv2d(squeeze_channels, channels, kernel_size=1, bias=False)
# +         self.fc2 = nn.Conv2d(squeeze_channels, channels, kernel_size=1)


# %% mistake: changes_input
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        gates = x.mean((2, 3), keepdim=True)
        gates = self.fc1(gates)
        gates = t.relu(gates)
        gates = self.fc2(gates)
        gates = t.sigmoid(gates)
        x *= gates
        return x


# repair
# -         x *= gates
# -         return x
# +         return x * gates


# %% mistake: largest
class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int, squeeze_channels: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveMaxPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeeze_channels, kernel_size=1)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv2d(squeeze_channels, channels, kernel_size=1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        scale = self.avgpool(x)
        scale = self.relu(self.fc1(scale))
        scale = self.sigmoid(self.fc2(scale))
        return scale * x


# repair
# -         self.avgpool = nn.AdaptiveMaxPool2d(1)
# +         self.avgpool = nn.AdaptiveAvgPool2d(1)


# %% mistake: sums
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def gates(self, x):
        mean = x.sum(dim=(-2, -1), keepdim=True)
        out = self.fc2(self.fc1(mean).clamp(min=0))
        return 1 / (1 + (-out).exp())

    def forward(self, x):
        return x * self.gates(x)


# repair
# -         mean = x.sum(dim=(-2, -1), keepdim=True)
# +         mean = x.sum(dim=(-2, -1), keepdim=True) / (x.shape[-2] * x.shape[-1])


# %% mistake: over_height
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        gates = x.mean(-2, keepdim=True)
        gates = self.fc1(gates)
        gates = t.relu(gates)
        gates = self.fc2(gates)
        gates = t.sigmoid(gates)
        return x * gates


# repair
# -         gates = x.mean(-2, keepdim=True)
# +         gates = x.mean((2, 3), keepdim=True)


# %% mistake: over_width
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        gates = x.mean(dim=-1, keepdim=True)
        gates = self.fc1(gates)
        gates = t.relu(gates)
        gates = self.fc2(gates)
        gates = t.sigmoid(gates)
        return x * gates


# repair
# -         gates = x.mean(dim=-1, keepdim=True)
# +         gates = x.mean((2, 3), keepdim=True)


# %% mistake: whole_batch
from einops import einsum, reduce


class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        squeezed = reduce(x, "b c h w -> c 1 1", "mean")[None]
        excited = self.fc2(nn.functional.relu(self.fc1(squeezed)))
        return x * excited.sigmoid()


# repair
# -         squeezed = reduce(x, "b c h w -> c 1 1", "mean")[None]
# +         squeezed = reduce(x, "b c h w -> b c 1 1", "mean")
# -         return x * excited.sigmoid()
# +         return einsum(x, excited.sigmoid()[..., 0, 0], "b c h w, b c -> b c h w")


# %% mistake: no_squeeze
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1, self.fc2 = (
            nn.Conv2d(channels, squeeze_channels, (1, 1)),
            nn.Conv2d(squeeze_channels, channels, (1, 1)),
        )

    def forward(self, x):
        hidden = self.fc1(x).relu()
        return self.fc2(hidden).sigmoid() * x


# repair
# -         hidden = self.fc1(x).relu()
# +         pooled = functional.avg_pool2d(x, x.shape[2:])
# +         hidden = self.fc1(pooled).relu()


# %% mistake: no_relu
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)

    def forward(self, x):
        means = x.flatten(2).mean(dim=2)
        hidden = functional.linear(means, self.fc1.weight.flatten(1), self.fc1.bias)
        hidden = hidden.contiguous()
        gates = functional.linear(hidden, self.fc2.weight.flatten(1), self.fc2.bias)
        gates = gates.sigmoid()
        return x * gates[:, :, None, None]


# repair
# -         hidden = hidden.contiguous()
# +         hidden = functional.relu(hidden)


# %% mistake: sigmoid_between
class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int, squeeze_channels: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeeze_channels, kernel_size=1)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv2d(squeeze_channels, channels, kernel_size=1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        scale = self.avgpool(x)
        scale = self.sigmoid(self.fc1(scale))
        scale = self.sigmoid(self.fc2(scale))
        return scale * x


# repair
# -         scale = self.sigmoid(self.fc1(scale))
# +         scale = self.relu(self.fc1(scale))


# %% mistake: no_sigmoid
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)

    def forward(self, x):
        means = x.flatten(2).mean(dim=2)
        hidden = functional.linear(means, self.fc1.weight.flatten(1), self.fc1.bias)
        hidden = functional.relu(hidden)
        gates = functional.linear(hidden, self.fc2.weight.flatten(1), self.fc2.bias)
        return x * gates[:, :, None, None]


# repair
# -         return x * gates[:, :, None, None]
# +         gates = gates.sigmoid()
# +         return x * gates[:, :, None, None]


# %% mistake: relu_gate
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        images = []
        for image in x:
            means = image.mean(2).mean(1)
            hidden = functional.relu(self.fc1(means[:, None, None]))
            gates = functional.relu(self.fc2(hidden))
            images.append(image * gates)
        return t.stack(images)


# repair
# -             gates = functional.relu(self.fc2(hidden))
# +             gates = functional.sigmoid(self.fc2(hidden))


# %% mistake: relu_too
class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int, squeeze_channels: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeeze_channels, kernel_size=1)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv2d(squeeze_channels, channels, kernel_size=1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        scale = self.avgpool(x)
        scale = self.relu(self.fc1(scale))
        scale = self.sigmoid(self.relu(self.fc2(scale)))
        return scale * x


# repair
# -         scale = self.sigmoid(self.relu(self.fc2(scale)))
# +         scale = self.sigmoid(self.fc2(scale))


# %% mistake: softmax
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)

    def forward(self, x):
        means = x.flatten(2).mean(dim=2)
        hidden = functional.linear(means, self.fc1.weight.flatten(1), self.fc1.bias)
        hidden = functional.relu(hidden)
        gates = functional.linear(hidden, self.fc2.weight.flatten(1), self.fc2.bias)
        gates = gates.softmax(dim=-1)
        return x * gates[:, :, None, None]


# repair
# -         gates = gates.softmax(dim=-1)
# +         gates = gates.sigmoid()


# %% mistake: tanh
class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int, squeeze_channels: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeeze_channels, kernel_size=1)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv2d(squeeze_channels, channels, kernel_size=1)
        self.sigmoid = nn.Tanh()

    def forward(self, x):
        scale = self.avgpool(x)
        scale = self.relu(self.fc1(scale))
        scale = self.sigmoid(self.fc2(scale))
        return scale * x


# repair
# -         self.sigmoid = nn.Tanh()
# +         self.sigmoid = nn.Sigmoid()


# %% mistake: added
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        gates = x.mean((2, 3), keepdim=True)
        gates = self.fc1(gates)
        gates = t.relu(gates)
        gates = self.fc2(gates)
        gates = t.sigmoid(gates)
        return x + gates


# repair
# -         return x + gates
# +         return x * gates


# %% mistake: gates_only
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        gates = x.mean((2, 3), keepdim=True)
        gates = self.fc1(gates)
        gates = t.relu(gates)
        gates = self.fc2(gates)
        return t.sigmoid(gates).expand_as(x)


# repair
# -         return t.sigmoid(gates).expand_as(x)
# +         gates = t.sigmoid(gates)
# +         return x * gates


# %% mistake: plus_x
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1, self.fc2 = (
            nn.Conv2d(channels, squeeze_channels, (1, 1)),
            nn.Conv2d(squeeze_channels, channels, (1, 1)),
        )

    def forward(self, x):
        pooled = functional.avg_pool2d(x, x.shape[2:])
        hidden = self.fc1(pooled).relu()
        return self.fc2(hidden).sigmoid() * x + x


# repair
# -         return self.fc2(hidden).sigmoid() * x + x
# +         return self.fc2(hidden).sigmoid() * x


# %% mistake: closed
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def gates(self, x):
        mean = x.sum(dim=(-2, -1), keepdim=True) / (x.shape[-2] * x.shape[-1])
        out = self.fc2(self.fc1(mean).clamp(min=0))
        return 1 / (1 + out.exp())

    def forward(self, x):
        return x * self.gates(x)


# repair
# -         return 1 / (1 + out.exp())
# +         return 1 / (1 + (-out).exp())


# %% right: plain
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        gates = x.mean((2, 3), keepdim=True)
        gates = self.fc1(gates)
        gates = t.relu(gates)
        gates = self.fc2(gates)
        gates = t.sigmoid(gates)
        return x * gates


# %% right: modules for everything
class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int, squeeze_channels: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeeze_channels, kernel_size=1)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv2d(squeeze_channels, channels, kernel_size=1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        scale = self.avgpool(x)
        scale = self.relu(self.fc1(scale))
        scale = self.sigmoid(self.fc2(scale))
        return scale * x


# %% right: as linear layers
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)

    def forward(self, x):
        means = x.flatten(2).mean(dim=2)
        hidden = functional.linear(means, self.fc1.weight.flatten(1), self.fc1.bias)
        hidden = functional.relu(hidden)
        gates = functional.linear(hidden, self.fc2.weight.flatten(1), self.fc2.bias)
        gates = gates.sigmoid()
        return x * gates[:, :, None, None]


# %% right: one pool as large as the map
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1, self.fc2 = (
            nn.Conv2d(channels, squeeze_channels, (1, 1)),
            nn.Conv2d(squeeze_channels, channels, (1, 1)),
        )

    def forward(self, x):
        pooled = functional.avg_pool2d(x, x.shape[2:])
        hidden = self.fc1(pooled).relu()
        return self.fc2(hidden).sigmoid() * x


# %% right: the sigmoid written out
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def gates(self, x):
        mean = x.sum(dim=(-2, -1), keepdim=True) / (x.shape[-2] * x.shape[-1])
        out = self.fc2(self.fc1(mean).clamp(min=0))
        return 1 / (1 + (-out).exp())

    def forward(self, x):
        return x * self.gates(x)


# %% right: a loop over the images
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        images = []
        for image in x:
            means = image.mean(2).mean(1)
            hidden = functional.relu(self.fc1(means[:, None, None]))
            gates = functional.sigmoid(self.fc2(hidden))
            images.append(image * gates)
        return t.stack(images)


# %% right: einsum
from einops import einsum, reduce


class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        squeezed = reduce(x, "b c h w -> b c 1 1", "mean")
        excited = self.fc2(nn.functional.relu(self.fc1(squeezed)))
        return einsum(x, excited.sigmoid()[..., 0, 0], "b c h w, b c -> b c h w")


# %% wrong: swapped numbers
class SqueezeExcitation(nn.Module):
    def __init__(self, squeeze_channels, channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        return x * self.fc2(self.fc1(x.mean((2, 3), keepdim=True)).relu()).sigmoid()


# %% wrong: other names
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeeze_channels, 1)
        self.excite = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        return x * self.excite(self.squeeze(x.mean((2, 3), keepdim=True)).relu()).sigmoid()


# %% wrong: a shortcut: torchvision's
from torchvision.ops import SqueezeExcitation as Finished


class SqueezeExcitation(Finished):
    pass


# %% wrong: a gate for each image of a fixed size
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        pooled = functional.avg_pool2d(x, 4)
        return x * self.fc2(self.fc1(pooled).relu()).sigmoid()


# %% wrong: no return
class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeeze_channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, 1)

    def forward(self, x):
        gates = self.fc2(self.fc1(x.mean((2, 3), keepdim=True)).relu()).sigmoid()
        gates * x


# %% equivalent: the order of axes makes no difference
# dim=(3, 2)
