"""The term file `term.toml`: due dates, late days, penalties, extensions and groups, and what they come to.

    zone = "Europe/Berlin"      # of all dates and times below

    [late]
    free_days = 3               # late days of each student, for the whole term
    penalty = 10                # per cent of the points reached, for each further day
    nothing_after = 7           # days: what comes later gets no points

    [due]
    01_building_blocks = 2026-10-20              # the whole day
    02_resnets = 2026-11-03T18:00:00

    [extensions.02_resnets]
    ada = 2026-11-10

    [groups.02_resnets]
    owls = ["ada", "ben"]

Work is late from the first moment after its deadline. A begun day is a late day; it ends when the clock in the course's
zone shows the deadline's time again, also where the clocks were changed meanwhile. Late days are used by themselves, in
the order of the due dates: nobody asks for them. What comes too late to count uses none.

Nothing here needs nbgrader: `late` writes it into the gradebook.
"""

import datetime as dt
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from course_utils.grading.course.errors import GradingError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # JupyterLab needs it, too

FILE = "term.toml"
_SECTIONS = {"zone", "late", "due", "extensions", "groups"}
_LATE = {"free_days", "penalty", "nothing_after"}
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """What the file says; moments are in the course's zone.

    zone: in which times are that tell none; None for this machine's.
    penalty: per cent of the points reached for each late day that is not free. nothing_after: days late; None for
    never. extensions: by assignment and student. groups: by assignment and name of the group. text: of the file.
    """

    due: Mapping[str, dt.datetime] = field(default_factory=dict)
    free_days: int = 0
    penalty: float = 0
    nothing_after: int | None = None
    extensions: Mapping[str, Mapping[str, dt.datetime]] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    text: str = ""
    zone: ZoneInfo | None = None

    def until(self, assignment: str, student: str) -> dt.datetime | None:
        """Give a student's deadline; None where there is none."""
        return self.extensions.get(assignment, {}).get(student) or self.due.get(assignment)


@dataclass(frozen=True)
class Late:
    """A late submission: days late, free days used and left after it, and the share of its points that it loses."""

    days: int
    used: int
    left: int
    loses: float


def lateness(term: Term, student: str, handed_in: Mapping[str, dt.datetime]) -> dict[str, Late]:
    """Work out which of a student's submissions were late, through the term.

    handed_in: when, by assignment, with a zone.
    """
    left, found = term.free_days, {}
    for assignment in sorted(term.due, key=lambda name: (term.due[name].timestamp(), name)):
        if assignment not in handed_in:
            continue
        days = days_late(term.until(assignment, student), handed_in[assignment])
        if not days:
            continue
        too_late = term.nothing_after is not None and days > term.nothing_after
        used = 0 if too_late else min(days, left)
        left -= used
        loses = 1.0 if too_late else min(1.0, (days - used) * term.penalty / 100)
        found[assignment] = Late(days, used, left, loses)
    return found


def days_late(due: dt.datetime, handed_in: dt.datetime) -> int:
    """Count the days that had begun after a deadline, by the clock of the deadline's zone; 0 up to the deadline."""
    days = max(0, (handed_in - due.astimezone(dt.timezone.utc)) // _DAY - 1)
    # Moments of one zone are added and compared by the clock on the wall: what is compared is in seconds since 1970.
    while (due + days * _DAY).timestamp() < handed_in.timestamp():
        days += 1
    return days


def told(term: Term, late: Late) -> str:
    """Say how late a submission was, and what that costs."""
    begin = f"{_days(late.days)} late"
    if late.loses == 1:
        return f"{begin}: none of its points count any more."
    parts = []
    if term.free_days:
        parts.append(f"{_days(late.used, 'late day')} used, {late.left or 'none'} left")
    if late.loses:
        parts.append(f"{100 * late.loses:g} % of the points are taken off")
    return f"{begin}{': ' * bool(parts)}{'; '.join(parts)}."


def _days(number: int, what: str = "day") -> str:
    return f"{number or 'no'} {what}{'s' * (number != 1)}"


# --- the file --------------------------------------------------------------------------------------------------------


def read_term(root: Path) -> Term | None:
    """Read the course's term file; None if there is none.

    Raises:
        GradingError: it cannot be understood; the message says the line, and what should be there.
    """
    try:
        text = (root / FILE).read_text("utf-8")
        said = tomllib.loads(text)
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise GradingError(f"{FILE} is no text in UTF-8: save it as that.") from None
    except tomllib.TOMLDecodeError as error:
        raise GradingError(
            f"{FILE} cannot be read: {error}. A day is written 2026-11-03, a time 2026-11-03T18:00:00, and a name with "
            'other than letters, digits, - and _ in quotes: "a.b@uni.edu".'
        ) from None
    return _Reader(text).term(said)


def line_of(text: str, section: str, key: str) -> str:
    """Say on which line of the file a key of a section is (or a name in a list of it), for a message."""
    at, quoted = "", re.escape(key)
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([^\[\]]*)\]", line):
            at = header[1].replace('"', "").replace("'", "").replace(" ", "")
        there = at == section and re.search(rf"(?<![\w.@-]){quoted}(?![\w.@-])", line.split("#")[0])
        if there or at == f"{section}.{key}".lstrip("."):
            return f"{FILE}, line {number}: "
    return f"{FILE}: "


class _Reader:
    """Makes sense of a file that is TOML, or says on which line there is none."""

    def __init__(self, text: str) -> None:
        self._text = text

    def term(self, said: Mapping[str, Any]) -> Term:
        self._only(said, _SECTIONS, "")
        late = self._table(said, "late")
        self._only(late, _LATE, "late")
        zone = self._zone(said)
        due = {name: self._moment("due", name, when, zone) for name, when in self._table(said, "due").items()}
        term = Term(
            due,
            self._number(late, "free_days", int) or 0,
            self._number(late, "penalty", int, float) or 0,
            self._number(late, "nothing_after", int),
            {
                name: {
                    student: self._moment(f"extensions.{name}", student, when, zone) for student, when in each.items()
                }
                for name, each in self._tables(said, "extensions").items()
            },
            {
                name: {group: self._members(name, group, members) for group, members in each.items()}
                for name, each in self._tables(said, "groups").items()
            },
            self._text,
            zone,
        )
        self._check_extensions(term)
        self._check_groups(term)
        return term

    def _fail(self, section: str, key: str, what: str) -> GradingError:
        return GradingError(f"{line_of(self._text, section, key)}{what}")

    def _only(self, said: Mapping[str, Any], known: set[str], section: str) -> None:
        for key in said:
            if key not in known:
                raise self._fail(section, key, f"{key} means nothing here; there are: {', '.join(sorted(known))}.")

    def _table(self, said: Mapping[str, Any], name: str) -> dict[str, Any]:
        found = said.get(name, {})
        if not isinstance(found, dict):
            raise self._fail("", name, f"{name} is a section: [{name}] on a line, and what is in it below.")
        return found

    def _tables(self, said: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
        found = self._table(said, name)
        for assignment, each in found.items():
            if not isinstance(each, dict):
                raise self._fail(name, assignment, f"which assignment? Write [{name}.ASSIGNMENT], and names below.")
        return found

    def _zone(self, said: Mapping[str, Any]) -> ZoneInfo:
        name = said.get("zone")
        if name is None:
            raise GradingError(f'{FILE}: the time zone is missing. Begin with, for instance: zone = "Europe/Berlin"')
        try:
            return ZoneInfo(name)
        except (OSError, ValueError, TypeError, KeyError):  # which of them depends on what is wrong with the name
            what = f"{name!r} is no time zone. They are called as in Europe/Berlin, America/New_York, UTC."
            raise self._fail("", "zone", what) from None

    def _number(self, late: Mapping[str, Any], key: str, *kinds: type) -> Any:
        found = late.get(key)
        if found is not None and (type(found) not in kinds or not 0 <= found < 1000):
            raise self._fail("late", key, f"{key} is a {'whole ' * (float not in kinds)}number from 0, not {found!r}.")
        return found

    def _moment(self, section: str, key: str, said: Any, zone: ZoneInfo) -> dt.datetime:
        """Give the moment up to which one can hand in: of a day its end; of an hour that comes twice the second."""
        if isinstance(said, dt.datetime):
            if said.tzinfo is not None:
                return said.astimezone(zone)
            both = (said.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
            return max(both, key=dt.datetime.timestamp)
        if isinstance(said, dt.date):
            return dt.datetime.combine(said + _DAY, dt.time(), zone)
        raise self._fail(section, key, f"{key} needs a date without quotes, as 2026-11-03 or 2026-11-03T18:00:00.")

    def _members(self, assignment: str, group: str, said: Any) -> tuple[str, ...]:
        if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
            raise self._fail(f"groups.{assignment}", group, f'{group} needs a list of names: ["ada", "ben"].')
        return tuple(said)

    def _check_extensions(self, term: Term) -> None:
        for name, each in term.extensions.items():
            for student, until in each.items():
                if name not in term.due:
                    raise self._fail(f"extensions.{name}", student, f"{name} has no due date in [due] to extend.")
                if until.timestamp() < term.due[name].timestamp():
                    what = f"{student}'s extension of {name} ends before the due date that all others have."
                    raise self._fail(f"extensions.{name}", student, what)

    def _check_groups(self, term: Term) -> None:
        for name, groups in term.groups.items():
            seen: dict[str, str] = {}
            for group, members in groups.items():
                for one in members:
                    if one in seen:
                        what = f"{one} is in {seen[one]} and in {group}; one can be in one group of an assignment."
                        raise self._fail(f"groups.{name}", group, what)
                    seen[one] = group


def unknown(term: Term, assignments: Iterable[str], students: Iterable[str]) -> tuple[list[str], list[str]]:
    """List, in sentences, what the file names and the course doesn't have: assignments, and students."""
    assignments, students = set(assignments), set(students)
    named = {section: getattr(term, section) for section in ("due", "extensions", "groups")}
    no_assignments = [
        f"{line_of(term.text, section, name)}there is no assignment {name}{perhaps(name, assignments)}."
        for section, names in named.items()
        for name in names
        if name not in assignments
    ]
    people = [(f"extensions.{name}", one) for name, each in term.extensions.items() for one in each]
    people += [
        (f"groups.{name}", one) for name, each in term.groups.items() for members in each.values() for one in members
    ]
    nobody = [
        f"{line_of(term.text, section, one)}{one} is no student so far{_who(one, students)}"
        for section, one in people
        if one not in students
    ]
    return no_assignments, nobody


def perhaps(name: str, known: set[str]) -> str:
    """Ask whether another name is meant: the one that this is a part of, or the one that is spelt nearly so."""
    longer = [one for one in known if name.casefold() in one.casefold()]
    near = longer if len(longer) == 1 else get_close_matches(name, known, 1)
    return f" (is {near[0]} meant?)" if near else ""


def _who(name: str, students: set[str]) -> str:
    """End a sentence about a name that no student has: with the one that is meant, or how to make it a student's."""
    if meant := perhaps(name, students):
        return f"{meant}."
    return f". Who has not handed in anything yet is made known by: nbgrader db student add {name}"
