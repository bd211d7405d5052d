"""Calling the student's code: what was asked of it, where it stopped, and whether it is a stub."""

import dis
import linecache
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course_utils.feedback.values import Finding, NotAttempted, Outcome, PromiseBroken, Raised, Wrong

_COURSE = str(Path(__file__).resolve().parents[1])
# Where library code lives (installed packages may lie in several places); a frame from elsewhere is the student's own.
_LIBRARIES = (_COURSE, sysconfig.get_path("stdlib"), "<frozen")
_INSTALLED = {"site-packages", "dist-packages"}


class Stopped(Exception):  # noqa: N818  (as PromiseBroken)
    """The student's code raised while it was asked to do something."""

    def __init__(self, doing: str) -> None:
        super().__init__(doing)
        self.doing = doing


@contextmanager
def asking(doing: str) -> Iterator[None]:
    """Run the student's code in this block; an error in it will be told as 'while <doing>'."""
    try:
        yield
    except (PromiseBroken, Stopped, NotImplementedError):
        raise
    except Exception as error:
        raise Stopped(doing) from error


def is_stub(function: Any) -> bool:
    """Say whether a function's body does nothing at all (`pass`, `...` or only a docstring)."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    nothing = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    return all(step.opname in nothing and step.argval in (None, 0) for step in dis.get_instructions(code))


def outcome_of(error: Exception) -> Outcome:
    """Turn what ended a check into its outcome."""
    if isinstance(error, PromiseBroken):
        return Wrong(error.finding)
    if isinstance(error, NotImplementedError):
        return _not_implemented(error)
    if isinstance(error, Stopped) and error.__cause__ is not None:
        return _raised(error.doing, error.__cause__)
    return _raised("checking your code", error)


def _not_implemented(error: NotImplementedError) -> Outcome:
    """Tell a stub from a class without the method: nn.Module raises NotImplementedError for a missing `forward`."""
    if "forward" not in str(error):
        return NotAttempted()
    return Wrong(
        Finding(
            "the class has a method called forward",
            ("nn.Module found none: check its name (forward, without underscores) and its indentation",),
        )
    )


def _raised(doing: str, error: BaseException) -> Raised:
    line, source = own_line(error)
    return Raised(doing=doing, error=_sentence(error), line=line, source=source)


def own_line(error: BaseException) -> tuple[int, str]:
    """Find the innermost line of the student's own code in an error's traceback."""
    if isinstance(error, SyntaxError):
        return error.lineno or 0, (error.text or "").strip()
    own = [(frame, number) for frame, number in traceback.walk_tb(error.__traceback__) if not _is_library(frame.f_code)]
    if not own:
        return 0, ""
    frame, number = own[-1]
    return number, linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()


def _is_library(code: Any) -> bool:
    path = code.co_filename
    return path.startswith(_LIBRARIES) or not _INSTALLED.isdisjoint(Path(path).parts)


def _sentence(error: BaseException) -> str:
    """Give an error in one line: its kind and the first line of what it says."""
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
