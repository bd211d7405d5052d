"""`course return`: marks into the LMS's own exported gradebook, and the pages of feedback as the LMS takes them."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.exercises.registry import exercises_by_test
from course_utils.grading.course.collect import Collected, collected
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.gradebook import Course
from course_utils.grading.course.late import tell
from course_utils.grading.course.records import Records
from course_utils.grading.course.sheet import Sheet, read_sheet
from course_utils.grading.course.whose import Owner, Person, Roster, read_roster

RETURNED = "returned"
# The headers of Moodle's offline grading worksheet are translated: English, and what its German says.
_IDENTIFIER = "identifier", "id", "teilnehmer/in", "kennung"
_GRADE = "grade", "bewertung"
_MOST = "maximum grade", "bestwertung", "maximale bewertung"
_COMMENTS = "feedback comments", "feedback als kommentar", "feedback-kommentare"
_CANVAS_TITLE = re.compile(r"(.+) \((\d+)\)", re.DOTALL)
_STAYS = {"EX", "N/A"}  # Canvas: excused, and not assigned to this student


@dataclass(frozen=True)
class Mark:
    """What a student has earned. points: None as long as it does not stand, and why."""

    points: float | None
    why: str = ""
    exercises: Mapping[str, float] = field(default_factory=dict)

    @property
    def stands(self) -> bool:
        """Say whether it can be given out."""
        return self.points is not None


@dataclass
class Returned:
    """What was written, and what is to be said of it."""

    wrote: list[Path] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    marks: int = 0


@dataclass(frozen=True)
class Wishes:
    """What the command was asked for; column: the header of the LMS's column, scale: to the LMS's maximum."""

    per_exercise: bool = False
    column: str | None = None
    scale: bool = False


class Marks:
    """The marks of one assignment, as they stand in nbgrader's gradebook."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.most = sum(sum(cells.points.values()) for cells in course.cells.values())
        self.exercises = _most_by_exercise(course)
        self.by_student = self._read()
        self.names = course.names()

    def _read(self) -> dict[str, Mark]:
        waiting, handed_in, again = (
            self.course.waiting(),
            self.course.students(),
            f"course grade {self.course.assignment}",
        )
        found = {}
        for student, (score, cells) in self.course.totals().items():
            if student in waiting:
                found[student] = Mark(None, "waits for a human: course accept, or course refuse")
            elif student in handed_in and self._has_changed(student):
                found[student] = Mark(None, f"has changed since it was graded: {again}")
            else:
                found[student] = Mark(score, "", _by_exercise(cells))
        for student in handed_in:
            found.setdefault(student, Mark(None, f"not graded yet: {again}"))
        return found

    def _has_changed(self, student: str) -> bool:
        """Say whether what is there is not what `course grade` has graded; of nbgrader's own grading nothing tells."""
        record = Records(self.course.root, self.course.assignment).get(student)
        return record is not None and record.digest != self.course.digest(self.course.handed_in(student))


def give_back(root: Path, assignment: str, to: str, gradebook: Path | None, wishes: Wishes) -> Returned:
    """Write the marks, and the pages of feedback, to returned/ASSIGNMENT; the same again if nothing has changed.

    gradebook: the LMS's own file, as it was exported; for `csv` none, or a roster with names.

    Raises:
        GradingError: the gradebook is no such file, or it is not clear where the marks go.
    """
    course = Course(root, assignment)
    tell(course.settle().notes)
    marks = Marks(course)
    known = collected(root, assignment)
    folder = root / RETURNED / assignment
    folder.mkdir(parents=True, exist_ok=True)
    result = Returned()
    if to == "csv":
        people = read_roster(gradebook) if gradebook else Roster(())
        _save(result, folder / "marks.csv", _plain(marks, people, wishes, result))
        return result
    if gradebook is None:
        raise GradingError(f"Which file? Export the gradebook from {to.capitalize()}, and give it as --gradebook FILE.")
    sheet, roster = read_sheet(gradebook), read_roster(gradebook)
    table = _canvas(sheet, assignment, wishes) if to == "canvas" else _moodle(sheet)
    rows = _students_by_row(table, roster, known, marks)
    _fill(table, rows, marks, wishes, result)
    if wishes.per_exercise:
        _fill_exercises(table, rows, marks, result)
    for student in sorted(set(marks.by_student) - set(rows.values())):
        result.lines.append(f"{student}: has no line in {gradebook.name}; the mark is only in nbgrader")
    _save(result, folder / gradebook.name, sheet.write())
    pages = _pages(table, rows, known, marks, result)
    if pages:
        _save(result, folder / f"feedback_for_{to}.zip", _zipped(pages))
    return result


def _save(result: Returned, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    result.wrote.append(path)


# --- the LMS's file -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Table:
    """The LMS's file, and where things are in it: columns, the lines of students, and what the LMS's maximum is."""

    sheet: Sheet
    lms: str
    students: Mapping[int, str]  # the LMS's number of each line's student
    mark: int
    most: Mapping[int, float]
    headers: Sequence[str]


def _canvas(sheet: Sheet, assignment: str, wishes: Wishes) -> _Table:
    headers = sheet.headers()
    if "ID" not in headers:
        raise GradingError(f"This is no gradebook of Canvas: it has no column ID, but {', '.join(headers)}.")
    column = _canvas_column(headers, assignment, wishes.column)
    number = headers.index("ID")
    students = {row: sheet.value(row, number).strip() for row in range(1, len(sheet.rows))}
    students = {row: text for row, text in students.items() if text}
    most = next(
        (
            _number(sheet.value(row, column), sheet.delimiter)
            for row in range(1, len(sheet.rows))
            if "Points Possible" in sheet.value(row, 0)
        ),
        None,
    )
    return _Table(sheet, "canvas", students, column, dict.fromkeys(students, most) if most else {}, headers)


def _canvas_column(headers: Sequence[str], assignment: str, wish: str | None) -> int:
    titles = {column: match[1] for column, text in enumerate(headers) if (match := _CANVAS_TITLE.fullmatch(text))}
    if wish is not None:
        found = [column for column, text in enumerate(headers) if wish in {text, titles.get(column)}]
    else:
        bare = _bare(assignment)
        found = [column for column, title in titles.items() if _bare(title) == bare]
        found = found or [
            column
            for column, title in titles.items()
            if _bare(title) and (_bare(title) in bare or bare in _bare(title))
        ]
    if len(found) != 1:
        there = "; ".join(headers[column] for column in titles) or "none"
        raise GradingError(
            f"{len(found) or 'No'} columns of the gradebook fit {wish or assignment}: say which, with "
            f"--column 'TITLE'. The assignments there are: {there}."
        )
    return found[0]


def _moodle(sheet: Sheet) -> _Table:
    headers = sheet.headers()
    folded = [header.casefold() for header in headers]

    def column(names: Iterable[str]) -> int | None:
        return next((folded.index(name) for name in names if name in folded), None)

    number, mark, most = column(_IDENTIFIER), column(_GRADE), column(_MOST)
    if number is None or mark is None:
        raise GradingError(
            f"This is no grading worksheet of Moodle: it needs Identifier and Grade, and has {', '.join(headers)}. "
            "In the assignment: allow 'Offline grading worksheet', then 'Download grading worksheet'."
        )
    rows = range(1, len(sheet.rows))
    students = {row: text[0] for row in rows if (text := re.search(r"\d+$", sheet.value(row, number).strip()))}
    limits = {row: _number(sheet.value(row, most), sheet.delimiter) for row in students} if most is not None else {}
    return _Table(sheet, "moodle", students, mark, {row: limit for row, limit in limits.items() if limit}, headers)


def _students_by_row(table: _Table, roster: Roster, known: Mapping[str, Collected], marks: Marks) -> dict[int, str]:
    """Give each line's student: as collected, by the LMS's number; else by the folder's name, login or name."""
    by_number = {one.number: student for student, one in known.items() if one.lms == table.lms}
    rows = {row: by_number[number] for row, number in table.students.items() if number in by_number}
    lines = {number: row for row, number in table.students.items()}
    for student in marks.by_student:
        if student not in rows.values():
            written = known[student].name if student in known else marks.names.get(student, (student, ""))[0]
            people = roster.find(Owner(student)) or roster.find(Owner(written))
            if len(people) == 1 and (row := lines.get(people[0].number)) is not None:
                rows.setdefault(row, student)
    return rows


def _fill(table: _Table, rows: Mapping[int, str], marks: Marks, wishes: Wishes, result: Returned) -> None:
    """Write the marks that stand; empty what waits; leave alone whom the gradebook has nothing of."""
    sheet, without = table.sheet, []
    for row in table.students:
        student, there = rows.get(row), sheet.value(row, table.mark).strip()
        if student not in marks.by_student:
            without.append(sheet.value(row, 1 if table.lms == "moodle" else 0))
            continue
        mark = marks.by_student[student]
        if there in _STAYS:
            result.lines.append(f"{student}: {there} in the file stays" + f"; here it's {mark.points}" * mark.stands)
        elif mark.stands:
            factor = _factor(marks.most, table.most.get(row), wishes.scale)
            sheet.put(row, table.mark, _shown(mark.points * factor, sheet.delimiter))
            result.marks += 1
        else:
            if there:
                sheet.put(row, table.mark, "")
            gone = f" (the {there} in the file is of other work, and was taken out)" if there else ""
            result.lines.append(f"{student}: no mark, {mark.why}{gone}")
    if without:
        result.lines.append(f"Nothing was handed in, so nothing is written, by {len(without)}: {'; '.join(without)}")


def _factor(ours: float, theirs: float | None, scale: bool) -> float:
    if theirs is None or abs(ours - theirs) < 1e-9:
        return 1.0
    if not scale:
        raise GradingError(
            f"The assignment has {ours:g} points, and the LMS's column {theirs:g}. Change the LMS's to {ours:g} and "
            "export again; or --scale, which makes the marks shares of the LMS's."
        )
    return theirs / ours


def _fill_exercises(table: _Table, rows: Mapping[int, str], marks: Marks, result: Returned) -> None:
    """Write the points of each exercise: to Canvas's columns of these names, or into Moodle's feedback comments."""
    standing = {
        row: marks.by_student[student]
        for row, student in rows.items()
        if student in marks.by_student and marks.by_student[student].stands
    }
    sheet = table.sheet
    if table.lms == "moodle":
        column = next((at for at, text in enumerate(table.headers) if text.casefold() in _COMMENTS), None)
        if column is None:
            result.lines.append("Points per exercise: the worksheet has no column 'Feedback comments'; allow these.")
            return
        for row, mark in standing.items():
            said = (f"{name}: {mark.exercises.get(name, 0):g} of {most:g}" for name, most in marks.exercises.items())
            sheet.put(row, column, "; ".join(said))
        return
    titles = {_bare(match[1]): at for at, text in enumerate(table.headers) if (match := _CANVAS_TITLE.fullmatch(text))}
    without = [name for name in marks.exercises if _bare(name) not in titles]
    if without:
        result.lines.append(f"Points per exercise: the gradebook has no assignment called {', '.join(without)}")
    for row, mark in standing.items():
        for name in set(marks.exercises) - set(without):
            column = titles[_bare(name)]
            if sheet.value(row, column).strip() not in _STAYS:
                sheet.put(row, column, _shown(mark.exercises.get(name, 0.0), sheet.delimiter))


# --- feedback -------------------------------------------------------------------------------------------------------


def _pages(
    table: _Table, rows: Mapping[int, str], known: Mapping[str, Collected], marks: Marks, result: Returned
) -> dict[str, bytes]:
    """Give the pages by the names by which the LMS knows whose they are."""
    found, missing, course = {}, [], marks.course
    for row, student in sorted(rows.items(), key=lambda one: one[1]):
        if not marks.by_student.get(student, Mark(None)).stands:
            continue
        for name in course.cells:
            page = course.path("feedback", student) / f"{name}.html"
            graded = course.path("autograded", student) / f"{name}.ipynb"
            if not page.is_file() or (graded.is_file() and page.stat().st_mtime < graded.stat().st_mtime):
                missing.append(student)
                continue
            place = _place_in_zip(table, row, known.get(student), name)
            if place is None:
                result.lines.append(
                    f"{student}: no feedback in the zip, whose names are those of Canvas's zip, "
                    "and this was not collected from one"
                )
            else:
                found[place] = page.read_bytes()
    if missing:
        result.lines.append(
            f"No feedback page, or one from before the grading, for {len(set(missing))}: "
            f"nbgrader generate_feedback {course.assignment} --force, then this again"
        )
    return found


def _place_in_zip(table: _Table, row: int, one: Collected | None, notebook: str) -> str | None:
    number = table.students[row]
    if table.lms == "moodle":  # it reads whose it is between underscores
        name = re.sub(r'[_/\\:*?"<>|]+', " ", table.sheet.value(row, 1)).strip()
        return f"{name}_{number}_assignsubmission_file_/{notebook}.html"
    if one is None or one.lms != "canvas":
        return None
    return re.sub(r"(\.ipynb(\.txt|\.json)?|\.zip)?$", ".html", one.source, count=1, flags=re.IGNORECASE)


def _zipped(pages: Mapping[str, bytes]) -> bytes:
    """Zip them: the same bytes for the same pages."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, page in sorted(pages.items()):
            entry = zipfile.ZipInfo(name)  # of 1980, as zips without a time are
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, page)
    return file.getvalue()


# --- without an LMS -------------------------------------------------------------------------------------------------


def _plain(marks: Marks, people: Roster, wishes: Wishes, result: Returned) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    exercises = list(marks.exercises) if wishes.per_exercise else []
    writer.writerow(["student_id", "name", "email", "mark", "maximum", *exercises, "why_empty"])
    named = {person.student: person for person in people.people}
    for student in sorted({*marks.by_student, *named}):
        mark = marks.by_student.get(student, Mark(None, "nothing was handed in"))
        name, email = marks.names.get(student, ("", ""))
        person = named.get(student, Person(student, name, email))
        stands = mark.stands
        points = [_shown(mark.exercises.get(one, 0.0), ",") if stands else "" for one in exercises]
        shown = _shown(mark.points, ",") if stands else ""
        writer.writerow([student, _safe(person.name), person.email, shown, f"{marks.most:g}", *points, mark.why])
        result.marks += stands
        if not stands:
            result.lines.append(f"{student}: no mark, {mark.why}")
    return file.getvalue().encode()


def _safe(text: str) -> str:
    """Give a name that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _number(text: str, delimiter: str) -> float | None:
    try:
        return float(text.replace(",", ".") if delimiter == ";" else text.replace(",", ""))
    except ValueError:
        return None


def _shown(points: float, delimiter: str) -> str:
    """Write a mark; files with semicolons are of countries that write a decimal comma."""
    text = f"{round(points, 2):.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if delimiter == ";" else text


def _most_by_exercise(course: Course) -> dict[str, float]:
    return _by_exercise({cell: most for cells in course.cells.values() for cell, most in cells.points.items()})


def _by_exercise(cells: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for cell, points in cells.items():
        exercise = exercises_by_test().get(cell, cell)
        found[exercise] = found.get(exercise, 0.0) + points
    return found
