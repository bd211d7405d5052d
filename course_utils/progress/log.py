"""The log of test runs and opened hints: one line each, appended to a file in the student's folder, sent nowhere."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from functools import wraps
from pathlib import Path
from typing import Any

from course_utils.checking.telling import NotRightYet
from course_utils.runtime import hosted
from course_utils.student_folder import student_folder

FILE = "progress.jsonl"


@dataclass(frozen=True)
class Run:
    """One run of a test function on code that was no longer a stub. at: the time in seconds since 1970 (UTC)."""

    exercise: str
    test: str
    passed: bool
    at: float


@dataclass(frozen=True)
class Hint:
    """A hint that was opened. rung: its place in the exercise's ladder, from 1."""

    exercise: str
    rung: int
    at: float


@dataclass(frozen=True)
class Log:
    """What the file holds. lost: how many of its lines could not be read."""

    runs: tuple[Run, ...]
    hints: tuple[Hint, ...] = ()
    lost: int = 0


def recording(exercise: str, test: str, function: Callable[..., None]) -> Callable[..., None]:
    """Make a test function note each of its runs, where progress is kept; a stub or a quiet run is none."""

    @wraps(function)
    def run_test(candidate: Any, seed: int = 0, quiet: bool = False) -> None:
        place = None if quiet else student_folder()
        try:
            function(candidate, seed, quiet)
        except NotRightYet as verdict:
            if place is not None and verdict.panel.mark == "✗":
                _note(Run(exercise, test, False, _now()), place)
            raise
        if place is not None:
            first = hosted() and not place.is_symlink() and not _anything_passed(place)
            _note(Run(exercise, test, True, _now()), place)
            if first:
                print(
                    f"{hosted()} forgets your work when this runtime ends. utils.keep_my_work() keeps it, and brings "
                    "back what you have kept before."
                )

    return run_test


def _anything_passed(place: Path) -> bool:
    try:
        return any(run.passed for run in read(place).runs)
    except OSError:
        return False


def note_hint(exercise: str, rung: int, place: Path) -> None:
    """Note that a hint was opened; raises OSError when the log cannot be written."""
    append(Hint(exercise, rung, _now()), place)


def _note(run: Run, place: Path) -> None:
    try:
        append(run, place)
    except OSError as error:
        print(f"This run is not in your progress: {place.name}/{FILE} cannot be written ({error.strerror}).")


def append(entry: Run | Hint, place: Path) -> None:
    """Add one line to the log in `place`; raises OSError when it cannot be written.

    Each line *begins* with its line break, so that it stands alone even after a line that was cut off; and it goes out
    in one write to the end of the file, so that two notebooks never write into each other's lines.
    """
    place.mkdir(exist_ok=True)
    with (place / FILE).open("ab", buffering=0) as file:
        file.write(("\n" + json.dumps(asdict(entry))).encode())


def read(place: Path) -> Log:
    """Read the log in `place`, leaving out lines that mean nothing; no file is an empty log."""
    try:
        text = (place / FILE).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return Log(())
    entries = [_entry(line) for line in text.splitlines() if line.strip()]
    runs, hints = (tuple(one for one in entries if isinstance(one, kind)) for kind in (Run, Hint))
    return Log(runs, hints, entries.count(None))


def _entry(line: str) -> Run | Hint | None:
    try:
        fields = json.loads(line)
        entry = (Hint if "rung" in fields else Run)(**fields)
    except (ValueError, TypeError):
        return None
    return entry if isinstance(entry.at, float | int) and isinstance(entry.exercise, str) else None


def _now() -> float:
    return datetime.now(timezone.utc).timestamp()
