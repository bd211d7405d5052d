"""environment.yml gives conda users the same packages as pyproject.toml gives to pip."""

import sys
from pathlib import Path

import yaml
from packaging.requirements import Requirement

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
