"""The term file in the gradebook: penalties, extensions and groups follow it, and nothing is executed again."""

import csv
import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from own_commands import nbgrader
from small_school import BLANK, RIGHT, hand_in, notebook
from stand_in import Table, work
from typer.testing import CliRunner

from course_utils import cli
from course_utils.grading.course import command
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.give_back import Wishes, give_back
from course_utils.grading.course.grade import Options
from course_utils.grading.course.late import tell
from course_utils.grading.course.report import report

TERM = """\
zone = "Europe/Berlin"

[late]
free_days = 1
penalty = 10

[due]
two = 2026-11-03T18:00:00
"""
IN_TIME, A_DAY_LATE, TWO_DAYS_LATE = "2026-11-03 17:00:00", "2026-11-04 17:00:00", "2026-11-05 17:00:00"  # UTC


@pytest.fixture
def school(released, tmp_path, monkeypatch):
    """Three have handed in the right answers (3 points): in time, one day late, two days late."""
    school = tmp_path / "school"
    subprocess.run(["cp", "-r", str(released), str(school)], check=True)
    for student, when in (("ada", IN_TIME), ("ben", A_DAY_LATE), ("cem", TWO_DAYS_LATE)):
        collect(school, student, when)
    (school / "term.toml").write_text(TERM)
    monkeypatch.chdir(school)
    monkeypatch.setattr(command, "missing", list)
    return school


@pytest.fixture(autouse=True)
def executed(monkeypatch):
    """Stand in for the workers, and list which notebooks they were given."""
    given = []

    def note(task):
        given.append(task)
        return work(task)

    monkeypatch.setattr(command, "workers_for", lambda *_: Table(note))
    return given


def collect(school: Path, student: str, when: str) -> None:
    place = hand_in(school, student, notebook(RIGHT))
    (place.parent / "timestamp.txt").write_text(f"{when} UTC")


def graded(school: Path, capsys) -> str:
    command.grade(school, "two", Options(), None, None)
    return " ".join(capsys.readouterr().out.split())


def change(school: Path, old: str, new: str) -> None:
    path = school / "term.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def penalties(school: Path) -> dict[str, float]:
    """Give nbgrader's own numbers."""
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as book:
        submissions = book.assignment_submissions("two")
        return {one.student_id: round(one.late_submission_penalty, 9) for one in submissions}


def exported(school: Path) -> dict[str, dict[str, str]]:
    nbgrader(school, "export", "--to", "grades.csv")
    with (school / "grades.csv").open(newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_late_work_uses_late_days_and_then_loses_points_in_nbgraders_own_gradebook(school, capsys):
    """Catches a penalty that only this course knows of, and a due date that nbgrader does not have."""
    said = graded(school, capsys)
    assert "ben: 1 day late: 1 late day used, none left." in said
    assert "cem: 2 days late: 1 late day used, none left; 10 % of the points are taken off." in said
    assert penalties(school) == {"ada": 0, "ben": 0, "cem": 0.3}
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as book:
        late = {one.student_id: one.total_seconds_late for one in book.assignment_submissions("two")}
        assert late == {"ada": 0, "ben": 86_400, "cem": 2 * 86_400}
        assert book.find_assignment("two").duedate == dt.datetime(2026, 11, 3, 17)
    assert {name: row["score"] for name, row in exported(school).items()} == {"ada": "3.0", "ben": "3.0", "cem": "2.7"}


@pytest.mark.parametrize("anew", [RIGHT, BLANK], ids=["the same work", "other work"])
def test_work_handed_in_anew_without_a_time_is_not_late(school, capsys, anew):
    """Catches late days that are counted of work that doesn't count any more: nbgrader keeps the time of it."""
    graded(school, capsys)
    (hand_in(school, "cem", notebook(anew)).parent / "timestamp.txt").unlink()
    said = graded(school, capsys)
    assert "ben: 1 day late" in said
    assert "cem: 2 days late" not in said
    assert penalties(school)["cem"] == 0
    rows = exported(school)
    assert (rows["cem"]["timestamp"], rows["ben"]["timestamp"]) == ("", A_DAY_LATE)


@pytest.mark.parametrize("left", [None, "\n"], ids=["no file", "an empty one"])
def test_a_time_that_was_kept_before_goes_when_the_work_is_found_again(school, capsys, executed, left):
    """Catches a wrong time that stays until somebody grades the work again."""
    place = school / "submitted" / "cem" / "two" / "timestamp.txt"
    place.unlink() if left is None else place.write_text(left)
    graded(school, capsys)
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as book:
        book.update_or_create_submission("two", "cem", timestamp=TWO_DAYS_LATE)
    assert "cem: 2 days late" not in graded(school, capsys)
    assert exported(school)["cem"]["timestamp"] == ""
    assert len(executed) == 3


def test_nbgraders_own_autograde_takes_off_the_same(school, capsys):
    """Catches two numbers for one student, by which of the two commands has graded."""
    shutil.rmtree(school / "submitted" / "ben")
    graded(school, capsys)
    ours = penalties(school)
    nbgrader(school, "autograde", "two", "--student", "cem", "--force")
    assert penalties(school) == ours == {"ada": 0, "cem": 0.3}


@pytest.mark.parametrize("command_of", ["grade", "report", "export", "feedback"])
def test_a_change_of_the_file_changes_penalties_and_nothing_is_executed_again(school, capsys, executed, command_of):
    """Catches "unchanged", and a penalty that stays until somebody grades all of it again."""
    graded(school, capsys)
    assert len(executed) == 3
    change(school, "[due]", "[extensions.two]\ncem = 2026-11-04T18:00:00\n[due]")
    if command_of == "grade":
        graded(school, capsys)
    elif command_of == "report":
        report(school, "two")
    elif command_of == "export":
        exported(school)
    else:
        nbgrader(school, "generate_feedback", "two", "--force")
    assert penalties(school) == {"ada": 0, "ben": 0, "cem": 0}
    change(school, "two = 2026-11-03T18:00:00", "two = 2026-11-02T18:00:00")
    report(school, "two")
    assert penalties(school) == {"ada": 0, "ben": 0.3, "cem": 0}
    (school / "term.toml").unlink()  # with it all penalties go: nbgrader's own method for late work is "none"
    report(school, "two")
    assert penalties(school) == {"ada": 0, "ben": 0, "cem": 0}
    assert len(executed) == 3


def test_feedback_and_report_tell_how_late_it_was(school, capsys):
    """Catches points that are missing without a word, and a page about a class that names who was late."""
    graded(school, capsys)
    nbgrader(school, "generate_feedback", "two", "--force")
    page = (school / "feedback" / "cem" / "two" / "two.html").read_text()
    assert "Handed in 2 days late: 1 late day used, none left; 10 % of the points are taken off." in page
    assert "2.7 / 3.0" in page
    assert "late day" not in (school / "feedback" / "ada" / "two" / "two.html").read_text()
    assert "submission 3: 2 days late: 1 late day used" in report(school, "two").read_text()
    assert "cem: 2 days late: 1 late day used" in report(school, "two", names=True).read_text()


def test_a_file_that_cannot_be_understood_stops_every_command_and_changes_nothing(school, capsys, executed):
    """Catches a class that is graded with half of a term file, or none."""
    graded(school, capsys)
    before = (school / "gradebook.db").read_bytes()
    change(school, "penalty = 10", "penalty = ten")
    collect(school, "ada", TWO_DAYS_LATE)
    with pytest.raises(GradingError, match=r"term.toml cannot be read: .*line 5"):
        graded(school, capsys)
    done = CliRunner().invoke(cli.app, ["report", "two"])
    assert done.exit_code == 1
    assert "line 5" in done.output
    with pytest.raises(AssertionError, match="line 5"):
        exported(school)
    assert (school / "gradebook.db").read_bytes() == before
    assert len(executed) == 3


def test_a_name_that_nobody_has_is_told_and_an_assignment_that_is_not_there_stops_it(school, capsys):
    """Catches an extension that reaches nobody, and a due date of nothing."""
    change(school, "[due]", "[extensions.two]\ncen = 2026-11-05T18:00:00\n[due]")
    assert "term.toml, line 8: cen is no student so far (is cem meant?)." in graded(school, capsys)
    change(school, "two = 2026-11-03", "tow = 2026-11-03")
    change(school, "[extensions.two]\ncen = 2026-11-05T18:00:00\n", "")
    with pytest.raises(GradingError, match=r"line 8: there is no assignment tow \(is two meant"):
        graded(school, capsys)


@pytest.mark.parametrize("command_of", ["report", "return", "export", "feedback"])
def test_who_applies_the_file_tells_once_of_a_name_that_nobody_has_and_goes_on(school, capsys, command_of):
    """Catches an extension that reaches nobody, in marks and pages that say nothing of it, and a line a student."""
    graded(school, capsys)
    change(school, "[due]", "[extensions.two]\ncen = 2026-11-05T18:00:00\n[due]")
    tell.cache_clear()  # each command is a process of its own
    if command_of == "report":
        report(school, "two")
    elif command_of == "return":
        give_back(school, "two", "csv", None, Wishes())
    wanted = {"export": ("export",), "feedback": ("generate_feedback", "two", "--force")}.get(command_of)
    said = nbgrader(school, *wanted) if wanted else capsys.readouterr().err
    assert said.count("term.toml, line 8: cen is no student so far (is cem meant?).") == 1


def in_group(school: Path, *members: str) -> None:
    path = school / "term.toml"
    path.write_text(TERM + f"[groups.two]\nowls = {list(members)}\n".replace("'", '"'))


def test_who_has_handed_in_nothing_gets_the_marks_of_the_group_and_a_page(school, capsys, executed):
    """Catches a 0 for who is in a group, and a second run for each member."""
    nbgrader(school, "db", "student", "add", "dot")
    in_group(school, "cem", "dot")
    graded(school, capsys)
    assert {name: row["score"] for name, row in exported(school).items()} == {
        "ada": "3.0",
        "ben": "3.0",
        "cem": "2.7",
        "dot": "2.7",  # each uses late days of their own
    }
    nbgrader(school, "generate_feedback", "two", "--force")
    assert "2.7 / 3.0" in (school / "feedback" / "dot" / "two" / "two.html").read_text()
    assert len(executed) == 3
    assert not (school / "submitted" / "dot").exists()


def test_a_groups_marks_follow_it_and_go_when_the_group_goes(school, capsys):
    """Catches marks that stay with who has left a group, and a copy that is older than a human's decision."""
    nbgrader(school, "db", "student", "add", "dot")
    in_group(school, "ada", "dot")
    graded(school, capsys)
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as book:
        book.find_grade("test_relu", "two", "two", "ada").manual_score = 0.5
        book.db.commit()
    assert exported(school)["dot"]["score"] == "2.5"
    in_group(school, "ada")
    assert exported(school)["dot"]["score"] == "0.0"
    assert "dot" not in penalties(school)
    assert not (school / "autograded" / "dot" / "two").exists()


def test_of_a_group_who_has_handed_in_keeps_that_and_the_others_get_the_last(school, capsys):
    """Catches work of one's own that is written over by another's."""
    hand_in(school, "cem", notebook(RIGHT | {"ReLU": "class ReLU(nn.Module):\n    pass"}))
    nbgrader(school, "db", "student", "add", "dot")
    in_group(school, "ada", "cem", "dot", "unknown")
    said = graded(school, capsys)
    assert "unknown is no student so far" in said
    rows = exported(school)
    assert {name: rows[name]["raw_score"] for name in rows} == {"ada": "3.0", "ben": "3.0", "cem": "2.0", "dot": "2.0"}
    collect(school, "dot", IN_TIME)  # from now on dot has work of their own
    graded(school, capsys)
    assert exported(school)["dot"]["raw_score"] == "3.0"
