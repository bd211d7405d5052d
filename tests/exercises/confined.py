"""Have answers judged as `course grade` does it: in one notebook that runs in the confined process."""

import json
from collections.abc import Sequence

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.authoring.answers import AnswerCell, cells, notebook_of
from course_utils.exercises.exercise import Exercise
from course_utils.grading.judge.running import run
from course_utils.grading.judge.task import Task
from course_utils.grading.judge.verdicts import Verdict
from course_utils.grading.run.confinement import missing
from course_utils.grading.run.limits import Limits


def verdicts_of(exercise: Exercise, answers: Sequence[AnswerCell]) -> dict[tuple[AnswerCell, str], Verdict]:
    """Give the judge's verdict on each answer by each of the exercise's tests."""
    assert not missing(), "nothing is confined on this machine"
    given = _given(exercise.name)
    notebook = new_notebook(cells=list(given))
    tests: dict[str, str] = {}
    places: dict[tuple[AnswerCell, str], str] = {}
    for number, answer in enumerate(answers):
        notebook.cells.append(new_code_cell(answer.source))
        for test in exercise.tests:
            grade_id = places[answer, test] = f"{number}-{test}"
            tests[grade_id] = f"tests.{test}({exercise.name})"
            flags = {"grade_id": grade_id, "grade": True, "solution": False, "locked": True, "points": 1}
            notebook.cells.append(new_code_cell(tests[grade_id], metadata={"nbgrader": flags | {"schema_version": 3}}))
    text = json.dumps(nbformat.from_dict(notebook))
    released = frozenset(cell.source for cell in given)
    result = run(Task(text, tests=tests, released=released, limits=Limits(notebook=1200, output=100)))
    return {place: result.verdicts[grade_id] for place, grade_id in places.items()}


def _given(name: str) -> list:
    """Give the solved notebook's definitions: imports, solutions, and the classes that the notebook gives."""
    found = []
    for cell in cells(notebook_of(name)):
        flags = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and (
            flags.get("solution") or cell.source.startswith(("class ", "import ", "from "))
        ):
            found.append(new_code_cell(cell.source))
    return found
