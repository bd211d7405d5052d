"""Notebook 0 begins with a trained network: ResNet34 where its weights can be had, else the course's own small one."""

import hashlib

import pytest
import torch
from torchvision.models import ResNet34_Weights, resnet34

from course_utils.data.photos import load_photos
from course_utils.data.weights import VARIABLE, WeightsFile, load_pretrained_resnet34
from course_utils.widgets.trained_network import show_trained_network

NAMES = set(ResNet34_Weights.IMAGENET1K_V1.meta["categories"])


@pytest.fixture(params=["as torch saves them now", "as torchvision saved them"])
def weights(request, tmp_path, monkeypatch):
    """A file of a whole ResNet34 at an address; the older format counts no batches and has no versions."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path / "hub"))
    torch.manual_seed(0)
    state = resnet34().state_dict()
    if request.param == "as torchvision saved them":
        state = {name: tensor for name, tensor in state.items() if "num_batches" not in name}
    path = tmp_path / "resnet34.pth"
    torch.save(state, path)
    return WeightsFile(path.as_uri(), hashlib.sha256(path.read_bytes()).hexdigest()[:8])


def names_in(said: str) -> list[str]:
    """Give each line's name of a class, which stands between the network's and the percentage."""
    lines = [line for line in said.splitlines() if "%" in line]
    return [line[13:33].strip() for line in lines]


def test_with_the_weights_every_photo_gets_three_of_imagenets_names(weights, capsys):
    """Catches a download that ends in stand-ins, and a network that's shown without its names."""
    show_trained_network(weights)
    said = capsys.readouterr().out
    shown = names_in(said)
    assert len(shown) == 3 * len(load_photos())
    assert all(any(name.startswith(one) for name in NAMES) for one in shown)
    assert "No pretrained weights" not in said
    assert torch.equal(load_pretrained_resnet34(weights).fc.weight, torch.load(weights.url[7:])["fc.weight"])


def test_without_them_a_sentence_says_so_and_clothes_get_their_names(tmp_path, monkeypatch, capsys):
    """Catches random weights in the first thing that a student sees, and an error's number above them, cut off."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path / "hub"))
    show_trained_network(WeightsFile((tmp_path / "nothing.pth").as_uri(), "12345678"))
    said = capsys.readouterr().out
    note, _, _ = said.partition("\n\n")
    assert " ".join(note.split()).startswith("No pretrained weights here, so this is the small network that comes with")
    assert "Errno" not in note
    assert max(map(len, note.splitlines())) <= 80
    best = dict(zip([line for line in said.splitlines() if line.endswith(":")], names_in(said)[::3], strict=True))
    right = [what for what, name in best.items() if what == f"{name}:"]
    assert len(best) == 8
    assert len(right) == 7  # all that it knows; the dress can only be called something else
    assert best["dress, which it has never seen:"] != "dress"
