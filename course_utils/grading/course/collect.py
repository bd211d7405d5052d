"""`course collect`: from what an LMS gives to nbgrader's submitted/STUDENT/ASSIGNMENT, with nothing lost on the way."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone, tzinfo
from difflib import SequenceMatcher
from pathlib import Path

from course_utils.grading.course.gradebook import Course
from course_utils.grading.course.handed_in import NOTEBOOK, Found, Reader
from course_utils.grading.course.late import TIMESTAMP
from course_utils.grading.course.term import Term, read_term
from course_utils.grading.course.whose import Owner, Roster, folder_name, owner_of, read_roster

EARLIER = "submitted_earlier"
_STUB = "raise NotImplementedError"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Collected:
    """What is kept of a student's submission beside nbgrader's files, for the next collection, and for the return.

    source: how the LMS has named what was handed in. moment: when it was handed in, or at least was there.
    """

    student: str
    key: str
    name: str
    lms: str
    number: str
    source: str
    digest: str
    moment: str


@dataclass
class Report:
    """What is to be said: a line where something was decided or is wrong, and a summary. `lost`: what nobody has."""

    lines: list[str] = field(default_factory=list)
    lost: int = 0
    counts: dict[str, list[str]] = field(default_factory=dict)

    def count(self, what: str, student: str) -> None:
        """Count a student."""
        self.counts.setdefault(what, []).append(student)


@dataclass(frozen=True)
class _Candidate:
    """A notebook that a student has handed in, and what is in it.

    notebook: of which released one it is; None if of none. own: how many of its cells are the student's own.
    """

    found: Found
    owner: Owner
    notebook: str | None
    own: int
    nearness: float

    @property
    def moment(self) -> datetime:
        """When it was handed in, or, where nothing tells that, when the zip was downloaded that holds it."""
        return _handed_in_at(self.found, self.owner) or self.found.downloaded

    @property
    def rank(self) -> tuple[bool, datetime, int, int, float, str]:
        """One that holds work before a blank one; of these the latest; of these the most work; the nearest name."""
        return self.own > 0, self.moment, self.owner.again, self.own, self.nearness, "/".join(self.found.parts)


def collect(root: Path, assignment: str, files: Sequence[Path], roster: Path | None, student: str | None) -> Report:
    """Collect what was handed in; a second time, nothing changes.

    roster: a CSV file with id, name and email, or the LMS's own gradebook. student: whose all of it is.

    Raises:
        GradingError: the assignment is not released, a FILE is no such thing, or the term file cannot be understood.
    """
    course, zone = Course(root, assignment), (read_term(root) or Term()).zone
    known = read_roster(roster) if roster else Roster(())
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(Path(folder), zone)
        for path in files:
            reader.read(path)
        return _Collection(course, known, student, zone).take(reader)


def collected(root: Path, assignment: str) -> dict[str, Collected]:
    """Give what is known of the submissions that were collected, by student."""
    try:
        rows = json.loads(_ledger(root, assignment).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return {row["student"]: Collected(**row) for row in rows}


def _ledger(root: Path, assignment: str) -> Path:
    return root / ".grading" / "collected" / f"{assignment}.json"


class _Collection:
    """One collection for one assignment."""

    def __init__(self, course: Course, roster: Roster, student: str | None, zone: tzinfo | None) -> None:
        self.course, self.roster, self.student, self.zone = course, roster, student, zone
        self.releases = {name: course.release(name) for name in course.cells}
        self.known = collected(course.root, course.assignment)
        self.report = Report()

    def take(self, reader: Reader) -> Report:
        """Give each student what is the student's, and tell what was nobody's."""
        for parts, reason in reader.refused:
            self._lose(
                f"{_place(parts)}: not taken, it {reason}"
                if reason[:3] == "is "
                else f"{_place(parts)}: not taken: {reason}"
            )
        for owners_files in sorted(self._by_student(reader.found).items()):
            self._take_student(*owners_files)
        self._write_ledger()
        if self.roster.people:
            for person in self.roster.people:
                if person.student not in self.known:
                    self.report.count("missing", person.student)
        return self.report

    def _lose(self, line: str) -> None:
        self.report.lost += 1
        self.report.lines.append(line)

    # --- whose it is ------------------------------------------------------------------------------------------------

    def _by_student(self, found: Iterable[Found]) -> dict[str, list[tuple[Found, Owner]]]:
        wrapped = _wrapped(found := list(found))
        students: dict[str, list[tuple[Found, Owner]]] = {}
        for one in found:
            owner = self._owner(one, wrapped.get(one.upload, 0))
            if owner is None:
                if one.is_notebook:
                    self._lose(f"{_place(one.parts)}: whose is it? Nothing tells; collect it with --student NAME.")
            elif student := self._folder_of(owner, one):
                students.setdefault(student, []).append((one, owner))
        return students

    def _owner(self, one: Found, wrapper: int) -> Owner | None:
        if self.student:
            return Owner(self.student, inside=one.parts)
        owner = owner_of(one.parts, wrapper, self.course.assignment, self.zone)
        if owner is None or owner.lms or self.roster.find(owner):
            return owner
        for at, folder in enumerate(one.parts[:-1], 1):  # another folder on the way may have a student's name
            other = Owner(folder.removesuffix(".zip"), inside=one.parts[at:])
            if self.roster.find(other):
                return other
        return owner

    def _folder_of(self, owner: Owner, one: Found) -> str | None:
        """Give the student's folder: as it was before, else as the roster says, else after the name."""
        for student, known in self.known.items():
            if known.key == owner.key:
                return student
        people = self.roster.find(owner)
        if len(people) > 1:
            names = " or ".join(person.student for person in people)
            self._lose(f"{_place(one.parts)}: is this {names}? The name fits both; collect it with --student NAME.")
            return None
        if people:
            student = people[0].student
        else:
            if self.roster.people and not owner.lms and not self.student:
                self._lose(f"{_place(one.parts)}: {owner.name} is not in the roster; collect it with --student NAME.")
                return None
            student = self._new_folder(owner)
            if self.roster.people and not self.student:
                self.report.lines.append(f"{student}: not in the roster, collected all the same")
        self.known[student] = Collected(student, owner.key, owner.name, owner.lms, owner.number, owner.source, "", "")
        return student

    def _new_folder(self, owner: Owner) -> str:
        wish = folder_name(f"{owner.name}_{owner.number}" if owner.lms and "anon_" not in owner.name else owner.name)
        taken = {student.casefold() for student in self.known}
        number, student = 1, wish
        while student.casefold() in taken:
            number += 1
            student = f"{wish}-{number}"
        return student

    # --- which of it ------------------------------------------------------------------------------------------------

    def _take_student(self, student: str, files: list[tuple[Found, Owner]]) -> None:
        candidates = [self._candidate(one, owner) for one, owner in files if one.is_notebook]
        if not candidates:
            return
        if all(one.notebook is None for one in candidates):
            names = ", ".join(sorted({_shown(one) for one in candidates}))
            self._lose(f"{student}: nothing of {self.course.assignment} was handed in, but {names}")
            return
        chosen = {}
        for name in self.releases:
            of_it = sorted((one for one in candidates if one.notebook == name), key=lambda one: one.rank, reverse=True)
            if of_it:
                chosen[name] = of_it[0]
                self._tell_choice(student, of_it)
        self._put(student, chosen, files)
        self._keep_others(student, candidates, list(chosen.values()))

    def _candidate(self, one: Found, owner: Owner) -> _Candidate:
        name = NOTEBOOK.sub("", owner.inside[-1] if owner.inside else one.parts[-1])
        near = {
            release: SequenceMatcher(None, release.casefold(), name.casefold()).ratio() for release in self.releases
        }
        nearest = max(near, key=lambda release: near[release])
        sources = _sources(one.data)
        if sources is None:  # it cannot be read: grading will say so, to a human
            named = nearest.casefold() in name.casefold()
            return _Candidate(one, owner, nearest if named or len(self.releases) == 1 else None, 0, near[nearest])
        ids, code = sources
        kin = {release: _kinship(ids, code, cells) for release, cells in self.releases.items()}
        best = max(kin, key=lambda release: (kin[release], near[release]))
        blank = {cell.source.strip() for cell in self.releases[best].cells}
        # A stub is blank in any release of the course, not only in today's.
        own = sum(bool(source) and source not in blank and _STUB not in source for source in code)
        belongs = kin[best] > 0 or nearest.casefold() in name.casefold()
        return _Candidate(one, owner, (best if kin[best] else nearest) if belongs else None, own, near[best])

    def _tell_choice(self, student: str, ranked: list[_Candidate]) -> None:
        first = ranked[0]
        different = {}
        for one in ranked[1:]:
            if (digest := _sha(one.found.data.read_bytes())) != _sha(first.found.data.read_bytes()):
                different.setdefault(digest, one)
        if different:
            others = ", ".join(f"{_shown(one)} ({one.own} own cells)" for one in different.values())
            why = _why(first, next(iter(different.values())))
            self.report.lines.append(f"{student}: took {_shown(first)} ({first.own} own cells), {why}; kept: {others}")
        if not first.own and first.notebook and _sources(first.found.data) is not None:
            self.report.lines.append(f"{student}: {_shown(first)} is blank, as it was handed out")
        if first.owner.late:
            self.report.count("late", student)

    # --- where it goes ----------------------------------------------------------------------------------------------

    def _put(self, student: str, chosen: Mapping[str, _Candidate], files: list[tuple[Found, Owner]]) -> None:
        newest = max(chosen.values(), key=lambda one: one.moment)
        new = {f"{name}.ipynb": one.found.data.read_bytes() for name, one in chosen.items()}
        new |= _helpers(files, newest)
        folder = self.course.path("submitted", student)
        if folder.is_symlink() or folder.parent.is_symlink():
            self._lose(f"{student}: {folder} is a link: nothing is written through it. Remove it and collect again.")
            return
        current = {name: data for name, data in self.course.handed_in(student).files.items() if name != TIMESTAMP}
        notebooks = {f"{name}.ipynb" for name in self.releases}
        new |= {name: data for name, data in current.items() if name in notebooks - set(new)}
        known, digest = self.known[student], _digest(new)
        if current and _digest(current) == digest:
            self.report.count("unchanged", student)
            if known.digest != digest:
                self._note(newest, student, digest, newest.moment)
            return
        before = datetime.fromisoformat(known.moment) if known.digest == _digest(current) else _LONG_AGO
        if current and newest.moment < before:
            if self._keep(student, new, newest.moment, digest):
                self.report.lines.append(
                    f"{student}: {_shown(newest)} is older than what is there, which stays; the older one is kept"
                )
            self.report.count("unchanged", student)
            return
        self._replace(folder, new, newest)
        self._keep_current_away(student, current, before)
        self.report.count("handed in anew" if current else "new", student)
        self._note(newest, student, digest, newest.moment)

    def _replace(self, folder: Path, new: Mapping[str, bytes], newest: _Candidate) -> None:
        """Have the new one there whole, and the old one whole elsewhere: an interruption loses neither."""
        fresh = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        _write(fresh, new)
        if moment := _handed_in_at(newest.found, newest.owner):
            (fresh / TIMESTAMP).write_text(f"{moment:%Y-%m-%d %H:%M:%S} UTC\n", "utf-8")
        if folder.exists():
            aside = folder.with_name(f".{folder.name}.before")
            shutil.rmtree(aside, ignore_errors=True)
            folder.rename(aside)
        fresh.rename(folder)

    def _keep_current_away(self, student: str, current: Mapping[str, bytes], moment: datetime) -> None:
        aside = self.course.path("submitted", student).with_name(f".{self.course.assignment}.before")
        if current:
            place = self._place_of(student, moment, _digest(current))
            if place is not None:
                place.parent.mkdir(parents=True, exist_ok=True)
                aside.rename(place)
        shutil.rmtree(aside, ignore_errors=True)

    def _keep_others(self, student: str, candidates: list[_Candidate], chosen: list[_Candidate]) -> None:
        """Keep what was handed in and not taken, of whatever assignment it is."""
        taken = {_sha(one.found.data.read_bytes()) for one in chosen}
        for one in candidates:
            data = one.found.data.read_bytes()
            if _sha(data) not in taken:
                name = f"{one.notebook}.ipynb" if one.notebook else folder_name(one.found.parts[-1])
                self._keep(student, {name: data}, one.moment, _digest({name: data}))

    def _keep(self, student: str, files: Mapping[str, bytes], moment: datetime, digest: str) -> bool:
        place = self._place_of(student, moment, digest)
        if place is None:
            return False
        _write(place, files)
        return True

    def _place_of(self, student: str, moment: datetime, digest: str) -> Path | None:
        """Give the folder for an earlier submission; None if it is kept already."""
        folder = self.course.root / EARLIER / student / self.course.assignment
        end = f"_{digest[:12]}"
        if folder.is_dir() and any(path.name.endswith(end) for path in folder.iterdir()):
            return None
        return folder / f"{moment.astimezone(self.zone):%Y-%m-%d_%H.%M.%S}{end}"

    def _note(self, one: _Candidate, student: str, digest: str, moment: datetime) -> None:
        owner = one.owner
        self.known[student] = Collected(
            student, owner.key, owner.name, owner.lms, owner.number, owner.source, digest, moment.isoformat()
        )

    def _write_ledger(self) -> None:
        path = _ledger(self.course.root, self.course.assignment)
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [asdict(one) for _, one in sorted(self.known.items()) if one.digest]
        part = path.with_suffix(".part")
        part.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
        part.replace(path)


def _wrapped(found: Iterable[Found]) -> dict[int, int]:
    """Give the uploads in which one folder holds all there is, and how many things are in that."""
    firsts: dict[int, set[str]] = {}
    seconds: dict[int, set[str]] = {}
    for one in found:
        firsts.setdefault(one.upload, set()).add(one.parts[0] if len(one.parts) > 1 else "")
        seconds.setdefault(one.upload, set()).add(one.parts[min(1, len(one.parts) - 1)])
    return {at: len(seconds[at]) for at, names in firsts.items() if len(names) == 1 and "" not in names}


def _handed_in_at(found: Found, owner: Owner) -> datetime | None:
    """Say when a file was handed in, where that is told: Moodle gives files their time, ILIAS puts it into the name.

    Canvas's zip has the time of the download: who was graded by that would be late because a teacher was.
    """
    return owner.time or (found.time if owner.lms == "moodle" else None)


def _sources(path: Path) -> tuple[set[str], list[str]] | None:
    """Read a notebook's nbgrader ids, and the sources of its code cells; None if it is none."""
    try:
        told = json.loads(path.read_bytes())
        cells = told["cells"] if "cells" in told else [cell for sheet in told["worksheets"] for cell in sheet["cells"]]
        ids = {str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")) for cell in cells} - {""}
        code = [_text(cell).strip() for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return ids, code


def _text(cell: Mapping[str, object]) -> str:
    source = cell.get("source", cell.get("input", ""))
    return "".join(source) if isinstance(source, list) else str(source)


def _kinship(ids: set[str], code: list[str], release: object) -> int:
    """Count the released notebook's graded cells that are in this one, by their ids, or by what is in them."""
    graded = [cell for cell in release.cells if "nbgrader" in cell.metadata]
    return sum(cell.metadata.nbgrader["grade_id"] in ids or cell.source.strip() in code for cell in graded)


def _why(first: _Candidate, second: _Candidate) -> str:
    if first.own and not second.own:
        return "as the other is blank"
    if (first.moment, first.owner.again) > (second.moment, second.owner.again):
        return "the latest"
    if first.own != second.own:
        return "in which most is done"
    return "whose name is nearest"


def _helpers(files: list[tuple[Found, Owner]], chosen: _Candidate) -> dict[str, bytes]:
    """Give the student's Python files of the same upload, where the notebook would import them from."""
    at, found = chosen.owner.inside[:-1], {}
    for one, owner in files:
        if one.is_notebook or one.upload != chosen.found.upload or not owner.inside:
            continue
        inside = owner.inside
        below = inside[len(at) :] if inside[: len(at)] == at else inside[-1:]
        if below[0] not in {"course_utils", "course_utils.py"}:
            found.setdefault("/".join(below), one.data.read_bytes())
    return found


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest(files: Mapping[str, bytes]) -> str:
    return _sha("".join(f"{name}\0{_sha(data)}\0" for name, data in sorted(files.items())).encode())


def _place(parts: Sequence[str]) -> str:
    return "/".join(parts)


def _shown(one: _Candidate) -> str:
    return one.owner.inside[-1] if one.owner.inside else one.found.parts[-1]


def summary(report: Report, assignment: str) -> list[str]:
    """Give the lines that end it."""
    counts = report.counts
    told = [f"{len(counts[what])} {what}" for what in ("new", "handed in anew", "unchanged") if what in counts]
    lines = [f"{assignment}: {', '.join(told) or 'nothing collected'}."]
    if "new" in counts:  # a name that nobody has is seen here, or never
        lines.append(f"New: {_names(counts['new'])}.")
    if "handed in anew" in counts:
        lines.append(f"Anew: {_names(counts['handed in anew'])}. What they had handed in before is in {EARLIER}/.")
    if "late" in counts:
        lines.append(f"Late, says Canvas, which tells no times: {_names(counts['late'])}.")
    if "missing" in counts:
        lines.append(f"{len(counts['missing'])} of the roster have handed in nothing: {_names(counts['missing'])}.")
    if report.lost:
        lines.append(f"{report.lost} file{'s' * (report.lost != 1)} could not be given to anybody: see above.")
    return lines


def versions(root: Path, assignment: str) -> dict[str, int]:
    """Count the versions of their work that were collected from students, where there are several."""
    folders = [path for path in (root / EARLIER).glob(f"*/{assignment}") if path.is_dir()]
    return {path.parent.name: 1 + len(list(path.iterdir())) for path in folders if any(path.iterdir())}


def _names(names: Sequence[str], most: int = 20) -> str:
    return ", ".join(names[:most]) + f" and {len(names) - most} more" * (len(names) > most)
