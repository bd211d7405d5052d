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
# # 5 · Transfer, and a look inside
#
# A trained network is worth more than the task that it was trained for. In this notebook you take one, keep what it has
# learned, and teach it three kinds of clothes that it has never seen, from **ten images of each**. Then you open it:
# what do its first filters look like, what's left of an image half-way through, and where in the picture did it find
# its answer? At the end you do something rude: you take a block out of the middle, and see whether anybody notices.

# %% [markdown]
# | | you build | time |
# |---|---|---|
# | 1 | answers to a few questions | 10 min |
# | 2 | **NewHead**: a frozen network that learns something new | 20–30 min |
# | 3 | the comparison: frozen, fine-tuned, or from scratch? | 10 min |
# | 4 | `feature_maps`, from the first filters to the last maps | 20–25 min |
# | 5 | **grad_cam**: where did it look? | 30–40 min |
# | 6 | paths: some reading, some questions | 5–10 min |
# | 7 | `without_block`: one block less, and what that proves | 25–30 min |
#
# There's nothing to download. The network and its images come with the course; only parts of sections 4 and 5 ask
# for the pretrained ResNet34 of notebook 2, and they go on without it if they must.

# %%
# {{first cell}}

# %%
import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import combinations
from statistics import mean

import torch as t
from jaxtyping import Float
from rich import print as rprint
from rich.table import Table
from torch import Tensor, nn
from torch.nn import functional
from torchvision import transforms

from course_utils import drawings, tests, training, utils
from course_utils.training import accuracy, draw_places, fit, untrained

# The network is so small that a second thread would only stand in the way.
t.set_num_threads(1)

# %% [markdown]
# ## 1. What a network knows
#
# To tell a shirt from a pullover, a network has to find edges first, then collars and sleeves. To tell a coat from a
# dress, it needs edges, collars and sleeves as well. [Yosinski et al. (2014)](https://arxiv.org/abs/1411.1792) measured
# how much of a network can be used for another task: nearly all of its first layers, and less and less towards the end,
# where it becomes specific to what it was trained for.
#
# So don't start from nothing. Take a trained network, throw away its last layer, which knows the old classes, and put a
# fresh one in its place. Then you can go two ways:
#
# - **feature extraction**: the old part is *frozen*, only the new head learns;
# - **fine-tuning**: everything goes on learning, the old part with small steps.
#
# With little data feature extraction looks like the safer way, because your few images have fewer numbers to settle.
# It's also by far the cheaper one. You build it in section 2, and in section 3 you'll see whether the safer way wins.

# %% [markdown]
# **The network.** `load_small_resnet` gives you a residual network of 20 layers in the manner of notebook 3: `conv1`,
# `bn1`, then `layer1`, `layer2`, `layer3` of three BasicBlocks each, with 16, 32 and 64 channels, `avgpool` and `fc`. It
# was trained on Fashion-MNIST, as in notebook 4, but on **seven of the ten classes only**. It has never seen a dress, a
# coat or a sandal.

# %%
small = utils.load_small_resnet()
record = utils.small_resnet_record()
few = utils.load_few_images()

print("knows:", ", ".join(few["known"].classes))
print(f"on all 7,000 test images of these: {record['test accuracy']['all']:.1%} right")
print(f"parameters: {sum(p.numel() for p in small.parameters()):,}")

# %%
new = few["new, train"]
for label, name in enumerate(new.classes):
    utils.show_images(new.images[new.labels == label][:4], [name] * 4)

# %% [markdown]
# ### Questions
#
# Write `transfer_answers()`. It returns your answers to three questions, in a dict. As always, a wrong answer costs
# nothing: it tells you why.
#
# 1. `"learned"`: the network hands 64 features to its last layer. You freeze everything and put in a new linear layer for
#    the three new classes. How many numbers are learned?
# 2. `"still_moving"`: `requires_grad_(False)` has been called on a whole network. Then somebody calls `train()` on it and
#    runs a few batches. What changes?
#    - **a** Nothing.
#    - **b** The weights and biases of its batch norms.
#    - **c** The running means and variances of its batch norms.
# 3. `"scratch"`: with 30 images in all, a frozen network with a new head may well beat the same network trained from
#    scratch. Why? Return a *set*.
#    - **a** It has fewer numbers to learn from these few images.
#    - **b** Its features were learned from 42,000 other images.
#    - **c** It is tested on easier images.
#    - **d** It knows ten classes then, not three.


# %% nbgrader={"grade": false, "grade_id": "transfer_answers", "locked": false, "schema_version": 3, "solution": true, "task": false}
def transfer_answers() -> dict[str, str | set[str] | int]:
    """Return your answers: {"learned": …, "still_moving": "…", "scratch": {…}}."""
    ### BEGIN SOLUTION
    return {"learned": 64 * 3 + 3, "still_moving": "c", "scratch": {"a", "b"}}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_transfer_answers", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tests.test_transfer_answers(transfer_answers)
### BEGIN HIDDEN TESTS
tests.test_transfer_answers(transfer_answers, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A new head
#
# > **Difficulty** ●●●○○ · **Importance** ●●●●● · 20–30 minutes
#
# Write `NewHead(model, n_classes)`. It's a module that puts a new last layer on a frozen copy of the model.
#
# *Frozen* means two things, and the second is easy to forget.
#
# - **No parameter learns.** `requires_grad_(False)` on a module sees to that, for all of its parameters. As a bonus,
#   backward stops where the frozen part begins, which saves most of its time.
# - **No batch norm moves.** The second question above is a well-known trap: running statistics are buffers, and no
#   gradient is needed to change them. In training mode each batch norm normalises with the statistics of *this* batch,
#   and moves its running statistics towards them. Your head would train on one set of features and be tested on
#   another. So the frozen part has to be in **eval mode, always**.

# %% [markdown]
# "Always" is the hard word, because a training loop calls `train()` at the start of every epoch, and `nn.Module.train`
# passes that on to all children. You have to override it. Your `train(mode)` still has two ordinary jobs: set the
# module's own `training` flag, and **return the module**.
#
# `NewHead` gets any model whose last layer is called `fc`, and the number of new classes. It gives one **logit** for
# each new class, the score that softmax would turn into a probability. Leave the model that you're given as it is,
# because others go on using it.
#
# {{hints NewHead}}


# %% nbgrader={"grade": false, "grade_id": "NewHead", "locked": false, "schema_version": 3, "solution": true, "task": false}
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        """Freeze a copy of `model`,
        whose last layer `fc` gives way to a new nn.Linear with n_classes outputs.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.backbone = copy.deepcopy(model).requires_grad_(False)
        self.backbone.fc = nn.Identity()
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.train()  # the copy may have come in training mode
        ### END SOLUTION

    def train(self, mode: bool = True) -> "NewHead":
        """Switch to training or eval mode;
        the frozen part stays in eval mode. Return the module itself.
        """
        ### BEGIN SOLUTION
        super().train(mode)
        self.backbone.eval()
        return self
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch n_classes"]:
        """Give one logit for each of the new classes."""
        ### BEGIN SOLUTION
        return self.head(self.backbone(x))
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_new_head", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
tests.test_new_head(NewHead)
### BEGIN HIDDEN TESTS
tests.test_new_head(NewHead, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# **Well done: that was the trap.** `nn.Identity` in the place of `fc` is all the surgery it takes: what used to reach
# the last layer now comes out. And since nothing in the frozen part ever changes, you could run it *once*, keep the 64
# features of every image, and train the head on those. For large networks that's what people do.

# %% [markdown]
# ## 3. Frozen, fine-tuned, or from scratch?
#
# You have ten images of each new class, thirty in all, drawn again for every seed. You test on 750 others. Here are
# five ways to learn from the thirty:
#
# - **frozen**: your `NewHead` on the trained network;
# - **fine-tuned**: the trained network with a new head, and everything learns. The body takes steps a hundred times
#   smaller than the head's, because it's nearly where it should be, and large steps would carry it away from there;
# - **frozen, untrained**: your `NewHead` on the same network with *random* weights. If this did as well, we'd have to
#   thank the architecture and not the training;
# - **from scratch**: the whole network, all 271,824 + 195 numbers of it, learns from the thirty images;
# - **linear, on pixels**: no network at all, but one linear layer on the 784 pixels. Any clever method should first
#   beat this one.

# %% [markdown]
# All five train for 60 epochs in `fit`, with the `Learner` that you know from notebook 4. The `Learner` calls `train()`
# before each epoch, so your override is at work. The helpers of this notebook, such as `fit` and `accuracy`, come with
# the course, and `fit??` shows you one.
#
# **Predict first:** which of the five will win?

# %%
test = few["new, test"]
seeds = (0,) if training.quick() else (0, 1, 2)
results: dict[str, list[float]] = {}
for seed in seeds:
    chosen = draw_places(new.labels, 10, seed)
    inputs, labels = new.inputs[chosen], new.labels[chosen]
    scratch, tuned = untrained(small, seed), copy.deepcopy(small)
    scratch.fc, tuned.fc = nn.Linear(64, 3), nn.Linear(64, 3)
    body = [
        parameter
        for name, parameter in tuned.named_parameters()
        if not name.startswith("fc.")
    ]
    frozen, bare = NewHead(small, 3), NewHead(untrained(small, seed), 3)
    linear = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 3))
    rivals = {
        "frozen": (frozen, {0.03: frozen.parameters()}),
        "fine-tuned": (tuned, {0.03: tuned.fc.parameters(), 0.0003: body}),
        # Untrained features differ 40 times less from image to image,
        # so the head on them takes larger steps.
        "frozen, untrained": (bare, {3.0: bare.parameters()}),
        "from scratch": (scratch, {0.003: scratch.parameters()}),
        "linear, on pixels": (linear, {0.003: linear.parameters()}),
    }
    for way, (model, rates) in rivals.items():
        fit(model, inputs, labels, rates)
        results.setdefault(way, []).append(accuracy(model, test.inputs, test.labels))

table = Table(
    "",
    *(f"seed {seed}" for seed in seeds),
    "mean",
    title="right on 750 new images",
    title_justify="left",
)
for way, accuracies in results.items():
    table.add_row(way, *(f"{one:.1%}" for one in accuracies), f"{mean(accuracies):.1%}")
rprint(table)

# %% [markdown]
# **What to notice.** It works! Thirty images and 195 numbers are enough: the frozen network is right on 94 % of
# dresses, coats and sandals, although it had never seen any. Guessing would be 33 %.
#
# **Fine-tuning** is ahead with every seed, but by less than one point in the mean. That's a handful of images, so don't
# lean on it. But if the safer way were much better with so few, you'd see it. Fine-tuning takes about three times the
# work, because the gradient has to go back through everything. And the small steps matter: when we gave the body the
# head's own learning rate, it came out between 86 and 94 %, behind the frozen network each time.
#
# From **scratch** the same network ends near 86 %, and depends more on *which* thirty images it got. On **untrained**
# features a linear layer still gets to 81 %. Hold on to that number, because you'll soon see what it's worth.

# %% [markdown]
# Was the comparison fair to the network trained from scratch? We tried other settings, kinder ones and harsher ones,
# and none of them brought it level with the frozen one:
#
# - With three times as many epochs, or with learning rates from a third of this one to ten times as much, it got
#   between 82 and 91 %.
# - With five images of each class it got between 64 and 90 %, depending on which five.
# - With twenty it got 89 to 91 %. That's still less than the linear layer on pixels: 271,824 more numbers to learn are
#   no help when you have sixty images.

# %% [markdown]
# Now look at the table's last row. A linear layer on the bare **pixels** gets 93.6 %, and the whole network from
# scratch loses to it! These clothes are centred and all of one size, a sandal is no coat, and ten of each are enough to
# tell them apart. So the 94 % say less about the worth of the training than they seemed to. And an untrained body is
# worse than none: on top of one, the linear layer got 81 %.
#
# What's a head start worth, then? Make it harder, with fewer images. Many seeds are cheap now: nothing in the frozen
# part changes, so run it *once* and keep the 64 features of each image. Then both rivals are a single linear layer, one
# on the features and one on the pixels. **Predict first:** which of the two will lose more?

# %%
body = copy.deepcopy(small).eval()
body.fc = nn.Identity()
with t.no_grad():
    seen_as = {"64 features": (0.03, body(new.inputs), body(test.inputs))}
seen_as["784 pixels"] = (0.003, new.inputs.flatten(1), test.inputs.flatten(1))

table = Table(
    "images of each",
    *seen_as,
    title="right on 750 new images: mean, and worst seed",
    title_justify="left",
)
for each in (1, 2, 5, 10, 20):
    row = []
    for rate, learn_from, test_on in seen_as.values():
        found = []
        for seed in range(1 if training.quick() else 20):
            chosen = draw_places(new.labels, each, seed)
            t.manual_seed(seed)
            linear = nn.Linear(learn_from.shape[1], 3)
            fit(
                linear,
                learn_from[chosen],
                new.labels[chosen],
                {rate: linear.parameters()},
            )
            found.append(accuracy(linear, test_on, test.labels))
        row.append(f"{mean(found):.1%}, {min(found):.1%}")
    table.add_row(str(each), *row)
rprint(table)

# %% [markdown]
# **What to notice.** The fewer images, the more the head start is worth. With one image of each class the features are
# ahead by more than five points in the mean, 87.8 against 82.2 %. With twenty of each they're ahead by less than half a
# point.
#
# And look at the worst of the twenty seeds. With a single image of each class it matters more *which* image you happen
# to have than what you do with it. But don't lean on a worst seed where it ranks the two the other way round, because
# it's a single draw out of twenty.
#
# On photos, where a cat may be anywhere and of any size, a linear layer on pixels is known to do badly, and features
# that were learned elsewhere are worth far more. Here we've measured small, tidy pictures, so don't take our 94 % for
# more than that.

# %% [markdown]
# ## 4. From filters to feature maps
#
# The kernels of the *first* convolution work on the image itself, so they are images too. Here are the 16 kernels of
# the small network, each of 3×3 weights. Mid-grey is 0, darker is below 0, and lighter is above it:

# %%
utils.show_filters(small.conv1.weight)

# %% [markdown]
# Look at the second row. Its fourth kernel is positive above and negative below, and its third is positive on the left
# and negative on the right. In both, the nine weights sum to nearly 0. So on an even area these two give nothing,
# whatever its brightness: they answer to an **edge** in their direction. The fifth is negative in its middle column and
# positive on both sides of it, so it answers to a thin vertical line. The fourth in the first row is below 0 nearly
# everywhere, so it only tells how bright the place is. Most of the others are some mixture, because with 3×3 pixels
# there isn't much more to draw.
#
# The 7×7 kernels of a ResNet34 have room for more. If the pretrained weights are on your computer, or can be
# downloaded, you'll see stripes in all directions, and blobs of opposite colours. Kernels come out much like this in
# *every* network that's trained on photos. If the line below says that there are no pretrained weights, you'll see what
# untrained kernels look like: noise.

# %%
pretrained = utils.load_pretrained_resnet34()
utils.show_filters(pretrained.conv1.weight)

# %% [markdown]
# Kernels of later layers have 16, 64 or 512 input channels, so we can't show them as images any more. There we look at
# what comes *out*. Each channel of a layer's output is a **feature map**, one number for each place in the image.

# %% [markdown]
# ### Exercise: fetch them
#
# > **Difficulty** ●●●○○ · **Importance** ●●●●○ · 20–25 minutes
#
# Write `feature_maps(model, x, names)`. It runs the model **once** and returns the outputs of the modules that you
# name, at any depth: `"layer2"`, `"layer2.0"` or `"layer2.0.bn1"` (the names of `named_modules()`). Forward hooks are
# the tool. The promises around it are those of any tool that you would like to use without thinking:
#
# - eval mode and no gradients;
# - afterwards no hook is left on the model, even if the call ended in an error; the hooks of others stay;
# - a name that isn't there is an error;
# - the maps are *copies*. This network is made of torchvision's blocks, and unlike yours in notebook 3 they have
#   `nn.ReLU(inplace=True)`, which overwrites the output of the batch norm before it. If you keep just a reference to
#   `bn1`'s output, its negative values will be gone a moment later.
#
# {{hints feature_maps}}


# %% nbgrader={"grade": false, "grade_id": "feature_maps", "locked": false, "schema_version": 3, "solution": true, "task": false}
def feature_maps(
    model: nn.Module,
    x: Float[Tensor, "batch in_channels height width"],
    names: Sequence[str],
) -> dict[str, Tensor]:
    """Run the model once on x, in eval mode and without gradients;
    return a copy of each named module's output.
    """
    ### BEGIN SOLUTION
    maps: dict[str, Tensor] = {}

    def keep(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            maps[name] = output.detach().clone()

        return hook

    # An unknown name ends here, before the first hook.
    modules = {name: model.get_submodule(name) for name in names}
    handles = [
        module.register_forward_hook(keep(name)) for name, module in modules.items()
    ]
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_feature_maps", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_feature_maps(feature_maps)
### BEGIN HIDDEN TESTS
tests.test_feature_maps(feature_maps, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# Why does it take a function of its own to make each hook? You know the reason from notebook 4: a hook made in the loop
# would look up `name` when it's *called*, after the loop has ended, and write every map under the last name.
#
# Now follow an ankle boot on its way through the network. In each layer you see the eight channels that vary most over
# the image.

# %%
known = few["known"]
boot = (known.labels == known.classes.index("ankle boot")).nonzero()[0]
utils.show_images(known.images[boot], ["ankle boot"])
utils.show_feature_maps(
    feature_maps(small, known.inputs[boot], ["conv1", "layer1", "layer2", "layer3"])
)

# %% [markdown]
# **Look again.** That's what your boot looks like from inside. After `conv1` you could draw the boot from any one of
# the maps: they show its edges and surfaces. `layer1` still has its outline. In `layer2` single places light up, a toe
# or a heel. And in `layer3` the boot is gone. Four by four numbers say *there is something of this kind about here*, in
# 64 ways, and then the average pool drops the *where* as well. Height and width are traded for meaning, and that's what
# the strides are for.

# %% [markdown]
# ## 5. Where did it look?
#
# > **Difficulty** ●●●●○ · **Importance** ●●●●○ · 30–40 minutes
#
# Write `grad_cam(model, layer, image, class_index)`. It returns a map of the image's height and width, from 0 to 1: where
# the network found evidence for this class.
#
# The last maps still know where. **Grad-CAM** ([Selvaraju et al. 2016](https://arxiv.org/abs/1610.02391)) asks them: which
# places made the network say *boot*?
#
# The formula looks harder than the code: it's a mean, a weighted sum and a ReLU. Let $A^k$ be channel $k$ of a layer's
# output, and $y^c$ the **logit** of class $c$. If $y^c$ grows with the values of channel $k$, the channel speaks for
# the class. The gradient, averaged over all places, tells us how strongly:
#
# $$
# \begin{aligned}
# \alpha^c_k &= \frac{1}{HW} \sum_{i,j} \frac{\partial y^c}{\partial A^k_{ij}} \\
# L^c &= \mathrm{ReLU}\Big( \sum_k \alpha^c_k A^k \Big)
# \end{aligned}
# $$

# %% [markdown]
# Three channels of 3×3 places are enough to do it by hand. Follow the numbers from ① to ⑥, and check one of the sums.

# %%
drawings.grad_cam_steps()

# %% [markdown]
# So each map is weighted by its importance, and all of them are added up. The ReLU drops what's below zero, because
# those places speak *against* the class. $L^c$ is as small as the layer's maps, so resize it to the image, bilinearly.
# Then divide it by its largest value, so that it goes up to 1. Don't stretch it from its *smallest* value: 0 has a
# meaning, *nothing here speaks for this class*. And if there's nothing but zeros, leave them, because 0/0 would be NaN.
#
# `torch.autograd.grad(y, A)` gives the gradient and touches nothing else. `y.backward()` would also leave gradients in
# every parameter of the model, for the next optimiser to stumble over. One more trap: if all parameters of the model
# are frozen, no graph is recorded and there's nothing to differentiate. PyTorch records one again if the *image*
# requires gradients. Ask for them on a copy, because the image isn't yours.

# %% [markdown]
# This is the hardest exercise of the notebook, and nearly everyone gets stuck at the same place: the gradient with
# respect to a layer's *output*, which you have to catch on its way. You've caught outputs already, in section 4, so
# half of it is done. Take it step by step, with the test in between:
#
# {{steps grad_cam}}
#
# {{hints grad_cam}}


# %% nbgrader={"grade": false, "grade_id": "grad_cam", "locked": false, "schema_version": 3, "solution": true, "task": false}
def grad_cam(
    model: nn.Module,
    layer: str,
    image: Float[Tensor, "channels height width"],
    class_index: int,
) -> Float[Tensor, "height width"]:
    """Return where in the image the named layer finds evidence for the class:
    from 0, nothing, to 1, the most.

    The model runs in eval mode, and is left without hooks and without gradients.
    """
    ### BEGIN SOLUTION
    seen: list[Tensor] = []

    def keep(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
        seen.append(output)
        # What goes on is a copy: an in-place ReLU behind the layer changes that one.
        return output.clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_grad_cam", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
tests.test_grad_cam(grad_cam)
### BEGIN HIDDEN TESTS
tests.test_grad_cam(grad_cam, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# If it passes, you're through the hardest part of the notebook. Now enjoy it! Here are images that the network gets
# right, two of each class. Beside each you see the heat of *its own* class in `layer3`, whose maps have 4×4 places. The
# orange begins at 0.3, so that you see where each map is hottest, and the fullest orange is 1:

# %%
with t.inference_mode():
    right = small(known.inputs).argmax(1) == known.labels


def right_of(label: int) -> Tensor:
    """Say where the images of this class are that the network gets right."""
    return (right & (known.labels == label)).nonzero()[:, 0]


examples = {
    f"{name}, {number + 1}": right_of(label)[number].item()
    for label, name in enumerate(known.classes)
    for number in range(2)
}
images = {name: known.images[index][None] / 255 for name, index in examples.items()}
heat = {
    name: grad_cam(small, "layer3", known.inputs[index], known.labels[index].item())
    for name, index in examples.items()
}
utils.show_heat(images, heat)

# %% [markdown]
# **Look again.** Trousers are hot all along the legs, and most T-shirts, shirts and pullovers somewhere on the chest.
# But can you tell the second T-shirt from the second shirt by their maps? Hardly. And yet the network tells them apart.
# A map of four by four places says *where* the network looked, and not what it saw there.
#
# Now look at the ankle boots. The hottest place isn't the shaft but the instep, and the *empty* corner above the toe.
# Here's a hypothesis. A boot has a shaft at the back and *nothing* above the toe, and a bag doesn't look like that. So
# an empty place can be evidence too. The map alone can't tell whether that's true, because it's easy to find a story
# that fits a picture.
#
# Four by four places, drawn with 28×28 pixels, are a very rough answer, however smooth the picture looks. Earlier
# layers have finer maps, but know less about classes: try `"layer2"`.

# %% [markdown]
# ### An older method inside
#
# Grad-CAM works at any layer and in front of any head. But look at what follows *this* layer: a global average pool,
# and one linear layer. So the logit is a weighted sum of the maps' means, plus a bias. Its gradient is the same at every
# place of map $k$: the weight $w_{ck}$ of the last layer, over $HW$. Then the map is
#
# $$ L^c = \frac{1}{HW}\, \mathrm{ReLU}\Big( \sum_k w_{ck} A^k \Big). $$
#
# Without the ReLU that's **class activation mapping**, or CAM ([Zhou et al. 2015](https://arxiv.org/abs/1512.04150)),
# the older method that Grad-CAM generalises. CAM weights the last maps with the class's row of `fc`, and keeps what
# speaks *against* the class, too. It needs no gradient at all. Put the ReLU behind CAM, and compare it with your
# `grad_cam` on the fourteen images:

# %%
difference = 0.0
for name, index in examples.items():
    maps = feature_maps(small, known.inputs[index][None], ["layer3"])["layer3"]
    row = small.fc.weight[known.labels[index]].detach()
    cam = (row[:, None, None] * maps[0]).sum(dim=0).relu()
    cam = functional.interpolate(cam[None, None], size=(28, 28), mode="bilinear")[0, 0]
    difference = max(difference, (cam / cam.max() - heat[name]).abs().max().item())
print(f"The largest difference: {difference:.6f}")

# %% [markdown]
# **What to notice.** With the ReLU put behind CAM, the two maps are the same. Every ResNet has this kind of head. So in
# every ResNet, Grad-CAM at the last layer *is* class activation mapping, without what speaks against the class. At an
# earlier layer, `"layer2"` say, there's no such row of weights, and so you need the gradient there.

# %% [markdown]
# ### Does it mean anything?
#
# Heat maps are easy to believe. [Adebayo et al. (2018)](https://arxiv.org/abs/1810.03292) gave well-known methods a
# network with *random* weights, and some of these methods drew much the same convincing picture as before. They had
# shown the edges of the image, and nothing about the network. Grad-CAM passed that test. But does *our* map mean
# anything? Testing it takes some patience. It's worth it, because afterwards you can ask every heat map the same
# question.
#
# **The claim:** the network needs what the map points at. So **take it away.** Blacken the hottest third of the pixels,
# and count how many images the network still gets right.

# %% [markdown]
# By itself that count means little, because losing *any* third of an image hurts. So we need rivals, other thirds to
# blacken:
#
# - a third drawn at random (*by chance* in the chart);
# - the coldest third;
# - the third where an image of *another class* is hottest.
#
# A rival is fair if it takes away as much, in patches of the same kind, and differs only in where it points.
# `utils.blackened` does the blackening. **Predict first:** which of the four thirds will cost the network most?

# %%
each = 3 if training.quick() else 30
chosen = t.cat([right_of(label)[:each] for label in range(7)])
inputs, labels = known.inputs[chosen], known.labels[chosen]
pairs = zip(inputs, labels.tolist(), strict=True)
hot = t.stack([grad_cam(small, "layer3", image, label) for image, label in pairs])
noise = t.rand(hot.shape, generator=t.Generator().manual_seed(0))
# The images are in the order of their classes,
# so `each` places on is another class; all six have their turn.
others = [hot.roll(k * each, dims=0) + noise / 1000 for k in range(1, 7)]

scores_by = {
    "a third by chance": [noise],
    "the coldest third": [noise / 1000 - hot],
    "another class's hottest third": others,
    "the hottest third": [hot + noise / 1000],
}
shares = {"nothing": accuracy(small, inputs, labels)}
for third, scores in scores_by.items():
    shares[third] = mean(
        accuracy(small, utils.blackened(inputs, one), labels) for one in scores
    )
utils.show_bars(shares, title=f"still right on {len(chosen)} images, blackened:")
own = utils.hottest_third(hot + noise / 1000)
shared = mean(
    (own & utils.hottest_third(one)).sum().item() / own.sum().item() for one in others
)
print(f"Of another class's hottest third, {shared:.0%} is in the image's own as well.")

# %% [markdown]
# **What to notice.** Take away what the map points at, and the network gets half of the images wrong. Take away as many
# pixels at random, and it's a quarter. Take the coldest ones, and it's an eighth.
#
# That looks like a triumph, but **these two rivals are unfair**. The coldest third is mostly background, so there's
# little to lose. And pixels drawn at random are like salt and pepper: the shape still shows between them.

# %% [markdown]
# **The fair rival** is a patch of the same kind that's meant for something else: the place where an image of another
# class is hottest. We've taken each of the six other classes in turn, because a single one might be a lucky choice. On
# average, their maps leave 58 % right. The image's own map leaves 50 %, so blackening what it points at costs about
# eight points more. With 210 images, chance alone could move this difference by two or three points, and eight are
# clearly more than that. So the map means *something*.
#
# **How much?** The test can't say, because the two maps **overlap**. All clothes lie in the middle of the picture. So
# two thirds of the rival's pixels are among the image's own hottest as well, as the line below the bars says. Only the
# rest of them can show a difference. So the map's real worth may well be more than eight points, and the overlap hides
# it.

# %% [markdown]
# ### A closer look, class by class
#
# You have the answer: the map means something, and about eight points of it can be seen. If you're tired, go on to the
# photos. What follows asks whether *every* class loses by its own map, because a mean can hide a lot.
#
# Before you look, think of the empty corner above the boots' toes. What does blackening do to a place that's black
# already? Nothing. So count the pixels that are black already, and put a class aside if they make up more than two
# fifths of its hottest third.


# %%
def still_right(scores: Float[Tensor, "images height width"]) -> list[float]:
    """Blacken each image's hottest third; return which share of each class is right."""
    dark = utils.blackened(inputs, scores)
    of_class = [labels == label for label in range(7)]
    return [accuracy(small, dark[some], labels[some]) for some in of_class]


by_own = still_right(hot + noise / 1000)
by_others = t.tensor([still_right(one) for one in others]).mean(dim=0).tolist()
black = own & (inputs[:, 0] == inputs.min())
fair, unfair = {}, {}
for label in sorted(range(7), key=lambda label: by_own[label] - by_others[label]):
    some = labels == label
    already = (black[some].sum() / own[some].sum()).item()
    rows = fair if already <= 0.4 else unfair
    rows[f"{known.classes[label]} ({already:.0%} black)"] = {
        "by its own map": by_own[label],
        "by another class's map": by_others[label],
    }
utils.show_paired_bars(fair, title="still right, the hottest third blackened:")
utils.show_paired_bars(
    unfair, title="can't be told, too much was black before:", greyed=True
)

# %% [markdown]
# **What to notice.** Bags and trousers carry the eight points: they lose far more by their own map than by another's.
# Pullovers seem to lose more as well, but thirty images of a class can't settle it. For shirts and T-shirts it hardly
# matters whose map it is. Hardly a shirt survives either cut, so for shirts the test is too hard. Nearly every T-shirt
# survives both, so for T-shirts it's too easy.
#
# About the two classes in grey the test can't say anything. Half of what the sneakers' map points at was black already,
# and so was 45 % for the ankle boots. You can't take away what isn't there. The boots even lose *less* by their own map
# than by another class's, perhaps because the other map falls on the boot itself. So the hypothesis of the empty corner
# is still open. To test it, you'd have to *fill* that corner.

# %% [markdown]
# ### Over the photos
#
# The same function, unchanged, with ResNet34 on the photos of notebook 2, for the class that the network gives each
# photo. `layer4` has maps of 7×7 again, for images of 224×224. **If you have no pretrained weights, these maps mean
# nothing.** Three are drawn all the same, and they look no less convincing. Keep that in mind when somebody shows you a
# heat map.

# %%
# None if the weights are stand-ins: then three maps are enough to see that.
names = utils.class_names(pretrained)
to_tensor = transforms.Compose([transforms.Resize((224, 224)), transforms.ToTensor()])
normalise = transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
pictures, heat = {}, {}
for name, photo in list(utils.load_photos().items())[: None if names else 3]:
    picture = to_tensor(photo)
    with t.inference_mode():
        seen = pretrained(normalise(picture)[None]).argmax().item()
    called = names[seen] if names else f"class {seen}"
    caption = f"{name.replace('_', ' ')}, for {called}"
    pictures[caption] = picture
    heat[caption] = grad_cam(pretrained, "layer4", normalise(picture), seen)
utils.show_heat(pictures, heat)

# %% [markdown]
# ## 6. Many paths
#
# Why can you take a block out of a residual network at all? Look at two blocks in a row. Each adds something to its
# input, and to keep it short we leave out the ReLUs after the sums:
#
# $$
# \begin{aligned}
# y_1 &= x + f_1(x) \\
# y_2 &= y_1 + f_2(y_1) \\
# &= x + f_1(x) + f_2\big(x + f_1(x)\big)
# \end{aligned}
# $$
#
# With three blocks there's one more term, $f_3(y_2)$. So the output is a sum of four terms, and each $f$ works on *the
# sum of everything that came before it*. At each block a signal has two ways on: through $f$, or past it. So with n
# blocks there are 2ⁿ paths through the graph. [Veit et al. (2016)](https://arxiv.org/abs/1605.06431) call this the
# unravelled view: a residual network is a **collection of many paths** of different lengths, most of them much shorter
# than the network is deep. In a plain network there's one path only, through every layer.

# %% [markdown]
# Follow each line from x to y. At every block it has chosen: through, or past.

# %%
drawings.paths()

# %% [markdown]
# Are the paths the terms of a sum? They would be if every $f$ were linear. But with ReLUs inside, $f_2(x + f_1(x))$
# isn't $f_2(x) + f_2(f_1(x))$. The paths are those of the unravelled *graph*, in the paper's section 3.1. They tell you
# what's *connected*, and not what to add up.
#
# Veit and his colleagues then did something rude. They took networks that had been trained already, and deleted single
# layers without training again. VGG, a plain network, was left guessing, whichever layer was missing. A residual
# network of 110 layers hardly changed, except where the map is halved.

# %% [markdown]
# ### Questions
#
# Write `paths_answers()`. It returns your answers to three questions, in a dict.
#
# 1. `"paths"`: the small network has 9 blocks. How many paths lead from its first map to its last?
# 2. `"paths_left"`: one block is taken out, and only its shortcut stays. How many of these paths are left?
# 3. `"plain"`: one layer of a plain network is taken out. How many of *its* paths are left?


# %% nbgrader={"grade": false, "grade_id": "paths_answers", "locked": false, "schema_version": 3, "solution": true, "task": false}
def paths_answers() -> dict[str, int]:
    """Return your answers: {"paths": …, "paths_left": …, "plain": …}."""
    ### BEGIN SOLUTION
    return {"paths": 2**9, "paths_left": 2**8, "plain": 0}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_paths_answers", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
tests.test_paths_answers(paths_answers)
### BEGIN HIDDEN TESTS
tests.test_paths_answers(paths_answers, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 7. One block less
#
# > **Difficulty** ●●●○○ · **Importance** ●●●○○ · 15–20 minutes
#
# Write `without_block(model, name)`, a context manager for the operation. Inside the with-block only the **shortcut**
# is left of the named block, so that `relu(shortcut(x))` comes out of it. Afterwards the patient is as before, with its
# very own modules and weights, **even if an error ended the with-block**. A BasicBlock keeps its shortcut in
# `downsample`, where `None` means that the input itself is added.
#
# You know two ways to go about it. You can register a forward hook: if it returns something, that *replaces* the
# module's output. Or you can put another module in the block's place. But then mind that `"layer2.1"` is a child of
# `layer2`, and not of the model.
#
# {{hints without_block}}


# %% nbgrader={"grade": false, "grade_id": "without_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    """Inside the with-block,
    leave of the named BasicBlock only its shortcut and the ReLU behind it.
    """
    ### BEGIN SOLUTION

    def only_shortcut(
        block: nn.Module, inputs: tuple[Tensor], output: Tensor
    ) -> Tensor:
        x = inputs[0]
        return (x if block.downsample is None else block.downsample(x)).relu()

    handle = model.get_submodule(name).register_forward_hook(only_shortcut)
    try:
        yield
    finally:
        handle.remove()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_without_block", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tests.test_without_block(without_block)
### BEGIN HIDDEN TESTS
tests.test_without_block(without_block, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# Nine operations, one at a time on the otherwise whole network, and 1,050 test images to show how it copes. The first
# block of each layer, the one that halves the map, is in bold. **Predict first:** which block will be missed most?

# %%
blocks = [f"layer{layer}.{block}" for layer in (1, 2, 3) for block in range(3)]
whole = accuracy(small, known.inputs, known.labels)
shares = {"nothing": whole}
for block in blocks:
    with without_block(small, block):
        shares[block] = accuracy(small, known.inputs, known.labels)
halving = tuple(block for block in blocks if block.endswith(".0"))
utils.show_bars(shares, title="right on 1,050 images, without …", marked=halving)

# %% [markdown]
# **Surprised?** No single removal is fatal: guessing would be 14 %, and the network stays far above it. Without the
# very last block it's as good as before. Without most of the others it loses a few points, though nobody has trained it
# for that.
#
# The network suffers most without `layer3.0`, which halves the map, and then without `layer2.1`, which doesn't. The
# other two halving blocks come next. Veit et al. found the halving blocks to be the exceptions, because there the
# representation changes, and the shortcut is a projection that has been trained together with its branch. Their network
# had 54 blocks and ours has nine, so each of ours carries more, and the pattern is rougher.

# %% [markdown]
# And if more than one block is missing? Take out several of the six blocks that keep their shape. There are 63 ways to
# choose them, and here are the means over all of these:

# %%
keeping = [block for block in blocks if block not in halving]
shares = {"nothing": whole}
for number in range(1, len(keeping) + 1):
    choices = list(combinations(keeping, number))
    found = []
    for gone in choices[:1] if training.quick() else choices:
        with ExitStack() as operations:
            for block in gone:
                operations.enter_context(without_block(small, block))
            found.append(accuracy(small, known.inputs, known.labels))
    shares[f"{number} of {len(keeping)} blocks"] = mean(found)
utils.show_bars(shares, title="right on 1,050 images, without … (mean of all choices)")

# %% [markdown]
# **What to notice.** The network gets worse gradually. With two of the six blocks gone it's still right on three images
# out of four, and with three gone on half of them. With all six gone, 8 of its 512 paths are left, and its answers are
# little better than guesses.

# %% [markdown]
# ### Is it the paths?
#
# The network goes on working with a block cut out, and it has many paths. Does it go on working *because* it has many
# paths? Before you believe that, ask for **controls**. Here are two, and each is another cut at the same block:
#
# - Perhaps any cut does little? So cut the **shortcut**, and leave the branch. As far as the number of paths goes,
#   that's the same: 256 are left.
# - Perhaps the branches write little? So leave the block whole, but let its branch add what it found in **another
#   image**. Then the numbers are of the right size, and say the wrong thing.
#
# Here are the three cuts side by side, the one that you know and the two controls. **Predict first:** which of the
# three will the network mind most?

# %%
drawings.cuts()


# %%
@contextmanager
def instead(
    model: nn.Module, name: str, cut: Callable[[Tensor, Tensor], Tensor]
) -> Iterator[None]:
    """Inside the with-block,
    the named block gives relu(cut(shortcut(x), branch(x))).
    """

    def hook(block: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
        x = inputs[0]
        branch = block.bn2(block.conv2(block.relu(block.bn1(block.conv1(x)))))
        shortcut = x if block.downsample is None else block.downsample(x)
        return cut(shortcut, branch).relu()

    handle = model.get_submodule(name).register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


cuts = {
    "branch cut": lambda shortcut, _: shortcut,
    "shortcut cut": lambda _, branch: branch,
    "another's branch": lambda shortcut, branch: shortcut + branch.roll(1, dims=0),
}
# So that neighbours are of any class.
order = t.randperm(len(known.labels), generator=t.Generator().manual_seed(0))
shares = {name: {} for name in cuts}
for block in blocks:
    for name, cut in cuts.items():
        with instead(small, block, cut):
            shares[name][block] = accuracy(
                small, known.inputs[order], known.labels[order]
            )
training.plot_cuts(shares, title="right on 1,050 images", guess=1 / 7)

# %% [markdown]
# **Surprised?** The number of paths isn't what decides. After each cut of the first two kinds, the dots and the
# squares, 256 paths are left. Yet the network is right on anything between 94 % of the images and 14 %, which is
# guessing. So it matters *which* paths are left. In `layer2.2` the branch is worth less than three points, and the
# shortcut everything: the shortcut carries what all the blocks before it have found, and the branch only adds a
# correction. In `layer2.0` and `layer3.0` the branch counts for more than the shortcut, and in the last two blocks
# either of them will do.
#
# The diamonds answer the second question: the branches write plenty. Another image's branch does more harm than none,
# in every block, and most of all in `layer3.1`, which nobody missed. Without a correction the network gets along, but a
# wrong correction misleads it.

# %% [markdown]
# ### And a plain one?
#
# For the last control we need a network without skips. So train two, a plain and a residual one, on 100 images of each
# class. They're those of notebook 4, with 20 layers, the same initial weights and the same batches. Then take out one
# block that keeps the shape, and look at the other 350 images. In a plain network "take out" means that the next layer
# gets what this one got. So that's what happens in both: `nn.Identity` in the block's place. **Predict first:** what
# will be left of each network?

# %%
# 14×14, as in notebook 4.
pixels = functional.avg_pool2d(known.images.float(), 2).round().byte()
places = t.stack([(known.labels == label).nonzero()[:, 0] for label in range(7)])
learn, check = places[:, :100].flatten(), places[:, 100:].flatten()
((inputs, labels),) = training.Batches(pixels[check], known.labels[check], len(check))

shares = {}
for kind in ("plain", "residual"):
    t.manual_seed(0)
    model = training.thin_resnet(20, kind == "residual", n_classes=7)
    learner = training.Learner(
        model,
        training.Batches(pixels[learn], known.labels[learn], 50, shuffle=True),
        optimizer=t.optim.SGD(
            model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4
        ),
        callbacks=[
            training.OneCycle(max_lr=0.1),
            training.Progress(f"{kind}, 20 layers"),
        ],
    )
    learner.fit(1 if training.quick() else 40)
    shares[kind] = {"nothing": accuracy(model, inputs, labels)}
    for number in (1, 2, 3, 5, 6, 8, 9):  # blocks 4 and 7 halve the map
        block, model[2 + number] = model[2 + number], nn.Identity()
        shares[kind][f"block {number}"] = accuracy(model, inputs, labels)
        model[2 + number] = block

training.plot_cuts(shares, title="right on 350 images, without …", guess=1 / 7)

# %% [markdown]
# **What to notice.** *What differs.* Whole, the two know about as much: 84 % and 86 %. Without one of its blocks the
# residual network is still right on 71 to 85 %. The plain one is right on 12 to 39 %, where guessing would be 14 %.
# Another seed gave 80 to 87 % against 12 to 20 %, so it isn't just this seed. But don't read much into a point or two,
# because with 350 images that much is chance.
#
# *What that proves.* The layers, the parameters, the images, the recipe and the operation are the same. Only the skip
# differs, in the training and under the knife, so the skip is the reason.
#
# *What it doesn't.* The skip can be the reason in two ways, and this experiment doesn't tell them apart. Either the
# blocks have *learned* to rely less on one another, or the cut hurts less because x still gets past. And one more thing
# isn't the same: the plain network fits its training images less well. Its loss ends at 0.16, and the residual
# network's at nearly 0, as the curves show.

# %% [markdown]
# A likely reason, which this experiment fits but doesn't prove: in a plain network each layer has learned to read only
# what the layer before it writes. In a residual network each block gets the sum of all that came before, and a sum with
# one term missing still looks much the same.

# %% [markdown]
# ## What you have now
#
# You have a frozen network that learns new classes from a handful of images, in seconds. You have a tool that fetches
# what any layer of any model computes, without leaving a trace. You have a map of where the evidence is, and a test of
# whether to believe it. And you've cut a part out of a network, with the controls that say what that proves. Most of what
# people do with pretrained networks starts with these four.

# %% [markdown]
# ### Can you still say why?
#
# Answer each question aloud, and then open it.
#
# <details><summary>No parameter of the frozen part learns. Why does it have to be in eval mode as well?</summary>
#
# Its running means and variances are buffers, and no gradient is needed to move them. In training mode it would also
# normalise with each batch's own statistics, so the head would learn from other features than it's used on.
#
# </details>
#
# <details><summary>A heat map is bright on the object. What more do you want to see before you believe it?</summary>
#
# That it does better than a fair rival: take away what it points at, and compare with a patch of the same kind somewhere else.
#
# </details>
#
# <details><summary>A network with 512 paths goes on working without a block. Why doesn't that prove that the paths are the reason?</summary>
#
# Cut the shortcut in place of the branch, and just as many paths are left, but some of those cuts bring the network
# down to guessing. So the number of paths alone doesn't decide it. It takes controls that differ in one thing.
#
# </details>

# %% [markdown]
# You've built a ResNet from `nn.Parameter` up, have seen why it's built that way, and know how to look into any that
# you meet. But all of that is about a block of 2015. In [notebook 6](../06_ten_years_later/06_ten_years_later.ipynb)
# you build what became of it. And if you'd like to stay here a little longer: give the fine-tuned network a larger
# learning rate for its body, or more images, and see what becomes of its lead. Or try section 5 with photos of your
# own.
