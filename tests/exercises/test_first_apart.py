"""A student whose output is wrong hears which of their layers is the first to differ, and not a later one."""

import pytest
import torch
from torch import Tensor, nn

from course_utils.checking.plain import render_plain
from course_utils.checking.wording import word
from course_utils.exercises.exercise import Exercise, examine
from course_utils.exercises.first_apart import first_apart, outputs_by_layer
from course_utils.exercises.resnet_family import basic_block
from course_utils.exercises.why_residuals import thin_block


class SkipsFirstReLU(basic_block.RightBasicBlock):
    """Everything from the second convolution on differs."""

    def forward(self, x: Tensor) -> Tensor:
        left = self.bn2(self.conv2(self.bn1(self.conv1(x))))
        return torch.relu(left + (x if self.downsample is None else self.downsample(x)))


class OwnNames(nn.Module):
    """A ThinBlock whose layers have names of their own, in the order of their use; the first ReLU is missing."""

    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.stride, self.more, self.residual = stride, out_feats - in_feats, residual
        self.a = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=False)
        self.b = nn.BatchNorm2d(out_feats)
        self.c = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.d = nn.BatchNorm2d(out_feats)

    def forward(self, x: Tensor) -> Tensor:
        out = self.d(self.c(self.b(self.a(x))))
        if self.residual:
            out = out + nn.functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.more))
        return out.relu()


@pytest.mark.parametrize(
    ("exercise", "answer", "layer"),
    [(basic_block.EXERCISE, SkipsFirstReLU, "conv2"), (thin_block.EXERCISE, OwnNames, "c")],
    ids=["BasicBlock", "ThinBlock"],
)
def test_the_first_layer_that_differs_is_named(exercise: Exercise, answer: type, layer: str):
    told = [" ".join(render_plain(word(examine(exercise, test, answer))).split()) for test in exercise.tests]
    assert any(f"the first layer whose output differs is {layer}" in text for text in told), told
    assert not any("output differs is" in text.replace(f"differs is {layer}", "") for text in told), told


class Twice(nn.Module):
    """Calls one layer twice."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2, bias=False)
        self.last = nn.Linear(2, 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.layer(self.layer(x)))


def test_a_layer_called_twice_shows_what_it_made_first_and_the_forward_is_left_alone():
    state = {"layer.weight": 2 * torch.eye(2), "last.weight": torch.eye(2)}
    outputs = outputs_by_layer(Twice(), state, torch.ones(1, 2))
    assert {name: output.tolist() for name, output in outputs.items()} == {"layer": [[2.0, 2.0]], "last": [[4.0, 4.0]]}


def test_no_hook_stays():
    module = Twice()
    outputs_by_layer(module, module.state_dict(), torch.ones(1, 2))
    assert not any(part._forward_hooks for part in module.modules())


def test_where_all_layers_agree_no_layer_is_blamed():
    same = {"layer": torch.ones(2)}
    assert first_apart(same, {"layer": torch.ones(2), "more": torch.zeros(2)}) == ()
