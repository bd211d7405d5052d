"""The script behind the checkpoint: on a data set of a few images it makes all three files, and they fit together."""

import pytest
import torch

from course_utils.authoring import train_small_resnet
from course_utils.data import small_resnet
from course_utils.data.fashion_mnist import FashionMNIST


@pytest.fixture
def few_images_of_all_classes():
    labels = torch.arange(10).repeat(4)
    images = torch.randint(256, (40, 28, 28), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    return FashionMNIST(images, labels, images.flip(0), labels.flip(0))


def test_the_script_makes_weights_images_and_a_record_that_fit_together(
    tmp_path, monkeypatch, few_images_of_all_classes
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(train_small_resnet, "whole_fashion_mnist", lambda: few_images_of_all_classes)
    monkeypatch.setattr(train_small_resnet, "EPOCHS", 1)
    for module in (train_small_resnet, small_resnet):
        monkeypatch.setattr(module, "FOLDER", tmp_path / "checkpoint")
    train_small_resnet.main()
    assert {path.name for path in (tmp_path / "checkpoint").iterdir()} == {"weights.pt", "images.npz", "measured.json"}
    few = small_resnet.load_few_images()
    assert [len(part.images) for part in few.values()] == [28, 12, 12]
    assert small_resnet.load_small_resnet()(few["known"].inputs).shape == (28, 7)
    assert set(small_resnet.small_resnet_record()["test accuracy"]) == {"all", *few["known"].classes}


def test_chosen_labels_count_from_zero_in_the_order_asked_for(few_images_of_all_classes):
    data = few_images_of_all_classes
    images, labels = train_small_resnet.choose(data.train_images, data.train_labels, (3, 4, 5))
    assert labels.tolist() == [0, 1, 2] * 4
    assert torch.equal(images[0], data.train_images[3])
