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
# # 3 · The ResNet family
#
# ResNet34 has four siblings: 18, 50, 101 and 152 layers. They share one plan and two kinds of block. First you
# write one class that builds all five, **under torchvision's own names**: any file of weights that fits
# torchvision's networks loads into yours, and the other way round. Then you look at what the family's designers decided
# and why. Last, you fold the batch norms away, and measure whether that makes it any faster.

# %% [markdown]
# | | you build | time |
# |---|---|---|
# | 1 | `receptive_field`: how far a stack of small kernels sees | 10 min |
# | 2 | the design rules, in numbers | 10 min |
# | 3 | **BasicBlock** | 10 min |
# | 4 | **Bottleneck** | 10–15 min |
# | 5 | **ResNet**, and its initial weights | 25–40 min |
# | 6 | `make_resnet`: five networks | 5–10 min |
# | 7 | blocks that start as nothing | 5 min |
# | 8 | three ways past a block | 15–20 min |
# | 9 | `fold_batchnorm`, and what makes a network faster | 15–25 min |
#
# This time `torch.nn`'s layers are yours to use: `nn.Conv2d`, `nn.BatchNorm2d`, `nn.ReLU` and the rest. You've built
# them before, and now the interest is in what's made *of* them. One thing to watch: **`nn.Conv2d` has a bias unless you
# say `bias=False`**.
#
# As before, each exercise has one or more lines `raise NotImplementedError()` where your code goes, a test cell below
# it that tells you what your code does, and three hints for when you're stuck.

# %%
# {{first cell}}

# %%
import copy
import statistics
import time
from collections.abc import Iterator
from functools import partial

import torch as t
from einops import rearrange
from jaxtyping import Float
from rich import print as rprint
from rich.table import Table
from torch import Tensor, nn
from torch.nn import functional
from torchvision import models

from course_utils import drawings, tests, utils

# %% [markdown]
# ## 1. How far does it see?
#
# > **Difficulty** ●●○○○ · **Importance** ●●○○○ · about 10 minutes
#
# Write `receptive_field(layers)`. It returns how many pixels *wide* the patch of the image is that one output depends on.
#
# One output of a 3×3 convolution depends on 3×3 pixels. Put a second convolution on top, and each of *its* outputs
# depends on 3×3 outputs of the first, which together depend on 5×5 pixels. A third one sees 7×7. That patch of the
# image is the **receptive field**. It matters because what lies outside can't influence the answer: a unit that sees
# 7×7 pixels may know an edge, but never a dog.
#
# A stride makes it grow faster. After a layer with stride 2, neighbours in the map are two pixels of the image apart,
# so a 3×3 kernel that comes later reaches over more of the image. Follow the lines down from the one output at the top:

# %%
drawings.receptive_field()

# %% [markdown]
# `layers` is a list of pairs `(kernel_size, stride)`, the layer nearest to the image first. Padding plays no part,
# because it changes where a patch lies and not how large it is.
#
# {{hints receptive_field}}


# %% nbgrader={"grade": false, "grade_id": "receptive_field", "locked": false, "schema_version": 3, "solution": true, "task": false}
def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Return how many pixels wide the patch is that one
    output of these (kernel_size, stride) layers depends on.
    """
    ### BEGIN SOLUTION
    # Step: how many pixels of the image lie between neighbours in the map.
    field, step = 1, 1
    for kernel_size, stride in layers:
        field += (kernel_size - 1) * step
        step *= stride
    return field
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_receptive_field", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_receptive_field(receptive_field)
### BEGIN HIDDEN TESTS
tests.test_receptive_field(receptive_field, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# Now the networks. **Predict first:** the images are 224 pixels wide. At the end of which layer does ResNet34 see a whole
# one, and ResNet18? Here is how far they see at the end of the stem and of each of their four layers:


# %%
def basic_layers(blocks_per_layer: list[int]) -> Iterator[list[tuple[int, int]]]:
    """Give the (kernel_size, stride) of all convolutions and
    pools up to the end of the stem, of layer1, and so on.
    """
    convolutions = [(7, 2), (3, 2)]
    yield convolutions
    for number, blocks in enumerate(blocks_per_layer):
        first_stride = 1 if number == 0 else 2
        convolutions = [*convolutions, (3, first_stride), *[(3, 1)] * (2 * blocks - 1)]
        yield convolutions


plans = {"ResNet18": [2, 2, 2, 2], "ResNet34": [3, 4, 6, 3]}
for name, blocks_per_layer in plans.items():
    print(
        name,
        [
            receptive_field(convolutions)
            for convolutions in basic_layers(blocks_per_layer)
        ],
    )

# %% [markdown]
# **Surprised?** *Who sees a whole image?* ResNet34 does at the end of layer3. ResNet18 does only in layer4, and even
# there not at the rim. Take a unit in the first column: it's centred on pixel 0, and its field of 435 reaches 217
# pixels to either side. So it misses the last six of the 224.
#
# *Strides do most of it.* In layer4 neighbours are 32 pixels apart, so each 3×3 kernel adds 64 pixels. Only the first
# one adds 32, because its inputs are still 16 apart.
#
# *And it's an upper bound.* The pixels in the middle reach an output by many more ways than those at the rim, so a unit
# listens mostly to the middle of its field. [Luo et al. 2016](https://arxiv.org/abs/1701.04128) measured it, and call
# the part that counts the *effective* receptive field.

# %% [markdown]
# ## 2. The design rules, in numbers
#
# Three decisions shape the family.
#
# **Small kernels, stacked.** Three 3×3 convolutions see as far as one 7×7. Below you'll work out how many weights each
# needs to connect *one* input channel with *one* output channel. The stack can't make every 7×7 kernel. But it has a
# ReLU after each convolution, three where the 7×7 has one, so it can bend the signal three times on the way. Since [VGG
# (2014)](https://arxiv.org/abs/1409.1556) most networks have stacked small kernels. Larger ones came back, up to the
# 7×7 of [ConvNeXt](https://arxiv.org/abs/2201.03545) in 2022. They're cheap there, because each looks at one channel
# only.
#
# **A narrow middle.** A block of two 3×3 convolutions at 256 channels is expensive. The deeper siblings use a
# **bottleneck** instead. A 1×1 convolution, which mixes the channels of each pixel, goes from 256 down to 64 channels.
# The 3×3 convolution works *there*, where it's cheap. Another 1×1 goes back up to 256. So only the skip stays wide.
#
# **Halve the map, double the channels.** When height and width are halved, the channels are doubled. So every block
# that keeps its shape costs the same, wherever it is.

# %% [markdown]
# ### Questions
#
# Write `family_answers()`. It returns your answers in a dict. All of them are numbers: write them as products if you
# like, so that Python does the arithmetic. Biases don't count: there are none.
#
# 1. `"three_3x3"`: how many weights do three stacked 3×3 kernels have, for one pair of channels each?
# 2. `"one_7x7"`: and one 7×7 kernel?
# 3. `"two_3x3"`: how many weights do two 3×3 convolutions from 256 to 256 channels have?
# 4. `"bottleneck"`: and a bottleneck, 1×1 from 256 to 64, 3×3 from 64 to 64, 1×1 from 64 to 256?
# 5. `"last_against_first"`: compare a 3×3 convolution from 512 to 512 channels on a 7×7 map with one from 64 to 64
#    channels on a 56×56 map. How many times as many multiply-adds does the first take?
# 6. `"strided_1x1"`: what *percentage* of its input does a 1×1 convolution with stride 2 never look at?


# %% nbgrader={"grade": false, "grade_id": "family_answers", "locked": false, "schema_version": 3, "solution": true, "task": false}
def family_answers() -> dict[str, float]:
    """Return your answers: {"three_3x3": …, "one_7x7": …, and so on}."""
    ### BEGIN SOLUTION
    return {
        "three_3x3": 3 * 3 * 3,
        "one_7x7": 7 * 7,
        "two_3x3": 2 * 256 * 256 * 3 * 3,
        "bottleneck": 256 * 64 + 64 * 64 * 3 * 3 + 64 * 256,
        "last_against_first": (512 * 512 * 9 * 7 * 7) / (64 * 64 * 9 * 56 * 56),
        "strided_1x1": 75,
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_family_answers", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_family_answers(family_answers)
### BEGIN HIDDEN TESTS
tests.test_family_answers(family_answers, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **Look again.** The bottleneck has a seventeenth of the wide block's weights. But it works on the 56×56 map of layer1,
# and there ResNet34 has only 64 channels, so compare it with *that*. Look at the skips, drawn as thick as they're wide,
# and then at the sums below:

# %%
drawings.two_blocks()

# %% [markdown]
# For the same price you get a skip that's **four times as wide**, and one more layer. Compare figure 5 of the paper.
# Question 6, on the 1×1 convolution with a stride, comes back in section 4.
#
# <details><summary>Why four times as wide, and not five? (Find it out before you open this.)</summary>
#
# Let the skip be $e$ times as wide as the middle. For each pair of the middle's channels the bottleneck has $e + 9 + e$
# weights, and the BasicBlock has $9 + 9$. So $2e + 9$ may be 18 at most, and 4 is the largest whole number for which
# that holds. The paper gives no reason. It only says that the two blocks take a similar time, and this is arithmetic
# that fits.
#
# </details>

# %% [markdown]
# ## 3. BasicBlock
#
# > **Difficulty** ●●○○○ · **Importance** ●●●○○ · about 10 minutes
#
# Write `BasicBlock(inplanes, planes, stride=1, downsample=None)`. Its `forward(x)` returns the ReLU of a sum: what two 3×3
# convolutions make of x, plus the skip.
#
# It's the block of ResNet18 and 34. You know it: it's the `ResidualBlock` of notebook 2. Three things are new.
#
# - **The names are fixed**: `conv1`, `bn1`, `conv2`, `bn2` and `downsample`. A `state_dict` is a dictionary from names
#   to tensors, so equal names are all it takes for weights to load.
# - **The skip comes from outside.** The caller decides whether a *projection* is needed, a 1×1 convolution and a batch
#   norm that bring the input to the output's shape, and hands it over as `downsample`. `None` means that the input
#   itself is added. The block asks nothing else.
# - **`expansion`**, an attribute of the *class*: how many channels leave the block for each of its `planes`. Here it is
#   1; ResNet will ask for it before it builds a block.
#
# torchvision calls channels *planes*, and so will we, because callers pass these arguments by name.
#
# **Write it yourself:** no class of torchvision's. Read them afterwards, and you'll know each line.
#
# {{hints BasicBlock}}


# %% nbgrader={"grade": false, "grade_id": "BasicBlock", "locked": false, "schema_version": 3, "solution": true, "task": false}
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
    ) -> None:
        """Make conv1 (3×3, with the stride), bn1, conv2 (3×3), bn2;
        all convolutions without bias.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(
            inplanes, planes, kernel_size=3, stride=stride, padding=1, bias=False
        )
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes out_height out_width"]:
        """Add x, or downsample(x) if there is one,
        to what the two convolutions make of x; then apply ReLU.
        """
        ### BEGIN SOLUTION
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu(out + skip)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_basic_block", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_basic_block(BasicBlock)
### BEGIN HIDDEN TESTS
tests.test_basic_block(BasicBlock, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **What to notice.** `self.downsample = None` registers nothing: it's an attribute like any other, so no tensor and no
# module of that name appears in the `state_dict`. And one `self.relu` serves twice. A ReLU remembers nothing from one
# call to the next, so it may be called as often as you like; a batch norm, which keeps running statistics, may not.

# %% [markdown]
# ## 4. Bottleneck
#
# > **Difficulty** ●●●○○ · **Importance** ●●●○○ · 10–15 minutes
#
# Write `Bottleneck(inplanes, planes, stride=1, downsample=None)`. Its `forward(x)` returns the ReLU of a sum: what three
# convolutions make of x, plus the skip.
#
# It's the block of ResNet50, 101 and 152: 1×1 down to `planes`, 3×3 at `planes`, 1×1 up to `planes * expansion`, where
# `expansion` is 4. A batch norm follows each convolution, a ReLU the first two, and the third ReLU comes after the sum.
#
# **Where does the stride go?** The paper put it on the *first* convolution, the 1×1. You've just worked out what that
# means: three quarters of the map are thrown away unseen. torchvision puts it on the **3×3** convolution, which looks
# at every pixel. The variant is known as *ResNet v1.5*; it's a little more accurate, and costs a little more, because
# conv1 now works on the large map. Put the stride where torchvision does. Both variants have the same weights, with the
# same shapes. So you could load the weights of one into the other, and nothing would complain. Only the answers would
# be worse.
#
# **Write it yourself:** no `Bottleneck` or other class of torchvision's.
#
# {{hints Bottleneck}}


# %% nbgrader={"grade": false, "grade_id": "Bottleneck", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
    ) -> None:
        """Make conv1 (1×1), bn1, conv2 (3×3, with the stride),
        bn2, conv3 (1×1, to planes * expansion), bn3.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(inplanes, planes, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(
            planes, planes, kernel_size=3, stride=stride, padding=1, bias=False
        )
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(
            planes, planes * self.expansion, kernel_size=1, bias=False
        )
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU()
        self.downsample = downsample
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch inplanes height width"]
    ) -> Float[Tensor, "batch planes*4 out_height out_width"]:
        """Add x, or downsample(x) if there is one,
        to what the three convolutions make of x; then apply ReLU.
        """
        ### BEGIN SOLUTION
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu(out + skip)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_bottleneck", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_bottleneck(Bottleneck)
### BEGIN HIDDEN TESTS
tests.test_bottleneck(Bottleneck, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **What to notice.** Only one of the three convolutions looks beyond a single pixel. The other two mix channels, pixel
# by pixel, and between them hold nearly half of the weights. So a ResNet50 sees *less* far than a ResNet34, although
# it's deeper: it has as many blocks, with one 3×3 convolution in each where the other has two.
#
# Both bricks are made. If you'd like a break, this is a good place for it: next comes the longest class of the course, and
# there's not a line in it that you don't know.

# %% [markdown]
# ## 5. ResNet
#
# > **Difficulty** ●●●●○ · **Importance** ●●●●○ · 25–40 minutes
#
# Write `ResNet(block, layers, num_classes=1000, zero_init_residual=False)`. Its `forward(x)` returns one logit for each
# class.
#
# This is the longest class of the course, and you know every part of it already. `block` is a *class*, `BasicBlock` or
# `Bottleneck`, and `layers` says how many of them each of the four layers has. Again the names are torchvision's:
#
# | name | what |
# |---|---|
# | `conv1` `bn1` `relu` `maxpool` | the stem: 7×7 with stride 2 to 64 channels; 3×3 max pool with stride 2 |
# | `layer1` … `layer4` | what notebook 2 called a BlockGroup: `nn.Sequential`s of blocks, with 64, 128, 256 and 512 `planes`. (torchvision calls each of these a *layer*.) |
# | `avgpool` `fc` | the mean of each map (`nn.AdaptiveAvgPool2d(1)` leaves two axes of size 1), then a linear layer |
#
# Only the first block of layer2, 3 and 4 has stride 2. The first block of a layer gets a `downsample`, a
# `nn.Sequential` of a 1×1 convolution with the stride and a batch norm, **if the shape changes**. Careful: with
# Bottlenecks it changes in layer1 too, from 64 to 256 channels, at stride 1.

# %% [markdown]
# **The initial weights.**
#
# - *Convolutions*: Kaiming-normal, which is He et al.'s initialisation under its author's first name:
#   `nn.init.kaiming_normal_` with `mode="fan_out"` and `nonlinearity="relu"`. Below you'll see why.
# - *Batch norms*: weight 1 and bias 0, as `nn.BatchNorm2d` starts anyway.
# - With `zero_init_residual=True`, one exception: the **last batch norm before the sum** (`bn2` of a BasicBlock, `bn3`
#   of a Bottleneck) starts with *weight* 0. Section 7 shows what that does.

# %% [markdown]
# The two helpers whose names begin with `_` are a suggestion: `__init__` calls them, the test doesn't, and you may
# delete them. And the test uses correct blocks in place of yours, so you can go on if one of yours isn't right yet.
#
# **Write it yourself:** no `ResNet` of torchvision's. Once yours is done the two can be compared, name by name.
#
# Take it step by step, and run the test after each one: it says which are done.
#
# {{steps ResNet}}
#
# {{hints ResNet}}


# %% nbgrader={"grade": false, "grade_id": "ResNet", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        """Make conv1, bn1, relu, maxpool, layer1 … layer4,
        avgpool and fc, then choose the initial weights.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.inplanes = 64  # the channels that the next block will get
        self.conv1 = nn.Conv2d(
            3, self.inplanes, kernel_size=7, stride=2, padding=3, bias=False
        )
        self.bn1 = nn.BatchNorm2d(self.inplanes)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], stride=1)
        self.layer2 = self._make_layer(block, 128, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 256, layers[2], stride=2)
        self.layer4 = self._make_layer(block, 512, layers[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)
        ### END SOLUTION

    def _make_layer(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        planes: int,
        n_blocks: int,
        stride: int,
    ) -> nn.Sequential:
        """Make n_blocks blocks; the first has the stride,
        and a downsample if it changes the shape.
        """
        ### BEGIN SOLUTION
        out_planes = planes * block.expansion
        downsample = None
        if stride != 1 or self.inplanes != out_planes:
            downsample = nn.Sequential(
                nn.Conv2d(
                    self.inplanes, out_planes, kernel_size=1, stride=stride, bias=False
                ),
                nn.BatchNorm2d(out_planes),
            )
        first = block(self.inplanes, planes, stride, downsample)
        self.inplanes = out_planes
        return nn.Sequential(
            first, *(block(out_planes, planes) for _ in range(n_blocks - 1))
        )
        ### END SOLUTION

    def _choose_weights(self, zero_init_residual: bool) -> None:
        """Draw the convolutions' weights,
        and set the last batch norms to zero if asked to.
        """
        ### BEGIN SOLUTION
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu"
                )
            elif zero_init_residual and isinstance(module, Bottleneck):
                nn.init.zeros_(module.bn3.weight)
            elif zero_init_residual and isinstance(module, BasicBlock):
                nn.init.zeros_(module.bn2.weight)
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch 3 height width"]
    ) -> Float[Tensor, "batch num_classes"]:
        """Give one logit for each class."""
        ### BEGIN SOLUTION
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.avgpool(x).flatten(start_dim=1))
        ### END SOLUTION


# %% [markdown]
# Two tests: what it computes, and its initial weights.

# %% nbgrader={"grade": true, "grade_id": "test_resnet", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
tests.test_resnet(ResNet)
### BEGIN HIDDEN TESTS
tests.test_resnet(ResNet, seed=7, quiet=True)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_resnet_start", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_resnet_start(ResNet)
### BEGIN HIDDEN TESTS
tests.test_resnet_start(ResNet, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **What to notice.** Almost nothing in this class knows which block it uses: it asks for `block.expansion` and calls
# `block(...)`. A third kind of block that keeps to the same arguments would work tomorrow. One place is the exception:
# with `zero_init_residual` it has to know which batch norm comes last. Could the blocks tell that themselves?
#
# **Why these initial weights?** They have the standard deviation $\sqrt{2 / n}$, where $n$, the *fan-out*, is output
# channels × height × width of the kernel. In a network *without* batch norm that keeps the gradients' size even on
# their way back. The 2 makes up for the ReLU, which lets about half of the gradient's entries pass. With a batch norm
# after every convolution, the scale changes neither the outputs nor the gradients that go further back. What it still
# sets is how far a *step* goes: make the weights twice as long, and a step of SGD turns them a quarter as far. Their
# gradient is half as large, and they're twice as long: that's the effective learning rate of notebook 2.

# %% [markdown]
# ## 6. Five networks
#
# > **Difficulty** ●○○○○ · **Importance** ●●○○○ · 5–10 minutes
#
# Write `make_resnet(depth, num_classes=1000, zero_init_residual=False)`. It returns the ResNet of that depth; any depth
# but these five raises `ValueError`.
#
# The plans are table 1 of [the paper](https://arxiv.org/abs/1512.03385):
#
# | depth | block | blocks in layer1 … layer4 |
# |---|---|---|
# | 18 | BasicBlock | 2, 2, 2, 2 |
# | 34 | BasicBlock | 3, 4, 6, 3 |
# | 50 | Bottleneck | 3, 4, 6, 3 |
# | 101 | Bottleneck | 3, 4, 23, 3 |
# | 152 | Bottleneck | 3, 8, 36, 3 |
#
# Let's check one: 3 + 8 + 36 + 3 Bottlenecks of three convolutions are 150, and the first convolution and the linear
# layer make 152.
#
# {{hints make_resnet}}


# %% nbgrader={"grade": false, "grade_id": "make_resnet", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_resnet(
    depth: int, num_classes: int = 1000, zero_init_residual: bool = False
) -> ResNet:
    """Build ResNet18, 34, 50, 101 or 152; raise ValueError for any other depth."""
    ### BEGIN SOLUTION
    plans = {
        18: (BasicBlock, [2, 2, 2, 2]),
        34: (BasicBlock, [3, 4, 6, 3]),
        50: (Bottleneck, [3, 4, 6, 3]),
        101: (Bottleneck, [3, 4, 23, 3]),
        152: (Bottleneck, [3, 8, 36, 3]),
    }
    if depth not in plans:
        raise ValueError(
            f"there is no ResNet{depth}: depth must be one of {list(plans)}"
        )
    return ResNet(*plans[depth], num_classes, zero_init_residual)
    ### END SOLUTION


resnet18, resnet34, resnet50, resnet101, resnet152 = (
    partial(make_resnet, depth) for depth in (18, 34, 50, 101, 152)
)


# %% nbgrader={"grade": true, "grade_id": "test_make_resnet", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_make_resnet(make_resnet)
### BEGIN HIDDEN TESTS
tests.test_make_resnet(make_resnet, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ### There and back
#
# The claim was: under torchvision's names, state dicts load in both directions. `strict=True` means that not one tensor
# may be missing, and not one left over. Let's do both with all five: first torchvision's fresh weights go into yours, then
# the weights of another fresh network of yours go into torchvision's. Each time the two must give the same **logits**,
# the scores of the classes before a softmax turns them into probabilities.
#
# **Predict first:** ResNet50 has 16 layers more than ResNet34, and its blocks give four times as many channels. How many
# times as many parameters will it have?

# %%
t.manual_seed(0)
image = t.randn(1, 3, 64, 64)


@t.inference_mode()
def compare(mine: nn.Module, theirs: nn.Module) -> str:
    """Say whether the logits of the two agree, up to rounding."""
    got, expected = mine.eval()(image), theirs.eval()(image)
    difference = ((got - expected).abs().max() / expected.abs().max()).item()
    return "same logits" if difference <= 1e-5 else f"differ by {difference:.1e}"


table = Table("network", "parameters", "theirs in yours", "yours in theirs")
builders = (resnet18, resnet34, resnet50, resnet101, resnet152)
names = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")
for build, name in zip(builders, names, strict=True):
    mine, theirs = build(), getattr(models, name)()
    mine.load_state_dict(theirs.state_dict(), strict=True)
    there = compare(mine, theirs)
    mine = build()
    theirs.load_state_dict(mine.state_dict(), strict=True)
    back = compare(mine, theirs)
    n_parameters = sum(parameter.numel() for parameter in mine.parameters())
    table.add_row(name, f"{n_parameters:,}", there, back)
rprint(table)

# %% [markdown]
# **What to notice.** The same logits, ten times out of ten: one class and two blocks of yours stand in for five of
# torchvision's networks, the largest with 152 layers. Did you guess the parameters? From 34 to 50 there are 16 layers
# more, and only 17 % more parameters and 12 % more multiply-adds: that's the bottleneck.
#
# On ImageNet the paper's ResNet34 is wrong on 24.5 % of the photos, ResNet50 on 22.9 %, 101 on 21.8 % and 152 on
# 21.4 %. Only a network's best guess counts here. To make it, the scores are averaged over *ten crops*, ten cut-outs of the
# same photo. Deeper was better all the way, and for networks this deep that was new.
#
# Here's the whole family, with the paper's errors and your networks' multiply-adds. Where is a step to the right worth
# most? Mind two things. The paper measured ResNet18 with option A's shortcuts alone, and those of 50 and more with B's.
# So 34 layers are there twice, as a ring with A and as a dot with B. And the paper's Bottlenecks stride in the first
# 1×1, so they do a little less work than yours.

# %%
drawings.family()

# %% [markdown]
# That was the longest stretch of the notebook, and you've done it: five networks are yours. What's left are three shorter
# questions about them, and any of them can wait until tomorrow.

# %% [markdown]
# ## 7. Blocks that start as nothing
#
# With `zero_init_residual=True` the last batch norm of each block multiplies by 0 at first. So the whole left branch
# gives 0, and the block passes its input through: **it starts as the identity**. Let's check that with hooks.
# **Predict first:** how many of a fresh ResNet34's 16 blocks give back exactly what came in? And without that setting?


# %%
def count_identities(
    model: ResNet, images: Float[Tensor, "batch 3 height width"]
) -> int:
    """Count the blocks whose output is their input."""
    same: list[bool] = []

    def compare(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        same.append(inputs[0].shape == output.shape and t.equal(inputs[0], output))

    blocks = [
        module
        for module in model.modules()
        if isinstance(module, BasicBlock | Bottleneck)
    ]
    handles = [block.register_forward_hook(compare) for block in blocks]
    with t.inference_mode():
        model(images)
    for handle in handles:
        handle.remove()
    return sum(same)


for zero_init in (False, True):
    model = resnet34(zero_init_residual=zero_init)
    identities = count_identities(model, image.expand(4, -1, -1, -1))
    print(f"zero_init_residual={zero_init}: {identities} of 16 blocks")

# %% [markdown]
# **Surprised?** 13, not 16: three blocks change the shape, and a projection isn't the identity. The other blocks need
# one thing more: an input that's never negative, or the ReLU after the sum would change it. They have it, because their
# input comes out of a ReLU.
#
# So at its first step this network of 34 layers behaves like one of five: the first convolution, three projections and
# the linear layer. That's easy to train, and each block joins in as soon as its batch norm's weight γ leaves 0. Won't γ
# get stuck at 0? No. The gradient of γ is the sum, over all images and places, of the gradient from above times the
# normalised value. There's no γ in it, so nothing makes it 0.
#
# [Goyal et al. (2017)](https://arxiv.org/abs/1706.02677), who trained ResNet50 in one hour with batches of 8192 images,
# found that this start helps, above all with large batches; torchvision's authors put the gain at 0.2 to 0.3 percentage
# points.

# %% [markdown]
# ## 8. Three ways past a block
#
# > **Difficulty** ●●●○○ · **Importance** ●●○○○ · 15–20 minutes
#
# Write `shortcut(option, in_channels, out_channels, stride=1)`. It returns the module that belongs on the way past a
# block.
#
# What should we add where the shape changes? The paper tried three options:
#
# - **A**: no parameters at all. Take every `stride`-th pixel, beginning with the first, and let the missing channels be
#   **zeros, after** those of the input. Where nothing changes, the input itself.
# - **B**: a projection (1×1 convolution with the stride, no bias, and a batch norm) where the shape changes, the input
#   itself elsewhere. That's what you have built so far.
# - **C**: a projection everywhere, even where none is needed.
#
# Compare what's on the way past F, column by column, in the upper row and in the lower:

# %%
drawings.shortcuts()

# %% [markdown]
# Complete `PaddedShortcut` first: it's what `shortcut` returns for option A where the shape changes. For A,
# `out_channels` is never smaller than `in_channels`. Any option but these three raises `ValueError`.
#
# {{hints shortcut}}


# %% nbgrader={"grade": false, "grade_id": "shortcut", "locked": false, "schema_version": 3, "solution": true, "task": false}
class PaddedShortcut(nn.Module):
    """Option A where the shape changes:
    every stride-th pixel, and `extra` channels of zeros behind.
    """

    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        """Take every stride-th row and column,
        beginning with the first, and append the zeros.
        """
        ### BEGIN SOLUTION
        x = x[:, :, :: self.stride, :: self.stride]
        # From the last axis on: width, height, channels.
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra))
        ### END SOLUTION


def shortcut(
    option: str, in_channels: int, out_channels: int, stride: int = 1
) -> nn.Module:
    """Make the shortcut of option "A", "B" or "C";
    raise ValueError for any other option.
    """
    ### BEGIN SOLUTION
    if option not in {"A", "B", "C"}:
        raise ValueError(f"there is no option {option!r}: it must be 'A', 'B' or 'C'")
    if option != "C" and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
        nn.BatchNorm2d(out_channels),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_shortcut", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_shortcut(shortcut)
### BEGIN HIDDEN TESTS
tests.test_shortcut(shortcut, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# What do they cost? Since a block takes whatever `downsample` it's given, we can swap all the shortcuts of a finished
# network:


# %%
def with_shortcuts(option: str) -> ResNet:
    """Build a ResNet34 in which every block has the shortcut of this option."""
    model = resnet34()
    for module in model.modules():
        if isinstance(module, BasicBlock):
            first, last = module.conv1, module.conv2
            module.downsample = shortcut(
                option, first.in_channels, last.out_channels, first.stride[0]
            )
    return model


table = Table(
    "option", "parameters", "in shortcuts", "paper's error (top 1, ten crops)"
)
for option, error in {"A": "25.03 %", "B": "24.52 %", "C": "24.19 %"}.items():
    model = with_shortcuts(option)
    in_shortcuts = sum(
        p.numel() for name, p in model.named_parameters() if "downsample" in name
    )
    assert model.eval()(image).shape == (1, 1000)
    n_parameters = sum(p.numel() for p in model.parameters())
    table.add_row(option, f"{n_parameters:,}", f"{in_shortcuts:,}", error)
rprint(table)

# %% [markdown]
# **What to notice.** Without any shortcut the same network is wrong on 28.54 %. So most of the gain comes from having
# *a* way past, and little from what's on it. B is half a point better than A. The paper's guess at the reason: A's new
# channels are zeros, so there's nothing for the block to learn a difference *from*. And C pays 919,168 parameters for
# another third of a point. With Bottlenecks C would be ruinous, because the skip is where their many channels are. So
# torchvision and most others use B. Later networks often average before they project
# ([ResNet-D](https://arxiv.org/abs/1812.01187)); you'll build that in notebook 4.

# %% [markdown]
# ## 9. Fold the batch norms away
#
# > **Difficulty** ●●●●○ · **Importance** ●●●○○ · 15–25 minutes
#
# Write `fold_batchnorm(conv, norm)`. It returns one convolution that does the work of both.
#
# It's rated four out of five because of the algebra, and the algebra is only two lines. You can do this.
#
# Training is over, the network is in eval mode, and every batch norm does the same to every image: it multiplies each
# channel by a number and adds a number. But so could the convolution before it! A convolution is linear,
#
# $$ a \cdot (W * x + b) + d \;=\; (a\,W) * x + (a\,b + d), $$
#
# so the two numbers can be **folded** into its weight and its bias. One layer does the work of two, and the pass over
# the whole map that the batch norm needed is gone. Most programs that are made for serving networks do this for you.

# %% [markdown]
# Yours returns a *new* `nn.Conv2d`, with a bias, and leaves the two that it's given alone. The convolution may have a
# bias already. It may have any stride, padding or groups, and your new one has the same. Write down $a$ and $d$ first.
# And remember that $W$ has the axes (output channels, input channels, height, width).
#
# **Write it yourself:** no function of `torch.nn.utils.fusion`. They'd do it all, and the two lines of algebra are the
# point.
#
# You can take it step by step, from the simplest case to the last:
#
# {{steps fold_batchnorm}}
#
# {{hints fold_batchnorm}}


# %% nbgrader={"grade": false, "grade_id": "fold_batchnorm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """Return one convolution that gives what norm(conv(x)) gives in eval mode;
    conv and norm stay as they are.
    """
    ### BEGIN SOLUTION
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    old_bias = 0 if conv.bias is None else conv.bias
    folded = copy.deepcopy(conv)  # keeps stride, padding, groups and all else
    folded.weight = nn.Parameter(conv.weight * rearrange(scale, "out -> out 1 1 1"))
    folded.bias = nn.Parameter(norm.bias + (old_bias - norm.running_mean) * scale)
    return folded
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_fold_batchnorm", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_fold_batchnorm(fold_batchnorm)
### BEGIN HIDDEN TESTS
tests.test_fold_batchnorm(fold_batchnorm, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# Now a whole network. Thanks to the names it's easy to find pairs: `conv2` goes with `bn2`, and in a `downsample`, `0`
# with `1`. The weights are the pretrained ones of notebook 2, or its stand-in if you have no internet. This time
# there's nothing to copy by order: **they load by name**.


# %%
def fold_model(model: nn.Module) -> nn.Module:
    """Return a copy in eval mode,
    with every batch norm folded into the convolution before it.
    """
    model = copy.deepcopy(model).eval()
    for parent in list(model.modules()):
        for name, conv in list(parent.named_children()):
            if isinstance(conv, nn.Conv2d):
                partner = "1" if name == "0" else name.replace("conv", "bn")
                setattr(parent, name, fold_batchnorm(conv, getattr(parent, partner)))
                setattr(parent, partner, nn.Identity())
    return model


pretrained = utils.load_pretrained_resnet34()
my_resnet = resnet34().eval()
my_resnet.load_state_dict(pretrained.state_dict())
folded = fold_model(my_resnet)

batch = t.randn(2, 3, 224, 224, generator=t.Generator().manual_seed(0))
with t.inference_mode():
    expected, got = my_resnet(batch), folded(batch)
print(
    "batch norms left:",
    sum(isinstance(module, nn.BatchNorm2d) for module in folded.modules()),
)
print(
    "the same answer within 1e-4:",
    bool((got - expected).abs().max() <= 1e-4 * expected.abs().max()),
)

# %% [markdown]
# ### Is it faster?
#
# One more thing helps. Usually all values of a channel lie next to each other in memory; with
# `memory_format=t.channels_last` all channels of a pixel do, which is the order in which many convolution kernels like
# to read. It changes where the numbers lie, and nothing about the result.
#
# Timing is easy to get wrong, so we do five things.
#
# - We run in `inference_mode`, so that no time goes into a graph, autograd's record for a backward pass that won't
#   come.
# - The first round doesn't count, because memory is still being fetched.
# - The five networks **take turns**, so that whatever else the computer does hits all of them alike.
# - We take the *median* of the rounds, so that one hiccup counts for nothing.
# - We use one thread, and count the seconds that the *processor* worked for us (`time.process_time`), not those on the
#   clock: while another program has its turn, ours stands still.
#
# **Predict first:** which of your four will take clearly less time than torchvision's? And which of the two steps makes
# the difference, folding or channels_last?


# %%
def time_in_turns(
    calls: dict[str, tuple[nn.Module, Tensor]], rounds: int = 25
) -> dict[str, list[float]]:
    """Run each model on its images, in turns, on one thread;
    return the processor's seconds in each round but the first.
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    threads = t.get_num_threads()
    t.set_num_threads(1)
    with t.inference_mode():
        for _ in range(rounds):
            for name, (model, images) in calls.items():
                begin = time.process_time()
                model(images)
                seconds[name].append(time.process_time() - begin)
    t.set_num_threads(threads)
    return {name: times[1:] for name, times in seconds.items()}


def channels_last(model: nn.Module) -> tuple[nn.Module, Tensor]:
    """Return a copy of the model, and the batch,
    with the channels of each pixel side by side.
    """
    model = copy.deepcopy(model).to(memory_format=t.channels_last)
    return model, batch.contiguous(memory_format=t.channels_last)


seconds = time_in_turns(
    {
        "torchvision's": (pretrained.eval(), batch),
        "yours": (my_resnet, batch),
        "yours, folded": (folded, batch),
        "yours, channels_last": channels_last(my_resnet),
        "yours, both": channels_last(folded),
    }
)


def compared(name: str, other: str) -> str:
    """Say how many times as long one network takes as the other:
    in the middle round, and in the middle half of them.
    """
    ratios = [one / two for one, two in zip(seconds[name], seconds[other], strict=True)]
    low, median, high = statistics.quantiles(ratios, n=4)
    words = "now faster, now slower"
    if abs(median - 1) < 0.02:
        words = "as fast"
    elif high < 1 or low > 1:
        words = "mostly faster" if high < 1 else "mostly slower"
    return f"{median:.2f} ({low:.2f}–{high:.2f}), {words}"


pairs = [(name, "torchvision's") for name in list(seconds)[1:]]
pairs += [  # in each of these only one thing changes
    ("yours, folded", "yours"),
    ("yours, both", "yours, channels_last"),
    ("yours, channels_last", "yours"),
    ("yours, both", "yours, folded"),
]
for name, other in pairs:
    print(f"{name} / {other}:\n    {compared(name, other)}")

# %% [markdown]
# **What to notice.** These are the numbers of *your* computer (in the web book, of the one that made it), and another
# run will give others. Each line has the median of the rounds, and in brackets the two numbers between which the middle
# half of the rounds lies. If those two numbers lie on different sides of 1, not even the rounds of one run agree on
# which is faster.

# %% [markdown]
# Your unfolded network makes the same calls as torchvision's, so it should be *as fast*, to two hundredths. If that
# line says something else, believe none of the others today. In our runs, the folded one in channels_last took between
# three quarters and nine tenths of that, and more of the gain came from channels_last than from folding. The last four
# pairs are how to find out: in each of them *only one thing* changes.
#
# What would you expect of folding? A batch norm has next to no arithmetic, but it reads and writes the whole map once
# more. So folding pays where memory is the bottleneck, as it often is on graphics cards. And it's for inference only,
# when the trained network is used. In training the statistics change with every batch, and the two must stay apart.

# %% [markdown]
# ## What you have now
#
# Five networks in one class, exchangeable with torchvision's, and reasons for what they look like: small kernels
# stacked, a narrow middle, the same price for every block, and a skip that costs as little as possible. Next comes [the
# question behind all of it](../04_why_residuals/04_why_residuals.ipynb): *why* do the skips make depth work? You'll
# train networks with them and without, and watch.

# %% [markdown]
# ### Can you still say why?
#
# Answer each question aloud, and then open it.
#
# <details><summary>Why is bn3's γ, and not conv3's weight, the right thing to start at 0?</summary>
#
# Either makes the branch 0 at first. With γ at 0, conv3 keeps its random directions, and they're there at once when γ
# moves. With conv3 at 0 the batch norm divides 0 by √ε, and would magnify the first tiny step about 300 times.
#
# </details>
#
# <details><summary>ResNet50 has 16 layers more than ResNet34. Why so few more parameters?</summary>
#
# Its 3×3 convolutions are as wide as ResNet34's, but each block has one where ResNet34's has two. In place of the
# second it has two 1×1 convolutions, to four times the channels and back. Together they have 8/9 of its weights, 2 · 4
# against 9. ResNet50's extra parameters are in the projections and the last layer, which see four times as many
# channels.
#
# </details>
#
# <details><summary>Why may you fold a batch norm into its convolution in eval mode, and not in training?</summary>
#
# In eval mode it multiplies each channel by a fixed number and adds one, and a convolution can do that itself. In
# training both numbers depend on the batch.
#
# </details>
