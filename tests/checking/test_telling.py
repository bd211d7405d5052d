"""The same report reads well in a notebook, in a terminal and in nbgrader's logs."""

import re

import pytest

from course_utils.checking import telling
from course_utils.checking.page import render_html
from course_utils.checking.plain import render_plain
from course_utils.checking.telling import NotRightYet, tell
from course_utils.checking.values import (
    Diagnosis,
    Finding,
    Kept,
    Map,
    Mistake,
    NotAttempted,
    Raised,
    Report,
    Unchecked,
    Wrong,
)
from course_utils.checking.wording import word

MAPS = tuple(Map(title, ((1.0, -2.0), (0.0, float("nan")))) for title in ("expected", "got", "difference"))
WRONG = Wrong(Finding("each <channel> is right", ("expected 1, got 2 & more " * 5,), MAPS))
HINTS = ("nudge", "approach", "nearly")
MISTAKE = Mistake("relu", "applies ReLU before the sum", "where the branches meet", 3, None)


def report(*outcomes, diagnosis=None, tests=1, rules=(), rung=0):
    return Report("Block", 1, tests, tuple(outcomes), HINTS, diagnosis, frozenset(rules), rung)


RIGHT = report(("value", Kept()), ("gradient", Kept("biased, and that is fine")), tests=3)
BROKEN = report(("value", WRONG), ("shape", Kept()))
HELPED = report(("value", WRONG), ("shape", Kept()), rung=2)
DIAGNOSED = report(("value", WRONG), diagnosis=Diagnosis((MISTAKE,)))
RAISED = report(("value", Raised("calling it on x", "ValueError: no", 12, "x.view(3)")))
BLANK = report(("value", NotAttempted()), ("shape", NotAttempted()))
HALF = report(("value", Kept()), ("shape", Kept()), ("repr", NotAttempted("extra_repr")))
SOME = report(("a", Kept()), ("b", NotAttempted()), ("c", NotAttempted()))
UNCHECKED = report(("value", Unchecked("KeyError: 'weight'")), ("shape", Kept()))
ALL = [RIGHT, BROKEN, HELPED, DIAGNOSED, RAISED, BLANK, HALF, SOME, UNCHECKED]


def test_where_no_hint_is_known_to_help_none_is_offered():
    """Catches "open hint 1", about axes, for an eps outside the root."""
    assert "hint" not in render_plain(word(BROKEN))


@pytest.mark.parametrize("each", ALL)
def test_plain_text_has_at_most_80_columns(each):
    assert max(map(len, render_plain(word(each)).splitlines())) <= 80


@pytest.mark.parametrize(
    ("each", "words"),
    [
        (RIGHT, ["✓ Block (1 of 3)", "2 checks: value, gradient", "note: biased"]),
        (BROKEN, ["✗ Block", "each <channel> is right", "expected 1, got 2", "right: shape"]),
        (HELPED, ["each <channel> is right", "right: shape", "open hint 2"]),
        (DIAGNOSED, ["behaves exactly like one that applies ReLU before the sum", "look at where", "hint 3"]),
        (RAISED, ["stopped with an error while calling it on x", "ValueError: no", "your line 12:  x.view(3)"]),
        (BLANK, ["○ Block   not attempted yet", "hint 1: nudge"]),
        (
            UNCHECKED,
            [
                "? Block could not be checked: the course's own check",
                "KeyError: 'weight'",
                "not checked: value",
            ],
        ),
        (
            HALF,
            ["not finished yet", "right already: value, shape", "still a stub: extra_repr", "go on with extra_repr"],
        ),
        (SOME, ["not finished yet", "right already: a", "still to come: b, c", "go on with b"]),
    ],
)
def test_each_outcome_has_its_words(each, words):
    text = re.sub(r"\s+", " ", render_plain(word(each)))
    for expected in words:
        assert re.sub(r"\s+", " ", expected) in text


def test_the_evidence_for_a_diagnosis_is_what_the_code_does_and_not_how_it_is_made():
    rule = Wrong(Finding("the work is your own", ("forward calls torch's own",)))
    outcomes = ("own work", rule), ("value", WRONG)
    text = " ".join(render_plain(word(report(*outcomes, diagnosis=Diagnosis((MISTAKE,)), rules=["own work"]))).split())
    assert "what should hold: each <channel> is right expected 1, got 2" in text
    assert "what should hold, too: the work is your own: forward calls torch's own" in text
    assert "not right: own work, value" in text
    undiagnosed = " ".join(render_plain(word(report(*outcomes, rules=["own work"]))).split())
    assert "What should hold: the work is your own" in undiagnosed


@pytest.mark.parametrize("each", ALL)
def test_html_is_whole_escaped_and_free_of_styles_and_scripts(each):
    html = render_html(word(each))
    assert "<channel>" not in html
    assert not re.search(r"<(style|script)", html)
    assert not re.search(r"color:(?!#1f9254|#d64550|#3b82d6|#a8701a)", html.replace("background:", ""))
    for tag in ("div", "span", "b", "figure", "figcaption"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>")


def test_every_picture_has_words_for_those_who_cannot_see_it():
    images = re.findall(r"<img [^>]*>", render_html(word(BROKEN)))
    assert len(images) == 3
    assert 'alt="difference: one channel of 2 by 2 values' in images[2]


def _contrast(one, other):
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour):
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
@pytest.mark.parametrize("each", [RIGHT, BROKEN, BLANK])
def test_the_mark_stands_out_on_light_and_dark_pages(each, page):
    colour = re.search(r"border-left:4px solid (#\w{6})", render_html(word(each)))[1]
    assert _contrast(colour, page) >= 3


@pytest.fixture
def shown(monkeypatch):
    """A reader in a notebook; what was displayed."""
    pages = []
    monkeypatch.setattr(telling, "surface", lambda: "html")
    monkeypatch.setattr(telling, "show_html", lambda html, text: pages.append((html, text)))
    return pages


def test_a_notebook_shows_the_panel_and_one_line_instead_of_a_traceback(shown):
    with pytest.raises(NotRightYet) as caught:
        tell(BROKEN)
    assert len(shown) == 1
    assert caught.value._render_traceback_() == ["Block: not right yet (see above)"]


def test_a_right_answer_shows_one_panel_and_raises_nothing(shown):
    tell(RIGHT)
    assert "2 checks" in shown[0][1]


def test_quietly_a_right_answer_says_nothing_and_a_wrong_one_still_raises(shown):
    tell(RIGHT, quiet=True)
    assert shown == []
    with pytest.raises(NotRightYet):
        tell(BROKEN, quiet=True)


def test_nbgrader_gets_the_whole_text_where_it_looks_for_it(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AssertionError) as caught:
        tell(DIAGNOSED)
    assert "applies ReLU before the sum" in "\n".join(caught.value._render_traceback_())
    tell(RIGHT)
    out, err = capsys.readouterr()
    assert out.startswith("✓ Block (1 of 3)")
    assert err == ""  # nbgrader takes any text on stderr for a failure


def test_a_word_between_asterisks_is_emphasised_in_html_and_code_is_not():
    finding = Finding("stride 1 *and* equal channels keep it", ("x *= 2 and y * z * 3 stay",))
    html = render_html(word(report(("value", Wrong(finding)))))
    assert "stride 1 <em>and</em> equal" in html
    assert "x *= 2 and y * z * 3 stay" in html
