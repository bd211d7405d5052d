"""A trace holds what each module got and gave at that moment, and recording leaves no marks."""

import torch
from torch import nn

from course_utils.inspection.trace import record


def test_a_value_stays_as_it_was_when_a_later_module_changes_it_in_place():
    x = torch.tensor([[-1.0, 2.0]])
    model = nn.Sequential(nn.Identity(), nn.ReLU(inplace=True))
    trace = record(model, x)
    outputs = {call.name: call.outputs[0].tensor.tolist() for call in trace.calls}
    assert outputs == {"Sequential": [[0.0, 2.0]], "0": [[-1.0, 2.0]], "1": [[0.0, 2.0]]}
    assert x.tolist() == [[-1.0, 2.0]]


def test_one_modules_output_and_the_next_ones_input_are_one_value():
    first, second = record(nn.Sequential(nn.ReLU(), nn.Tanh()), torch.ones(1, 2)).calls[1:]
    assert first.outputs[0] is second.inputs[0]


def test_calls_are_in_order_with_containers_around_their_parts():
    model = nn.Sequential(nn.Sequential(nn.ReLU()), nn.Tanh())
    events = [(kind, call.name) for kind, call in record(model, torch.ones(1)).events]
    inner = [("enter", "0.0"), ("leave", "0.0")]
    assert events == [
        ("enter", "Sequential"),
        ("enter", "0"),
        *inner,
        ("leave", "0"),
        ("enter", "1"),
        ("leave", "1"),
        ("leave", "Sequential"),
    ]


def test_tensors_in_tuples_dicts_and_keywords_are_found():
    class Split(nn.Module):
        def forward(self, x, scale):
            return {"a": (x, [scale]), "b": "text"}

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.split = Split()

        def forward(self, x):
            return self.split(x, scale=2 * x)["a"][0]

    call = record(Model(), torch.ones(1)).calls[1]
    assert [value.tensor.item() for value in call.inputs] == [1.0, 2.0]
    assert [value.tensor.item() for value in call.outputs] == [1.0, 2.0]


def test_a_module_called_again_is_a_call_of_its_own():
    relu = nn.ReLU()
    calls = record(nn.Sequential(relu, nn.Tanh(), relu), torch.ones(1)).calls
    assert [(call.name, call.repeat) for call in calls[1:]] == [("0", 0), ("1", 0), ("0", 1)]


def test_recording_leaves_no_hooks_behind_even_after_an_error():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(3, 3))
    trace = record(model, torch.ones(1, 2))
    assert isinstance(trace.error, RuntimeError)
    assert trace.calls[1].outputs is not None
    assert trace.calls[2].outputs is None
    for module in model.modules():
        assert not module._forward_hooks
        assert not module._forward_pre_hooks


def test_rounding_is_forgiven_by_precision_and_nan_is_itself():
    def same(a, b):
        values = [record(nn.Identity(), x).root.outputs[0] for x in (a, b)]
        return values[0].same(values[1])

    one = torch.ones(3)
    assert same(one, one * (1 + 5e-6))
    assert not same(one, one * (1 + 1e-4))
    assert not same(one.double(), one.double() * (1 + 1e-9))
    assert same(one.half(), one.half() * (1 + 2e-3))
    assert same(one * torch.nan, one * torch.nan)
    assert not same(one * torch.nan, one)
    assert not same(one, torch.ones(3, 1))
    assert not same(torch.tensor([1, 2]), torch.tensor([1, 3]))
