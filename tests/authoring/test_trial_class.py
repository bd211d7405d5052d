"""A trial class: a course of its own, which comes near nothing of the real one."""

from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from course_utils import cli
from course_utils.authoring.answers import run_cell
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.trial_class import NAMELESS, make_class, make_trial
from course_utils.exercises.exercise import AnswerHere, marks_in, report_on
from course_utils.exercises.registry import every_exercise, notebooks
from course_utils.grading.course.answers import groups, wrong_answers
from course_utils.grading.course.records import Record
from course_utils.grading.judge.tampering import tampering
from course_utils.grading.judge.verdicts import Verdict

ROOT = Path(__file__).resolve().parents[2]


def outside() -> set[Path]:
    return {path for name in ("submitted", "autograded", "gradebook.db") for path in [ROOT / name] if path.exists()}


@pytest.fixture(scope="module")
def trial(tmp_path_factory) -> tuple[Path, str]:
    """A class of six, and what the command has said."""
    folder, before = tmp_path_factory.mktemp("beside") / "trial", outside()
    done = CliRunner().invoke(cli.app, ["trial", str(folder), "00_start_here", "--students", "6"])
    assert outside() == before
    return folder, done.output


def test_it_is_released_and_handed_in_in_a_folder_of_its_own(trial):
    """Catches a trial whose students land in the real submitted/ and gradebook."""
    folder, said = trial
    assert f"cd {folder} && course grade 00_start_here" in said
    handed_in = sorted(path.name for path in (folder / "submitted").iterdir())
    assert handed_in == [f"student{number:02}" for number in range(6)]
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "resnet-course") as book:
        assert [one.name for one in book.assignments] == ["00_start_here"]


def test_a_folder_with_something_in_it_and_an_unknown_assignment_are_refused(tmp_path):
    """Catches a trial that is mixed into another, or into the course itself."""
    with pytest.raises(AuthoringError, match="is not empty"):
        make_trial(ROOT, ROOT, "00_start_here", 6)
    with pytest.raises(AuthoringError, match=r"no assignment 'nothing'\. There are: 00_start_here"):
        make_trial(ROOT, tmp_path / "trial", "nothing", 6)
    assert not (tmp_path / "trial").exists()


def books_of(course: Path, assignment: str) -> dict[str, nbformat.NotebookNode | None]:
    """Give what each student has handed in; None where it is no notebook."""
    found = {}
    for path in sorted(course.glob(f"submitted/*/{assignment}/*.ipynb")):
        try:
            found[path.parts[-3]] = nbformat.read(path, as_version=4)
        except nbformat.reader.NotJSONError:
            found[path.parts[-3]] = None
    return found


def test_accept_refuse_and_name_can_be_practised_on_it_and_the_class_that_is_compared_is_as_it_was(trial):
    """Catches a trial without anybody to decide about, and a class whose scores nbgrader's own would not match."""
    folder, said = trial
    release = nbformat.read(folder / "notebooks/00_start_here/00_start_here.ipynb", as_version=4)
    released = [cell.source for cell in release.cells]
    _, nameless = NAMELESS["00_start_here"]

    def held_unread_and_sharing() -> list[list[str]]:
        books = books_of(folder, "00_start_here")
        read = {student: book for student, book in books.items() if book is not None}
        return [
            [student for student, book in read.items() if tampering(book, released)],
            [student for student in books if student not in read],
            [student for student, book in read.items() if nameless in [cell.source for cell in book.cells]],
        ]

    assert held_unread_and_sharing() == [["student00"], ["student05"], ["student03", "student04"]]
    *_, last = said.splitlines()
    assert "student00's points are held, student05's file can't be read." in last
    assert "student03 and student04 share a mistake" in last
    make_class(folder, 6, "00_start_here")
    assert held_unread_and_sharing() == [[], [], []]


@pytest.mark.parametrize("assignment", notebooks())
def test_the_mistake_that_two_share_has_no_known_name_and_makes_a_group(assignment):
    """Catches a mistake that the bank has come to know since: then there is nothing to name."""
    name, cell = NAMELESS[assignment]
    exercise = next(one for one in every_exercise() if one.name == name)
    answer = AnswerHere(exercise, run_cell(cell, name))
    verdicts = {
        test: Verdict.of_report(report_on(exercise, test, answer, 0), seen=marks_in(exercise, test, answer))
        for test in exercise.tests
    }
    pair = dict.fromkeys(("one", "other"), Record("", {assignment: verdicts}))
    (group,) = groups(wrong_answers(pair))
    assert len(group.answers) == 2
    assert not group.stops
