"""The report of a class in a browser: light, dark, on a telephone and on paper."""

import json
import random
from string import ascii_lowercase

import pytest
from accessibility import violations
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page

from course_utils.exercises.exercise import Exercise
from course_utils.exercises.registry import exercise_of, load
from course_utils.grading.course.examples import Examples
from course_utils.grading.course.gradebook import Cells
from course_utils.grading.course.records import Record
from course_utils.grading.course.report import Beside, render
from course_utils.grading.judge.verdicts import Verdict, zero

POINTS = {"test_relu": 1.0, "test_flatten": 2.0, "test_max_pool2d": 3.0, "test_conv1d_minimal": 2.0}
EXERCISES = {test: load(exercise_of(test)) for test in POINTS}


def code(name: str, student: int) -> str:
    """Give a long answer that is like nobody else's, except that the first two hand in the same."""
    chance = random.Random(max(student, 1))
    lines = [f"        x = {' + '.join(chance.choices(ascii_lowercase, k=6))}" for _ in range(20)]
    return "\n".join([f"class {name}(nn.Module):", "    def forward(self, x):", *lines, "        return x"])


def verdict(exercise: Exercise, student: int) -> Verdict:
    """Give what one of thirty has made of it: most are right, some share a mistake, some do what nobody has named."""
    kind = (student * 7 + len(exercise.name)) % 10
    if kind < 4:
        return Verdict(True, "✓", "right", exercise.name)
    if kind < 6:
        return Verdict(False, "✗", "wrong", exercise.name, (exercise.mistakes[kind % 2].id,), "exactly")
    if kind < 8:
        look = next(one.name for one in exercise.checks if not one.structural)
        text = (
            f"✗ {exercise.name}   not yet right. What should hold: it is as it should be\n  expected 0.412, got 0.000"
        )
        return Verdict(False, text, "wrong", exercise.name, seen={f"{look}: x": ["shown:1", 1e-7]})
    return zero("it crashed", exercise.name) if kind == 9 else Verdict(False, "○", "unfinished", exercise.name)


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("class")
    records = {}
    for student in range(30):
        name = f"student{student:02}"
        verdicts = {test: verdict(exercise, student) for test, exercise in EXERCISES.items()}
        records[name] = Record("", {"01": verdicts}, ("a cell was lost: put back",) * (student == 3))
        cells = [new_code_cell(code(one.name, student)) for one in EXERCISES.values()]
        (folder / name).mkdir()
        (folder / name / "01.ipynb").write_text(json.dumps(new_notebook(cells=cells)))
    examples = Examples(lambda student: folder / student, records, ())
    beside = Beside(examples=examples, late={"student05": "2 days late, no late days left: loses 20 %"})
    return render("01_building_blocks", {"01": Cells(dict.fromkeys(POINTS, ""), POINTS)}, records, False, beside)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_report_is_accessible_and_fits(page: Page, keep, report, scheme, width):
    """Catches colours too faint in the dark, a box that no keyboard can scroll, and a page wider than a telephone."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(report)
    assert page.get_by_text("Side by side").count() == 1
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    keep(page, f"report_{scheme}_{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page, "html") == []


def test_the_report_prints_in_ink_on_white(page: Page, keep, report):
    """Catches a dark page that is printed dark."""
    page.set_viewport_size({"width": 800, "height": 1100})
    page.emulate_media(media="print", color_scheme="dark")
    page.set_content(report)
    keep(page, "report_print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen", color_scheme="light")
