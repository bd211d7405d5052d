"""The real course in real nbgrader: a class of four hands in, is graded, and gets exactly the points it has earned.

`solved` hands in the solution, without the cells that no mark depends on, `blank` the release as it is, `patchy` has an
early exercise wrong and has left out every other one of the rest, and `mixed` has right answers and known mistakes side
by side, in many styles.
`course grade` grades the class, and each of its scores is nbgrader's own; `patchy`, whose right scores are known, is
left to it alone, for nbgrader takes its time.
"""

import csv
import html
import random
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from own_commands import nbgrader
from small_school import scores

from course_utils.authoring.answers import answers
from course_utils.exercises.registry import notebooks
from course_utils.grading.course.grade import Grading, Options
from course_utils.grading.course.workers import Here
from course_utils.grading.judge.needed import needed

ROOT = Path(__file__).resolve().parents[2]
CHOICE = ("right", "mistake")
ASSIGNMENTS = sorted({path.parent.name for path in (ROOT / "solutions").glob("*/*.py")})

# An early exercise of an assignment, and a wrong answer to it: what builds on the exercise must not suffer.
WRONG = {
    "00_start_here": ("centre_images", "def centre_images(images):\n    return images - images.mean()"),
    "01_building_blocks": (
        "Linear",
        """class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(t.randn(in_features, out_features))

    def forward(self, x):
        return x @ self.weight""",
    ),
    "02_resnets": (
        "BatchNorm2d",
        """class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()

    def forward(self, x):
        return 0 * x""",
    ),
    "03_resnet_family": (
        "BasicBlock",
        """class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride)

    def forward(self, x):
        return self.conv1(x)""",
    ),
    "04_why_residuals": (
        "ThinBlock",
        """class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.conv = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1)

    def forward(self, x):
        return self.conv(x)""",
    ),
    "05_transfer_and_look_inside": (
        "NewHead",
        """class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.model = model
        self.model.fc = nn.Linear(64, n_classes)

    def forward(self, x):
        return self.model(x)""",
    ),
    "06_ten_years_later": (
        "PreActBlock",
        """class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1)

    def forward(self, x):
        return self.conv(x)""",
    ),
}


class SchoolClass:
    """One assignment of a scratch copy of the course, handed in and graded."""

    def __init__(self, root: Path, assignment: str):
        self.root, self.assignment = root, assignment
        self.names = sorted(path.stem for path in (root / "solutions" / assignment).glob("*.py"))
        self.graded: dict[str, dict[str, float]] = {}
        self.troubles: dict[str, tuple[str, ...]] = {}

    def by_course_grade(self, root: Path) -> None:
        """Grade the class in a copy of the course, and keep each student's scores."""
        grading = Grading(root, self.assignment, Options())
        with Here(1) as worker:
            self.troubles = {one.student: one.record.troubles for one in grading.run(worker)}
        self.graded = scores(root, self.assignment)

    def nbgrader(self, *arguments: str) -> str:
        """Run an nbgrader command in the course, and return all it said."""
        return nbgrader(self.root, *arguments)

    def path(self, *step: str) -> Path:
        return self.root.joinpath(*step, self.assignment)

    def read(self, *step: str) -> dict[str, nbformat.NotebookNode]:
        return {name: nbformat.read(self.path(*step) / f"{name}.ipynb", as_version=4) for name in self.names}

    def hand_in(self, student: str, answers: dict[str, str], *, all_else: bool = True) -> None:
        """Hand in the release with the solution cells of these grade_ids filled in; all_else: and every other cell."""
        shutil.copytree(self.path("notebooks"), self.path("submitted", student))
        for name, notebook in self.read("notebooks").items():
            released = [cell.source for cell in notebook.cells]
            for cell in notebook.cells:
                if grade_id(cell) in answers:
                    cell.source = answers[grade_id(cell)]
            if not all_else:
                run = needed(notebook, released, graded_by(notebook))
                notebook.cells = [cell for place, cell in enumerate(notebook.cells) if place in run or grade_id(cell)]
            nbformat.write(notebook, self.path("submitted", student) / f"{name}.ipynb")

    def scores(self, student: str) -> dict[str, float]:
        """Return the student's score in each test cell."""
        return scores(self.root, self.assignment)[student]


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def graded_by(notebook):
    return {grade_id(cell): cell.source for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")}


def solutions_of(notebooks):
    """Return the source of each exercise's solution, in the order of the course."""
    cells = [cell for notebook in notebooks.values() for cell in notebook.cells]
    return {grade_id(cell): cell.source for cell in cells if cell.metadata.get("nbgrader", {}).get("solution")}


def points_by_exercise(notebooks):
    """Return {exercise: {test cell: points}}: a test cell belongs to the last exercise before it."""
    points = {}
    for notebook in notebooks.values():
        exercise = None
        for cell in notebook.cells:
            flags = cell.metadata.get("nbgrader", {})
            if flags.get("solution"):
                exercise = flags["grade_id"]
            if flags.get("grade"):
                points.setdefault(exercise, {})[flags["grade_id"]] = flags["points"]
    return points


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A scratch copy of the course, with a gradebook for all assignments."""
    root = tmp_path_factory.mktemp("class") / "course"
    return shutil.copytree(ROOT, root, ignore=ignore_what_a_course_makes)


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def school_class(request, course):
    """All students of the assignment, graded, with feedback and the exported grades."""
    assignment = request.param
    school_class = SchoolClass(course, assignment)
    school_class.nbgrader("generate_assignment", assignment)
    solutions = solutions_of(school_class.read("solutions"))
    # Every cell of it is run by tests/authoring/test_the_real_course.py, which insists that none fails.
    school_class.hand_in("solved", solutions, all_else=False)
    school_class.hand_in("blank", {})
    done = dict.fromkeys(every_other(solutions, assignment))
    school_class.hand_in("patchy", {name: solutions[name] for name in done} | dict([WRONG[assignment]]))
    school_class.hand_in("mixed", mixed(assignment))
    school_class.by_course_grade(shutil.copytree(course, course.with_name(assignment)))
    shutil.rmtree(school_class.path("submitted", "patchy").parent)
    school_class.nbgrader("autograde", assignment)
    school_class.nbgrader("generate_feedback", assignment, "--student", "blank")
    school_class.nbgrader("export", "--to", "grades.csv")
    return school_class


def mixed(assignment):
    """Choose an answer to each exercise, right or wrong, the same each time."""
    chance = random.Random(assignment)
    names = [entry.name for entry in notebooks()[assignment]]
    chosen = {name: chance.choice([cell for cell in answers(name) if cell.kind in CHOICE]) for name in names}
    return {name: cell.source for name, cell in chosen.items()}


def ignore_what_a_course_makes(folder, names):
    """Leave out hidden files, and at the top level (a package has rooms of its own) what building and grading make."""
    made = {"notebooks", "gradebook.db", "submitted", "autograded", "feedback"} if Path(folder) == ROOT else set()
    return [name for name in names if name in made or name.startswith(".")]


def every_other(solutions, assignment):
    """Choose every other exercise but the one that is to be wrong."""
    return [name for name in solutions if name != WRONG[assignment][0]][::2]


def expected_scores(school_class, done):
    return {
        cell: points if exercise in done else 0
        for exercise, cells in points_by_exercise(school_class.read("solutions")).items()
        for cell, points in cells.items()
    }


def test_the_committed_release_is_exactly_what_nbgraders_own_command_makes(school_class):
    committed = ROOT / "notebooks" / school_class.assignment
    for name in school_class.names:
        assert (school_class.path("notebooks") / f"{name}.ipynb").read_text() == (
            committed / f"{name}.ipynb"
        ).read_text()


def test_every_exercise_has_points(school_class):
    notebooks = school_class.read("solutions")
    assert set(points_by_exercise(notebooks)) == set(solutions_of(notebooks))


def test_the_solution_gets_all_points(school_class):
    assert school_class.scores("solved") == expected_scores(school_class, solutions_of(school_class.read("solutions")))


def test_the_blank_release_gets_none_and_its_feedback_says_not_attempted(school_class):
    assert set(school_class.scores("blank").values()) == {0}
    exercises = points_by_exercise(school_class.read("solutions"))
    said = 0
    for name in school_class.names:
        page = (school_class.path("feedback", "blank") / f"{name}.html").read_text()
        # A class that is another's child, with a stub for its one method, is "not finished".
        said += len(re.findall("not (?:attempted|finished) yet", html.unescape(re.sub("<[^>]*>", "", page))))
    assert said >= sum(len(cells) for cells in exercises.values())


def test_the_blank_release_runs_to_its_first_test_and_that_says_what_is_to_be_done(school_class):
    """Catches a given cell that fails before a student has written anything, and a stub with an error of Python."""
    for notebook in school_class.read("autograded", "blank").values():
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        first = next(cell for cell in code if any(one.output_type == "error" for one in cell.outputs))
        assert grade_id(first) == next(grade_id(one) for one in code if one.metadata.get("nbgrader", {}).get("grade"))
        assert "not attempted yet" in str(first.outputs)


def test_what_is_wrong_or_left_out_costs_its_own_points_and_no_others(school_class):
    """Catches an exercise that stands on an earlier answer, and a grader that stops at the first gap."""
    wrong, _ = WRONG[school_class.assignment]
    earned = school_class.graded["patchy"]
    done = every_other(solutions_of(school_class.read("solutions")), school_class.assignment)
    own = points_by_exercise(school_class.read("solutions"))[wrong]
    expected = expected_scores(school_class, done)
    assert {cell: earned[cell] for cell in earned if cell not in own} == {
        cell: expected[cell] for cell in expected if cell not in own
    }
    assert sum(earned[cell] for cell in own) < sum(own.values())


def test_course_grade_gives_each_student_nbgraders_own_scores(school_class):
    """Catches any answer that one of the two accepts and the other does not, in any cell of any notebook."""
    both = {"solved", "blank", "mixed"}
    assert {name: school_class.graded[name] for name in both} == {name: school_class.scores(name) for name in both}
    assert set(school_class.graded) == both | {"patchy"}
    assert set(school_class.troubles.values()) == {()}


def test_the_exported_grades_are_those_of_the_gradebook(school_class):
    with (school_class.root / "grades.csv").open() as file:
        own = [row for row in csv.DictReader(file) if row["assignment"] == school_class.assignment]
    rows = {row["student_id"]: row for row in own}
    full = sum(school_class.scores("solved").values())
    for student, row in rows.items():
        assert float(row["score"]) == sum(school_class.scores(student).values())
        assert float(row["max_score"]) == full
    assert {"solved", "blank", "mixed"} == set(rows)


@pytest.mark.parametrize("school_class", ASSIGNMENTS[:1], indirect=True)
def test_validate_tells_the_student_of_the_release_what_is_not_attempted(school_class):
    """Catches a release that nbgrader's own button calls valid, or fails in other words than the course's."""
    for name in school_class.names:
        words = school_class.nbgrader("validate", str(school_class.path("notebooks") / f"{name}.ipynb"))
        assert "VALIDATION FAILED" in words
        assert "not attempted yet" in words


@pytest.mark.parametrize("school_class", ASSIGNMENTS[:1], indirect=True)
def test_validate_passes_the_solution(school_class):
    """Catches a hidden test that stops validation; that the solutions have all points is seen by autograding them."""
    for name in school_class.names:
        assert "Success!" in school_class.nbgrader("validate", str(school_class.path("solutions") / f"{name}.ipynb"))
