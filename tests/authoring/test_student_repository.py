"""The students' repository: all that they need, and not a line of a solution."""

import re
import subprocess
from pathlib import Path

import pytest

from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.student_repository import LEFT_OUT, make_student_repository

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    for name in (
        "notebooks/one/one.ipynb",
        "solutions/one/one.py",
        "tests/test_one.py",
        "course_utils/a.py",
        "README.md",
        "term.toml",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    git(root, "init", "-q")
    commit(root)
    (root / "gradebook.db").write_text("grades")
    return root


def git(folder, *arguments):
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder):
    git(folder, "add", ".")
    git(folder, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x")


def test_it_has_the_course_without_solutions_and_without_what_is_not_under_version_control(course, tmp_path):
    said = make_student_repository(course, tmp_path / "students")
    assert git(tmp_path / "students", "ls-files").split() == [
        "README.md",
        "course_utils/a.py",
        "notebooks/one/one.ipynb",
    ]
    assert "3 files" in said
    assert git(tmp_path / "students", "status", "--porcelain") == ""


def test_the_history_holds_no_solution_either(course, tmp_path):
    make_student_repository(course, tmp_path / "students")
    assert "solutions" not in git(tmp_path / "students", "log", "--all", "--name-only")


def test_made_again_it_follows_the_course(course, tmp_path):
    make_student_repository(course, tmp_path / "students")
    assert "up to date" in make_student_repository(course, tmp_path / "students")
    (course / "course_utils/a.py").unlink()
    (course / "course_utils/b.py").write_text("new")
    commit(course)
    make_student_repository(course, tmp_path / "students")
    assert "course_utils/b.py" in git(tmp_path / "students", "ls-files")
    assert "course_utils/a.py" not in git(tmp_path / "students", "ls-files")
    assert len(git(tmp_path / "students", "log", "--format=%h").split()) == 2


def test_a_folder_of_other_things_is_left_alone(course, tmp_path):
    (tmp_path / "students").mkdir()
    (tmp_path / "students" / "thesis.txt").write_text("mine")
    with pytest.raises(AuthoringError, match="not empty and no git repository"):
        make_student_repository(course, tmp_path / "students")
    assert [path.name for path in (tmp_path / "students").iterdir()] == ["thesis.txt"]


def test_uncommitted_work_in_it_is_left_alone(course, tmp_path):
    make_student_repository(course, tmp_path / "students")
    (tmp_path / "students" / "README.md").write_text("edited")
    with pytest.raises(AuthoringError, match="not committed"):
        make_student_repository(course, tmp_path / "students")
    assert (tmp_path / "students" / "README.md").read_text() == "edited"


def test_what_is_no_checkout_is_named(tmp_path):
    (tmp_path / "course").mkdir()
    with pytest.raises(AuthoringError, match="git ls-files failed"):
        make_student_repository(tmp_path / "course", tmp_path / "students")


def test_the_real_course_leaves_no_folder_with_solved_notebooks(tmp_path):
    """Catches solutions in it, a badge for Codespaces without a container, workflows that would publish it, clutter."""
    make_student_repository(ROOT, tmp_path / "students")
    names = {path.name for path in (tmp_path / "students").iterdir()}
    assert {"notebooks", "course_utils", "course.py", "README.md", "resnet_inputs"} <= names
    assert {".devcontainer", ".vscode", ".binder", ".gitattributes"} <= names
    assert not names & {".github", ".pre-commit-config.yaml", "CHANGELOG.md", "CITATION.cff", "SECURITY.md", *LEFT_OUT}
    for path in (tmp_path / "students").rglob("*.ipynb"):
        assert "BEGIN SOLUTION" not in path.read_text()


def test_its_readme_offers_nothing_that_is_not_in_it(tmp_path):
    """Catches dead links to the instructors' guide, and commands that need the solutions or the course's own tests."""
    make_student_repository(ROOT, tmp_path / "students")
    readme = (tmp_path / "students" / "README.md").read_text()
    links = re.findall(r'\]\((?!http)([^)#]+)|(?:src|srcset)="(?!http)([^"]+)', readme)
    targets = [link or source for link, source in links]
    assert "notebooks/02_resnets/02_resnets.ipynb" in targets
    assert [name for name in targets if not (tmp_path / "students" / name).exists()] == []
    offered = ("solutions", "course.py test", "course.py try", "course.py site", "show_solution", "other_styles")
    assert [word for word in offered if word in readme] == []
    assert "not for students" not in readme
    assert "MIT licence" in readme
