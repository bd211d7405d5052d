"""Fashion-MNIST: 70,000 small photos of clothes, from a folder on this computer or downloaded once."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int, UInt8
from torch import Tensor

from course_utils.data.patience import limited_patience

VARIABLE = "FASHION_MNIST"
OWN_FOLDER = Path(__file__).resolve().parents[2] / "data" / "fashion_mnist"
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")

CLASSES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
SECONDS_TO_ANSWER = 15.0
MEAN, STD = 0.2860, 0.3530  # of the training images' pixels, between 0 and 1

_TRAIN_IMAGES, _TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
_TEST_IMAGES, _TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
FILES = (_TRAIN_IMAGES, _TRAIN_LABELS, _TEST_IMAGES, _TEST_LABELS)

_TRAIN_EACH = 120  # images of each class, where there are only the few that come with the course
GOING_ON = "Going on with a few of its images"

_WAYS = f"""There are three ways to have it:
  1. With a network: run this again, and 30 MB are downloaded once.
  2. On Debian or Ubuntu: sudo apt-get install dataset-fashion-mnist
  3. Copy the four files ({FILES[0]}.gz …) from another computer, and name their folder
     in the environment variable {VARIABLE} before Jupyter is started."""


class FashionMNISTError(ValueError):
    """The data set is missing, or one of its files cannot be used; the message says which, and what to do."""


class NotHereError(FashionMNISTError):
    """The data set is nowhere on this computer, and cannot be downloaded. reason: why not."""

    def __init__(self, reason: object) -> None:
        super().__init__(f"Fashion-MNIST is not here, and cannot be downloaded ({reason}).\n{_WAYS}")
        self.reason = reason


@dataclass(frozen=True)
class FashionMNIST:
    """Grey images of 28×28 pixels, light on black, from 0 to 255; a label is a place in `classes`.

    60,000 are for training and 10,000 for testing, unless they're the few that come with the course.
    """

    train_images: UInt8[Tensor, "train 28 28"]
    train_labels: Int[Tensor, " train"]
    test_images: UInt8[Tensor, "test 28 28"]
    test_labels: Int[Tensor, " test"]
    classes: tuple[str, ...] = CLASSES


def load_fashion_mnist() -> FashionMNIST:
    """Return what `whole_fashion_mnist` does; where that is not to be had, a few images, and a printed line says so.

    Raises:
        FashionMNISTError: a file in the folder is missing or damaged.
    """
    try:
        return whole_fashion_mnist()
    except NotHereError as error:
        few = _few_images()
        print(
            f"No Fashion-MNIST: it is not on this computer, and cannot be downloaded ({error.reason}).\n{GOING_ON}: "
            f"{len(few.train_labels) + len(few.test_labels):,} come with the course. Every cell runs, and its figures "
            "aren't the text's, because so few teach a network less. For all 70,000, run this again with a network."
        )
        return few


def _few_images() -> FashionMNIST:
    """Return the images that come with the course: as many of each class, and the classes in turn."""
    from course_utils.data.small_resnet import KNOWN, NEW, load_few_images

    few, of_class = load_few_images(), {}
    for name, classes in (("known", KNOWN), ("new, train", NEW), ("new, test", NEW)):
        for number, label in enumerate(classes):
            of_class.setdefault(label, []).append(few[name].images[few[name].labels == number])
    columns = [torch.cat(of_class[label]) for label in range(len(CLASSES))]
    each = min(map(len, columns))
    images = torch.stack([column[:each] for column in columns], dim=1).flatten(0, 1)
    labels = torch.arange(len(CLASSES)).repeat(each)
    train = _TRAIN_EACH * len(CLASSES)
    return FashionMNIST(images[:train], labels[:train], images[train:], labels[train:])


def whole_fashion_mnist() -> FashionMNIST:
    """Return the whole data set, labels as int64.

    It is looked for in the folder that the environment variable FASHION_MNIST names (the four files, gzipped or not,
    there or in torchvision's FashionMNIST/raw), then in the course's folder `data`, then where Debian's package puts
    it. Where it is not, it is downloaded into the course's folder from torchvision's addresses.

    Raises:
        NotHereError: it is nowhere, and cannot be downloaded.
        FashionMNISTError: a file in the folder is missing or damaged.
    """
    return _read_folder(_named_folder() or _folder_on_disk() or _download())


def _named_folder() -> Path | None:
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    folder = Path(name).expanduser()
    for place in (folder, folder / "FashionMNIST" / "raw"):
        if any(_find(place, file) for file in FILES):
            return place
    raise FashionMNISTError(
        f"{VARIABLE} names {folder}, where none of the data set's files is. They are called "
        f"{', '.join(FILES)}, with or without .gz. Correct {VARIABLE}, or unset it."
    )


def _folder_on_disk() -> Path | None:
    return next((folder for folder in (OWN_FOLDER, DEBIAN_FOLDER) if any(_find(folder, file) for file in FILES)), None)


def _find(folder: Path, file: str) -> Path | None:
    return next((path for path in (folder / f"{file}.gz", folder / file) if path.is_file()), None)


# ---- reading --------------------------------------------------------------------------------------------------------


def _read_folder(folder: Path) -> FashionMNIST:
    train = _read_part(folder, _TRAIN_IMAGES, _TRAIN_LABELS)
    return FashionMNIST(*train, *_read_part(folder, _TEST_IMAGES, _TEST_LABELS))


def _read_part(folder: Path, images_file: str, labels_file: str) -> tuple[Tensor, Tensor]:
    images, labels = _read(folder, images_file, axes=3), _read(folder, labels_file, axes=1)
    if images.shape[1:] != (28, 28):
        raise _damaged(folder, images_file, f"its images have {images.shape[1:]} pixels instead of (28, 28)")
    if len(images) != len(labels):
        raise _damaged(folder, labels_file, f"it has {len(labels):,} labels for {len(images):,} images")
    if labels.max() >= len(CLASSES):
        raise _damaged(folder, labels_file, f"it has a label {labels.max()}, and there are {len(CLASSES)} classes")
    return torch.from_numpy(images), torch.from_numpy(labels).long()


def _read(folder: Path, file: str, axes: int) -> np.ndarray:
    """Read an idx file: two zero bytes, the type (8: bytes), the number of axes, each axis' length in 4 bytes, data."""
    path = _find(folder, file)
    if path is None:
        raise FashionMNISTError(
            f"{folder} has no {file}.gz, though other files of the data set are there: copy it too."
        )
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(folder, file, str(error)) from error
    start = 4 + 4 * axes
    if len(content) <= start or content[:4] != bytes((0, 0, 8, axes)):
        raise _damaged(folder, file, f"it does not begin as an idx file of {axes} axes")
    shape = tuple(int(length) for length in np.frombuffer(content, ">u4", count=axes, offset=4))
    values = np.frombuffer(content, np.uint8, offset=start)
    if len(values) != np.prod(shape):
        raise _damaged(folder, file, f"it says it holds {np.prod(shape):,} bytes, but holds {len(values):,}")
    return values.reshape(shape).copy()  # torch wants memory that may be written


def _damaged(folder: Path, file: str, reason: str) -> FashionMNISTError:
    advice = "Copy it again"
    if folder == OWN_FOLDER:
        advice = "Delete it, and the data set will be downloaded again"
    return FashionMNISTError(f"{_find(folder, file)} is damaged or not all there: {reason}. {advice}.")


# ---- downloading ----------------------------------------------------------------------------------------------------


def _download() -> Path:
    """Download the four files into a folder aside, and rename it when all are there."""
    print("Downloading Fashion-MNIST (30 MB, once) …")
    try:
        OWN_FOLDER.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=OWN_FOLDER.parent, prefix="download-") as scratch:
            fresh = Path(scratch) / OWN_FOLDER.name
            _download_into(fresh)
            return fresh.rename(OWN_FOLDER)
    except (OSError, RuntimeError, HTTPException) as error:  # torchvision's wrong checksum is a RuntimeError
        raise NotHereError(error) from error


def _download_into(folder: Path) -> None:
    """Fetch the files from torchvision's address (progress bar, MD5 checked)."""
    from torchvision.datasets import FashionMNIST as Source
    from torchvision.datasets.utils import download_url

    with limited_patience(SECONDS_TO_ANSWER):
        for file, md5 in Source.resources:
            download_url(f"{Source.mirrors[0].rstrip('/')}/{file}", folder, md5=md5)
