"""A check as data: what to look at, and the promise that it is as right code shows it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course_utils.checking.tensors import IMAGE_AXES

Observe = Callable[[Any, int], Mapping[str, Any]]
"""observe(candidate, seed): rows by name, an observation each, or a function that makes it when it is asked for."""


@dataclass(frozen=True)
class Look:
    """One check. It holds no right answer: right code, known mistakes and the student's code are looked at alike.

    name: a word or two that a student understands; it stands in the panel.
    promise: what right code does, as a clause ("each channel of the output has mean 0").
    observe: runs beside the student's code. A row's name tells what was given ("x has shape …") and stands in the
        panel; a row whose observation is a Remark or a text where right code gives None says its difference itself.
    axes: what the axes of a tensor are called; depth: layers behind a value, by which rounding grows; labels: what the
        numbers are where they only name something ("classes").
    structural: a rule about how the code is made, not about what it does; no diagnosis follows from it.
    decisive: where the code stops in it, nothing more is looked at.
    of_parts: it looks at what a module is built of, and calls nothing: it costs little, and no mistake hides another.
    inside: inside(candidate, seed, row), asked where that row is broken: what lies inside it (see `inside.layers`).
    judge: judge(got, expected) gives None, or the lines of evidence; for what equality does not decide.
    explain: explain(got, expected) gives the lines of evidence for two observations that are not the same.
    advise: advise(got) says what to think of next, where `got` alone tells.
    """

    name: str
    promise: str
    observe: Observe
    axes: Sequence[str] = IMAGE_AXES
    depth: int = 1
    labels: str = ""
    structural: bool = False
    decisive: bool = False
    of_parts: bool = False
    inside: Callable[[Any, int, str], Any] | None = None
    judge: Callable[[Any, Any], tuple[str, ...] | None] | None = None
    explain: Callable[[Any, Any], tuple[str, ...]] | None = None
    advise: Callable[[Any], str] | None = None
