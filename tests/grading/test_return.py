"""`course return`: marks in the LMS's own file, in which all else stays as it was, and feedback as the LMS takes it."""

import io
import os
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from small_school import BLANK, RIGHT, hand_in, notebook
from stand_in import Table
from test_collect import work, zipped
from test_decisions import suspicious
from typer.testing import CliRunner

from course_utils import cli
from course_utils.grading.course import command
from course_utils.grading.course.collect import collect
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.give_back import Returned, Wishes, give_back
from course_utils.grading.course.grade import Options
from course_utils.grading.course.sheet import read_sheet

# Canvas, lib/gradebook_exporter.rb: a hidden row, the row of points, then a line for each student; and
# https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807
CANVAS = """\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Intro (70),Two (77),relu (78),Final Score
,,,,,,Manual Posting,,
    Points Possible,,,,,10,3,1,(read only)
"Doe, Jane",123,s123,jdoe,"A ""x"", B",9.5,{jane},{relu},"12,5"
"Held, Hugo",124,s124,hugo,A,,{held},,
"Torn, Tina",125,s125,tina,A,,{torn},,
"Zero, Zoë",126,s126,zoe,A,,{zero},{none},
Missing,127,s127,mi,A,,,,
"Late, Lu",128,s128,lu,A,,{late},,
"Müller, Jörg",129,s129,jm,A,,{jm},{relu},
Excused,130,s130,ex,A,,EX,,
"""
# Moodle, https://docs.moodle.org/en/Using_Assignment ("Download grading worksheet"), mod/assign/gradingtable.php.
MOODLE = """Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"\r
"Participant 123","Jane Doe",jane@x.org,"Submitted for grading - ",{jane},3.00,Yes,"Sunday, 1 November 2026",-,{said}\r
"Participant 124","Hugo Held",hugo@x.org,"Submitted for grading - ",{held},3.00,Yes,-,-,\r
"Participant 125","Tina Torn",tina@x.org,"Submitted for grading - ",{torn},3.00,Yes,-,-,\r
"Participant 126","Zoë Zero",zoe@x.org,"Submitted for grading - ",{zero},3.00,Yes,-,-,\r
"Participant 127","Mi Missing",mi@x.org,"No submission - ",,3.00,Yes,-,-,\r
"Participant 128","Lu Late",lu@x.org,"Submitted for grading - ",{late},3.00,Yes,-,-,\r
"Participant 129","Jörg_Müller",jm@x.org,"Submitted for grading - ",{jm},3.00,Yes,-,-,\r
"""
EMPTY = dict.fromkeys(("jane", "held", "torn", "zero", "late", "jm", "relu", "none", "said"), "")
FULL = EMPTY | {"jane": "3", "zero": "0", "jm": "3"}
NAMES = {
    "canvas": "{}_{}_9{}_two.ipynb",
    "moodle": "{} X_{}_assignsubmission_file_/{}two.ipynb",
}


@pytest.fixture(scope="module", params=["canvas", "moodle"])
def graded(request, released, tmp_path_factory):
    """Collected from one system, and graded; of one, the work has come only after that, and one came by e-mail."""
    lms, school = request.param, tmp_path_factory.mktemp("graded") / "school"
    subprocess.run(["cp", "-r", str(released), str(school)], check=True)
    told = {"jane": (123, work()), "held": (124, work(RIGHT, "import ctypes")), "torn": (125, b"{"),
            "zero": (126, work(BLANK))}  # fmt: skip
    files = {NAMES[lms].format(name, number, ""): data for name, (number, data) in told.items()}
    _collect(school, files)
    hand_in(school, "jm", notebook(RIGHT))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "workers_for", lambda *_: Table(suspicious))
        patch.setattr(command, "missing", list)
        command.grade(school, "two", Options(), None, None)
    _collect(school, {NAMES[lms].format("late", 128, ""): work()})
    for student in (school / "submitted").iterdir():
        page = school / "feedback" / student.name / "two" / "two.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>{student.name}")
    return lms, school


def _collect(school: Path, files: dict[str, bytes]) -> None:
    (school / "in.zip").write_bytes(zipped(files))
    collect(school, "two", [school / "in.zip"], None, None)


@pytest.fixture
def school(graded):
    lms, school = graded
    shutil.rmtree(school / "returned", ignore_errors=True)
    return lms, school


def returned(lms: str, school: Path, told: dict[str, str] = EMPTY, **wishes) -> tuple[str, Returned]:
    """Write the marks into the LMS's file; give it, and what is said."""
    (school / "export.csv").write_bytes((CANVAS if lms == "canvas" else MOODLE).format_map(told).encode())
    result = give_back(school, "two", lms, school / "export.csv", Wishes(**wishes))
    return (school / "returned/two/export.csv").read_bytes().decode(), result


def test_only_the_marks_are_new_in_the_lmss_file_and_what_waits_is_empty(school):
    """Catches a 0 for what a human has not seen, a byte that has changed elsewhere, and a row that is not a student."""
    lms, folder = school
    file, result = returned(lms, folder)
    assert file == (CANVAS if lms == "canvas" else MOODLE).format_map(FULL)
    said = "\n".join(result.lines)
    assert result.marks == 3
    assert said.count("no mark, waits for a human: course accept, or course refuse") == 2
    assert "no mark, not graded yet: course grade two" in said
    missing = "2: Missing; Excused" if lms == "canvas" else "1: Mi Missing"
    assert f"Nothing was handed in, so nothing is written, by {missing}" in said


def test_a_term_file_that_cannot_be_understood_stops_it(school):
    """Catches marks that are given back with the penalties of an old term file."""
    lms, folder = school
    (folder / "term.toml").write_text('zone = "Mars/Olympus"\n')
    try:
        with pytest.raises(GradingError, match="Mars/Olympus"):
            returned(lms, folder)
    finally:
        (folder / "term.toml").unlink()


def test_a_second_time_all_files_are_the_same(school):
    """Catches a zip, or a file, that looks new to whoever compares."""
    lms, folder = school
    file, result = returned(lms, folder)
    first = {path: path.read_bytes() for path in result.wrote}
    time.sleep(2.1)  # a zip's clock ticks every two seconds
    assert returned(lms, folder)[0] == file
    assert {path: path.read_bytes() for path in result.wrote} == first


def test_an_old_mark_is_replaced_and_one_of_what_waits_taken_out_with_a_word(school):
    """Catches a 0 of last week that counts while a human has not decided."""
    lms, folder = school
    file, result = returned(lms, folder, EMPTY | {"jane": "1", "held": "0"})
    assert file == (CANVAS if lms == "canvas" else MOODLE).format_map(FULL)
    assert any("the 0 in the file is of other work, and was taken out" in line for line in result.lines)


def test_the_mark_of_an_earlier_submission_is_not_given_for_a_later_one(school):
    """Catches a mark that is written after a resubmission was collected and before it was graded."""
    lms, folder = school
    paper = next((folder / "submitted").glob("zero*/two/two.ipynb"))
    before = paper.read_bytes()
    paper.write_bytes(work(RIGHT, "x = 1"))
    try:
        file, result = returned(lms, folder)
    finally:
        paper.write_bytes(before)
    assert file == (CANVAS if lms == "canvas" else MOODLE).format_map(FULL | {"zero": ""})
    assert any(line.startswith("zero") and "has changed since it was graded" in line for line in result.lines)


def test_points_of_each_exercise_on_request(school):
    """Catches exercises in the wrong column, and points of one that waits."""
    lms, folder = school
    file, result = returned(lms, folder, per_exercise=True)
    if lms == "canvas":
        assert file == CANVAS.format_map(FULL | {"relu": "1", "none": "0"})
        assert any("has no assignment called Flatten" in line for line in result.lines)
    else:
        said = "ReLU: 1 of 1; Flatten: 2 of 2"
        assert f"-,{said}\r\n" in file
        assert file.count("Flatten") == 3  # who has a mark


def test_the_feedback_is_named_as_the_lms_names_it(school):
    """Catches a zip that the LMS answers with "no files", and a page of a mark that does not stand."""
    lms, folder = school
    pages = zipfile.ZipFile(io.BytesIO(_feedback(lms, folder)))
    found = {name: pages.read(name).decode() for name in pages.namelist()}
    if lms == "canvas":
        assert set(found) == {"jane_123_9_two.html", "zero_126_9_two.html"}
    else:
        ends = "_assignsubmission_file_/two.html"
        assert set(found) == {f"Jane Doe_123{ends}", f"Zoë Zero_126{ends}", f"Jörg Müller_129{ends}"}
    assert "jane" in next(text for name, text in found.items() if "123" in name)


def _feedback(lms: str, folder: Path) -> bytes:
    returned(lms, folder)
    return (folder / "returned/two" / f"feedback_for_{lms}.zip").read_bytes()


def test_a_page_from_before_the_grading_is_left_out(school):
    """Catches last week's page with this week's mark."""
    lms, folder = school
    page = next((folder / "feedback").glob("jane*/two/two.html"))
    now = page.stat().st_mtime
    os.utime(page, (now - 10**6, now - 10**6))
    try:
        assert not [name for name in zipfile.ZipFile(io.BytesIO(_feedback(lms, folder))).namelist() if "123" in name]
        lines = returned(lms, folder)[1].lines
        assert any("nbgrader generate_feedback two --force" in line for line in lines)
    finally:
        os.utime(page, (now, now))


def test_other_points_in_the_lms_stop_it_and_can_be_asked_for(school):
    """Catches 27 of 30 that becomes 27 of 10."""
    lms, folder = school
    ten = CANVAS.replace(",10,3,1,", ",10,10,1,") if lms == "canvas" else MOODLE.replace(",3.00,", ",10.00,")
    (folder / "export.csv").write_bytes(ten.format_map(EMPTY).encode())
    with pytest.raises(GradingError, match="has 3 points, and the LMS's column 10"):
        give_back(folder, "two", lms, folder / "export.csv", Wishes())
    give_back(folder, "two", lms, folder / "export.csv", Wishes(scale=True))
    assert (folder / "returned/two/export.csv").read_bytes().decode() == ten.format_map(
        FULL | {"jane": "10", "jm": "10"}
    )


def test_names_and_marks_for_any_other_system(school):
    """Catches a 0 for what waits, in the file that is typed off by hand."""
    _, folder = school
    give_back(folder, "two", "csv", None, Wishes(per_exercise=True))
    lines = (folder / "returned/two/marks.csv").read_text().splitlines()
    assert lines[0] == "student_id,name,email,mark,maximum,ReLU,Flatten,why_empty"
    marks = {line.split(",")[0].split("_")[0]: line.split(",")[3:7] for line in lines[1:]}
    assert marks["jane"] == ["3", "3", "1", "2"]
    assert marks["zero"] == ["0", "3", "0", "0"]
    assert marks["held"] == marks["torn"] == marks["late"] == ["", "3", "", ""]


def test_the_command_says_which_file_it_needs_and_which_columns_there_are(school, monkeypatch):
    """Catches marks in a column that was guessed, and a traceback for the wrong file."""
    lms, folder = school
    monkeypatch.chdir(folder)
    run = CliRunner().invoke
    assert "Export the gradebook from" in run(cli.app, ["return", "two", "--to", lms]).output
    (folder / "export.csv").write_text("name,ID,Section,One (1),More (2)\nx,1,A,,\n")
    done = run(cli.app, ["return", "two", "--to", lms, "--gradebook", "export.csv"])
    assert done.exit_code == 1
    assert "One (1)" in done.output
    done = run(cli.app, ["return", "two", "--to", "csv"])
    assert "two: 3 marks written." in done.output


CELL = st.one_of(st.text(st.characters(exclude_categories=("Cs",)), max_size=8), st.sampled_from(['"', "a,b", "\r\n"]))


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=5), st.sampled_from(",;\t"), st.data())
@settings(max_examples=200, deadline=None)
def test_every_cell_but_the_one_that_is_put_keeps_its_bytes(tmp_path_factory, cells, delimiter, data):
    """Catches quotes, line ends, a BOM or an encoding that change in cells that nobody has touched."""

    def raw(text: str) -> str:
        quoted = any(letter in text for letter in '",;\t\r\n') or data.draw(st.booleans())
        return '"' + text.replace('"', '""') + '"' if quoted else text

    def written() -> bytes:
        return (end.join(map(delimiter.join, rows)) + last).encode(encoding)

    rows = [[raw(text) for text in row] for row in [["h1", "h2", "h3"], *cells]]
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    last = data.draw(st.sampled_from(["", end]))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    path = tmp_path_factory.getbasetemp() / "sheet.csv"
    path.write_bytes(written())
    sheet = read_sheet(path)
    assert sheet.write() == path.read_bytes()
    at = data.draw(st.integers(1, len(cells)))
    column = data.draw(st.integers(0, len(rows[at]) - 1))
    assert sheet.value(at, column) == cells[at - 1][column]
    sheet.put(at, column, "27.5")
    rows[at][column] = '"27.5"' if rows[at][column].startswith('"') else "27.5"
    assert sheet.write() == written()


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_a_class_of_300_is_returned_twice(school, capsys):
    """Catches a return that takes minutes, or that writes another file the second time."""
    lms, folder = school
    lines = (CANVAS if lms == "canvas" else MOODLE).format_map(EMPTY).splitlines(keepends=True)
    one, number = next((line, "123") for line in lines if "123" in line)
    many = [one.replace(number, str(1000 + at)).replace("Doe", f"Doe{at}") for at in range(300)]
    names = [NAMES[lms].format(f"many{at}", 1000 + at, "") for at in range(300)]
    school = folder.parent / "many"
    shutil.rmtree(school, ignore_errors=True)
    subprocess.run(["cp", "-r", str(folder), str(school)], check=True)
    _collect(school, {name: work() for name in names})
    (school / "export.csv").write_text("".join(lines[:3] if lms == "canvas" else lines[:1]) + "".join(many), newline="")
    _score_all(school)
    start, found = time.perf_counter(), []
    for _ in range(2):
        result = give_back(school, "two", lms, school / "export.csv", Wishes())
        found.append([path.read_bytes() for path in result.wrote])
    with capsys.disabled():
        print(f"\n{lms}: 300 returned twice in {time.perf_counter() - start:.1f} s")
    assert result.marks == 300
    assert found[0] == found[1]


def _score_all(school: Path) -> None:
    """Give all that have handed in full marks, as nbgrader would write them."""
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as book:
        for folder in (school / "submitted").glob("many*"):
            book.update_or_create_student(folder.name)
            book.update_or_create_submission("two", folder.name)
            for cell in ("test_relu", "test_flatten"):
                grade = book.find_grade(cell, "two", "two", folder.name)
                grade.auto_score, grade.needs_manual_grade = grade.cell.max_score, False
        book.db.commit()
