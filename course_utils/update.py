"""Bring a newer course into a clone of it, and leave what its student has written.

nbgitpuller does it, as in many a class: it commits what the student has changed, and merges; where both have changed
the same lines, the student's stay. `.gitattributes` has notebooks merged whole, so one that both have changed stays as
the student has it, and the newer one is put beside it. (Students could be given copies to work in instead, apart from
what is released. But then there are two notebooks of each name all the time, and it is the student who has to know
which is which.)
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Bytes. On a full disk git could leave half a file, and the next update would take it for the student's own.
ROOM = 100_000_000
NBGITPULLER = "nbgitpuller>=1.2,<2"
# What may stand in the settings of the student's own git, and has no place in the commits that are made here. C: the
# words of git that nbgitpuller looks for are English.
_OWN_WAYS = {
    "GIT_CONFIG_COUNT": "2",
    "GIT_CONFIG_KEY_0": "commit.gpgSign",
    "GIT_CONFIG_VALUE_0": "false",
    "GIT_CONFIG_KEY_1": "core.hooksPath",
    "GIT_CONFIG_VALUE_1": os.devnull,
    "LC_ALL": "C",
}


class UpdateError(Exception):
    """The course was not updated, and nothing that the student has written is lost; the message says why."""


def update(root: Path) -> list[str]:
    """Bring the clone in `root` to the newest course that its origin has; return what there is to say, in lines.

    Raises:
        UpdateError: it is no clone, its origin can't be reached, or the merge could not be made.
    """
    if not (root / ".git").exists():
        raise UpdateError(
            f"{root} isn't a git clone (it was a zip, perhaps), so it can't be updated in place. Download the newer "
            "course into a folder beside it. Then copy my_work and the notebooks that you've worked in over from here."
        )
    address, branch = _git(root, "remote", "get-url", "origin"), _branch(root)
    asked = _run(["git", "ls-remote", "--exit-code", "origin", f"refs/heads/{branch}"], root)
    if asked.returncode:
        raise UpdateError(
            f"Nothing has changed: the branch {branch} of {address} can't be reached. {_last_line(asked.stderr)}"
        )
    newest = asked.stdout.split()[0]
    if _holds(root, newest):
        return ["You have the newest course already."]
    if (root / ".git" / "MERGE_HEAD").exists():
        raise UpdateError("A merge is unfinished here: finish it with git commit, or drop it with git merge --abort.")
    if shutil.disk_usage(root).free < ROOM:
        raise UpdateError(f"Nothing has changed: the disk of {root} is full. Make some room, and update again.")
    before = _git(root, "rev-parse", "HEAD")
    renamed = _merge(root, address, branch)
    return ["The course is up to date now.", *renamed, *_newer_ones_beside(root, before, newest)]


def _branch(root: Path) -> str:
    """Give the branch of origin that this clone follows, or else origin's main one."""
    for name in ("@{upstream}", "origin/HEAD"):
        found = _run(["git", "rev-parse", "--abbrev-ref", name], root).stdout.strip()
        if found.startswith("origin/") and found != "origin/HEAD":
            return found.removeprefix("origin/")
    return "main"


def _holds(root: Path, commit: str) -> bool:
    """Say whether the course is at this commit, or has it merged."""
    return _run(["git", "merge-base", "--is-ancestor", commit, "HEAD"], root).returncode == 0


def _merge(root: Path, address: str, branch: str) -> list[str]:
    """Merge the branch of origin; give a line for each file of the student's that got another name."""
    with tempfile.TemporaryDirectory() as folder:
        if importlib.util.find_spec("nbgitpuller") is None:
            _fetch_nbgitpuller(root, folder)
        paths = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")]))
        pull = [sys.executable, "-m", "nbgitpuller.pull", address, branch, str(root)]
        pulled = _run(pull, root, **_OWN_WAYS, PYTHONPATH=paths)
    if pulled.returncode:
        _run(["git", "merge", "--abort"], root)
        raise UpdateError(
            f"The newer course could not be merged into yours, which is as it was. {_reason(pulled.stdout)}"
        )
    renamed = re.findall(r"^Renamed (.+) to (.+) to avoid conflict", pulled.stdout, re.MULTILINE)
    return [
        f"{Path(old).name} is the course's now: yours of that name is called {Path(new).name}" for old, new in renamed
    ]


def _fetch_nbgitpuller(root: Path, folder: str) -> None:
    """Put it into a folder for this one use: installed for good, it would add a page to everybody's JupyterLab."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, NBGITPULLER]
    fetched = _run(install, root)
    if fetched.returncode:
        raise UpdateError(f"Updating needs nbgitpuller, and pip could not fetch it: {_last_line(fetched.stderr)}")


def _newer_ones_beside(root: Path, before: str, newest: str) -> list[str]:
    """Put each newer notebook whose place the student's own has kept beside that; give a line for each."""
    base = _run(["git", "merge-base", before, newest], root).stdout.strip() or before
    theirs = set(_notebooks(root, base, newest))
    lines = []
    for name in theirs & set(_notebooks(root, newest, "HEAD")):
        found = subprocess.run(["git", "show", f"{newest}:{name}"], cwd=root, capture_output=True, check=False)
        if found.returncode:
            lines.append(f"{name} is as you have it; the newer course has it no more.")
            continue
        beside = (root / name).with_name(f"{Path(name).stem}_newer_{newest[:7]}.ipynb")
        if not beside.exists():
            beside.write_bytes(found.stdout)
        lines.append(f"{name} is as you have it; the newer one is beside it: {beside.name}")
    return sorted(lines)


def _notebooks(root: Path, before: str, after: str) -> list[str]:
    """Give the notebooks that are not the same in two commits."""
    names = _git(root, "diff", "--name-only", "--no-renames", "-z", before, after, "--", "*.ipynb")
    return [name for name in names.split("\0") if name]


def _git(root: Path, *arguments: str) -> str:
    done = _run(["git", *arguments], root)
    if done.returncode:
        raise UpdateError(f"Nothing has changed: git {arguments[0]} failed. {_last_line(done.stderr)}")
    return done.stdout.strip()


def _run(command: list[str], root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, cwd=root, env=os.environ | environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise UpdateError(f"Updating needs git, and there is none on this computer: {error}") from error


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")


def _reason(output: str) -> str:
    """Give what git said was wrong."""
    told = [line for line in output.splitlines() if line.startswith(("fatal:", "error:", "CONFLICT"))]
    return " ".join(told[:2]) or _last_line(output)
