"""One at a time writes into a course's gradebook."""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from course_utils.grading.course.errors import GradingError


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Work in a course's gradebook; the system itself opens the lock again when the process ends, however it ends.

    Raises:
        GradingError: somebody else is at work there.
    """
    place = root / ".grading"
    place.mkdir(exist_ok=True)
    lock, who = FileLock(place / "lock"), place / "at_work"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        told = who.read_text("utf-8") if who.exists() else "another process"
        raise GradingError(
            f"Somebody is at work in this gradebook ({told}): wait until that has ended, and run this again."
        ) from None
    try:
        who.write_text(f"process {os.getpid()} on {platform.node()} since {time.strftime('%d %B, %H:%M')}", "utf-8")
        yield
    finally:
        who.unlink(missing_ok=True)
        lock.release()
