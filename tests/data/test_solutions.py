"""A solution is found by its exercise's name, and its absence is said in one line."""

import json

import pytest

from course_utils.data import solutions
from course_utils.data.solutions import show_solution

CODE = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"


def cell(name, source, solution=True, kind="code"):
    grading = {"grade_id": name, "solution": solution, "grade": False, "locked": False}
    return {"cell_type": kind, "metadata": {"nbgrader": grading}, "source": source.splitlines(keepends=True)}


@pytest.fixture
def folder(tmp_path):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Words"]},
        cell("double", CODE),
        cell("test_double", "assert double(2) == 4", solution=False),
        cell("essay", "My answer is …", kind="markdown"),
        cell("treble", "def treble(x):\n    return 3 * x"),
    ]
    (tmp_path / "01_sums").mkdir()
    (tmp_path / "01_sums" / "sums.ipynb").write_text(json.dumps({"cells": cells}))
    return tmp_path


def test_a_solution_is_shown_without_nbgraders_marks(folder, capsys):
    show_solution("double", folder)
    assert capsys.readouterr().out == "def double(x):\n    return 2 * x\n"


def test_an_unknown_name_lists_the_known_exercises(folder, capsys):
    show_solution("duble", folder)
    assert capsys.readouterr().out == "There is no solution called 'duble'. Did you mean 'double'?\n"
    show_solution("halve", folder)
    assert capsys.readouterr().out == "There is no solution called 'halve'. There are: double, treble.\n"


def test_a_course_without_solutions_says_so_in_one_line(tmp_path, capsys):
    show_solution("double", tmp_path / "nowhere")
    assert capsys.readouterr().out == "The solutions are not in this copy of the course.\n"


def test_a_notebook_shows_the_code_highlighted(folder, monkeypatch):
    import IPython.display

    shown = []
    monkeypatch.setattr(solutions, "surface", lambda: "html")
    monkeypatch.setattr(IPython.display, "display", shown.append)
    show_solution("treble", folder)
    assert shown[0].data == "def treble(x):\n    return 3 * x"
    assert "<span" in shown[0]._repr_html_()


def test_a_terminal_shows_every_line(folder, monkeypatch, capsys):
    monkeypatch.setattr(solutions, "surface", lambda: "terminal")
    show_solution("treble", folder)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["def treble(x):", "    return 3 * x"]
