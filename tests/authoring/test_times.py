"""The times of the notebooks: what a notebook's own plan adds up to is what notebook 0 and the README say of it."""

import re

import pytest

from course_utils.authoring.answers import ROOT, cells
from course_utils.exercises.registry import notebooks

_FIRST, *_OTHERS = notebooks()
_ROUNDING = 20  # minutes
_SAID = re.compile(r"^\|[^|]*?[/(](?P<name>\w+)\.ipynb\).*\| (?P<time>[^|]*) \|$", re.MULTILINE)
_ROW = re.compile(r"^\| \d+ \| (?P<what>[^|]*) \| (?P<time>[^|]*) \|$", re.MULTILINE)
_SPAN = re.compile(r"(\d*½?)(?:–(\d*½?))?(?: min\b| h\b| hours?\b| of training)")


def minutes(time: str, unit: int) -> tuple[int, int]:
    """Give the least and the most of all spans of a time, as "10 min, and 5–11 of training"."""
    spans = [(_number(low), _number(high or low)) for low, high in _SPAN.findall(time)]
    return sum(int(low * unit) for low, _ in spans), sum(int(high * unit) for _, high in spans)


def _number(text: str) -> float:
    return float(text.removesuffix("½") or 0) + 0.5 * text.endswith("½")


def texts(notebook: str) -> str:
    return "\n".join(cell.source for cell in cells(notebook) if cell.cell_type == "markdown")


SAID = {found["name"]: found["time"] for found in _SAID.finditer(texts(_FIRST))}
README = {found["name"]: found["time"] for found in _SAID.finditer((ROOT / "README.md").read_text(encoding="utf-8"))}


@pytest.mark.parametrize("notebook", _OTHERS)
def test_the_parts_of_a_plan_add_up_to_what_is_said(notebook):
    """Catches "2½–3½ hours" over parts of 3 h 20 to 4 h 20, and a bonus that counts in one notebook only."""
    rows = [found.groups() for found in _ROW.finditer(texts(notebook))]
    without, _, bonus = SAID[notebook].partition(", bonus")
    for said, parts in (
        (without, [time for what, time in rows if "(bonus)" not in what]),
        (bonus, [time for what, time in rows if "(bonus)" in what]),
    ):
        spans = [minutes(time, 1) for time in parts]
        for of_all, each in zip(minutes(said, 60), zip(*spans, strict=True) if spans else (), strict=False):
            assert abs(of_all - sum(each)) <= _ROUNDING
        assert bool(said) == bool(parts)


def test_the_readme_says_the_same():
    """Catches a time that was corrected in one of two places."""
    assert {name: time.replace(" hours", " h").replace(" hour", " h") for name, time in SAID.items()} == README
