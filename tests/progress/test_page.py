"""The page that shows the progress: the same facts as HTML in a notebook and as words elsewhere."""

import pytest

from course_utils import tests
from course_utils.progress import page
from course_utils.progress.log import FILE, Run, append, note_hint
from course_utils.progress.page import show_progress


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "student_folder", lambda: tmp_path / "my_work")
    return tmp_path / "my_work"


def shown(monkeypatch, capsys, where="plain"):
    pages = []
    monkeypatch.setattr(page, "surface", lambda: where)
    monkeypatch.setattr(page, "show_html", lambda html, text: pages.append((html, text)))
    show_progress(tests.NOTEBOOKS)
    return pages[0] if pages else capsys.readouterr().out


def test_a_newcomer_is_told_the_first_step(place, monkeypatch, capsys):
    said = shown(monkeypatch, capsys)
    assert "your first step is centre_images, in 00_start_here" in said
    assert "01_building_blocks · 0 of 10 exercises\n" in said


def test_tries_and_time_and_the_next_step_are_told(place, monkeypatch, capsys):
    for minute, passed in ((0, False), (4, False), (6, True)):
        append(Run("ReLU", "test_relu", passed, 60.0 * minute), place)
    append(Run("Linear", "test_linear_module", True, 60.0 * 9), place)
    said = shown(monkeypatch, capsys)
    assert "1 of 10 exercises, 9 min: ReLU (done, 3 tries), Linear (1 of 2 tests, 1 try)" in said
    assert "days ago. Next: Linear, in 01_building_blocks." in said


def test_the_notebooks_page_says_the_same_and_its_marks_have_words(place, monkeypatch, capsys):
    append(Run("ReLU", "test_relu", True, 0.0), place)
    html, text = shown(monkeypatch, capsys, "html")
    linear = "../01_building_blocks/01_building_blocks.ipynb#cell-id=Linear"
    assert f'Next: <a href="{linear}" ' in html
    assert f'<a href="{linear}" title="Linear (not tried yet)" ' in html
    assert "Next: Linear, in" in text
    assert 'aria-label="ReLU (done, 1 try)"' in html
    assert 'aria-label="Flatten (not tried yet)"' in html
    assert html.count("✓") == 1
    assert "<style" not in html
    assert "<script" not in html


def test_opened_hints_are_told_beside_the_tries(place, monkeypatch, capsys):
    for name in ("ReLU", "Linear", "Flatten"):
        append(Run(name, f"test_{'linear_module' if name == 'Linear' else name.lower()}", True, 0.0), place)
    for name, rung in (("ReLU", 1), ("ReLU", 2), ("Linear", 1)):
        note_hint(name, rung, place)
    said = shown(monkeypatch, capsys)
    assert "ReLU (done, 1 try, 2 hints), Linear (1 of 2 tests, 1 try, 1 hint), Flatten (done, 1 try)" in said


def test_what_is_left_is_counted(place, monkeypatch, capsys):
    """Catches a finish that counts an exercise of which only one test has passed, or a notebook that is done."""
    append(Run("centre_images", "test_centre_images", True, 0.0), place)
    append(Run("Linear", "test_linear_module", True, 0.0), place)
    count = sum(map(len, tests.NOTEBOOKS.values()))
    said = shown(monkeypatch, capsys)
    assert f"To the finish: {count - 1} of {count} exercises (10 in 01_building_blocks, 14 in 02_resnets, " in said


def test_in_colab_nothing_leads_to_a_notebook_that_is_not_there(place, monkeypatch, capsys):
    """Catches links into nowhere: Colab's outputs have an address of their own."""
    monkeypatch.setattr(page, "in_colab", lambda: True)
    html, _ = shown(monkeypatch, capsys, "html")
    assert "href" not in html
    assert 'role="img"' in html


def test_all_done_is_said(place, monkeypatch, capsys):
    for exercises in tests.NOTEBOOKS.values():
        for name, functions in exercises.items():
            for function in functions:
                append(Run(name, function, True, 0.0), place)
    said = shown(monkeypatch, capsys)
    assert "You've reached the finish" in said
    assert f"All {sum(map(len, tests.NOTEBOOKS.values()))} exercises, 0 min" in said


def test_a_damaged_log_is_told_and_the_rest_is_shown(place, monkeypatch, capsys):
    append(Run("ReLU", "test_relu", True, 0.0), place)
    with (place / FILE).open("a") as file:
        file.write('\n{"exerc')
    said = shown(monkeypatch, capsys)
    assert "1 line of it was left out" in said
    assert "ReLU (done" in said


def test_a_log_that_cannot_be_read_is_named(place, monkeypatch, capsys):
    (place / FILE).mkdir(parents=True)
    assert "cannot be read" in shown(monkeypatch, capsys)
