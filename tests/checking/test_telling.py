"""The same report reads well in a notebook, in a terminal and in nbgrader's logs."""

import re
from dataclasses import replace

import pytest

from course_utils.checking import telling
from course_utils.checking.page import render_html
from course_utils.checking.plain import render_plain
from course_utils.checking.printing import Printed
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
ADVISED = Wrong(Finding("each channel is right", ("expected 1, got 2",), step="look between conv1 and bn1"))
PRINTED = Printed(("first", "<batch> 3"), 40)
HINTS = ("nudge", "approach", "nearly")
MISTAKE = Mistake("relu", "applies ReLU before the sum", "where the branches meet", 3, None)


def report(*outcomes, diagnosis=None, tests=1, rules=(), rung=0):
    promises = {"value": "each <channel> is right", "shape": "the size stays"}
    return Report("Block", 1, tests, tuple(outcomes), HINTS, diagnosis, frozenset(rules), rung, promises)


RIGHT = report(("value", Kept()), ("gradient", Kept("biased, and that is fine")), tests=3)
BROKEN = report(("value", WRONG), ("shape", Kept()))
HELPED = report(("value", WRONG), ("shape", Kept()), rung=2)
POINTED = report(("value", ADVISED), ("shape", Kept()))
DIAGNOSED = report(("value", WRONG), diagnosis=Diagnosis((MISTAKE,)))
RAISED = report(("value", Raised("calling it on x", "ValueError: no", 12, "x.view(3)")))
KNOWN = report(("value", Raised("calling it on x", "RecursionError: maximum depth", 12, "return self(x)")))
NOWHERE = report(("value", Raised("building Block(3)", "ValueError: no")))
BLANK = report(("value", NotAttempted()), ("shape", NotAttempted()))
HALF = report(("value", Kept()), ("shape", Kept()), ("repr", NotAttempted("extra_repr")))
SOME = report(("a", Kept()), ("b", NotAttempted()), ("c", NotAttempted()))
UNCHECKED = report(("value", Unchecked("KeyError: 'weight'")), ("shape", Kept()))
ALL = [RIGHT, BROKEN, HELPED, POINTED, DIAGNOSED, RAISED, KNOWN, NOWHERE, BLANK, HALF, SOME, UNCHECKED]


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
        (BROKEN, ["✗ Block", "each <channel> is right", "expected 1, got 2", "not right: value · right: shape"]),
        (HELPED, ["each <channel> is right → open hint 2 expected 1, got 2"]),
        (POINTED, ["each channel is right → look between conv1 and bn1 expected 1, got 2 not right"]),
        (DIAGNOSED, ["exactly like one that applies ReLU before the sum → look at where the branches meet · hint 3"]),
        (RAISED, ["stops: ValueError: no → look at your line 12: x.view(3) it stopped while calling"]),
        (KNOWN, ["calls itself without end", "→ look at your line 12: return self(x) it stopped", "RecursionError"]),
        (NOWHERE, ["stops: ValueError: no it stopped while building Block(3)"]),
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


def test_the_same_place_is_named_once_with_all_that_is_said_of_it():
    """Catches "look at the sum, and at the sum: it comes before ReLU"."""
    further = replace(MISTAKE, id="other", look_at=f"{MISTAKE.look_at}: the sum comes first")
    text = " ".join(render_plain(word(report(("value", WRONG), diagnosis=Diagnosis((MISTAKE, further))))).split())
    assert f"→ look at {further.look_at}" in text


def test_the_evidence_for_a_diagnosis_is_what_the_code_does_and_not_how_it_is_made():
    rule = Wrong(Finding("the work is your own", ("forward calls torch's own",)))
    outcomes = ("own work", rule), ("value", WRONG)
    text = " ".join(render_plain(word(report(*outcomes, diagnosis=Diagnosis((MISTAKE,)), rules=["own work"]))).split())
    assert "what should hold: each <channel> is right expected 1, got 2" in text
    assert "→ look at where the branches meet · hint 3 what should hold" in text
    assert "what should hold, too: the work is your own: forward calls torch's own" in text
    assert "not right: own work, value" in text
    undiagnosed = " ".join(render_plain(word(report(*outcomes, rules=["own work"]))).split())
    assert "What should hold: the work is your own" in undiagnosed


@pytest.mark.parametrize("each", [BROKEN, RAISED, NOWHERE, KNOWN, POINTED])
def test_a_hint_is_named_for_a_known_mistake_only(each):
    """Catches "open hint 1" where nobody knows what is wrong: it led astray more often than not."""
    assert "hint" not in render_plain(word(each))


@pytest.mark.parametrize("each", ALL)
def test_html_is_whole_and_escaped_and_needs_no_style_sheet_and_no_script(each):
    """Catches a panel that Colab, VS Code or an untrusted notebook shows otherwise, and a name that is not escaped."""
    html = render_html(word(each), PRINTED)
    assert "<channel>" not in html
    assert not re.search(r"<script", html)
    assert set(re.findall(r"<style>(.*?)</style>", html)) <= {
        ".resnet-course-check:focus>span{display:block!important}"
    }
    assert not re.search(r"color:(?!#1f9254|#d64550|#3b82d6|#a8701a)", html.replace("background:", ""))
    for tag in ("div", "span", "b", "figure", "figcaption", "details", "summary", "pre", "code"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>")


@pytest.mark.parametrize(
    ("each", "unfolded"), [(DIAGNOSED, False), (RAISED, False), (POINTED, False), (BROKEN, True), (NOWHERE, True)]
)
def test_what_was_seen_is_folded_below_what_to_do_and_open_where_there_is_nothing_else(each, unfolded):
    """Catches a wall of numbers above the one useful line, and a panel that hides all that it knows."""
    html = render_html(word(each))
    verdict, seen = html.index("<b>Block</b>"), html.index("<details")
    assert verdict < html.index("→" if not unfolded else "<details") <= seen
    assert (" open><summary" in html) == unfolded
    assert "expected" not in html[:seen]


@pytest.mark.parametrize("each", [RIGHT, BROKEN, HALF, UNCHECKED])
def test_each_check_says_what_it_asks_for_on_hover_and_on_focus(each):
    """Catches "not right: identity", a private name that nobody explains."""
    html = render_html(word(each))
    for words in ("each &lt;channel&gt; is right", *(["the size stays"] if "shape" in str(each.outcomes) else [])):
        assert re.search(rf'tabindex="0" title="{words}"[^>]*>\w+<span [^>]*>{words}</span>', html)


def test_what_the_code_printed_is_below_the_panel_folded_and_cut_short():
    """Catches prints of all checks above the panel: 200 lines that nobody asked for, and the verdict below them."""
    html = render_html(word(DIAGNOSED), PRINTED)
    _, panel, below = html.partition('role="status"')[2].partition("</div><details")
    assert panel
    assert "what your code printed: 42 lines" in below
    assert "&lt;batch&gt; 3\n… and 40 more lines" in below
    assert " open" not in below
    assert "what your code printed" not in render_html(word(DIAGNOSED))


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


def test_where_there_are_no_cells_nobody_is_reminded_of_one(monkeypatch):
    """Catches a line in a grader's log that no notebook shows."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(NotRightYet) as caught:
        tell(BROKEN, again=True)
    assert "last time" not in str(caught.value)


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
