"""Read whose a file is from the names that Canvas, Moodle and ILIAS give to files and folders, and from a roster."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone, tzinfo
from pathlib import Path

from course_utils.grading.course.errors import GradingError

# Canvas, lib/content_zipper.rb: name, LATE if it was, the student's number, the file's, and the file's name.
_CANVAS = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<number>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<name>anon)_(?P<number>[A-Za-z0-9]+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL
)
_CANVAS_AGAIN = re.compile(r"-(\d{1,2})(?=\.\w+$|$)")  # what Canvas adds to a name that is handed in again
# Moodle, mod/assign/feedback/file/importziplib.php: fullname_userid_plugintype_pluginname, before 4.1 one more _.
_MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assign(submission|feedback)_[a-z]+(_(?P<rest>.*))?", re.DOTALL)
# ILIAS, Modules/Exercise, class.ilExSubmission.php: folders lastname_firstname_login_userid, files with their time.
_ILIAS = re.compile(r"(?P<name>[^_]+_.+)_(?P<login>[^_]+)_(?P<number>\d+)", re.DOTALL)
_ILIAS_TIME = re.compile(r"(\d{14})_(.+)", re.DOTALL)
_NOISE = re.compile(
    r"\(\d+\)|copy( of|\d*)|kopie( von)?|copie de|final|solutions?|loesung|lösung|\d{14}", re.IGNORECASE
)


@dataclass(frozen=True)
class Owner:
    """Whose a file is, as far as its place tells.

    source: how the LMS has named it; number: the LMS's own for the student; inside: the place in the student's own
    files; again: how often it had been handed in before, if that is told; time: when, if that is told.
    """

    name: str
    lms: str = ""
    number: str = ""
    login: str = ""
    source: str = ""
    inside: tuple[str, ...] = ()
    late: bool = False
    again: int = 0
    time: datetime | None = None

    @property
    def key(self) -> str:
        """Tell this student from all others."""
        return f"{self.lms} {self.number}" if self.lms else f"name {self.name}"


@dataclass(frozen=True)
class Person:
    """A line of a roster: the name of the student's folder, and by what else the student is known."""

    student: str
    name: str
    email: str = ""
    number: str = ""


def owner_of(parts: tuple[str, ...], wrapper: int, assignment: str, zone: tzinfo | None) -> Owner | None:
    """Read whose a file is; None if nothing tells it.

    wrapper: how many folders and files are in the first folder, if that holds all there is: it may be nobody's then.
    zone: in which a time in a file's name is; None for this machine's.
    """
    found = _by_lms(parts, zone) or (_by_lms(parts[1:], zone) if wrapper else None)
    if found is not None:
        return found
    folders = list(parts[:-1])
    if assignment in folders[1:]:  # nbgrader's own submitted/STUDENT/ASSIGNMENT
        at = folders.index(assignment, 1)
        return Owner(folders[at - 1], inside=parts[at + 1 :])
    at = 1 if wrapper > 1 and len(folders) > 1 else 0
    if folders:
        return Owner(re.sub(r"\.zip$", "", folders[at], flags=re.IGNORECASE), inside=parts[at + 1 :])
    left = _NOISE.sub(" ", _stem(parts[-1]).replace(assignment, " "))
    name = re.sub(r"^[\W_]+|[\W_]+$", "", left)
    return Owner(name, inside=parts) if name else None


def _by_lms(parts: tuple[str, ...], zone: tzinfo | None) -> Owner | None:
    for at, part in enumerate(parts):
        is_folder = at < len(parts) - 1
        own = re.sub(r"\.zip$", "", part, flags=re.IGNORECASE) if is_folder else part
        if match := _MOODLE.fullmatch(own):
            rest = (match["rest"],) if match["rest"] else ()
            return Owner(match["name"], "moodle", match["number"], source=part, inside=(*rest, *parts[at + 1 :]))
        if at == 0 and (own is part) != is_folder:  # Canvas's zip has no folders: it is a file, or a zip
            match = _CANVAS_ANONYMOUS.fullmatch(part) or _CANVAS.fullmatch(part)
            if match:
                again = _CANVAS_AGAIN.search(match["rest"])
                return Owner(
                    match["name"] if match["name"] != "anon" else f"anon_{match['number']}",
                    "canvas",
                    match["number"],
                    source=part,
                    inside=(match["rest"], *parts[at + 1 :]),
                    late=bool(match["late"]),
                    again=int(again[1]) if again else 0,
                )
        if is_folder and (match := _ILIAS.fullmatch(part)):
            named = (match["name"], "ilias", match["number"], match["login"], part)
            return Owner(*named, inside=parts[at + 1 :], time=_ilias_time(parts[-1], zone))
    return None


def _ilias_time(name: str, zone: tzinfo | None) -> datetime | None:
    match = _ILIAS_TIME.fullmatch(name)
    try:
        clock = datetime.strptime(match[1], "%Y%m%d%H%M%S") if match else None
        return clock and clock.replace(tzinfo=zone).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _stem(name: str) -> str:
    return re.sub(r"\.ipynb(\.txt|\.json)?$|\.py$", "", name, flags=re.IGNORECASE)


def folder_name(text: str) -> str:
    """Give a name that is a folder's everywhere, also in nbgrader's patterns: letters and digits of any script."""
    plain = re.sub(r"[^\w@.+-]+", "_", unicodedata.normalize("NFC", text))
    return re.sub(r"_+", "_", plain).strip("._-+")[:100] or "student"


def forms(name: str) -> set[str]:
    """Give a name as it may be written, without what LMSs do to it: order, case, accents, all that is no letter."""
    spelled = {name, re.sub("[äöüÄÖÜ]", lambda found: f"{found[0]}e", unicodedata.normalize("NFC", name))}
    found = set()
    for one in spelled:
        bare = "".join(c for c in unicodedata.normalize("NFKD", one) if not unicodedata.combining(c)).casefold()
        words = re.findall(r"[^\W_]+", bare)
        found |= {"".join(words), " ".join(sorted(words))}
        last, comma, first = bare.partition(",")
        turned = re.findall(r"[^\W_]+", f"{first} {last}") if comma else [*words[1:], *words[:1]]
        found |= {"".join(turned), "".join([*words[-1:], *words[:-1]])}
    return found - {""}


class Roster:
    """Who is in the class."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = list(people)

    def find(self, owner: Owner) -> list[Person]:
        """Give who it can be: by the LMS's number, by login or e-mail, else by name."""
        if owner.number and (found := [one for one in self.people if one.number == owner.number]):
            return found
        said = {text.casefold() for text in (owner.login, owner.name) if text}
        for text in said:
            if found := [one for one in self.people if text in _handles(one)]:
                return found
        written = forms(owner.name)
        return [one for one in self.people if written & forms(one.name)]


def _handles(person: Person) -> set[str]:
    return {person.student.casefold(), person.email.casefold(), person.email.partition("@")[0].casefold()} - {""}


def read_roster(path: Path) -> Roster:
    """Read a roster: id, name, email; or the LMS's own gradebook.

    Raises:
        GradingError: it cannot be read, or has no columns that tell who somebody is.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_bytes().decode("latin-1")
    except OSError as error:
        raise GradingError(f"The roster cannot be read: {error}") from error
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    known = {header.strip().casefold(): header for header in rows.fieldnames or ()}
    people = [person for row in rows if (person := _person({key: row[known[key]] or "" for key in known}))]
    if not people:
        raise GradingError(f"{path} is no roster: it needs the columns id, name and email, and has {', '.join(known)}.")
    return Roster(people)


def _person(row: Mapping[str, str]) -> Person | None:
    def first(*headers: str) -> str:
        return next((row[header].strip() for header in headers if row.get(header, "").strip()), "")

    name = first("student", "full name", "vollständiger name", "name") or " ".join(
        filter(
            None,
            (
                first("first name", "first_name", "firstname", "vorname"),
                first("last name", "last_name", "lastname", "surname", "nachname"),
            ),
        )
    )
    email = first("email", "email address", "e-mail-adresse", "e-mail")
    if "sis login id" in row or "section" in row:  # Canvas
        number = first("id")
        return Person(folder_name(first("sis login id") or number), name, email, number) if number else None
    if number := _trailing(first("identifier", "id") if "full name" in row or "vollständiger name" in row else ""):
        return Person(folder_name(f"{name}_{number}"), name, email, number)
    handle = first("id", "student_id", "id number", "login", "username", "email", "email address")
    return Person(folder_name(handle), name, email, handle) if handle else None


def _trailing(text: str) -> str:
    """Give the digits at the end of Moodle's `Participant 123`, whatever the language."""
    match = re.search(r"\d+$", text)
    return match[0] if match else ""
