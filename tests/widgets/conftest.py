"""What the tests of the widgets share: a notebook that notes what it is given to display, and small networks."""

import importlib

import pytest
from torch import nn

from course_utils.widgets import stage


@pytest.fixture
def notebook(monkeypatch):
    """Stand in for a notebook: the list of all that it is given to display."""
    shown = []
    monkeypatch.setattr(stage, "surface", lambda: "html")
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    return shown


@pytest.fixture
def widget_of(monkeypatch):
    """Give the widget that a function would show."""

    def make(function, *arguments):
        made = []
        module = importlib.import_module(function.__module__)
        with monkeypatch.context() as patch:
            patch.setattr(module, "show_widget", lambda widget, html, text: made.append(widget()))
            function(*arguments)
        return made[0]

    return make


class Block(nn.Module):
    """A residual block under names of its own; its forward changes what it gets from its first half in place."""

    def __init__(self, wide_in, wide, stride):
        super().__init__()
        self.way = nn.Sequential(nn.Conv2d(wide_in, wide, 3, stride, 1, bias=False), nn.Conv2d(wide, wide, 3, 1, 1))
        self.past = nn.Conv2d(wide_in, wide, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x):
        return (self.way(x) + self.past(x)).relu_()


class Net(nn.Module):
    """Stem, blocks of which the last has its own shape, head; declared in another order than they are called in."""

    def __init__(self, blocks=3):
        super().__init__()
        self.last = nn.Linear(6, 10)
        self.rows = nn.ModuleList([*(Block(4, 4, 1) for _ in range(blocks - 1)), Block(4, 6, 2)])
        self.first, self.norm = nn.Conv2d(3, 4, 3, 2, 1), nn.BatchNorm2d(4)

    def forward(self, x):
        x = self.norm(self.first(x))
        for block in self.rows:
            x = block(x)
        return self.last(x.mean(dim=(2, 3)))


@pytest.fixture
def net():
    """Give a small residual network in training mode."""
    return Net().train()
