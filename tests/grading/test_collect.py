"""`course collect`: from what Canvas, Moodle, ILIAS and Colab give to submitted/, each notebook exactly once."""

import io
import json
import shutil
import stat
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from small_school import BLANK, RIGHT, notebook
from typer.testing import CliRunner

from course_utils import cli
from course_utils.grading.course import handed_in
from course_utils.grading.course.collect import EARLIER, collect, summary, versions
from course_utils.grading.course.whose import folder_name

OLD, NEW = (2026, 11, 1, 10, 0, 0), (2026, 11, 8, 10, 0, 0)
HALF = BLANK | {"ReLU": RIGHT["ReLU"]}


def work(answers: dict[str, str] = RIGHT, *more: str) -> bytes:
    return json.dumps(notebook(answers, *more)).encode()


def zipped(files: dict[str, bytes | tuple[bytes, tuple]]) -> bytes:
    """Zip files; a time stands beside what is in one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, told in files.items():
            data, when = told if isinstance(told, tuple) else (told, OLD)
            archive.writestr(zipfile.ZipInfo(name, when), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@pytest.fixture
def school(released):
    """Nobody has handed in anything yet."""
    for name in ("submitted", EARLIER, ".grading", "inbox"):
        shutil.rmtree(released / name, ignore_errors=True)
    (released / "term.toml").unlink(missing_ok=True)
    (released / "inbox").mkdir()
    return released


def take(school: Path, files, roster: str | None = None, student: str | None = None, name: str = "all.zip") -> str:
    """Collect a zip of these, and give what was said."""
    path = school / "inbox" / name
    path.write_bytes(files if isinstance(files, bytes) else zipped(files))
    if roster is not None:
        (school / "inbox" / "roster.csv").write_text(roster, "utf-8")
    report = collect(school, "two", [path], school / "inbox" / "roster.csv" if roster is not None else None, student)
    return "\n".join([*report.lines, *summary(report, "two")])


def there(school: Path) -> dict[str, bytes]:
    """Give all that is in submitted/, and in the folder of what was handed in before."""
    places = [school / "submitted", school / EARLIER]
    return {
        str(path.relative_to(school)): path.read_bytes() for top in places for path in top.rglob("*") if path.is_file()
    }


def submitted(school: Path) -> dict[str, bytes]:
    """Give each student's notebook."""
    return {path.parts[-3]: path.read_bytes() for path in (school / "submitted").glob("*/two/two.ipynb")}


# How each system names what it gives. Canvas: lib/content_zipper.rb, https://github.com/instructure/canvas-lms, and
# https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-download-all-student-submissions-for-an-assignment/ta-p/697
# Moodle: https://docs.moodle.org/en/Using_Assignment, and mod/assign/feedback/file/importziplib.php.
# ILIAS: Modules/Exercise/classes/class.ilExSubmission.php, https://github.com/ILIAS-eLearning/ILIAS.
AS_NAMED = {
    "Canvas": ("doejane_123_456_two.ipynb", "doejane_123"),
    "Canvas, late": ("doejane_LATE_123_456_two.ipynb", "doejane_123"),
    "Canvas, again": ("müllerjörg_7_8_two-2.ipynb", "müllerjörg_7"),
    "Canvas, anonymous": ("anon_a1B2c_456_two.ipynb", "anon_a1B2c"),
    "Canvas, unzipped into a folder": ("submissions/doejane_123_456_two (1).ipynb", "doejane_123"),
    "Moodle": ("Jane Doe_12345_assignsubmission_file_/two.ipynb", "Jane_Doe_12345"),
    "Moodle from 4.1": ("Jane Doe_12345_assignsubmission_file/deep/er/two.ipynb", "Jane_Doe_12345"),
    "Moodle, without folders": ("Jane Doe_12345_assignsubmission_file_two.ipynb", "Jane_Doe_12345"),
    "Moodle, anonymous": ("Participant_12345_assignsubmission_file_/two.ipynb", "Participant_12345"),
    "ILIAS": ("Two/Doe_Jane_jdoe_123/20261101100000_two.ipynb", "Doe_Jane_123"),
    "Colab, one folder a student": ("class/Doe, Jane [2]/Copy of two.ipynb", "class"),
    "nbgrader": ("submitted/jane/two/two.ipynb", "jane"),
    "a browser's ending": ("doejane_123_456_two.ipynb.txt", "doejane_123"),
    "named after the student": ("two_jane-doe (1).ipynb", "jane-doe"),
    "Windows": ("Jane Doe_12345_assignsubmission_file_\\two.ipynb", "Jane_Doe_12345"),
}


@pytest.mark.parametrize(("name", "student"), AS_NAMED.values(), ids=AS_NAMED)
def test_the_names_that_systems_give_are_read(school, name, student):
    """Catches a pattern that fits only the usual name of one system, and an `(1)` that is another notebook's."""
    if name.startswith("class/"):  # of two students' folders in one, each is a student
        take(school, {name: work(), "class/Other/two.ipynb": work(HALF)})
        assert set(submitted(school)) == {"Doe_Jane_2", "Other"}
        return
    take(school, {name: work()})
    assert submitted(school) == {student: work()}


def test_zips_in_zips_and_helpers_arrive_and_the_courses_own_package_does_not(school):
    """Catches a notebook in a zip in a zip that is not found, and a helper that cannot be imported any more."""
    inside = zipped({"my work/two.ipynb": work(), "my work/lib/mine.py": b"x = 1", "my work/course_utils/t.py": b""})
    take(school, {"doejane_1_2_all.zip": zipped({"again.zip": inside}), "doejane_1_3_more.py": b"y = 1"})
    assert set(there(school)) == {
        "submitted/doejane_1/two/two.ipynb",
        "submitted/doejane_1/two/lib/mine.py",
        "submitted/doejane_1/two/more.py",
    }


def test_moodles_time_is_nbgraders_and_a_students_own_is_not_taken(school):
    """Catches all of Canvas's students late because a teacher downloaded late, and a student who sets the clock."""
    moodle, canvas = "Jane Doe_1_assignsubmission_file_/", "doejane_123_456_"
    take(school, {f"{moodle}two.ipynb": work(), f"{moodle}timestamp.txt": b"2000-01-01", f"{canvas}two.ipynb": work()})
    assert set(school.glob("submitted/*/two/timestamp.txt")) == {school / "submitted/Jane_Doe_1/two/timestamp.txt"}
    from nbgrader.utils import parse_utc

    told = parse_utc((school / "submitted/Jane_Doe_1/two/timestamp.txt").read_text().strip())
    assert time.localtime(told.replace(tzinfo=__import__("datetime").timezone.utc).timestamp())[:6] == OLD


def test_times_without_a_zone_are_in_the_term_files_as_deadlines_are(school):
    """Catches work that is late because the machine that collects it has another zone than the course."""
    (school / "term.toml").write_text('zone = "Asia/Tokyo"\n')
    names = ["Jane Doe_1_assignsubmission_file_/two.ipynb", "Two/Doe_John_jdoe_2/20261101100000_two.ipynb"]
    take(school, {name: work() for name in names})
    times = [path.read_text() for path in school.glob("submitted/*/two/timestamp.txt")]
    assert times == ["2026-11-01 01:00:00 UTC\n"] * 2
    take(school, {names[0]: (work(HALF), NEW)})
    assert [path.name[:19] for path in (school / EARLIER / "Jane_Doe_1" / "two").iterdir()] == ["2026-11-01_10.00.00"]


def test_of_several_notebooks_the_rule_decides_and_it_is_said(school):
    """Catches a blank notebook that is graded instead of the solved one, without a word."""
    said = take(
        school,
        {
            "a_1_1_two.ipynb": work(BLANK), "a_1_2_two (1).ipynb": work(),
            "b_2_1_two.ipynb": work(HALF), "b_2_2_two (1).ipynb": work(),
            "c_3_1_two.ipynb": work(), "c_3_2_two-1.ipynb": work(HALF),
            "d_4_1_two.ipynb": work(), "d_4_2_xyz.ipynb": work(RIGHT | {"ReLU": RIGHT["ReLU"] + "  # 2"}),
            "e_5_1_two.ipynb": work(BLANK),
        },
    )  # fmt: skip
    got = submitted(school)
    assert [got["a_1"], got["b_2"], got["c_3"], got["d_4"]] == [work(), work(), work(HALF), work()]
    assert "a_1: took two (1).ipynb (2 own cells), as the other is blank; kept: two.ipynb (0 own cells)" in said
    assert "b_2: took two (1).ipynb (2 own cells), in which most is done" in said
    assert "c_3: took two-1.ipynb (1 own cells), the latest" in said
    assert "d_4: took two.ipynb (2 own cells), whose name is nearest" in said
    assert "e_5: two.ipynb is blank, as it was handed out" in said
    assert len(list((school / EARLIER).glob("*/two/*/*.ipynb"))) == 4
    assert versions(school, "two") == dict.fromkeys(("a_1", "b_2", "c_3", "d_4"), 2)


def test_a_blank_notebook_that_came_later_in_the_same_upload_does_not_replace_a_solved_one(school):
    """Catches "the latest", taken word by word, for a browser's second download of the blank one."""
    place = "Jane Doe_1_assignsubmission_file_/"
    said = take(school, {f"{place}two.ipynb": (work(), OLD), f"{place}two (1).ipynb": (work(BLANK), NEW)})
    assert submitted(school) == {"Jane_Doe_1": work()}
    assert "as the other is blank" in said


def test_students_whose_names_become_one_folders_name_stay_two(school):
    """Catches the work of one that is taken for another notebook of the other."""
    take(school, {"a b/two.ipynb": work(), "a_b/two.ipynb": work(HALF)})
    assert sorted(submitted(school).values()) == sorted([work(), work(HALF)])


@pytest.mark.parametrize("system", ["doejane_1_{}_two.ipynb", "Jane Doe_1_assignsubmission_file_/two.ipynb"])
def test_what_is_handed_in_anew_counts_and_nothing_is_lost_in_any_order(school, system):
    """Catches an old download that undoes a newer one, a lost first version, and a second run that changes anything."""
    old, new = {system.format(5): (work(HALF), OLD)}, {system.format(9): (work(), NEW)}
    said = [take(school, files) for files in (old, new)]
    assert "1 new" in said[0]
    assert "1 handed in anew" in said[1]
    after = there(school)
    assert sorted(after.values(), key=len)[-1] == work()
    assert work(HALF) in after.values()
    for files in (old, new, old):
        assert "1 unchanged" in take(school, files)
        assert there(school) == after
    assert list(submitted(school).values()) == [work()]


def test_two_downloads_at_once_are_ordered_by_time_not_by_name(school):
    """Catches `submissions (1).zip`, which a shell lists first, as the older one."""
    paths = [school / "inbox" / name for name in ("submissions (1).zip", "submissions.zip")]
    for path, (answers, when) in zip(paths, ((RIGHT, NEW), (HALF, OLD)), strict=True):
        path.write_bytes(zipped({"doejane_1_2_two.ipynb": (work(answers), when)}))
    collect(school, "two", paths, None, None)
    assert submitted(school)["doejane_1"] == work()
    assert work(HALF) in there(school).values()


def a_link(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo(name, OLD)
        entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
        archive.writestr(zipfile.ZipInfo("good_2_2_two.ipynb", OLD), work())
    return packed.getvalue()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"x_1_1_two.ipynb/../../../evil.ipynb": b"{}"}, "outside of its zip"),
        ({"/tmp/evil.ipynb": b"{}"}, "outside of its zip"),
        ({"C:\\evil.ipynb": b"{}"}, "outside of its zip"),
        (a_link("evil_1_1_two.ipynb"), "is a link"),
        ({"evil_1_1_bomb.zip": zipped({f"{n}.ipynb": bytes(30 * 2**20) for n in range(8)})}, "zip bomb"),
        ({"evil_1_1_many.zip": zipped({f"{n}.py": b"" for n in range(2001)})}, "zip bomb"),
        ({"evil_1_1_two.ipynb": bytes(51 * 2**20)}, "is larger than 50 MB"),
        ({"evil_1_1_two.zip": b"PK no zip"}, "not a zip"),
        ({"evil_1_1_two.rar": b"Rar!"}, "is no zip: unpack it"),
    ],
)  # fmt: skip
def test_what_could_do_harm_is_refused_by_name_and_the_others_are_collected(school, files, reason):
    """Catches a file written outside, another's work by a link, a full disk, and a class that waits for one zip."""
    if isinstance(files, dict):
        files = files | {"good_2_2_two.ipynb": work()}
    said = take(school, files)
    assert reason in said
    assert "evil" in said
    assert set(there(school)) == {"submitted/good_2/two/two.ipynb"}
    assert not list(school.parent.glob("evil*"))


def test_a_damaged_entry_is_named_and_the_others_are_collected(school):
    """Catches one flipped byte that ends the collection."""
    whole = bytearray(zipped({"bad_1_1_two.ipynb": work(), "good_2_2_two.ipynb": work(HALF)}))
    whole[60] ^= 0xFF
    assert "bad_1_1_two.ipynb: not taken, it is damaged" in take(school, bytes(whole))
    assert set(submitted(school)) == {"good_2"}


def test_nothing_is_written_through_a_link(school, tmp_path):
    """Catches a folder in submitted/ that leads into another's."""
    (school / "submitted" / "a_1").mkdir(parents=True)
    (school / "submitted" / "a_1" / "two").symlink_to(tmp_path)
    assert "is a link" in take(school, {"a_1_1_two.ipynb": work()})
    assert not list(tmp_path.iterdir())


ROSTERS = {
    "own": ("id,name,email\njdoe,Jane Ann Doe,jane@x.org\njm,Jörg Müller,jm@x.org\nzz,Zoë Zz,\n", "jdoe"),
    "Canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,Two (77)\n    Points Possible,,,,,3\n"
        '"Doe, Jane Ann",123,s1,jdoe,A,\n"Müller, Jörg",124,s2,jm,A,\n"Zz, Zoë",125,s3,zz,A,\n', "jdoe",
    ),
    "Moodle": (
        "Identifier,Full name,Email address,Status,Grade\nParticipant 123,Jane Ann Doe,jane@x.org,,\n"
        "Participant 124,Jörg Müller,jm@x.org,,\nParticipant 125,Zoë Zz,,,\n", "Jane_Ann_Doe_123",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("roster", "student"), ROSTERS.values(), ids=ROSTERS)
@pytest.mark.parametrize(
    "name",
    ["doejaneann_123_4_two.ipynb", "Jane Ann Doe_123_assignsubmission_file_/two.ipynb", "Doe_Jane Ann_jd_123/two.ipynb",
     "DOE, Jane Ann/two.ipynb", "two_Jane_Ann_Doe (2).ipynb"],
)  # fmt: skip
def test_a_roster_names_students_and_who_is_missing(school, roster, student, name):
    """Catches a second folder for the same student, a new one whom nobody is told of, and one whom nobody misses."""
    said = take(school, {name: work()}, roster)
    assert set(submitted(school)) == {student}
    assert "2 of the roster have handed in nothing" in said
    assert f"\nNew: {student}.\n" in said
    assert take(school, {name: work()}, roster) == said.replace("1 new", "1 unchanged").replace(
        f"New: {student}.\n", ""
    )


def test_a_lone_students_folder_is_read_in_a_folder_of_the_class_and_with_folders_of_its_own(school):
    """Catches a student called "work", or "submissions"."""
    take(school, {"jane/work/two.ipynb": work()})
    assert set(submitted(school)) == {"jane"}
    take(school, {"submissions/Jane Ann Doe/work/two.ipynb": work(HALF)}, ROSTERS["own"][0])
    assert set(submitted(school)) == {"jane", "jdoe"}


def test_who_is_not_clear_is_not_guessed(school):
    """Catches the work of one of two namesakes given to the other, and a stranger made a student."""
    roster = "id,name,email\na,Kim Lee,\nb,Lee Kim,\n"
    said = take(school, {"Kim Lee/two.ipynb": work(), "Who/two.ipynb": work(HALF), "two (3).ipynb": work()}, roster)
    assert not submitted(school)
    assert "is this a or b?" in said
    assert "Who is not in the roster" in said
    assert "two (3).ipynb: whose is it?" in said
    take(school, work(), roster, student="a", name="two (3).ipynb")
    assert submitted(school) == {"a": work()}


def test_another_assignments_notebook_is_named_and_one_that_cannot_be_read_goes_to_grading(school):
    """Catches 01 graded as 02, and a torn file that is "not handed in"."""
    other = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1", "metadata": {}}]}).encode()
    said = take(school, {"a_1_1_intro.ipynb": other, "b_2_1_two.ipynb": b"{torn"})
    assert "a_1: nothing of two was handed in, but intro.ipynb" in said
    assert submitted(school) == {"b_2": b"{torn"}


def test_the_command_says_it_in_a_line_each_and_fails_where_something_is_nobodys(school, monkeypatch):
    """Catches escape sequences of a file's name in the terminal, and an exit code that hides a lost notebook."""
    monkeypatch.chdir(school)
    (school / "inbox" / "a.zip").write_bytes(zipped({"a_1_1_two.ipynb": work(), "two\x1b[2J.ipynb": work(HALF)}))
    done = CliRunner().invoke(cli.app, ["collect", "two", "inbox/a.zip"])
    assert "two: 2 new." in done.output or done.exit_code == 1
    assert "\x1b" not in done.output
    done = CliRunner().invoke(cli.app, ["collect", "two", "inbox/none.zip"])
    assert done.exit_code == 1
    assert "is not there" in done.output


ANY_NAME = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/\\"), min_size=1, max_size=20)
PATHS = st.one_of(
    st.builds("{}_{}_{}_{}.ipynb".format, ANY_NAME, st.integers(1, 9), st.integers(1, 9), ANY_NAME),
    st.builds("{}_{}_assignsubmission_file_/{}.ipynb".format, ANY_NAME, st.integers(1, 9), ANY_NAME),
    st.builds("{}_{}_{}_{}/{}.ipynb".format, ANY_NAME, ANY_NAME, ANY_NAME, st.integers(1, 9), ANY_NAME),
    st.builds("{}/{}.ipynb".format, ANY_NAME, ANY_NAME),
    st.builds("{}.ipynb".format, ANY_NAME),
)


@given(st.lists(PATHS, min_size=1, max_size=6, unique=True))
@example(["a/b.ipynb", "A/b.ipynb", "a_/b.ipynb"])
@example(["../b.ipynb", "x_1_1_two.ipynb", "._1_1_two.ipynb"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_notebook_is_found_exactly_once_or_named_whatever_its_name(released, names):
    """Catches names that overwrite one another, that leave the course's folder, or are passed over in silence."""
    for name in ("submitted", EARLIER, ".grading", "inbox"):
        shutil.rmtree(released / name, ignore_errors=True)
    (released / "inbox").mkdir()
    files = {name: work(RIGHT, f"number = {number}") for number, name in enumerate(names)}
    before = set(released.parent.iterdir())
    said = take(released, files)
    after = there(released)
    for name, data in files.items():
        places = [place for place, other in after.items() if other == data]
        shown = "/".join(part for part in name.split("/") if part not in {"", "."})
        assert len(places) == (0 if f"{shown}: " in said else 1), (name, places, said)
    assert set(released.parent.iterdir()) == before
    take(released, files)
    assert there(released) == after


@given(ANY_NAME)
@example("..")
@example("-rf")
@example("Doe, Jane [2]")
@settings(max_examples=200, deadline=None)
def test_a_folders_name_is_safe_whatever_the_students(name):
    """Catches `..`, brackets, which nbgrader takes for a pattern, hidden folders and empty names."""
    folder = folder_name(name)
    assert folder
    assert folder[0] not in ".-"
    assert not set(folder) & set("/\\[]*?{}\0 ")


def test_a_class_of_300_with_resubmissions_is_collected_twice(school, capsys):
    """Catches a collection that takes minutes, or whose second run is another one's first."""
    first = {f"student{n:03}_{n}_{n + 1000}_two.ipynb": work(RIGHT, f"n = {n}") for n in range(300)}
    again = {f"student{n:03}_{n}_{n + 5000}_two-1.ipynb": (work(RIGHT, f"n = -{n}"), NEW) for n in range(0, 300, 3)}
    then = {name: data for name, data in first.items() if int(name[7:10]) % 3} | again
    took = []
    for files in (first, first, then, then):
        start = time.perf_counter()
        said = take(school, files)
        took.append(time.perf_counter() - start)
    with capsys.disabled():
        print(f"\n300 collected, the same again, 100 of them anew, again: {', '.join(f'{t:.1f}' for t in took)} s")
    assert "300 unchanged" in said
    assert len(submitted(school)) == 300
    assert len(there(school)) == 400


def test_a_zip_of_many_students_has_room_for_all(school, monkeypatch):
    """Catches one student's bomb that uses up what is there for the others."""
    monkeypatch.setattr(handed_in, "_MOST", 3 * 10**6)
    monkeypatch.setattr(handed_in, "_MOST_IN_A_ZIP_INSIDE", 10**6)
    bombs = {f"evil{n}_{n}_1_b.zip": zipped({f"{m}.ipynb": bytes(4 * 10**5) for m in range(9)}) for n in range(20)}
    said = take(school, bombs | {"good_99_1_two.ipynb": work()})
    assert set(submitted(school)) == {"good_99"}
    assert said.count("zip bomb") == 20
