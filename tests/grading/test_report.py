"""The page about a class: shares, discrimination, misconceptions and what needs a human, and nobody's name."""

import re
from html import unescape

import pytest

from course_utils.exercises.registry import every_exercise
from course_utils.grading.course.alike import alike
from course_utils.grading.course.answers import WrongAnswer
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.gradebook import Cells
from course_utils.grading.course.records import Record
from course_utils.grading.course.report import Beside, as_decided, render
from course_utils.grading.course.tally import Line, interval_of, lines, remarks
from course_utils.grading.judge.verdicts import Verdict, zero

POINTS = {"test_relu": 1.0, "test_flatten": 2.0, "test_max_pool2d": 3.0}
CELLS = {"01": Cells(tests=dict.fromkeys(POINTS, ""), points=POINTS)}
EXERCISE = {test: exercise for exercise in every_exercise() for test in exercise.tests}


def record(**kinds: str) -> Record:
    """Give a record: for each test "right", "unfinished", "ungraded", or the id of a mistake."""
    verdicts = {}
    for test, kind in {**dict.fromkeys(POINTS, "right"), **kinds}.items():
        name = EXERCISE[test].name
        if kind == "ungraded":
            verdicts[test] = zero("it crashed")
        elif kind in ("right", "unfinished"):
            verdicts[test] = Verdict(kind == "right", "", kind, name)
        else:
            verdicts[test] = Verdict(False, "", "wrong", name, (kind,), "exactly")
    human = any(one.kind == "ungraded" for one in verdicts.values())
    return Record("digest", {"01": verdicts}, troubles=("it crashed",) * human)


RELU, POOL = (EXERCISE[test].mistakes[0] for test in ("test_relu", "test_max_pool2d"))
CLASS = {
    "ann": record(),
    "ben": record(test_relu=RELU.id, test_max_pool2d=POOL.id),
    "cem": record(test_relu=RELU.id, test_max_pool2d="unfinished", test_flatten="unfinished"),
    "dot": record(test_max_pool2d="ungraded"),
    "eve": record(test_relu=RELU.id, test_flatten="unfinished", test_max_pool2d="unfinished"),
    "<b>": record(),
}


def found():
    earned = {
        student: {test: POINTS[test] * one.verdicts["01"][test].passed for test in POINTS}
        for student, one in CLASS.items()
    }
    return {line.exercise: line for line in lines(POINTS, CLASS, earned)}


def test_each_exercise_has_its_share_of_right_answers_and_of_attempts():
    relu, pool = found()["ReLU"], found()["MaxPool2d"]
    assert relu.share("right") == 3 / 6
    assert dict(relu.counts) == {"right": 3, "wrong": 3, "not attempted": 0, "for a human": 0}
    assert dict(pool.counts) == {"right": 2, "wrong": 1, "not attempted": 2, "for a human": 1}


def test_an_exercise_that_the_strong_get_right_discriminates_and_one_that_all_get_right_says_nothing():
    assert found()["MaxPool2d"].discrimination > 0.5
    everyone = {student: record() for student in CLASS}
    assert lines(POINTS, everyone, dict.fromkeys(CLASS, POINTS))[0].discrimination is None


def test_misconceptions_are_counted_by_students_and_come_with_what_to_say():
    page = render("01", CELLS, CLASS, names=False)
    counts = re.findall(r'<td class="n">(\d+)</td><td>(\w+)</td><td>(.*?)<code>(\w+)</code>', page)
    assert [(count, exercise, id_) for count, exercise, _, id_ in counts] == [
        ("3", "ReLU", RELU.id),
        ("1", "MaxPool2d", POOL.id),
    ]
    assert RELU.look_at.split()[0] in page


def test_a_mistake_that_two_tests_see_in_one_submission_is_one_students():
    twice = {"ann": record(test_relu=RELU.id)}
    twice["ann"].verdicts["01"]["test_flatten"] = Verdict(False, "", "wrong", "ReLU", (RELU.id,), "exactly")
    assert '<td class="n">1</td><td>ReLU</td>' in render("01", CELLS, twice, names=False)


def test_nobody_is_named_unless_asked_and_then_only_who_needs_a_human():
    assert "dot" not in render("01", CELLS, CLASS, names=False)
    named = render("01", CELLS, CLASS, names=True)
    assert "dot: it crashed; 1 test not graded" in named
    assert "ann" not in re.sub("<[^>]*>", "", named).split()


def test_the_page_needs_no_network_and_escapes_what_it_shows():
    page = render("<script>", CELLS, {"<b>": record(test_relu="ungraded")}, names=True)
    assert "http" not in page
    assert "<script>" not in page
    assert "<b>:" not in page


def test_the_points_are_spread_over_tenths():
    page = render("01", CELLS, CLASS, names=False)
    assert "mean 2.8, median 2.5" in page


def wrong(mark: str) -> Record:
    seen = {"value: x": [f"shown:{mark}", 1e-7]} if mark else {}
    return Record("digest", {"01": {"test_relu": Verdict(False, f"✗ {mark}", "wrong", "ReLU", seen=seen)}})


def test_what_several_do_and_nobody_has_named_is_told_and_what_one_does_alone_is_counted():
    """Catches a report that throws away what was seen of a wrong answer, or leaves one out of the count."""
    marks = {"ann": "like this", "ben": "like this", "cem": "like that", "dot": ""}
    unnamed = {student: wrong(mark) for student, mark in marks.items()}
    page = text_of(render("01", CELLS, unnamed | {"eve": record(test_relu=RELU.id)}, names=False))
    assert "Shared, and without a name" in page
    assert "ReLU · 2 students" in page
    assert "5 in all: 1 known, 2 in a group, 2 alone" in page
    assert "✗ like this" in page
    assert "✗ like that" not in page
    assert "Alone in what they do: ReLU 1" in page
    assert "Shared, and without a name" not in render("01", CELLS, CLASS, names=False)


def text_of(page: str) -> str:
    return " ".join(re.sub("<[^>]*>", "", page.partition("</style>")[2]).split())


def test_what_most_get_wrong_comes_first_and_a_tie_is_told_as_one():
    """Catches an order that a tie does not have, in what to teach as in what is hardest."""
    page = text_of(render("01", CELLS, CLASS, names=False))
    first = page.partition("Teach this next")[2].partition("Points")[0]
    assert f"ReLU · 3 students Their code {RELU.belief}" in first
    assert "MaxPool2d" not in first, "one student is no reason for a lecture"
    two = {"ann": record(test_relu=RELU.id), "ben": record(test_max_pool2d=POOL.id)}
    tied = text_of(render("01", CELLS, two | {name.upper(): one for name, one in two.items()}, names=False))
    assert tied.count("2 students, as many as another one here") == 2
    assert "50%got the hardest right, a tie: ReLU and MaxPool2d" in tied


def test_a_discrimination_comes_with_what_is_certain_of_it_and_no_remark_goes_beyond():
    """Catches a figure of a small class that is told as if it were exact."""
    low, high = interval_of(0.5, 28)
    assert (round(low, 2), round(high, 2)) == (0.16, 0.74)  # Fisher's z: atanh(0.5) ± 1.96 / 5
    assert interval_of(1.0, 5)[1] <= 1
    small, large = (Line("ReLU", 1, {"right": 5, "wrong": 5}, 0.05, interval_of(0.05, size)) for size in (10, 1000))
    assert "tells little" not in remarks(small)
    assert "tells little" in remarks(large)


LONG = """class ReLU(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        positive = x > 0
        kept = t.zeros_like(x)
        for row in range(x.shape[0]):
            for column in range(x.shape[1]):
                if positive[row, column].item():
                    kept[row, column] = x[row, column]
                elif not positive[row, column].item():
                    kept[row, column] = 0 * x[row, column]
                else:
                    raise ValueError('neither one nor the other', row, column)
        assert kept.shape == x.shape, (kept.shape, x.shape)
        return kept if kept.numel() > 0 else x
"""
DIFFERENT = [
    f"class ReLU(nn.Module):\n    def forward(self, x):\n        y{number} = x\n"
    + "".join(f"        y{number} {one}= {number + 1}{at}\n" for at, one in enumerate("+-*/" * 12))
    + "".join(f"        x = t.{name}(x, {number})\n" for name in ("add", "sub", "mul", "roll", "clamp")[number % 5 :])
    for number in range(4)
]


def test_answers_that_are_nearly_the_same_are_found_whatever_their_names_and_short_ones_tell_nothing():
    """Catches likeness that a renamed variable hides, and suspicion from code in which there is nothing to choose."""
    renamed = LONG.replace("positive", "mask").replace("kept", "result").replace(": Tensor", "")
    relu = {"ann": LONG, "ben": renamed, "cem": DIFFERENT[0], "dot": DIFFERENT[1]}
    short = dict.fromkeys(relu, "def twice(x):\n    return 2 * x")
    found = alike({"ReLU": relu, "twice": short}, [])
    assert [(pair.students, round(pair.exercises["ReLU"], 2)) for pair in found.pairs] == [(("ann", "ben"), 1.0)]
    assert found.cannot_tell == ("twice",)


def test_two_rare_mistakes_that_two_share_are_told_and_frequent_ones_are_not():
    """Catches suspicion from mistakes that many make, or from a single one."""
    names = [f"s{number}" for number in range(10)]
    codes = {"ReLU": dict.fromkeys(names, "pass")}
    made = {"ReLU": names[:2], "Flatten": names[:2], "MaxPool2d": names[:5], "Conv2d": [names[7], names[8]]}
    wrong = [
        WrongAnswer(name, exercise, "01", ("id",), {}, "exactly", "")
        for exercise, them in made.items()
        for name in them
    ]
    (pair,) = alike(codes, wrong).pairs
    assert (pair.students, pair.shared) == (("s0", "s1"), ("ReLU", "Flatten"))


def test_who_was_late_is_told_by_name_only_when_asked_and_versions_are_counted():
    """Catches a report that names somebody, or says nothing of what came late, or again."""
    beside = Beside(versions={"ann": 2, "ben": 2, "cem": 4}, late={"dot": "3 days late", "ann": "1 day late"})
    assert "submission 4: 3 days late" in text_of(render("01", CELLS, CLASS, False, beside))
    assert "2 versions from 2 students, 4 versions from 1 student." in text_of(
        render("01", CELLS, CLASS, False, beside)
    )
    assert "ann: 1 day late" in text_of(render("01", CELLS, CLASS, True, beside))


def test_what_could_not_be_graded_is_no_answer_and_is_counted_apart():
    """Catches an unreadable file that lowers each share and the mean, and makes each exercise discriminate."""
    torn = record(**dict.fromkeys(POINTS, "ungraded"))
    refused = as_decided(torn, dict.fromkeys(POINTS, 0.0), CELLS)
    beside = Beside({**dict.fromkeys(CLASS, ""), "torn": "waits", "gone": "refused"})
    page, without = (
        text_of(render("01", CELLS, them, names=False, beside=beside))
        for them in (CLASS | {"torn": torn, "gone": refused}, CLASS)
    )
    assert "6submissions; 2 more could not be graded 2.8 of 6points: mean 2.8, median 2.5" in page
    assert "could not be graded" not in without
    figures = [one.partition("Exercises Of all")[2].partition("For a human")[0] for one in (page, without)]
    assert figures[0] == figures[1]
    with pytest.raises(GradingError, match="nothing could be graded"):
        render("01", CELLS, {"torn": torn}, names=False)


def test_what_could_not_be_graded_counts_once_a_human_has_given_points_for_it():
    """Catches points given by hand that the report leaves out."""
    torn = record(**dict.fromkeys(POINTS, "ungraded"))
    by_hand = as_decided(torn, {"test_flatten": 2.0}, CELLS)
    page = text_of(render("01", CELLS, {"torn": by_hand}, names=False, beside=Beside({"torn": "graded by hand"})))
    assert "1submission 2.0 of 6points" in page


def test_the_page_says_of_which_points_it_tells():
    """Catches points that are taken for those of the export, which have late penalties in them."""
    page = text_of(render("01", CELLS, CLASS, names=False))
    assert "as they were found: before late penalties, and with what is held until a human has decided" in page


def test_what_a_human_has_refused_is_not_told_as_something_that_a_student_does():
    """Catches a refusal that is counted among the ways of being wrong."""
    cells = {"01": Cells({"test_relu": ""}, {"test_relu": 1.0})}
    refused = as_decided(record(test_relu="ungraded"), {"test_relu": 0.0}, cells)
    assert "1 in all: 1 without points by a human's decision." in unescape(
        text_of(render("01", cells, {"ann": refused}, names=False, beside=Beside({"ann": "refused"})))
    )
