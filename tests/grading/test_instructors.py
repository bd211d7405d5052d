"""INSTRUCTORS: its commands are there and do what it says, its term file is one, and what is undone is undone."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer
from nbgrader.apps.dbapp import DbApp
from nbgrader.apps.nbgraderapp import NbGraderApp
from own_commands import nbgrader
from small_school import RIGHT, hand_in, make_school, notebook
from stand_in import Table, work
from test_late import collect, exported
from typer.testing import CliRunner

from course_utils import cli
from course_utils.grading.course import command
from course_utils.grading.course.term import read_term

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "INSTRUCTORS.md").read_text("utf-8")
SPANS = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL))
LINES = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]
COMMANDS = list(dict.fromkeys(line.split(" #")[0].strip() for line in [*SPANS, *LINES]))
_STEPS = TEXT.split("## Each assignment\n\n```sh\n")[1].split("```")[0]
_FROM_AN_LMS = ("course collect", "course return")  # their own tests have the files of one
WALK = [line.split(" #")[0].strip() for line in _STEPS.splitlines() if not line.startswith(_FROM_AN_LMS)]


def given(first: str) -> list[str]:
    """List the commands in the text that begin so."""
    found = [one for one in COMMANDS if one.startswith(f"{first} ")]
    assert len(found) > 3
    return found


@pytest.mark.parametrize("line", given("course"))
def test_each_command_of_the_courses_is_one_with_these_options(line):
    """Catches a text that names an option, or a command, that is not there any more."""
    _, name, *arguments = shlex.split(line)
    found = typer.main.get_command(cli.app).commands
    assert name in found
    if arguments:  # else the text names the command without saying what for
        found[name].make_context(name, arguments)


@pytest.mark.parametrize("line", given("nbgrader"))
def test_each_command_of_nbgraders_is_one(line):
    """Catches a command that nbgrader does not have."""
    _, name, *arguments = shlex.split(line)
    assert name in NbGraderApp().subcommands
    if name == "db":
        kind, what = arguments[:2]
        assert what in DbApp().subcommands[kind][0]().subcommands


def test_the_term_file_in_the_text_is_one(tmp_path):
    """Catches an example that is copied and does not work."""
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "term.toml").write_text(example)
    term = read_term(tmp_path)
    assert (term.free_days, term.penalty, term.nothing_after) == (3, 10, 7)
    assert term.groups["02_resnets"]["owls"] == ("ada", "ben")


@pytest.fixture
def school(tmp_path, monkeypatch):
    school = make_school(tmp_path)
    for student in ("ada", "ben"):
        collect(school, student, "2026-11-03 17:00:00")
    monkeypatch.chdir(school)
    monkeypatch.setattr(command, "missing", list)
    monkeypatch.setattr(command, "workers_for", lambda *_: Table(work))
    monkeypatch.setattr("course_utils.grading.judge.forkserver.begin", lambda **_: None)
    return school


def do(school: Path, line: str) -> None:
    program, *arguments = shlex.split(line.replace("02_resnets", "two"))
    if program == "nbgrader":
        nbgrader(school, *arguments)
        return
    done = CliRunner().invoke(cli.app, arguments)
    assert done.exit_code == 0, done.output


def test_the_walk_through_an_assignment_works_in_its_order_and_can_be_undone(school):
    """Catches a step that needs another one first, and an undoing after which marks are left, or nothing works."""
    for line in WALK:
        do(school, line)
    assert {row["student_id"]: row["score"] for row in exported(school).values()} == {"ada": "3.0", "ben": "3.0"}
    assert (school / "feedback" / "ada" / "two" / "two.html").is_file()
    assert (school / ".grading" / "two.html").is_file()

    undo = {line for line in COMMANDS if line.startswith("nbgrader db") and "remove" in line}
    of_student, of_assignment = (next(line for line in undo if what in line) for what in ("student", "assignment"))
    do(school, of_student.replace("NAME", "ben"))
    for folder in ("submitted", "autograded"):
        shutil.rmtree(school / folder / "ben")
    assert set(exported(school)) == {"ada"}
    do(school, of_assignment)
    shutil.rmtree(school / "autograded" / "ada" / "two")
    hand_in(school, "ada", notebook(RIGHT | {"ReLU": "class ReLU(nn.Module):\n    pass"}))
    for line in WALK[:2]:
        do(school, line)
    assert exported(school)["ada"]["score"] == "2.0"
