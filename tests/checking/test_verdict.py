"""The first row that differs is told: what should hold, what was given, what came out and what should have come out."""

import pytest
import torch

from course_utils.checking.look import Look
from course_utils.checking.observation import Named, Remark
from course_utils.checking.table import Told
from course_utils.checking.values import NOT_TOLD, Finding, Kept, NotAttempted, Raised, Unchecked, Wrong
from course_utils.checking.verdict import verdict

T = torch.tensor


def observe(candidate, seed):
    raise AssertionError("a verdict compares tables that are made already")


def look(name="value", **settings):
    return Look(name, f"the {name} is right", observe, **settings)


def told(*rows, inside=lambda *_: None):
    return Told(rows, inside)


def outcomes(looks, mine, right, variants=()):
    judged = verdict(looks, told(*mine), told(*right), [(note, told(*rows)) for note, rows in variants])
    return [one.outcome for one in judged]


def outcome(got, expected, variants=(), **settings):
    """Judge one look with one row that has no name."""
    (found,) = outcomes([look(**settings)], [{"": got}], [{"": expected}], variants)
    return found


def evidence(got, expected, **settings):
    return outcome(got, expected, **settings).finding.evidence


# --- what is the same -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [1, 1.5, float("nan"), True, None, "yes", T([1.0]), [1, "a"], {"a": T([1])}, Named((("w", T([1.0])),)), []],
    ids=repr,
)
def test_what_is_the_same_is_kept(value):
    """Catches a comparison by `==`, which stops at tensors and calls NaN unlike itself."""
    assert outcome(value, value) == Kept()


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (1, 1.0),
        (1, True),
        (0.0, None),
        ("1", 1),
        (T([1]), T([1.0])),
        (T([1.0]), T([1.0], dtype=torch.float64)),
        (T([1.0]), T([[1.0]])),
        (torch.empty(1, device="meta"), T([1.0])),
        ([T([1.0])], [T([1.0], dtype=torch.float64)]),
        ([1], [1, 1]),
        ([1], Named((("a", 1),))),
        ({"a": 1}, {"a": 1, "b": 1}),
        (T([float("nan")]), T([1.0])),
    ],
    ids=repr,
)
def test_what_only_looks_the_same_is_not(got, expected):
    """Catches an answer of another kind, dtype, device or length that compares as equal."""
    assert isinstance(outcome(got, expected), Wrong)
    assert isinstance(outcome(expected, got), Wrong)


def test_numbers_agree_up_to_the_rounding_of_the_layers_behind_them():
    """Catches a false alarm deep in a network, and a tolerance that hides a wrong digit in one layer."""
    assert outcome(T([1.001]), T([1.0]), depth=100) == Kept()
    assert isinstance(outcome(T([1.001]), T([1.0])), Wrong)
    assert outcome(1 + 1e-12, 1.0) == Kept()


# --- how a difference is told ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "expected", "line"),
    [
        (2, 1, "expected 1, got 2"),
        (0.123456789, 0.5, "expected 0.5, got 0.1235"),
        (False, True, "expected yes, got no"),
        (None, "a list", "expected a list, got nothing"),
        ([1, 2], [], "expected none, got 1, 2"),
        (T([1.0]), [1], "expected 1, got a tensor of shape (1,)"),
        ({"a": 1, "b": 3}, {"a": 1, "b": 2}, "b: expected 2, got 3"),
        ({"a": 1}, {"a": 1, "b": 2}, "b: expected 2, got nothing"),
        ({"a": 1, "c": 4}, {"a": 1}, "c: expected nothing, got 4"),
        ({"a": [True, None]}, {"a": {"x": 1}}, "a: expected x: 1, got yes, nothing"),
        (Remark("moved", "the mean moved"), None, "the mean moved"),
        ("your heads share a bias", None, "your heads share a bias"),
        (3, None, "expected nothing, got 3"),
    ],
    ids=repr,
)
def test_each_kind_of_observation_is_told_in_words(got, expected, line):
    """Catches a `repr` in the panel, and a dictionary of which the student must find the key that differs."""
    assert evidence(got, expected) == (line,)


def test_the_promise_and_what_was_given_stand_before_the_difference():
    """Catches a panel that does not say for which input the answer was wrong."""
    (found,) = outcomes([look()], [{"x is 1": 5, "x is 2": 6}], [{"x is 1": 5, "x is 2": 7}])
    assert found.finding.promise == "the value is right"
    assert found.finding.evidence == ("x is 2", "expected 7, got 6")


def test_a_tensor_is_told_by_its_first_difference_with_named_axes():
    """Catches two numbers without their place."""
    expected = torch.zeros(2, 3, 4, 5)
    got = expected.clone()
    got[1, 2, 0, 3] = 1
    assert "got 1 at batch 1, channel 2, height 0, width 3" in evidence(got, expected)[0]
    lines = evidence(T([1, 2]), T([1, 5]), axes=("batch",), labels="classes")
    assert lines == ("expected 5, got 2 at batch 1", "1 of 2 classes differ")


def test_a_tensor_of_another_dtype_or_device_says_so():
    """Catches "expected 1, got 1"."""
    assert "expected torch.float32, got torch.int64" in evidence(T([1]), T([1.0]))
    assert "expected torch.float64, got torch.float32" in evidence(T([1.0]), T([1.0], dtype=torch.float64))
    assert "expected it on cpu, got it on meta" in evidence(torch.empty(1, device="meta"), T([1.0]))


def test_of_two_remarks_the_fact_is_compared_and_the_text_is_told():
    """Catches a student's own name for a layer that decides whether two mistakes are one."""
    assert outcome(Remark("shared", "bn1 and bn2"), Remark("shared", "a and b")) == Kept()
    assert evidence(Remark("moved", "bn1 moved"), Remark("shared", "a and b")) == ("expected a and b, got bn1 moved",)


# --- values in an order, under the student's names ------------------------------------------------------------------


def weights(*shapes, kind="parameter tensor", prefix="layer"):
    return Named(tuple((f"{prefix}{n}", torch.zeros(shape)) for n, shape in enumerate(shapes, 1)), kind)


A, B, C = (1,), (2, 2), (3, 3, 3, 3)


def test_names_are_never_compared():
    """Catches a student who calls a layer `first` where the solution says `conv1`."""
    assert outcome(weights(A, B, prefix="mine"), weights(A, B)) == Kept()


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        (
            (A, C, B),
            (A, B, C),
            [
                "all the right parameter tensors are there, but in another order",
                "mine3, shape (2, 2), belongs before mine2, shape (3, 3, 3, 3)",
            ],
        ),
        ((A, B, C), (A, C), ["expected 2 parameter tensors, got 3", "one too many: mine2, shape (2, 2)"]),
        ((A, C), (A, B, C), ["expected 3 parameter tensors, got 2", "missing after mine1: shape (2, 2)"]),
        ((C,), (A, C), ["missing at the beginning: shape (1)"]),
        ((A,), (A, B, C), ["expected 3 parameter tensors, got 1", "missing after mine1: shape (2, 2)"]),
        ((A, B, C), (A,), ["got 3", "two too many: mine2, shape (2, 2); mine3, shape (3, 3, 3, 3)"]),
        ((C, A, C, B), (A, B), ["one too many: mine1, shape (3, 3, 3, 3)", "one too many: mine3, shape (3, 3, 3, 3)"]),
        (
            (A, B),
            (A, C),
            [
                "2 parameter tensors, as there should be",
                "mine2: expected shape (3, 3, 3, 3), got (2, 2)",
            ],
        ),
        ((B, B, B), (A, C), ["got 3", "the first that is another one: expected shape (1), got shape (2, 2)"]),
        ((A, B, A, B, A, B, A, B), (C,) * 8, ["mine3: expected shape (3, 3, 3, 3)", "and 5 more such differences"]),
    ],
)
def test_a_list_of_tensors_is_aligned_with_the_right_one(got, expected, words):
    """Catches "got shape (2, 2), expected …" for 30 layers that have only moved by one."""
    lines = evidence(weights(*got, prefix="mine"), weights(*expected))
    for each in words:
        assert any(each in line for line in lines), lines


LAYERS = {"conv": ("convolution", {"weight": "shape (4, 4, 3, 3)", "bias": "shape (4)"})}
LAYERS |= {"norm": ("batch norm", {"weight": "shape (4)", "bias": "shape (4)"})}
LAYERS |= {"bare": ("convolution", {"weight": "shape (4, 4, 3, 3)"})}
LAYERS |= {"small": ("convolution", {"weight": "shape (4, 4, 1, 1)"})}


def layers(*names, prefix=""):
    """Make the list of a network's tensors: each remark's text is the kind of its layer."""
    each = [
        (f"{prefix}{n}.{role}", Remark(form, LAYERS[name][0]))
        for n, name in enumerate(names)
        for role, form in LAYERS[name][1].items()
    ]
    return Named(tuple(each), "parameter")


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        (
            ("conv", "norm", "conv", "norm"),
            ("bare", "norm", "bare", "norm"),
            ["one too many: a0.bias, of your convolution a0", "one too many: a2.bias, of your convolution a2"],
        ),
        (
            ("bare", "norm"),
            ("bare", "norm", "small", "norm"),
            [
                "missing after a1.bias: the weight of a convolution, shape (4, 4, 1, 1); "
                "the weight and bias of a batch norm, shape (4)"
            ],
        ),
        (
            ("bare", "bare", "norm"),
            ("bare", "norm", "bare", "norm"),
            ["missing after a0.weight: the weight and bias of a batch norm, shape (4)"],
        ),
        (("bare", "norm", "norm"), ("bare", "norm"), ["two too many: a2.weight and a2.bias, of your batch norm a2"]),
        (
            ("norm", "small"),
            ("norm", "bare"),
            ["3 parameters, as there should be", "a1.weight: expected shape (4, 4, 3, 3), got (4, 4, 1, 1)"],
        ),
        (
            ("bare", "bare", "norm", "norm"),
            ("bare", "norm", "bare", "norm"),
            [
                "expected convolution, batch norm, convolution, batch norm",
                "got convolution a0, convolution a1, batch norm a2, batch norm a3",
            ],
        ),
        (
            ("small", "norm", "bare", "norm"),
            ("bare", "norm", "small", "norm"),
            ["a2.weight, shape (4, 4, 3, 3), belongs before a0.weight, shape (4, 4, 1, 1)"],
        ),
    ],
)
def test_a_tensor_is_told_with_the_layer_that_holds_it(got, expected, words):
    """Catches a convolution's bias that is laid to the batch norm behind it, whose weight has its shape."""
    lines = evidence(layers(*got, prefix="a"), layers(*expected))
    for each in words:
        assert each in lines


def test_the_kinds_of_layers_are_told_and_never_compared():
    """Catches a batch norm that keeps its numbers in a class of another kind, and is refused."""
    mine = Named((("scale", Remark("shape (4)", "layer")),), "parameter")
    assert outcome(mine, Named((("weight", Remark("shape (4)", "batch norm")),), "parameter")) == Kept()


def test_of_tensors_that_fit_the_first_that_differs_is_named_as_the_student_calls_it():
    """Catches a gradient that is wrong somewhere in 36 layers."""
    got = weights(A, B, prefix="mine")
    got.pairs[1][1][0, 1] = 5
    (found,) = outcomes([look()], [{"in eval mode": got}], [{"in eval mode": weights(A, B)}])
    assert found.finding.evidence[0] == "in eval mode: mine2"
    assert "expected 0, got 5" in found.finding.evidence[1]


def test_named_numbers_and_texts_are_told_as_well():
    """Catches layers in a Named that are no tensors."""
    lines = evidence(Named((("conv1", "3×3"), ("pool", "2×2")), "layer"), Named((("a", "3×3"), ("b", "1×1")), "layer"))
    assert lines[1:] == ("pool: expected 1×1, got 2×2",)


# --- what stops ----------------------------------------------------------------------------------------------------


STOPS = [
    Raised("calling it on x", "ValueError: no", 3, "x.view(3)"),
    Wrong(Finding("it returns one tensor", ("it returned None",))),
    NotAttempted(),
    NOT_TOLD,
]


@pytest.mark.parametrize("stop", STOPS, ids=lambda value: type(value).__name__)
def test_what_stopped_the_code_is_told_as_it_is(stop):
    """Catches "expected 1, got Raised(doing=…)"."""
    assert outcome(stop, 1) == stop


def test_an_error_of_looking_is_the_codes_own_where_right_code_can_be_looked_at():
    """Catches "the course's own check stopped" for what a student's code can be; it stays where right code stops."""
    stop = Unchecked("KeyError: 'w'")
    assert outcome(stop, 1) == Raised("the test looked at what it made", "KeyError: 'w'")
    assert outcome(stop, Unchecked("ValueError: b")) == stop


def test_how_code_is_made_that_does_not_run_stays_open():
    """Catches "not right: own work" where a class merely failed to build, and a rule that nothing else looks after."""
    stop = Raised("building it", "TypeError: no")
    rule = look("own work", structural=True)
    assert outcomes([rule, look()], [{"": stop}, {"": stop}], [{"": None}, {"": 1}]) == [Unchecked(stop.error), stop]
    assert outcomes([rule, look()], [{"": stop}, {"": 1}], [{"": None}, {"": 1}]) == [stop, Kept()]


def test_an_error_that_right_code_raises_too_is_kept():
    """Catches an exercise that asks for an error (copy_weights, raise_on_nan) and refuses it."""
    assert outcome(Raised("copying", "ValueError: mine"), Raised("copying", "ValueError: right")) == Kept()
    assert outcome(Raised("copying", "KeyError: 1"), Raised("copying", "ValueError: 1")) == Raised(
        "copying", "KeyError: 1"
    )
    assert isinstance(outcome(1, Raised("copying", "ValueError: right")), Wrong)


# --- looks that are judged otherwise --------------------------------------------------------------------------------


def test_a_judge_decides_alone():
    """Catches a tolerance that equality overrules."""
    settings = {"judge": lambda got, expected: None if got >= expected else (f"{got} is below {expected}",)}
    assert outcome(9, 3, **settings) == Kept()
    assert evidence(1, 3, **settings) == ("1 is below 3",)


def test_an_explanation_speaks_where_two_differ_and_only_there():
    """Catches a right answer to a question that is answered with a reply."""
    settings = {"explain": lambda got, expected: (f"you said {got}",)}
    assert outcome("a", "a", **settings) == Kept()
    assert evidence("b", "a", **settings) == ("you said b",)


def test_a_rule_is_not_compared_with_right_code_which_is_made_from_torchs_own_parts():
    """Catches a student's own work that is refused because the right code is not own work."""
    refusal = Wrong(Finding("the work is your own"))
    rule = look("own work", structural=True)
    assert outcomes([rule], [{"": None}], [{"": refusal}]) == [Kept()]
    assert outcomes([rule], [{"": refusal}], [{"": refusal}]) == [refusal]


@pytest.mark.parametrize(("decisive", "count"), [(True, 1), (False, 2)])
def test_after_a_decisive_look_that_is_broken_nothing_more_is_judged(decisive, count):
    """Catches a list of ten things that are all wrong because the first is."""
    looks = [look("size", decisive=decisive), look()]
    assert len(outcomes(looks, [{"": 1}, {"": 1}], [{"": 2}, {"": 1}])) == count
    assert len(outcomes(looks, [{"": 2}, {"": 1}], [{"": 2}, {"": 1}])) == 2


def test_rows_are_those_of_right_code():
    """Catches a process that names no rows, of which none then differs."""
    assert isinstance(outcomes([look()], [{}], [{"a": 1}])[0], Unchecked)


# --- accepted variants ----------------------------------------------------------------------------------------------


def test_what_an_accepted_variant_shows_is_kept_with_its_note():
    """Catches a right answer of another kind that is refused, and a student who never hears of the difference."""
    assert outcome(2, 1, variants=[("biased", [{"": 2}])]) == Kept("biased")
    assert outcome(1, 1, variants=[("biased", [{"": 2}])]) == Kept()
    assert isinstance(outcome(3, 1, variants=[("biased", [{"": 2}])]), Wrong)


def test_a_variant_counts_only_where_all_rows_of_the_look_are_as_it_shows_them():
    """Catches half of one variant and half of another, which is right in no way."""
    right, variants = [{"a": 1, "b": 1}], [("two", [{"a": 2, "b": 2}]), ("three", [{"a": 3, "b": 3}])]
    for rows, kept in [({"a": 2, "b": 2}, True), ({"a": 2, "b": 3}, False), ({"a": 2, "b": 1}, False)]:
        (found,) = outcomes([look()], [rows], right, variants)
        assert isinstance(found, Kept) is kept
    assert outcomes([look()], [{"a": 3, "b": 3}], right, variants) == [Kept("three")]


# --- what lies inside -----------------------------------------------------------------------------------------------


def layer(place, gives):
    return ["Conv2d", place, torch.ones(1, 1), T([[float(gives)]])]


def inside(*values):
    return Named(tuple((f"conv{n}", layer(n, value)) for n, value in enumerate(values)), "layer")


def judged_inside(mine, right, rows=({"a": 1}, {"a": 1}), **settings):
    """Judge looks that are all broken; `mine` and `right` are what lies inside."""
    asked = []

    def ask(what):
        return lambda look, name: asked.append((look, name)) or what

    looks = [look(f"{n}", inside=lambda *_: None, **settings) for n in range(len(rows))]
    right_rows = [dict.fromkeys(one, 2) for one in rows]
    found = verdict(looks, told(*rows, inside=ask(mine)), told(*right_rows, inside=ask(right)))
    return [one.outcome for one in found], asked


def test_the_first_broken_promise_says_where_the_first_difference_inside_is():
    """Catches a student who must search 36 layers, and a panel that says it twice."""
    (first, second), asked = judged_inside(inside(1, 9), inside(1, 2))
    assert first.finding.step == "the first difference inside is at conv1 (Conv2d)"
    assert not second.finding.step
    assert set(asked) == {(0, "a")}


def test_an_error_keeps_its_line_beside_what_lies_inside():
    """Catches the student's own line that is lost."""
    stop = Raised("calling it on x", "ValueError: no", 3, "x.view(3)")
    (first,), _ = judged_inside(inside(9), inside(2), rows=({"a": stop},))
    assert (first.line, first.source) == (3, "x.view(3)")
    assert first.evidence == ("the first difference inside is at conv0 (Conv2d)",)


@pytest.mark.parametrize("what", [None, STOPS[0], STOPS[3], 5, Named((("a", 1), ("b", ["x", "y", 1, 2])))], ids=repr)
def test_the_verdict_stands_where_nothing_is_seen_inside(what):
    """Catches a second look that fails, or is forged, and takes the verdict with it."""
    for mine, right in [(what, inside(1)), (inside(1), what)]:
        (first, _), _ = judged_inside(mine, right)
        assert first.finding.evidence == ("a", "expected 2, got 1")


def test_a_rule_is_not_looked_into():
    """Catches hooks on a class that should not have been there in the first place."""
    assert judged_inside(None, None, structural=True)[1] == []
