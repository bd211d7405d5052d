"""The charts as a browser sets them: no text over the edge or over other text, beside another chart and on a phone."""

import pytest
from charts import every_chart
from playwright.sync_api import Page

# The boxes of all texts within their chart, each turned so that it holds the letters; in pixels.
MEASURE = """() => [...document.querySelectorAll("div")].map((sheet) => {
  const edge = sheet.querySelector("svg").getBoundingClientRect();
  const texts = [...sheet.querySelectorAll("text")].map((text) => {
    const box = text.getBoundingClientRect();
    return {words: text.textContent, left: box.left - edge.left, right: box.right - edge.left,
            top: box.top - edge.top, bottom: box.bottom - edge.top};
  });
  return {width: edge.width, height: edge.height, texts};
})"""


@pytest.mark.parametrize("width", [337, 300])
def test_text_is_inside_its_chart_and_never_on_other_text(page: Page, width: int):
    """Catches a title or a legend that is cut off, and labels that run into each other."""
    charts = every_chart()
    svgs = (chart.svg[chart.svg.index("<svg ") :].replace("<svg ", '<svg style="width:100%" ', 1) for chart in charts)
    page.set_content("".join(f'<div style="width:{width}px">{svg}</div>' for svg in svgs))
    measured = page.evaluate(MEASURE)
    assert len(measured) == len(charts)
    for chart in measured:
        for number, text in enumerate(chart["texts"]):
            words = text["words"]
            assert text["left"] > 0, words
            assert text["right"] < chart["width"], words
            assert text["top"] > 0, words
            assert text["bottom"] < chart["height"], words
            for other in chart["texts"][:number]:
                across = min(text["right"], other["right"]) - max(text["left"], other["left"])
                down = min(text["bottom"], other["bottom"]) - max(text["top"], other["top"])
                assert across < 1 or down < 5, (words, other["words"])
