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
# # 4 · Why residuals?
#
# You've built a residual network, and the plus sign in it was one small line of code. In this notebook you take the
# plus sign *away*, and see what breaks. Then you look for the reason, rule out the two that everybody thinks of first,
# and at the end train a small residual network that knows a shirt from a coat.

# %% [markdown]
# | | you build | time |
# |---|---|---|
# | 1 | **ThinBlock**: one block, with and without its skip | 10–15 min |
# | 2 | a first training, with a `Learner` | 10 min |
# | 3 | the experiment: three depths, plain and residual | 5 min, and 1–5 of training |
# | 4 | `activation_stats`: is the signal alive? | 20–25 min |
# | 5 | answers, and `gradient_growth`: what it is not, and what it is | 25–35 min |
# | 6 | **PooledBlock**, for a better network, and what its head costs | 15–25 min |
# | 7 | `multiply_adds`: what does it cost? | 20–30 min |
# | 8 | training a good one | 10 min, and 5–15 of training |

# %% [markdown]
# Everything runs on two cores of an ordinary processor. Whatever takes longer than a few seconds has a bar, and can be
# interrupted (the ■ in the toolbar). Run its cell again, and it picks up where it stopped: the experiment at the
# network it was training, a training at its epoch. In some cells you'll meet `training.quick()`. It's False for you,
# and True where only a program runs the notebook, as a grading program does: then each training is cut short. Is your
# computer slow? Put `%env COURSE_QUICK=1` into a cell of your own here, and it's cut short for you, too. Then
# everything runs, but the figures show little.
#
# What you need is notebook 2: a residual block, and what a hook is. Whatever comes from notebook 3 is said again.

# %%
# {{first cell}}

# %%
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import NamedTuple

import pandas as pd
import torch as t
from IPython.display import Code
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from course_utils import drawings, tests, training, utils
from course_utils.data.fashion_mnist import load_fashion_mnist

# %% [markdown]
# ## The puzzle
#
# In 2015 Kaiming He and his colleagues trained two networks on CIFAR-10 (60,000 small colour photos in ten classes)
# that differed in nothing but depth, one with 20 layers and one with 56. The deeper one was worse. That alone wouldn't
# be strange: a larger network can fit its training images *too* well, and then do badly on new ones. But look at which
# error they plot in Figure 1 of [the paper](https://arxiv.org/abs/1512.03385): **the deeper network was worse on the
# very images that it was trained on.**
#
# That shouldn't happen. Take the 20-layer network as it is, and put 36 more layers after it that pass their input
# through unchanged. Now you have a 56-layer network that's exactly as good. So good weights *exist*; training doesn't
# find them. The authors called it the **degradation problem**.

# %% [markdown]
# They weren't alone. In May 2015 Rupesh Srivastava, Klaus Greff and Jürgen Schmidhuber had already run into the same
# wall, and found a way past it: [highway networks](https://arxiv.org/abs/1505.00387), in which each layer learns
# *gates* that say how much of its input to let through. In December Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian
# Sun left the gates out: all of the input goes through, always. A few months later they put gates back onto the skip,
# to see what gates are worth ([He et al. 2016](https://arxiv.org/abs/1603.05027)). A gate could have learned to stay
# open, and still the gated network trained *worse* than the one with the bare plus sign. That's the puzzle once more:
# what a network could do isn't what training finds.

# %% [markdown]
# What they did was to make "pass your input through" easy. You've met the argument in notebook 2: let H(x) be what a
# pair of layers should compute. The block adds x by itself, so its weights only have to produce the rest, **F(x) = H(x)
# − x**, and F = 0 will do if the best thing to do is nothing.
#
# How does a block get to F = 0? Small weights in its convolutions won't do it, because the batch norm after them
# divides their scale out again. But the *last* batch norm multiplies by its own weight γ. The block only has to turn
# that γ (and its bias) down to 0, and weight decay, which shrinks every weight a little at each step, pulls γ that way
# anyway. (Notebook 3 even starts it at 0.)

# %% [markdown]
# Look at the two lines to each star, from 20 layers and from 56: which one is shorter? It's a picture to think with,
# not a measurement. On paper the plain network could copy the shallow one too, but what's drawn is what training *gets
# to*.

# %%
drawings.function_classes()

# %% [markdown]
# It's a claim about training, so let's train.

# %% [markdown]
# ## The data
#
# CIFAR-10 takes a graphics card, or patience. **Fashion-MNIST** ([Xiao et al. 2017](https://arxiv.org/abs/1708.07747))
# takes neither: 60,000 grey images of clothes with 28×28 pixels, in ten classes, and 10,000 more for testing. It's
# downloaded once (30 MB), unless it's on this computer already.

# %%
data = load_fashion_mnist()
n_train, n_test = len(data.train_images), len(data.test_images)
print(f"{n_train:,} images to train on, {n_test:,} to test on")

one_of_each = [(data.train_labels == label).nonzero()[0].item() for label in range(10)]
utils.show_images(data.train_images[one_of_each], data.classes)

# %% [markdown]
# ## 1. ThinBlock
#
# > **Difficulty** ●●○○○ · **Importance** ●●●●○ · 10–15 minutes
#
# Write `ThinBlock(in_feats, out_feats, stride=1, residual=True)`. It's a block of two convolutions whose skip can be
# switched off.
#
# Why a switch? An experiment should change one thing at a time, so both kinds of network get the same block:
#
# - **left branch**: 3×3 convolution (with the stride, without bias), batch norm, ReLU, 3×3 convolution (without
#   bias), batch norm;
# - **only if `residual`**: add the input;
# - ReLU.
#
# Where the shape changes, x doesn't fit, and a projection would give the residual network additional parameters. That
# would be a second difference. The paper's *option A* has none: take every `stride`-th pixel of x in both directions,
# and append channels of zeros. (Notebook 3 builds it, too.) The number of channels never shrinks here.
#
# Build the block from layers: the finished ones of torchvision and of `course_utils.training` are off limits, because
# what's in it is what we're about to measure.
#
# {{hints ThinBlock}}


# %% nbgrader={"grade": false, "grade_id": "ThinBlock", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ThinBlock(nn.Module):
    def __init__(
        self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True
    ) -> None:
        """Make conv (3×3, with the stride), bn, relu,
        conv (3×3), bn; no convolution has a bias.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.left = nn.Sequential(
            nn.Conv2d(
                in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False
            ),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Add the shortcut (every stride-th pixel of x, zeros
        for new channels) only if residual; then apply ReLU.
        """
        ### BEGIN SOLUTION
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + functional.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_thin_block", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_thin_block(ThinBlock)
### BEGIN HIDDEN TESTS
tests.test_thin_block(ThinBlock, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# `training.thin_resnet` stacks your blocks as the paper does for CIFAR-10, only thinner: one convolution, then three
# groups of n blocks with 8, 16 and 32 channels, the map halved between the groups, the mean of each map, and a linear
# layer. It gives ten **logits**: a score for each class, which can be any number, and which softmax turns into
# probabilities. Each block has two layers, so the depth is **6n + 2**.

# %%
for depth in (8, 20, 56):
    counts = {}
    for kind in ("plain", "residual"):
        network = training.thin_resnet(depth, kind == "residual", block=ThinBlock)
        counts[kind] = sum(p.numel() for p in network.parameters())
    print(f"depth {depth:2}: {counts}")

# %% [markdown]
# **Look again.** Plain and residual networks of one depth have exactly the same parameters, with the same shapes.
# The plus sign costs nothing to learn.

# %% [markdown]
# ## 2. A first training
#
# Training loops look alike: take a batch, compute the loss, go backward, let the optimiser take a step. What differs is
# everything *around* it: what is measured, what is shown, what is kept. So the course's `Learner` does the loop, and
# nothing else; at certain moments it tells a list of **callbacks** where it is. This is all of it:

# %%
Code(inspect.getsource(training.Learner), language="python")

# %% [markdown]
# A callback is a class with one of those methods. The course has some ready: `Metrics` fills `learner.history`,
# `Progress` shows the bar and the curves, `OneCycle` changes the learning rate (up to a maximum and down again, once in
# the whole training), `Checkpoint` keeps the state in a file, `Device` moves everything to a graphics card if there is
# one; `StepSizes` and `ActivationStatistics` watch the layers. A new one takes a few lines. Here is
# one that watches for how many images the network is *sure*:


# %%
class Sureness(training.Callback):
    """Tells after each epoch for how many of the
    validation images one class gets more than 90 %.
    """

    def epoch_started(self, learner: training.Learner) -> None:
        """Start counting anew."""
        self.sure = self.images = 0

    def batch_done(self, learner: training.Learner) -> None:
        """Count, in validation only."""
        if not learner.training:
            highest = learner.outputs.softmax(dim=1).max(dim=1).values
            self.sure += (highest > 0.9).sum().item()
            self.images += len(learner.targets)

    def epoch_done(self, learner: training.Learner) -> None:
        """Say what was counted."""
        share = self.sure / self.images
        print(f"epoch {learner.epoch}: sure of {share:.0%} of the validation images")


# %% [markdown]
# The optimiser below is SGD with two additions that nearly every ResNet is trained with. **Momentum**: a step follows a
# running sum of the gradients, in which each counts a little less than the one after it. What single batches disagree
# about cancels out there, and what they agree on adds up. Unless it's told otherwise, `OneCycle` moves the momentum
# too: down while the learning rate goes up, and then up again. **Weight decay** you know from above.

# %%
t.manual_seed(0)
# Maps as small as these are not worth sharing out:
# two threads spend their time waiting for each other.
t.set_num_threads(1)

n_images = 600 if training.quick() else 6_000
# Halved, to 14×14 pixels.
small = functional.avg_pool2d(data.train_images[:n_images].float(), 2).round().byte()
small_test = (
    functional.avg_pool2d(data.test_images[:n_images].float(), 2).round().byte()
)
train = training.Batches(small, data.train_labels[:n_images], 128, shuffle=True)
valid = training.Batches(small_test, data.test_labels[:n_images], 500)

model = training.thin_resnet(8, residual=True, block=ThinBlock)
learner = training.Learner(
    model,
    train,
    valid,
    optimizer=t.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4),
    callbacks=[
        training.Metrics(),
        training.OneCycle(max_lr=0.1),
        Sureness(),
        training.Progress(),
    ],
)
learner.fit(3)
pd.DataFrame(learner.history).round(3)

# %% [markdown]
# **Look at that:** your block learns! Three epochs on 6,000 tiny images, and the network is right on 78 % of images
# that it hasn't seen. And how sure is it? After the first epoch it gave one class more than 90 % on 44 % of them,
# although it was right on 36 % only. To be sure isn't to be right.
#
# Did you see that in the second epoch it does *better* in validation than in training? The training number is an
# average over the whole epoch, and most of its batches came before the last steps. The validation number is taken at
# the epoch's end. After the first epoch the order was the other way round. The steps are nearly at their largest then,
# so any single moment can be lucky or unlucky. On another computer your numbers will differ: its rounding is enough for
# that.
#
# `learner.fit(3)` means *train until three epochs are done*. Run the line again, and nothing happens; `fit(5)` would
# add two.

# %% [markdown]
# ## 3. The experiment
#
# Three depths, with and without the skip, five epochs each: six networks, 6,000 images of 14×14 pixels, and everything
# else equal, down to the order of the images and the **initial weights**, those before any training. The bar says how
# long it takes. Want to be surer than one seed can make you? Add others to `seeds`.
#
# **Predict first:** where will the training loss of each network end? A fresh network is about as good as guessing, and
# guessing among ten classes costs 2.3 (ln 10). Write your six numbers below, and they'll be crosses in the picture. A
# `None` draws no cross.

# %%
my_guess = {
    "plain-8": None,
    "plain-20": None,
    "plain-56": None,
    "residual-8": None,
    "residual-20": None,
    "residual-56": None,
}

# %%
results = training.run_degradation(
    data,
    depths=(8, 20) if training.quick() else (8, 20, 56),
    seeds=(0,),
    images=600 if training.quick() else 6_000,
    epochs=1 if training.quick() else 5,
    block=ThinBlock,
    guess=my_guess,
    path=utils.own_file("degradation.json"),
)

# %%
training.degradation_table(results).round(2)

# %% [markdown]
# **What to notice.** How far off were you? Look at the *training* loss first: the plain network gets **worse** with
# depth, on the very images that it's trained on, and at 56 layers it hardly learns at all. The *test* loss, on 2,000
# images that it has never seen, tells the same story. The residual network gains from 8 to 20 layers, and loses some of
# that gain again at 56. The plain one loses at each step, and at 56 it falls apart. That's harsher than in the paper:
# the paper's deep plain networks do train, they only end up worse than its shallow ones. From 8 to 20 layers you see
# this milder kind.
#
# Is that chance? Here's what the course's own run with three seeds gave, on another day. Every line is one network.

# %%
three_seeds = training.read_results(training.RESULTS / "degradation.json")
training.plot_degradation(three_seeds)
training.degradation_table(three_seeds).round(2)

# %% [markdown]
# **Surprised?** No two seeds agree on how badly the deep plain network does. All agree that it does badly: its loss is
# above that of plain-20 by more than 0.5 each time, while residual-56 stays below plain-20.
#
# Seed 0 is there again, with 1.92, where the run above it ended at 2.09. How can one seed, with the same settings, end
# in two places? Rounding is enough, because a deep plain network makes the smallest difference larger at every step. We
# tried it: when each block's initial weights are larger by two parts in ten million, seed 0 ends at 1.18.
#
# Deeper is better only up to a point. In training, residual-20 beats residual-8 with every seed, but residual-56 ends a
# little above residual-20: by less than 0.1, and every time. On images this small, in five epochs, 36 more layers have
# nothing to add, and they do cost something. Where there's more to learn, depth pays: on ImageNet the paper's plain
# networks err on 27.9 % of the images with 18 layers and on 28.5 % with 34, its residual ones on 27.9 % and on
# **25.0 %** (table 2).

# %% [markdown]
# ### Would patience help? Or smaller steps?
#
# Five epochs are few. Perhaps the deep plain network only starts slowly? Or perhaps the steps are too large for it?
# Everybody asks that, so we've measured both: the same networks with four times as many epochs, and then the plain ones
# once more, also for twenty epochs, with a tenth of the learning rate. All these runs have a warm-up, because
# `OneCycle` begins at a 25th of its maximum and takes nearly a third of the training to get there.
#
# **Predict first:** which of the two helps plain-56 more? And does either bring it down to plain-20?

# %%
patient = training.read_results(training.RESULTS / "twenty_epochs.json")
gentle = training.read_results(training.RESULTS / "tenth_of_the_rate.json")
training.plot_degradation(patient)
tables = {
    rate: training.degradation_table(one for one in found if one.run.seed == 0)
    for rate, found in {"up to 0.1": patient, "up to 0.01": gentle}.items()
}
pd.concat(tables, names=["learning rate"]).round(2)

# %% [markdown]
# **What to notice.** *Patience* helps all the others. After twenty epochs plain-20 has come down to 0.20, and both
# residual networks to 0.03: with that much time, residual-56 catches up with residual-20. But they begin to memorise
# their images, so their *test* loss is worse again.
#
# Plain-56 is a gamble, and the picture shows it with three seeds. Seed 0 ends at 1.94, no better than the 1.92 it had
# after five. (It's a new training and not the old one continued: with twenty epochs the learning rate rises and falls
# four times as slowly.) Seed 1 goes from 1.11 to 1.02, and seed 2 from 2.08 to 1.14. So patience can help it, but none
# of the three comes near plain-20's 0.20.

# %% [markdown]
# *Smaller steps* help plain-56 more than patience: in twenty gentle epochs it gets down to 0.69. That's one seed, but
# even the luckiest of the three patient ones only got to 1.02. So the size of the steps is a clue, and section 4
# follows it up. But small steps are no cure. Plain-20 gets down to 0.16 with the same small steps, so the deeper
# network is still far worse. With the skip, 56 layers can take steps ten times as large, and learn more from them.

# %% [markdown]
# ## 4. Is the signal alive?
#
# > **Difficulty** ●●●○○ · **Importance** ●●●○○ · 15–20 minutes
#
# Write `activation_stats(layers)`, a context manager: inside its with-block it keeps three numbers of each output of
# these layers. You need it to settle a question.
#
# Now you turn detective. This section and the next are the hardest of the notebook, and you needn't carry it all in
# your head: we take one suspect at a time, and each gets a picture. It's a good place for a break, too.
#
# The classic suspect is the **vanishing gradient**. On its way back through dozens of layers the gradient is multiplied
# again and again, and if each factor is a little below 1, nothing arrives at the first layers. Its twin is the
# vanishing *activation*, on the way forward. Both were real problems of deep networks in the nineties. Are they the
# problem here? Don't guess: measure.

# %% [markdown]
# `activation_stats` is the instrument for the way forward. You know the tools from the hooks of notebook 2: it hangs
# a forward hook on each of the layers, and takes all of them away at the end, whatever happens in between. For each
# call **in training mode** (so that validation doesn't mix in) the hook notes three numbers of the layer's output.
#
# Each hook has to know which layer it's on, so make it in a function of its own. If you make the hooks in a loop alone,
# they all get the last name, because a function looks its variables up when it's *called*:
#
# ```python
# hooks = [lambda: name for name in ("first", "second")]
# [hook() for hook in hooks]  # ["second", "second"]: both look name up now, after the loop has ended
#
# def make(name):
#     return lambda: name  # each call of make has a name of its own
#
# hooks = [make(name) for name in ("first", "second")]
# [hook() for hook in hooks]  # ["first", "second"]
# ```


# %%
class Stats(NamedTuple):
    mean: float
    std: float
    zeros: float  # the share of values that are exactly 0


# %% [markdown]
# {{hints activation_stats}}


# %% nbgrader={"grade": false, "grade_id": "activation_stats", "locked": false, "schema_version": 3, "solution": true, "task": false}
@contextmanager
def activation_stats(
    layers: Mapping[str, nn.Module],
) -> Iterator[dict[str, list[Stats]]]:
    """Yield a dict with a list for each of the layers; inside the with-block
    each call of a layer in training mode appends the Stats of its output to the
    layer's list, as plain floats. No hook is left behind, whatever happens.
    """
    ### BEGIN SOLUTION
    stats: dict[str, list[Stats]] = {name: [] for name in layers}

    def hook_for(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            if module.training:
                values = output.detach()
                zeros = (values == 0).float().mean()
                stats[name].append(
                    Stats(values.mean().item(), values.std().item(), zeros.item())
                )

        return hook

    handles = [
        layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()
    ]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_activation_stats", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_activation_stats(activation_stats)
### BEGIN HIDDEN TESTS
tests.test_activation_stats(activation_stats, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# For the backward pass the course has a callback. `training.StepSizes` notes at each step of the optimiser, for each
# block, the length of its convolutions' weights, ‖w‖, and that of their gradient, ‖∇w‖. Then it notes how far the step
# moves the weights (the *update*), as a share of their own length: 1 % means by a hundredth. And it notes how much of
# that *turns* the kernels, because a step that goes along a kernel only stretches it.
#
# `training.watch_first_epoch` trains a deep network with both instruments on it, yours and this one. It does so just as
# the experiment did, for the first of the five epochs. That's the one in which the plain network falls behind. *First
# batch* is a single batch. *End of epoch 1* is the median of the last ten, because any one of them may be lucky.

# %%
watched = {}
for kind in ("plain", "residual"):
    watched[kind] = training.watch_first_epoch(
        training.Batches(small, data.train_labels[:n_images], 128, shuffle=True),
        residual=kind == "residual",
        depth=14 if training.quick() else 56,
        block=ThinBlock,
        activation_stats=activation_stats,
    )

# %% [markdown]
# Here's a story in three lines, as three predictions. Each line gets two pictures.
#
# 1. **The gradients explode.** At the first batch those in front are hundreds of times larger than those at the back.
# 2. **So the weights in front become long.** Giant first steps stretch them.
# 3. **So the front stops learning.** The gradients there look as if they'd vanished, and later steps hardly turn the
#    weights any more.
#
# **Predict first:** which of the three will the pictures bear out? And what will the residual network do at each of
# them?
#
# **Line 1: do the gradients explode?** A is the signal on its way forward, B the gradient on its way back.

# %%
training.plot_first_epoch(watched, "AB")

# %% [markdown]
# **What to notice.** *A, forward.* Nothing vanishes in either network, because batch norm keeps the signal's size. The
# residual one even grows, since each block adds to what's there.
#
# *B, backward, first batch* (dotted). Line 1 holds. Mind the scale, it's logarithmic. The plain network's gradients are
# hundreds of times **larger** in the first block than in the last. They explode; they don't vanish. In the residual
# network that factor is about four.
#
# *B, end of the epoch* (solid). The order is reversed: in the plain network's first block the gradients are several
# times *smaller* than in its last, and much smaller than the residual network's. Isn't that what vanishing looks
# like? It's a fair objection, and the next two pictures answer it.

# %% [markdown]
# **Line 2: do the weights become long?** A gradient says little without the weights that it belongs to. So C is the
# length of the weights, and D that length times the length of the gradient.

# %%
training.plot_first_epoch(watched, "CD")

# %% [markdown]
# **Look again.** *C, the weights.* Line 2 holds. The first steps have made the first block's weights fourteen times as
# **long**. This stretching changes nothing about what comes out, because the batch norm behind each convolution divides
# the scale out: the loss f of weights aw is that of w, f(aw) = f(w). Differentiate both sides with respect to w: a ·
# ∇f(aw) = ∇f(w). So weights of ten times the length get a tenth of the gradient.
#
# *D, both multiplied.* In ‖w‖·‖∇w‖ the scale cancels. At the end of the epoch this product is of the same order in the
# first block of the plain network, in the middle and in the last. What goes back arrives everywhere. The small
# gradients are the *trace of the explosion*, and not a signal that faded on its way.

# %% [markdown]
# **Line 3: does the front stop learning?** Look at the steps themselves. E is how far each one moves a block's weights,
# and F how much of that move turns them. Look first at where E and F differ: that's where a step stretches the weights
# without turning them.

# %%
training.plot_first_epoch(watched, "EF")

# %% [markdown]
# **Did you see it?** *The first step* (dotted) is the same in E and F. It moves the plain network's first block by half
# the length of its weights, and its last block by less than a thousandth.
#
# *At the end of the epoch* (solid) the two differ in the plain network's first block, and there the damage shows. In E
# the step looks healthy, but most of it is left-over momentum from the giant first steps. It points along the weights,
# so it makes them longer without changing what they compute. F has only the part that *turns* them. In the first block
# that part is ten times smaller than in the last, and more than thirty times smaller than in the residual network's
# first block. So line 3 holds.
#
# Here are B to F as numbers, for the first block and for the last.

# %%
training.first_epoch_table(watched)

# %% [markdown]
# **Look back.** All three lines hold. So the front of the plain network hardly learns any more, and it looks as if
# that's because the first steps threw the weights so far out. Such a reason would fit what you saw in section 3: with
# smaller steps the deep plain network does better.
#
# But so far we've seen two things together. Does one *cause* the other?

# %% [markdown]
# ### Is it the first steps?
#
# How would you find out? Keep the first steps small, and change nothing else. This callback does it: in the first 20
# steps it shortens each gradient that would move a layer's weights by more than a hundredth of their length.

# %%
Code(inspect.getsource(training.SmallFirstSteps), language="python")

# %% [markdown]
# **Predict first:** if the story is right, where should plain-56 end with this callback? Near residual-56, or near
# plain-56?
#
# The steps below are made here and now. The losses are the course's own: five epochs, three seeds each, about twenty
# seconds of one core for each of them. In the row *all steps small* the callback never stops.

# %%
steps = training.watch_first_steps(
    training.Batches(small, data.train_labels[:n_images], 128, shuffle=True),
    depth=14 if training.quick() else 56,
    block=ThinBlock,
)
small_first = training.read_results(training.RESULTS / "small_first_steps.json")
small_all = training.read_results(training.RESULTS / "small_steps.json")
training.plot_first_steps(
    steps,
    {
        "plain": [one for one in three_seeds if one.run.name == "plain-56"],
        "plain, first steps small": small_first,
        "plain, all steps small": small_all,
        "residual": [one for one in three_seeds if one.run.name == "residual-56"],
    },
)

# %% [markdown]
# **What to notice.** The control works. In the first 20 batches it keeps block 1's steps between 1.0 and 3.2 % of the
# weights' length. That's where the residual network has them (0.7 to 2.9 %), while plain-56 begins at 52 %.
#
# Why 3.2 %, if each gradient is held to 1 %? Because momentum adds the earlier gradients to each step. They were cut
# for the learning rate of their own batch, and the rate has risen since. We checked: without momentum each of the 20
# steps is 1.0 %.
#
# And look at the batches after 30. Nothing cuts the gradients any more, the learning rate is still rising, and for a
# while the steps grow to about twice the residual network's.

# %% [markdown]
# And the small steps don't cure the network. With small first steps plain-56 ends at 1.74, 2.03 and 1.13; without them,
# at 1.92, 1.11 and 2.08. One seed does a little better, one much better, one much worse: it's the same gamble as
# before. Do the steps after the cut spoil it? With *all* steps small it ends at 1.93, 1.38 and 1.18. Seeds so far apart
# can't exclude a small gain. But a cure would look like the residual network, at 0.37 to 0.44.
#
# So a story that fitted all that we had seen is wrong, or at most a small part of the truth. That happens to everyone
# who measures, and it's why one measures. We tried one limit, a hundredth. A smaller one might do more: a tenth of the
# learning rate did.

# %% [markdown]
# ## 5. What it is not, and what it is
#
# Write `why_answers()`. It returns your answers to five questions, in a dict.
#
# One story has failed, and that's progress: you know more than you did. Now comes the heart of the notebook, in small
# steps, and the questions collect what you have already. The first four are about the argument, so look back at what
# you measured. The last one is worked out on paper; begin with three blocks.
#
# 1. `"overfitting"`: plain-56 is worse than plain-20 on the *test* images too, as the tables in section 3 show. Which
#    one observation rules overfitting out as the reason?
#    - **a** its loss on the *test* images, which is higher
#    - **b** its loss on the *training* images, which is higher as well
#    - **c** the number of its parameters, which is larger
# 2. `"could_copy"`: how could plain-56 be at least as good on the training images as plain-20?
#    - **a** by memorising them with its additional parameters
#    - **b** by being trained longer
#    - **c** by copying plain-20 and letting every additional layer pass its input through

# %% [markdown]
# 3. `"gradients"`: which of these speak *against* vanishing gradients as the reason? (one or more: a set)
#    - **a** at the very first batch the gradients in the first blocks are larger than those in the last ones, not
#      smaller
#    - **b** at the end of the epoch ‖w‖·‖∇w‖, in which the scale of the weights cancels, is about as large in the first
#      block as in the last
#    - **c** the loss of plain-56 falls, if only a little
#    - **d** ReLU is flat below zero
# 4. `"residual"`: a block is to compute H(x), and its skip adds x. What is left for its layers to learn?
#    - **a** F(x) = H(x) + x
#    - **b** F(x) = x − H(x)
#    - **c** F(x) = H(x) − x
#    - **d** F(x) = H(x) / x
# 5. `"growth"`: on its way back the gradient of a residual network grows a little at each block, and you'll soon see
#    why. Say that block l makes its squared length grow by a factor of 1 + 1/l. By what factor do 27 blocks make it
#    grow? (a number)


# %% nbgrader={"grade": false, "grade_id": "why_answers", "locked": false, "schema_version": 3, "solution": true, "task": false}
def why_answers() -> dict[str, str | set[str] | int]:
    """Return your answers: {"overfitting": …, "could_copy": …, and so on}."""
    ### BEGIN SOLUTION
    return {
        "overfitting": "b",
        "could_copy": "c",
        "gradients": {"a", "b"},
        "residual": "c",
        "growth": 28,  # 2/1 · 3/2 · 4/3 · … · 28/27
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_why_answers", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_why_answers(why_answers)
### BEGIN HIDDEN TESTS
tests.test_why_answers(why_answers, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **So what is it?** An *optimisation* problem: the good weights exist, and gradient descent doesn't get to them. The
# paper argues that vanishing gradients are unlikely to be the reason, because batch norm keeps the variance of the
# signals from being zero, and because the norms of the gradients are "healthy". Beyond that it only conjectures that
# such networks converge exponentially slowly. The gradients that you've measured aren't healthy: their length is 307 in
# the first block and 0.7 in the last. But your network isn't theirs: it's thinner, and you've measured it at its very
# first batch. So your figures don't prove the authors wrong. They're a reason to measure your own.

# %% [markdown]
# So what does the skip change? Start with one line of calculus. For y = x + F(x),
#
# $$ \frac{\partial y}{\partial x} = I + \frac{\partial F}{\partial x}. $$
#
# Follow the gradient from y back to x, on the left and on the right:

# %%
drawings.gradients()

# %% [markdown]
# So there's a way around F, though not quite a free one here: a ReLU follows the sum, and its mask of zeros and ones
# multiplies both ways. And an added I alone doesn't cure an explosion, because adding takes nothing away from what F
# does.

# %% [markdown]
# What could? The batch norm in the branch. Let's call the running sum on the skip the **stream**: it's x, plus all that
# the blocks so far have added. At the start of training these additions are as good as random.
#
# **Predict first:** 16 blocks each add random numbers of the same size. How large is the stream then: 16 times as large
# as after the first, or less?

# %%
drawings.growth_steps()

# %% [markdown]
# Go through it step by step. Each one follows from the one before.
#
# 1. **Each block adds about the same,** because the batch norm in its branch sets the size of what comes out.
# 2. **So the stream grows like a root.** For random additions it's the variances that add up, so the standard deviation
#    behind block $l$ is $\propto \sqrt{l}$. Sixteen blocks make it four times as large. (Picture A shows it growing.)
# 3. **So each branch counts for less than the one before.** Make the stream four times as large, and a branch with a
#    batch norm in it still gives the same. So its derivative is four times smaller. What comes back *through* block
#    $l$, beside what comes back *past* it, is $\propto 1/\sqrt{l}$ ([De & Smith
#    2020](https://arxiv.org/abs/2002.10444)).
# 4. **So the growth dies away.** The two parts are nearly at right angles, so by Pythagoras the squares of their
#    lengths add up. Block $l$ multiplies the squared length by $1 + c/l$, with some number $c$.

# %% [markdown]
# **And the plain network?** It has no way past a block. So there's no stream that grows, and no branch that counts for
# less and less. Every block multiplies the squared length by about the same number. Let's call that number $p$.
#
# **Predict first:** take 2 for $c$ and for $p$. Over 27 blocks, how far apart will the two products be?

# %% [markdown]
# The residual factors are $1 + 2/l = (l+2)/l$, and each plain one is 2:
#
# $$
# \begin{aligned}
# \text{residual:} \quad & \textstyle\frac{3}{1} \cdot \frac{4}{2} \cdot \frac{5}{3} \cdots \frac{29}{27} = 406 \\
# \text{plain:} \quad & 2 \cdot 2 \cdots 2 = 2^{27}
# \end{aligned}
# $$
#
# That's 406 against 134 million. With $c = 1$ the first one is your 28 of question 5.
#
# For $L$ blocks the residual product is $\propto L^c$: a **power** of the depth. The plain one is $p^L$:
# **exponential**. That's the whole difference, and the 2 is only our example. Your networks will have a $c$ and a $p$
# of their own.
#
# <details><summary>Where does the power come from?</summary>
#
# For $c = 2$ nearly all cancels: each number above the line stands below the line two places later. What's left is
# $(L+1)(L+2)/2$, and 28 · 29/2 is the 406. For any $c$ the logarithm of the product is about $c$ times the sum of all
# $1/l$, and that sum grows like $\log L$.
#
# </details>

# %% [markdown]
# ### 5a. Does your network do it?
#
# > **Difficulty** ●●●○○ · **Importance** ●●●●● · 15–20 minutes
#
# Write `gradient_growth(stem, blocks, head, images, labels)`. It returns, for each block, by what factor the block
# multiplies the squared length of the loss's gradient, on the way back from its output to its input.
#
# So far the four steps are only on paper. Can picture B confirm them? No: B shows the gradients of the *weights*, and
# the steps speak about the gradient at each block's *input*. Nobody has measured that for you, so it's your instrument
# that decides. It'll be about six lines, and you've met each of their ideas before. You can do this.

# %% [markdown]
# How? `loss.backward()` would fill the `.grad` of the weights, and keep nothing of what lies between. For that there's
# `t.autograd.grad`. It takes a list of tensors that the loss was worked out from, gives the gradient for each of them
# in the same order, and touches no `.grad`:
#
# ```python
# x = t.tensor([1.0, 2.0], requires_grad=True)
# y = 3 * x
# loss = y.sum()
# t.autograd.grad(loss, [x, y])  # (tensor([3., 3.]), tensor([1., 1.]))
# ```
#
# The squared length of the first is 9 + 9 = 18, that of the second 1 + 1 = 2. So the "block" that multiplies by 3 has
# the factor 18/2 = 9.
#
# The network comes in three parts. `stem(images)` is what the first block gets, each of the `blocks` takes what the one
# before it gives, and `head` makes the logits of the last one's output. The loss is the cross-entropy between these and
# the labels. A squared length is that of the *whole batch*: all squares of its numbers, added up. Give plain floats,
# the first block's factor first, and leave the network as it was: its weights, their `.grad`, its mode.
#
# {{hints gradient_growth}}


# %% nbgrader={"grade": false, "grade_id": "gradient_growth", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_growth(
    stem: nn.Module,
    blocks: nn.Sequential,
    head: nn.Module,
    images: Float[Tensor, "batch 1 height width"],
    labels: Int[Tensor, " batch"],
) -> list[float]:
    """Return for each block the squared length of the loss's gradient
    at its input, over that at its output.
    """
    ### BEGIN SOLUTION
    stream = [stem(images)]
    for block in blocks:
        stream.append(block(stream[-1]))
    loss = functional.cross_entropy(head(stream[-1]), labels)
    squares = [g.square().sum().item() for g in t.autograd.grad(loss, stream)]
    # What comes in at the front of a block is what the one before it gives.
    return [front / back for front, back in pairwise(squares)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_gradient_growth", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_gradient_growth(gradient_growth)
### BEGIN HIDDEN TESTS
tests.test_gradient_growth(gradient_growth, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# Now measure with it, in the networks of section 3 at their first batch. `training.measure_growth` makes each of them
# anew, takes it apart, calls your function, and puts your factors into a table.
#
# **Predict first:** which network's factor will depend on the block? And might a residual block even *shrink* the
# gradient? (Think of how option A makes its new channels.)

# %%
kinds = {
    "plain": functools.partial(training.thin_resnet, residual=False, block=ThinBlock),
    "residual": functools.partial(training.thin_resnet, block=ThinBlock),
}


def growth_of(kinds: dict, depth: int) -> pd.DataFrame:
    """Measure the growth in networks of each kind, of so many layers."""
    networks = {kind: functools.partial(make, depth) for kind, make in kinds.items()}
    labels = data.train_labels[:n_images]
    return training.measure_growth(gradient_growth, networks, small, labels)


growth = growth_of(kinds, depth=14 if training.quick() else 56)
training.plot_growth(growth)

# %% [markdown]
# **What to notice.** Does your function agree with the four steps? Each mark is the geometric mean of three seeds, and
# its line goes from the lowest to the highest.
#
# *Residual.* The triangles come down along $1 + c/l$: the first block multiplies by about 4, the last ones by about 1.
# *Except* where a group begins. There the factor is below 1, because about half of the gradient belongs to the new
# channels. The skip has only put zeros into those, so their half ends there.
#
# *Plain.* The dots scatter, and come down a little: from 2.1 on average in the first nine blocks to 1.6 in the last
# nine. But they stay well above 1 to the end.
#
# *Multiplied.* On its way from the end to the first block the squared length gets 710 to 1,100 times as large in the
# residual network, and seven to eighteen *million* times in the plain one. In length that's 27 to 33 times, and 2,600
# to 4,200 times. So the four steps hold, and it's your own function that says so.

# %% [markdown]
# **And where does the plain network's explosion come from?** From the division that keeps its signal alive. Look at a
# ReLU between two batch norms. We may leave the convolution out: with random weights it stretches what goes forward and
# what comes back by the same factor. What goes in has variance 1, because the first batch norm has just seen to that.
# Suppose it's normally distributed; then what comes out has variance ½ − 1/(2π) = 0.341. The second batch norm makes
# that 1 again, so it divides by √0.341.
#
# In the backward pass the mask of the ReLU leaves half of the gradient's squared length, and the division multiplies it
# by 1/0.341. Together that's 0.5/0.341 = π/(π − 1), or **1.47** for each layer, and 2.15 for a block of two. Twenty
# wide layers with random weights do just that. Other initial weights don't help, because batch norm divides their scale
# out, too.

# %% [markdown]
# **So what are your c and your p?** We took 2 for both. You measured about 2.6 for $c$, the curve in the left picture,
# and about 1.8 for $p$. They needn't be equal, because they're two different things.
#
# - **p is what a whole plain block multiplies by.** On paper that's 2.15. Yours is less, because your layers are thin
#   and neighbouring pixels are alike, which the sum on paper leaves out. Multiply 27 times by 1.8: that's 7.8 million,
#   and your plain networks have seven to eighteen.
# - **c is a ratio:** what a branch multiplies by when the stream has variance 1, over the variance that each block adds
#   to the stream. We looked into seed 0. The first is a little above 1, since a branch has only one ReLU between its
#   norms. The second is about ½ in the first group, since the ReLU behind each sum takes away some of what was added.
#   So a $c$ between 2 and 3 is no surprise. But take it as a measurement: the four steps leave out that this ReLU's mask
#   takes away some of the gradient as well, more in the first blocks than in the last.

# %% [markdown]
# **And your residual product?** With a $c$ of 2.6 it should be 1,675. You measured 710 to 1,100. Most of the difference
# comes from the two blocks where a group begins: the curve has 1.26 and 1.14 there, and your factors are below 1.

# %% [markdown]
# ### 5b. Is it the skip, or the norm?
#
# By the four steps it takes both: the skip, and a norm that makes each branch small beside the stream. So far that's an
# argument, and no experiment. So leave the skip, and take the norms away:
#
# - **no last norm**: the branch ends with its second convolution;
# - **no norm**: there's none in the branch at all. How much it adds depends on the weights alone, and those that torch
#   gives to a new convolution make the signal smaller;
# - **no norm, He's weights**: larger ones, those of notebook 1, with which a signal neither fades nor explodes;
# - **no norm, α = 0**: the branch is multiplied by a number α that's learned, and starts at 0. That's *SkipInit*, what
#   De & Smith propose in place of a norm.


# %%
class NoLastNorm(training.ThinBlock):
    """The course's own block, because its parts have known names."""

    def __init__(self, *sizes: int) -> None:
        super().__init__(*sizes)
        self.norm2 = nn.Identity()


class NoNorm(NoLastNorm):
    def __init__(self, *sizes: int) -> None:
        super().__init__(*sizes)
        self.norm1 = nn.Identity()


class HesWeights(NoNorm):
    def __init__(self, *sizes: int) -> None:
        super().__init__(*sizes)
        for conv in (self.conv1, self.conv2):
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")


class Alpha(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.alpha = nn.Parameter(t.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        """Multiply by a number that's learned."""
        return self.alpha * x


class SkipInit(NoNorm):
    def __init__(self, *sizes: int) -> None:
        super().__init__(*sizes)
        self.norm2 = Alpha()


# %% [markdown]
# Your function measures them all, at three depths. Each number in the table is the product of all factors of a network.
# Of three seeds it's the middle one.
#
# **Predict first:** in which of these four will the gradient explode with the depth, as it does in the plain network?
# And what will α = 0 make of a block's factor?

# %%
without_norms = {
    "no last norm": NoLastNorm,
    "no norm": NoNorm,
    "no norm, He's weights": HesWeights,
    "no norm, α = 0": SkipInit,
}
for kind, block in without_norms.items():
    kinds[kind] = functools.partial(training.thin_resnet, block=block)

depths = (8, 14) if training.quick() else (20, 56, 110)
growths = {depth: growth_of(kinds, depth) for depth in depths}
pictured = growths[depths[1]]
training.plot_growth(pictured[["plain", "residual", "no norm, He's weights"]])
training.growth_totals(growths)

# %% [markdown]
# **What to notice.** *Does a skip alone do it?* Look at the square marks: He's weights, no norm. They lie among the
# plain network's dots, although every one of these blocks has a skip. So **a skip alone tames nothing**. Here a
# branch's output is as large as its input. So each sum about doubles the variance of the stream, and a branch never
# becomes small beside it.

# %% [markdown]
# *Which norm does it?* Without the last one, did you expect an explosion? There's none: with 56 layers the product is
# 11.3, where the residual network has 823. So the norm in the middle of the branch is enough. The stream may grow as it
# likes, and the branch still gives the same, which is all that step 3 needs. The growth is even smaller than with both
# norms, because torch's weights shrink what the branch gives.

# %% [markdown]
# *And with no norm at all?* With torch's own weights nothing explodes either: 0.169 with 20 layers, and 0.372 with 110.
# These weights are so small that the branch is small beside the stream from the start. But that's the weights' doing,
# and with larger ones it's lost, as the squares show. A norm doesn't depend on such luck: what the branch adds has the
# same size, however large the stream has become and whatever the weights are.
#
# <details><summary>Does the residual row grow like a power?</summary>
#
# With a $c$ of 2.6 three times as many blocks, 27 in place of 9, should make the product some 17 times as large. In the
# table it's eight to nine times. Twice as many again make it four to five times as large, where the power says six. So
# your network grows a little more slowly than its $c$ says. With so few blocks a power isn't all there is, and at the
# two beginnings of groups the factor is below 1.
#
# </details>
#
# <details><summary>And α = 0?</summary>
#
# At the start no block changes anything, so each multiplies by exactly 1, at any depth. The last one is the exception.
# There the gradient comes straight from the head, and meets its first ReLU, which lets nothing through where its input
# is 0. Three in four channels are 0 everywhere, because option A filled them with zeros. About half of the rest is 0,
# too. So ¼ · ½ is left, about 0.12.
#
# </details>

# %% [markdown]
# **So what tames the gradient?** The skip, **and** a branch that's small beside the stream. A batch norm in the branch
# gives you the second for free, in the middle as well as at its end; a small number does it, too. All this is the first
# batch. It doesn't show how well such networks *train*.
#
# You're through the hard part, well done! You've followed an argument in four steps, and tested it with an instrument
# of your own.
#
# <details><summary>Then how do people train deep networks without batch norm?</summary>
#
# A stream whose variance doubles at each sum has values 2²⁵ times as large after fifty blocks. So the branches have to
# *start small*. SkipInit's α does that. Fixup ([Zhang et al. 2019](https://arxiv.org/abs/1901.09321)) scales their
# initial weights down with the depth and sets the last ones to 0. NFNets ([Brock et al.
# 2021](https://arxiv.org/abs/2102.06171)) multiply each branch by a small number, and divide its input by the size that
# the stream should have there. All three train very deep networks.
#
# </details>

# %% [markdown]
# Three later findings help to picture the rest.
#
# - [Yang et al. (2019)](https://arxiv.org/abs/1902.08129) worked out what you've just measured: in a plain network with
#   batch norm the gradients *grow* exponentially on their way back, batch norm itself is the cause, and no other scale
#   of the initial weights helps. Skips do.
# - [Balduzzi et al. (2017)](https://arxiv.org/abs/1702.08591) looked at the *direction* of gradients. In a deep plain
#   network, two nearly equal inputs get gradients that have next to nothing to do with each other: the deeper, the more
#   they look like white noise. A step that helps one image says nothing about the next. Skips keep them related for
#   much longer.
# - [Li et al. (2018)](https://arxiv.org/abs/1712.09913) drew the loss around the weights that training finds. Around
#   those of a deep plain network it's a rugged mountain range; with skips it's a wide, smooth bowl.

# %% [markdown]
# ### 5c. Do two nearly equal images agree?
#
# The second finding takes you seconds to check. Take 64 images, and the same 64 with a little noise. For each pair,
# compare the gradients that come back to the images, by the cosine of the angle between them: 1 if they point the same
# way, 0 if they have nothing to do with each other.
#
# **Predict first:** at which depth will the plain network's cosine be down to 0? And the residual one's?


# %%
def gradient_likeness(
    model: nn.Module, images: Tensor, labels: Tensor, noise: Tensor
) -> float:
    """Return the cosine between the gradient of an image
    and that of the same image with noise: the mean of all.
    """
    gradients = []
    for given in (images, images + noise):
        x = given.clone().requires_grad_()
        (gradient,) = t.autograd.grad(functional.cross_entropy(model(x), labels), x)
        gradients.append(gradient.flatten(1))
    return functional.cosine_similarity(*gradients).mean().item()


likeness: dict[str, list[float]] = {}
for depth in (8, 14) if training.quick() else (8, 20, 56):
    for kind in ("plain", "residual"):
        for seed in range(3):
            t.manual_seed(seed)
            model = training.thin_resnet(depth, kind == "residual", block=ThinBlock)
            batches = training.Batches(
                small, data.train_labels[:n_images], 64, shuffle=True, seed=seed
            )
            images, labels = next(iter(batches))
            noise = 0.1 * t.randn_like(images)
            found = gradient_likeness(model, images, labels, noise)
            likeness.setdefault(f"{kind}-{depth}", []).append(found)

pair = images.flatten(1), (images + noise).flatten(1)
alike = functional.cosine_similarity(*pair).mean().item()
print(f"cosine of the images themselves: {alike:.2f}")
training.plot_likeness(likeness)

# %% [markdown]
# **What to notice.** The images of a pair are as good as equal. And yet: with 8 plain layers the cosine of
# their gradients is down to about ½, and from 20 layers on it's about 0. So a step that helps one of them says
# nothing about its twin. With the skip the gradients stay related: 0.24 to 0.35 at 20 layers, and at 56 a little
# is left, 0.07 to 0.19.
#
# So is *that* the reason? Be careful, you've just seen a good story fail. Plain-20 is near 0 too, and it trains. And
# gradients that are like noise at the first batch needn't stay so. So the story fits what we saw, but it can't be the
# whole reason.

# %% [markdown]
# ### What became of the stories
#
# Five stories have been told about plain-56, and each of them can be measured.
#
# - **Wrong:** *It overfits.* Then it would fit its training images as well as plain-20. But its training loss is 1.11
#   to 2.08, against 0.52 to 0.54.
# - **Wrong:** *The signal vanishes, or the gradient does.* Then numbers would shrink to nothing between the two ends.
#   Forward, at the first batch, the standard deviation is 0.586 and 0.665 there. Back, at the epoch's end, ‖w‖·‖∇w‖ is
#   1.88 and 1.3.
# - **A small part at most:** *Giant first steps spoil it.* Then with small ones it would end where residual-56 does, at
#   0.37 to 0.44. It ends at 1.74, 2.03 and 1.13.
# - **Not the whole reason:** *Its gradients are shattered.* Then a network with a cosine of 0 wouldn't learn. With 56
#   plain layers the cosine is at most 0.04. With 20 it's at most 0.02, and those networks do learn.
# - **Holds, at the first batch:** *The gradient grows from block to block:* exponentially with the depth, but like a
#   power where a skip goes around a norm. With 110 layers that's 9.7·10¹² plain, 3,679 residual, and 3.0·10¹³ with a
#   skip only.

# %% [markdown]
# Only the last story has held so far, and don't make more of it than it is. It says how such a network *begins*. Is
# that why it trains badly? That would be the next thing to test, and the third story is a warning: the giant first
# steps come from that growth, and without them the network is hardly better.

# %% [markdown]
# ## 6. PooledBlock
#
# > **Difficulty** ●●●○○ · **Importance** ●●●○○ · 15–25 minutes
#
# Write `PooledBlock(in_feats, out_feats, stride=1, norm=False)`. It's a residual block whose shortcut averages before
# it convolves.
#
# Enough of thin networks that are made to struggle. Now a small one that's made to be *good*. The idea of its block is
# known as **ResNet-D** ([Tong He et al. 2018](https://arxiv.org/abs/1812.01187)): where the map is halved, a strided
# 1×1 convolution on the skip looks at only one pixel in four: it steps over the other three. So average first, and
# convolve what's left.
#
# - **left branch**: 3×3 convolution to `out_feats` at stride 1, 3×3 convolution **with the stride**, a ReLU between
#   them;
# - **shortcut**: if the stride is larger than 1, `nn.AvgPool2d(stride, ceil_mode=True)`; then, if the number of
#   channels changes, a 1×1 convolution with a bias;
# - the sum, and ReLU.

# %% [markdown]
# `ceil_mode=True` matters when a side is odd: a convolution with stride 2 and padding 1 makes 7 pixels into **4**, and
# so must the pool, which would make them 3 by itself.
#
# With `norm=True` a batch norm follows each 3×3 convolution, which then needs no bias. With `norm=False` the 3×3
# convolutions have one.
#
# Three more things differ from ResNet34's block. The stride is on the *second* convolution, so that the first still
# works on the whole map. A change of size alone needs no 1×1 convolution, because the pool takes care of it. And that
# 1×1 convolution has a bias and no batch norm, so that the block also works without any. Build it from layers: finished
# blocks are off limits here too.
#
# {{hints PooledBlock}}


# %% nbgrader={"grade": false, "grade_id": "PooledBlock", "locked": false, "schema_version": 3, "solution": true, "task": false}
class PooledBlock(nn.Module):
    def __init__(
        self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False
    ) -> None:
        """Make the left branch (conv, norm, relu, conv with the stride, norm),
        then the shortcut (pool, 1×1 conv).

        Without norm the 3×3 convolutions have a bias instead.
        The shortcut's 1×1 convolution always has one.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(
                out_feats,
                out_feats,
                kernel_size=3,
                stride=stride,
                padding=1,
                bias=not norm,
            ),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, kernel_size=1)
            if in_feats != out_feats
            else nn.Identity(),
        )
        self.relu = nn.ReLU()
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Add what the two branches make of x, then apply ReLU."""
        ### BEGIN SOLUTION
        return self.relu(self.left(x) + self.shortcut(x))
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_pooled_block", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_pooled_block(PooledBlock)
### BEGIN HIDDEN TESTS
tests.test_pooled_block(PooledBlock, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# Six of them, with 8, 16, 32, 64, 128 and 256 channels, each but the first halving the map: 28, 14, 7, 4, 2, 1. Then
# the head: global average pooling and a linear layer.

# %%
net = training.pooled_resnet(norm=False, block=PooledBlock)
n_parameters = sum(p.numel() for p in net.parameters())
print(f"{n_parameters:,} parameters")
assert n_parameters == 1_226_882

# %% [markdown]
# ### A question
#
# Write `head_answers()`. It returns your answer to one question, in a dict.
#
# Some networks have another head: in place of global average pooling and `Linear(256, 10)` a 3×3 convolution with
# stride 2, padding 1 and a bias, from 256 to 10 channels. How many parameters would this network have with it? The key
# is `"strided_head"`; write the number as a sum of products, if you like.


# %% nbgrader={"grade": false, "grade_id": "head_answers", "locked": false, "schema_version": 3, "solution": true, "task": false}
def head_answers() -> dict[str, int]:
    """Return your answer: {"strided_head": …}."""
    ### BEGIN SOLUTION
    return {"strided_head": 1_226_882 - (256 * 10 + 10) + (256 * 10 * 3 * 3 + 10)}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_head_answers", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
tests.test_head_answers(head_answers)
### BEGIN HIDDEN TESTS
tests.test_head_answers(head_answers, seed=7, quiet=True)
### END HIDDEN TESTS

# %%
strided_head = nn.Sequential(
    *list(net)[:-3],
    nn.Conv2d(256, 10, kernel_size=3, stride=2, padding=1),
    nn.Flatten(),
)
n_parameters = sum(p.numel() for p in strided_head.parameters())
print(f"{n_parameters:,} with a strided convolution as its head")

# %% [markdown]
# **Surprised?** This network has 20,480 parameters more than yours. How many of these can ever matter? Look at the map
# that the head gets: after five halvings it has a single pixel. Put a 3×3 kernel with padding 1 on it, and eight of its
# nine weights meet nothing but zeros, so their gradient is 0 for ever. That makes 256 · 10 · 8 = 20,480 dead numbers,
# exactly those that your head does without.

# %% [markdown]
# ## 7. What does it cost?
#
# > **Difficulty** ●●●○○ · **Importance** ●●●○○ · 20–30 minutes
#
# Write `multiply_adds(model, x)`. It returns how many multiply-adds each convolution and each linear layer takes for
# one image.
#
# Parameters say how large a network's file is. In training, most of a convolutional network's memory holds activations.
# How long it takes to *run* is closer to the number of **multiply-adds**: how often a weight is multiplied with a
# value, and added to a sum. A linear layer uses each weight once for each row of features that it gets (a flattened
# image is one row). A convolution uses its weights again **at each pixel of its output**, so a small kernel on a large
# map costs more than a large one on a small map.
#
# How? Run the model once on x, with a forward hook on each `nn.Conv2d` and each `nn.Linear`, and count for **one**
# image. Biases don't count. Leave the model as it was: no hooks, the same mode, the same running statistics. Please
# don't call a counter that others have written (torch's `FlopCounterMode`, torchinfo, fvcore, thop, or
# `course_utils.inspection`): yours will be ten lines, and you'll know what they count.
#
# {{hints multiply_adds}}


# %% nbgrader={"grade": false, "grade_id": "multiply_adds", "locked": false, "schema_version": 3, "solution": true, "task": false}
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    """Run the model once on x; return the multiply-adds of
    each nn.Conv2d and nn.Linear by name, for one image of x.

    A layer that is called several times adds up.
    The model stays as it was: hooks, mode and running statistics.
    """
    ### BEGIN SOLUTION
    counts: dict[str, int] = {}

    def hook_for(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            # Each number of the output is a sum over one row of the weight,
            # as many products as the row has numbers.
            counts[name] = (
                counts.get(name, 0) + output[0].numel() * module.weight[0].numel()
            )

        return hook

    layers = {
        name: m
        for name, m in model.named_modules()
        if isinstance(m, nn.Conv2d | nn.Linear)
    }
    handles = [
        layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()
    ]
    training = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(training)
        for handle in handles:
            handle.remove()
    return counts
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_multiply_adds", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_multiply_adds(multiply_adds)
### BEGIN HIDDEN TESTS
tests.test_multiply_adds(multiply_adds, seed=7, quiet=True)
### END HIDDEN TESTS

# %%
image = t.zeros(1, 1, 28, 28)
counts = multiply_adds(net, image)
print(f"{sum(counts.values()):,} multiply-adds for one image")
assert sum(counts.values()) == 8_406_784

# A tempting short cut:
# all weights of a block times the pixels of the *block's* output (and each bias once).
naive, x = 0, image
for module in net:
    x = module(x)
    pixels = x.shape[2] * x.shape[3] if x.ndim == 4 else 1
    naive += sum(p.numel() * (pixels if p.ndim > 1 else 1) for p in module.parameters())
print(f"{naive:,} if each block is counted at the size of its output")

# %% [markdown]
# **Look again.** The short cut finds little more than half. In each block that halves the map, the *first*
# convolution still runs on the large one, at four times the pixels of the block's output. If you count block by block,
# you'll miss that.
#
# `utils.summary` counts as you do, and shows where the work is:

# %%
utils.summary(net, image)

# %% [markdown]
# **What to notice.** Add up the three convolutions of each block. From the second block to the last they take 1.38,
# 1.38, 1.53, 1.80 and 1.80 million multiply-adds, while the parameters grow fourfold each time. *Halve the map, double
# the channels*: that's the rule of all ResNets. It would keep the work exactly equal, but 7 pixels can't be halved.
# They become 4, and that's where the 31 % more come from. Only the first block is cheaper, because it has a single grey
# channel to start from.

# %% [markdown]
# ## 8. A good one
#
# Now everything together, on all 60,000 images: your blocks with batch norm, and a recipe in which each ingredient has
# a reason.
#
# - **One cycle** ([Smith & Topin 2017](https://arxiv.org/abs/1708.07120)): the learning rate rises to a high maximum
#   and falls to almost nothing. Large steps find a good region quickly; the small ones at the end settle in it.
# - **SGD with Nesterov's momentum**, and some weight decay, in batches of 128 images: 469 steps an epoch. Nesterov's
#   variant uses the gradient as if momentum had already carried the weights one step on, so it brakes one step earlier
#   where they are about to overshoot.
# - **Label smoothing**: the target isn't 100 % for the right class but 91 %, and 1 % for each of the others. A shirt
#   and a T-shirt of 28×28 pixels can be hard to tell apart, and a network that needn't be certain is less eager to
#   memorise.
# - **channels_last** changes no number: it stores the channels of a pixel side by side, which suits the convolutions of
#   many processors better.

# %% [markdown]
# One ingredient is missing on purpose: mirror images, which are in nearly every recipe. We tried them, on 40,000 of the
# images for three epochs. With mirror images the network was right on 91.6 % of the other images; without mirror
# images, on 92.2 %. We can think of two reasons, and we haven't told them apart. Augmentation helps a network that
# memorises its images, and in three epochs it hardly begins to. And nearly all shoes in these data point to the left,
# so the test never asks what the network has learned about mirrored shoes.

# %%
seed, (n_images, epochs) = 0, (1_000, 1) if training.quick() else (60_000, 5)
train = training.Batches(
    data.train_images[:n_images],
    data.train_labels[:n_images],
    128,
    shuffle=True,
    seed=seed,
)
valid = training.Batches(data.test_images, data.test_labels, 500)

t.manual_seed(seed)
model = training.pooled_resnet(norm=True, block=PooledBlock).to(
    memory_format=t.channels_last
)
callbacks = [
    training.Device(),  # on Colab, a graphics card does this in a fraction of the time
    training.Metrics(),
    training.OneCycle(max_lr=0.2, cycle_momentum=False),
    training.Progress(),
]
if place := utils.own_file("clothes.pt"):
    # Interrupted, or on another day: it goes on from the last epoch.
    callbacks.append(training.Checkpoint(place))
learner = training.Learner(
    model,
    train,
    valid,
    optimizer=t.optim.SGD(
        model.parameters(), lr=0.2, momentum=0.9, nesterov=True, weight_decay=5e-4
    ),
    loss=nn.CrossEntropyLoss(label_smoothing=0.1),
    callbacks=callbacks,
)
learner.fit(epochs)

# %%
pd.DataFrame(learner.history).set_index("epoch").round(3)

# %% [markdown]
# **What to notice.** About 93 % of 10,000 images that it has never seen, after five epochs on one core. (The bar above
# says how many minutes they took.) A second seed came out at 93.2 %. Take a moment: that's your own block, and
# you've built every kind of layer in it with your own hands.
#
# The bar says *validation*, and here these are the test images. That's fair only as long as nothing is chosen by them,
# and that's why we tried the mirror images on a part of the training images. If you tune something, set aside some
# training images for that, as we did.

# %% [markdown]
# The loss can't fall to zero here. Against a target of 91 % and nine times 1 % even a perfect network has a loss of
# 0.50, so measure the training loss from there. And compare the two accuracies: in epoch 3 they're equal, and from
# epoch 4 on the one on the training images draws ahead. It's an average over the whole epoch, too, in which the network
# was still learning, so at the epoch's end the true gap is likely larger. This is where memorising begins, and where
# augmentation may begin to pay.

# %% [markdown]
# ### Where it still errs
#
# An accuracy is an average, and hides what is behind it. In the table a row is what an image *is*, a column what the
# network says.

# %%
with t.inference_mode():
    logits = t.cat([model.cpu().eval()(images) for images, _ in valid])
said = logits.argmax(dim=1)

utils.show_confusion(data.test_labels, said, data.classes)

# %%
wrong = (said != data.test_labels).nonzero().flatten()
sure = logits.softmax(dim=1).max(dim=1).values
worst = wrong[sure[wrong].argsort(descending=True)[:10]].tolist()

called = [
    f"{data.classes[data.test_labels[n]]}, called {data.classes[said[n]]}"
    for n in worst
]
utils.show_images(data.test_images[worst], called)

# %% [markdown]
# **Look again.** Trousers, bags and sandals are as good as solved. More than a fifth of the *shirts* are taken for
# something else, most often for T-shirts, coats and pullovers, and other clothes are taken for shirts. A collar or a
# row of buttons would tell them apart. But in an image of 28×28 pixels it's only one pixel wide. Look at the ten
# images, too: of some of them you may think that the network is right, and the label is not.

# %% [markdown]
# ### An experiment of your own
#
# Not graded, and perhaps the best part. Nobody has told you the answer here. Choose **one** change to
# `ThinBlock`, in a copy of it: no batch norm at the end of the branch, or γ at 0 (notebook 3), or the skip times ½.
# Write down what you expect at depth 20, and why, and which result would prove you wrong. Then train your block and
# the old one with three seeds: `training.run_degradation(data, depths=(20,), seeds=(0, 1, 2), kinds=("residual",),
# block=YourBlock)`. What came out? And, in one sentence, what doesn't it show?

# %% [markdown]
# ## What you know now
#
# You've taken a famous result apart and put it together again, with instruments that you built. Here's what you found:
#
# - A deeper plain network can be *worse on its own training images*, although it could copy the shallower one. Neither
#   overfitting nor vanishing gradients explains it: you've measured both.
# - Its gradients *explode*, and their squared length grows exponentially with the depth. With skip and norm it grows
#   like a power. With 56 layers your own function measured about a thousandfold with the skip, and about
#   ten-millionfold without it.
# - The skip alone doesn't tame the gradient. It takes a branch that's small beside the stream: one norm in it is
#   enough, and so is a small number.
# - Whether the explosion is *why* deep plain networks train badly is still open. Small first steps don't cure them.
# - The skip costs no parameters and cures nearly all of it: 56 residual layers are a little worse than 20 here, where
#   56 plain ones fall apart. Neither more epochs nor smaller steps replace it.
# - Count multiply-adds per convolution, at its own output.

# %% [markdown]
# ### Can you still say why?
#
# Answer each question aloud, and then open it.
#
# <details><summary>Why can't a block do nothing just by making the weights of its convolutions small?</summary>
#
# The batch norm behind each convolution divides their scale out again. The γ and the bias of the last one can do it: at
# 0 they make the branch 0, whatever the convolutions say.
#
# </details>
#
# <details><summary>Late in the first epoch the front of the plain network gets small gradients. Why aren't they vanishing ones?</summary>
#
# Its weights have grown long, and the gradient shrinks as they grow. In ‖w‖·‖∇w‖ that cancels, and the product is about
# the same in front, in the middle and at the end. So what goes back does arrive.
#
# </details>
#
# <details><summary>A count of multiply-adds takes all weights of a block times the pixels of its output. What does it miss?</summary>
#
# Where the block halves the map in its second convolution, the first one still runs on the large map, at four times as
# many pixels.
#
# </details>

# %% [markdown]
# In [notebook 5](../05_transfer_and_look_inside/05_transfer_and_look_inside.ipynb) you use a trained network for
# classes that it has never seen, and look at what it looks at.
