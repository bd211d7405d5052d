"""A command of nbgrader's that is forked does what one does that is started: the other tests use forked ones."""

import os
import shutil
from pathlib import Path

import pytest
from own_commands import forked, started
from submission_that_acts import make_it

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="where nothing can be forked, each is started")


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        (("generate_feedback", "two"), ["feedback/acts/two/two.html"]),
        (("export", "--to", "grades.csv"), ["grades.csv"]),
        (("generate_feedback", "unknown"), []),
    ],
)
def test_a_forked_command_says_and_writes_what_a_started_one_does(released, tmp_path, arguments, written):
    """Catches a command that doesn't read the course's settings, or isn't where, or what, it's thought to be."""
    make_it(Path(shutil.copytree(released, tmp_path / "course")))
    found = []
    for run in (started, forked):
        course = shutil.copytree(tmp_path / "course", tmp_path / "run")  # the folder's name is in what they say
        done = run(course, *arguments)
        texts = {name: (course / name).read_text() for name in written}
        found.append((done.returncode, done.stdout, texts))
        shutil.rmtree(course)
    assert found[0] == found[1]
    assert (found[0][0] == 0) == bool(written)
