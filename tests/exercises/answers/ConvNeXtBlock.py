# %% mistake: not_depthwise
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3)
# +         self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)


# %% mistake: small_kernel
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=3, padding=1, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         self.dwconv = nn.Conv2d(channels, channels, kernel_size=3, padding=1, groups=channels)
# +         self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)


# %% mistake: no_padding
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, groups=channels)
# +         self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)


# %% mistake: no_bias
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels, bias=False)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels, bias=False)
# +         self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)


# %% mistake: batch_norm
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.BatchNorm2d(channels)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.full((channels,), layer_scale))

    def forward(self, x):
        out = self.norm(self.dwconv(x))
        out = functional.conv2d(out, self.pwconv1.weight[:, :, None, None], self.pwconv1.bias)
        out = functional.gelu(out)
        out = functional.conv2d(out, self.pwconv2.weight[:, :, None, None], self.pwconv2.bias)
        out = out * self.gamma.view(1, -1, 1, 1)
        return x + out


# repair
# -         self.norm = nn.BatchNorm2d(channels)
# +         self.norm = nn.LayerNorm(channels, eps=1e-6)
# -         out = self.norm(self.dwconv(x))
# +         out = self.norm(self.dwconv(x).transpose(1, 3)).transpose(1, 3)


# %% mistake: narrow
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels: int, layer_scale: float = 1e-6) -> None:
        super().__init__()
        wide = channels
        self.dwconv = nn.Conv2d(channels, channels, (7, 7), padding=(3, 3), groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.pwconv1, self.pwconv2 = nn.Linear(channels, wide), nn.Linear(wide, channels)
        self.gamma = nn.Parameter(t.zeros(channels) + layer_scale)

    def forward(self, x):
        maps = self.dwconv(x).movedim(1, -1)
        mean = maps.mean(-1, keepdim=True)
        var = maps.var(-1, keepdim=True, unbiased=False)
        ready = (maps - mean) / t.sqrt(var + 1e-6) * self.norm.weight + self.norm.bias
        hidden = self.pwconv1(ready)
        hidden = 0.5 * hidden * (1 + t.erf(hidden / 2**0.5))
        branch = self.pwconv2(hidden)
        return x + (branch * self.gamma).movedim(-1, 1)


# repair
# -         wide = channels
# +         wide = 4 * channels


# %% mistake: twice_as_wide
from einops import rearrange


class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.gamma = nn.Parameter(t.full([channels], float(layer_scale)))
        self.pwconv2 = nn.Linear(channels * 2, channels)
        self.pwconv1 = nn.Linear(channels, channels * 2)
        self.norm = nn.LayerNorm((channels,), 1e-6)
        self.dwconv = nn.Conv2d(channels, channels, 7, 1, 3, groups=channels)

    def forward(self, x):
        pixels = rearrange(self.dwconv(x), "b c h w -> b (h w) c")
        hidden = functional.gelu(self.pwconv1(self.norm(pixels)))
        pixels = self.pwconv2(hidden) * self.gamma
        return x + rearrange(pixels, "b (h w) c -> b c h w", h=x.shape[2])


# repair
# -         self.pwconv2 = nn.Linear(channels * 2, channels)
# -         self.pwconv1 = nn.Linear(channels, channels * 2)
# +         self.pwconv2 = nn.Linear(channels * 4, channels)
# +         self.pwconv1 = nn.Linear(channels, channels * 4)


# %% mistake: gamma_of_maps
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding="same", groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, channels * 4)
        self.pwconv2 = nn.Linear(channels * 4, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels, 1, 1))

    def forward(self, x):
        out = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        out = self.pwconv2(functional.gelu(self.pwconv1(out)))
        out = out.permute(0, 3, 1, 2)
        return self.gamma * out + x


# repair
# -         self.gamma = nn.Parameter(layer_scale * t.ones(channels, 1, 1))
# +         self.gamma = nn.Parameter(t.tensor([layer_scale] * channels))
# -         return self.gamma * out + x
# +         return self.gamma[:, None, None] * out + x


# %% mistake: gamma_no_parameter
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = layer_scale * t.ones(channels)

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         self.gamma = layer_scale * t.ones(channels)
# +         self.gamma = nn.Parameter(layer_scale * t.ones(channels))


# %% mistake: gamma_ones
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         self.gamma = nn.Parameter(t.ones(channels))
# +         self.gamma = nn.Parameter(layer_scale * t.ones(channels))


# %% mistake: gamma_zeros
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels: int, layer_scale: float = 1e-6) -> None:
        super().__init__()
        wide = 4 * channels
        self.dwconv = nn.Conv2d(channels, channels, (7, 7), padding=(3, 3), groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.pwconv1, self.pwconv2 = nn.Linear(channels, wide), nn.Linear(wide, channels)
        self.gamma = nn.Parameter(t.zeros(channels))

    def forward(self, x):
        maps = self.dwconv(x).movedim(1, -1)
        mean = maps.mean(-1, keepdim=True)
        var = maps.var(-1, keepdim=True, unbiased=False)
        ready = (maps - mean) / t.sqrt(var + 1e-6) * self.norm.weight + self.norm.bias
        hidden = self.pwconv1(ready)
        hidden = 0.5 * hidden * (1 + t.erf(hidden / 2**0.5))
        branch = self.pwconv2(hidden)
        return x + (branch * self.gamma).movedim(-1, 1)


# repair
# -         self.gamma = nn.Parameter(t.zeros(channels))
# +         self.gamma = nn.Parameter(t.zeros(channels) + layer_scale)


# %% mistake: gamma_fixed
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(1e-6 * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         self.gamma = nn.Parameter(1e-6 * t.ones(channels))
# +         self.gamma = nn.Parameter(layer_scale * t.ones(channels))


# %% mistake: gamma_default
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1.0):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -     def __init__(self, channels, layer_scale=1.0):
# +     def __init__(self, channels, layer_scale=1e-6):


# %% mistake: changes_input
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.full((channels,), layer_scale))

    def forward(self, x):
        out = self.norm(self.dwconv(x).transpose(1, 3)).transpose(1, 3)
        out = functional.conv2d(out, self.pwconv1.weight[:, :, None, None], self.pwconv1.bias)
        out = functional.gelu(out)
        out = functional.conv2d(out, self.pwconv2.weight[:, :, None, None], self.pwconv2.bias)
        out = out * self.gamma.view(1, -1, 1, 1)
        x += out
        return x


# repair
# -         x += out
# -         return x
# +         return x + out


# %% mistake: no_norm
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.empty(channels).fill_(layer_scale))

    def mlp(self, pixels):
        hidden = nn.functional.gelu(self.pwconv1(pixels))
        return self.pwconv2(hidden)

    def branch(self, x):
        pixels = self.dwconv(x).permute(0, 2, 3, 1)
        return (self.mlp(pixels) * self.gamma).permute(0, 3, 1, 2)

    def forward(self, x):
        return self.branch(x) + x


# repair
# -         pixels = self.dwconv(x).permute(0, 2, 3, 1)
# +         pixels = self.dwconv(x).permute(0, 2, 3, 1)
# +         pixels = self.norm(pixels)


# %% mistake: norm_over_the_image
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels: int, layer_scale: float = 1e-6) -> None:
        super().__init__()
        wide = 4 * channels
        self.dwconv = nn.Conv2d(channels, channels, (7, 7), padding=(3, 3), groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.pwconv1, self.pwconv2 = nn.Linear(channels, wide), nn.Linear(wide, channels)
        self.gamma = nn.Parameter(t.zeros(channels) + layer_scale)

    def forward(self, x):
        maps = self.dwconv(x).movedim(1, -1)
        mean = maps.mean((1, 2, 3), keepdim=True)
        var = maps.var((1, 2, 3), keepdim=True, unbiased=False)
        ready = (maps - mean) / t.sqrt(var + 1e-6) * self.norm.weight + self.norm.bias
        hidden = self.pwconv1(ready)
        hidden = 0.5 * hidden * (1 + t.erf(hidden / 2**0.5))
        branch = self.pwconv2(hidden)
        return x + (branch * self.gamma).movedim(-1, 1)


# repair
# -         mean = maps.mean((1, 2, 3), keepdim=True)
# -         var = maps.var((1, 2, 3), keepdim=True, unbiased=False)
# +         mean = maps.mean(-1, keepdim=True)
# +         var = maps.var(-1, keepdim=True, unbiased=False)


# %% mistake: default_eps
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         self.norm = nn.LayerNorm(channels)
# +         self.norm = nn.LayerNorm(channels, eps=1e-6)


# %% mistake: relu
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.ReLU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         self.act = nn.ReLU()
# +         self.act = nn.GELU()


# %% mistake: no_gelu
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.empty(channels).fill_(layer_scale))

    def mlp(self, pixels):
        return self.pwconv2(self.pwconv1(pixels))

    def branch(self, x):
        pixels = self.dwconv(x).permute(0, 2, 3, 1)
        pixels = self.norm(pixels)
        return (self.mlp(pixels) * self.gamma).permute(0, 3, 1, 2)

    def forward(self, x):
        return self.branch(x) + x


# repair
# -         return self.pwconv2(self.pwconv1(pixels))
# +         hidden = nn.functional.gelu(self.pwconv1(pixels))
# +         return self.pwconv2(hidden)


# %% mistake: gelu_twice
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.empty(channels).fill_(layer_scale))

    def mlp(self, pixels):
        hidden = nn.functional.gelu(self.pwconv1(pixels))
        return nn.functional.gelu(self.pwconv2(hidden))

    def branch(self, x):
        pixels = self.dwconv(x).permute(0, 2, 3, 1)
        pixels = self.norm(pixels)
        return (self.mlp(pixels) * self.gamma).permute(0, 3, 1, 2)

    def forward(self, x):
        return self.branch(x) + x


# repair
# -         return nn.functional.gelu(self.pwconv2(hidden))
# +         return self.pwconv2(hidden)


# %% mistake: gamma_unused
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         x = x.permute(0, 3, 1, 2)
# +         x = self.gamma * x
# +         x = x.permute(0, 3, 1, 2)


# %% mistake: gamma_on_sum
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding="same", groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, channels * 4)
        self.pwconv2 = nn.Linear(channels * 4, channels)
        self.gamma = nn.Parameter(t.tensor([layer_scale] * channels))

    def forward(self, x):
        out = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        out = self.pwconv2(functional.gelu(self.pwconv1(out)))
        out = out.permute(0, 3, 1, 2)
        return self.gamma[:, None, None] * (out + x)


# repair
# -         return self.gamma[:, None, None] * (out + x)
# +         return self.gamma[:, None, None] * out + x


# %% mistake: no_skip
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return x


# repair
# -         return x
# +         return skip + x


# %% mistake: relu_behind_sum
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.empty(channels).fill_(layer_scale))

    def mlp(self, pixels):
        hidden = nn.functional.gelu(self.pwconv1(pixels))
        return self.pwconv2(hidden)

    def branch(self, x):
        pixels = self.dwconv(x).permute(0, 2, 3, 1)
        pixels = self.norm(pixels)
        return (self.mlp(pixels) * self.gamma).permute(0, 3, 1, 2)

    def forward(self, x):
        return t.relu(self.branch(x) + x)


# repair
# -         return t.relu(self.branch(x) + x)
# +         return self.branch(x) + x


# %% mistake: skip_behind_dwconv
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        x = self.dwconv(x)
        skip = x
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# repair
# -         x = self.dwconv(x)
# -         skip = x
# +         skip = x
# +         x = self.dwconv(x)


# %% mistake: skip_behind_norm
from einops import rearrange


class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.gamma = nn.Parameter(t.full([channels], float(layer_scale)))
        self.pwconv2 = nn.Linear(channels * 4, channels)
        self.pwconv1 = nn.Linear(channels, channels * 4)
        self.norm = nn.LayerNorm((channels,), 1e-6)
        self.dwconv = nn.Conv2d(channels, channels, 7, 1, 3, groups=channels)

    def forward(self, x):
        h = x.shape[2]
        ready = self.norm(rearrange(self.dwconv(x), "b c h w -> b (h w) c"))
        x = rearrange(ready, "b (h w) c -> b c h w", h=h)
        pixels = self.pwconv2(functional.gelu(self.pwconv1(ready))) * self.gamma
        return x + rearrange(pixels, "b (h w) c -> b c h w", h=x.shape[2])


# repair
# -         h = x.shape[2]
# -         ready = self.norm(rearrange(self.dwconv(x), "b c h w -> b (h w) c"))
# -         x = rearrange(ready, "b (h w) c -> b c h w", h=h)
# -         pixels = self.pwconv2(functional.gelu(self.pwconv1(ready))) * self.gamma
# +         pixels = rearrange(self.dwconv(x), "b c h w -> b (h w) c")
# +         hidden = functional.gelu(self.pwconv1(self.norm(pixels)))
# +         pixels = self.pwconv2(hidden) * self.gamma


# %% right: plain
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, kernel_size=7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(layer_scale * t.ones(channels))

    def forward(self, x):
        skip = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.pwconv2(x)
        x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return skip + x


# %% right: einops
from einops import rearrange


class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.gamma = nn.Parameter(t.full([channels], float(layer_scale)))
        self.pwconv2 = nn.Linear(channels * 4, channels)
        self.pwconv1 = nn.Linear(channels, channels * 4)
        self.norm = nn.LayerNorm((channels,), 1e-6)
        self.dwconv = nn.Conv2d(channels, channels, 7, 1, 3, groups=channels)

    def forward(self, x):
        pixels = rearrange(self.dwconv(x), "b c h w -> b (h w) c")
        hidden = functional.gelu(self.pwconv1(self.norm(pixels)))
        pixels = self.pwconv2(hidden) * self.gamma
        return x + rearrange(pixels, "b (h w) c -> b c h w", h=x.shape[2])


# %% right: layers by hand
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels: int, layer_scale: float = 1e-6) -> None:
        super().__init__()
        wide = 4 * channels
        self.dwconv = nn.Conv2d(channels, channels, (7, 7), padding=(3, 3), groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.pwconv1, self.pwconv2 = nn.Linear(channels, wide), nn.Linear(wide, channels)
        self.gamma = nn.Parameter(t.zeros(channels) + layer_scale)

    def forward(self, x):
        maps = self.dwconv(x).movedim(1, -1)
        mean = maps.mean(-1, keepdim=True)
        var = maps.var(-1, keepdim=True, unbiased=False)
        ready = (maps - mean) / t.sqrt(var + 1e-6) * self.norm.weight + self.norm.bias
        hidden = self.pwconv1(ready)
        hidden = 0.5 * hidden * (1 + t.erf(hidden / 2**0.5))
        branch = self.pwconv2(hidden)
        return x + (branch * self.gamma).movedim(-1, 1)


# %% right: gamma behind the second permute
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding="same", groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, channels * 4)
        self.pwconv2 = nn.Linear(channels * 4, channels)
        self.gamma = nn.Parameter(t.tensor([layer_scale] * channels))

    def forward(self, x):
        out = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        out = self.pwconv2(functional.gelu(self.pwconv1(out)))
        out = out.permute(0, 3, 1, 2)
        return self.gamma[:, None, None] * out + x


# %% right: an mlp on its own
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.empty(channels).fill_(layer_scale))

    def mlp(self, pixels):
        hidden = nn.functional.gelu(self.pwconv1(pixels))
        return self.pwconv2(hidden)

    def branch(self, x):
        pixels = self.dwconv(x).permute(0, 2, 3, 1)
        pixels = self.norm(pixels)
        return (self.mlp(pixels) * self.gamma).permute(0, 3, 1, 2)

    def forward(self, x):
        return self.branch(x) + x


# %% right: linear layers as 1×1 convolutions
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.full((channels,), layer_scale))

    def forward(self, x):
        out = self.norm(self.dwconv(x).transpose(1, 3)).transpose(1, 3)
        out = functional.conv2d(out, self.pwconv1.weight[:, :, None, None], self.pwconv1.bias)
        out = functional.gelu(out)
        out = functional.conv2d(out, self.pwconv2.weight[:, :, None, None], self.pwconv2.bias)
        out = out * self.gamma.view(1, -1, 1, 1)
        return x + out


# %% wrong: without turning the axes
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.full((channels,), layer_scale))

    def forward(self, x):
        return x + self.gamma * self.pwconv2(functional.gelu(self.pwconv1(self.norm(self.dwconv(x)))))


# %% wrong: not turned back
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.full((channels,), layer_scale))

    def forward(self, x):
        out = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        return x + self.gamma * self.pwconv2(functional.gelu(self.pwconv1(out)))


# %% wrong: reshaped where it should be turned
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.full((channels,), layer_scale))

    def forward(self, x):
        batch, channels, height, width = x.shape
        out = self.norm(self.dwconv(x).reshape(batch, height, width, channels))
        out = self.gamma * self.pwconv2(functional.gelu(self.pwconv1(out)))
        return x + out.reshape(batch, channels, height, width)


# %% wrong: a shortcut: torchvision's
from torchvision.models.convnext import CNBlock


class ConvNeXtBlock(CNBlock):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__(channels, layer_scale, 0.0)


# %% wrong: tanh
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.full((channels,), layer_scale))

    def forward(self, x):
        out = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        out = self.gamma * self.pwconv2(t.tanh(self.pwconv1(out)))
        return x + out.permute(0, 3, 1, 2)
