"""conda users and Binder get the same packages as pyproject.toml gives to pip."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_utils.runtime import tested

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest itself brings it along there

ROOT = Path(__file__).resolve().parents[1]
CONDA_NAMES = {"torch": "pytorch"}


def conda():
    return yaml.safe_load((ROOT / "environment.yml").read_text())


def conda_packages():
    """conda's `name>=version` reads like pip's, so packaging can parse both."""
    return {Requirement(line) for line in conda()["dependencies"] if isinstance(line, str)}


def pyproject():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_conda_and_pip_get_the_same_packages_in_the_same_versions():
    project = pyproject()
    wanted = {Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["instructor"]}
    for requirement in wanted:
        requirement.name = CONDA_NAMES.get(requirement.name, requirement.name)
    wanted |= {Requirement(f"python{project['requires-python']}"), Requirement("pip")}
    assert {str(package) for package in conda_packages()} == {str(package) for package in wanted}


def test_conda_takes_packages_from_conda_forge_alone_and_the_course_itself_by_pip():
    assert conda()["channels"] == ["conda-forge"]
    assert [line["pip"] for line in conda()["dependencies"] if isinstance(line, dict)] == [["-e ."]]


def test_every_line_is_a_name_and_at_most_a_least_version_which_conda_and_pip_read_alike():
    assert all(
        not package.extras and not package.marker and [spec.operator for spec in package.specifier] in ([], [">="])
        for package in conda_packages()
    )


def binder(name):
    return (ROOT / ".binder" / name).read_text()


def test_binder_installs_the_course_itself_and_so_what_pyproject_names():
    lines = [line for line in binder("requirements.txt").splitlines() if not line.startswith("#")]
    assert lines == ["--extra-index-url https://download.pytorch.org/whl/cpu", "--editable ."]


def test_binder_has_the_python_that_the_course_is_tested_with():
    (version,) = re.fullmatch(r"python-(3\.\d+)\n", binder("runtime.txt")).groups()
    assert version == tested()[-1]["python"]
    assert version in SpecifierSet(pyproject()["requires-python"])


def test_what_binder_runs_once_is_a_script_that_uses_what_there_is():
    script = ROOT / ".binder" / "postBuild"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    loaded = re.findall(r'python -c "from (\S+) import (\w+) as load; load\(\)"', script.read_text())
    assert len(loaded) == 2
    assert all(callable(getattr(importlib.import_module(module), name)) for module, name in loaded)
    (copied,) = re.findall(r"^cp -r (\S+) ", script.read_text(), re.MULTILINE)
    assert (ROOT / copied / "default_setting_overrides.json").is_file()
