"""Get torchvision's pretrained ResNet34: from a named file, from torch.hub's cache, or from the network."""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlparse

from course_utils.data.patience import limited_patience
from course_utils.data.reference import random_reference_resnet34

if TYPE_CHECKING:
    from torchvision.models import ResNet

VARIABLE = "RESNET34_WEIGHTS"
HOW_TO_GET_NAMES = (
    "These weights are stand-ins, so the classes have numbers and no names. For names, run this notebook again with "
    "the internet; or download resnet34-b627a593.pth from download.pytorch.org/models on another computer, and give "
    f"its path in the environment variable {VARIABLE} before Jupyter is started."
)


class WeightsError(ValueError):
    """The file of weights that the reader named cannot be used; the message says why and what to do."""


class NoWeightsError(Exception):
    """The weights cannot be downloaded; the text is the reason, in words that fit after a colon."""


@dataclass(frozen=True)
class WeightsFile:
    """A file of weights on the network: its address, the start of its SHA-256, how long to wait for a silent server."""

    url: str
    sha256_prefix: str
    timeout: float = 10.0  # seconds

    @property
    def name(self) -> str:
        """The file's name, which it also has in the cache."""
        return PurePosixPath(urlparse(self.url).path).name


def torchvision_weights_file() -> WeightsFile:
    """Say where torchvision's IMAGENET1K_V1 weights are; like all of torch.hub's, their name ends in their hash."""
    from torchvision.models import ResNet34_Weights

    url = ResNet34_Weights.IMAGENET1K_V1.url
    return WeightsFile(url, sha256_prefix=PurePosixPath(url).stem.rpartition("-")[2])


def load_pretrained_resnet34(weights: WeightsFile | None = None) -> ResNet:
    """Return torchvision's ResNet34 in eval mode, with ImageNet weights whose SHA-256 has been checked.

    The file named by the environment variable RESNET34_WEIGHTS comes first (`WeightsError` when it is not the right
    one), then torch.hub's cache, then a download. Where that fails, a printed line says why, and the model has
    fixed random weights instead. `weights` says which file is wanted: torchvision's IMAGENET1K_V1 unless given.
    """
    try:
        return trained_resnet34(weights)
    except NoWeightsError as error:
        print_wrapped(f"No pretrained weights: {error}.")
        print_wrapped(
            "Going on with fixed random weights: every comparison still holds, only the classes have no names."
        )
        return random_reference_resnet34()


def print_wrapped(text: str) -> None:
    """Print a sentence in lines of at most 80 columns: the web book cuts off what is longer."""
    print(textwrap.fill(text, 80, break_long_words=False, break_on_hyphens=False))


def trained_resnet34(weights: WeightsFile | None = None) -> ResNet:
    """Return what `load_pretrained_resnet34` does, but never random weights.

    Raises:
        NoWeightsError: they are not on this computer, and cannot be downloaded.
        WeightsError: the file that RESNET34_WEIGHTS names is not the right one.
    """
    weights = weights or torchvision_weights_file()
    return _resnet34_from(_named_file(weights) or _cached_file(weights) or _download(weights))


def _resnet34_from(path: Path) -> ResNet:
    import torch
    from torchvision.models import resnet34

    with torch.random.fork_rng(devices=[]):  # resnet34() draws weights that are overwritten at once
        model = resnet34()
    model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return model.eval()


def _named_file(weights: WeightsFile) -> Path | None:
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    path = Path(name).expanduser()
    advice = f"Correct {VARIABLE}, or unset it to have the weights downloaded."
    try:
        digest = _sha256(path)
    except OSError as error:
        raise WeightsError(f"{VARIABLE} names {path}, which cannot be read ({error.strerror}). {advice}") from error
    if not digest.startswith(weights.sha256_prefix):
        raise WeightsError(
            f"{VARIABLE} names {path}, which is not {weights.name}, or not all of it: its SHA-256 begins with "
            f"{digest[: len(weights.sha256_prefix)]} instead of {weights.sha256_prefix}. {advice}"
        )
    return path


def _cached_file(weights: WeightsFile) -> Path | None:
    path = _cache_folder() / weights.name
    try:
        if _sha256(path).startswith(weights.sha256_prefix):
            return path
    except FileNotFoundError:
        return None
    except OSError as error:
        print(f"{path} cannot be read ({error.strerror}): downloading it again.")
        return None
    print(f"{path} is damaged or incomplete: downloading it again.")
    return None


def _cache_folder() -> Path:
    import torch

    return Path(torch.hub.get_dir()) / "checkpoints"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _download(weights: WeightsFile) -> Path:
    """Download into the cache, twice if the transfer breaks off, and return the file's path."""
    broken_transfer = (RuntimeError, OSError, http.client.HTTPException)  # torch.hub's wrong hash is a RuntimeError
    try:
        return _download_once(weights)
    except broken_transfer:
        print("The download broke off: trying once more.")
    try:
        return _download_once(weights)
    except broken_transfer as error:
        raise NoWeightsError(f"the download from {weights.url} was cut short or changed on the way, twice") from error


def _download_once(weights: WeightsFile) -> Path:
    """Let torch.hub download (progress bar, hash check) into a folder that is always removed, then move the file."""
    import torch

    with _scratch_folder() as scratch, limited_patience(weights.timeout):
        part = Path(scratch) / weights.name
        try:
            torch.hub.download_url_to_file(weights.url, str(part), hash_prefix=weights.sha256_prefix)
        except HTTPError as error:
            raise NoWeightsError(f"{weights.url} answered {error.code} {error.reason}") from error
        except URLError as error:
            raise NoWeightsError(
                f"{urlparse(weights.url).netloc} can't be reached ({_in_words(error.reason)})"
            ) from error
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise NoWeightsError(f"no room left on the disk of {_cache_folder()}") from error
            raise
        return part.replace(_cache_folder() / weights.name)


def _in_words(reason: object) -> str:
    """Give an error's words without its number, which says nothing to a reader."""
    return getattr(reason, "strerror", None) or str(reason)


def _scratch_folder() -> tempfile.TemporaryDirectory:
    """Make a folder beside the final place, so that the finished file only has to be renamed."""
    folder = _cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=folder, prefix="download-")
    except OSError as error:
        raise NoWeightsError(
            f"{folder} cannot be written ({error.strerror}; the variable TORCH_HOME names another place)"
        ) from error
