"""Weights come from the right place, are checked, and trouble is either repaired or said in one line."""

import errno
import hashlib
import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
import torch
from torchvision.models import resnet34

from course_utils.data import weights as weights_module
from course_utils.data.reference import random_reference_resnet34
from course_utils.data.weights import (
    VARIABLE,
    WeightsError,
    WeightsFile,
    load_pretrained_resnet34,
    torchvision_weights_file,
)

NAME = "fake-resnet34.pth"
MARK = 0.125  # every weight in the fake file


def _fake_file() -> bytes:
    """A whole ResNet34 state dict in a few kilobytes: every tensor is one number, seen at every place."""
    with torch.device("meta"):
        state = resnet34().state_dict()
    small = {name: torch.full((), MARK, dtype=value.dtype).expand(value.shape) for name, value in state.items()}
    buffer = BytesIO()
    torch.save(small, buffer)
    return buffer.getvalue()


FAKE = _fake_file()
PREFIX = hashlib.sha256(FAKE).hexdigest()[:8]


class Server(ThreadingHTTPServer):
    """Serves one body on the loopback; `answers` says how each request in turn is answered, "whole" after that."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[str] = []
        self.requests = 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}/models/{NAME}"
        self.done = threading.Event()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = self.server.answers.pop(0) if self.server.answers else "whole"
        self.server.requests += 1
        if answer == "missing":
            self.send_error(404)
            return
        if answer == "silent":
            self.server.done.wait(20)
            return
        body = b"<html>Please log in</html>" if answer == "another page" else FAKE
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if answer == "cut" else body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.done.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty torch.hub cache, and no file named by the reader."""
    monkeypatch.delenv(VARIABLE, raising=False)
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path / "hub"))
    return tmp_path / "hub" / "checkpoints"


@pytest.fixture
def fake_reference(monkeypatch):
    """A stand-in for the random reference, so that falling back to it is seen and fast."""
    monkeypatch.setattr(weights_module, "random_reference_resnet34", lambda: "random reference")
    return "random reference"


def wanted(server) -> WeightsFile:
    return WeightsFile(server.url, PREFIX)


def assert_pretrained(model):
    assert not model.training
    assert torch.all(model.fc.weight == MARK)
    assert torch.all(model.layer4[2].bn2.running_var == MARK)


def test_a_fresh_download_is_checked_loaded_and_kept_for_next_time(server, cache, capsys):
    state = torch.get_rng_state()
    assert_pretrained(load_pretrained_resnet34(wanted(server)))
    assert torch.equal(torch.get_rng_state(), state)
    assert [path.name for path in cache.iterdir()] == [NAME]
    out, err = capsys.readouterr()
    assert out == ""
    assert "100" in err  # torch.hub's progress bar, with tqdm or without

    assert_pretrained(load_pretrained_resnet34(wanted(server)))
    assert server.requests == 1


def test_a_transfer_cut_in_the_middle_is_repaired_by_a_second_one(server, cache, capsys):
    server.answers = ["cut"]
    assert_pretrained(load_pretrained_resnet34(wanted(server)))
    assert server.requests == 2
    assert [path.read_bytes() for path in cache.iterdir()] == [FAKE]
    assert capsys.readouterr().out == "The download broke off: trying once more.\n"


@pytest.mark.parametrize("content", [FAKE[: len(FAKE) // 2], b"", b"x" * len(FAKE)])
def test_a_damaged_file_in_the_cache_is_replaced(server, cache, capsys, content):
    cache.mkdir(parents=True)
    (cache / NAME).write_bytes(content)
    assert_pretrained(load_pretrained_resnet34(wanted(server)))
    assert (cache / NAME).read_bytes() == FAKE
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "damaged or incomplete: downloading it again" in out


@pytest.mark.parametrize("answer", ["cut", "another page"])
def test_what_never_arrives_right_is_not_kept_nor_used(server, cache, capsys, fake_reference, answer):
    server.answers = [answer, answer]
    assert load_pretrained_resnet34(wanted(server)) == fake_reference
    assert server.requests == 2
    assert list(cache.iterdir()) == []
    assert "was cut short or changed on the way, twice" in " ".join(capsys.readouterr().out.split())


def test_a_missing_file_on_the_server_is_said_in_one_line_and_not_asked_for_again(
    server, cache, capsys, fake_reference
):
    server.answers = ["missing"]
    assert load_pretrained_resnet34(wanted(server)) == fake_reference
    assert server.requests == 1
    assert_said_once(capsys, "answered 404")


def test_a_refused_connection_is_said_in_one_line_at_once(cache, capsys, fake_reference):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/{NAME}"
        begin = time.perf_counter()
        assert load_pretrained_resnet34(WeightsFile(url, PREFIX)) == fake_reference
    assert time.perf_counter() - begin < 2
    assert_said_once(capsys, "127.0.0.1")
    assert list(cache.iterdir()) == []


def test_a_silent_server_does_not_hang_the_course(server, cache, capsys, fake_reference):
    server.answers = ["silent", "silent"]
    begin = time.perf_counter()
    assert load_pretrained_resnet34(WeightsFile(server.url, PREFIX, timeout=0.2)) == fake_reference
    assert time.perf_counter() - begin < 5
    assert socket.getdefaulttimeout() is None


def test_a_full_disk_is_said_in_one_line_and_leaves_nothing_behind(server, cache, capsys, monkeypatch, fake_reference):
    def full(url, dst, **kwargs):
        with open(dst + ".partial", "wb") as file:  # noqa: PTH123
            file.write(FAKE[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(torch.hub, "download_url_to_file", full)
    assert load_pretrained_resnet34(wanted(server)) == fake_reference
    assert_said_once(capsys, "no room left on the disk")
    assert list(cache.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_named_with_a_way_out(server, cache, capsys, fake_reference):
    cache.parent.mkdir()
    cache.write_text("a file where the folder should be: even root cannot write below it")
    assert load_pretrained_resnet34(wanted(server)) == fake_reference
    assert server.requests == 0
    assert "TORCH_HOME" in capsys.readouterr().out


def test_the_file_that_the_reader_names_comes_first(server, cache, tmp_path, monkeypatch):
    (tmp_path / "mine.pth").write_bytes(FAKE)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine.pth"))
    assert_pretrained(load_pretrained_resnet34(wanted(server)))
    assert server.requests == 0
    assert not cache.exists()


def test_a_named_file_of_the_right_name_and_wrong_hash_is_refused(server, cache, tmp_path, monkeypatch):
    (tmp_path / NAME).write_bytes(FAKE[:-1] + b"?")
    monkeypatch.setenv(VARIABLE, str(tmp_path / NAME))
    with pytest.raises(WeightsError, match=f"{NAME}.* instead of {PREFIX}.*Correct {VARIABLE}, or unset it"):
        load_pretrained_resnet34(wanted(server))


@pytest.mark.parametrize("what", ["missing.pth", "."])
def test_a_named_file_that_cannot_be_read_is_refused(server, cache, tmp_path, monkeypatch, what):
    monkeypatch.setenv(VARIABLE, str(tmp_path / what))
    with pytest.raises(WeightsError, match="cannot be read"):
        load_pretrained_resnet34(wanted(server))
    assert server.requests == 0


def test_an_empty_variable_counts_as_unset(server, cache, monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    assert_pretrained(load_pretrained_resnet34(wanted(server)))


def test_without_a_network_it_says_so_once(cache, capsys, fake_reference):
    assert load_pretrained_resnet34(WeightsFile(f"http://does-not-exist.invalid/{NAME}", PREFIX)) == fake_reference
    assert_said_once(capsys, "does-not-exist.invalid can't be reached")


def test_what_stands_in_is_the_random_reference():
    assert weights_module.random_reference_resnet34 is random_reference_resnet34


def test_torchvisions_file_is_the_default_with_its_published_hash(cache, capsys, monkeypatch, fake_reference):
    file = torchvision_weights_file()
    assert file.url == "https://download.pytorch.org/models/resnet34-b627a593.pth"
    assert file.sha256_prefix == "b627a593"
    asked = []

    def offline(url, dst, hash_prefix, **kwargs):
        asked.append((url, hash_prefix))
        raise weights_module.URLError("no network")

    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    assert load_pretrained_resnet34() == fake_reference
    assert asked == [(file.url, file.sha256_prefix)]


def assert_said_once(capsys, part):
    out = capsys.readouterr().out
    why, _, then = " ".join(out.split()).partition(" Going on with ")
    assert why.startswith("No pretrained weights: ")
    assert part in why
    assert then == "fixed random weights: every comparison still holds, only the classes have no names."
    assert "Errno" not in why
