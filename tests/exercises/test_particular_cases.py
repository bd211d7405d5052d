"""What particular code is told: a sentence about it, whatever is handed in, and never a traceback of the library.

What holds for every exercise alike stands in test_every_exercise.py, complete answers in answers/NAME.py.
"""

import builtins
import linecache
import os
import re
import signal
import subprocess
import sys
import time
from textwrap import dedent

import pytest
import torch
from solved import run_solution
from torch import nn
from torch.nn import functional
from torchvision import models

from course_utils import tests, training
from course_utils.authoring.answers import answers, cells, notebook_of, run_cell, solved_notebook
from course_utils.checking.plain import render_plain
from course_utils.checking.values import Raised, Wrong
from course_utils.checking.wording import word
from course_utils.exercises.exercise import _at_the_usual_seed, examine
from course_utils.exercises.look_inside.small_resnet import SmallResNet
from course_utils.exercises.registry import load, notebooks
from course_utils.exercises.resnet_family.receptive_field import measured
from course_utils.inspection.multiply_adds import layer_costs

NAMES = [entry.name for entries in notebooks().values() for entry in entries]
QUESTIONS = [name for name in NAMES if name.endswith("_answers")]
CODE = [name for name in NAMES if name not in QUESTIONS]
CLASSES = [name for name in CODE if isinstance(load(name).right, type)]
TESTS = [(name, test) for name in NAMES for test in load(name).tests]
MACHINERY = re.compile(r"site-packages|Traceback|course_utils|tensor\(\[|<function|<class|object at|Module \[")


def solved(name):
    return getattr(solved_notebook(notebook_of(name)), name)


def cell(name, source):
    """Run a student's cell, in which the solved answer is called Right; its own first line is the third."""
    imports = "import torch, torch.nn.functional as F; from torch import nn; from contextlib import contextmanager"
    right = "from course_utils.authoring.answers import solved_notebook as solved"
    right += f"; Right = solved({notebook_of(name)!r}).{name}"
    return run_cell(f"{imports}\n{right}\n{dedent(source).strip()}\n", name)


def said_to(name, candidate, test=""):
    """Give what an exercise's test (the first, unless it is named) says to a candidate, as one line."""
    function = getattr(tests, test) if test else tests.EXERCISES[name][0]
    with pytest.raises(AssertionError) as raised:
        function(candidate)
    return " ".join(str(raised.value).split())


def told(report):
    return " ".join(render_plain(word(report)).split())


def said(name, source, test=""):
    return said_to(name, cell(name, source), test)


def changed(name, *lines):
    """Give the cell of a solved class whose forward ends in these lines, with the right output in y."""
    body = "\n        ".join(("y = super().forward(x)", *lines))
    return f"class {name}(Right):\n    def forward(self, x):\n        {body}\n"


_LINES = re.compile(r"not attempted|anomaly|" + MACHINERY.pattern)


# --- what is no answer at all ---------------------------------------------------------------------------------------

THINGS = {
    "None": None,
    "a list": [1, 2],
    "a number": 3,
    "a text": "ReLU",
    "a module": nn.ReLU(),
    "nn.Module": nn.Module,
}


@pytest.mark.parametrize(("name", "test"), TESTS, ids=lambda value: value)
def test_anything_handed_to_a_test_function_is_told_in_a_sentence(name: str, test: str):
    """Catches an observer that fails with an error of its own, or shows the library, on what is no answer."""
    for kind, thing in THINGS.items():
        report = examine(load(name), test, thing)
        assert report.verdict == "wrong" or (kind == "nn.Module" and report.verdict == "unfinished"), (kind, report)
        assert not MACHINERY.search(render_plain(word(report))), kind


@pytest.mark.parametrize("name", CLASSES)
def test_an_instance_in_place_of_the_class_is_named(name: str):
    """Catches "ReLU() takes no arguments" to a student who wrote tests.test_relu(ReLU())."""
    with torch.device("meta"):
        instance = cell(name, f"class {name}(Right):\n    def __init__(self):\n        nn.Module.__init__(self)")()
    assert f"pass {name} without calling it" in said_to(name, instance)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def AveragePool(x):\n    return x.mean((2, 3))", "is a class that derives from nn.Module"),
        ("class AveragePool:\n    def forward(self, x):\n        return x", "derives from nn.Module"),
    ],
    ids=["function", "plain class"],
)
def test_what_is_no_module_class_is_named(source: str, words: str):
    """Catches an AttributeError about `train` or `parameters`."""
    assert words in said("AveragePool", source)


def test_a_hook_exercise_without_the_decorator_is_named():
    """Catches "'generator' object does not support the context manager protocol" and nothing more."""
    assert "is @contextmanager missing" in said("hooks_on", "def hooks_on(model, hook):\n    yield\n")


# --- what a forward returns -----------------------------------------------------------------------------------------

FORWARDS = ["AveragePool", "ResidualBlock", "ReLU", "MaxPool2d", "Flatten", "BasicBlock", "ThinBlock", "PooledBlock"]
RETURNS = {
    "a tuple": (["return y, x"], ["returned a tuple of 2 things"]),
    "nothing": ([], ["it returned None: is a `return` missing"]),
    "a NumPy array": (["return y.detach().numpy()"], ["NumPy array: stay with torch"]),
    "a number": (["return 0.5"], ["returned", "float"]),
    "another dtype": (["return y.half()"], ["keeps the dtype of its input", "torch.float16"]),
    "another device": (["return y.to('meta')"], ["on the device of its input", "x is on cpu, the output on meta"]),
    "a changed input": (["y = y.clone()", "x.mul_(2)", "return y"], ["input"]),
}


@pytest.mark.parametrize("name", FORWARDS)
@pytest.mark.parametrize(("lines", "words"), RETURNS.values(), ids=RETURNS.keys())
def test_what_a_forward_returns_is_named_as_what_it_is(name: str, lines: list, words: list):
    """Catches "expected shape (2, 3), got nothing" where a sentence could say what is missing."""
    text = said(name, changed(name, *lines))
    assert "not attempted" not in text
    for each in words:
        assert each in text


# --- errors ---------------------------------------------------------------------------------------------------------

INIT = "class {}(nn.Module):\n    def __init__(self, {}):\n        "
_IN_INIT = dedent("""
    class BatchNorm2d(nn.Module):
        def __init__(self, num_features, eps=1e-05, momentum=0.1):
            super().__init__()
            self.weight, self.bias = nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features))
            self.register_buffer("running_mean", torch.zeros(num_features))
            self.register_buffer("running_var", torch.ones(num_features))
            self.register_buffer("num_batches_tracked", torch.tensor(0))
            def forward(self, x):
                return x
    """)
ERRORS = {
    "a class that cannot be built": (
        "ResidualBlock",
        INIT.format("ResidualBlock", "in_feats, out_feats, first_stride=1")
        + "super().__init__()\n        self.conv = nn.Conv2d(in_feats, out_feats, 3, strides=first_stride)",
        [
            "while building ResidualBlock(",
            "unexpected keyword argument 'strides'",
            "your line 6: self.conv = nn.Conv2d(in_feats, out_feats, 3, strides=first_stride)",
        ],
    ),
    "a forgotten super().__init__()": (
        "BatchNorm2d",
        INIT.format("BatchNorm2d", "num_features, eps=1e-05, momentum=0.1")
        + "self.weight = nn.Parameter(torch.ones(num_features))",
        ["before Module.__init__() call", "super().__init__()", "your line 5"],
    ),
    "the backward pass, without advice for people who debug autograd": (
        "ResidualBlock",
        "class ResidualBlock(Right):\n    def forward(self, x):\n        y = super().forward(x * 1)\n"
        "        z = y.exp()\n        y.add_(0)\n        return y + 0 * z",
        ["modified by an inplace operation"],
    ),
    "branches of different shapes, told with their shapes": (
        "ResidualBlock",
        changed("ResidualBlock", "return y + x[:, :, 1:, 1:]"),
        ["must match the size", "its convolutions give (batch 2, channels 4, height 8, width 6), (batch 2,"],
    ),
    "a state dict that does not load": (
        "copy_weights",
        "def copy_weights(my_resnet, pretrained_resnet):\n"
        "    my_resnet.load_state_dict(pretrained_resnet.state_dict())",
        ["Missing key(s) in state_dict"],
    ),
    "too few arguments": (
        "BlockGroup",
        INIT.format("BlockGroup", "n_blocks, in_feats, out_feats")
        + "super().__init__()\n        self.blocks = nn.ModuleList([ResidualBlock(in_feats, out_feats)])",
        ["building BlockGroup(", "first_stride"],
    ),
    "a forward without self": (
        "AveragePool",
        "class AveragePool(nn.Module):\n    def forward(x):\n        return x",
        ["takes 1 positional argument but 2 were given", "while calling AveragePool() on x of shape"],
    ),
    "a function with other arguments": (
        "predict",
        "def predict(images):\n    return images",
        ["takes 1 positional argument but 2 were given", "images"],
    ),
    "the student's own line": (
        "AveragePool",
        "class AveragePool(nn.Module):\n    def forward(self, x):\n        y = x.reshape(-1, 7)\n        return y",
        ["your line 5: y = x.reshape(-1, 7)", "invalid for input of size"],
    ),
    "the student's innermost line, deep in torch": (
        "AveragePool",
        "class AveragePool(nn.Module):\n    def helper(self, x):\n        return x.view(7, 7)\n\n"
        "    def forward(self, x):\n        return nn.Sequential(nn.ReLU(), Right())(self.helper(x))",
        ["your line 5: return x.view(7, 7)"],
    ),
    "a hook that asks a whole tensor whether it is true": (
        "raise_on_nan",
        "def raise_on_nan(module, inputs, output):\n    if torch.isnan(output):\n        raise ValueError('NaN')",
        ["a whole tensor is asked whether it is true", "your line 4: if torch.isnan(output):"],
    ),
    "a forward of another name": (
        "AveragePool",
        "class AveragePool(nn.Module):\n    def fowrard(self, x):\n        return x.mean((2, 3))",
        ["has a method called forward"],
    ),
    "a forward with underscores": (
        "AveragePool",
        "class AveragePool(nn.Module):\n    def __forward__(self, x):\n        return x.mean((2, 3))",
        ["has a method called forward"],
    ),
    "a forward that is indented into __init__": ("BatchNorm2d", _IN_INIT, ["has a method called forward"]),
}


@pytest.mark.parametrize(("name", "source", "words"), ERRORS.values(), ids=ERRORS.keys())
def test_an_error_is_told_with_what_was_asked_and_the_students_own_line(name: str, source: str, words: list):
    """Catches a line of torch's or the course's, advice that is no help, and an error that passes for a stub."""
    test = "test_batchnorm2d_forward" if "called forward" in words[0] and name == "BatchNorm2d" else ""
    text = said(name, source, test)
    assert "✗" in text
    assert not _LINES.search(text)
    for each in words:
        assert each in text


_MINE = """
class Mine(nn.Module):
    def forward(self, x):
        return x.view(7, 7)
"""
_OF_ANOTHER_CELL = """
class AveragePool(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Mine()

    def forward(self, x):
        return self.part(x)
"""


def test_the_line_is_this_exercises_own_and_what_lies_deeper_is_named():
    """Catches "your line 4" of another notebook, while line 4 of this cell is innocent."""
    linecache.cache["/home/ann/my_work/Mine.py"] = (len(_MINE), None, _MINE.splitlines(keepends=True), "Mine.py")
    space = {"nn": nn}
    exec(compile(_MINE, "/home/ann/my_work/Mine.py", "exec"), space)
    candidate = run_cell(f"from torch import nn\n{_OF_ANOTHER_CELL}", "AveragePool")
    candidate.forward.__globals__["Mine"] = space["Mine"]
    text = said_to("AveragePool", candidate)
    assert "your line 9: return self.part(x)" in text
    assert "it ended in your Mine (my_work/Mine.py), line 4: return x.view(7, 7)" in text


@pytest.mark.parametrize("name", [name for name in CLASSES if "forward" in vars(solved(name))])
def test_a_class_without_forward_is_named_in_every_exercise(name: str):
    """Catches "not attempted yet" to a student who misspelled one word."""
    candidate = cell(name, f"class {name}(Right):\n    forward = nn.Module.forward")
    reports = [examine(load(name), test, candidate) for test in load(name).tests]
    assert any("has a method called forward" in told(one) for one in reports)


# --- stubs ----------------------------------------------------------------------------------------------------------

STUBS = {
    "raise": "raise NotImplementedError()",
    "raise with words": 'raise NotImplementedError("YOUR CODE HERE")',
    "pass": "pass",
    "dots": "...",
    "docstring": '"""Average each channel."""',
    "return None": "return None",
}


@pytest.mark.parametrize("body", STUBS.values(), ids=STUBS.keys())
def test_a_stub_of_any_form_has_not_been_attempted(body: str):
    """Catches "it returned None" to a student who has written nothing yet."""
    sources = {
        "AveragePool": f"class AveragePool(nn.Module):\n    def forward(self, x):\n        {body}",
        "predict": f"def predict(model, images):\n    {body}",
        "copy_weights": f"def copy_weights(my_resnet, pretrained_resnet):\n    {body}",
        "raise_on_nan": f"def raise_on_nan(module, inputs, output):\n    {body}",
        "hooks_on": f"def hooks_on(model, hook):\n    {body}",
        "reading_answers": f"def reading_answers():\n    {body}",
        "feature_maps": f"def feature_maps(model, layers, x):\n    {body}",
        "without_block": f"@contextmanager\ndef without_block(model, name):\n    {body}",
        "NewHead": INIT.format("NewHead", "backbone, n_classes") + f"super().__init__()\n        {body}",
    }
    for name, source in sources.items():
        text = said(name, source)
        assert f"○ {name} not attempted yet" in text
        assert "✗" not in text


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("body", ["raise NotImplementedError()", "pass"])
def test_a_class_of_which_only_super_init_stands_has_not_been_attempted(name: str, body: str):
    """Catches "0 parameter tensors" to a student who has written the first line, as the notebook does for them."""
    source = f"""
class {name}(nn.Module):
    expansion = {getattr(solved(name), "expansion", 1)}

    def __init__(self, *args, **settings):
        super().__init__()
        {body}

    def forward(self, x):
        {body}

    def extra_repr(self):
        {body}
"""
    for test in load(name).tests:
        text = said(name, source, test)
        assert re.match(rf"○ {name} (\(\d of \d\) )?not attempted yet", text)
        assert "✗" not in text


@pytest.mark.parametrize("body", ["raise NotImplementedError()", "pass"])
@pytest.mark.parametrize("name", [name for name in CLASSES if "extra_repr" in vars(solved(name))])
def test_who_has_all_but_extra_repr_is_told_to_write_that(name: str, body: str):
    """Catches "not attempted yet", and a hint about the axes of a mean."""
    text = said(name, f"{changed(name, 'return y')}    def extra_repr(self):\n        {body}")
    assert f"○ {name}" in text
    assert "not finished yet → go on with extra_repr: all that could be tried without is right" in text
    assert "still a stub: extra_repr right already: own work, " in text
    assert "hint" not in text


_LINEAR = """
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        {}

    def forward(self, x):
        {}

    def extra_repr(self):
        {}
"""
_MADE = "self.weight, self.bias = (getattr(Right(in_features, out_features, bias), one) for one in ('weight', 'bias'))"
_STUB = "raise NotImplementedError()"
PARTLY = {
    "__init__": (
        _LINEAR.format(_STUB, "return x @ self.weight.T + self.bias", _STUB),
        "test_linear_forward",
        ["not finished yet → go on with __init__: all else waits for it · open hint 1 still a stub: __init__"],
    ),
    "forward": (
        _LINEAR.format(_MADE, _STUB, _STUB),
        "test_linear_forward",
        ["→ go on with forward", "hint 1 still a stub: forward right already: parameters"],
    ),
    "something is wrong as well": (
        _LINEAR.format(_MADE.replace("weight', 'bias", "bias', 'weight"), _STUB, _STUB),
        "test_linear_module",
        ["✗ Linear", "not right: parameters", "still a stub: extra_repr"],
    ),
}


@pytest.mark.parametrize(("source", "test", "words"), PARTLY.values(), ids=PARTLY.keys())
def test_half_a_class_is_told_what_is_right_and_which_method_is_missing(source: str, test: str, words: list):
    """Catches "not attempted yet" to a student who has written all but one method, whichever it is."""
    text = said("Linear", source, test)
    assert "not attempted" not in text
    for each in words:
        assert each in text


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_an_endless_loop_can_be_interrupted_and_is_named():
    """Catches Ctrl-C that is swallowed as one more error of the student's, and a traceback of 40 lines."""
    program = """
        import signal
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored, where a job in the background runs this
        from course_utils import tests
        from course_utils.authoring.answers import run_cell

        pool = run_cell('''
        class AveragePool(nn.Module):
            def forward(self, x):
                print("running", flush=True)
                while True:
                    x = x + 0
        ''', "AveragePool")
        try:
            tests.test_averagepool(pool)
        except KeyboardInterrupt as stop:
            print(stop, "".join(stop._render_traceback_()), sep="|")
    """
    with subprocess.Popen([sys.executable, "-c", dedent(program)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "running\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        try:
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert re.search(r"○ AveragePool +stopped by you at your line [456]:", out)
    assert "Traceback" not in out


# --- sentences that were worth a test -------------------------------------------------------------------------------

_NORM = "class BatchNorm2d(Right):\n    def extra_repr(self):\n        return "
SENTENCES = {
    "an extra_repr that swaps two values": (
        "BatchNorm2d",
        _NORM + 'f"{self.num_features}, eps={self.momentum}, momentum={self.eps}"',
        ["each value of extra_repr stands after"],
    ),
    "an extra_repr that is a tuple": (
        "BatchNorm2d",
        _NORM + "(self.num_features, self.eps, self.momentum)",
        ["it returned a tuple"],
    ),
    "an extra_repr that would crash print": ("BatchNorm2d", _NORM + "5", ["print(model) needs a str"]),
    "a finished function": (
        "conv1d_minimal",
        "def conv1d_minimal(x, weights):\n    return F.conv1d(x, weights)\n",
        ["conv1d_minimal calls torch's own conv1d"],
    ),
    "parameters of other shapes": (
        "ResidualBlock",
        INIT.format("ResidualBlock", "in_feats, out_feats, first_stride=1")
        + "super().__init__()\n        self.left = nn.Sequential(nn.Conv2d(in_feats, out_feats, 3), "
        "BatchNorm2d(out_feats))\n        self.right = nn.Conv2d(in_feats, out_feats, 1)\n\n"
        "    def forward(self, x):\n        return self.left(x) + self.right(x)",
        ["ResidualBlock(4, 4, first_stride=1)", "6 parameters, as there should be", "the first that is another one"],
    ),
    "a mean that lines up with the width": (
        "centre_images",
        "centre_images = lambda images: images - images.mean((1, 2, 3))",
        ["lines up with the width"],
    ),
    "a missing layer": (
        "PooledBlock",
        INIT.format("PooledBlock", "in_feats, out_feats, stride=1, norm=False")
        + "super().__init__()\n        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1)\n"
        "        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride, 1, bias=False)",
        [
            "needs a 3×3 convolution from 4 to 4 channels with a bias, and has too few of them",
            "it has a 3×3 convolution from 4 to 4 channels without a bias",
        ],
    ),
    "a tensor that was not copied": (
        "copy_weights",
        "def copy_weights(my_resnet, pretrained_resnet):\n    for mine, theirs in zip(my_resnet.parameters(), "
        "pretrained_resnet.parameters()):\n        mine = theirs",
        ["my_resnet afterwards: the weight of the copy of conv1 in 0.0 "],
    ),
    "zeros that say where they are": (
        "ThinBlock",
        "class ThinBlock(Right):\n    def forward(self, x):\n"
        "        return super().forward(x + torch.zeros(x.shape, dtype=x.dtype, device='cpu'))",
        ["makes its zeros on the CPU, wherever its input is", "found at least two devices, cuda:0 and cpu"],
    ),
    "torchvision's own network": (
        "make_resnet",
        "def make_resnet(depth):\n    from torchvision import models\n    return getattr(models, f'resnet{depth}')()",
        ["this one is torchvision's own"],
    ),
}


@pytest.mark.parametrize(("name", "source", "words"), SENTENCES.values(), ids=SENTENCES.keys())
def test_what_is_wrong_is_told_so_that_a_student_can_find_it(name: str, source: str, words: list):
    """Catches a look that only says that something differs."""
    text = said(name, source)
    for each in words:
        assert each in text


def test_a_shortcut_that_is_wrong_as_well_is_told_what_it_does_first():
    """Catches "build it yourself" to a student whose code also forgets weight and bias."""
    source = """
        class BatchNorm2d(Right):
            def forward(self, x):
                self.num_batches_tracked += self.training
                statistics = self.running_mean, self.running_var
                return F.batch_norm(x, *statistics, None, None, self.training, self.momentum, self.eps)
        """
    text = said("BatchNorm2d", source, "test_batchnorm2d_forward")
    assert "behaves exactly like one that" in text
    assert "each channel is normalised" in text
    assert "not right: no finished function, training mode" in text
    assert "What should hold: the work is your own" not in text
    assert "what should hold, too: the work is your own" in text


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ("all_zero", "got 0 everywhere"),
        ("normal", "got normal numbers, as randn draws them, of standard deviation 1"),
        ("bound_from_outputs", "from −0.25 to 0.25, spread evenly, got numbers from −0.016 to 0.016"),
    ],
)
def test_numbers_that_a_layer_starts_with_are_told_as_people_write_them(mistake: str, words: str):
    """Catches "-3.0234375e+00"."""
    answer = next(one.candidate for one in load("Linear").mistakes if one.id == mistake)
    assert words in said_to("Linear", answer, "test_linear_module")


def test_relu_notes_what_becomes_of_infinity_and_nan_without_calling_it_wrong():
    """Catches `x * (x > 0)` that is refused, or whose difference from torch's own is never mentioned."""
    answer = cell("ReLU", "class ReLU(nn.Module):\n    def forward(self, x):\n        return x * (x > 0)")
    report = examine(load("ReLU"), "test_relu", answer)
    assert report.verdict == "right"
    assert "0 · ∞" in render_plain(word(report))


_STRIDES_IN_ALL = """
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        feats = [in_feats] + [out_feats] * n_blocks
        self.mine = nn.Sequential(*[ResidualBlock(i, o, first_stride) for i, o in zip(feats, feats[1:])])

    def forward(self, x):
        return self.mine(x)
"""
_ONE_GROUP = """
class ResNet34(Right):
    def __init__(self, n=(3, 4, 6, 3), out=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=1000):
        super().__init__(n, out, strides, n_classes)
        self.mine = BlockGroup(2, 3, 4, 2)
"""


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("BlockGroup", _STRIDES_IN_ALL, ["the weight of the 1×1 convolution of mine.1"]),
        ("BlockGroup", _STRIDES_IN_ALL, ["the weight and bias of the third batch norm of mine.1"]),
        ("ResNet34", _ONE_GROUP, ["the weight of the first 3×3 convolution of the first block of mine"]),
    ],
)
def test_what_lies_in_a_stand_in_is_told_in_words(name: str, source: str, words: list):
    """Catches the names of a right block's own parts, which no student wrote."""
    imports = (
        f"from course_utils.authoring.answers import solved_notebook as solved\nTheirs = solved({notebook_of(name)!r})"
    )
    earlier = "ResidualBlock, BlockGroup = Theirs.ResidualBlock, Theirs.BlockGroup"
    said = said_to(name, cell(name, f"{imports}\n{earlier}\n{source}"))
    for each in words:
        assert each in said
    assert not re.search(r"conv\d|bn\d|downsample|\.0\.0|mine\.\d\.", said)


PREDICT = """
def predict(model, images):
    was = model.training
    model.eval()
    with torch.no_grad():
        {scores}
    {afterwards}
    found = scores.max(dim=1)
    return found.values, found.indices
"""
_SOFTMAX = "scores = model(images).softmax(dim=1)"
_BY_HAND = "scores = model(images).exp(); scores = scores / scores.sum(dim=1, keepdim=True)"
_STABLE = (
    "scores = model(images); scores = (scores - scores.amax(1, True)).exp(); scores = scores / scores.sum(1, True)"
)


@pytest.mark.parametrize(
    ("scores", "afterwards", "notes"),
    [
        (_BY_HAND, "pass", ["infinity divided by infinity is NaN"]),
        (_SOFTMAX, "model.train()", ["stays in training mode, though it came in eval mode"]),
        (_BY_HAND, "model.train()", ["is NaN", "stays in training mode"]),
        (_STABLE, "model.train(was)", []),
    ],
)
def test_predict_notes_what_overflows_and_a_mode_that_is_left_behind(scores, afterwards, notes):
    """Catches a softmax by hand, or a model.train() at the end, of which nobody says what they do elsewhere."""
    source = PREDICT.format(scores=scores, afterwards=afterwards)
    found = examine(load("predict"), "test_predict", cell("predict", source))
    assert found.verdict == "right"
    told = " ".join(render_plain(word(found)).split())
    assert told.count("note:") == len(notes)
    for words in notes:
        assert words in told


@pytest.mark.parametrize("name", ["feature_maps", "grad_cam", "predict"])
def test_a_model_that_is_left_in_training_mode_is_noted_and_right(name: str):
    """Catches a model.train() at the end that nobody speaks of: the next answer of the model is another one."""
    right = next(cell.source for cell in answers(name) if cell.kind == "right")
    source = f"""{right}
_mine = {name}
def {name}(model, *args):
    result = _mine(model, *args)
    model.train()
    return result
"""
    for code, noted in ((source, True), (right, False)):
        found = examine(load(name), f"test_{name}", cell(name, code))
        assert found.verdict == "right"
        assert ("note: the model stays in training mode" in render_plain(word(found))) == noted


@pytest.mark.parametrize("small", ["1e-8", "1e-6", "1e-5"])
@pytest.mark.parametrize("seed", [0, 7], ids=["as students run it", "as it is graded"])
def test_a_map_may_be_divided_by_its_largest_value_and_a_very_small_number(small: str, seed: int):
    """Catches a map that is refused for a 0.9999 where right code has 1: the number keeps 0 / 0 away."""
    safe = next(one.source for one in answers("grad_cam") if "heat.max() + 1e-8" in one.source)
    source = safe.replace("heat.max() + 1e-8", f"heat.max() + {small}")
    assert examine(load("grad_cam"), "test_grad_cam", cell("grad_cam", source), seed).verdict == "right"


_FORWARD, _RUNNING = "test_batchnorm2d_forward", "test_batchnorm2d_running_mean"
_AXES = "with further axes of size 1, as in (1, channels, 1, 1)"
VERDICTS = [
    ("BatchNorm2d", "axes_of_size_1", "test_batchnorm2d_module", [_AXES, "got (1, 3, 1, 1)"]),
    ("BatchNorm2d", "axes_of_size_1", _FORWARD, [_AXES, "got (1, 3, 1, 1)"]),
    ("BatchNorm2d", "axes_of_size_1", _RUNNING, [_AXES, "got (1, 3, 1, 1)"]),
    ("BatchNorm2d", "not_reshaped", _FORWARD, ["line up with the width", "size of tensor a (5)"]),
    ("BatchNorm2d", "not_reshaped", _RUNNING, ["line up with the width", "not right: eval changes nothing"]),
    ("BatchNorm2d", "difference_of_squares", _FORWARD, ["loses its digits where the mean is large", "x + 4096"]),
    ("BatchNorm2d", "no_gradient", _FORWARD, ["under no_grad, so that no gradient flows"]),
    ("MaxPool2d", "finite_padding", "", ["only very negative", "its numbers near −1e+35", "got −100"]),
    ("MaxPool2d", "pads_by_default", "", ["has padding=1 by default"]),
    ("MaxPool2d", "tuples_only", "", ["takes no number for kernel_size"]),
    ("Linear", "no_bias_by_default", "test_linear_module", ["has no bias unless told otherwise"]),
]


@pytest.mark.parametrize(("name", "id_", "test", "words"), VERDICTS, ids=[f"{one[1]}-{one[2]}" for one in VERDICTS])
def test_what_most_people_write_is_named_in_every_test_that_it_fails(name: str, id_: str, test: str, words: list):
    """Catches "could not be checked", numbers without a cause, and a wrong answer that one more row would catch."""
    answer = next(one for one in answers(name) if (one.kind, one.title) == ("mistake", id_))
    text = said_to(name, answer.run(), test)
    for each in words:
        assert each in text


FIRST_APART = [
    (
        "BasicBlock",
        "class BasicBlock(Right):\n    def forward(self, x):\n"
        "        left = self.bn2(self.conv2(self.bn1(self.conv1(x))))\n"
        "        return torch.relu(left + (x if self.downsample is None else self.downsample(x)))",
        "conv2 (Conv2d) gets other values than it should: look between bn1 and conv2",
    ),
    (
        "ThinBlock",
        next(one.source for one in answers("ThinBlock") if "names of their own, and the first ReLU" in one.title),
        "c (Conv2d) gets other values than it should: look between b and c",
    ),
]


@pytest.mark.parametrize(("name", "source", "words"), FIRST_APART, ids=[name for name, *_ in FIRST_APART])
def test_the_first_layer_that_differs_is_named_and_no_later_one(name: str, source: str, words: str):
    """Catches a panel that blames the last layer, or speaks of layers by the solution's names."""
    text = said(name, source)
    assert words in text
    assert "difference inside" not in text
    assert "bn2" not in text


_WHOLE_34 = """
from course_utils.exercises.resnet_family.basic_block import RightBasicBlock
from course_utils.exercises.resnet_family.resnet import RightResNet
class ResNet(RightResNet):
    def __init__(self, *args, **settings):
        super().__init__(RightBasicBlock, [3, 4, 6, 3])
"""
TOO_LARGE = [
    ("ResNet34", "class ResNet34(Right):\n    def __init__(self, *args):\n        super().__init__()", "test_resnet34"),
    ("ResNet", _WHOLE_34, "test_resnet"),
    ("ResNet", _WHOLE_34, "test_resnet_start"),
]


@pytest.mark.parametrize(("name", "source", "test"), TOO_LARGE, ids=[test for *_, test in TOO_LARGE])
def test_a_network_that_ignores_its_arguments_is_told_at_once(name: str, source: str, test: str):
    """Catches a network of 20 million parameters that is built and run for every row."""
    candidate = cell(name, source)
    assert "21,797,672 parameters, far too many" in said_to(name, candidate, test)
    assert _seconds(name, candidate, test, 2.0) < 2.0


@pytest.mark.parametrize("name", CODE)
def test_the_first_failing_call_of_a_notebook_answers_at_once_too(name: str):
    """Catches a bank of known mistakes that students wait for: the first wrong answer has all of them observed."""
    limit = {"ResNet34": 3.0, "ResNet": 3.0, "make_resnet": 3.0}.get(name, 1.0)
    wrong = load(name).mistakes[-1].candidate
    for test in load(name).tests:
        assert _seconds(name, wrong, test, limit) < limit, test


def _seconds(name, candidate, test, limit):
    """Measure CPU seconds with nothing known of the bank: the best of three, as another process may need the core."""
    best = 2 * limit
    for _ in range(3):
        _at_the_usual_seed.cache_clear()
        start = time.process_time()
        examine(load(name), test, candidate)
        best = min(best, time.process_time() - start)
        if best < limit:
            break
    print(f"{name}, {test}: {best:.2f} of {limit:g} s")
    return best


# --- what a block or a network is made of ---------------------------------------------------------------------------

_BLOCK = """
    class ResidualBlock(nn.Module):
        def __init__(self, in_feats, out_feats, first_stride=1):
            super().__init__()
            conv = lambda i, k, s, p: {conv}
            {left}
            self.right = nn.Identity() if {same} else nn.Sequential(conv(in_feats, 1, first_stride, 0), norm(out_feats))
        def forward(self, x):
            return F.relu({sum} + self.right(x))
    norm = BatchNorm2d
    """
_SETTINGS = {
    "conv": "nn.Conv2d(i, out_feats, k, s, p, bias=False)",
    "left": "self.left = nn.Sequential(conv(in_feats, 3, first_stride, 1), norm(out_feats), nn.ReLU(), "
    "conv(out_feats, 3, 1, 1), norm(out_feats))",
    "same": "first_stride == 1 and in_feats == out_feats",
    "sum": "self.left(x)",
}
_NORMS_LAST = (
    "self.c1, self.c2 = conv(in_feats, 3, first_stride, 1), conv(out_feats, 3, 1, 1); "
    "self.n1, self.n2 = norm(out_feats), norm(out_feats)"
)
_BIASES = {"conv": "nn.Conv2d(i, out_feats, k, s, p)"}
# Settings, what is said, and what is not.
BLOCKS = {
    "norms declared last": (
        {"left": _NORMS_LAST, "sum": "self.n2(self.c2(F.relu(self.n1(self.c1(x)))))"},
        [
            "in the order in which they run",
            "expected convolution, batch norm, convolution, batch norm",
            "got convolution c1, convolution c2, batch norm n1, batch norm n2",
        ],
        "declared before",
    ),
    "biases": (_BIASES, ["behaves exactly like one that has a bias in every convolution"], "at the same time"),
    "biases, and a question that forgets the channels": (
        _BIASES | {"same": "first_stride == 1"},
        [
            "has a bias in every convolution, and at the same time like one that projects only when the stride",
            "one too many: left.0.bias, of your convolution left.0",
        ],
        "left.1.bias",
    ),
    "biases, and ReLU before the sum": (
        _BIASES | {"sum": "F.relu(self.left(x))"},
        ["has a bias in every convolution, and at the same time like one that applies ReLU to the left branch before"],
        "much like",
    ),
    "lazy convolutions": (
        {"conv": "nn.LazyConv2d(out_feats, k, stride=s, padding=p, bias=False)"},
        ["left.0, a LazyConv2d, isn't built before its first input: in_feats is known, so use it"],
        "could not be checked",
    ),
}


@pytest.mark.parametrize(("settings", "words", "other"), BLOCKS.values(), ids=BLOCKS.keys())
def test_what_a_block_is_made_of_is_told_where_it_is(settings: dict, words: list, other: str):
    """Catches a bias that is laid to the batch norm behind it, and talk of a branch that there is not."""
    text = said("ResidualBlock", _BLOCK.format(**(_SETTINGS | settings)))
    for each in words:
        assert each in text
    assert other not in text.partition("not right:")[0]


LAZY = [name for name in (*CLASSES, "shortcut", "make_resnet") if name != "NamedSequential"]  # it is given its modules


@pytest.mark.parametrize("name", LAZY)
def test_a_lazy_layer_is_told_as_what_it_is_in_every_exercise_that_builds_one(name: str):
    """Catches "could not be checked" where a layer's weights have no shape yet."""
    lazy = "module.extra = nn.LazyLinear(2)\n"
    source = f"class {name}(Right):\n    def __init__(self, *args, **settings):\n"
    source += f"        super().__init__(*args, **settings)\n        module = self\n        {lazy}"
    if name not in CLASSES:
        source = f"def {name}(*args, **settings):\n    module = Right(*args, **settings)\n    {lazy}    return module\n"
    candidate = cell(name, source)
    reports = [told(examine(load(name), test, candidate)) for test in load(name).tests]
    assert any("extra, a LazyLinear, isn't built before its first input" in one for one in reports)
    assert not [one for one in reports if "could not be checked" in one or "not right: own work" in one]


_NETWORK = """
    class ResNet34(Right):
        def __init__(self, ns=[3, 4, 6, 3], outs=[64, 128, 256, 512], strides=[1, 2, 2, 2], n_classes=1000):
            nn.Module.__init__(self)
            ins = [64, *outs]
            groups = [BlockGroup(ns[i], ins[i], outs[i], strides[i]) for i in {groups}]
            stem = nn.Conv2d(3, 64, 7, 2, 3, bias={bias}), BatchNorm2d(64), {relu}(), nn.MaxPool2d(3, 2, 1)
            self.net = nn.Sequential(*stem, *groups, AveragePool(), nn.Linear({width}, n_classes))
        def forward(self, x):
            return self.net(x)
    """
_RIGHT = {"groups": "range(len(ns))", "bias": "False", "relu": "nn.ReLU", "width": "outs[-1]"}
NETWORKS = {
    "512 written in": ({"width": "512"}, "behaves exactly like one that counts on 512 features before the last layer"),
    "four written in": ({"groups": "range(4)"}, "stops like one that makes four groups, whatever its lists say"),
    "both": (
        {"width": "512", "groups": "range(4)"},
        "counts on 512 features before the last layer, whatever its lists say, and at the same time like one that "
        "makes four groups",
    ),
    "a bias in the stem, and no ReLU": (
        {"bias": "True", "relu": "nn.Identity"},
        "has a bias in the first convolution, and at the same time like one that has no ReLU before the max pool",
    ),
}


@pytest.mark.parametrize(("settings", "words"), NETWORKS.values(), ids=NETWORKS.keys())
def test_what_is_written_in_where_the_lists_decide_is_named(settings: dict, words: str):
    """Catches "expected (7, 5), got (7, 512)", and an IndexError that is all that is said."""
    assert examine(load("ResNet34"), "test_resnet34", cell("ResNet34", _NETWORK.format(**_RIGHT))).verdict == "right"
    text = said("ResNet34", _NETWORK.format(**(_RIGHT | settings)))
    assert words in text
    assert "own work" not in text.partition("not right:")[2].partition("·")[0]


# --- shortcuts and tricks -------------------------------------------------------------------------------------------

SHORTCUTS = [
    (name, one.title)
    for name in CODE
    for one in answers(name)
    if one.kind == "wrong" and re.match("a shortcut|a library counts|the course's own block", one.title)
]


@pytest.mark.parametrize(("name", "title"), SHORTCUTS, ids=[": ".join(one) for one in SHORTCUTS])
def test_a_shortcut_is_refused_kindly(name: str, title: str):
    """Catches a finished layer that is accepted, or told as a mistake in behaviour that it does not make."""
    answer = next(one for one in answers(name) if one.title == title).run()
    reports = [examine(load(name), test, answer) for test in load(name).tests]
    refused = [one for one in reports if one.verdict == "wrong"]
    assert refused
    assert any("the work is your own" in told(one) for one in refused)


RULES = [
    name
    for name in CODE
    if any(look.structural and look.promise == "the work is your own" for look in load(name).checks)
]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_about_own_work_stands_in_the_exercises_text(name: str):
    """Catches "the work is your own" to a student whom no text has told to do without torch's function."""
    text = cell_before(name).replace("\n", " ")
    assert re.search(r"write it yourself: no |off limits", text.lower().replace("**", ""))
    answer = (
        examine(load(name), test, one.run())
        for one in answers(name)
        if (name, one.title) in SHORTCUTS
        for test in load(name).tests
    )
    for report in answer:
        for found in re.findall(r"(torchvision|torch)'s own (\w+)", told(report)):
            assert "torchvision" in text if found[0] == "torchvision" else found[1] in text, found


def cell_before(name):
    """Give the text above an exercise's own cell, in the solved notebook."""
    all_cells = cells(notebook_of(name))
    at = next(at for at, one in enumerate(all_cells) if one.metadata.get("nbgrader", {}).get("grade_id") == name)
    return all_cells[at - 1].source


def test_torchvisions_function_is_refused_and_downloads_nothing(monkeypatch):
    """Catches 83 MB that are fetched, because the exercise's first argument is called `weights` there."""
    fetched = []
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", lambda *args, **_: fetched.append(args))
    text = said_to("ResNet34", models.resnet34)
    assert "is a class that derives from nn.Module it is a function" in text
    assert not fetched


def test_stored_results_do_not_pass():
    """Catches a test whose inputs are always the same: what was recorded with one seed fails with another."""
    outputs = []

    class Recorder(nn.Module):
        def forward(self, x):
            outputs.append(x.mean((2, 3)))
            return outputs[-1]

    tests.test_averagepool(Recorder, quiet=True)
    stored = iter(outputs)

    class Replayer(nn.Module):
        def forward(self, x):
            return next(stored)

    with pytest.raises(AssertionError):
        tests.test_averagepool(Replayer, seed=1)


def _unchanged():
    return next(one for one in answers("BatchNorm2d") if one.title.startswith("gives back what it gets")).run()


def _yes(*args, **settings):
    return True


PATCHES = {
    "torch.allclose": [(torch, "allclose", _yes)],
    "torch.equal": [(torch, "equal", _yes)],
    "torch.testing": [(torch.testing, "assert_close", _yes)],
    "Tensor's own": [(torch.Tensor, name, _yes) for name in ("allclose", "equal")],
    "nn.BatchNorm2d": [(nn, "BatchNorm2d", _unchanged())],
    "all of nn": [(nn, name, _unchanged()) for name in ("BatchNorm2d", "Sequential", "Identity", "ReLU")],
    "functional": [(functional, "batch_norm", lambda x, *args, **settings: x)],
    "builtins": [(builtins, "all", _yes)],
}


@pytest.mark.parametrize("patches", PATCHES.values(), ids=PATCHES.keys())
def test_patching_the_library_before_the_call_turns_no_wrong_answer_right(patches: list, monkeypatch):
    """Catches a verdict that asks the student's own torch.equal, or right code made from their own nn.BatchNorm2d."""
    caught, wrong = [], _unchanged()
    with monkeypatch.context() as patch:
        for owner, name, value in patches:
            patch.setattr(owner, name, value)
        for test in (tests.test_batchnorm2d_forward, tests.test_batchnorm2d_running_mean):
            try:
                test(wrong, quiet=True)
            except AssertionError:
                caught.append(test)
    assert len(caught) == 2


# --- earlier exercises ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in NAMES if load(name).parts])
def test_a_later_exercise_does_not_suffer_from_wrong_earlier_ones(name: str):
    """Catches a test that calls the student's own earlier classes, or reads their attributes."""
    wrong = [f"{one} = type({one!r}, (nn.Module,), dict(expansion=3))" for one in load(name).parts]
    source = next(one.source for one in answers(name) if one.kind == "right")
    candidate = run_cell("\n".join([*wrong, source]), name)
    for test in load(name).tests:
        assert examine(load(name), test, candidate).verdict == "right"


# --- questions ------------------------------------------------------------------------------------------------------

CHOICES = [(name, one.title) for name in QUESTIONS for one in answers(name) if one.kind == "wrong"]


@pytest.mark.parametrize(("name", "title"), CHOICES, ids=[": ".join(one) for one in CHOICES])
def test_a_wrong_answer_to_a_question_is_told_why_without_giving_the_right_one_away(name: str, title: str):
    """Catches "expected b, got a", which ends the thinking."""
    said_, key = re.fullmatch(r"says (.*) to (\w+)", title).groups()
    answer = next(one for one in answers(name) if one.title == title).run()
    (report,) = [examine(load(name), test, answer) for test in load(name).tests]
    assert report.named(Wrong, Raised) == [key]
    outcome = dict(report.outcomes)[key]
    assert outcome.finding.promise == f"the answer to {key!r} is right"
    assert outcome.finding.evidence == (f"you said {said_}",)
    assert len(outcome.finding.step) > 20
    assert f"{load(name).right()[key]}" not in outcome.finding.step.replace(",", "").split()


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([], "the answers come as one dict"),
        ("a", "the answers come as one dict"),
        ({"nothing": 1}, "not attempted yet"),
    ],
    ids=["list", "text", "other keys"],
)
def test_answers_of_another_form_are_told_as_what_they_are(name: str, answer: object, words: str):
    """Catches a TypeError or KeyError of the course's own."""
    assert words in said_to(name, lambda: answer)


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_hints_fit_their_ladder(name: str):
    """Catches a hint that is given twice, or none at all."""
    hints = load(name).hints
    assert len(hints) == (1 if name in QUESTIONS else 3)
    assert len(set(hints)) == len(hints)
    assert all(one.strip() for one in hints)


@pytest.mark.parametrize("name", CODE)
def test_a_message_ends_in_a_place_to_look_and_a_hint(name: str):
    """Catches a panel that says what is wrong and leaves the student alone with it."""
    known = load(name).mistakes[0]
    reports = [examine(load(name), test, known.candidate) for test in load(name).tests]
    diagnosed = [told(one).partition("→")[2] for one in reports if one.diagnosis]
    assert diagnosed
    for last in diagnosed:
        assert " ".join(known.look_at.split()) in last
        assert f"hint {known.hint}" in last


# --- what the notebooks say of their solutions ----------------------------------------------------------------------

IMAGE = torch.zeros(1, 1, 28, 28)
PARAMETERS = {18: 11_689_512, 34: 21_797_672, 50: 25_557_032, 101: 44_549_160, 152: 60_192_808}


@pytest.fixture(scope="module")
def family():
    return run_solution("03_resnet_family")


@pytest.mark.parametrize("depth", PARAMETERS)
def test_the_five_networks_exchange_state_dicts_with_torchvisions(family, depth: int):
    """Catches a solution whose names or numbers are not torchvision's."""
    with torch.device("meta"):
        mine, theirs = getattr(family, f"resnet{depth}")(), getattr(models, f"resnet{depth}")()
    assert list(mine.state_dict()) == list(theirs.state_dict())
    assert sum(parameter.numel() for parameter in mine.parameters()) == PARAMETERS[depth]
    mine.load_state_dict(theirs.state_dict(), strict=True, assign=True)
    theirs.load_state_dict(mine.state_dict(), strict=True, assign=True)


@pytest.mark.parametrize("depth", [18, 50])
def test_with_equal_weights_the_solution_gives_torchvisions_logits(family, depth: int):
    """Catches a solution that computes something else with the same weights."""
    torch.manual_seed(depth)
    mine, theirs = (getattr(space, f"resnet{depth}")(num_classes=10) for space in (family, models))
    theirs.load_state_dict(mine.state_dict())
    x = torch.randn(2, 3, 64, 48)
    for training_ in (True, False):  # training first: it moves the statistics of both
        with torch.no_grad():
            expected, got = theirs.train(training_)(x), mine.train(training_)(x)
        assert (got - expected).abs().max() <= 1e-5 * expected.abs().max()


def test_the_stride_of_a_bottleneck_is_on_the_3x3_convolution(family):
    """Catches a solution that follows the paper where the notebook follows torchvision."""
    block = family.Bottleneck(64, 64, stride=2)
    assert [block.conv1.stride, block.conv2.stride, block.conv3.stride] == [(1, 1), (2, 2), (1, 1)]


def test_the_measured_receptive_field_of_a_gapped_stack_is_its_whole_width():
    """Catches a measure that counts the pixels that matter instead of the distance between them."""
    assert measured([(1, 2), (3, 1)]) == 5
    assert measured([(3, 1)] * 3) == measured([(7, 1)]) == 7


def test_the_fashion_mnist_net_costs_what_the_notebook_says():
    """Catches numbers in the notebook's text that nobody counted again."""
    net = training.pooled_resnet(block=solved("PooledBlock"))
    assert sum(parameter.numel() for parameter in net.parameters()) == 1_226_882
    assert sum(solved("multiply_adds")(net, IMAGE).values()) == 8_406_784
    assert sum(layer.multiply_adds or 0 for layer in layer_costs(net, IMAGE)) == 8_406_784


def test_a_strided_convolution_as_a_head_costs_what_the_question_says():
    """Catches a question whose right answer is wrong."""
    trunk = list(training.pooled_resnet())[:-3]
    net = nn.Sequential(*trunk, nn.Conv2d(256, 10, 3, stride=2, padding=1), nn.Flatten())
    assert net(IMAGE).shape == (1, 10)
    answer = load("head_answers").right()["strided_head"]
    assert sum(parameter.numel() for parameter in net.parameters()) == answer == 1_247_362


def test_plain_and_residual_thin_blocks_have_the_same_parameters():
    """Catches a comparison in the notebook that is not fair."""
    shapes = [[one.shape for one in solved("ThinBlock")(4, 8, 2, residual).parameters()] for residual in (True, False)]
    assert shapes[0] == shapes[1]


def test_the_number_that_learns_is_that_of_the_notebooks_own_head():
    """Catches a question whose right answer is wrong."""
    net = solved("NewHead")(SmallResNet(7), 3)
    learned = sum(one.numel() for one in net.parameters() if one.requires_grad)
    assert learned == load("transfer_answers").right()["learned"] == 195


def test_without_all_of_its_blocks_only_projections_are_left():
    """Catches a solution of without_block that leaves a path: one is left, through the stem, projections and head."""
    model = SmallResNet(7).eval()
    blocks = [f"layer{layer}.{block}" for layer in (1, 2, 3) for block in range(3)]
    x = torch.rand(2, 1, 28, 28)
    expected = model.bn1(model.conv1(x)).relu()
    for layer in (model.layer1, model.layer2, model.layer3):
        expected = layer[0].downsample(expected).relu()
    expected = model.fc(expected.mean((2, 3)))
    managers = [solved("without_block")(model, block) for block in blocks]
    for manager in managers:
        manager.__enter__()
    torch.testing.assert_close(model(x), expected)


PARTS = {
    "[nn.ReLU()]": "a list stands where a module belongs: put a \\* in front of it",
    "nn.ReLU": "a class stands where a module belongs",
    "t.relu": "a function stands where a module belongs",
    "lambda x: x": "a function stands where a module belongs",
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", ["ResidualBlock", "BlockGroup", "ResNet34"])
def test_what_is_no_module_in_the_given_sequential_is_told_as_the_students_own(name: str, part: str):
    """Catches "the course's own check stopped": the given Sequential takes whatever it is given."""
    source = f"""
class {name}(nn.Module):
    def __init__(self, *args, **settings):
        super().__init__()
        self.all = Sequential({part})

    def forward(self, x):
        return self.all(x)
"""
    (test,) = load(name).tests
    report = examine(load(name), test, run_cell(source, name))
    assert report.verdict == "wrong"
    assert re.search(PARTS[part], " ".join(render_plain(word(report)).split()))


REPLACED = """
import torch
from torch import nn
from course_utils import tests
class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
    def forward(self, x):
        return x
nn.BatchNorm2d = BatchNorm2d
torch.nn.functional.batch_norm = lambda x, *more, **settings: x
tests.test_batchnorm2d_forward(BatchNorm2d)
"""


def test_what_a_notebook_puts_in_torchs_place_before_the_first_test_is_not_taken_for_right():
    """Catches an exercise that is loaded when it is first asked for, and then takes its oracle from a patched torch."""
    done = subprocess.run([sys.executable, "-c", REPLACED], capture_output=True, text=True, check=False, timeout=120)
    assert "NotRightYet" in done.stderr
    assert "✗ BatchNorm2d" in done.stderr


def test_an_if_on_a_whole_tensor_is_told_with_its_line_and_with_any():
    """Catches "expected a ValueError, got a RuntimeError" for `if output.isnan():`, which many write first."""
    hook = """
        def raise_on_nan(module, inputs, output):
            if output.isnan():
                raise ValueError(type(module).__name__)
    """
    said = said_to("raise_on_nan", cell("raise_on_nan", hook))
    assert "a whole tensor is asked whether it is true" in said
    assert ".any() says whether any" in said
    assert "torch.where" not in said, "that's for and, or, max and min, none of which is there"
    assert "→ look at your line 4: if output.isnan():" in said


def test_each_wrong_answer_to_a_question_has_its_own_reply():
    """Catches a page that says a wrong answer tells you why, and a panel that explains the first one only."""
    exercise = load("reading_answers")
    right = exercise.right()
    wrong = {key: "z" if isinstance(one, str) else ["z"] for key, one in right.items()}
    found = dict(examine(exercise, "test_reading_answers", lambda: wrong).outcomes)
    replies = [one.finding.step for one in found.values() if isinstance(one, Wrong)]
    assert len(set(replies)) > 1
    said = said_to("reading_answers", lambda: wrong)
    assert all(" ".join(reply.split()) in said for reply in replies)


def test_three_slips_at_once_bring_the_hint_of_the_one_that_shows_first():
    """Catches a first draft (no eval, no softmax, no no_grad) of which nothing is said but expected and got."""

    def predict(model, images):
        return model(images).max(dim=1)

    assert "→ open hint 1" in said_to("predict", predict)
