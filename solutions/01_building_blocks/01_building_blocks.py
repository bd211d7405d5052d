# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1 · Building blocks, from nothing
#
# A network of a hundred layers is made of a handful of parts, and each of them fits on a screen. In this notebook you
# write five: **ReLU**, **Linear**, **Flatten**, **Conv2d** and **MaxPool2d**. (Batch norm and the average pool come in
# the next one.) From `torch.nn` you'll use just `nn.Module` and `nn.Parameter`, because you can't build a layer without
# them. For the heavy work you'll call functions such as `functional.conv2d` and `functional.pad`. The next notebook
# builds ResNet34 from parts like these, and it will take *yours*.

# %% [markdown]
# | | you build | time |
# |---|---|---|
# | 1 | what a module is, and a few questions | 15 min |
# | 2 | **ReLU** | 5 min |
# | 3 | **Linear**, with its initial weights | 15–20 min |
# | 4 | **Flatten** | 10–15 min |
# | 5 | **Conv2d** | 15–20 min |
# | 6 | **MaxPool2d** | 15–20 min |
# | 7 | a small network of your own parts, trained, and its backward pass by hand | 10 min |
# | 8 | convolution from scratch, in four steps (bonus) | 45–60 min |

# %% [markdown]
# **How it works.** Each exercise is a cell with one or more lines `raise NotImplementedError()`. Put your code in their
# place, run the cell, then run the test cell below it. A test that fails doesn't just say *wrong*: it compares what
# your code does with dozens of known mistakes, and says which one it behaves like. Stuck? Each exercise has three
# hints, from a nudge to almost everything, folded away until you open them.
#
# Many exercises say *Write it yourself*, and name finished parts to do without. In your own projects you'll use those, and
# so does everybody. But what you've written once has no secrets left, and that's what you're here for.
#
# You need to know what a tensor is, how you write a class in Python, and roughly what a convolution does to an image.

# %%
# {{first cell}}

# %%
import time

import torch as t
from einops import einsum
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional
from torchvision.transforms.functional import to_pil_image, to_tensor

from course_utils import drawings, tests, utils

# %% [markdown]
# A word on the type hints. `Float[Tensor, "batch channels height width"]` says that a function takes a tensor of floats
# with four axes, and names them. A star, as in `"*batch in_features"`, stands for any number of axes. The names aren't
# checked when the code runs: they are there for you.

# %% [markdown]
# ## 1. What a module is
#
# A layer is a function that can carry numbers of its own, to be learned. They're its **parameters**: the weights, and
# often a bias. A network is made of layers, and it can be a layer in a bigger network. So PyTorch uses one class for
# both, `nn.Module`. You write what your layer has in `__init__`, and what it does in `forward`:


# %%
class Scale(nn.Module):
    """Multiply each feature by a number of its own, to be learned."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.factor = nn.Parameter(t.ones(features))
        self.calls = 0

    def forward(
        self, x: Float[Tensor, "*batch features"]
    ) -> Float[Tensor, "*batch features"]:
        self.calls += 1
        return x * self.factor

    def extra_repr(self) -> str:
        return f"features={len(self.factor)}"


scale = Scale(3)
print(scale)
print(scale(t.tensor([1.0, 2.0, 3.0])))
print(list(scale.named_parameters()))

# %% [markdown]
# Four things happen here that you'll use in every exercise.
#
# - **`super().__init__()` comes first.** It makes the empty dictionaries that a module needs. In `_parameters` it will
#   keep its parameters, in `_modules` its parts.
# - **`nn.Parameter` marks a tensor as learned.** A module watches the assignments to its attributes: a `Parameter` goes
#   into `_parameters`, a `Module` into `_modules`, and both are *registered*. `self.calls`, a plain number, is an
#   attribute like any other. So is a plain tensor: it's neither trained, nor saved, nor moved to a GPU.
# - **You write `forward`, and you call the module.** Call `scale(x)`, not `scale.forward(x)`, because the call also
#   runs PyTorch's own extras, such as the hooks of notebook 2.
# - **`extra_repr` gives the text in the brackets** when the module is printed. In a network of a hundred layers you'll
#   be glad of it.
#
# Registration goes on through all levels. A network asks its parts for *their* parameters, and they ask theirs:


# %%
class TwoScales(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = Scale(3), Scale(3)
        self.hidden = [Scale(3)]

    def forward(self, x: Float[Tensor, "*batch 3"]) -> Float[Tensor, "*batch 3"]:
        return self.hidden[0](self.second(self.first(x)))


print(TwoScales())
print([name for name, _ in TwoScales().named_parameters()])

# %% [markdown]
# **Surprised?** The third `Scale` takes part in `forward`, but nobody finds it: it was put into a plain list, and a
# list isn't a module. Its factor will never be trained, and there's no error to tell you.

# %% [markdown]
# ### Questions
#
# Write `module_answers()`. It returns your answers in a dict: a letter, a set of letters, or a number for each
# question. A wrong answer costs nothing: it tells you why.
#
# 1. `"found"`: after which line in `__init__` does `parameters()` find the tensor?
#    - **a** `self.weight = t.rand(3)`
#    - **b** `self.weights = [nn.Parameter(t.rand(3))]`
#    - **c** `self.weight = nn.Parameter(t.rand(3))`
# 2. `"call"`: `Scale` is a class, `scale = Scale(3)`. How do you run it on `x`?
#    - **a** `scale.forward(x)`
#    - **b** `scale(x)`
#    - **c** `Scale(x)`
# 3. `"linear_count"`: a linear layer with a bias takes 6 numbers and gives 5. How many numbers does it learn?
# 4. `"super_init"`: what is true of `super().__init__()` in an `__init__` of your own? Return a *set*.
#    - **a** Without it, assigning a `Parameter` raises an error.
#    - **b** It makes the dictionaries in which things are registered.
#    - **c** It runs `forward` once.
#    - **d** A class *without* an `__init__` has to call it too.


# %% nbgrader={"grade": false, "grade_id": "module_answers", "locked": false, "schema_version": 3, "solution": true, "task": false}
def module_answers() -> dict[str, str | set[str] | int]:
    """Return your answers:
    {"found": "…", "call": "…", "linear_count": …, "super_init": {…}}.
    """
    ### BEGIN SOLUTION
    return {
        "found": "c",
        "call": "b",
        "linear_count": 6 * 5 + 5,
        "super_init": {"a", "b"},
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_module_answers", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_module_answers(module_answers)
### BEGIN HIDDEN TESTS
tests.test_module_answers(module_answers, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. ReLU
#
# > **Difficulty** ●○○○○ · **Importance** ●●●○○ · about 5 minutes
#
# Write `ReLU()`. Its `forward(x)` returns x with every negative value replaced by 0, and all others kept.
#
# Two linear layers in a row are one linear layer: $W_2 (W_1 x) = (W_2 W_1)\, x$. Stack as many as you like: it's still
# one linear layer, unless you put something between them that *isn't* linear. A ReLU is the simplest such thing. It
# costs almost nothing, and its gradient is 1 wherever it lets something through. So on the way back about half of a
# gradient's entries become 0, and the others pass unchanged.
#
# There's nothing to learn in it, so it needs no `__init__`. Leave the input as it was: somebody else may still need it.
#
# **Write it yourself:** no `relu` of PyTorch's, none of its near relatives (`relu6`, `leaky_relu`, `threshold`,
# `hardtanh` …), and no class made of them, such as `nn.ReLU`. All other functions of tensors are at your service.
#
# {{hints ReLU}}


# %% nbgrader={"grade": false, "grade_id": "ReLU", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """Replace each negative value with 0, and keep the others."""
        ### BEGIN SOLUTION
        return t.where(x <= 0, 0, x)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_relu", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
tests.test_relu(ReLU)
### BEGIN HIDDEN TESTS
tests.test_relu(ReLU, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **What to notice.** If you don't write an `__init__`, Python runs the one you inherit from `nn.Module`. The test went
# further than a few numbers: it looked at the *gradient* as well, and at whether your input was still there afterwards.
# `x.clamp_(0)` and `x[x < 0] = 0` give the right output and destroy what they were given. In a residual block, where
# the input is needed once more at the end, that's a bug which takes an afternoon to find.

# %% [markdown]
# And what's the gradient at *exactly* 0? There the slope jumps from 0 to 1, so it's a matter of taste. PyTorch's ReLU
# says 0, and so does `t.where(x <= 0, 0, x)`. `t.maximum(x, t.tensor(0.0))` calls it a draw and gives each side
# **half**. That sounds like a detail, but zeros do occur: in notebook 3 you'll start blocks as the identity, and
# wherever their input is 0, so is what reaches their last ReLU. The outputs would be the same, and the training
# wouldn't. The test accepts both answers.
#
# When a layer passes, the cell may say that it was *kept*. Then the layer is in the folder `my_work`, with all that it
# needs, and the next notebook will build on it. If you change a layer later, run its test again.

# %% [markdown]
# ## 3. Linear
#
# > **Difficulty** ●●○○○ · **Importance** ●●●●○ · 15–20 minutes
#
# Write `Linear(in_features, out_features, bias=True)`. Its `forward(x)` returns
#
# $$ y = x W^\top + b. $$
#
# Each output is a weighted sum of all inputs, plus a number of its own. PyTorch keeps the weight as `(out_features,
# in_features)`, so that row $k$ belongs to output $k$; that's why it's transposed. `x` may have any number of axes
# before the last: one example, a batch, a batch of sequences.
#
# **Which initial weights?** Not zeros for everything: with all weights *and biases* at 0, nothing but the last layer's
# bias would ever learn. And if they all start at the same number, even one that isn't 0, the units of a layer get the
# same gradient and stay copies of each other.

# %% [markdown]
# The size matters, too. Draw the weights independently, with mean 0 and variance $v$. Then the sum over $n$ inputs has
# the variance $n v$ times the *mean square* of the inputs, so its variance grows in proportion to $n$. To keep that
# steady, $v$ has to shrink like $1/n$, and the weights themselves like $1/\sqrt{n}$. PyTorch draws weight and bias from
#
# $$ U\left(-\frac{1}{\sqrt{n}},\ \frac{1}{\sqrt{n}}\right), $$
#
# where $n$ is still the number of inputs.

# %% [markdown]
# Write `__init__`, `forward` and `extra_repr`. Declare `weight` before `bias`. With `bias=False` there's none:
# `self.bias` is `None`. And `extra_repr` tells `in_features`, `out_features`, and `bias` as `True` or `False`.
#
# **Write it yourself:** no `functional.linear`, `bilinear` or convolution, and no `nn.Linear` or its kin. `@` does the work.
#
# {{hints Linear}}


# %% nbgrader={"grade": false, "grade_id": "Linear", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        """Make `weight` of shape (out_features, in_features),
        and `bias` of shape (out_features,) or None.
        """
        super().__init__()
        ### BEGIN SOLUTION
        bound = in_features**-0.5
        self.weight = nn.Parameter((2 * t.rand(out_features, in_features) - 1) * bound)
        self.bias = (
            nn.Parameter((2 * t.rand(out_features) - 1) * bound) if bias else None
        )
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "*batch in_features"]
    ) -> Float[Tensor, "*batch out_features"]:
        """Multiply by the transposed weight, and add the bias if there is one."""
        ### BEGIN SOLUTION
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias
        ### END SOLUTION

    def extra_repr(self) -> str:
        """Say in_features, out_features and bias, as print(model) is to show them."""
        ### BEGIN SOLUTION
        out_features, in_features = self.weight.shape
        settings = f"in_features={in_features}, out_features={out_features}"
        return f"{settings}, bias={self.bias is not None}"
        ### END SOLUTION


# %% [markdown]
# Two tests: what the layer is made of, and what it computes.

# %% nbgrader={"grade": true, "grade_id": "test_linear_module", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_linear_module(Linear)
### BEGIN HIDDEN TESTS
tests.test_linear_module(Linear, seed=7, quiet=True)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_linear_forward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_linear_forward(Linear)
### BEGIN HIDDEN TESTS
tests.test_linear_forward(Linear, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# Does the size of the initial weights really matter? We'll send random numbers through twenty layers, with PyTorch's
# own weights times a factor $f$. You can work out what happens. $U(-b, b)$ has the variance $b^2/3$, so without the
# ReLU a layer multiplies the mean *square* of its values by $f^2/3$. The ReLU throws half of that away, so $f^2/6$ is
# left for each layer, and $(f^2/6)^{20}$ for twenty of them. The size of the values is the root of their mean square
# (the cell prints the standard deviation, which after a ReLU is about a sixth smaller): about $(f^2/6)^{10}$ times what
# it was.
#
# **Predict first:** what's that for $f = 1$, and for $f = 4$? And which $f$ changes nothing?

# %%
t.manual_seed(0)
start = t.randn(100, 256)
for factor in (0.5, 1.0, 6**0.5, 4.0):
    x = start
    for _ in range(20):
        layer = Linear(256, 256, bias=False)
        with t.no_grad():
            layer.weight *= factor
            x = ReLU()(layer(x))
    spread = f"{x.std():.1e}"
    print(f"weights times {factor:.2f}: after 20 layers the values spread by {spread}")

# %% [markdown]
# **What to notice.** The arithmetic predicts all four, up to a factor of about two. With PyTorch's own start, a factor
# of 1, less than half of the signal is left after each layer. With weights $\sqrt{6}$ times as large the signal neither
# fades nor explodes. That's [He et al.'s](https://arxiv.org/abs/1502.01852) initialisation, by the authors of ResNet
# and from the same year. Make the weights only 1.6 times larger, and after 20 layers the signal has grown by four
# powers of ten. (Our layers have no bias here.)
#
# Batch norm, in the next notebook, is the other way out: it puts the values back into range after each layer, however
# they started.

# %% [markdown]
# ## 4. Flatten
#
# > **Difficulty** ●●○○○ · **Importance** ●●○○○ · 10–15 minutes
#
# Write `Flatten(start_dim=1, end_dim=-1)`. Its `forward(x)` returns the same numbers with the axes from `start_dim` to
# `end_dim`, **both included**, made into one.
#
# A convolution gives maps, of shape (batch, channels, height, width). A linear layer wants one vector for each image,
# so the shape (batch, features). Flattening moves no number, and the other axes stay as they are. So a tensor of shape
# (2, 3, 4, 5) becomes (2, 60) with the defaults, and (2, 12, 5) with `Flatten(1, 2)`. Negative numbers count from the
# end, as everywhere in Python.
#
# **Write it yourself:** no `torch.flatten` or `ravel`, no `nn.Flatten` or `nn.Unflatten`. And remember that one module can
# meet inputs with different numbers of axes.
#
# {{hints Flatten}}


# %% nbgrader={"grade": false, "grade_id": "Flatten", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Flatten(nn.Module):
    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        """Keep the two axes between which to flatten, both included."""
        super().__init__()
        ### BEGIN SOLUTION
        self.start_dim, self.end_dim = start_dim, end_dim
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*flatter"]:
        """Make one axis of those from start_dim to end_dim."""
        ### BEGIN SOLUTION
        start, end = (dim % x.ndim for dim in (self.start_dim, self.end_dim))
        return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])
        ### END SOLUTION

    def extra_repr(self) -> str:
        """Say start_dim and end_dim."""
        ### BEGIN SOLUTION
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_flatten", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_flatten(Flatten)
### BEGIN HIDDEN TESTS
tests.test_flatten(Flatten, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **Look again.** `x.shape[end + 1:]` with `end = -1` is `x.shape[0:]`, the whole shape: the off-by-one that this
# exercise is about. And `view` isn't quite `reshape`. When a tensor doesn't lie in memory in order, after a `permute`
# for instance, `view` refuses and `reshape` copies. The last part of this notebook shows what "in order" means.

# %% [markdown]
# ## 5. Conv2d
#
# > **Difficulty** ●●●○○ · **Importance** ●●●●○ · 15–20 minutes
#
# Write `Conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0)`. Its `forward(x)` returns a map for each
# output channel: what one small window of weights finds at each place of the image.
#
# A linear layer on a photo of 224×224 pixels would need 150,528 weights for *one* output, and would have to learn at
# each place, all over again, what an edge looks like. A convolution makes two assumptions. What matters for a pixel is
# **near** it; and what's worth looking for in one place is worth looking for **everywhere**. So it slides one small
# window of weights over the image:
#
# $$ y_{o,\,r,\,c} = \sum_{i,\,v,\,u} w_{o,\,i,\,v,\,u}\; x_{i,\; r s + v - p,\; c s + u - p} $$
#
# for output channel $o$, input channel $i$, stride $s$ and padding $p$; outside the image $x$ is 0. Its weight has the
# shape (out_channels, in_channels, kernel height, kernel width).

# %% [markdown]
# Here it is with one channel, and weights that compare right with left. Follow the blue frame: each place at which it
# stops gives one number of the output.

# %%
drawings.sliding_window()

# %% [markdown]
# **Your part** is the layer: the weight, its first numbers, and the settings. The sliding itself may be done by
# `functional.conv2d`, because in plain PyTorch it would be several times slower. Convolutions take most of a network's
# time, so they've been tuned for every kind of processor. In the bonus at the end you'll do the sliding yourself, too.
#
# **Write it yourself:** no `nn.Conv2d` or its kin, no `nn.Linear`, no `nn.Unfold`. They'd bring weight and settings along.
#
# - `kernel_size`, `stride` and `padding` are ints, or tuples *(for the height, for the width)*.
# - There is **no bias**. In the networks that follow, each convolution is followed by a batch norm, which has its own.
# - The weight starts uniform between $-1/\sqrt{n}$ and $1/\sqrt{n}$, as in Linear. What is $n$ here? Count what *one*
#   output number sums over.
# - `extra_repr` tells the channels, `kernel_size`, `stride` and `padding`.
#
# {{hints Conv2d}}


# %% nbgrader={"grade": false, "grade_id": "Conv2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Conv2d(nn.Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        """Make `weight` of shape (out_channels,
        in_channels, kernel height, kernel width).
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        height, width = (
            kernel_size
            if isinstance(kernel_size, tuple)
            else (kernel_size, kernel_size)
        )
        bound = (in_channels * height * width) ** -0.5
        self.weight = nn.Parameter(
            (2 * t.rand(out_channels, in_channels, height, width) - 1) * bound
        )
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        """Slide the weight over each image of the batch."""
        ### BEGIN SOLUTION
        return functional.conv2d(
            x, self.weight, stride=self.stride, padding=self.padding
        )
        ### END SOLUTION

    def extra_repr(self) -> str:
        """Say in_channels, out_channels, kernel_size, stride and padding."""
        ### BEGIN SOLUTION
        out_channels, in_channels = self.weight.shape[:2]
        channels = f"{in_channels}, {out_channels}, kernel_size={self.kernel_size}"
        return f"{channels}, stride={self.stride}, padding={self.padding}"
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_conv2d_module", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_conv2d_module(Conv2d)
### BEGIN HIDDEN TESTS
tests.test_conv2d_module(Conv2d, seed=7, quiet=True)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_conv2d_forward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_conv2d_forward(Conv2d)
### BEGIN HIDDEN TESTS
tests.test_conv2d_forward(Conv2d, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# What can a window of 3×3 weights see? Here are two that nobody had to train. One answers to a difference between right
# and left, the other to a difference between above and below.

# %%
photo = utils.load_photos()["triumphal_arch"].resize((320, 320))
edges = Conv2d(3, 2, kernel_size=3, padding=1)
slope = t.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
with t.no_grad():
    edges.weight[0] = slope
    edges.weight[1] = slope.T
    maps = edges(to_tensor(photo)[None])[0].abs() / 4

pictures = {
    name: to_pil_image(values.clamp(0, 1))
    for name, values in zip(("vertical", "horizontal"), maps, strict=True)
}
utils.show_photos({"photo": photo} | pictures)

# %% [markdown]
# **What do we see?** In the first map the columns are bright: it finds vertical edges. In the second the cornices are:
# it finds horizontal ones. The first layer of a trained ResNet has windows much like these among its 64; you'll see
# them in notebook 5.
#
# A word on the name. A mathematician's convolution flips the window first. Ours doesn't, and is properly called a
# *cross-correlation*. Since the weights are learned, nobody misses the flip.

# %% [markdown]
# ## 6. MaxPool2d
#
# > **Difficulty** ●●●○○ · **Importance** ●●●○○ · 15–20 minutes
#
# Write `MaxPool2d(kernel_size, stride=None, padding=0)`. Its `forward(x)` returns the **largest** value of each window.
#
# A ResNet does this once, near its beginning, to make its maps smaller. A pooled map answers *was there an edge
# somewhere around here?* Whether the edge was a pixel further left makes no difference, as long as it's in the same
# window. And with a stride of 2, only a quarter of the numbers are left to work on.
#
# The windows are those of a convolution, except that **stride is the kernel size unless you say otherwise**: the
# windows lie side by side. All three settings are ints or tuples *(for the height, for the width)*. And think about the
# padding. After a ReLU all values are positive or 0, but your layer can't know that a ReLU came before it.
#
# **Write it yourself:** no max pool of PyTorch's, neither functions (`functional.max_pool2d`, `adaptive_max_pool2d` …) nor
# classes (`nn.MaxPool2d` …), because the windows are the lesson. You'll like `Tensor.unfold(axis, size, step)`: it gives
# all the windows of that size along one axis, and copies nothing.
#
# {{hints MaxPool2d}}


# %% nbgrader={"grade": false, "grade_id": "MaxPool2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
class MaxPool2d(nn.Module):
    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        """Keep the settings; without a stride the windows lie side by side."""
        super().__init__()
        ### BEGIN SOLUTION
        stride = kernel_size if stride is None else stride
        settings = (kernel_size, stride, padding)
        self.kernel_size, self.stride, self.padding = (
            s if isinstance(s, tuple) else (s, s) for s in settings
        )
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels out_height out_width"]:
        """Take the largest value of each window."""
        ### BEGIN SOLUTION
        pad_height, pad_width = self.padding
        # Minus infinity loses against every number;
        # a 0 would win against negative ones.
        x = functional.pad(
            x, (pad_width, pad_width, pad_height, pad_height), value=-t.inf
        )
        for dim, size, step in zip((2, 3), self.kernel_size, self.stride, strict=True):
            # One axis after the other:
            # the largest of a window is the largest of its columns' largest.
            x = x.unfold(dim, size, step).amax(dim=-1)
        return x
        ### END SOLUTION

    def extra_repr(self) -> str:
        """Say kernel_size, stride and padding."""
        ### BEGIN SOLUTION
        kernel = f"kernel_size={self.kernel_size}"
        return f"{kernel}, stride={self.stride}, padding={self.padding}"
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_max_pool2d", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_max_pool2d(MaxPool2d)
### BEGIN HIDDEN TESTS
tests.test_max_pool2d(MaxPool2d, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **Look again.** Padding with zeros is a bug that can hide for a year. After a ReLU it changes nothing, because nothing
# there is below 0. It shows up when somebody pools somewhere else. Whenever you fill something in, ask which number is
# *neutral*: 0 for a sum, 1 for a product, −∞ for a maximum.

# %% [markdown]
# ## 7. They work together
#
# All five parts in one small network. Its job: look at a noisy image of 8×8 pixels, and say whether the bar in it is
# vertical or horizontal.
#
# **Predict first:** what share of the images is right before the first step? And after a hundred steps? Write both down.


# %%
class TinyNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = Conv2d(1, 4, kernel_size=3, padding=1)
        self.relu = ReLU()
        self.pool = MaxPool2d(2)
        self.flatten = Flatten()
        self.head = Linear(4 * 4 * 4, 2)

    def forward(self, x: Float[Tensor, "batch 1 8 8"]) -> Float[Tensor, "batch 2"]:
        return self.head(self.flatten(self.pool(self.relu(self.conv(x)))))


def draw_bars(count: int) -> tuple[Float[Tensor, "count 1 8 8"], Tensor]:
    """Draw images with one bar, and its kind: 0 for vertical, 1 for horizontal."""
    images, kinds = 0.4 * t.randn(count, 1, 8, 8), t.randint(2, (count,))
    for image, kind, place in zip(images, kinds, t.randint(8, (count,)), strict=True):
        image[0].select(1 - kind, place).add_(1)
    return images, kinds


t.manual_seed(0)
net = TinyNet()
print(net)
test_images, test_kinds = draw_bars(500)
optimiser = t.optim.SGD(net.parameters(), lr=0.1)
for step in range(301):
    if step % 100 == 0:
        with t.no_grad():
            right = (net(test_images).argmax(dim=1) == test_kinds).float().mean()
        print(f"after {step} steps: {right:.0%} right")
    images, kinds = draw_bars(32)
    optimiser.zero_grad()
    functional.cross_entropy(net(images), kinds).backward()
    optimiser.step()

# %% [markdown]
# **What to notice.** It learns, and every layer in it is yours! About half are right before the first step: there are
# two kinds of bar, and a network that knows nothing can only guess. A hundred steps are enough for nearly all the rest.
#
# Your `print(net)` looks like PyTorch's own. The optimiser found both weights and the bias by itself, and autograd worked
# out every gradient: you never wrote a backward pass.

# %% [markdown]
# ### The backward pass, by hand
#
# What would that backward pass have been? A layer is told how the loss changes with its *output*, $G$, and has to say how
# the loss changes with all that went in. For $Y = X W^\top + b$, with one example in each row, that's
#
# $$ \frac{\partial L}{\partial X} = G\, W, \qquad \frac{\partial L}{\partial W} = G^\top X, $$
#
# and $\partial L / \partial b$ is the sum of the rows of $G$.
#
# If that looks like a lot to remember, compare the shapes: they hardly leave another choice. And a ReLU sends $G$ on
# where its input was above 0, and 0 elsewhere. **Predict first:** will two layers that go back like this agree with
# autograd?

# %%
t.manual_seed(0)
layer, x = Linear(3, 2), t.randn(5, 3, requires_grad=True)
y = layer(x)
sent_back = t.randn(5, 2)  # as if the rest of a network had sent it

with t.no_grad():
    after_relu = sent_back * (y > 0)
    by_hand = {
        "x": after_relu @ layer.weight,
        "weight": after_relu.T @ x,
        "bias": after_relu.sum(dim=0),
    }
by_autograd = t.autograd.grad(ReLU()(y), (x, layer.weight, layer.bias), sent_back)
for (name, mine), theirs in zip(by_hand.items(), by_autograd, strict=True):
    print(f"gradient of {name}: equal up to rounding: {t.allclose(mine, theirs)}")

# %% [markdown]
# **What to notice.** Three lines for a Linear, one for a ReLU, and they agree. Both needed something from the *forward*
# pass. The Linear needs its input $X$, and the ReLU needs to know where its own input was above 0. So all of that has
# to be kept until the backward pass is done. That's why training a network takes so much more memory than inference,
# where each output may be forgotten as soon as the next layer has read it.

# %% [markdown]
# ## 8. Bonus: convolution from scratch
#
# Your `Conv2d` leaned on `functional.conv2d`. But what does *that* do? Four short exercises take it apart, and nothing
# in them is harder than what you've done. The trick behind most of them is to see **windows without copying anything**.
#
# A tensor's numbers lie in memory in one long row. Its *strides* say how far to step in that row to move by one along
# each axis:

# %%
x = t.arange(12.0).reshape(3, 4)
print(x)
every_second = x[:, ::2].stride()
print("strides:", x.stride(), " transposed:", x.T.stride(), end="  ")
print("every second column:", every_second)

# %% [markdown]
# Transposing moves no number: it only exchanges the strides. `as_strided(shape, strides)` lets you choose both freely,
# and nothing forbids that two axes step over the *same* numbers. So here are all windows of three in a row of six:

# %%
row = t.tensor([10.0, 11.0, 12.0, 13.0, 14.0, 15.0])
(step,) = row.stride()
row.as_strided((4, 3), (step, step))

# %% [markdown]
# Here are both tensors, each with the one row that it has in memory. Follow the arrows: a stride is how far an arrow
# goes.

# %%
drawings.strides()

# %% [markdown]
# Row $k$ of that view is window $k$. The view has twelve elements, but only six numbers lie in memory. That's why it
# costs nothing.
#
# Two warnings. The first: PyTorch checks that the view stays within the tensor's *storage*, and nothing else.
# `row.as_strided((5, 3), (step, step))` would reach beyond it, and raises an error. But if `row` were itself a view
# into a larger tensor, that call would quietly show you its neighbours' numbers. The second: never *write* into such a
# view, because several windows share each number.

# %% [markdown]
# ### Step 1: one dimension
#
# > **Difficulty** ●●●○○ · **Importance** ●●○○○ · 15 minutes
#
# Write `conv1d_minimal(x, weight)`. It slides the weight along each signal, and returns for each place the sum of window
# times weight. `x` is a batch of signals, each with several channels; the stride is 1, and there's no padding.
#
# `einsum` from the first cell writes sums of products with a name for each axis:
# `einsum(x, w, "batch i, o i -> batch o")` adds up over `i`, which is missing on the right. Take the strides
# from `x.stride()`: the test also hands you tensors that don't lie in memory in order.
#
# **Write it yourself:** no convolution of torch's (`conv1d`, `conv2d`, `conv_transpose1d` …) in any of the four steps. At
# the end of them you'll have one of your own.
#
# {{hints conv1d_minimal}}


# %% nbgrader={"grade": false, "grade_id": "conv1d_minimal", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv1d_minimal(
    x: Float[Tensor, "batch in_channels width"],
    weight: Float[Tensor, "out_channels in_channels size"],
) -> Float[Tensor, "batch out_channels out_width"]:
    """Slide the weight along x: output k is the sum of window k times the weight."""
    ### BEGIN SOLUTION
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided((batch, channels, width - size + 1, size), (b, c, w, w))
    return einsum(
        windows, weight, "batch c_in place size, c_out c_in size -> batch c_out place"
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_conv1d_minimal", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
tests.test_conv1d_minimal(conv1d_minimal)
### BEGIN HIDDEN TESTS
tests.test_conv1d_minimal(conv1d_minimal, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ### Step 2: padding
#
# > **Difficulty** ●●○○○ · **Importance** ●●○○○ · 5–10 minutes
#
# Write `conv1d_padded(x, weight, padding=0)`. It returns what step 1 does, with `padding` zeros put on both sides of
# each signal first, because without them each layer would make its signal shorter.
#
# **Write it yourself:** no `conv1d` or its kin. Your own first step is welcome.
#
# {{hints conv1d_padded}}


# %% nbgrader={"grade": false, "grade_id": "conv1d_padded", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv1d_padded(
    x: Float[Tensor, "batch in_channels width"],
    weight: Float[Tensor, "out_channels in_channels size"],
    padding: int = 0,
) -> Float[Tensor, "batch out_channels out_width"]:
    """Slide the weight along x with `padding` zeros on either side."""
    ### BEGIN SOLUTION
    batch, channels, width = x.shape
    wide = x.new_zeros(batch, channels, width + 2 * padding)
    wide[..., padding : padding + width] = x
    return conv1d_minimal(wide, weight)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_conv1d_padded", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
tests.test_conv1d_padded(conv1d_padded)
### BEGIN HIDDEN TESTS
tests.test_conv1d_padded(conv1d_padded, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ### Step 3: stride
#
# > **Difficulty** ●●●○○ · **Importance** ●●○○○ · 10 minutes
#
# Write `conv1d_strided(x, weight, stride=1, padding=0)`. It returns what step 2 does for every `stride`-th window only.
#
# With a stride of 2 every second window is left out. Computing all of them and throwing half away would work. But it's
# better never to make that half. Which of the windows' strides has to change?
#
# **Write it yourself:** no `conv1d` or its kin.
#
# {{hints conv1d_strided}}


# %% nbgrader={"grade": false, "grade_id": "conv1d_strided", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv1d_strided(
    x: Float[Tensor, "batch in_channels width"],
    weight: Float[Tensor, "out_channels in_channels size"],
    stride: int = 1,
    padding: int = 0,
) -> Float[Tensor, "batch out_channels out_width"]:
    """Slide the weight along the padded x, `stride` places at a time."""
    ### BEGIN SOLUTION
    x = functional.pad(x, (padding, padding))
    batch, channels, width = x.shape
    size = weight.shape[-1]
    b, c, w = x.stride()
    windows = x.as_strided(
        (batch, channels, (width - size) // stride + 1, size), (b, c, w * stride, w)
    )
    return einsum(
        windows, weight, "batch c_in place size, c_out c_in size -> batch c_out place"
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_conv1d_strided", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
tests.test_conv1d_strided(conv1d_strided)
### BEGIN HIDDEN TESTS
tests.test_conv1d_strided(conv1d_strided, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ### Step 4: two dimensions
#
# > **Difficulty** ●●●●○ · **Importance** ●●○○○ · 15–20 minutes
#
# Write `conv2d_from_scratch(x, weight, stride=1, padding=0)`. It slides the weight over each padded image, and returns the
# sum of window times weight at each place.
#
# This is the real thing, and you've already done the hard part: height now does what width did in step 3. Height and
# width have settings of their own: ints, or tuples *(for the height, for the width)*.
#
# **Write it yourself:** no `conv2d` or its kin, one last time.
#
# The test takes it in three steps, and says which of them are done:
#
# {{steps conv2d_from_scratch}}
#
# {{hints conv2d_from_scratch}}


# %% nbgrader={"grade": false, "grade_id": "conv2d_from_scratch", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d_from_scratch(
    x: Float[Tensor, "batch in_channels height width"],
    weight: Float[Tensor, "out_channels in_channels kernel_height kernel_width"],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Float[Tensor, "batch out_channels out_height out_width"]:
    """Slide the weight over each padded image."""
    ### BEGIN SOLUTION
    stride_h, stride_w = stride if isinstance(stride, tuple) else (stride, stride)
    pad_h, pad_w = padding if isinstance(padding, tuple) else (padding, padding)
    x = functional.pad(x, (pad_w, pad_w, pad_h, pad_h))
    batch, channels, height, width = x.shape
    kernel_h, kernel_w = weight.shape[-2:]
    out_h = (height - kernel_h) // stride_h + 1
    out_w = (width - kernel_w) // stride_w + 1
    b, c, h, w = x.stride()
    windows = x.as_strided(
        (batch, channels, out_h, out_w, kernel_h, kernel_w),
        (b, c, h * stride_h, w * stride_w, h, w),
    )
    return einsum(
        windows, weight, "batch c_in y x v u, c_out c_in v u -> batch c_out y x"
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_conv2d_from_scratch", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
tests.test_conv2d_from_scratch(conv2d_from_scratch)
### BEGIN HIDDEN TESTS
tests.test_conv2d_from_scratch(conv2d_from_scratch, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ### Yours and PyTorch's
#
# The same numbers? And how long does each of them take? **Predict first:** is yours twice as slow, or ten, or a hundred
# times? And does it get better or worse with more channels on smaller images? Run the cell a few times: times vary from
# run to run and from computer to computer. Both convolutions get one thread, so that they don't have to wait for a
# second one on a busy machine.


# %%
def seconds(function, *arguments, repeats: int = 20, **settings) -> float:
    """Give the shortest of some times: the others were held up by something else."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        function(*arguments, **settings)
        times.append(time.perf_counter() - begin)
    return min(times)


threads = t.get_num_threads()
t.set_num_threads(1)
for size, channels in ((56, 16), (28, 64), (14, 128)):
    x, weight = t.randn(4, channels, size, size), t.randn(channels, channels, 3, 3)
    mine = conv2d_from_scratch(x, weight, padding=1)
    theirs = functional.conv2d(x, weight, padding=1)
    t.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-4)
    my_time = seconds(conv2d_from_scratch, x, weight, padding=1)
    their_time = seconds(functional.conv2d, x, weight, padding=1)
    times = f"{my_time / their_time:.1f} times as long"
    print(f"{channels} channels of {size}×{size}: equal up to rounding; yours {times}")
t.set_num_threads(threads)

# %% [markdown]
# **What to notice.** You've written a convolution from nothing, and the numbers are PyTorch's. It takes longer, and on
# most computers the first line is the worst, where the images are largest and the channels fewest. Why?
#
# The view costs nothing, but the einsum can't multiply windows that lie on top of each other. So it copies them side by
# side first, nine times the image for a window of 3×3, and then does one large matrix product. Twice the channels mean
# twice the copying but four times the product, so the more channels there are, the less the copy matters beside the
# product, and the closer you come to PyTorch's time. This way of doing it is called *im2col*. Libraries avoid the copy,
# or keep it small enough for the fastest memory.

# %% [markdown]
# ## What you have now
#
# Five layers of your own, made of `nn.Module`, `nn.Parameter` and functions of tensors, that behave like PyTorch's in
# value, gradient, dtype and device. What passed is in the folder `my_work`. [Notebook
# 2](../02_resnets/02_resnets.ipynb) starts from there.

# %% [markdown]
# ### Can you still say why?
#
# Answer each question aloud, and then open it.
#
# <details><summary>Why are a layer's initial weights drawn smaller when it has more inputs?</summary>
#
# The variance of the sum grows with the number of inputs. Weights that don't shrink with it make each layer louder than
# the one before, and after twenty layers that's powers of ten.
#
# </details>
#
# <details><summary>Why not start with all weights and biases at 0, then?</summary>
#
# All hidden values would be 0, and so would the weights behind them. So every weight's gradient is 0, and nothing but
# the last bias ever learns. Start all at one *other* number, and the units of a layer get equal gradients: they stay
# copies of each other, one unit many times over.
#
# </details>
#
# <details><summary>What does a layer do to be found by <code>parameters()</code>?</summary>
#
# It makes its weights `nn.Parameter`s, and assigns them to itself. And the module that it's in has to assign it as
# well: what lies in a plain list isn't found.
#
# </details>
