"""What slips through a test that the student wrote: a grid of right and wrong classes, each with what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

from course_utils.checking.page import words_html
from course_utils.checking.surface import show_html, surface
from course_utils.checking.table import Table
from course_utils.checking.values import NotAttempted, Raised, Wrong
from course_utils.exercises.exercise import first_difference
from course_utils.exercises.registry import load
from course_utils.exercises.testers import Card, Deck, needed

_TESTERS = {"ResidualBlock": "accepts_block", "BatchNorm2d": "accepts_norm"}
_GREEN, _RED = "#1f9254", "#d64550"
_SQUARE = "resnet-course-square"
# An open square takes a line of its own, below those that stand before it.
_OPEN = f"<style>.{_SQUARE}[open]{{flex-basis:100%}}.{_SQUARE}>summary::-webkit-details-marker{{display:none}}</style>"

Answers = Mapping[str, Any]
"""What the student's test says of each class, by its sign."""


def show_tester(accepts: Callable[[type], bool], name: str) -> None:
    """Try a test of yours on correct and faulty classes, and show which slip through and which are refused.

    accepts: says of a class whether it is right. name: what it tests, "ResidualBlock" or "BatchNorm2d".
    """
    deck = _deck(name)
    answers = answers_of(accepts, name)
    if isinstance(answers, str):
        print(answers)
    elif surface() == "html":
        show_html(grid_html(deck, answers), grid_text(deck, answers))
    else:
        print(grid_text(deck, answers))


def _deck(name: str) -> Deck:
    load(_TESTERS[name])
    from course_utils.exercises.resnets import accepts_block, accepts_norm

    return {"ResidualBlock": accepts_block.DECK, "BatchNorm2d": accepts_norm.DECK}[name]


def answers_of(accepts: Callable[[type], bool], name: str) -> Answers | str:
    """Ask the student's test about every class; where it can't be asked, say why."""
    exercise = load(_TESTERS[name])
    ((test, looks),) = exercise.tests.items()
    rows = Table(looks, accepts, 0, exercise.parts, keep_prints=True).everything()
    found: dict[str, Any] = {}
    for look, seen in zip(looks, rows, strict=True):
        for row in seen.values():
            match row:
                case NotAttempted():
                    return f"{exercise.name} isn't written yet: fill it in, then run this cell again."
                case Raised() if look.name == "errors":
                    return f"{exercise.name} stops with an error. The test cell, tests.{test}, says where."
                case dict():
                    found |= row
    return found or f"There is nothing to show: the test cell, tests.{test}, says why."


# --- the page -------------------------------------------------------------------------------------------------------


def grid_html(deck: Deck, answers: Answers) -> str:
    """Give the grid as HTML: a square for each class, which opens and says what that class does."""
    kinds = "".join(_kind(deck, kind, cards, answers) for kind, cards in deck.kinds.items())
    squares = "".join(_square(deck, card, answers) for card in deck.right)
    right = _row(f"correct {deck.what}s, in different styles", _told(deck.right, answers, accepted=True), squares)
    return (
        f'{_OPEN}<div style="line-height:1.5;max-width:60em;overflow-wrap:anywhere">'
        f"<div><b>{escape(_head(deck, answers))}</b></div>"
        f'<div style="opacity:.8;font-size:90%">✓ is as it should be, ✗ is not. Open a square to see what that '
        f"{deck.what} does.</div>{kinds}{right}</div>"
    )


def _head(deck: Deck, answers: Answers) -> str:
    wrong = [card for card in deck.cards if card.kind]
    caught, kept = (sum(_is_right(card, answers) for card in cards) for cards in (wrong, deck.right))
    return f"{caught} of {len(wrong)} faulty {deck.what}s caught, {kept} of {len(deck.right)} correct ones accepted"


def _is_right(card: Card, answers: Answers) -> bool:
    """Say whether the student's test is right about it."""
    return answers.get(card.sign) is not bool(card.kind) and isinstance(answers.get(card.sign), bool)


def _kind(deck: Deck, kind: str, cards: Sequence[Card], answers: Answers) -> str:
    squares = "".join(_square(deck, card, answers) for card in cards)
    return _row(f"wrong {kind}", _told(cards, answers), squares)


def _told(cards: Sequence[Card], answers: Answers, accepted: bool = False) -> str:
    count = sum(_is_right(card, answers) for card in cards)
    if accepted:
        return f"{count} of {len(cards)} accepted"
    enough = "" if count >= needed(cards) else f": at least {needed(cards)} should be"
    return f"{count} of {len(cards)} caught{enough}"


def _row(title: str, told: str, squares: str) -> str:
    return (
        f'<div style="margin-top:.5em"><div>{escape(title)}: {escape(told)}</div>'
        f'<div style="display:flex;flex-wrap:wrap;gap:.3em">{squares}</div></div>'
    )


def _square(deck: Deck, card: Card, answers: Answers) -> str:
    good = _is_right(card, answers)
    colour, mark = (_GREEN, "✓") if good else (_RED, "✗")
    said = _said(card, answers)
    summary = (
        f'<summary style="cursor:pointer;list-style:none;display:inline-block;min-width:2.6em;text-align:center;'
        f'padding:.15em .3em;border:2px solid {colour};border-radius:.3em;background:{colour}{"14" if good else "40"}" '
        f'aria-label="{card.sign}: {said}" title="{said}">{card.sign} {mark}</summary>'
    )
    lines = "".join(f"<div>{words_html(line)}</div>" for line in described(deck, card, good))
    inside = f'<div style="border-left:4px solid {colour};padding:.2em .8em;margin:.2em 0 .4em">{lines}</div>'
    return f'<details class="{_SQUARE}">{summary}{inside}</details>'


def _said(card: Card, answers: Answers) -> str:
    words = {True: "accepted", False: "caught" if card.kind else "refused, though it's correct"}
    if card.kind:
        words[True] = "slips through"
    return words.get(answers.get(card.sign), "no answer")


def described(deck: Deck, card: Card, good: bool) -> tuple[str, ...]:
    """Say what a class does: of a wrong one that slips through only what can be seen, for that is how to find it."""
    if not card.kind:
        return (f"A correct one: {card.words}.",)
    belief = (f"It {card.words}.",) if good else ("It slips through. Here is what it does:",)
    return (*belief, *_differences(deck, card))


@cache
def _differences(deck: Deck, card: Card) -> tuple[str, ...]:
    """Give what a wrong class does on an example, and what a right one does."""
    found = first_difference(deck.tested, card.candidate)
    match found and found.outcome:
        case Wrong(finding):
            evidence = (line.replace(", of your ", ", of its ") for line in finding.evidence)
            return (*evidence, f"what should hold: {finding.promise}")
        case Raised() as stop:
            return (f"it stops while {stop.doing}", stop.error)
    return ()


# --- the same in words ----------------------------------------------------------------------------------------------


def grid_text(deck: Deck, answers: Answers) -> str:
    """Give the grid as lines of at most 80 columns."""
    lines = [_head(deck, answers)]
    rows = {f"wrong {kind}": (cards, False) for kind, cards in deck.kinds.items()}
    rows[f"correct {deck.what}s"] = deck.right, True
    for title, (cards, accepted) in rows.items():
        marks = " ".join(f"{card.sign}{'✓' if _is_right(card, answers) else '✗'}" for card in cards)
        lines += [f"{title}: {_told(cards, answers, accepted)}", f"    {marks}"]
    return "\n".join(lines)
