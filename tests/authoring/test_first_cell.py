"""The first cell of every notebook: finds the course, or fetches it where only the notebook is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.authoring.address import Address
from course_utils.authoring.openers import first_cell

ROOT = Path(__file__).resolve().parents[2]
FOUND = "import course_utils, pathlib; print(pathlib.Path(course_utils.__file__).resolve().parents[1])"


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    """A git repository with what of the course a first cell touches."""
    folder = tmp_path_factory.mktemp("remote") / "course"
    shutil.copytree(ROOT / "course_utils", folder / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "course"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder


def test_its_first_line_which_is_all_that_is_shown_says_what_it_is_for():
    assert first_cell(Address()).startswith("# @title Run this first: it finds the course")


def run_first_cell(folder: Path, url: str, **environment: str) -> subprocess.CompletedProcess:
    """Run the cell twice in `folder`, in a Python that does not know the course, and say where it was found."""
    code = first_cell(Address(url))
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # -S would hide torch as well: an installed course is hidden by its name instead.
    hidden = (
        "import sys\nclass Hide:\n    def find_spec(self, name, path=None, target=None): return None\n"
        "sys.meta_path = [finder for finder in sys.meta_path if 'editable' not in repr(finder).lower()]\n"
    )
    return subprocess.run(
        [sys.executable, "-c", f"{hidden}{code}\n{code}\n{FOUND}"],
        cwd=folder, env=own | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def found_in(answer: subprocess.CompletedProcess) -> Path:
    assert answer.returncode == 0, answer.stderr
    return Path(answer.stdout.splitlines()[-1])


def test_an_empty_folder_gets_the_course_once_and_needs_no_remote_afterwards(remote, tmp_path):
    answer = run_first_cell(tmp_path, f"file://{remote}")
    assert found_in(answer) == tmp_path / "resnet-course"
    assert "Ready: python" in answer.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["resnet-course"]
    assert found_in(run_first_cell(tmp_path, "file:///nowhere")) == tmp_path / "resnet-course"


def test_inside_a_checkout_nothing_is_fetched(tmp_path, remote):
    folder = tmp_path / "course" / "notebooks" / "02_resnets"
    shutil.copytree(remote, tmp_path / "course")
    folder.mkdir(parents=True)
    assert found_in(run_first_cell(folder, "file:///nowhere")) == tmp_path / "course"
    assert list(folder.iterdir()) == []


def test_a_remote_that_is_not_there_is_named_with_gits_own_reason(tmp_path):
    answer = run_first_cell(tmp_path, f"file://{tmp_path}/gone")
    assert answer.returncode == 1
    assert f"could not be fetched from file://{tmp_path}/gone" in answer.stderr
    assert "does not" in answer.stderr  # git's words
    assert "Check the network connection" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "resnet-course").exists()


def test_a_clone_that_broke_off_is_begun_anew(remote, tmp_path):
    (tmp_path / "resnet-course.part" / "course_utils").mkdir(parents=True)
    assert found_in(run_first_cell(tmp_path, f"file://{remote}")) == tmp_path / "resnet-course"
    assert not (tmp_path / "resnet-course.part").exists()


def test_a_damaged_copy_is_replaced_and_what_was_in_it_is_kept(remote, tmp_path):
    mine = tmp_path / "resnet-course" / "my_work"
    mine.mkdir(parents=True)
    (mine / "progress.jsonl").write_text("mine")
    assert found_in(run_first_cell(tmp_path, f"file://{remote}")) == tmp_path / "resnet-course"
    (kept,) = tmp_path.glob("resnet-course.damaged-*/my_work/progress.jsonl")
    assert kept.read_text() == "mine"


def test_without_git_there_are_clear_words(remote, tmp_path):
    answer = run_first_cell(tmp_path, f"file://{remote}", PATH=str(tmp_path))
    assert answer.returncode == 1
    assert "could not be fetched" in answer.stderr
    assert "'git'" in answer.stderr
    assert "Traceback" not in answer.stderr
