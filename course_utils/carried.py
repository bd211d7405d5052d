"""Own work carried over: a layer that passes in the first notebook is kept, and the later notebooks load it."""

from __future__ import annotations

import io
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import nn

from course_utils import layers
from course_utils.checking.world import world_unchanged
from course_utils.exercises import registry
from course_utils.runtime import hosted
from course_utils.source_code import CannotCarry, standalone_source
from course_utils.student_folder import student_folder

if TYPE_CHECKING:
    from course_utils.exercises.exercise import Exercise

KEPT = ("ReLU", "Linear", "Conv2d", "MaxPool2d")
"""The layers of the first notebook that the later ones build on."""

SECONDS_TO_LOAD = 20


def keeping(exercise: Exercise, test: str, function: Callable[..., None]) -> Callable[..., None]:
    """Make a test function keep the class that it was given, once the exercise's other tests pass too."""

    @wraps(function)
    def run_test(candidate: Any, seed: int = 0, quiet: bool = False) -> None:
        function(candidate, seed, quiet)
        place = student_folder()
        if place is not None and not quiet and _passes(exercise, candidate, but=test):
            _keep(exercise.name, candidate, place)

    return run_test


def _keep(name: str, candidate: type, place: Path) -> None:
    """Write the class and all that it needs to a file of its own; say so if that is news, or why it cannot be done."""
    path = place / f"{name}.py"
    try:
        text = standalone_source(candidate, name)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return
        _write(path, text)
    except (CannotCarry, OSError) as reason:
        print(f"This {name} is right, but cannot be kept for the later notebooks: {reason}.")
    else:
        print(f"Kept for the later notebooks: {place.name}/{path.name}")


def _write(path: Path, text: str) -> None:
    """Write the whole file or none of it."""
    path.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False) as part:
        part.write(text)
    Path(part.name).replace(path)


def my_layers() -> tuple[type[nn.Module], ...]:
    """Give ReLU, Linear, Conv2d and MaxPool2d: yours from the first notebook where they pass, else the course's own.

    One line says whose they are; where nothing is carried over (when a notebook is graded, say) there is none.
    """
    place = student_folder()
    if place is None:
        return tuple(getattr(layers, name) for name in KEPT)
    found: dict[str, type[nn.Module]] = {}
    missing: dict[str, str] = {}
    for name in KEPT:
        try:
            found[name] = load(name, place)
        except CannotCarry as reason:
            missing[name] = str(reason)
    print(_told(found, missing))
    return tuple(found.get(name) or getattr(layers, name) for name in KEPT)


def load(name: str, place: Path) -> type[nn.Module]:
    """Run the file in which a layer was kept, and give the layer if it still passes its tests.

    Raises:
        CannotCarry: there is no file, it cannot be run in time, or the layer in it is not right (any more).
    """
    path = place / f"{name}.py"
    if not path.is_file():
        raise CannotCarry("not kept yet")
    space: dict[str, Any] = {"__name__": f"my_work.{name}", "__file__": str(path)}
    try:
        with _quietly(), world_unchanged():
            exec(compile(path.read_bytes(), str(path), "exec"), space)
            right = _passes(registry.load(name), space[name])
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise CannotCarry(f"{place.name}/{path.name} stops with {type(error).__name__}") from error
    if not right:
        raise CannotCarry("yours does not pass its tests any more")
    return space[name]


def _passes(exercise: Exercise, candidate: Any, but: str = "") -> bool:
    from course_utils.exercises.exercise import examine

    with redirect_stdout(io.StringIO()):  # nobody has asked for these tests, so what the code prints in them is no news
        return all(examine(exercise, test, candidate).verdict == "right" for test in exercise.tests if test != but)


def _told(found: dict[str, type[nn.Module]], missing: dict[str, str]) -> str:
    if not found and set(missing.values()) == {"not kept yet"}:
        back = " If you've kept yours: utils.keep_my_work() finds them on your Drive." if hosted() == "Colab" else ""
        return f"No layers from your first notebook here yet: {', '.join(missing)} are the course's own.{back}"
    yours = f"Yours, from the first notebook: {', '.join(found)}." if found else ""
    others = ", ".join(f"{name} ({reason})" for name, reason in missing.items())
    return " ".join(part for part in (yours, f"The course's own: {others}." if others else "") if part)


@contextmanager
def _quietly() -> Iterator[None]:
    """Swallow what the block prints, and end it when it takes too long (where the system has an alarm clock)."""
    nowhere = io.StringIO()
    with redirect_stdout(nowhere), redirect_stderr(nowhere), _time_limit(SECONDS_TO_LOAD):
        yield


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
