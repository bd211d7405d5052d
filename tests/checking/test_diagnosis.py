"""A diagnosis is exact, or says that it is not, or is not made."""

import pytest

from course_utils.checking.both import made_on, noting, with_both
from course_utils.checking.look import Look
from course_utils.checking.observation import Named
from course_utils.checking.values import Finding, Mistake, NotAttempted, PromiseBroken, Raised, Wrong
from course_utils.exercises.exercise import Exercise, Variant, examine

ROWS = {"first": "ab", "second": "cd", "rule": "r"}
ELSEWHERE = {"third": "e"}


class Code:
    """Stand for code by what it does: a value for each row, an error where the value is one."""

    def __init__(self, **behaviour):
        self.does = dict.fromkeys("abcde", 1) | {"r": None} | behaviour


def looks_at(rows, **settings):
    def look(name, letters):
        rule = {"structural": True} if name == "rule" else settings
        return Look(
            name,
            f"{name} is right",
            lambda candidate, seed: {one: lambda one=one: _seen(candidate.does[one]) for one in letters},
            **rule,
        )

    return tuple(look(name, letters) for name, letters in rows.items())


def _seen(value):
    if isinstance(value, Exception):
        raise value
    return value


def mistake(name, *also, hint=1, **behaviour):
    return Mistake(name, f"does {name}", f"{name}'s place", hint, Code(**behaviour), also)


def report(code, bank, variants=(), **settings):
    tests = {"test_thing": looks_at(ROWS, **settings), "test_elsewhere": looks_at(ELSEWHERE)}
    return examine(Exercise("Thing", ("hint",), Code(), tests, tuple(bank), tuple(variants)), "test_thing", code)


def told(code, bank, variants=(), **settings):
    """Give the ids of the mistakes that are named, and how."""
    found = report(code, bank, variants, **settings).diagnosis
    return found and ([one.id for one in found.mistakes], found.how)


BANK = [
    mistake("one", a=0),
    mistake("two", c=0),
    mistake("three", b=0, c=0),
    mistake("stops", d=ValueError()),
]


def test_right_code_has_no_diagnosis():
    """Catches a bank in which one mistake makes none."""
    assert told(Code(), BANK) is None


@pytest.mark.parametrize("known", BANK, ids=lambda known: known.id)
def test_a_known_mistake_is_named(known):
    """Catches a diagnosis that names a neighbour."""
    assert told(Code(**known.candidate.does), BANK) == ([known.id], "stops" if known.id == "stops" else "exactly")


def test_a_hint_is_offered_where_all_who_break_that_promise_need_the_same():
    """Catches hint 1 for all that has no name, and a hint that helps only some of those who stand here."""
    bank = [mistake("one", a=0, hint=3), mistake("other", a=2, hint=3), mistake("apart", b=0, hint=1)]
    assert report(Code(a=9), bank).rung == 3
    assert report(Code(a=9), [*bank, mistake("third", a=3, hint=2)]).rung == 0
    assert report(Code(d=9), bank).rung == 0
    apart = [mistake("one", a=0, hint=3), mistake("other", a=2, hint=1)]
    assert report(Code(a=0, c=5, d=5), apart).rung == 3, "that promise is broken just as the first one breaks it"
    assert report(Code(a=0), bank).rung == 0, "a mistake that is named brings its own hint"


def test_a_wrong_value_that_no_mistake_gives_is_not_guessed_at():
    """Catches "something is wrong in a, and mistake one is wrong in a"."""
    assert told(Code(a=7), BANK) is None


def test_another_error_and_a_value_in_place_of_an_error_are_other_behaviour():
    """Catches "both stop" where they stop of different causes."""
    assert told(Code(d=TypeError()), BANK) is None
    assert told(Code(d=0), BANK) is None


def test_a_known_mistake_with_something_unknown_beside_it_is_not_named():
    """Catches half an explanation."""
    assert told(Code(a=0, d=9), BANK) is None


def test_where_all_that_is_known_is_that_it_stops_no_exactness_is_claimed():
    """Catches "behaves exactly like" where an error of the same kind is all that was seen."""
    assert told(Code(d=ValueError()), BANK) == (["stops"], "stops")
    both = [mistake("both", a=0, d=ValueError())]
    assert told(Code(a=0, d=ValueError()), both) == (["both"], "exactly")


def test_an_error_is_known_by_where_in_the_layers_it_stops_too():
    """Catches two mistakes that are one because both raise a RuntimeError."""

    def inside(candidate, seed, row):
        return Named((("conv", ["Conv2d", 0, *candidate.does["shapes"]]),))

    import torch

    def stops_at(width):
        return {"d": RuntimeError(), "shapes": [torch.zeros(1), torch.zeros(width)]}

    bank = [mistake("at two", **stops_at(2)), mistake("at three", **stops_at(3))]
    assert told(Code(**stops_at(3)), bank, inside=inside) == (["at three"], "stops")
    assert told(Code(**stops_at(4)), bank, inside=inside) is None


def test_two_mistakes_that_do_not_touch_are_both_named():
    """Catches silence where a student has made two mistakes at once."""
    assert told(Code(a=0, c=0), BANK) == (["one", "two"], "together")
    assert told(Code(a=0, b=0, c=0), BANK) == (["one", "three"], "together")


def test_two_pairs_that_explain_it_equally_well_would_be_a_guess():
    """Catches the first pair that fits."""
    assert told(Code(a=0, c=0), [*BANK, mistake("four", a=0)]) is None


def test_two_mistakes_that_touch_the_same_row_do_not_add_up():
    """Catches a pair of which nobody knows what the row would be."""
    assert told(Code(a=0, b=0, c=0), [mistake("five", a=0, b=0), mistake("three", b=0, c=0)]) is None


class Made:
    """Stand for a class by what it does; one that is made on two others does what both do, in shared rows at once."""

    does = Code().does

    def __init_subclass__(cls, **changes):
        cls.changes = [changes] if changes else [one for base in cls.__bases__ for one in base.changes]
        cls.does = dict(Code().does)
        for change in reversed(cls.changes):
            cls.does |= {row: cls.does[row] * value for row, value in change.items()}


def made(name, **changes):
    cls = type(name, (Made,), {}, **changes)
    return Mistake(name, f"does {name}", f"{name}'s place", 1, cls)


@pytest.mark.parametrize("other", [{"b": 7, "c": 7}, {"b": 7}], ids=["with a row of its own", "in shared rows alone"])
def test_two_mistakes_that_touch_the_same_row_are_named_where_code_with_both_does_the_same(other):
    """Catches silence where one mistake changes what the other one's rows show."""
    bank = [made("wide", a=2, b=2), made("other", **other), made("third", d=5)]
    both = {"a": 2, "b": 14} | {row: value for row, value in other.items() if row != "b"}
    assert told(Code(**both), bank) == (["wide", "other"], "together")
    assert told(Code(**both | {"b": 15}), bank) is None, "more is wrong than these two"
    assert told(Code(**both | {"d": 9}), bank) is None
    assert told(Code(**both | {"a": 3}), bank) is None


@pytest.mark.parametrize(("said", "named"), [("no room", (["wide", "other"], "together")), ("no time", None)])
def test_code_with_two_mistakes_that_stops_explains_what_stops_in_the_same_words(said, named):
    """Catches two mistakes that are named for an error of theirs, where the student's has another cause."""
    bank = [mistake("wide", a=2, c=2), mistake("other", a=7), mistake("third", d=5)]
    at_once = {bank[1].candidate: Code(a=ValueError("no room"), c=2)}
    bank[0].candidate.on = lambda other: at_once.get(other, Code())
    assert told(Code(a=ValueError(said), c=2), bank) == named


def test_two_mistakes_of_which_neither_alone_gives_the_first_wrong_row_are_named_by_a_later_one():
    """Catches silence where both show in the first row, and one of them alone in another."""
    bank = [made("wide", a=2, c=2), made("other", a=3), made("third", d=5)]
    assert told(Code(a=6, c=2), bank) == (["wide", "other"], "together")
    assert told(Code(a=7, c=2), bank) is None
    assert told(Code(a=14, b=2), [made("wide", a=2, b=2), made("other", a=7)]) == (["wide", "other"], "together")


def test_two_mistakes_of_functions_are_made_of_each_other():
    """Catches with_both giving nothing for functions, and one mistake that goes lost on the other."""
    one, other = (made_on(int, lambda right, to=to: lambda text: right(text) * to) for to in (2, 3))
    assert [both("7") for both in with_both(one, other)] == [42, 42]
    assert not [*with_both(int, float)], "these are made of nothing"


def test_two_pairs_whose_shared_rows_look_alike_would_be_a_guess_as_well():
    """Catches the first pair of which code that makes both does the same."""
    bank = [made("wide", a=2, b=2), made("other", b=7), made("alike", b=7)]
    assert told(Code(a=2, b=14), bank) is None


def _counting(times=1, plus=0):
    return Code(a=times + plus)


def test_two_mistakes_are_named_though_neither_explains_a_row_alone():
    """Catches silence where both change one and the same number, and two settings that cannot be made at once."""
    make = noting(_counting)
    bank = [Mistake(name, f"does {name}", "there", 1, make(**{name: 3})) for name in ("times", "plus")]
    more = Mistake("more", "does more", "there", 1, make(times=4))
    assert told(Code(a=6), bank) == (["times", "plus"], "together")
    assert told(Code(a=7), bank) is None
    assert told(Code(a=7), [*bank, more]) == (["plus", "more"], "together")
    assert told(Code(a=8), [bank[0], more]) is None


def test_two_mistakes_that_behave_alike_are_both_named():
    """Catches one of two that is named as if it were certain."""
    assert told(Code(a=0), [mistake("one", a=0), mistake("same", a=0)]) == (["one", "same"], "exactly")


def test_what_differs_in_the_exercises_other_tests_decides_between_two():
    """Catches "cannot be told apart" where another test of the exercise does tell them apart."""
    bank = [mistake("one", a=0), mistake("other", a=0, e=0)]
    assert told(Code(a=0), bank) == (["one"], "exactly")
    assert told(Code(a=0, e=0), bank) == (["other"], "exactly")
    assert told(Code(a=0, e=5), bank) == (["one", "other"], "exactly")
    assert told(Code(a=0, e=NotImplementedError()), bank) == (["one", "other"], "exactly")


def test_the_other_tests_take_no_diagnosis_away():
    """Catches silence because something else in the class is wrong as well."""
    assert told(Code(a=0, e=5), BANK) == (["one"], "exactly")
    assert told(Code(a=0, e=NotImplementedError()), BANK) == (["one"], "exactly")


def test_a_part_that_is_still_a_stub_silences_nothing():
    """Catches an `extra_repr` still to be written that hides what is known about the rest."""
    assert told(Code(a=0, c=NotImplementedError()), BANK) == (["one"], "exactly")


def test_one_mistake_made_in_two_ways_is_one_mistake():
    """Catches a second spelling that is not known, and one that is named beside the first."""
    bank = [mistake("one", Code(a=3), Code(a=0, b=NotImplementedError()), a=0)]
    assert told(Code(a=3), bank) == (["one"], "exactly")
    assert told(Code(a=0), [mistake("one", Code(a=0), a=0)]) == (["one"], "exactly")


def test_what_goes_wrong_in_the_same_way_and_elsewhere_too_is_much_like():
    """Catches silence about a mistake of which the student has made only a part, and a claim of exactness."""
    assert told(Code(a=0), [mistake("more", a=0, d=0)]) == (["more"], "much")
    assert told(Code(a=0), [mistake("more", a=0, d=0), mistake("most", a=0, c=0)]) is None
    assert told(Code(a=ValueError()), [mistake("more", a=ValueError(), d=0)]) is None


VARIANT = Variant(Code(c=5, d=5), "five is right as well")


def test_a_row_as_an_accepted_variant_shows_it_counts_as_right():
    """Catches a bank that knows its mistakes only in code that follows the first of two right ways."""
    assert report(Code(c=5, d=5), BANK, [VARIANT]).verdict == "right"
    assert told(Code(a=0, c=5, d=5), BANK, [VARIANT]) == (["one"], "exactly")


def test_a_variant_excuses_no_row_in_which_the_mistake_is_wrong():
    """Catches a claim of exactness where the student's row is right in another way, and the mistake's is wrong."""
    assert told(Code(a=0, c=5, d=5), [mistake("both", a=0, c=0)], [VARIANT]) == (["both"], "much")


def test_a_rule_about_how_code_is_made_is_no_part_of_a_diagnosis():
    """Catches an "own work" of the bank's, made from torch's own parts, that keeps every mistake from being named."""
    own = PromiseBroken(Finding("the work is your own"))
    found = report(Code(a=0, r=own), BANK)
    assert [one.id for one in found.diagnosis.mistakes] == ["one"]
    assert found.named(Wrong) == ["first", "rule"]
    assert told(Code(a=0), [mistake("one", a=0, r=own)]) == (["one"], "exactly")
    assert told(Code(r=own), [mistake("none", r=own)]) is None


def test_where_a_decisive_look_is_broken_nothing_is_guessed_from_the_one_row():
    """Catches a diagnosis of a network that was not built for the looks that tell its mistakes apart."""
    assert told(Code(a=0), BANK, decisive=True) is None


def test_an_outcome_that_no_row_shows_is_none_of_the_diagnosis():
    """Catches a diagnosis of code that is not there."""
    found = report(Code(a=NotImplementedError()), BANK)
    assert found.diagnosis is None
    assert found.verdict == "unfinished"
    assert found.named(NotAttempted) == ["first"]


def test_the_outcomes_are_those_of_the_cells_own_seed_and_the_diagnosis_is_of_the_usual_one():
    """Catches tables of the whole bank that are made anew for each seed."""
    seeds = []

    class Watched(Code):
        @property
        def does(self):
            return self._does

        @does.setter
        def does(self, value):
            self._does = value

    known = mistake("one", a=0)
    watched = looks_at(ROWS)
    first = watched[0]

    def observe(candidate, seed):
        seeds.append((candidate is known.candidate, seed))
        return first.observe(candidate, seed)

    looks = (Look(first.name, first.promise, observe), *watched[1:])
    exercise = Exercise("Thing", ("hint",), Code(), {"test_thing": looks}, (known,))
    for seed in (3, 4):
        assert examine(exercise, "test_thing", Code(a=0), seed).diagnosis.mistakes == (known,)
    assert {seed for _, seed in seeds} == {0, 3, 4}
    assert [seed for is_known, seed in seeds if is_known] == [0]


def test_raised_is_told_with_its_stage():
    """Catches a mistake of building that is named where the code stops while it is called."""
    from course_utils.checking.tensors import run

    def stopping(doing):
        def stop():
            raise ValueError("no")

        return lambda candidate, seed: {"a": lambda: run(stop, doing=candidate.does["doing"])}

    looks = (Look("value", "it is right", stopping("")),)
    known = mistake("built", doing="building Thing(3)")
    exercise = Exercise("Thing", ("hint",), Code(doing="copying"), {"test_thing": looks}, (known,))
    for doing, named in [("building Thing(5)", True), ("calling it on x", False)]:
        found = examine(exercise, "test_thing", Code(doing=doing))
        assert isinstance(found.outcomes[0][1], Raised)
        assert (found.diagnosis is not None) is named
