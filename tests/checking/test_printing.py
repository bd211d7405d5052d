"""What the student's code prints while it is checked is kept, the first lines of the row that is told."""

import pytest
import torch
from torch import nn

from course_utils.checking.look import Look
from course_utils.checking.printing import LINES, NOTHING, Printed, Prints
from course_utils.checking.table import Table
from course_utils.exercises.exercise import AnswerHere, report_on
from course_utils.exercises.registry import load


def printed(*texts: str) -> Printed:
    prints = Prints()
    for text in texts:
        print(text, end="", file=prints)
    return prints.printed


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        (["a\nb\n"], ("a", "b")),
        (["a", "b\n", "c"], ("ab", "c")),
        (["a\n\n", "b"], ("a", "", "b")),
        (["x" * 1000, "\n"], ("x" * 500,)),
        ([], ()),
    ],
)
def test_lines_are_kept_as_they_were_printed(texts, lines):
    """Catches a line that is torn where two prints meet, and a line that fills the page."""
    assert printed(*texts) == Printed(lines)


def test_the_first_lines_are_kept_and_the_others_counted():
    """Catches a loop that fills the memory, and lines that are left out in silence."""
    told = printed(*(f"{number}\n" for number in range(LINES + 7)), "last")
    assert told.lines == tuple(map(str, range(LINES)))
    assert told.more == 8


def table(keep_prints: bool) -> Table:
    def rows(candidate, seed):
        print("observing")
        return {name: lambda name=name: candidate(name) for name in ("one", "two", "three")}

    def candidate(name):
        if name != "one":
            print("row", name)

    return Table((Look("look", "it holds", rows),), candidate, 0, keep_prints=keep_prints)


def test_each_row_keeps_its_own_prints(capsys):
    """Catches prints of another row below the panel: values of an input that the evidence does not speak of."""
    kept = table(keep_prints=True)
    kept.everything()
    assert kept.printed(0, "two") == Printed(("row two",))
    assert kept.printed(0, "three") == kept.printed_last() == Printed(("row three",))
    assert kept.printed(0, "one") == Printed(("row two",))  # it was silent: the first that was not
    assert capsys.readouterr().out == ""


def test_elsewhere_prints_go_where_they_always_go(capsys):
    """Catches a terminal, or a log of nbgrader's, that swallows what a student prints."""
    loud = table(keep_prints=False)
    loud.everything()
    assert capsys.readouterr().out == "observing\nrow two\nrow three\n"
    assert loud.printed(0, "two") == NOTHING


class AveragePool(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        print("x is", tuple(x.shape))
        return x.mean((2, 3)) if x.shape[2] != x.shape[3] else x.amax((2, 3))


def test_the_prints_are_those_of_the_row_that_the_panel_tells_of(capsys):
    """Catches prints of all checks and tables, the diagnosis's too, and prints of an input that is not told."""
    report = report_on(load("AveragePool"), "test_averagepool", AnswerHere(load("AveragePool"), AveragePool, True))
    assert report.verdict == "wrong"
    (line,) = report.printed.lines
    shape = [int(number) for number in line[6:-1].split(",")]
    assert shape[2] == shape[3]
    assert capsys.readouterr().out == ""
