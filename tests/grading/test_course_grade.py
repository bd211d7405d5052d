"""A small class graded by `course grade`; test_nbgrader_release.py compares its scores with nbgrader's own."""

from pathlib import Path

import nbformat
import pytest
from benchmark import copy_of_course
from own_commands import nbgrader
from small_school import scores

from course_utils.authoring.trial_class import hand_in
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.farm import Farm
from course_utils.grading.course.grade import Grading, Options
from course_utils.grading.course.report import report
from course_utils.grading.course.workers import Here
from course_utils.grading.run.confinement import missing

ASSIGNMENT = "01_building_blocks"
NOTEBOOK = f"{ASSIGNMENT}.ipynb"
pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not confined here: {missing()}")

WRONG_RELU = """class ReLU(nn.Module):
    def forward(self, x):
        return x.abs()
"""


def place(course: Path, student: str) -> Path:
    path = course / "submitted" / student / ASSIGNMENT / NOTEBOOK
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class of five: solved, blank, one wrong answer, a notebook that is none, one without metadata."""
    course = copy_of_course(tmp_path_factory.mktemp("graded") / "course")
    nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")
    solved = nbformat.read(course / "solutions" / ASSIGNMENT / NOTEBOOK, as_version=4)
    flags = [(cell.metadata.get("nbgrader", {}), cell.source) for cell in solved.cells]
    answers = {told["grade_id"]: source for told, source in flags if told.get("solution")}
    hand_in(course, "solved", answers, ASSIGNMENT)
    hand_in(course, "blank", {}, ASSIGNMENT)
    hand_in(course, "wrong", answers | {"ReLU": WRONG_RELU}, ASSIGNMENT)
    place(course, "torn").write_bytes(b'{"cells": [')
    stripped = nbformat.read(place(course, "solved"), as_version=4)
    for cell in stripped.cells:
        cell.metadata = {}
    nbformat.write(stripped, place(course, "stripped"))
    return course


@pytest.fixture(scope="module")
def farm():
    with Here(2) as farm:
        yield farm


@pytest.fixture(scope="module")
def graded(course, farm):
    grading = Grading(course, ASSIGNMENT, Options())
    done = {one.student: one for one in grading.run(farm)}
    return grading, done


def test_what_was_mended_has_its_marks_and_what_was_torn_a_zero_for_a_human(course, graded):
    grading, done = graded
    found = scores(course, ASSIGNMENT)
    assert found["stripped"] == found["solved"]
    assert any("metadata" in repair for repair in done["stripped"].record.repairs)
    assert set(found["torn"].values()) == {0}
    assert len(done["torn"].record.wants_human) == len(grading.cells[ASSIGNMENT].points)
    assert "JSON" in (done["torn"].record.troubles[0])


def test_what_is_graded_and_unchanged_is_not_graded_again(course, graded, farm):
    hand_in(course, "blank", {"ReLU": WRONG_RELU}, ASSIGNMENT)
    again = {one.student: one.fresh for one in Grading(course, ASSIGNMENT, Options()).run(farm)}
    assert again == dict.fromkeys(graded[1], False) | {"blank": True}
    hand_in(course, "blank", {}, ASSIGNMENT)
    options = Options(students=("blank",))
    assert [one.fresh for one in Grading(course, ASSIGNMENT, options).run(farm)] == [True]


def test_feedback_and_export_work_after_it(course, graded):
    nbgrader(course, "generate_feedback", ASSIGNMENT)
    nbgrader(course, "export", "--to", "grades.csv")
    page = (course / "feedback" / "wrong" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    assert "ReLU" in page
    assert (
        "not graded: the file is not JSON"
        in (course / "feedback" / "torn" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    )
    assert len((course / "grades.csv").read_text().splitlines()) >= len(graded[1]) + 1


def test_the_page_names_the_misconceptions_and_no_student(course, graded):
    page = report(course, ASSIGNMENT).read_text()
    assert "ReLU" in page
    assert "For a human" in page
    assert not [student for student in graded[1] if f">{student}:" in page]
    assert "http" not in page
    assert "<li>torn:" in report(course, ASSIGNMENT, names=True).read_text()


def test_nothing_of_a_submission_is_changed(course, graded):
    assert place(course, "torn").read_bytes() == b'{"cells": ['


@pytest.mark.parametrize(
    ("assignment", "students", "why"),
    [
        ("99_nothing", (), "There is no assignment"),
        ("02_resnets", (), "generate_assignment 02_resnets"),
        (ASSIGNMENT, ("nobody",), "Nothing was handed in by nobody"),
    ],
)
def test_what_cannot_be_graded_is_said_in_words(course, assignment, students, why):
    with pytest.raises(GradingError, match=why):
        Grading(course, assignment, Options(students=students))


def test_a_scheduler_that_is_not_there_is_said_in_words(monkeypatch):
    monkeypatch.setattr("course_utils.grading.course.farm._SECONDS_TO_CONNECT", 1)
    with pytest.raises(GradingError, match="No Dask scheduler"):
        Farm(scheduler="tcp://127.0.0.1:1")
