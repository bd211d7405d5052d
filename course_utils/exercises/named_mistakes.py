"""Mistakes that an instructor has named: what a group of wrong answers does, kept as marks, and the words for it.

They are in one file of the course, `named_mistakes.json`, that can be read and mended by hand: no code is in it, and
nobody's name. A mistake of an exercise's own bank has code; of these only what it does is known.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from course_utils.checking.marks import Marks, agree, all_stop, short_name
from course_utils.checking.values import Mistake

FILE = "named_mistakes.json"
NAMED = "named-"
"""What the id of such a mistake begins with."""

_COURSE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class NamedMistake:
    """A mistake that has been named.

    exercise: whose it is; belief, look_at, hint: as of any known mistake (see `Mistake`).
    seen: the marks of what it does wrong, by the exercise's test.
    """

    exercise: str
    belief: str
    look_at: str
    hint: int
    seen: Mapping[str, Marks]

    @property
    def id(self) -> str:
        """Give what stands for it, its words included: who changes these wants them told anew."""
        return NAMED + short_name(json.dumps(asdict(self), sort_keys=True))[:6]

    @property
    def mistake(self) -> Mistake:
        """Give it as a diagnosis has it. There is no code that makes it."""
        return Mistake(self.id, self.belief, self.look_at, self.hint, None)

    @property
    def stops(self) -> bool:
        """Say whether all that is known of it is where and how the code stops."""
        return all(all_stop(marks) for marks in self.seen.values())


def that_fit(named: Iterable[NamedMistake], exercise: str, seen: Mapping[str, Marks]) -> list[NamedMistake]:
    """List the mistakes that do the same in all these tests; what does nothing wrong is like none of them."""
    return [
        one
        for one in named
        if one.exercise == exercise
        and any(seen.values())
        and all(agree(marks, one.seen.get(test, {})) for test, marks in seen.items())
    ]


def read_named(file: Path) -> tuple[NamedMistake, ...]:
    """Read such a file; there is nothing in one that is not there.

    Raises:
        ValueError: it cannot be understood; the text says what is wrong.
    """
    try:
        return tuple(_checked(NamedMistake(**one)) for one in json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return ()
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{file} is not as `course name` writes it: {error}") from error


def _checked(one: NamedMistake) -> NamedMistake:
    marks = [mark for seen in one.seen.values() for mark in seen.values()]
    texts = one.exercise, one.belief, one.look_at, *(mark[:1] and mark[0] for mark in marks)
    numbers = one.hint, *(number for mark in marks for number in mark[1:])
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(each, int | float) for each in numbers):
        raise ValueError(f"{one.exercise}: {one.belief}")
    return one


def write_named(file: Path, named: Sequence[NamedMistake]) -> None:
    """Write such a file, each mark on a line."""
    text = json.dumps([asdict(one) for one in named], indent=1, ensure_ascii=False)
    text = re.sub(r"\[[^\[\]{}]*\]", lambda found: re.sub(r"\s+", " ", found[0]), text)
    part = file.with_suffix(".part")
    part.write_text(text + "\n", "utf-8")
    part.replace(file)


@cache
def known_to_this_course() -> tuple[NamedMistake, ...]:
    """Give the mistakes that have been named in the course that this file is in; none where it cannot be read."""
    try:
        return read_named(_COURSE / FILE)
    except (OSError, ValueError):
        return ()
