"""The grid of what slips through a test that the student wrote."""

import re

import pytest

from course_utils.exercises.registry import load
from course_utils.widgets import tester_grid
from course_utils.widgets.tester_grid import answers_of, described, grid_html, grid_text, show_tester


@pytest.fixture(scope="module")
def deck():
    return tester_grid._deck("ResidualBlock")


def mistaken(id_: str):
    return next(one.candidate for one in load("accepts_block").mistakes if one.id == id_)


def test_there_is_a_square_for_each_class_with_a_mark_beside_its_colour(deck):
    """Catches a class that is left out, and a grid that only colours can tell."""
    page = grid_html(deck, answers_of(mistaken("keeping_only"), "ResidualBlock"))
    marks = dict(re.findall(r">(\w+) ([✓✗])</summary>", page))
    assert list(marks) == [card.sign for card in deck.cards]
    assert set(marks.values()) == {"✓", "✗"}
    assert page.count("slips through") >= list(marks.values()).count("✗")


def test_what_is_caught_is_named_and_what_slips_through_is_only_shown(deck):
    """Catches a grid that says what to test for: that is the exercise."""
    for card in deck.cards:
        if card.kind:
            told = described(deck, card, good=False)
            assert card.words not in " ".join(told)
            assert len(told) > 1, "nothing is said of what it does"
            assert f"It {card.words}." in described(deck, card, good=True)


def test_a_false_alarm_is_seen(deck):
    """Catches a grid that takes a refused right class for a caught wrong one."""
    text = grid_text(deck, answers_of(mistaken("by_name"), "ResidualBlock"))
    assert "40 of 40 faulty blocks caught, 1 of 7 correct ones accepted" in text
    assert "A✓ B✗" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("accepts", "said"),
    [
        (lambda block: block.nothing, "stops with an error"),
        (lambda block: "yes", "0 of 40 faulty blocks caught, 0 of 7"),
    ],
)
def test_a_test_that_cannot_be_asked_gets_a_sentence(accepts, said, capsys):
    """Catches a traceback where a grid was asked for."""
    show_tester(accepts, "ResidualBlock")
    assert said in capsys.readouterr().out


def test_a_stub_is_not_written_yet(capsys):
    """Catches a stub that is shown as a test which lets all through."""

    def accepts(block):
        raise NotImplementedError

    show_tester(accepts, "ResidualBlock")
    assert "isn't written yet" in capsys.readouterr().out
