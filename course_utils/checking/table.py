"""The table of observations: all that the looks of one test see of one candidate under one seed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from typing import Any, Protocol

from course_utils.checking.look import Look
from course_utils.checking.observation import STOPPED, TooMuch, settled
from course_utils.checking.parts import right_parts
from course_utils.checking.printing import NOTHING, Printed, Prints
from course_utils.checking.shared import sharing
from course_utils.checking.student import outcome_of
from course_utils.checking.values import NOT_TOLD, Finding, Wrong
from course_utils.checking.world import plain_again, world_unchanged

Rows = Mapping[str, Any]


class Seen(Protocol):
    """What verdict and diagnosis ask of a table, wherever it was made. `look` is a look's place in its test."""

    def names(self, look: int) -> Sequence[str]:
        """Name the rows."""

    def row(self, look: int, name: str) -> Any:
        """Give an observation."""

    def inside(self, look: int, name: str) -> Any:
        """Give what lies inside a row; None where there is nothing to see."""

    def printed(self, look: int, name: str) -> Printed:
        """Give what the code printed while a row was made, where that was kept."""


class Table:
    """A table that is made here; each row is made once, when it is first asked for, inside a `world_unchanged`.

    parts: right stand-ins for the earlier exercises that the candidate's code uses, by name.
    keep_prints: keep what the candidate prints for `printed`, in place of printing it.
    """

    def __init__(
        self,
        looks: Sequence[Look],
        candidate: Any,
        seed: int,
        parts: Mapping[str, Any] | None = None,
        keep_prints: bool = False,
    ) -> None:
        self._looks, self._candidate, self._seed, self._parts = looks, candidate, seed, parts or {}
        self._keep_prints = keep_prints
        self._prints: dict[tuple[int, str], Prints] = {}
        self._rows: dict[int, Rows] = {}
        self._seen: dict[tuple[int, str], Any] = {}
        self._within: dict[tuple[int, str], Any] = {}
        self._built: dict = {}
        self._open = False

    def names(self, look: int) -> Sequence[str]:
        """Name the rows of a look."""
        if look not in self._rows:
            rows = self._run(lambda: self._looks[look].observe(self._candidate, self._seed))
            self._rows[look] = rows if isinstance(rows, Mapping) else {"": rows}
        return list(self._rows[look])

    def row(self, look: int, name: str) -> Any:
        """Give an observation; what stopped the code, where there is none."""
        name = name if name in self.names(look) else ""
        if (look, name) not in self._seen:
            value = self._rows[look].get(name)
            self._prints[look, name] = Prints()
            self._seen[look, name] = self._run(
                lambda: settled(value() if callable(value) else value), self._prints[look, name]
            )
        return self._seen[look, name]

    def printed(self, look: int, name: str) -> Printed:
        """Give what the code printed while a row was made; if nothing, in the first row in which it printed."""
        told = self._prints.get((look, name), Prints())
        each = (prints.printed for prints in (told, *self._prints.values()))
        return next((one for one in each if one.lines), NOTHING)

    def printed_last(self) -> Printed:
        """Give what the code printed in the row that was made last."""
        return [*self._prints.values()][-1].printed if self._prints else NOTHING

    def inside(self, look: int, name: str) -> Any:
        """Give what lies inside a row."""
        how = self._looks[look].inside
        if how is not None and (look, name) not in self._within:
            self._within[look, name] = self._run(lambda: settled(how(self._candidate, self._seed, name)))
        return self._within.get((look, name))

    def everything(self) -> list[Rows]:
        """Make all rows, up to a decisive look in which the code stops."""
        found: list[Rows] = []
        with world_unchanged(), self._opened():
            for number, look in enumerate(self._looks):
                found.append({name: self.row(number, name) for name in self.names(number)})
                if look.decisive and any(isinstance(one, STOPPED) for one in found[-1].values()):
                    break
        return found

    def _run(self, make: Callable[[], Any], prints: Prints | None = None) -> Any:
        """Make something in a world of its own; an error ends this and nothing else."""
        kept = redirect_stdout(prints or Prints()) if self._keep_prints else nullcontext()
        with self._opened(), sharing(self._built, self._within), kept:
            plain_again(self._seed)
            try:
                return make()
            except KeyboardInterrupt:
                raise
            except TooMuch as error:
                return Wrong(Finding("what it gives can be looked at", (str(error),)))
            except BaseException as error:  # noqa: BLE001  (whatever the student's code raises is an observation)
                return outcome_of(error, self._candidate)

    @contextmanager
    def _opened(self) -> Iterator[None]:
        """Put the right parts in place, once for all rows of the outermost block."""
        if self._open:
            yield
            return
        self._open = True
        try:
            with right_parts(self._candidate, self._parts) if self._parts else nullcontext():
                yield
        finally:
            self._open = False


class Told:
    """A table that was made elsewhere and came as plain data; `ask` fetches what lies inside a row."""

    def __init__(self, rows: Sequence[Rows], ask: Callable[[int, str], Any]) -> None:
        self._rows, self._ask = rows, ask
        self._within: dict[tuple[int, str], Any] = {}

    def names(self, look: int) -> Sequence[str]:
        """Name the rows of a look; none where the code had stopped for good before."""
        return list(self._rows[look]) if look < len(self._rows) else []

    def row(self, look: int, name: str) -> Any:
        """Give an observation."""
        rows = self._rows[look] if look < len(self._rows) else {}
        return rows.get(name, rows.get("", NOT_TOLD))

    def inside(self, look: int, name: str) -> Any:
        """Ask for what lies inside a row."""
        if (look, name) not in self._within:
            self._within[look, name] = self._ask(look, name)
        return self._within[look, name]

    def printed(self, look: int, name: str) -> Printed:
        """Give nothing: what was printed elsewhere was not kept."""
        return NOTHING
