"""Code that makes two mistakes at once, made of two that make one each."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from itertools import permutations
from typing import Any


@dataclass(frozen=True)
class _Made:
    """How a mistake was made: by which function, with which settings."""

    make: Callable[..., Any]
    way: Mapping[str, Any]


def noting(make: Callable[..., Any]) -> Callable[..., Any]:
    """Let what a function makes of settings remember them: so both settings of two mistakes can be given to it."""

    @wraps(make)
    def making(**way: Any) -> Any:
        made = make(**way)
        made.made = _Made(make, way)
        return made

    return making


def made_of_settings(candidate: Any) -> _Made | None:
    """Give how a candidate was made; None where that was not noted."""
    made = getattr(candidate, "__dict__", {}).get("made")
    return made if isinstance(made, _Made) else None


def made_on(right: Any, make: Callable[[Any], Any]) -> Any:
    """Make a mistake of right code in a way that makes it of code with another mistake as well."""
    mistaken = make(right)
    mistaken.on = make
    return mistaken


def with_both(one: Any, other: Any) -> Iterator[Any]:
    """Make code that makes two mistakes at once: of the settings of both, or one made on the other, in either order."""
    mine, theirs = made_of_settings(one), made_of_settings(other)
    if mine and theirs and mine.make is theirs.make:
        way = {**mine.way, **theirs.way}
        if way == {**theirs.way, **mine.way}:  # they do not exchange the same thing
            yield mine.make(**way)
            return
    either = [(one, other)] if _adds_parts(one) and _adds_parts(other) else permutations((one, other))
    for first, second in either:
        with suppress(TypeError):  # these are plain functions, or do not go together
            yield first.on(second) if hasattr(first, "on") else type("Both", (first, second), {})


def _adds_parts(candidate: Any) -> bool:
    """Say whether a class differs by how it is built alone: two of these give the same in either order."""
    return inspect.isclass(candidate) and "forward" not in vars(candidate) and "__init__" in vars(candidate)
