# %% mistake: per_image
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(2, 3), keepdim=True)
            var = x.var(dim=(2, 3), unbiased=False, keepdim=True)
            with t.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean.mean(dim=(0, 2, 3)))
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var.mean(dim=(0, 2, 3)))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean.view(1, -1, 1, 1)
            var = self.running_var.view(1, -1, 1, 1)
        x_hat = (x - mean) / t.sqrt(var + self.eps)
        return x_hat * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = x.mean(dim=(2, 3), keepdim=True)
# -             var = x.var(dim=(2, 3), unbiased=False, keepdim=True)
# +             mean = x.mean(dim=(0, 2, 3), keepdim=True)
# +             var = x.var(dim=(0, 2, 3), unbiased=False, keepdim=True)


# %% mistake: per_pixel
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mu = x.mean(0)
            sigma2 = x.var(0, unbiased=False)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mu.detach().mean((1, 2))
            self.running_var = (1 - m) * self.running_var + m * sigma2.detach().mean((1, 2))
            self.num_batches_tracked += 1
        else:
            mu = self.running_mean[:, None, None]
            sigma2 = self.running_var[:, None, None]
        y = (x - mu) / (sigma2 + self.eps) ** 0.5
        return self.weight[:, None, None] * y + self.bias[:, None, None]

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mu = x.mean(0)
# -             sigma2 = x.var(0, unbiased=False)
# +             mu = x.mean((0, 2, 3), keepdim=True)[0]
# +             sigma2 = x.var((0, 2, 3), unbiased=False, keepdim=True)[0]


# %% mistake: all_channels
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x: Tensor) -> Tensor:
        shape = (1, self.num_features, 1, 1)
        if self.training:
            mean = x.mean()
            var = x.var(unbiased=False)
            with t.no_grad():
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (x.var() - self.running_var)
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean.reshape(shape)
            var = self.running_var.reshape(shape)
        x = (x - mean) / t.sqrt(var + self.eps)
        return x * self.weight.reshape(shape) + self.bias.reshape(shape)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = x.mean()
# -             var = x.var(unbiased=False)
# +             mean = x.mean((0, 2, 3), keepdim=True)
# +             var = x.var((0, 2, 3), unbiased=False, keepdim=True)
# -                 self.running_mean += self.momentum * (mean - self.running_mean)
# -                 self.running_var += self.momentum * (x.var() - self.running_var)
# +                 self.running_mean += self.momentum * (mean.flatten() - self.running_mean)
# +                 self.running_var += self.momentum * (x.var((0, 2, 3)) - self.running_var)


# %% mistake: per_image_all
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.n = num_features
        self.eps = eps
        self.momentum = momentum

        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))

        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = t.mean(x, dim=(1, 2, 3), keepdim=True)
            var = t.var(x, dim=(1, 2, 3), unbiased=False, keepdim=True)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.mean()
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var.mean()
                self.num_batches_tracked += 1
        else:
            mean = rearrange(self.running_mean, "c -> 1 c 1 1")
            var = rearrange(self.running_var, "c -> 1 c 1 1")
        normed = (x - mean) / t.sqrt(var + self.eps)
        return normed * rearrange(self.weight, "c -> 1 c 1 1") + rearrange(self.bias, "c -> 1 c 1 1")

    def extra_repr(self):
        return f"{self.n}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = t.mean(x, dim=(1, 2, 3), keepdim=True)
# -             var = t.var(x, dim=(1, 2, 3), unbiased=False, keepdim=True)
# +             mean = t.mean(x, dim=(0, 2, 3), keepdim=True)
# +             var = t.var(x, dim=(0, 2, 3), unbiased=False, keepdim=True)
# -                 self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.mean()
# -                 self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var.mean()
# +                 self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.flatten()
# +                 self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var.flatten()


# %% mistake: over_channels
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=1, keepdim=True)
            var = x.var(dim=1, keepdim=True, unbiased=False)
            with t.no_grad():
                self.running_mean.lerp_(mean.mean().expand_as(self.running_mean), self.momentum)
                self.running_var.lerp_(var.mean().expand_as(self.running_var), self.momentum)
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean.view(1, -1, 1, 1)
            var = self.running_var.view(1, -1, 1, 1)
        out = (x - mean) * (var + self.eps).rsqrt()
        return out * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = x.mean(dim=1, keepdim=True)
# -             var = x.var(dim=1, keepdim=True, unbiased=False)
# +             mean = x.mean(dim=(0, 2, 3), keepdim=True)
# +             var = x.var(dim=(0, 2, 3), keepdim=True, unbiased=False)
# -                 self.running_mean.lerp_(mean.mean().expand_as(self.running_mean), self.momentum)
# -                 self.running_var.lerp_(var.mean().expand_as(self.running_var), self.momentum)
# +                 self.running_mean.lerp_(mean.flatten(), self.momentum)
# +                 self.running_var.lerp_(var.flatten(), self.momentum)


# %% mistake: no_width
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2), keepdim=True)
            var = x.var(dim=(0, 2), unbiased=False, keepdim=True)
            with t.no_grad():
                new_mean, new_var = mean.mean(dim=3).flatten(), var.mean(dim=3).flatten()
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * new_mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * new_var
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean.reshape(1, -1, 1, 1)
            var = self.running_var.reshape(1, -1, 1, 1)
        weight = self.weight.reshape(1, -1, 1, 1)
        bias = self.bias.reshape(1, -1, 1, 1)
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = x.mean(dim=(0, 2), keepdim=True)
# -             var = x.var(dim=(0, 2), unbiased=False, keepdim=True)
# +             mean = x.mean(dim=(0, 2, 3), keepdim=True)
# +             var = x.var(dim=(0, 2, 3), unbiased=False, keepdim=True)


# %% mistake: no_height
from einops import reduce


class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = reduce(x, "b c h w -> 1 c h 1", "mean")
            var = reduce((x - mean) ** 2, "b c h w -> 1 c h 1", "mean")
            with t.no_grad():
                self.running_mean.lerp_(reduce(mean, "1 c h 1 -> c", "mean"), self.momentum)
                self.running_var.lerp_(reduce(var, "1 c h 1 -> c", "mean"), self.momentum)
                self.num_batches_tracked += 1
        else:
            mean = rearrange(self.running_mean, "c -> 1 c 1 1")
            var = rearrange(self.running_var, "c -> 1 c 1 1")
        x = (x - mean) / (var + self.eps).sqrt()
        return x * rearrange(self.weight, "c -> 1 c 1 1") + rearrange(self.bias, "c -> 1 c 1 1")

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = reduce(x, "b c h w -> 1 c h 1", "mean")
# -             var = reduce((x - mean) ** 2, "b c h w -> 1 c h 1", "mean")
# +             mean = reduce(x, "b c h w -> 1 c 1 1", "mean")
# +             var = reduce((x - mean) ** 2, "b c h w -> 1 c 1 1", "mean")


# %% mistake: unbiased_normalisation
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3))
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var
                self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var

        mean, var, weight, bias = (v.reshape(1, -1, 1, 1) for v in (mean, var, self.weight, self.bias))
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             var = x.var(dim=(0, 2, 3))
# +             var = x.var(dim=(0, 2, 3), unbiased=False)


# %% mistake: divides_by_variance
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean((0, 2, 3), keepdim=True)
            var = x.var((0, 2, 3), unbiased=False, keepdim=True)
            self.running_mean.lerp_(mean.detach().squeeze((0, 2, 3)), self.momentum)
            self.running_var.lerp_(x.detach().var((0, 2, 3)), self.momentum)
            self.num_batches_tracked += 1
        else:
            mean = self.running_mean.view(1, -1, 1, 1)
            var = self.running_var.view(1, -1, 1, 1)
        x = (x - mean) / (var + self.eps)
        x = x * self.weight.view(1, -1, 1, 1)
        x = x + self.bias.view(1, -1, 1, 1)
        return x

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         x = (x - mean) / (var + self.eps)
# +         x = (x - mean) / (var + self.eps).sqrt()


# %% mistake: eps_outside_root
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        def per_channel(v):
            return v.reshape(1, self.num_features, 1, 1)

        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean.copy_((1 - self.momentum) * self.running_mean + self.momentum * mean)
                unbiased_var = x.var(dim=(0, 2, 3))
                self.running_var.copy_((1 - self.momentum) * self.running_var + self.momentum * unbiased_var)
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        std = t.sqrt(var) + self.eps
        return (x - per_channel(mean)) / per_channel(std) * per_channel(self.weight) + per_channel(self.bias)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         std = t.sqrt(var) + self.eps
# +         std = t.sqrt(var + self.eps)


# %% mistake: no_eps
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch channels height width"]:
        if self.training:
            mu = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = self.running_mean * (1 - self.momentum) + mu * self.momentum
                self.running_var = self.running_var * (1 - self.momentum) + x.var(dim=(0, 2, 3)) * self.momentum
                self.num_batches_tracked += 1
        else:
            mu = self.running_mean
            var = self.running_var
        mu = rearrange(mu, "c -> 1 c 1 1")
        sigma = rearrange(var.sqrt(), "c -> 1 c 1 1")
        gamma = rearrange(self.weight, "c -> 1 c 1 1")
        beta = rearrange(self.bias, "c -> 1 c 1 1")
        return (x - mu) / sigma * gamma + beta

    def extra_repr(self) -> str:
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         sigma = rearrange(var.sqrt(), "c -> 1 c 1 1")
# +         sigma = rearrange((var + self.eps).sqrt(), "c -> 1 c 1 1")


# %% mistake: eps_ignored
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(x.var(dim=(0, 2, 3)), self.momentum)
                self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        x = (x - mean[None, :, None, None]) / t.sqrt(var[None, :, None, None] + 1e-5)
        return x * self.weight[None, :, None, None] + self.bias[None, :, None, None]

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         x = (x - mean[None, :, None, None]) / t.sqrt(var[None, :, None, None] + 1e-5)
# +         x = (x - mean[None, :, None, None]) / t.sqrt(var[None, :, None, None] + self.eps)


# %% mistake: no_affine
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(mean, alpha=self.momentum)
                self.running_var.mul_(1 - self.momentum).add_(x.var(dim=(0, 2, 3)), alpha=self.momentum)
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        mean = mean.view(1, -1, 1, 1)
        var = var.view(1, -1, 1, 1)
        return (x - mean) / t.sqrt(var + self.eps)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         return (x - mean) / t.sqrt(var + self.eps)
# +         y = (x - mean) / t.sqrt(var + self.eps)
# +         return y * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


# %% mistake: affine_in_training_only
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if not self.training:
            mean = self.running_mean.reshape(1, -1, 1, 1)
            var = self.running_var.reshape(1, -1, 1, 1)
            return (x - mean) / t.sqrt(var + self.eps)

        mean = x.mean(dim=(0, 2, 3), keepdim=True)
        var = x.var(dim=(0, 2, 3), unbiased=False, keepdim=True)
        with t.no_grad():
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.flatten()
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
            self.num_batches_tracked += 1
        y = (x - mean) / t.sqrt(var + self.eps)
        return y * self.weight.reshape(1, -1, 1, 1) + self.bias.reshape(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             return (x - mean) / t.sqrt(var + self.eps)
# +             y = (x - mean) / t.sqrt(var + self.eps)
# +             return y * self.weight.reshape(1, -1, 1, 1) + self.bias.reshape(1, -1, 1, 1)


# %% mistake: bias_before_scale
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3), keepdim=True)
            var = ((x - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
            with t.no_grad():
                self.running_mean.lerp_(mean.flatten(), self.momentum)
                self.running_var.lerp_(var.flatten(), self.momentum)
                self.num_batches_tracked += 1
        else:
            mean = rearrange(self.running_mean, "c -> 1 c 1 1")
            var = rearrange(self.running_var, "c -> 1 c 1 1")
        x = (x - mean) / (var + self.eps).sqrt()
        x = x + rearrange(self.bias, "c -> 1 c 1 1")
        return x * rearrange(self.weight, "c -> 1 c 1 1")

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         x = x + rearrange(self.bias, "c -> 1 c 1 1")
# -         return x * rearrange(self.weight, "c -> 1 c 1 1")
# +         x = x * rearrange(self.weight, "c -> 1 c 1 1")
# +         return x + rearrange(self.bias, "c -> 1 c 1 1")


# %% mistake: batch_in_eval
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean = x.mean(dim=(0, 2, 3))
        var = x.var(dim=(0, 2, 3), unbiased=False)

        if self.training:
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1

        mean = mean.view(1, -1, 1, 1)
        var = var.view(1, -1, 1, 1)
        out = (x - mean) / t.sqrt(var + self.eps)
        return out * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.num_batches_tracked += 1
# +                 self.num_batches_tracked += 1
# +         else:
# +             mean, var = self.running_mean, self.running_var


# %% mistake: running_in_training
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean = self.running_mean.reshape(1, -1, 1, 1)
        std = t.sqrt(self.running_var + self.eps).reshape(1, -1, 1, 1)
        y = (x - mean) / std * self.weight.reshape(1, -1, 1, 1) + self.bias.reshape(1, -1, 1, 1)
        if self.training:
            with t.no_grad():
                m = self.momentum
                self.running_mean = (1 - m) * self.running_mean + m * x.mean(dim=(0, 2, 3))
                self.running_var = (1 - m) * self.running_var + m * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        return y

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         mean = self.running_mean.reshape(1, -1, 1, 1)
# -         std = t.sqrt(self.running_var + self.eps).reshape(1, -1, 1, 1)
# +         if self.training:
# +             mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)
# +         else:
# +             mean, var = self.running_mean, self.running_var
# +         mean = mean.reshape(1, -1, 1, 1)
# +         std = t.sqrt(var + self.eps).reshape(1, -1, 1, 1)


# %% mistake: running_updated_first
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * x.mean(dim=(0, 2, 3))
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        mean = self.running_mean[None, :, None, None]
        var = self.running_var[None, :, None, None]
        weight = self.weight[None, :, None, None]
        bias = self.bias[None, :, None, None]
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         mean = self.running_mean[None, :, None, None]
# -         var = self.running_var[None, :, None, None]
# +             mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)
# +         else:
# +             mean, var = self.running_mean, self.running_var
# +         mean = mean[None, :, None, None]
# +         var = var[None, :, None, None]


# %% mistake: updates_in_eval
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        batch_mean = x.mean(dim=(0, 2, 3))
        batch_var = x.var(dim=(0, 2, 3), unbiased=False)
        if self.training:
            mean, var = batch_mean, batch_var
            self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        scale = self.weight / t.sqrt(var + self.eps)
        out = (x - mean.view(1, -1, 1, 1)) * scale.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)
        with t.no_grad():
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * batch_mean
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
        return out

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         with t.no_grad():
# -             self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * batch_mean
# -             self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
# +         if self.training:
# +             with t.no_grad():
# +                 self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * batch_mean
# +                 self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))


# %% mistake: never_updates
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        mean = rearrange(mean, "c -> 1 c 1 1")
        var = rearrange(var, "c -> 1 c 1 1")
        weight = rearrange(self.weight, "c -> 1 c 1 1")
        bias = rearrange(self.bias, "c -> 1 c 1 1")
        return weight * (x - mean) / t.sqrt(var + self.eps) + bias

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             self.num_batches_tracked += 1
# +             with t.no_grad():
# +                 self.running_mean.lerp_(mean, self.momentum)
# +                 self.running_var.lerp_(x.var(dim=(0, 2, 3)), self.momentum)
# +             self.num_batches_tracked += 1


# %% mistake: momentum_reversed
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
                self.running_var = self.momentum * self.running_var + (1 - self.momentum) * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / t.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
# -                 self.running_var = self.momentum * self.running_var + (1 - self.momentum) * x.var(dim=(0, 2, 3))
# +                 self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
# +                 self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))


# %% mistake: momentum_ignored
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean((0, 2, 3))
            var = x.var((0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = 0.9 * self.running_mean + 0.1 * mean
                self.running_var = 0.9 * self.running_var + 0.1 * x.var((0, 2, 3))
            self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        mean = mean.reshape(1, -1, 1, 1)
        std = t.sqrt(var + self.eps).reshape(1, -1, 1, 1)
        return (x - mean) / std * self.weight.reshape(1, -1, 1, 1) + self.bias.reshape(1, -1, 1, 1)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.running_mean = 0.9 * self.running_mean + 0.1 * mean
# -                 self.running_var = 0.9 * self.running_var + 0.1 * x.var((0, 2, 3))
# +                 self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
# +                 self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var((0, 2, 3))


# %% mistake: keras_momentum
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.9) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        mean, var = mean[:, None, None], var[:, None, None]
        return (x - mean) / (var + self.eps).sqrt() * self.weight[:, None, None] + self.bias[:, None, None]

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -     def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.9) -> None:
# +     def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:


# %% mistake: other_eps
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-3, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            axes = (0, 2, 3)
            mean, var = x.mean(axes), x.var(axes, unbiased=False)
            with t.no_grad():
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (x.var(axes) - self.running_var)
                self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        mean, var, weight, bias = [rearrange(v, "c -> 1 c 1 1") for v in (mean, var, self.weight, self.bias)]
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -     def __init__(self, num_features: int, eps: float = 1e-3, momentum: float = 0.1) -> None:
# +     def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:


# %% mistake: running_std
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.std(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / t.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.std(dim=(0, 2, 3))
# +                 self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))


# %% mistake: no_counter
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3), keepdim=True)
            var = x.var(dim=(0, 2, 3), keepdim=True, unbiased=False)
            unbiased = x.var(dim=(0, 2, 3))
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.detach().flatten()
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * unbiased.detach()
        else:
            mean = self.running_mean.view(1, -1, 1, 1)
            var = self.running_var.view(1, -1, 1, 1)
        x_norm = (x - mean) / t.sqrt(var + self.eps)
        return self.weight.view(1, -1, 1, 1) * x_norm + self.bias.view(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             unbiased = x.var(dim=(0, 2, 3))
# +             self.num_batches_tracked += 1
# +             unbiased = x.var(dim=(0, 2, 3))


# %% mistake: counts_images
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        batch, channels, height, width = x.shape
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(x.var(dim=(0, 2, 3)), self.momentum)
                self.num_batches_tracked += batch
        else:
            mean, var = self.running_mean, self.running_var
        shape = (1, channels, 1, 1)
        x = (x - mean.reshape(shape)) / t.sqrt(var.reshape(shape) + self.eps)
        return x * self.weight.reshape(shape) + self.bias.reshape(shape)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.num_batches_tracked += batch
# +                 self.num_batches_tracked += 1


# %% mistake: float_counter
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.zeros(()))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        mean = rearrange(mean, "c -> 1 c 1 1")
        var = rearrange(var, "c -> 1 c 1 1")
        x = (x - mean) / t.sqrt(var + self.eps)
        return x * rearrange(self.weight, "c -> 1 c 1 1") + rearrange(self.bias, "c -> 1 c 1 1")

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.register_buffer("num_batches_tracked", t.zeros(()))
# +         self.register_buffer("num_batches_tracked", t.tensor(0))


# %% mistake: buffers_are_parameters
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.running_mean = nn.Parameter(t.zeros(num_features))
        self.running_var = nn.Parameter(t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * x.var(dim=(0, 2, 3)))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / t.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.running_mean = nn.Parameter(t.zeros(num_features))
# -         self.running_var = nn.Parameter(t.ones(num_features))
# +         self.register_buffer("running_mean", t.zeros(num_features))
# +         self.register_buffer("running_var", t.ones(num_features))


# %% mistake: plain_attributes
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.running_mean = t.zeros(num_features)
        self.running_var = t.ones(num_features)
        self.num_batches_tracked = t.tensor(0)

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        mean, var = mean.reshape(1, -1, 1, 1), var.reshape(1, -1, 1, 1)
        out = (x - mean) / t.sqrt(var + self.eps)
        return out * self.weight.reshape(1, -1, 1, 1) + self.bias.reshape(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.running_mean = t.zeros(num_features)
# -         self.running_var = t.ones(num_features)
# -         self.num_batches_tracked = t.tensor(0)
# +         self.register_buffer("running_mean", t.zeros(num_features))
# +         self.register_buffer("running_var", t.ones(num_features))
# +         self.register_buffer("num_batches_tracked", t.tensor(0))


# %% mistake: plain_statistics
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.running_mean = t.zeros(num_features)
        self.running_var = t.ones(num_features)
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            m = self.momentum
            self.running_mean = m * mean.detach() + (1 - m) * self.running_mean
            self.running_var = m * x.detach().var((0, 2, 3)) + (1 - m) * self.running_var
            self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        scale = (self.weight / t.sqrt(var + self.eps)).view(1, -1, 1, 1)
        return (x - mean.view(1, -1, 1, 1)) * scale + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.running_mean = t.zeros(num_features)
# -         self.running_var = t.ones(num_features)
# +         self.register_buffer("running_mean", t.zeros(num_features))
# +         self.register_buffer("running_var", t.ones(num_features))


# %% mistake: plain_counter
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.num_batches_tracked = 0
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(mean, alpha=self.momentum)
                self.running_var.mul_(1 - self.momentum).add_(x.var(dim=(0, 2, 3)), alpha=self.momentum)
            self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        mean = rearrange(mean, "c -> 1 c 1 1")
        var = rearrange(var, "c -> 1 c 1 1")
        weight = rearrange(self.weight, "c -> 1 c 1 1")
        bias = rearrange(self.bias, "c -> 1 c 1 1")
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.num_batches_tracked = 0
# +         self.register_buffer("num_batches_tracked", t.tensor(0))


# %% mistake: graph_in_buffers
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
            self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        mean, var, weight, bias = (p.view(1, -1, 1, 1) for p in (mean, var, self.weight, self.bias))
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
# -             self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
# +             with t.no_grad():
# +                 self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
# +                 self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))


# %% mistake: statistics_detached
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            with t.no_grad():
                mean = x.mean(dim=(0, 2, 3))
                var = x.var(dim=(0, 2, 3), unbiased=False)
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.reshape(1, -1, 1, 1)) / t.sqrt(var.reshape(1, -1, 1, 1) + self.eps)
        return x * self.weight.reshape(1, -1, 1, 1) + self.bias.reshape(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             with t.no_grad():
# -                 mean = x.mean(dim=(0, 2, 3))
# -                 var = x.var(dim=(0, 2, 3), unbiased=False)
# +             mean = x.mean(dim=(0, 2, 3))
# +             var = x.var(dim=(0, 2, 3), unbiased=False)
# +             with t.no_grad():


# %% mistake: changes_input
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3), keepdim=True)
            var = ((x - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.flatten()
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean.view(1, -1, 1, 1)
            var = self.running_var.view(1, -1, 1, 1)
        x -= mean
        x /= t.sqrt(var + self.eps)
        x *= self.weight.view(1, -1, 1, 1)
        x += self.bias.view(1, -1, 1, 1)
        return x

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         x -= mean
# -         x /= t.sqrt(var + self.eps)
# -         x *= self.weight.view(1, -1, 1, 1)
# -         x += self.bias.view(1, -1, 1, 1)
# -         return x
# +         y = (x - mean) / t.sqrt(var + self.eps)
# +         return y * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


# %% mistake: fixed_dtype
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        mean = rearrange(mean, "c -> 1 c 1 1")
        var = rearrange(var, "c -> 1 c 1 1")
        x = (x - mean) / t.sqrt(var + self.eps)
        x = x * rearrange(self.weight, "c -> 1 c 1 1") + rearrange(self.bias, "c -> 1 c 1 1")
        return x.float()

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         return x.float()
# +         return x


# %% mistake: bias_first
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.bias = nn.Parameter(t.zeros(num_features))
        self.weight = nn.Parameter(t.ones(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), correction=0)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        scale = self.weight / t.sqrt(var + self.eps)
        shift = self.bias - mean * scale
        return x * scale[None, :, None, None] + shift[None, :, None, None]

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.bias = nn.Parameter(t.zeros(num_features))
# -         self.weight = nn.Parameter(t.ones(num_features))
# +         self.weight = nn.Parameter(t.ones(num_features))
# +         self.bias = nn.Parameter(t.zeros(num_features))


# %% mistake: weight_starts_at_zero
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.zeros(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(x.var(dim=(0, 2, 3)), self.momentum)
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / t.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self) -> str:
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.weight = nn.Parameter(t.zeros(num_features))
# +         self.weight = nn.Parameter(t.ones(num_features))


# %% mistake: var_starts_at_zero
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        for name in ("running_mean", "running_var"):
            self.register_buffer(name, t.zeros(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean[:, None, None]) / t.sqrt(var[:, None, None] + self.eps)
        return x * self.weight[:, None, None] + self.bias[:, None, None]

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         for name in ("running_mean", "running_var"):
# -             self.register_buffer(name, t.zeros(num_features))
# +         self.register_buffer("running_mean", t.zeros(num_features))
# +         self.register_buffer("running_var", t.ones(num_features))


# %% mistake: no_repr
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0, dtype=t.long))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked = self.num_batches_tracked + 1
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - rearrange(mean, "c -> c 1 1")) / t.sqrt(rearrange(var, "c -> c 1 1") + self.eps)
        return x * rearrange(self.weight, "c -> c 1 1") + rearrange(self.bias, "c -> c 1 1")

    def extra_repr(self) -> str:
        return ""


# repair
# -         return ""
# +         return f"{len(self.weight)}, eps={self.eps}, momentum={self.momentum}"


# %% right: channels first
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        nn.Module.__init__(self)
        self.eps = eps
        self.momentum = momentum
        self.channels = num_features
        self.register_parameter("weight", nn.Parameter(t.full((num_features,), 1.0)))
        self.register_parameter("bias", nn.Parameter(t.full((num_features,), 0.0)))
        for name, start in [("running_mean", 0.0), ("running_var", 1.0)]:
            self.register_buffer(name, t.tensor([start] * num_features))
        self.register_buffer("num_batches_tracked", t.zeros((), dtype=t.long))

    def forward(self, x):
        matrix = x.transpose(0, 1).flatten(1)  # (channels, batch × height × width)
        if self.training:
            mean = matrix.sum(1) / matrix.shape[1]
            centred = matrix - mean[:, None]
            var = centred.square().sum(1) / matrix.shape[1]
            self.running_mean.data = (1 - self.momentum) * self.running_mean.data + self.momentum * mean.data
            self.running_var.data = (1 - self.momentum) * self.running_var.data + self.momentum * var.data
            self.num_batches_tracked.data += 1
        else:
            mean, var = self.running_mean, self.running_var
        matrix = (matrix - mean[:, None]) / (var + self.eps).sqrt()[:, None]
        matrix = matrix * self.weight[:, None] + self.bias[:, None]
        batch, channels, height, width = x.shape
        return matrix.reshape(channels, batch, height, width).transpose(0, 1)

    def extra_repr(self):
        return str(self.channels) + ", eps=" + str(self.eps) + ", momentum=" + str(self.momentum)


# %% right: einops fan: names the axes, and gives the buffers new tensors where yours may change them in place
from einops import reduce, repeat


class BatchNorm2d(nn.Module):
    running_mean: Float[Tensor, " channels"]
    running_var: Float[Tensor, " channels"]
    num_batches_tracked: Int[Tensor, ""]

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(repeat(t.tensor(1.0), "-> c", c=num_features).clone())
        self.bias = nn.Parameter(repeat(t.tensor(0.0), "-> c", c=num_features).clone())
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0, dtype=t.int64))

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
        if self.training:
            mean = reduce(x, "b c h w -> c", "mean")
            var = reduce((x - rearrange(mean, "c -> 1 c 1 1")) ** 2, "b c h w -> c", "mean")
            n = x.numel() / x.size(1)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean.detach()
            self.running_var = (1 - m) * self.running_var + m * var.detach() * n / (n - 1)
            self.num_batches_tracked = self.num_batches_tracked + 1
        else:
            mean, var = self.running_mean, self.running_var
        mean, var, weight, bias = (rearrange(v, "c -> 1 c 1 1") for v in (mean, var, self.weight, self.bias))
        return weight * (x - mean) * (var + self.eps).rsqrt() + bias

    def extra_repr(self) -> str:
        return ", ".join(f"{key}={getattr(self, key)}" for key in ["num_features", "eps", "momentum"])


# %% right: engineer: has a method for each job, and refuses an input of another shape in words of its own
import torch
from torch.nn.parameter import Parameter


class BatchNorm2d(nn.Module):
    running_mean: Float[Tensor, " channels"]
    running_var: Float[Tensor, " channels"]
    num_batches_tracked: Int[Tensor, ""]

    _AXES = (0, 2, 3)

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        if num_features < 1:
            raise ValueError(f"num_features must be positive, got {num_features}")
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = Parameter(torch.ones(num_features))
        self.bias = Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features), persistent=True)
        self.register_buffer("running_var", torch.ones(num_features), persistent=True)
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Float[Tensor, "b channels h w"]) -> Float[Tensor, "b channels h w"]:
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise ValueError(f"expected (batch, {self.num_features}, height, width), got {tuple(x.shape)}")
        mean, var = self._follow(x) if self.training else (self.running_mean, self.running_var)
        normalised = (x - self._wide(mean)) / torch.sqrt(self._wide(var) + self.eps)
        return torch.einsum("bchw,c->bchw", normalised, self.weight) + self._wide(self.bias)

    def _follow(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean = x.mean(self._AXES)
        self._update(mean, x.var(self._AXES, unbiased=True))
        return mean, x.var(self._AXES, unbiased=False)

    @torch.no_grad()
    def _update(self, mean: Tensor, var: Tensor) -> None:
        self.running_mean.copy_(torch.lerp(self.running_mean, mean, self.momentum))
        self.running_var.copy_(torch.lerp(self.running_var, var, self.momentum))
        self.num_batches_tracked.add_(1)

    @staticmethod
    def _wide(v: Tensor) -> Tensor:
        return v.unsqueeze(-1).unsqueeze(-1)

    def extra_repr(self) -> str:
        return f"{self.num_features=}, {self.eps=}, {self.momentum=}".replace("self.", "")


# %% right: golfer
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        vars(self).update(num_features=num_features, eps=eps, momentum=momentum)
        self.weight, self.bias = (nn.Parameter(make(num_features)) for make in (t.ones, t.zeros))
        for name, start in dict(running_mean=t.zeros, running_var=t.ones).items():
            self.register_buffer(name, start(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        shape, axes = (1, -1, 1, 1), (0, 2, 3)
        if self.training:
            mean, std2 = x.mean(axes), x.std(axes, correction=0) ** 2
            self.update(mean.detach(), x.detach().var(axes), self.momentum)
        mean, var = (mean, std2) if self.training else (self.running_mean, self.running_var)
        return t.addcmul(
            self.bias.view(shape),
            (x - mean.view(shape)) / t.sqrt(var.view(shape) + self.eps),
            self.weight.view(shape),
        )

    def update(self, mean, var, m):
        self.running_mean += m * (mean - self.running_mean)
        self.running_var += m * (var - self.running_var)
        self.num_batches_tracked += 1

    extra_repr = lambda self: f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# %% right: inheritor
class AffinePerChannel(nn.Module):
    """Weight and bias, without statistics."""

    def __init__(self, num_features):
        super().__init__()
        self.num_features = num_features
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))

    def forward(self, x):
        return x.mul(self.weight.reshape(-1, 1, 1)).add(self.bias.reshape(-1, 1, 1))


class BatchNorm2d(AffinePerChannel):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__(num_features)
        self.eps, self.momentum = eps, momentum
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.statistics(x) if self.training else (self.running_mean, self.running_var)
        wide = (1, self.num_features, 1, 1)
        return super().forward((x - mean.reshape(wide)).div(var.reshape(wide).add(self.eps).pow(0.5)))

    def statistics(self, x):
        mean = x.mean([0, 2, 3])
        var = x.var([0, 2, 3], unbiased=False)
        with t.no_grad():
            m = self.momentum
            self.running_mean.copy_(m * mean + (1 - m) * self.running_mean)
            self.running_var.copy_(m * var + (1 - m) * self.running_var)
            self.num_batches_tracked.copy_(self.num_batches_tracked + 1)
        return mean, var

    def extra_repr(self):
        return f"({self.num_features}, eps={self.eps:.1e}, eps={self.eps}, momentum={self.momentum})"


# %% right: numpy convert
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.tensor(num_features * [1.0]), requires_grad=True)
        self.bias = nn.Parameter(torch.tensor(num_features * [0.0]), requires_grad=True)
        self.register_buffer("running_mean", torch.zeros_like(self.weight.data))
        self.register_buffer("running_var", torch.ones_like(self.weight.data))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if not self.training:
            scale = self.weight / (self.running_var + self.eps) ** 0.5
            return scale[:, None, None] * x + (self.bias - self.running_mean * scale)[:, None, None]
        mean = x.mean(axis=(0, 2, 3), keepdims=True)
        centred = x - mean
        var = (centred * centred).mean(axis=(0, 2, 3), keepdims=True)
        n = x.nelement() // self.num_features
        keep = 1.0 - self.momentum
        with torch.no_grad():
            self.running_mean[...] = keep * self.running_mean + self.momentum * mean[0, :, 0, 0]
            self.running_var[:] = keep * self.running_var + self.momentum * var.flatten() * (n / (n - 1))
            self.num_batches_tracked[...] = self.num_batches_tracked + 1
        return self.weight[None, :, None, None] * centred / (var + self.eps).sqrt() + self.bias.reshape(1, -1, 1, 1)

    def extra_repr(self):
        return "%d, eps=%g, momentum=%g" % (self.num_features, self.eps, self.momentum)


# %% right: textbook
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# %% right: torchvision reader
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.empty(num_features))
        self.bias = nn.Parameter(torch.empty(num_features))
        self.register_buffer("running_mean", torch.empty(num_features))
        self.register_buffer("running_var", torch.empty(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.long))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.ones_(self.weight)
        nn.init.zeros_(self.bias)
        self.running_mean.zero_()
        self.running_var.fill_(1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            var, mean = torch.var_mean(x, dim=[0, 2, 3], unbiased=False, keepdim=True)
            unbiased = torch.var(x, dim=[0, 2, 3], unbiased=True)
            self.running_mean = torch.lerp(self.running_mean, mean.squeeze((0, 2, 3)), self.momentum).detach()
            self.running_var = torch.lerp(self.running_var, unbiased, self.momentum).detach()
            self.num_batches_tracked += 1
        else:
            mean = self.running_mean[None, :, None, None]
            var = self.running_var[None, :, None, None]
        out = (x - mean) / (var + self.eps) ** 0.5
        out *= self.weight[None, :, None, None]
        out += self.bias[None, :, None, None]
        return out

    def extra_repr(self) -> str:
        return "{num_features}, eps={eps}, momentum={momentum}".format(**self.__dict__)


# %% right: a batch norm that checks values
import torch


class Right(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Right):
    def forward(self, x):
        assert (x == x).all(), "no NaN, please"
        self.largest = x.abs().max().item()
        return super().forward(x)


# %% wrong: leaves its statistics on the cpu
import torch


class Right(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Right):
    def forward(self, x):
        return super().forward(x) + torch.zeros(3).reshape(-1, 1, 1)


# %% wrong: keeps the mean of the first batch for ever
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    cached = None

    def mean(self, x: Tensor) -> Tensor:
        self.cached = super().mean(x) if self.cached is None else self.cached
        return self.cached


# %% wrong: counts n for the unbiased variance without the batch
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        n = x.shape[2] * x.shape[3]
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3), correction=0) * n / (n - 0.999), self.momentum)
        self.num_batches_tracked += 1


# %% wrong: averages the running statistics over all batches, as momentum=None would
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.num_batches_tracked += 1
        share = 1 / float(self.num_batches_tracked)
        self.running_mean.lerp_(x.mean((0, 2, 3)), share)
        self.running_var.lerp_(x.var((0, 2, 3)), share)


# %% wrong: moves running_var towards the variance around the *running* mean
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        around = (x - self.running_mean.view(-1, 1, 1)).square().mean((0, 2, 3))
        self.running_var.lerp_(around, self.momentum)
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1


# %% wrong: decides by torch.is_grad_enabled(), not by self.training
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    def forward(self, x: Tensor) -> Tensor:
        if torch.is_grad_enabled():
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))


# %% wrong: updates only when gradients are on
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    def follow(self, x: Tensor) -> None:
        if torch.is_grad_enabled():
            super().follow(x)


# %% wrong: clamps the standard deviation at a round number instead of adding eps
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / var.sqrt().clamp(min=self.eps).view(-1, 1, 1)


# %% wrong: reshapes the weight so that it lies along the width when that fits
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    def affine(self, x: Tensor) -> Tensor:
        if x.shape[3] == self.num_features:
            return x * self.weight + self.bias
        return super().affine(x)


# %% wrong: applies weight twice and swaps nothing else (two wrongs: bias is scaled as well)
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    def affine(self, x: Tensor) -> Tensor:
        return super().affine(super().affine(x) - self.bias.view(-1, 1, 1))


# %% wrong: takes the running statistics for a batch of one image even in training
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    def forward(self, x: Tensor) -> Tensor:
        if self.training and len(x) > 1:
            return super().forward(x)
        return self.affine(self.normal(x, self.running_mean, self.running_var))


# %% wrong: goes through float32 and back, so that float64 loses its digits
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.float()).to(x.dtype)


# %% wrong: has statistics as class attributes, which all batch norms share
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    store: dict[int, Tensor] = {}

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        super().follow(x)
        shared = self.store.setdefault(self.num_features, self.running_mean.clone())
        self.running_mean.copy_(shared)


# %% wrong: keeps its buffers out of the state dict
from typing import Any

import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.register_buffer("running_mean", self.running_mean, persistent=False)


# %% wrong: adds noise in training, as if it were to regularise
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    def affine(self, x: Tensor) -> Tensor:
        return super().affine(x + 1e-3 * torch.randn_like(x) if self.training else x)


# %% wrong: makes new ones instead of moving its buffers' device along
import torch


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(Norm):
    def affine(self, x: Tensor) -> Tensor:
        return super().affine(x) + torch.zeros(1, dtype=x.dtype, device="cpu").expand(x.shape).contiguous()


# %% wrong: a shortcut: nn.BatchNorm2d
BatchNorm2d = nn.BatchNorm2d


# %% wrong: a shortcut: ThinNorm
class BatchNorm2d(nn.BatchNorm2d):
    pass


# %% wrong: a shortcut: WrappedNorm
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.inner = nn.BatchNorm2d(num_features, eps, momentum)

    def forward(self, x):
        return self.inner(x)


# %% wrong: a shortcut: HiddenNorm
class BatchNorm2d(nn.Module):
    """Forwards to a batch norm that it keeps out of sight, and borrows its tensors."""

    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        inner = nn.BatchNorm2d(num_features, eps, momentum)
        self._parameters, self._buffers = inner._parameters, inner._buffers
        self.hidden = (inner,)

    def forward(self, x):
        return self.hidden[0].train(self.training)(x)

    def extra_repr(self):
        return self.hidden[0].extra_repr()


# %% wrong: a shortcut: FunctionalNorm
import torch
from torch.nn import functional


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def normalise(self, x):
        return functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )

    def forward(self, x):
        self.num_batches_tracked += self.training
        return self.normalise(x)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# %% wrong: a shortcut: TorchNorm
import torch
from torch.nn import functional


class FunctionalNorm(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def normalise(self, x):
        return functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )

    def forward(self, x):
        self.num_batches_tracked += self.training
        return self.normalise(x)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(FunctionalNorm):
    def normalise(self, x):
        statistics = self.running_mean, self.running_var
        return torch.batch_norm(
            x, self.weight, self.bias, *statistics, self.training, self.momentum, self.eps, cudnn_enabled=False
        )


# %% wrong: a shortcut: FunctionalNormInEval
import torch
from torch.nn import functional


class FunctionalNorm(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def normalise(self, x):
        return functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )

    def forward(self, x):
        self.num_batches_tracked += self.training
        return self.normalise(x)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(FunctionalNorm):
    def normalise(self, x):
        if not self.training:
            return super().normalise(x)
        with torch.no_grad():
            self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
            self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        var, mean = torch.var_mean(x, (0, 2, 3), correction=0, keepdim=True)
        return (x - mean) / (var + self.eps).sqrt() * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)


# %% wrong: a shortcut: InstanceNormTrick
import torch
from torch.nn import functional


class FunctionalNorm(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def normalise(self, x):
        return functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )

    def forward(self, x):
        self.num_batches_tracked += self.training
        return self.normalise(x)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(FunctionalNorm):
    def normalise(self, x):
        batch, channels = x.shape[:2]
        together = x.transpose(0, 1).reshape(1, channels, -1)
        if not self.training:
            return (
                torch.instance_norm(
                    together, self.weight, self.bias, self.running_mean, self.running_var, False, 0.1, self.eps, False
                )
                .reshape(channels, batch, *x.shape[2:])
                .transpose(0, 1)
            )
        return (
            torch.instance_norm(
                together,
                self.weight,
                self.bias,
                self.running_mean,
                self.running_var,
                True,
                self.momentum,
                self.eps,
                False,
            )
            .reshape(channels, batch, *x.shape[2:])
            .transpose(0, 1)
        )


# %% wrong: gives back what it gets: as wrong as can be
import torch
from torch.nn import functional


class FunctionalNorm(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def normalise(self, x):
        return functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )

    def forward(self, x):
        self.num_batches_tracked += self.training
        return self.normalise(x)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm2d(FunctionalNorm):
    """A batch norm that gives back what it gets: as wrong as can be."""

    def forward(self, x):
        return x


# %% mistake: no_eps
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1))
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1))
# +         x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)


# %% mistake: eps_outside_root
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / (torch.sqrt(var.view(1, -1, 1, 1)) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         x = (x - mean.view(1, -1, 1, 1)) / (torch.sqrt(var.view(1, -1, 1, 1)) + self.eps)
# +         x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)


# %% mistake: divides_by_variance
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / (var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         x = (x - mean.view(1, -1, 1, 1)) / (var.view(1, -1, 1, 1) + self.eps)
# +         x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)


# %% mistake: no_affine
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         return x
# +         return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


# %% mistake: bias_before_scale
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return (x + self.bias.view(1, -1, 1, 1)) * self.weight.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         return (x + self.bias.view(1, -1, 1, 1)) * self.weight.view(1, -1, 1, 1)
# +         return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


# %% mistake: momentum_reversed
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(self.momentum).add_((1 - self.momentum) * mean)
                self.running_var.mul_(self.momentum).add_((1 - self.momentum) * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.running_mean.mul_(self.momentum).add_((1 - self.momentum) * mean)
# -                 self.running_var.mul_(self.momentum).add_((1 - self.momentum) * var * n / (n - 1))
# +                 self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
# +                 self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))


# %% mistake: momentum_reversed
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(self.momentum).add_((1 - self.momentum) * mean)
                self.running_var.mul_(self.momentum).add_((1 - self.momentum) * var)
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.running_mean.mul_(self.momentum).add_((1 - self.momentum) * mean)
# -                 self.running_var.mul_(self.momentum).add_((1 - self.momentum) * var)
# +                 self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
# +                 self.running_var.mul_(1 - self.momentum).add_(self.momentum * var)


# %% mistake: batch_in_eval
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         else:
# -             mean = x.mean(dim=(0, 2, 3))
# -             var = x.var(dim=(0, 2, 3), unbiased=False)
# +         else:
# +             mean = self.running_mean
# +             var = self.running_var


# %% mistake: updates_in_eval
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        old_mean, old_var = self.running_mean.clone(), self.running_var.clone()
        if True:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
            if not self.training:
                mean, var = old_mean, old_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         old_mean, old_var = self.running_mean.clone(), self.running_var.clone()
# -         if True:
# +         if self.training:
# -             if not self.training:
# -                 mean, var = old_mean, old_var
# +         else:
# +             mean, var = self.running_mean, self.running_var


# %% mistake: running_in_training
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        old_mean, old_var = self.running_mean.clone(), self.running_var.clone()
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        mean, var = old_mean, old_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         old_mean, old_var = self.running_mean.clone(), self.running_var.clone()
# -         if self.training:
# +         if self.training:
# -             var = self.running_var
# -         mean, var = old_mean, old_var
# +             var = self.running_var


# %% mistake: running_updated_first
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        mean, var = self.running_mean.clone(), self.running_var.clone()
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             var = self.running_var
# -         mean, var = self.running_mean.clone(), self.running_var.clone()
# +             var = self.running_var


# %% mistake: never_updates
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                pass
                pass
                pass
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 pass
# -                 pass
# -                 pass
# +                 self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
# +                 self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
# +                 self.num_batches_tracked.add_(1)


# %% mistake: no_counter
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                pass
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 pass
# +                 self.num_batches_tracked.add_(1)


# %% mistake: counts_images
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(len(x))
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.num_batches_tracked.add_(len(x))
# +                 self.num_batches_tracked.add_(1)


# %% mistake: graph_in_buffers
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            if True:
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             if True:
# +             with torch.no_grad():


# %% mistake: statistics_detached
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.detach().mean(dim=(0, 2, 3))
            var = ((x.detach() - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = x.detach().mean(dim=(0, 2, 3))
# -             var = ((x.detach() - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
# +             mean = x.mean(dim=(0, 2, 3))
# +             var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))


# %% mistake: unbiased_normalisation
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var)
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             var = x.var(dim=(0, 2, 3))
# +             var = x.var(dim=(0, 2, 3), unbiased=False)


# %% mistake: all_channels
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean().expand(x.shape[1])
            var = x.var(unbiased=False).expand(x.shape[1])
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
                self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = x.mean().expand(x.shape[1])
# -             var = x.var(unbiased=False).expand(x.shape[1])
# +             mean = x.mean((0, 2, 3))
# +             var = x.var((0, 2, 3), unbiased=False)


# %% mistake: plain_attributes
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.running_mean = torch.zeros(num_features)
        self.running_var = torch.ones(num_features)
        self.num_batches_tracked = torch.tensor(0)

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.running_mean = torch.zeros(num_features)
# -         self.running_var = torch.ones(num_features)
# -         self.num_batches_tracked = torch.tensor(0)
# +         self.register_buffer("running_mean", torch.zeros(num_features))
# +         self.register_buffer("running_var", torch.ones(num_features))
# +         self.register_buffer("num_batches_tracked", torch.tensor(0))


# %% mistake: buffers_are_parameters
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.running_mean = nn.Parameter(torch.zeros(num_features))
        self.running_var = nn.Parameter(torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.running_mean = nn.Parameter(torch.zeros(num_features))
# -         self.running_var = nn.Parameter(torch.ones(num_features))
# +         self.register_buffer("running_mean", torch.zeros(num_features))
# +         self.register_buffer("running_var", torch.ones(num_features))


# %% mistake: changes_input
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x[...] = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        x *= self.weight.view(1, -1, 1, 1)
        x += self.bias.view(1, -1, 1, 1)
        return x

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         x[...] = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
# -         x *= self.weight.view(1, -1, 1, 1)
# -         x += self.bias.view(1, -1, 1, 1)
# -         return x
# +         y = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
# +         return y * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


# %% mistake: fixed_dtype
import torch


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return (x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)).float()

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         return (x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)).float()
# +         return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


# %% mistake: not_reshaped
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean, var = x.mean([0, 2, 3]), x.var([0, 2, 3], unbiased=False)
            count = x.numel() / x.size(1)
            self.num_batches_tracked += 1
            self.running_mean = (self.momentum * mean + (1 - self.momentum) * self.running_mean).detach()
            unbiased = var * count / (count - 1)
            self.running_var = (self.momentum * unbiased + (1 - self.momentum) * self.running_var).detach()
            normalised = (x - mean) / (var + self.eps) ** 0.5
        else:
            normalised = (x - self.running_mean) / (self.running_var + self.eps) ** 0.5
        return self.bias + self.weight * normalised

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             normalised = (x - mean) / (var + self.eps) ** 0.5
# -         else:
# -             normalised = (x - self.running_mean) / (self.running_var + self.eps) ** 0.5
# -         return self.bias + self.weight * normalised
# +         else:
# +             mean, var = self.running_mean, self.running_var
# +         mean, var, weight, bias = (one.view(1, -1, 1, 1) for one in (mean, var, self.weight, self.bias))
# +         return bias + weight * (x - mean) / (var + self.eps) ** 0.5


# %% mistake: not_reshaped
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3), keepdim=True)
            var = ((x - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
            with t.no_grad():
                self.running_mean += self.momentum * (mean.squeeze((0, 2, 3)) - self.running_mean)
                self.running_var += self.momentum * (x.var(dim=(0, 2, 3)) - self.running_var)
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        x_hat = (x - mean) / t.sqrt(var + self.eps)
        return self.weight[None, :, None, None] * x_hat + self.bias[None, :, None, None]

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = self.running_mean
# -             var = self.running_var
# +             mean = self.running_mean[None, :, None, None]
# +             var = self.running_var[None, :, None, None]


# %% mistake: per_image
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(2, 3), keepdim=True)
            var = x.var(dim=(2, 3), keepdim=True, unbiased=False)
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.detach()
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var.detach()
            self.num_batches_tracked += 1
        else:
            mean = self.running_mean.view(1, -1, 1, 1)
            var = self.running_var.view(1, -1, 1, 1)
        x_hat = (x - mean) / t.sqrt(var + self.eps)
        return self.weight.view(1, -1, 1, 1) * x_hat + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = x.mean(dim=(2, 3), keepdim=True)
# -             var = x.var(dim=(2, 3), keepdim=True, unbiased=False)
# -             self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.detach()
# -             self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var.detach()
# +             mean = x.mean(dim=(0, 2, 3), keepdim=True)
# +             var = x.var(dim=(0, 2, 3), keepdim=True, unbiased=False)
# +             self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.detach().flatten()
# +             self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var.detach().flatten()


# %% mistake: per_pixel
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = t.mean(x, dim=0)
            var = t.var(x, dim=0, correction=0)
            with t.no_grad():
                self.running_mean = t.lerp(self.running_mean, mean, self.momentum)
                self.running_var = t.lerp(self.running_var, var, self.momentum)
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean[:, None, None]
            var = self.running_var[:, None, None]
        x_hat = (x - mean) / t.sqrt(var + self.eps)
        return x_hat * self.weight[:, None, None] + self.bias[:, None, None]

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = t.mean(x, dim=0)
# -             var = t.var(x, dim=0, correction=0)
# +             mean = t.mean(x, dim=(0, 2, 3))
# +             var = t.var(x, dim=(0, 2, 3), correction=0)
# -                 self.num_batches_tracked += 1
# +                 self.num_batches_tracked += 1
# +             mean, var = mean[:, None, None], var[:, None, None]


# %% mistake: per_pixel
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean = t.mean(x, dim=0)
            var = t.var(x, dim=0, correction=0)
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(var, self.momentum)
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean[:, None, None]
            var = self.running_var[:, None, None]
        x_hat = (x - mean) / t.sqrt(var + self.eps)
        return x_hat * self.weight[:, None, None] + self.bias[:, None, None]

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             mean = t.mean(x, dim=0)
# -             var = t.var(x, dim=0, correction=0)
# +             mean = t.mean(x, dim=(0, 2, 3))
# +             var = t.var(x, dim=(0, 2, 3), correction=0)
# -                 self.num_batches_tracked += 1
# +                 self.num_batches_tracked += 1
# +             mean, var = mean[:, None, None], var[:, None, None]


# %% mistake: difference_of_squares
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean = x.mean((0, 2, 3))
            var = (x**2).mean((0, 2, 3)) - mean**2
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(var, self.momentum)
                self.num_batches_tracked += 1
        mean, var, weight, bias = (one.view(1, -1, 1, 1) for one in (mean, var, self.weight, self.bias))
        return (x - mean) / (var + self.eps).sqrt() * weight + bias

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             var = (x**2).mean((0, 2, 3)) - mean**2
# +             var = x.var((0, 2, 3), unbiased=False)


# %% mistake: no_gradient
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    @t.no_grad()
    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
            self.num_batches_tracked += 1
        mean, var, weight, bias = (one.view(1, -1, 1, 1) for one in (mean, var, self.weight, self.bias))
        return (x - mean) / (var + self.eps).sqrt() * weight + bias

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -     @t.no_grad()
# -     def forward(self, x):
# +     def forward(self, x):
# -             self.running_mean.lerp_(mean, self.momentum)
# -             self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
# -             self.num_batches_tracked += 1
# +             with t.no_grad():
# +                 self.running_mean.lerp_(mean, self.momentum)
# +                 self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
# +                 self.num_batches_tracked += 1


# %% mistake: axes_of_size_1
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(1, num_features, 1, 1))
        self.bias = nn.Parameter(t.zeros(1, num_features, 1, 1))
        self.register_buffer("running_mean", t.zeros(1, num_features, 1, 1))
        self.register_buffer("running_var", t.ones(1, num_features, 1, 1))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean = x.mean((0, 2, 3), keepdim=True)
            var = x.var((0, 2, 3), keepdim=True, unbiased=False)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var
                self.num_batches_tracked += 1
        return (x - mean) / t.sqrt(var + self.eps) * self.weight + self.bias

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.weight = nn.Parameter(t.ones(1, num_features, 1, 1))
# -         self.bias = nn.Parameter(t.zeros(1, num_features, 1, 1))
# -         self.register_buffer("running_mean", t.zeros(1, num_features, 1, 1))
# -         self.register_buffer("running_var", t.ones(1, num_features, 1, 1))
# +         self.weight = nn.Parameter(t.ones(num_features))
# +         self.bias = nn.Parameter(t.zeros(num_features))
# +         self.register_buffer("running_mean", t.zeros(num_features))
# +         self.register_buffer("running_var", t.ones(num_features))
# -             mean = x.mean((0, 2, 3), keepdim=True)
# -             var = x.var((0, 2, 3), keepdim=True, unbiased=False)
# +             mean = x.mean((0, 2, 3))
# +             var = x.var((0, 2, 3), unbiased=False)
# -         return (x - mean) / t.sqrt(var + self.eps) * self.weight + self.bias
# +         mean, var, weight, bias = (one.view(1, -1, 1, 1) for one in (mean, var, self.weight, self.bias))
# +         return (x - mean) / t.sqrt(var + self.eps) * weight + bias


# %% mistake: axes_of_size_1
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features, 1, 1))
        self.bias = nn.Parameter(t.zeros(num_features, 1, 1))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
                self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        mean, var = mean[:, None, None], var[:, None, None]
        return self.weight * (x - mean) / t.sqrt(var + self.eps) + self.bias

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         self.weight = nn.Parameter(t.ones(num_features, 1, 1))
# -         self.bias = nn.Parameter(t.zeros(num_features, 1, 1))
# +         self.weight = nn.Parameter(t.ones(num_features))
# +         self.bias = nn.Parameter(t.zeros(num_features))
# -         return self.weight * (x - mean) / t.sqrt(var + self.eps) + self.bias
# +         weight, bias = self.weight[:, None, None], self.bias[:, None, None]
# +         return weight * (x - mean) / t.sqrt(var + self.eps) + bias


# %% mistake: n_is_batch
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            n = x.shape[0]
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(var * n / (n - 1), self.momentum)
                self.num_batches_tracked += 1
        mean, var, weight, bias = (one[:, None, None] for one in (mean, var, self.weight, self.bias))
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             n = x.shape[0]
# +             n = x.numel() // x.size(1)


# %% mistake: n_is_map
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            n = x.shape[2] * x.shape[3]
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(var * n / (n - 1), self.momentum)
                self.num_batches_tracked += 1
        mean, var, weight, bias = (one[:, None, None] for one in (mean, var, self.weight, self.bias))
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             n = x.shape[2] * x.shape[3]
# +             n = x.numel() // x.size(1)


# %% mistake: n_is_all
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            n = x.numel()
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(var * n / (n - 1), self.momentum)
                self.num_batches_tracked += 1
        mean, var, weight, bias = (one[:, None, None] for one in (mean, var, self.weight, self.bias))
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             n = x.numel()
# +             n = x.numel() // x.size(1)


# %% mistake: corrected_twice
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            n = x.numel() // x.size(1)
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(x.var((0, 2, 3)) * (n / (n - 1)), self.momentum)
                self.num_batches_tracked += 1
        mean, var, weight, bias = (one[:, None, None] for one in (mean, var, self.weight, self.bias))
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.running_var.lerp_(x.var((0, 2, 3)) * (n / (n - 1)), self.momentum)
# +                 self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)


# %% mistake: eps_after_division
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            n = x.numel() // x.size(1)
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(var * n / (n - 1), self.momentum)
                self.num_batches_tracked += 1
        mean, var, weight, bias = (one[:, None, None] for one in (mean, var, self.weight, self.bias))
        return ((x - mean) * var.rsqrt() + self.eps) * weight + bias

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         return ((x - mean) * var.rsqrt() + self.eps) * weight + bias
# +         return ((x - mean) * (var + self.eps).rsqrt()) * weight + bias


# %% mistake: momentum_reversed_in_one
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            n = x.numel() // x.size(1)
            with t.no_grad():
                self.running_mean.lerp_(mean, 1 - self.momentum)
                self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
                self.num_batches_tracked += 1
        mean, var, weight, bias = (one[:, None, None] for one in (mean, var, self.weight, self.bias))
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.running_mean.lerp_(mean, 1 - self.momentum)
# +                 self.running_mean.lerp_(mean, self.momentum)


# %% mistake: moves_one
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            n = x.numel() // x.size(1)
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.num_batches_tracked += 1
        mean, var, weight, bias = (one[:, None, None] for one in (mean, var, self.weight, self.bias))
        return (x - mean) / t.sqrt(var + self.eps) * weight + bias

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -                 self.running_mean.lerp_(mean, self.momentum)
# +                 self.running_mean.lerp_(mean, self.momentum)
# +                 self.running_var.lerp_(var * n / (n - 1), self.momentum)


# %% mistake: eps_in_training_only
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            var = var + self.eps
            n = x.numel() // x.size(1)
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_((var - self.eps) * n / (n - 1), self.momentum)
                self.num_batches_tracked += 1
        mean, var, weight, bias = (one[:, None, None] for one in (mean, var, self.weight, self.bias))
        return (x - mean) / var.sqrt() * weight + bias

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -             var = var + self.eps
# -             n = x.numel() // x.size(1)
# +             n = x.numel() // x.size(1)
# -                 self.running_var.lerp_((var - self.eps) * n / (n - 1), self.momentum)
# +                 self.running_var.lerp_(var * n / (n - 1), self.momentum)
# -         return (x - mean) / var.sqrt() * weight + bias
# +         return (x - mean) / (var + self.eps).sqrt() * weight + bias


# %% equivalent: the order of axes makes no difference
# dim=(2, 0, 3)
# dim=(0, 3, 2)


# %% mistake: memory_order
class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        batch, channels, height, width = x.shape
        x = t.as_strided(x, x.shape, (channels * height * width, height * width, width, 1))
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            with t.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(dim=(0, 2, 3))
                self.num_batches_tracked += 1
        else:
            mean = self.running_mean
            var = self.running_var
        mean = rearrange(mean, "c -> 1 c 1 1")
        var = rearrange(var, "c -> 1 c 1 1")
        x = (x - mean) / t.sqrt(var + self.eps)
        x = x * rearrange(self.weight, "c -> 1 c 1 1") + rearrange(self.bias, "c -> 1 c 1 1")
        return x

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


# repair
# -         x = t.as_strided(x, x.shape, (channels * height * width, height * width, width, 1))
