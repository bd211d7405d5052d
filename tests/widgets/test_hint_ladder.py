"""The ladder opens one hint at a time and notes each once; without buttons all hints are there to read."""

import re

import pytest

from course_utils.exercises.exercise import HINT_TITLES
from course_utils.progress.log import FILE, Run, append, read
from course_utils.tests import HINTS
from course_utils.widgets import hint_ladder
from course_utils.widgets.hint_ladder import folded, hints, in_words

NAME = "raise_on_nan"  # its hints have code, quotes and emphasis in them


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(hint_ladder, "student_folder", lambda: tmp_path / "my_work")
    return tmp_path / "my_work"


def opened(ladder):
    """The titles of the hints that can be read now."""
    return [title for title in HINT_TITLES if title in ladder.children[0].value]


def noted(place):
    return [(hint.exercise, hint.rung) for hint in read(place).hints]


def test_each_press_opens_one_more_hint_and_notes_it(place, widget_of):
    ladder = widget_of(hints, NAME)
    page, button = ladder.children
    assert opened(ladder) == []
    for number, title in enumerate(HINT_TITLES, start=1):
        assert button.description == title
        button.click()
        assert opened(ladder) == list(HINT_TITLES[:number])
        assert noted(place) == [(NAME, rung) for rung in range(1, number + 1)]
        assert ("show_solution" in page.value) == (number == 3)
    assert read(place).lost == 0


def test_the_last_press_folds_all_away_and_reading_again_is_not_noted_twice(place, widget_of):
    ladder = widget_of(hints, NAME)
    button = ladder.children[1]
    for _ in HINT_TITLES:
        button.click()
    assert "fold" in button.description
    button.click()
    assert opened(ladder) == []
    button.click()
    assert opened(ladder) == [HINT_TITLES[0]]
    assert len(noted(place)) == 3


def test_what_was_opened_another_day_is_open_already(place, widget_of):
    for exercise, rung in ((NAME, 1), (NAME, 2), ("ReLU", 3)):
        hint_ladder.note_hint(exercise, rung, place)
    append(Run(NAME, "test_raise_on_nan", True, 0.0), place)
    assert opened(widget_of(hints, NAME)) == list(HINT_TITLES[:2])


def test_where_nothing_is_kept_the_ladder_works_all_the_same(monkeypatch, widget_of):
    kept = []
    monkeypatch.setattr(hint_ladder, "student_folder", lambda: None)
    monkeypatch.setattr(hint_ladder, "note_hint", lambda *hint: kept.append(hint))
    ladder = widget_of(hints, NAME)
    ladder.children[1].click()
    assert opened(ladder) == [HINT_TITLES[0]]
    assert kept == []


def test_a_log_that_cannot_be_written_is_named_beside_the_hint(place, widget_of):
    (place / FILE).mkdir(parents=True)
    ladder = widget_of(hints, NAME)
    ladder.children[1].click()
    assert opened(ladder) == [HINT_TITLES[0]]
    assert "my_work/progress.jsonl cannot be written" in ladder.children[0].value


def test_without_buttons_every_hint_is_there_to_unfold_or_to_read():
    for name in HINTS:  # most have three, those of questions one
        html, text = folded(name, HINTS[name]), in_words(name, HINTS[name])
        assert html.count("<details>") == html.count("</details>") == len(HINTS[name]) > 0
        assert all(hint in text for hint in HINTS[name])
        assert f'show_solution("{name}")' in text


def test_marks_in_a_hint_become_html_and_nothing_else_in_it_does():
    html = folded("x", ("*any* value", "the `finally` < 3", 'f"{a}" * b * c'))
    assert "<em>any</em> value" in html
    assert "<code>finally</code> &lt; 3" in html
    assert len(re.findall(r"<em>|<code>", html)) == 2


def test_lines_of_code_keep_their_indentation_and_every_star():
    """Catches code that's set as a sentence: its lines run together, and its stars are taken for marks."""
    html = folded("x", ("In forward:\n```python\nfor a in b:\n    c = a *b* 2 < d\n```\nand `c` is it.",))
    assert "In forward:\n<pre" in html
    assert ">for a in b:\n    c = a *b* 2 &lt; d\n</pre>" in html
    assert "and <code>c</code> is it." in html


def test_a_single_hint_is_a_ladder_too(place, widget_of):
    page, button = widget_of(hints, "reading_answers").children
    button.click()
    assert HINTS["reading_answers"][0] in page.value
    assert "fold" in button.description


def test_a_name_without_hints_is_told_which_names_have_some(capsys):
    hints("Batchnorm")
    said = capsys.readouterr().out
    assert "no hints for 'Batchnorm'" in said
    assert "BatchNorm2d" in said
