"""Sets of versions: what pyproject promises is what is tested, and each set gets an environment of its own."""

import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from typer.testing import CliRunner

from course_utils import cli
from course_utils.authoring import versions
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.versions import command_for_tests, make_environment, version_set
from course_utils.runtime import SETS

try:
    import tomllib
except ImportError:
    import tomli as tomllib  # pytest itself brings it along before Python 3.11

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """Stand in for uv: note what it is asked to do; in a course without any environment."""
    noted = SimpleNamespace(asked=[], code=0)

    def run(command, cwd, check):
        noted.asked.append(command[1:])
        if command[1] == "venv":
            Path(command[-1]).mkdir()
        return SimpleNamespace(returncode=noted.code)

    monkeypatch.setattr(versions, "ROOT", tmp_path)
    monkeypatch.setattr(subprocess, "run", run)
    return noted


def test_the_oldest_versions_that_are_promised_are_those_that_are_tested():
    """Catches a lower bound in pyproject.toml that nobody has ever run with."""
    promised = {one.name: one.specifier for one in map(Requirement, PROJECT["dependencies"])}
    oldest = {name: f">={version}" for name, version in SETS["oldest"]["packages"].items()}
    assert {name: str(bound) for name, bound in promised.items()} == oldest
    assert PROJECT["requires-python"] == f">={SETS['oldest']['python']}"


def test_the_newest_are_those_that_ci_installs():
    """Catches a set that goes stale when CI moves on."""
    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", (ROOT / ".ci" / "constraints.txt").read_text(), re.MULTILINE))
    assert pins == SETS["newest"]["packages"]


def test_the_sets_stand_from_the_oldest_to_the_newest():
    """Catches a new set in the wrong place: what notebooks say of versions goes by the order."""
    numbers = [Version(one["packages"]["torch"]) for one in SETS.values()]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("name", SETS)
def test_a_set_gets_an_environment_with_its_python_and_exactly_its_packages(name, calls):
    """Catches an environment with another Python, a package without its pin, and extras that are forgotten."""
    make_environment(version_set(name))
    (venv, install) = calls.asked
    assert venv[:1] == ["venv"]
    assert venv[venv.index("--python") + 1] == SETS[name]["python"]
    pins = {f"{package}=={version}" for package, version in SETS[name]["packages"].items()}
    assert pins <= set(install)
    overrides = Path(install[install.index("--overrides") + 1])
    assert set(overrides.read_text().splitlines()) == pins, "or Colab's old ipywidgets would be no environment at all"
    assert f".[{','.join(SETS[name]['extras'])}]" in install
    assert str(versions.ROOT / f".venv-{name}") in venv


def test_an_environment_that_is_there_is_kept(calls):
    """Catches one that is made anew, gigabytes at a time, whenever tests run."""
    chosen = version_set("colab")
    chosen.interpreter.parent.mkdir(parents=True)
    chosen.interpreter.touch()
    make_environment(chosen)
    assert [asked[0] for asked in calls.asked] == ["pip"]


def test_tests_that_need_what_the_set_lacks_are_left_out_and_they_are_there():
    """Catches a folder that was renamed, whose tests would then fail for want of nbgrader."""
    command = command_for_tests(version_set("colab"), ["-k", "relu"])
    assert command[1:3] == ["-m", "pytest"]
    assert command[-2:] == ["-k", "relu"]
    left_out = [word.removeprefix("--ignore=") for word in command if word.startswith("--ignore=")]
    assert left_out == SETS["colab"]["leave_out"]
    assert all((ROOT / place).exists() for place in left_out)


def test_an_unknown_set_and_a_failure_of_uv_are_told(calls):
    """Catches a KeyError in place of a sentence, and tests that run though their environment is not there."""
    with pytest.raises(AuthoringError, match=r"no versions called 'new'; there are: oldest, colab, newest"):
        version_set("new")
    calls.code = 2
    with pytest.raises(AuthoringError, match="uv could not make the environment: uv venv"):
        make_environment(version_set("oldest"))


def test_the_command_runs_the_tests_in_that_environment_alone(calls, monkeypatch):
    """Catches `course test --versions` that runs the tests here, and one that hides their exit code."""
    monkeypatch.setattr(cli, "ROOT", ROOT)
    calls.code = 0
    result = CliRunner().invoke(cli.app, ["test", "--versions", "colab", "-k", "relu"])
    assert result.exit_code == 0
    assert [asked[0] for asked in calls.asked] == ["venv", "pip", "-m"]
    assert "relu" in calls.asked[-1]
