"""A trial class: a course of its own, which comes near nothing of the real one."""

from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from course_utils import cli
from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.trial_class import make_trial

ROOT = Path(__file__).resolve().parents[2]


def outside() -> set[Path]:
    return {path for name in ("submitted", "autograded", "gradebook.db") for path in [ROOT / name] if path.exists()}


def test_it_is_released_and_handed_in_in_a_folder_of_its_own(tmp_path, monkeypatch):
    """Catches a trial whose students land in the real submitted/ and gradebook."""
    monkeypatch.chdir(tmp_path)
    before = outside()
    done = CliRunner().invoke(cli.app, ["trial", "trial", "00_start_here", "--students", "3"])
    assert "cd trial && course grade 00_start_here" in done.output
    assert sorted(path.name for path in (tmp_path / "trial" / "submitted").iterdir()) == [
        "student00",
        "student01",
        "student02",
    ]
    with Gradebook(f"sqlite:///{tmp_path}/trial/gradebook.db", "resnet-course") as book:
        assert [one.name for one in book.assignments] == ["00_start_here"]
    assert outside() == before


def test_a_folder_with_something_in_it_and_an_unknown_assignment_are_refused(tmp_path):
    """Catches a trial that is mixed into another, or into the course itself."""
    with pytest.raises(AuthoringError, match="is not empty"):
        make_trial(ROOT, ROOT, "00_start_here", 3)
    with pytest.raises(AuthoringError, match=r"no assignment 'nothing'\. There are: 00_start_here"):
        make_trial(ROOT, tmp_path / "trial", "nothing", 3)
    assert not (tmp_path / "trial").exists()
