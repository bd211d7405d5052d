"""Fashion-MNIST is found where it is, fetched where it is not, and a damaged file is named before anything is lost."""

import gzip
import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import torch
import torchvision

from course_utils.data import fashion_mnist
from course_utils.data.fashion_mnist import (
    CLASSES,
    DEBIAN_FOLDER,
    FILES,
    MEAN,
    STD,
    VARIABLE,
    FashionMNISTError,
    load_fashion_mnist,
    whole_fashion_mnist,
)

SIZES = dict(zip(FILES, (7, 7, 3, 3), strict=True))


def idx(file, seed=0, sides=(28, 28), label=None):
    """The bytes of an idx file of random images or labels."""
    generator = torch.Generator().manual_seed(seed)
    shape = (SIZES[file], *sides) if "images" in file else (SIZES[file],)
    values = torch.randint(256 if "images" in file else 10, shape, generator=generator, dtype=torch.uint8)
    if label is not None:
        values[-1] = label
    header = bytes((0, 0, 8, len(shape))) + b"".join(length.to_bytes(4, "big") for length in shape)
    return header + values.numpy().tobytes()


def write(folder, seed=0, zipped=True):
    folder.mkdir(parents=True, exist_ok=True)
    for file in FILES:
        content = idx(file, seed)
        (folder / (f"{file}.gz" if zipped else file)).write_bytes(gzip.compress(content) if zipped else content)
    return folder


def images_of(seed):
    return torch.frombuffer(bytearray(idx(FILES[0], seed)[16:]), dtype=torch.uint8).view(7, 28, 28)


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """No data set on this computer, no mirror on any other."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(fashion_mnist, "OWN_FOLDER", tmp_path / "data" / "fashion_mnist")
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", tmp_path / "debian")
    monkeypatch.setattr(torchvision.datasets.FashionMNIST, "mirrors", ["http://127.0.0.1:9/"])


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("inner", ["", "FashionMNIST/raw"])
def test_a_named_folder_is_read_zipped_or_not_flat_or_as_torchvision_lays_it_out(tmp_path, monkeypatch, zipped, inner):
    write(tmp_path / "mine" / inner, seed=3, zipped=zipped)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    data = load_fashion_mnist()
    assert torch.equal(data.train_images, images_of(3))
    assert data.train_labels.tolist() == list(idx(FILES[1], 3)[8:])
    assert data.test_images.shape == (3, 28, 28)
    assert data.test_labels.dtype == torch.int64


def test_the_named_folder_comes_first_then_the_courses_then_debians(tmp_path, monkeypatch):
    write(fashion_mnist.DEBIAN_FOLDER, seed=1)
    assert torch.equal(load_fashion_mnist().train_images, images_of(1))
    write(fashion_mnist.OWN_FOLDER, seed=2)
    assert torch.equal(load_fashion_mnist().train_images, images_of(2))
    monkeypatch.setenv(VARIABLE, str(write(tmp_path / "mine", seed=3)))
    assert torch.equal(load_fashion_mnist().train_images, images_of(3))


def test_a_named_folder_without_the_files_is_an_error_though_others_have_them(tmp_path, monkeypatch):
    write(fashion_mnist.DEBIAN_FOLDER)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(FashionMNISTError, match=rf"(?s){VARIABLE} names .*nothing.*Correct {VARIABLE}, or unset it"):
        load_fashion_mnist()


DAMAGES = {
    "cut short": (FILES[0], lambda: gzip.compress(idx(FILES[0]))[:-100], r"end-of-stream"),
    "cut short, then zipped": (FILES[2], lambda: gzip.compress(idx(FILES[2])[:-1]), "2,352 bytes, but holds 2,351"),
    "empty": (FILES[1], lambda: b"", "does not begin as an idx file of 1 axes"),
    "a web page": (FILES[1], lambda: b"<html>not found</html>", "Not a gzipped file"),
    "labels for images": (FILES[0], lambda: gzip.compress(idx(FILES[1])), "does not begin as an idx file of 3 axes"),
    "other pixels": (FILES[0], lambda: gzip.compress(idx(FILES[0], sides=(27, 28))), r"\(27, 28\) pixels"),
    "another part's labels": (FILES[3], lambda: gzip.compress(idx(FILES[1])), "7 labels for 3 images"),
    "an eleventh class": (FILES[3], lambda: gzip.compress(idx(FILES[3], label=10)), "label 10, and there are 10"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named_with_what_is_wrong_and_left_alone(damage):
    file, make, reason = DAMAGES[damage]
    path, content = write(fashion_mnist.DEBIAN_FOLDER) / f"{file}.gz", make()
    path.write_bytes(content)
    with pytest.raises(FashionMNISTError, match=reason) as caught:
        load_fashion_mnist()
    assert str(caught.value).startswith(f"{path} is damaged")
    assert path.read_bytes() == content


def test_a_missing_file_is_named():
    (write(fashion_mnist.DEBIAN_FOLDER) / f"{FILES[2]}.gz").unlink()
    with pytest.raises(FashionMNISTError, match=f"has no {FILES[2]}.gz, though other files"):
        load_fashion_mnist()


# ---- downloading ----------------------------------------------------------------------------------------------------


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A server that has the data set; `requests` are the paths asked for."""
    folder = write(tmp_path / "mirror", seed=5)
    requests = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path)
            super().do_GET()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    source = torchvision.datasets.FashionMNIST
    monkeypatch.setattr(source, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
    digests = [hashlib.md5((folder / f"{file}.gz").read_bytes()).hexdigest() for file in FILES]
    monkeypatch.setattr(source, "resources", [(f"{file}.gz", md5) for file, md5 in zip(FILES, digests, strict=True)])
    yield folder, requests
    server.shutdown()
    server.server_close()


def test_what_is_nowhere_is_downloaded_once(mirror):
    _, requests = mirror
    assert torch.equal(load_fashion_mnist().train_images, images_of(5))
    asked = len(requests)
    assert asked >= len(FILES)
    assert torch.equal(load_fashion_mnist().train_images, images_of(5))
    assert len(requests) == asked


def test_a_download_that_is_not_the_data_set_leaves_nothing_behind_and_says_the_three_ways(mirror):
    folder, _ = mirror
    (folder / f"{FILES[3]}.gz").write_bytes(b"changed on the way")
    with pytest.raises(FashionMNISTError) as caught:
        whole_fashion_mnist()
    assert "corrupted" in str(caught.value)
    assert "dataset-fashion-mnist" in str(caught.value)
    assert VARIABLE in str(caught.value)
    assert list(fashion_mnist.OWN_FOLDER.parent.iterdir()) == []


def test_without_a_network_one_error_says_the_three_ways():
    with pytest.raises(FashionMNISTError, match=rf"(?s)cannot be downloaded.*With a network.*apt-get.*{VARIABLE}"):
        whole_fashion_mnist()


def test_without_a_network_it_goes_on_with_the_images_that_come_with_the_course(capsys):
    """Catches a notebook that ends in NameErrors where there is no data, and images that come class by class."""
    data = load_fashion_mnist()
    said = capsys.readouterr().out
    assert f"{fashion_mnist.GOING_ON}: 1,500 come with the course." in said
    assert "Traceback" not in said
    assert data.train_labels.bincount().tolist() == [120] * len(CLASSES)
    assert data.test_labels.bincount().tolist() == [30] * len(CLASSES)
    assert data.train_labels[:20].tolist() == [*range(10)] * 2
    everything = torch.cat([data.train_images, data.test_images]).flatten(1)
    assert len(everything.unique(dim=0)) == len(everything)


@pytest.mark.skipif(not DEBIAN_FOLDER.exists(), reason="Debian's package dataset-fashion-mnist is not installed")
def test_the_images_that_come_with_the_course_have_the_data_sets_own_labels(monkeypatch):
    """Catches labels that count within the seven known classes where they should within all ten."""
    few = load_fashion_mnist()
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", DEBIAN_FOLDER)
    whole = whole_fashion_mnist()
    images = torch.cat([whole.train_images, whole.test_images]).flatten(1).numpy()
    label_of = dict(zip(map(bytes, images), torch.cat([whole.train_labels, whole.test_labels]).tolist(), strict=True))
    assert [label_of[bytes(image)] for image in few.train_images.flatten(1).numpy()] == few.train_labels.tolist()


def test_an_interrupted_download_leaves_nothing_behind(mirror, monkeypatch):
    def interrupted(url, folder, md5):
        folder.mkdir(exist_ok=True)
        (folder / "half.gz").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr("torchvision.datasets.utils.download_url", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load_fashion_mnist()
    assert list(fashion_mnist.OWN_FOLDER.parent.iterdir()) == []


# ---- the real one ---------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not DEBIAN_FOLDER.exists(), reason="Debian's package dataset-fashion-mnist is not installed")
def test_debians_package_is_the_whole_data_set(monkeypatch):
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", DEBIAN_FOLDER)
    data = load_fashion_mnist()
    assert data.train_labels.bincount().tolist() == [6_000] * len(CLASSES)
    assert data.test_labels.bincount().tolist() == [1_000] * len(CLASSES)
    counts = np.bincount(data.train_images.numpy().ravel(), minlength=256) / data.train_images.numel()
    values = np.arange(256) / 255
    mean = (counts * values).sum()
    assert (mean, np.sqrt((counts * (values - mean) ** 2).sum())) == pytest.approx((MEAN, STD), abs=5e-5)
