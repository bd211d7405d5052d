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
# # Start here
#
# Welcome! In this course you build **residual networks** with your own hands: every layer, every block, the whole of
# ResNet34, until your own code names what is in a photo. Then you find out why the idea behind it works.
#
# Before you build one, see one at work. Click into the first grey cell below and press *Shift + Enter*; go on like that
# until the pictures appear. (In the web book there's nothing to press: read on.)

# %%
# {{first cell}}

# %%
import torch as t
from jaxtyping import Float
from torch import Tensor

from course_utils import drawings, tests, utils

# %% [markdown]
# ## A trained network at work
#
# The first time, this cell downloads the weights of a **ResNet34** (87 MB) and shows it twelve photos. Without the
# internet it takes a small residual network that comes with the course, and knows seven kinds of clothes. If you see
# clothes below, it's the small one.

# %%
utils.show_trained_network()

# %% [markdown]
# **What you see.** Under each image you see what it shows. Beside it are the network's three best guesses, and how sure
# it is of each. Nobody wrote down what a sneaker looks like, or a koala. The network worked it out from thousands of
# images with a label under each. All it holds is numbers. Nearly all it does with them is multiply and add; in between
# it sets negative numbers to 0, and in notebook 1 you'll see why.
#
# Did you find the image that the network has no name for? The large network learned from **ImageNet**, a collection of
# photos in a thousand classes, and *astronaut* isn't one of them. The small one was never shown a dress. Neither
# network has a way to say *none of these*, so each picks the best of the names that it knows. A network can be very
# sure, and wrong.

# %% [markdown]
# ## Which parts you'll build
#
# Everything between the image and the bars. Follow the photo from top to bottom: the number on each part is the notebook
# in which you write it or take it apart.

# %%
drawings.course_map()

# %% [markdown]
# | notebook | you end with | time |
# |---|---|---|
# | **[Start here](00_start_here.ipynb)** | a trained network seen at work, your first test cell, and your progress at a glance | 15 min |
# | [1 · Building blocks](../01_building_blocks/01_building_blocks.ipynb) | your own ReLU, Linear, Flatten, Conv2d and MaxPool2d, from parameters and functions of tensors | 1½ hours, bonus 1 hour |
# | [2 · ResNet34](../02_resnets/02_resnets.ipynb) | your own BatchNorm2d … ResNet34, with real weights in it, naming what is in twelve photos | 2½–3½ hours, bonuses 1 hour |
# | [3 · The ResNet family](../03_resnet_family/03_resnet_family.ipynb) | ResNet18 to 152 from one class of yours, and what makes such a network faster | 2–2½ hours |
# | [4 · Why residuals?](../04_why_residuals/04_why_residuals.ipynb) | the experiment that takes the plus sign away, and a good small network of your own | 2–3 hours |
# | [5 · Transfer, and a look inside](../05_transfer_and_look_inside/05_transfer_and_look_inside.ipynb) | new classes from ten images each, and a map of where a network looks | 2–2½ hours |
# | [6 · Ten years later](../06_ten_years_later/06_ten_years_later.ipynb) | what became of the block: ResNeXt, ConvNeXt, the transformer, and what each is worth | 2–2½ hours |

# %% [markdown]
# **Notebook 2 is the heart.** If you have one afternoon, do that one: it stands alone, like each of the others. If you
# have a week of evenings, take them in order; the layers that you write in notebook 1 are then at work in notebook 2.
#
# You should have written a small class in PyTorch before, and know roughly what a convolution does. You don't need a
# graphics card. You'll need the internet twice: for the 87 MB of weights above, which notebook 2 uses too, and for the
# 30 MB of images in notebook 4.

# %% [markdown]
# ## How a test cell talks to you
#
# > **Difficulty** ●○○○○ · **Importance** ●●○○○ · about 5 minutes
#
# Write `centre_images(images)`. It returns a whole batch of images, each with its own mean subtracted: a single number
# per image, taken over all its channels and pixels. Photos differ in how bright they are, and a network shouldn't care.
# (More common is to subtract the mean of all training images, as you'll see in notebook 2. Here each image has its
# own.)
#
# Each exercise is a cell with one or more lines `raise NotImplementedError()`. You put your code in their place, run the
# cell, and run the **test cell** below it.
#
# Do run the test cell before you have written anything, and do make a mistake or two on purpose: take the mean of the
# whole batch, say, or forget `keepdim`. The test compares what your code *does* with many known mistakes, and when it
# recognises one, it says so.
#
# {{hints centre_images}}


# %% nbgrader={"grade": false, "grade_id": "centre_images", "locked": false, "schema_version": 3, "solution": true, "task": false}
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    """Return the images, each with its own mean subtracted."""
    ### BEGIN SOLUTION
    return images - images.mean(dim=(1, 2, 3), keepdim=True)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_centre_images", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
tests.test_centre_images(centre_images)
### BEGIN HIDDEN TESTS
tests.test_centre_images(centre_images, seed=7, quiet=True)
### END HIDDEN TESTS

# %% [markdown]
# And what would the test say of a mistake? Here's one, on purpose: one mean for the whole batch.

# %%
utils.show_panel("test_centre_images", lambda images: images - images.mean())

# %% [markdown]
# First comes what the code *does*, then where to look and which hint helps. Press *what was seen*. It unfolds, and
# tells you which images went in and where the first wrong number came out.

# %% [markdown]
# **What to notice.** Why does `keepdim=True` matter? Without it the means have the shape `(batch,)`, and broadcasting
# lines shapes up from the *right*. So PyTorch lines your means up with the images' width. Usually the sizes don't
# match, and you get an error. But look what happens when a batch has as many images as an image has columns:

# %%
t.manual_seed(0)
# Four images, each brighter than the one before.
images = t.randn(4, 3, 4, 4) + t.arange(4.0)[:, None, None, None]
kept = images - images.mean(dim=(1, 2, 3), keepdim=True)
lost = images - images.mean(dim=(1, 2, 3))

for name, result in (("with keepdim", kept), ("without", lost)):
    means = result.mean(dim=(1, 2, 3)).tolist()
    print(f"{name:12}", [f"{abs(mean):.2f}" for mean in means])

# %% [markdown]
# No error, and a wrong result: each *column* has lost the mean of one image. Because of errors like this one, the tests
# of this course look at batches and images of many shapes, and the type hints name every axis:
# `Float[Tensor, "batch channels height width"]`. The names aren't checked when the code runs; they're there for you.

# %% [markdown]
# ## When you are stuck
#
# - **Open the hints**, one at a time: a nudge, the approach, and the answer all but written. A failed test tells you
#   which of them helps.
# - `utils.show_solution("centre_images")` shows the course's own answer. In a class, your instructor may have taken it
#   out.
# - **Stop whenever you like.** A notebook can be taken up again at any cell, once the cells above it have been run:
#   *Run → Run All Above Selected Cell*.
#
# If you can't resist reading all three at once, use the button version: it reveals one hint per click. Write
# `utils.hints("…")` with the exercise's name into a cell of your own, in any notebook. Buttons and sliders are run by
# Python. So when you open a notebook again, or restart its kernel, run their cells again, and they come back.

# %%
utils.hints("centre_images")

# %% [markdown]
# ## Where you are
#
# Every run of a test is noted in a file of your own, `my_work/progress.jsonl`, beside the layers that you keep, and so
# is every hint that you open under the button. The file goes nowhere else, and you may delete it. Run this cell
# whenever you want to know how far you have come. In the web book you see the page of somebody who hasn't begun.

# %%
utils.show_progress(tests.NOTEBOOKS)

# %% [markdown]
# Ready? Go on with [notebook 1](../01_building_blocks/01_building_blocks.ipynb), or straight to the heart,
# [notebook 2](../02_resnets/02_resnets.ipynb).
