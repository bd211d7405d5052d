"""A course of one tiny notebook, for tests that need a course but neither torch nor the minutes of the real one."""

import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

# ruff: noqa: E501 (a cell's header is one line)
SOURCE = '''\
# %% [markdown]
# # Sums
#
# A tiny course.

# %%
print("two", "words")
print("and more")

# %% nbgrader={"grade": false, "grade_id": "add", "locked": false, "schema_version": 3, "solution": true}
def add(a, b):
    """Add two numbers."""
    # BEGIN SOLUTION
    secret_total = a + b
    return secret_total
    # END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_add", "locked": true, "points": 3, "schema_version": 3, "solution": false}
assert add(1, 2) == 3
# BEGIN HIDDEN TESTS
assert add(-7, 7) == 0
# END HIDDEN TESTS

# %%
add(20, 22)
'''


def make_course(root: Path, source: str = SOURCE) -> Path:
    """Write a course with the assignment `sums` to the folder `root`, and return the path of its source text."""
    folder = root / "solutions" / "sums"
    folder.mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    (folder / "figure.svg").write_text("<svg/>")
    text = folder / "sums.py"
    text.write_text(source)
    return text
