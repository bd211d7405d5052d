"""Run the tests with other versions: an environment for each set of versions.json, made by uv."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.authoring.errors import AuthoringError
from course_utils.runtime import SETS

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class VersionSet:
    """Versions that the course is tested with.

    python: "3.13"; packages: exact versions; extras: of pyproject.toml; leave_out: tests that need what the set lacks.
    """

    name: str
    python: str
    packages: dict[str, str]
    extras: Sequence[str]
    leave_out: Sequence[str] = field(default_factory=tuple)

    @property
    def folder(self) -> Path:
        """Where its environment is."""
        return ROOT / f".venv-{self.name}"

    @property
    def interpreter(self) -> Path:
        """The Python in it."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def version_set(name: str) -> VersionSet:
    """Give a set by its name.

    Raises:
        AuthoringError: there is none of that name.
    """
    if name not in SETS:
        raise AuthoringError(f"There are no versions called {name!r}; there are: {', '.join(SETS)}.")
    return VersionSet(name, **SETS[name])


def make_environment(chosen: VersionSet) -> None:
    """Make its environment, or bring it up to date: what is there is kept, so a second call takes seconds.

    Raises:
        AuthoringError: uv could not make it; what it said stands above.
    """
    if not chosen.interpreter.exists():
        _uv("venv", "--clear", "--seed", "--python", chosen.python, str(chosen.folder))
    exactly = [f"{package}=={version}" for package, version in chosen.packages.items()]
    pins = chosen.folder / "pins.txt"
    pins.write_text("\n".join(exactly), encoding="utf-8")
    course = f".[{','.join(chosen.extras)}]"
    # Overrides, since Colab has what it has: the course's own bounds are for those who install it.
    whatever = ["--overrides", str(pins)]
    _uv("pip", "install", "--python", str(chosen.interpreter), *whatever, "--editable", course, *exactly)


def command_for_tests(chosen: VersionSet, arguments: Sequence[str]) -> list[str]:
    """Give the command that runs the tests in it."""
    ignored = [f"--ignore={folder}" for folder in chosen.leave_out]
    return [str(chosen.interpreter), "-m", "pytest", *ignored, *arguments]


def _uv(*arguments: str) -> None:
    from uv import find_uv_bin

    if subprocess.run([find_uv_bin(), *arguments], cwd=ROOT, check=False).returncode:
        raise AuthoringError(f"uv could not make the environment: uv {' '.join(arguments)}")
