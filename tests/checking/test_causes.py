"""An error that beginners meet is told with its cause: each sentence is found by really making the error."""

import pytest
import torch
from cell import run_cell
from torch import nn

from course_utils.authoring.answers import solved_notebook
from course_utils.checking.causes import cause_of
from course_utils.checking.student import Stopped, asking, outcome_of
from course_utils.checking.tensors import describe
from course_utils.checking.values import Raised

BLOCK = """
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            {0}

        def forward(self, x):
            {1}

    Block()(t.ones(2, 3, 4, 5))
"""
MADE = {
    "a list stands where a module belongs": (BLOCK, "self.all = nn.Sequential([nn.ReLU()])", "return self.all(x)"),
    "a function stands where a module belongs": (BLOCK, "self.all = nn.Sequential(t.relu)", "return self.all(x)"),
    "a class stands where a module belongs": (BLOCK, "self.all = nn.Sequential(nn.ReLU)", "return self.all(x)"),
    "an nn.ModuleList cannot be called": (BLOCK, "self.all = nn.ModuleList([nn.ReLU()])", "return self.all(x)"),
    "a tuple is called: a comma": (BLOCK, "self.all = (nn.ReLU(),)", "return self.all(x)"),
    "None stands in a Sequential": (BLOCK, "self.all = nn.Sequential(nn.ReLU(), None)", "return self.all(x)"),
    "a ReLU, a module, stands where a tensor belongs": (
        BLOCK,
        "self.relu, self.pool = nn.ReLU, nn.MaxPool2d(2)",
        "return self.pool(self.relu(x))",
    ),
    "OwnReLU, the class itself, is called with an input": (
        f"\n    class OwnReLU(nn.Module):\n        def __init__(self): super().__init__()\n{BLOCK}",
        "self.relu = OwnReLU",
        "return self.relu(x)",
    ),
    "True or False stands where stride belongs": (BLOCK, "self.all = nn.AvgPool2d(2, True)", "return self.all(x)"),
    "True or False stands where a size belongs": (BLOCK, "self.all = nn.Linear(3, False)", "return self.all(x)"),
    "nothing is called partial here: from functools import partial": (BLOCK, "partial(nn.ReLU)", "return x"),
    "a result that the backward pass still needs is written over": (
        BLOCK,
        "self.w = nn.Parameter(t.ones(5))",
        "y = (x * self.w).relu(); y += x; y.sum().backward(); return y",
    ),
    "a ReLU, a module, stands where a tensor belongs: nn.ReLU(…) only makes one": (
        BLOCK,
        "self.relu, self.conv = nn.ReLU, nn.Conv2d(3, 3, 1)",
        "return self.conv(self.relu(x))",
    ),
    "a layer norm over 3 features wants them as the last axis, and gets a tensor of shape (2, 3, 4, 5)": (
        BLOCK,
        "self.norm = nn.LayerNorm(3)",
        "return self.norm(x)",
    ),
    "a number with a point stands where a whole one belongs: // divides": (
        BLOCK,
        "self.conv = nn.Conv2d(3, 4 * 3 / 2, 1)",
        "return self.conv(x)",
    ),
    "view takes axes together only where their numbers lie side by side in memory": (
        BLOCK,
        "pass",
        "return x.transpose(1, 2).view(2, -1)",
    ),
    "a list is called": (BLOCK, "self.all = [nn.ReLU()]", "return self.all(x)"),
    "self.missing is used": (BLOCK, "pass", "return self.missing(x)"),
    "nothing is called relu here": (BLOCK, "pass", "return relu(x)"),
    "a convolution is made for 8 channels, and gets 3": (BLOCK, "self.all = nn.Conv2d(8, 3, 1)", "return self.all(x)"),
    "a batch norm is made for 8 channels, and gets 3": (BLOCK, "self.all = nn.BatchNorm2d(8)", "return self.all(x)"),
    "a linear layer is made for 8 features, and gets 5": (BLOCK, "self.all = nn.Linear(8, 3)", "return self.all(x)"),
    "two tensors meet whose sizes do not fit: 5 and 3 along axis 3": (BLOCK, "self.w = t.ones(3)", "return x * self.w"),
    "this course's Conv2d never has a bias": ("def Conv2d(channels): pass\nConv2d(3, bias=False)", "", ""),
    "Block takes no argument called strides": (
        "class Block:\n    def __init__(self, stride=1): pass\nBlock(strides=2)",
        "",
        "",
    ),
    "a tuple is counted with as if": ("(3, 3) ** 2", "", ""),
    "a tuple is counted with as if it were": ("(3, 3) > 0", "", ""),
    "a number stands where a tuple or a list belongs: is": ("height, width = 3", "", ""),
    "a tuple is counted with as if it were a number": ("3 * (3, 3) * (3, 3)", "", ""),
    "None stands where a number or a tensor belongs": ("t.ones(3) + None", "", ""),
    "None stands where a number or a tensor belongs:": ("t.ones(3).unfold(0, 2, None)", "", ""),
    "None stands where a number or a tensor belongs: something": ("range(None)", "", ""),
    "super stands without its brackets": (BLOCK.replace("super()", "super"), "pass", "return x"),
    "a convolution works on maps, of shape (batch, channels, height, width), and gets a tensor of shape (2, 3)": (
        BLOCK,
        "self.all = nn.Conv2d(3, 4, 1)",
        "return self.all(x.mean(dim=(2, 3)))",
    ),
    "max with an axis gives two things": (BLOCK, "pass", "return x.max(-1).max(-1)"),
    "min with an axis gives two things": (BLOCK, "pass", "return x - x.min(-1)"),
    "two axes that have one name in einsum differ in size: one has 3, another 4": (
        "t.einsum('ij,jk->ik', t.ones(2, 4), t.ones(3, 2))",
        "",
        "",
    ),
    "a number with a point stands where a whole one belongs: //": (
        BLOCK,
        "self.norm = nn.BatchNorm2d(6 / 2)",
        "return x",
    ),
    "a number with a point stands where a whole one belongs": ("t.ones(3).new_zeros(2, 4 / 2)", "", ""),
    "a number with a point stands where a whole one belongs:": ("range(4 / 2)", "", ""),
    "a shape stands inside a shape": ("x = t.ones(2, 3, 4)\nx.reshape(x.shape[:1], -1)", "", ""),
    "functional.pad takes a tuple": ("t.nn.functional.pad(t.ones(2, 3), 1)", "", ""),
    "tensors that are joined differ along another axis": ("t.cat([t.ones(2, 3), t.ones(2, 4)], 0)", "", ""),
    "einsum names 2 axes of a tensor that has 1": ("t.einsum('bi,oi->bo', t.ones(3), t.ones(2, 3))", "", ""),
    "the view reaches beyond the tensor's memory": ("t.ones(9).as_strided((8, 2), (2, 1))", "", ""),
    "a convolution's third argument is its bias": (
        "t.nn.functional.conv2d(t.ones(1, 3, 4, 4), t.ones(2, 3, 1, 1), 2, 1)",
        "",
        "",
    ),
    "a convolution's third argument is its bias:": (
        "t.nn.functional.conv2d(t.ones(1, 3, 4, 4), nn.Parameter(t.ones(2, 3, 1, 1)), (2, 2))",
        "",
        "",
    ),
    "a whole tensor is asked whether it is true: if, and, or, max() and min()": (BLOCK, "pass", "return max(x, 0)"),
    "a whole tensor is asked whether it is true: if wants one value. .any() says whether any of its values is true, "
    ".all() whether all are": (BLOCK, "pass", "\n            if t.isnan(x): return x"),
    "a mean, a variance or a standard deviation is taken of whole numbers": (BLOCK, "pass", "return (x == 0).mean()"),
    "a mean, a variance or a standard deviation is taken of whole numbers, or of": (
        BLOCK,
        "pass",
        "return t.arange(3).std()",
    ),
    "the code calls itself without end": (BLOCK, "pass", "return self.forward(x)"),
    "None is called": (BLOCK, "self.all = None", "return self.all(x)"),
    "a number stands where a tuple or a list belongs": (BLOCK, "self.size = x = 3", "return self.size[0]"),
    "super().__init__(), with all its brackets and nothing in them, is missing": (
        "class Block(nn.Module):\n    def __init__(self):\n        {0}\nBlock()",
        "self.all = nn.ReLU()",
        "",
    ),
    "the class has not been made a module yet": (
        "class Block(nn.Module):\n    def __init__(self): {0}\n    def forward(self, x): return x\nBlock()(t.ones(2))",
        "pass",
        "",
    ),
    "forward takes one argument fewer than it is given: is self missing": (
        "class Block(nn.Module):\n    def forward(x):\n        return x\nBlock()(t.ones(2))",
        "",
        "",
    ),
    "the class has no method called __init__": (
        "class Block(nn.Module):\n    def _init_(self, size): pass\nBlock(3)",
        "",
        "",
    ),
    "the class has no method called __init__, with": (
        "class Block(nn.Module):\n    def _init_(self, size): pass\nBlock(size=3)",
        "",
        "",
    ),
    "ReLU(…) only makes the module": (BLOCK, "pass", "return nn.ReLU(x, x, x)"),
    "mean gets no value": (BLOCK, "pass", "if not self.training: mean = 3\n            return mean"),
    "torch's sqrt takes a tensor, and gets a number": ("t.sqrt(3)", "", ""),
    "torch's relu takes a tensor, and gets a tuple: is one": ("t.relu((t.ones(2),))", "", ""),
    "the gradient is asked for a tensor without a graph": (
        "y = t.ones(2, requires_grad=True)\nt.autograd.grad(y.sum(), y.detach())",
        "",
        "",
    ),
    "the gradient is asked for a tensor that was not used": (
        "y = t.ones(2, requires_grad=True)\nt.autograd.grad(y.sum(), y.clone())",
        "",
        "",
    ),
    "a plain tensor is put in a parameter's place": ("nn.Linear(2, 2).weight = t.ones(2, 2)", "", ""),
    "a tuple has no register_forward_hook: what is called named_": (
        "[one.register_forward_hook(print) for one in nn.ReLU().named_modules()]",
        "",
        "",
    ),
    "hook takes 2 arguments, and a hook is called with three": (
        "def hook(module, out): pass\nlayer = nn.ReLU()\nlayer.register_forward_hook(hook)\nlayer(t.ones(2))",
        "",
        "",
    ),
    "getattr takes no name with a dot in it: get_submodule('0.1')": ("getattr(nn.Sequential(), '0.1')", "", ""),
    "a part is set on the model itself under a name with a dot": (
        "nn.Sequential().add_module('0.1', nn.ReLU())",
        "",
        "",
    ),
    "make_hook takes one argument, and a hook is called with three": (
        "def f():\n    def make_hook(name): pass\n"
        "    layer = nn.ReLU()\n    layer.register_forward_hook(make_hook)\n    layer(t.ones(2))\nf()",
        "",
        "",
    ),
    "several axes come as one tuple": ("t.ones(2, 3, 4, 5).mean(2, 3)", "", ""),
    "Python's own functions, math.sqrt among them": ("import math\nmath.sqrt(t.ones(3))", "", ""),
    "a text is raised": ("raise 'NaN'", "", ""),
    "a pool's window is larger": ("nn.AvgPool2d(7)(t.ones(1, 1, 2, 2))", "", ""),
    "tensors of two dtypes meet": ("t.ones(2, 2) @ t.ones(2, 2).double()", "", ""),
    "tensors on two devices meet": ("t.cat([t.ones(2), t.ones(2, device='meta')])", "", ""),
    "an operation for matrices alone": ("t.ones(2).mm(t.ones(2, 2))", "", ""),
    "nothing is called torch here: the notebook imports it as t": (BLOCK, "pass", "return torch.relu(x)"),
    "a parameter, or the input, is changed in place": ("w = nn.Parameter(t.ones(2))\nw += 1", "", ""),
    "the output has no graph": ("t.ones(2).sum().backward()", "", ""),
    "a tensor of shape (4) is to take up one of shape (1, 4, 1, 4)": ("t.ones(4).mul_(t.ones(1, 4, 1, 1))", "", ""),
}


# What is said where an older torch's own words say less.
IN_OLDER_TORCH = {
    "True or False stands where a size belongs": "what is no whole number stands where a size belongs",
}


@pytest.mark.parametrize("sentence", MADE)
def test_a_beginners_error_is_told_with_its_cause(sentence: str):
    """Catches a pattern that torch's or Python's words no longer fit, and one that fits another error before."""
    code, *lines = MADE[sentence]
    for number, line in enumerate(lines):
        code = code.replace("{" + str(number) + "}", line)
    space = {}
    with pytest.raises(Exception) as caught:  # noqa: PT011  (its kind is what the test is about)
        run_cell(code, space)
    outcome = outcome_of(caught.value, space.get("Block"))
    assert isinstance(outcome, Raised)
    words = (sentence, IN_OLDER_TORCH.get(sentence, sentence))
    assert cause_of(outcome).startswith(words), (outcome.error, cause_of(outcome))


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        ("[nn.ReLU()]", "a list stands where a module belongs"),
        ("nn.Identity(), nn.ReLU", "a class stands where a module belongs"),
        ("(nn.ReLU(), nn.Identity())", "several modules stand where one belongs: put a * in front"),
        ("nn.ReLU() for _ in range(3)", "several modules stand where one belongs: put a * in front"),
        ("t.relu", "a function stands where a module belongs"),
        ("lambda x: x", "a function stands where a module belongs"),
    ],
)
def test_the_courses_sequential_refuses_what_is_no_module_in_words(modules: str, words: str):
    """Catches the slip that shows much later, as an error of torch's about 'named_modules'."""
    space = {"Sequential": solved_notebook("02_resnets").Sequential, "nn": nn, "t": torch}
    with pytest.raises(TypeError, match=r"a list needs a . before it, and a class needs .. after it") as caught:
        eval(f"Sequential({modules})", space)
    assert cause_of(outcome_of(caught.value)).startswith(words)


def test_on_a_gpu_two_devices_are_not_taken_for_two_dtypes():
    """Catches the words of torch's convolutions, which call a tensor's place and its dtype by one name."""
    error = "RuntimeError: Input type (torch.{}) and weight type (torch.cuda.FloatTensor) should be the same"
    assert "two devices" in cause_of(Raised("calling it", error.format("FloatTensor")))
    assert "two dtypes" in cause_of(Raised("calling it", error.format("cuda.HalfTensor")))


def test_an_axis_is_named_where_it_is_known():
    """Catches "along axis 3", which says little to whoever has forgotten to reshape one number a channel."""
    error = "RuntimeError: The size of tensor a ({}) must match the size of tensor b (3) at non-singleton dimension {}"
    doing = "calling BatchNorm2d(3) on x of shape (batch 4, channels 3, height 2, width 5)"
    assert "5 and 3 along axis 3, where x has its width. One number a channel" in cause_of(
        Raised(doing, error.format(5, 3))
    )
    assert "width" not in cause_of(Raised(doing, error.format(2, 2))) + cause_of(
        Raised("calling it", error.format(5, 3))
    )


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ((2, 3), "12 is one for each image and channel. An average over batch, height and width leaves one"),
        (0, "30 is one for each pixel and channel. An average over batch, height and width leaves one"),
        ((0, 2), "3 and 15 along axis 1. An average over batch, height and width leaves one"),
    ],
)
def test_an_average_over_too_few_axes_is_not_told_to_be_reshaped(axes, words: str):
    """Catches "reshape it", said of a mean that was reshaped and holds a number for each image."""
    x = torch.ones(4, 3, 2, 5)
    with pytest.raises(RuntimeError) as caught:
        x - x.mean(dim=axes).reshape(1, -1, 1, 1)
    doing = f"calling BatchNorm2d(3) in training mode on x of shape {describe(x.shape)}"
    assert words in cause_of(Raised(doing, f"RuntimeError: {caught.value}", 3, "(x - mean) / std"))


_SIZES = "RuntimeError: The size of tensor a (5) must match the size of tensor b (3) at non-singleton dimension 3"


@pytest.mark.parametrize(
    ("doing", "source", "advice"),
    [
        ("calling BatchNorm2d(3) on x", "x * self.weight", "reshaped to (1, channels, 1, 1)"),
        ("calling BatchNorm2d(3) on x", "self.running_mean.lerp_(mean, 0.1)", "which axes is the new one taken over?"),
        ("calling ResidualBlock(3, 4) on x", "left + right", "Two branches that are added"),
        ("calling conv1d on x", "x * weight", ""),
    ],
)
def test_sizes_that_do_not_fit_bring_only_the_advice_that_belongs_there(doing: str, source: str, advice: str):
    """Catches a reshape that is advised where the axes are wrong, and branches where there are none."""
    told = cause_of(Raised(doing, _SIZES, 3, source)).partition("axis 3")[2]
    assert advice in told if advice else not told


_PER_CHANNEL = """
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.gamma = nn.Parameter(t.ones(6))

        def forward(self, x):
            out, last, scale, weight = x * 2, x.permute(0, 2, 3, 1), t.ones(2, 6), t.ones(6, 5, 3, 3)
            mask = t.ones(2)
            return LINE
"""


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("x + self.gamma * out", "One number a channel takes its place once it is reshaped to (1, channels, 1, 1)"),
        ("(x - self.gamma) / 2", "One number a channel takes its place once it is reshaped to (1, channels, 1, 1)"),
        ("x * scale + out", "One number a channel takes its place once it is reshaped to (batch, channels, 1, 1)"),
        ("weight * self.gamma", "One number a channel takes its place once it is reshaped to (channels, 1, 1, 1)"),
        (
            "x * mask",
            "One number for each place along axis 0 takes its place once it is reshaped to (-1, 1, 1, 1)",
        ),  # of images
        ("x + self.gamma * last", ""),  # not turned back: gamma is as it should be
        ("x + self.gamma[:, None, None] * out[..., :6]", ""),
        ("x + out[..., :6]", "Two branches that are added need the same shape"),
    ],
)
def test_one_number_a_channel_is_told_from_a_branch(line: str, advice: str):
    """Catches talk of branches where the line multiplies, and a reshape where it's not that tensor that doesn't fit."""
    block = run_cell(_PER_CHANNEL.replace("LINE", line))["Block"]
    with pytest.raises(Stopped) as caught, asking("calling ConvNeXtBlock(6) on x"):
        block()(torch.ones(2, 6, 9, 8))
    told = cause_of(outcome_of(caught.value, block))
    assert told.startswith("two tensors meet whose sizes do not fit")
    assert told.partition(" along axis 3")[2] == (f". {advice}" if advice else "")


@pytest.mark.parametrize(("gets", "told"), [("2, 6", True), ("2, 120", False)])
def test_keepdim_is_spoken_of_where_only_height_and_width_are_gone(gets: str, told: bool):
    """Catches keepdim for a tensor that was flattened."""
    error = f"RuntimeError: Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [{gets}]"
    doing = "calling SqueezeExcitation(6, 3) on x of shape (batch 2, channels 6, height 5, width 4)"
    assert ("keepdim=True" in cause_of(Raised(doing, error, 7, "self.fc1(s)"))) == told


def test_self_is_not_asked_for_where_it_cannot_be_missing():
    """Catches "is self missing?" for ReLU(x), where it is the brackets, and self. in a function, which has none."""
    error = "TypeError: ReLU.__init__() takes 1 positional argument but 2 were given"
    assert "self missing" in cause_of(Raised("building ReLU()", error))
    assert "self" not in cause_of(Raised("calling it", error, 7, "return ReLU(left + right)"))
    assert "self missing" not in cause_of(Raised("calling it", error, 7, "return self.relu(left + right)"))
    assert "self." not in cause_of(Raised("calling predict(model, images)", "NameError: name 'soft' is not defined"))
    assert "self.soft" in cause_of(Raised("calling Block() on x", "NameError: name 'soft' is not defined"))


@pytest.mark.parametrize("error", ["ValueError: no", "KeyError: 'x'", "RuntimeError: something that nobody knows"])
def test_what_nobody_knows_is_not_explained(error: str):
    """Catches a sentence for every error: a wrong cause is worse than none."""
    assert not cause_of(Raised("calling it", error, 3, "return x"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("x.reshape(x.shape[:1], -1)", True),
        ("x.view(x.size()[:1], -1)", True),
        ("x.reshape(x.shape[0])", False),
        ("x.reshape(2).unflatten(0, (2, -1))", False),
        ("x.reshape(4, -1).reshape(2)", False),
    ],
)
def test_a_minus_one_that_torch_2_7_drops_is_what_a_shape_inside_a_shape_is_known_by(line: str, told: bool):
    """Catches a sentence for every shape that doesn't fit: without a -1, or with two calls, it's not known why."""
    error = "RuntimeError: shape '[2]' is invalid for input of size 24"
    assert bool(cause_of(Raised("calling it", error, 3, line))) == told
