"""Find the known mistake that behaves exactly like the student's code; say nothing where none does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any

from torch import Tensor

from course_utils.checking.tensors import agree
from course_utils.checking.values import Diagnosis, Mistake
from course_utils.checking.world import world_unchanged

Looks = Mapping[str, Callable[[], Any]]
"""Observations to make, by name: each gives a tensor, a number or words."""

Probe = Callable[[Any], Looks]


class Behaviour:
    """What a candidate does on a few probe inputs; each observation is made when it is first asked for."""

    def __init__(self, probe: Probe, candidate: Any) -> None:
        self._looks = probe(candidate)
        self._seen: dict[str, Any] = {}

    def __iter__(self) -> Iterator[str]:
        """Give the names of the observations."""
        return iter(self._looks)

    def __getitem__(self, key: str) -> Any:
        """Give one observation."""
        if key not in self._seen:
            self._seen[key] = _observe(self._looks[key])
        return self._seen[key]

    def agrees(self, other: "Behaviour", key: str) -> bool:
        """Say whether the two are alike in one observation."""
        return _alike(self[key], other[key])


def diagnose(candidate: Any, right: Any, mistakes: Sequence[Mistake], probe: Probe) -> Diagnosis | None:
    """Compare the candidate's behaviour with that of each mistake; None when no known mistake explains it.

    A mistake fits when the two behave alike in every observation. Failing that, two mistakes fit together when they
    touch different observations and between them explain every one that is off.
    """
    with world_unchanged():
        mine, ideal = Behaviour(probe, candidate), _known(probe, right)
        off = {key for key in mine if not mine.agrees(ideal, key)}
        if not off:
            return None
        known = [(mistake, _known(probe, mistake.candidate)) for mistake in mistakes]
        # What is off is compared first: it rules most mistakes out at once.
        keys = sorted(mine, key=lambda key: key not in off)
        exact = tuple(mistake for mistake, one in known if all(one.agrees(mine, key) for key in keys))
        return Diagnosis(exact) if exact else _together(mine, ideal, known, off)


def _together(
    mine: Behaviour, ideal: Behaviour, known: Sequence[tuple[Mistake, Behaviour]], off: set[str]
) -> Diagnosis | None:
    """Find the two mistakes that add up to what is off; several such pairs would be a guess."""
    partial = [(mistake, _explains(one, mine, ideal, off)) for mistake, one in known]
    pairs = [
        (first, second)
        for (first, some), (second, others) in combinations(partial, 2)
        if some and others and not some & others and some | others == off
    ]
    return Diagnosis(pairs[0], "together") if len(pairs) == 1 else None


def _explains(one: Behaviour, mine: Behaviour, ideal: Behaviour, off: set[str]) -> set[str]:
    """Give the observations that a mistake gets wrong, if the candidate gets each of them wrong in the same way."""
    wrong = set()
    for key in sorted(mine, key=lambda key: key in off):
        if one.agrees(ideal, key):
            continue
        if key not in off or not one.agrees(mine, key):
            return set()
        wrong.add(key)
    return wrong


@cache
def _known(probe: Probe, candidate: Any) -> Behaviour:
    """Keep what the course's own code does: it is the same each time."""
    return Behaviour(probe, candidate)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return (one.dtype, one.device) == (other.dtype, other.device) and agree(one, other, depth=10)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    return type(one) is type(other) and one == other


def _observe(look: Callable[[], Any]) -> Any:
    """Make one observation; an error is an observation too, known by its kind.

    In a world of its own: a student's code that turns gradients off for good must not change what is seen of the
    course's own code, which is kept for all who come later.
    """
    with world_unchanged():
        try:
            return look()
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what this candidate does)
            return f"raises {type(error.__cause__ or error).__name__}"
