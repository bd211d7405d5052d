"""Exercises in which the student writes the test: what it is given to judge, and what it can know of that."""

import inspect

import cloudpickle
import pytest

from course_utils import exercises
from course_utils.checking.disguise import disguised
from course_utils.checking.table import Table
from course_utils.checking.values import Kept
from course_utils.exercises.exercise import examine, refuses
from course_utils.exercises.registry import load
from course_utils.exercises.resnets import accepts_block, accepts_norm
from course_utils.exercises.testers import Deck
from course_utils.grading.judge import session

DECKS = {"accepts_block": accepts_block.DECK, "accepts_norm": accepts_norm.DECK}
each = pytest.mark.parametrize("name", DECKS)


def outcomes(name: str, accepts) -> dict:
    exercise = load(name)
    (test,) = exercise.tests
    return dict(examine(exercise, test, accepts).outcomes)


def knowing(deck: Deck, but: tuple[str, ...] = ()):
    """Make a test that knows each class of the deck, and is mistaken about some, by their signs."""
    said = {card.candidate: (card.kind == "") != (card.sign in but) for card in deck.cards}
    return lambda given: said[given.__base__]


@each
def test_what_is_wrong_is_refused_by_the_courses_own_tests_and_what_is_right_is_not(name: str):
    """Catches a card in the wrong half of the deck: a tester would be blamed for being right."""
    deck = DECKS[name]
    assert not [card for card in deck.cards if refuses(deck.tested, card.candidate) != bool(card.kind)]


@each
def test_a_deck_has_enough_of_each_and_every_right_one_is_written_in_another_way(name: str):
    """Catches a deck that shrinks until it proves nothing."""
    deck = DECKS[name]
    assert 25 <= len(deck.cards) - len(deck.right) <= 40
    assert len(deck.right) >= 5
    assert min(map(len, deck.kinds.values())) >= 4
    for field in ("sign", "words", "candidate"):
        assert len({getattr(card, field) for card in deck.cards}) == len(deck.cards)


@each
def test_a_class_to_judge_tells_nothing_by_its_names(name: str):
    """Catches a tester that knows wrong code by what it is called, and not by what it does."""
    deck = DECKS[name]
    given = [disguised(card.candidate, deck.tested.name) for card in deck.cards]
    for look in (
        lambda one: (one.__name__, one.__qualname__, one.__module__, one.__doc__, repr(one)),
        lambda one: (one.__init__.__qualname__, one.forward.__qualname__, str(inspect.signature(one))),
    ):
        assert len({look(one) for one in given}) == 1


@each
def test_what_goes_over_to_the_students_process_says_nothing_of_what_is_wrong(name: str):
    """Catches words of the bank in a pickle that the student's code could read."""
    cloudpickle.register_pickle_by_value(exercises)
    (test,) = load(name).tests
    sent = session._looks(load(name), test)
    assert not [card.words for card in DECKS[name].cards if card.words.encode() in sent]


@each
def test_one_of_four_may_slip_through_and_no_right_one_may_be_refused(name: str):
    """Catches a share that is counted wrong, and a false alarm that is forgiven."""
    deck = DECKS[name]
    firsts = tuple(cards[0].sign for cards in deck.kinds.values())
    assert all(isinstance(one, Kept) for one in outcomes(name, knowing(deck, firsts)).values())
    last = [*deck.kinds.values()][-1]
    many = tuple(card.sign for card in last[: len(last) // 2])
    assert not isinstance(outcomes(name, knowing(deck, many))["mistakes caught"], Kept)
    assert not isinstance(outcomes(name, knowing(deck, (deck.right[-1].sign,)))["no false alarm"], Kept)


@each
def test_it_is_of_no_use_to_count_the_calls(name: str):
    """Catches classes that come in an order which is known beforehand."""
    orders = set()
    for _ in range(3):
        seen = []
        looks = next(iter(load(name).tests.values()))
        Table(looks, lambda given, seen=seen: seen.append(given.__base__) or True, 0).everything()
        orders.add(tuple(seen[: len(DECKS[name].cards)]))
    assert len(orders) == 3
