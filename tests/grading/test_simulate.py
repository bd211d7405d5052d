"""A class whose results are known: each score is in the gradebook once, and what is unchanged is left alone."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from simulate import grade_by, hand_in_again, wrong_in_gradebook
from small_school import BLANK, POINTS, RIGHT, hand_in, notebook
from stand_in import Table, work

from course_utils.grading.course.grade import Grading, Options
from course_utils.grading.judge.task import Result, Task

STUDENTS = 30
KINDS = {
    "right": (RIGHT, POINTS),
    "half": (RIGHT | {"ReLU": BLANK["ReLU"]}, POINTS | {"test_relu": 0}),
    "blank": (BLANK, dict.fromkeys(POINTS, 0)),
}
SCORES = {kind: scores for kind, (_, scores) in KINDS.items()}


@pytest.fixture
def school(released, tmp_path):
    school = Path(shutil.copytree(released, tmp_path / "school"))
    for kind, (answers, _) in KINDS.items():
        hand_in(school, kind, notebook(answers))
    return school


def test_each_score_is_recorded_once_and_what_is_unchanged_is_left_alone(school):
    deserved = hand_in_again(school, "two", list(KINDS), STUDENTS) | {kind: kind for kind in KINDS}
    assert len(grade_by(work, school, "two").asked_at) == len(deserved)
    assert not wrong_in_gradebook(school, "two", deserved, SCORES)
    assert not grade_by(work, school, "two").asked_at
    assert not wrong_in_gradebook(school, "two", deserved, SCORES)


def test_what_the_gradebook_has_lost_is_graded_again(school):
    grade_by(work, school, "two")
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as book:
        book.remove_submission("two", "half")
    assert len(grade_by(work, school, "two").asked_at) == 1
    assert not wrong_in_gradebook(school, "two", {kind: kind for kind in KINDS}, SCORES)


def test_a_notebook_that_cannot_be_saved_is_a_zero_for_a_human_and_no_reason_to_stop(school):
    """Outputs are what the code of a notebook has made of them: nbgrader may refuse them."""

    def spoilt(task: Task) -> Result:
        result = work(task)
        if not all(verdict.passed for verdict in result.verdicts.values()):
            return result
        told = json.loads(result.notebook)
        told["cells"][0]["outputs"] = [{"output_type": "display_data", "data": 5, "metadata": {}}]
        return replace(result, notebook=json.dumps(told))

    done = {one.student: one.record for one in Grading(school, "two", Options()).run(Table(spoilt))}
    assert set(done) == set(KINDS)
    assert len(done["right"].wants_human) == len(POINTS)
    expected = SCORES | {"right": dict.fromkeys(POINTS, 0)}
    assert not wrong_in_gradebook(school, "two", {kind: kind for kind in KINDS}, expected)
