"""The term file: deadlines in the course's zone, late days through the term, and what is wrong told with its line."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.term import Late, Term, days_late, lateness, read_term, told, unknown

BERLIN = ZoneInfo("Europe/Berlin")
TERM = """\
zone = "Europe/Berlin"

[late]
free_days = 3
penalty = 10
nothing_after = 7

[due]
01_first = 2026-10-20
02_second = 2026-11-03T18:00:00
03_third = 2026-12-01T12:00:00-05:00

[extensions.02_second]
ada = 2026-11-10
"b.c@uni.edu" = 2026-11-04T18:00:00

[groups.02_second]
owls = ["ada", "ben"]
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Term:
        (tmp_path / "term.toml").write_text(text, "utf-8")
        return read_term(tmp_path)

    return write


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.timezone.utc)


def test_a_course_without_the_file_has_no_term(tmp_path):
    """Catches a course that cannot be graded before somebody has written a term file."""
    assert read_term(tmp_path) is None


def test_a_date_without_a_zone_is_in_the_courses_and_a_day_lasts_to_its_end(write):
    """Catches deadlines in UTC or in the grader's zone, and a day that ends when it begins."""
    due = write(TERM).due
    assert due["01_first"].astimezone(dt.timezone.utc) == utc(2026, 10, 20, 22)  # midnight in summer time
    assert due["02_second"].astimezone(dt.timezone.utc) == utc(2026, 11, 3, 17)  # winter time
    assert due["03_third"].astimezone(dt.timezone.utc) == utc(2026, 12, 1, 17)  # with a zone of its own


def test_exactly_at_the_deadline_is_in_time_and_a_moment_later_is_a_day_late(write):
    """Catches `>=`, and days that are rounded down."""
    due = write(TERM).due["02_second"]
    for after, days in ((0, 0), (1e-6, 1), (86_400, 1), (86_400.5, 2), (-1, 0)):
        assert days_late(due, utc(2026, 11, 3, 17) + dt.timedelta(seconds=after)) == days


@pytest.mark.parametrize(
    ("due", "one_day_later"),
    [
        (dt.datetime(2026, 10, 24, 20, tzinfo=BERLIN), utc(2026, 10, 25, 19)),  # a day of 25 hours
        (dt.datetime(2027, 3, 27, 20, tzinfo=BERLIN), utc(2027, 3, 28, 18)),  # a day of 23
    ],
)
def test_a_late_day_ends_at_the_same_time_on_the_clock_when_clocks_are_changed(due, one_day_later):
    """Catches days of 24 hours, after which somebody is late at five to eight in the evening."""
    assert days_late(due, one_day_later) == 1
    assert days_late(due, one_day_later + dt.timedelta(seconds=1)) == 2
    assert days_late(due, one_day_later + dt.timedelta(days=6)) == 7


def test_an_hour_that_the_clock_shows_twice_or_never_ends_at_the_later_moment(write):
    """Catches a deadline an hour before the one that a student may read."""
    due = write('zone = "Europe/Berlin"\n[due]\na = 2026-10-25T02:30:00\nb = 2027-03-28T02:30:00\n').due
    assert due["a"].timestamp() == utc(2026, 10, 25, 1, 30).timestamp()
    assert due["b"].timestamp() == utc(2027, 3, 28, 1, 30).timestamp()


def test_late_days_are_used_in_the_order_of_due_dates_and_then_points_are_lost(write):
    """Catches a budget for each assignment, the order of names, and late days for work that counts no more."""
    term = write(TERM.replace("01_first", "09_first"))
    late = lateness(
        term,
        "cem",
        {
            "09_first": utc(2026, 10, 22, 21),  # 1 day and 23 hours
            "02_second": utc(2026, 11, 6, 16),  # 2 days and 23 hours
            "03_third": utc(2026, 12, 2, 17),
        },
    )
    assert late == {"09_first": Late(2, 2, 1, 0), "02_second": Late(3, 1, 0, 0.2), "03_third": Late(1, 0, 0, 0.1)}
    assert [told(term, one) for one in late.values()] == [
        "2 days late: 2 late days used, 1 left.",
        "3 days late: 1 late day used, none left; 20 % of the points are taken off.",
        "1 day late: no late days used, none left; 10 % of the points are taken off.",
    ]
    too_late = lateness(term, "cem", {"09_first": utc(2026, 10, 27, 23, 1), "02_second": utc(2026, 11, 6, 16)})
    assert too_late == {"09_first": Late(8, 0, 3, 1), "02_second": Late(3, 3, 0, 0)}
    assert told(term, too_late["09_first"]) == "8 days late: none of its points count any more."


def test_an_extension_moves_one_students_deadline_and_what_is_in_time_is_not_late(write):
    """Catches an extension for all, and one that costs late days."""
    term = write(TERM)
    handed_in = {"02_second": utc(2026, 11, 10, 22, 30)}
    assert lateness(term, "ada", {"02_second": utc(2026, 11, 10, 23)}) == {}  # the end of 10 November
    assert lateness(term, "ada", {"02_second": utc(2026, 11, 10, 23, 0, 1)})["02_second"].days == 1
    assert lateness(term, "ben", handed_in)["02_second"].days == 8
    assert lateness(term, "b.c@uni.edu", handed_in)["02_second"].days == 7


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ada = 2026-11-10", "ada = 2026-11-02", "line 14: ada's extension of 02_second ends before the due date"),
        ("ada = 2026-11-10", 'ada = "10 November"', "line 14: ada needs a date without quotes"),
        ("[extensions.02_second]", "[extensions.01_second]", "line 14: 01_second has no due date"),
        ("[extensions.02_second]", "[extensions]", "line 14: which assignment?"),
        ("penalty = 10", "penalty = -10", "line 5: penalty is a number from 0, not -10"),
        ("free_days = 3", "free_days = 1.5", "line 4: free_days is a whole number from 0, not 1.5"),
        ("free_days = 3", "late_days = 3", "line 4: late_days means nothing here; there are: free_days"),
        ("[due]", "[dates]", "line 8: dates means nothing here"),
        ('zone = "Europe/Berlin"', 'zone = "Berlin"', "line 1: 'Berlin' is no time zone"),
        ('zone = "Europe/Berlin"', "", "the time zone is missing"),
        ('["ada", "ben"]', '"ada"', "line 18: owls needs a list of names"),
        ('["ada", "ben"]', '["ada"]\nlarks = ["ada"]', "line 19: ada is in owls and in larks"),
        ("2026-11-03T18:00:00", "2026-11-03 18 h", "at line 10, column"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(write, old, new, said):
    """Catches a file of which a part is passed over in silence, and a traceback."""
    with pytest.raises(GradingError) as told:
        write(TERM.replace(old, new))
    assert said in str(told.value)
    assert "term.toml" in str(told.value)


def test_a_time_without_seconds_is_that_time_or_is_told_with_its_line(write):
    """Catches the end of that day. TOML 1.0 (Python 3.11 to 3.14) knows no such time, and TOML 1.1 (3.10) does."""
    try:
        read = write(TERM.replace("2026-11-03T18:00:00", "2026-11-03 18:00")).due["02_second"].isoformat()
    except GradingError as told:
        read = str(told)
    assert "at line 10, column" in read or read == "2026-11-03T18:00:00+01:00"


def test_names_that_the_course_does_not_have_are_told_with_the_nearest_one(write):
    """Catches an extension for a name that is spelt wrong, of which nobody hears before the complaint."""
    no_assignments, nobody = unknown(write(TERM), ["01_first", "02_seconds", "03_third"], ["adda", "ben"])
    assert no_assignments[0] == "term.toml, line 10: there is no assignment 02_second (is 02_seconds meant?)."
    assert nobody[0] == "term.toml, line 14: ada is no student so far (is adda meant?)."
    assert nobody[1].startswith("term.toml, line 15: b.c@uni.edu is no student so far. Who has not handed in anything")
    assert nobody[2].startswith("term.toml, line 18: ada is")


@pytest.mark.parametrize(
    ("students", "said"),
    [
        (["Ben_Brück_1002", "Gus_Gray_1007"], "ben is no student so far (is Ben_Brück_1002 meant?)."),
        (["Ben_Brück_1002", "Uwe_Bender_1003"], "ben is no student so far. Who has not handed in anything yet "),
    ],
    ids=["one", "two"],
)
def test_a_part_of_one_students_name_is_known_again_whatever_the_case(write, students, said):
    """Catches advice that makes a student whom there isn't, of a name that an LMS writes in full, and a guess."""
    _, nobody = unknown(write(TERM), ["01_first", "02_second", "03_third"], ["ada", "b.c@uni.edu", *students])
    assert nobody[0].startswith(f"term.toml, line 18: {said}")
