"""The checkpoint that comes with the course: small, whole, and as good as its record says."""

import pytest
import torch

from course_utils.data import small_resnet
from course_utils.data.fashion_mnist import CLASSES, FashionMNISTError, whole_fashion_mnist
from course_utils.data.small_resnet import KNOWN, NEW, load_few_images, load_small_resnet, small_resnet_record


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in small_resnet.FOLDER.iterdir()) < 2e6


def test_known_and_new_classes_are_all_ten():
    assert sorted((*KNOWN, *NEW)) == list(range(10))
    few = load_few_images()
    assert {*few["known"].classes, *few["new, train"].classes} == set(CLASSES)
    assert few["new, train"].classes == few["new, test"].classes


def test_there_are_equally_many_images_of_each_class_and_none_twice():
    every = load_few_images().values()
    for part in every:
        counts = part.labels.bincount()
        assert len(counts) == len(part.classes)
        assert len(set(counts.tolist())) == 1
    images = torch.cat([part.images.flatten(1) for part in every])
    assert len(images.unique(dim=0)) == len(images)


def test_inputs_are_normalised_images_with_a_channel_axis():
    part = load_few_images()["new, train"]
    assert part.inputs.shape == (len(part.images), 1, 28, 28)
    assert part.inputs.dtype == torch.float32
    assert -0.82 < part.inputs.min() < -0.80  # black


def test_the_net_is_in_eval_mode_and_names_its_classes_as_well_as_its_record_says():
    model, part = load_small_resnet(), load_few_images()["known"]
    assert not any(module.training for module in model.modules())
    assert {(parameter.dtype, parameter.requires_grad) for parameter in model.parameters()} == {(torch.float32, True)}
    with torch.inference_mode():
        right = (model(part.inputs).argmax(1) == part.labels).double().mean().item()
    recorded = small_resnet_record()["test accuracy"]
    assert recorded["all"] > 0.9
    assert abs(right - recorded["all"]) < 0.03  # 1,050 of the 7,000 images
    assert set(recorded) == {"all", *part.classes}


def test_loading_leaves_the_students_random_numbers_alone():
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    load_small_resnet()
    assert torch.equal(torch.rand(3), expected)


def test_the_images_are_the_data_sets_own():
    try:
        data = whole_fashion_mnist()
    except FashionMNISTError:
        pytest.skip("Fashion-MNIST is not on this computer")
    few = load_few_images()
    for name, images in (
        ("known", data.test_images),
        ("new, test", data.test_images),
        ("new, train", data.train_images),
    ):
        own = {image.numpy().tobytes() for image in images}
        assert all(image.numpy().tobytes() in own for image in few[name].images)
