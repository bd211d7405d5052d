"""A bank that grows: what nobody has named is grouped by what it does, named once, and known from then on."""

import json
import re
import shutil
import textwrap
from dataclasses import replace

import pytest
import torch
from hidden_mistakes import Class, known, name_all
from nbformat.v4 import new_code_cell, new_notebook
from small_school import RIGHT, hand_in, notebook
from stand_in import Table, work
from test_judging import verdict_on, written

from course_utils.authoring.answers import answers
from course_utils.checking.marking import mark_of, marks_of
from course_utils.checking.marks import agree
from course_utils.checking.observation import Named
from course_utils.checking.values import Raised
from course_utils.exercises import exercise as engine
from course_utils.exercises import named_mistakes
from course_utils.exercises.exercise import AnswerHere, make_test, marks_in, report_on
from course_utils.exercises.named_mistakes import FILE, NamedMistake, read_named, that_fit
from course_utils.exercises.registry import load
from course_utils.grading.course.alike import words
from course_utils.grading.course.answers import fates, groups, told_as_named, wrong_answers
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.examples import Examples
from course_utils.grading.course.grade import Grading, Options
from course_utils.grading.course.naming import export_groups, name_group
from course_utils.grading.course.records import Record, Records
from course_utils.grading.course.report import report
from course_utils.grading.judge.task import Result, Task

QUICK = "ReLU", "Flatten", "AveragePool"
RELU = "class ReLU(nn.Module):\n    def forward(self, x):\n        return {}"
# The same in two ways, and something else; no known mistake does either.
TENTH, ALSO_TENTH, FIFTH = (RELU.format(f"x.clamp(min=0) {end}") for end in ("+ 0.1", "+ 1 / 10", "* 1.25 + 0.2"))


@pytest.fixture(scope="module", params=QUICK)
def school(request):
    return Class(request.param)


def test_groups_are_the_hidden_mistakes_and_ten_names_explain_the_class(school):
    """Catches marks that are the same for different mistakes, and ones that differ with the spelling or the seed."""
    before = wrong_answers(school.records())
    found = groups(before)
    assert school.purity(found) >= 0.9
    assert known(before) < 0.6, "nothing was hidden"
    named = name_all(found)
    assert known(wrong_answers(school.records(), named)) >= 0.95, "known by what was kept"
    again = school.records(named)
    assert all(told_as_named(record, named) for record in again.values()), "told when it is graded again"
    assert known(wrong_answers(again, named)) >= 0.95


def test_a_right_answer_is_never_a_named_mistake(school):
    """Catches a named mistake that is asked before, or without, the verdict; and one that right code's table fits."""
    named = name_all(groups(wrong_answers(school.records())))
    exercise = school.exercise
    nothing = NamedMistake(exercise.name, "does nothing wrong", "nothing", 1, {test: {} for test in exercise.tests})
    for cell in answers(exercise.name):
        if cell.kind == "right":
            answer = AnswerHere(exercise, cell.run())
            for test in exercise.tests:
                report = report_on(exercise, test, answer, 0, (*named, nothing))
                assert (report.verdict, report.diagnosis) == ("right", None)
                assert that_fit((*named, nothing), exercise.name, {test: marks_in(exercise, test, answer)}) == []


@pytest.fixture
def course(tmp_path):
    """Four have handed in a wrong ReLU: two do the same, one does something else, and one makes a known mistake."""
    records = Records(tmp_path, "01")
    codes = {"lisa": TENTH, "omar": ALSO_TENTH, "wei": FIFTH, "zoe": RELU.format("x.abs()")}
    for student, code in codes.items():
        records.put(student, Record("", {"01": {"test_relu": verdict_on("test_relu", written(code))}}))
        folder = tmp_path / "autograded" / student
        folder.mkdir(parents=True)
        told = new_notebook(cells=[new_code_cell(f"# by {student}\n{code}")])
        (folder / "01.ipynb").write_text(json.dumps(told))
    return tmp_path


def shared(course):
    return groups(wrong_answers(Records(course, "01").all()))[0]


def test_what_was_seen_survives_the_record_and_tells_who_does_the_same(course):
    """Catches marks that are lost or changed on the way through a file, and a group by the error or the look alone."""
    answers = wrong_answers(Records(course, "01").all())
    assert [[one.student for one in group.answers] for group in groups(answers)] == [["lisa", "omar"], ["wei"]]
    assert [count for count in fates(answers).values() if count] == [1, 2, 1]
    assert sum(fates(answers).values()) == len(answers) == 4


def test_what_is_kept_holds_no_code_and_no_name_and_is_small(course):
    """Catches a record that keeps what a student wrote, and a row that is kept whole."""
    kept = json.dumps([group.seen for group in groups(wrong_answers(Records(course, "01").all()))])
    assert not re.search("clamp|lisa|return", kept)
    large = mark_of([torch.ones(300, 300, dtype=torch.float64)] * 50)
    assert len(json.dumps(large)) < 300
    nothing = mark_of("a text of the student's own")
    assert "student" not in json.dumps(nothing)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (torch.tensor([1.0, 2.0]).double(), torch.tensor([1.0, 2.0 + 1e-12]).double(), True),
        (torch.tensor([1.0, 2.0]).double(), torch.tensor([2.0, 1.0]).double(), False),
        (torch.tensor([1.0, 2.0]).double(), torch.tensor([1.0, 2.001]).double(), False),
        (torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0]).double(), False),
        (torch.ones(2, 3), torch.ones(3, 2), False),
        (torch.tensor([1.0, float("nan")]), torch.tensor([1.0, 0.0]), False),
        (Named((("a", torch.ones(2)), ("b", 3))), Named((("x", torch.ones(2)), ("y", 3))), True),
        ([torch.ones(2), torch.zeros(2)], [torch.zeros(2), torch.ones(2)], False),
        (Raised("calling it", "TypeError: 'Foo' is odd", 3), Raised("calling it", "TypeError: 'Bar' is odd", 9), True),
        (Raised("calling it", "TypeError: 'Foo' is odd"), Raised("calling it", "TypeError: other words"), False),
        (0.5, 0.5 + 1e-10, True),
        (0.5, 0.501, False),
        (True, 1, False),
    ],
)
def test_a_mark_is_the_same_where_the_observation_is(one, other, same):
    """Catches marks that see rounding or names, and ones that do not see an order, a shape, a dtype or a value."""
    assert agree({"look: row": mark_of(one)}, {"look: row": mark_of(other)}) is same


def test_rows_that_are_wrong_must_be_the_same_rows():
    """Catches a match on what two answers have in common."""
    mark = mark_of(1.0)
    assert not agree({"value: a": mark}, {"value: a": mark, "value: b": mark})
    assert not agree({"value: a": mark, "value: b": mark}, {"value: a": mark})


def test_who_names_a_group_has_it_known_from_then_on(course):
    """Catches a name that the report, the next grading or a student's own test cell does not know."""
    group = shared(course)
    said = name_group(course, group.name, "adds a tenth to everything", "what the last operation adds", 2)
    assert "2 answers" in said
    named = read_named(course / FILE)
    found = {one.student: one.mistakes for one in wrong_answers(Records(course, "01").all(), named)}
    assert found["lisa"] == found["omar"] == (named[0].id,)
    assert found["wei"] == ()
    assert found["zoe"] == ("absolute",)
    again = {name: told_as_named(record, named) for name, record in Records(course, "01").all().items()}
    assert again == {"lisa": False, "omar": False, "wei": True, "zoe": True}, "who is graded again"
    candidate = written(ALSO_TENTH)["ReLU"]
    exercise = load("ReLU")
    report = report_on(exercise, "test_relu", AnswerHere(exercise, candidate), 7, named)
    assert [one.belief for one in report.diagnosis.mistakes] == ["adds a tenth to everything"]
    assert report.diagnosis.how == "exactly"


def test_a_group_keeps_the_name_that_the_report_has_shown_when_another_answer_becomes_its_first(course):
    """Catches a name that a resubmission, graded since, has made unknown."""
    called, records = shared(course).name, Records(course, "01")
    first = records.get("omar")
    seen = {row: [mark[0], mark[1], *(n + 2e-9 for n in mark[2:])] for row, mark in _seen(first).items()}
    moved = replace(first.verdicts["01"]["test_relu"], seen=seen)
    records.put("ada", Record("", {"01": {"test_relu": moved}}))
    assert [one.student for one in shared(course).answers] == ["ada", "lisa", "omar"]
    assert shared(course).name != called
    assert "3 answers" in name_group(course, called, "adds a tenth to everything", "the last operation", 2)


def _seen(record):
    return record.verdicts["01"]["test_relu"].seen


def test_a_students_own_test_cell_reads_the_courses_file(course, monkeypatch):
    """Catches a file that is only read when a class is graded."""
    name_group(course, shared(course).name, "adds a tenth to everything", "what the last operation adds", 2)
    monkeypatch.setattr(named_mistakes, "_COURSE", course)
    named_mistakes.known_to_this_course.cache_clear()
    try:
        with pytest.raises(AssertionError) as told:
            make_test(load("ReLU"), "test_relu")(written(TENTH)["ReLU"])
        with pytest.raises(AssertionError) as other:
            make_test(load("ReLU"), "test_relu")(written(FIFTH)["ReLU"])
    finally:
        named_mistakes.known_to_this_course.cache_clear()
    assert "behaves exactly like one that adds a tenth to everything" in " ".join(str(told.value).split())
    assert "tenth" not in str(other.value)


def test_the_next_grading_takes_up_who_makes_a_mistake_that_was_named_and_nobody_else(released, tmp_path):
    """Catches a name that no grading asks for, that has the whole class graded again, or the same ones each time.

    And a report that is lost to half a character in an error's text.
    """
    school = tmp_path / "school"
    shutil.copytree(released, school)
    codes = {"ada": RIGHT["ReLU"], "ben": f"{RIGHT['ReLU']} + 1", "cem": f"{RIGHT['ReLU']} + 2", "dot": "ReLU = None"}
    for student, code in codes.items():
        hand_in(school, student, notebook(RIGHT | {"ReLU": code}))

    def graded_again() -> list[str]:
        grading = Grading(school, "two", Options())
        list(grading.run(Table(by_the_length_of_the_code)))
        return grading.to_grade

    assert graded_again() == list(codes)
    assert "ReLU · 2 students" in report(school, "two").read_text("utf-8"), "whatever they read"
    name_group(school, groups(wrong_answers(Records(school, "two").all()))[0].name, "adds something", "the sum", 1)
    assert graded_again() == ["ben", "cem"]
    assert graded_again() == []
    page = report(school, "two").read_text("utf-8")
    assert "adds something" in page
    assert "x.clamp(min=0) + 1" in page, "the example is read from the graded notebook"


def by_the_length_of_the_code(task: Task) -> Result:
    """In the place of a judge: code of one length does the same."""
    result = work(task)
    told = result.verdicts["test_relu"]
    if told.kind == "wrong":
        seen = {"value: x": [f"shown:{len(task.notebook)}", 1e-7]}
        mistakes = tuple(one.id for one in that_fit(task.named, "ReLU", {"test_relu": seen}))
        how = "exactly" if mistakes else ""
        result.verdicts["test_relu"] = replace(told, seen=seen, mistakes=mistakes, how=how, text="✗ half \ud800 of it")
    return result


def test_a_mistake_of_the_bank_goes_before_one_that_was_named():
    """Catches a course's own words in the place of a diagnosis that has code behind it."""
    exercise = load("ReLU")
    answer = AnswerHere(exercise, written(RELU.format("x.abs()"))["ReLU"])
    named = NamedMistake("ReLU", "is new", "it", 1, {"test_relu": marks_in(exercise, "test_relu", answer)})
    report = report_on(exercise, "test_relu", answer, 0, (named,))
    assert [one.id for one in report.diagnosis.mistakes] == ["absolute"]


def test_what_cannot_be_named_is_told(course):
    """Catches a traceback, or a hint that the exercise does not have."""
    with pytest.raises(GradingError, match="There are: ReLU-"):
        name_group(course, "ReLU-0000", "does it", "it", 1)
    with pytest.raises(GradingError, match="hints 1 to 3"):
        name_group(course, shared(course).name, "does it", "it", 9)
    (course / FILE).write_text("[{]")
    with pytest.raises(GradingError, match=FILE):
        name_group(course, shared(course).name, "does it", "it", 1)


def test_the_named_file_and_the_proposal_hold_no_code_and_no_names(course):
    """Catches a proposal that gives a student away."""
    assert "0 named, 1 without" in export_groups(course, "01", course / "before.json")
    name_group(course, shared(course).name, "adds a tenth to everything", "what the last operation adds", 2)
    assert "1 named, 0 without" in export_groups(course, "01", course / "after.json")
    for name in ("before.json", FILE, "after.json"):
        text = (course / name).read_text()
        assert "value: ReLU()" in text
        assert ("adds a tenth" in text) is (name != "before.json")
        assert not re.search("lisa|omar|wei|zoe|clamp|forward", text)


def test_an_example_is_the_shortest_without_comments_docstrings_and_people(course):
    """Catches a name that a student has left in the code, and a word of the course's that is taken for one."""
    code = '''
        class ReLU(nn.Module):
            """By Max Muster."""

            def forward(self, x):  # Max was here
                muster_out = x.clamp(min=0) + 0.1
                return self.max_pool(muster_out, "Lisa")
        '''
    told = new_notebook(cells=[new_code_cell(textwrap.dedent(code))])
    (course / "autograded" / "lisa" / "01.ipynb").write_text(json.dumps(told))
    examples = Examples(lambda who: course / "autograded" / who, ["lisa", "Max Muster"], ["nn.MaxPool2d"])
    shown = examples.code("lisa", "01", "ReLU")
    assert "someone_out" in shown
    assert not re.search("uster|isa|here|By", shown)
    assert "max_pool" in shown
    assert examples.shortest(shared(course).answers).splitlines()[-1].strip() == "return x.clamp(min=0) + 1 / 10"


def test_marks_are_made_once_for_all_names_and_not_at_all_where_nothing_was_named(monkeypatch):
    """Catches a wrong call that takes longer with each name, and in every course."""
    exercise, made = load("ReLU"), []
    monkeypatch.setattr(engine, "marks_of", lambda *given: made.append(given) or marks_of(*given))
    answer = AnswerHere(exercise, written(FIFTH)["ReLU"])
    report_on(exercise, "test_relu", answer)
    assert not made
    seen = {"test_relu": marks_in(exercise, "test_relu", AnswerHere(exercise, written(TENTH)["ReLU"]))}
    named = tuple(NamedMistake("ReLU", f"does {number}", "it", 1, seen) for number in range(20))
    made.clear()
    report_on(exercise, "test_relu", answer, 0, named)
    assert len(made) == 1


@pytest.mark.parametrize(
    "code",
    [
        "ReLU = " + "-" * 900 + "1",
        "ReLU = " + "+".join(["1"] * 9000),
        "ReLU = " + "[" * 150 + "]" * 150,
        "def ReLU(x):\n    return [" + "1, " * 20_000 + "]",
        "def ReLU(x):\n    return '\ud800'",
    ],
    ids=["minus", "plus", "brackets", "long", "half a character"],
)
def test_odd_code_costs_a_report_nothing(course, code):
    """Catches code that cannot be read, or written anew, and takes the whole report with it."""
    (course / "autograded" / "omar" / "01.ipynb").write_text(json.dumps(new_notebook(cells=[new_code_cell(code)])))
    examples = Examples(lambda who: course / "autograded" / who, [], [])
    assert "0.1" in examples.shortest(shared(course).answers)
    assert len(words(examples.code("omar", "01", "ReLU"))) < 500


def test_an_answer_is_found_beside_a_magic(course):
    """Catches an answer that is lost to a line which is none of Python's."""
    cell = new_code_cell(f"%matplotlib inline\n{TENTH}")
    (course / "autograded" / "lisa" / "01.ipynb").write_text(json.dumps(new_notebook(cells=[cell])))
    assert "0.1" in Examples(lambda who: course / "autograded" / who, [], []).code("lisa", "01", "ReLU")
