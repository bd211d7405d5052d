"""Batches give each image once, normalised, in an order that the seed decides; augmentations change pixels only."""

from itertools import product

import pytest
import torch

from course_utils.data.fashion_mnist import MEAN, STD
from course_utils.training.augment import crop, flip
from course_utils.training.batches import Batches


def numbered(images=50, size=16, **settings):
    """Images that are known by the value of their pixels, with the same number as label."""
    numbers = torch.arange(images)
    return Batches(numbers[:, None, None].expand(images, 4, 6).to(torch.uint8), numbers, size, **settings)


def order(batches):
    return torch.cat([labels for _, labels in batches]).tolist()


@pytest.mark.parametrize("shuffle", [True, False])
def test_each_image_comes_once_with_its_own_label(shuffle):
    batches = numbered(shuffle=shuffle)
    pairs = list(batches)
    assert [len(labels) for _, labels in pairs] == [16, 16, 16, 2]
    assert len(batches) == 4
    assert sorted(order(batches)) == list(range(50))
    for images, labels in pairs:
        assert images.shape == (len(labels), 1, 4, 6)
        expected = ((labels / 255 - MEAN) / STD)[:, None, None, None].expand_as(images)
        torch.testing.assert_close(images, expected)


def test_shuffled_batches_come_in_another_order_each_time_and_the_seed_decides_which():
    one, same, other = numbered(shuffle=True), numbered(shuffle=True), numbered(shuffle=True, seed=1)
    first, second = order(one), order(one)
    assert first != second
    assert [order(same), order(same)] == [first, second]
    assert order(other) != first
    assert order(numbered()) == list(range(50))


def test_chance_elsewhere_is_left_alone_and_has_no_say():
    before = torch.get_rng_state()
    one = order(numbered(shuffle=True, augment=[flip, crop(1)]))
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(1)
    assert order(numbered(shuffle=True, augment=[flip, crop(1)])) == one


def test_the_images_themselves_are_never_changed():
    batches = numbered(augment=[flip, crop(2)])
    before = batches.images.clone()
    list(batches)
    assert torch.equal(batches.images, before)


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (torch.zeros(3, 4, 4), torch.zeros(3), r"torch.float32 of shape \(3, 4, 4\); expected torch.uint8"),
        (torch.zeros(3, 1, 4, 4, dtype=torch.uint8), torch.zeros(3), r"expected .* \(images, height, width\)"),
        (torch.zeros(3, 4, 4, dtype=torch.uint8), torch.zeros(2), "3 images but 2 labels"),
    ],
)
def test_what_is_no_pair_of_images_and_labels_is_refused(images, labels, message):
    with pytest.raises(ValueError, match=message):
        Batches(images, labels)


# ---- augmentations --------------------------------------------------------------------------------------------------


def generator(seed):
    return torch.Generator().manual_seed(seed)


def scenes(images=200):
    return torch.randint(1, 256, (images, 5, 7), generator=generator(9), dtype=torch.uint8)


def test_a_flip_mirrors_about_half_of_the_images_left_to_right():
    before = scenes()
    after = flip(before, generator(0))
    mirrored = (after == before.flip(2)).flatten(1).all(1)
    same = (after == before).flatten(1).all(1)
    assert (mirrored ^ same).all()
    assert 70 < mirrored.sum() < 130


def test_a_crop_moves_each_image_by_at_most_its_padding_and_all_moves_come():
    before = torch.zeros(400, 7, 7, dtype=torch.uint8)
    before[:, 3, 3] = 200
    places = crop(2)(before, generator(0)).nonzero()
    assert len(places) == 400
    assert {tuple(place) for place in places[:, 1:].tolist()} == set(product(range(1, 6), repeat=2))


def test_a_crop_brings_in_black_and_keeps_the_rest_as_it_was():
    before = scenes()
    for image, moved in zip(before, crop(1)(before, generator(1)), strict=True):
        windows = torch.nn.functional.pad(image, (1, 1, 1, 1)).unfold(0, 5, 1).unfold(1, 7, 1)
        assert (windows == moved).flatten(2).all(2).any()
