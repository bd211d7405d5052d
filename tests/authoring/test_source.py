"""Reading a notebook's source text: what is refused, and in which words."""

import pytest
from toy_course import SOURCE

from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.source import read_source


def read(tmp_path, text):
    path = tmp_path / "sums.py"
    path.write_text(text)
    return read_source(path)


def test_reading_twice_gives_the_same_notebook_with_ids_from_grade_ids(tmp_path):
    first, second = read(tmp_path, SOURCE), read(tmp_path, SOURCE)
    assert first == second
    assert [cell.id for cell in first.cells][2:4] == ["add", "test_add"]


def test_equal_cells_get_different_ids(tmp_path):
    notebook = read(tmp_path, "# %%\nx = 1\n\n# %%\nx = 1\n")
    assert len({cell.id for cell in notebook.cells}) == 2


def test_only_the_authors_metadata_reaches_the_notebook(tmp_path):
    notebook = read(tmp_path, '# %%\ndef f():\n    pass\n\n\n# %% tags=["a"]\nx = 1\n\n# %% [markdown]\n"""\nHi\n"""\n')
    assert [cell.metadata for cell in notebook.cells] == [{}, {"tags": ["a"]}, {}]
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


HEADER = '# %% nbgrader={"grade": false, "grade_id": "more", "locked": false, "schema_version": 3, "solution": true}\n'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"grade_id": "test_add"', '"grade_id": "add"', "grade_id 'add' is used 2 times"),
        (', "points": 3', "", "'test_add': nbgrader metadata: nbgrader cell 'test_add' does not have points"),
        (
            '"schema_version": 3, "solution": true',
            '"schema_version": 2, "solution": true',
            "'add': nbgrader metadata: Out",
        ),
        ('"solution": true}', '"solution": tru}', "begins 'def add(a, b):"),
        ("    # BEGIN SOLUTION\n", "", "'add': BEGIN SOLUTION and END SOLUTION must come in pairs"),
        ("    # END SOLUTION\n", "", "'add': BEGIN SOLUTION and END SOLUTION must come in pairs"),
        ("    # END SOLUTION\n", "    # BEGIN SOLUTION\n    # END SOLUTION\n", "must come in pairs"),
        ("# END HIDDEN TESTS\n", "", "'test_add': BEGIN HIDDEN TESTS and END HIDDEN TESTS must come in pairs"),
        ('"solution": true', '"solution": false', 'does not say "solution": true'),
        ("# A tiny course.\n", "# A tiny course.\n#\n", "remove the blank lines"),
        ("# A tiny course.\n", "# A course of 3\n# + 8 words.\n", "'+ 8 words.' becomes a list"),
        (
            "# A tiny course.\n",
            "# On 21.4\n# %. Deeper was better.\n",
            "'%. Deeper was better.' is a comment in the book",
        ),
        ("# A tiny course.\n", "# <details><summary>And `f()`?</summary>\n", "'And `f()`?' has backticks"),
        ("# A tiny course.\n", "# $n = \\text{in\\_features}$\n", "shows its backslash"),
        ("# %%\nprint", HEADER + "print", "'more': a solution cell needs BEGIN SOLUTION and END SOLUTION"),
    ],
)
def test_a_broken_source_is_refused_with_the_cell_and_the_reason(tmp_path, old, new, words):
    assert old in SOURCE
    with pytest.raises(AuthoringError) as caught:
        read(tmp_path, SOURCE.replace(old, new, 1))
    assert words in str(caught.value)
    assert "sums.py" in str(caught.value)


def test_all_problems_are_told_at_once(tmp_path):
    broken = SOURCE.replace(', "points": 3', "").replace("    # END SOLUTION\n", "")
    with pytest.raises(AuthoringError) as caught:
        read(tmp_path, broken)
    assert str(caught.value).count("\n  ") == 2
