# %% mistake: transposed
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = in_features**-0.5
        self.weight = nn.Parameter((t.rand(in_features, out_features) * 2 - 1) * bound)
        self.bias = nn.Parameter((t.rand(out_features) * 2 - 1) * bound) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# repair
# -         self.weight = nn.Parameter((t.rand(in_features, out_features) * 2 - 1) * bound)
# +         self.weight = nn.Parameter((t.rand(out_features, in_features) * 2 - 1) * bound)
# -         y = x @ self.weight
# +         y = x @ self.weight.T


# %% mistake: bias_first
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        limit = in_features ** (-1 / 2)
        if bias:
            self.bias = nn.Parameter(t.empty(out_features).uniform_(-limit, limit))
        else:
            self.bias = None
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-limit, limit))

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        out = t.matmul(x, self.weight.t())
        return out if self.bias is None else out + self.bias

    def extra_repr(self) -> str:
        out_features, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={out_features}, bias={self.bias is not None}"


# repair
# -         self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-limit, limit))

# -         limit = in_features ** (-1 / 2)
# +         limit = in_features ** (-1 / 2)
# +         self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-limit, limit))


# %% mistake: always_bias
import math


class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        b = 1 / math.sqrt(in_features)
        self.weight = nn.Parameter(2 * b * t.rand(out_features, in_features) - b)
        self.bias = nn.Parameter(2 * b * t.rand(out_features) - b)

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        return x @ self.weight.T + self.bias

    def extra_repr(self) -> str:
        out_features, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={out_features}, bias={self.bias is not None}"


# repair
# -         self.bias = nn.Parameter(2 * b * t.rand(out_features) - b)
# +         self.bias = nn.Parameter(2 * b * t.rand(out_features) - b) if bias else None
# -         return x @ self.weight.T + self.bias
# +         y = x @ self.weight.T
# +         return y if self.bias is None else y + self.bias


# %% mistake: never_bias
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = in_features**-0.5
        self.weight = nn.Parameter((t.rand(out_features, in_features) - 0.5) * 2 * bound)
        self.bias = None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight.T
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        has_bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={has_bias}"


# repair
# -         self.bias = None
# +         self.bias = nn.Parameter((t.rand(out_features) - 0.5) * 2 * bound) if bias else None


# %% mistake: one_bias
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = in_features**-0.5
        self.weight = nn.Parameter(bound * (2 * t.rand(out_features, in_features) - 1))
        self.bias = nn.Parameter(bound * (2 * t.rand(1) - 1)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        out = t.matmul(x, self.weight.t())
        return out if self.bias is None else out + self.bias

    def extra_repr(self) -> str:
        n_out, n_in = self.weight.shape
        return "in_features={}, out_features={}, bias={}".format(n_in, n_out, self.bias is not None)


# repair
# -         self.bias = nn.Parameter(bound * (2 * t.rand(1) - 1)) if bias else None
# +         self.bias = nn.Parameter(bound * (2 * t.rand(out_features) - 1)) if bias else None


# %% mistake: needs_bias
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        k = in_features**-0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-k, k))
        self.bias = nn.Parameter(t.empty(out_features).uniform_(-k, k)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        return t.matmul(x, self.weight.T) + self.bias

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# repair
# -         return t.matmul(x, self.weight.T) + self.bias
# +         y = t.matmul(x, self.weight.T)
# +         return y if self.bias is None else y + self.bias


# %% mistake: not_transposed
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter((2 * t.rand(out_features, in_features) - 1) * bound)
        if bias:
            self.bias = nn.Parameter((2 * t.rand(out_features) - 1) * bound)
        else:
            self.bias = None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = t.matmul(x, self.weight)
        if self.bias is not None:
            y += self.bias
        return y

    def extra_repr(self) -> str:
        out_features, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={out_features}, bias={self.bias is not None}"


# repair
# -         y = t.matmul(x, self.weight)
# +         y = t.matmul(x, self.weight.T)


# %% mistake: ignores_bias
import math


class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        limit = 1 / math.sqrt(in_features)
        weight = t.rand(out_features, in_features) * 2 * limit - limit
        self.weight = nn.Parameter(weight)
        self.bias = None
        if bias:
            self.bias = nn.Parameter(t.rand(out_features) * 2 * limit - limit)

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        return einsum(x, self.weight, "... i, o i -> ... o")

    def extra_repr(self) -> str:
        has_bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={has_bias}"


# repair
# -         return einsum(x, self.weight, "... i, o i -> ... o")
# +         y = einsum(x, self.weight, "... i, o i -> ... o")
# +         return y if self.bias is None else y + self.bias


# %% mistake: subtracts_bias
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter((2 * t.rand(out_features, in_features) - 1) * bound)
        if bias:
            self.bias = nn.Parameter((2 * t.rand(out_features) - 1) * bound)
        else:
            self.bias = None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        out = x @ self.weight.transpose(0, 1)
        if self.bias is None:
            return out
        return out - self.bias

    def extra_repr(self) -> str:
        n_out, n_in = self.weight.shape
        return "in_features={}, out_features={}, bias={}".format(n_in, n_out, self.bias is not None)


# repair
# -         return out - self.bias
# +         return out + self.bias


# %% mistake: plain_tensors
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = in_features**-0.5
        self.weight = t.empty(out_features, in_features).uniform_(-bound, bound)
        self.bias = t.empty(out_features).uniform_(-bound, bound) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight.T
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# repair
# -         self.weight = t.empty(out_features, in_features).uniform_(-bound, bound)
# -         self.bias = t.empty(out_features).uniform_(-bound, bound) if bias else None
# +         self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
# +         self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound)) if bias else None


# %% mistake: plain_bias
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter((t.rand(out_features, in_features) * 2 - 1) * bound)
        if bias:
            self.bias = (t.rand(out_features) * 2 - 1) * bound
        else:
            self.bias = None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        out = t.matmul(x, self.weight.t())
        return out if self.bias is None else out + self.bias

    def extra_repr(self) -> str:
        out_features, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={out_features}, bias={self.bias is not None}"


# repair
# -             self.bias = (t.rand(out_features) * 2 - 1) * bound
# +             self.bias = nn.Parameter((t.rand(out_features) * 2 - 1) * bound)


# %% mistake: normal
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = nn.Parameter(t.randn(out_features, in_features))
        self.bias = nn.Parameter(t.randn(out_features)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = einsum(x, self.weight, "... i, o i -> ... o")
        if self.bias is None:
            return y
        return y + self.bias

    def extra_repr(self) -> str:
        has_bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={has_bias}"


# repair
# -         self.weight = nn.Parameter(t.randn(out_features, in_features))
# -         self.bias = nn.Parameter(t.randn(out_features)) if bias else None
# +         bound = in_features**-0.5
# +         self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
# +         self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound)) if bias else None


# %% mistake: normal
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(t.randn((out_features, in_features)))
        if bias:
            bound = in_features**-0.5
            self.bias = nn.Parameter(2 * bound * t.rand(out_features) - bound)
        else:
            self.bias = None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight.T
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        n_out, n_in = self.weight.shape
        return "in_features={}, out_features={}, bias={}".format(n_in, n_out, self.bias is not None)


# repair
# -         self.weight = nn.Parameter(t.randn((out_features, in_features)))
# -         if bias:
# -             bound = in_features**-0.5
# -             self.bias = nn.Parameter(2 * bound * t.rand(out_features) - bound)
# +         bound = in_features**-0.5
# +         self.weight = nn.Parameter(2 * bound * t.rand(out_features, in_features) - bound)
# +         if bias:
# +             self.bias = nn.Parameter(2 * bound * t.rand(out_features) - bound)


# %% mistake: positive
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        scale = in_features**-0.5
        self.weight = nn.Parameter(t.rand(out_features, in_features) * scale)
        self.bias = nn.Parameter(t.rand(out_features) * scale) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        out = t.matmul(x, self.weight.t())
        return out if self.bias is None else out + self.bias

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# repair
# -         self.weight = nn.Parameter(t.rand(out_features, in_features) * scale)
# -         self.bias = nn.Parameter(t.rand(out_features) * scale) if bias else None
# +         self.weight = nn.Parameter((2 * t.rand(out_features, in_features) - 1) * scale)
# +         self.bias = nn.Parameter((2 * t.rand(out_features) - 1) * scale) if bias else None


# %% mistake: positive_weight
import math


class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = 1 / math.sqrt(in_features)
        self.weight = nn.Parameter(bound * t.rand(out_features, in_features))
        self.bias = nn.Parameter(bound * (2 * t.rand(out_features) - 1)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight.T
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        has_bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={has_bias}"


# repair
# -         self.weight = nn.Parameter(bound * t.rand(out_features, in_features))
# +         self.weight = nn.Parameter(bound * (2 * t.rand(out_features, in_features) - 1))


# %% mistake: zero_to_one
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(t.rand(out_features, in_features))
        if bias:
            self.bias = nn.Parameter(t.rand(out_features))
        else:
            self.bias = None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = einsum(x, self.weight, "... i, o i -> ... o")
        if self.bias is None:
            return y
        return y + self.bias

    def extra_repr(self) -> str:
        out_features, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={out_features}, bias={self.bias is not None}"


# repair
# -         self.weight = nn.Parameter(t.rand(out_features, in_features))
# +         bound = in_features**-0.5
# +         self.weight = nn.Parameter((2 * t.rand(out_features, in_features) - 1) * bound)
# -             self.bias = nn.Parameter(t.rand(out_features))
# +             self.bias = nn.Parameter((2 * t.rand(out_features) - 1) * bound)


# %% mistake: zero_bias
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = in_features**-0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(t.zeros(out_features)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        out = t.matmul(x, self.weight.t())
        return out if self.bias is None else out + self.bias

    def extra_repr(self) -> str:
        has_bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={has_bias}"


# repair
# -         self.bias = nn.Parameter(t.zeros(out_features)) if bias else None
# +         self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound)) if bias else None


# %% mistake: all_zero
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(t.zeros(out_features, in_features))
        self.bias = nn.Parameter(t.zeros(out_features)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight.T
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        n_out, n_in = self.weight.shape
        return "in_features={}, out_features={}, bias={}".format(n_in, n_out, self.bias is not None)


# repair
# -         self.weight = nn.Parameter(t.zeros(out_features, in_features))
# -         self.bias = nn.Parameter(t.zeros(out_features)) if bias else None
# +         bound = in_features**-0.5
# +         self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
# +         self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound)) if bias else None


# %% mistake: bound_from_outputs
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = 1 / out_features**0.5
        self.weight = nn.Parameter((2 * t.rand(out_features, in_features) - 1) * bound)
        self.bias = nn.Parameter((2 * t.rand(out_features) - 1) * bound) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = einsum(x, self.weight, "... i, o i -> ... o")
        if self.bias is None:
            return y
        return y + self.bias

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# repair
# -         bound = 1 / out_features**0.5
# +         bound = 1 / in_features**0.5


# %% mistake: no_root
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = 1 / in_features
        self.weight = nn.Parameter(t.rand(out_features, in_features) * 2 * bound - bound)
        self.bias = None
        if bias:
            self.bias = nn.Parameter(t.rand(out_features) * 2 * bound - bound)

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        out = t.matmul(x, self.weight.t())
        return out if self.bias is None else out + self.bias

    def extra_repr(self) -> str:
        out_features, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={out_features}, bias={self.bias is not None}"


# repair
# -         bound = 1 / in_features
# +         bound = 1 / in_features**0.5


# %% mistake: bound_upside_down
import math


class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = math.sqrt(in_features)
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight.T
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        has_bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={has_bias}"


# repair
# -         bound = math.sqrt(in_features)
# +         bound = 1 / math.sqrt(in_features)


# %% mistake: same_weights
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        t.manual_seed(42)
        bound = in_features**-0.5
        self.weight = nn.Parameter((2 * t.rand(out_features, in_features) - 1) * bound)
        self.bias = nn.Parameter((2 * t.rand(out_features) - 1) * bound) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight.T
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# repair
# -         t.manual_seed(42)
# -         bound = in_features**-0.5
# +         bound = in_features**-0.5


# %% mistake: matrices_only
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-k, k))
        self.bias = nn.Parameter(t.empty(out_features).uniform_(-k, k)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        if self.bias is None:
            return t.mm(x, self.weight.T)
        return t.addmm(self.bias, x, self.weight.T)

    def extra_repr(self) -> str:
        n_out, n_in = self.weight.shape
        return "in_features={}, out_features={}, bias={}".format(n_in, n_out, self.bias is not None)


# repair
# -         if self.bias is None:
# -             return t.mm(x, self.weight.T)
# -         return t.addmm(self.bias, x, self.weight.T)
# +         if self.bias is None:
# +             return x @ self.weight.T
# +         return x @ self.weight.T + self.bias


# %% mistake: flattens
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter((2 * t.rand(out_features, in_features) - 1) * bound)
        if bias:
            self.bias = nn.Parameter((2 * t.rand(out_features) - 1) * bound)
        else:
            self.bias = None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        rows = x.reshape(-1, self.in_features)
        y = rows @ self.weight.T
        return y if self.bias is None else y + self.bias

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# repair
# -         rows = x.reshape(-1, self.in_features)
# -         y = rows @ self.weight.T
# +         y = x @ self.weight.T


# %% mistake: detached
import math


class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        limit = 1 / math.sqrt(in_features)
        weight = t.rand(out_features, in_features) * 2 * limit - limit
        self.weight = nn.Parameter(weight)
        self.bias = None
        if bias:
            self.bias = nn.Parameter(t.rand(out_features) * 2 * limit - limit)

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight.data.T
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        out_features, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={out_features}, bias={self.bias is not None}"


# repair
# -         y = x @ self.weight.data.T
# +         y = x @ self.weight.T


# %% mistake: fixed_dtype
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        k = in_features**-0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-k, k))
        self.bias = nn.Parameter(t.empty(out_features).uniform_(-k, k)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x.float() @ self.weight.float().T
        if self.bias is not None:
            y = y + self.bias.float()
        return y

    def extra_repr(self) -> str:
        has_bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={has_bias}"


# repair
# -         y = x.float() @ self.weight.float().T
# -         if self.bias is not None:
# -             y = y + self.bias.float()
# +         y = x @ self.weight.T
# +         if self.bias is not None:
# +             y = y + self.bias


# %% mistake: activated
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter((2 * t.rand(out_features, in_features) - 1) * bound)
        if bias:
            self.bias = nn.Parameter((2 * t.rand(out_features) - 1) * bound)
        else:
            self.bias = None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight.T
        if self.bias is not None:
            y = y + self.bias
        return t.clamp(y, min=0)

    def extra_repr(self) -> str:
        n_out, n_in = self.weight.shape
        return "in_features={}, out_features={}, bias={}".format(n_in, n_out, self.bias is not None)


# repair
# -         return t.clamp(y, min=0)
# +         return y


# %% mistake: silent
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-k, k))
        self.bias = nn.Parameter(t.empty(out_features).uniform_(-k, k)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        y = x @ self.weight.T
        return y + self.bias if self.bias is not None else y


# repair
# -         return y + self.bias if self.bias is not None else y
# +         return y + self.bias if self.bias is not None else y
# +
# +     def extra_repr(self) -> str:
# +         out_features, in_features = self.weight.shape
# +         return f"in_features={in_features}, out_features={out_features}, bias={self.bias is not None}"


# %% mistake: silent_about_bias
import math


class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        limit = 1 / math.sqrt(in_features)
        weight = t.rand(out_features, in_features) * 2 * limit - limit
        self.weight = nn.Parameter(weight)
        self.bias = None
        if bias:
            self.bias = nn.Parameter(t.rand(out_features) * 2 * limit - limit)

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        out = t.matmul(x, self.weight.t())
        return out if self.bias is None else out + self.bias

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}"


# repair
# -         return f"in_features={self.in_features}, out_features={self.out_features}"
# +         return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% right: linear rand
import numpy as np
import torch


class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        sf = 1 / np.sqrt(in_features)
        self.weight = nn.Parameter(sf * (2 * torch.rand(out_features, in_features) - 1))
        if bias:
            self.bias = nn.Parameter(sf * (2 * torch.rand(out_features) - 1))
        else:
            self.bias = None

    def forward(self, x):
        x = einsum(x, self.weight, "... i, o i -> ... o")
        if self.bias is not None:
            x += self.bias
        return x

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% right: linear empty: makes empty tensors and fills them in place, and registers None where there's no bias
import math

import torch


class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = math.sqrt(1 / in_features)
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.register_parameter("bias", nn.Parameter(torch.empty(out_features)) if bias else None)
        if bias:
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, x):
        out = torch.matmul(x, self.weight.t())
        return out + self.bias if self.bias is not None else out

    def extra_repr(self):
        return f"{self.weight.shape[1]} -> {self.weight.shape[0]} (bias: {self.bias is not None})"


# %% right: linear kaiming: fills the weight as PyTorch does: with a = √5 the bound comes out as 1/√in_features
import math

import torch


class Linear(nn.Module):
    """As PyTorch's own source has it."""

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty((out_features, in_features)))
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        self.bias = nn.Parameter((torch.rand(out_features) - 0.5) * 2 / in_features**0.5) if bias else None

    def forward(self, x):
        y = (self.weight @ x.unsqueeze(-1)).squeeze(-1)
        return y if self.bias is None else y + self.bias

    def extra_repr(self):
        return ", ".join(map(str, [*reversed(self.weight.shape), self.bias is not None]))


# %% right: linear flat
import torch


class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        limit = in_features ** (-1 / 2)
        self.has_bias = bias
        self.weight = nn.Parameter(-limit + 2 * limit * torch.rand([out_features, in_features]))
        if bias:
            self.bias = nn.Parameter(-limit + 2 * limit * torch.rand([out_features]))

    def forward(self, x):
        rows = x.reshape(-1, x.shape[-1])
        y = rows.mm(self.weight.T)
        if self.has_bias:
            y = y + self.bias
        return y.view(*x.shape[:-1], -1)

    def extra_repr(self):
        n_out, n_in = self.weight.shape
        return "in=%d out=%d bias=%s" % (n_in, n_out, self.has_bias)


# %% right: linear numpy
import numpy as np
import torch


class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.size = (in_features, out_features, bias)
        bound = 1 / in_features**0.5
        start = np.random.uniform(-bound, bound, (out_features, in_features + 1)).astype("float32")
        self.weight = nn.Parameter(torch.from_numpy(start[:, 1:].copy()))
        self.bias = nn.Parameter(torch.from_numpy(start[:, 0].copy())) if bias else None

    def forward(self, x):
        return sum([x @ self.weight.mT] + ([self.bias] if self.size[2] else []))

    def extra_repr(self):
        return str(self.size)


# %% right: linear distribution
import torch


class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        draw = torch.distributions.Uniform(-(in_features**-0.5), in_features**-0.5)
        self.weight = nn.Parameter(draw.sample((out_features, in_features)))
        self.bias = nn.Parameter(draw.sample((out_features,))) if bias else None
        self.repr = f"{in_features=}, {out_features=}, {bias=}"

    def forward(self, x):
        y = torch.tensordot(x, self.weight, dims=([-1], [1]))
        if self.bias is None:
            return y
        return y.add(self.bias)

    def extra_repr(self):
        return self.repr


# %% wrong: a shortcut: nn.Linear
Linear = nn.Linear


# %% wrong: a shortcut: layers.Linear
from course_utils import layers


Linear = layers.Linear


# %% wrong: a shortcut: nn.Linear wrapped
def _wrapping(finished: type[nn.Module]) -> type[nn.Module]:
    class Wrapper(nn.Module):
        def __init__(self, *args, **settings):
            super().__init__()
            self.inner = finished(*args, **settings)

        def forward(self, x):
            return self.inner(x)

    return Wrapper


Linear = _wrapping(nn.Linear)


# %% wrong: a shortcut: layers.Linear wrapped
from course_utils import layers


def _wrapping(finished: type[nn.Module]) -> type[nn.Module]:
    class Wrapper(nn.Module):
        def __init__(self, *args, **settings):
            super().__init__()
            self.inner = finished(*args, **settings)

        def forward(self, x):
            return self.inner(x)

    return Wrapper


Linear = _wrapping(layers.Linear)


# %% mistake: no_bias_by_default
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=False):
        super().__init__()
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = None
        if bias:
            self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound))

    def forward(self, x):
        y = x.matmul(self.weight.t())
        return y + self.bias if self.bias is not None else y

    def extra_repr(self):
        return f"{self.weight.shape[1]}, {len(self.weight)}, bias={self.bias is not None}"


# repair
# -     def __init__(self, in_features, out_features, bias=False):
# +     def __init__(self, in_features, out_features, bias=True):


# %% mistake: kaiming
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        bound = (6 / in_features) ** 0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = None
        if bias:
            self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound))

    def forward(self, x):
        y = x.matmul(self.weight.t())
        return y + self.bias if self.bias is not None else y

    def extra_repr(self):
        return f"{self.weight.shape[1]}, {len(self.weight)}, bias={self.bias is not None}"


# repair
# -         bound = (6 / in_features) ** 0.5
# +         bound = (1 / in_features) ** 0.5


# %% mistake: no_gradient
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = None
        if bias:
            self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound))

    @t.no_grad()
    def forward(self, x):
        y = x.matmul(self.weight.t())
        return y + self.bias if self.bias is not None else y

    def extra_repr(self):
        return f"{self.weight.shape[1]}, {len(self.weight)}, bias={self.bias is not None}"


# repair
# -     @t.no_grad()
# -     def forward(self, x):
# +     def forward(self, x):


# %% mistake: float64_weights
import numpy as np


class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        draw = np.random.default_rng().uniform
        bound = in_features**-0.5
        self.weight = nn.Parameter(t.from_numpy(draw(-bound, bound, (out_features, in_features))))
        self.bias = nn.Parameter(t.from_numpy(draw(-bound, bound, out_features))) if bias else None

    def forward(self, x):
        y = x @ self.weight.mT
        return y if self.bias is None else y + self.bias

    def extra_repr(self):
        return f"in_features={self.weight.shape[1]}, out_features={self.weight.shape[0]}, bias={self.bias is not None}"


# repair
# -         self.weight = nn.Parameter(t.from_numpy(draw(-bound, bound, (out_features, in_features))))
# +         self.weight = nn.Parameter(t.from_numpy(draw(-bound, bound, (out_features, in_features))).float())
# -         self.bias = nn.Parameter(t.from_numpy(draw(-bound, bound, out_features))) if bias else None
# +         self.bias = nn.Parameter(t.from_numpy(draw(-bound, bound, out_features)).float()) if bias else None


# %% mistake: halved
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        stretch = in_features**-0.5
        self.weight = nn.Parameter((t.rand(out_features, in_features) - 0.5) * stretch)
        self.bias = nn.Parameter((t.rand(out_features) - 0.5) * stretch) if bias else None

    def forward(self, x):
        y = t.matmul(x, self.weight.T)
        return y if self.bias is None else y + self.bias

    def extra_repr(self):
        return f"in_features={self.weight.shape[1]}, out_features={len(self.weight)}, bias={self.bias is not None}"


# repair
# -         stretch = in_features**-0.5
# +         stretch = 2 * in_features**-0.5


# %% mistake: view
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        k = 1 / in_features**0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-k, k))
        self.bias = nn.Parameter(t.empty(out_features).uniform_(-k, k)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        leading = x.size()[:-1]
        rows = x.view(leading.numel(), self.in_features)
        out = t.einsum("ni,oi->no", rows, self.weight)
        if self.bias is not None:
            out = out + self.bias
        return out.reshape(*leading, self.out_features)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# repair
# -         rows = x.view(leading.numel(), self.in_features)
# +         rows = x.reshape(leading.numel(), self.in_features)
