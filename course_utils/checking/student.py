"""Calling the student's code: what was asked of it, where it stopped, and whether it is a stub."""

import dis
import inspect
import linecache
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from torch import nn

from course_utils.checking.values import Finding, NotAttempted, Outcome, PromiseBroken, Raised, Unchecked, Wrong

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


def is_stub(candidate: Any) -> bool:
    """Say whether nothing has been written yet: a function, or every method of a class, that does nothing at all."""
    if not inspect.isclass(candidate):
        return _does_nothing(candidate)
    methods = [method for thing in vars(candidate).values() if inspect.isfunction(method := _bare(thing))]
    if candidate.__bases__ == (nn.Module,):
        return all(_does_nothing(method) or _only_calls_super(method) for method in methods)
    # Another base may do the work: there, only methods that really do nothing tell a stub.
    return bool(methods) and all(map(_does_nothing, methods))


def _bare(thing: Any) -> Any:
    """Take a static method, a class method or a property's getter out of its wrapping."""
    return getattr(thing, "fget", None) or getattr(thing, "__func__", thing)


def _does_nothing(function: Any) -> bool:
    """Look for `pass`, `...`, only a docstring, or only `raise NotImplementedError()`."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return False
    if code.co_names == ("NotImplementedError",):
        return not any(step.opname.startswith("RETURN") for step in dis.get_instructions(code))
    steps = [step for step in dis.get_instructions(code) if step.opname not in {"RESUME", "NOP", "RETURN_VALUE"}]
    return all(step.opname in {"LOAD_CONST", "RETURN_CONST"} and step.argval is None for step in steps)


def _only_calls_super(method: Any) -> bool:
    code = inspect.unwrap(method).__code__
    return set(code.co_names) == {"super", "__init__"} and code.co_freevars == ("__class__",)


def outcome_of(error: Exception) -> Outcome:
    """Turn what ended a check into its outcome."""
    if isinstance(error, PromiseBroken):
        return Wrong(error.finding)
    if isinstance(error, NotImplementedError):
        return _not_implemented(error)
    if isinstance(error, Stopped) and error.__cause__ is not None:
        return _raised(error.doing, error.__cause__)
    # Where no line of the student's is involved, it is the check that failed.
    return _raised("running your code", error) if own_line(error)[0] else Unchecked(_sentence(error))


def _not_implemented(error: NotImplementedError) -> Outcome:
    """Tell a stub from a class without the method: nn.Module raises NotImplementedError for a missing `forward`."""
    if "forward" not in str(error):
        return NotAttempted()
    if "[ModuleList]" in str(error) or "[ModuleDict]" in str(error):  # the class has a forward, and calls such a thing
        return _raised("running your code", error)
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
    own = [(frame, number) for frame, number in traceback.walk_tb(error.__traceback__) if not _is_library(frame)]
    if not own:
        return 0, ""
    frame, number = own[-1]
    return number, linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()


def _is_library(frame: FrameType) -> bool:
    # Looks that came over a line have lost the path of their file, and are known by the name of their module.
    path, module = frame.f_code.co_filename, str(frame.f_globals.get("__name__", ""))
    in_course = module.startswith("course_utils.") or path.startswith(_LIBRARIES)
    return in_course or not _INSTALLED.isdisjoint(Path(path).parts)


def _sentence(error: BaseException) -> str:
    """Give an error in one line: its kind and the first line of what it says, or two where the first says nothing."""
    said = str(error).strip().splitlines()
    if said and "before Module.__init__" in said[0]:
        return f"{said[0]}: write super().__init__() as the first line of __init__"
    first = " ".join(line.strip() for line in said[: 2 if "loading state_dict" in str(error) else 1])
    for advice in (" Hint: enable anomaly detection", " and does not have a grad_fn"):
        first = first.partition(advice)[0]  # it is for people who debug autograd
    return f"{type(error).__name__}: {first}" if said else type(error).__name__
