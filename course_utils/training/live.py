"""One bar with the time left, and pictures under it that grow, for as long as some work goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from html import escape
from typing import Protocol

from course_utils.checking.surface import surface
from course_utils.training.figures import Picture, pictures_html

Draw = Callable[[], Sequence[Picture]]

BAR_SECONDS = 0.25  # between two updates of the bar
DRAWING_SHARE = 0.02  # of the time may go into drawing pictures


class Live(Protocol):
    """What shows work of a known `total`: any unit that takes the same time each."""

    def advance(self, done: float, text: str) -> None:
        """Say how much is done of the total; may be called as often as you like."""

    def milestone(self, text: str) -> None:
        """Say what has been reached, in a line worth keeping."""

    def close(self, text: str) -> None:
        """Leave `text` and the last pictures there."""


def live(total: float, draw: Draw | None = None, done: float = 0) -> Live:
    """Begin to show work as suits the reader: a notebook gets a bar and pictures, a terminal a bar, a log lines.

    `draw` makes the pictures of this moment, none while there is nothing to draw; `done` was done another time.
    """
    match surface():
        case "html":
            return _NotebookLive(total, draw, done)
        case "terminal":
            return _TerminalLive(total, done)
        case _:
            return _PlainLive()


class _NotebookLive:
    def __init__(self, total: float, draw: Draw | None, done: float) -> None:
        from IPython.display import display

        self._total, self._draw, self._done, self._first = total, draw, done, done
        self._pictures = ""
        self._begun = time.perf_counter()
        self._next_bar = self._next_picture = 0.0
        self._handle = display({"text/plain": ""}, raw=True, display_id=True)

    def advance(self, done: float, text: str) -> None:
        self._done = done
        if time.perf_counter() >= self._next_bar:
            self._redraw_if_due()
            self._show(f"{text} · {_clock(self._left())} left")

    def milestone(self, text: str) -> None:
        self._next_picture = 0.0
        self._redraw_if_due()
        self._show(text)

    def close(self, text: str) -> None:
        self.milestone(f"{text} · {_clock(time.perf_counter() - self._begun)}")

    def _left(self) -> float:
        seconds, done = time.perf_counter() - self._begun, self._done - self._first
        return seconds / done * (self._total - self._done) if done else float("nan")

    def _redraw_if_due(self) -> None:
        begun = time.perf_counter()
        if self._draw is None or begun < self._next_picture:
            return
        if pictures := self._draw():
            self._pictures = pictures_html(pictures)
        now = time.perf_counter()
        self._next_picture = now + max(1.0, (now - begun) / DRAWING_SHARE)

    def _show(self, text: str) -> None:
        data = {"text/html": _bar(self._done / self._total, text) + self._pictures, "text/plain": text}
        self._handle.update(data, raw=True)
        self._next_bar = time.perf_counter() + BAR_SECONDS


def _bar(share: float, text: str) -> str:
    """Give a bar in the reader's own colours: translucent on whatever is behind it."""
    return (
        '<div style="border:1px solid rgba(128,128,128,.6);border-radius:4px;max-width:40em;overflow:hidden">'
        f'<div style="width:{share:.1%};height:.8em;background:rgba(66,133,244,.55)"></div></div>'
        f'<div style="margin:.2em 0 .6em">{share:.0%} · {escape(text)}</div>'
    )


class _TerminalLive:
    def __init__(self, total: float, done: float) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            BarColumn(), TextColumn("{task.percentage:3.0f} %"), TimeRemainingColumn(), "{task.description}"
        )
        self._task = self._bar.add_task("", total=total, completed=done)
        self._bar.start()

    def advance(self, done: float, text: str) -> None:
        self._bar.update(self._task, completed=done, description=text)

    def milestone(self, text: str) -> None:
        self._bar.console.print(text, highlight=False)

    def close(self, text: str) -> None:
        self._bar.stop()
        self._bar.console.print(text, highlight=False)


class _PlainLive:
    def advance(self, done: float, text: str) -> None: ...

    def milestone(self, text: str) -> None:
        print(text)

    def close(self, text: str) -> None:
        print(text)


def _clock(seconds: float) -> str:
    """Say a time as a person would: 8 s, 4:05 min, 1:20 h."""
    if seconds != seconds:  # noqa: PLR0124  (not a number: nothing is known yet)
        return "…"
    minutes, seconds = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60}:{minutes % 60:02} h"
    return f"{minutes}:{seconds:02} min" if minutes else f"{seconds} s"
