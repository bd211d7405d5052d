"""Names are shown of weights that were trained to mean them, and of no others."""

import pytest
import torch
from torchvision.models import resnet34

from course_utils.data.class_names import class_names
from course_utils.data.reference import has_reference_weights, random_reference_resnet34


@pytest.fixture(scope="module")
def stand_in():
    return random_reference_resnet34()


def test_stand_in_weights_have_no_names_wherever_they_were_copied(stand_in, solution):
    """Catches a mark on torchvision's model alone: the student's network, with the same weights in it, has names."""
    mine = solution.ResNet34()
    assert len(class_names(mine)) == 1000
    solution.copy_weights(mine, stand_in)
    for model in (stand_in, mine, mine.double()):
        assert has_reference_weights(model)
        assert class_names(resnet34(), model) is None


def test_parameters_alone_are_enough_to_know_stand_ins(stand_in, solution):
    """Catches a mark in the buffers: whoever forgets to copy these gets names for random weights."""
    mine = solution.ResNet34()
    for parameter, theirs in zip(mine.parameters(), stand_in.parameters(), strict=True):
        parameter.data.copy_(theirs.data)
    assert class_names(mine) is None


def test_other_weights_have_imagenets_names():
    names = class_names(resnet34())
    assert (names[105], names[387]) == ("koala", "lesser panda")
    assert not has_reference_weights(torch.nn.Identity())
