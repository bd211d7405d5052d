"""A photo comes in by upload, in both shapes that ipywidgets has for it, or by path; bad ones get a sentence."""

import io
import re
from datetime import datetime, timezone

import ipywidgets
import pytest
import torch
from PIL import Image
from torch import nn
from torchvision.transforms.functional import to_tensor

from course_utils.data.photos import PhotoError
from course_utils.widgets import own_photo
from course_utils.widgets.answers import Answers, Naming, probabilities
from course_utils.widgets.own_photo import classify_photo, classify_photos, compared, uploaded


class Reddish(nn.Module):
    """Says class 0 for a red photo and class 1 for a blue one; only in eval mode."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(8.0))

    def forward(self, x):
        assert not self.training
        red, _, blue = x.mean(dim=(2, 3)).T
        return self.weight * torch.stack([red, blue, 0 * red], dim=1)


def file_of(colour) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(buffer, "png")
    return buffer.getvalue()


@pytest.fixture
def red(tmp_path):
    (tmp_path / "red.png").write_bytes(file_of("red"))
    return tmp_path / "red.png"


@pytest.fixture
def chooser(red, widget_of):
    """Give the upload's observer, the path's box and the page."""
    models = {"yours": Reddish(), "torch <b>": Reddish()}
    controls, _, page = widget_of(classify_photo, models, to_tensor, red).children
    return *controls.children, page


def first_class(page) -> str:
    """The class in bold, which is the most likely one."""
    return re.search(r'font-weight:bold"><th[^>]*><div[^>]*>([^<]*)', page.value)[1]


@pytest.mark.parametrize(
    "value",
    [
        {"sea.png": {"metadata": {"name": "sea.png", "size": 3}, "content": b"abc"}},
        ({"name": "sea.png", "type": "image/png", "size": 3, "content": memoryview(b"abc")},),
    ],
    ids=["ipywidgets 7", "ipywidgets 8"],
)
def test_an_upload_is_read_from_either_version(value):
    name, content = uploaded(value)
    assert (name, content) == ("sea.png", b"abc")
    assert isinstance(content, bytes)


@pytest.mark.parametrize("empty", [{}, ()])
def test_no_upload_is_none(empty):
    assert uploaded(empty) is None


@pytest.mark.filterwarnings("error:Passing unrecognized arguments")
def test_the_button_says_what_it_is_for_in_either_version(chooser):
    """Catches an argument that ipywidgets 7 doesn't know, of which it warns."""
    upload, *_ = chooser
    assert upload.tooltip == "Upload a photo of yours"


def test_the_first_photo_is_there_at_once_and_an_upload_takes_its_place(chooser):
    upload, _, page = chooser
    assert first_class(page) == "class 0"
    file = {"name": "sea.png", "type": "image/png", "size": 9, "content": memoryview(file_of("blue"))}
    old = {"sea.png": {"metadata": {}, "content": file_of("blue")}}
    upload.set_trait(
        "value",
        old if ipywidgets.__version__.startswith("7") else ({**file, "last_modified": datetime.now(timezone.utc)},),
    )
    assert first_class(page) == "class 1"
    assert "photo of sea" in page.value


def test_a_path_is_taken_too_and_both_networks_answer(chooser, red):
    _, path, page = chooser
    red.with_name("sea.png").write_bytes(file_of("blue"))
    path.value = f" {red.with_name('sea.png')} "
    assert first_class(page) == "class 1"
    assert page.value.count("yours") == page.value.count("torch &lt;b&gt;") == 1 + 3  # the legend, and each bar aloud
    assert "Over all 3 classes the probabilities of the two are the same." in page.value


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "is empty"), (b"no photo", "cannot be read as an image"), (None, "There is no photo")]
)
def test_a_bad_file_gets_one_sentence_and_the_next_good_one_works(chooser, red, content, words):
    _, path, page = chooser
    bad = red.with_name("bad.jpg")
    if content is not None:
        bad.write_bytes(content)
    path.value = str(bad)
    assert words in page.value
    assert "PhotoError" not in page.value
    assert "<img" not in page.value
    path.value = str(red)
    assert first_class(page) == "class 0"


def test_a_bad_upload_is_named_by_its_own_name_alone():
    with pytest.raises(PhotoError, match=r"^sea\.heic cannot be read as an image: .* formats known here\. Copy"):
        own_photo.photo_from_bytes(b"ftypheic", "sea.heic")
    with pytest.raises(PhotoError, match=r"^sea\.jpg is empty"):
        own_photo.photo_from_bytes(b"", "sea.jpg")


def test_a_network_that_cannot_take_the_photo_is_told_on_the_page(red, widget_of):
    broken = Reddish()
    controls, _, page = widget_of(classify_photo, {"yours": broken}, to_tensor, red).children
    broken.weight.data = torch.ones(2)
    controls.children[1].value = f"{red} "
    assert "RuntimeError" in page.value


def test_two_networks_are_compared_in_words():
    one, other = torch.tensor([[0.5, 0.5]]), torch.tensor([[0.4, 0.6]])
    assert compared(Answers({"a": one}, Naming())) == ""
    assert "differ by at most 1e-01" in compared(Answers({"a": one, "b": other}, Naming()))
    assert compared(Answers({"a": one, "b": torch.ones(1, 3)}, Naming())) == "a knows 2 classes, b knows 3."


def test_models_run_in_eval_mode_without_gradients_and_are_left_as_they_were():
    model = Reddish().train()
    shares = probabilities(model, torch.rand(1, 3, 4, 4))
    assert shares.sum() == pytest.approx(1)
    assert model.training
    assert not shares.requires_grad


def test_in_a_log_the_answers_are_lines(red, capsys):
    classify_photo({"yours": Reddish()}, to_tensor, red)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "red:"
    assert lines[1].split()[:3] == ["yours", "class", "0"]


def test_many_photos_are_answered_at_once_each_under_its_name(capsys):
    """Catches answers that stand under another photo, and a photo that's left out."""
    photos = {"sea": Image.new("RGB", (20, 10), "blue"), "sun": Image.new("RGB", (20, 10), "red")}
    classify_photos({"yours": Reddish(), "theirs": Reddish()}, to_tensor, photos)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.endswith(":")] == ["sea:", "sun:"]
    assert [lines[i].split()[:3] for i in (1, 2)] == [["yours", "class", "1"], ["theirs", "class", "1"]]
    assert lines[lines.index("sun:") + 1].split()[:3] == ["yours", "class", "0"]
