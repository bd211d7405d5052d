"""Which notebooks are seen to reach into the process that they run in, and that ordinary ones are not."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.authoring.answers import answers
from course_utils.grading.judge.tampering import tampering
from course_utils.grading.run.warm import COURSE
from course_utils.tests import EXERCISES


def words(code: str) -> list[str]:
    return tampering(new_notebook(cells=[new_code_cell(code)]), ())


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("import gc", "gc"),
        ("from course_utils.grading import reply", "grading"),
        ("import sys\nsys.modules", "sys.modules"),
        ("import sys as s\ns.modules['course_utils.' 'grading.reply']", "grading"),
        ("t.sys.modules.get('x')", "sys.modules"),
        ("t.sys.modules['course_utils.gra' + 'ding']", "sys.modules"),
        ("getattr(t, '__builtins__')", "__builtins__"),
        ("exec('x = 1')", "exec"),
        ("%time import gc", "gc"),
        ("%%time\nimport gc", "gc"),
        ("import gc\nprint?", "gc"),
        ("files = !ls\nimport ctypes", "ctypes"),
        ("get_ipython().run_cell('x')", "run_cell"),
        ("class C(Base):\n    def f(self): return self.__class__.__mro__", "__mro__"),
    ],
)
def test_code_that_reaches_into_its_process_is_seen(code: str, word: str):
    assert word in words(code)


@pytest.mark.parametrize(
    "code",
    [
        "for module in model.modules(): print(module)",
        "nn.modules.utils._pair(3)",
        "model.eval()\nmodel.train()",
        "%matplotlib inline\n!ls\nnn.Linear?",
        "import numpy as np\nprint('compile', 'eval this')",
        "this does not parse",
        "print('I finished, despite the grading')",
    ],
)
def test_ordinary_code_is_not_suspected(code: str):
    assert words(code) == []


def test_the_courses_own_answers_are_not_suspected():
    for path in sorted(COURSE.glob("solutions/*/*.ipynb")):
        solved = nbformat.read(path, as_version=4)
        release = nbformat.read(COURSE / "notebooks" / path.parent.name / path.name, as_version=4)
        assert tampering(solved, {cell.source for cell in release.cells}) == [], path.name


def test_right_answers_in_other_styles_are_not_suspected():
    """Catches a word that honest students write: their marks would wait for a human."""
    cells = [cell for name in EXERCISES for cell in answers(name) if cell.kind == "right"]
    assert len(cells) > 200
    assert not {f"{cell.exercise}, {cell.title}": found for cell in cells if (found := words(cell.source))}
