"""Work that outlives a runtime: the folder `my_work` goes on the student's Drive, or into a zip, and comes back."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from course_utils.checking.surface import surface
from course_utils.progress.log import FILE as LOG
from course_utils.student_folder import student_folder

MOUNT = Path("/content/drive")
_ON_DRIVE = Path("MyDrive", "resnet-course")
_LARGEST = 2 * 2**30  # bytes; a checkpoint of notebook 4 has 5 million
_OURS = re.compile(r"my_work/(?P<name>[^./\\:\0][^/\\:\0]*)")
_LITTER = re.compile(r"(.*/)?(|\.DS_Store)|__MACOSX/.*")  # folders, and what macOS puts into a zip
_NOT_HERE = "Nothing is kept here: this isn't a student's notebook, or it's being graded."


class CannotBringBackError(Exception):
    """A file holds no work that could be brought back; the text says why, and ends a sentence."""


def keep_my_work() -> None:
    """Keep what's in `my_work` (your progress, the layers that passed) where the end of a runtime can't take it.

    On Colab that's your Drive, once you have let Colab use it: from then on all work is kept there, and what was kept
    earlier is back. Elsewhere, or without a Drive, it's a zip to download, for `bring_back_my_work`.
    """
    place = student_folder()
    if place is None:
        print(_NOT_HERE)
        return
    try:
        if _mount_drive():
            _keep_on_drive(place, MOUNT / _ON_DRIVE / place.name)
        else:
            _keep_in_zip(place)
    except OSError as error:
        print(f"Your work could not be kept ({error.strerror}). All of it is still in {place.name}.")


def bring_back_my_work(path: str | Path) -> None:
    """Bring back what `keep_my_work` has put into the zip at `path`; nothing that's here already is lost.

    Of two different files with one name the newer one counts, and the older one stays beside it.
    """
    place = student_folder()
    if place is None:
        print(_NOT_HERE)
        return
    try:
        with tempfile.TemporaryDirectory(dir=place.parent, prefix="bringing-back-") as scratch:
            _unpack(Path(path).expanduser(), Path(scratch))
            names = _merge(Path(scratch), place)
    except CannotBringBackError as reason:
        print(f"Nothing was brought back: {reason}. Your work here is as it was.")
    except OSError as error:
        print(f"Not all of it could be brought back ({error.strerror}). What was here is here still.")
    else:
        print(f"Back in {place.name}: {', '.join(names)}." if names else f"All of this is in {place.name} already.")


# ---- on Drive -------------------------------------------------------------------------------------------------------


def _mount_drive() -> bool:
    """Have Colab ask for the student's Drive; say whether it's there."""
    try:
        from google.colab import drive
    except ImportError:
        return False
    try:
        drive.mount(str(MOUNT))
    except Exception as error:  # noqa: BLE001  (whatever Colab raises, the work can go into a file)
        print(f"Your Drive is not to be had ({error}), so it's a file to download.")
        return False
    return True


def _keep_on_drive(place: Path, kept: Path) -> None:
    """Make `place` a name for the folder `kept`, after all that's in it has gone there."""
    if place.is_symlink() and place.resolve() == kept.resolve():
        print(f"Your work is on your Drive already, in {_ON_DRIVE / place.name}, as it comes.")
        return
    kept.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix="keeping-") as scratch:
            for file in _files(place):
                shutil.copy2(file, scratch)
            _merge(Path(scratch), kept)
    link = place.with_name(f"{place.name}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(kept, target_is_directory=True)
    if place.is_dir():
        place.rename(place.with_name(f"{place.name}.until-{time.time_ns()}"))
    link.replace(place)
    names = [file.name for file in _files(kept)]
    print(
        f"From now on your work is on your Drive, in {_ON_DRIVE / place.name}: {', '.join(names) or 'nothing yet'}.\n"
        "In each new runtime, call utils.keep_my_work() once, and it's back."
    )


# ---- in a zip -------------------------------------------------------------------------------------------------------


def _keep_in_zip(place: Path) -> None:
    files = _files(place)
    if not files:
        print(f"There is nothing in {place.name} to keep yet: it fills as your exercises pass.")
        return
    path = Path(f"{place.name}_{time.strftime('%Y-%m-%d_%H-%M-%S')}.zip")
    part = path.with_name(f"{path.name}.part")
    try:
        with ZipFile(part, "w", ZIP_DEFLATED) as file:
            for one in files:
                file.write(one, f"my_work/{one.name}")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    print(
        f"Your work is in {path}: {', '.join(one.name for one in files)}. Download it. To have it back in a new "
        f'runtime, upload it there and call utils.bring_back_my_work("{path}").'
    )
    _offer_download(path)


def _offer_download(path: Path) -> None:
    try:
        from google.colab import files
    except ImportError:
        if surface() == "html":
            from IPython.display import FileLink, display

            display(FileLink(str(path)))
    else:
        files.download(str(path))


def _unpack(path: Path, scratch: Path) -> None:
    """Unpack a zip that `keep_my_work` has made; raise `CannotBringBackError` for any other."""
    try:
        with ZipFile(path) as file:
            entries = [one for one in file.infolist() if not _LITTER.fullmatch(one.filename)]
            strange = [one.filename for one in entries if not _OURS.fullmatch(one.filename)]
            if strange or not entries:
                reason = f"there is {strange[0]!r} in it" if strange else "it is empty"
                raise CannotBringBackError(f"{path.name} is no file of keep_my_work, since {reason}")
            if sum(one.file_size for one in entries) > _LARGEST:
                raise CannotBringBackError(f"what is in {path.name} is larger than any work for this course")
            for one in entries:
                target = scratch / _OURS.fullmatch(one.filename)["name"]
                with file.open(one) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
                moment = time.mktime((*one.date_time, 0, 0, -1))
                os.utime(target, (moment, moment))
    except FileNotFoundError:
        raise CannotBringBackError(
            f"there is no {path} here, so upload it first (on Colab in the Files panel)"
        ) from None
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError) as error:
        raise CannotBringBackError(f"{path.name} is no zip, or not all of it has arrived") from error
    except OSError as error:
        raise CannotBringBackError(f"{path.name} could not be unpacked ({error.strerror})") from error


# ---- both -----------------------------------------------------------------------------------------------------------


def _files(place: Path) -> list[Path]:
    return sorted(path for path in place.glob("[!.]*") if path.is_file() and path.suffix != ".part")


def _merge(incoming: Path, place: Path) -> list[str]:
    """Move files to `place`, beside what is there; give the names of those that count from now on.

    They are renamed only, so that a full disk cannot cut one off: both folders are on one file system.
    """
    place.mkdir(exist_ok=True)
    brought = []
    for new in _files(incoming):
        old = place / new.name
        if old.exists():
            if new.read_bytes() == old.read_bytes():
                continue
            if new.name == LOG:
                _add_lines(new, old)
            elif new.stat().st_mtime <= old.stat().st_mtime:
                new.replace(_aside(old, new))
                continue
            else:
                old.replace(_aside(old, old))
        new.replace(old)
        brought.append(new.name)
    return brought


def _add_lines(new: Path, old: Path) -> None:
    """Make of two logs one: each line once. Like the log's own, a line begins with its line break."""
    lines: Iterable[bytes] = dict.fromkeys(line for file in (old, new) for line in file.read_bytes().splitlines())
    new.write_bytes(b"".join(b"\n" + line for line in lines if line.strip()))


def _aside(name: Path, of: Path) -> Path:
    return name.with_name(f"{name.stem}.earlier-{of.stat().st_mtime:.0f}{name.suffix}")
