"""The judge's side of one test: have the student's process look at the student's code, and read what it tells."""

import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

import cloudpickle

from course_utils import exercises
from course_utils.checking.table import Told
from course_utils.checking.values import Outcome, Raised
from course_utils.exercises.exercise import Exercise, make_right
from course_utils.grading.run.observations import understand
from course_utils.grading.run.wire import Gone, Late, Line

# By value: the student's process has no exercises to import, and what it has patched changes nothing of them.
cloudpickle.register_pickle_by_value(exercises)

_GRACE = 15  # seconds that an interrupted look has to end
_MOST_ROWS = 2000
_SECONDS_INSIDE = 10


class TookTooLong(Exception):  # noqa: N818
    """The student's code has used up the time of its test."""


class NoCandidate(Exception):  # noqa: N818
    """There is nothing to look at: what the test is called with could not be found."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(str(outcome))
        self.outcome = outcome


class Session:
    """One test's conversation with the student's process.

    renamed: the student's own names for earlier answers, and those that were asked for. no_such_name: whether the
    notebook has nothing by the name that the test asks for.
    """

    def __init__(
        self,
        line: Line,
        seconds: float = math.inf,
        interrupt: Callable[[], None] = lambda: None,
        renamed: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._line, self._interrupt, self._renamed = line, interrupt, dict(renamed)
        self._deadline = time.monotonic() + seconds
        self.trouble: Exception | None = None
        self._looks_inside = True
        self.no_such_name = False

    def find(self, exercise: Exercise, candidate: str) -> "AnswerThere":
        """Find the student's answer, an expression such as the name of a class.

        Raises:
            NoCandidate: there is none.
        """
        head, body = self._ask(_parts(exercise), do="find", candidate=candidate, renamed=self._renamed)
        if "failed" in head:
            outcome = understand(head["failed"], body)
            self.no_such_name = isinstance(outcome, Raised) and outcome.error.startswith("NameError")
            raise NoCandidate(outcome)
        return AnswerThere(self, exercise, stub=head.get("stub") is True)

    def look(self, looks: bytes, number: int, seed: int, meanwhile: Callable[[], None]) -> list[dict[str, Any]]:
        """Have a table made; give its rows, look by look. meanwhile: what is done here until they come."""
        head, body = self._ask(looks, meanwhile, do="look", table=number, seed=seed)
        if "failed" in head:
            raise self._lost(f"a table could not be made ({understand(head['failed'], body)})")
        try:
            if sum(map(len, head["rows"])) > _MOST_ROWS:
                raise self._lost("a table with too many rows")
            return [{str(name): understand(one, body) for name, one in look} for look in head["rows"]]
        except (KeyError, TypeError, ValueError, Gone) as error:
            raise self._lost(f"a table that makes no sense ({error})") from error

    def inside(self, number: int, look: int, row: str) -> Any:
        """Ask what lies inside a row, in a time of its own; where that fails, the verdict stands without it."""
        if not self._looks_inside:
            return None
        whole, self._deadline = self._deadline, min(self._deadline, time.monotonic() + _SECONDS_INSIDE)
        try:
            head, body = self._ask(b"", do="inside", table=number, look=look, row=row)
            return understand(head["inside"], body) if "inside" in head else None
        except (TookTooLong, Gone):
            self._looks_inside, self.trouble = False, None
            return None
        finally:
            self._deadline = whole

    def end(self) -> None:
        """Let the student's process go on with the notebook; what was found is not changed by how this ends."""
        if isinstance(self.trouble, Gone):
            self._line.hang_up()  # nothing that comes over it can be made sense of any more
            return
        with suppress(Gone, Late):
            deadline = time.monotonic() + _GRACE
            self._line.send("end", deadline=deadline)
            self._line.receive(deadline)

    def _ask(self, data: bytes, meanwhile: Callable[[], None] = lambda: None, **asked: Any) -> tuple[dict, memoryview]:
        if self.trouble is not None:
            raise self.trouble
        try:
            self._line.send(asked, data, deadline=self._deadline)
            meanwhile()
            head, body = self._line.receive(self._deadline)
        except Late:
            raise self._late() from None
        except Gone as error:
            self.trouble = error
            raise
        if not isinstance(head, dict):
            raise self._lost("an answer that is none")
        return head, body

    def _late(self) -> Exception:
        self._interrupt()
        self.trouble = TookTooLong("it took too long, and was stopped")
        try:
            self._line.receive(time.monotonic() + _GRACE)
        except (Late, Gone):
            self.trouble = Gone("it took too long, and did not stop when it was asked to")
        return self.trouble

    def _lost(self, why: str) -> Gone:
        self.trouble = Gone(why)
        return self.trouble


class AnswerThere:
    """A student's answer in the student's process: its tables are made there, and come as plain data."""

    def __init__(self, session: Session, exercise: Exercise, stub: bool) -> None:
        self._session, self._exercise, self.stub = session, exercise, stub
        self._tables: dict[tuple[str, int], Told] = {}

    def table(self, test: str, seed: int) -> Told:
        """Have a table made, once."""
        if (test, seed) not in self._tables:
            number, exercise = len(self._tables), self._exercise
            rows = self._session.look(_looks(exercise, test), number, seed, lambda: make_right(exercise, test, seed))
            self._tables[test, seed] = Told(rows, lambda look, row: self._session.inside(number, look, row))
        return self._tables[test, seed]


@cache
def _looks(exercise: Exercise, test: str) -> bytes:
    """Give what has to be known to look, without what decides or explains."""
    looks = (replace(look, judge=None, explain=None, advise=None) for look in exercise.tests[test])
    return cloudpickle.dumps(tuple(looks))


@cache
def _parts(exercise: Exercise) -> bytes:
    return cloudpickle.dumps(dict(exercise.parts))
