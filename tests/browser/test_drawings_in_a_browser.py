"""The drawings as a browser sets them: no text over the edge, over other text, too small on a telephone, or glaring."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page

from course_utils import drawings
from course_utils.checking.pictures import svg_data
from course_utils.drawings.resnet34 import resnet34_drawing
from course_utils.drawings.svg import SHEET
from course_utils.training.figures import draw, pictures_html

# All texts and boxes, in the drawing's own units.
MEASURE = """() => {
  const sheet = document.querySelector("svg");
  const edge = sheet.getBoundingClientRect(), scale = edge.width / sheet.viewBox.baseVal.width;
  const place = (element) => {
    const box = element.getBoundingClientRect();
    const [left, right] = [box.left, box.right].map((x) => (x - edge.left) / scale);
    const [top, bottom] = [box.top, box.bottom].map((y) => (y - edge.top) / scale);
    return {words: element.textContent, left, right, top, bottom};
  };
  return {texts: [...sheet.querySelectorAll("text")].map(place), boxes: [...sheet.querySelectorAll("rect")].map(place)};
}"""


@pytest.fixture(params=[*drawings.__all__, "resnet34"])
def drawing(request):
    return resnet34_drawing() if request.param == "resnet34" else getattr(drawings, request.param)()


def _holds(box: dict, text: dict) -> bool:
    """Say whether the text's middle is in the box."""
    x, y = (text["left"] + text["right"]) / 2, (text["top"] + text["bottom"]) / 2
    return box["left"] < x < box["right"] and box["top"] < y < box["bottom"]


def test_text_is_inside_the_sheet_and_its_box_and_never_on_other_text(page: Page, drawing):
    """Catches a sheet that is too low, a word too long for its box, and two labels at one place."""
    for sheet in filter(None, (drawing, drawing.narrow)):
        look_for_collisions(page, sheet)


def look_for_collisions(page: Page, drawing) -> None:
    page.set_content(f'<div style="width:{drawing.width}px">{drawing.svg}</div>')
    found = page.evaluate(MEASURE)
    texts, boxes = found["texts"], found["boxes"]
    for number, text in enumerate(texts):
        words = text["words"]
        assert text["left"] > 4, words
        assert text["right"] < drawing.width - 4, words
        assert text["top"] > 2, words
        assert text["bottom"] < drawing.height - 2, words
        around = [box for box in boxes if _holds(box, text)]
        smallest = min(around, key=lambda box: (box["right"] - box["left"]) * (box["bottom"] - box["top"]))
        assert smallest["left"] < text["left"], words
        assert text["right"] < smallest["right"], words
        for other in texts[:number]:
            across = min(text["right"], other["right"]) - max(text["left"], other["left"])
            down = min(text["bottom"], other["bottom"]) - max(text["top"], other["top"])
            assert across < 1 or down < 5, (words, other["words"])


def test_on_a_telephone_text_is_still_large_enough_and_the_page_is_not_widened(page: Page, drawing):
    """Catches a wide drawing that shrinks until nobody can read it, and one that pushes the whole page sideways."""
    sheet = drawing.narrow or drawing
    page.set_viewport_size({"width": 360, "height": 700})
    page.set_content(f'<body style="margin:14px">{drawing.html}</body>')
    width = page.locator("img").evaluate("image => image.decode().then(() => image.getBoundingClientRect().width)")
    assert page.locator("img").evaluate("image => image.currentSrc") == svg_data(sheet.svg)
    assert 13 * width / sheet.width >= 9.7
    assert width <= 332  # nothing is left to scroll to
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_in_a_notebook_or_a_book_page_a_drawing_is_seen_whole(page: Page, drawing):
    """Catches a wide drawing of which a column of text shows the left part only, with no sign that there's more."""
    page.set_viewport_size({"width": 640, "height": 700})
    page.set_content(f'<body style="margin:14px">{drawing.html}</body>')
    hidden = page.get_by_role("region").evaluate("region => region.scrollWidth - region.clientWidth")
    assert hidden == 0


@pytest.mark.parametrize("column", [686, 1000], ids=["book", "jupyterlab"])
def test_its_sheet_fills_a_column_with_the_drawing_in_the_middle_as_large_as_the_text_around_it(
    page: Page, drawing, column
):
    """Catches a small drawing at the left with nothing beside it, one that's blown up, and paper that ends early."""
    page.set_viewport_size({"width": column, "height": 1600})
    page.set_content(f'<body style="margin:0;background:#ddd">{drawing.html}</body>')
    sheet = page.locator("img")
    sheet.evaluate("image => image.decode()")
    place = sheet.bounding_box()
    assert place["width"] == min(column, SHEET)
    scale = min(place["width"] / drawing.width, place["height"] / drawing.height)
    assert 14 <= 14 * scale <= 17.5 or drawing.narrow
    assert scale > 0.9
    left = (place["width"] - scale * drawing.width) / 2
    with Image.open(io.BytesIO(sheet.screenshot())) as shown:
        grey = shown.convert("L")
    assert min(grey.getpixel((x, 20)) for x in (2, grey.width - 3)) > 240
    ink = grey.point(lambda value: 255 * (value < 200)).getbbox()
    assert left - 1 < ink[0]
    assert ink[2] < left + scale * drawing.width + 1


@pytest.mark.parametrize(
    ("theme", "dark"),
    [
        ("data-jp-theme-light=true", False),
        ("data-jp-theme-light=false", True),
        ("data-vscode-theme-kind=vscode-dark", True),
        ("theme=dark", True),
    ],
)
def test_the_paper_is_as_dark_as_the_page_whatever_the_system_likes(page: Page, theme, dark):
    """Catches a white sheet that glares in the dark, and a black one on a light page."""
    charts = pictures_html([draw(lambda figure: figure.subplots(), "nothing")])
    page.set_viewport_size({"width": 640, "height": 900})
    page.emulate_media(color_scheme="light" if dark else "dark")
    page.set_content(f"<body {theme}>{drawings.norm_axes().html}{charts}</body>")
    for image in page.locator("img").all():
        image.evaluate("image => image.decode()")
        shown = Image.open(io.BytesIO(image.screenshot())).convert("L")
        paper = shown.getpixel((shown.width // 2, 3))
        assert paper < 30 if dark else paper > 240
    page.emulate_media(color_scheme="light")
