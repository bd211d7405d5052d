# %% Mia: an if on a whole tensor
# truth: if x > 0 asks a whole tensor whether it's true; that raises as soon as it has more than one value.
# repair: decide for each value, as in t.where(x > 0, x, t.zeros_like(x))
class ReLU(nn.Module):
    def forward(self, x):
        if x > 0:
            return x
        else:
            return 0


# %% Anton: std::max
# truth: Python's max compares the whole tensor with 0 and asks for one truth value, which raises.
# repair: use t.clamp(x, min=0), which compares value by value
class ReLU(nn.Module):
    def forward(self, x):
        return max(x, 0)


# %% Kenji: np.maximum
# truth: numpy computes the result, so a tensor that requires grad raises, and no gradient can flow.
# repair: use t.clamp(x, min=0) instead of np.maximum
import numpy as np


class ReLU(nn.Module):
    def forward(self, x):
        return t.tensor(np.maximum(x.numpy(), 0))


# %% Anton: masks in place
# truth: The negative values of the tensor that was passed in are overwritten: the input isn't left as it was (and a
# leaf that requires grad raises).
# repair: clone x first
class ReLU(nn.Module):
    def forward(self, x):
        x[x < 0] = 0
        return x


# %% Lars: clamp with the wrong keyword
# truth: clamp(max=0) keeps the negative values and makes 0 of the positive ones: the wrong half.
# repair: clamp(min=0)
class ReLU(nn.Module):
    def forward(self, x):
        return x.clamp(max=0)


# %% Mia: forward without self
# truth: forward(x) has no self, so Python passes the module as x and the input is one argument too many.
# repair: def forward(self, x)
class ReLU(nn.Module):
    def forward(x):
        return t.maximum(x, t.zeros_like(x))


# %% Priya: torchvision's habit of inplace=True
# truth: Two mistakes: torch's own relu is off limits, and inplace=True overwrites the input.
# repair: write t.clamp(x, min=0) without inplace
import torch.nn.functional as F


class ReLU(nn.Module):
    def __init__(self, inplace: bool = True):
        super().__init__()
        self.inplace = inplace

    def forward(self, x):
        return F.relu(x, inplace=self.inplace)


# %% Nadia: the half is missing
# truth: x + |x| is 2x where x is positive: all that gets through is doubled.
# repair: divide by 2: (x + x.abs()) / 2
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """Replace each negative value with 0, and keep the others."""
        return x + t.abs(x)


# %% Viktor: a constructor that doesn't call its base
# truth: __init__ doesn't call super().__init__(), so nn.Module isn't set up, and calling the layer raises
# AttributeError.
# repair: call super().__init__() first, or leave __init__ out
class ReLU(nn.Module):
    def __init__(self):
        self.zero = t.tensor(0.0)

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """Replace each negative value with 0, and keep the others."""
        return t.where(x > self.zero, x, self.zero)
