"""Whoever waits sees how long, in a notebook, in a terminal and in a log; and drawing costs next to nothing."""

import re
import sys
from types import SimpleNamespace

import pytest
from interrupting import Interrupt
from small import small_learner

from course_utils.training import live as live_module
from course_utils.training.figures import BLUE, ORANGE, Picture
from course_utils.training.live import live
from course_utils.training.progress import Progress, running_mean, training_pictures


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(live_module.time, "perf_counter", lambda: clock.now)
    return clock


@pytest.fixture
def shown(monkeypatch):
    """What a notebook is given to show, one after the other, always in the same place."""
    outputs, handle = [], SimpleNamespace(update=lambda data, raw: outputs.append(data))
    monkeypatch.setattr(live_module, "surface", lambda: "html")
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=lambda *_, **__: handle))
    return outputs


def test_the_bar_in_a_notebook_says_how_much_is_done_and_how_long_the_rest_takes(clock, shown):
    bar = live(200)
    clock.now += 30
    bar.advance(50, "epoch 1 of 4")
    assert "width:25.0%" in shown[-1]["text/html"]
    assert "25% · epoch 1 of 4 · 1:30 min left" in shown[-1]["text/html"]


def test_what_was_done_another_time_does_not_make_the_rest_seem_shorter(clock, shown):
    bar = live(200, done=100)
    clock.now += 30
    bar.advance(150, "on")
    assert "75% · on · 30 s left" in shown[-1]["text/html"]


def test_the_bar_is_not_redrawn_more_often_than_anyone_can_see(clock, shown):
    bar = live(1000)
    for done in range(1000):
        clock.now += 0.01
        bar.advance(done, "on")
    assert 30 <= len(shown) <= 41


def test_drawing_pictures_takes_at_most_a_fiftieth_of_the_time(clock, shown):
    drawn = []

    def slow():
        clock.now += 0.5
        drawn.append(clock.now)
        return [Picture("<svg/>", f"picture {len(drawn)}")]

    bar = live(1000, slow)
    for done in range(1000):
        clock.now += 0.1
        bar.advance(done, "on")
    assert 3 <= len(drawn) <= 5
    bar.milestone("an epoch is done")
    assert f"picture {len(drawn)}" in shown[-1]["text/html"]


def test_the_last_picture_stays_and_a_log_gets_the_words(clock, shown):
    bar = live(10, lambda: [Picture("<svg/>", "a falling line")])
    clock.now += 61
    bar.advance(10, "on")
    bar.close("done")
    assert 'alt="a falling line"' in shown[-1]["text/html"]
    assert "done · 1:01 min" in shown[-1]["text/html"]
    assert shown[-1]["text/plain"] == "done · 1:01 min"


def test_what_is_shown_cannot_be_taken_for_html(shown):
    live(10).milestone("<b>&")
    assert "&lt;b&gt;&amp;" in shown[-1]["text/html"]


def test_a_terminal_gets_a_bar_and_keeps_the_milestones(monkeypatch, capsys):
    monkeypatch.setattr(live_module, "surface", lambda: "terminal")
    bar = live(10)
    bar.advance(5, "half")
    bar.milestone("half of it is done")
    bar.close("all of it is done")
    out = capsys.readouterr().out
    assert "half of it is done" in out
    assert "all of it is done" in out


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1:00 min"), (3725, "1:02 h")])
def test_times_are_said_as_a_person_would(seconds, said):
    assert live_module._clock(seconds) == said


# ---- Progress -------------------------------------------------------------------------------------------------------


def test_a_log_gets_a_line_an_epoch(capsys):
    small_learner(Progress()).fit(2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    number = r"\d\.\d{3} · validation accuracy \d+\.\d\d%"
    assert re.fullmatch(rf"epoch 1 of 2 · training loss {number}", lines[0])
    assert re.fullmatch(rf"2 of 2 epochs · training loss {number}", lines[2])


def test_an_interrupted_fit_says_how_to_go_on_and_the_next_one_forgets_the_broken_epoch(capsys):
    progress = Progress()
    learner = small_learner(progress, Interrupt(epoch=1))
    learner.fit(2)
    assert capsys.readouterr().out.splitlines()[-1].endswith("stopped: fit(2) goes on from here")
    learner.fit(2)
    assert [round(epochs * 3) for epochs, _ in progress.losses] == [1, 2, 3, 4, 5, 6]


def test_the_bar_of_a_notebook_ends_full_with_both_curves(shown):
    small_learner(Progress()).fit(2)
    last = shown[-1]["text/html"]
    assert "width:100.0%" in last
    assert re.search(r'alt="The training loss went from .* alt="Validation accuracy: epoch 1: .*; epoch 2: ', last)


def test_a_titled_bar_says_whose_it_is_in_its_line_and_above_its_curves(shown):
    """Catches two networks trained in one cell whose bars and curves can't be told apart."""
    small_learner(Progress("plain")).fit(1)
    last = shown[-1]["text/html"]
    assert "plain · 1 of 1 epochs" in last
    assert last.count('alt="plain: ') == 2


def test_curves_about_which_nothing_is_said_are_left_out(shown):
    """Catches a page of charts for one row of a table."""
    small_learner(Progress(curves=False)).fit(1)
    assert "1 of 1 epochs" in shown[-1]["text/html"]
    assert "<img" not in shown[-1]["text/html"]


def test_a_fit_with_nothing_left_to_do_shows_nothing(capsys):
    learner = small_learner(Progress())
    learner.fit(1)
    capsys.readouterr()
    learner.fit(1)
    assert capsys.readouterr().out == ""


def test_the_running_mean_follows_slowly_and_starts_where_the_values_start():
    assert running_mean([2.0, 2.0, 4.0]) == pytest.approx([2.0, 2.0, 2.1])


def test_a_long_training_is_drawn_with_few_points():
    losses = [(batch / 1000, 1.0) for batch in range(5000)]
    (loss,) = training_pictures(losses, [])
    assert len(loss.svg) < 60_000


def test_the_accuracies_have_a_panel_only_where_there_are_any():
    losses = [(0.5, 2.0), (1.0, 1.0)]
    measured = [{"epoch": 1, "train_accuracy": 0.5, "valid_accuracy": 0.625}]
    assert "accuracy" not in "".join(one.svg for one in training_pictures(losses, [{"epoch": 1}]))
    loss, accuracy = training_pictures(losses, measured)
    assert loss.alt == "The training loss went from 2.00 to 1.95."
    assert "accuracy in %" in accuracy.svg
    assert accuracy.alt == "Validation accuracy: epoch 1: 62.5%."


def test_training_and_validation_have_none_of_the_networks_colours_and_differ_without_any():
    """Catches blue for training in a notebook whose blue is the residual network, and two lines of one kind."""
    history = [{"epoch": epoch, "train_accuracy": 0.7, "valid_accuracy": 0.6} for epoch in (1, 2)]
    loss, accuracy = training_pictures([(1.0, 2.0), (2.0, 1.0)], history)
    assert [colour in each.svg for each in (loss, accuracy) for colour in (BLUE, ORANGE)] == [False] * 4
    curves = re.findall(
        r'<g id="line2d_\d+">\s*<path d="M [\d.]+ [\d.]+ \s*L [^"]*" clip-path=[^>]*style="([^"]*)"', accuracy.svg
    )
    assert ["dasharray" in style for style in curves] == [False, True]
