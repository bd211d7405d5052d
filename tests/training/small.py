"""A training small enough for a test: few images, a network that any of them fits into."""

import torch
from torch import nn

from course_utils.training.batches import Batches
from course_utils.training.learner import Learner
from course_utils.training.metrics import Metrics


def small_batches(images=40, size=16, seed=0, **settings):
    """Random images of 6×6 pixels: the first class dark, the second light."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(images) % 2
    pixels = torch.randint(128, (images, 6, 6), generator=generator) + 127 * labels[:, None, None]
    return Batches(pixels.to(torch.uint8), labels, size, seed=seed, **settings)


def small_learner(*callbacks, shuffle=True, **settings):
    """A learner with dropout and momentum: both must be kept for a training to go on as if it had never stopped."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(36, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 2))
    return Learner(
        model,
        small_batches(shuffle=shuffle),
        small_batches(images=10, seed=1),
        optimizer=torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9),
        callbacks=[Metrics(), *callbacks],
        **settings,
    )


def weights(learner):
    """All weights of the learner's model as one vector."""
    return nn.utils.parameters_to_vector(learner.model.parameters()).detach().clone()


def same_history(one, other):
    """Whether two trainings went the same way; how long they took is another matter."""
    return [row | {"seconds": 0} for row in one.history] == [row | {"seconds": 0} for row in other.history]
