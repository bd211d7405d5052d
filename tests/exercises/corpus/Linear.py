# %% Mia: the weight isn't a Parameter
# truth: weight and bias are plain tensors: parameters() doesn't find them, so they're neither trained nor saved.
# repair: wrap both tensors in nn.Parameter
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        limit = 1 / in_features**0.5
        self.weight = t.rand(out_features, in_features) * 2 * limit - limit
        if bias == True:
            self.bias = t.rand(out_features) * 2 * limit - limit
        else:
            self.bias = None

    def forward(self, x):
        result = x @ self.weight.T
        if self.bias is not None:
            result = result + self.bias
        return result

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% Mia: super().__init__() comes last
# truth: A Parameter is assigned before super().__init__() has run, so the module has no place to register it and
# raises.
# repair: make super().__init__() the first line of __init__
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        self.in_features = in_features
        self.out_features = out_features
        limit = in_features**-0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-limit, limit))
        self.bias = nn.Parameter(t.empty(out_features).uniform_(-limit, limit)) if bias else None
        super().__init__()

    def forward(self, x):
        out = x.matmul(self.weight.T)
        if self.bias is not None:
            out = out + self.bias
        return out

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% Kenji: the kernel as Keras keeps it
# truth: The weight has the shape (in_features, out_features), as a Keras kernel has, instead of (out_features,
# in_features).
# repair: make the weight (out_features, in_features) and multiply by its transpose
import numpy as np


class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.units = out_features
        limit = np.sqrt(1.0 / in_features)
        self.weight = nn.Parameter(t.FloatTensor(in_features, out_features).uniform_(-limit, limit))
        self.bias = nn.Parameter(t.FloatTensor(out_features).uniform_(-limit, limit)) if bias else None

    def forward(self, inputs):
        outputs = t.matmul(inputs, self.weight)
        if self.bias is not None:
            outputs = outputs + self.bias
        return outputs

    def extra_repr(self):
        return f"in_features={self.weight.shape[0]}, out_features={self.units}, bias={self.bias is not None}"


# %% Kenji: the bias starts at zero
# truth: The bias starts at zeros, as in Keras, instead of being drawn from the same uniform range as the weight.
# repair: draw the bias uniformly between -1/sqrt(n) and 1/sqrt(n)
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        limit = (1.0 / in_features) ** 0.5
        self.weight = nn.Parameter(t.rand(out_features, in_features) * (2 * limit) - limit)
        self.bias = nn.Parameter(t.zeros(out_features)) if bias else None
        self.in_features, self.units, self.use_bias = in_features, out_features, bias

    def forward(self, inputs):
        outputs = t.matmul(inputs, self.weight.t())
        return outputs + self.bias if self.use_bias else outputs

    def extra_repr(self):
        return "in_features={}, out_features={}, bias={}".format(self.in_features, self.units, self.use_bias)


# %% Anton: the range follows the number of outputs
# truth: The bound is 1/sqrt(out_features); it must follow the number of inputs, which is what each output sums over.
# repair: compute the bound from in_features
import math


class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        k = 1.0 / math.sqrt(out_features)
        self.weight = nn.Parameter(t.empty(out_features, in_features))
        nn.init.uniform_(self.weight, -k, k)
        self.bias = None
        if bias:
            self.bias = nn.Parameter(t.empty(out_features))
            nn.init.uniform_(self.bias, -k, k)

    def forward(self, x: Tensor) -> Tensor:
        y = t.matmul(x, self.weight.transpose(0, 1))
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        return (
            "in_features="
            + str(self.in_features)
            + ", out_features="
            + str(self.out_features)
            + ", bias="
            + str(self.bias is not None)
        )


# %% Priya: kaiming_uniform_ without its a
# truth: kaiming_uniform_ with its default a=0 draws from ±sqrt(6/n), which is sqrt(6) times too wide; PyTorch's
# Linear passes a=sqrt(5).
# repair: pass a=math.sqrt(5) to kaiming_uniform_
import math


class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super(Linear, self).__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = nn.Parameter(t.empty((out_features, in_features)))
        if bias:
            self.bias = nn.Parameter(t.empty(out_features))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.kaiming_uniform_(self.weight)
        if self.bias is not None:
            fan_in, _ = nn.init._calculate_fan_in_and_fan_out(self.weight)
            bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, input):
        out = input @ self.weight.t()
        return out if self.bias is None else out + self.bias

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% Lars: rand - 0.5, and the 2 is gone
# truth: (rand - 0.5) * bound lies between -bound/2 and bound/2: all numbers are half as large as they should be.
# repair: multiply by 2 * bound
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        b = in_features**-0.5
        init = lambda *s: nn.Parameter((t.rand(*s) - 0.5) * b)
        self.weight, self.bias = init(out_features, in_features), init(out_features) if bias else None

    def forward(self, x):
        y = x @ self.weight.mT
        return y if self.bias is None else y + self.bias

    def extra_repr(self):
        o, i = self.weight.shape
        return f"in_features={i}, out_features={o}, bias={self.bias is not None}"


# %% Mia: no attribute bias at all
# truth: With bias=False the attribute is never set, so forward and extra_repr raise AttributeError; self.bias should
# be None.
# repair: add else: self.bias = None
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        limit = 1 / (in_features**0.5)
        self.weight = nn.Parameter((t.rand(out_features, in_features) * 2 - 1) * limit)
        if bias:
            self.bias = nn.Parameter((t.rand(out_features) * 2 - 1) * limit)

    def forward(self, x):
        out = x @ self.weight.T
        if self.bias is not None:
            out = out + self.bias
        return out

    def extra_repr(self):
        has_bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={has_bias}"


# %% Anton: if self.bias
# truth: if self.bias asks a tensor of several values whether it's true, which raises.
# repair: ask whether self.bias is not None
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = 1.0 / (in_features**0.5)
        self.weight = nn.Parameter(t.zeros(out_features, in_features))
        self.weight.data.uniform_(-bound, bound)
        self.bias = None
        if bias:
            self.bias = nn.Parameter(t.zeros(out_features))
            self.bias.data.uniform_(-bound, bound)
        self.settings = (in_features, out_features, bias)

    def forward(self, x: Tensor) -> Tensor:
        y = t.matmul(x, self.weight.t())
        if self.bias:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        return "in_features=%d, out_features=%d, bias=%s" % self.settings


# %% Mia: the bias itself in extra_repr
# truth: extra_repr shows the whole bias parameter (or None) instead of True or False.
# repair: show self.bias is not None
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
        if bias:
            self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound))
        else:
            self.bias = None

    def forward(self, x):
        out = x @ self.weight.T
        if self.bias is not None:
            out = out + self.bias
        return out

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias}"


# %% Kenji: mm wants two axes
# truth: t.mm takes matrices only, so an input with one axis or with three raises; x may have any number of axes
# before the last.
# repair: use t.matmul in place of t.mm
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        limit = in_features ** (-0.5)
        self.weight = nn.Parameter(t.rand(out_features, in_features) * 2 * limit - limit)
        self.bias = nn.Parameter(t.rand(out_features) * 2 * limit - limit) if bias else None

    def forward(self, inputs):
        outputs = t.mm(inputs, self.weight.T)
        if self.bias is None:
            return outputs
        return outputs + self.bias

    def extra_repr(self):
        units, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={units}, bias={self.bias is not None}"


# %% Mia: the transpose is forgotten
# truth: x is multiplied by the weight as it is, whose first axis is out_features: the sizes don't fit, and where
# in_features equals out_features the sums run over the wrong axis.
# repair: multiply by self.weight.T
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
        if bias:
            self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound))
        else:
            self.bias = None

    def forward(self, x):
        output = t.matmul(x, self.weight)
        if self.bias is not None:
            output = output + self.bias
        return output

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% Anton: the bias is a column vector
# truth: The bias has the shape (out_features, 1) instead of (out_features,), so adding it stretches or breaks the
# output.
# repair: give the bias the shape (out_features,)
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = 1.0 / (in_features**0.5)
        self.in_features, self.out_features = in_features, out_features
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(t.empty(out_features, 1).uniform_(-bound, bound)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        y = x.matmul(self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% Mia: extra_repr is still to be written
# truth: Partly written: __init__ and forward are right, extra_repr still raises NotImplementedError.
# repair: return in_features, out_features and bias from extra_repr
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter(t.rand(out_features, in_features) * 2 * bound - bound)
        if bias:
            self.bias = nn.Parameter(t.rand(out_features) * 2 * bound - bound)
        else:
            self.bias = None

    def forward(self, x):
        out = x @ self.weight.T
        if self.bias is not None:
            out = out + self.bias
        return out

    def extra_repr(self) -> str:
        raise NotImplementedError()


# %% Lars: randn, and the flag is ignored
# truth: Two mistakes: the first numbers are drawn from a normal distribution, not a uniform one; and the argument
# bias is ignored, so there's always a bias.
# repair: draw uniformly between -bound and bound, and make self.bias None when bias is False
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(k * t.randn(out_features, in_features))
        self.bias = nn.Parameter(k * t.randn(out_features))

    def forward(self, x):
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias

    def extra_repr(self):
        o, i = self.weight.shape
        return f"in_features={i}, out_features={o}, bias={self.bias is not None}"


# %% Priya: a wrapper round nn.Linear
# truth: The layer isn't written: nn.Linear inside does all the work, and the parameters are called linear.weight and
# linear.bias.
# repair: make weight and bias with nn.Parameter, and compute x @ weight.T + bias
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super(Linear, self).__init__()
        self.linear = nn.Linear(in_features, out_features, bias=bias)

    def forward(self, x):
        return self.linear(x)

    def extra_repr(self):
        return self.linear.extra_repr()


# %% Kenji: numpy's numbers are float64
# truth: np.random.uniform gives float64, so weight and bias are float64, and an ordinary float32 input raises because
# the types differ.
# repair: make both float32, with .float()
import numpy as np


class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        limit = 1 / np.sqrt(in_features)
        kernel = np.random.uniform(-limit, limit, size=(out_features, in_features))
        self.weight = nn.Parameter(t.tensor(kernel))
        self.bias = nn.Parameter(t.tensor(np.random.uniform(-limit, limit, size=out_features))) if bias else None

    def forward(self, inputs):
        outputs = t.matmul(inputs, self.weight.T)
        return outputs if self.bias is None else outputs + self.bias

    def extra_repr(self):
        units, in_features = self.weight.shape
        return f"in_features={in_features}, out_features={units}, bias={self.bias is not None}"


# %% Anton: the bias is declared first
# truth: bias is declared before weight, so weights that are copied by order land in the wrong places.
# repair: declare weight first
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        bound = 1.0 / (in_features**0.5)
        self.in_features, self.out_features = in_features, out_features
        self.bias = nn.Parameter(t.empty(out_features).uniform_(-bound, bound)) if bias else None
        self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-bound, bound))

    def forward(self, x: Tensor) -> Tensor:
        y = t.matmul(x, self.weight.t())
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% Mia: the bias is for later
# truth: Partly written: the weight and the product are right; self.bias is always None and never added.
# repair: make self.bias a Parameter when bias is True, and add it in forward
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter(t.rand(out_features, in_features) * 2 * bound - bound)
        self.bias = None  # TODO

    def forward(self, x):
        result = x @ self.weight.T
        return result

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% Mia: no transpose, and a bias that isn't a Parameter
# truth: Two mistakes: x is multiplied by the weight without transposing it, and the bias is a plain tensor, which
# parameters() doesn't find.
# repair: multiply by self.weight.T, and wrap the bias in nn.Parameter
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = 1 / in_features**0.5
        self.weight = nn.Parameter(t.rand(out_features, in_features) * 2 * bound - bound)
        if bias:
            self.bias = t.rand(out_features) * 2 * bound - bound
        else:
            self.bias = None

    def forward(self, x):
        result = x @ self.weight
        if self.bias is not None:
            result = result + self.bias
        return result

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% Nadia: a Keras kernel
# truth: The weight is kept as (in_features, out_features), the way Keras does it, and isn't transposed in forward. The
# weight should have the shape (out_features, in_features).
# repair: t.rand(out_features, in_features) and x @ self.weight.T
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        """Make `weight` of shape (out_features, in_features), and `bias` of shape (out_features,) or None."""
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        limit = 1 / in_features**0.5
        self.weight = nn.Parameter(t.empty(in_features, out_features).uniform_(-limit, limit))
        self.bias = nn.Parameter(t.empty(out_features).uniform_(-limit, limit)) if bias else None

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        """Multiply by the transposed weight, and add the bias if there is one."""
        y = x @ self.weight
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        """Say in_features, out_features and bias, as print(model) is to show them."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


# %% Tom: only positive, and no bias means no attribute
# truth: Two mistakes: t.rand * bound lies between 0 and bound, so no weight starts negative; and with bias=False
# self.bias is never set, so forward raises AttributeError.
# repair: (2 * t.rand(...) - 1) * bound for both, and self.bias = None without a bias
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        """Make `weight` of shape (out_features, in_features), and `bias` of shape (out_features,) or None."""
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        bound = in_features**-0.5
        self.weight = nn.Parameter(t.rand(out_features, in_features) * bound)
        if bias:
            self.bias = nn.Parameter(t.rand(out_features) * bound)

    def forward(self, x: Float[Tensor, "*batch in_features"]) -> Float[Tensor, "*batch out_features"]:
        """Multiply by the transposed weight, and add the bias if there is one."""
        x = x @ self.weight.T
        if self.bias is not None:
            x = x + self.bias
        return x

    def extra_repr(self) -> str:
        """Say in_features, out_features and bias, as print(model) is to show them."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
