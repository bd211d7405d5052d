"""Grading that is stopped, killed, locked out or out of room: clear words, nothing lost, and it goes on afterwards."""

import errno
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from many_machines import make_class
from small_school import POINTS, RIGHT, hand_in, notebook, scores
from stand_in import Table

from course_utils.grading.course import command
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.grade import Grading, Options
from course_utils.grading.course.records import Records
from course_utils.grading.judge.running import run
from course_utils.grading.run.confinement import missing
from course_utils.grading.run.warm import COURSE

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not confined here: {missing()}")

STUDENTS = 9
PROGRAM = """
import sys
from pathlib import Path
from course_utils.grading.course.command import grade
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.grade import Options
if __name__ == "__main__":
    try:
        grade(Path(sys.argv[1]), "two", Options(), 1, None)
    except GradingError as error:
        sys.exit(str(error))
"""


@pytest.fixture(autouse=True)
def interruptible():
    """What a shell has started in the background, and what that starts, would never hear of an interrupt."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def school(released, tmp_path):
    return Path(shutil.copytree(released, tmp_path / "school"))


def start(school: Path) -> subprocess.Popen:
    program = school / "grade_it.py"
    program.write_text(PROGRAM)
    command = [sys.executable, str(program), str(school)]
    environment = os.environ | {"PYTHONPATH": f"{COURSE}{os.pathsep}{school}", "OMP_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def wait_for(records: Records, number: int, running: subprocess.Popen) -> None:
    while len(records.all()) < number and running.poll() is None:
        time.sleep(0.1)


def left_of(running: subprocess.Popen) -> list[str]:
    """List what is left of a run: all its processes have started with the same path, which is in no other's."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"{COURSE}{os.pathsep}{Path(running.args[1]).parent}" in (entry / "environ").read_text():
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def insist_that_nothing_is_left(running: subprocess.Popen) -> None:
    for _ in range(300):
        if not left_of(running):
            return
        time.sleep(0.1)
    raise AssertionError(left_of(running))


def test_interrupted_and_killed_it_goes_on_where_it_was(school):
    deserved = make_class(school, STUDENTS)
    records = Records(school, "two")
    running = start(school)
    wait_for(records, 2, running)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does it
    _, said = running.communicate(timeout=120)
    assert "submissions have their scores. Run this again: it goes on from there." in said
    assert "Traceback" not in said
    graded = len(records.all())
    assert 2 <= graded < STUDENTS
    insist_that_nothing_is_left(running)

    running = start(school)
    wait_for(records, graded + 2, running)
    assert left_of(running)
    running.kill()
    running.communicate()
    graded = len(records.all())
    assert graded < STUDENTS
    insist_that_nothing_is_left(running)

    running = start(school)
    shown, _ = running.communicate(timeout=300)
    assert running.returncode == 0
    assert f"{STUDENTS - graded} graded now, {graded} unchanged" in " ".join(shown.split())
    assert scores(school) == deserved


@pytest.fixture
def small_disk(tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk of its own can be had here, for which one has to be root: {mounted.stderr.decode()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_disk_that_is_full_loses_nothing(released, small_disk):
    """A real one: SQLite, nbgrader and Python each have their own words for it."""
    school = Path(shutil.copytree(released, small_disk / "school"))
    deserved = make_class(school, STUDENTS)
    room = os.statvfs(school)
    filler = school / "filler"
    filler.write_bytes(bytes(room.f_bavail * room.f_bsize - 120_000))
    running = start(school)
    _, said = running.communicate(timeout=300)
    assert said.strip() == "The disk is full. Make room and run this again: it goes on where it stopped."
    assert len(Records(school, "two").all()) < STUDENTS
    filler.unlink()
    running = start(school)
    running.communicate(timeout=300)
    assert running.returncode == 0
    assert scores(school) == deserved


class Tidied:
    """Is interrupted while it is tidied away: Python drops that interrupt, and prints a traceback."""

    def __del__(self) -> None:
        raise KeyboardInterrupt


def test_an_interrupt_that_python_drops_is_not_lost(capfd):
    def grade() -> None:
        with command._no_interrupt_is_lost():
            Tidied()
            time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        grade()
    assert capfd.readouterr().err == ""


@pytest.fixture
def graded(school, monkeypatch):
    """One student is graded, another has handed in."""
    monkeypatch.setattr(command, "workers_for", lambda *_: Table(run))
    hand_in(school, "ann", notebook(RIGHT))
    assert command.grade(school, "two", Options(), None, None)
    hand_in(school, "ben", notebook(RIGHT))
    return school


def insist_that_it_goes_on(school: Path) -> None:
    assert scores(school)["ann"] == POINTS
    assert command.grade(school, "two", Options(), None, None)
    assert scores(school)["ben"] == POINTS


def test_a_locked_gradebook(graded):
    grading = Grading(graded, "two", Options())
    with sqlite3.connect(graded / "gradebook.db") as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GradingError, match="gradebook is locked"):
            list(grading.run(Table(run)))
        other.rollback()
    insist_that_it_goes_on(graded)


def test_a_gradebook_of_another_version(graded):
    before = (graded / "gradebook.db").read_bytes()
    with sqlite3.connect(graded / "gradebook.db") as other:
        other.execute("ALTER TABLE submitted_assignment DROP COLUMN timestamp")
    with pytest.raises(GradingError, match="nbgrader db upgrade"):
        command.grade(graded, "two", Options(), None, None)
    (graded / "gradebook.db").write_bytes(before)
    insist_that_it_goes_on(graded)


def test_a_gradebook_that_is_none(graded):
    before = (graded / "gradebook.db").read_bytes()
    (graded / "gradebook.db").write_bytes(b"my grades: all excellent " * 100)
    with pytest.raises(GradingError, match=r"gradebook cannot be used: .*not a database"):
        command.grade(graded, "two", Options(), None, None)
    (graded / "gradebook.db").write_bytes(before)
    insist_that_it_goes_on(graded)


def test_a_full_disk(graded, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Records, "put", full)
        with pytest.raises(GradingError, match="disk is full"):
            command.grade(graded, "two", Options(), None, None)
    insist_that_it_goes_on(graded)


def test_two_at_once_are_told_who_is_at_work(graded):
    """Catches two runs that write into one gradebook, of which one dies, and calls right work ungradable."""
    program = (
        "import sys, time; from pathlib import Path; from course_utils.grading.course.alone import alone\n"
        "with alone(Path(sys.argv[1])): print('in', flush=True); time.sleep(600)"
    )
    command_line = [sys.executable, "-c", program, str(graded)]
    with subprocess.Popen(command_line, env=os.environ | {"PYTHONPATH": str(COURSE)}, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"in\n"
        with pytest.raises(GradingError, match=rf"at work in this gradebook \(process {other.pid} on .* since .*\)"):
            command.grade(graded, "two", Options(), None, None)
        other.kill()
    insist_that_it_goes_on(graded)


def test_nobody_has_handed_in(school):
    with pytest.raises(GradingError, match="Nobody has handed in two"):
        command.grade(school, "two", Options(), None, None)


def test_a_machine_that_cannot_shut_in_stops_unless_told_to_go_on(graded, monkeypatch):
    monkeypatch.setattr(command, "missing", lambda: ["files: this kernel has no Landlock"])
    with pytest.raises(GradingError, match=r"no Landlock.*--unconfined"):
        command.grade(graded, "two", Options(), None, None)
    assert command.grade(graded, "two", Options(confined=False), None, None)


def test_a_name_in_a_notebook_does_not_move_the_terminals_cursor(graded, capsys):
    told = notebook(RIGHT)
    told["cells"][0]["metadata"]["nbgrader"] = {"grade_id": "\x1b[2J\x1b]0;mine", "schema_version": 3}
    hand_in(graded, "ben", told)
    command.grade(graded, "two", Options(), None, None)
    shown = capsys.readouterr().out
    assert "is no cell of this notebook" in shown
    assert "\x1b[2J" not in shown


def test_regrade_and_student_choose_who_is_graded(graded):
    def fresh(**options) -> dict[str, bool]:
        return {one.student: one.fresh for one in Grading(graded, "two", Options(**options)).run(Table(run))}

    assert fresh() == {"ann": False, "ben": True}
    assert fresh(regrade=True, students=("ann",)) == {"ann": True}
    assert fresh() == {"ann": False, "ben": False}
