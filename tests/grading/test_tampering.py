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
    ("code", "line"),
    [
        ("import gc\ngc.get_objects()", "line 2: gc.get_objects()"),
        ("import gc as g\ng.get_objects()", "line 2: g.get"),
        ("from gc import get_objects", "line 1"),
        ("import gc\ngetattr(gc, ''.join(names))", "line 2"),
        ("import ctypes", "line 1: import ctypes"),
        ("from course_utils.grading import reply", "line 1"),
        ("import course_utils\ncourse_utils.grading.run", "line 2"),
        ("import importlib\nimportlib.import_module('course_utils.' + rest)", "line 2"),
        ("import sys\nsys.modules", "line 2: sys.modules"),
        ("import sys\nall_of_them = vars(sys)", "line 2"),
        ("import sys as s\ns.modules['course_utils.' 'grading.reply']", "line 2"),
        ("import sys\nsys.modules['builtins']", "line 2"),
        ("t.sys.modules.get('x')", "line 1"),
        ("t.sys.modules['course_utils.gra' + 'ding']", "line 1"),
        ("getattr(t, '__builtins__')", "line 1"),
        ("getattr(t, '__buil' + 'tins__')", "line 1"),
        ("getattr(t, f'__{\"builtins\"}__')", "line 1"),
        ("getattr(t, ''.join(['__', 'builtins__']))", "line 1"),
        ("globals()[name]", "line 1"),
        ("exec('x = 1')", "line 1: exec"),
        ("run = exec", "line 1"),
        ("%time import ctypes", "line 1: %time import ctypes"),
        ("%%time\nx = 1\nimport ctypes", "line 3: import ctypes"),
        ("\n\nimport ctypes\nprint?", "line 3: import ctypes"),
        ("files = !ls\nimport ctypes", "line 2"),
        ("get_ipython().run_cell('x')", "line 1"),
        ("get_ipython().ex('x')", "line 1"),
        ("import pickle\npickle.loads(data)", "line 2"),
        ("import inspect\ninspect.currentframe()", "line 2"),
        ("class C(Base):\n    def f(self): return self.__class__.__mro__", "line 2"),
    ],
)
def test_code_that_reaches_into_its_process_is_named_with_its_line(code: str, line: str):
    """Catches a use that is not seen, and evidence that an instructor has to look for."""
    assert [one for one in words(code) if f"cell 1, {line}" in one]


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
        "try:\n    f()\nexcept RuntimeError as ex:\n    print(ex)",
        "raise ValueError('expected a tensor, ' + 'got a list')",
        "import gc; gc.collect()",
        "import inspect\nprint(inspect.getsource(ReLU), inspect.signature(ReLU))",
        "import importlib, helper\nimportlib.reload(helper)",
        "self.modules = nn.ModuleList()\nself.modules[0]",
        "if 'ReLU' in globals(): del globals()['ReLU']",
        "grading = checking = 1\nprint(grading)",
        "import sys\nin_colab = 'google.colab' in sys.modules\nsys.path.append('/content')",
        "import pickle\npickle.dump(results, file)",
        "model = t.compile(model)\nimport re\nre.compile('x')",
        "block = getattr(self, f'layer{number}')",
        "x = 'a'" + " + 'a'" * 3000,
    ],
)
def test_ordinary_code_is_not_suspected(code: str):
    """Catches a word that makes a human look at an honest notebook."""
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
