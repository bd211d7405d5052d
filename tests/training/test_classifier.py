"""The good classifier's recipe runs, and its accuracy is counted right."""

import pytest
import torch
from torch import nn

from course_utils.data.fashion_mnist import FashionMNIST
from course_utils.training.classifier import accuracy, good_classifier
from course_utils.training.nets import PooledBlock
from course_utils.training.quick import quick


def test_the_recipe_trains_the_block_that_is_given_and_tells_the_callbacks():
    class Mine(PooledBlock):
        pass

    images, labels = torch.randint(256, (64, 28, 28), dtype=torch.uint8), torch.arange(64) % 10
    learner = good_classifier(FashionMNIST(images, labels, images[:20], labels[:20]), seed=1, block=Mine)
    learner.fit(1)
    assert sum(isinstance(module, Mine) for module in learner.model) == 6
    assert learner.history[0].keys() >= {"train_loss", "valid_accuracy"}


class Leftmost(nn.Module):
    """Sees only the leftmost column, and is surest where it is lightest."""

    def forward(self, x):
        light = x[:, 0, :, 0].mean(1)
        return torch.stack([-light, light], dim=1)


def test_accuracy_is_the_share_of_right_answers_over_all_batches():
    x = torch.tensor([1.0, 1.0, -1.0])[:, None, None, None].expand(3, 1, 2, 2)
    batches = [(x[:2], torch.tensor([1, 0])), (x[2:], torch.tensor([0]))]
    assert accuracy(Leftmost(), batches) == pytest.approx(2 / 3)


def test_mirrored_images_have_a_say_in_the_answer():
    x = torch.tensor([[[[-1.0, 5.0]]]])  # dark on the left, much lighter on the right
    batches = [(x, torch.tensor([1]))]
    assert accuracy(Leftmost(), batches) == 0
    assert accuracy(Leftmost(), batches, mirrored=True) == 1


@pytest.mark.parametrize(("value", "said"), [(None, False), ("", False), ("0", False), ("1", True)])
def test_long_work_is_cut_short_when_the_environment_says_so(monkeypatch, value, said):
    if value is None:
        monkeypatch.delenv("COURSE_QUICK", raising=False)
    else:
        monkeypatch.setenv("COURSE_QUICK", value)
    assert quick() is said
