"""Test cells and widgets on Colab's old IPython and ipywidgets: panels and nothing else, and the sliders."""

import json
import sys
from pathlib import Path

import colab
import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.widgets.stage import WIDGET

ROOT = Path(__file__).resolve().parents[2]
CELLS = {
    "right": "class AveragePool(nn.Module):\n    def forward(self, x):\n        return x.mean(dim=(2, 3))\n"
    "tests.test_averagepool(AveragePool)",
    "wrong": "class AveragePool(nn.Module):\n    def forward(self, x):\n        return x.amax(dim=(2, 3))\n"
    "tests.test_averagepool(AveragePool)",
    "raised": "class AveragePool(nn.Module):\n    def forward(self, x):\n        return x.view(7, 7)\n"
    "tests.test_averagepool(AveragePool)",
    "stub": "class AveragePool(nn.Module):\n    def forward(self, x):\n        raise NotImplementedError()\n"
    "tests.test_averagepool(AveragePool)",
    "prints": "class AveragePool(nn.Module):\n    def forward(self, x):\n        print('x is', x.shape)\n"
    "        return x.amax((2, 3))\ntests.test_averagepool(AveragePool)",
    "other error": "1 / 0",
    "not run": "tests.test_hooks_on(hooks_on)",
    "unknown name": "tests.test_hooks_on(hook_on)",
    "within": "def mine():\n    return hooks_on\nmine()",
    "in colab": "Shell = type(get_ipython())\nShell.__module__ = 'google.colab._shell'\n"
    "try:\n    tests.test_averagepool(AveragePool)\nfinally:\n    Shell.__module__ = 'ipykernel.zmqshell'",
    "hints": "utils.hints('AveragePool')",
    "playground": "import ipywidgets\nprint(ipywidgets.__version__)\nutils.batchnorm_playground()",
    "explorer": "import torch\nfrom course_utils.exercises.look_inside.small_resnet import SmallResNet\n"
    "utils.explore(SmallResNet(10), {'noise': torch.rand(1, 28, 28)})",
    "photo": "from torchvision.transforms.functional import to_tensor\n"
    "utils.classify_photo({'a': nn.Sequential(nn.Conv2d(3, 9, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())}, to_tensor)",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The outputs of each cell, and the kernel's replies, from a kernel of Colab's IPython."""
    folder = tmp_path_factory.mktemp("colab")
    _kernel_spec(folder / "jupyter" / "kernels" / "old", colab.install(folder / "packages"))
    setup = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom torch import nn\nfrom course_utils import tests, utils\n"
    )
    cells = [
        nbformat.v4.new_code_cell(source) for source in (setup + "import IPython; IPython.__version__", *CELLS.values())
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    replies = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        NotebookClient(
            notebook,
            kernel_name="old",
            allow_errors=True,
            timeout=120,
            on_cell_executed=lambda **told: replies.append(nbformat.from_dict(told["execute_reply"]["content"])),
        ).execute()
    version, *others = [cell.outputs for cell in notebook.cells]
    assert version[0].data["text/plain"] == "'7.34.0'"
    return dict(zip(CELLS, others, strict=True)), dict(zip(CELLS, replies[1:], strict=True))


@pytest.fixture(scope="module")
def outputs(run):
    """The outputs of each cell."""
    return run[0]


@pytest.fixture(scope="module")
def replies(run):
    """What the kernel said of each cell at its end: it is by this that front ends and graders go on or not."""
    return run[1]


def _kernel_spec(folder, packages):
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "env": {"PYTHONPATH": str(packages)}, "display_name": "old", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))


def test_a_right_answer_shows_the_green_panel(outputs):
    (panel,) = outputs["right"]
    assert "✓" in panel.data["text/html"]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("wrong", "takes the largest value of each map"),
        ("raised", "your line 3: return x.view(7, 7)"),
        ("stub", "not attempted yet"),
        ("prints", "takes the largest value of each map"),
    ],
)
def test_anything_else_shows_a_panel_and_nothing_below_it_and_raises(outputs, replies, cell, words):
    """Catches a red text that repeats the panel, and a test cell that passes whoever runs it."""
    (panel,) = outputs[cell]
    assert words in " ".join(panel.data["text/plain"].split())
    assert replies[cell].status == "error"
    assert replies[cell].ename == "NotRightYet"


def test_other_errors_are_printed_as_ever(outputs):
    """Catches errors of the student's own that are never seen."""
    (error,) = outputs["other error"]
    assert error.ename == "ZeroDivisionError"


def test_an_exercise_whose_cell_was_not_run_is_told_in_words(outputs, replies):
    """Catches a traceback below a test whose exercise was left out, and a cell that passes without it."""
    (panel,) = outputs["not run"]
    assert panel.data["text/plain"].startswith("○ hooks_on")
    assert "run the cell that defines it" in panel.data["text/plain"]
    assert (replies["not run"].status, replies["not run"].ename) == ("error", "NameError")


@pytest.mark.parametrize("cell", ["unknown name", "within"])
def test_other_unknown_names_are_errors_as_ever(outputs, cell):
    """Catches a student's own slip that is hidden, or taken for an exercise that was not run."""
    (error,) = outputs[cell]
    assert error.ename == "NameError"


def test_prints_are_part_of_the_panel(outputs):
    """Catches prints above the panel."""
    (panel,) = outputs["prints"]
    assert "x is torch.Size([" in panel.data["text/html"].partition("what your code printed: 1 line<")[2]


def test_in_colab_a_test_cell_ends_without_an_error(outputs, replies):
    """Catches a Colab that runs nothing below an exercise that is not done."""
    (panel,) = outputs["in colab"]
    assert "takes the largest value of each map" in " ".join(panel.data["text/plain"].split())
    assert replies["in colab"].status == "ok"


def test_the_widgets_are_made_with_the_old_ipywidgets_too(outputs):
    version, playground = outputs["playground"]
    assert version.text == "7.7.1\n"
    for cell in ("hints", "explorer", "photo"):
        (shown,) = outputs[cell]
        assert set(shown.data) == {WIDGET, "text/html", "text/plain"}
    assert set(playground.data) == {WIDGET, "text/html", "text/plain"}
