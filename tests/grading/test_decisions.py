"""Points that are held: visible, not given out, and settled by one decision, which holds for the same work."""

import csv
import json
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from own_commands import nbgrader
from small_school import POINTS, RIGHT, hand_in, notebook, scores
from stand_in import Table, work
from typer.testing import CliRunner

from course_utils import cli
from course_utils.grading.course import command
from course_utils.grading.course.decide import decide
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.grade import Options
from course_utils.grading.course.records import ACCEPTED, REFUSED
from course_utils.grading.course.report import report
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.judge.verdicts import Verdict, write_outputs

EVIDENCE = "the notebook reaches into the process that it runs in (cell 3, line 1: import ctypes)"
REACHING = notebook(RIGHT, "import ctypes")


@pytest.fixture
def school(released, tmp_path, monkeypatch):
    """Three have handed in: one whose right answers are held, one whose file is torn, and an honest one."""
    school = tmp_path / "school"
    subprocess.run(["cp", "-r", str(released), str(school)], check=True)
    hand_in(school, "held", REACHING)
    hand_in(school, "torn", b'{"cells": [')
    hand_in(school, "honest", notebook(RIGHT))
    monkeypatch.chdir(school)
    monkeypatch.setattr(command, "workers_for", lambda *_: Table(suspicious))
    monkeypatch.setattr(command, "missing", list)
    return school


def suspicious(task: Task) -> Result:
    """Judge by the table, and hold what a notebook has earned that imports ctypes."""
    result = work(task)
    if "import ctypes" not in task.notebook:
        return result
    held = {
        name: Verdict(one.passed, one.text, one.kind, one.exercise, held=EVIDENCE * one.passed)
        for name, one in result.verdicts.items()
    }
    whole = nbformat.from_dict(json.loads(result.notebook))
    write_outputs(whole, held, {})
    return Result(json.dumps(whole), held, 0.0, (f"held: {EVIDENCE}",))


def graded(school: Path, capsys, **options) -> str:
    """Grade the class, and give what was said."""
    command.grade(school, "two", Options(**options), None, None)
    return " ".join(capsys.readouterr().out.split())


def exported(school: Path) -> dict[str, dict[str, str]]:
    nbgrader(school, "export", "--to", "grades.csv")
    with (school / "grades.csv").open(newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def feedback(school: Path, student: str) -> str:
    nbgrader(school, "generate_feedback", "two", "--force")
    return (school / "feedback" / student / "two" / "two.html").read_text()


def waits_in_formgrader(school: Path, student: str) -> bool:
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as book:
        return book.find_submission("two", student).needs_manual_grade


def test_what_is_held_can_be_seen_and_is_not_given_out(school, capsys):
    """Catches a suspicion that costs marks, and a file for the registrar, or a student's page, with marks that wait."""
    said = graded(school, capsys)
    assert said.startswith(f"Grading two of the course in {school}")
    assert "course accept NAME" in said
    assert "│ test_relu │ 1 │ 1 │ 0 │ 0 │ 2 │" in said  # right is who has the points: held ones nobody has yet
    assert f"held: held: {EVIDENCE}" in said
    assert scores(school)["held"] == POINTS
    assert waits_in_formgrader(school, "held")
    rows = exported(school)
    assert {name: (row["score"], bool(row["waits_for"])) for name, row in rows.items()} == {
        "held": ("", True),
        "torn": ("", True),  # never a 0 that waits for a human
        "honest": ("3.0", False),
    }
    page = feedback(school, "held")
    assert "2 tests wait for a person" in page
    assert "import ctypes" in page
    assert "1.0 / 1.0" not in page
    assert "3.0 / 3.0" not in page
    assert "3.0 / 3.0" in (school / "feedback" / "honest" / "two" / "two.html").read_text()


@pytest.mark.parametrize(("decision", "points"), [(ACCEPTED, "3.0"), (REFUSED, "0.0")])
def test_one_decision_settles_a_notebook_everywhere(school, capsys, decision, points):
    """Catches a summary, a report or a page that goes on asking for a human."""
    graded(school, capsys)
    command_of = {ACCEPTED: "accept", REFUSED: "refuse"}[decision]
    done = CliRunner().invoke(cli.app, [command_of, "held"])
    assert f"held, two: {decision}" in done.output
    assert not waits_in_formgrader(school, "held")
    assert exported(school)["held"]["score"] == points
    page = feedback(school, "held")
    assert "wait for a person" not in page
    assert "A person has looked at this and decided" in page
    for said in (graded(school, capsys), graded(school, capsys, regrade=True)):
        assert f"A human has decided: held ({decision})." in said
        assert "torn: 2 tests not graded" in said
        assert "│ test_relu │ 1 │ 2 │ 0 │ 0 │ 1 │" in said
    assert exported(school)["held"]["score"] == points
    assert f"a human has decided: {decision}" in report(school, "two", names=True).read_text()


def test_the_later_of_two_decisions_counts(school, capsys):
    """Catches a decision that cannot be taken back."""
    graded(school, capsys)
    for decision, points in ((REFUSED, 0), (ACCEPTED, 3), (REFUSED, 0)):
        decide(school, "held", None, decision)
        assert sum(scores(school)["held"].values()) == points


def test_what_could_not_be_graded_has_no_points_to_accept(school, capsys):
    """Catches a 0 that `course accept` makes for good of a file that could not be read."""
    graded(school, capsys)
    with pytest.raises(GradingError, match="torn: 2 tests could not be graded, so there are no points to accept"):
        decide(school, "torn", None, ACCEPTED)
    assert exported(school)["torn"]["waits_for"]
    assert "refused. That is about 2 tests: 0 points." in decide(school, "torn", None, REFUSED)
    assert exported(school)["torn"]["score"] == "0.0"


def test_who_is_nobody_is_told_who_may_be_meant(school, capsys):
    """Catches the same words for a slip in the name as for a student of whom nothing waits."""
    graded(school, capsys)
    for slip, meant in (("hel", "held"), ("HELD", "held"), ("honist", "honest")):
        with pytest.raises(GradingError, match=rf"Nobody of this name has handed in anything \(is {meant} meant\?\)\."):
            decide(school, slip, None, ACCEPTED)
    with pytest.raises(GradingError, match=r"decides about\.$"):
        decide(school, "honest", None, ACCEPTED)


@pytest.mark.parametrize("decision", [ACCEPTED, REFUSED])
def test_other_work_is_decided_anew(school, capsys, decision):
    """Catches a 0, or a free pass, that stays with a student who hands in something else."""
    graded(school, capsys)
    decide(school, "held", "two", decision)
    hand_in(school, "held", notebook(RIGHT, "import ctypes as c"))
    assert "held: held:" in graded(school, capsys)
    assert exported(school)["held"]["waits_for"]
    hand_in(school, "held", notebook(RIGHT))
    graded(school, capsys)
    assert exported(school)["held"]["score"] == "3.0"


def test_points_given_by_hand_are_a_decision_too(school, capsys):
    """Catches a human's points in formgrader after which all goes on asking for a human."""
    graded(school, capsys)
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as book:
        for grade in book.find_submission("two", "torn").notebooks[0].grades:
            grade.manual_score, grade.needs_manual_grade = 1, False
        book.db.commit()
    for said in (graded(school, capsys), graded(school, capsys, regrade=True)):
        assert "torn (graded by hand)" in said
    assert exported(school)["torn"]["score"] == "2.0"
    assert "1 of 2 points" in feedback(school, "torn")
    assert "a human has decided: graded by hand" in report(school, "two", names=True).read_text()


def test_points_that_a_human_has_changed_still_stand_when_the_same_work_is_graded_again(school, capsys):
    """Catches an export that is emptied, and a page that waits, because nbgrader asks for a second look."""
    graded(school, capsys)
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as book:
        book.find_grade("test_relu", "two", "two", "honest").manual_score = 0.5
        book.db.commit()
    graded(school, capsys, regrade=True)
    assert exported(school)["honest"]["score"] == "2.5"


def test_where_nothing_is_to_be_decided_it_is_said(school, capsys):
    """Catches a decision that is written down for the wrong student, or a wrong assignment."""
    graded(school, capsys)
    with pytest.raises(GradingError, match="honest has no assignments"):
        decide(school, "honest", None, ACCEPTED)
    with pytest.raises(GradingError, match="Nothing of nobody's two"):
        decide(school, "nobody", "two", ACCEPTED)


def test_the_current_folder_is_graded_and_one_that_is_no_course_is_refused(school, tmp_path, monkeypatch):
    """Catches a command that grades the course that it is imported from."""
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    monkeypatch.chdir(nowhere)
    for arguments in (["grade", "two"], ["report", "two"], ["accept", "held"]):
        done = CliRunner().invoke(cli.app, arguments)
        assert done.exit_code == 1
        assert "has no nbgrader_config.py" in done.output
    monkeypatch.chdir(school)
    monkeypatch.setattr("course_utils.grading.judge.forkserver.begin", lambda: None)
    assert f"Grading two of the course in {school}" in CliRunner().invoke(cli.app, ["grade", "two"]).output
