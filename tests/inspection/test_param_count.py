"""print_param_count lays models side by side, marks the first difference, and says why."""

import re

import pandas as pd
import pytest
import torch
from rich.console import Console
from torch import nn
from torchvision.models import resnet18, resnet34
from wrong_resnets import StudentResNet, on_meta

from course_utils.inspection import param_count
from course_utils.inspection.param_count import compare, print_param_count, to_html


@pytest.fixture(scope="module")
def right():
    return on_meta(resnet34)


def show(monkeypatch, surface, *models, **kwargs):
    """Run print_param_count for a reader of one kind; return what the notebook's display got, and the result."""
    shown = []
    monkeypatch.setattr(param_count, "surface", lambda: surface)
    monkeypatch.setattr(param_count, "show_html", lambda html, text: shown.append((html, text)))
    result = print_param_count(*models, **kwargs)
    return shown, result


def test_equal_models_agree_with_their_count_in_words(right, monkeypatch, capsys):
    _, result = show(monkeypatch, "plain", on_meta(StudentResNet), right)
    out = capsys.readouterr().out
    assert result is None
    assert out.endswith("All 110 rows agree: 21,797,672 parameters in each.\n")
    assert "≠" not in out
    assert "▶" not in out


def test_the_first_differing_row_is_marked_and_its_cause_is_below(right, monkeypatch, capsys):
    _, frame = show(monkeypatch, "plain", on_meta(StudentResNet, conv_bias=True), right, return_frame=True)
    lines = capsys.readouterr().out.splitlines()
    marked = [line for line in lines if "▶" in line]
    assert len(marked) == 1
    first = int(marked[0].split()[1])
    assert first == frame["", "agree"].idxmin() == 3
    assert "Right" not in lines[-1]
    assert "likely a bias" in " ".join(lines[-4:])
    assert any(line.startswith("Parameters in all: StudentResNet 21,806,184, ResNet 21,797,672") for line in lines)


def test_plain_text_is_at_most_eighty_columns_wide(right, monkeypatch, capsys):
    for models in ([right], [on_meta(StudentResNet), right], [right, on_meta(StudentResNet), on_meta(resnet18)]):
        for buffers in (False, True):
            show(monkeypatch, "plain", *models, buffers=buffers)
            out = capsys.readouterr().out
            assert max(map(len, out.splitlines())) <= 80
            assert "\x1b" not in out


def test_names_lose_their_beginnings_and_never_their_ends(right, monkeypatch, capsys):
    show(monkeypatch, "plain", on_meta(StudentResNet), right)
    row = next(line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("27 "))
    assert re.fullmatch(r" *27  ….*right\.0\.weight +128×64×1×1 +…?.*downsample\.0\.weight +128×64×1×1", row.rstrip())


def test_a_wide_terminal_shows_whole_names_and_counts(right):
    comparison = compare([on_meta(StudentResNet), right])
    console = Console(width=160, force_terminal=True, color_system=None)
    with console.capture() as capture:
        console.print(param_count._rich_table(comparison, 160))
    assert re.search(r"27  groups\.1\.blocks\.0\.right\.0\.weight +128×64×1×1 +8,192", capture.get())


def test_the_frame_is_in_declaration_order_with_whole_numbers(right, monkeypatch):
    _, frame = show(monkeypatch, "html", on_meta(resnet18), right, names=["small", "large"], return_frame=True)
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["large", "name"]) == [name for name, _ in right.named_parameters()]
    assert frame["large", "shape"][0] == (64, 3, 7, 7)
    assert frame["small", "count"].sum() == 11_689_512
    assert frame["large", "count"].sum() == 21_797_672
    assert pd.isna(frame["small", "count"].iloc[-1])


def test_buffers_are_rows_in_state_dict_order_and_marked(right, monkeypatch):
    _, frame = show(monkeypatch, "html", right, buffers=True, return_frame=True)
    assert list(frame["ResNet", "name"]) == list(right.state_dict())
    assert (frame["ResNet", "kind"] == "buffer").sum() == 36 * 3
    html = to_html(compare([right], buffers=True))
    assert "bn1.running_mean (buffer)" in html
    assert "21,797,672 parameters in 218 rows" in html


def test_the_notebook_gets_a_scrolling_table_with_the_differing_rows_above_it(right, monkeypatch, capsys):
    [(html, text)], _ = show(monkeypatch, "html", on_meta(StudentResNet, right_first=True), right)
    assert capsys.readouterr().out == ""
    assert text.startswith("The same shapes in another order")
    assert "<code>layer2.0.conv1.weight</code>" in html
    repeated, everything = re.findall(r"<table.*?</table>", html, flags=re.DOTALL)
    assert repeated.count("first difference") == everything.count("first difference") == 1
    assert everything.count("<tr>") == 2 + 110
    assert repeated.count("<tr>") == 2 + param_count.REPEATED_ROWS
    assert html.count("overflow: auto") == 2
    first = re.search(r'id="T_(\w+)_row21_col1"', everything)  # the row is tinted by its identifier
    assert f"#T_{first[1]}_row21_col1" in html


def test_rows_that_agree_are_folded_and_others_are_in_sight(right):
    """Catches a hundred equal rows before the verdict, and differing rows or a single model's that are folded away."""
    assert "<details><summary>All 110 rows agree" in to_html(compare([right, right]))
    for models in ([right, nn.Linear(2, 3)], [right]):
        assert "<details>" not in to_html(compare(models))


def test_the_html_suits_light_and_dark_pages_and_is_always_the_same(right):
    models = on_meta(StudentResNet, conv_bias=True), right
    html = to_html(compare(models))
    assert html == to_html(compare(models))
    assert "<script" not in html
    assert set(re.findall(r"[;{ ]color: ([^;]+);", html)) == {"inherit"}
    for background in re.findall(r"background(?:-color)?: ([^;\n]+)", html):
        assert float(re.fullmatch(r"rgba\(.*, ([\d.]+)\)", background)[1]) <= 0.3


def test_names_with_html_in_them_are_shown_as_written(monkeypatch):
    html = to_html(compare([nn.Linear(2, 3), nn.Linear(2, 4)], names=["<b>mine</b>", "theirs & co"]))
    assert "<b>mine" not in html
    assert "&lt;b&gt;mine" in html
    model = nn.Module()
    model.register_parameter("<i>weight", nn.Parameter(torch.ones(1)))
    assert "<i>" not in to_html(compare([model]))


def test_two_models_of_one_class_get_numbers():
    names = [model.name for model in compare([nn.Linear(2, 3), nn.Linear(2, 3)]).models]
    assert names == ["Linear (1)", "Linear (2)"]


def test_the_cause_is_that_of_the_first_model_that_differs_from_the_first(right):
    comparison = compare([right, on_meta(StudentResNet), on_meta(StudentResNet, n_classes=10)], ["a", "b", "c"])
    assert "`head.1.weight` of c" in comparison.verdict


def test_a_model_without_parameters_says_so():
    assert compare([nn.ReLU()]).verdict == "0 parameters in 0 rows."
    assert compare([nn.ReLU(), nn.ReLU()]).verdict == "No parameters in any of them."
    assert "table" in to_html(compare([nn.ReLU()]))


def test_wrong_arguments_are_clear_errors(right):
    with pytest.raises(ValueError, match="No model given"):
        print_param_count()
    with pytest.raises(TypeError, match=r"Expected a model \(an nn.Module\), got \[1, 2\]"):
        print_param_count(right, [1, 2])
    with pytest.raises(TypeError, match=r"call it to make a model: StudentResNet\(\)"):
        print_param_count(StudentResNet)
    with pytest.raises(ValueError, match="2 models but 1 names"):
        print_param_count(right, right, names=["one"])
    with pytest.raises(ValueError, match=r"weight has no shape yet.*Run one batch"):
        print_param_count(nn.LazyLinear(3))


def test_counting_leaves_the_model_alone():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    compare([model], buffers=True)
    assert all(p.requires_grad for p in model.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
