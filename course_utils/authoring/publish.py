"""Publish the course at an address: write it into the README, the badges and the first cells."""

import re
from pathlib import Path

from course_utils.authoring.address import FILE, Address, as_url, read_address, write_address
from course_utils.authoring.build import build
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.openers import badges

_BLOCK = re.compile(r"(?<=<!-- colab -->\n).*?(?=<!-- /colab -->)", re.DOTALL)
_CLONE = re.compile(r"git clone .* resnet-course && cd resnet-course")


def publish(root: Path, repository: str, branch: str) -> list[str]:
    """Write the address everywhere in the course in `root`; return a line for each file that has changed.

    repository: OWNER/NAME on GitHub, or any address that git can clone (badges are for GitHub only).

    Raises:
        AuthoringError: the address is none, or the notebooks cannot be built; then all files are as before.
    """
    before, address = read_address(root), Address(as_url(repository), branch)
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
    """List the notebooks with their badges; nothing where no service can open them."""
    lines = []
    for source in sources:
        line = badges(address, f"notebooks/{source.parent.name}/{source.stem}.ipynb")
        if line:
            lines.append(f"- {line} `{source.stem}`\n")
    return (
        "".join(["\nWithout installing anything, in Google's cloud or on Binder:\n\n", *lines, "\n"]) if lines else ""
    )


def _write_if_new(path: Path, text: str) -> bool:
    changed = path.read_text(encoding="utf-8") != text
    path.write_text(text, encoding="utf-8", newline="\n")
    return changed
