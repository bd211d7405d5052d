"""Publish the course at an address: write it into the README, the badges and the first cells."""

import re
import subprocess
from pathlib import Path

from course_utils.authoring.address import FILE, Address, as_url, read_address, write_address
from course_utils.authoring.build import build
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.openers import badges, whole_course

_BLOCK = re.compile(r"(?<=<!-- colab -->\n).*?(?=<!-- /colab -->)", re.DOTALL)
_CLONE = re.compile(r"git clone .* resnet-course && cd resnet-course")

_TWO_REPOSITORIES = """\
{url} is where this folder is pushed to (its remote {remote!r}), with the solutions.
Students who are sent there can read them. A class needs two repositories:
  private, yours: this folder. Only you and your assistants can see it. Its address is told to nobody.
  public, the students': made by `course students FOLDER`, without the solutions. Publish that one's address:
    course publish --repo OWNER/NAME-OF-THE-STUDENTS
Is it meant to be a course that shows its solutions? course publish --repo … --with-solutions"""


def publish(root: Path, repository: str, branch: str, with_solutions: bool = False, book: bool = False) -> list[str]:
    """Write the address everywhere in the course in `root`; return a line for each file that has changed.

    repository: OWNER/NAME on GitHub, or any address that git can clone (badges are for GitHub only).
    with_solutions: it may be the address to which this folder is pushed, solutions and all.
    book: the web book is on the repository's GitHub Pages.

    Raises:
        AuthoringError: the address is none, or would show the solutions, or the notebooks cannot be built; then all
            files are as before.
    """
    before, address = read_address(root), Address(as_url(repository), branch, book)
    remote = _remote_at(root, address.url)
    if remote and not with_solutions:
        raise AuthoringError(_TWO_REPOSITORIES.format(url=address.url, remote=remote))
    write_address(root, address)
    try:
        readme = _update_readme(root / "README.md", address, sorted((root / "solutions").glob("*/*.py")))
        built = build(root)
    except AuthoringError:
        write_address(root, before)
        raise
    said = [f"{FILE}: {before.url} ({before.branch}) → {address.url} ({address.branch})"] * (before != address)
    said += ["README.md: clone address and badges"] * _write_if_new(root / "README.md", readme)
    return said + [f"{path.relative_to(root)}: first cell and badge" for path in built]


def _remote_at(root: Path, url: str) -> str:
    """Name the remote of the repository in `root` that is at this address; "" if there is none."""
    asked = ["git", "-C", str(root), "config", "--get-regexp", r"^remote\..*\.(push)?url$"]
    try:
        lines = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
    except OSError:  # no git: nothing is pushed from here
        return ""
    remotes = [line.split(" ", 1) for line in lines]
    return next((key.split(".", 1)[1].rpartition(".")[0] for key, at in remotes if _place(at) == _place(url)), "")


def _place(url: str) -> str:
    """Give one spelling of an address, however one logs in there: host/owner/name."""
    without = re.sub(r"^\w+://([^/@]*@)?|^[^/@:]+@", "", url.strip()).removesuffix("/").removesuffix(".git")
    return re.sub(r"^([^/:]+):(\d+/)?", r"\1/", without).lower()


def _update_readme(path: Path, address: Address, sources: list[Path]) -> str:
    text = path.read_text(encoding="utf-8")
    if not (_BLOCK.search(text) and _CLONE.search(text)):
        raise AuthoringError(
            f"{path} has lost the place for the address: it needs the lines <!-- colab --> and <!-- /colab -->, and "
            "the command `git clone ADDRESS resnet-course && cd resnet-course`"
        )
    only_branch = f"--branch {address.branch} " if address.branch != "main" else ""
    clone = f"git clone {only_branch}{address.url} resnet-course && cd resnet-course"
    return _BLOCK.sub(lambda _: _badges(address, sources), _CLONE.sub(lambda _: clone, text))


def _badges(address: Address, sources: list[Path]) -> str:
    """Say what opens all notebooks, then list them with their badges; nothing where no service can open them."""
    if not address.name:
        return ""
    notebooks = [(badges(address, f"notebooks/{path.parent.name}/{path.stem}.ipynb"), path.stem) for path in sources]
    each = "".join(f"- {line} `{name}`\n" for line, name in notebooks)
    return f"\nWithout installing anything, in your browser:\n\n{whole_course(address)}\n\n{each}\n"


def _write_if_new(path: Path, text: str) -> bool:
    changed = path.read_text(encoding="utf-8") != text
    path.write_text(text, encoding="utf-8", newline="\n")
    return changed
