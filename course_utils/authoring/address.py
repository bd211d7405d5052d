"""Where the course is published: one file says it, and first cells, badges and the README follow."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from course_utils.authoring.errors import AuthoringError

FILE = "address.json"


@dataclass(frozen=True)
class Address:
    """A git repository and the branch that students get.

    url: what git clones; None while it is unpublished. book: whether the web book is on the repository's GitHub Pages.
    """

    url: str | None = None
    branch: str = "main"
    book: bool = False

    @property
    def name(self) -> str | None:
        """OWNER/NAME on GitHub, None for other places."""
        found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(\.git)?", self.url or "")
        return found[1] if found else None

    def on_colab(self, notebook: str) -> str | None:
        """Give the address that opens `notebook`, a path in the repository, on Colab; None where Colab cannot."""
        return self.name and f"https://colab.research.google.com/github/{self.name}/blob/{self.branch}/{notebook}"

    def on_binder(self, notebook: str) -> str | None:
        """Give the address that opens `notebook` in JupyterLab on Binder; None where Binder does not look."""
        branch = quote(self.branch, safe="")
        return self.name and f"https://mybinder.org/v2/gh/{self.name}/{branch}?urlpath=lab/tree/{notebook}"

    @property
    def in_codespace(self) -> str | None:
        """The address that opens the course in VS Code in a GitHub Codespace; None for other places."""
        return self.name and f"https://codespaces.new/{self.name}/tree/{self.branch}?quickstart=1"

    @property
    def pages(self) -> str | None:
        """Where the web book is; None while it is nowhere."""
        if not (self.book and self.name):
            return None
        owner, name = self.name.split("/")
        return f"https://{owner.lower()}.github.io/{name}/"

    def on_hub(self, hub: str, notebook: str) -> str:
        """Give the address that fetches the course, or what is new in it, on a JupyterHub, and opens `notebook`.

        The hub has to have nbgitpuller, which merges what is new with what a student has written.

        Raises:
            AuthoringError: the course is not published, or `hub` is no web address.
        """
        if self.url is None:
            raise AuthoringError("The course has no address yet that a hub could fetch it from: course publish first.")
        if not re.match(r"https?://\w", hub):
            raise AuthoringError(f"{hub!r} is no address of a hub; one looks like https://hub.example.edu")
        repository = self.url.rstrip("/")
        place = f"lab/tree/{repository.rpartition('/')[2]}/{notebook}"  # nbgitpuller calls the folder so
        wishes = urlencode({"repo": repository, "branch": self.branch, "urlpath": place})
        return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{wishes}"


def read_address(root: Path) -> Address:
    """Read the address of the course in `root`.

    Raises:
        AuthoringError: the file is damaged.
    """
    path = root / FILE
    if not path.exists():
        return Address()
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Address(said["repository"], said["branch"], said.get("book", False))
    except (ValueError, KeyError, TypeError) as error:
        raise AuthoringError(
            f'{path} is damaged; it should be {{"repository": "https://…" or null, "branch": "main"}}'
        ) from error


def write_address(root: Path, address: Address) -> None:
    """Write the address of the course in `root`."""
    text = json.dumps({"repository": address.url, "branch": address.branch, "book": address.book}, indent=2)
    (root / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def as_url(repository: str) -> str:
    """Turn OWNER/NAME into GitHub's address; leave any other address as it is.

    Raises:
        AuthoringError: it is neither.
    """
    if re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        return f"https://github.com/{repository}"
    if re.match(r"(https|ssh|file)://|git@", repository):
        return repository
    raise AuthoringError(f"{repository!r} is no OWNER/NAME on GitHub, and no address that git could clone")
