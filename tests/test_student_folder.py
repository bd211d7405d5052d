"""The student's own folder: found in a notebook, and nowhere else."""

import pytest

from course_utils import student_folder as module
from course_utils.checking import surface
from course_utils.student_folder import COURSE, own_file, student_folder


@pytest.fixture(autouse=True)
def in_a_notebook(monkeypatch):
    monkeypatch.setattr(surface, "_in_notebook", lambda: True)


def test_a_notebook_keeps_things_in_the_courses_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert student_folder() == COURSE / "my_work"


def test_where_the_course_is_installed_things_lie_beside_the_notebook(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "COURSE", tmp_path / "site-packages")
    monkeypatch.chdir(tmp_path)
    assert student_folder() == tmp_path / "my_work"


def test_nothing_is_kept_outside_a_notebook(monkeypatch):
    monkeypatch.setattr(surface, "_in_notebook", lambda: False)
    assert student_folder() is None


def test_nothing_is_kept_when_nbgrader_runs_the_notebook(monkeypatch, tmp_path):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.chdir(tmp_path)
    assert student_folder() is None


@pytest.mark.parametrize("folder", ["solutions", "solutions/02_resnets"])
def test_nothing_is_kept_for_the_courses_own_solutions(monkeypatch, folder):
    monkeypatch.chdir(COURSE / folder)
    assert student_folder() is None


def test_a_file_of_ones_own_lies_in_that_folder_and_is_none_where_nothing_is_kept(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert own_file("x.json") == COURSE / "my_work" / "x.json"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert own_file("x.json") is None
