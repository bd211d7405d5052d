# %% mistake: always_all_but_batch
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        batch = x.shape[0]
        return x.reshape(batch, -1)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         batch = x.shape[0]
# -         return x.reshape(batch, -1)
# +         start, end = self.start_dim % x.ndim, self.end_dim % x.ndim
# +         return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])


# %% mistake: end_ignored
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        kept = x.shape[: self.start_dim]
        return x.reshape(*kept, -1)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         return x.reshape(*kept, -1)
# +         return x.reshape(*kept, -1, *x.shape[self.end_dim % x.ndim + 1 :])


# %% mistake: start_ignored
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        end = self.end_dim if self.end_dim >= 0 else x.ndim + self.end_dim
        return x.reshape(x.shape[0], -1, *x.shape[end + 1 :])

    def extra_repr(self) -> str:
        return "start_dim={}, end_dim={}".format(self.start_dim, self.end_dim)


# repair
# -         return x.reshape(x.shape[0], -1, *x.shape[end + 1 :])
# +         return x.reshape(*x.shape[: self.start_dim], -1, *x.shape[end + 1 :])


# %% mistake: end_excluded
import math


class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        start = self.start_dim % x.dim()
        end = self.end_dim % x.dim()
        size = math.prod(x.shape[start:end])
        return x.reshape(*x.shape[:start], size, *x.shape[end:])

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         size = math.prod(x.shape[start:end])
# -         return x.reshape(*x.shape[:start], size, *x.shape[end:])
# +         size = math.prod(x.shape[start : end + 1])
# +         return x.reshape(*x.shape[:start], size, *x.shape[end + 1 :])


# %% mistake: end_too_far
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        start = self.start_dim if self.start_dim >= 0 else x.ndim + self.start_dim
        end = self.end_dim if self.end_dim >= 0 else x.ndim + self.end_dim

        new_shape = list(x.shape[:start]) + [-1] + list(x.shape[end + 2 :])
        return x.reshape(new_shape)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         new_shape = list(x.shape[:start]) + [-1] + list(x.shape[end + 2 :])
# +         new_shape = list(x.shape[:start]) + [-1] + list(x.shape[end + 1 :])


# %% mistake: negative_sliced
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        before = x.shape[: self.start_dim]
        after = x.shape[self.end_dim + 1 :]
        return x.reshape(*before, -1, *after)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         after = x.shape[self.end_dim + 1 :]
# +         after = x.shape[self.end_dim % x.ndim + 1 :]


# %% mistake: negative_is_last
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        start = self.start_dim if self.start_dim >= 0 else x.ndim + self.start_dim

        end = self.end_dim
        if end < 0:
            end = x.ndim - 1
        return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])

    def extra_repr(self) -> str:
        return "start_dim={}, end_dim={}".format(self.start_dim, self.end_dim)


# repair
# -             end = x.ndim - 1
# +             end = x.ndim + end


# %% mistake: negative_is_first
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        start = max(self.start_dim, 0)
        end = self.end_dim % x.ndim
        return x.reshape(x.shape[:start] + (-1,) + x.shape[end + 1 :])

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         start = max(self.start_dim, 0)
# +         start = self.start_dim % x.ndim


# %% mistake: default_from_zero
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 0, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        n = x.ndim
        start, end = self.start_dim % n, self.end_dim % n
        return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -     def __init__(self, start_dim: int = 0, end_dim: int = -1) -> None:
# +     def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:


# %% mistake: default_end
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = 2) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        start = self.start_dim if self.start_dim >= 0 else x.ndim + self.start_dim
        end = self.end_dim if self.end_dim >= 0 else x.ndim + self.end_dim
        return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])

    def extra_repr(self) -> str:
        return "start_dim={}, end_dim={}".format(self.start_dim, self.end_dim)


# repair
# -     def __init__(self, start_dim: int = 1, end_dim: int = 2) -> None:
# +     def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:


# %% mistake: everything
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        return x.reshape(x.numel())

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         return x.reshape(x.numel())
# +         start, end = self.start_dim % x.ndim, self.end_dim % x.ndim
# +         return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])


# %% mistake: other_order
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        start = self.start_dim if self.start_dim >= 0 else x.ndim + self.start_dim
        end = self.end_dim if self.end_dim >= 0 else x.ndim + self.end_dim

        shape = (*x.shape[:start], -1, *x.shape[end + 1 :])
        return x.transpose(start, end).reshape(shape)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         return x.transpose(start, end).reshape(shape)
# +         return x.reshape(shape)


# %% mistake: view
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        dims = x.ndim
        start = self.start_dim + dims if self.start_dim < 0 else self.start_dim
        end = self.end_dim + dims if self.end_dim < 0 else self.end_dim
        return x.view(*x.shape[:start], -1, *x.shape[end + 1 :])

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         return x.view(*x.shape[:start], -1, *x.shape[end + 1 :])
# +         return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])


# %% mistake: keeps_ones
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        start, end = self.start_dim % x.ndim, self.end_dim % x.ndim
        shape = list(x.shape)
        shape[start] = -1
        for axis in range(start + 1, end + 1):
            shape[axis] = 1
        return x.reshape(shape)

    def extra_repr(self) -> str:
        return "start_dim={}, end_dim={}".format(self.start_dim, self.end_dim)


# repair
# -         for axis in range(start + 1, end + 1):
# -             shape[axis] = 1
# +         del shape[start + 1 : end + 1]


# %% mistake: remembers
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        if self.start_dim < 0:
            self.start_dim += x.ndim
        if self.end_dim < 0:
            self.end_dim += x.ndim
        return x.reshape(*x.shape[: self.start_dim], -1, *x.shape[self.end_dim + 1 :])

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         if self.start_dim < 0:
# -             self.start_dim += x.ndim
# -         if self.end_dim < 0:
# -             self.end_dim += x.ndim
# -         return x.reshape(*x.shape[: self.start_dim], -1, *x.shape[self.end_dim + 1 :])
# +         start, end = self.start_dim, self.end_dim
# +         if start < 0:
# +             start += x.ndim
# +         if end < 0:
# +             end += x.ndim
# +         return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])


# %% mistake: detached
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        start, end = (d % x.ndim for d in (self.start_dim, self.end_dim))
        return x.data.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         return x.data.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])
# +         return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])


# %% mistake: fixed_dtype
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        start = self.start_dim if self.start_dim >= 0 else x.ndim + self.start_dim
        end = self.end_dim if self.end_dim >= 0 else x.ndim + self.end_dim

        shape = [*x.shape[:start], -1, *x.shape[end + 1 :]]
        return x.float().reshape(shape)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         return x.float().reshape(shape)
# +         return x.reshape(shape)


# %% mistake: silent
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        start = self.start_dim % len(x.shape)
        end = self.end_dim % len(x.shape)
        length = 1
        for size in x.shape[start : end + 1]:
            length *= size
        return x.reshape(*x.shape[:start], length, *x.shape[end + 1 :])


# repair
# -         return x.reshape(*x.shape[:start], length, *x.shape[end + 1 :])
# +         return x.reshape(*x.shape[:start], length, *x.shape[end + 1 :])
# +
# +     def extra_repr(self) -> str:
# +         return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# %% mistake: minus_one_only
class Flatten(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x):
        start, end = self.start_dim, self.end_dim
        if end == -1:
            end = x.ndim - 1
        sizes = []
        for axis in range(start):
            sizes += [x.shape[axis]]
        sizes += [-1]
        for axis in range(end + 1, x.ndim):
            sizes += [x.shape[axis]]
        return x.reshape(sizes)

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         start, end = self.start_dim, self.end_dim
# +         start, end = self.start_dim % x.ndim, self.end_dim % x.ndim


# %% mistake: product_too_short
class Flatten(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x):
        start, end = self.start_dim % x.ndim, self.end_dim % x.ndim
        length = 1
        for axis in range(start, end):
            length *= x.size(axis)
        return x.reshape([*x.shape[:start], length, *x.shape[end + 1 :]])

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# repair
# -         for axis in range(start, end):
# +         for axis in range(start, end + 1):


# %% right: flatten arena
from functools import reduce

import torch


class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x):
        shape = x.shape
        start_dim = self.start_dim
        end_dim = self.end_dim if self.end_dim >= 0 else len(shape) + self.end_dim
        if start_dim < 0:
            start_dim += len(shape)
        middle = reduce(lambda a, b: a * b, shape[start_dim : end_dim + 1])
        return torch.reshape(x, shape[:start_dim] + (middle,) + shape[end_dim + 1 :])

    def extra_repr(self) -> str:
        return ", ".join([f"{key}={getattr(self, key)}" for key in ["start_dim", "end_dim"]])


# %% right: flatten modulo
class _FlattenBase(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Flatten(_FlattenBase):
    def forward(self, x):
        s, e = self.start_dim % x.ndim, self.end_dim % x.ndim
        return x.reshape(*x.shape[:s], -1, *x.shape[e + 1 :])


# %% right: flatten einops
from einops import rearrange


class _FlattenBase(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Flatten(_FlattenBase):
    def forward(self, x):
        names = [f"d{i}" for i in range(x.dim())]
        s, e = range(x.dim())[self.start_dim], range(x.dim())[self.end_dim]
        after = [*names[:s], "(" + " ".join(names[s : e + 1]) + ")", *names[e + 1 :]]
        return rearrange(x, " ".join(names) + " -> " + " ".join(after))


# %% right: flatten contiguous
class _FlattenBase(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Flatten(_FlattenBase):
    def forward(self, x):
        n = len(x.size())
        s = self.start_dim if self.start_dim >= 0 else n + self.start_dim
        e = self.end_dim if self.end_dim >= 0 else n + self.end_dim
        size = []
        for d in range(n):
            if d <= s or d > e:
                size.append(x.size(d))
            else:
                size[-1] *= x.size(d)
        return x.contiguous().view(size)


# %% right: flatten in steps
class _FlattenBase(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Flatten(_FlattenBase):
    """Merges two neighbouring axes until one is left."""

    def forward(self, x):
        start, end = (d + x.ndim if d < 0 else d for d in (self.start_dim, self.end_dim))
        for _ in range(end - start):
            x = x.reshape(x.shape[:start] + (x.shape[start] * x.shape[start + 1],) + x.shape[start + 2 :])
        return x


# %% right: flatten prod
import math


class _FlattenBase(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Flatten(_FlattenBase):
    def forward(self, x):
        shape = list(x.shape)
        first = self.start_dim + len(shape) * (self.start_dim < 0)
        last = self.end_dim + len(shape) * (self.end_dim < 0)
        shape[first : last + 1] = [math.prod(shape[first : last + 1])]
        return x.reshape(shape)


# %% wrong: a shortcut: nn.Flatten
Flatten = nn.Flatten


# %% wrong: a shortcut: nn.Flatten wrapped
def _wrapping(finished: type[nn.Module]) -> type[nn.Module]:
    class Wrapper(nn.Module):
        def __init__(self, *args, **settings):
            super().__init__()
            self.inner = finished(*args, **settings)

        def forward(self, x):
            return self.inner(x)

    return Wrapper


Flatten = _wrapping(nn.Flatten)
