"""The page about a class: shares, discrimination, misconceptions and what needs a human, and nobody's name."""

import re

from course_utils.exercises.registry import every_exercise
from course_utils.grading.course.gradebook import Cells
from course_utils.grading.course.records import Record
from course_utils.grading.course.report import render
from course_utils.grading.course.tally import lines, shared_behaviours
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
            verdicts[test] = Verdict(False, "", "wrong", name, (kind,))
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
    twice["ann"].verdicts["01"]["test_flatten"] = Verdict(False, "", "wrong", "ReLU", (RELU.id,))
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


def test_what_several_do_and_nobody_has_named_is_told_and_what_one_does_alone_is_not():
    """Catches a report that throws away what was seen of a wrong answer."""
    unnamed = {
        student: Record("digest", {"01": {"test_relu": Verdict(False, f"✗ {mark}", "wrong", "ReLU", behaviour=mark)}})
        for student, mark in (("ann", "like this"), ("ben", "like this"), ("cem", "like that"), ("dot", ""))
    }
    assert [(one.exercise, one.students, one.text) for one in shared_behaviours(unnamed)] == [
        ("ReLU", 2, "✗ like this")
    ]
    page = render("01", CELLS, CLASS | unnamed, names=False)
    assert "Shared, and without a name" in page
    assert "like this" in page
    assert "like that" not in page
    assert "Shared, and without a name" not in render("01", CELLS, CLASS, names=False)
