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
# # 2 · ResNet34, built by hand
#
# In 2014 the network that won the ImageNet competition, on photos in a thousand classes, had 22 layers. People had
# tried more, but stacking more layers made networks *worse*, even on the images that they were trained on. One year
# later the winners used networks with 152 layers. They won with an *ensemble*, six networks whose answers were
# combined, and two of the six had 152 layers. Several ideas came together in between, and you'll meet them all. But
# what made 152 layers worth having was one plus sign.
#
# By the end of this notebook you'll have built everything around that plus sign: batch norm, the residual block, and all
# of **ResNet34**. Then you'll copy the weights of a trained network into yours, and your own code will name what's in
# real photos.

# %% [markdown]
# | | you build | time |
# |---|---|---|
# | 1 | answers to a few questions | 15 min |
# | 2 | a `Sequential` that knows names (bonus) | 10 min |
# | 3 | **BatchNorm2d** | 15–30 min |
# | 4 | **AveragePool** | 5–10 min |
# | 5 | the plan, read as a diagram | 10 min |
# | 6 | **ResidualBlock** | 20–30 min |
# | 7 | **BlockGroup** | 10–15 min |
# | 8 | **ResNet34** | 30–45 min |
# | 9 | `copy_weights` | 10–15 min |
# | 10 | `predict`, and twelve photos | 10 min |
# | 11 | hooks that catch a NaN | 15–20 min |
# | 12 | a walk through your network | 5 min |
# | 13 | a test of your own (bonus) | 45 min |
#
# You need to know what a convolution does and how you write a class in PyTorch. Everything runs on a laptop without a
# graphics card.

# %% [markdown]
# **How it works.** Each exercise is a cell with one or more lines `raise NotImplementedError()`. Put your code in their
# place, run the cell, then run the test cell below it. A test that fails doesn't just say *wrong*: it compares what
# your code does with dozens of known mistakes, and says which one it behaves like. Stuck? Each exercise has three
# hints, from a nudge to almost everything, folded away until you open them. Write `utils.hints("BatchNorm2d")` into a
# cell of your own, and a button opens them one at a time.

# %%
# {{first cell}}

# %%
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch as t
import torchinfo
from einops import rearrange
from jaxtyping import Float, Int
from rich import print as rprint
from rich.table import Table
from torch import Tensor, nn
from torchvision import models, transforms

from course_utils import drawings, tests, utils

ReLU, Linear, Conv2d, MaxPool2d = utils.my_layers()

# %% [markdown]
# The four layers in the last line are small classes made of `nn.Module`, `nn.Parameter` and functions of tensors. If you
# wrote them in notebook 1, they are **your own**; those that you didn't write are the course's. They work like
# PyTorch's, with one difference: **this `Conv2d` never has a bias**, so leave `bias=…` out. You'll soon see why you
# won't miss it.
#
# The type hints name each tensor's axes, as in `Float[Tensor, "batch channels height width"]`. Nobody checks them when
# the code runs.

# %% [markdown]
# ## 1. Why batch norm? Some reading, some questions
#
# **The problem.** In a deep network each layer works on the output of the one before. If every layer makes its values a
# little larger, thirty layers make them enormous. If every layer makes them a little smaller, nothing is left. Before
# 2015 you had to choose the initial weights with great care to keep such a network alive at all.
#
# **The idea** ([Ioffe & Szegedy 2015](https://arxiv.org/abs/1502.03167)). Don't just hope that the values stay in a
# sensible range. Put them there. For each channel take the mean $\mu$ and the variance $\sigma^2$ over the batch,
# height and width, and normalise:
#
# $$ y = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} \cdot \gamma + \beta $$
#
# The small $\varepsilon$ is there because a channel whose values are all equal has variance 0, and we'd divide by zero.
# The weight $\gamma$ and the bias $\beta$ are one number each for every channel, and they're *learned*, so the network
# can choose another range where it needs one, even the range it started with.

# %% [markdown]
# **What it does to initialisation.** Say a layer's weights start ten times too large. All its outputs are ten times
# larger, and so are their mean and their standard deviation. The normalisation divides the factor out again. Let's look:

# %%
t.manual_seed(0)
layer, x = Conv2d(3, 8, 3), t.randn(16, 3, 10, 10)
norm = nn.BatchNorm2d(8)

before = norm(layer(x))
with t.no_grad():
    layer.weight *= 10
after = norm(layer(x))

largest = (after - before).abs().max()
print(f"after weights ten times as large, the output differs by at most {largest:.4f}")

# %% [markdown]
# What little is left comes from $\varepsilon$.
#
# **Why does it help training so much?** The paper's own answer was *internal covariate shift*: while the early layers
# learn, the later ones see their inputs drift, and batch norm stops the drift. **That explanation is disputed.**
# [Santurkar et al. (2018)](https://arxiv.org/abs/1805.11604) put noise *after* each batch norm, so that the inputs
# drifted more than ever, and the networks trained just as fast. What they did find is that batch norm makes the loss
# *smoother*: a step against the gradient stays a good step for longer, so larger learning rates work.
#
# Two more effects are well supported. The scale of the weights stops mattering, as you've just seen, so signals keep a
# healthy size on their way *forward* through many layers. The backward pass is another story, and notebook 4 measures
# it. And since $\mu$ and $\sigma^2$ depend on which other images are in the batch, each image gets a little random
# noise. That makes it a little harder for the network to learn the images by heart, and is called *regularising*.
# You'll find it in section 3.4 of the paper by Ioffe & Szegedy.

# %% [markdown]
# **What about a single photo?** At **inference** time, when the trained network is used, there may be no batch, and a
# photo's answer mustn't depend on which other photos are in the batch. So during training batch norm keeps *running*
# estimates of mean and variance, and in *eval mode*, which `model.eval()` switches on for inference, it normalises with
# these. No gradient reaches them, so they aren't learned. A tensor like that, saved with the module but not trained, is
# called a **buffer**. There's a third one: a count of the batches seen so far.

# %% [markdown]
# ### Questions
#
# Write `reading_answers()`. It returns your answers in a dict: a letter, a set of letters, or a number for each
# question. A wrong answer costs nothing: it tells you why.
#
# 1. `"initialisation"`: why does a network with batch norm forgive weights that start too large?
#    - **a** It has twice as many parameters.
#    - **b** The normalisation takes a common factor out again.
#    - **c** Batch norm learns the right initialisation.
# 2. `"why_it_helps"`: which reasons have good evidence? Return a *set*, such as `{"a", "b"}`.
#    - **a** The loss becomes smoother, so larger steps work.
#    - **b** Internal covariate shift is removed.
#    - **c** Signals keep a healthy size on their way forward, through many layers.
#    - **d** The batch's random statistics regularise a little.
# 3. `"learned"`: how many numbers does a batch norm over **64** channels *learn*?
# 4. `"buffers"`: how many numbers are in its *buffers*?


# %% nbgrader={"grade": false, "grade_id": "reading_answers", "locked": false, "schema_version": 3, "solution": true, "task": false}
def reading_answers() -> dict[str, str | set[str] | int]:
    """Return your answers:
    {"initialisation": "…", "why_it_helps": {…}, "learned": …, "buffers": …}.
    """
    ### BEGIN SOLUTION
    return {
        "initialisation": "b",
        "why_it_helps": {"a", "c", "d"},
        "learned": 2 * 64,
        "buffers": 2 * 64 + 1,
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_reading_answers", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_reading_answers(reading_answers)
### BEGIN HIDDEN TESTS
tests.test_reading_answers(reading_answers, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Sequential: modules in a row
#
# Most of a ResNet is "first this, then that". A module that does just this needs three things: to *register* the
# modules that it's given, to let you *reach* them, and to *run* them in order. Read this one; it's complete.


# %%
class Sequential(nn.Module):
    """Modules that run one after the other, each on the output of the one before."""

    def __init__(self, *modules: nn.Module) -> None:
        super().__init__()
        for index, module in enumerate(modules):
            if not isinstance(module, nn.Module):
                raise TypeError(
                    f"module {index} is {module!r:.60}: "
                    "a list needs a * before it, and a class needs () after it"
                )
            self._modules[str(index)] = module

    def __getitem__(self, index: int) -> nn.Module:
        return self._modules[self._name(index)]

    def __setitem__(self, index: int, module: nn.Module) -> None:
        self._modules[self._name(index)] = module

    def _name(self, index: int) -> str:
        """Give the name of the module at a place,
        counted from the end if `index` is negative.
        """
        return list(self._modules)[index]

    def forward(self, x: Tensor) -> Tensor:
        for module in self._modules.values():
            x = module(x)
        return x


# %%
net = Sequential(Linear(4, 8), ReLU(), Sequential(Linear(8, 8), ReLU()), Linear(8, 2))
net[-1] = Linear(8, 3)

print(net)
print([name for name, _ in net.named_parameters()])

# %% [markdown]
# Nothing in this class collects parameters, and still `named_parameters()` finds those of the inner `Sequential`, under
# names like `2.0.weight`. It works because `parameters()` walks through a tree: a module knows its *own* parameters and
# its *children*, and asks each child the same question. A child is found **only if it's registered**. The usual
# `self.layer = Linear(4, 8)` registers it, because `nn.Module` watches assignments; a plain list,
# `self.layers = [Linear(4, 8)]`, doesn't, and an optimiser would never see these weights. Keep that in
# mind: it's one of the most frequent bugs in PyTorch code.

# %% [markdown]
# ### Bonus: a Sequential that knows names
#
# > **Difficulty** ●●○○○ · **Importance** ●●○○○ · 5–10 minutes
#
# Write `NamedSequential(*modules)`. It takes modules one by one, as before, *or* a single `OrderedDict` from names to
# modules.
#
# `model[3]` says little; `model.conv2` says more, and if your names are those of torchvision, its weights load into
# your network by name. Indexing by number should still work. How much of the class above do you have to touch?
#
# **Write it yourself:** no `nn.Sequential` or `nn.ModuleDict`, because they know names already. Build on the class
# above.
#
# {{hints NamedSequential}}


# %% nbgrader={"grade": false, "grade_id": "NamedSequential", "locked": false, "schema_version": 3, "solution": true, "task": false}
class NamedSequential(Sequential):
    """A Sequential that also takes one OrderedDict:
    its keys become the modules' names.
    """

    def __init__(self, *modules: nn.Module | OrderedDict[str, nn.Module]) -> None:
        ### BEGIN SOLUTION
        if len(modules) == 1 and isinstance(modules[0], OrderedDict):
            super().__init__()
            for name, module in modules[0].items():
                self.add_module(name, module)
        else:
            super().__init__(*modules)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_named_sequential", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
tests.test_named_sequential(NamedSequential)
### BEGIN HIDDEN TESTS
tests.test_named_sequential(NamedSequential, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **What to notice.** `add_module` does what the loop above does by hand, and refuses names that would break things,
# such as a name with a dot in it. Since places are looked up in the *list of names*, indexing and assignment came for
# free.

# %% [markdown]
# ## 3. BatchNorm2d
#
# > **Difficulty** ●●●○○ · **Importance** ●●●○○ · 15–30 minutes
#
# Write `BatchNorm2d(num_features, eps=1e-05, momentum=0.1)`. Its `forward(x)` returns x with each channel normalised,
# multiplied by its weight, and shifted by its bias.
#
# This is the first layer of yours that behaves **differently in training and at inference**, and the first that
# **remembers** something that isn't learned.
#
# *Two modes.* Every module has a flag `self.training`. `model.train()` sets it in the whole tree, `model.eval()`
# clears it.
#
# | mode | normalise with | and then |
# |---|---|---|
# | training | mean and variance of this batch | move the running statistics a little towards them, count the batch |
# | eval | the running statistics | change nothing |
#
# *Two kinds of memory.* A **parameter** is trained. A **buffer** isn't, but it belongs to the module all the same:
# it's in the `state_dict` (the dict of all parameters and buffers by name, which is what's saved), and moves along when
# the module goes to another device. You make one with `self.register_buffer(name, tensor)`, and use it like an
# attribute.

# %% [markdown]
# *The running statistics* follow with `momentum` $m$, which in PyTorch is the share of the **new** value, while in
# Keras it's that of the old one:
#
# $$ \text{running} \leftarrow (1 - m) \cdot \text{running} + m \cdot \text{batch} $$
#
# Do it inside `t.no_grad()`, so that it stays out of the **autograd graph**: PyTorch's record of what was computed from
# what, with the values that the backward pass will need. In the graph, the memory of every batch would stay in use.
#
# *Two variances.* With $n = \text{batch} \times \text{height} \times \text{width}$ values in a channel, the **biased**
# variance divides by $n$ and the **unbiased** one by $n - 1$. PyTorch *normalises* with the biased one, and *updates*
# `running_var` with the unbiased one, because that's the better estimate of the variance beyond this batch.
# `Tensor.var` gives the unbiased one unless you say `unbiased=False`. (Many courses use the biased one in both places.
# The test accepts that, and says so.)

# %% [markdown]
# On paper the variance is also $\overline{x^2} - \bar{x}^2$. Don't compute it that way: where the mean is large, you'd
# take the small difference of two huge numbers, and lose most of its digits.

# %% [markdown]
# Write `__init__`, `forward` and `extra_repr`, the text in the brackets when a model is printed. Start weight and
# running variance at 1, all others at 0; declare `weight` before `bias`.
#
# **Write it yourself:** no finished norm of PyTorch's, neither a class (`nn.BatchNorm2d`, `nn.InstanceNorm2d`,
# `nn.LayerNorm`, `nn.GroupNorm` …) nor a function (`batch_norm`, `instance_norm`, `layer_norm` …).
#
# Take it step by step. Whichever test you run, it says which steps are done, and which is next:
#
# {{steps BatchNorm2d}}
#
# {{hints BatchNorm2d}}


# %% nbgrader={"grade": false, "grade_id": "BatchNorm2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
class BatchNorm2d(nn.Module):
    running_mean: Float[Tensor, "channels"]
    running_var: Float[Tensor, "channels"]
    num_batches_tracked: Int[Tensor, ""]

    def __init__(
        self, num_features: int, eps: float = 1e-05, momentum: float = 0.1
    ) -> None:
        """Make parameters `weight` and `bias`,
        and buffers `running_mean`, `running_var`, `num_batches_tracked`.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels height width"]:
        """Normalise each channel, then scale it by weight and shift it by bias;
        in training, update the buffers.
        """
        ### BEGIN SOLUTION
        if self.training:
            mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)
            # Statistics are not learned:
            # without this, every batch's graph would be kept.
            with t.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(x.var(dim=(0, 2, 3)), self.momentum)
                self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        # Scale and shift together, one number each for every channel:
        # in eval mode, two passes over the maps are all.
        scale = self.weight / t.sqrt(var + self.eps)
        shift = self.bias - mean * scale
        return x * rearrange(scale, "c -> c 1 1") + rearrange(shift, "c -> c 1 1")
        ### END SOLUTION

    def extra_repr(self) -> str:
        """Say num_features, eps and momentum, as print(model) is to show them."""
        ### BEGIN SOLUTION
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"
        ### END SOLUTION


# %% [markdown]
# Three tests: what the module is made of, what it computes, and what it remembers.

# %% nbgrader={"grade": true, "grade_id": "test_batchnorm2d_module", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_batchnorm2d_module(BatchNorm2d)
### BEGIN HIDDEN TESTS
tests.test_batchnorm2d_module(BatchNorm2d, seed=7, quiet=True)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_batchnorm2d_forward", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_batchnorm2d_forward(BatchNorm2d)
### BEGIN HIDDEN TESTS
tests.test_batchnorm2d_forward(BatchNorm2d, seed=7, quiet=True)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_batchnorm2d_running_mean", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_batchnorm2d_running_mean(BatchNorm2d)
### BEGIN HIDDEN TESTS
tests.test_batchnorm2d_running_mean(BatchNorm2d, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **What to notice.**
#
# - *The output is in the graph, the buffers' update isn't.* $\mu$ and $\sigma^2$ depend on $x$, so gradients flow
#   through them too: batch norm's gradient differs from that of a fixed scaling. *The backward pass*, below, shows how.
# - *A forgotten `model.eval()`* raises no error. The network still answers, with numbers that depend on the other
#   images in the batch, and each answer changes the running statistics. In section 10 the choice is yours.
# - *Relatives.* **Dropout** has two modes as well, because it drops values in training only, but it remembers nothing.
#   **LayerNorm** normalises each example over its own features: no batch, no running statistics, and the same in both
#   modes. It's the norm of the transformers. Their inputs often vary in length, text is written one token at a time,
#   and the statistics of a batch of sentences jump about. A norm that looks at one token alone doesn't mind any of
#   that. **InstanceNorm** takes each channel of each image by itself, and **GroupNorm** a few channels of one image
#   together.

# %% [markdown]
# The relatives differ in *what shares one mean and one variance*. Look at the frames: those of batch norm go through all
# rows, so an image's output depends on the others in its batch. All other frames stay within one row.

# %%
drawings.norm_axes()

# %% [markdown]
# ### The backward pass
#
# What does a batch norm do to the gradients? It takes a pencil and two short derivatives to find out. If you'd rather go on
# building today, do: notebooks 3 and 4 come back to it, and you can read it then.
#
# Let $w$ be the weights of the layer before the norm. Multiply them by a number $a$ above 0. The batch norm divides $a$
# out again, so the loss stays as it was: $L(a w) = L(w)$. (Only $\varepsilon$ makes a tiny difference.) Now
# differentiate both sides with respect to $w$, and then, separately, with respect to $a$ at $a = 1$:
#
# $$ a\, \nabla L(a w) = \nabla L(w), \qquad w \cdot \nabla L(w) = 0. $$
#
# - *The first says:* weights ten times as long get a gradient a *tenth* as large.
# - *The second says:* the gradient is at right angles to the weights.

# %% [markdown]
# What follows for training? Take a step of plain SGD, which goes straight against the gradient. It leaves the weights at a
# right angle, so it can't shorten them: it turns them. And since the new weights are the longest side of a triangle with a
# right angle, they end up a little longer.
#
# By what angle are they turned? For a small step it's the length of the step over the length of the weights. And the
# step itself shrinks as the weights grow, because their gradient does. So the length counts twice: the angle is
# proportional to the learning rate over the *square* of the length. That's called the **effective learning rate**.
#
# It's one way in which batch norm forgives large learning rates. A step that was too large leaves longer weights
# behind, and longer weights are turned less by the next step. We've left out momentum here, and weight decay, which
# makes the weights shorter again at each step.

# %% [markdown]
# ### Play with it
#
# Here forty batches of one channel go through **your** layer in training mode. After ten of them the data change. Above
# you see the mean and the variance of each batch, and the running ones that follow; below, the values of one batch,
# before the layer and after it, in both modes. The arrow keys move a slider as well. Python answers each move, so when
# you open the notebook again, run the cell again. Some things to find out. **Predict first**, then move a slider:
#
# 1. Drag *look at batch* back to 10, then to 11 and slowly on to 40. The web book has this one slider. Which of
#    the two modes notices that the data have changed?
# 2. Which sliders change what comes out in *training* mode?
# 3. Set the momentum to 0.01, then to 1. What's wrong with each?

# %%
utils.batchnorm_playground(BatchNorm2d)

# %% [markdown]
# <details><summary>What it shows</summary>
#
# 1. Eval mode does: its running statistics are still those of the old data, so the new values come out shifted and
#    stretched, until the line has caught up with the dots. In training mode each batch is normalised with its own mean
#    and variance, and the change is gone before anybody sees it. That's why a network can look perfect while it trains
#    and fail at inference: when the running statistics don't fit the data, because there were too few batches or other
#    data, only eval mode suffers.
# 2. Only weight and bias: the bias *is* the mean of what comes out, and the weight, without its sign, is the standard
#    deviation. Whatever mean and deviation came in has been divided away, and the momentum touches nothing but the
#    running statistics.
# 3. With 0.01 the running mean has gone a quarter of the way after thirty batches. With 1 it's simply the last batch's
#    mean, and as noisy: nothing is averaged. The usual 0.1 forgets about two thirds of what was there in ten batches.
#
# </details>

# %% [markdown]
# ## 4. AveragePool
#
# > **Difficulty** ●○○○○ · **Importance** ●●○○○ · 5–10 minutes
#
# Write `AveragePool()`. Its `forward(x)` returns the average of each channel over its height and width.
#
# At the end of a ResNet each image is a stack of 512 maps of 7×7. A linear layer wants one vector. Flattening would
# give 25,088 numbers, tie the network to one image size, and cost the last layer 25 million weights. Averaging each
# map gives 512 numbers whatever the size, and 49 times fewer weights. To name a photo, it matters more *whether*
# something is striped than *where* it is.
#
# **Write it yourself:** no average pool of PyTorch's (`adaptive_avg_pool2d`, `avg_pool2d`, `nn.AdaptiveAvgPool2d`,
# `nn.AvgPool2d`). It takes one line, and that line is about axes.
#
# {{hints AveragePool}}


# %% nbgrader={"grade": false, "grade_id": "AveragePool", "locked": false, "schema_version": 3, "solution": true, "task": false}
class AveragePool(nn.Module):
    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels"]:
        """Average each channel over its height and width,
        so that any image size gives one vector.
        """
        ### BEGIN SOLUTION
        return x.mean(dim=(2, 3))
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_averagepool", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
tests.test_averagepool(AveragePool)
### BEGIN HIDDEN TESTS
tests.test_averagepool(AveragePool, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **Look again.** There's no `__init__`, and there are no parameters. The test used maps of one pixel and batches of one
# image: a `squeeze()` without an axis passes on most inputs and breaks on these.

# %% [markdown]
# ## 5. The plan
#
# Here is the network you're going to build ([He et al. 2015](https://arxiv.org/abs/1512.03385)). Read it from left to
# right (on a phone, from top to bottom): the whole network is a column of boxes, four of which are **BlockGroups**; a
# group is a stack of **ResidualBlocks**; a block has two branches that meet in a sum.

# %%
utils.resnet34_diagram()

# %% [markdown]
# Three rules hold throughout:
#
# - Convolutions are 3×3 with stride 1, padding 1 and **no bias**, unless the diagram says otherwise.
# - Only the *first* block of a group may stride or change the number of channels.
# - The right branch does nothing where that's possible. Where the left branch changes the shape, by its stride or by
#   its channels, the two branches couldn't be added. So the right branch gets a 1×1 convolution and a batch norm, to
#   bring x to the same shape. That's called a **projection**. The paper tried three kinds of shortcut, and this one is
#   its *option B*, which is also torchvision's. Notebook 3 builds the others. A 1×1 convolution looks at one pixel at a
#   time: each of its outputs is a weighted sum of that pixel's channels. With stride 2 it skips every other row and
#   column.

# %% [markdown]
# **Why exactly these numbers?** The *stem*, all that comes before the first group, makes the map small before the real
# work starts: a convolution with stride 2 and a pool with stride 2 leave one pixel in sixteen. At full size, a single
# block would cost about as much as your whole network. And here a wide window is cheap, because a photo has only three
# channels: the 7×7 kernels have 9,408 weights in all, and are large enough for an edge or a stripe.
#
# The authors took up the style of VGG, a network of 2014 that's all 3×3 convolutions, and VGG starts with 64 channels
# too. From there the paper has a rule: whenever the sides of the map are halved, the channels are doubled, so that a
# layer costs the same as before. Why 3, 4, 6 and 3 blocks? The paper gives no reason. It's a choice that worked, and
# not the last word: [ConvNeXt](https://arxiv.org/abs/2201.03545) moved to 3, 3, 9, 3 in 2022.

# %% [markdown]
# **Skip connections** bring a layer's input past it, and join it with the output. There are two ways to do that.
#
# - *Add* it, as ResNet does. The number of channels stays as it is, so a hundred skips in a row need no wider layers.
#   But input and output must have the same shape, and after the sum, later layers can't tell which part came from
#   where.
# - *Concatenate* it along the channels, as [DenseNet](https://arxiv.org/abs/1608.06993) does. Only height and width
#   have to agree. Both parts stay, and later layers can choose. But channels, and with them memory and computation,
#   grow with every skip.

# %% [markdown]
# There was a third way just before ResNet. A **Highway** network ([Srivastava et al.
# 2015](https://arxiv.org/abs/1505.00387)) has a learned *gate* T(x), between 0 and 1, that weighs the two parts of the
# sum:
#
# $$ y = T(x) \cdot F(x) + (1 - T(x)) \cdot x $$
#
# With T held at one half it's half a residual block: $\frac12\,(F(x) + x)$. ResNet's surprise was that the gate isn't
# needed. The plain sum has no parameters, so nothing in it can learn to close the road.
#
# The two papers are seven months apart. Highway networks came in May 2015, ResNet on 10 December, from four people at
# Microsoft Research. The year before, a network of 22 layers had won the ImageNet competition. Their networks had up to
# 152 layers. Several of them together had the right class among their five best guesses for all but 3.57 % of the test
# images, and won the competition of 2015. And ResNet is the *simpler* idea of the two. What it took was somebody who
# dared to leave the gate out.

# %% [markdown]
# **Why the sum?** Let $H(x)$ be what a few layers *should* compute. A plain network has to learn all of $H$. In a block
# with a skip the layers only have to learn the rest, $F(x) = H(x) - x$. If the best thing to do is nothing, $F = 0$
# will do. That's easy, because the left branch ends in a batch norm, which only has to turn its weight $\gamma$ and its
# bias down to 0. Small weights in the *convolutions* wouldn't do it, because batch norm divides their scale out again,
# as you saw at the beginning. For plain layers it's hard to pass $x$ on unchanged. And on the way back the sum sends
# the gradient straight to the input. Notebook 4 measures how much this matters.

# %% [markdown]
# ### Questions
#
# Write `diagram_answers()`. It returns your answers in a dict, as before.
#
# 1. `"no_bias"`: why do the convolutions before a batch norm have no bias?
#    - **a** To save memory.
#    - **b** The batch norm subtracts it again with the mean, and has a bias of its own.
#    - **c** The batch norm's weight replaces it.
# 2. `"thirty_four"`: the name counts the layers with weights on the longest way through, without projections. One of
#    the 34 is the linear layer. How many convolutions is that?
# 3. `"projections"`: how many of the 16 blocks have a 1×1 convolution on the right?
# 4. `"last_map"`: an image of 224×224 comes in. How many pixels high is the map before the average pool?
# 5. `"additive"`: an advantage of **adding** a skip:
#    - **a** the number of channels stays as it is
#    - **b** later layers can still tell the two apart
#    - **c** only a sum lets gradients through.
# 6. `"concatenating"`: a cost of **concatenating** instead:
#    - **a** both must have the same number of channels
#    - **b** gradients are lost
#    - **c** channels, memory and computation grow with every skip.


# %% nbgrader={"grade": false, "grade_id": "diagram_answers", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diagram_answers() -> dict[str, str | int]:
    """Return your answers:
    {"no_bias": "…", "thirty_four": …, "projections": …, and so on}.
    """
    ### BEGIN SOLUTION
    return {
        "no_bias": "b",
        "thirty_four": 1 + 2 * (3 + 4 + 6 + 3),
        "projections": 3,
        "last_map": 224 // 2**5,
        "additive": "a",
        "concatenating": "c",
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_diagram_answers", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_diagram_answers(diagram_answers)
### BEGIN HIDDEN TESTS
tests.test_diagram_answers(diagram_answers, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. ResidualBlock
#
# > **Difficulty** ●●●●○ · **Importance** ●●●●○ · 20–30 minutes
#
# Write `ResidualBlock(in_feats, out_feats, first_stride=1)`. Its `forward(x)` returns the ReLU of the sum of two
# branches.
#
# This is the heart of the course. It's rated four out of five for one place, where nearly everyone needs a second try:
# the right branch, when it has work to do. The rest is two short lists of layers and one plus sign.
#
# Two branches see the same input:
#
# - **left**: convolution (with `first_stride`), batch norm, ReLU, convolution, batch norm;
# - **right**: the input as it is, if the left branch keeps its shape: stride 1 **and** equal channels. Otherwise a
#   1×1 convolution with `first_stride`, then a batch norm.
#
# Add the two, *then* apply ReLU. If the left branch ended in a ReLU, it could never be negative. Then a block could add
# to x, but never take anything away.

# %% [markdown]
# Declare the left branch **before** the right one: pretrained weights will be copied in order of declaration. Use your
# own `BatchNorm2d`. If it isn't correct yet, you can still go on: the tests of this and the following exercises put a
# correct one in its place.
#
# **Write it yourself:** no finished block of torchvision's, here and in the rest of the network.
#
# Three steps, and you can run the test after each of them:
#
# {{steps ResidualBlock}}
#
# {{hints ResidualBlock}}


# %% nbgrader={"grade": false, "grade_id": "ResidualBlock", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        """Take in_feats channels to out_feats;
        a first_stride of 2 halves height and width.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.left = Sequential(
            Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1),
            BatchNorm2d(out_feats),
            ReLU(),
            Conv2d(out_feats, out_feats, kernel_size=3, padding=1),
            BatchNorm2d(out_feats),
        )
        if first_stride == 1 and in_feats == out_feats:
            self.right = nn.Identity()
        else:
            self.right = Sequential(
                Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride),
                BatchNorm2d(out_feats),
            )
        self.relu = ReLU()
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Add the two branches, then apply ReLU;
        out_height is height / first_stride, rounded up.
        """
        ### BEGIN SOLUTION
        return self.relu(self.left(x) + self.right(x))
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_residual_block", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
tests.test_residual_block(ResidualBlock)
### BEGIN HIDDEN TESTS
tests.test_residual_block(ResidualBlock, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **What to notice.** A map of 7×5 with stride 2 becomes 4×3 on *both* branches: a 3×3 convolution with padding 1 and
# a 1×1 convolution without padding agree on every size, odd ones too. And a projection is needed when *only the
# channels* change, or *only the stride*. Only where neither changes is the input added as it is.

# %% [markdown]
# ## 7. BlockGroup
#
# > **Difficulty** ●●●○○ · **Importance** ●●●●○ · 10–15 minutes
#
# Write `BlockGroup(n_blocks, in_feats, out_feats, first_stride=1)`. Its `forward(x)` returns what `n_blocks` of your
# blocks in a row make of x. The first takes `in_feats` channels to `out_feats` with `first_stride`; all others keep
# everything as it is.
#
# **Write it yourself:** no class of torchvision's, because your own blocks are all it takes.
#
# {{hints BlockGroup}}


# %% nbgrader={"grade": false, "grade_id": "BlockGroup", "locked": false, "schema_version": 3, "solution": true, "task": false}
class BlockGroup(nn.Module):
    def __init__(
        self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1
    ) -> None:
        """Make n_blocks ResidualBlocks;
        only the first has the stride and the change of channels.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.blocks = Sequential(
            ResidualBlock(in_feats, out_feats, first_stride),
            *(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)),
        )
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Run the blocks one after the other."""
        ### BEGIN SOLUTION
        return self.blocks(x)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_block_group", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_block_group(BlockGroup)
### BEGIN HIDDEN TESTS
tests.test_block_group(BlockGroup, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **Look again.** `[ResidualBlock(64, 64)] * 3` is *one* block three times, with one set of weights; a comprehension
# makes three blocks. The one block would even train, just not as well, and nothing but the number of parameters would
# warn you.

# %% [markdown]
# ## 8. ResNet34
#
# > **Difficulty** ●●●●○ · **Importance** ●●●●○ · 30–45 minutes
#
# Write `ResNet34(n_blocks_per_group, out_features_per_group, first_strides_per_group, n_classes)`, with the defaults
# below. Its `forward(x)` returns one score for each class.
#
# Now the whole column. Before the groups comes the *stem*: a 7×7 convolution with stride 2 and padding 3 to 64
# channels, batch norm, ReLU, and a 3×3 max pool with stride 2 and padding 1. After the groups: AveragePool, and a
# linear layer to `n_classes` **logits**, one score for each class, which can be any number. A *softmax* would turn the
# scores into probabilities that sum to 1. Leave it out, because PyTorch's `cross_entropy` wants logits.

# %% [markdown]
# The lists come as arguments, so that your class makes other ResNets too. A list as a default is safe only as long as
# nobody changes it, because every call gets the *same* list.
#
# **Write it yourself:** no class of torchvision's. This network is going to be yours from the first weight to the last.
#
# This is the longest class so far, so take it step by step. Run the test after each one: it says which are done.
#
# {{steps ResNet34}}
#
# {{hints ResNet34}}


# %% nbgrader={"grade": false, "grade_id": "ResNet34", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        """Make the stem, one BlockGroup for each entry of the three lists,
        AveragePool and Linear.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.stem = Sequential(
            Conv2d(3, 64, kernel_size=7, stride=2, padding=3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        in_features_per_group = [64, *out_features_per_group[:-1]]
        arguments = zip(
            n_blocks_per_group,
            in_features_per_group,
            out_features_per_group,
            first_strides_per_group,
            strict=True,
        )
        self.groups = Sequential(*(BlockGroup(*each) for each in arguments))
        self.head = Sequential(
            AveragePool(), Linear(out_features_per_group[-1], n_classes)
        )
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch 3 height width"]
    ) -> Float[Tensor, "batch n_classes"]:
        """Give one logit for each class."""
        ### BEGIN SOLUTION
        return self.head(self.groups(self.stem(x)))
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_resnet34", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
tests.test_resnet34(ResNet34)
### BEGIN HIDDEN TESTS
tests.test_resnet34(ResNet34, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ### Side by side with torchvision
#
# Take a moment: that's a network of 34 layers, and you've written every one of them, down to the batch norm.
#
# But is it *the* ResNet34? `print_param_count` puts the parameters of several models next to each other, in the order
# in which they were declared. Names may differ. Shapes must not: the first row that differs is marked, and below the
# table you'll find the likely reason.

# %%
my_resnet = ResNet34()
utils.print_param_count(my_resnet, models.resnet34())

# %% [markdown]
# <details><summary>The total is right, and still a row is marked?</summary>
#
# Then all your parts are there, and were declared in another *order*. PyTorch lists parameters in the order in which
# `__init__` assigns them, whatever `forward` does. Look for a right branch that's assigned before the left one, or a
# batch norm before its convolution. A network like that runs, and even trains. But weights that are copied by order
# would land in the wrong places. (The table can't show you everything: a batch norm's weight and bias have the same
# shape, so nobody sees from shapes alone that the two have changed places.)
#
# </details>

# %% [markdown]
# Here's another way to look at a network from outside: `torchinfo.summary` lists the shape that leaves each module, and
# how many multiply-adds it took. A **multiply-add** is one product added to a sum. Nearly all the work of a network
# consists of these, so it's measured by their number. Compare yours with torchvision's, from top to bottom. (Do your
# groups keep their blocks in an `nn.ModuleList`? Then the blocks lie one level deeper: ask for `depth=4`.)


# %%
def summary_of(model: nn.Module, depth: int) -> object:
    """Summarise the model on one photo, in columns that fit side by side."""
    settings = {
        "col_names": ("output_size", "num_params", "mult_adds"),
        "col_width": 17,
        "verbose": 0,
    }
    # Without a device, torchinfo moves the model to a GPU where there is one,
    # and leaves it there.
    summary = torchinfo.summary(
        model, (1, 3, 224, 224), depth=depth, device="cpu", **settings
    )
    # Torchinfo leaves 40 for the names, most of them blanks.
    summary.formatting.layer_name_width = 28
    return summary


summary_of(my_resnet, depth=3)

# %%
summary_of(models.resnet34(), depth=2)

# %% [markdown]
# **What do we see?** Look at the second table. The *parameters* pile up in the last groups, but every block that keeps
# its shape does the same *work*: 231 million multiply-adds, whatever its group. Each time the map's sides are halved, a
# quarter of the pixels are left; and the channels are doubled, which makes four times as many weights. Notebook 3 turns
# this into a design rule.
#
# The last digits differ, because torchinfo takes the weights and biases of the norms for multiply-adds as well. And
# what it calls GIGABYTES are billions of multiply-adds.

# %% [markdown]
# ## 9. Weights from a trained network
#
# > **Difficulty** ●●○○○ · **Importance** ●●●○○ · 10–15 minutes
#
# Write `copy_weights(my_resnet, pretrained_resnet)`. It copies all parameters and buffers of the second into the first,
# and returns nothing.
#
# torchvision's ResNet34 was trained on 1.28 million photos of ImageNet. Your network has the same layers in the same
# order, under other names. So copy **by order**: the first tensor of theirs into the first of yours, and so on;
# parameters *and buffers*. Without the buffers the running statistics would stay at 0 and 1, and every answer would be
# wrong.
#
# Copying by order is only as safe as the check before it. Two traps: `zip` stops quietly at the end of the shorter
# list, and `copy_` takes a tensor of shape (1,) for one of shape (4,) without a word: it repeats it four times. So
# first compare the **number** of tensors and then **all shapes**; raise an error if something doesn't fit, *before*
# anything has been copied.
#
# {{hints copy_weights}}


# %% nbgrader={"grade": false, "grade_id": "copy_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    """Copy all parameters and buffers of
    pretrained_resnet into my_resnet, by order.

    Raises ValueError, and copies nothing,
    if the two don't have equally many tensors of equal shapes.
    """
    ### BEGIN SOLUTION
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if len(mine) != len(theirs):
        raise ValueError(
            f"my_resnet has {len(mine)} tensors, pretrained_resnet has {len(theirs)}"
        )
    for my_name, their_name in zip(mine, theirs, strict=True):
        if mine[my_name].shape != theirs[their_name].shape:
            raise ValueError(
                f"{my_name} is {mine[my_name].shape}, "
                f"{their_name} is {theirs[their_name].shape}"
            )
    my_resnet.load_state_dict(dict(zip(mine, theirs.values(), strict=True)))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_copy_weights", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_copy_weights(copy_weights)
### BEGIN HIDDEN TESTS
tests.test_copy_weights(copy_weights, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>And when copying by order is impossible?</summary>
#
# Copying by order only works if both sides have the same tensors in the same order. If one network has tensors that the
# other lacks, such as biases in its convolutions, or declares them in another order, copy by *name*: write down which
# of your names belongs to which of theirs, and build a `state_dict` with your names and their tensors. Or choose
# torchvision's names from the start, as notebook 3 does. Then `load_state_dict` is all it takes.
#
# </details>
#
# Now the real thing. The weights are downloaded once (87 MB), and checked against their hash. Without the internet you
# get a stand-in with fixed random weights. The comparison of the two networks proves just as much. But random weights
# never learned a class, so you'll see numbers in place of names.

# %%
pretrained = utils.load_pretrained_resnet34()
copy_weights(my_resnet, pretrained)

# %% [markdown]
# ## 10. What's in the picture?
#
# > **Difficulty** ●●○○○ · **Importance** ●●●○○ · about 10 minutes
#
# Write `predict(model, images)`. It returns two tensors: for each image the **probability** of the most likely class, and
# that **class**, a number from 0 to 999.
#
# Twelve photos wait in `resnet_inputs/`. Eleven show something that ImageNet has a class for; one doesn't, on
# purpose.

# %%
photos = utils.load_photos()
utils.show_photos(photos)

# %% [markdown]
# A network expects its images as they were in training: 224×224 pixels, and each colour normalised by the mean and
# standard deviation over ImageNet's photos.

# %%
IMAGENET_TRANSFORM = transforms.Compose(
    [
        transforms.Resize((224, 224)),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ]
)
images: Float[Tensor, "batch 3 224 224"] = t.stack(
    [IMAGENET_TRANSFORM(photo) for photo in photos.values()]
)
images.shape

# %% [markdown]
# Now it's your turn. Before you start: which mode should the model be in? And who needs gradients here?
#
# {{hints predict}}


# %% nbgrader={"grade": false, "grade_id": "predict", "locked": false, "schema_version": 3, "solution": true, "task": false}
def predict(
    model: nn.Module, images: Float[Tensor, "batch 3 height width"]
) -> tuple[Float[Tensor, "batch"], Int[Tensor, "batch"]]:
    """Return each image's largest probability and its class,
    in eval mode and without gradients.
    """
    ### BEGIN SOLUTION
    model.eval()
    with t.inference_mode():
        probabilities = model(images).softmax(dim=1)
    return tuple(probabilities.max(dim=1))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_predict", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_predict(predict)
### BEGIN HIDDEN TESTS
tests.test_predict(predict, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# And now the moment that all of this was for: what does *your* network see? Here are its three most likely classes for
# each photo, with your bar over torchvision's. **Predict first:** will the two networks put the same class first on
# every photo? If you see *class 96* and the like, the weights are a random stand-in, and neither network has ever
# learned what a koala is. The question is still a good one: do the two agree?

# %%
utils.classify_photos(
    {"yours": my_resnet, "torchvision": pretrained}, IMAGENET_TRANSFORM, photos
)

# %% [markdown]
# Bars of equal length can hide a difference in the third digit. **Predict first:** how many digits will the two have in
# common? Here they are, from your `predict`; *theirs* is torchvision's.

# %%
# ImageNet's thousand; None if the weights are stand-ins.
names = utils.class_names(pretrained)
my_probability, my_class = predict(my_resnet, images)
their_probability, their_class = predict(pretrained, images)

table = Table("photo", "your class", "theirs", "how sure", "theirs")
for index, photo in enumerate(photos):
    classes = [
        names[one[index]] if names else f"class {one[index]}"
        for one in (my_class, their_class)
    ]
    probabilities = [f"{one[index]:.5%}" for one in (my_probability, their_probability)]
    table.add_row(photo.replace("_", " "), *classes, *probabilities)
rprint(table)

# %% [markdown]
# They must agree: on every class, and on the probability within 0.0005.

# %%
assert (my_class == their_class).all(), "the two networks name different classes"
largest = (my_probability - their_probability).abs().max().item()
assert largest < 5e-4, f"the probabilities differ by {largest:.1e}"
print(f"The same class on all {len(photos)} photos;", end=" ")
print(f"the probabilities differ by at most {largest:.0e}.")

# %% [markdown]
# <details><summary>They don't agree?</summary>
#
# - *All your probabilities are about 0.1 %, whatever the photo.* That's 1 in 1000, the answer of a network that has
#   learned nothing: the weights didn't reach it. Was `my_resnet` made anew after `copy_weights` had run?
# - *Your network gives every photo the same class.* Two mistakes do that. One is buffers that weren't copied: with
#   running means of 0 and variances of 1, batch norms bring their maps to the wrong range. The other is a batch norm
#   that declares its bias before its weight.
# - *Its classes vary, but they aren't torchvision's.* Is your network in eval mode? In training mode each answer
#   depends on the other photos in the batch.
# - *None of these.* `utils.first_divergence(my_resnet, pretrained, images[:1])` names the first module whose output is
#   different. Start there.
#
# </details>

# %% [markdown]
# **What to notice.** Thirty-four layers of yours, and they answer as torchvision's do. Well done! With the pretrained
# weights, look at the astronaut: ImageNet has no such class, and a softmax over 1000 classes has no way to say *none of
# these*. The probability is spread thin, or goes to something else in the photo.
#
# ### A photo of yours
#
# Press the button and choose a photo of your own, or type its path. On Colab, drag it into the *Files* panel at the
# left and type its name. Both networks say what they see, with their five best guesses.

# %%
utils.classify_photo(
    {"yours": my_resnet, "torchvision": pretrained}, IMAGENET_TRANSFORM
)

# %% [markdown]
# **What to notice.** `Resize((224, 224))` squeezes every photo into a square, and a panorama into something that no
# network has ever seen. torchvision's own recipe keeps the proportions: `transforms.Resize(256)` for the *shorter* side,
# then `transforms.CenterCrop(224)`, which cuts the edges off instead. Write it, give it to the cell above in place of
# `IMAGENET_TRANSFORM`, and see on a wide photo what changes.
#
# ### Bonus: where do the last digits differ?
#
# The two probabilities agree to some digits, not to all. Is something still different in the two networks, or is it
# only rounding? `utils.first_divergence(my_resnet, pretrained, images[:1])` looks for the first module whose outputs
# differ by more than rounding would explain. And what happens to the difference in `float64`?

# %%
print(utils.first_divergence(my_resnet, pretrained, images[:1]))

with t.inference_mode():
    for dtype in (t.float32, t.float64):
        mine, theirs = (
            model.to(dtype)(images[:2].to(dtype)) for model in (my_resnet, pretrained)
        )
        size = (mine - theirs).abs().max() / theirs.abs().max()
        power = size.log10().ceil().int().item()
        print(f"{dtype}: the logits differ by less than 1e{power} of the largest")
for model in (my_resnet, pretrained):
    model.float()

# %% [markdown]
# <details><summary>What it shows</summary>
#
# No module differs. `float64` keeps 53 bits of a number where `float32` keeps 24, so its rounding is 2²⁹, about 500
# million times, finer; and the difference has shrunk about as much. It *is* rounding: a real difference between the
# networks would have stayed as it was. The same numbers are added and multiplied in another *order*: your batch norm
# may work out one scale and one shift for each channel, or subtract first and divide later, and PyTorch's does it in
# its own way. Floating-point addition isn't associative, and the layers that follow carry the last digit along.
#
# </details>

# %% [markdown]
# ## 11. Hooks: look inside while it runs
#
# Somewhere in a deep network a value becomes NaN, *not a number*, because something computed 0/0 or ∞ − ∞. By the end
# everything is NaN. Where did it start? You could print in every `forward`, but you can't edit torchvision's. A
# **forward hook** is a function that PyTorch calls after a module's `forward`, with the module, its inputs and its
# output; `module.register_forward_hook(hook)` attaches it. If the hook returns something other than `None`, that
# *replaces the output*.
#
# ### Exercise: raise at the first NaN
#
# > **Difficulty** ●●○○○ · **Importance** ●●○○○ · 5–10 minutes
#
# Write `raise_on_nan(module, inputs, output)`, a hook. It raises `ValueError` when the module's output has a NaN
# anywhere, with the name of the module's class in the message; otherwise it returns nothing. An infinity isn't a NaN,
# and NaNs in the *inputs* are somebody else's fault.
#
# {{hints raise_on_nan}}


# %% nbgrader={"grade": false, "grade_id": "raise_on_nan", "locked": false, "schema_version": 3, "solution": true, "task": false}
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    """Raise ValueError, naming the module's class, if any value of `output` is NaN."""
    ### BEGIN SOLUTION
    if t.isnan(output).any():
        raise ValueError(f"NaN in the output of {type(module).__name__}")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_raise_on_nan", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
tests.test_raise_on_nan(raise_on_nan)
### BEGIN HIDDEN TESTS
tests.test_raise_on_nan(raise_on_nan, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: hooks that never stay behind
#
# > **Difficulty** ●●●○○ · **Importance** ●●●○○ · 10 minutes
#
# Write `hooks_on(model, hook)`, a context manager. Inside its `with` block the hook is on *every* module of the model, and
# afterwards on none.
#
# A hook stays on its module until somebody takes it off. In a notebook that means: register twice, and it runs twice;
# debug once, and every later forward pass is slower, or raises. `register_forward_hook` returns a handle with a method
# `remove()`.
#
# A **context manager** is what comes after `with`: it does something before the block and something after it. You can
# write one as a function with a single `yield`. This one measures time:
#
# ```python
# from time import perf_counter
#
# @contextmanager
# def timed():
#     start = perf_counter()  # before the block
#     try:
#         yield  # here the block runs
#     finally:  # after the block, even if an error ended it
#         print(perf_counter() - start, "seconds")
#
# with timed():
#     my_resnet(images)
# ```
#
# Yours puts the hook on the nested modules, too, and on the model itself. And at the end it takes exactly these hooks
# off again, **even if an error ends the block**, which for `raise_on_nan` is the whole point.
#
# {{hints hooks_on}}


# %% nbgrader={"grade": false, "grade_id": "hooks_on", "locked": false, "schema_version": 3, "solution": true, "task": false}
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    """Have `hook` on every module of `model` inside the with-block,
    and on none afterwards.
    """
    ### BEGIN SOLUTION
    handles = [module.register_forward_hook(hook) for module in model.modules()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_hooks_on", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_hooks_on(hooks_on)
### BEGIN HIDDEN TESTS
tests.test_hooks_on(hooks_on, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# Try it on a small model with a bug: a logarithm after a layer whose values can be negative.


# %%
class Log(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return x.log()


t.manual_seed(0)
buggy = Sequential(Linear(4, 8), Log(), Linear(8, 8), ReLU(), Linear(8, 2))
try:
    with hooks_on(buggy, raise_on_nan):
        buggy(t.randn(3, 4))
except ValueError as error:
    print("found:", error)
print("hooks left:", sum(len(module._forward_hooks) for module in buggy.modules()))

# %% [markdown]
# Without the hook, the last `Linear` would have given you six NaNs, and no idea where to look.

# %% [markdown]
# ## 12. A walk through your network
#
# Hooks can do more than raise. `utils.explore` puts one on every block of *your* ResNet34, whatever you've called its
# parts, sends a photo through, and takes the hooks off again. Press a block, and you'll see: what shape goes in and
# comes out, what's inside, how much of all parameters and of all the work is in it, and what eight of its channels make
# of the photo, the smallest value shown in black and the largest in white.

# %%
utils.explore(my_resnet, dict(zip(photos, images, strict=True)))

# %% [markdown]
# **What do we see?** Go down the rows of maps. From the first row you could still draw the animal. The maps of 7×7 in
# the last row say no more than *something is about here*. Even random weights pass an outline on: with the stand-in,
# the fish's stripes are still there after block 3. What training adds is what the later maps *mean*.
#
# The shapes and the costs don't depend on the weights. Norms and biases don't count here, so the last digits aren't
# torchinfo's. Every block does the same 231 million multiply-adds, except the first of the second, third and fourth
# group. Those do less, because their first convolution takes in half as many channels. The parameters are spread quite
# differently: the last two blocks hold 43 % of them, the first three 1 %.

# %% [markdown]
# ## 13. Bonus: you're the tester
#
# Every test cell of this course is a program that somebody had to test. How do you test a test? You try it on code
# that's faulty, and see what **slips through**; and on code that's correct, since a test that **cries wolf** is soon
# ignored. Now it's your turn: you write the test, and we bring 40 faulty blocks and 7 correct ones.
#
# Don't be put off by the number: with a few well-chosen inputs you'll catch most of them. How do engineers choose
# these? You can't try everything.
#
# - **Equivalence classes.** Of inputs that are treated alike, you need to try only one. All strides above 1 are such a
#   class.
# - **Edge cases** lie where two classes meet: a map of odd size, or equal channels *with* a stride.
# - **Properties** hold for every input: the shape that comes out, or that `x` stays as it was.
# - **An oracle** knows the right answer. You own one: your `ResidualBlock`.
# - **A metamorphic relation** needs no right answer, only a relation between two: shuffle the images, and in eval mode
#   the outputs are shuffled in the same way.

# %% [markdown]
# ### A test for residual blocks
#
# > **Difficulty** ●●●●○ · **Importance** ●●●○○ · 20–30 minutes
#
# Write `accepts_block(block_class)`. It returns `True` if the class does what section 6 asks for, `False` if not. Judge
# by what a block *does*: a correct one may call its layers what it likes, and round in another way. A faulty one may
# stop with an error, which is an answer too.
#
# **Write it yourself:** no test of the course's own.
#
# You pass when you accept every correct block, and refuse at least three in four faulty ones of each kind. During the
# test, correct versions stand in for your `ResidualBlock` and `copy_weights`.
#
# Three steps, and you can run the test after each of them:
#
# {{steps accepts_block}}
#
# {{hints accepts_block}}


# %% nbgrader={"grade": false, "grade_id": "accepts_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def accepts_block(block_class: type[nn.Module]) -> bool:
    """Say whether block_class(in_feats, out_feats,
    first_stride=1) makes a correct ResidualBlock.
    """
    ### BEGIN SOLUTION
    try:
        # Nothing changes; the channels; both; the stride; a stride that is not 2.
        for arguments in [(4, 4), (3, 5), (5, 3, 2), (4, 4, 2), (2, 3, 3)]:
            mine, theirs = (
                ResidualBlock(*arguments).double(),
                block_class(*arguments).double(),
            )
            # Fresh weights and statistics would hide mistakes.
            for one in mine.state_dict().values():
                one.copy_(t.rand(one.shape) + 0.5)
            copy_weights(theirs, mine)
            x = t.randn(2, arguments[0], 7, 6).double()
            for training in (True, False):
                expected, got = mine.train(training)(x), theirs.train(training)(x)
                if got.shape != expected.shape or not t.allclose(got, expected):
                    return False
    except Exception:  # a block that stops with an error is a faulty one
        return False
    return True
    ### END SOLUTION


# %%
utils.show_tester(accepts_block, "ResidualBlock")

# %% nbgrader={"grade": true, "grade_id": "test_accepts_block", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
tests.test_accepts_block(accepts_block)

# %% [markdown]
# **What to notice.** Forty mistakes are a poor sample of all that could go wrong, and still they tell a good test from
# one that only looks good. Engineers let a machine do this: *mutation testing* changes a program in many small ways,
# and counts how many of the changes the tests notice.

# %% [markdown]
# ### A test for batch norms
#
# > **Difficulty** ●●●●○ · **Importance** ●●○○○ · 15–20 minutes
#
# Write `accepts_norm(norm_class)`. It returns `True` if the class is a correct `BatchNorm2d`, `False` if not.
#
# This time the module **remembers** something. So it can give the right numbers and be wrong all the same, in what it
# keeps, or on the gradient's way back. Think about what there is to look at besides the output. PyTorch's
# `nn.BatchNorm2d` may be your oracle here, and names are no secret: section 3 has fixed them.
#
# The steps are the same:
#
# {{steps accepts_norm}}
#
# {{hints accepts_norm}}


# %% nbgrader={"grade": false, "grade_id": "accepts_norm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def accepts_norm(norm_class: type[nn.Module]) -> bool:
    """Say whether norm_class(num_features, eps=1e-05,
    momentum=0.1) makes a correct BatchNorm2d.
    """
    ### BEGIN SOLUTION
    try:
        for settings in ({}, {"eps": 0.5, "momentum": 0.3}):
            mine, theirs = (
                nn.BatchNorm2d(3, **settings).double(),
                norm_class(3, **settings).double(),
            )
            # Fresh weights and statistics would hide mistakes.
            for one in mine.state_dict().values():
                one.copy_(t.rand(one.shape) + 0.5)
            theirs.load_state_dict(mine.state_dict())
            x = t.randn(4, 3, 2, 5, dtype=t.float64, requires_grad=True)
            for training in (True, False):
                expected, got = mine.train(training)(x), theirs.train(training)(x)
                pairs = [
                    (expected, got),
                    [t.autograd.grad(y.square().sum(), x)[0] for y in (expected, got)],
                ]
                pairs += zip(
                    [*mine.parameters(), *mine.buffers()],
                    [*theirs.parameters(), *theirs.buffers()],
                    strict=True,
                )
                for one, other in pairs:
                    if (
                        not t.allclose(one, other)
                        or one.requires_grad != other.requires_grad
                    ):
                        return False
    except Exception:  # a batch norm that stops with an error is a faulty one
        return False
    return True
    ### END SOLUTION


# %%
utils.show_tester(accepts_norm, "BatchNorm2d")

# %% nbgrader={"grade": true, "grade_id": "test_accepts_norm", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
tests.test_accepts_norm(accepts_norm)

# %% [markdown]
# ## What you have now
#
# A ResNet34 of your own, down to the batch norm, that loads the weights of the real one and agrees with it up to
# rounding in the last digits. On the way you've met parameters and buffers, train and eval, registration, and hooks.
# Next comes [the **family**](../03_resnet_family/03_resnet_family.ipynb), ResNet18 to 152, and why the deeper ones have
# another block. Then comes the question *why* the plus sign matters: you'll take it away, and watch a deep network fail
# to train.

# %% [markdown]
# ### Can you still say why?
#
# Answer each question aloud, and then open it.
#
# <details><summary>Why does a convolution before a batch norm need no bias?</summary>
#
# The batch norm subtracts each channel's mean, and with it whatever number the bias has added to all of them. Its own
# bias takes over.
#
# </details>
#
# <details><summary>Why does the ReLU come after the sum, and not at the end of the left branch?</summary>
#
# After a ReLU the branch could never be negative, so a block could add to x, but never take anything away.
#
# </details>
#
# <details><summary>All parameters were copied, but the buffers weren't. What does the network answer, and why?</summary>
#
# The same class for nearly every photo. In eval mode the batch norms use their running statistics, and means of 0 and
# variances of 1 don't fit these weights.
#
# </details>
