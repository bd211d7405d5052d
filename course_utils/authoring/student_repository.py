"""Make the repository that a graded class gets: the whole course but for its solutions and its own tests."""

import re
import shutil
import subprocess
from pathlib import Path

from course_utils.authoring.address import read_address
from course_utils.authoring.errors import AuthoringError

LEFT_OUT = (
    *("solutions", "tests", ".ci", ".github", ".pre-commit-config.yaml"),
    *("CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "INSTRUCTORS.md", "SECURITY.md"),
    "term.toml",  # it names students
)
_NOT_FOR_STUDENTS = re.compile(r"<!-- not for students -->\n.*?<!-- /not for students -->\n", re.DOTALL)
AUTHOR = ("-c", "user.name=The course", "-c", "user.email=course@localhost")


def make_student_repository(root: Path, folder: Path) -> str:
    """Bring the git repository in `folder` up to date with the course in `root`; return what was done, in one line.

    A new or empty folder becomes a repository; one that has been made before gets one more commit, in which files that
    the course no longer has are gone. Only files under version control are taken: nobody's grades or drafts. The
    README is without what it has between `<!-- not for students -->` and `<!-- /not for students -->`.

    Raises:
        AuthoringError: the folder holds something else, or git cannot do it.
    """
    files = [name for name in _git(root, "ls-files", "-z").split("\0") if name and Path(name).parts[0] not in LEFT_OUT]
    if folder.exists() and any(folder.iterdir()) and not (folder / ".git").exists():
        raise AuthoringError(f"{folder} is not empty and no git repository: name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".git").exists():
        _git(folder, "init", "--quiet", "--initial-branch=main")
    if _git(folder, "status", "--porcelain"):
        raise AuthoringError(f"{folder} has changes that are not committed: commit or drop them first")
    for name in filter(None, _git(folder, "ls-files", "-z").split("\0")):
        (folder / name).unlink()
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, folder / name)
    readme = folder / "README.md"
    readme.write_text(_NOT_FOR_STUDENTS.sub("", readme.read_text("utf-8")), "utf-8")
    _git(folder, "add", "--all")
    if not _git(folder, "status", "--porcelain"):
        return f"{folder} is up to date already."
    _git(folder, *AUTHOR, "commit", "--quiet", "--message", "The course, for students")
    where = read_address(root).url or "where your students get it"
    return f"{folder}: {len(files)} files, without {', '.join(LEFT_OUT)}. Push it to {where}."


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    except OSError as error:
        raise AuthoringError(f"git is needed for this, and cannot be started: {error}") from error
    except subprocess.CalledProcessError as error:
        raise AuthoringError(f"git {arguments[0]} failed in {folder}:\n{error.stderr}") from error
    return done.stdout
