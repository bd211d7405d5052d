"""Compare what Colab has now with the set `colab` of versions.json: `python -m course_utils.authoring.colab_drift`."""

import re
import sys
from urllib.parse import unquote
from urllib.request import urlopen

from course_utils.authoring.errors import AuthoringError
from course_utils.runtime import SETS

# Google publishes what `pip freeze` and `python --version` say in Colab's image, a day or two ahead of the runtimes.
PUBLISHED = "https://raw.githubusercontent.com/googlecolab/backend-info/main"
_PACKAGE = re.compile(
    r"^([\w.-]+)(?:==| @ \S*/[\w.]+-)(\d[^\s-]*)", re.MULTILINE
)  # name==1.2, or name @ …/name-1.2-….whl
_PYTHON = re.compile(r"^Python (\d\S*)$", re.MULTILINE)


def read_published(where: str = PUBLISHED) -> dict[str, str]:
    """Read the versions that Colab has, by package, "python" among them; where: the folder's address, or a file:// one.

    Raises:
        AuthoringError: the lists can't be read, or are no longer written as they were.
    """
    try:
        freeze, system = (_read(f"{where}/{name}") for name in ("pip-freeze.txt", "os-info.txt"))
    except OSError as error:
        raise AuthoringError(f"Colab's lists at {where} can't be read: {error}") from error
    has = {name.lower().replace("_", "-"): unquote(version) for name, version in _PACKAGE.findall(freeze)}
    python = _PYTHON.search(system)
    if "torch" not in has or python is None:
        raise AuthoringError(
            f"Colab's lists at {where} are written in another way now: no torch, or no Python, in them"
        )
    return has | {"python": python[1]}


def _read(address: str) -> str:
    with urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def drift(has: dict[str, str]) -> list[tuple[str, str, str]]:
    """Give (package, version tested, version on Colab) where these differ in the first two parts.

    Patches don't count. What Colab lacks is no drift either: the set has two packages that only the tests need.
    """
    tested = SETS["colab"]["packages"] | {"python": SETS["colab"]["python"]}
    return [(name, old, has[name]) for name, old in tested.items() if name in has and _minor(has[name]) != _minor(old)]


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]


def as_issue(differences: list[tuple[str, str, str]]) -> str:
    """Write an issue about them, in Markdown; nothing where there is none."""
    if not differences:
        return ""
    rows = "".join(f"| {name} | {old} | {new} |\n" for name, old, new in differences)
    return (
        f"| package | the course is tested with | Colab has |\n|---|---|---|\n{rows}\n"
        "Write Colab's versions into the set `colab` of `course_utils/versions.json`, then run "
        f"`python course.py test --versions colab`. Colab's lists: {PUBLISHED}/pip-freeze.txt\n"
    )


if __name__ == "__main__":
    try:
        print(as_issue(drift(read_published(*sys.argv[1:]))), end="")
    except AuthoringError as error:
        sys.exit(str(error))
