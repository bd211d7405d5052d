"""Who changes a cell and forgets to run it is reminded by the test cell below, which still sees the old code."""

from contextlib import suppress
from functools import partial

import pytest

from course_utils.checking import telling
from course_utils.checking.look import Look
from course_utils.checking.telling import NotRightYet
from course_utils.exercises.exercise import Exercise, make_test

REMINDER = "this is the same double as last time: if you've changed its cell, run that one first"


def _right(x):
    return 2 * x


def _wrong(x):
    return 3 * x


def _stub(x):
    raise NotImplementedError()


def _observe(candidate, seed):
    return {"of 3": lambda: candidate(3)}


@pytest.fixture
def reminds(monkeypatch):
    """Run a test function in a notebook, and say whether its panel reminds, as text and as HTML alike."""
    panels = []
    monkeypatch.setattr(telling, "surface", lambda: "html")
    monkeypatch.setattr(telling, "show_html", lambda html, text: panels.append((html, " ".join(text.split()))))
    test = make_test(
        Exercise("double", (), _right, {"test_double": (Look("value", "it doubles", _observe),)}), "test_double"
    )

    def run(candidate):
        with suppress(NotRightYet):
            test(candidate)
        html, text = panels[-1]
        assert (REMINDER.replace("'", "&#x27;") in html) == (REMINDER in text)
        return REMINDER in text

    return run


@pytest.mark.parametrize("old", [_wrong, _stub], ids=["wrong", "a stub"])
def test_who_forgets_to_run_a_changed_cell_is_reminded(old, reminds):
    """Catches the verdict on the old code, or "not attempted yet", over and over, to a student who has mended it."""
    assert [reminds(old), reminds(old), reminds(partial(old)), reminds(old)] == [False, True, False, False]


def test_what_is_right_needs_no_reminder(reminds):
    """Catches a reminder under a green line."""
    assert not any([reminds(_right), reminds(_right)])
