"""`course update`, with the real git and the real nbgitpuller: what a student has written stays, and opens."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

from course_utils.update import UpdateError, update

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = "notebooks/01/01.ipynb"
ENGINE = "".join(f"line {number}\n" for number in range(9))


def git(folder, *arguments):
    who = ("-c", "user.name=Somebody", "-c", "user.email=some@body")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def cells(*sources):
    """Give a notebook's text with these cells of code."""
    notebook = nbformat.v4.new_notebook()
    for number, source in enumerate(sources):
        cell = nbformat.v4.new_code_cell(source)
        cell["id"] = f"cell-{number}"
        notebook.cells.append(cell)
    return nbformat.writes(notebook)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course at its address."""
    folder = tmp_path / "course"
    (folder / NOTEBOOK).parent.mkdir(parents=True)
    (folder / NOTEBOOK).write_text(cells("first", "second", "third"))
    (folder / "engine.py").write_text(ENGINE)
    (folder / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    git(folder, "init", "--quiet", "--initial-branch=main")
    publish(folder)
    for variable in ("AUTHOR", "COMMITTER"):  # nothing here may lean on a git that knows its user
        monkeypatch.delenv(f"GIT_{variable}_NAME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


def publish(course):
    git(course, "add", "--all")
    git(course, "commit", "--quiet", "--message", "newer")


@pytest.fixture
def mine(course, tmp_path):
    """A student's clone of it."""
    git(tmp_path, "clone", "--quiet", f"file://{course}", "mine")
    return tmp_path / "mine"


def opens(path):
    """Read a notebook, as JupyterLab does, and give its cells."""
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def test_a_student_who_has_changed_nothing_gets_all_that_is_new(course, mine):
    """Catches an update that brings nothing."""
    (course / NOTEBOOK).write_text(cells("newer"))
    (course / "engine.py").write_text("two = 2\n")
    publish(course)
    assert update(mine) == ["The course is up to date now."]
    assert opens(mine / NOTEBOOK) == ["newer"]
    assert (mine / "engine.py").read_text() == "two = 2\n"
    assert update(mine) == ["You have the newest course already."]


@pytest.mark.parametrize(
    ("theirs", "committed"),
    [
        (("first", "theirs", "third"), False),
        (("first", "second", "theirs"), False),
        (("theirs", "second", "third", "more"), True),
        (("first",), True),
    ],
    ids=["the same cell", "another cell", "more cells", "fewer cells"],
)
def test_a_notebook_that_both_have_changed_stays_as_the_student_has_it_and_the_newer_is_beside_it(
    course, mine, theirs, committed
):
    """Catches a merge by lines: cells of both, cells twice, marks of a conflict in a file that no longer opens."""
    (mine / NOTEBOOK).write_text(cells("first", "my answer", "third"))
    if committed:
        publish(mine)
    (course / NOTEBOOK).write_text(cells(*theirs))
    (course / "engine.py").write_text("two = 2\n")
    publish(course)
    said = update(mine)
    assert (mine / NOTEBOOK).read_text() == cells("first", "my answer", "third")
    (beside,) = (mine / NOTEBOOK).parent.glob("01_newer_*.ipynb")
    assert opens(beside) == list(theirs)
    assert said[1] == f"{NOTEBOOK} is as you have it; the newer one is beside it: {beside.name}"
    assert (mine / "engine.py").read_text() == "two = 2\n"


def test_what_was_written_into_the_newer_one_stays_and_so_does_the_answer_at_the_next_update(course, mine):
    """Catches an update that takes the newer one back, or the answer, also where one was undone and made again."""
    (mine / NOTEBOOK).write_text(cells("my answer"))
    for text in ("second edition", "third edition"):
        (course / NOTEBOOK).write_text(cells(text))
        publish(course)
        update(mine)
        for beside in (mine / NOTEBOOK).parent.glob("01_newer_*.ipynb"):
            beside.write_text(cells("my second try"))
    git(mine, "reset", "--quiet", "--hard", "HEAD~1")
    update(mine)
    assert opens(mine / NOTEBOOK) == ["my answer"]
    newer = list((mine / NOTEBOOK).parent.glob("01_newer_*.ipynb"))
    assert [opens(beside) for beside in newer] == [["my second try"]] * 2


def test_a_notebook_that_the_course_has_dropped_stays_if_the_student_has_worked_in_it(course, mine):
    """Catches an answer deleted, and a repository left in the middle of a merge."""
    (mine / NOTEBOOK).write_text(cells("my answer"))
    (course / NOTEBOOK).unlink()
    publish(course)
    assert update(mine)[1:] == [f"{NOTEBOOK} is as you have it; the newer course has it no more."]
    assert opens(mine / NOTEBOOK) == ["my answer"]
    assert git(mine, "status", "--porcelain") == ""
    assert update(mine) == ["You have the newest course already."]


def test_a_notebook_that_got_another_name_takes_the_answers_with_it(course, mine):
    """Catches an answer lost on the way to the new name."""
    (mine / NOTEBOOK).write_text(cells("first", "my answer", "third"))
    git(course, "mv", NOTEBOOK, "notebooks/01/blocks.ipynb")
    (course / "notebooks/01/blocks.ipynb").write_text(cells("first", "second", "theirs"))
    publish(course)
    update(mine)
    kept = [path for path in (mine / "notebooks/01").glob("*.ipynb") if "my answer" in opens(path)]
    assert [opens(path) for path in kept] == [["first", "my answer", "third"]]


def test_a_file_of_the_students_own_stays_where_the_course_brings_one_of_the_same_name(course, mine):
    """Catches a file overwritten that git knows nothing of."""
    for folder, text in ((mine, "mine"), (course, "theirs")):
        (folder / "notebooks/01/own.ipynb").write_text(cells(text))
    (mine / "notes.txt").write_text("mine alone")
    publish(course)
    said = update(mine)
    assert opens(mine / "notebooks/01/own.ipynb") == ["theirs"]
    (kept,) = (mine / "notebooks/01").glob("own__*.ipynb")
    assert opens(kept) == ["mine"]
    assert said[1] == f"own.ipynb is the course's now: yours of that name is called {kept.name}"
    assert (mine / "notes.txt").read_text() == "mine alone"


def test_staged_changes_and_ones_that_are_not_are_both_kept(course, mine):
    """Catches a merge that refuses, or drops what is in the index."""
    (mine / NOTEBOOK).write_text(cells("staged"))
    git(mine, "add", NOTEBOOK)
    (mine / NOTEBOOK).write_text(cells("my answer"))
    (mine / "engine.py").write_text(ENGINE.replace("line 1", "mine"))
    (course / NOTEBOOK).write_text(cells("theirs"))
    (course / "engine.py").write_text(ENGINE.replace("line 1", "theirs").replace("line 8", "theirs"))
    publish(course)
    update(mine)
    assert opens(mine / NOTEBOOK) == ["my answer"]
    assert (mine / "engine.py").read_text() == ENGINE.replace("line 1", "mine").replace("line 8", "theirs")


def test_a_notebook_that_the_student_has_deleted_comes_back(course, mine):
    """Catches a merge that stops where one side has deleted what the other has changed."""
    (mine / NOTEBOOK).unlink()
    (course / NOTEBOOK).write_text(cells("newer"))
    publish(course)
    update(mine)
    assert opens(mine / NOTEBOOK) == ["newer"]


@pytest.mark.parametrize("kind", ["detached", "shallow"])
def test_a_detached_head_and_a_shallow_clone_are_updated_like_any_other(course, mine, tmp_path, kind):
    """Catches an update that needs a branch, or the whole history. Colab's clones are shallow."""
    if kind == "detached":
        git(mine, "checkout", "--quiet", "--detach")
    else:
        git(tmp_path, "clone", "--quiet", "--depth", "1", "--branch", "main", f"file://{course}", "shallow")
        mine = tmp_path / "shallow"
    (mine / NOTEBOOK).write_text(cells("my answer"))
    for text in ("second edition", "third edition"):
        (course / NOTEBOOK).write_text(cells(text))
        (course / "engine.py").write_text(text)
        publish(course)
    update(mine)
    assert opens(mine / NOTEBOOK) == ["my answer"]
    assert (mine / "engine.py").read_text() == "third edition"


def test_the_students_own_hooks_and_signatures_are_left_out(course, mine):
    """Catches a commit that waits for a passphrase, or that a hook refuses."""
    hook = mine / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    git(mine, "config", "commit.gpgSign", "true")
    git(mine, "config", "gpg.program", "false")
    (mine / NOTEBOOK).write_text(cells("my answer"))
    (course / NOTEBOOK).write_text(cells("theirs"))
    publish(course)
    update(mine)
    assert opens(mine / NOTEBOOK) == ["my answer"]


def test_where_the_address_cannot_be_reached_nothing_changes(course, mine):
    """Catches a traceback without a network, and work lost on the way to it."""
    (mine / NOTEBOOK).write_text(cells("my answer"))
    course.rename(course.with_name("away"))
    before = git(mine, "rev-parse", "HEAD")
    with pytest.raises(UpdateError, match=r"^Nothing has changed: .* can't be reached"):
        update(mine)
    assert opens(mine / NOTEBOOK) == ["my answer"]
    assert git(mine, "rev-parse", "HEAD") == before


def test_a_history_that_has_nothing_in_common_is_refused_and_nothing_is_lost(course, mine):
    """Catches a repository left in the middle of a merge, and answers gone with it."""
    (mine / NOTEBOOK).write_text(cells("my answer"))
    git(course, "checkout", "--quiet", "--orphan", "anew")
    (course / "engine.py").write_text("another course")
    publish(course)
    git(course, "branch", "--quiet", "--force", "main")
    with pytest.raises(UpdateError, match=r"could not be merged .* unrelated histories"):
        update(mine)
    assert opens(mine / NOTEBOOK) == ["my answer"]
    assert git(mine, "status", "--porcelain") == ""


def test_a_conflict_that_nobody_foresaw_leaves_all_as_it_was(course, mine):
    """Catches a repository left in the middle of a merge."""
    git(mine, "mv", NOTEBOOK, "notebooks/01/my_name.ipynb")
    publish(mine)
    (mine / "notebooks/01/my_name.ipynb").write_text(cells("first", "my answer", "third"))
    git(course, "mv", NOTEBOOK, "notebooks/01/their_name.ipynb")
    publish(course)
    with pytest.raises(UpdateError, match=r"could not be merged .* CONFLICT"):
        update(mine)
    assert opens(mine / "notebooks/01/my_name.ipynb") == ["first", "my answer", "third"]
    assert git(mine, "status", "--porcelain") == ""


def test_a_full_disk_is_told_before_anything_is_touched(course, mine, monkeypatch):
    """Catches half a file of the newer course, which the next update would take for the student's own."""
    (course / "engine.py").write_text("newer")
    publish(course)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**11, 10**11 - 10**6, 10**6))
    with pytest.raises(UpdateError, match="is full"):
        update(mine)
    assert (mine / "engine.py").read_text() == ENGINE


def test_an_unfinished_merge_is_not_committed(course, mine):
    """Catches the marks of a conflict committed as the student's own."""
    (course / NOTEBOOK).write_text(cells("theirs"))
    publish(course)
    (mine / ".git/MERGE_HEAD").write_text(git(mine, "rev-parse", "HEAD"))
    with pytest.raises(UpdateError, match="git merge --abort"):
        update(mine)


def test_without_nbgitpuller_it_is_fetched_or_the_reason_told(course, mine, monkeypatch):
    """Catches pip's failure taken for a success, or for one of git's."""
    (course / "engine.py").write_text("newer")
    publish(course)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(UpdateError, match="pip could not fetch it: ERROR: No matching distribution found"):
        update(mine)


def test_a_zip_is_told_what_to_do(tmp_path):
    """Catches git's words about a folder that was never a repository."""
    with pytest.raises(UpdateError, match=r"Download the newer course .* copy my_work"):
        update(tmp_path)


def test_without_git_it_says_so(mine, monkeypatch):
    """Catches a traceback."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UpdateError, match="needs git"):
        update(mine)
