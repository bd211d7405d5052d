"""summary shows layers with shapes, parameters and multiply-adds, on every surface."""

import pytest
import torch
from torch import nn
from torchvision.models import resnet18

from course_utils.inspection import summary as module
from course_utils.inspection.multiply_adds import layer_costs
from course_utils.inspection.summary import summary, to_html

TOTALS = "11,689,512 parameters, 1,814,073,344 multiply-adds for one image (1.81 G)"
X = torch.zeros(1, 3, 224, 224)


def small() -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))


def show(monkeypatch, surface: str, *args, **settings):
    """Run summary for a reader of one kind; return what the notebook's display got, and the result."""
    shown = []
    monkeypatch.setattr(module, "surface", lambda: surface)
    monkeypatch.setattr(module, "show_html", lambda html, text: shown.append((html, text)))
    return shown, summary(*args, **settings)


def test_plain_text_fits_eighty_columns_and_ends_with_the_totals(monkeypatch, capsys):
    _, result = show(monkeypatch, "plain", resnet18(), X)
    lines = capsys.readouterr().out.splitlines()
    assert result is None
    assert max(map(len, lines)) <= 80
    assert lines[-1] == TOTALS
    assert any("layer2.0.downsample.0" in line and "6,422,528" in line for line in lines)


def test_where_there_is_room_the_input_is_shown_too(monkeypatch, capsys):
    show(monkeypatch, "plain", small(), torch.zeros(5, 1, 4, 4))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["module", "kind", "input", "output", "parameters", "multiply-adds"]
    assert lines[2] == ["0", "Conv2d", "1×4×4", "2×2×2", "20", "72"]


def test_a_notebook_gets_html_and_a_log_gets_the_totals(monkeypatch):
    [(html, text)], _ = show(monkeypatch, "html", resnet18(), X)
    assert text == TOTALS
    assert TOTALS in html
    assert html.count("<tr>") == len(layer_costs(resnet18(), X)) + 1
    assert "ReLU (×2)" in html


def test_the_html_is_the_same_each_time_and_has_no_colours_of_its_own():
    pages = [to_html(layer_costs(small(), torch.zeros(1, 1, 4, 4))) for _ in range(2)]
    assert pages[0] == pages[1]
    assert "#fff" not in pages[0]
    assert "<script" not in pages[0]


def test_names_are_escaped():
    class Named(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.add_module("<b>", nn.ReLU())

        def forward(self, x):
            return self._modules["<b>"](x)

    assert "&lt;b&gt;" in to_html(layer_costs(Named(), torch.zeros(1, 2)))


def test_the_frame_has_plain_numbers(monkeypatch, capsys):
    _, frame = show(monkeypatch, "plain", small(), torch.zeros(5, 1, 4, 4), return_frame=True)
    assert list(frame.columns) == ["module", "kind", "input", "output", "parameters", "multiply_adds", "calls"]
    assert frame["output"].iloc[0] == (5, 2, 2, 2)
    assert (frame["parameters"].sum(), frame["multiply_adds"].sum()) == (20 + 27, 2 * 4 * 9 + 24)


@pytest.mark.parametrize(("number", "words"), [(999, ""), (8_406_784, " (8.41 M)"), (12_500, " (12.50 k)")])
def test_large_numbers_are_rounded_for_reading(number: int, words: str):
    assert module._rounded(number) == words
