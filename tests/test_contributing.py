"""CONTRIBUTING's worked example: its code runs, its exercise catches its mistakes, its text builds."""

import re
from pathlib import Path
from types import ModuleType

import pytest
import torch
from jaxtyping import Float, Int

from course_utils import tests
from course_utils.authoring import answers
from course_utils.authoring.openers import PLACE
from course_utils.authoring.source import read_source
from course_utils.exercises.exercise import examine, make_test
from course_utils.exercises.registry import Entry

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CODE = "\n".join(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL))
NOTEBOOK = "".join(re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL))


ANSWERS = re.findall(r"```answers\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def peak():
    module = ModuleType("peak")
    exec(compile(CODE, "CONTRIBUTING.md", "exec"), vars(module))
    return module


def flattened(maps):
    place = maps.flatten(-2).argmax(-1)
    return place // maps.shape[-1], place % maps.shape[-1]


def test_the_examples_mistakes_are_caught_and_named(peak):
    assert [one.id for one in peak.BANK.all] == ["swapped", "divides_by_height"]
    for mistake in peak.BANK.all:
        report = examine(peak.EXERCISE, "test_peak", mistake.candidate)
        assert report.verdict == "wrong"
        assert report.diagnosis.mistakes == (mistake,)


def test_the_examples_answers_are_what_they_are_said_to_be(peak, tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "FOLDER", tmp_path)
    (tmp_path / "peak.py").write_text("".join(ANSWERS))
    for cell in answers.answers("peak"):
        if cell.kind == "equivalent":
            continue
        space = {"t": torch}
        exec(cell.source, space)
        report = examine(peak.EXERCISE, "test_peak", space["peak"])
        assert report.verdict == ("right" if cell.kind == "right" else "wrong")
        assert cell.kind == "right" or report.diagnosis.mistakes[0].id == cell.title


def test_the_line_that_registers_it_is_one(peak):
    (line,) = re.findall(r"```text-line\n(.*?)```", TEXT, re.DOTALL)
    (entry,) = eval(f"[{line}]", {"Entry": Entry})
    assert (entry.name, entry.tests) == (peak.EXERCISE.name, tuple(peak.EXERCISE.tests))


@pytest.mark.parametrize("seed", [0, 7])
def test_right_answers_pass_the_example(peak, seed):
    for answer in (peak.right_peak, flattened):
        make_test(peak.EXERCISE, "test_peak")(answer, seed, quiet=True)


def test_a_stub_is_not_attempted(peak):
    def stub(maps):
        raise NotImplementedError()

    with pytest.raises(AssertionError, match="not attempted yet"):
        make_test(peak.EXERCISE, "test_peak")(stub)


def test_the_examples_text_is_a_notebook_and_its_solution_is_right(peak, tmp_path, monkeypatch):
    monkeypatch.setattr(tests, "HINTS", {"peak": peak.HINTS})
    path = tmp_path / "solutions" / "peaks" / "peaks.py"
    path.parent.mkdir(parents=True)
    path.write_text(f"# %%\n{PLACE}\n\n{NOTEBOOK}")
    notebook = read_source(path)
    assert "Hint 3: nearly there" in notebook.cells[1].source
    solution = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution"))
    space = {"Float": Float, "Int": Int, "Tensor": torch.Tensor}
    exec(solution.source, space)
    make_test(peak.EXERCISE, "test_peak")(space["peak"], quiet=True)


def test_every_file_and_folder_that_the_page_names_is_there():
    named = re.findall(r"`((?:course_utils|tests|solutions|notebooks)/[\w/.]*)`", TEXT)
    missing = [path for path in named if not (ROOT / path).exists() and "peak" not in path and "NN" not in path]
    assert named
    assert missing == []
