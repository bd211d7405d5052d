"""Own work carried over: kept when it passes, loaded where it still does, and never in the way."""

import textwrap
import time
from pathlib import Path

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from course_utils import carried, layers, tests, utils
from course_utils.source_code import CannotCarry, standalone_source

IMPORTS = "import torch as t\nfrom torch import nn, Tensor\nfrom jaxtyping import Float\nLOWEST = 0.0\n"
RELU = """
def lowest(x):
    return t.zeros_like(x) + LOWEST


class ReLU(nn.Module):
    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return t.maximum(x, lowest(x))
"""


@pytest.fixture
def shell():
    """A notebook's shell: what runs in it stands in cells, and in no file."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The student's folder, as a notebook in a browser finds it."""
    monkeypatch.setattr(carried, "student_folder", lambda: tmp_path / "my_work")
    return tmp_path / "my_work"


def written_in(shell: InteractiveShell, *cells: str, name: str = "ReLU"):
    for cell in cells:
        shell.run_cell(cell).raise_error()
    return shell.user_ns[name]


def test_a_class_that_passes_is_kept_with_all_that_it_needs_and_loads_alone(shell, place, capsys):
    tests.test_relu(written_in(shell, IMPORTS, RELU))
    assert "Kept for the later notebooks: my_work/ReLU.py" in capsys.readouterr().out
    text = (place / "ReLU.py").read_text()
    for needed in ("import torch as t", "from jaxtyping import Float", "LOWEST = 0.0", "def lowest(x)", "class ReLU"):
        assert needed in text
    loaded = carried.load("ReLU", place)
    assert loaded()(torch.tensor([-1.0, 2.0])).tolist() == [0, 2]
    assert not list(place.glob("*.part"))


def test_a_class_that_fails_is_not_kept_and_the_right_one_from_before_stays(shell, place):
    tests.test_relu(written_in(shell, IMPORTS, RELU))
    before = (place / "ReLU.py").read_text()
    with pytest.raises(AssertionError):
        tests.test_relu(written_in(shell, RELU.replace("maximum", "minimum")))
    assert (place / "ReLU.py").read_text() == before


HALF_A_LINEAR = IMPORTS + textwrap.dedent(
    """
    class Linear(nn.Module):
        def __init__(self, in_features, out_features, bias=True):
            super().__init__()
            b = in_features**-0.5
            self.weight = nn.Parameter(t.empty(out_features, in_features).uniform_(-b, b))
            self.bias = nn.Parameter(t.empty(out_features).uniform_(-b, b)) if bias else None

        def forward(self, x):
            raise NotImplementedError()

        def extra_repr(self):
            return f"{self.weight.shape[1]}, {self.weight.shape[0]}, bias={self.bias is not None}"
    """
)
A_LINEAR = HALF_A_LINEAR.replace(
    "raise NotImplementedError()", "return x @ self.weight.T + (0 if self.bias is None else self.bias)"
)


def test_a_layer_with_two_tests_is_kept_only_when_it_passes_both(shell, place, capsys):
    tests.test_linear_module(written_in(shell, HALF_A_LINEAR, name="Linear"))
    assert not (place / "Linear.py").exists()
    tests.test_linear_forward(written_in(shell, A_LINEAR, name="Linear"))
    assert (place / "Linear.py").exists()


def test_what_a_layer_prints_in_its_other_tests_is_not_shown(shell, place, capsys):
    """Catches prints of tests that nobody has run: they stood below the green panel of the one that was."""
    loud = A_LINEAR.replace('return f"', 'print("told in extra_repr")\n        return f"')
    tests.test_linear_forward(written_in(shell, loud, name="Linear"))
    assert (place / "Linear.py").exists()
    assert "told in extra_repr" not in capsys.readouterr().out


def test_nothing_is_said_twice_about_a_layer_that_has_not_changed(shell, place, capsys):
    answer = written_in(shell, IMPORTS, RELU)
    tests.test_relu(answer)
    capsys.readouterr()
    tests.test_relu(answer)
    assert "Kept" not in capsys.readouterr().out


def test_what_cannot_be_written_into_a_file_is_named_and_the_test_still_passes(shell, place, capsys):
    cell = IMPORTS + RELU.replace("LOWEST", "table[0]") + "\ntable = t.zeros(1)\n"
    tests.test_relu(written_in(shell, cell))
    assert "cannot be kept for the later notebooks: it needs table" in capsys.readouterr().out
    assert not (place / "ReLU.py").exists()


def test_a_folder_that_cannot_be_written_does_not_fail_the_test(shell, place, capsys):
    place.write_text("a file where the folder should be")
    tests.test_relu(written_in(shell, IMPORTS, RELU))
    assert "cannot be kept" in capsys.readouterr().out


def test_a_class_without_source_is_not_kept(shell):
    space: dict = {}
    exec(compile(IMPORTS + RELU, "<nowhere>", "exec"), space)
    with pytest.raises(CannotCarry, match="not found"):
        standalone_source(space["ReLU"], "ReLU")


def test_local_names_are_not_taken_for_the_notebooks_own(shell):
    answer = written_in(shell, "x = object()\n" + IMPORTS, RELU)
    assert "x =" not in standalone_source(answer, "ReLU").split("class ReLU")[0].replace("(x)", "")


def test_my_layers_are_the_own_ones_where_they_pass_and_the_courses_elsewhere(shell, place, capsys):
    tests.test_relu(written_in(shell, IMPORTS, RELU))
    capsys.readouterr()
    found = utils.my_layers()
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "Yours, from the first notebook: ReLU." in said
    assert found[0] is not layers.ReLU
    assert found[1:] == (layers.Linear, layers.Conv2d, layers.MaxPool2d)


def test_without_any_own_work_one_line_says_so(place, capsys):
    assert utils.my_layers() == (layers.ReLU, layers.Linear, layers.Conv2d, layers.MaxPool2d)
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "the course's own" in said


BAD_FILES = {
    "no Python": "class ReLU(",
    "bytes": "\x00\x01",
    "nothing": "",
    "an exit": "raise SystemExit(3)",
    "an error": "1 / 0",
    "another name": "class Other: pass",
    "no class": "ReLU = 3",
    "a wrong layer": IMPORTS + RELU.replace("maximum", "minimum"),
    "a torch layer": "from torch.nn import ReLU",
    "deep recursion": "def f(): f()\nf()",
    "noise": "print('hello'); import sys; print('hello', file=sys.stderr)",
}


@pytest.mark.parametrize("text", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_is_broken_or_hostile_costs_one_line(text: str, place: Path, capsys):
    place.mkdir()
    (place / "ReLU.py").write_text(text)
    assert utils.my_layers()[0] is layers.ReLU
    captured = capsys.readouterr()
    assert captured.out.count("\n") == 1
    assert "ReLU" in captured.out
    assert not captured.err


def test_a_file_that_never_ends_is_stopped(place: Path, monkeypatch, capsys):
    monkeypatch.setattr(carried, "SECONDS_TO_LOAD", 0.3)
    place.mkdir()
    (place / "ReLU.py").write_text("while True: pass")
    start = time.perf_counter()
    assert utils.my_layers()[0] is layers.ReLU
    assert time.perf_counter() - start < 5
    assert "TimeoutError" in capsys.readouterr().out


def test_a_file_that_changes_the_world_does_not_change_the_notebooks(place: Path):
    place.mkdir()
    (place / "ReLU.py").write_text("import torch\ntorch.manual_seed(0)\ntorch.set_default_dtype(torch.float64)")
    state = torch.get_rng_state()
    utils.my_layers()
    assert torch.get_default_dtype() == torch.float32
    assert torch.equal(torch.get_rng_state(), state)


def test_without_a_folder_the_layers_are_the_courses_own_and_nothing_is_said(monkeypatch, capsys):
    monkeypatch.setattr(carried, "student_folder", lambda: None)
    assert utils.my_layers() == (layers.ReLU, layers.Linear, layers.Conv2d, layers.MaxPool2d)
    assert capsys.readouterr().out == ""
