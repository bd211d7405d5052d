# %% Kenji: always everything after the batch
# truth: start_dim and end_dim are kept and never used: everything after the first axis becomes one, whatever was
# asked for.
# repair: keep the axes before start_dim and after end_dim as they are
class Flatten(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, inputs):
        return inputs.reshape((inputs.shape[0], -1))

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# %% Mia: end_dim + 1 is 0
# truth: With end_dim = -1 the slice x.shape[end_dim + 1:] is x.shape[0:], the whole shape, so the sizes no longer fit.
# repair: turn a negative end_dim into a positive one first, by adding the number of axes
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x):
        before = x.shape[: self.start_dim]
        after = x.shape[self.end_dim + 1 :]
        return x.reshape(*before, -1, *after)

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# %% Anton: a half-open range
# truth: The loop over range(start, end) leaves out end_dim itself, which is to be included: one axis too few is joined.
# repair: multiply over range(start, end + 1), and go on with shape[end + 1:]
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Tensor) -> Tensor:
        start = self.start_dim if self.start_dim >= 0 else self.start_dim + x.dim()
        end = self.end_dim if self.end_dim >= 0 else self.end_dim + x.dim()
        length = 1
        for d in range(start, end):
            length *= x.shape[d]
        new_shape = list(x.shape[:start]) + [length] + list(x.shape[end:])
        return x.reshape(new_shape)

    def extra_repr(self) -> str:
        return "start_dim=%d, end_dim=%d" % (self.start_dim, self.end_dim)


# %% Priya: view
# truth: view raises on a tensor that doesn't lie in memory in order, after a permute for instance.
# repair: use reshape in place of view
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super(Flatten, self).__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input):
        shape = input.shape
        start_dim = self.start_dim if self.start_dim >= 0 else len(shape) + self.start_dim
        end_dim = self.end_dim if self.end_dim >= 0 else len(shape) + self.end_dim
        return input.view(shape[:start_dim] + (-1,) + shape[end_dim + 1 :])

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# %% Lars: remembers the first input's axes
# truth: forward overwrites self.start_dim and self.end_dim with positive numbers, so the next input with another
# number of axes is flattened in the wrong place (and extra_repr changes).
# repair: keep the positive numbers in local variables
class Flatten(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x):
        self.start_dim %= x.ndim
        self.end_dim %= x.ndim
        return x.reshape(*x.shape[: self.start_dim], -1, *x.shape[self.end_dim + 1 :])

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# %% Mia: the settings stay inside __init__
# truth: __init__ sets local names instead of self.start_dim and self.end_dim, so forward and extra_repr find no such
# attributes.
# repair: write self.start_dim = start_dim and self.end_dim = end_dim
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        start_dim = start_dim
        end_dim = end_dim

    def forward(self, x):
        start = self.start_dim % len(x.shape)
        end = self.end_dim % len(x.shape)
        return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# %% Anton: only -1 is a negative number, and extra_repr is to follow
# truth: Two mistakes: of the negative numbers only end_dim = -1 is understood (-2 is not, nor a negative start_dim),
# and extra_repr is missing.
# repair: add the number of axes to every negative number, and write extra_repr
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.first = start_dim
        self.last = end_dim

    def forward(self, x: Tensor) -> Tensor:
        last = x.dim() - 1 if self.last == -1 else self.last
        first = self.first
        shape = []
        for d in range(0, first):
            shape.append(x.size(d))
        shape.append(-1)
        for d in range(last + 1, x.dim()):
            shape.append(x.size(d))
        return x.reshape(shape)


# %% Mia: super without brackets
# truth: super.__init__() lacks the brackets behind super, so it raises before anything is kept.
# repair: super().__init__()
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super.__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x):
        start = self.start_dim % len(x.shape)
        end = self.end_dim % len(x.shape)
        return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# %% Kenji: a placeholder
# truth: Partly written: __init__ and extra_repr are right, and forward returns its input as it is.
# repair: reshape so that the axes from start_dim to end_dim become one
class Flatten(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, inputs):
        outputs = inputs  # TODO: np.reshape
        return outputs

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# %% Viktor: a half-open range
# truth: The axis end_dim isn't flattened along: x.shape[end:] keeps it. Both ends are to be included.
# repair: x.shape[end + 1:]
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        """Keep the two axes between which to flatten, both included."""
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        """Make one axis of those from start_dim to end_dim."""
        start = self.start_dim if self.start_dim >= 0 else x.ndim + self.start_dim
        end = self.end_dim if self.end_dim >= 0 else x.ndim + self.end_dim
        return x.reshape(*x.shape[:start], -1, *x.shape[end:])

    def extra_repr(self) -> str:
        """Say start_dim and end_dim."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


# %% Tom: remembers the first input
# truth: forward writes the counted-out axes into self, so after the first input the -1 is gone: an input with another
# number of axes is flattened in the wrong place, and extra_repr changes.
# repair: use local variables start and end instead of self.start_dim and self.end_dim
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        """Keep the two axes between which to flatten, both included."""
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        """Make one axis of those from start_dim to end_dim."""
        if self.start_dim < 0:
            self.start_dim += x.ndim
        if self.end_dim < 0:
            self.end_dim += x.ndim
        new_shape = x.shape[: self.start_dim] + (-1,) + x.shape[self.end_dim + 1 :]
        return x.reshape(new_shape)

    def extra_repr(self) -> str:
        """Say start_dim and end_dim."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
