"""Files that are whole or not there, and that are never lost: for what took long to make."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file aside, then put it in place of `path`: if that breaks off, the old one is still there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    write(part)
    part.replace(path)


def keep_aside(path: Path) -> Path:
    """Give the file another name, one that is free, and return it."""
    names = (path.with_name(f"{path.stem}-old{number}{path.suffix}") for number in count(1))
    return path.rename(next(name for name in names if not name.exists()))
