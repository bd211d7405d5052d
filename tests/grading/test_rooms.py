"""The rooms of `grading`: imports run one way, and nothing private of torch is in them."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import course_utils.grading

ROOT = Path(course_utils.grading.__file__).parent
MODULES = {f"{path.parent.name}.{path.stem}": path for path in ROOT.glob("*/*.py") if path.stem != "__init__"}
MAY_IMPORT = {"run": {"run"}, "judge": {"run", "judge"}, "course": {"run", "judge", "course"}}


def imported(path: Path) -> set[str]:
    """Give the modules of `grading` that a module imports, at its top or in a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_utils.grading"):
            place = node.module.removeprefix("course_utils.grading").strip(".")
            found |= {place, *(f"{place}.{alias.name}" for alias in node.names)}
    return found & set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_no_room_imports_one_above_it(name):
    room = name.split(".")[0]
    assert {other.split(".")[0] for other in imported(MODULES[name])} <= MAY_IMPORT[room]


def test_who_records_a_class_waits_for_no_torch():
    """Catches a word or a constant that lies in a module with torch: the command would start two seconds later."""
    program = "import sys, course_utils.grading.course.command; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"


def test_no_module_imports_itself_by_way_of_others():
    TopologicalSorter({name: imported(path) for name, path in MODULES.items()}).prepare()


@pytest.mark.parametrize("name", MODULES)
def test_nothing_private_of_torch_is_used(name):
    tree = ast.parse(MODULES[name].read_text())
    used = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    assert not [one for one in used if one.startswith(("torch._", "nn._"))]
