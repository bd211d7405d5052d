"""Shares as bars as a browser sets them: a label has the room that it needs, and leaves enough for the bars."""

import pytest
from playwright.sync_api import Page

from course_utils.inspection.bars import bars_html

LABELS = ("nothing", "another class's hottest third", "forgotten, 150 of all classes")
MEASURE = """() => {
  const rows = [...document.querySelectorAll("tr")];
  const lines = (label) => {
    const words = document.createRange();
    words.selectNodeContents(document.createTreeWalker(label, NodeFilter.SHOW_TEXT).nextNode());
    return words.getClientRects().length;
  };
  const width = (element) => element.getBoundingClientRect().width;
  return {
    lines: rows.map((row) => lines(row.querySelector("th"))),
    labels: Math.max(...rows.map((row) => width(row.querySelector("th")))),
    tracks: rows.map((row) => width(row.querySelector("td div > span:last-child"))),
    place: width(document.body),
    beyond: document.scrollingElement.scrollWidth - innerWidth,
  };
}"""


def _measure(page: Page, width: int) -> dict:
    page.set_viewport_size({"width": width, "height": 500})
    table = bars_html(dict.fromkeys(LABELS, 0.5), "right")
    page.set_content(f'<!doctype html><body style="margin:0;font:16px/1.65 system-ui,sans-serif">{table}</body>')
    return page.evaluate(MEASURE)


def test_no_label_is_broken_where_there_is_room_for_it(page: Page):
    """Catches a column of labels so narrow that they take two lines beside long bars."""
    found = _measure(page, 686)
    assert found["lines"] == [1, 1, 1]
    assert found["labels"] < found["place"] / 2
    assert min(found["tracks"]) > found["place"] / 3


@pytest.mark.parametrize("width", [328, 220], ids=["telephone", "card"])
def test_in_a_narrow_place_labels_take_a_second_line_and_the_bars_stay(page: Page, width):
    """Catches labels on one line at any cost: no room for bars, or a page that's scrolled sideways."""
    found = _measure(page, width)
    assert found["beyond"] == 0
    assert found["labels"] < found["place"] / 2
    assert min(found["tracks"]) >= 25
    assert len(set(found["tracks"])) == 1
