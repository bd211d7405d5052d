"""Rows are made one by one, when they are asked for; what stops one stops no other, and nothing of it leaks."""

import weakref
from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from torch import nn

import course_utils
from course_utils.checking.look import Look
from course_utils.checking.observation import Named, Remark, TooMuch, settled
from course_utils.checking.shared import shared
from course_utils.checking.table import Table, Told
from course_utils.checking.tensors import broken
from course_utils.checking.values import NotAttempted, Raised, Unchecked, Wrong

NOTEBOOK = "/tmp/ipykernel_1/1.py"
COURSE = str(Path(course_utils.__file__).with_name("look.py"))


def table(*looks, candidate=None, seed=0, parts=None, **settings):
    """Make the table of looks that are given by what they observe."""
    named = [Look(str(number), "it is right", observe, **settings) for number, observe in enumerate(looks)]
    return Table(named, candidate, seed, parts)


def rows(**makers):
    return lambda candidate, seed: makers


def function_of(path, answer, **space):
    """Give a function whose one line, its second, stands in this file."""
    exec(compile(f"def function(*given):\n    return {answer}\n", path, "exec"), space)
    return space["function"]


def refuse():
    raise broken("it is small")


def raising(error):
    def make():
        raise error

    return make


# --- when rows are made ---------------------------------------------------------------------------------------------


def test_a_row_is_made_when_it_is_first_asked_for_and_once():
    """Catches a table that makes all its rows at the start, or one anew for each mistake that it is compared with."""
    made = []
    one = table(rows(a=lambda: made.append("a"), b=lambda: made.append("b")))
    assert one.names(0) == ["a", "b"]
    assert made == []
    for _ in range(3):
        one.row(0, "b")
    assert made == ["b"]


def test_an_observation_that_is_no_mapping_is_the_only_row_and_has_no_name():
    """Catches a look with one thing to see that must make up a name for it."""
    one = table(lambda candidate, seed: candidate + seed, candidate=3, seed=4)
    assert one.names(0) == [""]
    assert one.row(0, "") == 7


def test_everything_ends_with_a_decisive_look_in_which_the_code_stops():
    """Catches a network of 20 million parameters that is built again for every later look."""
    looks = rows(size=refuse), rows(more=lambda: 1)
    assert len(table(*looks, decisive=True).everything()) == 1
    assert len(table(*looks).everything()) == 2
    assert len(table(rows(size=1), rows(more=2), decisive=True).everything()) == 2


def test_rows_of_one_table_share_what_they_build_and_the_next_table_builds_anew():
    """Catches the verdict on a class as it was before the student changed it."""
    built = []

    def make(candidate, kind):
        built.append(candidate())
        return len(built)

    def observe(candidate, seed):
        return {name: lambda: [shared(make, candidate, kind) for kind in (1, 2)] for name in "ab"}

    for runs in (1, 2):
        one = table(observe, observe, candidate=nn.Identity)
        seen = [row for look in one.everything() for row in look.values()]
        assert seen == [seen[0]] * 4
        assert len(built) == 2 * runs


def test_what_old_tables_have_built_is_let_go_of():
    """Catches a kernel that grows to gigabytes because each mistake of each bank keeps its networks."""
    built = weakref.WeakSet()

    def make(candidate):
        built.add(network := nn.Linear(1, 1))
        return network

    kept = [table(lambda candidate, seed: bool(shared(make, candidate)), inside=lambda *asked: 1) for _ in range(30)]
    for one in kept:
        assert one.row(0, "") is True
        assert one.inside(0, "") == 1
    assert len(built) < 10
    assert sum(bool(one._within) for one in kept) < 10


def test_what_cannot_be_hashed_is_looked_at_all_the_same():
    """Catches a TypeError of the table's own where a student hands in a list."""
    one = table(lambda candidate, seed: {"a": lambda: shared(len, candidate)}, candidate=[1, 2])
    assert one.row(0, "a") == 2


# --- errors ---------------------------------------------------------------------------------------------------------


def test_an_error_ends_its_row_and_no_other():
    """Catches a first row that hides all others."""
    found = table(rows(a=raising(ValueError), b=lambda: 2), rows(c=refuse, d=4)).everything()
    assert [type(row) for look in found for row in look.values()] == [Raised, int, Wrong, int]


def test_an_error_while_rows_are_listed_is_what_every_row_of_that_look_holds():
    """Catches a KeyError of the verdict's where the student's class cannot be built."""
    one = table(lambda candidate, seed: candidate(), candidate=function_of(NOTEBOOK, "1 / 0"))
    assert isinstance(one.row(0, "x of shape (2, 3)"), Raised)
    assert one.names(0) == [""]


def test_an_error_of_the_courses_own_is_not_told_as_the_students():
    """Catches a student who looks for a mistake in a line that is right."""
    stops = function_of(COURSE, "{}['weight']")
    assert table(rows(a=stops)).row(0, "a") == Unchecked("KeyError: 'weight'")


def test_an_error_on_the_students_line_is_theirs_even_where_none_was_expected():
    """Catches "the course's own check stopped" where a line of the student's divides by zero."""
    outcome = table(rows(a=function_of(NOTEBOOK, "1 / 0"))).row(0, "a")
    assert (outcome.doing, outcome.line) == ("running your code", 2)


@pytest.mark.parametrize(
    ("stop", "kind"), [("exit(3)", Raised), ("next(iter(()))", Raised), ("quit_()", NotAttempted)], ids=str
)
def test_whatever_the_students_code_raises_is_an_outcome(stop, kind):
    """Catches `sys.exit()` in a cell that ends the test, the kernel or the grader."""
    code = function_of(
        NOTEBOOK, stop, quit_=raising(NotImplementedError), exit=lambda code: raising(SystemExit(code))()
    )
    one = table(rows(a=code, b=2))
    assert isinstance(one.row(0, "a"), kind)
    assert one.row(0, "b") == 2


def test_what_settles_too_slowly_is_told_in_words():
    """Catches a notebook that hangs on a list of a million numbers, and an error of the course's own."""
    found = table(rows(a=lambda: list(range(10**6)), b=2)).row(0, "a")
    assert isinstance(found, Wrong)
    assert "too many things" in found.finding.evidence[0]


@pytest.mark.parametrize("inside", [False, True], ids=["a row", "what lies inside"])
def test_an_interrupt_is_let_through_and_leaves_the_world_as_it_was(inside):
    """Catches an endless loop that cannot be stopped, and right parts that stay in the notebook after Ctrl-C."""
    space = {"__name__": "__main__", "Early": 1}
    late = function_of(NOTEBOOK, "stop()", stop=raising(KeyboardInterrupt), **space)
    seen = []

    def ask(*_):
        seen.append(late.__globals__["Early"])
        return late()

    one = table(rows(a=1 if inside else ask), candidate=late, parts={"Early": 2}, inside=ask)
    with pytest.raises(KeyboardInterrupt):
        one.inside(0, "a") if inside else one.everything()
    assert seen == [2]
    assert late.__globals__["Early"] == 1
    assert torch.get_default_dtype() == torch.float32


# --- parts and the world --------------------------------------------------------------------------------------------


def test_right_parts_are_in_place_while_rows_are_made_and_taken_out_again():
    """Catches a wrong earlier class that sinks a right later one, and a notebook that is left with the course's own."""
    late = function_of(NOTEBOOK, "Early", __name__="__main__", Early="student's")
    seen = []

    def watched():
        seen.append(late())
        raise ValueError

    one = table(rows(a=late, b=watched), inside=lambda *_: late(), candidate=late, parts={"Early": "right"})
    assert one.row(0, "a") == "right"
    assert late() == "student's"
    one.everything()
    assert seen == ["right"]
    assert late() == "student's"
    assert one.inside(0, "a") == "right"
    assert late() == "student's"


def test_parts_are_put_in_place_once_for_all_rows(monkeypatch):
    """Catches the half of the time that went into it when it was done for each row."""
    from course_utils.checking import table as module

    times, original = [], module.right_parts
    monkeypatch.setattr(module, "right_parts", lambda *args: times.append(1) or original(*args))
    table(rows(a=1, b=2), rows(c=3), candidate=len, parts={"Early": 1}).everything()
    assert len(times) == 1


def test_each_row_begins_in_a_plain_world_of_the_same_random_numbers():
    """Catches a row whose verdict depends on which rows came before it."""

    def spoils():
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        return torch.rand(3)

    def draws():
        return torch.rand(3)

    with torch.no_grad():
        _, second, gradients = table(rows(a=spoils, b=draws, c=torch.is_grad_enabled)).everything()[0].values()
        assert not torch.is_grad_enabled()
    assert gradients
    assert torch.equal(second, table(rows(b=draws)).everything()[0]["b"])
    assert torch.get_default_dtype() == torch.float32


# --- what a row holds -----------------------------------------------------------------------------------------------


def test_what_happens_to_the_students_tensors_later_does_not_change_what_was_seen():
    """Catches an observation that is the student's own tensor, which the next row overwrites."""
    mine = torch.zeros(2, requires_grad=True)
    seen = settled({"a": [mine * 1, (mine.detach(), 1)]})
    mine.data.fill_(7)
    assert seen["a"][1][0].tolist() == [0, 0]
    assert isinstance(seen["a"][1], list)
    assert seen["a"][0].grad_fn is None


class MyInt(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class MyText(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class MyTensor(torch.Tensor):
    def __eq__(self, other):
        return True

    __hash__ = torch.Tensor.__hash__


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (MyInt(3), int),
        (MyText("a"), str),
        (torch.zeros(2).as_subclass(MyTensor), torch.Tensor),
        (nn.Parameter(torch.zeros(2)), torch.Tensor),
    ],
    ids=lambda value: type(value).__name__,
)
def test_of_a_class_derived_from_plain_data_only_the_plain_data_is_kept(value, kind):
    """Catches an answer that is equal to everything because its class says so."""
    assert type(settled(value)) is kind


def test_what_is_no_plain_data_is_told_by_its_kind():
    """Catches an object of the student's, whose own methods would run in the comparison."""
    assert settled([nn.ReLU(), len, OrderedDict(b=1, a={2, 1})]) == [
        "a ReLU",
        "a builtin_function_or_method",
        {"b": 1, "a": [1, 2]},
    ]


def test_named_values_and_remarks_are_settled_too():
    """Catches a tensor under a name that is still the student's own, and a name of a megabyte."""
    weight = torch.zeros(2)
    seen = settled(Named((("w" * 10**6, weight),)))
    weight.fill_(1)
    assert len(seen.pairs[0][0]) == 200
    assert seen.pairs[0][1].tolist() == [0, 0]
    assert settled(Remark("moved", "it moved")) == Remark("moved", "it moved")


def test_other_tensors_than_dense_ones_on_the_cpu_do_not_stop_it():
    """Catches a sparse answer, or one on the meta device, that cannot be copied."""
    assert settled(torch.eye(2).to_sparse()) == "a tensor of layout torch.sparse_coo"
    assert settled(torch.zeros(2, device="meta")).is_meta
    assert settled(10**30) == "a number of more than 18 digits"


def _deep():
    value = []
    for _ in range(20):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [_deep(), list(range(10**5)), torch.zeros(1).expand(2**28)],
    ids=["too deep", "too many", "too large"],
)
def test_too_much_is_refused_before_it_is_copied(value):
    """Catches a row that fills the memory, or a list that holds itself."""
    with pytest.raises(TooMuch):
        settled(value)


# --- tables that came from elsewhere --------------------------------------------------------------------------------


def test_a_row_that_was_not_told_is_unchecked_and_never_right():
    """Catches a student's process that leaves out the rows which are wrong."""
    told = Told([{"a": 1}, {"": NotAttempted()}], lambda *_: None)
    assert told.row(0, "a") == 1
    assert isinstance(told.row(0, "b"), Unchecked)
    assert told.row(1, "anything") == NotAttempted()
    assert told.names(2) == []
    assert isinstance(told.row(2, "a"), Unchecked)


def test_what_lies_inside_is_asked_for_once():
    """Catches a second question over the line for each known mistake."""
    asked = []
    told = Told([{"a": 1}], lambda look, name: asked.append((look, name)) or 5)
    assert [told.inside(0, "a"), told.inside(0, "a")] == [5, 5]
    assert asked == [(0, "a")]


def test_without_a_way_to_look_inside_there_is_nothing_to_see():
    """Catches a look without `inside` that stops the diagnosis."""
    assert table(rows(a=1)).inside(0, "a") is None
