"""The diagram says what ResNet34 really is, to those who see it, who cannot, and who have only a terminal."""

import base64
import re
from html import escape
from xml.etree import ElementTree

import pytest
import torch
from torch import nn
from torchvision.models import resnet34

from course_utils.drawings import resnet34 as diagram
from course_utils.drawings.resnet34 import GROUPS, description, resnet34_diagram, resnet34_drawing, resnet34_text

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def shapes():
    """The shape after every module of torchvision's ResNet34, without the batch."""
    found = {}
    with torch.device("meta"):
        model = resnet34().eval()
        for name, module in model.named_modules():
            module.register_forward_hook(lambda m, i, out, name=name: found.update({name: tuple(out.shape[1:])}))
        model(torch.empty(1, 3, 224, 224))
    return model, found


def test_the_table_of_facts_is_torchvisions_network(shapes):
    model, found = shapes
    for number, group in enumerate(GROUPS, start=1):
        layer = getattr(model, f"layer{number}")
        assert group.n_blocks == len(layer)
        assert group.in_feats == layer[0].conv1.in_channels
        assert group.first_stride == layer[0].conv1.stride[0]
        assert found[f"layer{number}"] == (group.out_feats, group.side, group.side)
    assert found["conv1"] == (64, diagram.STEM_SIDE, diagram.STEM_SIDE)
    assert found["maxpool"] == (64, diagram.POOLED_SIDE, diagram.POOLED_SIDE)
    assert found["fc"] == (diagram.N_CLASSES,)


def test_the_zoomed_group_is_one_that_changes_stride_and_channels():
    group = GROUPS[diagram.ZOOMED]
    assert group.first_stride == 2
    assert group.in_feats != group.out_feats


def test_picture_and_drawing_show_every_group_and_the_zoomed_blocks_layers():
    picture = " ".join(ElementTree.fromstring(resnet34_drawing().svg).itertext())
    drawing = resnet34_text()
    for group in GROUPS:
        for text in (picture, drawing, description()):
            assert f"{group.out_feats}" in text
        assert f"{group.out_feats}×{group.side}×{group.side}" in picture
        assert f"{group.out_feats}×{group.side}×{group.side}" in drawing
        assert f"{group.n_blocks} blocks, stride {group.first_stride}" in picture
        assert f"{group.n_blocks}× /{group.first_stride}" in drawing
    assert picture.count("64 → 128, stride 2") == 3  # the group, its first block, the block
    assert picture.count("128 → 128, stride 1") == GROUPS[diagram.ZOOMED].n_blocks - 1


def test_the_description_tells_each_group():
    assert "6 blocks with 256 channels at 14×14, stride 2" in description()


def test_text_is_at_least_twelve_pixels_high_on_a_page_of_nine_hundred():
    root = ElementTree.fromstring(resnet34_drawing().svg)
    width, height = map(int, root.get("viewBox").split()[2:])
    texts = list(root.iter(f"{SVG}text"))
    assert len(texts) > 40
    for text in texts:
        assert int(text.get("font-size")) * 900 / width >= 12
        assert 0 < int(text.get("x")) < width
        assert 0 < int(text.get("y")) < height


def test_a_terminal_gets_a_drawing_of_eighty_columns(monkeypatch, capsys):
    for surface in ("terminal", "plain"):
        monkeypatch.setattr(diagram, "surface", lambda surface=surface: surface)
        resnet34_diagram()
        out = capsys.readouterr().out
        assert out == resnet34_text() + "\n"
        assert max(map(len, out.splitlines())) <= 80


def test_a_notebook_gets_the_picture_with_the_description_as_text(monkeypatch):
    shown = []
    monkeypatch.setattr(diagram, "surface", lambda: "html")
    monkeypatch.setattr(diagram, "show_html", lambda html, text: shown.append((html, text)))
    resnet34_diagram()
    [(html, text)] = shown
    encoded = re.search(r'src="[^"]*base64,([^"]+)"', html)[1]
    assert base64.b64decode(encoded).decode() == resnet34_drawing().svg
    assert f'alt="{escape(description())}"' in html
    assert text == description()


def test_the_model_is_built_of_what_the_diagram_names(shapes):
    model, _ = shapes
    block = model.layer2[0]
    assert [type(m) for m in block.downsample] == [nn.Conv2d, nn.BatchNorm2d]
    assert block.conv1.stride == block.downsample[0].stride == (2, 2)
    assert block.downsample[0].kernel_size == (1, 1)
    assert all(m.bias is None for m in model.modules() if isinstance(m, nn.Conv2d))
