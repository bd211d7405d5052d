"""A card for each photo: the likeliest classes with a bar from each network, by name where they have names."""

import re

import pytest
import torch
from PIL import Image
from torch import nn

from course_utils.data.reference import random_reference_resnet34
from course_utils.data.weights import HOW_TO_GET_NAMES, torchvision_weights_file
from course_utils.inspection.bars import paired_bars_html
from course_utils.widgets.answer_cards import cards_html, cards_text
from course_utils.widgets.answers import Answers, Naming, ask, most_likely, naming_of


class Sure(nn.Module):
    """Says the same of each image."""

    def __init__(self, shares):
        super().__init__()
        self.logits = nn.Parameter(torch.tensor(shares).log())

    def forward(self, x):
        return self.logits.expand(len(x), -1)


PHOTO = {"sea <1>": Image.new("RGB", (20, 10), "blue")}
IMAGE = torch.zeros(1, 3, 2, 2)


def thousand(**shares):
    """Probabilities over ImageNet's classes, those of the places that are named."""
    said = torch.full((1000,), 1e-9)
    for place, share in shares.items():
        said[int(place[1:])] = share
    return said.tolist()


def test_the_likeliest_come_first_whichever_network_finds_them_likely():
    """Catches a chart of the first network's classes only, in which the other's first choice is nowhere."""
    answers = Answers({"a": torch.tensor([[0.6, 0.3, 0.1, 0.0]]), "b": torch.tensor([[0.1, 0.0, 0.2, 0.7]])}, Naming())
    bars = most_likely(answers, 0, 3)
    assert list(bars) == ["class 3", "class 0", "class 1"]
    assert bars["class 3"] == pytest.approx({"a": 0.0, "b": 0.7})


def test_a_thousand_classes_have_imagenets_names_and_others_numbers():
    """Catches names of ImageNet for a network with other classes, alone or beside one that has ImageNet's."""
    known = Sure(thousand(_105=0.7, _387=0.3))
    assert list(most_likely(ask({"a": known}, IMAGE), 0, 2)) == ["koala", "lesser panda"]
    few = Sure([0.2, 0.8])
    assert list(most_likely(ask({"a": few}, IMAGE), 0, 2)) == ["class 1", "class 0"]
    assert list(most_likely(ask({"a": known, "b": few}, IMAGE), 0, 2)) == ["class 1", "class 105"]


def test_stand_ins_show_numbers_probabilities_and_one_line_on_how_to_get_names():
    """Catches "rock crab: orangutan": a name, from weights that mean nothing."""
    naming = naming_of([Sure([0.5, 0.5]), random_reference_resnet34()], {1000})
    assert naming.of(105) == "class 105"
    answers = Answers({"yours": torch.tensor([thousand(_105=0.7, _387=0.3)])}, naming)
    for said in (cards_html(PHOTO, answers), cards_text(PHOTO, answers)):
        assert "class 105" in said
        assert "70.0%" in said
        assert "koala" not in said
        assert said.count(HOW_TO_GET_NAMES) == 1
    assert torchvision_weights_file().name in HOW_TO_GET_NAMES


def test_a_card_shows_the_photo_and_whose_each_bar_is_to_eyes_and_ears():
    """Catches bars that only their colour tells apart, and a name that's taken for HTML."""
    answers = Answers({"yours": torch.tensor([[0.75, 0.25]]), "theirs <b>": torch.tensor([[0.5, 0.5]])}, Naming())
    page = cards_html(PHOTO, answers)
    assert page.count("<img") == 1
    assert "sea &lt;1&gt;" in page
    assert page.count("yours") == page.count("theirs &lt;b&gt;") == 1 + 2
    assert set(re.findall(r"width:(\d+\.\d\d%)", page)) == {"75.00%", "25.00%", "50.00%"}
    yours, theirs = re.findall(r"height:.7em;margin-right:.4em;(.*?)\"", page)
    assert "gradient" not in yours
    assert "gradient" in theirs


def test_a_third_network_has_its_bars_too():
    """Catches a chart that ends after two bars without a word."""
    assert paired_bars_html({"koala": {"a": 0.1, "b": 0.2, "c": 0.3}}).count("height:.8em") == 3
