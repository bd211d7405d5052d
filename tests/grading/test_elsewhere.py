"""What a notebook finds on its owner's machine, and not where it is graded, costs no marks; a mistake costs its own."""

import json

import nbformat
import pytest
from small_school import RIGHT, TESTS, notebook

from course_utils.authoring.answers import cells
from course_utils.exercises.registry import load, notebooks
from course_utils.grading.judge.running import run
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.run.confinement import missing
from course_utils.grading.run.warm import COURSE

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not confined here: {missing()}")

HARMLESS = {
    "pip": "!pip install -q einops",
    "pip as a magic": "%pip install -q einops",
    "a listing": "files = !ls\nprint(len(files))",
    "pip as a program": "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'einops'])",
    "Drive": "from google.colab import drive\ndrive.mount('/content/drive')\n%cd /content/drive/MyDrive/course",
    "a folder of Colab's": "import os\nos.chdir('/content/drive/MyDrive')",
    "an upload": "from google.colab import files\nuploaded = files.upload()\nname = next(iter(uploaded))",
    "a helper that was not handed in": "from my_helpers import plot",
    "a device by default": "t.set_default_device('cuda')\nx = t.ones(3)",
    "the first device by default": "t.set_default_device('cuda:0')",
    "a model on a device": "device = t.device('cuda')\nprint(nn.Linear(2, 2).to(device)(t.ones(2, device=device)))",
    "a call of the device": "t.cuda.synchronize()\nx = t.ones(2).cuda()",
    "an everyday hand": (
        "import gc, importlib, inspect, sys\ngrading = gc.collect()\n"
        "try:\n    raise RuntimeError('a ' +\n        'b')\nexcept RuntimeError as ex:\n    print(ex)\n"
        "if 'x' in globals() or 'google.colab' in sys.modules:\n    importlib.reload(json)\n"
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.modules = nn.ModuleList()\nprint(inspect.getsource(nn.Linear)[:20])"
    ),
}


def graded(answers: dict[str, str], *own: str, **more) -> Result:
    return run(Task(json.dumps(notebook(answers, *own)), tests=TESTS, **more))


def shown(result: Result) -> str:
    return str(nbformat.reads(result.notebook, as_version=4))


@pytest.mark.parametrize("name", HARMLESS)
def test_a_line_that_works_only_at_home_costs_no_marks(name: str):
    """Catches a failing line that takes along the answer below it, and everyday words that are suspected."""
    above = HARMLESS[name]
    result = graded({answer: f"{above}\n{source}" for answer, source in RIGHT.items()}, above)
    assert {test: (one.kind, one.held) for test, one in result.verdicts.items()} == dict.fromkeys(TESTS, ("right", ""))
    assert result.troubles == ()


def test_what_is_not_done_is_said():
    """Catches a line that is skipped without a word."""
    assert "Not run when graded, where no programs can be started: pip install" in shown(
        graded(RIGHT, "!pip install x")
    )
    assert "There is no cuda device when graded" in shown(graded(RIGHT, "x = t.ones(2).to('cuda')\nx.cuda()"))
    assert "run all the same" in shown(graded(RIGHT, "import not_there\nx = 1"))


def test_an_exit_and_an_endless_line_still_end_their_cell():
    """Catches a cell that goes on when it is told to stop."""
    assert (
        not graded({"ReLU": f"raise SystemExit\n{RIGHT['ReLU']}"} | {"Flatten": RIGHT["Flatten"]})
        .verdicts["test_relu"]
        .passed
    )


def test_a_helper_file_that_was_handed_in_is_imported_and_no_librarys_place_is_taken():
    """Catches `.py` files that are dropped, or that stand in front of the standard library."""
    helpers = {"my_layers.py": f"from torch import nn\n{RIGHT['ReLU']}", "json.py": "1 / 0", "colorsys.py": "1 / 0"}
    files = {name: text.encode() for name, text in helpers.items()}
    result = graded(RIGHT | {"ReLU": "import colorsys\nfrom my_layers import ReLU"}, files=files)
    assert all(one.passed and not one.held for one in result.verdicts.values())


def test_a_helper_file_that_reaches_into_the_process_is_evidence():
    """Catches code that is looked for in cells only."""
    files = {"helper.py": b"import os\n\nimport ctypes\n"}
    held = graded(RIGHT, "import helper", files=files).verdicts["test_relu"].held
    assert "helper.py, line 3: import ctypes" in held


# --- names that later answers need ----------------------------------------------------------------------------------

SPOILT = {
    "missing": lambda name, source: "",
    "renamed, and wrong": lambda name, source: source.replace(name, f"My{name}").replace("return", "return 0 *"),
    "lost to a syntax error": lambda name, source: f"{source}\nprint('half a line'",
}
# For each notebook in which answers build on others, an answer that others need.
NEEDED = {
    "01_building_blocks": ("conv1d_minimal", "conv1d_padded"),
    "02_resnets": ("AveragePool", "ResidualBlock"),
    "03_resnet_family": ("BasicBlock",),
}


def test_no_notebook_in_which_answers_build_on_others_is_left_out():
    """Catches a new exercise with parts whose notebook the tests below do not know."""
    with_parts = {book for book, entries in notebooks().items() if any(load(entry.name).parts for entry in entries)}
    assert with_parts == set(NEEDED)


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("book", NEEDED)
def test_a_name_that_is_gone_costs_its_own_points_and_no_others(book: str, how: str):
    """Catches later answers, right ones, that stop with a NameError, or build on what is wrong under another name."""
    release = nbformat.read(COURSE / "notebooks" / book / f"{book}.ipynb", as_version=4)
    stubs, tests = {}, {}
    for cell in release.cells:
        flags = cell.metadata.get("nbgrader", {})
        if flags.get("grade"):
            tests[flags["grade_id"]] = cell.source
        elif flags.get("solution") and cell.cell_type == "code":
            stubs[flags["grade_id"]] = cell.source
    solved = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells(book) if cell.metadata.get("nbgrader")}
    for name in NEEDED[book]:
        # Whoever has a name of their own uses it below as well.
        spoil = SPOILT[how]
        solved |= (
            {other: source.replace(f"{name}(", f"My{name}(") for other, source in solved.items()}
            if ("renamed" in how)
            else {}
        )
        solved[name] = spoil(name, solved[name].replace(f"My{name}(", f"{name}("))
    for cell in release.cells:
        cell.source = (
            solved[name] if (name := cell.metadata.get("nbgrader", {}).get("grade_id")) in stubs else cell.source
        )
    for number, cell in enumerate(release.cells):
        cell.setdefault("id", f"cell-{number}")
    released = frozenset({*stubs.values(), *(one.source for one in release.cells if not one.metadata.get("nbgrader"))})
    result = run(Task(json.dumps(release), tests=tests, released=released, stubs=stubs))
    lost = {test for test, one in result.verdicts.items() if not one.passed}
    assert lost == {test for name in NEEDED[book] for test in load(name).tests}
