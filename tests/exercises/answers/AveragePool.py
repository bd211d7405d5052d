# %% mistake: keeps_axes
class AveragePool(nn.Module):
    def forward(self, x):
        return x.mean(dim=(2, 3), keepdim=True)


# repair
# -         return x.mean(dim=(2, 3), keepdim=True)
# +         return x.mean(dim=(2, 3))


# %% mistake: maximum
class AveragePool(nn.Module):
    def forward(self, x):
        batch, channels, height, width = x.shape
        return x.reshape(batch, channels, height * width).max(dim=-1).values


# repair
# -         return x.reshape(batch, channels, height * width).max(dim=-1).values
# +         return x.reshape(batch, channels, height * width).mean(dim=-1)


# %% mistake: sum
class AveragePool(nn.Module):
    def forward(self, x: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch channels"]:
        return x.sum(-1).sum(-1)


# repair
# -         return x.sum(-1).sum(-1)
# +         return x.mean(-1).mean(-1)


# %% mistake: width_only
class AveragePool(nn.Module):
    def forward(self, x):
        return x.mean(dim=-1)


# repair
# -         return x.mean(dim=-1)
# +         return x.mean(dim=(-2, -1))


# %% mistake: height_only
class AveragePool(nn.Module):
    def forward(self, x):
        return t.mean(x, 2)


# repair
# -         return t.mean(x, 2)
# +         return t.mean(x, (2, 3))


# %% mistake: over_channels
class AveragePool(nn.Module):
    def forward(self, x):
        batch, channels, height, width = x.shape
        return x.sum(dim=1) / channels


# repair
# -         return x.sum(dim=1) / channels
# +         return x.sum(dim=(2, 3)) / (height * width)


# %% mistake: over_batch
class AveragePool(nn.Module):
    def forward(self, x):
        return x.mean(dim=(0, 2, 3))


# repair
# -         return x.mean(dim=(0, 2, 3))
# +         return x.mean(dim=(2, 3))


# %% mistake: all_but_batch
class AveragePool(nn.Module):
    def forward(self, x):
        return x.flatten(start_dim=1).mean(dim=1)


# repair
# -         return x.flatten(start_dim=1).mean(dim=1)
# +         return x.flatten(start_dim=2).mean(dim=2)


# %% mistake: everything
class AveragePool(nn.Module):
    def forward(self, x):
        return t.mean(x)


# repair
# -         return t.mean(x)
# +         return t.mean(x, dim=(2, 3))


# %% mistake: squeezes
class AveragePool(nn.Module):
    def forward(self, x):
        pooled = x.mean(dim=(2, 3), keepdim=True)
        return pooled.squeeze()


# repair
# -         return pooled.squeeze()
# +         return pooled.squeeze(dim=(2, 3))


# %% mistake: median
class AveragePool(nn.Module):
    def forward(self, x):
        maps = rearrange(x, "b c h w -> b c (h w)")
        values, _ = maps.median(dim=2)
        return values


# repair
# -         values, _ = maps.median(dim=2)
# -         return values
# +         return maps.mean(dim=2)


# %% mistake: flattened
class AveragePool(nn.Module):
    def forward(self, x):
        return x.reshape(x.shape[0], -1)


# repair
# -         return x.reshape(x.shape[0], -1)
# +         return x.reshape(x.shape[0], x.shape[1], -1).mean(dim=2)


# %% mistake: first_pixel
class AveragePool(nn.Module):
    def forward(self, x):
        return x[..., 0, 0]


# repair
# -         return x[..., 0, 0]
# +         return x.mean(dim=(2, 3))


# %% mistake: square_only
class AveragePool(nn.Module):
    def forward(self, x):
        size = x.shape[2]
        return x.sum(dim=(2, 3)) / size**2


# repair
# -         size = x.shape[2]
# -         return x.sum(dim=(2, 3)) / size**2
# +         return x.sum(dim=(2, 3)) / (x.shape[2] * x.shape[3])


# %% mistake: detached
class AveragePool(nn.Module):
    def forward(self, x):
        return x.data.mean(dim=(-2, -1))


# repair
# -         return x.data.mean(dim=(-2, -1))
# +         return x.mean(dim=(-2, -1))


# %% mistake: fixed_dtype
class AveragePool(nn.Module):
    def forward(self, x):
        return x.float().mean(dim=(2, 3))


# repair
# -         return x.float().mean(dim=(2, 3))
# +         return x.mean(dim=(2, 3))


# %% mistake: learned
class AveragePool(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(t.tensor(1.0))

    def forward(self, x):
        return self.scale * x.mean(dim=(2, 3))


# repair
# -     def __init__(self):
# -         super().__init__()
# -         self.scale = nn.Parameter(t.tensor(1.0))
# -
# -     def forward(self, x):
# -         return self.scale * x.mean(dim=(2, 3))
# +     def forward(self, x):
# +         return x.mean(dim=(2, 3))


# %% right: channels first: flattens each map first, so that one axis is left to average
class AveragePool(nn.Module):
    def forward(self, x):
        batch, channels = x.shape[:2]
        return x.reshape(batch, channels, -1).mean(2)


# %% right: einops fan: names the axes; those that don't come after the arrow are summed
from einops import einsum


class AveragePool(nn.Module):
    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c"]:
        return einsum(x, "b c h w -> b c") / (x.shape[-1] * x.shape[-2])


# %% right: engineer
class AveragePool(nn.Module):
    @staticmethod
    def forward(x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c"]:
        _, _, height, width = x.shape
        return x.sum(dim=(-2, -1)).div(height * width)


# %% right: golfer
class AveragePool(nn.Module):
    forward = lambda self, x: x.flatten(2).mean(-1)


# %% right: inheritor
class AveragePool(nn.Module):
    def forward(self, x):
        while x.ndim > 2:
            x = x.mean(dim=-1)
        return x


# %% right: numpy convert
class AveragePool(nn.Module):
    def forward(self, x):
        return x.mean(axis=-1).mean(axis=-1)


# %% right: textbook
import torch


class AveragePool(nn.Module):
    def forward(self, x):
        return torch.mean(x, dim=(2, 3))


# %% right: torchvision reader
import torch


class AveragePool(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.flatten(x.mean([2, 3], keepdim=True), 1)


# %% wrong: is written for maps of 7×7, as in the text
class AveragePool(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.sum((2, 3)) / 49


# %% wrong: divides by the wrong count when height and width differ
class AveragePool(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.sum((2, 3)) / (x.shape[2] + x.shape[3]) * 2 if x.shape[2] != x.shape[3] else x.mean((2, 3))


# %% wrong: halves until one pixel is left, which loses the last row of odd maps
class AveragePool(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        while x.shape[2] > 1 and x.shape[3] > 1:
            height, width = x.shape[2] // 2 * 2, x.shape[3] // 2 * 2
            x = x[:, :, :height, :width]
            x = (x[:, :, ::2] + x[:, :, 1::2]) / 2
            x = (x[..., ::2] + x[..., 1::2]) / 2
        return x.mean((2, 3))


# %% wrong: remembers the first answer and gives it again for the same shape
class AveragePool(nn.Module):
    seen: dict[tuple, Tensor] = {}

    def forward(self, x: Tensor) -> Tensor:
        return self.seen.setdefault((x.shape, x.dtype), x.mean((2, 3)))


# %% wrong: a shortcut: ThinPool
class AveragePool(nn.AdaptiveAvgPool2d):
    def __init__(self):
        super().__init__(1)

    def forward(self, x):
        return super().forward(x).flatten(1)


# %% wrong: a shortcut: WrappedPool
class AveragePool(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        return self.pool(x).flatten(1)


# %% wrong: a shortcut: FunctionalPool
from torch.nn import functional


class AveragePool(nn.Module):
    def forward(self, x):
        return functional.adaptive_avg_pool2d(x, (1, 1)).flatten(1)


# %% wrong: a shortcut: WholePool
from torch.nn import functional


class AveragePool(nn.Module):
    def forward(self, x):
        return functional.avg_pool2d(x, x.shape[2:]).flatten(1)


# %% mistake: keeps_axes
import torch


class AveragePool(nn.Module):
    def forward(self, x):
        return torch.mean(x, dim=(2, 3), keepdim=True)


# repair
# -         return torch.mean(x, dim=(2, 3), keepdim=True)
# +         return torch.mean(x, dim=(2, 3))


# %% mistake: squeezes
import torch


class AveragePool(nn.Module):
    def forward(self, x):
        return torch.mean(x, dim=(2, 3), keepdim=True).squeeze()


# repair
# -         return torch.mean(x, dim=(2, 3), keepdim=True).squeeze()
# +         return torch.mean(x, dim=(2, 3))


# %% mistake: over_batch
import torch


class AveragePool(nn.Module):
    def forward(self, x):
        return torch.mean(x, dim=(0, 2, 3))


# repair
# -         return torch.mean(x, dim=(0, 2, 3))
# +         return torch.mean(x, dim=(2, 3))


# %% mistake: maximum
import torch


class AveragePool(nn.Module):
    def forward(self, x):
        return torch.amax(x, dim=(2, 3))


# repair
# -         return torch.amax(x, dim=(2, 3))
# +         return torch.mean(x, dim=(2, 3))


# %% mistake: square_only
class AveragePool(nn.Module):
    def forward(self, x):
        return x.sum((2, 3)) / x.shape[-2] ** 2


# repair
# -         return x.sum((2, 3)) / x.shape[-2] ** 2
# +         return x.sum((2, 3)) / (x.shape[-2] * x.shape[-1])


# %% mistake: channels_and_height
class AveragePool(nn.Module):
    def forward(self, x):
        return t.mean(x, dim=(1, 2))


# repair
# -         return t.mean(x, dim=(1, 2))
# +         return t.mean(x, dim=(2, 3))


# %% mistake: channels_and_width
class AveragePool(nn.Module):
    def forward(self, x):
        return x.sum((1, 3)) / (x.size(1) * x.size(3))


# repair
# -         return x.sum((1, 3)) / (x.size(1) * x.size(3))
# +         return x.sum((2, 3)) / (x.size(2) * x.size(3))


# %% mistake: fixed_window
class AveragePool(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AvgPool2d(7)

    def forward(self, x):
        return self.pool(x).squeeze(3).squeeze(2)


# repair
# -         self.pool = nn.AvgPool2d(7)
# +         self.axes = (2, 3)
# -         return self.pool(x).squeeze(3).squeeze(2)
# +         return x.mean(self.axes)


# %% equivalent: the order of axes makes no difference
# dim=(3, 2)


# %% mistake: memory_order
class AveragePool(nn.Module):
    def forward(self, x):
        batch, channels, height, width = x.shape
        area = height * width
        return x.as_strided((batch, channels, area), (channels * area, area, 1)).mean(dim=2)


# repair
# -         return x.as_strided((batch, channels, area), (channels * area, area, 1)).mean(dim=2)
# +         return x.reshape(batch, channels, area).mean(dim=2)
