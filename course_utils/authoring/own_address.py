"""Whether a repository has yet to be published at its own address: `python -m …own_address OWNER/NAME BRANCH BOOK`.

GitHub's workflow asks this at each push to a public repository, in the course's folder, before it installs anything.
"""

import sys
from pathlib import Path

from course_utils.authoring.address import Address, as_url, read_address


def is_due(written: Address, own: Address) -> bool:
    """Say whether the address that is written in the course should become the repository's own.

    It should while there is none, in a copy, where it names somebody else's repository, and when the web book has come
    or gone. A place that isn't GitHub, or another repository or branch of the same owner, was chosen: it is where the
    owner sends students, away from the solutions.
    """
    if written.url is None:
        return True
    if written.name is None:
        return False
    owner, name = written.name.lower().split("/")
    own_owner, own_name = own.name.lower().split("/")
    if owner != own_owner:
        return True
    return (name, written.branch) == (own_name, own.branch) and written.book != own.book


if __name__ == "__main__":
    repository, branch, book = sys.argv[1:]
    due = is_due(read_address(Path()), Address(as_url(repository), branch, book == "true"))
    print(f"due={str(due).lower()}")  # GitHub's spelling of an output
