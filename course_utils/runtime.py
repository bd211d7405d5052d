"""Get the runtime of a notebook ready: say whether its versions are tested, and supply what it lacks."""

import importlib.util
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

TESTED = {"python": "3.11", "torch": "2.14", "torchvision": "0.29"}
"""What the tests run with; they insist that this is true."""

OLDEST_TORCH = (2, 6)

# Small packages of pure Python that Colab lacks, and all that each needs.
_INSTALLABLE = {"jaxtyping": ("jaxtyping", "wadler-lindig"), "torchinfo": ("torchinfo",)}
_HOSTED = ("COLAB_RELEASE_TAG", "KAGGLE_KERNEL_RUN_TYPE")
_PATIENCE = 60  # seconds


def prepare() -> None:
    """Supply what the course needs and this runtime lacks, then say in one line how it compares with what is tested.

    Nothing is installed but on Colab and Kaggle, and nothing there that replaces a package they have.
    """
    missing = [name for name in _INSTALLABLE if importlib.util.find_spec(name) is None]
    if missing and any(variable in os.environ for variable in _HOSTED):
        missing = _install(missing)
    if missing:
        from course_utils.stand_ins import stand_in

        for name in missing:
            stand_in(name)
        print(f"Not installed here: {', '.join(missing)}. The course does without.")
    print(_versions())


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


def _versions() -> str:
    here = {"python": _short(platform.python_version()), "torch": _installed("torch")}
    here["torchvision"] = _installed("torchvision")
    said = ", ".join(f"{name} {number}" for name, number in here.items())
    if here == TESTED:
        return f"Ready: {said}, as tested."
    if tuple(map(int, here["torch"].split("."))) < OLDEST_TORCH:
        return f"{said}: too old, some cells will fail. The course needs torch 2.6 or newer."
    others = ", ".join(f"{name} {number}" for name, number in TESTED.items() if here[name] != number)
    return f"Ready: {said}. (Tested with {others}; other versions should do.)"


def _installed(package: str) -> str:
    try:
        return _short(version(package))
    except PackageNotFoundError:
        return "0.0"


def _short(number: str) -> str:
    """Give the first two parts of a version: 2.14.1+cpu -> 2.14."""
    return ".".join(number.partition("+")[0].split(".")[:2])
