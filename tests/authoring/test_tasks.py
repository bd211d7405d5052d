"""An exercise's text opens with what to write: a reader of the web book sees the text before the stub."""

import ast
import re

import pytest

from course_utils.authoring.answers import cells
from course_utils.exercises.registry import notebooks

EXERCISES = [
    pytest.param(notebook, entry.name, id=entry.name) for notebook, entries in notebooks().items() for entry in entries
]
_OPENS = re.compile(r"^Write `(\w+)\((.*?)\)`", re.MULTILINE)


def arguments(signature: ast.arguments) -> list[str]:
    """Give the names of the arguments, without self and without what they are if left out."""
    named = [*signature.posonlyargs, *signature.args, *filter(None, [signature.vararg]), *signature.kwonlyargs]
    return [one.arg for one in named if one.arg != "self"]


def stub_arguments(stub: str, name: str) -> list[str]:
    """Give the arguments that a stub's function has, or that its class is made with."""
    code = re.sub(r"### BEGIN SOLUTION.*?### END SOLUTION", "raise NotImplementedError()", stub, flags=re.DOTALL)
    (found,) = [node for node in ast.parse(code).body if getattr(node, "name", "") == name]
    if isinstance(found, ast.ClassDef):
        found = next((one for one in found.body if getattr(one, "name", "") == "__init__"), None)
    return arguments(found.args) if found else []


@pytest.mark.parametrize(("notebook", "name"), EXERCISES)
def test_the_text_says_what_to_write_with_its_arguments(notebook, name):
    """Catches "For the way forward you write the instrument", and an argument that was renamed in the stub only."""
    found = cells(notebook)
    place = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in found].index(name)
    texts = [cell.source for cell in found[:place] if cell.cell_type == "markdown"]
    told = [given for text in texts for written, given in _OPENS.findall(text) if written == name]
    assert len(told) == 1
    (function,) = ast.parse(f"def it({told[0]}): ...").body
    assert arguments(function.args) == stub_arguments(found[place].source, name)


@pytest.mark.parametrize("notebook", notebooks())
def test_it_is_the_first_thing_that_is_said(notebook):
    """Catches a task that begins with its history: who doesn't see the stub doesn't know what it's about."""
    texts = [cell.source for cell in cells(notebook) if cell.cell_type == "markdown"]
    tasks = [text for text in texts if text.count("> **Difficulty**")]
    opening = [re.search(r"^> \*\*Difficulty\*\*.*\n\n(.*)", text, re.MULTILINE)[1] for text in tasks]
    assert [line for line in opening if not _OPENS.match(line)] == []
