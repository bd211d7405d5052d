"""A diagnosis is exact or is not made."""

import pytest

from course_utils.checking.diagnosis import diagnose
from course_utils.checking.values import Mistake


def candidate(**behaviour):
    """Stand for code by what it does: a value for each observation."""
    right = {"a": 1, "b": 2, "c": 3, "d": 4}
    return tuple(sorted((right | behaviour).items()))


def probe(code):
    return {key: lambda value=value: _look(value) for key, value in code}


def _look(value):
    if isinstance(value, type):
        raise value
    return value


def mistake(name, **behaviour):
    return Mistake(name, f"does {name}", f"{name}'s place", 1, candidate(**behaviour))


BANK = [
    mistake("one", a=0),
    mistake("two", b=0),
    mistake("three", b=0, c=0),
    mistake("raises", d=ValueError),
]


def names(code):
    found = diagnose(code, candidate(), BANK, probe)
    return found and ([each.id for each in found.mistakes], found.together)


def test_right_code_has_no_diagnosis():
    assert names(candidate()) is None


@pytest.mark.parametrize("known", BANK, ids=lambda known: known.id)
def test_a_known_mistake_is_named(known):
    assert names(known.candidate) == ([known.id], False)


def test_a_wrong_value_that_no_mistake_gives_is_not_guessed_at():
    assert names(candidate(a=7)) is None


def test_another_error_is_another_behaviour():
    assert names(candidate(d=TypeError)) is None


def test_two_mistakes_that_do_not_touch_are_both_named():
    assert names(candidate(a=0, b=0)) == (["one", "two"], True)
    assert names(candidate(a=0, b=0, c=0)) == (["one", "three"], True)


def test_a_known_mistake_with_something_unknown_beside_it_is_not_named():
    assert names(candidate(a=0, d=9)) is None


def test_two_mistakes_that_behave_alike_are_both_named():
    bank = [mistake("one", a=0), mistake("same", a=0)]
    found = diagnose(candidate(a=0), candidate(), bank, probe)
    assert [each.id for each in found.mistakes] == ["one", "same"]
    assert not found.together
