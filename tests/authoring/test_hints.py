"""The hints of a notebook come from the exercises, and nowhere else."""

import re

import pytest

from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.hints import expand_hints
from course_utils.tests import HINTS


def test_a_place_for_hints_becomes_three_folded_hints_and_a_way_to_the_solution():
    text = expand_hints("before\n\n{{hints AveragePool}}\n\nafter")
    assert text.startswith("before\n\n<details>")
    assert text.endswith("</details>\n\nafter")
    assert re.findall("<summary>(.*?)</summary>", text) == [
        "Hint 1: a nudge",
        "Hint 2: the approach",
        "Hint 3: nearly there",
        "Solution",
    ]
    for hint in HINTS["AveragePool"]:
        # Without the blank lines JupyterLab would show the markdown as it stands.
        assert f"</summary>\n\n{hint}\n\n</details>" in text
    assert 'utils.show_solution("AveragePool")' in text


def test_a_name_without_exercise_is_an_error_that_lists_the_names():
    with pytest.raises(AuthoringError, match=r"no exercise 'Typo'.*AveragePool"):
        expand_hints("{{hints Typo}}")


def test_other_text_stays_as_it_is():
    assert expand_hints("use {{braces}} and hints freely") == "use {{braces}} and hints freely"
