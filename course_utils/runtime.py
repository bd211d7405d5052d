"""Get the runtime of a notebook ready: say whether its versions are tested, and supply what it lacks."""

import importlib.util
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

SETS = json.loads((Path(__file__).parent / "versions.json").read_text(encoding="utf-8"))
"""The sets of versions that the course is tested with, by name: "oldest", "colab", "newest".

Colab's pandas is 2.2.2, compiled for its Python 3.13; the oldest that PyPI has compiled for it is 2.2.3. It has neither
jupytext nor cloudpickle, which the tests need and the notebooks don't.
"""
_TOLD = ("torch", "torchvision")

# Small packages of pure Python that Colab lacks, and all that each needs.
_INSTALLABLE = {"jaxtyping": ("jaxtyping", "wadler-lindig"), "torchinfo": ("torchinfo",)}
_HOSTED = {"COLAB_RELEASE_TAG": "Colab", "KAGGLE_KERNEL_RUN_TYPE": "Kaggle"}
_PATIENCE = 60  # seconds


def prepare() -> None:
    """Supply what the course needs and this runtime lacks, then say in one line how it compares with what is tested.

    Nothing is installed but on Colab and Kaggle, and nothing there that replaces a package they have.
    """
    missing = [name for name in _INSTALLABLE if importlib.util.find_spec(name) is None]
    if missing and hosted():
        missing = _install(missing)
    if missing:
        from course_utils.stand_ins import stand_in

        for name in missing:
            stand_in(name)
        print(f"Not installed here: {', '.join(missing)}. The course does without.")
    print(_versions())


def hosted() -> str:
    """Name the service that this runtime is of, and that takes it back some day with all files; "" for none."""
    return next((service for variable, service in _HOSTED.items() if variable in os.environ), "")


def _install(missing: list[str]) -> list[str]:
    """Install packages, and give those that are missing still."""
    wanted = [package for name in missing for package in _INSTALLABLE[name]]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *wanted]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE)
    except (OSError, subprocess.SubprocessError):
        return missing
    importlib.invalidate_caches()
    return [name for name in missing if importlib.util.find_spec(name) is None]


def tested() -> list[dict[str, str]]:
    """Give what the tests run with, from the oldest to the newest: the first two parts of each version."""
    return [
        {"python": one["python"], **{name: _short(one["packages"][name]) for name in _TOLD}} for one in SETS.values()
    ]


def _versions() -> str:
    here = {"python": _short(platform.python_version()), **{name: _installed(name) for name in _TOLD}}
    said = ", ".join(f"{name} {number}" for name, number in here.items())
    if here in tested():
        return f"Ready: {said}, as tested."
    oldest, *between, newest = (one["torch"] for one in tested())
    if _as_numbers(here["torch"]) < _as_numbers(oldest):
        return f"{said}: too old, some cells will fail. The course needs torch {oldest} or newer."
    return f"Ready: {said}. (Tested with torch {', '.join([oldest, *between])} and {newest}; others should do.)"


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _installed(package: str) -> str:
    try:
        return _short(version(package))
    except PackageNotFoundError:
        return "0.0"


def _short(number: str) -> str:
    """Give the first two parts of a version: 2.14.1+cpu -> 2.14."""
    return ".".join(number.partition("+")[0].split(".")[:2])
