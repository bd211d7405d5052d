"""A built toy course for each test: built once, then copied."""

import shutil
from pathlib import Path

import pytest
from toy_course import make_course

from course_utils.authoring.build import build


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory):
    root = tmp_path_factory.mktemp("toy") / "course"
    make_course(root)
    build(root)
    return root


@pytest.fixture
def course(_built_once, tmp_path) -> Path:
    """The root of a toy course whose notebooks are built."""
    return Path(shutil.copytree(_built_once, tmp_path / "course"))
