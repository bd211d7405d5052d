"""The command `course`: what each subcommand runs, says and returns."""

import os
import subprocess
import sys
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from installed import needs_nbgrader
from typer.testing import CliRunner

from course_utils import cli
from course_utils.authoring.address import Address, write_address


@pytest.fixture
def course(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def programs(monkeypatch):
    """Stand in for ruff and pytest: note the commands, and return the exit codes that the test puts in `codes`."""
    noted = SimpleNamespace(commands=[], codes={})

    def run(command, cwd, check):
        assert cwd == cli.ROOT
        words = " ".join(command[2:])
        noted.commands.append(words)
        return SimpleNamespace(returncode=noted.codes.get(words, 0))

    monkeypatch.setattr(subprocess, "run", run)
    return noted


def invoke(*arguments):
    return CliRunner().invoke(cli.app, arguments)


def test_test_checks_style_and_formatting_and_passes_further_arguments_to_pytest(course, programs):
    assert invoke("test", "-k", "batch norm", "--lf").exit_code == 0
    assert programs.commands == ["ruff check", "ruff format --check", "pytest -k batch norm --lf"]


def test_test_runs_everything_and_returns_the_first_failures_code(course, programs):
    programs.codes = {"ruff format --check": 3, "pytest": 4}
    assert invoke("test").exit_code == 3
    assert len(programs.commands) == 3


def test_test_without_its_tools_says_how_to_get_them(course, monkeypatch):
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda name: None)
    result = invoke("test")
    assert result.exit_code == 1
    assert "This needs ruff and pytest: pip install -e '.[dev]'" in result.stderr


def test_outside_a_clone_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    result = invoke("test")
    assert result.exit_code == 1
    assert "works on a clone of the course" in result.stderr


@pytest.fixture
def jupyterlab(course, monkeypatch):
    """Stand in for JupyterLab: the arguments it was started with."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")  # which `open` changes
    notebook = course / cli.FIRST_NOTEBOOK
    notebook.parent.mkdir(parents=True)
    notebook.touch()
    arguments = []

    def launch_instance(argv):
        arguments.extend(argv)

    lab = SimpleNamespace(LabApp=SimpleNamespace(launch_instance=launch_instance))
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", lab)
    return arguments


def test_open_starts_jupyterlab_on_the_first_notebook(course, jupyterlab, monkeypatch):
    monkeypatch.setattr(cli.os, "geteuid", lambda: 1000, raising=False)
    assert invoke("open", "--no-browser").exit_code == 0
    assert jupyterlab == [
        f"--ServerApp.root_dir={course}",
        "--LabApp.default_url=/lab/tree/notebooks/00_start_here/00_start_here.ipynb",
        "--no-browser",
    ]


def test_open_adds_the_courses_settings_to_the_readers_own(course, jupyterlab, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    assert invoke("open").exit_code == 0
    assert os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [str(course / "course_utils" / "jupyterlab"), "mine"]


def test_open_works_in_a_container_where_one_is_root(jupyterlab, monkeypatch):
    monkeypatch.setattr(cli.os, "geteuid", lambda: 0, raising=False)
    assert invoke("open").exit_code == 0
    assert "--allow-root" in jupyterlab


def test_open_without_the_notebook_says_how_to_get_it_back(course):
    result = invoke("open")
    assert result.exit_code == 1
    assert "git restore notebooks" in result.stderr


@pytest.mark.parametrize(
    ("repository", "folder"), [("https://github.com/uni/course", "course"), ("https://git.uni.edu/a/b.git/", "b.git")]
)
def test_hub_prints_a_link_for_each_notebook(course, repository, folder):
    """Catches a link that opens a folder which nbgitpuller doesn't make: it's called as the repository's last part."""
    (course / cli.FIRST_NOTEBOOK).parent.mkdir(parents=True)
    (course / cli.FIRST_NOTEBOOK).touch()
    write_address(course, Address(repository, "term 27"))
    ((name, link),) = [line.split(": ") for line in invoke("hub", "https://hub.uni.edu/").output.splitlines()]
    address = urlsplit(link)
    assert name == "00_start_here"
    assert link.startswith("https://hub.uni.edu/hub/user-redirect/git-pull?")
    assert parse_qs(address.query) == {
        "repo": [repository.rstrip("/")],
        "branch": ["term 27"],
        "urlpath": [f"lab/tree/{folder}/{cli.FIRST_NOTEBOOK}"],
    }


@pytest.mark.parametrize(
    ("repository", "hub", "words"),
    [(None, "https://hub.uni.edu", "course publish first"), ("https://x.org/a", "hub", "'hub' is no address of a hub")],
)
def test_hub_says_what_is_missing(course, repository, hub, words):
    """Catches links to nowhere."""
    (course / cli.FIRST_NOTEBOOK).parent.mkdir(parents=True)
    (course / cli.FIRST_NOTEBOOK).touch()
    write_address(course, Address(repository))
    result = invoke("hub", hub)
    assert result.exit_code == 1
    assert words in result.stderr


@needs_nbgrader
def test_build_names_the_files_it_wrote(course, monkeypatch):
    calls = []
    monkeypatch.setattr(
        "course_utils.authoring.build.build",
        lambda root, names, run_all: calls.append((root, names, run_all)) or [root / "notebooks/a.ipynb"],
    )
    assert invoke("build", "a", "--execute").output == "wrote notebooks/a.ipynb\n"
    assert calls == [(course, ["a"], True)]


@needs_nbgrader
@pytest.mark.parametrize(("differences", "code"), [([], 0), (["notebooks/a.ipynb: not what the source makes"], 1)])
def test_build_check_fails_on_any_difference_and_names_it(course, monkeypatch, differences, code):
    monkeypatch.setattr("course_utils.authoring.build.find_differences", lambda root, names: differences)
    result = invoke("build", "--check")
    assert result.exit_code == code
    assert result.stderr.splitlines() == differences


@needs_nbgrader
def test_build_says_what_is_wrong_without_a_traceback(course):
    result = invoke("build", "nowhere")
    assert result.exit_code == 1
    assert result.stderr == "no source solutions/nowhere/*.py; there are: none\n"


def test_try_says_which_section_is_missing(monkeypatch):
    """Catches a contributor's first try, before the text is written, that ends in a bare StopIteration."""
    from course_utils.authoring import trying

    monkeypatch.setattr(trying, "cells", lambda notebook: [])
    result = invoke("try", "ReLU")
    assert result.exit_code == 1
    assert "No solution cell of solutions/01_building_blocks/01_building_blocks.py defines ReLU" in result.output
    assert "course try ReLU --quick" in " ".join(result.output.split())
