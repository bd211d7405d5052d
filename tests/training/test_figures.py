"""Charts can be read: their type is large where they are small, and they are dark on dark pages."""

import re

import pytest
from charts import every_chart
from contrast import contrast

TEXT = re.compile(r"<text [^>]*?\bfill: (#\w{6})")
LINE = re.compile(r"\bstroke: (#\w{6})")
TYPE = re.compile(r"\bfont(?:-size)?: (?:\w+ )*([\d.]+)px")
WIDTH = re.compile(r'viewBox="0 0 ([\d.]+) ')


@pytest.fixture(scope="module")
def charts():
    return every_chart()


def test_every_text_and_line_can_be_read_in_light_and_in_dark(charts):
    """Catches a colour that is too pale on the paper, or too dim on the same paper in the dark."""
    texts, lines = ({colour for each in charts for colour in kind.findall(each.svg)} for kind in (TEXT, LINE))
    assert len(texts) >= 2
    assert len(lines) >= 6
    assert {colour: contrast(colour) for colour in texts if contrast(colour) < 4.5} == {}
    assert {colour: contrast(colour) for colour in lines if contrast(colour) < 3} == {}


# Two beside each other in a column of the web book, and one in a narrow window's output.
@pytest.mark.parametrize(("pixels", "least"), [(337, 12), (300, 11)])
def test_the_smallest_type_can_be_read_where_charts_are_small(charts, pixels, least):
    """Catches a small legend, and an exponent, which is smaller than its number."""
    for chart in charts:
        sizes = [float(size) for size in TYPE.findall(chart.svg)]
        assert min(sizes) * pixels / float(WIDTH.search(chart.svg)[1]) >= least, chart.alt
