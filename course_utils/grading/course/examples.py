"""The code of answers, to be shown to a class: the shortest of a kind, without comments and the names of people."""

import ast
import json
import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from pathlib import Path

from course_utils.grading.course.answers import WrongAnswer
from course_utils.grading.judge.names import parsed

_LONGEST = 60  # lines: what is longer is no example for a lecture
_LARGEST_CELL = 50_000  # characters: what is larger is no answer, and takes long to read
_WORD = re.compile(r"[A-Za-zÀ-ÿ]+")
_SHORTEST_NAME = 3  # letters
_SOMEONE = "someone"


class Examples:
    """Reads answers where `course grade` has put them.

    folder: gives the folder of a student's graded notebooks. people: what the students are called. known: texts of the
    course's own: a word that is in them is nobody's name here.
    """

    def __init__(self, folder: Callable[[str], Path], people: Iterable[str], known: Iterable[str]) -> None:
        self._folder = folder
        ours = {word.lower() for text in known for word in _WORD.findall(_apart(text))}
        names = {word.lower() for name in people for word in _WORD.findall(_apart(name))}
        self._people = {name for name in names - ours if len(name) >= _SHORTEST_NAME}

    def code(self, student: str, notebook: str, exercise: str) -> str:
        """Give a student's answer to an exercise; "" where there is none that can be read."""
        found = _definitions_in(self._folder(student) / f"{notebook}.ipynb").get(exercise)
        try:
            return anonymous(found, self._people) if found is not None else ""
        except RecursionError:  # it is nested too deeply to be written anew
            return ""

    def shortest(self, answers: Iterable[WrongAnswer]) -> str:
        """Give the shortest of some answers; "" where none can be read."""
        codes = {self.code(one.student, one.notebook, one.exercise) for one in answers} - {""}
        shortest = min(sorted(codes), key=len, default="")
        return shortest if len(shortest.splitlines()) <= _LONGEST else ""


def definitions(cells: Iterable[str]) -> dict[str, ast.stmt]:
    """Find what a notebook defines, by name: of several definitions the last one, which the test has met."""
    found: dict[str, ast.stmt] = {}
    for cell in cells:
        tree = parsed(cell) if len(cell) <= _LARGEST_CELL else None
        found |= {name: one for one in (tree.body if tree else ()) if (name := _name_of(one))}
    return found


def _name_of(statement: ast.stmt) -> str:
    match statement:
        case ast.ClassDef(name) | ast.FunctionDef(name):
            return name
        case ast.Assign(targets=[ast.Name(name)]):
            return name
    return ""


def anonymous(definition: ast.stmt, people: Collection[str] = ()) -> str:
    """Write code anew, without comments, docstrings and people's names."""
    bare = ast.parse(ast.unparse(definition))
    for node in ast.walk(bare):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    text = ast.unparse(bare)
    if not people:
        return text
    return re.sub(r"[A-Za-zÀ-ÿ]+(?:_[A-Za-zÀ-ÿ]+)*", lambda word: _without(word[0], people), text)


def _without(word: str, people: Collection[str]) -> str:
    for part in _WORD.findall(_apart(word)):
        if part.lower() in people:
            word = word.replace(part, _SOMEONE)
    return word


def _apart(text: str) -> str:
    """Put a space where a word begins with a capital letter in the middle of a name: maxMuster, MaxPool."""
    return re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", text)


@lru_cache(maxsize=512)
def _definitions_in(path: Path) -> dict[str, ast.stmt]:
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        return definitions("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError):
        return {}
