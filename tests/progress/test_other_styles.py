"""Other styles are shown to who has passed, and to nobody before; they are answers that the tests accept."""

import pytest

from course_utils.authoring.answers import answers
from course_utils.data.solutions import NOT_HERE
from course_utils.exercises.registry import load
from course_utils.progress import other_styles as page
from course_utils.progress.log import Run, append
from course_utils.progress.other_styles import other_styles, read_styles

WANTED = (
    *("Linear", "Conv2d", "MaxPool2d", "BatchNorm2d", "AveragePool"),
    *("ResidualBlock", "BlockGroup", "ResNet34", "copy_weights", "predict"),
)


@pytest.fixture
def shown(monkeypatch, tmp_path) -> list[tuple[str, str]]:
    """Keep the student's things in a folder of their own; give what is displayed."""
    pages: list[tuple[str, str]] = []
    monkeypatch.setattr(page, "student_folder", lambda: tmp_path / "my_work")
    monkeypatch.setattr(page, "show_html", lambda html, text: pages.append((html, text)))
    return pages


def passes(name: str, place, but: str = "") -> None:
    for test in load(name).tests:
        append(Run(name, test, test != but, 0.0), place)


@pytest.mark.parametrize("name", WANTED)
def test_there_are_one_or_two_other_styles_each_with_a_sentence(name: str):
    """Catches a style without words, and code that is none of the answers that every test of the course accepts."""
    styles = read_styles(name)
    assert 1 <= len(styles) <= 2
    accepted = {(cell.note, cell.source) for cell in answers(name) if cell.kind == "right"}
    assert set(styles) <= accepted
    assert all(len(differs.split()) >= 6 and not differs.endswith(".") for differs, _ in styles)


def test_before_the_pass_nothing_is_shown(shown, tmp_path, capsys):
    """Catches code that is given away to who has failed one of three tests, or has run none."""
    other_styles("BatchNorm2d")
    passes("BatchNorm2d", tmp_path / "my_work", but="test_batchnorm2d_forward")
    other_styles("BatchNorm2d")
    assert not shown
    assert capsys.readouterr().out.count("once all its tests have passed") == 2


def test_after_the_pass_each_style_is_folded_under_what_differs_in_it(shown, tmp_path):
    """Catches code that is not escaped, and a page that is no use without HTML."""
    passes("AveragePool", tmp_path / "my_work")
    other_styles("AveragePool")
    (html, text), styles = shown[0], read_styles("AveragePool")
    assert html.count("<details") == len(styles)
    assert "<summary" in html
    assert "-&gt; b c" in html
    for differs, code in styles:
        assert differs in text
        assert code in text


def test_where_an_instructor_keeps_the_solutions_back_the_styles_are_kept_back_too(shown, tmp_path, capsys):
    """Catches a copy of the course without solutions/ that shows answers all the same."""
    passes("AveragePool", tmp_path / "my_work")
    other_styles("AveragePool", tmp_path)
    assert not shown
    assert capsys.readouterr().out == NOT_HERE + "\n"


def test_a_typo_and_an_exercise_without_other_styles_are_told(shown, tmp_path, capsys):
    """Catches an error, or an empty cell."""
    other_styles("AvaragePool")
    passes("centre_images", tmp_path / "my_work")
    other_styles("centre_images")
    assert "no exercise called 'AvaragePool'" in capsys.readouterr().out
    assert not shown
