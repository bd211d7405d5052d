"""What a submission may read: the libraries, and never the course's answers, wherever the course is installed."""

from pathlib import Path

import pytest

from course_utils.grading.run import places
from course_utils.grading.run.warm import COURSE


def is_readable(path: Path, folders: list[str]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def test_the_answers_are_nowhere_in_it():
    found = places.readable()
    assert is_readable(COURSE / "course_utils" / "utils.py", found)
    for answers in (
        "course_utils/exercises/building_blocks/relu.py",
        "course_utils/tests.py",
        "solutions",
        "gradebook.db",
        "submitted",
    ):
        assert not is_readable(COURSE / answers, found)


@pytest.mark.parametrize("is_checkout", [True, False])
def test_of_libraries_beside_the_course_all_else_is_readable(is_checkout: bool, tmp_path: Path, monkeypatch):
    libraries = tmp_path / "lib"
    for name in ("torch", "course/course_utils", "course/.venv"):
        (libraries / name).mkdir(parents=True)
    if is_checkout:
        (libraries / "course" / "solutions").mkdir()
    monkeypatch.setattr(places, "COURSE", libraries / "course")
    found = list(places._around(tmp_path))
    assert is_readable(libraries / "torch", found)
    assert not is_readable(libraries / "course" / "course_utils", found)
    assert not is_readable(libraries / "course" / "solutions", found)
    assert list(places._around(libraries / "course" / ".venv")) == [str(libraries / "course" / ".venv")]
