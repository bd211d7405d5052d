"""A widget is shown with what stands for it; errors in its callbacks reach the reader."""

import ipywidgets
import pytest

from course_utils.widgets import stage
from course_utils.widgets.stage import WIDGET, on_change, redraw, show_widget


def test_a_notebook_gets_the_widget_with_what_stands_for_it_in_one_output(notebook):
    widget = ipywidgets.HTML()
    show_widget(lambda: widget, lambda: "<b>still</b>", lambda: "in words")
    (output,) = notebook
    assert output[WIDGET]["model_id"] == widget.model_id
    assert (output["text/html"], output["text/plain"]) == ("<b>still</b>", "in words")


@pytest.mark.parametrize("where", ["plain", "terminal"])
def test_elsewhere_words_are_printed_and_no_widget_is_made(where, monkeypatch, capsys):
    monkeypatch.setattr(stage, "surface", lambda: where)
    show_widget(lambda: pytest.fail("made a widget"), lambda: pytest.fail("made a page"), lambda: "in words")
    assert capsys.readouterr().out == "in words\n"


def test_an_error_while_drawing_is_told_on_the_page_and_cannot_be_taken_for_html():
    page = ipywidgets.HTML("before")
    redraw(page, lambda: 1 / 0)
    assert "ZeroDivisionError: division by zero" in page.value
    redraw(page, lambda: [][int("<b>")])
    assert "<b>" not in page.value
    redraw(page, lambda: "after")
    assert ">after<" in page.value


def test_any_control_makes_the_page_react():
    calls, controls = [], {"a": ipywidgets.IntSlider(), "b": ipywidgets.IntSlider()}
    on_change(controls, lambda: calls.append([control.value for control in controls.values()]))
    controls["a"].value, controls["b"].value = 3, 4
    assert calls == [[3, 0], [3, 4]]
