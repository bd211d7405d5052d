"""Classify photos: those of a folder at once, or one's own by uploading it or saying where it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_utils.data.photos import PHOTO_FOLDER, PhotoError, load_photo, photo_from_bytes
from course_utils.widgets.answer_cards import Photos, cards_html, cards_text, show_cards
from course_utils.widgets.answers import Answers, ask
from course_utils.widgets.stage import fitted, redraw, sentence, show_widget

if TYPE_CHECKING:
    from ipywidgets import Widget
    from PIL import Image

Transform = Callable[["Image.Image"], Float[Tensor, "3 height width"]]

_SIDE, _SHOWN = 220, 5  # pixels of the one photo that is shown, and classes beside it
_ADVICE = (
    "Large files (10 MB, on Colab 1 MB) do not get through a browser: put them beside the notebook and give the path."
)


def classify_photos(models: Mapping[str, nn.Module], transform: Transform, photos: Photos) -> None:
    """Show each photo with the three most likely classes as bars, one network's over the other's.

    models: by the name that is shown, such as {"yours": my_resnet, "torchvision": pretrained}; they run in eval mode.
    transform: makes a network's input of a photo. Stand-in weights give their classes no names, only numbers.
    """
    show_cards(photos, ask(models, torch.stack([transform(photo) for photo in photos.values()])))


def classify_photo(
    models: Mapping[str, nn.Module], transform: Transform, photo: str | Path = PHOTO_FOLDER / "koala.jpg"
) -> None:
    """Let networks name what is in a photo of yours: choose a file, or give its path; see the top five of each.

    models: by the name that is shown, such as {"yours": my_resnet, "torchvision": pretrained}; they run in eval mode.
    transform: makes a network's input of a photo. photo: the one to begin with, and to show where nothing can be
    chosen. What cannot be read as a photo is told in a sentence.
    """
    first = load_photo(Path(photo).expanduser())
    name = Path(photo).stem
    answers = ask(models, transform(first)[None])
    show_widget(
        lambda: _chooser(models, transform, page(name, first, answers)),
        lambda: page(name, first, answers),
        lambda: cards_text({name: first}, answers, shown=_SHOWN),
    )


def page(name: str, photo: Image.Image, answers: Answers) -> str:
    """Show the photo, and beside it the five most likely classes with the bars of each network."""
    return cards_html({name: photo}, answers, shown=_SHOWN, side=_SIDE) + sentence(compared(answers))


def compared(answers: Answers) -> str:
    """Say how far two networks agree; nothing about any other number of them."""
    if len(answers.probabilities) != 2:
        return ""
    (one, mine), (other, theirs) = answers.probabilities.items()
    if mine.shape != theirs.shape:
        return f"{one} knows {mine.shape[1]} classes, {other} knows {theirs.shape[1]}."
    apart = (mine.cpu() - theirs.cpu()).abs().max().item()
    said = f"differ by at most {apart:.0e}" if apart else "are the same"
    return f"Over all {mine.shape[1]} classes the probabilities of the two {said}."


def uploaded(value: Any) -> tuple[str, bytes] | None:
    """Take name and content out of FileUpload.value: a dict in ipywidgets 7 (Colab's), a tuple in 8; None if empty."""
    files = [{"name": name, **file} for name, file in value.items()] if isinstance(value, dict) else value
    return (files[-1]["name"], bytes(files[-1]["content"])) if files else None


def _chooser(models: Mapping[str, nn.Module], transform: Transform, first: str) -> Widget:
    from ipywidgets import HTML, FileUpload, HBox, Layout, Text, VBox

    upload = FileUpload(accept="image/*", description="Choose a photo")
    upload.tooltip = "Upload a photo of yours"  # set here, since ipywidgets 7 takes no such argument, and shows none
    upload.layout.width = "auto"
    path = Text(description="or its path", placeholder="holiday.jpg", continuous_update=False)
    path.layout = Layout(width="24em", max_width="calc(100% - 4px)")  # less its margins
    result = HTML(fitted(first))

    def show(name: str, load: Callable[[], Image.Image]) -> None:
        result.value = sentence(f"Looking at {name} …")
        redraw(result, partial(_answered, models, transform, name, load))

    def from_upload(_: Any) -> None:
        if file := uploaded(upload.value):
            show(file[0], lambda: photo_from_bytes(file[1], file[0]))

    def from_path(_: Any) -> None:
        if text := path.value.strip():
            show(Path(text).name, lambda: load_photo(Path(text).expanduser()))

    upload.observe(from_upload, names="value")
    path.observe(from_path, names="value")
    controls = HBox([upload, path], layout=Layout(flex_flow="row wrap"))
    return VBox([controls, HTML(sentence(_ADVICE)), result])


def _answered(models: Mapping[str, nn.Module], transform: Transform, name: str, load: Callable[[], Image.Image]) -> str:
    try:
        photo = load()
    except PhotoError as error:
        return sentence(str(error))
    return page(Path(name).stem, photo, ask(models, transform(photo)[None]))
