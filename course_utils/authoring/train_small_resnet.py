"""Make the checkpoint of notebook 5: train the small residual net, measure it, and choose the images that go with it.

    python -m course_utils.authoring.train_small_resnet

About five minutes on one CPU core. Interrupted, it goes on from the last epoch when it is started again.
"""

import json
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.data.fashion_mnist import CLASSES, FashionMNIST, whole_fashion_mnist
from course_utils.data.small_resnet import FOLDER, IMAGES, KNOWN, MEASURED, NEW, WEIGHTS, load_small_resnet
from course_utils.exercises.look_inside.small_resnet import SmallResNet
from course_utils.training import Batches, Checkpoint, Learner, Metrics, OneCycle, Progress, crop, flip

SEED, EPOCHS, BATCH, MAX_LR = 0, 5, 128, 0.1
# How many images of each class go with the course.
KNOWN_EACH, NEW_TRAIN_EACH, NEW_TEST_EACH = 150, 100, 250


def main() -> None:
    """Train, store, measure what was stored, and store that too."""
    torch.set_num_threads(1)
    data = whole_fashion_mnist()
    FOLDER.mkdir(exist_ok=True)
    history, seconds = train(data)
    store_images(data)
    record = {
        "what": "SmallResNet(7): 3 blocks a layer, widths 16, 32, 64; stored in 16-bit floats",
        "data": "Fashion-MNIST's training images of the known classes, with mirror images and shifts of up to "
        "one pixel",
        "training": f"{EPOCHS} epochs of SGD with momentum 0.9 and weight decay 5e-4, batches of {BATCH}, "
        f"one cycle up to {MAX_LR}, seed {SEED}",
        "last epoch": {name: round(value, 4) for name, value in history[-1].items() if name != "seconds"},
        "CPU seconds": round(seconds),
        "torch": torch.__version__.split("+")[0],
        "test accuracy": accuracies(data),
    }
    (FOLDER / MEASURED).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2))


def train(data: FashionMNIST) -> tuple[list[dict], float]:
    """Train on the known classes and store the weights; return the history and the CPU seconds."""
    torch.manual_seed(SEED)
    model = SmallResNet(len(KNOWN)).to(memory_format=torch.channels_last)
    images, labels = choose(data.train_images, data.train_labels, KNOWN)
    learner = Learner(
        model,
        Batches(images, labels, BATCH, shuffle=True, augment=[flip, crop(1)], seed=SEED),
        optimizer=torch.optim.SGD(model.parameters(), MAX_LR, momentum=0.9, nesterov=True, weight_decay=5e-4),
        loss=nn.functional.cross_entropy,
        callbacks=[Metrics(), OneCycle(MAX_LR), Progress(), Checkpoint(Path("small_resnet.training.pt"))],
    )
    start = time.process_time()
    learner.fit(EPOCHS)
    if learner.epoch < EPOCHS:
        raise SystemExit("Interrupted: start it again to go on.")
    weights = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous()
        for name, tensor in model.state_dict().items()
    }
    torch.save(weights, FOLDER / WEIGHTS)
    return learner.history, time.process_time() - start


def choose(images: Tensor, labels: Tensor, wanted: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Keep the images of the classes wanted; number their labels anew, in this order."""
    number = torch.full((len(CLASSES),), -1)
    number[list(wanted)] = torch.arange(len(wanted))
    kept = number[labels] >= 0
    return images[kept], number[labels[kept]]


def store_images(data: FashionMNIST) -> None:
    """Store the first images of each class."""
    parts = {
        "known": (data.test_images, data.test_labels, KNOWN, KNOWN_EACH),
        "new, train": (data.train_images, data.train_labels, NEW, NEW_TRAIN_EACH),
        "new, test": (data.test_images, data.test_labels, NEW, NEW_TEST_EACH),
    }
    arrays = {}
    for name, (images, labels, wanted, each) in parts.items():
        images, labels = choose(images, labels, wanted)  # noqa: PLW2901
        first = torch.cat([(labels == label).nonzero()[:each, 0] for label in range(len(wanted))])
        arrays |= {f"{name}/images": images[first].numpy(), f"{name}/labels": labels[first].to(torch.uint8).numpy()}
    np.savez_compressed(FOLDER / IMAGES, **arrays)


def accuracies(data: FashionMNIST) -> dict[str, float]:
    """Measure the stored net on all 7,000 test images of the classes that it knows."""
    model = load_small_resnet()
    images, labels = choose(data.test_images, data.test_labels, KNOWN)
    with torch.inference_mode():
        right = torch.cat([model(inputs).argmax(1) == targets for inputs, targets in Batches(images, labels, 500)])
    by_class = {CLASSES[label]: right[labels == number].double().mean() for number, label in enumerate(KNOWN)}
    return {name: round(value.item(), 4) for name, value in ({"all": right.double().mean()} | by_class).items()}


if __name__ == "__main__":
    main()
