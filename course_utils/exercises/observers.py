"""What observers share: one row, a row for each case, what kind of thing came back, one that only an error may end."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from course_utils.checking.look import Observe
from course_utils.checking.observation import Remark
from course_utils.checking.student import Stopped
from course_utils.checking.tensors import with_article

See = Callable[..., Any]


def one_row(see: See, told: str = "") -> Observe:
    """Make an observer of one row: see(candidate, seed)."""
    return lambda candidate, seed: {told: partial(see, candidate, seed)}


def each_row(see: See, cases: Mapping[str, Any] | Iterable[str]) -> Observe:
    """Make an observer with a row for each case, by its name: see(candidate, seed, case)."""
    named = cases if isinstance(cases, Mapping) else {case: case for case in cases}
    return lambda candidate, seed: {told: partial(see, candidate, seed, case) for told, case in named.items()}


def goes_on(see: See) -> Observe:
    """Make an observer of what any error may end, and nothing else: `see` says what came instead."""

    def came(candidate: Any, seed: int) -> Remark | None:
        try:
            told = see(candidate, seed)
        except Stopped:
            return None
        return Remark(told, told)

    return one_row(came)


def kind(thing: Any) -> str:
    """Say what came back: "nothing", "a list"."""
    return "nothing" if thing is None else with_article(type(thing).__name__)
