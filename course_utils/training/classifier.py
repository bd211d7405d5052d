"""A good classifier for Fashion-MNIST: the recipe, and the accuracy of what comes out."""

from __future__ import annotations

from collections.abc import Callable, Collection

import torch
from torch import nn

from course_utils.data.fashion_mnist import FashionMNIST
from course_utils.training.batches import Batch, Batches
from course_utils.training.callback import Callback
from course_utils.training.learner import Learner
from course_utils.training.metrics import Metrics
from course_utils.training.nets import PooledBlock, pooled_resnet
from course_utils.training.schedule import OneCycle


def good_classifier(
    data: FashionMNIST,
    *,
    seed: int = 0,
    block: Callable[..., nn.Module] = PooledBlock,
    callbacks: Collection[Callback] = (),
) -> Learner:
    """Return a learner that makes a good classifier in five epochs: `good_classifier(data).fit(5)`.

    Gradient descent with momentum, one cycle of the learning rate, and labels that leave some doubt. What `valid` says
    is measured on the test images and decides nothing. `block(in_feats, out_feats, stride, norm)` makes the network's
    blocks; the `callbacks` come behind Metrics and OneCycle.
    """
    torch.manual_seed(seed)
    # channels_last stores a pixel's channels side by side: the same numbers, a quarter less time.
    model = pooled_resnet(norm=True, block=block).to(memory_format=torch.channels_last)
    return Learner(
        model,
        Batches(data.train_images, data.train_labels, 128, shuffle=True, seed=seed),
        Batches(data.test_images, data.test_labels, 500),
        optimizer=torch.optim.SGD(model.parameters(), momentum=0.9, nesterov=True, weight_decay=5e-4),
        loss=nn.CrossEntropyLoss(label_smoothing=0.1),
        callbacks=[Metrics(), OneCycle(max_lr=0.2, cycle_momentum=False), *callbacks],
    )


@torch.no_grad()
def accuracy(model: nn.Module, batches: Collection[Batch], *, mirrored: bool = False) -> float:
    """Return the share of images whose class the model names, between 0 and 1; the model is left in eval mode.

    With `mirrored` each image is shown to the model twice, once as in a mirror, and the two answers are averaged.
    """
    model.eval()
    right = images = 0
    for inputs, targets in batches:
        answers = model(inputs).softmax(1)
        if mirrored:
            answers += model(inputs.flip(-1)).softmax(1)
        right += (answers.argmax(1) == targets).sum().item()
        images += len(targets)
    return right / images
