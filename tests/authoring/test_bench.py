"""`course bench` measures what it says, and its table names the slowest."""

import pytest
from rich.console import Console

from course_utils.authoring import bench
from course_utils.authoring.bench import QUICK, Wait, measure, table_of
from course_utils.authoring.errors import AuthoringError
from course_utils.exercises.registry import notebooks


def test_the_quickest_parts_are_measured():
    """Catches a program that fails, or whose time is that of another thing."""
    waits = [*measure(["import", "first"])]
    assert [wait.what for wait in waits] == [
        "import tests and utils, beyond torch",
        "the first cell, where the course is",
    ]
    assert all(0 < wait.seconds < 30 for wait in waits)


def test_test_cells_are_timed_when_they_run_first_and_again():
    """Catches a first run that is timed after another one: what lasts is loaded by then."""
    waits = {wait.what: wait for wait in bench.graded_cells(["00_start_here"])}
    first, again = (waits[f"a test cell, {when}: worst"] for when in ("first", "again"))
    names = {test for entry in notebooks()["00_start_here"] for test in entry.tests}
    assert {first.note, again.note} <= names
    assert first.seconds > again.seconds > 0


def test_the_table_has_a_line_for_each_wait():
    """Catches seconds that are cut off, and a name that rich takes for its markup."""
    console = Console(width=80)
    with console.capture() as said:
        console.print(table_of([Wait("build", 1.234, "utils.show(x[worst])")]))
    assert [line.split() for line in said.get().splitlines()] == [
        ["what", "seconds"],
        ["build", "1.23", "utils.show(x[worst])"],
    ]


def test_what_there_is_not_is_refused_before_anything_runs():
    """Catches minutes of measuring that end in an error."""
    with pytest.raises(AuthoringError, match=r"no 'speed' to measure; there are: import, first, "):
        next(measure(["tests", "speed"]))
    assert set(QUICK) <= set(bench.PARTS)
