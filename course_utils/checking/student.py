"""Calling the student's code: what was asked of it, where it stopped, and whether it is a stub."""

import dis
import inspect
import linecache
import re
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from torch import nn

from course_utils.checking.meeting import meeting_in
from course_utils.checking.values import (
    IN_SEQUENTIAL,
    NO_INIT,
    Finding,
    NotAttempted,
    Outcome,
    PromiseBroken,
    Raised,
    Unchecked,
    Wrong,
)

_COURSE = str(Path(__file__).resolve().parents[1])
# Where library code lives (installed packages may lie in several places); a frame from elsewhere is the student's own.
_LIBRARIES = (_COURSE, sysconfig.get_path("stdlib"), "<frozen")
_INSTALLED = {"site-packages", "dist-packages"}


class Stopped(Exception):  # noqa: N818  (as PromiseBroken)
    """The student's code raised while it was asked to do something."""

    def __init__(self, doing: str) -> None:
        super().__init__(doing)
        self.doing = doing


class StillAStub(NotImplementedError):  # noqa: N818  (as PromiseBroken)
    """A method, or a function, that does nothing at all gave nothing."""

    def __init__(self, method: str) -> None:
        super().__init__()
        self.method = method


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
        return _does_nothing(candidate) or _only_refuses(candidate)
    methods = [method for thing in vars(candidate).values() if inspect.isfunction(method := _bare(thing))]
    if candidate.__bases__ == (nn.Module,):
        return all(_does_nothing(one) or _only_refuses(one) or _only_calls_super(one) for one in methods)
    # Another base may do the work: there, only methods that really do nothing tell a stub, or an __init__ that refuses.
    return bool(methods) and all(_does_nothing(one) or _never_builds(one) for one in methods)


def _bare(thing: Any) -> Any:
    """Take a static method, a class method or a property's getter out of its wrapping."""
    if isinstance(thing, property):
        return thing.fget
    return thing.__func__ if isinstance(thing, staticmethod | classmethod) else thing


def _does_nothing(function: Any) -> bool:
    """Look for `pass`, `...` or only a docstring."""
    code = _code_of(function)
    if code is None:
        return False
    steps = [step for step in dis.get_instructions(code) if step.opname not in {"RESUME", "NOP", "RETURN_VALUE"}]
    return all(step.opname in {"LOAD_CONST", "RETURN_CONST"} and step.argval is None for step in steps)


def _only_refuses(function: Any) -> bool:
    """Look for `raise NotImplementedError()` and nothing else."""
    code = _code_of(function)
    if code is None or code.co_names != ("NotImplementedError",):
        return False
    return not any(step.opname.startswith("RETURN") for step in dis.get_instructions(code))


def _never_builds(method: Any) -> bool:
    return method.__name__ == "__init__" and _only_refuses(method)


def _code_of(thing: Any) -> CodeType | None:
    """Give what a function consists of, behind its decorators; None for what is no function."""
    try:
        return getattr(inspect.unwrap(thing), "__code__", None)
    except Exception:  # noqa: BLE001  (an object of the student's may refuse to be asked)
        return None


def _only_calls_super(method: Any) -> bool:
    code = _code_of(method)
    done = set(code.co_names) - {"NotImplementedError"} if code is not None else set()
    return done == {"super", "__init__"} and code.co_freevars == ("__class__",)


def outcome_of(error: BaseException, candidate: Any = None) -> Outcome:
    """Turn what ended a check of a candidate into its outcome."""
    if isinstance(error, PromiseBroken):
        return Wrong(error.finding)
    if isinstance(error, NotImplementedError):
        return _not_implemented(error, candidate)
    if isinstance(error, Stopped) and error.__cause__ is not None:
        return _raised(error.doing, error.__cause__, candidate)
    # Where no line of the student's is involved, it may be the check that failed: the verdict knows, from right code.
    own = _raised("running your code", error, candidate)
    return own if own.line or own.deeper else Unchecked(own.error)


def _not_implemented(error: NotImplementedError, candidate: Any) -> Outcome:
    """Tell a stub from a class without the method: nn.Module raises NotImplementedError for a missing `forward`."""
    if "forward" not in str(error):
        return NotAttempted(_stub_in(error))
    if "[ModuleList]" in str(error) or "[ModuleDict]" in str(error):  # the class has a forward, and calls such a thing
        return _raised("running your code", error, candidate)
    return Wrong(
        Finding(
            "the class has a method called forward",
            ("nn.Module found none: check its name (forward, without underscores) and its indentation",),
        )
    )


def _stub_in(error: NotImplementedError) -> str:
    """Name the method, or function, that is still to be written; "" where it is not known."""
    if isinstance(error, StillAStub):
        return error.method
    own = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if not _is_library(frame)]
    return own[-1].f_code.co_name if own else ""


def _raised(doing: str, error: BaseException, candidate: Any) -> Raised:
    said = _sentence(error)
    inherits = inspect.isclass(candidate) and not any("__init__" in vars(one) for one in _own_classes(candidate))
    if inherits and re.search(rf"{candidate.__name__}\.__init__\(\) (takes 1 positional|got an unexpected)", said):
        said += NO_INIT
    if said.endswith("'NoneType' object is not callable") and _ends_in_sequential(error):
        said += IN_SEQUENTIAL
    meeting = _meeting(error) if "must match the size of tensor" in said else ""
    return Raised(doing, said, *own_line(error, candidate), meeting=meeting)


def _ends_in_sequential(error: BaseException) -> bool:
    *_, (last, _) = traceback.walk_tb(error.__traceback__)
    return isinstance(last.f_locals.get("self"), nn.Sequential) and "torch" in Path(last.f_code.co_filename).parts


def _meeting(error: BaseException) -> str:
    """Say which tensors did not fit where the error comes from a line of the student's itself."""
    *_, (last, number) = traceback.walk_tb(error.__traceback__)
    return "" if _is_library(last) else meeting_in(_source(last, number), last)


def _own_classes(candidate: type) -> list[type]:
    return [one for one in candidate.__mro__ if one is not object and not one.__module__.startswith("torch.")]


def own_line(error: BaseException, candidate: Any = None) -> tuple[int, str, str]:
    """Find where an error comes from: the innermost line of the candidate's cell, and where it went from there.

    Gives the line (0: none), its text, and, in words, the student's own code of another cell in which it ended.
    """
    if isinstance(error, SyntaxError):
        return error.lineno or 0, (error.text or "").strip(), ""
    own = [place for place in traceback.walk_tb(error.__traceback__) if not _is_library(place[0])]
    files = _files(candidate) or {frame.f_code.co_filename for frame, _ in own}
    here = [place for place in own if place[0].f_code.co_filename in files]
    deeper = _elsewhere(*own[-1]) if own and own[-1] not in here else ""
    return (here[-1][1], _source(*here[-1]), deeper) if here else (0, "", deeper)


def _files(candidate: Any) -> set[str]:
    """Give the files, or cells, that a class's methods or a function are written in."""
    things = [*vars(candidate).values()] if inspect.isclass(candidate) else [candidate]
    codes = [_code_of(_bare(thing)) for thing in things if callable(_bare(thing))]
    return {code.co_filename for code in codes if code is not None}


def _source(frame: FrameType, number: int) -> str:
    return linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()


def _elsewhere(frame: FrameType, number: int) -> str:
    file, source = Path(frame.f_code.co_filename), _source(frame, number)
    notebook = f" (my_work/{file.name})" if file.parent.name == "my_work" else ""
    return f"it ended in your {_whose(frame)}{notebook}, line {number}{f':  {source}' if source else ''}"


def _whose(frame: FrameType) -> str:
    """Name the class whose method this is, which may be one that the object's own inherits from, or the function."""
    own = frame.f_locals.get("self")
    classes = type(own).__mro__ if isinstance(own, nn.Module) else ()
    methods = ((cls, _bare(thing)) for cls in classes for thing in vars(cls).values())
    owners = (cls.__name__ for cls, thing in methods if callable(thing) and _code_of(thing) is frame.f_code)
    return next(owners, frame.f_code.co_name)


def _is_library(frame: FrameType) -> bool:
    # Looks that came over a line have lost the path of their file, and are known by the name of their module.
    path, module = frame.f_code.co_filename, str(frame.f_globals.get("__name__", ""))
    in_course = module.startswith("course_utils.") or path.startswith(_LIBRARIES)
    return in_course or not _INSTALLED.isdisjoint(Path(path).parts)


def _sentence(error: BaseException) -> str:
    """Give an error in one line: its kind and the first line of what it says, or two where the first says nothing."""
    try:
        text = str(error).strip()
    except Exception:  # noqa: BLE001  (an error of the student's own class)
        text = ""
    said = text.splitlines()
    if said and "before Module.__init__" in said[0]:
        return f"{said[0]}: write super().__init__() as the first line of __init__"
    first = " ".join(line.strip() for line in said[: 2 if "loading state_dict" in text else 1])
    for advice in (" Hint: enable anomaly detection", " and does not have a grad_fn"):
        first = first.partition(advice)[0]  # it is for people who debug autograd
    return f"{type(error).__name__}: {first}" if said else type(error).__name__
