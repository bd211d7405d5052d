"""The hints of a notebook come from the exercises, and nowhere else."""

import ast
import re
from itertools import chain

import pytest
from markdown_it import MarkdownIt

from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.hints import expand_hints
from course_utils.exercises.registry import load
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


def test_a_place_for_steps_becomes_a_list_of_them_by_the_names_that_the_panel_has():
    """Catches a list in the text that goes on calling a step what it was called last year."""
    steps = load("ResNet34").steps
    lines = expand_hints("{{steps ResNet34}}").splitlines()
    assert lines == [f"{number}. **{step.name}**: {step.does}" for number, step in enumerate(steps, 1)]


@pytest.mark.parametrize("what", ["hints", "steps"])
def test_a_name_without_exercise_is_an_error_that_lists_the_names(what):
    with pytest.raises(AuthoringError, match=rf"no exercise 'Typo' for its {what}.*AveragePool"):
        expand_hints(f"{{{{{what} Typo}}}}")


def test_other_text_stays_as_it_is():
    assert expand_hints("use {{braces}} and hints freely") == "use {{braces}} and hints freely"


# ---- what a reader sees of them -----------------------------------------------------------------------------------

ALL_HINTS = [pytest.param(hint, id=f"{name}-{number}") for name in HINTS for number, hint in enumerate(HINTS[name], 1)]
# What only code has: a call, an underscore or a dot between letters, a bracket after a word, an operator.
CODE = re.compile(r"\w\(|\w_|_\w|[a-z]\.[a-z]|\w\[|=|@|\*|\w/\w|__")


def pieces_of(hint: str) -> list[tuple[str, str]]:
    """Render the hint as JupyterLab does; return its pieces, each with what it is: text, emphasis or code."""
    found, kind = [], "text"
    for token in chain.from_iterable(
        one.children or [one] for one in MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(hint)
    ):
        if token.type in {"em_open", "em_close"}:
            kind = "emphasis" if token.type == "em_open" else "text"
        elif token.type in {"code_inline", "fence"}:
            found.append(("code", token.content))
        elif token.type in {"softbreak", "text"}:
            found.append((kind, token.content or "\n"))
        else:
            assert token.type in {"paragraph_open", "paragraph_close"}, f"{token.type} {token.content}"
    return found


@pytest.mark.parametrize("hint", ALL_HINTS)
def test_markdown_takes_nothing_from_a_hint(hint):
    """Catches `(my_name, _), (_, their_tensor)` without backticks, which is shown as (my_name, ), (, their_tensor)."""
    meant = re.sub(r"\*([a-z]+)\*", r"\1", re.sub(r"^```.*$|`", "", hint, flags=re.MULTILINE))
    shown = "".join(text for _, text in pieces_of(hint))
    assert "".join(shown.split()) == "".join(meant.split())
    assert all(text.isalpha() for kind, text in pieces_of(hint) if kind == "emphasis")


@pytest.mark.parametrize("hint", ALL_HINTS)
def test_code_in_a_hint_is_set_as_code(hint):
    """Catches a name with underscores that lacks its backticks, whether or not markdown damages it today."""
    bare = [text for kind, text in pieces_of(hint) if kind != "code" and CODE.search(text)]
    assert bare == []


@pytest.mark.parametrize("hint", ALL_HINTS)
def test_lines_of_code_in_a_hint_are_python_as_the_notebooks_write_it(hint):
    """Catches a typo, and `torch.where` where a notebook knows torch as `t`."""
    for kind, text in pieces_of(hint):
        if kind == "code" and "\n" in text:
            names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
            assert "torch" not in names
