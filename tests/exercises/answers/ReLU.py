# %% mistake: in_place
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        x[x < 0] = 0
        return x


# repair
# -         x[x < 0] = 0
# -         return x
# +         return t.where(x < 0, 0, x)


# %% mistake: absolute
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return t.where(x < 0, -x, x)


# repair
# -         return t.where(x < 0, -x, x)
# +         return t.where(x < 0, 0, x)


# %% mistake: keeps_negatives
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return t.minimum(x, t.zeros_like(x))


# repair
# -         return t.minimum(x, t.zeros_like(x))
# +         return t.maximum(x, t.zeros_like(x))


# %% mistake: negated
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return t.maximum(-x, t.zeros_like(x))


# repair
# -         return t.maximum(-x, t.zeros_like(x))
# +         return t.maximum(x, t.zeros_like(x))


# %% mistake: leaky
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return t.where(x >= 0, x, x * 0.01)


# repair
# -         return t.where(x >= 0, x, x * 0.01)
# +         return t.where(x >= 0, x, 0)


# %% mistake: step
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        positive = x > 0
        return positive.to(x.dtype)


# repair
# -         return positive.to(x.dtype)
# +         return t.where(positive, x, 0)


# %% mistake: mask
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return t.gt(x, 0)


# repair
# -         return t.gt(x, 0)
# +         return t.where(t.gt(x, 0), x, 0)


# %% mistake: selects
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        keep = x >= 0
        return t.masked_select(x, keep)


# repair
# -         return t.masked_select(x, keep)
# +         return t.where(keep, x, 0)


# %% mistake: clamped_at_one
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return x.clamp(0, 1)


# repair
# -         return x.clamp(0, 1)
# +         return x.clamp(0)


# %% mistake: clamped_at_six
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        low, high = t.zeros_like(x), t.full_like(x, 6)
        return t.minimum(t.maximum(x, low), high)


# repair
# -         low, high = t.zeros_like(x), t.full_like(x, 6)
# -         return t.minimum(t.maximum(x, low), high)
# +         return t.maximum(x, t.zeros_like(x))


# %% mistake: softplus
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return t.log1p(t.exp(x))


# repair
# -         return t.log1p(t.exp(x))
# +         return t.where(x < 0, 0, x)


# %% mistake: gelu
import math


class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return 0.5 * x * (1 + t.erf(x / math.sqrt(2)))


# repair
# -         return 0.5 * x * (1 + t.erf(x / math.sqrt(2)))
# +         return t.where(x < 0, 0, x)


# %% mistake: sigmoid
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return 1 / (1 + (-x).exp())


# repair
# -         return 1 / (1 + (-x).exp())
# +         return t.where(x < 0, 0, x)


# %% mistake: largest_only
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return t.max(x).clamp(min=0)


# repair
# -         return t.max(x).clamp(min=0)
# +         return t.maximum(x, t.zeros_like(x))


# %% mistake: nothing
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        x.clamp(min=0)
        return x


# repair
# -         x.clamp(min=0)
# -         return x
# +         return x.clamp(min=0)


# %% mistake: detached
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        out = x.data.clone()
        out[out < 0] = 0
        return out


# repair
# -         out = x.data.clone()
# +         out = x.clone()


# %% mistake: fixed_dtype
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        x = x.type(t.float32)
        return t.maximum(x, t.tensor(0.0))


# repair
# -         x = x.type(t.float32)
# -         return t.maximum(x, t.tensor(0.0))
# +         return t.maximum(x, t.tensor(0.0))


# %% mistake: matrices_only
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        rows, columns, *rest = x.shape
        zeros = x.new_zeros(rows, columns, *rest)
        return t.maximum(x, zeros)


# repair
# -         rows, columns, *rest = x.shape
# -         zeros = x.new_zeros(rows, columns, *rest)
# +         zeros = x.new_zeros(x.shape)


# %% mistake: fixed_device
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        zeros = t.zeros(x.shape, dtype=x.dtype)
        return t.maximum(x, zeros)


# repair
# -         zeros = t.zeros(x.shape, dtype=x.dtype)
# +         zeros = t.zeros_like(x)


# %% mistake: learned
class ReLU(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.threshold = nn.Parameter(t.tensor(0.0))

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return t.maximum(x, self.threshold)


# repair
# -     def __init__(self) -> None:
# -         super().__init__()
# -         self.threshold = nn.Parameter(t.tensor(0.0))

# -         return t.maximum(x, self.threshold)
# +         return t.maximum(x, t.zeros_like(x))


# %% right: relu maximum
import torch


class ReLU(nn.Module):
    def forward(self, x):
        return torch.maximum(x, torch.zeros_like(x))


# %% right: relu scalar
import torch


class ReLU(nn.Module):
    def forward(self, x):
        return torch.maximum(x, torch.tensor(0.0))


# %% right: relu clamp
class ReLU(nn.Module):
    def forward(self, x):
        return x.clamp(min=0)


# %% right: relu where
import torch


class ReLU(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, x):
        return torch.where(x > 0, x, 0.0)


# %% right: relu mask
class ReLU(nn.Module):
    def forward(self, x):
        return x * (x > 0)


# %% right: relu abs
class ReLU(nn.Module):
    def forward(self, x):
        return (x + x.abs()) / 2


# %% right: relu filled
class ReLU(nn.Module):
    def forward(self, x):
        out = x.clone()
        out[out < 0] = 0
        return out


# %% right: relu masked fill
import torch


class ReLU(nn.Module):
    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return input.masked_fill(input < 0, 0)


# %% wrong: a shortcut: nn.ReLU
ReLU = nn.ReLU


# %% wrong: a shortcut: layers.ReLU
from course_utils import layers


ReLU = layers.ReLU


# %% wrong: a shortcut: nn.ReLU wrapped
def _wrapping(finished: type[nn.Module]) -> type[nn.Module]:
    class Wrapper(nn.Module):
        def __init__(self, *args, **settings):
            super().__init__()
            self.inner = finished(*args, **settings)

        def forward(self, x):
            return self.inner(x)

    return Wrapper


ReLU = _wrapping(nn.ReLU)


# %% wrong: a shortcut: layers.ReLU wrapped
from course_utils import layers


def _wrapping(finished: type[nn.Module]) -> type[nn.Module]:
    class Wrapper(nn.Module):
        def __init__(self, *args, **settings):
            super().__init__()
            self.inner = finished(*args, **settings)

        def forward(self, x):
            return self.inner(x)

    return Wrapper


ReLU = _wrapping(layers.ReLU)


# %% wrong: a shortcut: a function does the whole exercise (CallsReLU)
class ReLU(nn.Module):
    def forward(self, x):
        return functional.relu(x)
