"""Read what a student has handed in: plain files, and no more of them than grading has any use for."""

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from course_utils.grading.course.salvage import LARGEST
from course_utils.grading.run.limits import MB

_MOST_FILES = 500  # nbgrader copies each, and looks through the whole folder for each
_MOST_SEEN = 10_000
_MOST_BESIDE = 50 * MB
_LONGEST = 200  # characters of a place within the folder
_NAME = 40  # characters of it that are told
_NAMED = 3
# Neither a link that takes the file's place meanwhile, nor a pipe that nobody writes into.
_PLAINLY = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


@dataclass(frozen=True)
class PlainFiles:
    """Files by their place in the folder, and what was left out, in words.

    Of a notebook that is too large to be graded, the beginning is read, and that it is too large can be seen.
    """

    files: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()


def read(folder: Path, names: Collection[str]) -> PlainFiles:
    """Read the files of these names in any case, and what lies beside them where it is not too much.

    Links are not followed: they would lead to another's work. A folder that is one is read as an empty one.
    """
    for place in (folder.parent, folder):
        if place.is_symlink():
            return PlainFiles({}, (f"{place.name} is a link to another folder, and links are not followed",))
    odd: list[str] = []
    files = {name: data for name in sorted(names) if (data := _content(folder / name, name, LARGEST, odd)) is not None}
    beside, seen, size = {}, 0, 0
    for place, path in _below(folder):
        seen += 1
        if place.partition("/")[0] in names:
            continue
        if len(place) > _LONGEST or not _is_text(place):
            odd.append(f"{place[:_NAME].encode(errors='replace').decode()}… is no name that can be used")
        elif (data := _content(path, place, _MOST_BESIDE, odd)) is not None:
            beside[place], size = data, size + len(data)
        if len(beside) > _MOST_FILES or seen > _MOST_SEEN or size > _MOST_BESIDE:
            many = f"{_MOST_FILES} files" if size <= _MOST_BESIDE else f"{_MOST_BESIDE // MB} MB"
            odd.append(f"there are more than {many} beside the notebooks: all of these were left out")
            beside = {}
            break
    more = [f"and {len(odd) - _NAMED} more"] * (len(odd) > _NAMED)
    return PlainFiles(beside | files, (*odd[:_NAMED], *more))


def _is_text(name: str) -> bool:
    """Say whether a name can be written down: on a disk it is bytes, and they may be any."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give all that is in a folder and is none itself; without making a list of it first."""
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    else:
                        yield Path(entry.path).relative_to(folder).as_posix(), Path(entry.path)
        except OSError:
            continue


def _content(path: Path, place: str, most: int, odd: list[str]) -> bytes | None:
    """Read a plain file; None where there is none, or another kind of it."""
    try:
        opened = os.open(path, _PLAINLY)
        if stat.S_ISREG(os.fstat(opened).st_mode):
            with open(opened, "rb") as file:  # noqa: PTH123  (a descriptor)
                return file.read(most + 1)
        os.close(opened)
        why = "no plain file"
    except FileNotFoundError:
        return None
    except OSError as error:
        why = "a link, and links are not followed" if path.is_symlink() else f"not to be read ({error.strerror})"
    odd.append(f"{place} is {why}")
    return None
