"""Find the notebooks in what an LMS gives: zips, zips in them, folders, single files. Nothing is unpacked in place.

nbgrader's `zip_collect` unpacks all there is, zip in zip, with no limit, asks for a regular expression that reads
names, and ends at the first student with two notebooks; so it is not used underneath.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone, tzinfo
from pathlib import Path
from typing import IO

from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.salvage import LARGEST

MB = 2**20
NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)  # some browsers add an ending
_OTHER_ARCHIVE = re.compile(r"\.(7z|rar|tar|tgz|gz|bz2|xz)$", re.IGNORECASE)
_LITTER = {"__MACOSX", ".ipynb_checkpoints", "__pycache__", ".git", ".venv"}
_APPLE_DOUBLE = b"\0\5\26\7"  # what a Mac puts beside a file, as ._NAME
_DEEPEST = 3  # zips in zips
_MOST_IN_A_ZIP_INSIDE = 200 * MB
_MOST = 4096 * MB
_MOST_FILES = 2000  # notebooks and Python files of one zip inside; the outermost holds a class
_MOST_FILES_OF_A_CLASS = 50_000


@dataclass(frozen=True)
class Found:
    """A notebook or a Python file.

    parts: where it was; zips are folders whose name ends in .zip. time: of the file, as its archive tells.
    upload: which of the FILEs it is from, and downloaded: the newest time in that.
    """

    parts: tuple[str, ...]
    data: Path
    time: datetime
    upload: int
    downloaded: datetime

    @property
    def is_notebook(self) -> bool:
        """Say whether it is a notebook."""
        return NOTEBOOK.search(self.parts[-1]) is not None


class Refused(Exception):  # noqa: N818  (it says what happened)
    """A file is not taken; the message is the reason."""


@dataclass
class _Room:
    """How much may still be read."""

    size: int
    files: int

    def take(self, file: IO[bytes], most: int) -> bytes:
        data = file.read(min(most, self.size) + 1)
        self.size, self.files = self.size - len(data), self.files - 1
        if self.size < 0 or self.files < 0:
            raise Refused("more is in it than a submission can need (a zip bomb?)")
        if len(data) > most:
            raise Refused(f"is larger than {most // MB} MB")
        return data


class Reader:
    """Reads one FILE after the other; keeps what it has found as files in a folder of its own.

    zone: in which the times in a zip are, which tells none; None for this machine's.
    """

    def __init__(self, folder: Path, zone: tzinfo | None) -> None:
        self.found: list[Found] = []
        self.refused: list[tuple[tuple[str, ...], str]] = []
        self._folder, self._zone, self._uploads, self._kept = folder, zone, 0, 0

    def read(self, path: Path) -> None:
        """Read a zip, a notebook, or a folder of such.

        Raises:
            GradingError: it is none of these.
        """
        before, self._uploads = len(self.found), self._uploads + 1
        if path.is_dir():
            self._read_folder(path)
        elif not path.is_file():
            raise GradingError(f"{path} is not there.")
        elif zipfile.is_zipfile(path):
            self._read_zip(path, (), _Room(_MOST, _MOST_FILES_OF_A_CLASS))
        elif _wanted(path.name) and not _is_zip(path.name):
            self._read_file(path, (path.name,), _Room(_MOST, 1))
        else:
            raise GradingError(f"{path} is neither a zip, nor a notebook, nor a folder of such.")
        new = self.found[before:]
        newest = max((one.time for one in new), default=None)
        self.found[before:] = [replace(one, downloaded=newest) for one in new]

    def _read_folder(self, top: Path) -> None:
        room = _Room(_MOST, _MOST_FILES_OF_A_CLASS)
        for path in sorted(_walk(top)):
            parts = path.relative_to(top).parts
            if path.is_symlink():
                self.refused.append((parts, "is a link, which could lead to another's work"))
            elif path.is_file() and zipfile.is_zipfile(path) and _is_zip(path.name):
                self._read_zip(path, parts, _Room(_MOST_IN_A_ZIP_INSIDE, _MOST_FILES))
            elif path.is_file():
                self._read_file(path, parts, room)

    def _read_file(self, path: Path, parts: tuple[str, ...], room: _Room) -> None:
        try:
            if _wanted(parts[-1]):
                with path.open("rb") as file:
                    data = room.take(file, LARGEST)
                self._keep(parts, data, datetime.fromtimestamp(path.stat().st_mtime, timezone.utc))
        except (Refused, OSError) as reason:
            self.refused.append((parts, str(reason)))

    def _read_zip(self, path: Path, at: tuple[str, ...], room: _Room) -> None:
        try:
            with zipfile.ZipFile(path) as archive:
                for entry in archive.infolist():
                    self._read_entry(archive, entry, at, room)
        except (zipfile.BadZipFile, Refused, OSError, ValueError, NotImplementedError) as reason:
            self.refused.append((at or (path.name,), f"{reason}"))

    def _read_entry(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, at: tuple[str, ...], room: _Room) -> None:
        name = _name(entry)
        if entry.is_dir() or not _wanted(name):
            return
        parts = (*at, *[part for part in re.split(r"[/\\]", name) if part not in {"", "."}])
        try:
            _insist_on_a_plain_file(name, entry)
            with archive.open(entry) as file:
                data = room.take(file, _MOST_IN_A_ZIP_INSIDE if _is_zip(name) else LARGEST)
        except Refused as reason:
            if room.size < 0 or room.files < 0:
                raise
            self.refused.append((parts, str(reason)))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            self.refused.append((parts, f"is damaged, or packed in a way that cannot be read ({error})"))
        else:
            if _is_zip(name):
                self._read_zip_inside(parts, data)
            else:
                self._keep(parts, data, _time(entry, self._zone))

    def _read_zip_inside(self, parts: tuple[str, ...], data: bytes) -> None:
        if sum(map(_is_zip, parts)) > _DEEPEST:
            self.refused.append((parts, f"is a zip in more than {_DEEPEST} others"))
            return
        path = self._folder / f"inside-{len(parts)}.zip"  # a zip in it has a longer way
        path.write_bytes(data)
        before, own = len(self.found), _Room(_MOST_IN_A_ZIP_INSIDE, _MOST_FILES)
        self._read_zip(path, parts, own)
        if own.size < 0 or own.files < 0:  # nothing of it is taken, and nobody else has less room for it
            for one in self.found[before:]:
                one.data.unlink()
            del self.found[before:]

    def _keep(self, parts: tuple[str, ...], data: bytes, time: datetime) -> None:
        if _OTHER_ARCHIVE.search(parts[-1]):
            self.refused.append((parts, "is no zip: unpack it into a folder with the student's name, and collect that"))
            return
        if data.startswith(_APPLE_DOUBLE):
            return
        self._kept += 1
        path = self._folder / str(self._kept)
        path.write_bytes(data)
        self.found.append(Found(parts, path, time, self._uploads, time))


def _wanted(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    if _LITTER & set(parts):
        return False
    last = parts[-1]
    return bool(NOTEBOOK.search(last) or _OTHER_ARCHIVE.search(last)) or last.lower().endswith((".py", ".zip"))


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def _walk(top: Path) -> Iterator[Path]:
    """Give all files below, and links, which are not followed."""
    for path in top.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name not in _LITTER:
                yield from _walk(path)
        elif _wanted(path.name) or path.is_symlink():
            yield path


def _insist_on_a_plain_file(name: str, entry: zipfile.ZipInfo) -> None:
    parts = re.split(r"[/\\]", name)
    if ".." in parts or not parts[0] or re.match(r"[A-Za-z]:$", parts[0]):
        raise Refused("names a place outside of its zip")
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        raise Refused("is a link, or no plain file: it could lead to another's work")
    if entry.flag_bits & 1:
        raise Refused("is locked with a password")


def _name(entry: zipfile.ZipInfo) -> str:
    """Give an entry's name; without the flag for it, many programs write UTF-8 all the same."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _time(entry: zipfile.ZipInfo, zone: tzinfo | None) -> datetime:
    """Give an entry's time: a zip tells what the clock showed."""
    try:
        return datetime(*entry.date_time, tzinfo=zone).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return datetime(1980, 1, 1, tzinfo=timezone.utc)
