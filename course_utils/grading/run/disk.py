"""What a submission leaves on the disk: whether it is too much, and how to get rid of it again."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from course_utils.grading.run.limits import MB, Limits

_DEEPEST = 40  # folders in folders; beyond some thousand, most programs that walk through them fail


def too_much(folder: Path, limits: Limits) -> str:
    """Say what in a folder is more than it may be; nothing if all is well."""
    size = count = 0
    try:
        for entry, depth in _entries(folder):
            size, count = size + entry.stat(follow_symlinks=False).st_blocks * 512, count + 1
            if size > limits.disk * MB:
                return f"it wrote more than {limits.disk} MB to the disk"
            if count > limits.files:
                return f"it made more than {limits.files:,} files"
            if depth > _DEEPEST:
                return f"it made folders in folders, {_DEEPEST} deep"
    except FileNotFoundError:
        pass  # it has been removed meanwhile
    except OSError as error:
        return f"its folder cannot be looked into any more ({error.strerror})"
    return ""


def _entries(folder: Path) -> Iterator[tuple[os.DirEntry, int]]:
    """Give all that is in a folder, with its depth; without recursion, which a student could exhaust."""
    waiting = [(str(folder), 1)]
    while waiting:
        place, depth = waiting.pop()
        with os.scandir(place) as found:
            for entry in found:
                yield entry, depth
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, depth + 1))


def remove(folder: Path) -> None:
    """Remove a folder, whatever rights its files have been given, and however deep it is."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        # These two follow no links, and get by with any depth.
        subprocess.run(["chmod", "-R", "u+rwx", str(folder)], capture_output=True, check=False)
        subprocess.run(["rm", "-rf", str(folder)], capture_output=True, check=False)
