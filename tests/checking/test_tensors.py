"""Differences are found exactly where they are, and told with named axes."""

import pytest
import torch
from torch import nn

from course_utils.checking.tensors import agree, describe, insist_equal, run_on
from course_utils.checking.values import PromiseBroken


def evidence(got, expected, **settings):
    with pytest.raises(PromiseBroken) as caught:
        insist_equal(got, expected, "it is right", **settings)
    return caught.value.finding


def test_a_shape_is_told_by_its_axes():
    assert describe((2, 4, 8, 6)) == "(batch 2, channels 4, height 8, width 6)"
    assert describe((2, 4)) == "(2, 4)"


def test_the_first_value_that_differs_is_named_with_its_place_and_the_extent():
    expected = torch.zeros(2, 3, 4, 5)
    got = expected.clone()
    got[1, 2, 0, 3], got[1, 2, 3, 4] = 0.5, -2
    lines = evidence(got, expected).evidence
    assert lines == (
        "expected 0, got 0.5 at batch 1, channel 2, height 0, width 3",
        "2 of 120 values differ, by up to 2",
    )


def test_axes_without_names_of_their_own_are_told_by_their_numbers():
    finding = evidence(torch.ones(2, 3), torch.zeros(2, 3), axes=("value", "value"))
    assert finding.evidence[0] == "expected 0, got 1 at element (0, 0)"


def test_numbers_that_only_name_something_are_counted_and_not_subtracted():
    lines = evidence(torch.tensor([1, 2, 3]), torch.tensor([1, 5, 9]), axes=("batch",), labels="classes").evidence
    assert lines == ("expected 5, got 2 at batch 1", "2 of 3 classes differ")


def test_two_numbers_that_differ_late_are_written_with_enough_digits():
    finding = evidence(torch.tensor([1.0000004], dtype=torch.float64), torch.ones(1, dtype=torch.float64))
    assert finding.evidence[0].startswith("expected 1, got 1.0000004 at element")


def test_the_picture_is_the_channel_of_the_first_difference():
    expected = torch.arange(24.0).reshape(1, 2, 3, 4)
    got = expected.clone()
    got[0, 1, 2, 3] += 1
    maps = {each.title: each.rows for each in evidence(got, expected).maps}
    assert maps["expected"] == tuple(map(tuple, expected[0, 1].tolist()))
    assert maps["difference"][2][3] == 1
    assert sum(map(sum, maps["difference"])) == 1


def test_another_shape_is_told_before_any_value():
    lines = evidence(torch.zeros(2, 3), torch.zeros(3, 2), axes=("batch", "channels")).evidence
    assert lines == ("expected shape (batch 3, channels 2)", "got (batch 2, channels 3)")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rounding_agrees_and_a_real_difference_does_not(dtype):
    x = torch.linspace(-3, 3, 100, dtype=dtype)
    assert agree((x / 3) * 3, x)
    assert not agree(x * (1 + 1e-4), x)


def test_nan_agrees_with_nan_only_and_infinity_with_infinity_only():
    special = torch.tensor([float("nan"), float("inf"), 1.0])
    assert agree(special.clone(), special)
    assert not agree(torch.tensor([0.0, float("inf"), 1.0]), special)
    assert not agree(torch.tensor([float("nan"), 5.0, 1.0]), special)
    assert not agree(torch.tensor([float("nan"), -float("inf"), 1.0]), special)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: (x, x), "a tuple of 2 things"),
        (lambda x: x.numpy(), "NumPy array"),
        (lambda x: 3, "an int"),
        (lambda x: x.double(), "the output torch.float64"),
        (lambda x: x.to("meta"), "the output on meta"),
        (lambda x: print(end=""), "it returned None: is a `return` missing"),
    ],
)
def test_each_wrong_kind_of_answer_has_a_sentence_of_its_own(answer, words):
    class Wrong(nn.Module):
        def forward(self, x):
            return answer(x)

    with pytest.raises(PromiseBroken) as caught:
        run_on(Wrong(), torch.zeros(2, 3))
    assert words in " ".join((caught.value.finding.promise, *caught.value.finding.evidence))
