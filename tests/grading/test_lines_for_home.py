"""What a notebook finds on its owner's machine, and not where it is graded, costs no marks; a mistake costs its own."""

import json
from collections.abc import Callable
from itertools import cycle

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

    def spoilt(answers: dict[str, str]) -> dict[str, str]:
        for name in NEEDED[book]:
            if "renamed" in how:  # then their own name stands below, too
                answers = {one: source.replace(f"{name}(", f"My{name}(") for one, source in answers.items()}
            answers[name] = SPOILT[how](name, answers[name].replace(f"My{name}(", f"{name}("))
        return answers

    verdicts = run(solved(book, spoilt)).verdicts
    lost = {test for test, one in verdicts.items() if not one.passed}
    assert lost == {test for name in NEEDED[book] for test in load(name).tests}


@pytest.mark.parametrize("book", sorted(notebooks()))
def test_in_every_notebook_lines_that_work_only_at_home_cost_nothing(book: str):
    """Catches an exercise whose right answer is not taken in a world where devices give way, or cells go on."""

    def above(answers: dict[str, str]) -> dict[str, str]:
        lines = zip(answers.items(), cycle(HARMLESS.values()), strict=False)
        return {name: f"{line}\n{source}" for (name, source), line in lines}

    result = run(solved(book, above))
    assert {test: one.text for test, one in result.verdicts.items() if not one.passed or one.held} == {}
    assert result.troubles == ()


def solved(book: str, change: Callable[[dict[str, str]], dict[str, str]]) -> Task:
    """Give a released notebook, as it is handed in with its right answers after a change of these."""
    release = nbformat.read(COURSE / "notebooks" / book / f"{book}.ipynb", as_version=4)
    flags = {one.id: one.metadata.get("nbgrader", {}) for one in release.cells if one.cell_type == "code"}
    named = {told["grade_id"]: one for one in release.cells if (told := flags.get(one.id))}
    tests = {name: one.source for name, one in named.items() if flags[one.id]["grade"]}
    stubs = {name: one.source for name, one in named.items() if name not in tests}
    released = frozenset(one.source for one in release.cells)
    right = {one.metadata.nbgrader.grade_id: one.source for one in cells(book) if one.metadata.get("nbgrader")}
    for name, source in change({name: right[name] for name in stubs}).items():
        named[name].source = source
    return Task(json.dumps(release), tests=tests, released=released, stubs=stubs)
