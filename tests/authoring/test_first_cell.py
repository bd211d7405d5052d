"""The first cell of every notebook finds the course, or fetches it: on this environment's IPython and on Colab's."""

import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import colab
import pytest

from course_utils.authoring.address import Address
from course_utils.authoring.openers import first_cell

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    """A git repository with what of the course a first cell touches."""
    folder = tmp_path_factory.mktemp("remote") / "course"
    shutil.copytree(ROOT / "course_utils", folder / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "course"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder


def test_its_first_line_which_is_all_that_is_shown_says_what_it_is_for(
    run_first_cell,
):
    assert first_cell(Address()).startswith("# @title Run this first: it finds the course")


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """What comes first on PYTHONPATH, by the name of the runtime."""
    return {"this": "", "Colab": str(colab.install(tmp_path_factory.mktemp("colab")))}


@pytest.fixture(params=["this", "Colab"])
def run_first_cell(request, packages):
    """Run the cell twice in a folder, in an IPython that does not know the course, and say where it was found."""

    def run(folder: Path, url: str, path: str | Path = "", **environment: str) -> subprocess.CompletedProcess:
        own = (
            os.environ
            | {"PYTHONPATH": os.pathsep.join(filter(None, (packages[request.param], str(path))))}
            | environment
        )
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, first_cell(Address(url)), VERSIONS[request.param]],
            cwd=folder, env=own, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


VERSIONS = {"this": "", "Colab": "7.34.0"}
PROGRAM = """
import sys
# An installed course is hidden by its name: -S would hide torch as well.
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
import IPython
from IPython.core.interactiveshell import InteractiveShell

cell, version = sys.argv[1:]
assert IPython.__version__.startswith(version), IPython.__version__
shell = InteractiveShell.instance(colors="NoColor")
if not all([shell.run_cell(code).success for code in (cell, cell)]):
    sys.exit(1)
import course_utils, pathlib
print(pathlib.Path(course_utils.__file__).resolve().parents[1])
"""


def found_in(answer: subprocess.CompletedProcess) -> Path:
    """Say where it was found, by a cell that says one line about the versions each time it runs, and nothing else."""
    assert answer.returncode == 0, answer.stdout + answer.stderr
    *said, found = answer.stdout.splitlines()
    assert [line.partition(":")[0] for line in said] == ["Ready"] * 2
    assert all("tested" in line.lower() for line in said)
    return Path(found)


def test_an_empty_folder_gets_the_course_once_and_needs_no_remote_afterwards(run_first_cell, remote, tmp_path):
    answer = run_first_cell(tmp_path, f"file://{remote}")
    assert found_in(answer) == tmp_path / "resnet-course"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["resnet-course"]
    assert found_in(run_first_cell(tmp_path, "file:///nowhere")) == tmp_path / "resnet-course"


def test_inside_a_checkout_nothing_is_fetched(run_first_cell, tmp_path, remote):
    folder = tmp_path / "course" / "notebooks" / "02_resnets"
    shutil.copytree(remote, tmp_path / "course")
    folder.mkdir(parents=True)
    assert found_in(run_first_cell(folder, "file:///nowhere")) == tmp_path / "course"
    assert list(folder.iterdir()) == []


def told_to(answer: subprocess.CompletedProcess) -> str:
    """Give what a cell says that cannot go on; it is no traceback."""
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "Traceback" not in answer.stdout + answer.stderr
    return answer.stdout


@pytest.mark.parametrize(
    ("service", "folder"),
    [("COLAB_RELEASE_TAG", "content"), ("KAGGLE_KERNEL_RUN_TYPE", "kaggle/working")],
    ids=["Colab", "Kaggle"],
)
def test_where_a_service_has_only_the_notebook_the_course_is_fetched_beside_it(
    run_first_cell, remote, tmp_path, service, folder
):
    (tmp_path / folder).mkdir(parents=True)
    answer = run_first_cell(tmp_path / folder, f"file://{remote}", **{service: "x"})
    assert found_in(answer) == tmp_path / folder / "resnet-course"


def test_a_remote_that_is_not_there_is_named_with_gits_own_reason(run_first_cell, tmp_path):
    words = told_to(run_first_cell(tmp_path, f"file://{tmp_path}/gone"))
    assert f"could not be fetched from file://{tmp_path}/gone" in words
    assert "does not" in words  # git's words
    assert not (tmp_path / "resnet-course").exists()


def test_offline_it_says_what_to_check(run_first_cell, tmp_path):
    words = told_to(run_first_cell(tmp_path, "https://127.0.0.1:9/course"))  # where nobody listens
    assert "127.0.0.1" in words
    assert "Check the network connection and run this cell again" in words
    assert list(tmp_path.iterdir()) == []


def test_a_clone_that_broke_off_is_begun_anew(run_first_cell, remote, tmp_path):
    (tmp_path / "resnet-course.part" / "course_utils").mkdir(parents=True)
    assert found_in(run_first_cell(tmp_path, f"file://{remote}")) == tmp_path / "resnet-course"
    assert not (tmp_path / "resnet-course.part").exists()


def test_a_damaged_copy_is_replaced_and_what_was_in_it_is_kept(run_first_cell, remote, tmp_path):
    mine = tmp_path / "resnet-course" / "my_work"
    mine.mkdir(parents=True)
    (mine / "progress.jsonl").write_text("mine")
    assert found_in(run_first_cell(tmp_path, f"file://{remote}")) == tmp_path / "resnet-course"
    (kept,) = tmp_path.glob("resnet-course.damaged-*/my_work/progress.jsonl")
    assert kept.read_text() == "mine"


NOTEBOOK = "notebooks/02_resnets/02_resnets.ipynb"


@pytest.fixture
def colab_tells(run_first_cell, tmp_path):
    """Run a cell that names no repository where Colab's sessions, and the notebook's own metadata, tell so much.

    Gives the answer, and what git was asked to clone: a stand-in for git, which fails, writes it down.
    """
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/asked\necho no network >&2\nexit 128\n')
    program.chmod(0o755)
    (tmp_path / "content").mkdir()

    def run(path: str, metadata: object) -> tuple[str, list[str]]:
        package = tmp_path / "google" / "colab"
        package.mkdir(parents=True, exist_ok=True)
        (package / "_message.py").write_text(f"def blocking_request(*_, **__):\n    return {metadata!r}\n")
        sessions = json.dumps([{"path": path, "name": "02_resnets.ipynb", "kernel": {"id": "1"}}]).encode()

        class Sessions(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path == "/api/sessions" else 404)
                self.end_headers()
                self.wfile.write(sessions)

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Sessions)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        answer = run_first_cell(
            tmp_path / "content", "", path=tmp_path, PATH=str(program.parent),
            COLAB_JUPYTER_IP="127.0.0.1", KMP_TARGET_PORT=str(server.server_port),
        )  # fmt: skip
        server.shutdown()
        return told_to(answer), (tmp_path / "asked").read_text().split("\n")

    return run


@pytest.mark.parametrize(
    ("path", "metadata", "branch"),
    [
        (f"fileId=https%3A//github.com/someone/my-fork/blob/main/{NOTEBOOK}", {}, "main"),
        (f"fileId=https://github.com/someone/my-fork/blob/term/2027/{NOTEBOOK}", {}, "term/2027"),
        (f"fileId=https://github.com/someone/my-fork/blob/main/{NOTEBOOK}", None, "main"),
        (
            "fileId=1rpWsGDIOXVo7V7Zc3b7Kf0",
            {"colab": {"provenance": [{"file_id": f"https://github.com/someone/my-fork/blob/main/{NOTEBOOK}"}]}},
            "main",
        ),
    ],
    ids=["from GitHub", "from a branch with a slash", "without get_ipynb", "from a copy in Drive"],
)
def test_a_fork_that_is_opened_on_colab_fetches_the_fork(colab_tells, path, metadata, branch):
    """Catches a fork whose notebooks fetch nothing, because nobody has written its address into them."""
    words, asked = colab_tells(path, metadata and {"ipynb": {"metadata": metadata}})
    assert asked[asked.index("--branch") + 1 :][:2] == [branch, "https://github.com/someone/my-fork"]
    assert "could not be fetched from https://github.com/someone/my-fork:\nno network" in words


@pytest.mark.parametrize(
    ("path", "metadata"),
    [
        ("fileId=1rpWsGDIOXVo7V7Zc3b7Kf0", {"ipynb": {"metadata": {}}}),
        ("fileId=https://github.com/someone/homework/blob/main/02_resnets.ipynb", {"another": "answer"}),
        ("", None),
    ],
    ids=["a file from Drive", "a repository that is no copy of the course", "nothing"],
)
def test_where_colab_does_not_tell_there_are_clear_words(colab_tells, path, metadata):
    """Catches a cell that fails with a traceback of its own where Colab has changed, or fetches what is no course."""
    words, asked = colab_tells(path, metadata)
    assert "could not be fetched from anywhere, because this notebook names no repository" in words
    assert "" in asked  # the repository


def test_an_address_that_is_written_in_is_not_asked_for(run_first_cell, remote, tmp_path):
    """Catches a published notebook whose copy in a student's own repository fetches that."""
    package = tmp_path / "google" / "colab"
    package.mkdir(parents=True)
    (package / "_message.py").write_text("raise SystemExit('asked')")
    answer = run_first_cell(tmp_path, f"file://{remote}", path=tmp_path)
    assert found_in(answer) == tmp_path / "resnet-course"


def test_without_git_there_are_clear_words(run_first_cell, remote, tmp_path):
    words = told_to(run_first_cell(tmp_path, f"file://{remote}", PATH=str(tmp_path)))
    assert "could not be fetched" in words
    assert "'git'" in words
