"""Whatever is handed in, the answer is a sentence about it, never a traceback of the library."""

import os
import re
import signal
import subprocess
import sys
import time
from textwrap import dedent

import pytest
from notebook_cell import run_cell

from course_utils import tests


def said(test: str, source: str, name: str) -> str:
    """Give what a test function says to the code of a cell, as one line."""
    space = run_cell(source)
    with pytest.raises(AssertionError) as raised:
        getattr(tests, test)(space[name])
    return " ".join(str(raised.value).split())


def said_to_pool(forward: str) -> str:
    """Give what the test of AveragePool says to a pool with this body of forward."""
    body = "\n".join(f"        {line}" for line in dedent(forward).strip().splitlines())
    return said(
        "test_averagepool", f"class AveragePool(nn.Module):\n    def forward(self, x):\n{body}\n", "AveragePool"
    )


def said_to_block(forward: str) -> str:
    """Give what the test of ResidualBlock says to a right block that ends in these lines."""
    body = "\n".join(f"        {line}" for line in dedent(forward).strip().splitlines())
    source = f"Right = ResidualBlock\nclass ResidualBlock(Right):\n    def forward(self, x):\n{body}\n"
    return said("test_residual_block", source, "ResidualBlock")


def test_a_tuple_is_named_and_counted():
    assert "returned a tuple of 2 things" in said_to_pool("return x.mean((2, 3)), x.shape")
    assert "returned a tuple of 2 things" in said_to_block("return super().forward(x), x")


def test_a_forgotten_return_is_guessed():
    words = said_to_pool("mean = x.mean((2, 3))")
    assert "it returned None: is a `return` missing" in words
    assert "not attempted" not in words
    assert "is a `return` missing" in said_to_block("y = super().forward(x)")


def test_a_numpy_array_is_named():
    assert "NumPy array: stay with torch" in said_to_pool("return x.detach().numpy().mean((2, 3))")
    assert "NumPy array: stay with torch" in said_to_block("return super().forward(x).detach().numpy()")


def test_a_plain_number_is_named():
    assert "returned" in said_to_pool("return 0.5")
    assert "float" in said_to_pool("return 0.5")


def test_another_dtype_is_named():
    words = said_to_block("return super().forward(x).half()")
    assert "keeps the dtype of its input" in words
    assert "torch.float16" in words
    assert "torch.float16" in said_to_pool("return x.mean((2, 3)).half()")


def test_another_device_is_named():
    words = said_to_pool("return x.mean((2, 3)).to('meta')")
    assert "on the device of its input" in words
    assert "x is on cpu, the output on meta" in words
    assert "x is on cpu, the output on meta" in said_to_block("return super().forward(x).to('meta')")


def test_a_changed_input_is_named():
    words = said_to_pool("y = x.mean((2, 3))\nx.zero_()\nreturn y")
    assert "input" in words
    assert "left as it was" in words
    assert "left as it was" in said_to_block("y = super().forward(x)\nx.mul_(2)\nreturn y")


def test_a_class_that_cannot_be_built_shows_its_line():
    words = said(
        "test_residual_block",
        """
        class ResidualBlock(nn.Module):
            def __init__(self, in_feats, out_feats, first_stride=1):
                super().__init__()
                self.conv = nn.Conv2d(in_feats, out_feats, 3, strides=first_stride)
        """,
        "ResidualBlock",
    )
    assert "stopped with an error while building ResidualBlock(" in words
    assert "unexpected keyword argument 'strides'" in words
    assert "your line 4: self.conv = nn.Conv2d(in_feats, out_feats, 3, strides=first_stride)" in words


def test_a_forgotten_super_init_is_named():
    words = said(
        "test_batchnorm2d_module",
        """
        class BatchNorm2d(nn.Module):
            def __init__(self, num_features, eps=1e-05, momentum=0.1):
                self.weight = nn.Parameter(torch.ones(num_features))
        """,
        "BatchNorm2d",
    )
    assert "before Module.__init__() call" in words
    assert "super().__init__()" in words
    assert "your line 3" in words


def test_an_error_of_the_backward_pass_comes_without_advice_for_people_who_debug_autograd():
    words = said_to_block("""
        y = super().forward(x * 1)
        z = y.exp()
        y.add_(0)
        return y + 0 * z
    """)
    assert "modified by an inplace operation" in words
    assert "anomaly" not in words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ('f"{self.num_features}, eps={self.momentum}, momentum={self.eps}"', "each value of extra_repr stands behind"),
        ("(self.num_features, self.eps, self.momentum)", "it returned a tuple"),
        ("5", "print(model) needs a str"),
    ],
)
def test_an_extra_repr_that_misleads_or_would_crash_print_is_named(answer: str, words: str):
    source = f"""
        Right = BatchNorm2d
        class BatchNorm2d(Right):
            def extra_repr(self):
                return {answer}
        """
    assert words in said("test_batchnorm2d_module", source, "BatchNorm2d")


def test_a_function_that_calls_the_finished_one_is_named_as_what_it_is():
    source = "def conv1d_minimal(x, weights):\n    return F.conv1d(x, weights)\n"
    assert "conv1d_minimal calls torch's own conv1d" in said("test_conv1d_minimal", source, "conv1d_minimal")


def test_a_shortcut_that_is_wrong_as_well_is_told_what_it_does():
    words = said(
        "test_batchnorm2d_forward",
        """
        Right = BatchNorm2d
        class BatchNorm2d(Right):
            def forward(self, x):
                self.num_batches_tracked += self.training
                statistics = self.running_mean, self.running_var
                return F.batch_norm(x, *statistics, None, None, self.training, self.momentum, self.eps)
        """,
        "BatchNorm2d",
    )
    assert "behaves exactly like one that" in words
    assert "each channel is normalised" in words
    assert "not right: own steps, training" in words
    assert "what should hold: the work is your own" not in words


def test_branches_of_different_shapes_are_told_with_their_shapes():
    words = said(
        "test_residual_block",
        """
        class ResidualBlock(nn.Module):
            def __init__(self, in_feats, out_feats, first_stride=1):
                super().__init__()
                self.left = nn.Sequential(nn.Conv2d(in_feats, out_feats, 3), BatchNorm2d(out_feats))
                self.right = nn.Conv2d(in_feats, out_feats, 1)

            def forward(self, x):
                return self.left(x) + self.right(x)
        """,
        "ResidualBlock",
    )
    assert "ResidualBlock(4, 4, first_stride=1): 6 parameter tensors, as there should be" in words
    right = said_to_block("return super().forward(x) + x[:, :, 1:, 1:]")
    assert "both branches give the same shape" in right
    assert right.count("(batch 2, channels 4, height 7, width 5)") == 3  # the input, and what two convolutions give


def test_a_state_dict_that_does_not_load_is_told_with_the_keys():
    words = said(
        "test_copy_weights",
        """
        def copy_weights(my_resnet, pretrained_resnet):
            my_resnet.load_state_dict(pretrained_resnet.state_dict())
        """,
        "copy_weights",
    )
    assert "Missing key(s) in state_dict" in words


@pytest.mark.parametrize("name", ["forwards", "__forward__", "fowrard"])
def test_a_misnamed_forward_is_named(name: str):
    source = f"class AveragePool(nn.Module):\n    def {name}(self, x):\n        return x.mean((2, 3))\n"
    words = said("test_averagepool", source, "AveragePool")
    assert "has a method called forward" in words
    assert "not attempted" not in words


def test_a_forward_that_is_indented_into_init_is_named():
    words = said(
        "test_batchnorm2d_forward",
        """
        class BatchNorm2d(nn.Module):
            def __init__(self, num_features, eps=1e-05, momentum=0.1):
                super().__init__()
                self.weight, self.bias = nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features))
                self.register_buffer("running_mean", torch.zeros(num_features))
                self.register_buffer("running_var", torch.ones(num_features))
                self.register_buffer("num_batches_tracked", torch.tensor(0))
                def forward(self, x):
                    return x
        """,
        "BatchNorm2d",
    )
    assert "has a method called forward" in words


def test_too_few_arguments_show_what_was_asked():
    words = said(
        "test_block_group",
        """
        class BlockGroup(nn.Module):
            def __init__(self, n_blocks, in_feats, out_feats):
                super().__init__()
                self.blocks = nn.ModuleList([ResidualBlock(in_feats, out_feats)])
        """,
        "BlockGroup",
    )
    assert "building BlockGroup(" in words
    assert "first_stride" in words


def test_a_forward_without_self_shows_what_was_asked():
    words = said(
        "test_averagepool", "class AveragePool(nn.Module):\n    def forward(x):\n        return x\n", "AveragePool"
    )
    assert "takes 1 positional argument but 2 were given" in words
    assert "calling it on x of shape" in words


def test_a_function_with_other_arguments_shows_what_was_asked():
    words = said("test_predict", "def predict(images):\n    return images\n", "predict")
    assert "takes 1 positional argument but 2 were given" in words
    assert "images" in words


def test_an_error_shows_the_students_own_line_and_none_of_the_library():
    words = said_to_pool("y = x.reshape(-1, 7)\nreturn y")
    assert "your line 3: y = x.reshape(-1, 7)" in words
    assert "invalid for input of size" in words
    assert not re.search(r"site-packages|Traceback|course_utils", words)


def test_an_error_deep_in_torch_shows_the_students_innermost_line():
    words = said(
        "test_residual_block",
        """
        class ResidualBlock(nn.Module):
            def __init__(self, in_feats, out_feats, first_stride=1):
                super().__init__()
                self.conv = nn.Conv2d(in_feats, out_feats, 3, bias=False)

            def helper(self, x):
                return self.conv(x.flatten())

            def forward(self, x):
                return self.helper(x)
        """,
        "ResidualBlock",
    )
    assert "Module [" not in words


def test_a_function_in_place_of_a_class_is_named():
    words = said("test_averagepool", "def AveragePool(x):\n    return x.mean((2, 3))\n", "AveragePool")
    assert "is a class that derives from nn.Module" in words


def test_a_class_without_nn_module_is_named():
    words = said("test_averagepool", "class AveragePool:\n    def forward(self, x):\n        return x\n", "AveragePool")
    assert "derives from nn.Module" in words


def test_a_hook_exercise_without_the_decorator_is_named():
    words = said("test_hooks_on", "def hooks_on(model, hook):\n    yield\n", "hooks_on")
    assert "is @contextmanager missing" in words


STUBS = {
    "raise": "raise NotImplementedError()",
    "raise with words": 'raise NotImplementedError("YOUR CODE HERE")',
    "pass": "pass",
    "dots": "...",
    "docstring": '"""Average each channel."""',
    "return None": "return None",
}


@pytest.mark.parametrize("body", STUBS.values(), ids=STUBS.keys())
def test_a_stub_has_not_been_attempted_and_shows_the_first_hint(body: str):
    words = said_to_pool(body)
    assert "not attempted yet" in words
    assert tests.HINTS["AveragePool"][0].split("`")[0][:40] in words


@pytest.mark.parametrize("body", STUBS.values(), ids=STUBS.keys())
@pytest.mark.parametrize(
    ("test", "signature"),
    [
        ("test_predict", "predict(model, images)"),
        ("test_copy_weights", "copy_weights(my_resnet, pretrained_resnet)"),
        ("test_raise_on_nan", "raise_on_nan(module, inputs, output)"),
        ("test_hooks_on", "hooks_on(model, hook)"),
        ("test_reading_answers", "reading_answers()"),
    ],
)
def test_a_function_that_is_a_stub_has_not_been_attempted(test: str, signature: str, body: str):
    name = signature.split("(", maxsplit=1)[0]
    words = said(test, f"def {signature}:\n    {body}\n", name)
    assert f"○ {name} not attempted yet" in words
    assert "✗" not in words


def test_the_stub_of_a_context_manager_has_not_been_attempted():
    source = "@contextmanager\ndef hooks_on(model, hook):\n    raise NotImplementedError()\n"
    assert "not attempted yet" in said("test_hooks_on", source, "hooks_on")


@pytest.mark.parametrize(
    ("test", "name", "parameters"),
    [
        ("test_batchnorm2d_module", "BatchNorm2d", "num_features, eps=1e-05, momentum=0.1"),
        ("test_batchnorm2d_forward", "BatchNorm2d", "num_features, eps=1e-05, momentum=0.1"),
        ("test_batchnorm2d_running_mean", "BatchNorm2d", "num_features, eps=1e-05, momentum=0.1"),
        ("test_residual_block", "ResidualBlock", "in_feats, out_feats, first_stride=1"),
        ("test_block_group", "BlockGroup", "n_blocks, in_feats, out_feats, first_stride=1"),
        ("test_resnet34", "ResNet34", "a=[3], b=[64], c=[1], n_classes=1000"),
    ],
)
@pytest.mark.parametrize("body", ["raise NotImplementedError()", "pass"])
def test_a_class_that_is_a_stub_has_not_been_attempted(test: str, name: str, parameters: str, body: str):
    source = f"""
        class {name}(nn.Module):
            def __init__(self, {parameters}):
                super().__init__()
                {body}

            def forward(self, x):
                {body}

            def extra_repr(self):
                {body}
        """
    words = said(test, source, name)
    assert re.match(rf"○ {name} (\(\d of \d\) )?not attempted yet", words)
    assert "✗" not in words


def test_half_a_class_is_told_apart_from_an_untouched_one():
    words = said(
        "test_batchnorm2d_module",
        """
        Right = BatchNorm2d
        class BatchNorm2d(Right):
            def extra_repr(self):
                raise NotImplementedError()
        """,
        "BatchNorm2d",
    )
    assert "right already" in words
    assert "still a stub: extra_repr" in words


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_an_endless_loop_can_be_interrupted_and_is_named():
    program = """
        import signal
        import sys
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored, where a job in the background runs this
        sys.path[:0] = [%r]
        from notebook_cell import run_cell
        from course_utils import tests

        space = run_cell('''
        class AveragePool(nn.Module):
            def forward(self, x):
                print("running", flush=True)
                while True:
                    x = x + 0
        ''')
        try:
            tests.test_averagepool(space["AveragePool"])
        except KeyboardInterrupt as stop:
            print(stop, "".join(stop._render_traceback_()), sep="|")
    """ % os.path.dirname(__file__)  # noqa: UP031, PTH120
    with subprocess.Popen([sys.executable, "-c", dedent(program)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "running\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        try:
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert re.search(r"○ AveragePool +stopped by you at your line [345]:", out)
    assert "Traceback" not in out
