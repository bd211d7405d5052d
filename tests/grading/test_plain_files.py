"""Submissions with odd names, links, pipes and thousands of files: each costs at most its owner's mark."""

import os
import socket
import time
from pathlib import Path

import pytest
from small_school import POINTS, RIGHT, hand_in, notebook, scores
from stand_in import Table, work

from course_utils.grading.course.grade import Grading, Options
from course_utils.grading.course.plain_files import read

FOLDERS = ("Doe, Jane [2]", "[a-z]*", "what?", "{curly}", "100 %", "O'Neil & Söhne", "-rf", "two  spaces")


@pytest.fixture
def school(released, tmp_path):
    os.system(f"cp -r {released} {tmp_path}/school")
    hand_in(tmp_path / "school", "zoe", notebook(RIGHT))
    return tmp_path / "school"


def grade(school):
    return {one.student: one.record for one in Grading(school, "two", Options()).run(Table(work))}


def test_a_folders_name_may_have_anything_in_it(school):
    """Catches a name that is taken for a pattern, which aborted the run: those who came later stayed ungraded."""
    for name in FOLDERS:
        hand_in(school, name, notebook(RIGHT))
        (school / "submitted" / name / "two" / "helper.py").write_text("x = 1")
    done = grade(school)
    assert scores(school) == dict.fromkeys((*FOLDERS, "zoe"), POINTS)
    assert all(record is not None for record in done.values())


def test_a_folder_whose_name_cannot_be_shown_is_told_and_the_others_are_graded(school):
    """Catches a name that stops the run for everybody, or that is a script in formgrader's pages."""
    names = b"new\nline", b"\xff\xfe", b"esc\x1b[2J", b'";alert(1)', b"<img src=x onerror=alert(1)>"
    for name in names:
        place = Path(os.fsdecode(os.fsencode(school / "submitted") + b"/" + name))
        hand_in(place.parent.parent, place.name, notebook(RIGHT))
    done = {one.student: one for one in Grading(school, "two", Options()).run(Table(work))}
    assert scores(school) == {"zoe": POINTS}
    assert [one.record is None and "another name" in one.problem for one in done.values()].count(True) == len(names)


@pytest.mark.parametrize("level", ["student", "assignment", "notebook"])
def test_anothers_work_by_a_link_earns_nothing_and_is_told(school, level):
    """Catches links that are followed: a zip can bring one that leads to another student's folder."""
    theirs = school / "submitted" / "zoe"
    mine = school / "submitted" / "liam"
    if level == "student":
        mine.symlink_to(theirs)
    elif level == "assignment":
        mine.mkdir()
        (mine / "two").symlink_to(theirs / "two")
    else:
        (mine / "two").mkdir(parents=True)
        (mine / "two" / "two.ipynb").symlink_to(theirs / "two" / "two.ipynb")
    record = grade(school)["liam"]
    assert scores(school) == {"liam": dict.fromkeys(POINTS, 0), "zoe": POINTS}
    assert "is a link" in record.troubles[0]
    assert record.wants_human


def odd(folder):
    os.mkfifo(folder / "pipe")
    os.mkfifo(folder / "helper.py")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str((folder / "s").relative_to(Path.cwd())))
    (folder / "dangling").symlink_to("nowhere")
    (folder / "secret").symlink_to("/etc/passwd")
    for name in (b"\xff.py", b"new\nline.py", b"a\\b.py"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x = 1")


def folders_for_files(folder):
    for name in ("timestamp.txt", "other.ipynb"):
        (folder / name).mkdir()
        (folder / name / "file").write_text("x")


def deep(folder):
    for _ in range(300):
        folder /= "deeper"
        folder.mkdir()
        (folder / "file").write_text("x")


def large(folder):
    with (folder / "large").open("wb") as file:
        file.truncate(60 * 2**20)
    with (folder / "huge.ipynb").open("wb") as file:
        file.truncate(2**40)


def many(folder):
    for number in range(6000):
        (folder / f"{number}.txt").write_text("x")


@pytest.mark.parametrize("make", [odd, folders_for_files, deep, large, many])
def test_what_lies_beside_a_notebook_costs_it_nothing_and_the_others_no_time(school, make, monkeypatch):
    """Catches a pipe that is waited for, a device that is read, a name that breaks a path, and a stalled driver."""
    monkeypatch.chdir(school)
    make(hand_in(school, "anna", notebook(RIGHT)).parent)
    began = time.process_time()
    grade(school)
    assert time.process_time() - began < 5
    assert scores(school) == {"anna": POINTS, "zoe": POINTS}


def test_thousands_of_files_do_not_hide_when_it_was_handed_in(school):
    """Catches late work that is in time because its timestamp is left out with the rest."""
    folder = hand_in(school, "anna", notebook(RIGHT)).parent
    many(folder)
    (folder / "timestamp.txt").write_text("2026-11-03 17:00:00 UTC")
    grade(school)
    kept = school / "autograded" / "anna" / "two" / "timestamp.txt"
    assert kept.read_text() == "2026-11-03 17:00:00 UTC"


def test_a_notebook_that_is_a_folder_or_a_pipe_is_a_zero_for_a_human(school):
    """Catches a run that waits for a pipe, or stops at a folder, where a notebook should be."""
    for name in ("folder", "pipe"):
        place = hand_in(school, name, b"")
        place.unlink()
        os.mkfifo(place) if name == "pipe" else (place.mkdir(), (place / "two.ipynb").write_text("x"))
    done = grade(school)
    assert scores(school) == {name: dict.fromkeys(POINTS, 0) for name in ("folder", "pipe")} | {"zoe": POINTS}
    assert "two.ipynb is no plain file" in done["pipe"].troubles[0]


@pytest.mark.parametrize("files", [1, 5])
def test_no_more_is_read_than_is_of_use(tmp_path, files):
    """Catches a driver that reads gigabytes of one student's, or keeps a part of a file for the whole."""
    for number in range(files):
        with (tmp_path / f"{number}").open("wb") as file:
            file.truncate(2**33)
    (tmp_path / "two.ipynb").write_text("mine")
    found = read(tmp_path, ["two.ipynb"])
    assert found.files == {"two.ipynb": b"mine"}
    assert "more than 50 MB" in found.left_out[0]
