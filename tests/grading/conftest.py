"""What tests of grading share."""

import pytest
from small_school import make_school


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A small course whose assignment is released; who changes it copies it first."""
    return make_school(tmp_path_factory.mktemp("released"))
