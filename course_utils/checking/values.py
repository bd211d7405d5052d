"""What a check is and what comes of it: plain values that know neither torch nor any exercise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from course_utils.checking.printing import NOTHING, Printed


@dataclass(frozen=True)
class Map:
    """One channel as rows of numbers: what a picture draws."""

    title: str
    rows: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Finding:
    """One broken promise, in the words that the student reads.

    promise: what right code does, as a clause ("each channel of the output has mean 0").
    evidence: lines that show it broken, expected against got.
    maps: expected, got and difference of one channel, where a picture helps.
    step: what to do next, where that follows from what was seen.
    """

    promise: str
    evidence: tuple[str, ...] = ()
    maps: tuple[Map, ...] = ()
    step: str = ""


class PromiseBroken(Exception):  # noqa: N818  (it reads as what it says: `raise PromiseBroken(finding)`)
    """Ends a check whose promise the student's code does not keep."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.promise)
        self.finding = finding


@dataclass(frozen=True)
class Kept:
    """The promise holds; `note` is something worth knowing all the same."""

    note: str = ""


@dataclass(frozen=True)
class Wrong:
    """The code runs and breaks the promise."""

    finding: Finding


NO_INIT = ": the class has no method of that name"
"""What is added to an error of torch's: without an __init__ of its own, the class has nn.Module's."""
IN_SEQUENTIAL = ": None stands in a Sequential"
"""The same, where a Sequential calls what it holds."""


@dataclass(frozen=True)
class Raised:
    """The code stopped with an error: what it was asked to do, the error, and the line of this exercise (0: none).

    deeper: where it went from there, in code of the student's that is another exercise's, in words.
    meeting: which two tensors of that line do not fit, in words, where that is known.
    evidence: what was seen until then, in words.
    """

    doing: str
    error: str
    line: int = 0
    source: str = ""
    deeper: str = ""
    meeting: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotAttempted:
    """The stub is still there; `method`: which one, where a class has others that are written."""

    method: str = ""


@dataclass(frozen=True)
class Unchecked:
    """The check itself stopped with an error: whether the code is right is not known."""

    error: str


NOT_TOLD = Unchecked("nothing was told of it")
"""What stands for an observation that never came: whose fault that is, is not known."""

Outcome = Kept | Wrong | Raised | NotAttempted | Unchecked
Outcomes = tuple[tuple[str, Outcome], ...]
"""The outcome of each check, by the check's name and in order."""


@dataclass(frozen=True)
class Mistake:
    """A known misconception: right code with one behaviour changed.

    belief: completes "behaves exactly like one that …".
    look_at: completes "look at …".
    hint: the rung of the exercise's ladder (1, 2 or 3) that helps.
    candidate: the class or function that makes the mistake; also: others that make the same one, where it can be made
        in several ways that behave differently.
    """

    id: str
    belief: str
    look_at: str
    hint: int
    candidate: Any
    also: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """Known mistakes that fit what the student's code does.

    mistakes: one that fits, several that cannot be told apart, or two that add up.
    how: "exactly"; "stops", where all that is known is where and how the code stops; "together", where two add up;
        "much", where the mistake goes wrong in the same way, and in more besides; "exactly", too, where only the rows
        of one step of the exercise were compared.
    step: the name of that step; "" where all was compared.
    """

    mistakes: tuple[Mistake, ...]
    how: Literal["exactly", "stops", "together", "much"] = "exactly"
    step: str = ""


@dataclass(frozen=True)
class Step:
    """A piece of an exercise that can be written, and tested, before the next one is begun.

    name: a few words that stand in the exercise's text and in the panel; does: what it asks for, in a sentence.
    checks: the names of the checks that it's done by, in any of the exercise's tests.
    hint: the rung of the ladder that is about it; 0: none is.
    begins: for what no check tells alone: agrees(got, expected) says, for each row of the check of that name, whether
        this step's part of it is there.
    """

    name: str
    does: str
    checks: tuple[str, ...] = ()
    hint: int = 0
    begins: Mapping[str, Callable[[Any, Any], bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """All that one test function found: the exercise, which of its tests this is, an outcome for each check.

    rules: the names of the checks that look at how the code is made, not at what it does.
    rung: without a diagnosis, the hint that helps whoever breaks the first broken promise; 0 where that is not known.
    promises: what each check asks for, by its name.
    printed: what the student's code printed in the check that is told.
    steps: the exercise's steps, each with whether it is done; none where all is right or nothing was tried.
    """

    exercise: str
    test: int
    tests: int
    outcomes: Outcomes
    hints: tuple[str, ...]
    diagnosis: Diagnosis | None = None
    rules: frozenset[str] = frozenset()
    rung: int = 0
    promises: Mapping[str, str] = field(default_factory=dict)
    printed: Printed = NOTHING
    steps: tuple[tuple[Step, bool], ...] = ()

    @property
    def verdict(self) -> Literal["right", "wrong", "unfinished", "ungraded"]:
        """Whether every promise was kept, one was broken, a stub is still there, or a check could not be made."""
        if self.named(Wrong, Raised):
            return "wrong"
        if self.named(NotAttempted):
            return "unfinished"
        return "ungraded" if self.named(Unchecked) else "right"

    def named(self, *kinds: type) -> list[str]:
        """Give the names of the checks that came out as one of `kinds`."""
        return [name for name, outcome in self.outcomes if isinstance(outcome, kinds)]
