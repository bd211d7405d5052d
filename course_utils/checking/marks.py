"""What is kept of a wrong answer: a mark of each row that it has wrong, by which what does the same is known again.

A mark is plain data, for a file: [form, tolerance, number, …]. The form stands for all that is the same or not (kinds,
shapes, texts, errors), and begins with SHOWN or STOPS; the numbers stand for all values, and two that are no further
apart than the tolerance are the same. Neither code nor anybody's words can be read from it. (`marking` makes marks.)
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

Mark = Sequence[Any]
Marks = Mapping[str, Mark]
"""The marks of one test, by "look: row"; a row that is not among them is right."""

SHOWN, STOPS = "shown", "stops"
MORE = "…"
"""In place of a row: what is kept of all rows beyond the most that are told one by one."""


def agree(one: Marks, other: Marks) -> bool:
    """Say whether two answers have the same rows wrong, and all that is kept of each row agrees."""
    return one.keys() == other.keys() and all(_same(mark, other[row]) for row, mark in one.items())


def _same(one: Mark, other: Mark) -> bool:
    return (
        len(one) == len(other)
        and one[0] == other[0]
        and all(abs(mine - theirs) <= max(one[1], other[1]) for mine, theirs in zip(one[2:], other[2:], strict=True))
    )


def looks_in(marks: Marks) -> list[str]:
    """Name the looks of which a row is wrong, in their order."""
    return list(dict.fromkeys(row.partition(": ")[0] for row in marks if row != MORE))


def all_stop(marks: Marks) -> bool:
    """Say whether the code stopped with an error in every row that is wrong."""
    return bool(marks) and all(mark[0].startswith(STOPS) for row, mark in marks.items() if row != MORE)


def short_name(thing: str) -> str:
    """Give twelve letters and digits that stand for a text."""
    return hashlib.sha256(thing.encode()).hexdigest()[:12]
