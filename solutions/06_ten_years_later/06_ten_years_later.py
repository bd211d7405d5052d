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
# # 6 · Ten years later
#
# The residual block was published in December 2015. You've built it, you've measured part of why it works, and you've
# taken it apart. So what became of it? People kept the plus sign and changed nearly everything else: the order of the
# layers, what they look at, even what they're made of. In this notebook you build six of these changes, each in a few
# lines, and compare nearly all of them with torchvision's or PyTorch's own. The last one is a transformer's block, and
# in the middle of it you'll find your plus sign. Then a table says what each change is worth where *we* measured it.

# %% [markdown]
# | | you build | time |
# |---|---|---|
# | 1 | **PreActBlock**: the same parts in another order | 15–20 min |
# | 2 | `drop_path`: blocks that are skipped at random | 15–20 min |
# | 3 | **SqueezeExcitation**: channels with a volume knob | 15–20 min |
# | 4 | **GroupedBottleneck**: many thin branches in one | 15–20 min |
# | 5 | an old friend gets its name | 5 min |
# | 6 | **ConvNeXtBlock**: the block after it met the transformer | 20–30 min |
# | 7 | **TransformerBlock**: the same sum | 20–25 min |
# | 8 | batch norm's pitfalls, and a few predictions | 10–15 min |
# | 9 | what it's worth: the table | 10 min |
#
# Each step is small, and you may take them in any order. We repeat what you need from notebooks 3 and 4. As before,
# `torch.nn`'s layers are yours to use. The finished blocks of torchvision and of `course_utils` can wait until yours is
# done, because the block is the exercise.

# %%
# {{first cell}}

# %%
import copy
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from statistics import mean

import torch as t
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional
from torchvision import models, ops

from course_utils import drawings, tests, training, utils
from course_utils.data.fashion_mnist import load_fashion_mnist

t.manual_seed(0)
# What runs here is small: a second thread would only wait for the first.
t.set_num_threads(1)

# %% [markdown]
# ## 1. PreActBlock
#
# > **Difficulty** ●●●○○ · **Importance** ●●●●○ · 15–20 minutes
#
# Write `PreActBlock(in_feats, out_feats, stride=1)`. It's the block of notebook 2 with its parts in another order.
#
# Which order, and why? Look at the skip of the 2015 block once more. It says "hand x on", but after the sum there's a
# **ReLU**, so x has been through one ReLU for each block. Such a skip is *nearly* an identity. A few months later the
# same authors asked what happens if the skip is a perfect identity ([He et al.
# 2016](https://arxiv.org/abs/1603.05027)). Take the ReLU off the road and put it, together with the batch norm, **in
# front of** each convolution. Follow x down the right side of both:

# %%
drawings.preactivation()

# %% [markdown]
# The parts are the same, in another order. Within a group of blocks there's now nothing on the road. Only where the
# shape changes is there a projection on it. So what arrives at the end of a group is *x plus everything that its blocks
# have added*. Write $x_l$ for the input of block $l$, and $F_l$ for its branch. The first line says this for the way
# forward. The second is the gradient of the loss $\mathcal L$ on its way back:
#
# $$
# \begin{aligned}
# x_L &= x_l + \sum_{i=l}^{L-1} F_i(x_i) \\
# \frac{\partial\mathcal L}{\partial x_l} &= \frac{\partial\mathcal L}{\partial x_L}
#    \Big( I + \frac{\partial}{\partial x_l} \sum_{i=l}^{L-1} F_i(x_i) \Big)
# \end{aligned}
# $$
#
# Look at the $I$: because of it the gradient at the end reaches *every* block as it is, and what the branches make of
# the gradient comes on top. That's the main argument of the paper.

# %% [markdown]
# <details><summary>What if each skip handed on λx, with a number λ that isn't 1?</summary>
#
# Then $x_l$ arrives at the end as $\lambda^{L-l} x_l$, and on the direct road the gradient comes back with the same
# factor. With λ below 1 the gradient vanishes, with λ above 1 it explodes, and the deeper the network, the faster. The
# paper tried such a factor, and gates and dropout on the skip as well. Each of these networks trained worse than the
# one with the clear road.
#
# </details>

# %% [markdown]
# Where the shape changes, x doesn't fit, so the skip gets a 1×1 convolution. This convolution reads what the **first bn
# and ReLU** have made of x, just as the left branch does, so the two share them. No norm follows the convolution.
#
# - **first**: `ready` = ReLU(bn(x));
# - **left branch**: 3×3 conv with the stride, bn, ReLU, 3×3 conv, starting from `ready`;
# - **skip**: x itself where stride is 1 and the channels stay the same; a 1×1 conv with the stride, on `ready`, otherwise;
# - **the sum, and nothing after it**.
#
# No convolution has a bias. The names of the layers are yours to choose. If you keep writing the old order, don't
# worry: notebook 2's block is in your fingers by now. It helps to write down the layers of the picture's right side,
# from top to bottom, before you write code.
#
# **Write it yourself:** no block of torchvision's or of the course's own.
#
# {{hints PreActBlock}}


# %% nbgrader={"grade": false, "grade_id": "PreActBlock", "locked": false, "schema_version": 3, "solution": true, "task": false}
class PreActBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1) -> None:
        """Make bn, conv (3×3, with the stride), bn, conv (3×3),
        and a 1×1 conv where the shape changes; no biases.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.norm1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(
            in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False
        )
        self.norm2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(
            out_feats, out_feats, kernel_size=3, padding=1, bias=False
        )
        self.projection = None
        if stride != 1 or in_feats != out_feats:
            self.projection = nn.Conv2d(
                in_feats, out_feats, kernel_size=1, stride=stride, bias=False
            )
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Add what the left branch makes of x to x itself,
        or to its projection where the shape changes.
        """
        ### BEGIN SOLUTION
        ready = functional.relu(self.norm1(x))
        skip = x if self.projection is None else self.projection(ready)
        left = self.conv1(ready)
        left = self.conv2(functional.relu(self.norm2(left)))
        return skip + left
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_pre_act_block", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_pre_act_block(PreActBlock)
### BEGIN HIDDEN TESTS
tests.test_pre_act_block(PreActBlock, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# Is the skip really an identity? Then a stack of blocks whose last convolutions are zero gives back its input, to the
# last bit. Ten of your blocks in a row:

# %%
stack = nn.Sequential(*(PreActBlock(4, 4) for _ in range(10)))
for block in stack:
    last = [layer for layer in block.modules() if isinstance(layer, nn.Conv2d)][1]
    nn.init.zeros_(last.weight)
x = t.randn(2, 4, 6, 6)
print("the same, to the last bit:", t.equal(stack(x), x))

# %% [markdown]
# **What to notice.** The block of 2015 could do this only for inputs without negative numbers. Inside its own network
# it gets no others, because a ReLU cuts every sum. Here the sums may go below zero. That has a price: nobody has
# normalised the sum when it leaves the last block. So a pre-activation network needs one more batch norm and ReLU in
# front of its head.
#
# In the paper the gain grows with the depth: with 110 layers the error on CIFAR-10 falls from 6.6 % to 6.4 %, with
# 1,001 layers from 7.6 % to **4.9 %** (tables 2 and 3).

# %% [markdown]
# ## 2. Stochastic depth
#
# > **Difficulty** ●●○○○ · **Importance** ●●●●○ · 15–20 minutes
#
# Write `drop_path(branch, probability, training)`. It returns the branch with some of its samples, the images of the
# batch, set to 0 at random.
#
# In notebook 5 you took single blocks out of a trained network, and it went on working: a little worse without most of
# them, clearly worse without two or three. What if a network had to live with missing blocks while it *learns*? [Huang
# et al. (2016)](https://arxiv.org/abs/1603.09382) drop whole branches at random in each training step, so that only the
# skip is left of these blocks. Each step trains a shallower network, and at the end all of these networks work
# together. It's a dropout for blocks. You'll meet it in many of today's recipes, under the name of *drop path*.

# %% [markdown]
# The paper doesn't drop all blocks alike. Block $l$ of $L$ is left out with probability $p_l = 0.5\,l/L$: the first one
# hardly ever, and the last one half the time.
#
# <details><summary>Why spare the first blocks? And how many of 54 are expected to stay?</summary>
#
# All later blocks read what the first ones have written to the stream, so the first ones are missed most. And the
# expected number of blocks is $54 - \sum_l p_l = 54 - 0.5 \cdot 55/2$, which is 40.25.
#
# </details>

# %% [markdown]
# A block calls the function on its branch, just before the sum: `x + drop_path(branch, 0.1, self.training)`.
#
# - **In training**, we draw for each *sample*, one image of the batch, by itself: with this probability all its numbers
#   become 0.
# - **What stays is divided by 1 − probability**, so that the branch is as large as before *on average*. Then there's
#   nothing to correct later.
# - **Not in training**, or with probability 0: the branch comes back as it is.
# - With probability 1 nothing stays: give zeros, not NaN.
#
# A branch may have any number of axes, and the first is the batch. Return a tensor of the branch's dtype. The branch
# may be on a graphics card, so draw on `branch.device`. And don't change the branch in place, because it isn't yours.
#
# **Write it yourself:** no function of torch's or torchvision's that drops (`dropout`, `stochastic_depth` and their kind).
#
# {{hints drop_path}}


# %% nbgrader={"grade": false, "grade_id": "drop_path", "locked": false, "schema_version": 3, "solution": true, "task": false}
def drop_path(
    branch: Float[Tensor, "batch *rest"], probability: float, training: bool
) -> Float[Tensor, "batch *rest"]:
    """In training, set each sample to 0 with this probability,
    and divide the others by 1 − probability.
    """
    ### BEGIN SOLUTION
    if not training:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    kept = t.rand(len(branch), device=branch.device) >= probability
    scale = kept.to(branch.dtype) / (1 - probability)
    return branch * scale.reshape(-1, *[1] * (branch.ndim - 1))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_drop_path", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_drop_path(drop_path)
### BEGIN HIDDEN TESTS
tests.test_drop_path(drop_path, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# torchvision calls the same thing `ops.stochastic_depth`, with `mode="row"`. Chance makes two functions hard to
# compare, but their averages must agree. Try both on a batch of 10,000 samples, each of which is a single number, 1:

# %%
ones = t.ones(10_000, 1)
for name, function in (
    ("yours", lambda: drop_path(ones, 0.2, True)),
    ("torchvision's", lambda: ops.stochastic_depth(ones, 0.2, "row", True)),
):
    given = function()
    dropped = f"{(given == 0).double().mean():.1%} dropped"
    print(f"{name:14} {dropped}, mean {given.mean():.3f}, others {given.max():.3f}")

# %% [markdown]
# **What to notice.** About a fifth is dropped, what's left is 1.25 = 1/0.8, and the mean stays near 1. The paper scales
# the other way round. It changes nothing in training. At **inference**, when the trained network is used, it multiplies
# every branch by its chance to survive. That's as good on average, but then each block would need its probability even
# after training. If we scale *during* training, there's nothing left to do afterwards, so that's how libraries do it
# now. There's one more difference: the paper draws once for the whole batch, and one draw for each sample came later.
#
# With drop path the authors could train 1,202 layers on CIFAR-10 and still gain from the depth (4.91 % error).

# %% [markdown]
# ## 3. Squeeze and excitation
#
# > **Difficulty** ●●○○○ · **Importance** ●●●●○ · 15–20 minutes
#
# Write `SqueezeExcitation(channels, squeeze_channels)`. It multiplies each channel by a number between 0 and 1 that
# depends on the whole image.
#
# A convolution looks at a small patch. So each channel finds its edge, or its button, without knowing what the *rest* of
# the picture shows. [Hu et al. (2017)](https://arxiv.org/abs/1709.01507) give each channel a volume knob, and let the
# whole image turn it:
#
# - **squeeze**: average each channel over its height and width, as global pooling does, so that one number per channel is
#   left;
# - **excite**: two small layers turn these numbers into one *gate* for each channel: `fc1` from `channels` to
#   `squeeze_channels`, ReLU, `fc2` back to `channels`, and a **sigmoid**, which puts each gate between 0 and 1;
# - **scale**: multiply each channel of x by its gate.
#
# Follow the maps past the box on the right, to the × where they meet their gates:

# %%
drawings.squeeze_excitation()

# %% [markdown]
# Write it so that state dicts can be exchanged with torchvision's: `fc1` and `fc2` are **1×1 convolutions** with a
# bias. That's no different from a linear layer, because on an image of one pixel a 1×1 convolution *is* one.
#
# **Write it yourself:** no `SqueezeExcitation` of torchvision's. Below the test the two are compared.
#
# {{hints SqueezeExcitation}}


# %% nbgrader={"grade": false, "grade_id": "SqueezeExcitation", "locked": false, "schema_version": 3, "solution": true, "task": false}
class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int, squeeze_channels: int) -> None:
        """Make fc1 (channels → squeeze_channels) and fc2 (back again),
        both 1×1 convolutions with a bias.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.fc1 = nn.Conv2d(channels, squeeze_channels, kernel_size=1)
        self.fc2 = nn.Conv2d(squeeze_channels, channels, kernel_size=1)
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels height width"]:
        """Multiply each channel by its gate,
        a number between 0 and 1 that depends on the means of all channels.
        """
        ### BEGIN SOLUTION
        squeezed = x.mean(dim=(2, 3), keepdim=True)
        gates = self.fc2(functional.relu(self.fc1(squeezed))).sigmoid()
        return x * gates
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_squeeze_excitation", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_squeeze_excitation(SqueezeExcitation)
### BEGIN HIDDEN TESTS
tests.test_squeeze_excitation(SqueezeExcitation, seed=7, quiet=True)
### END HIDDEN TESTS

# %%
theirs = ops.SqueezeExcitation(64, 4)
mine = SqueezeExcitation(64, 4)
mine.load_state_dict(theirs.state_dict(), strict=True)
x = t.randn(2, 64, 14, 14)
print("as torchvision's:", t.allclose(mine(x), theirs(x)))
convolution = nn.Conv2d(64, 64, 3, padding=1, bias=False)
for name, layer in (
    ("a 3×3 convolution", convolution),
    ("squeeze and excitation", mine),
):
    parameters, multiply_adds = training.cost(layer, x)
    print(f"{name:23} {parameters:6,} parameters, {multiply_adds:9,} multiply-adds")

# %% [markdown]
# **What to notice.** In multiply-adds, squeeze and excitation costs next to nothing: its two layers work on one pixel,
# however large the image is. But this count leaves out two things: averaging the maps, and multiplying each of their
# 12,544 values by its gate. What they cost in time you'll see in section 9.
#
# In a block it goes at the end of the left branch, just before the sum: the gate says how much of this branch counts.
# ResNet50 with it in every block has a tenth more parameters and a quarter of a percent more multiply-adds. Its error
# on ImageNet, with one guess for each image, falls from 24.8 % to 23.3 % (table 2).
#
# That's three of the six, so you're halfway, and this is a good place for a break. Look at the three side by side: each
# is a handful of lines, and each was worth a paper.

# %% [markdown]
# ## 4. Groups, and ResNeXt
#
# An ordinary convolution lets each output channel look at *all* input channels. With `groups=g` they're dealt out into
# g teams: the first g-th of the outputs sees only the first g-th of the inputs, the second g-th sees only the second,
# and so on. Here is the whole secret, in one `chunk` and one `cat`:

# %%
grouped = nn.Conv2d(8, 12, kernel_size=3, padding=1, groups=4, bias=False)
x = t.randn(2, 8, 5, 5)
teams = [
    functional.conv2d(part, weight, padding=1)
    for part, weight in zip(x.chunk(4, dim=1), grouped.weight.chunk(4), strict=True)
]
print("the same:", t.allclose(grouped(x), t.cat(teams, dim=1), atol=1e-6))
print(
    "weight:",
    tuple(grouped.weight.shape),
    "where an ordinary convolution has",
    (12, 8, 3, 3),
)

# %% [markdown]
# **What to notice.** The weight has g times fewer numbers, and the layer g times fewer multiply-adds, because each output
# sums over a g-th of the channels. With as many groups as channels, each channel has one kernel for itself: a *depthwise*
# convolution. You'll meet it in section 6.

# %% [markdown]
# ### Exercise: the bottleneck
#
# > **Difficulty** ●●○○○ · **Importance** ●●●○○ · 15–20 minutes
#
# Write `GroupedBottleneck(inplanes, planes, stride=1, downsample=None, groups=1, base_width=64)`. It's notebook 3's
# bottleneck with groups in its middle.
#
# What should we do with what we've saved? Spend it on width. [Xie et al. (2016)](https://arxiv.org/abs/1611.05431) make
# the narrow part of a bottleneck twice as wide and cut its 3×3 convolution into 32 groups. It's as if 32 thin branches
# ran side by side and were added up. The paper calls their number *cardinality*, and the network **ResNeXt**. It costs
# what ResNet50 costs, and errs on 22.2 % of ImageNet's images where ResNet50 errs on 23.9 % (table 3).
#
# You may remember 24.8 % for ResNet50, from section 3. That was the same network, trained by other people with another
# recipe. So compare numbers only within one paper.
#
# Now compare the two middles, and how many weights each of them has:

# %%
drawings.resnext()

# %% [markdown]
# All but the middle is as in notebook 3's Bottleneck:
#
# - **width** = `planes · base_width // 64 · groups`: the narrow part has so many channels in place of `planes`. At
#   planes = 64 each group is `base_width` channels wide, and with the defaults, one group of 64, everything is as in
#   ResNet50;
# - `conv1` 1×1 inplanes → width, `bn1`, ReLU; `conv2` 3×3 width → width with the stride **and the groups**, `bn2`,
#   ReLU; `conv3` 1×1 width → planes · 4, `bn3`; no convolution has a bias;
# - add `downsample(x)` if there's a downsample, else x; ReLU. The class says `expansion = 4`.
#
# **Write it yourself:** no `Bottleneck` of torchvision's. You can read it afterwards, and you'll know each line.
#
# {{hints GroupedBottleneck}}


# %% nbgrader={"grade": false, "grade_id": "GroupedBottleneck", "locked": false, "schema_version": 3, "solution": true, "task": false}
class GroupedBottleneck(nn.Module):
    expansion = 4

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
    ) -> None:
        """Make conv1, bn1, conv2 (with the stride and the groups),
        bn2, conv3, bn3; keep downsample under this name.
        """
        super().__init__()
        ### BEGIN SOLUTION
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(
            width, width, 3, stride=stride, padding=1, groups=groups, bias=False
        )
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes * self.expansion, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.downsample = downsample
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch out_planes out_height out_width"]:
        """Add the left branch to x, or to downsample(x)
        if there's a downsample; then apply ReLU.
        """
        ### BEGIN SOLUTION
        left = functional.relu(self.bn1(self.conv1(x)))
        left = functional.relu(self.bn2(self.conv2(left)))
        left = self.bn3(self.conv3(left))
        skip = x if self.downsample is None else self.downsample(x)
        return functional.relu(left + skip)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_grouped_bottleneck", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_grouped_bottleneck(GroupedBottleneck)
### BEGIN HIDDEN TESTS
tests.test_grouped_bottleneck(GroupedBottleneck, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# torchvision's `ResNet` builds the whole family from any block that you give it. It hands over two more arguments, and
# `FamilyBlock` leaves these out, because we don't need them. So here is **ResNeXt-50 (32×4d)**: 32 groups, each 4
# channels wide, and your block in it 16 times.


# %%
class FamilyBlock(GroupedBottleneck):
    def __init__(
        self,
        *args: object,
        dilation: int = 1,
        norm_layer: object = None,
        **settings: object,
    ) -> None:
        """Leave out the dilation and the kind of norm,
        which torchvision also gives, sometimes by position.
        """
        super().__init__(*args[:6], **settings)


# %%
resnext = models.ResNet(FamilyBlock, [3, 4, 6, 3], groups=32, width_per_group=4)
resnext.load_state_dict(models.resnext50_32x4d().state_dict(), strict=True)
n_parameters = sum(p.numel() for p in resnext.parameters())
n_plain = sum(p.numel() for p in models.resnet50().parameters())
print(f"{n_parameters:,} parameters; ResNet50 has {n_plain:,}")
assert n_parameters == 25_028_904

# %% [markdown]
# **What to notice.** The state dict of torchvision's own ResNeXt50 loads with `strict=True`, so every name and every
# shape is right, and so is the count: half a million *fewer* than ResNet50. The network is wider and still smaller,
# because it gives up a freedom that it doesn't seem to need: each output channel may no longer look at *all* the
# inputs.

# %% [markdown]
# ## 5. An old friend gets its name
#
# Do you remember PooledBlock from notebook 4, which averages on its shortcut before the 1×1 convolution? Here's why: a
# 1×1 convolution with stride 2 throws away three pixels out of four without looking at them. [He et al.
# (2018)](https://arxiv.org/abs/1812.01187), another He, collected such small repairs in a paper whose title says it
# all: *Bag of Tricks for Image Classification*. The pooled shortcut is their **ResNet-D**. Which pixels does a shortcut
# look at? Ask the gradient:

# %%
strided = nn.Conv2d(1, 1, kernel_size=1, stride=2, bias=False)
pooled = nn.Sequential(
    nn.AvgPool2d(2, ceil_mode=True), nn.Conv2d(1, 1, kernel_size=1, bias=False)
)
for name, shortcut in (("strided (2015)", strided), ("pooled (ResNet-D)", pooled)):
    x = t.randn(1, 1, 8, 8, requires_grad=True)
    shortcut(x).sum().backward()
    print(f"{name:18} looks at {(x.grad != 0).sum()} of 64 pixels")

# %% [markdown]
# **Look again.** The output has the same size, and the shortcut has the same number of weights. But the pooled shortcut
# looks at four times as many pixels. In the paper this one line takes a ResNet50 that already has two other small
# repairs from 76.9 % to 77.2 % on ImageNet (table 5), and it's in many networks that you can download today.

# %% [markdown]
# ## 6. ConvNeXt
#
# > **Difficulty** ●●●○○ · **Importance** ●●●●○ · 20–30 minutes
#
# Write `ConvNeXtBlock(channels, layer_scale=1e-6)`. It's a residual block with the habits of a transformer.
#
# In 2020 **transformers** came to images. They're the networks behind today's language models. You'll build their block
# in the next section, and its special part is called *attention*. For a while it looked as if convolutions were over.
# [Liu et al. (2022)](https://arxiv.org/abs/2201.03545) took a ResNet50 and gave it, one after the other, the habits of
# a transformer. At the end there was still no attention layer in it, and it was as good as the transformer of its size.
# This is its block:

# %% [markdown]
# - `dwconv`: a **depthwise 7×7** convolution (padding 3, `groups=channels`), which looks far, in each channel by itself;
# - `norm`: a **LayerNorm over the channels** of each pixel, with `eps=1e-6`, instead of a batch norm;
# - `pwconv1`: from `channels` to 4·`channels` at each pixel; **GELU**, a ReLU with its corner rounded off; `pwconv2`:
#   back again. Both are `nn.Linear`. It's a bottleneck turned inside out: wide in the middle;
# - `gamma`: **layer scale**, one learned number for each channel, which all start at `layer_scale`. The branch is multiplied
#   by it;
# - add x, and nothing after the sum.
#
# Compare it with the bottleneck, from top to bottom: where it's wide, and how few norms and activations are left.

# %%
drawings.convnext()

# %% [markdown]
# This is where it's easy to trip: over the axes. LayerNorm and Linear work on the *last* axis. So move the channels to
# the last axis before them, and back again at the end. If the shapes don't fit at first, print them after each line,
# and you'll soon find the place. The layers' names are those of the authors' code, and `gamma` has shape (channels,).
#
# **Write it yourself:** no `CNBlock` of torchvision's. Below the test it meets yours.
#
# {{hints ConvNeXtBlock}}


# %% nbgrader={"grade": false, "grade_id": "ConvNeXtBlock", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ConvNeXtBlock(nn.Module):
    def __init__(self, channels: int, layer_scale: float = 1e-6) -> None:
        """Make dwconv, norm, pwconv1, pwconv2,
        and the parameter gamma, which starts at layer_scale.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.dwconv = nn.Conv2d(
            channels, channels, kernel_size=7, padding=3, groups=channels
        )
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(t.full((channels,), layer_scale))
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels height width"]:
        """Add the branch, times gamma, to x."""
        ### BEGIN SOLUTION
        # Channels last, as norm and linear layers want them.
        branch = self.dwconv(x).permute(0, 2, 3, 1)
        branch = self.pwconv2(functional.gelu(self.pwconv1(self.norm(branch))))
        return x + (self.gamma * branch).permute(0, 3, 1, 2)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_convnext_block", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
tests.test_convnext_block(ConvNeXtBlock)
### BEGIN HIDDEN TESTS
tests.test_convnext_block(ConvNeXtBlock, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# torchvision's block is called `CNBlock` and has other names for its parts, but the shapes tell which is which:

# %%
theirs = models.convnext.CNBlock(16, layer_scale=0.5, stochastic_depth_prob=0.0)
mine = ConvNeXtBlock(16)
with t.no_grad():
    mine.gamma.copy_(theirs.layer_scale.flatten())
    for name, place in (("dwconv", 0), ("norm", 2), ("pwconv1", 3), ("pwconv2", 5)):
        mine.get_submodule(name).load_state_dict(theirs.block[place].state_dict())
x = t.randn(2, 16, 14, 14)
print("as torchvision's:", t.allclose(mine(x), theirs(x), atol=1e-6))
fresh = ConvNeXtBlock(16)
print(f"a fresh one changes x by at most {(fresh(x) - x).abs().max():.1e}")

# %% [markdown]
# **Surprised?** A fresh block does almost nothing, because `gamma` starts at a millionth. That's the idea of notebook
# 3's zero-init once more: begin as the identity, and let training turn the branch up.
#
# Where did the gain come from? In the paper, ResNet50 with a *modern recipe* for training goes from 76.1 % to 78.8 %
# before a single layer is changed. All changes to the block and the network together bring it to 82.0 %. Keep that in
# mind when somebody compares a new block with an old number.

# %% [markdown]
# ## 7. The residual stream
#
# > **Difficulty** ●●●○○ · **Importance** ●●●●● · 20–25 minutes
#
# Write `TransformerBlock(features, heads, hidden)`. It adds to a stream of tokens what attention reads from it, and
# then what two linear layers make of it.
#
# This is the last block that you build, and the most famous. It has a new word in every line, so don't worry if you
# have to read the next two cells twice. The code is no longer than ConvNeXt's.

# %% [markdown]
# Now forget images. A *transformer* works on a list of **tokens**: words, or patches of a picture. Each token is a
# vector of `features` numbers. The block has two branches, one after the other:
#
# $$
# \begin{aligned}
# x &\leftarrow x + \mathrm{attention}(\mathrm{norm}_1(x)) \\
# x &\leftarrow x + \mathrm{mlp}(\mathrm{norm}_2(x))
# \end{aligned}
# $$
#
# Read it aloud: *normalise, work, add; normalise, work, add*. It's section 1's block. **Attention** lets each token
# look at all the others, and choose by their content whom to listen to. A 7×7 convolution can't do that: it looks at
# neighbours only, with weights that are the same for every image. The **mlp** works at each token by itself, as
# ConvNeXt's two linear layers do. On the road there's nothing but sums. People who study language models call this road
# the **residual stream**, because each block reads from it and writes something back.

# %% [markdown]
# What's inside attention? Three linear layers make three vectors of each token: a *query*, for what the token looks
# for; a *key*, for what it can be found by; and a *value*, for what it hands over. With a row for each token, and $d$
# features in each vector, that's
#
# $$
# \begin{aligned}
# Q &= x W_Q, \quad K = x W_K, \quad V = x W_V \\
# \mathrm{attention}(x) &= \mathrm{softmax}\Big(\frac{Q K^\top}{\sqrt d}\Big) V
# \end{aligned}
# $$
#
# Row $i$ of the softmax says how much token $i$ takes of each token's value, and sums to 1. Why $\sqrt d$? A score is a
# sum of $d$ products, so its variance grows like $d$, as you saw for such sums in notebook 1. Without the division,
# large scores would make the softmax give nearly everything to one token.

# %% [markdown]
# Each *head* does this with its own part of the queries, keys and values, so with 64 features and 4 heads $d$ is 16.
# The heads' outputs are put side by side, and mixed by one more matrix. Nothing here knows the tokens' order: exchange
# two tokens, and their outputs are exchanged, too. So before the first block the transformer of 2017 adds to each token
# a vector for its *place*. (Most of today's language models turn queries and keys by an angle for it instead.)

# %% [markdown]
# Follow the road down the right side: which part of ConvNeXt's branch has become a branch of its own?

# %%
drawings.transformer()

# %% [markdown]
# You needn't write attention yourself. PyTorch has it: `nn.MultiheadAttention(features, heads, batch_first=True)`. You
# call it with three tensors, from which it makes query, key and value. Here all three are the same tensor. It returns a
# pair, and the first of the two is the output.
#
# - `norm1`, `self_attn` for the first branch; `norm2`, `linear1` (features → hidden), GELU, `linear2` (hidden → features)
#   for the second. Both norms are `nn.LayerNorm`.
#
# **Write it yourself:** no `TransformerEncoderLayer` of torch's. You have all its parts at hand.
#
# {{hints TransformerBlock}}


# %% nbgrader={"grade": false, "grade_id": "TransformerBlock", "locked": false, "schema_version": 3, "solution": true, "task": false}
class TransformerBlock(nn.Module):
    def __init__(self, features: int, heads: int, hidden: int) -> None:
        """Make norm1, self_attn (batch first), norm2, linear1 and linear2."""
        super().__init__()
        ### BEGIN SOLUTION
        self.norm1 = nn.LayerNorm(features)
        self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(features)
        self.linear1 = nn.Linear(features, hidden)
        self.linear2 = nn.Linear(hidden, features)
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch tokens features"]
    ) -> Float[Tensor, "batch tokens features"]:
        """Add what attention reads from the normalised x,
        then what the mlp makes of the normalised sum.
        """
        ### BEGIN SOLUTION
        ready = self.norm1(x)
        x = x + self.self_attn(ready, ready, ready)[0]
        return x + self.linear2(functional.gelu(self.linear1(self.norm2(x))))
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_transformer_block", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
tests.test_transformer_block(TransformerBlock)
### BEGIN HIDDEN TESTS
tests.test_transformer_block(TransformerBlock, seed=7, quiet=True)
### END HIDDEN TESTS

# %%
theirs = nn.TransformerEncoderLayer(
    64, 4, 128, activation="gelu", batch_first=True, norm_first=True
).eval()
mine = TransformerBlock(64, 4, 128).eval()
mine.load_state_dict(theirs.state_dict(), strict=True)
x = t.randn(2, 49, 64)
print("as PyTorch's:", t.allclose(mine(x), theirs(x), atol=1e-5))

# %% [markdown]
# **What to notice.** PyTorch's own layer gives your block its weights with `strict=True`, and the same numbers come
# out. Take a moment for that, because you're close to something famous. Add to each token a vector for its place, and
# stack a dozen of these blocks. Put a mask into the attention, so that no token sees those after it, and one last norm
# at the end. That's the body of GPT-2.
#
# <details><summary>How did the plus sign get there?</summary>
#
# When eight people wrote [*Attention is all you need*](https://arxiv.org/abs/1706.03762) in June 2017, they were after
# translation, and not after images. The plus sign gets a sentence or two, in section 3.1, with a reference to the paper
# from which you've been building since notebook 2. It had come to translation the year before, between the recurrent
# layers of Google's system ([Wu et al. 2016](https://arxiv.org/abs/1609.08144)).
#
# And in 2021 others asked what attention does without the plus sign and without the mlp. The deeper the stack, the more
# alike all tokens become, and very fast. Their title answers the title of 2017: [*Attention is not all you
# need*](https://arxiv.org/abs/2103.03404).
#
# </details>

# %% [markdown]
# Compare the two lines of the formula with ConvNeXt's block. In the transformer one branch looks *around*, and another
# works at each place. ConvNeXt does both in a single branch.
#
# And compare with 2015. The first transformer had its norms *after* the sums, just as the 2015 block has its ReLU
# there. Later versions moved the norms into the branches, for the same reason as in section 1: with a clear road, a
# deep stack trains more easily ([Xiong et al. 2020](https://arxiv.org/abs/2002.04745)).

# %% [markdown]
# ## 8. Batch norm's pitfalls
#
# You've met LayerNorm twice now, where batch norm used to be. Why do so many later blocks do without it? Because batch
# norm is the one layer in which the images of a batch *meet*. That helps training, and it has its price. Predict first,
# then measure.

# %% [markdown]
# ### Questions
#
# Write `later_answers()`. It returns your answers to four questions, in a dict.
#
# 1. `"alone"`: somebody forgot `eval()`. The same photo is in two batches, with other photos around it. Its logits are
#    - **a** equal;
#    - **b** different, because mean and variance come from the batch;
#    - **c** different, but only early in training, while the running statistics still change a lot.
# 2. `"pair"`: two vectors of five numbers go through `nn.BatchNorm1d(5)` in training mode, fresh, with weight 1 and
#    bias 0. The two differ clearly in each of their five numbers. How many different numbers can appear in the output,
#    if you ignore eps?
# 3. `"norms"`: which of these treat an image alike, whatever else is in the batch, even in training mode? Return a
#    *set*.
#    - **a** `nn.BatchNorm2d`
#    - **b** `nn.GroupNorm`, which averages over a group of channels and all pixels of one image
#    - **c** `nn.LayerNorm`
# 4. `"stream"`: one last question about section 7. A transformer has 12 blocks like yours. How many times is something
#    added to x between the input of the first and the output of the last?


# %% nbgrader={"grade": false, "grade_id": "later_answers", "locked": false, "schema_version": 3, "solution": true, "task": false}
def later_answers() -> dict[str, str | set[str] | int]:
    """Return your answers: {"alone": "…", "pair": …, "norms": {…}, "stream": …}."""
    ### BEGIN SOLUTION
    return {"alone": "b", "pair": 2, "norms": {"b", "c"}, "stream": 12 * 2}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_later_answers", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_later_answers(later_answers)
### BEGIN HIDDEN TESTS
tests.test_later_answers(later_answers, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ### A batch of two
#
# Now measure it. First the two vectors:

# %%
vectors = t.randn(2, 5) * 100
print(vectors, nn.BatchNorm1d(5)(vectors).detach(), sep="\n")

# %% [markdown]
# **Surprised?** Minus one, plus one, and nothing else. All that's left of a vector is where its number was the larger
# of the two. A batch norm over maps isn't hit that hard, because it averages over the pixels as well. But the fewer
# images there are in a batch, the more each image shifts the mean. So batch norm subtracts more of the image's own
# content.

# %% [markdown]
# ### A forgotten `eval()`
#
# The small trained network of notebook 5 knows seven kinds of clothes. Ask it about the same 1,050 images with
# `eval()`, and in three ways without. Which of the three will hurt?

# %%
small = utils.load_small_resnet()
known = utils.load_few_images()["known"]


@t.no_grad()
def right(model: nn.Module, order: Tensor, size: int) -> float:
    """Ask about the images in this order, `size` at a time;
    return the share that's right.
    """
    asked = [
        model(known.inputs[some]).argmax(1) == known.labels[some]
        for some in order.split(size)
    ]
    return t.cat(asked).double().mean().item()


shuffled = t.randperm(len(known.labels), generator=t.Generator().manual_seed(0))
by_class = known.labels.argsort(stable=True)
shares = {"eval()": right(small.eval(), shuffled, 150)}
for name, order, size in (
    ("forgotten, 150 of all classes", shuffled, 150),
    ("forgotten, 2 at a time", shuffled, 2),
    ("forgotten, 150 of one class", by_class, 150),
):
    # A copy, because training mode moves the running statistics.
    forgetful = copy.deepcopy(small).train()
    shares[name] = right(forgetful, order, size)
utils.show_bars(shares, title="right on 1,050 images", marked=("eval()",))

# %% [markdown]
# **What to notice.** With 150 images of all classes nobody sees that `eval()` is missing: 93.9 % is nearly 94.2 %, and
# that's why this mistake lives so long. Two at a time it's 80.6 %. And with 150 images of *one* class it's 24.7 %. What
# these images have in common is in their mean, and batch norm subtracts the mean. So exactly what makes them boots or
# bags is gone. And all that with the same weights and the same images.

# %% [markdown]
# ### Learning from two at a time
#
# Does it matter in *training*? Small batches are common, because large images fill a graphics card. Here are three
# layers with a norm after each, on 2,000 images, once in batches of 64 and once in batches of 2. Beside batch norm we
# try LayerNorm and **GroupNorm** ([Wu & He 2018](https://arxiv.org/abs/1803.08494)), which normalises over a group of
# channels of *one* image. Neither has running statistics, so there's no mode to forget. All three learn with **AdamW**,
# an optimiser that gives each weight a step size of its own. Batches of 2 take 32 times as many steps, so there all
# three get a tenth of the learning rate. Which of the three will mind the small batch?

# %%
data = load_fashion_mnist()
n_images = 200 if training.quick() else 2_000


def learn_in_batches(
    norm: Callable[[int], nn.Module], size: int, max_lr: float
) -> float:
    """Train for one epoch in batches of this size;
    return which share of 2,000 test images is right, in eval mode.
    """
    t.manual_seed(0)
    sides = ((784, 64), (64, 64), (64, 64))
    layers = [
        layer
        for side in sides
        for layer in (nn.Linear(*side, bias=False), norm(64), nn.ReLU())
    ]
    model = nn.Sequential(nn.Flatten(), *layers, nn.Linear(64, 10))
    batches = training.Batches(
        data.train_images[:n_images], data.train_labels[:n_images], size, shuffle=True
    )
    optimizer = t.optim.AdamW(model.parameters())
    training.Learner(
        model, batches, optimizer=optimizer, callbacks=[training.OneCycle(max_lr)]
    ).fit(1)
    test = training.Batches(data.test_images[:2_000], data.test_labels[:2_000], 500)
    with t.no_grad():
        found = [model.eval()(images).argmax(1) == labels for images, labels in test]
    return t.cat(found).double().mean().item()


norms = {
    "BatchNorm1d": nn.BatchNorm1d,
    "LayerNorm": nn.LayerNorm,
    "GroupNorm": partial(nn.GroupNorm, 4),
}
shares = {
    f"{name}, batches of {size}": learn_in_batches(norm, size, max_lr)
    for size, max_lr in ((64, 0.01), (2, 0.001))
    for name, norm in norms.items()
}
utils.show_bars(
    shares,
    title="right on 2,000 test images",
    marked=tuple(name for name in shares if "Batch" in name),
)

# %% [markdown]
# **What to notice.** In batches of 64 batch norm is ahead, of LayerNorm by about a point. That's one seed, so don't
# lean on it. With batches of 2 you don't need more seeds to see it: batch norm falls apart, and the other two don't mind.
#
# You've seen one reason above: in training, batch norm gives nothing but ±1. That takes away most of the gradient, too:
# move the two vectors a little further apart, and what comes out is still ±1. There's a second reason. At inference
# batch norm normalises with its running statistics, so the next layer meets numbers that it has never seen in training.
# This experiment doesn't tell the two reasons apart.
#
# With maps the effect is milder, since 14×14 pixels of two images are still 392 numbers to average. But it doesn't go
# away. On ImageNet, in batches of 2 on each card, the GroupNorm paper reports "10.6% lower error" than batch norm's, in
# percentage points.

# %% [markdown]
# ## 9. What's it worth?
#
# Each paper reports a gain, most of them on ImageNet, after days on many graphics cards. What's left of the gain on our
# scale? We train nine small networks of 80,000 to 110,000 parameters, all alike: 6,000 images, three epochs and three
# seeds. The blocks are *yours*.
#
# **There's one recipe for all, chosen for none of them.** That keeps the comparison simple: what differs is the
# network, and not the training. But it also limits what the table can say, because a block may do better with a recipe
# of its own. So read each row as "this block, with a recipe that nobody chose for it".

# %% [markdown]
# Here are the rows. Five of them differ from the block of 2015 in their blocks alone, except that pre-activation needs
# one last norm. The other three differ in more. ResNeXt and ConvNeXt have other widths, ConvNeXt halves its maps in its
# own way, and the transformer works on tokens.

# %% [markdown]
# | row | what differs from the block of 2015 |
# |---|---|
# | pre-activation | your `PreActBlock`; one more norm and ReLU in front of the head |
# | stochastic depth | your `drop_path` at the end of each branch, with the *same* probability 0.1 in all, where the paper's rises from block to block |
# | squeeze and excitation | your `SqueezeExcitation` there, to a quarter of the channels |
# | ResNeXt | your `GroupedBottleneck` with 4 groups; its narrow part is as wide as its ends |
# | ResNet-D | the skip averages before its 1×1 convolution, as in notebook 4 |
# | ConvNeXt | your `ConvNeXtBlock`; a norm and a strided convolution halve the maps. γ starts at 0.1: from a millionth, three epochs may be too short to turn a branch up |
# | transformer | four of your `TransformerBlock`s, 4 heads, on 49 tokens: patches of 4×4 pixels, to each of which a learned vector for its place is added |
# | GroupNorm | a GroupNorm of 4 groups in place of each batch norm in the blocks |
#
# `later_nets` puts your blocks into these networks, and `training.later_nets??` shows how.

# %%
nets = training.later_nets(
    PreActBlock=PreActBlock,
    drop_path=drop_path,
    SqueezeExcitation=SqueezeExcitation,
    GroupedBottleneck=GroupedBottleneck,
    ConvNeXtBlock=ConvNeXtBlock,
    TransformerBlock=TransformerBlock,
)

# %% [markdown]
# The table was made once, with the solution's blocks, by `course_utils/authoring/measure_later_blocks.py`; its settings
# are in it. **Predict first:** which block will win?

# %%
stored = training.read_later()
training.plot_later(stored)
training.later_table(stored)

# %% [markdown]
# **What to notice.** In the picture each dot is a seed, and the grey band shows how far apart the seeds of the 2015
# block lie. Look at the *seeds* first: one and the same network differs by up to a percentage point from seed to seed.
# So pre-activation, squeeze and excitation, ResNeXt and ResNet-D can't be told from the block of 2015 here. That
# doesn't refute the papers. Pre-activation gained two tenths of a point at 110 layers and most at a thousand, and these
# networks have fourteen.
#
# Stochastic depth *costs* a point. It was made for networks of a hundred layers and more. There each step trains a
# shallower network, which the gradient gets through more easily, and dropping branches keeps a large network from
# memorising its images. We think that fourteen layers in three epochs have little to gain from either. But they do pay:
# each branch learns from a tenth fewer images, and all that follows it sees sums that change at random. And no time is
# saved here, because we drop image by image. The paper drops a branch for a whole batch, and doesn't compute it at all.

# %% [markdown]
# ConvNeXt is two and a half points behind, and the transformer nine. Both are made for much more than this. ConvNeXt's
# authors train it for 300 epochs. And a transformer has to *learn* that pixels side by side belong together, where a
# convolution is built that way. So with few images a transformer is known to be behind ([Dosovitskiy et al.
# 2020](https://arxiv.org/abs/2010.11929)).
#
# GroupNorm in batch norm's place in the blocks costs five points. That's no verdict on GroupNorm either: remember that
# nobody chose this recipe, with its batches of 64, for it.

# %% [markdown]
# Now compare the last column, the seconds of processor time for one training, with the multiply-adds. ResNeXt and
# ConvNeXt have about as many multiply-adds as the block of 2015, and took more than twice its time. One reason is well
# known: grouped and depthwise convolutions do little with each number that they fetch from memory ([Ma et al.
# 2018](https://arxiv.org/abs/1807.11164)). Squeeze and excitation has a thousandth more multiply-adds, and took a
# quarter more time, because it reads and writes all maps once more. **Multiply-adds aren't time.** So when time matters
# to you, measure it.

# %% [markdown]
# Do you believe it? Train one row yourself, with your own block. Any name in the table will do. With three seeds it
# takes about three times the seconds in the table, if your computer has nothing else to do. Each seed has a bar that
# shows how far it is.

# %%
row = "pre-activation"
again = training.measure_later(
    row,
    nets[row],
    data,
    seeds=(0,) if training.quick() else (0, 1, 2),
    images=600 if training.quick() else training.LATER_IMAGES,
    callbacks=lambda seed: [training.Progress(f"{row}, seed {seed}", curves=False)],
)
(kept,) = (one for one in stored if one.name == row)
yours, theirs = (100 * mean(one.accuracies) for one in (again, kept))
print(f"the means are {abs(yours - theirs):.1f} points apart")
training.later_table([kept, replace(again, name="yours")])

# %% [markdown]
# **Surprised?** The images and the seeds are those of the stored row. How far apart are the two means all the same? If
# your line says 0.0, your computer rounds its sums just as ours did. Most computers don't: another processor adds in
# another order, so its rounding errors differ, and three epochs of training magnify that. And if your block makes its
# layers in another order, it also starts from other weights. A few tenths of a point come and go like that without
# anybody changing an idea, so don't believe in a difference of a few tenths.
#
# And the seconds? The table has the *processor's* seconds, for the training alone. The stored ones are from one
# computer and yours from another, so compare seconds only within one computer. The bars show the time on the clock,
# which keeps running while the computer does other things. So they may say more than the table.

# %% [markdown]
# ### An experiment of your own
#
# This one isn't graded, and nobody knows the answer. GroupNorm lost five points to batch norm in a recipe that nobody
# chose for it. **Can you find a recipe in which it loses less than two?** We tried three others, with larger steps,
# with batches of 16, and with both, one seed each. GroupNorm lost between three and seven. So expect to look for a
# while, and don't be disappointed if you find none: that's a result, too.
#
# You may change the learning rate, the batches, the number of groups or the epochs. But give the block of 2015 the same
# recipe, because otherwise you'd compare recipes and not norms. The parts are `training.Learner`, as in notebook 4, and
# `nets["GroupNorm"]()` and `nets["2015"]()`. Write down first what you expect to help, and why. And train both with
# more than one seed before you believe it.

# %% [markdown]
# ## What became of the block
#
# | since | what changed | in one sentence |
# |---|---|---|
# | 2015 | **ResNet** ([1512.03385](https://arxiv.org/abs/1512.03385)) | Add the input, so that a block only learns what's to be changed. |
# | 2016 | **pre-activation** ([1603.05027](https://arxiv.org/abs/1603.05027)) | Clear the road: norm and ReLU belong in the branch. |
# | 2016 | **stochastic depth** ([1603.09382](https://arxiv.org/abs/1603.09382)) | Drop branches while training, so that no block relies on all others. |
# | 2016 | **ResNeXt** ([1611.05431](https://arxiv.org/abs/1611.05431)) | Cut the 3×3 convolution into groups, and spend what's saved on width. |
# | 2017 | **transformer** ([1706.03762](https://arxiv.org/abs/1706.03762)) | Replace recurrence (since 2020, in images, convolution) with attention, and keep the plus sign. |
# | 2017 | **SE** ([1709.01507](https://arxiv.org/abs/1709.01507)) | Let the whole image turn each channel up or down. |
# | 2018 | **ResNet-D** ([1812.01187](https://arxiv.org/abs/1812.01187)) | Average before you stride, so that the skip sees every pixel. |
# | 2022 | **ConvNeXt** ([2201.03545](https://arxiv.org/abs/2201.03545)) | Look far in each channel, mix the channels at each pixel, normalise once. |

# %% [markdown]
# ### And the recipe
#
# Much of ten years' progress isn't in the block at all. Section 6 had the numbers of one pair: from 76.1 % to 78.8 % by
# the recipe alone, and to 82.0 % with all that became of the block and the network. So 2.7 of these 5.9 points, nearly
# half, are the recipe's. That's one pair of networks, and no law. [Wightman et al.
# (2021)](https://arxiv.org/abs/2110.00476) took a ResNet50, the v1.5 of notebook 3, and trained it with everything that
# had been learned about training since, stochastic depth included: **80.4 %** on ImageNet, where torchvision's first
# weights have 76.1 %. [Bello et al. (2021)](https://arxiv.org/abs/2103.07579) went through the family and found that
# how you train and how you scale may matter more than the architecture. So when you read "our block is better", ask
# which recipe the other block got.

# %% [markdown]
# ## What you have now
#
# You've built the block of 2015 and what became of it, checked nearly all of it against the library's own, and measured what
# it's worth. Whatever network you open from here on, a ConvNeXt, a diffusion model, a language model: look for the plus
# sign. You'll know what it's for, because you've seen what happens without it.

# %% [markdown]
# ### Can you still say why?
#
# Answer each question aloud, and then open it.
#
# <details><summary>Why does drop path divide what stays by 1 − probability?</summary>
#
# So that a branch is as large in training as it is later at inference, on average. Without the division each block
# would have to remember its probability for ever.
#
# </details>
#
# <details><summary>An SE block adds next to no multiply-adds. Why not, and why did it take a quarter more time all the same?</summary>
#
# Its two layers work on one number for each channel, and not on each pixel. However large the image is, these layers
# stay as small. But to average the maps, and to multiply them by their gates, the block has to read and write every
# pixel once more.
#
# </details>
#
# <details><summary>A paper's new block is two points better than a ResNet50. What do you ask first?</summary>
#
# Whether both had the same recipe, and how much the score differs from seed to seed. A modern recipe alone takes the ResNet50
# of 2015 further than many a block does.
#
# </details>

# %% [markdown]
# The course ends here. You began with `nn.Parameter` and a ReLU, and you end with a transformer. Thank you for working
# through it! If something helped you, or tripped you up, please tell us.
